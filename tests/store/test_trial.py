"""A correction that is tried changes nothing until it is kept."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import brandkit.store
from brandkit import batch
from brandkit.brand import Brand
from brandkit.errors import CorrectionError, DecidedMeanwhileError, StoreError
from brandkit.mask import Mask
from brandkit.store import Store, decisions, filing, items, trial
from brandkit.store.decisions import Decided
from brandkit.store.filed import Case, Wanted

BRAND = """
meta: {name: Acme}
color:
  palette: {blue: "#0050FF", paper: "#FFFFFF"}
  background: paper
defaults:
  brandkit: {swatches: {blue: {capture: 15}}}
"""
HOW = batch.Settings(checks=("palette",))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    folder = tmp_path_factory.mktemp("tried")
    (folder / "acme.brand.yml").write_text(BRAND, encoding="utf-8")
    brand = Brand.load(folder / "acme.brand.yml")
    for name, blue in (("off.png", (40, 100, 235)), ("other.png", (44, 104, 235)), ("on.png", (0, 80, 255))):
        pixels = np.full((90, 160, 3), 255, np.uint8)
        pixels[20:70, 20:90] = blue
        Image.fromarray(pixels).save(folder / name)
    store = brandkit.store.open(str(folder / "store"))
    names = [str(folder / name) for name in ("off.png", "other.png", "on.png")]
    filing.file_run(store, batch.check_all(names, brand, checks=["palette"]), brand)
    yield store, folder
    store.close()


def _case(store: Store, name: str) -> Case:
    found = next(i for i in items.find(store, Wanted(state=())).items if i.name == name)
    return items.open_case(store, found.id)


def _left(store: Store) -> list[Path]:
    return list((store.blobs.cache / trial.FOLDER).glob("*"))


def test_to_try_changes_nothing_and_to_keep_does(made: tuple[Store, Path]) -> None:
    store, folder = made
    case = _case(store, "off.png")
    tried = trial.correct(store, case, HOW)
    assert tried.corrected.is_file()
    assert _case(store, "off.png").corrected is None
    kept = trial.keep(store, case, tried, who="ada")
    assert kept.item.final == "passed" and kept.corrected is not None
    assert kept.entry.report.source.path == folder / "off.png"
    assert not _left(store)
    with pytest.raises(StoreError, match="is gone; try it anew"):
        trial.keep(store, kept, tried, who="ada")


def test_what_somebody_decided_meanwhile_is_not_corrected_away(made: tuple[Store, Path]) -> None:
    store, _ = made
    case = _case(store, "other.png")
    tried = trial.correct(store, case, replace(HOW, mask=Mask(box=(10, 10, 100, 70))))
    decisions.decide(store, case, Decided("rejected", "bob"))
    with pytest.raises(DecidedMeanwhileError):
        trial.keep(store, case, tried, who="ada")
    assert tried.folder.is_dir()
    with pytest.raises(StoreError, match="of another item"):
        trial.keep(store, _case(store, "on.png"), tried, who="ada")
    trial.discard(tried)
    assert not _left(store)


def test_what_is_on_brand_has_nothing_to_correct(made: tuple[Store, Path]) -> None:
    store, _ = made
    with pytest.raises(CorrectionError, match="on brand already"):
        trial.correct(store, _case(store, "on.png"), HOW)
    assert not _left(store)


def test_a_refusal_names_the_item_not_a_place_in_the_store(made: tuple[Store, Path]) -> None:
    store, _ = made
    with pytest.raises(CorrectionError) as refused:
        trial.correct(store, _case(store, "on.png"), replace(HOW, mask=Mask(box=(900, 900, 5, 5))))
    assert str(store.blobs.cache) not in str(refused.value)
    assert not _left(store)


def test_what_an_ended_session_left_is_forgotten_after_a_day(made: tuple[Store, Path]) -> None:
    store, _ = made
    old = store.blobs.cache / trial.FOLDER / "0" / "x"
    old.parent.mkdir(parents=True)
    old.write_text("")
    before = time.time() - 2 * 86_400
    os.utime(old.parent, (before, before))
    with pytest.raises(CorrectionError):
        trial.correct(store, _case(store, "on.png"), HOW)
    assert not old.exists()
