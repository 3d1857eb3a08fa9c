"""What a brand says of colours outlives a picture, and changes nothing that is said of the next."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from brandkit_checks.palette import Palette

from brandkit import known as module
from brandkit.brand import Brand, Forbidden, Swatch
from brandkit.check import run
from brandkit.known import Known, lent
from brandkit.loop import check

from .scenes import Scene, paste, photograph, rgb8

CPU = torch.device("cpu")
BRAND = Brand(
    name="Test",
    swatches=(Swatch(name="blue", hex="#0050FF"), Swatch(name="orange", hex="#FF4F00", finish="shaded")),
    forbidden=(Forbidden(name="red", hex="#E4002B"),),
)
OTHER = Brand(name="Other", swatches=(Swatch(name="blue", hex="#0050FE"),))


class Owner:
    """Who has something lent."""


@pytest.fixture(autouse=True)
def nothing_is_known() -> Iterator[None]:
    module._shelf.clear()
    yield
    module._shelf.clear()


def test_the_next_one_gets_what_one_had_that_is_gone() -> None:
    owner = Owner()
    first = lent(owner, BRAND, CPU)
    assert lent(owner, BRAND, CPU) is first
    del owner
    gc.collect()
    assert lent(Owner(), BRAND, CPU) is first


def test_nobody_gets_what_somebody_has() -> None:
    one, two = Owner(), Owner()
    assert lent(one, BRAND, CPU) is not lent(two, BRAND, CPU)


def test_a_brand_that_says_the_same_shares_and_another_does_not() -> None:
    first = lent(Owner(), BRAND, CPU)
    assert lent(Owner(), BRAND.model_copy(update={"name": "Renamed"}), CPU) is first
    looser = BRAND.swatches[0].model_copy(update={"tolerance": 3.0})
    for brand in (OTHER, BRAND.model_copy(update={"swatches": (looser, BRAND.swatches[1])})):
        assert lent(Owner(), brand, CPU) is not first


def test_what_has_grown_too_large_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    first = lent(Owner(), BRAND, CPU)
    first.table.index_colours(torch.arange(33, dtype=torch.uint8).view(11, 3))
    second = lent(Owner(), BRAND, CPU)
    assert second is not first and len(second.table) == 0


def test_only_a_few_are_kept() -> None:
    for k in range(module.MOST_KEPT + 3):
        blue = Swatch(name="blue", hex=f"#0050F{k}")
        lent(Owner(), Brand(name="Test", swatches=(blue,)), CPU)
    assert len(module._shelf) == module.MOST_KEPT


def test_far_colours_are_told_by_cubes_once_many_were_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CORNERS", 10)
    assert lent(Owner(), BRAND, CPU).far is None
    lent(Owner(), BRAND, CPU).table.index_colours(torch.arange(33, dtype=torch.uint8).view(11, 3))
    assert lent(Owner(), BRAND, CPU).far is not None


def test_other_devices_know_no_cubes() -> None:
    known = Known(OTHER)
    known.table.device = torch.device("meta")
    known.find_far()
    assert known.far is None


def pictures() -> list[np.ndarray]:
    blue = np.array(rgb8("#125CEC"))
    shown = [paste(photograph(name), blue, sigma=1) for name in ("coffee", "rocket", "astronaut")]
    shown[1][:40, :300] = rgb8("#E4002B")
    return [*shown, photograph("chelsea"), np.zeros((9, 9, 3), np.uint8)]


def said(picture: np.ndarray) -> list[dict[str, object]]:
    measured, failures = run(Scene([picture]), BRAND, [Palette])
    assert not failures
    return [{**asdict(m), "evidence": [e.name for e in m.evidence]} for m in measured]


def test_what_is_said_of_a_picture_does_not_depend_on_those_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CORNERS", 100_000)  # so that the second picture onwards knows cubes
    alone = []
    for picture in pictures():
        module._shelf.clear()
        alone.append(said(picture))
    module._shelf.clear()
    assert [said(picture) for picture in pictures()] == alone
    assert len(module._shelf) == 1 and module._shelf[0].known.far is not None
    assert [said(picture) for picture in reversed(pictures())] == alone[::-1]


def test_masks_do_not_depend_on_it_either(good: Path, acme: Path, tmp_path: Path) -> None:
    brand = Brand.load(acme)
    reports = [check(good, brand, checks=["palette"], timestamp=False) for _ in range(2)]
    first, second = ([e for f in r.findings for e in f.evidence if e.kind == "mask"] for r in reports)
    assert first and [e.name for e in first] == [e.name for e in second]
    for one, two in zip(first, second, strict=True):
        assert np.array_equal(one.source, two.source)
