"""A picture: the colours that fill most of it, proposed for a person to confirm.

Clusters are grown around the densest colours by CIEDE2000, and each is proposed as a colour that is in the
picture, never as a mean: a flat ground gives its own HEX, whatever noise or JPEG has put around it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import MediaError, PaletteError
from brandkit.formats.palette import Palette, Value
from brandkit.formats.picture_names import names
from brandkit.formats.reading import Reading

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    Mask = npt.NDArray[np.bool_]
    Places = npt.NDArray[np.int64]

TITLE = "picture (PNG, JPEG, TIFF …)"
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".avif", ".heic", ".bmp", ".gif")

MOST_COLOURS = 12
LEAST_SHARE = 0.01
REACH = 5.0
"""CIEDE2000 within which pixels belong to one colour: noise, JPEG and soft edges. Proposals are farther
apart, but for flat colours, such as an off-white on white."""
FLAT_REACH = 8
"""Codes around a flat colour that are its own noise, as ``brandkit.colour.flat_modes`` has it."""
STANDS_OUT = 0.5
"""Part of what is within ``FLAT_REACH`` that a flat colour has itself."""
_LONGEST_SIDE = 512
_BIN = 8
_MOST_TRIES = 64
_SEED = 0
_CELLS = 16
_SIGNATURES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"GIF87a",
    b"GIF89a",
)
_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_BMP_HEADS = (12, 40, 52, 56, 64, 108, 124)


def recognises(data: bytes) -> bool:
    """Whether the bytes begin as a picture's do."""
    return (
        data.startswith(_SIGNATURES)
        or (data[:4], data[8:12]) == (b"RIFF", b"WEBP")
        or (data[4:8] == b"ftyp" and data[8:12] in _BRANDS)
        or (data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADS)
    )


def read(data: bytes, reading: Reading) -> Palette:
    """At most ``MOST_COLOURS`` colours, the largest area first.

    Raises:
        PaletteError: the picture is damaged or wholly transparent, or no colour fills ``LEAST_SHARE`` of it.
    """
    picture = _picture(data)
    clusters = _clusters(*_sample(picture))
    if not clusters:
        raise PaletteError(f"no colour fills {100 * LEAST_SHARE:g} % of it; give a picture with flat areas")
    what = "picture" if picture.visible is None else "visible picture"
    colours = [
        reading.colour(name, cluster.value, where=f"{cluster.percent} % of the {what}, {cluster.place}")
        for cluster, name in zip(clusters, names([c.hex for c in clusters]), strict=True)
    ]
    return Palette(reading.name, tuple(colours), picture.notes)


@dataclass(frozen=True, slots=True)
class _Picture:
    """Pixels in sRGB ``[H, W, 3]``, which of them are opaque (``None`` for all), and what was assumed."""

    pixels: Pixels
    visible: Mask | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cluster:
    """A colour of the picture, its share of what is visible, and where most of it is."""

    rgb8: tuple[int, int, int]
    share: float
    x: int
    y: int

    @property
    def hex(self) -> str:
        return "#{:02X}{:02X}{:02X}".format(*self.rgb8)

    @property
    def value(self) -> Value:
        return Value("srgb", tuple(code / 255 for code in self.rgb8))

    @property
    def percent(self) -> str:
        return f"{100 * self.share:.{0 if self.share >= 0.0995 else 1}f}"

    @property
    def place(self) -> str:
        return f"most of it around {self.x}, {self.y} px"


def _picture(data: bytes) -> _Picture:
    import numpy as np

    from brandkit.media import WHITE, native, still

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        path.write_bytes(data)
        try:
            stored = native.read(path)
            shown = still.to_srgb(path, stored, WHITE)
        except MediaError as error:
            raise PaletteError(str(error).removeprefix(f"{path}: ")) from error
    if stored.alpha is None:
        return _Picture(shown.pixels, None, shown.notes)
    full = np.iinfo(stored.alpha.dtype).max
    if not stored.alpha.any():
        raise PaletteError("is wholly transparent; give a picture with something on it")
    opaque = stored.alpha == full
    visible = opaque if opaque.any() else stored.alpha > 0
    left = f"{100 * (1 - float(visible.mean())):.0f} % of it is transparent and left aside"
    return _Picture(shown.pixels, visible, (*shown.notes, left))


