"""The guidelines for logos: where their files are, and how they may be used."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from brandkit.guidelines import Pixels, Text
from brandkit.swatch import Difference, Limit, Name, Share

MOST_FREE = 4
"""Heights of a logo up to which room around it can be asked for."""
_MOST_HASHED = 64 << 20

Heights = Annotated[float, Field(ge=0, le=MOST_FREE)]
Ratio = Annotated[float, Field(ge=1, le=21)]
Degrees = Annotated[float, Field(ge=0, le=180)]


class LogoRules(BaseModel):
    """A logo, and how it may be used.

    Attributes:
        name: for messages and reports.
        files: its pictures, SVG, PNG or another with or without alpha, as paths relative to this file: one,
            or each variant, such as that for light and that for dark grounds.
        required: whether every picture has to show it, and every video somewhere.
        clear_space: least free margin around it, in heights of the logo, 0 to 4.
        min_width: least width in pixels, at least 1.
        min_share: least width as a share of the frame's.
        max_stretch: how much longer it may be one way than the other, as a share; skew counts alike.
        tolerance: CIEDE2000 up to which its colours pass.
        min_contrast: least contrast with what it lies on, as WCAG has it, 1 to 21.
        min_seen: least share of it that is neither covered nor outside of the frame.
        max_turn: degrees up to which it may be turned.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Name = Field(examples=["acme"])
    files: tuple[Text, ...] = Field(min_length=1, examples=[["logos/acme.svg", "logos/acme-white.svg"]])
    required: bool = False
    clear_space: Heights = 0.25
    min_width: Pixels = 24
    min_share: Share | None = None
    max_stretch: Share = 0.03
    tolerance: Difference = 6.0
    min_contrast: Ratio = 2.0
    min_seen: Share = 0.95
    max_turn: Degrees | None = None


class Logo(LogoRules):
    """A logo of a brand.

    Attributes:
        standard: whether it is from the standard's own section ``logo`` rather than from our guidelines.
    """

    standard: bool = False

    def limit(self, metric: str) -> Limit | None:
        """The limit of ``logo``'s metrics, ``None`` for what may be anything."""
        match metric:
            case "copies":
                return Limit(min=1) if self.required else None
            case "clear_space":
                return Limit(min=self.clear_space) if self.clear_space else None
            case "width_px":
                return Limit(min=self.min_width)
            case "width_share":
                return None if self.min_share is None else Limit(min=self.min_share)
            case "stretch":
                return Limit(max=self.max_stretch)
            case "colour_de00":
                return Limit(max=self.tolerance)
            case "contrast":
                return Limit(min=self.min_contrast)
            case "seen":
                return Limit(min=self.min_seen)
            case "turned_deg":
                return None if self.max_turn is None else Limit(max=self.max_turn)
        return None

    def content(self, folder: Path) -> dict[str, Any]:
        """All of it that can influence a verdict, with digests of its files, as far as they can be read."""
        said = self.model_dump(mode="json", exclude={"files"})
        return said | {"files": [_digest(folder / name) or name for name in self.files]}


def _digest(path: Path) -> str | None:
    try:
        if not path.is_file() or path.stat().st_size > _MOST_HASHED:
            return None
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
