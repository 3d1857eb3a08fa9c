"""A 3-D LUT: apply it exactly as other tools do, and write it as ``.cube`` so that they can."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import torch

from brandkit.colour.table import ColourTable

DEFAULT_NODES = 33
_DEEP_AT_A_TIME = 1 << 18
_LONGEST_TEXT = 240
"""The Cube LUT Specification 1.0 allows 250 characters a line, and some readers cut there."""

ROUNDING_SAFE = 0.25
"""For 8 bits, every node sits this part of a code above the code it stands for. Tools that round and tools
that truncate (ffmpeg's 8-bit ``lut3d``) then land on the same code; without it those that truncate fall
one short wherever floating point ends just under the code."""


@dataclass(frozen=True)
class Lut:
    """A cube of colours, display-referred sRGB to display-referred sRGB.

    Attributes:
        nodes: ``float64`` ``[N, N, N, 3]``, indexed by red, green, blue. Values may leave 0 to 1, as in a
            ``.cube``: what clips is the interpolated colour. A node that were clipped itself would pull
            its neighbours off the gamut's face.
        title: one line for people.
        notes: lines for the head of the ``.cube``.
    """

    nodes: torch.Tensor = field(repr=False)
    title: str = "brandkit"
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Nodes along each axis."""
        return int(self.nodes.shape[0])

    @cached_property
    def written(self) -> torch.Tensor:
        """The nodes as 8-bit tools get them, raised by ``ROUNDING_SAFE``."""
        return self.nodes + ROUNDING_SAFE / 255

    @cached_property
    def digest(self) -> str:
        """sha256 of the nodes as the ``.cube`` writes them."""
        return hashlib.sha256(self._rows().encode()).hexdigest()

    def __call__(self, rgb: torch.Tensor) -> torch.Tensor:
        """Look ``uint8`` colours ``[N, 3]`` up by tetrahedral interpolation, rounded to ``uint8``."""
        values = tetrahedral(self.written.to(rgb.device), rgb.to(torch.float64) / 255)
        return (values * 255).round().clamp(0, 255).to(torch.uint8)

    def deep(self, codes: torch.Tensor) -> torch.Tensor:
        """Look colours deeper than 8 bits up: ``float32`` ``[T, 3, H, W]``, 0 to 255, the same back."""
        if codes.device.type == "cpu":
            return self._deep(codes)
        return portable_deep(self, codes)

    @cached_property
    def _deep(self) -> Callable[[torch.Tensor], torch.Tensor]:
        from brandkit.colour.lut_kernel import DeepLut

        return DeepLut(self.nodes)

    def table(self, device: torch.device | str = "cpu") -> LutTable:
        """The LUT ready for frames; keep it while there are more frames to come."""
        return LutTable(self, device)

    def cube(self) -> str:
        """The text of a ``.cube`` file (Adobe's Cube LUT Specification 1.0), red varying fastest.

        Eight decimals, comments before the header, and no domain line, since the domain is the default
        one and some readers refuse what others need there. Title and notes become lines of printable
        ASCII, as all readers take them.
        """
        comments = "".join(f"# {_cube_line(note)}\n" for note in self.notes)
        title = _cube_line(self.title).replace('"', "'")
        return f'{comments}TITLE "{title}"\nLUT_3D_SIZE {self.size}\n{self._rows()}\n'

    def _rows(self) -> str:
        values = self.written.permute(2, 1, 0, 3).flatten().tolist()
        # One operation for all rows takes a third of the time of one for each.
        return "\n".join(["%.8f %.8f %.8f"] * (len(values) // 3)) % tuple(values)


def _cube_line(text: str) -> str:
    """One line of printable ASCII: letters without their accents, ``?`` for what has no such letter."""
    plain = unicodedata.normalize("NFKD", " ".join(text.split()))
    kept = "".join(c for c in plain if not unicodedata.combining(c) and (c.isprintable() or c > "\x7f"))
    return kept.encode("ascii", "replace").decode()[:_LONGEST_TEXT]


class LutTable:
    """A LUT ready for frames; each of the 2^24 colours becomes what ``Lut.__call__`` makes of it."""

    def __init__(self, lut: Lut, device: torch.device | str = "cpu") -> None:
        self._apply = _compiled(lut) if torch.device(device).type == "cpu" else portable(lut, device)

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """Corrected pixels of ``uint8`` ``[T, 3, H, W]``, the same shape and type."""
        return self._apply(pixels)


def _compiled(lut: Lut) -> Callable[[torch.Tensor], torch.Tensor]:
    from brandkit.colour.lut_kernel import CodeLut

    return CodeLut(lut.written)


def portable(lut: Lut, device: torch.device | str) -> Callable[[torch.Tensor], torch.Tensor]:
    """What ``LutTable`` does where there is no compiled loop: a table of the colours that occur, in torch."""
    table = ColourTable(lambda rgb: (lut(rgb),), device)

    def apply(pixels: torch.Tensor) -> torch.Tensor:
        ids = table.index(pixels)
        rgb = table.columns[0]
        planes = [rgb[:, c].contiguous().index_select(0, ids.flatten()).view(ids.shape) for c in range(3)]
        return torch.stack(planes, 1)

    return apply


def portable_deep(lut: Lut, codes: torch.Tensor) -> torch.Tensor:
    """What ``Lut.deep`` does where there is no compiled loop, in torch."""
    nodes = lut.nodes.to(codes.device)
    planes = codes.movedim(-3, -1)
    parts = planes.reshape(-1, 3).split(_DEEP_AT_A_TIME)
    mapped = [(tetrahedral(nodes, part.double() / 255) * 255).clamp(0, 255).float() for part in parts]
    return torch.cat(mapped).view(planes.shape).movedim(-1, -3).contiguous()


def grid(nodes: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """The identity: each node's own colour, encoded sRGB 0 to 1, ``[N, N, N, 3]``."""
    axis = torch.linspace(0, 1, nodes, dtype=dtype)
    return torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), -1)


def corners(rgb: torch.Tensor, nodes: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The four nodes that tetrahedral interpolation mixes for a colour, and how much of each.

    Args:
        rgb: ``float`` ``[N, 3]``, 0 to 1.
        nodes: nodes along each axis.

    Returns:
        Node indices ``int64`` ``[N, 4, 3]`` and weights ``[N, 4]`` that sum to 1.

    From the cube's near corner the path steps along the axis of the greatest fraction first, then the
    middle one, then the least (Kasson, Nin, Plouffe and Hafner, 1995, J. Electronic Imaging 4(3)).
    """
    place = rgb.clamp(0, 1) * (nodes - 1)
    low = place.floor().clamp_max(nodes - 2)
    part, order = (place - low).sort(dim=1, descending=True, stable=True)
    steps = torch.nn.functional.one_hot(order, 3).cumsum(1)
    index = low.long()[:, None] + torch.cat((torch.zeros_like(steps[:, :1]), steps), 1)
    one = torch.ones_like(part[:, :1])
    weights = torch.cat((one, part), 1) - torch.cat((part, torch.zeros_like(one)), 1)
    return index, weights


def tetrahedral(nodes: torch.Tensor, rgb: torch.Tensor) -> torch.Tensor:
    """Interpolate nodes ``[N, N, N, 3]`` at colours ``[K, 3]``, 0 to 1: ``[K, 3]``."""
    index, weights = corners(rgb, nodes.shape[0])
    values = nodes[index[..., 0], index[..., 1], index[..., 2]]
    return (values * weights[..., None]).sum(1)
