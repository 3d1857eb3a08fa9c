"""Credentials out of a file: who signed it, what it says was done, and whether that still holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from brandkit.credentials import library
from brandkit.credentials.history import LABEL, recipe_digest
from brandkit.credentials.identity import read_certificates
from brandkit.credentials.sign import SETTINGS
from brandkit.errors import CredentialsError, MediaError
from brandkit.media import guard

State = Literal["trusted", "unknown_signer", "invalid", "none"]
"""``trusted``: whole, by a signer whose root was given. ``unknown_signer``: whole, but nobody vouches for who
signed. ``invalid``: changed, or signed by a certificate that did not hold. ``none``: no credentials."""

_UNTRUSTED = "signingCredential.untrusted"
_TIME_TRUSTED = "timeStamp.trusted"
_CONTENT = ("assertion.dataHash.mismatch", "assertion.bmffHash.mismatch", "assertion.boxesHash.mismatch")
_WORDS = {
    **dict.fromkeys(_CONTENT, "the file was changed since it was signed"),
    "assertion.hashedURI.mismatch": "a statement in the credentials was changed since they were signed",
    "assertion.missing": "a statement is missing from the credentials",
    "claimSignature.mismatch": "the credentials were changed since: the signature does not fit",
    "claimSignature.missing": "the signature is missing",
    "claimSignature.outsideValidity": "it was signed when the certificate was not valid",
    "signingCredential.expired": "the certificate has expired, and no time stamp proves that it had not "
    "when the file was signed",
    "signingCredential.invalid": "the certificate is none that C2PA takes",
    "signingCredential.revoked": "the certificate was revoked",
    "signingCredential.ocsp.revoked": "the certificate was revoked",
    "ingredient.manifest.mismatch": "the credentials of an ingredient were changed",
}
"""C2PA 2.2, section 15: codes of what failed, as a person reads them."""


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


def read(path: Path, trust: Path | None = None) -> Credentials:
    """Read a file's credentials and hold them against its content.

    Nothing is asked of any other machine: credentials that lie elsewhere are not fetched.

    Args:
        path: of the file.
        trust: PEM file of the root certificates whose signers are known.

    Raises:
        CredentialsError: the file is damaged, or of a kind that cannot carry credentials.
        MediaError: it cannot be read.
    """
    c2pa = library.c2pa()
    digest = guard.sha256([path])
    if path.suffix.lower() not in library.MEDIA_TYPES:
        raise CredentialsError(
            f"{path}: '{path.suffix}' files carry no content credentials; give PNG, JPEG, WebP, TIFF, AVIF, "
            "HEIC, MP4 or MOV"
        )
    # An empty list is an error to c2pa, not a list of nobody.
    settings = SETTINGS if trust is None else {**SETTINGS, "trust": {"user_anchors": _anchors(trust)}}
    kind = library.media_type(path)
    try:
        with (
            path.open("rb") as file,
            c2pa.Context.from_dict(settings) as context,
            c2pa.Reader(kind, file, context=context) as reader,
        ):
            content = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return Credentials(path, digest, "none", ("carries no content credentials",))
    except c2pa.C2paError as error:
        raise CredentialsError(f"{path}: its credentials cannot be read: {library.reason(error)}") from None
    except (OSError, ValueError) as error:
        raise CredentialsError(f"{path}: its credentials cannot be read: {error}") from None
    try:
        return _judged(path, digest, content, trust)
    except (AttributeError, TypeError, LookupError):
        # Anybody can write credentials, and put a text where a list belongs.
        raise CredentialsError(f"{path}: its credentials are not built as C2PA says") from None


def signed_by(path: Path, serial: int) -> bool:
    """Whether a file carries whole credentials that the certificate of that number signed.

    Raises:
        MediaError: it cannot be read.
    """
    try:
        found = read(path)
    except CredentialsError:
        return False
    return found.state != "invalid" and found.signer is not None and found.signer.serial == str(serial)


def _anchors(path: Path) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return b"".join(one.public_bytes(Encoding.PEM) for one in read_certificates(path)).decode()


def _judged(path: Path, digest: str, content: Mapping[str, Any], trust: Path | None) -> Credentials:
    manifests: Mapping[str, Any] = content.get("manifests", {})
    active = manifests.get(content.get("active_manifest", ""), {})
    failures = _failures(content)
    broken = [str(one.get("code")) for one in failures if one.get("code") != _UNTRUSTED]
    state: State = "trusted" if content.get("validation_state") == "Trusted" else "unknown_signer"
    if broken or content.get("validation_state") == "Invalid":
        state = "invalid"
    reasons = _worded(failures)
    if state == "unknown_signer":
        reasons += (_why_unknown(trust),)
    facts = _facts(active)
    altered = any(code in _CONTENT for code in broken)
    sound = "claimSignature.mismatch" not in broken and "assertion.hashedURI.mismatch" not in broken
    return Credentials(
        path=path,
        sha256=digest,
        state=state,
        reasons=reasons,
        signer=_signer(active, _passed(content)),
        software=_software(active),
        actions=tuple(_actions(active)),
        ingredients=tuple(_part(one, manifests) for one in active.get("ingredients", ())),
        facts=facts,
        changed=altered if altered or sound else None,
        pixels_changed=_pixels_changed(path, facts, altered=altered) if sound else None,
        recipe_beside=_recipe_beside(path, facts),
    )


def _why_unknown(trust: Path | None) -> str:
    if trust is None:
        return "nobody vouches for the signer: no root certificate was given (--trust ROOT.pem)"
    return f"nobody vouches for the signer: the certificate does not lead to a root in {trust}"


def _failures(content: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    results = content.get("validation_results", {})
    found += results.get("activeManifest", {}).get("failure", ())
    for delta in results.get("ingredientDeltas", ()):
        found += delta.get("validationDeltas", {}).get("failure", ())
    return found


def _worded(failures: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What failed, a sentence each; that nobody vouches for a signer is not among it."""
    said: dict[str, None] = {}
    for one in failures:
        code = str(one.get("code"))
        if code != _UNTRUSTED:
            said[_WORDS.get(code) or str(one.get("explanation") or code)] = None
    return tuple(said)


