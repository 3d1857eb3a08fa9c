"""``brandkit check --store`` and ``brandkit store``, as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest

import brandkit.store
from brandkit.store import filing, items
from brandkit.store.decisions import Decided, decide
from brandkit.store.filed import Wanted
from tests.conftest import Command
from tests.store.conftest import BLUES, BRAND, banner


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A brand, a banner that passes, one that fails, and a file that is no picture."""
    (tmp_path / "acme.brand.yml").write_text(BRAND, encoding="utf-8")
    for name in ("right", "worse"):
        banner(tmp_path / f"{name}.png", BLUES[name])
    (tmp_path / "broken.png").write_bytes(b"no picture")
    return tmp_path


def test_check_files_what_it_judged_and_what_it_could_not_read(given: Path, run: Command) -> None:
    pictures = [given / f"{name}.png" for name in ("right", "worse", "broken")]
    said = run("check", *pictures, "-b", given / "acme.brand.yml", "--store", given / "s")
    assert said.status == 2
    assert "filed: 2 as run 1; to look at it: brandkit review --store" in said.err
    store = brandkit.store.open(str(given / "s"))
    assert [item.name for item in items.find(store, Wanted()).items] == ["worse.png", "right.png"]
    store.close()
    whole = run("store", "verify", "--store", given / "s")
    assert (whole.status, whole.out.splitlines()[-1].split(": ")[1]) == (0, "whole")


def test_a_store_that_cannot_be_opened_is_said_before_anything_is_judged(given: Path, run: Command) -> None:
    said = run("check", given / "right.png", "-b", given / "acme.brand.yml", "--store", given / "right.png")
    assert (said.status, said.out) == (2, "")
    assert said.err.endswith("is a file; give the folder of a store, or postgresql://…\n")


def test_what_cannot_be_filed_is_still_judged(
    given: Path, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from brandkit.errors import StoreError

    def full(self: filing.Filing, entry: object, more: object = None) -> int:
        raise StoreError("the disk is full; free some space")

    monkeypatch.setattr(filing.Filing, "add", full)
    said = run("check", given / "right.png", "-b", given / "acme.brand.yml", "--store", given / "s")
    assert said.status == 2
    assert "right.png: judged, but not filed: the disk is full" in said.err
    assert "PASSED" in said.out.upper()


def test_correct_files_both_sides(given: Path, run: Command) -> None:
    said = run(
        "correct",
        given / "worse.png",
        "-b",
        given / "acme.brand.yml",
        "-o",
        given / "o",
        "--store",
        given / "s",
    )
    assert said.status == 0
    store = brandkit.store.open(str(given / "s"))
    (item,) = items.find(store, Wanted()).items
    assert (item.verdict, item.final, item.source) == ("failed", "passed", "correct")
    store.close()


def test_verify_names_what_is_lost(given: Path, run: Command) -> None:
    run("check", given / "right.png", "-b", given / "acme.brand.yml", "--store", given / "s")
    store = brandkit.store.open(str(given / "s"))
    lost = items.open_case(store, 1).of("input")[0].sha256
    store.blobs.remove(lost)
    store.close()
    said = run("store", "verify", "--store", given / "s")
    assert said.status == 1
    assert f"fault: the file {lost[:12]}… is gone" in said.out


def test_prune_and_export_say_what_they_did(given: Path, run: Command) -> None:
    run("check", given / "right.png", "-b", given / "acme.brand.yml", "--store", given / "s")
    store = brandkit.store.open(str(given / "s"))
    decide(store, items.open_case(store, 1), Decided("approved", "ada"))
    store.close()
    out = run("store", "export", "--store", given / "s", "-o", given / "out")
    assert out.out == f"{given / 'out'}: 1 items, 2 decisions and events\n"
    dry = run("store", "prune", "--older-than", 0, "--dry-run", "--store", given / "s")
    assert dry.out.startswith("would go: pictures of 1 items;")
    done = run("store", "prune", "--older-than", 0, "--store", given / "s")
    assert done.out.startswith("gone: pictures of 1 items;")


def test_members_are_given_roles_and_listed(tmp_path: Path, run: Command) -> None:
    given = run("store", "members", "give", "Ada@acme.com", "--role", "admin", "--store", tmp_path)
    assert given.out == "Ada@acme.com: admin\n"
    assert run("store", "members", "list", "--store", tmp_path).out.startswith("ada@acme.com\tadmin\tby ")
    wrong = run("store", "members", "give", "bo@acme.com", "--role", "boss", "--store", tmp_path)
    assert (wrong.status, wrong.err) == (
        2,
        "brandkit: 'boss' is no role; use one of viewer, reviewer, brand manager, admin\n",
    )


def test_a_brand_is_kept_for_the_gate_and_changed_only_where_it_differs(
    run: Command, acme: Path, tmp_path: Path
) -> None:
    first = run("store", "add-brand", acme, "--store", tmp_path / "store")
    again = run("store", "add-brand", acme, "--store", tmp_path / "store")
    assert (first.status, again.status) == (0, 0)
    assert first.out.startswith("Acme: version 1 of ") and again.out == first.out
    acme.write_text(acme.read_text("utf-8").replace("capture: 14", "capture: 13"), encoding="utf-8")
    changed = run("store", "add-brand", acme, "--store", tmp_path / "store", "--note", "less of the sky")
    assert changed.out.startswith("Acme: version 2 of ")
