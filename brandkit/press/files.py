"""What goes to the printer and to the designer: a table as CSV and JSON, a page, swatches, proofs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image

from brandkit.formats import ase
from brandkit.media.atomic import replacing
from brandkit.press.page import Proofed, render
from brandkit.press.soft_proof import Pixels, SoftProof
from brandkit.press.swatches import OnPaper, Printed, Sheet, as_palette
from brandkit.report import spreadsheet

SCHEMA = "brandkit.print/1"
_DIGITS = 2
_HEADINGS = (
    *("name", "hex", "c", "m", "y", "k", "ink_total", "printed_hex", "printed_l", "printed_a", "printed_b"),
    *("printed_de00", "nearest_hex", "nearest_c", "nearest_m", "nearest_y", "nearest_k", "nearest_de00"),
    *("stated_c", "stated_m", "stated_y", "stated_k", "stated_de00", "warnings"),
)


def write_all(
    sheet: Sheet,
    proofs: Sequence[tuple[Path, SoftProof]],
    found: Mapping[str, str],
    folder: Path,
    stem: str,
) -> list[Path]:
    """Write the sheet, its page, and the proofs that the page shows.

    Args:
        sheet: the palette on paper.
        proofs: each picture, and what it becomes.
        found: what is said of each, by the picture's name.
        folder: where to.
        stem: of the sheet's files.

    Returns:
        What was written.

    Raises:
        OutputError: it cannot be.
    """
    written, shown = write_sheet(sheet, folder, stem), []
    for path, proof in proofs:
        places = write_proof(proof, folder, path.stem)
        shown.append(Proofed(path.name, found[path.name], places))
        written += places
    page = folder / f"{stem}.print.html"
    with replacing(page) as temporary:
        temporary.write_text(render(sheet, shown), encoding="utf-8")
    return [*written, page]


def write_sheet(sheet: Sheet, folder: Path, stem: str) -> list[Path]:
    """Write ``STEM.print.csv``, ``.json`` and ``.ase``. Raises ``OutputError`` where that fails."""
    text = json.dumps(as_json(sheet), indent=2, ensure_ascii=False) + "\n"
    contents = {
        ".print.csv": csv_of(sheet).encode("utf-8"),
        ".print.json": text.encode("utf-8"),
        ".print.ase": ase.write(as_palette(sheet)).data,
    }
    places = []
    for ending, data in contents.items():
        place = folder / f"{stem}{ending}"
        with replacing(place) as temporary:
            temporary.write_bytes(data)
        places.append(place)
    return places


def write_proof(proof: SoftProof, folder: Path, stem: str) -> list[Path]:
    """Write ``STEM.proof.png``, ``.proof-paper.png`` and ``.gamut.png``. Raises ``OutputError``."""
    pictures: dict[str, Pixels] = {
        ".proof.png": proof.printed,
        ".proof-paper.png": proof.on_paper,
        ".gamut.png": proof.gamut,
    }
    places = []
    for ending, pixels in pictures.items():
        place = folder / f"{stem}{ending}"
        with replacing(place) as temporary:
            Image.fromarray(pixels).save(temporary, "PNG")
        places.append(place)
    return places


def as_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet for other programs; inks in per cent, Lab under D50."""
    head = {key: value for key, value in asdict(sheet).items() if key != "colours"}
    head["black_point_compensation"] = sheet.black_point
    return {"schema": SCHEMA, **_rounded(head), "colours": [_colour(one) for one in sheet.colours]}


def proof_json(proof: SoftProof) -> dict[str, Any]:
    """What was measured on a proof."""
    return {
        "share_out": round(proof.share_out, 6),
        "worst_de00": round(proof.worst_de00, _DIGITS),
        "most_ink": round(proof.most_ink, _DIGITS),
    }


def csv_of(sheet: Sheet) -> str:
    """The sheet for spreadsheets, one colour a row."""
    return "".join(spreadsheet.lines(_HEADINGS, (list(_row(one)) for one in sheet.colours)))


def _row(one: OnPaper) -> Iterator[str | float | None]:
    yield from (one.name, one.hex, *one.printed.inks, one.printed.total, one.printed.hex)
    yield from _rounded([*one.printed.lab, one.printed.de00])
    yield one.nearest.hex
    yield from _rounded([*one.nearest.inks, one.nearest.de00])
    stated = one.stated
    yield from [None] * 5 if stated is None else _rounded([*stated.inks, stated.de00])
    yield "; ".join(one.warnings)


def _colour(one: OnPaper) -> dict[str, Any]:
    return {
        "name": one.name,
        "hex": one.hex,
        "lab": _rounded(one.lab),
        "printed": _printed(one.printed),
        "exact_inks": _rounded(one.exact),
        "nearest": _printed(one.nearest),
        "stated": None if one.stated is None else _printed(one.stated),
        "warnings": list(one.warnings),
    }


def _printed(one: Printed) -> dict[str, Any]:
    return {**_rounded(asdict(one)), "ink_total": round(one.total, _DIGITS)}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list | tuple) else value
