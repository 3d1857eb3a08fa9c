"""Time stamps (RFC 3161) by an authority that runs for the test, on OpenSSL's own implementation."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ..conftest import Command
from .conftest import Keys, manifest_of

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed")

CONFIG = """\
[req]
distinguished_name = name
prompt = no
[name]
CN = Test time
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
authorityKeyIdentifier = keyid
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_cert = {folder}/time.pem
certs = {folder}/root.pem
signer_key = {folder}/time.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    url: str
    root: Path


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    folder = tmp_path_factory.mktemp("time")
    config = folder / "openssl.cnf"
    config.write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    new = ("-newkey", "rsa:2048", "-nodes", "-config", str(config))
    openssl("req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", "-extensions", "root")
    openssl("req", *new, "-keyout", "time.key", "-out", "time.csr", "-subj", "/CN=Clock")
    signed = ("-req", "-in", "time.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial")
    openssl("x509", *signed, "-out", "time.pem", "-extfile", str(config), "-extensions", "stamps")

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / "query").write_bytes(asked)
            openssl("ts", "-reply", "-queryfile", "query", "-config", str(config), "-out", "reply")
            answer = (folder / "reply").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *said: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stamps)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Authority(f"http://127.0.0.1:{server.server_port}/", folder / "root.pem")
    server.shutdown()
    server.server_close()


def test_a_time_stamp_proves_when_a_file_was_signed(
    authority: Authority, bad: Path, acme: Path, keys: Keys, run: Command
) -> None:
    out = bad.parent / "out"
    options = ("--only", "palette", *keys.options, "--time-authority", authority.url)
    assert run("correct", bad, "-b", acme, "-o", out, *options).status == 0
    fixed = out / "bad.corrected.png"
    both = bad.parent / "roots.pem"
    both.write_bytes(keys.root.read_bytes() + authority.root.read_bytes())
    _, manifest, content = manifest_of(fixed, both)
    passed = [one["code"] for one in content["validation_results"]["activeManifest"]["success"]]
    assert "timeStamp.validated" in passed and "timeStamp.trusted" in passed
    stamped = manifest["signature_info"]["time"]
    assert f"{stamped}, by a time stamp\n" in run("verify", fixed, "--trust", both).out
    alone = run("verify", fixed, "--trust", keys.root)
    assert f"{stamped}, by a time stamp for which nobody vouches\n" in alone.out
