"""What the store gives back: frozen, and free of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from brandkit.gate import Outcome, Verdict

if TYPE_CHECKING:
    from brandkit.check import Region
    from brandkit.report.run import Entry

State = Literal["open", "approved", "rejected", "change"]
"""What became of an item: nobody decided yet, or the last decision; ``change`` asks for one."""
DecisionVerdict = Literal["approved", "rejected", "change", "reopened"]
Role = Literal["document", "input", "thumbnail", "evidence", "result", "recipe", "attempt"]
"""Of a file: the reports as JSON, what was judged, a small picture of it, what shows a finding, what a
correction wrote (the first is the corrected picture or clip), how a generated picture was made, and what was
tried before it."""
Source = Literal["check", "correct", "generate", "python", "http", "dashboard"]


@dataclass(frozen=True, slots=True)
class BrandVersion:
    """A brand as it was at one time.

    Attributes:
        id: of the row.
        brand: its name.
        number: from 1; a report says by which it was judged.
        digest: sha256 of all that can influence a verdict, as in ``Brand.digest``.
        created, who, note: when it was saved, by whom, and why.
    """

    id: int
    brand: str
    number: int
    digest: str
    created: datetime
    who: str
    note: str

    @property
    def label(self) -> str:
        """As people say it: ``Acme v3``."""
        return f"{self.brand} v{self.number}"


@dataclass(frozen=True, slots=True)
class Item:
    """One input as it was judged, in short: what a row of the queue needs.

    Attributes:
        id: of the row.
        run: of the call that judged it.
        version: of the brand that judged it.
        created: when.
        source: which door it came through.
        who: whose call it was.
        path: as the call gave it.
        name: the file's own.
        kind: ``image``, ``animation``, ``sequence`` or ``video``.
        sha256: of the input.
        width, height: pixels.
        frames: how many; ``None`` where the container states none.
        verdict: of the input.
        final: after its correction, where there was one; else as ``verdict``.
        severity: to sort by: 2 to 3 failed, 1 to 2 needs review, 0 to 1 passed; within, by how far the worst
            figure is beyond its limit.
        model: that generated it, if that is known.
        state: what people decided.
        decisions: how many there are; to decide, one says how many one has seen.
        thumbnail: sha256 of a small picture.
        parent: the item that this one was made from, if it was made from one.
        headline, cause, extent: the worst finding in words, all by which it is like others, and how far it
            goes; as in ``brandkit.store.headline``.
    """

    id: int
    run: int
    version: BrandVersion
    created: datetime
    source: str
    who: str
    path: str
    name: str
    kind: str
    sha256: str
    width: int
    height: int
    frames: int | None
    verdict: Verdict
    final: Verdict
    severity: float
    model: str | None
    state: State
    decisions: int
    thumbnail: str | None
    parent: int | None
    headline: str = ""
    cause: str = ""
    extent: float | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of an item: its role, name, caption, and the sha256 to fetch it by."""

    role: Role
    name: str
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided.

    Attributes:
        number: from 1, for each item.
        created, who: when, and who.
        verdict: what.
        comment: in their words.
        region: where in the frame, if somewhere in particular.
        seen: sha256 of the document, the input and the corrected file that were shown, and the brand's
            version.
        digest: sha256 of the decision and of the one before it.
    """

    item: int
    number: int
    created: datetime
    who: str
    verdict: DecisionVerdict
    comment: str
    region: Region | None
    seen: Mapping[str, str | int | None]
    digest: str


@dataclass(frozen=True, slots=True)
class Case:
    """All there is on an item.

    Attributes:
        item: in short.
        entry: the reports before and after correction, as they were filed; pictures of evidence are read from
            the store, and ``entry.picture`` decodes the input.
        files: all, in the order they were filed.
        decisions: the oldest first.
    """

    item: Item
    entry: Entry
    files: tuple[StoredFile, ...]
    decisions: tuple[Decision, ...]

    def of(self, role: Role) -> tuple[StoredFile, ...]:
        """The files of a role."""
        return tuple(file for file in self.files if file.role == role)

    @property
    def corrected(self) -> StoredFile | None:
        """The corrected picture or clip, where a correction wrote one."""
        return next(iter(self.of("result")), None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items to find; what is empty does not narrow.

    Attributes:
        brand: name of a brand.
        final: verdicts.
        state: of the decisions.
        check, outcome: with a finding of that check, of one of those outcomes (failed and warned if empty).
        least: severity from which.
        since, until: when it was judged; the second is excluded.
        source: doors.
        model: that generated it.
        text: part of the path.
        run: of one call.
        cause: exactly these faults, as in ``Item.cause``.
        version: id of a brand version.
    """

    brand: str | None = None
    final: tuple[Verdict, ...] = ()
    state: tuple[State, ...] = ("open",)
    check: str | None = None
    outcome: tuple[Outcome, ...] = ()
    least: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    source: tuple[str, ...] = ()
    model: str | None = None
    text: str = ""
    run: int | None = None
    cause: str | None = None
    version: int | None = None


Order = Literal["worst", "newest", "oldest"]
