"""Texts that travel within a file: PNG's iTXt, and the metadata of MP4, MOV and Matroska.

Pixels are not touched: of a PNG a chunk is added, a video is copied packet by packet.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from brandkit.errors import MediaError, OutputError
from brandkit.media.atomic import replacing

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = 33
"""The signature and the first chunk, IHDR, of 25 bytes."""
_VIDEOS = (".mp4", ".mov", ".m4v", ".mkv")
LONGEST = 1 << 20
"""Bytes of a text that is read: what is longer was not written here."""


def embeds(path: str | Path) -> bool:
    """Whether texts can be put into a file, by its ending."""
    return Path(path).suffix.lower() in (".png", *_VIDEOS)


def embed(path: str | Path, texts: dict[str, str]) -> None:
    """Put texts into a file, whole or not at all; one of the same keyword is replaced.

    Args:
        path: a PNG, MP4, MOV or Matroska file.
        texts: by keyword, 1 to 79 characters of Latin-1.

    Raises:
        OutputError: it is none of these, or cannot be written to.
        MediaError: it cannot be read.
    """
    path = Path(path)
    if not embeds(path):
        raise OutputError(f"{path}: texts go into PNG, MP4, MOV and Matroska files only")
    if path.suffix.lower() == ".png":
        data = _with_chunks(path, texts)
        with replacing(path) as temporary:
            temporary.write_bytes(data)
    else:
        with replacing(path) as temporary:
            _remux(path, temporary, texts)


def read(path: str | Path, keyword: str) -> str | None:
    """The text of a keyword in a file, ``None`` where there is none.

    Raises:
        MediaError: the file cannot be read.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(len(_SIGNATURE))
    except OSError as error:
        raise MediaError(f"{path}: cannot be read: {error.strerror or error}") from error
    if start == _SIGNATURE:
        return next((text for key, text in _texts(path.read_bytes()) if key == keyword), None)
    return _of_video(path, keyword)


def _with_chunks(path: Path, texts: dict[str, str]) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MediaError(f"{path}: cannot be read: {error.strerror or error}") from error
    if not data.startswith(_SIGNATURE):
        raise MediaError(f"{path}: is no PNG, whatever its name says")
    kept = [_SIGNATURE]
    for kind, chunk in _chunks(data):
        if kind != b"iTXt" or chunk[8:].partition(b"\0")[0].decode("latin-1") not in texts:
            kept.append(chunk)
        if kind == b"IHDR":
            kept += [_chunk(keyword, text) for keyword, text in texts.items()]
    return b"".join(kept)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Type and bytes of each chunk of a PNG; what is cut off at the end is left out."""
    found, at = [], len(_SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length:
            break
        found.append((chunk[4:8], chunk))
        at += len(chunk)
    return found


def _chunk(keyword: str, text: str) -> bytes:
    """An iTXt chunk (PNG, third edition, 11.3.3.4), compressed."""
    body = keyword.encode("latin-1") + b"\0\1\0\0\0" + zlib.compress(text.encode(), 9)
    return struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))


def _texts(data: bytes) -> list[tuple[str, str]]:
    found = []
    for kind, chunk in _chunks(data):
        if kind != b"iTXt":
            continue
        keyword, _, rest = chunk[8:-4].partition(b"\0")
        if len(rest) < 4:
            continue
        packed, body = rest[0] == 1, rest[2:].split(b"\0", 2)
        if len(body) < 3:
            continue
        try:
            text = zlib.decompressobj().decompress(body[2], LONGEST) if packed else body[2][:LONGEST]
            found.append((keyword.decode("latin-1"), text.decode()))
        except (zlib.error, UnicodeDecodeError):
            continue  # a text that is damaged is none
    return found


def _remux(path: Path, target: Path, texts: dict[str, str]) -> None:
    import av

    options = {} if path.suffix.lower() == ".mkv" else {"movflags": "use_metadata_tags+write_colr+faststart"}
    try:
        with av.open(str(path)) as source, av.open(str(target), "w", options=options) as result:
            result.metadata.update({**source.metadata, **texts})
            copies = {s.index: result.add_stream_from_template(s) for s in source.streams.get()}
            for packet in source.demux():
                if packet.dts is not None and packet.stream.index in copies:
                    packet.stream = copies[packet.stream.index]
                    result.mux(packet)
    except av.FFmpegError as error:
        raise MediaError(f"{path}: cannot be copied: {error}") from error


def _of_video(path: Path, keyword: str) -> str | None:
    import av

    try:
        with av.open(str(path)) as container:
            found = {key.lower(): text for key, text in container.metadata.items()}
    except (av.FFmpegError, OSError, ValueError, UnicodeDecodeError):
        return None  # pictures of other formats carry no such text
    return found.get(keyword.lower())
