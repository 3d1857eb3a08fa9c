"""What was done to one input, kept beside its results so that a second run need not do it again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from brandkit.brand import Limit
from brandkit.check import Evidence, Region
from brandkit.gate import Finding, Verdict
from brandkit.media.atomic import replacing
from brandkit.media.clip import Source
from brandkit.report import evidence, proof_json
from brandkit.report.json import Json, summary_json
from brandkit.report.report import BrandRef, Report
from brandkit.report.run import Corrected, Entry, Run

SCHEMA = "brandkit.record/2"

Key = dict[str, str | bool | list[str] | dict[str, str] | None]
"""All that the result depends on; a record of another key is not used."""


def save(entry: Entry, key: Key, path: Path) -> Entry:
    """Write a record and its evidence pictures, and give the entry that refers to them.

    Raises:
        OutputError: they cannot be written.
    """
    saved = evidence.save_entry(entry, 1, path)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps({"key": key, **as_json(saved)}), encoding="utf-8")
    return saved


def as_json(entry: Entry) -> Json:
    """An entry, whose evidence is saved, as the dictionary that ``from_json`` reads."""
    findings = (*entry.report.findings, *_after(entry))
    correctable = sorted({f.metric for f in findings if f.correctable})
    return {"schema": SCHEMA, "correctable": correctable, "summary": summary_json(Run((entry,)))}


def _after(entry: Entry) -> tuple[Finding, ...]:
    corrected = entry.corrected
    return corrected.report.findings if corrected is not None and corrected.report is not None else ()


def load(key: Key, path: Path) -> Entry | None:
    """Read a record back, without the frames to show; ``None`` unless it is whole and of the same key.

    A record is only a saving: one that is damaged, or whose files are gone, counts as none.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA or content["key"] != key:
            return None
        entry = from_json(content, lambda file: path.parent / file)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    files = () if entry.corrected is None else entry.corrected.files
    return entry if all(file.exists() for _, file in files) else None


def from_json(content: Json, locate: Callable[[str], Path]) -> Entry:
    """The entry that ``as_json`` told of, without the frames to show.

    Args:
        content: what it gave.
        locate: finds an evidence picture by the name it was saved under.

    Raises:
        LookupError, TypeError, ValueError: it is none.
        FileNotFoundError: a picture is gone.
    """
    summary, reader = content["summary"], _Reader(locate, frozenset(content["correctable"]))
    corrections = summary["corrections"]
    corrected = reader.corrected(corrections[0]) if corrections else None
    return Entry(reader.report(summary["reports"][0]), corrected=corrected)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the dictionaries of ``report.json`` back into objects.

    Attributes:
        locate: finds evidence files by their names.
        correctable: the metrics that a correction can repair, which reports do not state.
    """

    locate: Callable[[str], Path]
    correctable: frozenset[str]

    def corrected(self, content: dict[str, Any]) -> Corrected:
        after = content["after"]
        files = tuple((file["title"], Path(file["path"])) for file in content["files"])
        proof = proof_json.from_json(content["proof"], self.evidence) if content["proof"] else None
        return Corrected(None if after is None else self.report(after), content["note"], files, proof=proof)

    def report(self, content: dict[str, Any]) -> Report:
        created, source, fps = content.get("created"), content["source"], content["source"]["fps"]
        exact = {
            "path": Path(source["path"]),
            # The schema says so: frame rates are thousandths or 1001ths.
            "fps": None if fps is None else Fraction(str(fps)).limit_denominator(1001),
            "notes": tuple(source["notes"]),
        }
        return Report(
            source=Source(**{**source, **exact}),
            brand=BrandRef(**content["brand"]),
            verdict=Verdict(content["verdict"]),
            findings=tuple(self.finding(finding) for finding in content["findings"]),
            settings=content["settings"],
            versions=content["versions"],
            created=None if created is None else datetime.fromisoformat(created),
        )

    def finding(self, content: dict[str, Any]) -> Finding:
        region, limit = content["region"], content["limit"]
        exact = {
            "limit": None if limit is None else Limit(**limit),
            "region": None if region is None else Region(**region),
            "frames": tuple((first, last) for first, last in content["frames"]),
            "evidence": tuple(self.evidence(picture) for picture in content["evidence"]),
            "series": tuple(content.get("series", ())),
        }
        return Finding(**{**content, **exact}, correctable=content["metric"] in self.correctable)

    def evidence(self, content: dict[str, Any]) -> Evidence:
        file = self.locate(content["file"])
        if not file.is_file():
            raise FileNotFoundError(file)
        # The number and the input's name stand in front of it: 001-banner.mask-1-blue.png
        name = Path(content["file"]).stem.partition(".")[2].removeprefix("after.")
        return Evidence(content["kind"], name, content["title"], file)
