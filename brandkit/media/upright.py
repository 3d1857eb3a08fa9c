"""The display matrix of a video, as a turn of pixels."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import av
import torch


@dataclass(frozen=True, slots=True)
class Turn:
    """Transpose first, then mirror: the eight ways a picture can lie."""

    transpose: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    @property
    def none(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.transpose or self.mirror_x or self.mirror_y)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height after the turn."""
        return (height, width) if self.transpose else (width, height)

    def apply(self, pixels: torch.Tensor) -> torch.Tensor:
        """Turn ``[..., H, W]``."""
        if self.transpose:
            pixels = pixels.transpose(-1, -2)
        axes = [axis for axis, mirrored in ((-1, self.mirror_x), (-2, self.mirror_y)) if mirrored]
        return pixels.flip(axes) if axes else pixels


def turn_of(frame: av.VideoFrame) -> Turn:
    """The turn that a frame's display matrix asks for, to the nearest right angle.

    The matrix (ISO/IEC 14496-12, 8.2.2) takes a stored point to ``x' = a x + c y``,
    ``y' = b x + d y``; libavutil keeps it as nine 32-bit numbers, a b u c d v ….
    """
    # PyAV's stub takes this container of side data for one of its entries.
    data = next((bytes(s) for s in frame.side_data if s.type.name == "DISPLAYMATRIX"), None)  # type: ignore
    if data is None:
        return Turn()
    a, b, _, c, d = struct.unpack("=9i", data[:36])[:5]
    if abs(b) + abs(c) > abs(a) + abs(d):
        return Turn(transpose=True, mirror_x=c < 0, mirror_y=b < 0)
    return Turn(mirror_x=a < 0, mirror_y=d < 0)
