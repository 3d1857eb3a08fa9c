"""Brands over HTTP: read a file, change it, save it as the next version."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from brandkit.store import audit, brands, keys
from tests.service.conftest import Gate
from tests.store.conftest import BRAND

NEW = "meta: {name: Nova}\ncolor:\n  palette: {green: '#00A651'}\n"
YAML = {"Content-Type": "application/yaml"}


@pytest.fixture
def manager(gate: Gate) -> Iterator[tuple[Gate, httpx.Client]]:
    secret, _ = keys.create(gate.store, "manager", who="tests", scopes=("read", "brands"))
    with gate.client(secret) as client:
        yield gate, client


def _detail(answer: httpx.Response, status: int) -> str:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    return str(answer.json()["detail"])


def test_a_brand_is_read_changed_and_saved_as_its_next_version(manager: tuple[Gate, httpx.Client]) -> None:
    gate, client = manager
    got = client.get("/v1/brands/acme/file")
    assert (got.text, got.headers["etag"]) == (BRAND, '"1"')
    changed = got.text.replace("tolerance: 2", "tolerance: 3")
    assert changed != got.text
    put = client.put(
        "/v1/brands/Acme", content=changed, headers={**YAML, "If-Match": '"1"'}, params={"note": "wider"}
    )
    assert (put.status_code, put.json()["version"], put.headers["etag"]) == (200, 2, '"2"')
    assert client.get("/v1/brands/acme/file").text == changed
    assert client.get("/v1/brands/acme/file", params={"version": 1}).text == BRAND
    newest = brands.versions(gate.store, "Acme")[0]
    assert (newest.who, newest.note) == ("http:default", "wider")
    assert any(entry.who == "http:default" for entry in audit.entries(gate.store))
    # A change that was made from the version before is refused, and what is there stays.
    late = client.put("/v1/brands/Acme", content=BRAND, headers={**YAML, "If-Match": '"1"'})
    assert "its newest version is 2" in _detail(late, 412)
    assert client.get("/v1/brands/acme").json()[0]["version"] == 2


def test_a_new_brand_judges_at_once(manager: tuple[Gate, httpx.Client]) -> None:
    _, client = manager
    assert client.put("/v1/brands/Nova", content=NEW, headers=YAML).status_code == 201
    again = client.put("/v1/brands/nova", content=NEW, headers=YAML)
    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert [brand["name"] for brand in client.get("/v1/brands").json()] == ["Acme", "Nova"]


@pytest.mark.parametrize(
    ("name", "content", "headers", "status", "said"),
    [
        ("Vega", "meta: {name: Other}\n" + NEW.partition("\n")[2], YAML, 422, "is of the brand 'Other'"),
        ("Acme", NEW, YAML, 422, "the brand is called Acme"),
        ("Vega", NEW.replace("Nova", "Vega").replace("#00A651", "#00A6"), YAML, 422, "#00A6"),
        ("Vega", "logo: ../../../etc/passwd\n" + NEW.replace("Nova", "Vega"), YAML, 422, "etc/passwd"),
        ("Vega", b"\xff\xfe\x00", YAML, 422, "not UTF-8"),
        ("Vega", NEW, {"Content-Type": "application/json"}, 415, "application/yaml"),
        ("Vega", "#" * 1_100_000, YAML, 413, "1 MiB"),
        ("Vega", NEW, {**YAML, "If-Match": '"1"'}, 412, "no such brand yet"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is(
    manager: tuple[Gate, httpx.Client],
    name: str,
    content: str | bytes,
    headers: dict[str, str],
    status: int,
    said: str,
) -> None:
    gate, client = manager

    def kept() -> dict[str, int]:
        return {known: len(brands.versions(gate.store, known)) for known in brands.names(gate.store)}

    before = kept()
    assert said in _detail(client.put(f"/v1/brands/{name}", content=content, headers=headers), status)
    assert kept() == before


def test_a_key_without_the_scope_saves_no_brand(manager: tuple[Gate, httpx.Client]) -> None:
    gate, _ = manager
    with gate.client() as client:
        answer = client.put("/v1/brands/Nova", content=NEW, headers=YAML)
    assert "lacks the scope 'brands'" in _detail(answer, 403)


def test_a_version_that_there_is_not_is_a_problem(manager: tuple[Gate, httpx.Client]) -> None:
    _, client = manager
    assert "no version 9" in _detail(client.get("/v1/brands/acme/file", params={"version": 9}), 404)
    assert "no such brand" in _detail(client.get("/v1/brands/other/file"), 404)
