from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image
from PIL import Image

from brandkit import media
from brandkit.brand import Brand
from brandkit.errors import GenerationError, MediaError
from brandkit.generate.diffusers import open_model
from brandkit.generate.diffusers.quiet import quiet
from brandkit.generate.diffusers.still import Still

from .conftest import Models, Opened, ask, pixels

FAMILIES = ["stable_diffusion", "stable_diffusion_xl", "stable_diffusion_3", "flux"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_seed_gives_the_same_bits_each_time_and_after_opening_again(
    models: Models, opened: Opened, brand: Brand, family: str
) -> None:
    model = opened(family)
    first = pixels(model.generate(ask(seed=5), brand))
    assert first.shape == (1, 3, 44, 60)
    assert not torch.equal(pixels(model.generate(ask(seed=6), brand)), first)
    assert torch.equal(pixels(model.generate(ask(seed=5), brand)), first)
    assert torch.equal(pixels(open_model(models(family)).generate(ask(seed=5), brand)), first)


@pytest.mark.parametrize("anchored", [False, True], ids=["from words", "from an anchor"])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_made_is_what_diffusers_itself_makes_when_asked_the_same(
    models: Models, opened: Opened, brand: Brand, tmp_path: Path, family: str, anchored: bool
) -> None:
    Image.effect_noise((64, 48), 80).convert("RGB").save(tmp_path / "noise.png")
    task = AutoPipelineForImage2Image if anchored else AutoPipelineForText2Image
    start = {"anchor": tmp_path / "noise.png", "strength": 0.5} if anchored else {}
    asked = ask(width=64, height=48, steps=4, seed=8, guidance=3.0, **start)
    made = pixels(opened(family).generate(asked, brand))
    given = {"image": Image.open(tmp_path / "noise.png"), "strength": 0.5} if anchored else {}
    if not anchored or family in ("stable_diffusion_3", "flux"):
        given |= {"width": 64, "height": 48}
    with quiet():
        pipe = task.from_pretrained(models(family))
        pipe.set_progress_bar_config(disable=True)
        itself = pipe(
            prompt="a ball",
            num_inference_steps=4,
            guidance_scale=3.0,
            generator=torch.Generator().manual_seed(8),
            output_type="np",
            **given,
        ).images[0]
    assert np.abs(made[0].permute(1, 2, 0).numpy() - itself * 255).max() <= 1


@pytest.mark.parametrize("family", FAMILIES)
def test_an_anchor_is_where_the_picture_starts(
    opened: Opened, brand: Brand, family: str, anchor: Path, other: Path
) -> None:
    model = opened(family)
    clips = [model.generate(ask(anchor=path, steps=4), brand) for path in (anchor, other, anchor)]
    made = [pixels(clip) for clip in clips]
    assert made[0].shape == (1, 3, 44, 60)
    assert clips[0].source.notes == ()
    assert not torch.equal(made[0], made[1])
    assert torch.equal(made[0], made[2])


def test_an_anchor_that_is_lost_in_too_few_steps_is_noted(opened: Opened, brand: Brand, anchor: Path) -> None:
    clip = opened("stable_diffusion_3").generate(ask(anchor=anchor, strength=0.7), brand)
    assert "the anchor has no part" in clip.source.notes[0]


def test_no_strength_gives_the_anchor_itself_in_the_size_asked_for(
    opened: Opened, brand: Brand, tmp_path: Path
) -> None:
    picture = Image.effect_noise((60, 44), 80).convert("RGB")
    picture.save(tmp_path / "noise.png")
    clip = opened("stable_diffusion").generate(ask(anchor=tmp_path / "noise.png", strength=0), brand)
    assert torch.equal(pixels(clip), pixels(media.open(tmp_path / "noise.png")))
    assert "anchor itself" in clip.source.notes[0]


def test_tasks_share_the_parts_of_one_model(opened: Opened, brand: Brand, anchor: Path) -> None:
    model = opened("stable_diffusion", controlnet="controlnet")
    assert isinstance(model, Still)
    for fields in ({}, {"anchor": anchor}, {"structure": anchor}, {"anchor": anchor, "structure": anchor}):
        model.generate(ask(**fields), brand)
    assert len(model._pipes) == 4
    assert len({id(pipe.unet) for pipe in model._pipes.values()}) == 1
    assert len({id(pipe.vae) for pipe in model._pipes.values()}) == 1


@pytest.mark.parametrize("anchored", [False, True], ids=["from words", "from an anchor"])
def test_a_controlnet_makes_outlines_count(
    opened: Opened, brand: Brand, anchor: Path, other: Path, anchored: bool
) -> None:
    model = opened("stable_diffusion", controlnet="controlnet")
    start = {"anchor": anchor} if anchored else {}
    free = pixels(model.generate(ask(**start), brand))
    made = pixels(model.generate(ask(structure=anchor, **start), brand))
    assert not torch.equal(made, free)
    assert not torch.equal(pixels(model.generate(ask(structure=other, **start), brand)), made)
    assert torch.equal(pixels(model.generate(ask(structure=anchor, **start), brand)), made)


def test_an_ip_adapter_gives_the_look_of_a_picture_and_without_one_changes_nothing(
    opened: Opened, brand: Brand, anchor: Path, other: Path
) -> None:
    plain = pixels(opened("stable_diffusion").generate(ask(), brand))
    model = opened("stable_diffusion", ip_adapter="ip_adapter")
    assert "style" in model.abilities
    made = pixels(model.generate(ask(style=anchor, likeness=1.0), brand))
    assert not torch.equal(made, plain)
    assert not torch.equal(pixels(model.generate(ask(style=other, likeness=1.0), brand)), made)
    # Attention is then computed by another kernel.
    assert (pixels(model.generate(ask(), brand)).int() - plain.int()).abs().max() <= 1
    assert torch.equal(pixels(model.generate(ask(style=anchor, likeness=1.0), brand)), made)


def test_only_the_part_of_sdxl_that_makes_the_look_takes_it(
    opened: Opened, brand: Brand, anchor: Path, other: Path
) -> None:
    model = opened("stable_diffusion_xl", ip_adapter="ip_adapter_xl")
    assert isinstance(model, Still)
    looks = [pixels(model.generate(ask(style=style, likeness=0.5), brand)) for style in (anchor, other)]
    assert not torch.equal(looks[0], looks[1])
    scales = {
        name: processor.scale[0]
        for name, processor in model.model.pipe.unet.attn_processors.items()
        if hasattr(processor, "scale")
    }
    assert {name.split(".transformer")[0] for name, scale in scales.items() if scale} == {
        "up_blocks.0.attentions.1"
    }
    assert set(scales.values()) == {0.0, 0.5}


def test_a_look_and_an_anchor_go_together(models: Models, brand: Brand, anchor: Path, other: Path) -> None:
    model = open_model(models("stable_diffusion"), ip_adapter=models("ip_adapter") / "ip-adapter.safetensors")
    looks = [model.generate(ask(anchor=anchor, style=style), brand) for style in (anchor, other)]
    assert not torch.equal(pixels(looks[0]), pixels(looks[1]))


def test_steps_are_told_one_by_one(opened: Opened, brand: Brand, anchor: Path) -> None:
    told: list[tuple[int, int]] = []
    model = opened("stable_diffusion")
    model.generate(ask(), brand, lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    told.clear()
    model.generate(ask(anchor=anchor, steps=4, strength=0.5), brand, lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_ctrl_c_passes_and_leaves_the_model_as_it_was(opened: Opened, brand: Brand) -> None:
    model = opened("stable_diffusion")
    first = pixels(model.generate(ask(pull=0.5), brand))

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.generate(ask(pull=0.5), brand, stop)
    assert torch.equal(pixels(model.generate(ask(pull=0.5), brand)), first)


def test_what_the_model_did_not_read_is_noted(opened: Opened, brand: Brand) -> None:
    clip = opened("stable_diffusion").generate(ask(prompt="a ball " * 40), brand)
    assert any("truncated" in note for note in clip.source.notes)


def test_words_to_avoid_that_have_no_effect_are_noted(opened: Opened, brand: Brand) -> None:
    model = opened("stable_diffusion")
    plain, avoiding = (model.generate(ask(guidance=1.0, negative=words), brand) for words in ("", "red"))
    assert torch.equal(pixels(plain), pixels(avoiding))
    assert plain.source.notes == ()
    assert "negative" in avoiding.source.notes[0]
    assert model.generate(ask(guidance=4.0, negative="red"), brand).source.notes == ()


def test_nothing_is_printed(opened: Opened, brand: Brand, capfd: pytest.CaptureFixture[str]) -> None:
    opened("stable_diffusion").generate(ask(), brand)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("field", "said"), [("structure", "ControlNet"), ("style", "IP-Adapter"), ("frames", "stills")]
)
def test_what_a_model_cannot_do_is_refused(
    opened: Opened, brand: Brand, anchor: Path, field: str, said: str
) -> None:
    asked = ask(**{field: 5 if field == "frames" else anchor})
    with pytest.raises(GenerationError, match=said):
        opened("stable_diffusion").generate(asked, brand)


def test_an_anchor_that_is_no_picture_is_refused_as_any_file_is(
    opened: Opened, brand: Brand, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    model = opened("stable_diffusion")
    for name in ("broken.png", "missing.png"):
        with pytest.raises(MediaError, match=name):
            model.generate(ask(anchor=tmp_path / name), brand)


def test_an_anchor_is_taken_upright(opened: Opened, brand: Brand, tmp_path: Path) -> None:
    picture = Image.effect_noise((44, 60), 80).convert("RGB")
    picture.rotate(90, expand=True).save(tmp_path / "upright.png")
    exif = Image.Exif()
    exif[0x0112] = 8  # turned by a quarter
    picture.save(tmp_path / "turned.png", exif=exif)
    model = opened("stable_diffusion")
    made = [model.generate(ask(anchor=tmp_path / f"{name}.png"), brand) for name in ("upright", "turned")]
    assert torch.equal(pixels(made[0]), pixels(made[1]))
