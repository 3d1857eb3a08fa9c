"""The parts that write pages from the code, and what they do where something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from from_code import commands, formats, formulas, known_names, measured
from from_code.markdown import table
from sphinx.errors import ExtensionError

from brandkit import report

SOURCE = Path(__file__).parents[2] / ".docs"


@pytest.mark.parametrize(
    ("module", "name", "full"),
    [
        ("brandkit.loop", "Brand", "brandkit.brand.Brand"),  # imported for mypy alone
        ("brandkit.loop", "Report", "brandkit.report.report.Report"),
        ("brandkit.colour.table", "torch.Tensor", "torch.Tensor"),
        ("brandkit.check", "npt.NDArray", "numpy.typing.NDArray"),  # by its name in that module
        ("brandkit.report.run", "Pixels", "brandkit.report.run.Pixels"),  # defined for mypy alone
        ("brandkit.loop", "Brnad", None),
        ("brandkit.loop", "media.Clap", None),
        (None, "Brand", None),
    ],
)
def test_a_name_stands_for_what_python_would_find(module: str | None, name: str, full: str | None) -> None:
    assert known_names.full_name(module, name) == full


def test_a_bar_in_a_cell_is_no_new_cell() -> None:
    assert table(["a"], [["x|y\nz"]]).splitlines()[-1] == "| x\\|y z |"


def test_options_and_variables_of_a_help_text_are_code() -> None:
    said = commands._prose("Without --store, $BRANDKIT_STORE; *.png, and not-an-option.")
    assert said == "Without `--store`, `$BRANDKIT_STORE`; \\*.png, and not-an-option."


def test_every_report_format_says_what_it_is_and_how_it_ends() -> None:
    rows = formats.write_reports().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == list(report.formats())
    assert all("| `." in row for row in rows)


def test_every_claim_of_the_readme_is_on_the_page_of_what_was_measured() -> None:
    claims = [
        line
        for line in measured.README.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and "`make bench`" in line
    ]
    assert claims and all(claim in measured.write() for claim in claims)


@pytest.mark.parametrize("topic", measured.TOPICS)
def test_every_topic_has_claims_and_a_page(topic: str) -> None:
    assert len(measured.write(topic).splitlines()) > 2
    pages = (page.read_text(encoding="utf-8") for page in SOURCE.rglob("*.md"))
    assert any(f"% generated: measured {topic}\n" in page for page in pages)


def test_a_formula_that_cannot_be_read_is_an_error_that_shows_it() -> None:
    with pytest.raises(ExtensionError, match="frca"):
        formulas._mathml(r"\frca{1}{2}", as_block=True)
