"""A brand's logos: how each looks and may be used, and a way to add one, change it or take it away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import streamlit as st

from brandkit.brand import Brand, Logo
from brandkit.errors import BrandkitError, MediaError
from brandkit.gate import describe
from brandkit.logo.artwork import Artwork, load
from brandkit.logo_guidelines import MOST_FREE, LogoRules
from brandkit.report.markdown import plain
from brandkit.store import Store
from brandkit.store.drafts import Draft
from brandkit.store.filed import BrandVersion

from .. import person

LARGEST_MB = 10
_KINDS = ["svg", "png", "webp", "tif", "tiff", "jpg", "jpeg"]
_ROW = 4
"""Pictures beside each other."""
_LIGHT = 0.6
"""Mean of a logo's codes, as a part of 255, from which it is shown on a dark ground."""
_GROUNDS = ((250, 250, 250), (32, 32, 32))
_USUAL = LogoRules(name="any", files=("any",))

Pixels = npt.NDArray[np.uint8]


def logos(store: Store, draft: Draft, brand: Brand, may: bool) -> BrandVersion | None:
    """Draw them; the version that was just saved, if one was.

    Args:
        store: where.
        draft: of the version that is shown.
        brand: as it says.
        may: whether it may be changed.
    """
    if not brand.logos:
        st.text("No logos yet. With one, pictures are searched for it, and how it is used is checked.")
    saved = None
    for logo in brand.logos:
        saved = _shown(store, draft, brand, logo, may) or saved
    return _add(store, draft, brand, may) or saved


def _shown(store: Store, draft: Draft, brand: Brand, logo: Logo, may: bool) -> BrandVersion | None:
    assert draft.of is not None
    with st.container(border=True):
        st.text(logo.name)
        for column, name in zip(st.columns(max(_ROW, len(logo.files))), logo.files, strict=False):
            try:
                column.image(_picture(draft.of.digest, name, draft.file.parent / name), width=160)
            except MediaError as error:
                said = str(error).replace(f"{draft.file.parent}/", "")
                column.error(plain(said), icon=":material/error:")
        st.caption(plain(_rules(logo)))
        if not draft.lists_logo(logo.name):
            section = (
                "the standard's own section of the file" if logo.standard else "a brand that this one extends"
            )
            st.caption(f"From {section}; added here by its name, it follows the rules that are given here.")
            return None
        if not st.button("Take away", key=f"without logo {logo.name}", disabled=not may):
            return None
    return _saved(store, draft, lambda: draft.without_logo(logo.name), f"logo {logo.name} taken away")


def _add(store: Store, draft: Draft, brand: Brand, may: bool) -> BrandVersion | None:
    assert draft.of is not None
    key = f"{draft.of.id}"
    st.subheader("Add a logo, or change one by its name")
    given = st.file_uploader(
        "Its variants, such as that for light and that for dark grounds",
        type=_KINDS,
        accept_multiple_files=True,
        max_upload_size=LARGEST_MB,
        key=f"logo files {key}",
        disabled=not may,
        help="SVG, or a picture with or without alpha; white paper around it counts as transparent.",
    )
    left, middle, right = st.columns(3)
    name = left.text_input("Name", key=f"logo name {key}", placeholder=brand.name, disabled=not may).strip()
    required = left.checkbox("Every picture has to show it", key=f"logo required {key}", disabled=not may)
    free = middle.number_input(
        "Clear space, in heights of the logo",
        0.0,
        float(MOST_FREE),
        _USUAL.clear_space,
        0.05,
        key=f"logo space {key}",
        disabled=not may,
    )
    width = middle.number_input(
        "Least width, pixels", 1, 65_535, _USUAL.min_width, key=f"logo width {key}", disabled=not may
    )
    contrast = right.number_input(
        "Least contrast with its ground (WCAG)",
        1.0,
        21.0,
        _USUAL.min_contrast,
        0.5,
        key=f"logo contrast {key}",
        disabled=not may,
    )
    tolerance = right.number_input(
        "Tolerance of its colours, CIEDE2000",
        0.1,
        100.0,
        _USUAL.tolerance,
        0.5,
        key=f"logo tolerance {key}",
        disabled=not may,
    )
    if not st.button("Save the logo", type="primary", key=f"save logo {key}", disabled=not given or not may):
        return None
    chosen = {
        "required": required,
        "clear_space": free,
        "min_width": width,
        "min_contrast": contrast,
        "tolerance": tolerance,
    }
    rules = {rule: value for rule, value in chosen.items() if value != getattr(_USUAL, rule)}
    files = [(one.name, one.getvalue()) for one in given]
    called = name or brand.name
    return _saved(store, draft, lambda: draft.add_logo(called, files, rules), f"logo {called}")


def _saved(store: Store, draft: Draft, change: Callable[[], Brand], note: str) -> BrandVersion | None:
    try:
        who = person.require("brand manager").name
        return draft.save(store, change(), who=who, note=note)
    except BrandkitError as error:
        st.error(f"Nothing was saved. {plain(error)}", icon=":material/error:")
        return None


def _rules(logo: Logo) -> str:
    """How it may be used, in a sentence."""
    said = [
        "in every picture" if logo.required else "where it is shown",
        f"at least {logo.min_width} pixels wide",
        f"{logo.clear_space:g} heights of clear space",
        f"contrast {logo.min_contrast:g} or more",
        f"its colours within {logo.tolerance:g} CIEDE2000",
    ]
    if logo.min_share is not None:
        said.insert(2, f"at least {describe(logo.min_share, 'share')} of the frame's width")
    if logo.max_turn is not None:
        said.append(f"turned by {logo.max_turn:g} degrees at most")
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


@st.cache_data(max_entries=64, show_spinner=False)
def _picture(brand: str, name: str, _path: Path) -> Pixels:
    """A logo's file as it is shown. A page is drawn anew at each touch, and to draw an SVG takes 0.1 s.

    Args:
        brand: the digest of the version, which covers what its logos show.
        name: of the file, in it.
        _path: where that lies for now.
    """
    return _on_ground(load(_path))


def _on_ground(artwork: Artwork) -> Pixels:
    """The logo on a plain ground that it can be seen on."""
    alpha = artwork.alpha[..., None].astype(np.float32) / 255
    light = float((artwork.rgb * alpha).sum() / max(3 * float(alpha.sum()), 1.0)) / 255
    ground = np.array(_GROUNDS[light >= _LIGHT], np.float32)
    pad = max(artwork.size) // 10
    shown = np.rint(artwork.rgb * alpha + ground * (1 - alpha)).astype(np.uint8)
    framed = np.full((shown.shape[0] + 2 * pad, shown.shape[1] + 2 * pad, 3), ground, np.uint8)
    framed[pad:-pad, pad:-pad] = shown
    return framed
