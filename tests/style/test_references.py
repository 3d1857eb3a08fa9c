from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brandkit.brand import Brand, Style
from brandkit.brand_references import beside, read
from brandkit.errors import BrandError, MediaError, StyleError
from brandkit.style import gallery, references
from brandkit.style.encoder import load

from ..conftest import Command
from ..looks import look, saved_looks, styled


def files(brand: Path) -> list[str]:
    return [picture.file for picture in Brand.load(brand).ledger.pictures("reference")]


def test_who_added_what_when_and_why_stands_in_the_list(tmp_path: Path) -> None:
    brand = styled(tmp_path)
    shown = saved_looks(tmp_path, "dusk", 2)
    references.add(brand, shown, who="ana", why="spring")
    references.add(brand, saved_looks(tmp_path, "neon", 1), role="counter", who="bo", why="too loud")
    text = json.loads((tmp_path / "acme.references.json").read_text())
    first, second = text["entries"]
    assert (first["version"], first["action"], first["who"], first["why"]) == (1, "add", "ana", "spring")
    assert [p["file"] for p in first["pictures"]] == ["dusk-0.png", "dusk-1.png"]
    assert [p["role"] for p in second["pictures"]] == ["counter"]
    assert first["when"].endswith("Z") and len(first["pictures"][0]["sha256"]) == 64


def test_nothing_is_taken_out_of_the_list(tmp_path: Path) -> None:
    brand = styled(tmp_path)
    one, two = saved_looks(tmp_path, "dusk", 2)
    references.add(brand, [one, two])
    references.remove(brand, ["dusk-0.png"], why="old")
    assert files(brand) == ["dusk-1.png"]
    assert references.undo(brand).notes == ("undid version 2: remove, 1 pictures",)
    assert files(brand) == ["dusk-0.png", "dusk-1.png"]
    references.undo(brand)
    assert files(brand) == []
    assert [e.action for e in read(beside(brand)).ledger.entries] == ["add", "remove", "undo", "undo"]
    with pytest.raises(BrandError, match="nothing is left to undo"):
        references.undo(brand)


def test_a_picture_that_is_there_is_not_added_twice(tmp_path: Path) -> None:
    brand, (shown,) = styled(tmp_path), saved_looks(tmp_path, "dusk", 1)
    references.add(brand, [shown])
    copy = shutil.copy(shown, tmp_path / "copy.png")
    with pytest.raises(BrandError, match=r"nothing to add: .*copy.png is there already"):
        references.add(brand, [copy])


def test_a_picture_that_repeats_and_one_unlike_all_others_are_named(tmp_path: Path) -> None:
    brand = styled(tmp_path)
    references.add(brand, saved_looks(tmp_path, "dusk", 6))
    Image.fromarray(look("dusk", 2)).resize((120, 90)).save(tmp_path / "small.png")
    (stranger,) = saved_looks(tmp_path, "neon", 1)
    notes = references.add(brand, [tmp_path / "small.png", stranger]).notes
    assert any("small.png shows what" in note and "dusk-2.png shows" in note for note in notes)
    assert any("neon-0.png is unlike all other references" in note for note in notes)
    marks = {r.file.name: (r.outlier, r.repeats is not None) for r in references.standing(Brand.load(brand))}
    assert marks["neon-0.png"] == (True, False) and marks["small.png"][1]
    assert marks["dusk-1.png"] == (False, False)


def test_a_calibration_promises_and_follows_each_change(tmp_path: Path) -> None:
    brand, shown = styled(tmp_path), saved_looks(tmp_path, "dusk", 11)
    references.add(brand, shown[:10])
    with pytest.raises(StyleError, match="10 references cannot promise that at most 5 %"):
        references.calibrate(brand)
    limit = references.calibrate(brand, share=0.1).calibration
    assert limit is not None
    assert limit.promise == (
        "at most 10 % of pictures like your approved ones are flagged; 10 references allow that"
    )
    again = references.add(brand, shown[10:]).calibration
    assert again is not None and again.count == 11 and again.basis != limit.basis
    change = references.remove(brand, [path.name for path in shown[:4]])
    assert change.calibration is None and "no calibrated limit any more" in change.notes[-1]
    references.undo(brand)
    guide = Brand.load(brand)
    found = guide.limit("style", "similarity", basis=again.basis)
    assert found is not None and found.min == again.least
    assert guide.limit("style", "similarity", basis=limit.basis) is not None  # of the ten, as before
    assert guide.limit("style", "similarity", basis="builtin:other/1 0") is None


