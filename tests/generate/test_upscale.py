from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from brandkit.brand import Brand
from brandkit.errors import GenerationError, MediaError, SpoiltError
from brandkit.generate import Request
from brandkit.generate.diffusers import open_model
from brandkit.generate.diffusers.upscaler import Upscaler
from brandkit.generate.enlarge import size_of, upscale

from .conftest import Models, Opened, ask, pixels


def tiled(model: object, tile: int, overlap: int) -> Upscaler:
    """The same upscaler with tiles of another size."""
    assert isinstance(model, Upscaler)
    return Upscaler(dataclasses.replace(model._network, tile=tile, overlap=overlap))


@pytest.mark.parametrize(
    ("to", "size"),
    [("150x120", (150, 120)), ("2x", (200, 160)), ("3.5x", (350, 280)), ("400x100", (400, 100))],
)
def test_a_network_of_spandrels_gives_the_exact_size(
    opened: Opened, brand: Brand, anchor: Path, to: str, size: tuple[int, int]
) -> None:
    told: list[tuple[int, int]] = []
    model = opened("esrgan")
    clip = upscale(anchor, to, model, brand, step=lambda done, of: told.append((done, of)))
    assert (clip.source.width, clip.source.height) == size
    assert pixels(clip).shape == (1, 3, size[1], size[0])
    assert [done for done, _ in told] == list(range(1, told[-1][1] + 1))


def test_tiles_of_a_network_give_what_it_gives_at_once(opened: Opened, brand: Brand, anchor: Path) -> None:
    model = opened("esrgan")
    whole, parts = (
        pixels(upscale(anchor, "2x", tiled(model, *sides), brand)).int() for sides in ((256, 32), (40, 12))
    )
    assert (whole - parts).abs().max() <= 1


def test_a_pipeline_of_diffusers_enlarges_tile_by_tile_and_repeats_to_the_bit(
    opened: Opened, brand: Brand, tmp_path: Path
) -> None:
    Image.effect_noise((40, 20), 60).convert("RGB").save(tmp_path / "low.png")
    model = tiled(opened("upscaler"), 20, 8)
    told: list[tuple[int, int]] = []
    made = pixels(
        upscale(
            tmp_path / "low.png",
            "4x",
            model,
            brand,
            request=ask(steps=2, seed=1),
            step=lambda done, of: told.append((done, of)),
        )
    )
    assert told == [(step, 6) for step in range(1, 7)]
    assert made.shape == (1, 3, 80, 160)
    again = pixels(upscale(tmp_path / "low.png", "4x", model, brand, request=ask(steps=2, seed=1)))
    assert torch.equal(made, again)
    other = pixels(upscale(tmp_path / "low.png", "4x", model, brand, request=ask(steps=2, seed=2)))
    assert not torch.equal(made, other)


@pytest.mark.parametrize("darkest", [0, 150], ids=["any", "bright"])
def test_a_picture_of_one_tile_is_what_the_pipeline_itself_makes_of_it(
    models: Models, opened: Opened, brand: Brand, tmp_path: Path, darkest: int
) -> None:
    from diffusers import StableDiffusionUpscalePipeline

    codes = np.random.default_rng(0).integers(darkest, 256, (16, 20, 3), dtype=np.uint8)
    Image.fromarray(codes).save(tmp_path / "low.png")
    made = pixels(
        upscale(tmp_path / "low.png", "4x", opened("upscaler"), brand, request=ask(steps=2, seed=4))
    )
    pipe = StableDiffusionUpscalePipeline.from_pretrained(models("upscaler"))
    seeded = [torch.Generator().manual_seed(4) for _ in range(2)]
    noise = torch.randn((1, 4, 20, 24), generator=seeded[0])[:, :, :16, :20]
    itself = pipe(
        prompt="a ball",
        image=Image.fromarray(codes),
        latents=noise,
        generator=seeded[1],
        num_inference_steps=2,
        output_type="np",
    ).images[0]
    apart = np.abs(made[0].permute(1, 2, 0).numpy() - itself * 255)
    assert apart.max() <= 1


