"""Findings in words, urgent first, each with the number of its pin and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from brandkit.gate import Finding
from brandkit.report import words
from brandkit.report.page import where
from brandkit.report.run import Entry

from .. import front
from .viewer import Pin


@dataclass(frozen=True, slots=True)
class Numbered:
    """A finding under its number."""

    number: int
    finding: Finding
    sides: tuple[str, ...]


def number(entry: Entry) -> tuple[Numbered, ...]:
    """What wants a look, numbered: first what is left, then what a correction has put right."""
    repaired = words.repaired(entry)
    left = [
        (finding, ("after",) if repaired else ("before",)) for finding in words.urgent(words.final(entry))
    ]
    was = [(finding, ("before",)) for finding in words.urgent(entry.report)] if repaired else []
    return tuple(Numbered(k, finding, sides) for k, (finding, sides) in enumerate([*left, *was], 1))


def pins(numbered: Sequence[Numbered]) -> list[Pin]:
    """The pins of findings that are somewhere in particular."""
    return [
        Pin(
            one.number,
            words.sentence(words.said(one.finding)),
            one.sides,
            box.x,
            box.y,
            box.width,
            box.height,
        )
        for one in numbered
        if (box := one.finding.region) is not None
    ]


def findings(entry: Entry, numbered: Sequence[Numbered]) -> None:
    """Draw the findings of an entry."""
    report, repaired = words.final(entry), words.repaired(entry)
    still = entry.report.source.kind == "image"
    left = [one for one in numbered if not repaired or "after" in one.sides]
    doubt = words.doubt(report)
    st.html(
        front.template("findings.html.j2").render(
            left=left,
            put_right=[one for one in numbered if one not in left],
            passed=[f for f in report.findings if f.outcome == "passed"],
            missed=[f for f in report.findings if f.outcome == "not_evaluated"],
            doubt=words.sentence(doubt) if doubt else None,
            marks=words.MARKS,
            outcomes=words.OUTCOMES,
            said=lambda finding: words.sentence(words.said(finding)),
            where=lambda finding: where(finding, still),
            colour=words.colour,
        )
    )
