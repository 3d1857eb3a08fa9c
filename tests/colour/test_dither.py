from __future__ import annotations

import numpy as np
import torch
from scipy import ndimage

from brandkit.colour.dither import dithered


def plain(value: float, size: int = 96) -> torch.Tensor:
    return torch.full((1, 3, size, size), value)


def test_a_fraction_is_kept_in_the_mean_of_every_small_area() -> None:
    for value in (100.1, 100.5, 100.9):
        channel = dithered(plain(value))[0, 0].numpy().astype(float)
        assert set(np.unique(channel)) <= {100, 101}
        small = ndimage.uniform_filter(channel, 12)[12:-12, 12:-12]
        assert np.abs(small - value).max() < 0.06


def test_whole_codes_stay_as_they_are() -> None:
    codes = torch.arange(256).float()[None, None, :, None].expand(1, 3, 256, 40)
    for off in (0.0, 4e-4, -4e-4):
        assert torch.equal(dithered(codes + off), codes.clamp(0, 255).to(torch.uint8))


def test_the_noise_of_the_channels_makes_no_grey_grain() -> None:
    red, green, blue = dithered(plain(9.5))[0].float().flatten(1)
    for one, other in ((red, green), (green, blue), (red, blue)):
        assert float(torch.corrcoef(torch.stack((one, other)))[0, 1]) < 0


def test_the_noise_stands_still() -> None:
    frames = dithered(torch.cat([plain(7.3), plain(7.3)]))
    assert torch.equal(frames[0], frames[1])


def test_a_gradient_gets_no_steps() -> None:
    ramp = torch.linspace(40, 52, 600).expand(1, 3, 64, 600)
    rounded, noisy = ramp.round(), dithered(ramp).float()
    missed = []
    for result in (rounded, noisy):
        seen = ndimage.uniform_filter(result[0, 0].numpy(), (64, 12))[32, 12:-12]
        missed.append(np.abs(seen - ramp[0, 0, 0, 12:-12].numpy()).max())
    assert missed[0] > 0.35
    assert missed[1] < 0.1
