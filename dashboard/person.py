"""Who is at the page, and what they may do. Every page that changes something asks ``require`` first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from brandkit.errors import BrandkitError
from brandkit.store import members
from brandkit.store.filing import caller
from brandkit.store.members import MemberRole

from . import place


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the page.

    Attributes:
        name: as decisions name them: the address they signed in with, or the user of this machine.
        role: what they may do.
        local: whether nobody has to sign in, since only this machine is served.
    """

    name: str
    role: MemberRole
    local: bool = False

    def may(self, needed: MemberRole) -> bool:
        """Whether they may do what ``needed`` may."""
        return members.may(self.role, needed)


class NotAllowedError(BrandkitError):
    """Something that this person may not do."""


def signs_in() -> bool:
    """Whether people have to sign in: an OIDC provider is configured under ``[auth]`` in ``secrets.toml``."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def current() -> Person | None:
    """Who is at the page; ``None`` for nobody, or somebody without a role."""
    if not signs_in():
        return Person(caller(), "admin", local=True)
    email = address(st.user.to_dict()) if st.user.is_logged_in else None
    role = members.role_of(place.store(), email) if email else None
    return Person(email, role) if email and role else None


def address(claims: Mapping[str, Any]) -> str | None:
    """The address that a provider vouches for; ``None`` where it says that it is not verified, or none.

    >>> address({"email": "Ada@Example.com", "email_verified": True}), address({"email": "a@b.c"})
    ('ada@example.com', 'a@b.c')
    >>> address({"email": "ada@example.com", "email_verified": False})
    """
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified", True) is not True:
        return None
    return email.strip().lower()


def require(needed: MemberRole) -> Person:
    """Who is at the page, if they may do that; asked anew at each change, since a role can be taken.

    Raises:
        NotAllowedError: they may not.
    """
    person = current()
    if person is None or not person.may(needed):
        raise NotAllowedError(f"this needs the role of a {needed}; an admin can give it to you")
    return person
