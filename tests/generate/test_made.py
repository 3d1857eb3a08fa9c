from __future__ import annotations

from fractions import Fraction

import pytest
import torch
from pydantic import ValidationError

from brandkit.generate import Made, Request


def test_frames_come_in_batches_as_often_as_asked() -> None:
    pixels = torch.arange(5 * 3 * 16 * 16, dtype=torch.int64).to(torch.uint8).view(5, 3, 16, 16)
    request = Request(width=16, height=16, frames=5, fps=Fraction(10))
    clip = Made(request, "builtin:1", lambda: iter(pixels))
    for _ in range(2):
        batches = list(clip.batches(2))
        assert [len(batch) for batch in batches] == [2, 2, 1]
        assert [batch.first for batch in batches] == [0, 2, 4]
        assert torch.equal(torch.cat([batch.pixels for batch in batches]), pixels)
    assert batches[-1].seconds == (0.4,)
    assert (clip.source.kind, clip.source.frames, clip.source.duration) == ("video", 5, 0.5)


def test_another_request_or_generator_is_another_source() -> None:
    def digest(generator: str, request: Request) -> str:
        return Made(request, generator, lambda: iter(())).source.sha256

    same = digest("builtin:1", Request(prompt="a ball", seed=1))
    assert digest("builtin:1", Request(prompt="a ball", seed=1)) == same
    assert digest("builtin:1", Request(prompt="a ball", seed=2)) != same
    assert digest("builtin:2", Request(prompt="a ball", seed=1)) != same


@pytest.mark.parametrize("wrong", [{"width": 0}, {"frames": 0}, {"strength": 1.5}, {"seed": -1}, {"sed": 1}])
def test_what_cannot_be_meant_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Request.model_validate(wrong)
