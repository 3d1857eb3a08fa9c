from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from brandkit.brand import Limit
from brandkit.check import Evidence, Region
from brandkit.gate import Finding, Verdict
from brandkit.media.clip import Source
from brandkit.report import BrandRef, Corrected, Entry, Report, Run, Unreadable

HOSTILE = "<script>alert(\"1\")</script>' onerror='x\n\x1b[31m\u202egnp." + "long" * 60 + ".png"
REMEDY = "Run 'brandkit correct' to take this colour onto its HEX."

Pixels = npt.NDArray[np.uint8]


def picture(hex_colour: str, width: int = 24, height: int = 16) -> Pixels:
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:] = tuple(bytes.fromhex(hex_colour[1:]))
    return pixels


def mask() -> Pixels:
    pixels = np.zeros((16, 24), np.uint8)
    pixels[:8] = 255
    return pixels


def drift(
    value: float | None, colour: str, *, swatch: str = "electric-blue", target: str = "#0050FF"
) -> Finding:
    if value is None:
        said = f"{swatch} forms no region in the picture, so its drift was not evaluated"
        return Finding(
            "palette",
            "drift_de00",
            None,
            "de00",
            Limit(max=2),
            "not_evaluated",
            said,
            None,
            True,
            swatch,
            target=target,
        )
    bad = value > 2
    return Finding(
        "palette",
        "drift_de00",
        value,
        "de00",
        Limit(max=2, warn=1.5),
        "failed" if bad else "passed",
        f"{swatch} is rendered as {colour} over 50 % of the picture, {value:.2f} from {target}, limit 2.00",
        REMEDY if bad else None,
        True,
        swatch,
        ((0, 0),),
        Region(1, 2, 20, 10),
        (Evidence("mask", f"mask-{swatch}", f"Where {swatch} is {colour}", mask()),),
        colour,
        target,
    )


def coverage(value: float, *, swatch: str = "electric-blue", target: str = "#0050FF") -> Finding:
    limit = Limit(min=0.05, max=0.7)
    said = f"{swatch} covers {value * 100:.3g} % of the picture, limit 5 % to 70 %"
    outcome = "passed" if 0.05 <= value <= 0.7 else "failed"
    remedy = None if outcome == "passed" else "Change how much of the picture this colour fills."
    return Finding(
        "palette", "coverage", value, "share", limit, outcome, said, remedy, swatch=swatch, target=target
    )


def off_palette(value: float) -> Finding:
    said = f"{value * 100:.3g} % of the picture belongs to no brand colour; the brand sets no limit"
    heat = Evidence("heatmap", "heatmap", "Distance to the palette: black is on it", picture("#331100"))
    return Finding("palette", "off_palette", value, "share", None, "not_evaluated", said, evidence=(heat,))


def source(path: str = "shots/banner.png") -> Source:
    return Source(Path(path), "ab" * 32, "image", 24, 16, 1, None, None, ("no profile: taken as sRGB",))


def video(path: str = "shots/pan.mp4") -> Source:
    return Source(Path(path), "cd" * 32, "video", 24, 16, 36, Fraction(24000, 1001), 1.5015, ())


def report(verdict: Verdict, *findings: Finding, of: Source | None = None) -> Report:
    return Report(
        of or source(),
        BrandRef("Volt", "ef" * 32),
        verdict,
        findings,
        {"checks": ["palette"], "required": ["palette"], "batch": 8, "scale": 0.1 + 0.2, "exact": True},
        {"brandkit": "0.1.0", "python": "3.11.7"},
    )


def failed(path: str = "shots/banner.png") -> Report:
    absent = drift(None, "", swatch="spark", target="#FFE600")
    found = (drift(4.2, "#125CEC"), coverage(0), absent, off_palette(0.25))
    return report(Verdict.FAILED, *found, of=source(path))


def passed(path: str = "shots/banner.png") -> Report:
    return report(Verdict.PASSED, drift(0, "#0050FF"), coverage(0.5), off_palette(0), of=source(path))


@pytest.fixture
def single() -> Run:
    return Run((Entry(failed(), picture("#125CEC")),))


@pytest.fixture
def corrected() -> Run:
    files = (("corrected", Path("out/banner.corrected.png")), ("LUT", Path("out/banner.cube")))
    after = Corrected(passed("out/banner.corrected.png"), "electric-blue moved", files, picture("#0050FF"))
    return Run((Entry(failed(), picture("#125CEC"), after),))


@pytest.fixture
def several() -> Run:
    doubtful = report(Verdict.NEEDS_REVIEW, off_palette(0.1), of=video())
    gone = Unreadable(Path("shots/torn.png"), "shots/torn.png: the file ends early; export it again")
    return Run((Entry(failed()), Entry(passed("ok.png")), Entry(doubtful)), (gone,))


@pytest.fixture
def hostile() -> Run:
    evil = replace(drift(9, "red; background: url(http://x)"), swatch=HOSTILE, message=HOSTILE)
    evil = replace(evil, remedy=HOSTILE, evidence=(replace(evil.evidence[0], title=HOSTILE),))
    bad = report(Verdict.FAILED, evil, of=replace(source(HOSTILE), notes=(HOSTILE,)))
    bad = replace(bad, brand=BrandRef(HOSTILE, "0"), settings={HOSTILE: HOSTILE}, versions={HOSTILE: HOSTILE})
    fixed = Corrected(bad, HOSTILE, ((HOSTILE, Path("javascript:alert(1)")), ("x", Path(HOSTILE))))
    torn = Unreadable(Path(HOSTILE), HOSTILE)
    return Run((Entry(bad, picture("#FF0000"), fixed), Entry(bad)), (torn,))


@pytest.fixture
def stamped() -> Callable[[Run], Run]:
    def stamp(run: Run) -> Run:
        when = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
        entries = tuple(replace(e, report=replace(e.report, created=when)) for e in run.entries)
        return replace(run, entries=entries)

    return stamp
