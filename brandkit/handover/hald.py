"""Hald CLUT: a LUT as a square picture, which ffmpeg, ImageMagick, G'MIC, darktable and RawTherapee apply.

The colours of level L are those of L^2 nodes along each axis, red fastest, then green, then blue, written
row by row into L^3 by L^3 pixels (Eskil Steenberg, "Hald CLUT", http://www.quelsolaar.com/technology/clut.html).
"""

from __future__ import annotations

import numpy as np
import torch

from brandkit.colour.lut import Lut
from brandkit.media import png_file
from brandkit.media.encoding import encoding_of
from brandkit.media.native import Native

TITLE = "Hald CLUT"
SUFFIX = ".hald.png"
NODES = tuple(level**2 for level in range(4, 13))
DEFAULT_NODES = 64
"""Level 8, the one that most Hald CLUTs have: 512 by 512 pixels."""
_CODES = 65535

GUIDE = """\
ffmpeg
  ffmpeg -i picture.png -i {file} -filter_complex "[0]zscale,format=gbrpf32[picture];\
[1]zscale,format=gbrpf32[lut];[picture][lut]haldclut=interp=tetrahedral,zscale=dither=none,format=gbrp" \
corrected.png
  Without zscale ffmpeg makes 8 bits of the LUT and misses the HEX by a code: the .cube is simpler there.

ImageMagick
  magick picture.png {file} -hald-clut corrected.png

darktable
  Preferences > Processing > 3D LUT root folder, then the module "LUT 3D": application colour space sRGB,
  interpolation tetrahedral.

RawTherapee
  Preferences > Image Processing > HaldCLUT directory, then Color > Film Simulation, strength 100.

GIMP
  G'MIC-Qt > Colors > Apply External CLUT, or by the command line: gmic picture.png {file} map_clut[0] [1]

Do not convert, scale or recompress the picture: each of its pixels is a node. It holds 0 to 1 only.
Where a target has the code 255, a program that truncates to 8 bits can end at 254: use the .cube there.
"""


def encode(lut: Lut) -> bytes:
    """The LUT as a PNG of 16 bits a channel, tagged as sRGB.

    Nodes outside of 0 to 1 are clipped, since a picture cannot hold them; ``held`` says what is left.
    """
    side = round(lut.size**1.5)
    values = _codes(lut).permute(2, 1, 0, 3).reshape(side, side, 3).numpy().astype(np.uint16)
    picture = Native(values, None, "RGB", encoding_of("RGB", None, None), None, "PNG")
    return png_file.encode(picture, None)


def held(lut: Lut) -> torch.Tensor:
    """The nodes as the file holds them, ``float64`` ``[N, N, N, 3]``: 16 bits, 0 to 1."""
    return _codes(lut) / _CODES


def _codes(lut: Lut) -> torch.Tensor:
    return (lut.written * _CODES).round().clamp(0, _CODES)
