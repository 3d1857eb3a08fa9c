"""A batch of frames where compiled code and OpenCV can read it: in the memory of the processor.

Flow, connected areas, features of logos and the like are not torch's: they run on the processor wherever the
frames lie. What has to be there goes there a batch at a time, and once for all that ask.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from torch.utils.weak import WeakIdKeyDictionary

from brandkit.media.clip import Frames

if TYPE_CHECKING:
    import torch

_known: WeakIdKeyDictionary = WeakIdKeyDictionary()
_copying = threading.Lock()


def on_cpu(frames: Frames) -> Frames:
    """The same frames on the CPU: themselves, or a copy that is made once while someone holds the batch."""
    if frames.device.type == "cpu":
        return frames
    with _copying:  # of checks that ask at the same time, the others wait for the first
        found: Frames | None = _known.get(frames)
        if found is None:
            deep: torch.Tensor | None = None if frames.deep is None else frames.deep.cpu()
            found = _known[frames] = frames.with_pixels(frames.pixels.cpu(), deep)
        return found
