"""What is asked of a generator, and what a generator is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.generate.made import Made

Ability = Literal["text", "anchor", "structure", "style", "video", "upscale", "palette"]
"""What a generator can be asked for: a picture from words; one that starts from an approved picture
(``anchor``), that keeps the outlines of one (``structure``), or that has its look (``style``); moving
pictures; larger ones; and whether it takes ``Request.pull``."""

Step = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""

LEAST_SIDE, MOST_SIDE = 16, 16384
"""Pixels of a side that can be asked for."""
Side = Annotated[int, Field(ge=LEAST_SIDE, le=MOST_SIDE)]


class Request(BaseModel):
    """One picture or clip that is asked for. The same request of the same generator on the same device gives
    the same pixels.

    Attributes:
        prompt: what is to be seen.
        negative: what is not to be seen.
        width: pixels; a generator whose model has a grid takes the nearest size that fits and crops.
        height: likewise.
        frames: 1 for a still.
        fps: frames a second of a clip, as a fraction.
        seed: of everything that is drawn by lot.
        anchor: an approved picture that the result starts from.
        strength: how far the result may leave the anchor: 0 is the anchor, 1 ignores it.
        structure: a picture whose outlines the result keeps.
        style: a picture whose look the result has.
        likeness: how much of that look it has: 0 is none, 1 all that the model can give.
        steps: of denoising; the generator's own number without.
        guidance: how closely words are followed; the generator's own number without.
        pull: strength of palette guidance at its first step; 0 is none, 1 moves each predicted colour all of
            the way to its swatch.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: Annotated[str, Field(max_length=4000)] = ""
    negative: Annotated[str, Field(max_length=4000)] = ""
    width: Side = 1024
    height: Side = 1024
    frames: Annotated[int, Field(ge=1, le=100_000)] = 1
    fps: Fraction = Fraction(24)
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    anchor: Path | None = None
    strength: Annotated[float, Field(ge=0, le=1)] = 0.6
    structure: Path | None = None
    style: Path | None = None
    likeness: Annotated[float, Field(ge=0, le=1)] = 0.6
    steps: Annotated[int | None, Field(ge=1, le=1000)] = None
    guidance: Annotated[float | None, Field(ge=0, le=100)] = None
    pull: Annotated[float, Field(ge=0, le=1)] = 0.0


def unwatched(done: int, of: int) -> None:
    """A ``Step`` that shows nothing."""


class Generator(Protocol):
    """What makes pictures."""

    @property
    def id(self) -> str:
        """What a recipe states and replay opens again: its name and version, or the model and its digest."""
        ...

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it can be asked for."""
        ...

    @property
    def facts(self) -> Mapping[str, str]:
        """What else a result depends on, such as the device, the type of numbers and versions."""
        ...

    def generate(self, request: Request, brand: Brand, step: Step = unwatched) -> Made:
        """Make it; a clip may be made frame by frame while it is read.

        Args:
            request: what is asked for.
            brand: whose colours it has.
            step: told of the progress.

        Raises:
            GenerationError: it cannot be made: no such ability, no model, too little memory, a result that is
                not a picture.
            MediaError: the anchor or the structure cannot be read.
        """
        ...
