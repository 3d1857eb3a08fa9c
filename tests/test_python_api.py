"""brandkit as a library: the five lines of its docstring, and how little it costs to import."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
import torch
from PIL import Image

import brandkit
from brandkit.media import Frames, Source

from .conftest import BLUE, hex_at, panel, saved


def last_line_of(code: str) -> str:
    """What a new interpreter prints last."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


class Stripes:
    """A clip of somebody's own: drifted blue frames that are on no disk."""

    source = Source(Path("generated"), "", "video", 64, 48, 5, Fraction(25), 0.2)

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        colour = torch.tensor((0x12, 0x5C, 0xEC), dtype=torch.uint8, device=device)
        for first in range(0, 5, size):
            count = min(size, 5 - first)
            pixels = colour[None, :, None, None].expand(count, 3, 48, 64).contiguous()
            yield Frames(pixels, first, tuple(t / 25 for t in range(first, first + count)))


@pytest.fixture
def brand(acme: Path) -> brandkit.Brand:
    return brandkit.Brand.load(acme)


def test_the_five_lines_of_the_docstring(bad: Path, brand: brandkit.Brand, tmp_path: Path) -> None:
    report = brandkit.check(bad, brand)
    assert report.verdict is brandkit.Verdict.FAILED
    assert not report.passed
    fixed = brandkit.correct(bad, brand)
    written = fixed.save(tmp_path / "corrected.png")
    assert fixed.after.passed
    with Image.open(written.path) as picture:
        assert hex_at(picture, 5, 5) == BLUE


def test_a_path_may_be_a_string(good: Path, brand: brandkit.Brand) -> None:
    assert brandkit.check(str(good), brand).passed


def test_findings_are_objects(bad: Path, brand: brandkit.Brand) -> None:
    finding = next(f for f in brandkit.check(bad, brand).findings if f.outcome == "failed")
    assert isinstance(finding, brandkit.Finding)
    assert (finding.check, finding.metric, finding.swatch) == ("palette", "drift_de00", "blue")
    assert finding.limit is not None and finding.limit.max == 2


def test_the_lut_can_be_saved(bad: Path, brand: brandkit.Brand, tmp_path: Path) -> None:
    brandkit.correct(bad, brand).save_cube(tmp_path / "blue.cube")
    rows = (tmp_path / "blue.cube").read_text("ascii").splitlines()
    assert "# blue: #125CEC -> #0050FF" in rows
    assert sum(row[0].isdigit() for row in rows) == 33**3


def test_where_nothing_was_corrected_there_is_no_lut(
    good: Path, brand: brandkit.Brand, tmp_path: Path
) -> None:
    fixed = brandkit.correct(good, brand)
    assert fixed.shots == () and fixed.corrected is fixed.clip
    with pytest.raises(brandkit.BrandkitError, match="nothing was corrected, so there is no LUT"):
        fixed.save_cube(tmp_path / "none.cube")
    assert not (tmp_path / "none.cube").exists()


def test_a_clip_of_ones_own_is_checked_and_corrected(brand: brandkit.Brand, tmp_path: Path) -> None:
    fixed = brandkit.correct(Stripes(), brand)
    assert (fixed.before.verdict, fixed.after.verdict) == ("failed", "passed")
    for frames in fixed.corrected.batches(2):
        assert (frames.pixels == torch.tensor((0, 80, 255))[:, None, None]).all()
    assert brandkit.check(fixed.save(tmp_path / "stripes.mkv", codec="ffv1").path, brand).passed


def test_progress_counts_every_frame(brand: brandkit.Brand) -> None:
    done: list[int] = []
    brandkit.check(Stripes(), brand, progress=done.append)
    assert sum(done) == 5


def test_a_file_that_cannot_be_read_raises_brandkits_error(brand: brandkit.Brand, tmp_path: Path) -> None:
    with pytest.raises(brandkit.BrandkitError, match="does not exist"):
        brandkit.check(tmp_path / "gone.png", brand)


def test_an_unknown_check_raises_brandkits_error(good: Path, brand: brandkit.Brand) -> None:
    with pytest.raises(brandkit.BrandkitError, match="did you mean 'palette'"):
        brandkit.check(good, brand, checks=["palett"])


def test_colour_is_there_for_use_of_its_own() -> None:
    blue, drifted = (
        brandkit.colour.srgb_to_lab(torch.tensor(rgb, dtype=torch.uint8))
        for rgb in ((0x00, 0x50, 0xFF), (0x12, 0x5C, 0xEC))
    )
    # 4.2248 by colour-science's delta_E_CIE2000.
    assert float(brandkit.colour.ciede2000(blue, drifted)) == pytest.approx(4.2248, abs=1e-3)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'chek'"):
        brandkit.chek  # noqa: B018


def test_every_public_name_is_there() -> None:
    assert all(getattr(brandkit, name) is not None for name in brandkit.__all__)


def test_importing_brandkit_loads_nothing_heavy() -> None:
    heavy = "{'torch', 'diffusers', 'numpy', 'cv2', 'PIL', 'av', 'pydantic', 'jinja2', 'typer', 'rich'}"
    assert last_line_of(f"import sys, brandkit; print(sorted({heavy} & set(sys.modules)))") == "[]"


@pytest.mark.parametrize(
    "first",
    [
        "import brandkit.check",
        "from brandkit.check import Check",
        "import brandkit.correct",
        "import brandkit; brandkit.check; from brandkit.check import Check",
        "import brandkit; brandkit.correct; from brandkit.correct import solve",
    ],
)
def test_the_verbs_stay_functions_whatever_was_imported_first(first: str) -> None:
    code = f"{first}\nimport brandkit; print(brandkit.check.__module__, brandkit.correct.__module__)"
    assert last_line_of(code) == "brandkit.loop brandkit.loop"


def test_a_picture_of_another_size_is_judged_alike(brand: brandkit.Brand, tmp_path: Path) -> None:
    large = brandkit.check(saved(panel(size=(768, 512)), tmp_path / "large.png"), brand)
    small = brandkit.check(saved(panel(), tmp_path / "small.png"), brand)
    drifts = [[f.value for f in r.findings if f.metric == "drift_de00"] for r in (large, small)]
    assert drifts[0] == drifts[1]


def test_the_verbs_load_torch_only_when_they_run() -> None:
    assert last_line_of("import sys, brandkit.batch; print('torch' in sys.modules)") == "False"