def test_a_brand_s_own_limit_goes_over_the_calibrated_one(tmp_path: Path) -> None:
    brand = styled(tmp_path, "limits: {style: {similarity: {min: 0.25}}}")
    references.add(brand, saved_looks(tmp_path, "dusk", 5))
    limit = references.calibrate(brand, share=0.2).calibration
    assert limit is not None
    found = Brand.load(brand).limit("style", "similarity", basis=limit.basis)
    assert found is not None and found.min == 0.25


def test_the_digest_of_a_brand_tells_when_its_references_change(tmp_path: Path) -> None:
    brand = styled(tmp_path)
    before = Brand.load(brand).digest
    references.add(brand, saved_looks(tmp_path, "dusk", 1))
    assert Brand.load(brand).digest != before
    references.undo(brand)
    assert Brand.load(brand).digest == before


def test_the_digest_of_a_brand_tells_when_a_file_that_it_names_changes(tmp_path: Path) -> None:
    one, other, anchor = saved_looks(tmp_path, "dusk", 3)
    for key, named in (("references", ["dusk-[01].png"]), ("anchor", "dusk-2.png")):
        brand = Brand.load(styled(tmp_path)).model_copy(update={"style": Style(**{key: named})})
        changed = Path(one if key == "references" else anchor)
        before, whole = brand.digest, changed.read_bytes()
        changed.write_bytes(Path(other).read_bytes() + b" ")
        assert brand.digest != before
        changed.write_bytes(whole)
        assert brand.digest == before


def test_pictures_are_encoded_once(tmp_path: Path, cache_folder: Path) -> None:
    brand = styled(tmp_path)
    references.add(brand, saved_looks(tmp_path, "dusk", 3))
    kept = sorted(cache_folder.rglob("builtin*/*.npy"))
    assert len(kept) == 3
    encoder = load("builtin")
    shown = gallery.pictures(Brand.load(brand), "reference")
    vectors = gallery.encode(shown, encoder, (255, 255, 255))
    kept[0].write_bytes(b"damaged")
    np.testing.assert_allclose(gallery.encode(shown, encoder, (255, 255, 255)), vectors, atol=1e-5)
    np.save(kept[1], vectors[1] * 2)  # of no unit length: nobody's vector
    np.testing.assert_allclose(gallery.encode(shown, encoder, (255, 255, 255)), vectors, atol=1e-5)


def test_a_reference_that_was_changed_or_is_gone_is_named(tmp_path: Path) -> None:
    brand = styled(tmp_path)
    one, two = saved_looks(tmp_path, "dusk", 2)
    references.add(brand, [one, two])
    shutil.copy(two, one)
    with pytest.raises(StyleError, match=r"dusk-0.png: is not the picture that acme.references.json lists"):
        references.standing(Brand.load(brand))
    one.unlink()
    with pytest.raises(StyleError, match=r"dusk-0.png: the reference cannot be read"):
        references.standing(Brand.load(brand))


def test_a_campaign_rests_on_the_references_of_its_brand(tmp_path: Path) -> None:
    brand = styled(tmp_path)
    references.add(brand, saved_looks(tmp_path, "dusk", 2))
    (tmp_path / "sub").mkdir()
    child = tmp_path / "sub" / "spring.brand.yml"
    child.write_text("defaults: {brandkit: {extends: ../acme.brand.yml}}")
    assert len(gallery.pictures(Brand.load(child), "reference")) == 2
    with pytest.raises(BrandError, match="its references are those of"):
        references.undo(child)


