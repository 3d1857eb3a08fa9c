"""``Run``: the reports of several inputs together, as every output format receives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import BrandkitError
from brandkit.gate import Verdict, worst
from brandkit.proof.record import Proof
from brandkit.report.report import Report

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    Frame = Pixels | Callable[[], Pixels]
    """``uint8`` ``[H, W, 3]`` sRGB, or what decodes it: a run over many inputs holds no picture of them."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did to one input.

    Attributes:
        report: the same checks on the corrected frames; ``None`` where nothing was corrected.
        note: one sentence: what was corrected, or why nothing was.
        files: caption to path of what was written, in the order to show them.
        frame: the corrected frame that belongs to ``Entry.frame``.
        proof: the record of what was done and of what else moved; ``None`` where nothing was corrected.
    """

    report: Report | None
    note: str
    files: tuple[tuple[str, Path], ...] = ()
    frame: Frame | None = field(default=None, repr=False, compare=False)
    proof: Proof | None = None

    @property
    def picture(self) -> Pixels | None:
        """The corrected frame, decoded."""
        return _decoded(self.frame)


@dataclass(frozen=True, slots=True)
class Entry:
    """One input: its report, a frame to show it by, and its correction if one was asked for."""

    report: Report
    frame: Frame | None = field(default=None, repr=False, compare=False)
    corrected: Corrected | None = None

    @property
    def picture(self) -> Pixels | None:
        """The frame, decoded."""
        return _decoded(self.frame)


def _decoded(frame: Frame | None) -> Pixels | None:
    try:
        return frame() if callable(frame) else frame
    except BrandkitError:  # the file went away since it was judged: the report is worth having without
        return None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be judged, and the one line that says why."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Run:
    """All inputs of one call, in the order they were given; ``interrupted`` where Ctrl-C ended it early."""

    entries: tuple[Entry, ...]
    unreadable: tuple[Unreadable, ...] = ()
    interrupted: bool = False

    @property
    def verdict(self) -> Verdict | None:
        """The worst verdict of all, after correction where there was one; ``None`` where none was given."""
        return worst(
            e.corrected.report.verdict if e.corrected and e.corrected.report else e.report.verdict
            for e in self.entries
        )
