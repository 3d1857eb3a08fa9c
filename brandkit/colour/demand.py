"""What a correction is asked for: where a colour is and where it should be, and what is to be spared."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from brandkit.colour.difference import ciede2000
from brandkit.colour.spaces import linear_to_lab, srgb_to_lab, srgb_to_linear

GUARDS = (1.0, 0.5, 0.0)
"""How far neutrals and skin are held, in the order tried: less only where holding them would fold."""


@dataclass(frozen=True, slots=True)
class Care:
    """How a field treats what is not the brand's.

    Attributes:
        guards: how far neutrals and skin are held, 0 to 1, in the order tried.
        widen: factor on the distances over which fields fade, to begin with.
        looked_at: how far from the demands' own colours a fold counts, in parts of the distance over which
            their fields fade.
        gloss: whether highlights on a shaded surface move with it. They have its hue at any chroma down to
            white, and so has much else.
    """

    guards: tuple[float, ...]
    widen: float
    looked_at: float
    gloss: bool


WHOLE_FRAME = Care(GUARDS, 1.0, torch.inf, gloss=True)
"""For a LUT that every pixel goes through."""
BODY_ONLY = Care(GUARDS, 1.0, torch.inf, gloss=False)
"""The same where moving highlights too would fold the space."""
MASKED = Care((0.0,), 4.0, 0.0, gloss=True)
"""For a LUT that only the brand's own pixels go through: it need not spare what it never meets."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One colour that must move, or, where source and target are one, must stay.

    Attributes:
        name: for messages.
        target: encoded sRGB, 0 to 255.
        source: encoded sRGB, 0 to 255, of a flat colour; of a shaded one, at its median shading.
        low: least codes of a flat colour's noise.
        high: greatest codes.
        body: of a shaded surface, the linear-light colour that is to become the target; ``None`` if flat.
        spread: of a shaded surface, distance in a* and b* from ``body`` that holds most of its pixels.
        grain: likewise, from the shading curve at each pixel's own lightness.
    """

    name: str
    target: tuple[int, int, int]
    source: tuple[int, int, int]
    low: tuple[int, int, int]
    high: tuple[int, int, int]
    body: tuple[float, float, float] | None
    spread: float
    grain: float = 0.0

    @property
    def drift(self) -> float:
        """CIEDE2000 from source to target; of a shaded surface, of its body colour."""
        target = linear_to_lab(self.target_linear)
        if self.body is not None:
            return float(ciede2000(linear_to_lab(vector(self.body)), target))
        return float(ciede2000(srgb_to_lab(vector(self.source) / 255), target))

    @property
    def target_linear(self) -> torch.Tensor:
        """The target in linear light, ``float64`` ``[3]``."""
        return srgb_to_linear(vector(self.target) / 255)

    @property
    def hex(self) -> str:
        """The source as ``#RRGGBB``."""
        return hex_of(self.source)


def vector(values: tuple[float, float, float]) -> torch.Tensor:
    """A colour as ``float64`` ``[3]``."""
    return torch.tensor(values, dtype=torch.float64)


def hex_of(rgb8: tuple[int, int, int]) -> str:
    """A colour, 0 to 255, as ``#RRGGBB``."""
    return "#{:02X}{:02X}{:02X}".format(*rgb8)
