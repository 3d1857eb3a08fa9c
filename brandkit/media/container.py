"""How a file is packed, told by its content."""

from __future__ import annotations

from pathlib import Path

_PICTURES = {"HEIF": "heic", "MPO": "jpeg"}
_VIDEOS = {
    "mpegts": "ts", "mpeg": "mpeg", "avi": "avi", "mxf": "mxf", "yuv4mpegpipe": "y4m", "mpegvideo": "mpeg",
}  # fmt: skip
_QUICKTIME = b"qt  "
_EBML_HEAD = 4096


def container_of(path: Path) -> str | None:
    """The format of a picture or video file, such as ``png``, ``jpeg``, ``mp4`` or ``mov``.

    Returns:
        ``None`` where it is none that is known by name.

    Raises:
        MediaError: the file is a damaged picture, or cannot be opened.
    """
    from brandkit.media import pillow

    with pillow.opened(path) as image:
        if image is not None:
            form = _PICTURES.get(image.format or "", (image.format or "").lower())
            return "apng" if form == "png" and getattr(image, "n_frames", 1) > 1 else form
    return _video(path)


def _video(path: Path) -> str | None:
    import av

    from brandkit.media.demux import opened

    with path.open("rb") as file:
        head = file.read(_EBML_HEAD)
    try:
        with opened(path) as container:
            name = container.format.name
    except av.FFmpegError:
        return None
    if "mp4" in name:
        return "mov" if head[4:8] != b"ftyp" or head[8:12] == _QUICKTIME else "mp4"
    if "matroska" in name:
        return "webm" if b"webm" in head else "mkv"
    return _VIDEOS.get(name, name)
