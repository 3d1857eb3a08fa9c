"""Between ComfyUI's IMAGE, ``float32`` ``[B, H, W, C]`` from 0 to 1, and what brandkit judges.

ComfyUI's own nodes that save and show pictures cut fractions of a code off: 127.9 becomes 127. What is judged
is what they would write. Of a whole code ``c``, ``c / 255`` comes back as ``c`` by cutting as by rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brandkit.errors import MediaError
from brandkit.media.in_memory import InMemory

if TYPE_CHECKING:
    import torch

CODES = 255.0
_COLOURS = 3


def codes(images: torch.Tensor) -> torch.Tensor:
    """``uint8`` ``[B, 3, H, W]`` of an IMAGE; a fourth channel is left out.

    >>> import torch
    >>> codes(torch.tensor([0.0, 0.5, 1.0]).view(1, 1, 1, 3)).flatten().tolist()
    [0, 127, 255]
    """
    import torch

    colours = images[..., :_COLOURS].float() * CODES
    return colours.clamp(0, CODES).to(torch.uint8).movedim(-1, 1).contiguous()


def with_codes(images: torch.Tensor, changed: torch.Tensor) -> torch.Tensor:
    """An IMAGE with other codes: what they leave as it was keeps its very numbers.

    Args:
        images: as it was.
        changed: ``uint8`` ``[B, 3, H, W]``.
    """
    import torch

    other = (changed != codes(images)).movedim(1, -1)
    made = images.clone()
    made[..., :_COLOURS] = torch.where(
        other, changed.movedim(1, -1).to(images.dtype) / CODES, images[..., :_COLOURS]
    )
    return made


def clips(images: torch.Tensor, fps: float) -> list[InMemory]:
    """Each picture of an IMAGE for itself, or where ``fps`` is above 0 all of them as one video.

    Raises:
        MediaError: these are no pictures.
    """
    import torch

    if not bool(torch.isfinite(images).all()):
        raise MediaError("images: hold what is no number, as of a VAE that overflowed; run it in 32 bits")
    pixels = codes(images)
    if fps > 0:
        return [InMemory(pixels, "video", fps)]
    return [InMemory(picture, f"picture-{number}") for number, picture in enumerate(pixels, 1)]
