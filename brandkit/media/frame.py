"""One frame of a clip by its number, without decoding all that comes before it where the file allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brandkit.errors import MediaError
from brandkit.media.clip import interleaved

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from brandkit.media.clip import Clip

_BATCH = 8


def nth(clip: Clip, number: int) -> npt.NDArray[np.uint8]:
    """A frame, ``uint8`` ``[H, W, 3]`` sRGB, the same as ``clip.batches`` gives.

    Args:
        clip: of any kind.
        number: of the frame, from 0.

    Raises:
        MediaError: there are not so many, or the file is damaged.
    """
    if number > 0 and clip.source.kind == "video":
        from brandkit.media.video import VideoClip

        if isinstance(clip, VideoClip) and (found := clip.sought(number)) is not None:
            return interleaved(found)
    for batch in clip.batches(1 if number == 0 else _BATCH):
        if batch.first <= number < batch.first + len(batch):
            return interleaved(batch.pixels[number - batch.first])
    raise MediaError(f"{clip.source.path.name}: has no frame {number}")
