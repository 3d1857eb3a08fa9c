from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brandkit.brand import Brand
from brandkit.errors import BrandError

DATA = Path(__file__).parent / "data"
PALETTES = Path(__file__).parent.parent / "palettes"

COLOURS = """\
color:
  palette:
    hero: "#FF4F00"
    ink: "#101820"
"""
GUIDE = COLOURS + "defaults:\n  brandkit:\n"
HERO = GUIDE + "    swatches:\n      hero: "


def error(folder: Path, content: str | bytes) -> str:
    path = folder / "acme.brand.yml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BrandError) as caught:
        Brand.load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:")
    return message.removeprefix(f"{folder}/acme.brand.yml:")


def test_the_message_names_the_file_the_line_the_key_and_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "acme.brand.yml"
    path.write_text(HERO + "{tolerence: 3}\n")
    with pytest.raises(BrandError) as caught:
        Brand.load(path)
    assert str(caught.value) == (
        f"{path}:8: defaults.brandkit.swatches.hero.tolerence: unknown key; did you mean 'tolerance'?"
    )


CONTENT = {
    "bad HEX": (
        'color:\n  palette:\n    hero: "#12G"\n',
        "3: color.palette.hero: '#12G' is not a HEX colour; write six digits, such as '#1200FF'",
    ),
    "translucent HEX": (
        'color:\n  palette:\n    hero: "#FF4F0080"\n',
        "3: color.palette.hero: '#FF4F0080' is translucent; a brand colour is opaque: write '#FF4F00'",
    ),
    "HEX without quotes": (
        "color:\n  palette:\n    hero: #FF4F00\n",
        '3: color.palette.hero: YAML reads #FF4F00 as a comment; put quotes around it: "#FF4F00"',
    ),
    "HEX without quotes in braces": (
        "color:\n  palette: {hero: #FF4F00}\n",
        '2: YAML reads #FF4F00 as a comment; put quotes around it: "#FF4F00"',
    ),
    "theme colour without quotes": (
        COLOURS + "  primary: #FF4F00\n",
        '5: color.primary: YAML reads #FF4F00 as a comment; put quotes around it: "#FF4F00"',
    ),
    "HEX that YAML takes for an octal number": (
        "color:\n  palette:\n    hero: 000000\n",
        "3: color.palette.hero: 000000 is not a HEX colour; write it with # and quotes: '#000000'",
    ),
    "HEX that YAML takes for a number": (
        "color:\n  palette:\n    hero: 112233\n",
        "3: color.palette.hero: 112233 is not a HEX colour; write it with # and quotes: '#112233'",
    ),
    "HEX without its hash": (
        "color:\n  palette:\n    hero: ff4f00\n",
        "3: color.palette.hero: ff4f00 is not a HEX colour; write it with # and quotes: '#FF4F00'",
    ),
    "colour by CSS function": (
        "color:\n  palette:\n    hero: rgb(1, 2, 3)\n",
        "3: color.palette.hero: 'rgb(1, 2, 3)' is neither a HEX colour nor a name in color.palette",
    ),
    "colour without a value": (
        "color:\n  palette:\n    hero:\n",
        "3: color.palette.hero: has no value; write one or remove the key",
    ),
    "colour that is a mapping": (
        COLOURS + '  primary: {light: "#FFF", dark: "#000"}\n',
        "5: color.primary: must be a single value",
    ),
    "alias to a missing name": (
        COLOURS + "    accent: herro\n",
        "5: color.palette.accent: 'herro' is neither a HEX colour nor a name in color.palette; "
        "did you mean 'hero'?",
    ),
    "theme colour that is missing": (
        COLOURS + "  primary: inc\n",
        "5: color.primary: 'inc' is neither a HEX colour nor a name in color.palette; did you mean 'ink'?",
    ),
    "alias cycle": (
        COLOURS + "    a: b\n    b: c\n    c: a\n",
        "5: color.palette.a: goes in a circle (a -> b -> c -> a); give one of them a HEX colour",
    ),
    "alias to itself": (
        COLOURS + "    a: a\n",
        "5: color.palette.a: goes in a circle (a -> a); give one of them a HEX colour",
    ),
    "swatch given twice": (
        COLOURS + '    hero: "#000000"\n',
        "5: color.palette.hero: is given twice, on lines 3 and 5; keep one",
    ),
    "section given twice": (COLOURS + COLOURS, "5: color: is given twice, on lines 1 and 5; keep one"),
    "names alike": (
        'color:\n  palette:\n    deep-blue: "#00F"\n    Deep Blue: "#00E"\n',
        "4: color.palette.Deep Blue: differs from 'deep-blue' (line 3) only in case, spaces or hyphens; "
        "rename one",
    ),
    "theme colour with the name of another colour": (
        'color:\n  palette:\n    Primary: "#00F"\n  primary: "#00E"\n',
        "4: color.primary: is another colour than color.palette.Primary (line 3); rename one",
    ),
    "empty colour name": (
        'color:\n  palette:\n    "": "#00F"\n',
        "3: color.palette.: '' is not a name; use 1 to 100 printable characters",
    ),
    "colour name of two lines": (
        'color:\n  palette:\n    "a\\nb": "#00F"\n',
        "3: color.palette.a\\nb: 'a\\nb' is not a name; use 1 to 100 printable characters",
    ),
    "unknown theme colour": (
        COLOURS + "  primery: hero\n",
        "5: color.primery: unknown key; did you mean 'primary'?",
    ),
    "British spelling": ("colour: {}\n", "1: colour: unknown key; did you mean 'color'?"),
    "guidelines in the wrong place": (
        COLOURS + "brandkit: {}\n",
        "5: brandkit: unknown key; known: meta, logo, color, typography, defaults",
    ),
    "guidelines misspelled": (
        COLOURS + "defaults: {brand-kit: {}}\n",
        "5: defaults.brand-kit: unknown key; did you mean 'brandkit'?",
    ),
    "palette that is a list": ("color:\n  palette: [a]\n", "2: color.palette: must hold keys"),
    "no colours": ("color: {}\n", "1: holds no colours; give color.palette a name and a HEX colour"),
    "no colour section": ("meta: {}\n", "1: holds no colours; give color.palette a name and a HEX colour"),
    "too many colours": (
        "color:\n  palette:\n" + "".join(f'    c{i}: "#{i:06x}"\n' for i in range(256)),
        "258: color.palette.c255: is one colour too many; at most 255 can be told apart",
    ),
    "brand name of two lines": (
        COLOURS + 'meta: {name: "a\\nb"}\n',
        "5: meta.name: 'a\\nb' is not a name; use 1 to 100 printable characters",
    ),
    "guidelines without a value": (GUIDE, "6: defaults.brandkit: has no value; write one or remove the key"),
    "unknown guideline": (
        GUIDE + "    off_pallete: 5%\n",
        "7: defaults.brandkit.off_pallete: unknown key; did you mean 'off_palette'?",
    ),
    "guideline that resembles nothing": (
        GUIDE + "    zzz: 5%\n",
        "7: defaults.brandkit.zzz: unknown key; "
        "known: extends, swatches, forbidden, off_palette, background, proportions, pairs, delivery, style, "
        "logos, required, review, limits, origin",
    ),
    "settings of no colour": (
        GUIDE + "    swatches: {herro: {}}\n",
        "7: defaults.brandkit.swatches.herro: names no colour of this brand; did you mean 'hero'?",
    ),
    "settings of an alias": (
        GUIDE.replace("defaults", "  primary: hero\ndefaults") + "    swatches: {primary: {}}\n",
        "8: defaults.brandkit.swatches.primary: is another name for 'hero'; put the settings there",
    ),
    "settings that are a value": (
        HERO + "3\n",
        "8: defaults.brandkit.swatches.hero: must hold keys: tolerance, capture, finish, role, coverage",
    ),
    "tolerance below zero": (
        HERO + "{tolerance: -1}\n",
        "8: defaults.brandkit.swatches.hero.tolerance: -1 is below 0",
    ),
    "tolerance that is a word": (
        HERO + "{tolerance: strict}\n",
        "8: defaults.brandkit.swatches.hero.tolerance: 'strict' is not a number",
    ),
    "tolerance without end": (
        HERO + "{tolerance: inf}\n",
        "8: defaults.brandkit.swatches.hero.tolerance: 'inf' is not a finite number",
    ),
    "tolerance that is a list": (
        HERO + "{tolerance: [1]}\n",
        "8: defaults.brandkit.swatches.hero.tolerance: must be a single value",
    ),
    "capture within tolerance": (
        HERO + "{tolerance: 12}\n",
        "8: defaults.brandkit.swatches.hero: capture (12) must be above tolerance (12)",
    ),
    "unknown finish": (
        HERO + "{finish: matte}\n",
        "8: defaults.brandkit.swatches.hero.finish: 'matte' is not one of 'flat' or 'shaded'",
    ),
    "coverage the wrong way round": (
        HERO + "{coverage: {min: 20%, max: 0.05}}\n",
        "8: defaults.brandkit.swatches.hero.coverage: min (0.2) is above max (0.05)",
    ),
    "coverage without a side": (
        HERO + "{coverage: 5%}\n",
        "8: defaults.brandkit.swatches.hero.coverage: must hold keys: min, max",
    ),
    "share above one": (
        HERO + "{coverage: {max: 20}}\n",
        "8: defaults.brandkit.swatches.hero.coverage.max: 20 is above 1; "
        "write a share as 0 to 1 or as a percentage, such as 5%",
    ),
    "share below zero": (
        GUIDE + "    off_palette: -5%\n",
        "7: defaults.brandkit.off_palette: -5% is below 0",
    ),
    "forbidden colour without a name": (
        GUIDE + '    forbidden:\n      - hex: "#123"\n',
        "8: defaults.brandkit.forbidden[0]: 'name' is missing",
    ),
    "forbidden colour that is no HEX": (
        GUIDE + "    forbidden:\n      - name: red\n        hex: red\n",
        "9: defaults.brandkit.forbidden[0].hex: 'red' is not a HEX colour; "
        "write six digits, such as '#1200FF'",
    ),
    "forbidden colour of the brand itself": (
        GUIDE + '    forbidden:\n      - {name: a, hex: "#ff4f00"}\n',
        "8: defaults.brandkit.forbidden[0]: #FF4F00 is forbidden, yet is the brand's own 'hero'",
    ),
    "forbidden twice": (
        GUIDE + '    forbidden:\n      - {name: a, hex: "#111"}\n      - {name: A, hex: "#222"}\n',
        "9: defaults.brandkit.forbidden[1]: 'A' is forbidden twice; give each its own name",
    ),
    "forbidden colours as a mapping": (
        GUIDE + "    forbidden: {a: 1}\n",
        "7: defaults.brandkit.forbidden: must be a list of colours, each with name and hex",
    ),
    "background that is missing": (
        GUIDE + "    background: hera\n",
        "7: defaults.brandkit.background: 'hera' is neither a HEX colour nor a name in color.palette; "
        "did you mean 'hero'?",
    ),
    "required check that is not in a list": (
        GUIDE + "    required: palette\n",
        "7: defaults.brandkit.required: must be a list of checks, such as [palette]",
    ),
    "limit that limits nothing": (
        GUIDE + "    limits: {flicker: {global_de00: {}}}\n",
        "7: defaults.brandkit.limits.flicker.global_de00: sets no limit; give min, max or warn",
    ),
    "limit that is a word": (
        GUIDE + "    limits: {flicker: {global_de00: low}}\n",
        "7: defaults.brandkit.limits.flicker.global_de00: 'low' is not a number",
    ),
    "limit the wrong way round": (
        GUIDE + "    limits: {flicker: {global_de00: {min: 2, max: 1}}}\n",
        "7: defaults.brandkit.limits.flicker.global_de00: min (2) is above max (1)",
    ),
    "warning beyond the limit": (
        GUIDE + "    limits: {flicker: {global_de00: {max: 1, warn: 2}}}\n",
        "7: defaults.brandkit.limits.flicker.global_de00: warn (2) lies outside the limit, "
        "where it would never be heard",
    ),
    "limit of coverage against a colour's own": (
        HERO + "{coverage: {max: 10%}}\n    limits:\n      palette: {coverage: {min: 50%}}\n",
        "9: defaults.brandkit.limits.palette: coverage gives 'hero' a min (0.5) above max (0.1)",
    ),
    "several problems": (
        HERO + "\n        tolerence: 3\n        capture: x\n        finish: y\n",
        "9: defaults.brandkit.swatches.hero.tolerence: unknown key; did you mean 'tolerance'? (and 2 more)",
    ),
    "the first line first": (
        "defaults:\n  brandkit:\n    zzzz: 1\ncolor:\n  zzzz: 1\n  palette:\n    hero: x\n",
        "3: defaults.brandkit.zzzz: unknown key; "
        "known: extends, swatches, forbidden, off_palette, background, proportions, pairs, delivery, style, "
        "logos, required, review, limits, origin (and 2 more)",
    ),
}

