"""Brands that are changed in the store: drafts, what a change would do, and conflicts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import brandkit.store
from brandkit import batch
from brandkit.brand import Brand
from brandkit.brand_edit import edited
from brandkit.errors import BrandError, StoreError
from brandkit.gate import Verdict
from brandkit.store import Store, brands, bulk, drafts, filing, groups, items, whatif
from brandkit.store.filed import Wanted

BRAND = """
meta: {name: Acme}
color:
  palette: {blue: "#0050FF", paper: "#FFFFFF"}
defaults:
  brandkit:
    swatches:
      blue: {tolerance: 2, capture: 15}  # as agreed
"""
TOLERANCE = ("defaults", "brandkit", "swatches", "blue", "tolerance")


def _banner(path: Path, blue: tuple[int, int, int]) -> Path:
    pixels = np.full((90, 160, 3), 255, np.uint8)
    pixels[20:70, 30:90] = blue
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three banners that drift, by 6.4, 7.7 and 9.0, and one that does not."""
    file = tmp_path / "acme.brand.yml"
    file.write_text(BRAND, encoding="utf-8")
    brand = Brand.load(file)
    pictures = [_banner(tmp_path / f"drift-{k}.png", (40, 100 + 4 * k, 235)) for k in range(3)]
    pictures.append(_banner(tmp_path / "right.png", (0, 80, 255)))
    opened = brandkit.store.open(str(tmp_path / "store"))
    filing.file_run(opened, batch.check_all([str(p) for p in pictures], brand), brand)
    yield opened
    opened.close()


def test_items_with_the_same_faults_are_one_group_said_in_words(store: Store) -> None:
    failed, passed = groups.find(store, Wanted())
    assert (failed.count, failed.final, failed.words()) == (3, Verdict.FAILED, "blue drifts 6.35 to 9.04")
    assert (passed.count, passed.cause) == (1, "")
    assert len(items.find(store, groups.members(Wanted(), failed)).items) == 3
    assert len(items.seen(store, groups.members(Wanted(), failed))) == 3


def test_the_worst_finding_of_an_item_is_kept_in_words(store: Store) -> None:
    worst = items.find(store, Wanted()).items[0]
    assert worst.headline.startswith("blue is rendered as #286CEB")
    assert worst.cause == "palette.drift_de00 of blue"
    assert worst.extent == pytest.approx(9.04, abs=0.01)


def test_a_decision_on_many_is_summed_up_with_what_is_unusual(store: Store) -> None:
    numbers = [item.id for item in items.find(store, Wanted()).items]
    found = bulk.summary(store, numbers, "approved")
    assert dict(found.verdicts) == {Verdict.FAILED: 3, Verdict.PASSED: 1}
    assert dict(found.versions) == {"Acme v1": 4}
    assert found.unusual == [("failed, and would be approved", 3)]
    assert "3 failed" in found.comment
    assert [count for _, count in found.findings] == [3]
    assert bulk.summary(store, numbers, "rejected").unusual == [("passed, and would be rejected", 1)]


def test_a_wider_tolerance_is_told_by_what_it_would_do(store: Store) -> None:
    version = brands.versions(store, "Acme")[0]
    with drafts.of(store, version) as draft:
        brand = draft.write(edited(draft.text(), {TOLERANCE: 8}))
        found = whatif.whatif(store, brand)
    assert (found.judged, found.again) == (4, ())
    assert {c.item.name: c.after for c in found.changes} == {
        "drift-0.png": Verdict.PASSED,
        "drift-1.png": Verdict.PASSED,
    }
    assert found.count(Verdict.FAILED, Verdict.PASSED) == 2


def test_what_would_need_measuring_again_is_said(store: Store) -> None:
    with drafts.of(store, brands.versions(store, "Acme")[0]) as draft:
        brand = draft.write(draft.text().replace("capture: 15", "capture: 20"))
        assert whatif.whatif(store, brand).again == ("blue: capture was 15.0, is 20.0",)


def test_a_change_is_a_new_version_that_keeps_comments(store: Store) -> None:
    version = brands.versions(store, "Acme")[0]
    with drafts.of(store, version) as draft:
        brand = draft.write(edited(draft.text(), {TOLERANCE: 3}))
        saved = draft.save(store, brand, who="ana", note="as printed")
    assert (saved.number, saved.who, saved.note) == (2, "ana", "as printed")
    folder, main = brands.unpacked(store, saved.id)
    assert "# as agreed" in (folder / main).read_text(encoding="utf-8")
    assert brands.load(store, version.id).by_name("blue").tolerance == 2


