"""What a brand says of colours outlives a picture, and changes nothing that is said of the next."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from brandkit_checks.palette import Palette

from brandkit import known as module
from brandkit.brand import Brand, Forbidden, Swatch
from brandkit.check import run
from brandkit.known import Known, at_first
from brandkit.loop import check
from brandkit.media.clip import Frames

from .scenes import Scene, paste, photograph, rgb8

BRAND = Brand(
    name="Test",
    swatches=(Swatch(name="blue", hex="#0050FF"), Swatch(name="orange", hex="#FF4F00", finish="shaded")),
    forbidden=(Forbidden(name="red", hex="#E4002B"),),
)
OTHER = Brand(name="Other", swatches=(Swatch(name="blue", hex="#0050FE"),))


@pytest.fixture(autouse=True)
def nothing_is_known() -> Iterator[None]:
    module._kept.clear()
    yield
    module._kept.clear()


def first_of(brand: Brand = BRAND, *, count: int = 1, deep: bool = False) -> Known:
    """What is known as the first frame of a clip of so many comes."""
    scene = Scene([np.zeros((4, 4, 3), np.uint8)] * count)
    frames = next(iter(scene.batches(1)))
    exact = frames.pixels.float() if deep else None
    return at_first(brand, scene.source, Frames(frames.pixels, 0, (0.0,), exact))


def ask(known: Known, colours: int) -> None:
    known.table.index_colours(torch.arange(3 * colours, dtype=torch.uint8).view(-1, 3))


def test_pictures_of_a_brand_share_what_is_known_of_it() -> None:
    first = first_of()
    assert first_of() is first
    assert first_of(BRAND.model_copy(update={"name": "Renamed"})) is first
    looser = BRAND.swatches[0].model_copy(update={"tolerance": 3.0})
    for brand in (OTHER, BRAND.model_copy(update={"swatches": (looser, BRAND.swatches[1])})):
        assert first_of(brand) is not first


def test_clips_and_deep_pictures_have_their_own() -> None:
    assert first_of(count=2) is not first_of() is not first_of(deep=True)
    assert first_of(count=2) is not first_of(count=2) and first_of(deep=True) is not first_of(deep=True)
    assert first_of(count=2).far is not None and first_of(deep=True).far is None


def test_what_has_grown_too_large_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    first = first_of()
    ask(first, 11)
    assert first_of() is not first and len(first_of().table) == 0


def test_only_a_few_brands_are_kept() -> None:
    for k in range(module.MOST_KEPT + 3):
        first_of(Brand(name="Test", swatches=(Swatch(name="blue", hex=f"#0050F{k}"),)))
    assert len(module._kept) == module.MOST_KEPT


def test_what_broke_while_it_was_asked_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = first_of()

    def fail(rgb: torch.Tensor) -> tuple[torch.Tensor, ...]:
        raise MemoryError

    monkeypatch.setattr(first.table, "_evaluate", fail)
    with pytest.raises(MemoryError):
        list(first.look_up([torch.zeros((3, 2, 2), dtype=torch.uint8)]))
    assert first_of() is not first


def test_far_colours_are_told_by_cubes_once_many_were_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CORNERS", 10)
    known = first_of()
    assert known.far is None
    ask(known, 11)
    assert first_of().far is not None


def test_threads_may_share_it() -> None:
    known = first_of()
    shown = [torch.from_numpy(picture).permute(2, 0, 1).contiguous() for picture in pictures()] * 3

    def looked(pixels: torch.Tensor, share: Known) -> tuple[list[object], list[int]]:
        ((classes, counts),) = share.look_up([pixels])
        return classes.tolist(), counts.tolist()

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda pixels: looked(pixels, known), shown))
    assert found == [looked(pixels, Known(BRAND)) for pixels in shown]


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
        module._kept.clear()
        alone.append(said(picture))
    module._kept.clear()
    assert [said(picture) for picture in pictures()] == alone
    (known,) = module._kept.values()
    assert known.far is not None
    assert [said(picture) for picture in reversed(pictures())] == alone[::-1]


def test_masks_do_not_depend_on_it_either(good: Path, acme: Path, tmp_path: Path) -> None:
    brand = Brand.load(acme)
    reports = [check(good, brand, checks=["palette"], timestamp=False) for _ in range(2)]
    first, second = ([e for f in r.findings for e in f.evidence if e.kind == "mask"] for r in reports)
    assert first and [e.name for e in first] == [e.name for e in second]
    for one, two in zip(first, second, strict=True):
        assert np.array_equal(one.source, two.source)
