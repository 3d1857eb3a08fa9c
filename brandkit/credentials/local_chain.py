"""A chain of certificates to try credentials with: made here, and trusted by nobody."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.credentials import library
from brandkit.errors import CredentialsError
from brandkit.media.atomic import replacing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate

CERTIFICATE, KEY, ROOT = "signer.pem", "signer.key", "root.pem"
DEFAULT_DAYS = 90
_OWNER_ONLY = 0o600
_SLACK = timedelta(minutes=5)
"""Before now, for who verifies by a clock that is a little slow."""


def write_chain(folder: Path, name: str, days: int = DEFAULT_DAYS) -> tuple[Path, Path, Path]:
    """Write a signer's certificate with its key and the root above it; the root's key is thrown away.

    Args:
        folder: for the three files; made where it is missing.
        name: of the signer.
        days: until they expire.

    Returns:
        Where the signer's chain, its key and the root lie.

    Raises:
        CredentialsError: one of them exists already, or the name is too long.
        OutputError: they cannot be written.
    """
    library.require_cryptography()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    places = folder / CERTIFICATE, folder / KEY, folder / ROOT
    for place in places:
        if place.exists():
            raise CredentialsError(f"{place}: exists already; name another folder, or remove it first")
    above, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    try:
        root = _certificate(f"{name}, test root", above, f"{name}, test root", above, days, authority=True)
        leaf = _certificate(name, own, f"{name}, test root", above, days, authority=False)
    except ValueError as error:
        raise CredentialsError(f"'{name}' cannot stand in a certificate: {error}") from None
    pem = serialization.Encoding.PEM
    key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(places[0], leaf.public_bytes(pem) + root.public_bytes(pem), 0o644)
    _write(places[1], key, _OWNER_ONLY)
    _write(places[2], root.public_bytes(pem), 0o644)
    return places


def _certificate(
    name: str,
    key: EllipticCurvePrivateKey,
    issuer: str,
    issuing: EllipticCurvePrivateKey,
    days: int,
    *,
    authority: bool,
) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def called(text: str) -> x509.Name:
        attributes = (NameOID.ORGANIZATION_NAME, text), (NameOID.COMMON_NAME, text)
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])

    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(called(name))
        .issuer_name(called(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True
        )
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing.public_key()), critical=False
        )
    )
    if not authority:
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(uses, critical=False)
    return builder.sign(issuing, hashes.SHA256())


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file that has its permissions from the moment on that it exists."""
    with replacing(path) as temporary:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
