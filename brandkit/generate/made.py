"""Frames that a generator makes, as a ``Clip``: what reads files reads them alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.media.clip import Frames, Source

if TYPE_CHECKING:
    import torch

    from brandkit.generate.request import Request


class Made:
    """A clip whose frames are made when they are read, or were made before.

    Args:
        request: what was asked for; its digest and the generator's stand for the file's.
        generator: its id.
        frames: called for each pass over the clip; gives ``uint8`` ``[3, H, W]``, sRGB, one frame at a time.
        notes: what a person should know of how they were made, one sentence each.
        texts: what a file of it should carry, by keyword; see ``media.texts``.
    """

    def __init__(
        self,
        request: Request,
        generator: str,
        frames: Callable[[], Iterator[torch.Tensor]],
        notes: tuple[str, ...] = (),
        texts: Mapping[str, str] | None = None,
    ) -> None:
        moving = request.frames > 1
        asked = f"{generator}\n{request.model_dump_json()}"
        self.source = Source(
            path=Path(f"{generator.partition(':')[0]}-{request.seed}"),
            sha256=hashlib.sha256(asked.encode()).hexdigest(),
            kind="video" if moving else "image",
            width=request.width,
            height=request.height,
            frames=request.frames,
            fps=request.fps if moving else None,
            duration=float(request.frames / request.fps) if moving else None,
            notes=notes,
        )
        self.texts = dict(texts or {})
        self._frames = frames

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """As ``Clip.batches``."""
        import torch

        first, frames = 0, self._frames()
        while pixels := list(islice(frames, size)):
            seconds = tuple(k / self.source.rate for k in range(first, first + len(pixels)))
            yield Frames(torch.stack(pixels).to(device), first, seconds)
            first += len(pixels)