def test_a_pipeline_takes_pictures_of_odd_sides(opened: Opened, brand: Brand, tmp_path: Path) -> None:
    Image.effect_noise((17, 19), 60).convert("RGB").save(tmp_path / "odd.png")
    made = upscale(tmp_path / "odd.png", "4x", opened("upscaler"), brand, request=ask(steps=1))
    assert pixels(made).shape == (1, 3, 76, 68)


def test_a_picture_that_is_large_enough_is_brought_to_size_and_that_is_said(
    opened: Opened, brand: Brand, anchor: Path
) -> None:
    clip = upscale(anchor, "50x40", opened("esrgan"), brand)
    assert pixels(clip).shape == (1, 3, 40, 50)
    assert "as large already" in clip.source.notes[0]


def test_what_a_network_takes_no_heed_of_is_noted(opened: Opened, brand: Brand, anchor: Path) -> None:
    notes = upscale(anchor, "2x", opened("esrgan"), brand, request=ask(negative="rain")).source.notes
    assert [note.split(" is not followed")[0] for note in notes] == [
        "the prompt",
        "the negative prompt",
        "the number of steps",
    ]
    # How far an enlarged picture may leave its anchor is no question.
    plain = Request(strength=0.0, prompt="", steps=None)
    assert upscale(anchor, "2x", opened("esrgan"), brand, request=plain).source.notes == ()


def test_what_is_not_a_number_is_found_in_a_tile(
    models: Models, brand: Brand, anchor: Path, tmp_path: Path
) -> None:
    weights = load_file(models("esrgan"))
    weights["body.0.bias"].fill_(float("nan"))
    save_file(weights, tmp_path / "nan.safetensors")
    with pytest.raises(SpoiltError) as told:
        upscale(anchor, "2x", open_model(tmp_path / "nan.safetensors"), brand)
    assert told.value.reason == "nan"


def test_an_upscaler_is_no_painter_and_a_painter_no_upscaler(
    opened: Opened, brand: Brand, anchor: Path
) -> None:
    with pytest.raises(GenerationError, match="give it as the anchor"):
        opened("esrgan").generate(ask(), brand)
    with pytest.raises(GenerationError, match="does not enlarge"):
        upscale(anchor, "4k", opened("stable_diffusion"), brand)


def test_a_picture_that_cannot_be_read_is_refused_as_any_file_is(
    opened: Opened, brand: Brand, tmp_path: Path
) -> None:
    with pytest.raises(MediaError, match="does not exist"):
        upscale(tmp_path / "missing.png", "4k", opened("esrgan"), brand)


def test_a_damaged_or_pickled_network_is_refused(models: Models, tmp_path: Path) -> None:
    short = tmp_path / "short.safetensors"
    short.write_bytes(models("esrgan").read_bytes()[:-5])
    with pytest.raises(GenerationError, match="damaged"):
        open_model(short)
    (tmp_path / "net.pth").write_bytes(b"x")
    with pytest.raises(GenerationError, match="pickle"):
        open_model(tmp_path / "net.pth")


def test_a_network_that_does_not_enlarge_is_refused(tmp_path: Path) -> None:
    from . import tiny

    with pytest.raises(GenerationError, match="does not enlarge"):
        open_model(tiny.esrgan(tmp_path / "same.safetensors", scale=1))


@pytest.mark.parametrize(
    ("to", "size"),
    [
        ("4k", (3840, 2560)),
        ("4K", (3840, 2560)),
        ("fhd", (1920, 1280)),
        ("1.5x", (450, 300)),
        ("64x48", (64, 48)),
    ],
)
def test_sizes_by_name_keep_proportions(to: str, size: tuple[int, int]) -> None:
    assert size_of(to, 300, 200) == size


@pytest.mark.parametrize("to", ["", "5k", "-2x", "0x", "99x", "4 k x", "99999x9", "8x8"])
def test_what_is_no_size_is_refused(to: str) -> None:
    with pytest.raises(GenerationError, match=r"is no size|would be"):
        size_of(to, 300, 200)
