"""``Credentials``: what was read from a file, and whether it still holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

State = Literal["trusted", "unknown_signer", "invalid", "none"]
"""``trusted``: whole, by a signer whose root was given. ``unknown_signer``: whole, but nobody vouches for who
signed. ``invalid``: changed, or signed by a certificate that did not hold. ``none``: no credentials."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, as the certificate says.

    Attributes:
        name: common name.
        organisation: that the certificate names.
        serial: of the certificate.
        algorithm: of the signature.
        time: when, by a time-stamp authority; ``None`` where none was asked, so that nothing proves it.
        time_trusted: whether that authority leads to a root that was given.
    """

    name: str
    organisation: str
    serial: str
    algorithm: str
    time: str | None
    time_trusted: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """An action, as the credentials state it; as ``history.Action``, ``when`` by the signer's clock."""

    name: str
    said: str = ""
    source_type: str | None = None
    agent: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """An ingredient, as the credentials state it.

    Attributes:
        title: its name.
        relation: ``parentOf``, ``inputTo`` or ``componentOf``.
        role: what it was, where brandkit signed.
        signed_by: who signed it, where it carries credentials of its own.
        actions: of those.
        faults: why those did not hold when it was used, one sentence each.
    """

    title: str
    relation: str
    role: str
    signed_by: str | None = None
    actions: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was read from one file.

    Attributes:
        path: of the file.
        sha256: of its bytes.
        state: see ``State``.
        reasons: why it is not trusted, one sentence each; empty where it is.
        signer: ``None`` where there are no credentials, or they name none.
        software: what wrote the credentials.
        actions: what was done, in order.
        ingredients: what it was made of.
        facts: brand, recipe and pixels, where brandkit signed.
        changed: whether the file's content differs from what was signed; ``None`` where that is not known.
        pixels_changed: whether its pixels do; ``None`` where the credentials hold no digest of them.
        recipe_beside: whether the recipe beside it is the one that was signed; ``None`` without one.
    """

    path: Path
    sha256: str
    state: State
    reasons: tuple[str, ...] = ()
    signer: Signer | None = None
    software: str = ""
    actions: tuple[Done, ...] = ()
    ingredients: tuple[Part, ...] = ()
    facts: Mapping[str, Any] | None = None
    changed: bool | None = None
    pixels_changed: bool | None = None
    recipe_beside: bool | None = None
