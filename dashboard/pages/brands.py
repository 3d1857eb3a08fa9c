"""The page Brands: what each brand is, who changed it when, and what a change would do before it is made."""

from __future__ import annotations

import difflib

import streamlit as st

from brandkit import brand_edit, formats
from brandkit.brand import Brand
from brandkit.errors import BrandkitError
from brandkit.report.markdown import plain
from brandkit.report.words import printable
from brandkit.store import Store, brands, drafts
from brandkit.store.filed import BrandVersion

from .. import person, place
from ..widgets import consequence, guidelines, logos, newbrand, palette

TITLE = "Brands"
ICON = ":material/palette:"
PATH = "brands"

_NEW = "new brand"
_SAVED = "brand saved"
_VERSION = "version of "
_OPENED = "newest when opened: "
_ANEW = "brand to show the newest version of"
_PICTURE_MB = 50
_EXPORTS = ("ase", "aco", "gpl", "tokens", "figma", "css", "csv", "json")


def show() -> None:
    """Draw the page."""
    store = place.store()
    if said := st.session_state.pop(_SAVED, None):
        st.toast(said, icon=":material/check:")
    names = brands.names(store)
    if (changed := st.session_state.pop("brand changed to", None)) in names:
        st.session_state["name"] = changed
    making = st.session_state.get(_NEW, not names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if names and not making:
            name = st.selectbox("Brand", names, key="name", bind="query-params", width=260)
            number = _choose_version(store, name or names[0])
        st.toggle("New brand", key=_NEW, value=not names, disabled=not _may())
    if making or not names:
        _upload(store)
        return
    _brand(store, number)


def _may() -> bool:
    somebody = person.current()
    return somebody is not None and somebody.may("brand manager")


def _choose_version(store: Store, name: str) -> BrandVersion:
    found = brands.versions(store, name)
    if st.session_state.pop(_ANEW, None) == name:
        # Said outright: a browser goes on to show, and then to send, what was chosen before.
        st.session_state[f"{_VERSION}{name}"] = found[0]
    chosen = st.selectbox(
        "Version",
        found,
        format_func=lambda v: f"v{v.number} · {v.created:%Y-%m-%d} · {v.who}",
        key=f"{_VERSION}{name}",
        width=330,
    )
    return chosen or found[0]


def _upload(store: Store) -> None:
    st.subheader("A new brand")
    saved = newbrand.upload(store)
    if saved is not None:
        _done(saved)


def _done(saved: BrandVersion) -> None:
    st.session_state[_SAVED] = f"Saved {printable(saved.label)}"
    st.session_state.pop(_NEW, None)
    st.session_state["brand changed to"] = saved.brand
    _start_anew(saved.brand)


def _start_anew(name: str) -> None:
    """Show the newest version, and nothing of a change that was begun."""
    st.session_state.pop(f"{_OPENED}{name}", None)
    st.session_state[_ANEW] = name
    st.session_state["edits"] = st.session_state.get("edits", 0) + 1
    st.rerun()


def _brand(store: Store, version: BrandVersion) -> None:
    newest = brands.versions(store, version.brand)[0]
    opened = st.session_state.setdefault(f"{_OPENED}{version.brand}", newest.id)
    brand = brands.load(store, version.id)
    note = f": {printable(version.note)}" if version.note else ""
    st.text(
        f"{version.label}, saved by {printable(version.who)} on {version.created:%Y-%m-%d %H:%M} UTC{note}"
    )
    if newest.id != opened:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(
                f"{plain(newest.who)} has saved version {newest.number} since you opened this page.",
                icon=":material/sync_problem:",
            )
            if st.button(f"Look at version {newest.number}", key="newest"):
                _start_anew(version.brand)
    looks, marks, rules, text, pictures, history, out = st.tabs(
        ["Colours", "Logos", "Guidelines", "As text", "References", "Versions", "Export"], key="brand tab"
    )
    with looks:
        palette.palette(brand.swatches, key=f"palette {version.id}")
        if brand.forbidden:
            st.caption("Forbidden")
            palette.forbidden(brand.forbidden, key=f"forbidden {version.id}")
    with history:
        _history(store, version.brand)
    with out:
        _export(store, version, brand)
    try:
        with drafts.of(store, version) as draft:
            may = _may() and version.id == opened
            with marks:
                if (saved := logos.logos(store, draft, brand, may)) is not None:
                    _done(saved)
            _edit(store, draft, may, rules, text)
            with pictures:
                _references(store, draft, brand, may)
    except BrandkitError as error:
        rules.info(plain(error))


def _edit(
    store: Store,
    draft: drafts.Draft,
    may: bool,
    rules: st.delta_generator.DeltaGenerator,
    text: st.delta_generator.DeltaGenerator,
) -> None:
    """The form and the text; what they change, what that would do, and the way to save it."""
    assert draft.of is not None
    saved, key = draft.text(), f"text {draft.of.id} {st.session_state.get('edits', 0)}"
    if not may:
        why = (
            "Only the newest version can be changed."
            if _may()
            else "Changes need the role of a brand manager."
        )
        rules.caption(why)
    with text:
        st.caption("The whole file. What is changed here shows in the form too; comments stay.")
        typed = st.text_area("Brand file", saved, key=key, height=460, disabled=not may)
    try:
        brand = draft.write(typed or "")
    except BrandkitError as error:
        text.error(plain(error), icon=":material/error:")
        rules.info("The text has a mistake, so that the form cannot show it.", icon=":material/error:")
        return
    with rules:
        changes = guidelines.form(brand, typed, key=f"{key} {hash(typed)}", disabled=not may)
        if not changes and typed == saved:
            return
        try:
            wanted = brand_edit.edited(typed, changes) if changes else typed
            brand = draft.write(wanted)
        except BrandkitError as error:
            st.error(plain(error), icon=":material/error:")
            return
    if wanted != saved and may:
        _save(store, draft, brand, saved, wanted)


def _save(store: Store, draft: drafts.Draft, brand: Brand, saved: str, wanted: str) -> None:
    assert draft.of is not None
    with st.container(border=True, key="change"):
        st.subheader("Before it is saved")
        consequence.consequence(store, brand, draft.of.brand)
        with st.expander("What changes in the file"):
            st.code(_difference(saved, wanted), language="diff")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            note = st.text_input("Why", key="change note", placeholder="tolerance as agreed with print")
            sure = st.button(f"Save as version {draft.of.number + 1}", type="primary", key="save change")
            if st.button("Discard", key="discard change"):
                _start_anew(draft.of.brand)
        if sure:
            try:
                who = person.require("brand manager").name
                saved_as = draft.save(store, brand, who=who, note=note.strip())
            except BrandkitError as error:
                st.error(f"Nothing was saved. {plain(error)}", icon=":material/sync_problem:")
                return
            _done(saved_as)


def _difference(before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "saved", "changed", n=2, lineterm=""
    )
    return "\n".join(lines)


def _references(store: Store, draft: drafts.Draft, brand: Brand, may: bool) -> None:
    """The pictures that the brand is compared with, and more of them."""
    shown = [(role, picture) for role in ("reference", "counter") for picture in brand.ledger.pictures(role)]
    if shown:
        st.dataframe(
            [
                {
                    "picture": picture.file,
                    "as": "approved" if role == "reference" else "rejected",
                    "sha256": picture.sha256[:12],
                }
                for role, picture in shown
            ]
        )
    else:
        st.text("No references yet: pictures that show what is the brand, and what is not.")
    assert draft.of is not None
    given = st.file_uploader(
        "Pictures",
        accept_multiple_files=True,
        max_upload_size=_PICTURE_MB,
        key=f"references {draft.of.id}",
        disabled=not may,
    )
    left, right = st.columns([1, 3])
    role = left.radio("They are", ["approved", "rejected"], horizontal=True, key="reference role")
    why = right.text_input("Why", key="reference why", placeholder="spring campaign")
    if st.button("Save as a new version", key="save references", disabled=not given or not may):
        who = person.require("brand manager").name
        files = [(one.name, one.getvalue()) for one in given]
        as_role = "counter" if role == "rejected" else "reference"
        changed, notes = draft.add_references(files, role=as_role, who=who, why=why)  # type: ignore[arg-type]
        said = f"{len(files)} {role} {'picture' if len(files) == 1 else 'pictures'}"
        saved = draft.save(store, changed, who=who, note=f"{said}: {why}" if why else said)
        for note in notes:
            st.toast(plain(note))
        _done(saved)


def _history(store: Store, name: str) -> None:
    st.dataframe(
        [
            {
                "version": v.number,
                "saved": v.created,
                "by": printable(v.who),
                "why": printable(v.note),
                "digest": v.digest[:12],
            }
            for v in brands.versions(store, name)
        ],
        column_config={
            "saved": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone="UTC"),
            "version": st.column_config.NumberColumn(width=70),
            "why": st.column_config.TextColumn(width="large"),
        },
    )


def _export(store: Store, version: BrandVersion, brand: Brand) -> None:
    """The palette in other programs' formats, and the brand file itself."""
    folder, main = brands.unpacked(store, version.id)
    stem = version.brand.replace(" ", "-").lower()
    if not main.endswith((".yml", ".yaml")):
        st.text("This version was built in Python, and has no file to export.")
        return
    found = formats.read(folder / main)
    with st.container(horizontal=True):
        st.download_button(
            "Brand file", (folder / main).read_bytes(), f"{stem}.brand.yml", key="export brand"
        )
        losses = {}
        for name in _EXPORTS:
            writer = formats.form(name)
            if isinstance(writer, formats.Writable):
                made = writer.write(found)
                losses[writer.TITLE] = made.losses
                st.download_button(
                    writer.TITLE,
                    made.data,
                    f"{stem}{writer.SUFFIXES[0]}",
                    key=f"export {name}",
                    on_click="ignore",
                )
    for title, lost in losses.items():
        if lost:
            with st.expander(f"{title} cannot hold all of it"):
                st.text("\n".join(map(printable, lost)))
