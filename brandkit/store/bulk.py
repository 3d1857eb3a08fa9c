"""What a decision on several items would be about, so that a person knows before they make it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brandkit.gate import Verdict
from brandkit.store import brands, items
from brandkit.store.decisions import WORDS
from brandkit.store.filed import DecisionVerdict, Item

if TYPE_CHECKING:
    from brandkit.store.store import Store

MOST = 1000
"""Items of one decision: others wait for the database while it is written."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is to be decided.

    Attributes:
        items: all of them, the worst first.
        versions: label of each brand version, and how many items it judged.
        verdicts: how many of each verdict.
        findings: the worst findings in words, and of how many items each is the worst, the commonest first.
        unusual: why some of it is not usually decided so, a phrase each, and how many.
        comment: why a comment is needed; empty where none is.
    """

    items: tuple[Item, ...]
    versions: Mapping[str, int]
    verdicts: Mapping[Verdict, int]
    findings: Sequence[tuple[str, int]]
    unusual: Sequence[tuple[str, int]]
    comment: str


def summary(store: Store, numbers: Sequence[int], verdict: DecisionVerdict) -> Summary:
    """What a decision on the items of some ids would be about.

    Raises:
        StoreError: a brand is gone.
    """
    found = items.these(store, numbers)
    causes: dict[str, list[Item]] = {}
    for item in found:
        if item.headline:
            causes.setdefault(item.cause, []).append(item)
    findings = [(alike[0].headline, len(alike)) for alike in causes.values()]
    verdicts = Counter(item.final for item in found)
    return Summary(
        items=found,
        versions=dict(sorted(Counter(item.version.label for item in found).items())),
        verdicts=verdicts,
        findings=sorted(findings, key=lambda pair: -pair[1]),
        unusual=_unusual(store, found, verdict),
        comment=_comment(verdicts, verdict),
    )


def _unusual(store: Store, found: Sequence[Item], verdict: DecisionVerdict) -> list[tuple[str, int]]:
    newest = {name: brands.versions(store, name)[0].id for name in {item.version.brand for item in found}}
    counted = Counter[str]()
    for item in found:
        if verdict == "approved" and item.final is Verdict.FAILED:
            counted["failed, and would be approved"] += 1
        if verdict != "approved" and item.final is Verdict.PASSED:
            counted[f"passed, and would be {'rejected' if verdict == 'rejected' else 'sent back'}"] += 1
        if item.version.id != newest[item.version.brand]:
            counted["judged by a version that is not the newest"] += 1
        if item.state != "open" and item.state != verdict:
            counted[f"already decided: {WORDS[item.state]}"] += 1
    return counted.most_common()


def _comment(verdicts: Mapping[Verdict, int], verdict: DecisionVerdict) -> str:
    failed = verdicts.get(Verdict.FAILED, 0)
    if verdict == "approved" and failed:
        return f"say why {'it is' if failed == 1 else 'they are'} approved: {failed} failed"
    return "say what is to be changed" if verdict == "change" else ""
