"""``Identity``: the certificate and the key that files are signed with, looked at before anything is signed.

What a certificate has to be is in C2PA 2.2, section 14.5.1 ("X.509 certificates"): the signer's own, not a
certificate authority's, for digital signatures, and for one of the uses that are listed here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.credentials import library
from brandkit.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

CERTIFICATE, KEY = "BRANDKIT_SIGN_CERTIFICATE", "BRANDKIT_SIGN_KEY"
"""Environment variables that name the files, where no option does."""
TIME_AUTHORITY = "BRANDKIT_SIGN_TIME_URL"
"""Likewise, for the address of a time-stamp authority."""
PASSPHRASE = "BRANDKIT_SIGN_PASSPHRASE"
"""Environment variable that holds the passphrase of an encrypted key."""

_LARGEST = 1 << 20
_LEAST_RSA_BITS = 2048
_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_USES = (
    "1.3.6.1.5.5.7.3.4",  # emailProtection
    "1.3.6.1.5.5.7.3.36",  # documentSigning, RFC 9336
    "1.3.6.1.4.1.62558.2.1",  # c2pa-kp-claimSigning
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs.

    Attributes:
        name: the common name in the certificate, or its organisation.
        serial: of the certificate.
        until: last moment at which it is valid.
        algorithm: of the signature, as C2PA names it.
        certificates: the chain as PEM, the signer's own first.
        key: its private key as PEM (PKCS #8), never shown.
        time_authority: address of one (RFC 3161) that says when a file was signed; ``None`` for none.
    """

    name: str
    serial: int
    until: datetime
    algorithm: str
    certificates: bytes = field(repr=False)
    key: bytes = field(repr=False)
    time_authority: str | None = None


def load(
    certificate: Path, key: Path, *, passphrase: str | None = None, time_authority: str | None = None
) -> Identity:
    """Read a certificate and its key, and make sure that they can sign.

    Args:
        certificate: PEM file: the signer's certificate, then those above it.
        key: PEM file of its private key.
        passphrase: of the key, where it is encrypted.
        time_authority: address of a time-stamp authority.

    Raises:
        CredentialsError: one cannot be read, they do not belong together, the certificate is over or is
            none that C2PA takes.
    """
    library.require_cryptography()
    chain = read_certificates(certificate)
    private = _private_key(key, passphrase)
    leaf = chain[0]
    _require_own_key(chain, private, certificate, key)
    _require_now(leaf, certificate)
    _require_purpose(leaf, certificate)
    _require_chain(chain, certificate)
    from cryptography.hazmat.primitives import serialization

    identity = Identity(
        name=_name_of(leaf),
        serial=leaf.serial_number,
        until=leaf.not_valid_after_utc,
        algorithm=_algorithm(private, key),
        certificates=b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain),
        key=private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        time_authority=time_authority,
    )
    _require_c2pa_takes(identity, certificate)
    return identity


def of_environment() -> Identity | None:
    """Who signs, as the environment says; nobody where it names no certificate.

    Raises:
        CredentialsError: as ``load``.
    """
    certificate, key = os.environ.get(CERTIFICATE), os.environ.get(KEY)
    if not certificate or not key:
        return None
    return load(
        Path(certificate),
        Path(key),
        passphrase=os.environ.get(PASSPHRASE),
        time_authority=os.environ.get(TIME_AUTHORITY) or None,
    )


def read_certificates(path: Path) -> list[Certificate]:
    """All certificates of a PEM file, in its order.

    Raises:
        CredentialsError: it cannot be read, or holds none.
    """
    library.require_cryptography()
    from cryptography import x509

    data = _bytes_of(path, "certificate")
    if b"-----BEGIN CERTIFICATE" not in data:
        other = "holds a private key" if b"PRIVATE KEY-----" in data else "holds no certificate in PEM"
        raise CredentialsError(
            f"{path}: {other}; give the signer's '-----BEGIN CERTIFICATE-----', and those above it"
        )
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise CredentialsError(
            f"{path}: a certificate is damaged ({_line(error)}); export it again"
        ) from None


def _bytes_of(path: Path, what: str) -> bytes:
    try:
        if path.is_dir():
            raise CredentialsError(f"{path}: is a folder; give the file of the {what}")
        if path.stat().st_size > _LARGEST:
            raise CredentialsError(f"{path}: is too large for a {what}; give a PEM file")
        data = path.read_bytes()
    except OSError as error:
        raise CredentialsError(f"{path}: the {what} cannot be read: {error.strerror or error}") from None
    if not data.strip():
        raise CredentialsError(f"{path}: is empty; give the PEM file of the {what}")
    return data


