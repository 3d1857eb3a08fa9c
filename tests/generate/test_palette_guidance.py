from __future__ import annotations

import colour
import numpy as np
import pytest
import torch

from brandkit.brand import Brand, Swatch
from brandkit.colour import srgb_to_lab
from brandkit.generate import Generator, Request
from brandkit.generate.diffusers import pull

from .conftest import Opened, ask, pixels

CAPTURE = 14.0
PULLS = (0.1, 0.3, 1.0)


def distance(picture: torch.Tensor, swatch: Swatch) -> float:
    """Mean CIEDE2000 of a picture to a swatch, by another implementation; cut off at the swatch's reach."""
    rgb = picture[0].permute(1, 2, 0).reshape(-1, 3).numpy() / 255
    lab = [colour.XYZ_to_Lab(colour.sRGB_to_XYZ(c)) for c in (rgb, np.array(swatch.rgb8)[None] / 255)]
    apart = np.asarray(colour.delta_E(lab[0], lab[1], method="CIE 2000"))
    return float(np.minimum(apart, swatch.capture).mean())


def square(**fields: object) -> Request:
    return ask(width=40, height=40, steps=6, seed=3, **fields)


def near_what_it_makes(model: Generator) -> tuple[Brand, torch.Tensor]:
    """A brand whose colour is near the middle of what the model makes without it, as a drifted one's is."""
    plain = pixels(model.generate(square(), Brand(name="None", swatches=(Swatch(name="x", hex="#000"),))))
    red, green, blue = (int(value) for value in plain.float().mean((0, 2, 3)))
    swatch = Swatch(name="clay", hex=f"#{red + 10:02X}{green - 6:02X}{blue + 4:02X}", capture=CAPTURE)
    return Brand(name="Acme", swatches=(swatch,)), plain


def distances(model: Generator) -> list[float]:
    """To the palette without a pull, and with each of ``PULLS``, from the same seed."""
    brand, plain = near_what_it_makes(model)
    pictures = [plain, *(pixels(model.generate(square(pull=strength), brand)) for strength in PULLS)]
    return [distance(picture, brand.swatches[0]) for picture in pictures]


@pytest.mark.parametrize("family", ["stable_diffusion_v", "stable_diffusion_3", "flux"])
def test_the_stronger_the_pull_the_nearer_the_same_picture_is_to_the_palette(
    opened: Opened, family: str
) -> None:
    assert "palette" in opened(family).abilities
    free, little, more, whole = distances(opened(family))
    assert more < little < free
    # A random network answers to what it is given by chance: it is not brought nearer without end.
    assert whole < little


@pytest.mark.parametrize("family", ["stable_diffusion", "stable_diffusion_xl"])
def test_any_pull_brings_a_picture_nearer_where_the_noise_is_predicted(opened: Opened, family: str) -> None:
    """What a random network takes for noise leaves the clean latent far out: more pull gives no more."""
    free, *pulled = distances(opened(family))
    assert max(pulled) < 0.96 * free


def test_a_larger_picture_is_guided_by_its_areas(opened: Opened) -> None:
    """Its latents are averaged before they are decoded."""
    model = opened("stable_diffusion_v")
    brand, _ = near_what_it_makes(model)
    asked = ask(width=272, height=64, steps=4)
    free, pulled = (
        pixels(model.generate(asked.model_copy(update={"pull": pull}), brand)) for pull in (0.0, 0.3)
    )
    assert distance(pulled, brand.swatches[0]) < distance(free, brand.swatches[0])


def test_no_pull_changes_nothing(opened: Opened) -> None:
    model = opened("stable_diffusion")
    brand, plain = near_what_it_makes(model)
    assert torch.equal(pixels(model.generate(square(), brand)), plain)


def test_colours_out_of_reach_are_left_alone(opened: Opened) -> None:
    model = opened("stable_diffusion")
    far = Brand(name="Far", swatches=(Swatch(name="lime", hex="#00FF00", capture=3),))
    plain, pulled = (pixels(model.generate(ask(pull=strength), far)) for strength in (0.0, 1.0))
    assert torch.equal(plain, pulled)


def test_the_pull_is_noted_where_latents_cannot_be_followed(
    opened: Opened, brand: Brand, anchor: object
) -> None:
    model = opened("stable_video")
    assert "palette" not in model.abilities
    clip = model.generate(ask(prompt="", anchor=anchor, frames=2, pull=0.5), brand)
    assert any("palette" in note for note in clip.source.notes)


def test_a_shaded_swatch_pulls_hue_and_chroma_and_leaves_lightness() -> None:
    swatch = Swatch(name="clay", hex="#C05030", capture=40, finish="shaded")
    (target,) = pull.targets([swatch])
    lab = srgb_to_lab(torch.tensor([[90, 50, 40], [200, 110, 90]], dtype=torch.uint8)).requires_grad_()
    place = target.toward(lab)
    assert torch.equal(place[:, 0], lab[:, 0].detach())
    # The same light on the swatch's own colour: equal chromaticity, by the standard's curves.
    linear = colour.models.eotf_sRGB(np.array(swatch.rgb8) / 255)
    for one in place.numpy().astype(np.float64):
        there = colour.XYZ_to_sRGB(colour.Lab_to_XYZ(one))
        share = colour.models.eotf_sRGB(there) / linear
        assert np.ptp(share) < 0.03 * share.mean()
    (gradient,) = torch.autograd.grad(pull.Pulled(lab, [swatch]).distance(lab), lab)
    assert gradient[:, 0].abs().max() < 0.05 * gradient[:, 1:].abs().max()


def test_a_colour_goes_to_the_nearer_swatch() -> None:
    swatches = [Swatch(name="a", hex="#C05030", capture=30), Swatch(name="b", hex="#D07050", capture=30)]
    targets = pull.targets(swatches)
    lab = srgb_to_lab(torch.tensor([[192, 82, 50]], dtype=torch.uint8))
    shares = pull.shares(
        torch.tensor([[float(pull.ciede2000(lab, t.lab))] for t in targets]), torch.tensor([30.0, 30.0])
    )
    assert shares[0, 0] > 0.95
    assert shares[1, 0] < 0.01


def test_gradients_are_finite_at_black_white_grey_and_the_swatch_itself() -> None:
    swatches = [Swatch(name=str(k), hex=h, capture=200) for k, h in enumerate(("#000", "#FFF", "#808080"))]
    swatches.append(Swatch(name="shaded", hex="#0000FF", capture=200, finish="shaded"))
    codes = [[0, 0, 0], [255, 255, 255], [128, 128, 128], [0, 0, 255], [255, 0, 0]]
    rgb = (torch.tensor(codes) / 255).requires_grad_()
    (gradient,) = torch.autograd.grad(pull.Pulled(srgb_to_lab(rgb), swatches).distance(srgb_to_lab(rgb)), rgb)
    assert torch.isfinite(gradient).all()
