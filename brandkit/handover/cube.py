"""``.cube`` (Adobe's Cube LUT Specification 1.0): what nearly every program for video and stills reads."""

from __future__ import annotations

from dataclasses import replace

import torch

from brandkit.colour.lut import Lut
from brandkit.handover.words import facts

TITLE = "Cube LUT"
SUFFIX = ".cube"
NODES = (17, 33, 65)
DEFAULT_NODES = 33
DECIMALS = 8

GUIDE = """\
DaVinci Resolve
  1. Copy {file} into the LUT folder (Project Settings > Color Management > Lookup Tables > Open LUT Folder),
     then press Update Lists there. It lies in:
       macOS    /Library/Application Support/Blackmagic Design/DaVinci Resolve/LUT
       Windows  C:\\ProgramData\\Blackmagic Design\\DaVinci Resolve\\Support\\LUT
       Linux    /opt/resolve/LUT
  2. Set "3D lookup table interpolation", on the same page, to Tetrahedral.
  3. Color page: right-click a node > LUT > {file}.
  The LUT acts on display-referred codes. In a project without colour management (DaVinci YRGB) it sees the
  picture's own. In a colour-managed one set the timeline colour space to sRGB or Rec.709, or stand a Color
  Space Transform before the node and one after it. Nothing may convert the colours between the two.
  Resolve itself writes 33 nodes; it also takes 65.

Premiere Pro
  Lumetri Color > Creative > Look > Browse, Intensity 100; or Basic Correction > Input LUT > Browse.
  Sequence in Rec.709 without tone mapping. The interpolation cannot be chosen: see "How exact it is".

After Effects
  Effect > Utility > Apply Color LUT. It takes at most 64 nodes along each axis: use the file of 33.
  Project Settings > Color: working space none or sRGB.

Photoshop
  Layer > New Adjustment Layer > Color Lookup > 3DLUT File > Load 3D LUT. The document must be in sRGB; clear
  the Dither box in the layer's properties, or the flat colours become noisy.

ffmpeg
  ffmpeg -i picture.png -vf "lut3d=file='{file}':interp=tetrahedral" corrected.png
  On 8-bit RGB this filter truncates where others round. The nodes allow for it: flat brand colours land on
  the same HEX; everything else may be one code lower than in a program that rounds. To have it rounded:
  ffmpeg -i picture.png -vf "zscale,format=gbrpf32,lut3d=file='{file}':interp=tetrahedral,zscale=dither=none,\
format=gbrp" corrected.png
  Change the depth by zscale only, as here: ffmpeg's own scaler moves the HEX by a code on its way.
  Video is stored as YCbCr, which of most HEX holds a neighbour only; 10 bits and 4:4:4 hold the nearest.

OpenColorIO (Nuke, Blender, oiiotool)
  !<FileTransform> {{src: {file}, interpolation: tetrahedral}}
  Test it with: ociochecklut -t {file}
"""


def encode(lut: Lut) -> bytes:
    """The LUT as a ``.cube`` whose comments say what it moves, between which spaces, and how to apply it."""
    return replace(lut, notes=(*lut.notes, *facts(lut))).cube().encode("ascii")


def held(lut: Lut) -> torch.Tensor:
    """The nodes as the file holds them, ``float64`` ``[N, N, N, 3]``: to eight decimals."""
    return lut.written.round(decimals=DECIMALS)
