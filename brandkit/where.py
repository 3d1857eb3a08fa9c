"""Where in a frame a change applies: what grades and deflickering ask of a matte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch


class Where(Protocol):
    """Says where a correction applies."""

    def start(self, device: torch.device | str) -> Masking:
        """Get ready for the frames of one pass, in order."""
        ...


class Masking(Protocol):
    """Gives the matte of one frame after the other."""

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """The matte of a frame ``uint8`` ``[3, H, W]``: ``float32`` ``[H, W]``, 0 to 1, on its device."""
        ...
