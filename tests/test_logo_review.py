from __future__ import annotations

import json
from pathlib import Path

import pytest

from brandkit.brand import Brand
from brandkit.brand_review import Remark
from brandkit.logo_review import review_logos

from .conftest import Command

ACME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<rect width="20" height="20" fill="{}"/><rect x="20" width="20" height="20" fill="{}"/></svg>'
)


def written(folder: Path, *hexes: str, files: str = "acme.svg", more: str = "") -> Path:
    (folder / "acme.svg").write_text(ACME.format(*hexes))
    path = folder / "acme.brand.yml"
    path.write_text(
        'color: {palette: {blue: "#0050FF", orange: "#FF4F00"}}\n'
        f"defaults: {{brandkit: {{logos: [{{name: acme, files: [{files}]{more}}}]}}}}\n"
    )
    return path


def remarks(path: Path) -> tuple[Remark, ...]:
    return review_logos(Brand.load(path))


@pytest.mark.parametrize("hexes", [("#0050FF", "#FF4F00"), ("#000000", "#FFFFFF"), ("#0353FD", "#FF4F00")])
def test_a_logo_in_the_brands_colours_or_black_and_white_is_in_order(
    tmp_path: Path, hexes: tuple[str, str]
) -> None:
    assert remarks(written(tmp_path, *hexes)) == ()


def test_a_colour_that_is_none_of_the_palette_is_named_with_the_nearest(tmp_path: Path) -> None:
    (remark,) = remarks(written(tmp_path, "#0050FF", "#00A040"))
    assert (remark.kind, remark.severity, remark.limit) == ("logo", "minor", 6.0)
    assert "acme.svg shows #00A040, which is none of the palette" in remark.message


def test_a_logos_own_tolerance_counts(tmp_path: Path) -> None:
    assert remarks(written(tmp_path, "#0050FF", "#00A040", more=", tolerance: 70")) == ()


def test_a_file_that_cannot_be_used_comes_first(tmp_path: Path) -> None:
    first, second = remarks(written(tmp_path, "#0050FF", "#00A040", files="acme.svg, gone.svg"))
    assert (first.severity, first.colours, first.value) == ("major", (), None)
    assert first.message == f"logo acme: {tmp_path / 'gone.svg'}: does not exist; check the path"
    assert second.severity == "minor"


def test_the_commands_name_the_logos_their_limits_and_what_is_wrong(run: Command, tmp_path: Path) -> None:
    path = written(tmp_path, "#0050FF", "#FF4F00", files="gone.svg", more=", max_turn: 3")
    shown = run("brand", "show", path)
    assert shown.status == 0
    assert "logo acme: gone.svg" in shown.out
    assert "stretched by at most 3 %" in shown.out
    assert "turned by at most 3 degrees" in shown.out
    assert run("brand", "review", path).status == 3
    (remark,) = json.loads(run("brand", "review", path, "--json").out)["remarks"]
    assert (remark["kind"], remark["value"]) == ("logo", None)
