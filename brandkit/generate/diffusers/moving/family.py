"""What an adapter says of one family of video models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from brandkit.generate.request import Request


@dataclass(frozen=True, slots=True)
class Family:
    """How a family differs from others; what they share is in ``moving.Moving``.

    Attributes:
        words: its pipeline in diffusers that needs no picture, ``None`` for none.
        picture: its pipeline that starts from one, ``None`` for none.
        shared: whether one set of weights serves both.
        grid: of a pipeline, what the sides of its frames are multiples of, in pixels.
        beat: of a pipeline, frames to one latent frame: it makes ``beat * k + 1`` of them.
        guidance: what its pipelines call ``Request.guidance``.
        extra: of a request, the arguments that only this family takes.
        rate: what its pipelines call the frame rate, ``None`` where they take none.
    """

    words: str | None
    picture: str | None
    shared: bool
    grid: Callable[[Any], int]
    beat: Callable[[Any], int]
    guidance: str = "guidance_scale"
    rate: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def frames(self, pipe: Any, request: Request) -> int:
        """The nearest number of frames that the model makes, not fewer than were asked for."""
        beat = self.beat(pipe)
        return -(-(request.frames - 1) // beat) * beat + 1
