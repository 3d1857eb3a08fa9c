"""Who may do what: roles by the address that people sign in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import Select, select

from brandkit.errors import StoreError
from brandkit.store import audit, database
from brandkit.store.tables import MemberRow

if TYPE_CHECKING:
    from brandkit.store.store import Store

MemberRole = Literal["viewer", "reviewer", "brand manager", "admin"]
"""Each may do what those before it may: look; decide and correct; change brands; give roles and prune."""
ROLES: tuple[MemberRole, ...] = get_args(MemberRole)


@dataclass(frozen=True, slots=True)
class Member:
    """A person: the address they sign in with, what they may do, and who said so when."""

    email: str
    role: MemberRole
    created: datetime
    who: str


def may(role: MemberRole, needed: MemberRole) -> bool:
    """Whether a role may do what another one may.

    >>> may("brand manager", "reviewer"), may("viewer", "reviewer")
    (True, False)
    """
    return ROLES.index(role) >= ROLES.index(needed)


def give(store: Store, email: str, role: MemberRole, *, who: str) -> None:
    """Give a person a role, in place of the one they had.

    Raises:
        StoreError: the address is none, there is no such role, or the last admin would be one no more.
    """
    address = _address(email)
    if role not in ROLES:
        raise StoreError(f"'{role}' is no role; use one of {', '.join(ROLES)}")
    with database.writing(store.engine) as session:
        if role != "admin":
            _keep_an_admin(list(session.scalars(_admins())), address)
        session.merge(MemberRow(email=address, role=role, created=datetime.now(UTC), who=who))
        audit.note(session, who, "role given", address, role)


def remove(store: Store, email: str, *, who: str) -> None:
    """Take a person's role away. Raises ``StoreError`` where they have none, or are the last admin."""
    address = _address(email)
    with database.writing(store.engine) as session:
        row = session.get(MemberRow, address)
        if row is None:
            raise StoreError(f"{address} is no member; see: brandkit store members")
        _keep_an_admin(list(session.scalars(_admins())), address)
        session.delete(row)
        audit.note(session, who, "role taken", address, row.role)


def all_of(store: Store) -> tuple[Member, ...]:
    """All members, by address."""
    with database.reading(store.engine) as session:
        rows = session.scalars(select(MemberRow).order_by(MemberRow.email))
        return tuple(Member(r.email, r.role, r.created, r.who) for r in rows)  # type: ignore[arg-type]


def role_of(store: Store, email: str) -> MemberRole | None:
    """What a person may do; ``None`` for one who is no member."""
    with database.reading(store.engine) as session:
        row = session.get(MemberRow, email.strip().lower())
        return None if row is None else row.role  # type: ignore[return-value]


def _admins() -> Select[str]:
    return select(MemberRow.email).where(MemberRow.role == "admin")


def _keep_an_admin(admins: list[str], address: str) -> None:
    if admins == [address]:
        raise StoreError(f"{address} is the only admin; make somebody else one first")


def _address(email: str) -> str:
    found = email.strip().lower()
    name, at, host = found.partition("@")
    if not (name and at and "." in host) or any(c.isspace() for c in found) or len(found) > 320:
        raise StoreError(f"'{email[:80]}' is no address; give one such as ada@example.com")
    return found