def _private_key(path: Path, passphrase: str | None) -> PrivateKeyTypes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    data = _bytes_of(path, "key")
    if b"PRIVATE KEY-----" not in data:
        other = "holds a certificate, not a key" if b"BEGIN CERTIFICATE" in data else "holds no key in PEM"
        raise CredentialsError(f"{path}: {other}; give the file with '-----BEGIN PRIVATE KEY-----'")
    encrypted = b"ENCRYPTED" in data
    if encrypted and passphrase is None:
        raise CredentialsError(f"{path}: the key is encrypted; put its passphrase into ${PASSPHRASE}")
    try:
        # What the library says of a failure is left out: nothing of a key belongs into a message.
        return serialization.load_pem_private_key(
            data, passphrase.encode() if encrypted and passphrase is not None else None
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        why = f"${PASSPHRASE} does not open it" if encrypted else "it is damaged"
        raise CredentialsError(f"{path}: the key cannot be used: {why}") from None


def _algorithm(private: PrivateKeyTypes, path: Path) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in _CURVES:
        return _CURVES[private.curve.name]
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size >= _LEAST_RSA_BITS:
        return "ps256"
    raise CredentialsError(
        f"{path}: C2PA does not sign with such a key; use one on P-256, P-384 or P-521, Ed25519, or RSA of "
        f"{_LEAST_RSA_BITS} bits and more"
    )


def _require_own_key(
    chain: Sequence[Certificate], private: PrivateKeyTypes, certificate: Path, key: Path
) -> None:
    public = _encoded(private.public_key())
    fits = [_encoded(one.public_key()) == public for one in chain]
    if fits[0]:
        return
    if any(fits):
        raise CredentialsError(
            f"{certificate}: the certificate of {key.name} is not the first; put it before those above it"
        )
    raise CredentialsError(f"{key}: is not the key of the certificate in {certificate}; give the pair")


def _encoded(public: object) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    encoded: bytes = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return encoded


def _require_now(leaf: Certificate, path: Path) -> None:
    now = datetime.now(UTC)
    if now > leaf.not_valid_after_utc:
        raise CredentialsError(
            f"{path}: the certificate expired on {leaf.not_valid_after_utc:%Y-%m-%d}; get a new one"
        )
    if now < leaf.not_valid_before_utc:
        raise CredentialsError(
            f"{path}: the certificate is valid from {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC, not yet"
        )


def _require_purpose(leaf: Certificate, path: Path) -> None:
    from cryptography import x509

    def extension(kind: type[x509.ExtensionType]) -> x509.ExtensionType | None:
        try:
            return leaf.extensions.get_extension_for_class(kind).value
        except (x509.ExtensionNotFound, ValueError):
            return None

    constraints = extension(x509.BasicConstraints)
    if isinstance(constraints, x509.BasicConstraints) and constraints.ca:
        raise CredentialsError(
            f"{path}: the first certificate is that of a certificate authority, which may not sign files; "
            "put the signer's own first"
        )
    usage = extension(x509.KeyUsage)
    if not (isinstance(usage, x509.KeyUsage) and usage.digital_signature):
        raise CredentialsError(
            f"{path}: the certificate is not for signatures (keyUsage digitalSignature); get one that is"
        )
    uses = extension(x509.ExtendedKeyUsage)
    named = [use.dotted_string for use in uses] if isinstance(uses, x509.ExtendedKeyUsage) else []
    if not any(use in _USES for use in named):
        raise CredentialsError(
            f"{path}: the certificate is not for signing content; its extendedKeyUsage must name "
            "emailProtection, documentSigning or C2PA's own"
        )
    if leaf.issuer == leaf.subject:
        raise CredentialsError(
            f"{path}: the certificate is signed by itself, which C2PA refuses; get one from an authority, or "
            "try with 'brandkit credentials test-certificate'"
        )


def _require_chain(chain: Sequence[Certificate], path: Path) -> None:
    from cryptography.exceptions import InvalidSignature

    for below, above in pairwise(chain):
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            raise CredentialsError(
                f"{path}: '{_name_of(above)}' has not signed '{_name_of(below)}', which stands before it; "
                "order the certificates from the signer's upwards"
            ) from None


def _require_c2pa_takes(identity: Identity, path: Path) -> None:
    """Sign one pixel in memory, without a time stamp: what is refused is refused before any work is done."""
    from dataclasses import replace

    from brandkit.credentials.sign import signed_pixel

    c2pa = library.c2pa()
    try:
        signed_pixel(replace(identity, time_authority=None))
    except c2pa.C2paError as error:
        raise CredentialsError(
            f"{path}: C2PA does not take this certificate: {library.reason(error)}"
        ) from None


def _name_of(certificate: Certificate) -> str:
    from cryptography.x509.oid import NameOID

    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := certificate.subject.get_attributes_for_oid(oid):
            return str(found[0].value)
    return f"certificate {certificate.serial_number}"


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:100]
