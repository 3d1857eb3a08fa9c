"""``brandkit brand …`` as a brand manager meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from brandkit import formats
from brandkit.brand import Brand

from .conftest import BLUE, INK, Command, names

CSS = """:root { --electric-blue: #0050ff; --ink: #0B0F14; --wide: color(display-p3 1 0 0); }"""


@pytest.fixture
def css(tmp_path: Path) -> Path:
    path = tmp_path / "acme.css"
    path.write_text(CSS)
    return path


def test_a_stylesheet_becomes_a_brand_that_loads(run: Command, css: Path, tmp_path: Path) -> None:
    done = run("brand", "import", css, "-o", tmp_path / "acme.brand.yml", "--name", "Acme")
    assert done.status == 0
    brand = Brand.load(tmp_path / "acme.brand.yml")
    assert brand.name == "Acme"
    assert [s.hex for s in brand.swatches][:2] == [BLUE, INK]
    assert "outside" in done.out and "CIEDE2000" in done.out


def test_only_some_colours_can_be_taken(run: Command, css: Path, tmp_path: Path) -> None:
    assert run("brand", "import", css, "-o", tmp_path / "b.yml", "--take", "2").status == 0
    assert [s.name for s in Brand.load(tmp_path / "b.yml").swatches] == ["ink"]


def test_an_existing_brand_is_not_replaced_unasked(run: Command, css: Path, tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text("mine")
    done = run("brand", "import", css, "-o", tmp_path / "b.yml")
    assert (done.status, (tmp_path / "b.yml").read_text()) == (2, "mine")
    assert "exists already" in done.err and "--force" in done.err
    assert run("brand", "import", css, "-o", tmp_path / "b.yml", "--force").status == 0
    assert Brand.load(tmp_path / "b.yml").swatches


def test_a_damaged_palette_leaves_nothing_behind(run: Command, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": ')
    done = run("brand", "import", tmp_path / "a.json", "-o", tmp_path / "b.yml")
    assert done.status == 2
    assert done.err.startswith(f"brandkit: {tmp_path / 'a.json'}: line ")
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize("to", ["ase", "aco", "gpl", "tokens", "css", "json", "csv"])
def test_a_brand_goes_out_and_comes_back(run: Command, acme: Path, tmp_path: Path, to: str) -> None:
    out = tmp_path / "out" / f"acme{formats.form(to).SUFFIXES[0]}"
    done = run("brand", "export", acme, "--to", to, "-o", out)
    assert done.status == 0, done.err
    assert [c.hex for c in formats.read(out).colours] == [BLUE, INK, "#FFFFFF"]


def test_an_export_lies_beside_its_brand_by_default(run: Command, acme: Path, tmp_path: Path) -> None:
    assert run("brand", "export", acme, "--to", "css").status == 0
    assert (tmp_path / "acme.css").is_file()
    done = run("brand", "export", acme, "--to", "css")
    assert done.status == 2 and "exists already" in done.err


def test_what_a_format_cannot_hold_is_said(run: Command, tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text(CSS)
    done = run("brand", "export", tmp_path / "a.css", "--to", "gpl")
    assert done.status == 0
    assert "not held: " in done.err and "wide" in done.err


def test_a_format_that_does_not_exist(run: Command, acme: Path) -> None:
    done = run("brand", "export", acme, "--to", "as")
    assert done.status == 2 and "did you mean 'ase'?" in done.err