def test_patterns_of_the_brand_file_and_the_list_count_once(tmp_path: Path) -> None:
    brand = styled(tmp_path, "style: {references: ['dusk-*.png'], counter_references: ['neon-*.png']}")
    saved_looks(tmp_path, "dusk", 3)
    saved_looks(tmp_path, "neon", 2)
    references.add(brand, [tmp_path / "dusk-0.png"])
    guide = Brand.load(brand)
    assert len(gallery.pictures(guide, "reference")) == 3
    assert len(gallery.pictures(guide, "counter")) == 2


def test_what_is_no_still_stops_all_of_it(tmp_path: Path) -> None:
    brand, (shown,) = styled(tmp_path), saved_looks(tmp_path, "dusk", 1)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG")
    bunny = Path(__file__).parent.parent / "data" / "video" / "bigbuckbunny.mp4"
    for other, said in ((tmp_path / "broken.png", "broken.png"), (bunny, "is no still picture")):
        with pytest.raises(MediaError, match=said):
            references.add(brand, [shown, other])
    assert not beside(brand).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Invalid JSON"),
        ("[]", "should be"),
        ('{"format": "brandkit.references/9", "entries": []}', "format"),
        (
            '{"entries": [{"version": 2, "action": "add", "when": "2026-01-01T00:00:00Z", "who": "a"}]}',
            "version",
        ),
        (
            '{"entries": [{"version": 1, "action": "undo", "when": "2026-01-01T00:00:00Z", "who": "a", '
            '"undoes": 1}]}',
            "undoes",
        ),
        ("[" * 100_000, "JSON"),
    ],
)
def test_a_damaged_list_is_one_line(text: str, said: str, tmp_path: Path, run: Command) -> None:
    brand = styled(tmp_path)
    beside(brand).write_text(text)
    done = run("brand", "references", "list", "-b", brand)
    assert done.status == 2 and said in done.err and len(done.err.strip().splitlines()) == 1
    assert "acme.references.json" in done.err


def test_a_list_that_somebody_else_changed_meanwhile_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = styled(tmp_path)
    one, two = saved_looks(tmp_path, "dusk", 2)
    remarks = references._remarks

    def meanwhile(*arguments: object) -> list[str]:
        monkeypatch.setattr(references, "_remarks", remarks)
        references.add(brand, [two])
        return []

    monkeypatch.setattr(references, "_remarks", meanwhile)
    with pytest.raises(BrandError, match="was changed by somebody else meanwhile"):
        references.add(brand, [one])
    assert files(brand) == ["dusk-1.png"]


def test_a_name_that_no_list_can_hold_is_told(tmp_path: Path) -> None:
    brand, (shown,) = styled(tmp_path), saved_looks(tmp_path, "dusk", 1)
    with pytest.raises(BrandError, match=r"who: .* cannot be used"):
        references.add(brand, [shown], who="a\nb")
    odd = shown.rename(tmp_path / "new\nline.png")
    with pytest.raises(BrandError, match="rename it"):
        references.add(brand, [odd])
    assert not beside(brand).exists()


def test_the_command_line_tells_the_whole_story(tmp_path: Path, run: Command) -> None:
    brand, shown = styled(tmp_path), saved_looks(tmp_path, "dusk", 5)
    added = run("brand", "references", "add", *shown, "-b", brand, "--who", "ana", "--why", "spring")
    assert added.status == 0 and added.out.count("added: dusk-") == 5
    limit = run("brand", "references", "calibrate", "-b", brand, "--share", "20%")
    assert "at most 20 % of pictures like your approved ones are flagged; 5 references" in limit.out
    assert run("brand", "references", "calibrate", "-b", brand).status == 2
    listed = run("brand", "references", "list", "-b", brand)
    assert listed.out.count("dusk-") == 5 and "calibrated" in listed.err
    assert run("brand", "references", "remove", "dusk-0.png", "-b", brand).status == 0
    assert run("brand", "references", "undo", "-b", brand).status == 0
    told = run("brand", "references", "history", "-b", brand).out.splitlines()
    assert len(told) == 4 and "ana  add dusk-0.png" in told[0] and told[2].endswith("[undone]")
    assert run("brand", "references", "remove", "none.png", "-b", brand).status == 2
