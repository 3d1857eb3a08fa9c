"""A palette or brand file that somebody uploads: what is in it, what to take, and a brand of that."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from brandkit import formats
from brandkit.brand import Brand
from brandkit.errors import BrandkitError, PaletteError
from brandkit.formats import brand_yml
from brandkit.formats.palette import Colour, Palette
from brandkit.report.markdown import plain
from brandkit.store import Store, brands, drafts
from brandkit.store.blobs import safe_name
from brandkit.store.filed import BrandVersion
from brandkit.swatch import MOST_SWATCHES

from .. import person
from .palette import block

LARGEST_MB = formats.MOST_BYTES >> 20
_TAKES = "ASE, ACO, GPL, design tokens, CSS, CSV, JSON, _brand.yml, a brand book as PDF, or a picture"


def upload(store: Store) -> BrandVersion | None:
    """Draw it; the version that was just saved, if one was."""
    given = st.file_uploader(
        f"Palette or brand: {_TAKES}",
        max_upload_size=LARGEST_MB,
        key="palette file",
        help="The kind is told by the content. Colours found in a PDF or a picture are proposals.",
    )
    if given is None:
        return None
    try:
        palette, kind = _read(given)
    except PaletteError as error:
        st.error(plain(error), icon=":material/error:")
        return None
    st.text(f"{safe_name(given.name)}: {formats.form(kind).TITLE}, {len(palette.colours)} colours")
    for note in palette.notes:
        st.caption(plain(note))
    whole = kind == "brand_yml" and st.toggle(
        "Take the whole brand file, guidelines included", value=True, key="whole file"
    )
    name = (
        palette.name if whole else st.text_input("Name of the brand", palette.name, key="brand name").strip()
    )
    chosen = palette if whole else _choose(palette)
    _say_whether_known(store, name)
    note = st.text_input("Why", key="upload note", placeholder="first palette from the agency")
    if not st.button("Save", type="primary", key="save upload", disabled=not chosen.colours or not name):
        return None
    try:
        who = person.require("brand manager").name
        data = given.getvalue() if whole else brand_yml.write(replace(chosen, name=name)).data
        with drafts.new(given.name) as draft:
            brand = draft.write(data.decode("utf-8", "strict"))
            return _saved(store, draft, brand, who, note or f"uploaded {safe_name(given.name)}")
    except (BrandkitError, UnicodeDecodeError) as error:
        st.error(plain(error), icon=":material/error:")
        return None


def _saved(store: Store, draft: drafts.Draft, brand: Brand, who: str, note: str) -> BrandVersion:
    last = brands.newest(store, brand.name)
    return brands.save(store, brand, who=who, note=note, after=None if last is None else last.number)


def _read(given: UploadedFile) -> tuple[Palette, str]:
    """The palette in an upload, and the name of its format."""
    with tempfile.TemporaryDirectory(prefix="brandkit-upload-") as folder:
        path = Path(folder) / safe_name(given.name)
        path.write_bytes(given.getvalue())
        try:
            kind = formats.detect(path, given.getvalue())
            return formats.read(path, format=kind), kind
        except PaletteError as error:
            raise PaletteError(str(error).replace(f"{folder}/", "")) from error


def _choose(palette: Palette) -> Palette:
    """The colours to take: all that the file lists, none of those that were found, until somebody says so."""
    rows = [
        {
            "take": not palette.proposed,
            "": block(c.hex),
            "HEX": c.hex,
            "name": " / ".join((*c.group, c.name)),
            "stated as": _stated(c),
            "remarks": "; ".join(filter(None, (c.kind or "", c.how, c.where, _moved(c.distance_de00)))),
        }
        for c in palette.colours
    ]
    shown = st.data_editor(
        rows,
        key=f"take {palette.name} {len(rows)}",
        disabled=["", "HEX", "name", "stated as", "remarks"],
        column_config={
            "take": st.column_config.CheckboxColumn(width=60),
            "": st.column_config.ImageColumn(width=56),
        },
    )
    taken = tuple(c for c, row in zip(palette.colours, shown, strict=True) if row["take"])
    if palette.proposed and not taken:
        st.caption("These colours were found, not listed. Tick the ones that are the brand's.")
    if len(taken) > MOST_SWATCHES:
        st.caption(f"A brand has at most {MOST_SWATCHES} colours; tick fewer.")
    return replace(palette, colours=taken)


def _stated(colour: Colour) -> str:
    """The value as the file has it, where that is not a HEX already."""
    space, *parts = str(colour.value).split()
    if space == "srgb" and colour.value.alpha == 1:
        return ""
    return " ".join([space, *(part if part == "/" else f"{float(part):.4g}" for part in parts)])


def _moved(distance_de00: float) -> str:
    return f"outside sRGB, moved by {distance_de00:.2f} CIEDE2000" if distance_de00 else ""


def _say_whether_known(store: Store, name: str) -> None:
    last = brands.newest(store, name)
    if last is not None:
        st.warning(
            f"{plain(last.brand)} is there already; this becomes its version {last.number + 1}.",
            icon=":material/info:",
        )
