"""Text for people in a terminal: the verdict first, then what matters, then the rest in short."""

from __future__ import annotations

import io
from collections import Counter
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from brandkit.gate import Finding, Verdict
from brandkit.proof.record import Proof
from brandkit.report import proof_words, words
from brandkit.report.report import Report
from brandkit.report.run import Entry, Run
from brandkit.report.words import printable

SUFFIX = ".txt"
MEDIA_TYPE = "text/plain"

_VERDICT_STYLES = {
    Verdict.PASSED: "bold green",
    Verdict.NEEDS_REVIEW: "bold yellow",
    Verdict.FAILED: "bold red",
}
_OUTCOME_STYLES = {"failed": "red", "error": "red", "warned": "yellow"}
_WIDTH = 120
"""Columns of a table that goes to a file or a pipe; sentences are not broken there at all."""
_LEAD = 16
"""Columns of the word in front of a sentence."""
_BLOCK = "   "
MOST_SHOTS = 3
"""Shots that a terminal says everything of."""


def render(run: Run) -> str:
    """The run as plain text, without colour."""
    buffer = io.StringIO()
    print_run(run, Console(file=buffer, width=_WIDTH, no_color=True, highlight=False, force_terminal=False))
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()).rstrip() + "\n"


def print_run(run: Run, console: Console | None = None) -> None:
    """Print each input's findings, then a table where there are several inputs or corrections."""
    if console is None:
        console = Console(highlight=False)
        console = console if console.is_terminal else Console(highlight=False, width=_WIDTH)
    if console.options.ascii_only and isinstance(console.file, io.TextIOWrapper):
        # An old Windows code page has no tick and no arrow: a question mark beside the word, not a crash.
        console.file.reconfigure(errors="replace")
    for entry in run.entries:
        _print_entry(entry, console)
    if any(entry.corrected is not None for entry in run.entries):
        console.print(_corrections(run, console))
    elif len(run.entries) + len(run.unreadable) > 1:
        console.print(_summary(run))
    for fault in run.unreadable:
        _say(console, "UNREADABLE", "bold red", Text(printable(fault.message)), indent=0)
    if len(run.entries) + len(run.unreadable) > 1:
        console.print(Text(str(words.count(run)), style="bold"))


def _print_entry(entry: Entry, console: Console) -> None:
    report = words.final(entry)
    corrected = entry.corrected
    path = printable(entry.report.source.path)
    head = Text.assemble(_verdicts(entry), f"  {path}  ", (f"({printable(report.brand.name)})", "dim"))
    console.print(head, soft_wrap=True)
    if corrected is not None:
        _say(console, "correction", "bold", Text(printable(corrected.note)))
        for _, file in corrected.files:
            _say(console, "written", "bold", Text(printable(file)))
        if corrected.proof is not None:
            _print_proof(corrected.proof, console)
    _print_urgent(report, console, repaired=words.repaired(entry))
    if (reason := words.doubt(report)) is not None:
        _say(console, "? to review", "yellow", Text(reason))
    for finding in report.findings:
        if finding.outcome == "waived":
            _say(console, "~ waived", "dim", Text(words.sentence(finding.message)))
    passed = [f for f in report.findings if f.outcome == "passed"]
    if passed:
        _say(console, "✓ passed", "green", Text(words.said_of(passed)))
    missed = [f for f in report.findings if f.outcome == "not_evaluated"]
    for lead, chosen in (
        ("not measured", [f for f in missed if not words.unlimited(f)]),
        ("no limit", [f for f in missed if words.unlimited(f)]),
    ):
        if chosen:
            _say(console, f"– {lead}", "dim", Text(words.said_of(chosen), style="dim"))
    for note in report.source.notes:
        _say(console, "– note", "dim", Text(printable(note), style="dim"))
    console.print()


def _print_proof(proof: Proof, console: Console) -> None:
    """What was done in short; the whole of it stands in the other formats."""
    single = len(proof.shots) == 1
    for shot in proof.shots[:MOST_SHOTS]:
        lead = "" if single else f"{proof_words.span(shot)}: "
        for grade in shot.grades:
            done = "; ".join(proof_words.became(shift) for shift in grade.shifts)
            digest = grade.digest[: proof_words.SHORT_DIGEST]
            by = f"{lead}{done}; by a LUT for {proof_words.place(grade.area)} (sha256 {digest}…)"
            _say(console, "proof", "bold", Text(printable(by)))
            for shift in grade.shifts:
                if shift.split is not None:
                    _say(console, "light", "bold", Text(printable(proof_words.light(shift))))
    if len(proof.shots) > MOST_SHOTS:
        more = f"and {len(proof.shots) - MOST_SHOTS} more shots or parts of shots, in the report"
        _say(console, "", "", Text(more))
    _say(console, "what else moved", "bold", Text(proof_words.far(proof_words.elsewhere(proof.shots))))
    _say(console, "to undo", "bold", Text(printable(proof_words.undo(proof, short=True))))


