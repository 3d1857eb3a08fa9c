from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from brandkit import report
from brandkit.errors import BrandkitError, OutputError
from brandkit.report import Run


def test_the_formats_are_the_files_there_are() -> None:
    assert set(report.formats()) >= {"html", "json", "text"}


@pytest.mark.parametrize("name", report.formats())
def test_a_format_has_a_suffix_and_a_media_type_and_renders(name: str, corrected: Run) -> None:
    form = report.renderer(name)
    assert form.SUFFIX.startswith(".")
    assert report.renderer_of(Path(f"a{form.SUFFIX}")) is form
    assert report.media_type(name) == form.MEDIA_TYPE
    assert form.render(corrected).endswith("\n")
    assert not form.render(corrected).endswith("\n\n")


@pytest.mark.parametrize("name", report.formats())
@pytest.mark.parametrize("case", ["single", "corrected", "several", "hostile"])
def test_equal_runs_give_equal_bytes(name: str, case: str, request: pytest.FixtureRequest) -> None:
    run = request.getfixturevalue(case)
    assert report.renderer(name).render(run) == report.renderer(name).render(run)


@pytest.mark.parametrize("name", report.formats())
def test_a_run_in_which_nothing_could_be_read_renders(name: str, several: Run) -> None:
    text = report.renderer(name).render(Run((), several.unreadable))
    assert "the file ends early" in text


def test_a_new_format_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, single: Run) -> None:
    (tmp_path / "telegram.py").write_text(
        "SUFFIX = '.telegram'\nMEDIA_TYPE = 'text/x-telegram'\n"
        "def render(run): return f'{run.verdict.value} stop\\n'\n"
    )
    monkeypatch.setattr(report, "__path__", [*report.__path__, str(tmp_path)])
    assert "telegram" in report.formats()
    assert report.renderer("telegram").render(single) == "failed stop\n"
    assert report.by_ending(Path("a.telegram")) == "telegram"
    assert report.media_type("telegram") == "text/x-telegram"


def test_a_typo_gets_the_nearest_name() -> None:
    with pytest.raises(BrandkitError, match="did you mean 'json'"):
        report.renderer("jsno")


def test_an_unknown_name_gets_the_list() -> None:
    with pytest.raises(BrandkitError, match=r"use one of .*html, json, .*text"):
        report.renderer("words/../words")


def test_parts_of_the_package_are_no_formats() -> None:
    with pytest.raises(BrandkitError):
        report.renderer("evidence")


def test_importing_the_package_loads_no_format() -> None:
    heavy = "{'jinja2', 'rich', 'PIL'} & set(sys.modules)"
    code = f"import sys, brandkit.report as r; r.formats(); assert not {heavy}, {heavy}"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_write_puts_links_relative_to_the_report(tmp_path: Path, corrected: Run) -> None:
    path = Path("out/report.json")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        report.write(corrected, report.renderer("json"), path)
        written = path.read_text(encoding="utf-8")
    assert '"path": "banner.corrected.png"' in written
    assert '"file": "report.evidence/001-banner.heatmap.png"' in written
    assert (tmp_path / "out/report.evidence/001-banner.heatmap.png").is_file()


@pytest.mark.parametrize("name", report.formats())
def test_a_name_that_is_no_utf_8_can_be_written(name: str, tmp_path: Path, several: Run) -> None:
    odd = report.Unreadable(Path("a\udcff.png"), "a\udcff.png: not a picture")
    report.write(Run(several.entries, (odd,)), report.renderer(name), tmp_path / "report")
    assert "�" not in (tmp_path / "report").read_text(encoding="utf-8")


def test_a_file_in_the_way_is_an_output_error(tmp_path: Path, single: Run) -> None:
    (tmp_path / "in-the-way").write_text("")
    with pytest.raises(OutputError):
        report.write(single, report.renderer("json"), tmp_path / "in-the-way" / "report.json")