def test_a_change_to_what_somebody_changed_meanwhile_is_refused(store: Store) -> None:
    version = brands.versions(store, "Acme")[0]
    with drafts.of(store, version) as mine, drafts.of(store, version) as theirs:
        theirs.save(store, theirs.write(edited(theirs.text(), {TOLERANCE: 3})), who="ben", note="")
        with pytest.raises(StoreError, match="ben has saved version 2 meanwhile"):
            mine.save(store, mine.write(edited(mine.text(), {TOLERANCE: 4})), who="ana", note="")


def test_a_mistake_is_named_by_its_line_and_no_folder(store: Store) -> None:
    with drafts.of(store, brands.versions(store, "Acme")[0]) as draft:
        with pytest.raises(
            BrandError, match=r"^acme\.brand\.yml:8: defaults\.brandkit\.swatches\.blue"
        ) as raised:
            draft.write(draft.text().replace("capture: 15", "capture: 1"))
        assert "/tmp" not in str(raised.value)
        with pytest.raises(BrandError, match="is called Acme"):
            draft.write(draft.text().replace("capture: 1}", "capture: 15}").replace("Acme", "Other"))


def test_a_picture_by_any_name_becomes_a_reference_in_the_brands_folder(store: Store) -> None:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 40).convert("RGB").save(out, "PNG")
    with drafts.of(store, brands.versions(store, "Acme")[0]) as draft:
        brand, _ = draft.add_references(
            [("../../../etc/x y.png", out.getvalue())], role="reference", who="ana", why="spring"
        )
        saved = draft.save(store, brand, who="ana", note="")
    listed = brands.load(store, saved.id).ledger.pictures("reference")
    assert [picture.file.rpartition("-")[0].startswith("references/") for picture in listed] == [True]
    assert not any(".." in picture.file for picture in listed)


def test_what_is_no_picture_is_no_reference(store: Store) -> None:
    with drafts.of(store, brands.versions(store, "Acme")[0]) as draft, pytest.raises(BrandError):
        draft.add_references([("a.png", b"<svg/>")], role="counter", who="ana", why="")


def test_a_queue_can_be_narrowed_to_a_version(store: Store) -> None:
    version = brands.versions(store, "Acme")[0]
    assert items.count(store, Wanted(version=version.id)).all == 4
    assert items.count(store, replace(Wanted(), version=version.id + 1)).all == 0


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><path d="M4 4h52v32h-40z" fill="%b"/></svg>'
)


def test_a_logo_becomes_part_of_the_next_version_and_comments_stay(store: Store) -> None:
    first = brands.versions(store, "Acme")[0]
    with drafts.of(store, first) as draft:
        draft.write(f"{draft.text()}    logos:\n      - {{name: old, files: [a.svg]}}  # of 1999\n")
        files = [("../../Acme mark.svg", SVG % b"#0050FF"), ("white.svg", SVG % b"#FFFFFF")]
        draft.add_logo("Acme", files, {"clear_space": 0.5})
        draft.without_logo("OLD")
        assert draft.lists_logo("acme") and not draft.lists_logo("old")
        draft.add_logo("New", [("new.svg", SVG % b"#101820")], {})
        brand = draft.add_logo("acme", files[:1], {"required": True})
        saved = draft.save(store, brand, who="ana", note="logo")
    logos = {logo.name: logo for logo in brands.load(store, saved.id).logos}
    assert set(logos) == {"acme", "New"}
    assert (logos["acme"].required, logos["acme"].clear_space, len(logos["acme"].files)) == (True, 0.25, 1)
    folder, _ = brands.unpacked(store, saved.id)
    kept = sorted(path.name.partition("-")[2] for path in (folder / "logos").iterdir())
    assert kept == ["Acme-mark.svg", "new.svg"]


@pytest.mark.parametrize("content", [b"<svg/>", b"", b"\x89PNG"])
def test_what_is_no_logo_is_refused_by_its_own_name(store: Store, content: bytes) -> None:
    with drafts.of(store, brands.versions(store, "Acme")[0]) as draft:
        before = draft.text()
        with pytest.raises(BrandError) as raised:
            draft.add_logo("Acme", [("mark.svg", content)], {})
        assert str(raised.value).startswith("mark.svg: ") and "/tmp" not in str(raised.value)
        assert draft.text() == before


def test_a_rule_that_is_wrong_is_named(store: Store) -> None:
    with (
        drafts.of(store, brands.versions(store, "Acme")[0]) as draft,
        pytest.raises(BrandError, match="clear_space"),
    ):
        draft.add_logo("Acme", [("mark.svg", SVG % b"#0050FF")], {"clear_space": 9})
