"""Palettes that people upload: told by content, chosen before they become a brand, never a path."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import brandkit.store
from brandkit import formats
from brandkit.store import Store, brands
from brandkit.store.place import VARIABLE

SCRIPT = """\
from brandkit_dashboard.pages import brands
brands.show()
"""
DATA = Path(__file__).parent.parent / "data" / "palettes"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = brandkit.store.open(str(tmp_path / "store"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "store"))
    yield opened
    opened.close()


def _uploaded(name: str, content: bytes) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=60).run()
    app.file_uploader(key="palette file").set_value((name, content, "application/octet-stream"))
    return app.run()


def _shown(app: AppTest) -> str:
    return "\n".join(str(one.value) for kind in (app.text, app.warning, app.error, app.info) for one in kind)


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("photoshop-defaults.ase", "Adobe Swatch Exchange"),
        ("adobe-color-swatch.aco", "Photoshop"),
        ("style-dictionary-basic.json", "design tokens"),
    ],
)
def test_a_palette_is_told_by_its_content_whatever_its_name(store: Store, file: str, title: str) -> None:
    app = _uploaded("../../etc/passwd", (DATA / file).read_bytes())
    assert not app.error
    assert title in _shown(app)
    assert f"{len(formats.read(DATA / file).colours)} colours" in _shown(app)


def test_a_listed_palette_becomes_a_brand_under_the_name_that_is_given(store: Store) -> None:
    app = _uploaded("swatch.aco", (DATA / "adobe-color-swatch.aco").read_bytes())
    app.text_input(key="brand name").set_value("Acme <b>").run()
    app.text_input(key="upload note").set_value("from the agency").run()
    app.button(key="save upload").click().run()
    assert brands.names(store) == ("Acme <b>",)
    saved = brands.versions(store, "Acme <b>")[0]
    assert (saved.number, saved.note) == (1, "from the agency")
    read = {colour.hex for colour in formats.read(DATA / "adobe-color-swatch.aco").colours}
    assert {swatch.hex for swatch in brands.load(store, saved.id).swatches} == read


def test_colours_that_were_found_in_a_picture_are_taken_by_nobody_unasked(store: Store) -> None:
    picture = Image.new("RGB", (64, 64), (0, 80, 255))
    picture.paste((255, 230, 0), (0, 0, 64, 24))
    out = io.BytesIO()
    picture.save(out, "PNG")
    app = _uploaded("moodboard.png", out.getvalue())
    assert not app.error
    assert app.button(key="save upload").disabled


@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b"ASEF\x00\x01", b"<svg/>", b"%PDF-1.7 broken"])
def test_what_is_no_palette_is_refused_in_a_line_without_a_folder(store: Store, content: bytes) -> None:
    app = _uploaded("x.ase", content)
    assert len(app.error) == 1
    assert "tmp" not in app.error[0].value
    assert not app.exception
    assert brands.names(store) == ()


def test_a_second_upload_of_a_brand_is_its_next_version_and_says_so(store: Store) -> None:
    text = b'meta: {name: Acme}\ncolor: {palette: {a: "#000000"}}\n'
    _uploaded("acme_brand.yml", text).button(key="save upload").click().run()
    app = AppTest.from_string(SCRIPT, default_timeout=60).run()
    app.toggle(key="new brand").set_value(True).run()
    app.file_uploader(key="palette file").set_value(
        ("a.yml", text.replace(b"000000", b"111111"), "text/yaml")
    )
    app.run()
    assert "becomes its version 2" in _shown(app)
    app.button(key="save upload").click().run()
    assert [version.number for version in brands.versions(store, "Acme")] == [2, 1]
