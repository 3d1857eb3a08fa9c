"""The gate over HTTP: verdicts, jobs, reports; and what is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import signal
import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar, get_args

import httpx
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from brandkit.service.routes_read import Format
from brandkit.store import items, jobs, keys
from brandkit.store.filed import Wanted
from tests.service.conftest import SECRET, Gate

Pictures = dict[str, Path]


def _send(
    gate: Gate, picture: Path, verb: str = "check", key: str | None = None, **form: str
) -> httpx.Response:
    with gate.client(key) as client, picture.open("rb") as file:
        return client.post(
            f"/v1/{verb}", files={"file": (picture.name, file)}, data={"brand": "Acme", **form}
        )


def _followed(gate: Gate, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 202
    with gate.client() as client:
        for _ in range(300):
            job: dict[str, Any] = client.get(answer.headers["Location"]).json()
            if job["state"] in ("done", "failed", "cancelled"):
                return job
            time.sleep(0.1)
    raise AssertionError("the job does not end")


@pytest.mark.parametrize(("name", "verdict"), [("right", "passed"), ("worse", "failed")])
def test_a_picture_is_judged_at_once(gate: Gate, pictures: Pictures, name: str, verdict: str) -> None:
    answer = _send(gate, pictures[name], checks="palette")
    assert (answer.status_code, answer.json()["verdict"]) == (200, verdict)
    schema = json.loads((Path("brandkit/report/schemas/report-1.schema.json")).read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(answer.json()["report"])


def test_a_correction_gives_the_picture_and_its_lut(gate: Gate, pictures: Pictures) -> None:
    answer = _send(gate, pictures["worse"], "correct").json()
    assert answer["verdict"] == "passed"
    names = {file["name"]: file["href"] for file in answer["files"]}
    assert any(name.endswith(".cube") for name in names)
    with gate.client() as client:
        corrected = client.get(names["worse.corrected.png"])
        assert corrected.headers["content-disposition"].startswith("attachment")
    with Image.open(io.BytesIO(corrected.content)) as picture:
        assert picture.getpixel((30, 30)) == (0, 80, 255)


def test_what_takes_longer_is_a_job(gate: Gate, pictures: Pictures) -> None:
    job = _followed(gate, _send(gate, pictures["right"], wait="false"))
    assert job["state"] == "done"
    with gate.client() as client:
        report = client.get(f"/v1/reports/{job['report']}").json()
        with client.stream("GET", f"/v1/jobs/{job['id']}/events") as stream:
            lines = [line for line in stream.iter_lines() if line]
    assert report["verdict"] == "passed"
    assert lines[0] == "event: job" and json.loads(lines[1].removeprefix("data: "))["state"] == "done"


def test_the_same_call_with_the_same_key_is_done_once(gate: Gate, pictures: Pictures) -> None:
    sent = []
    for _ in range(2):
        with gate.client() as client, pictures["right"].open("rb") as file:
            answer = client.post(
                "/v1/check",
                files={"file": ("right.png", file)},
                data={"brand": "Acme"},
                headers={"Idempotency-Key": "one"},
            )
            sent.append(answer.json()["job"]["id"])
    assert sent[0] == sent[1]
    with gate.client() as client, pictures["worse"].open("rb") as file:
        other = client.post(
            "/v1/check",
            files={"file": ("worse.png", file)},
            data={"brand": "Acme"},
            headers={"Idempotency-Key": "one"},
        )
    assert (other.status_code, other.json()["detail"]) == (
        409,
        "this idempotency key was used for another request; use a new one",
    )


@pytest.mark.parametrize("form", get_args(Format))
def test_a_report_comes_in_every_format(gate: Gate, pictures: Pictures, form: str) -> None:
    number = _send(gate, pictures["worse"]).json()["job"]["report"]
    with gate.client() as client:
        answer = client.get(f"/v1/reports/{number}", params={"format": form})
    assert answer.status_code == 200
    # Resolve's list of markers names what was found, and no file.
    assert ("Blue" if form == "edl" else "worse.png") in answer.text.replace("\\", "")


def test_brands_and_their_versions_are_listed(gate: Gate) -> None:
    with gate.client() as client:
        assert [brand["name"] for brand in client.get("/v1/brands").json()] == ["Acme"]
        assert [version["version"] for version in client.get("/v1/brands/acme").json()] == [1]
        assert client.get("/v1/brands/other").status_code == 404


def _problem(answer: httpx.Response, status: int, said: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert answer.json()["status"] == status


def test_without_a_key_nothing_is_told(gate: Gate, pictures: Pictures) -> None:
    _problem(httpx.get(f"{gate.address}/v1/brands"), 401, "send a key")
    _problem(_send(gate, pictures["right"], key="bk_00000000_wrong"), 401, "not known")
    _problem(_send(gate, pictures["right"], key="nonsense"), 401, "not known")


def test_a_revoked_key_holds_no_longer(gate: Gate) -> None:
    secret, key = keys.create(gate.store, "short", who="tests")
    with gate.client(secret) as client:
        assert client.get("/v1/brands").status_code == 200
        keys.revoke(gate.store, key.id, who="tests")
        _problem(client.get("/v1/brands"), 401, "revoked")


def test_a_key_may_do_only_what_its_scopes_say(gate: Gate, pictures: Pictures) -> None:
    secret, _ = keys.create(gate.store, "reader", who="tests", scopes=["read"])
    _problem(_send(gate, pictures["right"], key=secret), 403, "lacks the scope 'check'")


def test_another_tenant_sees_nothing_of_it(gate: Gate, pictures: Pictures) -> None:
    mine = _send(gate, pictures["worse"]).json()
    theirs, _ = keys.create(gate.store, "other", who="tests", tenant="other")
    with gate.client(theirs) as client:
        _problem(client.get(f"/v1/jobs/{mine['job']['id']}"), 404, "no such job")
        _problem(client.delete(f"/v1/jobs/{mine['job']['id']}"), 404, "no such job")
        _problem(client.get(f"/v1/jobs/{mine['job']['id']}/events"), 404, "no such job")
        _problem(client.get(f"/v1/reports/{mine['job']['report']}"), 404, "no such report")
        _problem(client.get(mine["files"][0]["href"]), 404, "no such report")
    same = _send(gate, pictures["worse"], key=theirs).json()
    assert same["job"]["report"] != mine["job"]["report"]


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"brand": ""}, 422, "say by which brand"),
        ({"brand": "Other"}, 404, "no brand is called 'Other'"),
        ({"version": "7"}, 404, "Acme has no version 7; the newest is 1"),
        ({"version": "x"}, 422, "'version' is a whole number"),
        ({"checks": "palete"}, 422, "palete"),
        ({"wait": "perhaps"}, 422, "'wait' is true or false"),
        ({"colour": "blue"}, 422, "'colour' is no field"),
        ({"url": "https://example.com/x.png"}, 422, "either 'file', as a file, or 'url'"),
    ],
)
def test_a_wrong_field_is_said(
    gate: Gate, pictures: Pictures, form: dict[str, str], status: int, said: str
) -> None:
    _problem(_send(gate, pictures["right"], **form), status, said)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b"no picture", "input.png"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "input.png")],
)
def test_what_is_no_picture_is_a_problem_that_names_it(
    gate: Gate, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "input.png"
    path.write_bytes(content)
    answer = _send(gate, path)
    _problem(answer, 422, said)
    assert str(gate.folder) not in answer.text


def test_a_name_that_climbs_out_stays_in(gate: Gate, pictures: Pictures) -> None:
    with gate.client() as client, pictures["right"].open("rb") as file:
        answer = client.post(
            "/v1/check", files={"file": ("../../../etc/pass wd.png", file)}, data={"brand": "Acme"}
        )
        assert answer.json()["job"]["name"] == "pass-wd.png"
        number = answer.json()["job"]["report"]
        climb = client.get(f"/v1/reports/{number}/files/..%2F..%2F..%2Fstore.db")
    assert climb.status_code == 404


def test_an_input_that_is_too_large_is_refused(gate: Gate, tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(b"\0" * 3_000_000)
    _problem(_send(gate, path), 413, "make it smaller")


def test_a_body_without_a_length_is_counted(gate: Gate) -> None:
    def parts() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        for _ in range(40):
            yield b"\0" * 100_000
        yield b"\r\n--x--\r\n"

    with gate.client() as client:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        _problem(client.post("/v1/check", content=parts(), headers=headers), 413, "make it smaller")


def _png_bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\0" * 50_000_000, 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_by_its_header(gate: Gate, tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_png_bomb(60_000, 60_000))
    _problem(_send(gate, path), 422, "megapixels")


class _Host(BaseHTTPRequestHandler):
    """A host that pictures are fetched from, and that webhooks are sent to."""

    picture = b""
    heard: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    refuse = 0

    def do_GET(self) -> None:
        if self.path == "/elsewhere.png":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.picture)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).heard.append((dict(self.headers), body))
        self.send_response(500 if len(self.heard) <= self.refuse else 204)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def host(pictures: Pictures) -> Iterator[str]:
    _Host.picture, _Host.heard = pictures["right"].read_bytes(), []
    server = HTTPServer(("127.0.0.1", 0), _Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def _fetch(gate: Gate, address: str) -> httpx.Response:
    with gate.client() as client:
        return client.post("/v1/check", files={"url": (None, address), "brand": (None, "Acme")})


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x.png",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x.png",
        "https://localhost/x.png",
        "https://127.0.0.1@evil.example/x.png",
        "https://evil.example/127.0.0.1",
        "gopher://127.0.0.1/x",
        "https://[",
    ],
)
def test_nothing_is_fetched_from_where_it_was_not_allowed(gate: Gate, address: str) -> None:
    answer = _fetch(gate, address)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_name_that_leads_into_a_private_network_is_not_followed() -> None:
    from brandkit.service.fetch import require_allowed
    from brandkit.service.problems import ProblemError
    from brandkit.service.settings import Settings

    with pytest.raises(ProblemError, match="leads into a private network"):
        require_allowed("https://localhost/x.png", Settings(fetch_hosts=("localhost",)))


def test_an_allowed_host_is_fetched_from_and_its_redirections_are_not_followed(
    host: str, tmp_path: Path
) -> None:
    from brandkit.service.fetch import fetch
    from brandkit.service.problems import ProblemError
    from brandkit.service.settings import Settings

    allowed = Settings(fetch_hosts=("127.0.0.1",), fetch_schemes=("http",), private_hosts=True)
    assert fetch(f"http://{host}/folder/right.png", tmp_path / "x", allowed) == "right.png"
    assert (tmp_path / "x").read_bytes() == _Host.picture
    with pytest.raises(ProblemError, match="answered 302 instead of the file"):
        fetch(f"http://{host}/elsewhere.png", tmp_path / "x", allowed)
    small = Settings(fetch_hosts=("127.0.0.1",), fetch_schemes=("http",), private_hosts=True, most_bytes=10)
    with pytest.raises(ProblemError) as caught:
        fetch(f"http://{host}/right.png", tmp_path / "x", small)
    assert caught.value.status == 413


def test_a_caller_who_goes_away_in_the_middle_disturbs_nobody(gate: Gate, pictures: Pictures) -> None:
    head = (
        f"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gate.key}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\n"
    )
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", gate.port), timeout=5) as half:
            half.sendall(head.encode())
    assert _send(gate, pictures["right"]).status_code == 200
    assert "Traceback" not in gate.log.read_text(encoding="utf-8")


def test_an_upload_that_drips_is_ended_and_keeps_nobody_waiting(own_gate: Any, pictures: Pictures) -> None:
    gate: Gate = own_gate("--upload-seconds", "2")
    head = (
        f"POST /v1/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gate.key}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    )
    drips = [socket.create_connection(("127.0.0.1", gate.port), timeout=20) for _ in range(20)]
    for drip in drips:
        drip.sendall(head.encode())
    assert _send(gate, pictures["right"]).status_code == 200
    for drip in drips:
        drip.sendall(b"\0")
    for drip in drips:
        answer = drip.makefile("rb").read()  # until the gate closes it
        assert answer.startswith(b"HTTP/1.1 408 ") and b"did not come within 2 s" in answer
        drip.close()
    assert _send(gate, pictures["right"]).status_code == 200
    assert jobs.counts(gate.store).get("running", 0) == 0


def test_logs_hold_no_key_and_no_name(gate: Gate, pictures: Pictures) -> None:
    _send(gate, pictures["right"])
    lines = [json.loads(line) for line in gate.log.read_text(encoding="utf-8").splitlines() if line[0] == "{"]
    calls = [line for line in lines if line["event"] == "call"]
    assert calls and calls[-1]["route"] == "/v1/check" and calls[-1]["status"] == 200
    text = gate.log.read_text(encoding="utf-8")
    secret = gate.key.split("_", 2)[2]  # which may hold underscores itself
    assert len(secret) > 40 and secret not in text and "right.png" not in text


def test_metrics_count_calls_and_jobs(gate: Gate, pictures: Pictures) -> None:
    _send(gate, pictures["right"])
    told = httpx.get(f"{gate.address}/metrics").text
    assert 'brandkit_http_requests_total{method="POST",route="/v1/check",status="200"}' in told
    assert 'brandkit_jobs{state="done"}' in told


def test_kill_9_with_jobs_in_flight_loses_none(own_gate: Any, pictures: Pictures) -> None:
    gate = own_gate()
    sent = [_send(gate, pictures[name], wait="false") for name in ("right", "drifted", "worse") * 2]
    workers = gate.children()
    gate.kill()
    gate.start()
    with gate.client() as client:
        for _ in range(600):
            states = [client.get(answer.headers["Location"]).json()["state"] for answer in sent]
            if all(state == "done" for state in states):
                break
            time.sleep(0.1)
    assert states == ["done"] * 6
    assert items.count(gate.store, Wanted(state=())).all == 3
    assert workers
    for _ in range(100):
        if not any(Path(f"/proc/{number}").exists() for number in workers):
            break
        time.sleep(0.1)
    assert not any(Path(f"/proc/{number}").exists() for number in workers)  # none keeps its memory


def test_a_gate_that_is_told_to_stop_ends_its_work_first(own_gate: Any, pictures: Pictures) -> None:
    gate = own_gate()
    sent = _send(gate, pictures["right"], wait="false")
    assert gate.stop() in (0, -signal.SIGTERM)
    left = jobs.get(gate.store, sent.json()["id"], "default")
    assert left is not None and left.state in ("done", "queued")
    gate.start()
    assert _followed(gate, sent)["state"] == "done"


def test_a_webhook_is_signed_and_sent_again_until_it_is_taken(
    gate: Gate, pictures: Pictures, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from brandkit.service import webhooks
    from brandkit.service.settings import Settings

    job = jobs.get(gate.store, _followed(gate, _send(gate, pictures["right"], wait="false"))["id"], "default")
    assert job is not None
    told = Settings(
        fetch_hosts=("127.0.0.1",), fetch_schemes=("http",), private_hosts=True, webhook_secret=SECRET
    )
    import asyncio
    from dataclasses import replace

    job = replace(job, webhook=f"http://{host}/hook")
    monkeypatch.setattr(_Host, "refuse", 1)
    with ThreadPoolExecutor(1) as apart:  # where no browser's loop runs
        assert not apart.submit(asyncio.run, webhooks._sent(job, told)).result()
        assert apart.submit(asyncio.run, webhooks._sent(job, told)).result()
    headers, body = _Host.heard[-1]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert json.loads(body) == {
        "type": "job.done", "job": job.id, "state": "done", "report": job.item, "error": None,
    }  # fmt: skip
