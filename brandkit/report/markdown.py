"""Markdown: a summary for a pull request, an issue or a CI job's page; GitHub and GitLab show it alike."""

from __future__ import annotations

import re

from brandkit.gate import Finding, Verdict
from brandkit.report import words
from brandkit.report.report import Report
from brandkit.report.run import Entry, Run

SUFFIX = ".md"
MEDIA_TYPE = "text/markdown"

MOST_ROWS = 200
"""Inputs in the table: a comment on GitHub holds 65,536 characters."""
MOST_FINDINGS = 12
"""Findings of an input that are told."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~<>&@:$./-])")


def render(run: Run) -> str:
    """The counts, a table of all inputs with the worst first, and what each lacks."""
    lines = [f"## {_heading(run)}", ""]
    entries = sorted(run.entries, key=lambda entry: _RANKS[words.final(entry).verdict])
    if entries:
        lines += ["| verdict | file | worst finding |", "| --- | --- | --- |"]
        lines += [_row(entry) for entry in entries[:MOST_ROWS]]
        if len(entries) > MOST_ROWS:
            lines.append(f"| … | {len(entries) - MOST_ROWS} more | |")
        lines.append("")
    for entry in entries[:MOST_ROWS]:
        lines += _details(entry)
    if run.unreadable:
        lines += ["### Unreadable", "", *(f"- {plain(fault.message)}" for fault in run.unreadable), ""]
    if brands := sorted({f"{e.report.brand.name} ({e.report.brand.digest[:12]})" for e in run.entries}):
        lines += [f"Judged by {', '.join(plain(brand) for brand in brands)}.", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


_RANKS = {Verdict.FAILED: 0, Verdict.NEEDS_REVIEW: 1, Verdict.PASSED: 2}


def _heading(run: Run) -> str:
    verdict = run.verdict
    if verdict is None:
        return f"brandkit: {words.count(run)}"
    return f"brandkit: {words.MARKS[verdict]} {words.count(run)}"


def _row(entry: Entry) -> str:
    report = words.final(entry)
    verdict = f"{words.MARKS[report.verdict]} {words.VERDICTS[report.verdict]}"
    if words.repaired(entry):
        verdict = f"{words.VERDICTS[entry.report.verdict]} → {verdict}"
    worst = next(iter(words.urgent(report)), None)
    said = words.doubt(report) or "" if worst is None else words.said(worst)
    return f"| {verdict} | {plain(entry.report.source.path)} | {plain(said)} |"


def _details(entry: Entry) -> list[str]:
    report = words.final(entry)
    urgent = words.urgent(report)
    if not urgent and entry.corrected is None:
        return []
    lines = ["<details>", f"<summary>{plain(entry.report.source.path)}</summary>", ""]
    if entry.corrected is not None:
        lines += [f"Correction: {plain(words.sentence(entry.corrected.note))}", ""]
    lines += [_finding(finding) for finding in urgent[:MOST_FINDINGS]]
    if len(urgent) > MOST_FINDINGS:
        lines.append(f"- and {len(urgent) - MOST_FINDINGS} more")
    lines += [_finding(finding) for finding in report.findings if finding.outcome == "waived"]
    return [*lines, *_notes(report), "", "</details>", ""]


def _finding(finding: Finding) -> str:
    lead = f"{words.MARKS[finding.outcome]} {words.OUTCOMES[finding.outcome]}"
    remedy = f" {plain(finding.remedy)}" if finding.remedy else ""
    return f"- **{lead}** {plain(words.sentence(words.said(finding)))}{remedy}"


def _notes(report: Report) -> list[str]:
    return [f"- note: {plain(note)}" for note in report.source.notes]


def plain(text: object) -> str:
    r"""A text on one line that Markdown shows as it is: no markup, no HTML, no mention, no link.

    >>> plain("a *b* [c](d)")
    'a \\*b\\* \\[c\\]\\(d\\)'
    """
    return _SPECIAL.sub(r"\\\1", words.printable(text))
