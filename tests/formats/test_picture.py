from __future__ import annotations

import io
from pathlib import Path

import colour
import numpy as np
import pytest
import skimage.data
from coloraide import Color
from coloraide.css.color_names import name2val_map
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from brandkit import formats
from brandkit.errors import PaletteError
from brandkit.formats import Palette, Reading, picture
from brandkit.formats.picture import MOST_COLOURS
from brandkit.formats.picture_names import NAMES

READING = Reading("poster")
BLUE, PAPER, INK = (0, 80, 255), (255, 241, 214), (16, 24, 32)
ICC = Path(__file__).parents[1] / "data" / "icc" / "DisplayP3-v4.icc"


def poster(noise: int = 0) -> np.ndarray:
    """300 x 200: three fifths blue on the left, paper on the right, an ink bar of a tenth below."""
    pixels = np.empty((200, 300, 3), np.int64)
    pixels[:, :200], pixels[:, 200:], pixels[180:] = BLUE, PAPER, INK
    if noise:
        pixels += np.rint(np.random.default_rng(1).normal(0, noise, pixels.shape)).astype(np.int64)
    return np.clip(pixels, 0, 255).astype(np.uint8)


def saved(pixels: np.ndarray, form: str = "PNG", **how: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, **how)
    return buffer.getvalue()


def rgb(hex_colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(hex_colour[1:]))


def found(data: bytes) -> Palette:
    return picture.read(data, READING)


def test_flat_colours_are_found_exactly_and_in_order_of_area() -> None:
    palette = found(saved(poster()))
    assert [rgb(c.hex) for c in palette.colours] == [BLUE, PAPER, INK]
    assert [c.where.split(" of")[0] for c in palette.colours] == ["60 %", "30 %", "10 %"]
    assert palette.proposed


def test_the_place_is_where_the_colour_is() -> None:
    frame = poster()
    frame[40:-40, 40:-40] = (90, 200, 60)
    for proposal in found(saved(frame)).colours:
        x, y = (int(part.strip(" px")) for part in proposal.where.rsplit("around", 1)[1].split(","))
        assert tuple(frame[y, x]) == rgb(proposal.hex)


@pytest.mark.parametrize(
    "data", [saved(poster(), "JPEG", quality=85), saved(poster(noise=2))], ids=["JPEG", "noise"]
)
def test_noise_around_a_colour_gives_that_colour(data: bytes) -> None:
    palette = found(data)
    for proposal, wanted in zip(palette.colours, (BLUE, PAPER, INK), strict=True):
        assert np.abs(np.subtract(rgb(proposal.hex), wanted)).max() <= 1


def test_a_profile_is_honoured() -> None:
    srgb, wide = (colour.RGB_COLOURSPACES[name] for name in ("sRGB", "Display P3"))
    linear = colour.cctf_decoding(np.array(PAPER) / 255, function="sRGB")
    stored = np.rint(wide.cctf_encoding(colour.RGB_to_RGB(linear, srgb, wide, None)) * 255)
    p3 = np.full((20, 20, 3), stored, np.uint8)
    (paper,) = found(saved(p3, icc_profile=ICC.read_bytes())).colours
    assert np.abs(np.subtract(rgb(paper.hex), PAPER)).max() <= 1


def test_names_are_words_for_every_colour_of_css() -> None:
    known = {tuple(Color(name).to_string(hex=True)) for name in name2val_map if name != "transparent"}
    assert {tuple(Color(name.replace(" ", "")).to_string(hex=True)) for name in NAMES} == known
    assert all(" " in name or Color.match(name) for name in NAMES)


def test_names_are_those_of_css_and_each_once() -> None:
    pixels = np.empty((100, 100, 3), np.uint8)
    pixels[:50], pixels[50:] = (255, 0, 0), (170, 0, 40)
    names = [c.name for c in found(saved(pixels)).colours]
    assert "red" in names and len(set(names)) == len(names) == 2


