"""The page Generate: pictures that are made for a brand, judged and repaired while one looks on."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import get_args

import streamlit as st
from pydantic import ValidationError

from brandkit.attempt import Budget, Task
from brandkit.errors import BrandkitError, StoreError
from brandkit.generate.recipe import Recipe
from brandkit.generate.request import Generator, Request
from brandkit.generate.scene.seeded import Level
from brandkit.report.markdown import plain
from brandkit.report.words import printable
from brandkit.store import Store, brands, items
from brandkit.store.blobs import safe_name
from brandkit.store.filed import Item, Wanted
from brandkit.store.generating import Job

from .. import person, place, ways
from ..widgets import board
from ..widgets.rows import page_of, row, rows

TITLE = "Generate"
ICON = ":material/auto_awesome:"
PATH = "generate"

_JOB = "job"
_MOST = 8
_ATTEMPTS = 8
_ANCHOR_MB = 50
_APPROVED = 40
_PAST = 24
_SIZES = {
    "1024 x 1024": (1024, 1024),
    "1280 x 720": (1280, 720),
    "720 x 1280": (720, 1280),
    "512 x 512": (512, 512),
}
_NONE, _UPLOAD, _STORED = "none", "a picture of mine", "an approved one"


def show() -> None:
    """Draw the page."""
    store = place.store()
    names = brands.names(store)
    if not names:
        st.text("There is no brand yet. Upload a palette under Brands, then make pictures in it here.")
        return
    _form(store, names)
    job: Job | None = st.session_state.get(_JOB)
    if job is not None and (job.running or "item" not in st.query_params):
        _watch(job)
    _past(store)


def _form(store: Store, names: tuple[str, ...]) -> None:
    job: Job | None = st.session_state.get(_JOB)
    running = job is not None and job.running
    left, right = st.columns([3, 2], gap="large")
    with left:
        prompt = st.text_area(
            "What is to be seen",
            key="prompt",
            height=108,
            max_chars=4000,
            placeholder="a bottle on a table in morning light",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            brand = st.selectbox("Brand", names, key="for", bind="query-params", width=150) or names[0]
            size = st.selectbox("Size", _SIZES, key="size", width=125)
            number = st.number_input("Pictures", 1, _MOST, 1, key="number", width=100)
            attempts = st.number_input("Attempts for each", 1, _ATTEMPTS, 4, key="attempts", width=135)
            seconds = st.number_input(
                "Seconds for each", 1, None, None, key="seconds", width=135, placeholder="any"
            )
            seed = st.number_input("Seed", 0, 2**31, 0, key="seed", width=100)
    with right:
        model, faults = _generator_fields()
        anchor, parent, strength = _anchor_fields(store, brand)
    with st.container(horizontal=True):
        begin = st.button(
            "Generate", type="primary", key="begin", disabled=running, icon=":material/auto_awesome:"
        )
        if running and job is not None and st.button("Stop after this attempt", key="stop"):
            job.stop()
    if not begin:
        return
    try:
        who = person.require("reviewer").name
        if not prompt.strip() and anchor is None:
            raise StoreError("say what is to be seen, or give an anchor")
        width, height = _SIZES[size or next(iter(_SIZES))]
        out = store.blobs.cache / "generating" / uuid.uuid4().hex
        request = Request(
            prompt=prompt.strip(),
            width=width,
            height=height,
            seed=int(seed),
            anchor=_anchor_file(out, anchor),
            strength=strength,
        )
        version = brands.versions(store, brand)[0]
        task = Task(
            brands.load(store, version.id),
            _generator(model, faults),
            out / "made",
            Budget(int(attempts), seconds),
            opened={"model": model} if model else {},
            identity=place.identity(),
        )
    except (BrandkitError, ValidationError) as error:
        st.error(plain(error), icon=":material/error:")
        return
    st.query_params.pop("item", None)
    job = Job(store, task, request, int(number), who, parent)
    job.start()
    st.session_state[_JOB] = job
    st.rerun()


def _generator_fields() -> tuple[str, Level]:
    """A model's folder or hub id, empty for the builtin; and how often the builtin errs."""
    somebody = person.current()
    kinds = ["builtin"]
    if somebody is not None and somebody.may("admin"):
        kinds.append("a model")  # its place on the server is for who runs the server
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Generator", kinds, key="generator", width=150)
        if kind == "a model":
            model = st.text_input(
                "Folder on the server, or hub id", key="model folder", placeholder="models/flux"
            )
            return model.strip(), "none"
        faults = st.selectbox(
            "Faults",
            get_args(Level),
            index=1,
            key="faults",
            width=130,
            help="builtin renders product scenes and is no model; it makes mistakes on purpose, to be found.",
        )
    return "", faults


def _generator(model: str, faults: Level) -> Generator:
    if not model:
        from brandkit.generate.builtin import Builtin

        return Builtin(faults)
    person.require("admin")
    from brandkit.generate.diffusers import open_model

    return open_model(model)


