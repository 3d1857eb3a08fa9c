"""What holds for every format, whichever there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Palette, Reading, Value, Writable

READING = Reading("acme")
WRITABLE = [name for name in formats.formats() if isinstance(formats.form(name), Writable)]
ACME = Palette(
    "Acme",
    (
        READING.colour("Electric Blue", Value("srgb", (0, 80 / 255, 1))),
        READING.colour("Ink", Value("srgb", (16 / 255, 24 / 255, 32 / 255)), group=("Neutrals",)),
        READING.colour('Wärme & "Glut"', Value("cmyk", (0, 0.71, 1, 0)), group=("Print",), kind="spot"),
    ),
)


@pytest.mark.parametrize("name", WRITABLE)
def test_a_round_trip_keeps_names_order_and_hex(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"acme{formats.form(name).SUFFIXES[0]}"
    losses = formats.write(ACME, path, name)
    found = formats.read(path)
    assert [colour.hex for colour in found.colours] == [colour.hex for colour in ACME.colours]
    said = " ".join(losses)
    for was, now in zip(ACME.colours, found.colours, strict=True):
        assert now.name == was.name or was.name in said
        assert now.group == was.group or was.name in said
        assert now.value.space == was.value.space or was.name in said
        assert now.kind == was.kind or was.kind is None or was.name in said


@pytest.mark.parametrize("name", WRITABLE)
def test_a_palettes_own_name_is_kept_or_listed(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"other{formats.form(name).SUFFIXES[0]}"
    losses = formats.write(ACME, path, name)
    found = formats.read(path).name
    assert found == "Acme" or (found == "other" and any("called 'other'" in loss for loss in losses))


@pytest.mark.parametrize("name", WRITABLE)
def test_a_format_knows_its_own_files_whatever_they_are_called(name: str, tmp_path: Path) -> None:
    formats.write(ACME, tmp_path / "acme.bin", name)
    assert formats.detect(tmp_path / "acme.bin", (tmp_path / "acme.bin").read_bytes()) == name


@pytest.mark.parametrize("name", formats.formats())
def test_a_format_has_a_title_and_a_test_file(name: str) -> None:
    module = formats.form(name)
    assert module.TITLE and all(suffix.startswith(".") for suffix in module.SUFFIXES)
    assert Path(__file__).with_name(f"test_{name}.py").is_file()


@pytest.mark.parametrize("name", formats.formats())
@pytest.mark.parametrize("data", [b"", b"\0", b"hello", b"\xff" * 40, b"{" * 5000, b"[" * 5000])
def test_a_format_refuses_what_is_none_of_it(name: str, data: bytes) -> None:
    module = formats.form(name)
    module.recognises(data)
    with pytest.raises(PaletteError) as refused:
        module.read(data, READING)
    assert "\n" not in str(refused.value)


def test_an_unknown_format_names_the_near_one() -> None:
    with pytest.raises(PaletteError, match="did you mean 'tokens'"):
        formats.form("token")


def test_a_file_that_is_no_palette(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello, this is a letter\n")
    with pytest.raises(PaletteError, match=r"a\.txt: is no palette that can be read; give one of"):
        formats.read(tmp_path / "a.txt")


@pytest.mark.parametrize(("content", "words"), [(None, "no such file"), (b"", "is empty")])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "a.css").write_bytes(content)
    with pytest.raises(PaletteError, match=rf"a\.css: {words}"):
        formats.read(tmp_path / "a.css")


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MOST_BYTES", 1 << 20)
    (tmp_path / "a.css").write_bytes(b" " * ((1 << 20) + 1))
    with pytest.raises(PaletteError, match="larger than 1 MiB"):
        formats.read(tmp_path / "a.css")


@pytest.mark.parametrize("numbers", ["", "x", "0", "4", "2-1", "1-9", "-1", "1,,2"])
def test_numbers_that_name_no_colour(numbers: str) -> None:
    with pytest.raises(PaletteError, match=r"does not say which|is not there"):
        formats.select(ACME, numbers)
