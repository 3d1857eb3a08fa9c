from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from brandkit_checks.logo import Logo
from PIL import Image

from brandkit.brand import Brand
from brandkit.check import Measurement
from brandkit.errors import BrandError
from brandkit.loop import check
from brandkit.media.clip import Frames, Source

from ..conftest import Command
from ..logo.scenes import LOGOS, U8, artwork, pasted, photo, pose_of

CENTRE = (420.0, 260.0)
FADED = (235, 240, 245)

Numbers = dict[str, tuple[float | None, tuple[tuple[int, int], ...]]]


def brand(folder: Path, logos: str) -> Brand:
    path = folder / "acme.brand.yml"
    rules = logos.replace("@", f"{LOGOS}/")
    text = f'color: {{palette: {{blue: "#336791"}}}}\ndefaults: {{brandkit: {{{rules}, required: [logo]}}}}\n'
    path.write_text(text, encoding="utf-8")
    return Brand.load(path)


def saved(folder: Path, picture: U8) -> Path:
    Image.fromarray(picture).save(folder / "a.png")
    return folder / "a.png"


def outcomes(path: Path, guide: Brand) -> dict[str, str]:
    report = check(path, guide, checks=["logo"])
    return {finding.metric: finding.outcome for finding in report.findings}


def calm() -> U8:
    return np.full((540, 960, 3), FADED, np.uint8)


GITLAB = "logos: [{name: gitlab, files: ['@gitlab.svg'], required: true, min_width: 100, max_turn: 3}]"


def test_a_logo_used_well_passes(tmp_path: Path) -> None:
    art = artwork("gitlab")
    path = saved(tmp_path, pasted(calm(), art, pose_of(art, 200, CENTRE)))
    assert outcomes(path, brand(tmp_path, GITLAB)) == dict.fromkeys(
        ("copies", "clear_space", "width_px", "stretch", "colour_de00", "contrast", "seen", "turned_deg"),
        "passed",
    )


def stretched(picture: U8) -> U8:
    art = artwork("gitlab")
    return pasted(picture, art, pose_of(art, 200, CENTRE, 0, 1.07))


def turned(picture: U8) -> U8:
    art = artwork("gitlab")
    return pasted(picture, art, pose_of(art, 200, CENTRE, 8))


def small(picture: U8) -> U8:
    art = artwork("gitlab")
    return pasted(picture, art, pose_of(art, 80, CENTRE))


def recoloured(picture: U8) -> U8:
    art = artwork("gitlab")
    return pasted(picture, art, pose_of(art, 200, CENTRE), np.ascontiguousarray(art.rgb[..., ::-1]))


def faint(picture: U8) -> U8:
    art = artwork("gitlab")
    picture[:] = (250, 150, 90)
    return pasted(picture, art, pose_of(art, 200, CENTRE))


def crowded(picture: U8) -> U8:
    art = artwork("gitlab")
    drawn = pasted(picture, art, pose_of(art, 200, CENTRE))
    return np.asarray(cv2.putText(drawn, "Buy now", (530, 260), cv2.FONT_HERSHEY_DUPLEX, 2, (0, 0, 0), 4))


def covered(picture: U8) -> U8:
    art = artwork("gitlab")
    drawn = pasted(picture, art, pose_of(art, 200, CENTRE))
    drawn[:, 300:365] = FADED
    return drawn


def absent(picture: U8) -> U8:
    return picture


FAULTS = {
    "stretch": stretched,
    "turned_deg": turned,
    "width_px": small,
    "colour_de00": recoloured,
    "contrast": faint,
    "clear_space": crowded,
    "seen": covered,
    "copies": absent,
}


@pytest.mark.parametrize(("metric", "make"), FAULTS.items(), ids=FAULTS.keys())
def test_each_fault_fails_by_its_own_number(tmp_path: Path, metric: str, make: Callable[[U8], U8]) -> None:
    found = outcomes(saved(tmp_path, make(calm())), brand(tmp_path, GITLAB))
    assert [name for name, outcome in found.items() if outcome == "failed"] == [metric]


def test_a_finding_says_where_and_shows_it(tmp_path: Path) -> None:
    art = artwork("gitlab")
    path = saved(tmp_path, pasted(photo(), art, pose_of(art, 200, CENTRE, 0, 1.07)))
    report = check(path, brand(tmp_path, GITLAB), checks=["logo"])
    (finding,) = [f for f in report.findings if f.metric == "stretch"]
    assert finding.value == pytest.approx(0.07, abs=0.005)
    assert "longer one way than it should be, limit at most 3 %" in finding.message
    assert finding.swatch == "gitlab"
    assert finding.region is not None
    assert abs(finding.region.x - (CENTRE[0] - 107)) <= 3
    assert abs(finding.region.width - 214) <= 4
    (shown,) = finding.evidence
    assert shown.kind == "overlay"
    assert shown.pixels.ndim == 3


