"""Credentials out of a file: who signed it, what it says was done, and whether that still holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from brandkit.credentials import library
from brandkit.credentials.found import Credentials, Done, Part, Signer, State
from brandkit.credentials.history import LABEL, recipe_digest
from brandkit.credentials.identity import read_certificates
from brandkit.credentials.sign import SETTINGS
from brandkit.errors import CredentialsError, MediaError
from brandkit.media import guard

_STATES: dict[str, State] = {"Trusted": "trusted", "Valid": "unknown_signer"}
"""What c2pa calls them."""
Failures = Sequence[Mapping[str, Any]]
_UNTRUSTED = ".untrusted"
"""How codes end that say that nobody vouches for somebody: of a signer, of who is named beside it."""
_ELSEWHERE = "Remote: must fetch"
_FAR = "carries no credentials itself; those that it names lie elsewhere, and nothing is fetched"
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
        if str(error).startswith(_ELSEWHERE):
            return Credentials(path, digest, "none", (f"{_FAR}: {str(error).rpartition(' ')[2]}",))
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
    state = _STATES.get(str(content.get("validation_state")), "invalid")
    own, inner = _failures(content)
    broken = [str(one.get("code")) for one in own]
    reasons = (*_worded(own), *(f"of an ingredient, {said}" for said in _worded(inner)))
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


def _failures(content: Mapping[str, Any]) -> tuple[Failures, Failures]:
    """What failed of the credentials themselves, and since then of those of their ingredients."""
    results = content.get("validation_results", {})
    inner: list[Mapping[str, Any]] = []
    for delta in results.get("ingredientDeltas", ()):
        inner += delta.get("validationDeltas", {}).get("failure", ())
    return results.get("activeManifest", {}).get("failure", ()), inner


def _worded(failures: Failures) -> tuple[str, ...]:
    """What failed, a sentence each; that nobody vouches for a signer is not among it."""
    said: dict[str, None] = {}
    for one in failures:
        code = str(one.get("code"))
        if not code.endswith(_UNTRUSTED):
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
