"""Signing in with a real OpenID Connect provider: who is let in, as what, and who is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from brandkit.store import items, members
from brandkit.store.filed import Wanted

from .conftest import Filed, Served, free_port, wait_for
from .provider import CLIENT, SECRET, Provider, provider


@pytest.fixture(scope="module")
def signing() -> Iterator[Provider]:
    with provider() as served:
        yield served


@pytest.fixture
def guarded(filed: Filed, signing: Provider, tmp_path: Path) -> Iterator[Served]:
    """A dashboard that people have to sign in to."""
    port = free_port()
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        f'cookie_secret = "{"c" * 40}"\nclient_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{signing.address}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "brandkit.cli", "review", "--store", str(filed.folder)]
    log = (tmp_path / "review.log").open("wb")
    process = subprocess.Popen([*command, "--port", str(port)], cwd=tmp_path, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield Served(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(20)


def _signed_in(context: BrowserContext, served: Served, signing: Provider, **claims: object) -> Page:
    signing.claims = claims
    page = context.new_page()
    page.goto(served.address)
    page.get_by_role("button", name="Sign in").click()
    return page


def test_nothing_is_shown_to_who_has_not_signed_in(context: BrowserContext, guarded: Served) -> None:
    page = context.new_page()
    page.goto(f"{guarded.address}/frame?item=1")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_text("drifted.png")).to_have_count(0)


def test_a_person_without_a_role_is_told_how_to_get_one(
    context: BrowserContext, guarded: Served, signing: Provider
) -> None:
    page = _signed_in(context, guarded, signing, email="eve@acme.com", email_verified=True)
    expect(page.get_by_text("No role has been given to eve@acme.com yet")).to_be_visible()
    expect(page.get_by_text("drifted.png")).to_have_count(0)


def test_an_address_that_the_provider_does_not_vouch_for_is_nobodys(
    context: BrowserContext, guarded: Served, signing: Provider, filed: Filed
) -> None:
    members.give(filed.store, "ada@acme.com", "admin", who="tests")
    page = _signed_in(context, guarded, signing, email="ada@acme.com", email_verified=False)
    expect(page.get_by_text("No role has been given")).to_be_visible()


def test_a_reviewer_decides_under_their_own_name(
    context: BrowserContext, guarded: Served, signing: Provider, filed: Filed
) -> None:
    members.give(filed.store, "ada@acme.com", "reviewer", who="tests")
    page = _signed_in(context, guarded, signing, email="Ada@acme.com", email_verified=True)
    expect(page.get_by_text("ada@acme.com · reviewer")).to_be_visible()
    (item,) = items.find(filed.store, Wanted(text="right.png")).items
    page.goto(f"{guarded.address}/frame?item={item.id}")
    page.get_by_role("button", name="Approve").click()
    for _ in range(100):
        if decisions := items.open_case(filed.store, item.id).decisions:
            break
        page.wait_for_timeout(100)
    (decision,) = decisions
    assert (decision.who, decision.verdict) == ("ada@acme.com", "approved")