def _anchor_fields(store: Store, brand: str) -> tuple[Path | tuple[str, bytes] | None, int | None, float]:
    """The picture to start from, the item that it is of, and how far the result may leave it."""
    kind = st.segmented_control(
        "Start from", [_NONE, _UPLOAD, _STORED], default=_NONE, required=True, key="anchor"
    )
    if kind == _NONE:
        return None, None, 0.6
    anchor: Path | tuple[str, bytes] | None = None
    parent = None
    if kind == _UPLOAD:
        given = st.file_uploader("Picture", key="anchor file", max_upload_size=_ANCHOR_MB)
        anchor = None if given is None else (given.name, given.getvalue())
    else:
        wanted = Wanted(brand=brand, state=("approved",))
        found = [
            one
            for one in items.find(store, wanted, order="newest", limit=_APPROVED).items
            if one.kind == "image"
        ]
        chosen = st.selectbox(
            "Approved picture",
            found,
            format_func=lambda one: f"{printable(one.name)} ({one.id})",
            key="anchor item",
        )
        if chosen is None:
            st.caption("No picture of this brand is approved yet.")
        else:
            case = items.open_case(store, chosen.id)
            anchor = items.corrected_path(store, case) or items.clip_path(store, case)
            parent = chosen.id
    strength = st.slider("How far it may leave it", 0.0, 1.0, 0.6, 0.05, key="strength")
    return anchor, parent, strength


def _anchor_file(out: Path, anchor: Path | tuple[str, bytes] | None) -> Path | None:
    """The anchor as a file; an upload is written to the job's own folder, under a safe name."""
    if anchor is None or isinstance(anchor, Path):
        return anchor
    out.mkdir(parents=True, exist_ok=True)
    path = out / safe_name(anchor[0])
    path.write_bytes(anchor[1])
    return path


def _watch(job: Job) -> None:
    """The attempts as they come; drawn anew each second while they do."""

    @st.fragment(run_every=1.0 if job.running else None)
    def drawn() -> None:
        if job.running:
            name, attempt, done, of = job.now
            doing = "judging and correcting" if done >= of else "generating"
            said = f"{name}: attempt {attempt} of at most {job.task.budget.attempts}, {doing}"
            st.progress(min(done / max(of, 1), 1.0), text=plain(said) if name else "Getting ready")
        elif st.session_state.get("job seen") != id(job):
            st.session_state["job seen"] = id(job)
            st.rerun()
        board.board(board.going(list(job.shown)), key="board going")

    if not job.running:
        _done(job)
    drawn()


def _done(job: Job) -> None:
    """What it came to."""
    if job.said:
        st.error(plain(job.said), icon=":material/error:")
    if job.items:
        with st.container(horizontal=True, vertical_alignment="center"):
            count = len(job.items)
            st.text(f"{'1 picture was' if count == 1 else f'{count} pictures were'} filed.")
            for number in job.items:
                one = items.get(job.store, number)
                if st.button(f"Review {plain(one.name)}", key=f"review {number}"):
                    ways.go(page_of(one), item=number)


def _past(store: Store) -> None:
    """What was generated before: rows, and the board and the lineage of the one that was chosen."""
    st.subheader("Generated before")
    found = items.find(store, Wanted(source=("generate",), state=()), order="newest", limit=_PAST).items
    if not found:
        st.text("Nothing yet.")
        return
    number = st.query_params.get("item", "")
    chosen = next((one for one in found if str(one.id) == number), None)
    if chosen is None and number.isascii() and number.isdigit():
        chosen = items.get(store, int(number[:18]))
    if chosen is not None:
        _made(store, chosen)
    touched = rows([row(one) for one in found], key="past", label="Generated before", layout="grid")
    if touched.opened is not None:
        st.query_params["item"] = touched.opened
        st.rerun()


def _made(store: Store, item: Item) -> None:
    """How an item was made: its attempts, and what it was made from."""
    case = items.open_case(store, item.id)
    file = next(iter(case.of("recipe")), None)
    with st.container(border=True, key="made"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(item.name))
            if st.button("Review", key="review made"):
                ways.go(page_of(item), item=item.id)
            if st.button("Close", key="close made", type="tertiary"):
                st.query_params.pop("item", None)
                st.rerun()
        if file is None:
            st.text("It has no recipe: it was not generated here.")
            return
        text = store.blobs.bytes_of(file.sha256)
        try:
            recipe = Recipe.model_validate_json(text)
        except ValidationError as error:
            raise StoreError(f"{item.name}: its recipe cannot be read") from error
        st.text(
            f"{recipe.asked.prompt}\n{recipe.generator}, seed {recipe.request.seed}, {item.version.label}"
        )
        board.board([board.filed(case, recipe)], key=f"board {item.id}")
        older = items.lineage(store, item)
        if older:
            st.caption("Made from")
            touched = rows(
                [row(one) for one in older], key=f"lineage {item.id}", label="Made from", layout="strip"
            )
            if touched.opened is not None:
                one = next(o for o in older if str(o.id) == touched.opened)
                ways.go(page_of(one), item=one.id)
        st.download_button(
            "Recipe", text, f"{safe_name(item.name)}.recipe.json", key="recipe", on_click="ignore"
        )