def _passed(content: Mapping[str, Any]) -> frozenset[str]:
    """Codes of what held."""
    found = content.get("validation_results", {}).get("activeManifest", {}).get("success", ())
    return frozenset(str(one.get("code")) for one in found)


def _signer(manifest: Mapping[str, Any], passed: frozenset[str] = frozenset()) -> Signer | None:
    info = manifest.get("signature_info")
    if not info:
        return None
    return Signer(
        name=str(info.get("common_name") or info.get("issuer") or "unnamed"),
        organisation=str(info.get("issuer") or ""),
        serial=str(info.get("cert_serial_number") or ""),
        algorithm=str(info.get("alg") or ""),
        time=info.get("time"),
        time_trusted=_TIME_TRUSTED in passed,
    )


def _software(manifest: Mapping[str, Any]) -> str:
    named: Sequence[Mapping[str, Any]] = manifest.get("claim_generator_info") or ({},)
    return " ".join(filter(None, (named[0].get("name"), named[0].get("version"))))


def _actions(manifest: Mapping[str, Any]) -> Iterator[Done]:
    for assertion in manifest.get("assertions", ()):
        if not str(assertion.get("label", "")).startswith("c2pa.actions"):
            continue
        for one in assertion.get("data", {}).get("actions", ()):
            agent = one.get("softwareAgent")
            if isinstance(agent, dict):
                agent = " ".join(filter(None, (agent.get("name"), agent.get("version"))))
            yield Done(
                name=str(one.get("action", "")),
                said=str((one.get("parameters") or {}).get("description") or one.get("description") or ""),
                source_type=one.get("digitalSourceType"),
                agent=agent,
                when=one.get("when"),
            )


def _part(ingredient: Mapping[str, Any], manifests: Mapping[str, Any]) -> Part:
    own = manifests.get(ingredient.get("active_manifest", ""), {})
    signer = _signer(own)
    return Part(
        title=str(ingredient.get("title") or "unnamed"),
        relation=str(ingredient.get("relationship") or ""),
        role=str(ingredient.get("description") or ""),
        signed_by=None if signer is None else signer.name,
        actions=tuple(done.name for done in _actions(own)),
        faults=_worded(ingredient.get("validation_results", {}).get("activeManifest", {}).get("failure", ())),
    )


def _facts(manifest: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for assertion in manifest.get("assertions", ()):
        if assertion.get("label") == LABEL and isinstance(assertion.get("data"), dict):
            return {key: value for key, value in assertion["data"].items() if _is_fact(value)}
    return None


def _is_fact(value: object) -> bool:
    """Whether it is what brandkit writes: a text, or a dictionary of texts."""
    inner = value.values() if isinstance(value, dict) else (value,)
    return all(isinstance(one, str) for one in inner)


def _digest(facts: Mapping[str, Any] | None, of: str) -> str | None:
    found = (facts or {}).get(of)
    return str(found.get("sha256")) if isinstance(found, dict) else None


def _pixels_changed(path: Path, facts: Mapping[str, Any] | None, *, altered: bool) -> bool | None:
    if (signed := _digest(facts, "pixels")) is None:
        return None
    if not altered:
        return False  # a file of the very same bytes has the same pixels
    from brandkit import media
    from brandkit.generate.recipe import pixels_of

    try:
        return pixels_of(media.open(path)) != signed
    except MediaError:
        return True  # it cannot be decoded any more


def _recipe_beside(path: Path, facts: Mapping[str, Any] | None) -> bool | None:
    from brandkit.generate import recipe as recipes

    if (signed := _digest(facts, "recipe")) is None:
        return None
    try:
        return recipe_digest(recipes.load(recipes.beside(path))) == signed
    except MediaError:
        return None
