"""The server itself: what it answers, and to whom."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import Served


def _status(served: Served, path: str, host: str | None = None) -> int:
    connection = http.client.HTTPConnection(served.address.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers={} if host is None else {"Host": host})
    return connection.getresponse().status


def test_the_first_page_is_the_queue_and_says_that_only_this_machine_is_served(page: Page) -> None:
    expect(page.get_by_role("heading", name="Queue", exact=True)).to_be_visible()
    expect(page.get_by_text("only this machine is served")).to_be_visible()


def test_a_page_of_another_name_is_refused(served: Served) -> None:
    assert _status(served, "/", host="evil.example") == 400


def test_a_picture_is_not_sent_to_whom_no_page_gave_its_address(served: Served) -> None:
    assert _status(served, "/pictures/frame/1/before/0/x.png") == 403
    assert _status(served, "/pictures/frame/1/before/0/x.png?until=99999999999&sign=0") == 403
    assert _status(served, "/pictures/blob/..%2F..%2Fstore.db/x.png") in (400, 403, 404)


def test_other_machines_are_not_served_without_sign_in(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "brandkit.cli",
        "review",
        "--store",
        str(tmp_path / "s"),
        "--host",
        "0.0.0.0",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert re.fullmatch(r"brandkit: --host 0\.0\.0\.0: .*sign in.*\n", done.stderr)
