"""A gate around a pipeline of diffusers that somebody has already: its pictures, judged.

    gate = gated(pipe, brand)
    result = gate("a glossy bottle on a podium", num_inference_steps=30)
    result.verdict, result.images, result.reports

Whoever has no pipeline yet asks ``brandkit.generate``, which also corrects and asks again.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brandkit import loop
from brandkit.errors import GenerationError, SpoiltError
from brandkit.gate import Verdict, worst
from brandkit.media.clip import interleaved
from brandkit.media.in_memory import InMemory

if TYPE_CHECKING:
    import torch
    from PIL import Image

    from brandkit.brand import Brand
    from brandkit.generate.diffusers.early import EarlyStop, Preview
    from brandkit.report.report import Report

    Callback = Callable[[Any, int, Any, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One picture of a gated pipeline.

    Attributes:
        image: with the very pixels that were judged.
        report: what was found; ``None`` where it is no picture.
        spoilt: why it is none (not numbers, black, of one colour, withheld by the model's own filter).
    """

    image: Image.Image
    report: Report | None
    spoilt: str | None = None

    @property
    def verdict(self) -> Verdict:
        """That of the report; ``failed`` of what is no picture."""
        return Verdict.FAILED if self.report is None else self.report.verdict


@dataclass(frozen=True, slots=True)
class Gated:
    """What a call of a gated pipeline came to.

    Attributes:
        pictures: each that was made, in order; none where the generation was ended.
        stopped: why it was ended before it was done, ``None`` where it was not.
    """

    pictures: tuple[Judged, ...]
    stopped: Preview | None = None

    @property
    def images(self) -> tuple[Image.Image, ...]:
        """The pictures alone."""
        return tuple(one.image for one in self.pictures)

    @property
    def reports(self) -> tuple[Report | None, ...]:
        """The report on each picture."""
        return tuple(one.report for one in self.pictures)

    @property
    def verdict(self) -> Verdict:
        """The worst of all; ``failed`` where the generation was ended."""
        return worst(one.verdict for one in self.pictures) or Verdict.FAILED

    @property
    def passed(self) -> bool:
        """Whether every picture passed."""
        return self.verdict is Verdict.PASSED


class GatedPipeline:
    """A pipeline whose pictures are judged; see ``gated``."""

    def __init__(
        self, pipe: Any, brand: Brand, checks: Sequence[str] | None, early: EarlyStop | None
    ) -> None:
        self.pipe, self.early = pipe, early
        self._brand, self._checks = brand, checks
        self._size = None if early is None else early.size

    def __call__(self, *arguments: Any, **named: Any) -> Gated:
        """Call the pipeline, as it is called without a gate, and judge what it gives.

        Raises:
            GenerationError: ``output_type`` or ``return_dict`` is given: the gate sets these.
        """
        for name in ("output_type", "return_dict"):
            if name in named:
                raise GenerationError(f"{name}: a gated pipeline gives pictures and reports; leave it out")
        if self.early is None:
            result = self.pipe(*arguments, **named, output_type="pt")
        else:
            height, width = named.get("height"), named.get("width")
            self.early.size = (height, width) if height and width else self._size
            self.early.forget()
            named["callback_on_step_end"] = _both(self.early, named.get("callback_on_step_end"))
            try:
                result = self.pipe(*arguments, **named, output_type="pt")
            finally:
                self.early.close()
            if self.early.stopped is not None:
                return Gated((), self.early.stopped)
        withheld = list(getattr(result, "nsfw_content_detected", None) or ())
        frames = result.images.detach().float().cpu()
        withheld += [False] * (len(frames) - len(withheld))
        return Gated(tuple(map(self._judged, frames, withheld, range(1, len(frames) + 1))))

    def _judged(self, frame: torch.Tensor, withheld: bool, number: int) -> Judged:
        """Judge a picture ``[3, H, W]``, 0 to 1."""
        import torch
        from PIL import Image

        from brandkit.generate.diffusers.spoilt import refuse
        from brandkit.generate.diffusers.still import codes

        pixels = codes(torch.nan_to_num(frame))
        image = Image.fromarray(interleaved(pixels))
        try:
            refuse(frame[None], withheld=withheld)
        except SpoiltError as error:
            return Judged(image, None, str(error))
        clip = InMemory(pixels, f"{type(self.pipe).__name__}-{number}")
        return Judged(image, loop.check(clip, self._brand, checks=self._checks))


def gated(
    pipe: Any, brand: Brand, *, checks: Sequence[str] | None = None, early: EarlyStop | None = None
) -> GatedPipeline:
    """Put a gate around a pipeline of diffusers that makes pictures.

    Args:
        pipe: called as it would be without; it is not changed.
        brand: that judges.
        checks: ids of the checks to judge by; all that are installed if ``None``.
        early: what ends a generation whose colours are hopeless; see ``brandkit.generate.diffusers.early``.

    Raises:
        CheckError: no check is installed, or one of ``checks`` is not.
        GenerationError: ``early`` is given, and the pipeline tells nobody of its steps.
    """
    loop.find_checks(brand, checks)
    if early is not None and "callback_on_step_end" not in inspect.signature(pipe.__call__).parameters:
        raise GenerationError(f"{type(pipe).__name__}: takes no callback_on_step_end; leave 'early' out")
    return GatedPipeline(pipe, brand, checks, early)


def _both(early: EarlyStop, own: Callback | None) -> Callback:
    """The caller's own callback after ours."""

    def ended(pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        given: Mapping[str, Any] = early(pipe, step, timestep, tensors)
        return dict(given) if own is None else own(pipe, step, timestep, dict(given))

    return ended