def _print_urgent(report: Report, console: Console, *, repaired: bool) -> None:
    found = words.urgent(report)
    for finding, following in pairwise([*found, None]):
        assert finding is not None
        lead = f"{words.MARKS[finding.outcome]} {words.OUTCOMES[finding.outcome]}"
        body = Text.assemble(_blocks(finding, console), words.said(finding))
        _say(console, lead, _OUTCOME_STYLES[finding.outcome], body)
        again = following is not None and following.remedy == finding.remedy
        # 'Run brandkit correct' helps nobody who just did.
        if finding.remedy and not again and not (repaired and finding.correctable):
            _say(console, "", "", Text(printable(finding.remedy), style="italic"))


def _say(console: Console, lead: str, style: str, body: Text, *, indent: int = 2) -> None:
    """A word in its column and a sentence beside it: wrapped there in a terminal, one line in a file."""
    if not console.is_terminal:
        console.print(Text.assemble(" " * indent, (f"{lead:<{_LEAD}}", style), body), soft_wrap=True)
        return
    grid = Table.grid(padding=0)
    grid.add_column(width=indent + _LEAD, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text.assemble(" " * indent, (lead, style)), body)
    console.print(grid)


def _blocks(finding: Finding, console: Console) -> Text:
    """The colour that was found and the one it should be, where the terminal shows colours."""
    shown, wanted = words.colour(finding.colour), words.colour(finding.target)
    if shown is None or not _coloured(console):
        return Text()
    block = Text(_BLOCK, style=f"on {shown}")
    return block.append(" → ").append(_BLOCK, f"on {wanted}").append(" ") if wanted else block.append(" ")


def _coloured(console: Console) -> bool:
    return console.color_system is not None and not console.no_color


def _verdict(report: Report) -> Text:
    return Text(words.VERDICTS[report.verdict].upper(), style=_VERDICT_STYLES[report.verdict])


def _verdicts(entry: Entry) -> Text:
    before, after = entry.report, words.final(entry)
    if before.verdict is after.verdict:
        return _verdict(after)
    return Text.assemble(_verdict(before), " → ", _verdict(after))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in ("verdict", "drift before", "drift after"))
    return table


def _names(run: Run) -> dict[Path, Text]:
    """What a table calls each input: the file's name, or its path where two share a name."""
    paths = [entry.report.source.path for entry in run.entries] + [fault.path for fault in run.unreadable]
    shared = Counter(path.name for path in paths)
    return {
        path: Text(printable(path.name if shared[path.name] == 1 and path.name else path)) for path in paths
    }


def _summary(run: Run) -> Table:
    table = _table("picture", "verdict", "to do", "worst finding")
    names = _names(run)
    for entry in run.entries:
        bad = words.urgent(entry.report)
        worst = words.said(bad[0]) if bad else words.doubt(entry.report) or ""
        table.add_row(
            names[entry.report.source.path],
            _verdict(entry.report),
            str(len(bad) or ""),
            Text(printable(worst)),
        )
    for fault in run.unreadable:
        table.add_row(names[fault.path], Text("UNREADABLE", style="bold red"), "", "")
    return table


def _corrections(run: Run, console: Console) -> Table:
    """Each swatch's colour and drift before and after, input by input."""
    table = _table("picture", "verdict", "swatch", "drift before", "drift after")
    names = _names(run)
    for entry in run.entries:
        first = [names[entry.report.source.path], _verdicts(entry)]
        after = entry.corrected.report if entry.corrected is not None else None
        for row in _drifts(entry.report, after, console) or [(Text("no brand colour found", style="dim"),)]:
            table.add_row(*first, *row)
            first = [Text(), Text()]
    for fault in run.unreadable:
        table.add_row(names[fault.path], Text("UNREADABLE", style="bold red"))
    return table


def _drifts(before: Report, after: Report | None, console: Console) -> list[tuple[Text, ...]]:
    later = {f.swatch: f for f in after.findings if f.metric == words.DRIFT} if after else {}
    return [
        (Text(printable(f.swatch or "")), _drift(f, console), _drift(later.get(f.swatch), console))
        for f in before.findings
        if f.metric == words.DRIFT and f.value is not None
    ]


def _drift(finding: Finding | None, console: Console) -> Text:
    if finding is None or finding.value is None:
        return Text("–")
    shown = words.colour(finding.colour)
    block = Text.assemble(("  ", f"on {shown}"), " ") if shown and _coloured(console) else Text()
    return Text.assemble(block, f"{finding.value:.2f}", (f" {shown}" if shown else "", "dim"))