FORM = {
    "empty": ("", " is empty; give it at least color.palette with a name and a HEX colour"),
    "only a comment": ("# later\n", " is empty; give it at least color.palette with a name and a HEX colour"),
    "a list": ("- a\n", "1: is not a brand file; expected keys, such as 'color:'"),
    "a word": ("colour\n", "1: is not a brand file; expected keys, such as 'color:'"),
    "not YAML": ("color: b: c\n", "1:9: not YAML: mapping values are not allowed in this context"),
    "open quote": ('meta:\n  name: "x\n', "3:1: not YAML: found unexpected end of stream"),
    "tab": ("color:\n\tpalette:\n", "2: not YAML: a tab in the indentation; use spaces"),
    "two documents": ("---\na: 1\n---\nb: 2\n", "3: a second document starts here; keep one"),
    "key that is a list": ("? [a]\n: b\n", "1: a key must be a word"),
    "not UTF-8": (b"meta:\n  name: caf\xe9\n", "2: is not UTF-8 text; save it as UTF-8"),
    "UTF-16": ("color:\n".encode("utf-16"), "1: is not UTF-8 text; save it as UTF-8"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00", "1: is not UTF-8 text; save it as UTF-8"),
    "control characters": (
        b"meta:\n  name: \x00\n",
        "2: holds control characters; a brand file is plain text",
    ),
    "noncharacter": ("a: \ufffe\n", " not YAML: control characters are not allowed"),
    "unknown anchor": ("meta: *a\n", "1: no anchor &a ends before this line"),
    "anchor within itself": ("meta: &a [*a]\n", "1: no anchor &a ends before this line"),
    "merge of a word": ("meta: {<<: a}\n", "1: '<<' takes the keys of a mapping, such as *anchor"),
    "large": ("#" * (1 << 20) + "#", " is larger than 1 MiB; a brand file is text of a few KiB"),
    "YAML bomb": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "5: holds more than 20000 values, counting anchors where used",
    ),
    "merge bomb": (
        "a: &a {" + ", ".join(f"k{i}: 1" for i in range(3000)) + "}\nm: [" + "{<<: *a}, " * 3000 + "]\n",
        "2: holds more than 20000 values, counting anchors where used",
    ),
    "deep brackets": ("[" * 100_000, "1: is nested more than 24 levels deep"),
    "deep braces": ("{a: " * 100_000, "1: is nested more than 24 levels deep"),
    "deep lists": ("- " * 100_000, "1: is nested more than 24 levels deep"),
    "deep blocks": (
        "".join(" " * i + "a:\n" for i in range(200)),
        "26: is nested more than 24 levels deep",
    ),
}


