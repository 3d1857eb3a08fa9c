"""A pipeline of diffusers behind a gate, and one that is ended while it makes what would not pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderTiny, DiffusionPipeline
from PIL import Image

from brandkit import loop
from brandkit.brand import Brand, Swatch
from brandkit.errors import GenerationError
from brandkit.gate import Verdict
from brandkit.gated import gated
from brandkit.generate.diffusers.early import MARGIN, Bounds, EarlyStop
from brandkit.swatch import Forbidden

from .conftest import Models

FAMILIES = ["stable_diffusion", "stable_diffusion_xl", "stable_diffusion_3", "flux"]
STEPS = 8
SIDE = 32


@pytest.fixture(scope="module")
def pipes(models: Models) -> dict[str, Any]:
    """Pipelines as somebody has them who does not know of brandkit."""
    made = {}
    for family in FAMILIES:
        made[family] = DiffusionPipeline.from_pretrained(models(family))
        made[family].set_progress_bar_config(disable=True)
    return made


def asked(**more: Any) -> dict[str, Any]:
    noise = torch.Generator().manual_seed(3)
    size = {"height": SIDE, "width": SIDE}
    return {"prompt": "a ball", "num_inference_steps": STEPS, "generator": noise, **size, **more}


def lime(**fields: Any) -> Brand:
    """A brand that no model here comes near to."""
    return Brand(name="Lime", swatches=(Swatch(name="lime", hex="#00FF00", capture=3),), **fields)


def all_there_is(**fields: Any) -> Brand:
    """A brand of greys, each of which takes in all that is near: nothing is off its palette."""
    greys = tuple(
        Swatch(name=f"grey {k}", hex=f"#{k:02X}{k:02X}{k:02X}", capture=100) for k in (40, 128, 200)
    )
    return Brand(name="Greys", swatches=greys, **fields)


class Counted:
    """Steps that a pipeline made, and what its own callback was given."""

    def __init__(self) -> None:
        self.steps: list[int] = []

    def __call__(self, pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        self.steps.append(step)
        return tensors


@pytest.mark.parametrize("family", FAMILIES)
def test_a_hopeless_generation_is_ended_before_its_last_step(pipes: dict[str, Any], family: str) -> None:
    pipe, seen = pipes[family], Counted()
    watch = EarlyStop(pipe, lime(off_palette=0.2), every=1)
    result = gated(pipe, lime(off_palette=0.2), early=watch)(**asked(callback_on_step_end=seen))
    assert (result.verdict, result.images, result.passed) == (Verdict.FAILED, (), False)
    assert result.stopped is watch.stopped and result.stopped is not None
    assert result.stopped.step == len(seen.steps) < STEPS
    assert str(result.stopped) == f"step {len(seen.steps)} of {STEPS}: 100 % belongs to no brand colour"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_generation_that_may_still_pass_is_the_same_with_and_without(
    pipes: dict[str, Any], family: str
) -> None:
    pipe = pipes[family]
    watch = EarlyStop(pipe, all_there_is(off_palette=0.9), every=1)
    gate = gated(pipe, all_there_is(off_palette=0.9), checks=["palette"], early=watch)
    result = gate(**asked())
    assert watch.stopped is None
    assert [preview.step for preview in watch.previews] == [3, 4, 5, 6, 7]
    plain = pipe(**asked()).images[0]
    assert np.array_equal(np.asarray(result.images[0]), np.asarray(plain))
    assert "step" not in vars(pipe.scheduler)


def test_the_gate_judges_each_picture_and_says_the_worst(pipes: dict[str, Any]) -> None:
    brand = Brand(name="None", swatches=(Swatch(name="lime", hex="#00FF00", coverage={"min": 0.5}),))
    result = gated(pipes["stable_diffusion"], brand, checks=["palette"])(**asked(num_images_per_prompt=2))
    assert len(result.pictures) == 2
    for one in result.pictures:
        assert one.report is not None
        assert one.report.verdict is one.verdict is Verdict.FAILED
        assert (one.report.source.width, one.report.source.height) == (SIDE, SIDE)
    assert result.verdict is Verdict.FAILED


def test_what_was_judged_is_what_a_file_of_it_is(pipes: dict[str, Any], tmp_path: Any) -> None:
    result = gated(pipes["stable_diffusion"], all_there_is(), checks=["palette"])(**asked())
    (report,) = result.reports
    assert report is not None
    result.images[0].save(tmp_path / "made.png")
    again = loop.check(tmp_path / "made.png", all_there_is(), checks=["palette"])
    assert [f.value for f in again.findings] == [f.value for f in report.findings]


def test_a_pipeline_that_is_called_again_is_watched_anew(pipes: dict[str, Any]) -> None:
    pipe = pipes["stable_diffusion"]
    watch = EarlyStop(pipe, lime(off_palette=0.2), every=2)
    for _ in range(2):
        pipe(**asked(callback_on_step_end=watch, output_type="pt"))
        assert watch.stopped is not None
        assert [preview.step for preview in watch.previews] == [4, 6]


def test_a_pipeline_that_fails_is_left_as_it_was(pipes: dict[str, Any]) -> None:
    pipe = pipes["stable_diffusion"]
    watch = EarlyStop(pipe, lime(off_palette=0.2), every=1)
    gate = gated(pipe, lime(off_palette=0.2), early=watch)
    assert gate(**asked()).stopped is not None

    def fails(*_: Any) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gate(**asked(callback_on_step_end=fails))
    assert "step" not in vars(pipe.scheduler)
    assert (watch.stopped, watch.previews) == (None, [])


def test_a_smaller_decoder_gives_the_previews(pipes: dict[str, Any]) -> None:
    tiny_vae = AutoencoderTiny(
        encoder_block_out_channels=(8,) * 4,
        decoder_block_out_channels=(8,) * 4,
        num_encoder_blocks=(1,) * 4,
        num_decoder_blocks=(1,) * 4,
    )
    pipe = pipes["stable_diffusion"]
    calls = []
    tiny_vae.decoder.register_forward_hook(lambda *_: calls.append(1))
    watch = EarlyStop(pipe, lime(off_palette=0.2), every=2, decoder=tiny_vae)
    pipe(**asked(callback_on_step_end=watch, output_type="latent"))
    assert len(calls) == len(watch.previews) == 2


def test_packed_latents_that_are_not_square_need_a_size(pipes: dict[str, Any]) -> None:
    pipe = pipes["flux"]
    watch = EarlyStop(pipe, lime(off_palette=0.2), every=1)
    with pytest.raises(GenerationError, match=r"give size=\(height, width\)"):
        pipe(**asked(callback_on_step_end=watch, width=2 * SIDE))
    # The gate knows what it is asked for.
    result = gated(pipe, lime(off_palette=0.2), early=watch)(**asked(width=2 * SIDE))
    assert result.stopped is not None


def seen_in(colour: tuple[int, int, int], brand: Brand) -> tuple[str, ...]:
    """The faults of a picture of one colour."""
    return Bounds(brand, MARGIN).faults(torch.tensor(colour).view(3, 1, 1).expand(3, 8, 8) / 255)


def test_a_colour_that_a_correction_would_mend_is_no_fault() -> None:
    blue = Swatch(name="blue", hex="#0050FF", capture=14, coverage={"min": 0.5})
    brand = Brand(name="Acme", swatches=(blue,), off_palette=0.1)
    assert seen_in((0x12, 0x5C, 0xEC), brand) == ()
    assert seen_in((200, 30, 60), brand) == (
        "100 % belongs to no brand colour",
        "blue and what is near it fill 0 %",
    )


def test_a_picture_of_a_forbidden_colour_is_hopeless() -> None:
    rival = Forbidden(name="rival red", hex="#E4002B", tolerance=4)
    assert seen_in((0xE4, 0, 0x2B), lime(forbidden=(rival,))) == ("the forbidden rival red fills 100 %",)


def test_a_brand_that_limits_nothing_ends_nothing(pipes: dict[str, Any]) -> None:
    with pytest.raises(GenerationError, match="no generation could be told to be hopeless"):
        EarlyStop(pipes["stable_diffusion"], lime())


def test_a_pipeline_whose_latents_cannot_be_followed_is_refused(models: Models) -> None:
    pipe = DiffusionPipeline.from_pretrained(models("stable_video"))
    with pytest.raises(GenerationError, match="latents cannot be followed"):
        EarlyStop(pipe, lime(off_palette=0.2))


def test_a_result_that_is_not_numbers_is_no_picture_and_does_not_pass(pipes: dict[str, Any]) -> None:
    class Broken:
        def __call__(self, **named: Any) -> Any:
            frames = torch.rand(2, 3, 16, 16)
            frames[0, 0, 0, 0] = torch.nan
            return type("Result", (), {"images": frames})()

    first, second = gated(Broken(), all_there_is(), checks=["palette"])(prompt="a ball").pictures
    assert first.verdict is Verdict.FAILED and first.report is None
    assert first.spoilt is not None and first.spoilt.startswith("the model's result is not numbers")
    assert second.report is not None
    assert isinstance(first.image, Image.Image)


def test_what_the_gate_sets_itself_is_not_asked_for(pipes: dict[str, Any]) -> None:
    with pytest.raises(GenerationError, match="output_type: a gated pipeline gives"):
        gated(pipes["flux"], all_there_is())(**asked(output_type="np"))
