"""One frame to PNG, TIFF, WebP, JPEG, AVIF, HEIC or BMP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from brandkit.errors import OutputError
from brandkit.media import faithful, png_file, tiff_file
from brandkit.media.atomic import replacing
from brandkit.media.clip import Frames, Source
from brandkit.media.encoding import UNTAGGED, AsIs
from brandkit.media.faithful import Faithful
from brandkit.media.icc import Array
from brandkit.media.native import Native
from brandkit.media.still_formats import FORMS, lossy_note, through_pillow
from brandkit.media.written import Written


def write_still(path: Path, frames: Iterable[Frames], like: Source) -> Written:
    """Write the one frame there is; the suffix chooses the format.

    In the format of the file that ``like`` came from, the picture keeps what that file has: depth,
    colour profile, alpha, metadata, and the numbers of every pixel that was not changed. In another
    format it is plain sRGB.

    Raises:
        OutputError: no frame or more than one, the format cannot hold it, or the place cannot be written to.
        MediaError: the file that ``like`` came from has been damaged meanwhile.
    """
    batches = [batch for batch in frames if len(batch)]
    count = sum(len(batch) for batch in batches)
    if count != 1:
        raise OutputError(
            f"{path}: a picture holds one frame, {count} were given; write an animation or a video"
        )
    form = FORMS[path.suffix.lower()]
    kept = faithful.restore(batches[0], like)
    if kept is None or kept.picture.format != form:
        kept = Faithful(plain(batches[0]))
    data, notes = encode(kept.picture, path, like.path)
    with replacing(path) as temporary:
        temporary.write_bytes(data)
    return Written(path, (*kept.notes, *notes))


def plain(frame: Frames) -> Native:
    """A frame as sRGB without alpha, 16 bits deep where the frame is."""
    pixels = frame.pixels[0] if frame.deep is None else (frame.deep[0].clamp(0, 255) * 257).round()
    colour = pixels.movedim(0, -1).contiguous().cpu().numpy()
    if frame.deep is not None:
        colour = colour.astype("uint16")
    return Native(colour, None, "RGB", AsIs(UNTAGGED), None, "", tagged=False)


def encode(picture: Native, path: Path, original: Path | None = None) -> tuple[bytes, tuple[str, ...]]:
    """Encode a picture in the format of ``path``'s suffix, with the metadata of ``original`` if it is of it.

    In memory, because encoders turn a full disk into an error without its reason.

    Raises:
        OutputError: the format cannot hold a picture of that size or kind.
    """
    form = FORMS[path.suffix.lower()]
    source = original if original is not None and picture.format == form else None
    notes: list[str] = []
    if picture.bits > 8 and form not in ("PNG", "TIFF"):
        picture = rounded(picture)
        notes.append(f"16 bits a channel rounded to 8, which is all that {form} holds")
    try:
        if form == "PNG":
            data = png_file.encode(picture, source)
        elif form == "TIFF" and picture.bits > 8:
            data = tiff_file.encode(picture, source)
        else:
            data = through_pillow(picture, form, source)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise OutputError(f"{path}: cannot be encoded ({reason}); write a PNG instead") from error
    return data, (*notes, *lossy_note(form))


def rounded(picture: Native) -> Native:
    """A 16-bit picture with 8 bits a channel."""

    def to_8(values: Array) -> Array:
        eight: Array = ((values.astype("uint32") * 255 + 32767) // 65535).astype("uint8")
        return eight

    return replace(
        picture, colour=to_8(picture.colour), alpha=None if picture.alpha is None else to_8(picture.alpha)
    )