def test_the_nearest_variant_counts(tmp_path: Path) -> None:
    art = artwork("gitlab")
    white = np.dstack([np.full((*art.alpha.shape, 3), 255, np.uint8), art.alpha])
    Image.fromarray(white).save(tmp_path / "white.png")
    guide = brand(tmp_path, "logos: [{name: gitlab, files: ['@gitlab.svg', white.png], required: true}]")
    dark = np.full((540, 960, 3), (30, 30, 60), np.uint8)
    path = saved(tmp_path, pasted(dark, art, pose_of(art, 200, CENTRE), white[..., :3].copy()))
    assert outcomes(path, guide)["colour_de00"] == "passed"


def test_a_logo_that_is_not_required_may_be_missing_but_does_not_pass(tmp_path: Path) -> None:
    guide = brand(tmp_path, "logos: [{name: gitlab, files: ['@gitlab.svg']}]")
    report = check(saved(tmp_path, photo()), guide, checks=["logo", "palette"])
    (found,) = [f for f in report.findings if f.check == "logo"]
    assert (found.outcome, found.message) == (
        "not_evaluated",
        "gitlab was not found in the picture, and is not required",
    )
    assert report.verdict == "needs_review"


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (64, 64)])
def test_tiny_and_black_pictures_show_no_logo(tmp_path: Path, size: tuple[int, int]) -> None:
    assert outcomes(saved(tmp_path, np.zeros((*size, 3), np.uint8)), brand(tmp_path, GITLAB)) == {
        "copies": "failed"
    }


def test_a_brand_without_logos_sees_nothing_unless_it_requires_them(tmp_path: Path) -> None:
    guide = brand(tmp_path, "off_palette: 100%")
    report = check(saved(tmp_path, calm()), guide, checks=["logo", "palette"])
    (found,) = [f for f in report.findings if f.check == "logo"]
    assert (found.outcome, found.message) == ("not_evaluated", "the brand lists no logos")


def test_a_file_that_cannot_be_used_is_one_line(run: Command, tmp_path: Path) -> None:
    path = saved(tmp_path, calm())
    guide = brand(tmp_path, "logos: [{name: gitlab, files: [gone.svg]}]")
    with pytest.raises(BrandError, match=r"^logo 'gitlab': .*gone\.svg: does not exist; check the path$"):
        check(path, guide)
    done = run("check", path, "-b", guide.path)
    assert done.status == 2
    assert "gone.svg: does not exist" in done.err
    assert "Traceback" not in done.err


def test_the_standards_own_logo_that_cannot_be_used_is_not_evaluated(tmp_path: Path) -> None:
    (tmp_path / "s.yml").write_text('logo: gone.svg\ncolor: {palette: {blue: "#336791"}}\n')
    report = check(saved(tmp_path, calm()), Brand.load(tmp_path / "s.yml"), checks=["logo", "palette"])
    (found,) = [f for f in report.findings if f.check == "logo"]
    assert found.outcome == "not_evaluated"
    assert "gone.svg: does not exist" in found.message


def film() -> torch.Tensor:
    """Two shots of eight frames at 8 Hz: without the logo, and with it, at last stretched."""
    art = artwork("gitlab")
    plain = photo("coffee", (240, 136))
    other = np.full((136, 240, 3), FADED, np.uint8)
    good = pasted(other, art, pose_of(art, 80, (120.0, 66.0)))
    bad = pasted(other, art, pose_of(art, 80, (120.0, 66.0), 0, 1.08))
    pictures = [plain] * 9 + [good] * 4 + [bad] * 7
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()


def watched(folder: Path, batches: list[int], shards: bool = False) -> list[Measurement]:
    pixels = film()
    source = Source(Path("a.mp4"), "", "video", 240, 136, 20, Fraction(8), 2.5)
    guide = brand(folder, GITLAB.replace("100", "60"))

    def begun() -> Logo:
        watch = Logo()
        watch.start(guide, source)
        return watch

    watches, first = [begun()], 0
    for length in batches:
        seconds = tuple(k / 8 for k in range(first, first + length))
        watches[-1].update(Frames(pixels[first : first + length].clone(), first, seconds))
        first += length
        if shards and first < len(pixels):
            watches.append(begun())
    for later in watches[1:]:
        watches[0].merge(later)
    return watches[0].finish()


def numbers(measured: list[Measurement]) -> Numbers:
    return {m.metric.name: (m.value, m.frames) for m in measured}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Numbers:
    return numbers(watched(tmp_path_factory.mktemp("whole"), [20]))


def test_a_clip_is_looked_at_twice_a_second_and_after_cuts_whatever_the_batches(
    tmp_path: Path, whole: Numbers
) -> None:
    assert numbers(watched(tmp_path, [3, 1, 8, 7, 1])) == whole
    assert whole["copies"] == (1.0, ((11, 16),))  # the cut at 9 lies between two samples, 8 and 12
    value, frames = whole["stretch"]
    assert value == pytest.approx(0.08, abs=0.015)
    assert frames == ((16, 16),)


def test_shards_that_are_merged_see_what_one_pass_sees(tmp_path: Path, whole: Numbers) -> None:
    merged = numbers(watched(tmp_path, [8, 12], shards=True))
    assert {name: value for name, (value, _) in merged.items()} == pytest.approx(
        {name: value for name, (value, _) in whole.items()}
    )
