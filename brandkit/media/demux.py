"""Open a file of sound and pictures by FFmpeg, which is to read that file and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

# Only formats that hold their pictures themselves: a playlist (HLS, DASH, concat) names other
# files or addresses, and single pictures are Pillow's.
CONTAINERS = ",".join(
    (
        "mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "mpegts", "mpeg", "mpegvideo",
        "mxf", "yuv4mpegpipe", "flv", "asf", "ogg", "h264", "hevc", "ivf", "obu", "m4v", "nut", "dv", "gxf",
    )
)  # fmt: skip


def opened(path: Path) -> av.container.InputContainer:
    """The file's container, to be closed by the caller. Raises FFmpeg's own errors, and ``OSError``."""
    import av

    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    # "file:" keeps a name such as "concat:a|b" or "http:x" a name.
    return av.open(f"file:{path}", "r", container_options=options)