def _sample(picture: _Picture) -> tuple[Pixels, Places]:
    """Visible pixels, one of each small square, and where they are (y, x).

    No mean of several, which would be a colour that is nowhere in the picture; and not every nth, which
    could see one thread of a weave only. The same pixels each time.
    """
    import numpy as np

    height, width = picture.pixels.shape[:2]
    step = -(-max(height, width) // _LONGEST_SIDE)
    random = np.random.default_rng(_SEED)
    rows, columns = np.mgrid[0:height:step, 0:width:step]
    rows = np.minimum(rows + random.integers(0, step, rows.shape), height - 1).ravel()
    columns = np.minimum(columns + random.integers(0, step, columns.shape), width - 1).ravel()
    if picture.visible is not None:
        seen = picture.visible[rows, columns]
        if not seen.any():  # something thinner than the squares
            rows, columns = np.nonzero(picture.visible)
            seen = np.ones(len(rows), bool)
        rows, columns = rows[seen], columns[seen]
    return picture.pixels[rows, columns], np.stack((rows, columns), 1)


def _clusters(pixels: Pixels, places: Places) -> list[_Cluster]:
    """Around the densest colours in turn, as long as one fills enough of the picture."""
    import numpy as np
    import torch

    from brandkit.colour.difference import ciede2000
    from brandkit.colour.spaces import srgb_to_lab

    distinct, owner, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    owner = owner.ravel()
    total = float(counts.sum())
    lab = srgb_to_lab(torch.from_numpy(distinct))
    bins = (distinct // _BIN).astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    bin_of = np.unique(bins, return_inverse=True)[1].ravel()
    codes = distinct.astype(np.int16)
    flat_of = _flats(codes, counts)
    free = counts.astype(np.float64)
    found: list[_Cluster] = []
    for _ in range(_MOST_TRIES):
        if free.sum() < LEAST_SHARE * total:
            break
        densest = int(np.bincount(bin_of, free).argmax())
        centre = _mode(codes, free, int(np.where(bin_of == densest, free, -1).argmax()))
        near = (ciede2000(lab, lab[centre]).numpy() <= REACH) & (free > 0)
        near &= (flat_of < 0) | (flat_of == flat_of[centre])
        near[centre] = True
        share = float(free[near].sum()) / total
        if share >= LEAST_SHARE:
            y, x = _place(places[near[owner]])
            red, green, blue = (int(code) for code in distinct[centre])
            found.append(_Cluster((red, green, blue), share, x, y))
        free[near] = 0
    return sorted(found, key=lambda cluster: -cluster.share)[:MOST_COLOURS]


def _flats(codes: npt.NDArray[np.int16], counts: npt.NDArray[np.int64]) -> Places:
    """For each colour the flat colour that it is the noise of, by index; -1 for none."""
    import numpy as np

    flat_of = np.full(len(codes), -1, np.int64)
    large = np.nonzero(counts >= LEAST_SHARE * counts.sum())[0]
    for colour in large[np.argsort(-counts[large], kind="stable")]:
        box = np.abs(codes - codes[colour]).max(1) <= FLAT_REACH
        if flat_of[colour] < 0 and counts[colour] >= STANDS_OUT * counts[box].sum():
            flat_of[box & (flat_of < 0)] = colour
    return flat_of


def _mode(codes: npt.NDArray[np.int16], free: npt.NDArray[np.float64], start: int) -> int:
    """The colour that stands for those around ``start``: itself where it stands out, else their middle.

    The middle is a median on each channel, which clipping at 0 and 255 does not move, and then the
    nearest colour that there is.
    """
    import numpy as np

    for _ in range(4):
        box = (np.abs(codes - codes[start]).max(1) <= FLAT_REACH) & (free > 0)
        weight = free[box]
        if free[start] >= weight.sum() / 4:
            return start
        middle = np.array([_median(codes[box, channel], weight) for channel in range(3)])
        apart = np.where(free > 0, np.abs(codes - middle).sum(1), np.inf)
        nearest = np.nonzero(apart == apart.min())[0]
        moved = int(nearest[free[nearest].argmax()])
        if moved == start:
            return start
        start = moved
    return start


def _median(values: npt.NDArray[np.int16], weight: npt.NDArray[np.float64]) -> int:
    import numpy as np

    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    return int(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _place(places: Places) -> tuple[int, int]:
    """One of the places (y, x), in the middle of where they are densest."""
    import numpy as np

    low = places.min(0)
    size = places.max(0) - low + 1
    cells = (places - low) * _CELLS // size
    counts = np.bincount(cells[:, 0] * _CELLS + cells[:, 1], minlength=_CELLS**2).reshape(_CELLS, _CELLS)
    # What falls off to all sides has its highest point in the middle of an even area.
    ramp = np.maximum(0, _CELLS // 2 - np.abs(np.subtract.outer(np.arange(_CELLS), np.arange(_CELLS))))
    row, column = divmod(int((ramp @ counts @ ramp).argmax()), _CELLS)
    middle = low + (np.array((row, column)) + 0.5) * size / _CELLS
    y, x = places[np.abs(places - middle).sum(1).argmin()]
    return int(y), int(x)
