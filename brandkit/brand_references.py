"""Approved and rejected pictures beside a brand: an append-only file that says who added what, when and why.

``acme.references.json`` lies beside ``acme.brand.yml``. Each change is one entry with its own version;
nothing is ever taken out of the file, so that what a verdict rested on can be told later. To undo is to add
an entry.
"""

from __future__ import annotations

import getpass
import glob
import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from brandkit.errors import BrandError
from brandkit.guidelines import Text
from brandkit.swatch import Share, quote

SUFFIX = ".references.json"
LARGEST_BYTES = 64 * 2**20
"""More than a hundred thousand entries."""

Role = Literal["reference", "counter"]
Action = Literal["add", "remove", "calibrate", "undo"]


def _sha256(text: str) -> str:
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise ValueError(f"{quote(text)} is no sha256")
    return text


Sha256 = Annotated[str, AfterValidator(_sha256)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Picture(_Frozen):
    """A picture that shows, or must not show, what the brand looks like.

    Attributes:
        file: its path, relative to the ledger's folder.
        sha256: of its bytes, as hexadecimal.
        role: ``reference`` for an approved picture, ``counter`` for a rejected one.
    """

    file: Text
    sha256: Sha256
    role: Role = "reference"


class Calibration(_Frozen):
    """A limit of likeness that was set on the references themselves.

    Attributes:
        basis: the encoder's id and the digest of the references; the limit holds for no other.
        least: likeness below which a picture is flagged, -1 to 1.
        share: of pictures like the references, at most this part is flagged.
        count: references that it rests on.
        promise: the same in words.
    """

    basis: Text
    least: float = Field(ge=-1, le=1)
    share: Share
    count: int = Field(ge=1)
    promise: Text


class Entry(_Frozen):
    """One change.

    Attributes:
        version: of the ledger after it, from 1 on.
        action: what was done.
        when: in UTC, ISO 8601.
        who: name of the person.
        why: reason, as the person gave it; empty for none.
        pictures: that were added or removed.
        undoes: version of the entry that this one undoes.
        calibration: the limit, set anew for the references as they are after it.
    """

    version: int = Field(ge=1)
    action: Action
    when: datetime
    who: Text
    why: str = Field(default="", max_length=1000)
    pictures: tuple[Picture, ...] = ()
    undoes: int | None = None
    calibration: Calibration | None = None


class Ledger(_Frozen):
    """All changes, in order.

    Attributes:
        format: of the file.
        entries: numbered from 1 without gaps; an entry undoes an earlier one, and none twice.
    """

    format: Literal["brandkit.references/1"] = "brandkit.references/1"
    entries: tuple[Entry, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        undone: set[int] = set()
        for number, entry in enumerate(self.entries, 1):
            if entry.version != number:
                raise ValueError(f"entry {number} says that it is version {entry.version}")
            if entry.undoes is not None:
                if not 0 < entry.undoes < number or entry.undoes in undone:
                    raise ValueError(f"version {number} undoes version {entry.undoes}, which it cannot")
                undone.add(entry.undoes)
        return self

    @property
    def version(self) -> int:
        """Of the last entry; 0 of a ledger without any."""
        return len(self.entries)

    @property
    def standing(self) -> tuple[Entry, ...]:
        """The entries that are not undone, without those that undo."""
        undone = {entry.undoes for entry in self.entries}
        return tuple(e for e in self.entries if e.action != "undo" and e.version not in undone)

    def pictures(self, role: Role) -> tuple[Picture, ...]:
        """The pictures of a role as of now, in the order in which they were added."""
        found: dict[str, Picture] = {}
        for entry in self.standing:
            for picture in entry.pictures:
                if entry.action == "remove":
                    found.pop(picture.sha256, None)
                elif entry.action == "add":
                    found.pop(picture.sha256, None)
                    found[picture.sha256] = picture
        return tuple(picture for picture in found.values() if picture.role == role)

    def calibration(self, basis: str) -> Calibration | None:
        """The last limit that was set for a basis and is not undone."""
        fitting = [e.calibration for e in self.standing if e.calibration and e.calibration.basis == basis]
        return fitting[-1] if fitting else None

    @property
    def content(self) -> dict[str, object]:
        """All in it that can influence a verdict."""
        limits = [entry.calibration.model_dump(mode="json") for entry in self.standing if entry.calibration]
        shas = {role: sorted(p.sha256 for p in self.pictures(role)) for role in get_args(Role)}
        return {**shas, "calibrations": limits}

    @property
    def last_calibration(self) -> Calibration | None:
        """The last limit that was set, whatever it is for."""
        found = [entry.calibration for entry in self.standing if entry.calibration]
        return found[-1] if found else None

    def with_entry(
        self,
        action: Action,
        *,
        who: str,
        why: str = "",
        pictures: Iterable[Picture] = (),
        undoes: int | None = None,
        calibration: Calibration | None = None,
        when: datetime | None = None,
    ) -> Ledger:
        """The ledger with one more entry; ``when`` is now without.

        Raises:
            BrandError: a name, reason or path is none that can be kept.
        """
        moment = (when or datetime.now(UTC)).replace(microsecond=0)
        try:
            entry = Entry(
                version=self.version + 1,
                action=action,
                when=moment,
                who=who,
                why=why,
                pictures=tuple(pictures),
                undoes=undoes,
                calibration=calibration,
            )
        except ValidationError as error:
            raise BrandError(_said(error)) from error
        return Ledger(entries=(*self.entries, entry))

    def undone(self, *, who: str, why: str = "", when: datetime | None = None) -> Ledger:
        """The ledger with its last standing entry undone; raises ``BrandError`` where there is none."""
        if not self.standing:
            raise BrandError("nothing is left to undo")
        return self.with_entry("undo", who=who, why=why, undoes=self.standing[-1].version, when=when)


@dataclass(frozen=True, slots=True)
class Read:
    """A ledger and the bytes that it was read from, ``None`` where there was no file."""

    ledger: Ledger
    data: bytes | None


def beside(brand: Path) -> Path:
    """Where the ledger of a brand file is.

    >>> beside(Path("brands/acme.brand.yml")).name
    'acme.references.json'
    """
    return brand.with_name(f"{brand.name.partition('.')[0] or 'brand'}{SUFFIX}")


def read(path: Path) -> Read:
    """Read a ledger; one that is not there is empty.

    Raises:
        BrandError: it cannot be read, or is none.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return Read(Ledger(), None)
    except OSError as error:
        raise BrandError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    if len(data) > LARGEST_BYTES:
        raise BrandError(f"{path}: is larger than {LARGEST_BYTES >> 20} MB; it is no list of references")
    try:
        return Read(Ledger.model_validate_json(data), data)
    except ValidationError as error:
        raise BrandError(f"{path}: {_said(error)}; restore the file from where you keep versions") from error


def _said(error: ValidationError) -> str:
    """The first thing that is wrong, in one line."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    said = " ".join(first["msg"].removeprefix("Value error, ").split())[:200]
    return f"{where}: {said}" if where else said


def matching(folder: Path, pattern: str) -> list[Path]:
    """The files that a pattern names, such as ``approved/*.jpg``, or the one of that very name."""
    given = folder / pattern
    names = [str(given)] if given.is_file() else sorted(glob.glob(str(given), recursive=True))  # noqa: PTH207
    return [path for name in names if (path := Path(name)).is_file()]


def contents(folder: Path, patterns: Iterable[str]) -> list[str]:
    """The sha256 of each file that patterns name, whatever their order; what cannot be read has none."""
    found = set()
    for path in (path for pattern in patterns for path in matching(folder, pattern)):
        with suppress(OSError), path.open("rb") as file:
            found.add(hashlib.file_digest(file, "sha256").hexdigest())
    return sorted(found)


def digest(shas: Iterable[str]) -> str:
    """The first 12 digits of the sha256 of pictures' own, whatever their order."""
    return hashlib.sha256("\n".join(sorted(set(shas))).encode()).hexdigest()[:12]


def user() -> str:
    """Who is at the keyboard, as the system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
