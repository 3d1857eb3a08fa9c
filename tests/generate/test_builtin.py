"""The generator that needs no weights: the same again, exact where it says so, and honest about the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import brandkit
from brandkit.brand import Brand
from brandkit.errors import GenerationError, MediaError
from brandkit.generate import Generator, Request
from brandkit.generate.builtin import Builtin
from brandkit.generate.scene.anchor import KEY
from brandkit.generate.scene.faults import Drifted, Faults

PALETTES = Path(__file__).parent.parent.parent / "palettes"
ORBITAL, VOLT = Brand.load(PALETTES / "orbital.brand.yml"), Brand.load(PALETTES / "volt.brand.yml")
FAULTLESS: Generator = Builtin("none")


def request(prompt: str = "", seed: int = 0, side: int = 96, **more: object) -> Request:
    return Request(prompt=prompt, seed=seed, width=side, height=side, **more)  # type: ignore[arg-type]


def pixels(
    asked: Request, brand: Brand = ORBITAL, generator: Generator = FAULTLESS, batch: int = 8
) -> torch.Tensor:
    return torch.cat([frames.pixels for frames in generator.generate(asked, brand).batches(batch)])


def saved(path: Path, picture: torch.Tensor, text: dict[str, str] | None = None) -> Path:
    info = PngInfo()
    for key, value in (text or {}).items():
        info.add_itxt(key, value)
    Image.fromarray(picture.permute(1, 2, 0).numpy()).save(path, pnginfo=info)
    return path


def test_it_says_what_it_can_do() -> None:
    generator = Builtin()
    assert generator.id == "builtin:1:some" and Builtin("none").id == "builtin:1:none"
    assert generator.abilities == {"text", "anchor", "video", "palette"}


@pytest.mark.parametrize("seed", [0, 5])
def test_the_same_request_gives_the_same_bits(seed: int) -> None:
    asked = request("an orange bottle", seed)
    assert torch.equal(pixels(asked, generator=Builtin("many")), pixels(asked, generator=Builtin("many")))


def test_another_seed_gives_another_picture() -> None:
    assert not torch.equal(pixels(request(seed=1)), pixels(request(seed=2)))


def test_frames_do_not_depend_on_the_batch() -> None:
    asked, generator = request("two boxes", 3, 64, frames=3), Builtin("many")
    assert torch.equal(
        pixels(asked, batch=1, generator=generator), pixels(asked, batch=3, generator=generator)
    )


def test_a_clip_starts_at_its_still_and_moves() -> None:
    still, clip = request("two boxes", 3, 64), request("two boxes", 3, 64, frames=4)
    made = pixels(clip)
    assert torch.equal(pixels(still)[0], made[0])
    assert all(not torch.equal(made[k], made[k + 1]) for k in range(3))


def test_frames_are_rendered_only_when_they_are_read() -> None:
    done: list[int] = []
    clip = FAULTLESS.generate(request("box", 1, 16, frames=100_000), ORBITAL, lambda k, of: done.append(k))
    assert done == []
    next(iter(clip.batches(2)))
    assert done == [1, 2]


def test_a_flat_swatch_is_its_exact_hex() -> None:
    picture = pixels(request("an orange sphere, paper backdrop", 4, 160))[0]
    paper = (picture == torch.tensor([0xF4, 0xF1, 0xEA], dtype=torch.uint8)[:, None, None]).all(0)
    assert float(paper.float().mean()) > 0.5
    assert bool(paper[:, :4].all())


@pytest.mark.parametrize("hex_colour", ["#12AB9F", "#808080", "#FFFFFF", "#010203"])
def test_a_flat_panel_is_any_hex_exactly(hex_colour: str, tmp_path: Path) -> None:
    brand = ORBITAL.model_copy(
        update={"swatches": tuple(
            s.model_copy(update={"hex": hex_colour}) if s.name == "paper" else s for s in ORBITAL.swatches
        )}
    )  # fmt: skip
    picture = pixels(request("orange sphere on a paper background", 2, 64), brand)[0]
    codes = torch.tensor(list(bytes.fromhex(hex_colour[1:])), dtype=torch.uint8)
    assert bool((picture[:, 0] == codes[:, None]).all())


@pytest.mark.parametrize("brand", [ORBITAL, VOLT], ids=["orbital", "volt"])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_faultless_picture_passes(brand: Brand, seed: int) -> None:
    clip = FAULTLESS.generate(request(seed=seed, side=256), brand)
    report = brandkit.check(clip, brand, checks=["palette", "proportion", "pairs"])
    assert report.verdict == "passed", [f.message for f in report.findings if f.outcome != "passed"]


def test_a_drifted_picture_fails() -> None:
    faults = Faults(drifted=(Drifted(name="electric-blue", hex="#0050FF", painted="#2B44E6", de00=6.0),))
    clip = Builtin(faults).generate(request(side=256), VOLT)
    report = brandkit.check(clip, VOLT, checks=["palette"])
    assert report.verdict == "failed"
    assert any(f.swatch == "electric-blue" and f.outcome == "failed" for f in report.findings)


def test_a_faultless_clip_does_not_flicker() -> None:
    clip = FAULTLESS.generate(request("two orange boxes", 2, 128, frames=12), ORBITAL)
    report = brandkit.check(clip, ORBITAL, checks=["flicker", "palette"])
    assert report.verdict == "passed", [f.message for f in report.findings if f.outcome == "failed"]


def test_the_notes_say_what_it_is_and_what_was_not_understood() -> None:
    asked = request("a dreamy box", negative="cats")
    notes = FAULTLESS.generate(asked, ORBITAL).source.notes
    assert notes == (
        "procedural scene, not a model; faults seeded: none",
        "not understood: 'dreamy'",
        "the negative prompt was not read",
    )


def test_an_own_picture_is_made_again_from_itself(tmp_path: Path) -> None:
    asked = request("an orange bottle and two gold spheres", 7)
    generator = Builtin("none")
    first = pixels(asked)
    anchor = saved(tmp_path / "approved.png", first[0], generator.generate(asked, ORBITAL).texts)
    again = request(seed=99, anchor=anchor, strength=0.0)
    assert torch.equal(pixels(again), first)
    assert (
        "the scene of approved.png was read from the file" in generator.generate(again, ORBITAL).source.notes
    )


def test_it_is_made_again_larger(tmp_path: Path) -> None:
    asked = request("an orange bottle", 7, 48)
    anchor = saved(tmp_path / "a.png", pixels(asked)[0], Builtin().generate(asked, ORBITAL).texts)
    large = pixels(request(seed=1, side=96, anchor=anchor, strength=0.0))
    assert torch.equal(large, pixels(request("an orange bottle", 7, 96)))


def test_more_strength_leaves_the_anchor_farther(tmp_path: Path) -> None:
    asked = request("an orange bottle and two gold spheres", 7)
    first = pixels(asked)[0]
    anchor = saved(tmp_path / "a.png", first, Builtin().generate(asked, ORBITAL).texts)

    def away(seed: int, strength: float) -> float:
        picture = pixels(request(seed=seed, anchor=anchor, strength=strength))[0]
        return float((picture.float() - first.float()).abs().mean())

    means = [np.mean([away(seed, strength) for seed in (1, 2)]) for strength in (0.0, 0.15, 0.5, 1.0)]
    assert means == sorted(means) and means[0] == 0 < means[1]


def test_pixels_tell_colours_and_light(tmp_path: Path) -> None:
    picture = np.full((120, 120, 3), (0xF4, 0xF1, 0xEA), np.uint8)
    picture[:, 60:] = (0xE4, 0xE1, 0xDA)
    picture[40:90, 40:80] = (0xFF, 0x4F, 0x00)
    anchor = tmp_path / "photo.png"
    Image.fromarray(picture).save(anchor)
    asked = request(seed=3, anchor=anchor, strength=0.3)
    made = Builtin("none").scene(asked, ORBITAL)
    assert made.backdrop.name == "paper"
    assert made.things[0].paint.name == "international-orange"
    said = Builtin("none").generate(asked, ORBITAL).source.notes[-1]
    assert "paper as the backdrop" in said and "light from the left" in said


def test_a_damaged_scene_in_a_picture_is_said(tmp_path: Path) -> None:
    anchor = saved(tmp_path / "a.png", pixels(request())[0], {KEY: '{"things": []}'})
    notes = FAULTLESS.generate(request(anchor=anchor), ORBITAL).source.notes
    assert "the scene stored in a.png is damaged or of another version" in notes


@pytest.mark.parametrize("content", [None, b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_an_anchor_that_cannot_be_read_is_one_line(content: bytes | None, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.png"
    if content is not None:
        anchor.write_bytes(content)
    with pytest.raises(MediaError, match=r"anchor\.png") as error:
        FAULTLESS.generate(request(anchor=anchor), ORBITAL)
    assert "\n" not in str(error.value)


def test_what_it_cannot_do_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="structure"):
        FAULTLESS.generate(request(structure=tmp_path / "a.png"), ORBITAL)


def test_a_crowd_is_cut_short_and_said() -> None:
    clip = FAULTLESS.generate(request("seven boxes, " * 300), ORBITAL)
    assert "no more than 12 things are shown" in clip.source.notes


def test_palette_guidance_costs_a_faultless_picture_nothing() -> None:
    plain = Request(prompt="a glossy bottle on a podium", width=96, height=96, seed=5)
    pulled = plain.model_copy(update={"pull": 0.9})
    first, second = (next(Builtin("none").generate(r, ORBITAL).batches()).pixels for r in (plain, pulled))
    assert torch.equal(first, second)