@pytest.mark.parametrize("name", ["coffee", "astronaut", "rocket"])
def test_of_a_photograph_every_proposal_is_in_it(name: str) -> None:
    photograph = getattr(skimage.data, name)()
    palette = found(saved(photograph))
    there = set(map(tuple, photograph.reshape(-1, 3).tolist()))
    assert 2 <= len(palette.colours) <= MOST_COLOURS
    assert all(rgb(c.hex) in there for c in palette.colours)
    assert sum(float(c.where.split(" %")[0]) for c in palette.colours) <= 101
    assert palette == found(saved(photograph))


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (4000, 3)])
def test_one_colour(size: tuple[int, int]) -> None:
    pixels = np.full((size[1], size[0], 3), BLUE, np.uint8)
    (blue,) = found(saved(pixels)).colours
    assert rgb(blue.hex) == BLUE and blue.where.startswith("100 % of the picture, most of it around ")


def test_what_is_transparent_is_left_aside() -> None:
    pixels = np.zeros((20, 20, 4), np.uint8)
    pixels[:5] = (*BLUE, 255)
    pixels[5:7] = (*INK, 120)
    palette = found(saved(pixels))
    assert [(rgb(c.hex), c.where[:29]) for c in palette.colours] == [(BLUE, "100 % of the visible picture,")]
    assert "75 % of it is transparent and left aside" in palette.notes
    pixels[..., 3] = 0
    with pytest.raises(PaletteError, match="is wholly transparent"):
        found(saved(pixels))


def test_an_off_white_beside_white_is_a_colour_of_its_own() -> None:
    pixels = np.full((100, 100, 3), 255, np.uint8)
    pixels[:40] = (0xF5, 0xF5, 0xF5)
    assert [c.hex for c in found(saved(pixels)).colours] == ["#FFFFFF", "#F5F5F5"]


def test_a_gradient_is_few_colours() -> None:
    ramp = np.broadcast_to(np.linspace(0, 255, 800).round().astype(np.uint8)[None, :, None], (200, 800, 3))
    grey = [rgb(c.hex)[0] for c in found(saved(np.ascontiguousarray(ramp))).colours]
    apart = colour.delta_E(
        *[colour.XYZ_to_Lab(colour.sRGB_to_XYZ(np.stack([v] * 3, -1) / 255), [0.3127, 0.329])
          for v in (np.sort(grey)[1:], np.sort(grey)[:-1])], method="CIE 2000"
    )  # fmt: skip
    assert 6 <= len(grey) <= MOST_COLOURS and apart.min() > 4.5


@pytest.mark.parametrize("period", [4, 6, 8])
def test_a_fine_weave_is_seen_in_all_its_colours(period: int) -> None:
    pixels = np.full((2048, 2048, 3), PAPER, np.uint8)
    pixels[:, ::period] = BLUE
    blue = {c.hex: c.where for c in found(saved(pixels)).colours}["#0050FF"]
    assert float(blue.split(" %")[0]) == pytest.approx(100 / period, abs=0.5)


def test_what_was_assumed_is_noted() -> None:
    assert "no colour profile: taken as sRGB" in found(saved(poster())).notes


def test_pictures_are_recognised_and_a_pdf_is_none() -> None:
    for form in ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "AVIF"):
        assert picture.recognises(saved(poster(), form)), form
    for other in (b"%PDF-1.7", b"BMW Blue,#0050FF\n", b"RIFF\0\0\0\0WAVEfmt ", b""):
        assert not picture.recognises(other)


def test_a_damaged_picture_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(saved(poster())[:90])
    with pytest.raises(PaletteError, match=r"a\.png: is damaged or truncated"):
        formats.read(tmp_path / "a.png")


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 400), st.binary(min_size=1, max_size=6))
def test_damage_ends_in_colours_or_in_one_line(place: int, piece: bytes) -> None:
    data = bytearray(saved(poster()[:30, :30]))
    data[place : place + len(piece)] = piece
    try:
        assert found(bytes(data)).colours
    except PaletteError as error:
        assert "\n" not in str(error)
