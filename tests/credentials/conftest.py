"""Certificates of every kind that a person may hand over, made for the test that asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from brandkit.credentials import local_chain
from brandkit.credentials.library import media_type

PEM = serialization.Encoding.PEM
KEY_KINDS: dict[str, Callable[[], Any]] = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "k256": lambda: ec.generate_private_key(ec.SECP256K1()),
}


@dataclass(frozen=True)
class Keys:
    certificate: Path
    key: Path
    root: Path

    @property
    def options(self) -> tuple[str, str, str, str]:
        return "--sign", str(self.certificate), "--key", str(self.key)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """The chain that ``brandkit credentials test-certificate`` makes."""
    return Keys(*local_chain.write_chain(tmp_path_factory.mktemp("keys"), "Ada"))


@pytest.fixture(autouse=True)
def unsigned_by_default(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test signs by what stands in the environment of who runs it."""
    for name in ("CERTIFICATE", "KEY", "PASSPHRASE", "TIME_URL"):
        monkeypatch.delenv(f"BRANDKIT_SIGN_{name}", raising=False)
    yield


MakeKeys = Callable[..., Keys]


@pytest.fixture
def make_keys(tmp_path: Path) -> MakeKeys:
    """A chain with something else about it than what signs well."""

    def make(
        name: str = "other",
        *,
        kind: str = "p256",
        from_days: float = -1,
        to_days: float = 30,
        authority: bool = False,
        signs: bool = True,
        uses: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.EMAIL_PROTECTION,),
        passphrase: str | None = None,
    ) -> Keys:
        now = datetime.now(UTC)
        above, own = KEY_KINDS["p256"](), KEY_KINDS[kind]()

        def called(text: str) -> x509.Name:
            pairs = (NameOID.ORGANIZATION_NAME, "Testers"), (NameOID.COMMON_NAME, text)
            return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])

        def certificate(subject: str, key: Any, *, ca: bool, root: bool) -> x509.Certificate:
            start, end = (-400, 400) if root else (from_days, to_days)
            usage = x509.KeyUsage(signs and not root, not signs, False, False, False, ca, ca, False, False)
            builder = (
                x509.CertificateBuilder()
                .subject_name(called(subject))
                .issuer_name(called("root"))
                .public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(now + timedelta(days=start))
                .not_valid_after(now + timedelta(days=end))
                .add_extension(x509.BasicConstraints(ca, None), critical=True)
                .add_extension(usage, critical=True)
                .add_extension(
                    x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False
                )
            )
            if not root:
                builder = builder.add_extension(x509.ExtendedKeyUsage(list(uses)), critical=False)
            return builder.sign(above, hashes.SHA256())

        root = certificate("root", above, ca=True, root=True).public_bytes(PEM)
        leaf = certificate(name, own, ca=authority, root=False).public_bytes(PEM)
        lock = (
            serialization.NoEncryption()
            if passphrase is None
            else serialization.BestAvailableEncryption(passphrase.encode())
        )
        folder = tmp_path / f"keys-{name}"
        folder.mkdir()
        found = Keys(folder / "signer.pem", folder / "signer.key", folder / "root.pem")
        found.certificate.write_bytes(leaf + root)
        found.key.write_bytes(own.private_bytes(PEM, serialization.PrivateFormat.PKCS8, lock))
        found.root.write_bytes(root)
        return found

    return make


def manifest_of(path: Path, root: Path | None = None) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """State, active manifest and all that c2pa's own reader says of a file."""
    settings = {} if root is None else {"trust": {"user_anchors": root.read_text()}}
    with (
        path.open("rb") as file,
        c2pa.Context.from_dict(settings) as context,
        c2pa.Reader(media_type(path), file, context=context) as reader,
    ):
        content = json.loads(reader.json())
    return content["validation_state"], content["manifests"][content["active_manifest"]], content


def actions_of(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    found = next(a for a in manifest["assertions"] if a["label"].startswith("c2pa.actions"))
    actions: list[dict[str, Any]] = found["data"]["actions"]
    return actions


def facts_of(manifest: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(
        a["data"] for a in manifest["assertions"] if a["label"] == "io.github.brandkit.made"
    )
    return found
