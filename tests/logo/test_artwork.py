from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from brandkit.errors import MediaError
from brandkit.logo import svg
from brandkit.logo.artwork import LONG_SIDE, load

from .scenes import LOGOS

HEAD = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
MARK = f'<svg {HEAD} viewBox="0 0 20 10"><rect x="2" y="2" width="16" height="6" fill="#FF4F00"/></svg>'


def written(folder: Path, text: str | bytes, name: str = "acme.svg") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refused(path: Path) -> str:
    with pytest.raises(MediaError) as caught:
        load(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    return said.removeprefix(f"{path}: ")


def test_a_drawing_is_cut_to_what_it_shows(tmp_path: Path) -> None:
    art = load(written(tmp_path, MARK))
    assert art.size == (LONG_SIDE, LONG_SIDE * 6 // 16)
    assert art.rgb[10, 10].tolist() == [0xFF, 0x4F, 0x00]
    assert art.alpha[2:-2, 2:-2].min() == 255


@pytest.mark.parametrize("path", sorted(LOGOS.glob("*.svg")), ids=lambda path: path.stem)
def test_real_logos_can_be_read(path: Path) -> None:
    art = load(path)
    assert max(art.size) == LONG_SIDE
    assert art.alpha.max() == 255


def test_a_picture_with_alpha_has_its_own_colours_to_the_edge(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (200, 100), (0, 255, 0, 0))
    ImageDraw.Draw(picture).ellipse((20, 20, 120, 80), fill=(200, 30, 60, 255))
    picture.save(tmp_path / "acme.png")
    art = load(tmp_path / "acme.png")
    assert abs(art.size[1] / art.size[0] - 61 / 101) < 0.01
    assert np.abs(art.rgb.astype(int) - (200, 30, 60)).max() <= 2


def test_white_paper_around_an_opaque_logo_is_no_part_of_it(tmp_path: Path) -> None:
    picture = Image.new("RGB", (300, 200), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((100, 50, 199, 149), fill=(0, 80, 255))
    draw.rectangle((140, 90, 160, 110), fill="white")
    picture.save(tmp_path / "acme.png")
    art = load(tmp_path / "acme.png")
    assert art.size == (LONG_SIDE, LONG_SIDE)
    assert art.alpha.min() == 255  # the white inside stays
    assert art.rgb[LONG_SIDE // 2, LONG_SIDE // 2].min() > 250


WRONG = {
    "empty": ("", "is empty (0 bytes)"),
    "no XML": ("hello", "is damaged or no SVG (line 1: syntax error)"),
    "cut off": (MARK[:60], "is damaged or no SVG (line 1: unclosed token)"),
    "not SVG": ("<html/>", "is XML but no SVG"),
    "nothing drawn": (f'<svg {HEAD} viewBox="0 0 9 9"/>', "shows nothing, it is transparent or blank"),
    "a line": (
        f'<svg {HEAD} viewBox="0 0 1000 1"><rect width="1000" height="1"/></svg>',
        "what it shows is 1024 x 2 pixels",
    ),
    "text": (f"<svg {HEAD}><text>Acme</text></svg>", "holds text, which needs fonts; convert it to outlines"),
    "a file": (
        f'<svg {HEAD}><image href="/etc/passwd" width="9" height="9"/></svg>',
        "refers to another file ('/etc/passwd')",
    ),
    "a file by URL": (
        f'<svg {HEAD}><image xlink:href="file:///etc/passwd" width="9" height="9"/></svg>',
        "refers to another file ('file:///etc/passwd')",
    ),
    "a drawing of another file": (
        f'<svg {HEAD}><use href="other.svg#a"/></svg>',
        "refers to another file ('other.svg#a')",
    ),
    "a paint of another file": (
        f'<svg {HEAD}><rect width="9" height="9" fill="url(http://x.test/a.svg#p)"/></svg>',
        "refers to another file ('http://x.test/a.svg#p')",
    ),
    "a style sheet": (
        f'<svg {HEAD}><style>@import "a.css";</style><rect width="9" height="9"/></svg>',
        "its style sheet loads other files",
    ),
    "an external entity": (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg {HEAD}><title>&x;</title></svg>',
        "declares XML entities, which are not read",
    ),
    "an entity bomb": (
        '<!DOCTYPE svg [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>' + MARK.replace("#FF4F00", "&b;"),
        "declares XML entities, which are not read",
    ),
    "another encoding": (MARK.encode("utf-16"), "is not encoded as UTF-8"),
    "too large": (MARK + " " * svg.MOST_BYTES, "is larger than the 4 MiB"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_a_drawing_may_not_be(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert refused(written(tmp_path, text)).startswith(said)


@pytest.mark.parametrize("kind", ["use", "pattern"])
def test_a_drawing_that_grows_by_powers_is_refused(tmp_path: Path, kind: str) -> None:
    parts = ['<g id="p0"><rect width="1" height="1"/></g>']
    for k in range(1, 10):
        if kind == "use":
            inner = f'<use xlink:href="#p{k - 1}"/>' * 10
            parts.append(f'<g id="p{k}">{inner}</g>')
        else:
            inner = f'<rect width="1" height="1" fill="url(#p{k - 1})"/>' * 10
            parts.append(f'<pattern id="p{k}" width="1" height="1">{inner}</pattern>')
    used = '<use xlink:href="#p9"/>' if kind == "use" else '<rect width="9" height="9" fill="url(#p9)"/>'
    bomb = f'<svg {HEAD} viewBox="0 0 9 9"><defs>{"".join(parts)}</defs>{used}</svg>'
    assert "expands to more than 20000 elements" in refused(written(tmp_path, bomb))


@pytest.mark.parametrize(
    "size", ['width="1e9" height="1e9"', 'viewBox="0 0 1 1e9"', 'viewBox="0 0 1e30 1e-30"']
)
def test_a_drawing_of_any_size_of_its_own_takes_little_memory(tmp_path: Path, size: str) -> None:
    path = written(tmp_path, f'<svg {HEAD} {size}><rect width="1e9" height="1e9"/></svg>')
    try:
        assert max(load(path).size) == LONG_SIDE
    except MediaError as error:
        assert "shows" in str(error) or "drawn" in str(error)


def test_references_that_go_in_a_circle_do_no_harm(tmp_path: Path) -> None:
    circle = '<g id="a"><use xlink:href="#b"/></g><g id="b"><use xlink:href="#a"/></g>'
    path = written(tmp_path, MARK.replace("<rect", circle + "<rect"))
    try:
        assert max(load(path).size) == LONG_SIDE
    except MediaError as error:
        assert "cannot be drawn" in str(error)


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    http = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}", asked
    http.shutdown()


def test_nothing_is_loaded_from_the_net(tmp_path: Path, server: tuple[str, list[str]]) -> None:
    address, asked = server
    for text in (
        f'<svg {HEAD}><image href="{address}/a.png" width="9" height="9"/></svg>',
        f'<!DOCTYPE svg SYSTEM "{address}/a.dtd">{MARK}',
    ):
        try:
            load(written(tmp_path, text))
        except MediaError:
            continue
    assert asked == []


def test_damaged_and_foreign_pictures_are_one_line(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "whole.png")
    cut = (tmp_path / "whole.png").read_bytes()[:60]
    assert "is damaged or truncated" in refused(written(tmp_path, cut, "cut.png"))
    assert "is no picture that can be read" in refused(written(tmp_path, b"%PDF-1.7", "acme.pdf"))
    assert "does not exist" in refused(tmp_path / "none.svg")
    assert "compressed SVG" in refused(written(tmp_path, b"\x1f\x8b", "acme.svgz"))
    Image.new("RGBA", (64, 64)).save(tmp_path / "clear.png")
    assert "shows nothing" in refused(tmp_path / "clear.png")
    Image.new("RGBA", (9, 9), "red").save(tmp_path / "tiny.png")
    assert "is 9 x 9 pixels" in refused(tmp_path / "tiny.png")


def test_a_picture_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    bomb = Path(__file__).parents[1] / "data" / "stills" / "decompression_bomb.gif"
    path = written(tmp_path, bomb.read_bytes(), "bomb.gif")
    assert "scale it down first" in refused(path)