@pytest.mark.parametrize(("content", "message"), CONTENT.values(), ids=CONTENT.keys())
def test_what_a_file_says_wrong(tmp_path: Path, content: str, message: str) -> None:
    assert error(tmp_path, content) == message


@pytest.mark.parametrize(("content", "message"), FORM.values(), ids=FORM.keys())
def test_what_is_not_a_brand_file(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert error(tmp_path, content) == message


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(BrandError) as caught:
        Brand.load(tmp_path / "none.yml")
    assert str(caught.value) == f"{tmp_path}/none.yml: no such file; check the path"


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BrandError) as caught:
        Brand.load(tmp_path)
    assert str(caught.value) == f"{tmp_path}: is a folder; name the brand file in it, such as _brand.yml"


def test_a_path_that_no_file_can_have_is_one_line() -> None:
    with pytest.raises(BrandError) as caught:
        Brand.load("a\0\nb")
    assert str(caught.value) == "a\\x00\\nb: cannot be read: embedded null byte"


def test_a_file_full_of_problems_stops_early(tmp_path: Path) -> None:
    many = "color:\n  palette:\n" + "".join(f"    c{i}: d{i}\n" for i in range(5000))
    assert error(tmp_path, many).endswith("(and 99 more)")


def test_a_long_chain_of_aliases_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "chain.yml"
    links = "".join(f"    c{i}: c{i + 1}\n" for i in range(5000))
    path.write_text(f'color:\n  palette:\n{links}    c5000: "#123456"\n')
    assert [swatch.name for swatch in Brand.load(path).swatches] == ["c5000"]


REAL = tuple(p.read_bytes() for p in (DATA / "brand-posit.yml", *sorted(PALETTES.glob("*.yml"))))
TOKENS = (
    b"#",
    b'"',
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b": ",
    b"- ",
    b"\n",
    b"\t",
    b"&a ",
    b"*a",
    b"<<: ",
    b"!!",
    b"%",
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(REAL)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 12))
        content[start : start + length] = draw(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6)))
    return bytes(content)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged())
def test_a_damaged_file_raises_nothing_but_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.yml"
    path.write_bytes(content)
    try:
        brand = Brand.load(path)
    except BrandError as problem:
        assert str(problem).isprintable()
    else:
        assert len(brand.digest) == 64


def test_importing_a_brand_loads_nothing_heavy() -> None:
    code = "import sys, brandkit.brand; print(*{'torch', 'numpy', 'cv2', 'av', 'numba'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
