"""Where a file says its chroma samples lie, which PyAV has no attribute for.

libavfilter's ``showinfo`` would say it, to FFmpeg's log only. That log belongs to the whole process: while
one thread listens, the decoders of all others call back into Python, and one that is closed meanwhile waits
for its own worker, which waits for the interpreter, for ever (PyAV issue 751). A header of Matroska, written
to memory from the stream's parameters, says it too and touches nothing that is shared.
"""

from __future__ import annotations

import io
import re

import av

_ELEMENTS = re.compile(rb"\x55\xb7\x81([\x01\x02])\x55\xb8\x81([\x01\x02])")
"""``ChromaSitingHorz`` and ``ChromaSitingVert`` (RFC 9559, 5.1.4.1.28.24 and 25), each of one byte."""
_NAMES = {(1, 2): "left", (2, 2): "center", (1, 1): "topleft", (2, 1): "top"}
"""By those two: 1 is level with the first sample of luma, 2 midway between two."""


def stated(stream: av.VideoStream) -> str | None:
    """The siting that a stream states.

    Args:
        stream: of a file that is open; nothing is read from it.

    Returns:
        A name of ``chroma.SITINGS``; ``None`` where the file is silent, and for chroma level with the lower
        sample (H.264 allows it, no tool of the field writes it), which Matroska has no name for.
    """
    header = io.BytesIO()
    try:
        with av.open(header, "w", format="matroska") as container:
            container.add_stream_from_template(stream, opaque=True)
            container.start_encoding()
    except (av.FFmpegError, ValueError):  # a codec that Matroska does not hold
        return None
    found = _ELEMENTS.search(header.getvalue())
    return None if found is None else _NAMES[found[1][0], found[2][0]]
