from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import torch

from brandkit.brand import Brand
from brandkit.errors import GenerationError

from .conftest import Opened, ask, pixels

FAMILIES = ["stable_video", "wan", "ltx"]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("frames", [2, 6])
def test_a_picture_begins_to_move(
    opened: Opened, brand: Brand, anchor: Path, other: Path, family: str, frames: int
) -> None:
    told: list[tuple[int, int]] = []
    model = opened(family)
    assert {"video", "anchor"} <= model.abilities
    asked = ask(prompt="", anchor=anchor, frames=frames, fps=Fraction(12), steps=2)
    clip = model.generate(asked, brand, lambda done, of: told.append((done, of)))
    made = pixels(clip)
    assert made.shape == (frames, 3, 44, 60)
    assert (clip.source.kind, clip.source.frames, clip.source.fps) == ("video", frames, Fraction(12))
    assert clip.source.notes == ()
    assert told == [(1, 2), (2, 2)]
    assert torch.equal(pixels(model.generate(asked, brand)), made)
    for changed in ({"anchor": other}, {"seed": 1}):
        again = model.generate(asked.model_copy(update=changed), brand)
        assert not torch.equal(pixels(again), made)


def test_one_set_of_weights_serves_words_alone_where_a_family_has_that(
    opened: Opened, brand: Brand, anchor: Path
) -> None:
    model = opened("ltx")
    assert "text" in model.abilities
    words = pixels(model.generate(ask(frames=3), brand))
    assert words.shape == (3, 3, 44, 60)
    moving = pixels(model.generate(ask(frames=3, anchor=anchor), brand))
    assert not torch.equal(words, moving)
    first, second = model._pipes.values()  # type: ignore[attr-defined]
    assert first.transformer is second.transformer


@pytest.mark.parametrize("family", ["stable_video", "wan"])
def test_a_model_that_needs_a_picture_says_so(opened: Opened, brand: Brand, family: str) -> None:
    with pytest.raises(GenerationError, match="give an anchor"):
        opened(family).generate(ask(frames=3), brand)


def test_what_a_model_takes_no_heed_of_is_noted(opened: Opened, brand: Brand, anchor: Path) -> None:
    asked = ask(anchor=anchor, frames=2, negative="rain", strength=0.3)
    notes = opened("stable_video").generate(asked, brand).source.notes
    assert [note.split(" is not followed")[0] for note in notes] == [
        "the prompt",
        "the negative prompt",
        "the strength",
    ]


def test_a_clip_that_memory_cannot_hold_is_refused(opened: Opened, brand: Brand, anchor: Path) -> None:
    asked = ask(prompt="", anchor=anchor, frames=100_000, width=4096, height=4096)
    with pytest.raises(GenerationError, match=r"too little memory: a clip of 100000 frames"):
        opened("stable_video").generate(asked, brand)
