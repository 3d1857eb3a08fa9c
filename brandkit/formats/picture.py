"""A picture: the colours that fill most of it, proposed for a person to confirm.

Colours are counted exactly, and clusters are grown around the commonest in CIELAB by CIEDE2000, so that a
proposed HEX is always one that is in the picture: a flat ground gives its own HEX, whatever noise or JPEG
has put around it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import MediaError, PaletteError
from brandkit.formats.palette import Colour, Palette, Value
from brandkit.formats.reading import Reading

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

TITLE = "picture (PNG, JPEG, TIFF …)"
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".avif", ".heic", ".bmp", ".gif")

MOST_COLOURS = 12
LEAST_SHARE = 0.01
REACH = 6.0
"""CIEDE2000 within which pixels belong to one colour: noise, JPEG and soft edges; proposals are farther
apart."""
_LONGEST_SIDE = 512
_BIN = 8
_MOST_TRIES = 64
_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"II*\0", b"MM\0*", b"GIF8", b"BM")


def recognises(data: bytes) -> bool:
    """Whether the bytes begin as a picture's do."""
    return data.startswith(_SIGNATURES) or data[4:12] in (b"ftypavif", b"ftypheic", b"ftypmif1")


def read(data: bytes, reading: Reading) -> Palette:
    """At most ``MOST_COLOURS`` colours, the largest area first.

    Raises:
        PaletteError: the picture is damaged, or no colour fills ``LEAST_SHARE`` of it.
    """
    pixels = _pixels(data, reading.name)
    step = -(-max(pixels.shape[:2]) // _LONGEST_SIDE)
    # Every nth pixel and no mean of several, which would be a colour that is nowhere in the picture.
    top, left = (min(step // 2, side - 1) for side in pixels.shape[:2])
    grid = pixels[top::step, left::step]
    clusters = _clusters(grid)
    if not clusters:
        raise PaletteError(f"no colour fills {100 * LEAST_SHARE:g} % of it; give a picture with flat areas")
    names = _names([cluster.hex for cluster in clusters])
    return Palette(
        reading.name,
        tuple(_proposal(c, name, step, reading) for c, name in zip(clusters, names, strict=True)),
    )


@dataclass(frozen=True, slots=True)
class _Cluster:
    """A colour of the picture: its HEX, its share of the pixels, and where most of it is in the grid."""

    rgb8: tuple[int, int, int]
    share: float
    x: int
    y: int

    @property
    def hex(self) -> str:
        return "#{:02X}{:02X}{:02X}".format(*self.rgb8)


def _pixels(data: bytes, name: str) -> Pixels:
    from brandkit import media

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        path.write_bytes(data)
        try:
            frames = next(iter(media.open(path).batches(1)))
        except MediaError as error:
            raise PaletteError(str(error).removeprefix(f"{path}: ")) from error
    pixels: Pixels = frames.pixels[0].permute(1, 2, 0).cpu().numpy()
    return pixels


def _clusters(grid: Pixels) -> list[_Cluster]:
    """Around the commonest colour of the densest bin, as long as one fills enough of the picture."""
    import numpy as np
    import torch

    from brandkit.colour.difference import ciede2000
    from brandkit.colour.spaces import srgb_to_lab

    distinct, owner, counts = np.unique(grid.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    lab = srgb_to_lab(torch.from_numpy(distinct))
    bins = (distinct // _BIN).astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    _, bin_of = np.unique(bins, return_inverse=True)
    free = counts.astype(np.float64)
    found: list[_Cluster] = []
    for _ in range(_MOST_TRIES):
        if free.sum() < LEAST_SHARE * counts.sum() or len(found) == MOST_COLOURS:
            break
        densest = int(np.bincount(bin_of, free).argmax())
        centre = int(np.where(bin_of == densest, free, -1).argmax())
        near = ciede2000(lab, lab[centre]).numpy() <= REACH
        share = float(free[near].sum()) / float(counts.sum())
        if share >= LEAST_SHARE:
            rows, columns = np.nonzero((near & (free > 0))[owner.reshape(grid.shape[:2])])
            red, green, blue = (int(code) for code in distinct[centre])
            found.append(_Cluster((red, green, blue), share, int(np.median(columns)), int(np.median(rows))))
        free[near] = 0
    return sorted(found, key=lambda cluster: -cluster.share)


def _proposal(cluster: _Cluster, name: str, step: int, reading: Reading) -> Colour:
    place = f"{cluster.x * step + step // 2}, {cluster.y * step + step // 2} px"
    where = f"{100 * cluster.share:.2g} % of the picture, most of it around {place}"
    return reading.colour(name, Value("srgb", tuple(code / 255 for code in cluster.rgb8)), where=where)


def _names(colours: Sequence[str]) -> list[str]:
    """The nearest named colours of CSS, numbered where they come again."""
    from coloraide import Color
    from coloraide.css.color_names import name2val_map

    # Colours without alpha: "transparent" is no name for one.
    known = {name: Color(name) for name, value in name2val_map.items() if value[3] == 255}
    names: list[str] = []
    for hex_colour in colours:
        colour = Color(hex_colour)
        names.append(min(known, key=lambda name: float(colour.delta_e(known[name], method="2000"))))
    return [f"{n} {names[:k].count(n) + 1}" if n in names[:k] else n for k, n in enumerate(names)]
