"""Whatever is done to a brand file, loading it ends in a brand or in one line that names the file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit.brand import Brand
from brandkit.brand_extends import shipped
from brandkit.errors import BrandError

SEEDS = {name: path.read_bytes() for name, path in shipped().items()}
PIECES = [
    b":",
    b"\n",
    b"  ",
    b"- ",
    b"{",
    b"}",
    b"[",
    b"]",
    b"#",
    b'"',
    b"~",
    b"*a",
    b"&a ",
    b"<<: ",
    b"!!x ",
    b"%",
    b"\t",
]


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(changed)))
        length = draw(st.integers(1, 20))
        match draw(st.sampled_from(["write", "drop", "double", "piece", "line", "cut"])):
            case "write":
                changed[place : place + 3] = draw(st.binary(min_size=1, max_size=3))
            case "drop":
                del changed[place : place + length]
            case "double":
                changed[place:place] = changed[place : place + length]
            case "piece":
                changed[place:place] = draw(st.sampled_from(PIECES)) * draw(st.sampled_from([1, 1, 50]))
            case "line":
                lines = bytes(changed).splitlines(keepends=True)
                changed = bytearray(b"".join(draw(st.permutations(lines[:12])) + lines[12:]))
            case _:
                del changed[place:]
    return bytes(changed)


@pytest.mark.parametrize("name", SEEDS)
@settings(deadline=None, max_examples=100)
@given(draw=st.data())
def test_a_damaged_brand_is_loaded_or_refused_in_one_line(name: str, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.brand.yml"
        path.write_bytes(draw.draw(damaged(SEEDS[name])))
        try:
            brand = Brand.load(path)
        except BrandError as error:
            assert "\n" not in str(error)
            assert str(error).startswith(folder) or "brand.yml:" in str(error)
        else:
            assert brand.swatches and len(brand.digest) == 64
