"""Which kind of file it is, by its content, never by its ending."""

from __future__ import annotations

from pathlib import Path

from brandkit.media import guard, pillow
from brandkit.media.clip import Clip
from brandkit.media.inputs import is_pattern


def open_clip(path: Path, background: tuple[int, int, int]) -> Clip:
    """See ``brandkit.media.open``; the reader of each kind is loaded when a file asks for it."""
    if is_pattern(path):
        from brandkit.media import sequence

        return sequence.open_pattern(path, background)
    guard.refuse_unreadable(path)
    with pillow.opened(path) as image:
        kind = image.format if image is not None else None
        # A JPEG may hold a second picture for 3-D or HDR displays, a TIFF several pages.
        with pillow.errors(path):
            frames = getattr(image, "n_frames", 1)
    if kind is None:
        from brandkit.media import video

        return video.open_video(path, background)
    if frames > 1:
        from brandkit.media import animation

        if kind in animation.FORMATS:
            return animation.open_animation(path, background)
    from brandkit.media import still

    return still.open_still(path, background)
