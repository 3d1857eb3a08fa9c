"""What was done to one input, kept beside its results so that a second run need not do it again."""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from brandkit.brand import Limit
from brandkit.check import Evidence, Region
from brandkit.gate import Finding, Verdict
from brandkit.media.atomic import replacing
from brandkit.media.clip import Source
from brandkit.report import evidence
from brandkit.report.json import summary_json
from brandkit.report.report import BrandRef, Report
from brandkit.report.run import Corrected, Entry, Run

SCHEMA = "brandkit.record/1"

Key = dict[str, str | bool | list[str] | dict[str, str] | None]
"""All that the result depends on; a record of another key is not used."""


def save(entry: Entry, key: Key, path: Path) -> None:
    """Write a record and its evidence pictures. Raises ``OutputError``."""
    saved = evidence.save(Run((entry,)), path)
    content = {"schema": SCHEMA, "key": key, "summary": summary_json(saved)}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content), encoding="utf-8")


def load(key: Key, path: Path) -> Entry | None:
    """Read a record back, without the frames to show; ``None`` unless it is whole and of the same key.

    A record is only a saving: one that is damaged, or whose files are gone, counts as none.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA or content["key"] != key:
            return None
        summary = content["summary"]
        corrected = _corrected(summary["corrections"][0], path.parent)
        entry = Entry(_report(summary["reports"][0], path.parent), corrected=corrected)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return entry if all(file.exists() for _, file in corrected.files) else None


def _corrected(content: dict[str, Any], folder: Path) -> Corrected:
    after = content["after"]
    files = tuple((file["title"], Path(file["path"])) for file in content["files"])
    return Corrected(None if after is None else _report(after, folder), content["note"], files)


def _report(content: dict[str, Any], folder: Path) -> Report:
    created = content.get("created")
    source = content["source"]
    fps = source["fps"]
    return Report(
        source=Source(
            **{
                **source,
                "path": Path(source["path"]),
                "fps": None if fps is None else Fraction(fps).limit_denominator(1001),
                "notes": tuple(source["notes"]),
            }
        ),
        brand=BrandRef(**content["brand"]),
        verdict=Verdict(content["verdict"]),
        findings=tuple(_finding(finding, folder) for finding in content["findings"]),
        settings=content["settings"],
        versions=content["versions"],
        created=None if created is None else datetime.fromisoformat(created),
    )


def _finding(content: dict[str, Any], folder: Path) -> Finding:
    region, limit = content["region"], content["limit"]
    return Finding(
        **{
            **content,
            "limit": None if limit is None else Limit(**limit),
            "region": None if region is None else Region(**region),
            "frames": tuple((first, last) for first, last in content["frames"]),
            "evidence": tuple(_evidence(picture, folder) for picture in content["evidence"]),
        }
    )


def _evidence(content: dict[str, Any], folder: Path) -> Evidence:
    import numpy as np
    from PIL import Image

    file = folder / content["file"]
    with Image.open(file) as picture:
        pixels = np.asarray(picture, dtype=np.uint8)
    # The number and the input's name stand in front of it: 001-banner.mask-1-blue.png
    name = file.stem.partition(".")[2].removeprefix("after.")
    return Evidence(content["kind"], name, content["title"], pixels)
