from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import DiffusionPipeline
from PIL import Image

from brandkit.brand import Brand
from brandkit.errors import GenerationError
from brandkit.generate.diffusers.quiet import quiet

from .conftest import Models, Opened, ask, pixels

Own = dict[str, Any]
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


@pytest.mark.parametrize(
    ("family", "frames", "own"),
    [
        ("stable_video", 3, {"fps": 12, "max_guidance_scale": 2.0, "decode_chunk_size": 8}),
        ("wan", 5, {"guidance_scale": 2.0, "prompt": "a ball"}),
        ("ltx", 5, {"frame_rate": 12, "guidance_scale": 2.0, "prompt": "a ball"}),
    ],
)
def test_what_is_made_is_what_diffusers_itself_makes_when_asked_the_same(
    models: Models,
    opened: Opened,
    brand: Brand,
    tmp_path: Path,
    family: str,
    frames: int,
    own: dict[str, Any],
) -> None:
    Image.effect_noise((64, 64), 80).convert("RGB").save(tmp_path / "noise.png")
    fields = {"anchor": tmp_path / "noise.png", "frames": frames, "fps": Fraction(12), "guidance": 2.0}
    asked = ask(width=64, height=64, steps=2, seed=8, **fields)
    made = pixels(opened(family).generate(asked, brand))
    with quiet():
        pipe = DiffusionPipeline.from_pretrained(models(family))
        pipe.set_progress_bar_config(disable=True)
        itself = pipe(
            image=Image.open(tmp_path / "noise.png"),
            width=64,
            height=64,
            num_frames=frames,
            num_inference_steps=2,
            generator=torch.Generator().manual_seed(8),
            output_type="np",
            **own,
        ).frames[0]
    assert np.abs(made.permute(0, 2, 3, 1).numpy() - np.asarray(itself) * 255).max() <= 1


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
