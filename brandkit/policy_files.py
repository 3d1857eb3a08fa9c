"""Read a pipeline's rules: waivers from YAML, and what failed before from a JSON report."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from brandkit import yaml_file
from brandkit.brand_fields import Fields
from brandkit.errors import BrandkitError
from brandkit.policy import Known, Waiver

LARGEST_BYTES = 256 * 2**20
"""Of a baseline: a report on some hundred thousand pictures."""


class _Entry(BaseModel):
    """A waiver as it stands in a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    expires: date
    metric: str | None = None
    swatch: str | None = None
    file: str = "*"

    @field_validator("expires", mode="before")
    @classmethod
    def _as_date(cls, value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"'{value}' is no date; write it as 2026-12-31") from None


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file.

    Raises:
        BrandkitError: it cannot be read, or an entry lacks owner, reason or expiry; with file and line.

    Example of a file::

        waivers:
          - check: palette
            metric: drift_de00
            swatch: electric blue
            file: legacy/*.png
            owner: ada@acme.com
            reason: the reshoot is booked for January
            expires: 2027-01-31
    """
    tree, problems = yaml_file.read(path)
    fields = Fields(problems)
    keys = fields.keys(tree, ("waivers",))
    read = [fields.model(node, _Entry) for node in fields.entries(keys.get("waivers"), "waivers")]
    problems.raise_any()
    return tuple(Waiver(**entry.model_dump()) for entry in read if entry is not None)


def read_baseline(path: Path) -> Known:
    """What failed, or was waived as known, in a report that ``--format json`` wrote.

    Raises:
        BrandkitError: it cannot be read, or is no report of brandkit.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise BrandkitError(f"{path}: is larger than {LARGEST_BYTES >> 20} MB; it is no report")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrandkitError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except ValueError as error:
        raise BrandkitError(f"{path}: is no JSON; give a report that --format json wrote") from error
    try:
        return Known(
            {
                (report["source"]["path"], f["check"], f["metric"], f["swatch"]): float(f["value"])
                for report in _reports(content)
                for f in report["findings"]
                if f["outcome"] in ("failed", "warned", "waived") and f["value"] is not None
            }
        )
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise BrandkitError(f"{path}: is no report of brandkit; give one that --format json wrote") from error


def _reports(content: Any) -> list[Any]:
    if content["schema"].startswith("brandkit.report/"):
        return [content]
    if not content["schema"].startswith("brandkit.summary/"):
        raise ValueError("another schema")
    after = {c["source"]: c["after"] for c in content["corrections"] if c["after"] is not None}
    return [after.get(report["source"]["path"], report) for report in content["reports"]]
