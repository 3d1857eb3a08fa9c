"""``Report``: everything the gate knows of one clip, and the versions that reproduce it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from brandkit.gate import Finding, Verdict
from brandkit.media.clip import Source

VERSIONED = ("brandkit", "torch", "numpy", "av", "pillow", "openimageio", "timm", "open-clip-torch")
"""The packages whose version can change a figure in a report."""


@dataclass(frozen=True, slots=True)
class BrandRef:
    """Which brand judged, and by which content: ``digest`` is the sha256 of its guidelines."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one clip and the verdict.

    Attributes:
        source: the clip.
        brand: the brand it was judged by.
        verdict: what ``gate.decide`` said.
        findings: in the order of the checks, then of the brand's swatches.
        settings: what influences the figures, such as which checks ran.
        versions: package name to version.
        created: when, in UTC; ``None`` where the same input must give the same bytes.
    """

    source: Source
    brand: BrandRef
    verdict: Verdict
    findings: tuple[Finding, ...]
    settings: Mapping[str, str | int | float | bool | list[str] | None]
    versions: Mapping[str, str] = field(default_factory=dict)
    created: datetime | None = None

    @property
    def passed(self) -> bool:
        """Whether the verdict is ``passed``."""
        return self.verdict is Verdict.PASSED


def installed_versions() -> dict[str, str]:
    """Versions of Python and of the packages in ``VERSIONED`` that are installed."""
    return dict(_versions())


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Looked up once: packages do not change under a process, and each costs a millisecond."""
    found = [("python", platform.python_version())]
    for package in VERSIONED:
        with suppress(PackageNotFoundError):
            found.append((package, version(package)))
    return tuple(found)
