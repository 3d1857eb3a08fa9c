"""Text for people in a terminal: the verdict first, then what matters, then the rest in short."""

from __future__ import annotations

import io
from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from brandkit.gate import Finding, Verdict
from brandkit.report.report import Report
from brandkit.report.run import Entry, Run

_WORDS = {
    Verdict.PASSED: ("PASSED", "bold green"),
    Verdict.NEEDS_REVIEW: ("NEEDS REVIEW", "bold yellow"),
    Verdict.FAILED: ("FAILED", "bold red"),
}
_MARKS = {
    "failed": ("✗ failed", "red"),
    "error": ("! error", "red"),
    "warned": ("? look", "yellow"),
    "passed": ("✓ passed", "green"),
    "not_evaluated": ("- not evaluated", "dim"),
}
_ORDER = ("failed", "error", "warned", "passed", "not_evaluated")
_WIDTH = 100
"""Columns of text that goes to a file or a pipe."""


def render(run: Run) -> str:
    """The run as plain text of 100 columns."""
    buffer = io.StringIO()
    print_run(run, Console(file=buffer, width=_WIDTH, no_color=True, highlight=False))
    return buffer.getvalue()


def print_run(run: Run, console: Console | None = None) -> None:
    """Print each input's findings, then a table where there are several inputs or corrections."""
    console = console or Console(highlight=False)
    for entry in run.entries:
        _print_entry(entry, console)
    corrected = any(entry.corrected is not None for entry in run.entries)
    if corrected:
        console.print(_corrections(run))
    elif len(run.entries) + len(run.unreadable) > 1:
        console.print(_summary(run))
    for fault in run.unreadable:
        console.print(Text.assemble(("UNREADABLE  ", "bold red"), fault.message), soft_wrap=True)


def _print_entry(entry: Entry, console: Console) -> None:
    report = entry.report
    console.print(
        Text.assemble(
            _verdict(report.verdict), f"  {report.source.path}  ", (f"({report.brand.name})", "dim")
        ),
        soft_wrap=True,
    )
    unlimited = [f for f in report.findings if f.value is not None and f.limit is None]
    for outcome in _ORDER:
        for finding in report.findings:
            if finding.outcome == outcome and finding not in unlimited:
                _print_finding(finding, console)
    if unlimited:
        counts = Counter(finding.metric for finding in unlimited)
        listed = ", ".join(
            f"{metric} ({number})" if number > 1 else metric for metric, number in counts.items()
        )
        console.print(Text(f"  measured, but the brand sets no limit: {listed}", style="dim"), soft_wrap=True)
    for note in report.source.notes:
        console.print(Text(f"  note: {note}", style="dim"), soft_wrap=True)
    if entry.corrected is not None:
        console.print(Text.assemble(("  correction: ", "bold"), entry.corrected.note), soft_wrap=True)
        for title, path in entry.corrected.files:
            console.print(Text(f"  {title}: {path}"), soft_wrap=True)
    console.print()


def _print_finding(finding: Finding, console: Console) -> None:
    mark, style = _MARKS[finding.outcome]
    line = Text("  ").append(f"{mark:<16}", style=style)
    for colour in (finding.colour, finding.target):
        line.append("   ", style=f"on {colour}") if colour else line.append("   ")
    line.append(f" {finding.message}", style="dim" if finding.outcome == "not_evaluated" else "")
    console.print(line, soft_wrap=True)
    if finding.remedy:
        console.print(Text(f"{'':25}{finding.remedy}", style="italic"), soft_wrap=True)


def _verdict(verdict: Verdict) -> tuple[str, str]:
    return _WORDS[verdict]


def _word(report: Report) -> Text:
    word, style = _WORDS[report.verdict]
    return Text(word, style=style)


def _summary(run: Run) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("input", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    table.add_column("to do", justify="right")
    table.add_column("worst finding", overflow="fold")
    for entry in run.entries:
        bad = [f for f in entry.report.findings if f.outcome in ("failed", "error", "warned")]
        worst = min(bad, key=lambda f: _ORDER.index(f.outcome)).message if bad else ""
        table.add_row(
            Text(str(entry.report.source.path)), _word(entry.report), str(len(bad) or ""), Text(worst)
        )
    for fault in run.unreadable:
        table.add_row(Text(str(fault.path)), Text("UNREADABLE", style="bold red"), "", "")
    return table


def _corrections(run: Run) -> Table:
    """Each swatch's drift before and after, input by input."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("picture", overflow="fold")
    table.add_column("verdict", overflow="fold")
    table.add_column("swatch", overflow="fold")
    table.add_column("found", no_wrap=True)
    table.add_column("drift", justify="right", no_wrap=True)
    table.add_column("now", no_wrap=True)
    table.add_column("drift", justify="right", no_wrap=True)
    for entry in run.entries:
        after = entry.corrected.report if entry.corrected is not None else None
        verdict = _word(entry.report)
        if after is not None and after.verdict is not entry.report.verdict:
            verdict = Text.assemble(verdict, " → ", _word(after))
        lead: list[Text | str] = [Text(entry.report.source.path.name), verdict]
        for row in _drifts(entry.report, after) or [(Text("none found", style="dim"), "", "", "", "")]:
            table.add_row(*lead, *row)
            lead = ["", ""]
    return table


def _drifts(before: Report, after: Report | None) -> list[tuple[Text | str, ...]]:
    later = {f.swatch: f for f in after.findings if f.metric == "drift_de00"} if after else {}
    rows: list[tuple[Text | str, ...]] = []
    for finding in before.findings:
        if finding.metric == "drift_de00" and finding.value is not None:
            now = later.get(finding.swatch)
            rows.append((Text(finding.swatch or ""), *_shown(finding), *(_shown(now) if now else ("", ""))))
    return rows


def _shown(finding: Finding) -> tuple[Text | str, str]:
    if finding.value is None or finding.colour is None:
        return "", ""
    return Text.assemble(("  ", f"on {finding.colour}"), f" {finding.colour}"), f"{finding.value:.2f}"
