"""Common LUT Format (SMPTE ST 2136-1, formerly Academy/ASC S-2014-006), written by OpenColorIO."""

from __future__ import annotations

import uuid

import torch

from brandkit.colour.lut import Lut
from brandkit.errors import OutputError
from brandkit.handover.words import SPACE, facts, one_line

TITLE = "Common LUT Format"
SUFFIX = ".clf"
NODES = tuple(range(2, 130))
"""OpenColorIO's own limits."""
DEFAULT_NODES = 33
_FORMAT = "Academy/ASC Common LUT Format"

GUIDE = """\
OpenColorIO 2 (Nuke, Blender, Flame, oiiotool)
  !<FileTransform> {{src: {file}, interpolation: best}}
  The file itself asks for tetrahedral interpolation. Test it with: ociochecklut -v -t {file}
  In Nuke: OCIOFileTransform, with the picture read as raw, since the LUT acts on display-referred codes.

DaVinci Resolve
  Copy {file} into the LUT folder and load it in a node, as a .cube.
"""


def encode(lut: Lut) -> bytes:
    """The LUT as a process list of one 3-D LUT, marked for tetrahedral interpolation.

    Its id is made of the nodes, so that equal LUTs have equal ids.

    Raises:
        OutputError: OpenColorIO is not installed.
    """
    try:
        import PyOpenColorIO
    except ImportError:
        raise OutputError(
            "CLF is written by OpenColorIO, which is not installed; "
            "install it with: pip install 'brandkit[handover]'"
        ) from None
    table = PyOpenColorIO.Lut3DTransform(
        lut.size, PyOpenColorIO.BIT_DEPTH_F32, PyOpenColorIO.INTERP_TETRAHEDRAL
    )
    table.setData(lut.written.float().flatten().numpy())
    group = PyOpenColorIO.GroupTransform([table])
    about = group.getFormatMetadata()
    about.setID(uuid.uuid5(uuid.NAMESPACE_OID, lut.digest).urn)
    about.setName(one_line(lut.title))
    for line in (*lut.notes, *facts(lut)):
        about.addChildElement(PyOpenColorIO.METADATA_DESCRIPTION, one_line(line))
    about.addChildElement(PyOpenColorIO.METADATA_INPUT_DESCRIPTOR, SPACE)
    about.addChildElement(PyOpenColorIO.METADATA_OUTPUT_DESCRIPTOR, SPACE)
    text: str = group.write(_FORMAT, config=PyOpenColorIO.Config.CreateRaw())
    return text.encode()


def held(lut: Lut) -> torch.Tensor:
    """The nodes as the file holds them, ``float64`` ``[N, N, N, 3]``: single precision."""
    return lut.written.float().double()
