"""Certificates and keys that cannot sign: one clear line for each, before any work is done."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from brandkit.credentials import history, identity, sign
from brandkit.errors import CredentialsError

from ..conftest import Command
from .conftest import Keys, MakeKeys, manifest_of


def refusal(certificate: Path, key: Path, passphrase: str | None = None) -> str:
    with pytest.raises(CredentialsError) as caught:
        identity.load(certificate, key, passphrase=passphrase)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [("p256", "es256"), ("p384", "es384"), ("ed25519", "ed25519"), ("rsa", "ps256")],
)
def test_the_algorithm_is_that_of_the_key(kind: str, algorithm: str, make_keys: MakeKeys) -> None:
    keys = make_keys(kind, kind=kind)
    assert identity.load(keys.certificate, keys.key).algorithm == algorithm


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"from_days": -90, "to_days": -1}, "the certificate expired on 2"),
        ({"from_days": 1}, "not yet"),
        ({"authority": True}, "certificate authority, which may not sign files"),
        ({"signs": False}, "keyUsage digitalSignature"),
        ({"uses": (ExtendedKeyUsageOID.SERVER_AUTH,)}, "extendedKeyUsage must name emailProtection"),
        ({"kind": "k256"}, "C2PA does not sign with such a key"),
    ],
)
def test_a_certificate_that_may_not_sign_is_refused(
    wrong: dict[str, object], said: str, make_keys: MakeKeys
) -> None:
    keys = make_keys(**wrong)
    assert said in refusal(keys.certificate, keys.key)


def test_the_key_of_another_certificate_is_refused(keys: Keys, make_keys: MakeKeys) -> None:
    assert "is not the key of the certificate" in refusal(keys.certificate, make_keys().key)


def test_an_encrypted_key_asks_for_its_passphrase_and_opens_by_it(make_keys: MakeKeys) -> None:
    keys = make_keys(passphrase="sesame")
    assert "put its passphrase into $BRANDKIT_SIGN_PASSPHRASE" in refusal(keys.certificate, keys.key)
    assert "does not open it" in refusal(keys.certificate, keys.key, "wrong")
    assert identity.load(keys.certificate, keys.key, passphrase="sesame").name == "other"


def test_a_chain_in_the_wrong_order_is_refused(keys: Keys, tmp_path: Path, make_keys: MakeKeys) -> None:
    leaf, root = keys.certificate.read_text().split("-----END CERTIFICATE-----\n")[:2]
    end = "-----END CERTIFICATE-----\n"
    turned, strange = tmp_path / "turned.pem", tmp_path / "strange.pem"
    turned.write_text(root + end + leaf + end)
    assert "is not the first" in refusal(turned, keys.key)
    strange.write_text(leaf + end + make_keys().root.read_text())
    assert "'root' has not signed 'Ada'" in refusal(strange, keys.key)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello", "holds no certificate in PEM"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a certificate is damaged"),
        (b"x" * (2 << 20), "too large"),
    ],
)
def test_a_certificate_that_is_none_is_refused(content: bytes, said: str, tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "signer.pem"
    path.write_bytes(content)
    assert said in refusal(path, keys.key)


def test_certificate_and_key_that_were_mixed_up_are_told_apart(keys: Keys) -> None:
    assert "holds a private key" in refusal(keys.key, keys.key)
    assert "holds a certificate, not a key" in refusal(keys.certificate, keys.certificate)


def test_a_damaged_key_is_refused_without_a_word_of_it(keys: Keys, tmp_path: Path) -> None:
    path = tmp_path / "signer.key"
    path.write_text(keys.key.read_text().replace("M", "N"))
    assert refusal(keys.certificate, path) == f"{path}: the key cannot be used: it is damaged"


def test_the_key_is_not_in_what_is_printed_of_an_identity(keys: Keys) -> None:
    assert "PRIVATE" not in repr(identity.load(keys.certificate, keys.key))


@pytest.mark.parametrize("module", ["c2pa", "cryptography.x509"])
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    module: str, keys: Keys, bad: Path, acme: Path, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    ended = run("correct", bad, "-b", acme, "-o", bad.parent / "out", *keys.options)
    assert ended.status == 2
    assert ended.err.count("\n") == 1
    assert "pip install 'brandkit[credentials]'" in ended.err
    assert not (bad.parent / "out").exists()


def test_certificate_without_key_is_bad_usage(keys: Keys, bad: Path, acme: Path, run: Command) -> None:
    ended = run("correct", bad, "-b", acme, "-o", bad.parent / "out", "--sign", keys.certificate)
    assert ended.status == 2 and "belong together" in ended.err


def test_the_test_certificate_signs_and_says_that_nobody_will_trust_it(
    tmp_path: Path, bad: Path, run: Command
) -> None:
    made = run("credentials", "test-certificate", tmp_path / "keys", "--name", "Grace")
    assert made.status == 0 and "nobody will trust" in made.out
    keys = Keys(*(tmp_path / "keys" / name for name in ("signer.pem", "signer.key", "root.pem")))
    assert keys.key.stat().st_mode & 0o777 == 0o600
    told = history.History((history.Action("c2pa.created", source_type=history.ALGORITHMIC),))
    sign.sign(bad, identity.load(keys.certificate, keys.key), told)
    state, manifest, _ = manifest_of(bad, keys.root)
    assert (state, manifest["signature_info"]["common_name"]) == ("Trusted", "Grace")


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_a_name_that_no_certificate_can_hold_is_refused(name: str, tmp_path: Path, run: Command) -> None:
    ended = run("credentials", "test-certificate", tmp_path / "keys", "--name", name)
    assert ended.status == 2 and ended.err.count("\n") == 1
    assert not (tmp_path / "keys").exists()


def test_a_test_certificate_replaces_no_other(keys: Keys, run: Command) -> None:
    before = keys.key.read_bytes()
    ended = run("credentials", "test-certificate", keys.key.parent)
    assert ended.status == 2 and "exists already" in ended.err
    assert keys.key.read_bytes() == before
