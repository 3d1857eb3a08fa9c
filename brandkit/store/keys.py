"""Keys that pipelines call the gate with: made once, shown once, kept as a hash, revocable."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import select

from brandkit.errors import StoreError
from brandkit.store import audit, database
from brandkit.store.tables import ApiKeyRow

if TYPE_CHECKING:
    from brandkit.store.store import Store

Scope = Literal["check", "correct", "read", "brands"]
"""What a key may do: have inputs checked; corrected; read reports and jobs; put brands."""
SCOPES: tuple[Scope, ...] = get_args(Scope)
DEFAULT_SCOPES: tuple[Scope, ...] = ("check", "correct", "read")
PREFIX = "bk"


@dataclass(frozen=True, slots=True)
class Key:
    """A key, without its secret.

    Attributes:
        id: that logs and people call it by.
        name: what it is for.
        tenant: whose reports and jobs it sees; those of others it does not.
        scopes: what it may do.
        created, who: when it was made, by whom.
        revoked: since when it holds no longer.
    """

    id: str
    name: str
    tenant: str
    scopes: tuple[Scope, ...]
    created: datetime
    who: str
    revoked: datetime | None


def create(
    store: Store, name: str, *, who: str, tenant: str = "default", scopes: Sequence[str] = DEFAULT_SCOPES
) -> tuple[str, Key]:
    """Make a key.

    Returns:
        The secret, which is not kept and cannot be shown again, and the key.

    Raises:
        StoreError: a scope is none, or the tenant's name is not plain.
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise StoreError(f"'{scope}' is no scope; use {', '.join(SCOPES)}")
    if not tenant or len(tenant) > 64 or not all(c.isalnum() or c in "-_." for c in tenant):
        raise StoreError(f"'{tenant[:80]}' cannot name a tenant; use letters, digits, - _ .")
    number, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    row = ApiKeyRow(
        id=number,
        name=name,
        tenant=tenant,
        scopes=list(scopes),
        hash=_hash(secret),
        created=datetime.now(UTC),
        who=who,
    )
    with database.writing(store.engine) as session:
        session.add(row)
        audit.note(session, who, "key made", f"{number}: {name}", f"{tenant}: {', '.join(scopes)}")
        session.flush()
        return f"{PREFIX}_{number}_{secret}", _key(row)


def find(store: Store, presented: str) -> Key | None:
    """The key that a caller presents; ``None`` for none, a wrong or a revoked one."""
    prefix, _, rest = presented.partition("_")
    number, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        return None
    with database.reading(store.engine) as session:
        row = session.get(ApiKeyRow, number)
        # Compared even where there is no such key, so that time does not tell which ids there are.
        right = hmac.compare_digest(_hash(secret), row.hash if row is not None else _hash(""))
        return _key(row) if row is not None and right and row.revoked is None else None


def revoke(store: Store, number: str, *, who: str) -> None:
    """Have a key hold no longer. Raises ``StoreError`` where there is none."""
    with database.writing(store.engine) as session:
        row = session.get(ApiKeyRow, number)
        if row is None:
            raise StoreError(f"there is no key {number[:20]}; see: brandkit keys list")
        if row.revoked is None:
            row.revoked = datetime.now(UTC)
            audit.note(session, who, "key revoked", f"{number}: {row.name}")


def all_of(store: Store) -> tuple[Key, ...]:
    """All keys, also those that are revoked, the newest first."""
    with database.reading(store.engine) as session:
        return tuple(
            _key(row) for row in session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created.desc()))
        )


def _hash(secret: str) -> str:
    # The secret has 256 random bits: nothing slower than one hash is needed to keep it from being guessed.
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: ApiKeyRow) -> Key:
    scopes: tuple[Scope, ...] = tuple(row.scopes)  # type: ignore[arg-type]
    return Key(row.id, row.name, row.tenant, scopes, row.created, row.who, row.revoked)
