"""One still picture, of any colour space and depth, as one frame of 8-bit sRGB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from brandkit.errors import MediaError
from brandkit.media import deep, guard, icc, pillow, png
from brandkit.media.clip import Frames, Source

UNTAGGED = "no colour profile: taken as sRGB"

# The PNG gAMA value that goes with sRGB, and how far from it a file is still taken as sRGB.
_SRGB_GAMMA, _GAMMA_TOLERANCE = 0.45455, 0.005
# ITU-T H.273: BT.709 primaries; transfers that a display shows as sRGB (709, 601, sRGB, 2020).
_CICP_PRIMARIES, _CICP_TRANSFERS = 1, frozenset({1, 6, 13, 14, 15})

# Exif 2.32, tag 0x0112: how to turn the stored picture so that it stands upright.
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Pixels = npt.NDArray[np.uint8]
Background = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class StillClip:
    """A clip of one frame, decoded when it is opened so that damage shows at once."""

    source: Source
    _pixels: Pixels = field(repr=False)

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        """Yield the one frame."""
        yield Frames(to_tensor(self._pixels).to(device), 0, (0.0,))


def open_still(path: Path, background: Background) -> StillClip:
    """Open the picture at ``path``; of several pages, the first.

    Raises:
        MediaError: damaged, too large, or in a form that is not display-referred.
    """
    pixels, notes = decode(path, background)
    height, width = pixels.shape[:2]
    source = Source(path, guard.sha256([path]), "image", width, height, 1, None, None, notes)
    return StillClip(source, pixels)


def decode(path: Path, background: Background) -> tuple[Pixels, tuple[str, ...]]:
    """Read one picture.

    Returns:
        ``uint8`` ``[H, W, 3]`` in sRGB, upright, and what was assumed or converted.
    """
    with pillow.opened(path) as image:
        if image is None:
            raise MediaError(f"{path}: is not a picture that can be read; export it as PNG, TIFF or JPEG")
        notes = []
        pages = getattr(image, "n_frames", 1)
        if pages > 1:
            notes.append(f"holds {pages} pictures: only the first is read")
        with pillow.errors(path):
            orientation = image.getexif().get(_ORIENTATION_TAG, 1)
        header = png.read_header(path)
        turned = False
        if _is_deep(image, header):
            image = _with_info(deep.to_image(path), image)
            notes.append("16 bits a channel rounded to 8")
        else:
            with pillow.errors(path):
                image.load()
            turned = image.format == "TIFF"  # Pillow does so for this format only
        rgb, colour_notes = to_srgb(path, image, background, header)
    if orientation in _UPRIGHT:
        notes.append(f"turned upright as its EXIF orientation ({orientation}) says")
        if not turned:
            rgb = rgb.transpose(_UPRIGHT[orientation])
    return np.asarray(rgb), (*notes, *colour_notes)


def to_srgb(
    path: Path, image: Image.Image, background: Background, header: png.Header | None = None
) -> tuple[Image.Image, tuple[str, ...]]:
    """Convert a decoded 8-bit image of any mode to mode ``RGB`` in sRGB without transparency.

    Raises:
        MediaError: more than 8 bits a channel, floating point, or HDR.
    """
    if header is not None and header.cicp is not None:
        _refuse_hdr(path, header.cicp)
    with pillow.errors(path):
        colour, alpha = _split(path, image)
        profile = image.info.get("icc_profile")
        if profile:
            colour, note = icc.to_srgb(colour, profile)
        elif colour.mode == "CMYK":
            note = "CMYK without a profile: plain conversion, its colours are a guess"
        elif colour.mode == "LAB":
            colour, note = icc.lab_to_srgb(colour), "CIELAB converted to sRGB"
        elif header is not None and header.gamma is not None and not header.srgb:
            colour, note = _apply_gamma(colour, header.gamma)
        else:
            note = "sRGB chunk: pixels taken as they are" if header is not None and header.srgb else UNTAGGED
        notes = [note]
        colour = colour.convert("RGB")
        if alpha is not None and alpha.getextrema() != (255, 255):
            colour = _over(colour, alpha, background)
            notes.append("transparency laid over #{:02X}{:02X}{:02X}".format(*background))
    return colour, tuple(notes)


def to_tensor(pixels: Pixels) -> torch.Tensor:
    """``[H, W, 3]`` to a contiguous ``[1, 3, H, W]`` of its own memory."""
    return torch.from_numpy(np.array(pixels.transpose(2, 0, 1)[None], order="C"))


def _split(path: Path, image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Take an image apart into its colour (``RGB``, ``CMYK``, ``L`` or ``LAB``) and its alpha."""
    mode = image.mode
    if mode in ("I", "F") or mode.startswith("I;"):
        raise MediaError(
            f"{path}: holds 32-bit or floating-point samples; export it as 8 or 16-bit PNG or TIFF"
        )
    if mode in ("PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    elif mode == "1":
        image = image.convert("L")
    elif mode in ("P", "YCbCr", "HSV", "RGBX"):
        image = image.convert("RGB")
    if image.mode == "LA":
        return image.getchannel("L"), image.getchannel("A")
    if image.mode == "RGBA":
        return image.convert("RGB"), image.getchannel("A")
    return image, None


def _over(colour: Image.Image, alpha: Image.Image, background: Background) -> Image.Image:
    """Composite in sRGB-encoded values, as browsers do, rounded once."""
    a = np.asarray(alpha, dtype=np.uint32)[..., None]
    mixed = np.asarray(colour, dtype=np.uint32) * a + np.array(background, dtype=np.uint32) * (255 - a)
    return Image.fromarray(((mixed + 127) // 255).astype(np.uint8))


def _apply_gamma(colour: Image.Image, gamma: float) -> tuple[Image.Image, str]:
    if abs(gamma - _SRGB_GAMMA) <= _GAMMA_TOLERANCE:
        return colour, "gAMA chunk of sRGB: pixels taken as they are"
    linear = (np.arange(256) / 255) ** (1 / gamma)
    # IEC 61966-2-1
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    table = np.rint(encoded * 255).astype(int).tolist()
    return colour.point(table * len(colour.getbands())), f"gAMA chunk of {gamma:.5f} converted to sRGB"


def _refuse_hdr(path: Path, cicp: tuple[int, int]) -> None:
    primaries, transfer = cicp
    if primaries != _CICP_PRIMARIES or transfer not in _CICP_TRANSFERS:
        raise MediaError(
            f"{path}: its cICP chunk states a wide-gamut or HDR space (primaries {primaries},"
            f" transfer {transfer}), which is not read yet; export it in sRGB"
        )


def _is_deep(image: Image.Image, header: png.Header | None) -> bool:
    if header is not None:
        return header.depth > 8
    bits = image.tag_v2.get(258, 8) if image.format == "TIFF" else 8  # type: ignore[attr-defined]
    return max(bits) > 8 if isinstance(bits, tuple) else int(bits) > 8


def _with_info(image: Image.Image, header: Image.Image) -> Image.Image:
    if "icc_profile" in header.info:
        image.info["icc_profile"] = header.info["icc_profile"]
    return image
