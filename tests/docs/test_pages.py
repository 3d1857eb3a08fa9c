"""What the pages say of the code is all there, and what they tell a reader to do works."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from from_code import WRITERS, brand_keys, checks, commands, filled
from from_code.checks import ours
from sphinx.errors import ExtensionError
from typer.core import TyperGroup
from typer.main import get_command

from brandkit.brand_schema import schema
from brandkit.cli import app
from brandkit.demo import make_inputs

from .runnable import blocks, walk_through

SOURCE = Path(__file__).parents[2] / ".docs"
RUNNING = sorted(
    page.relative_to(SOURCE).as_posix()
    for page in SOURCE.rglob("*.md")
    if any("run" in block.options for block in blocks(page.read_text(encoding="utf-8")))
)


def _pages(folder: str) -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in sorted((SOURCE / folder).rglob("*.md")))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_inputs(folder)
    return folder


@pytest.mark.parametrize("page", RUNNING)
def test_a_page_tells_what_happens(
    page: str, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shutil.copytree(pictures, tmp_path / "demo")
    walk_through((SOURCE / page).read_text(encoding="utf-8"), tmp_path)


def test_every_tutorial_runs() -> None:
    tutorials = {f"tutorials/{page.name}" for page in (SOURCE / "tutorials").glob("[!i]*.md")}
    assert tutorials and tutorials <= set(RUNNING)


@pytest.mark.parametrize("check", ours())
def test_every_check_and_metric_is_on_one_page_of_methods(check: str) -> None:
    assert _pages("methods").count(f"% generated: check {check}\n") == 1
    written = checks.write(check)
    for metric in ours()[check].metrics:
        assert f"| `{metric.name}` |" in written
        assert f"[`{check}.{metric.name}`](#check-{check})" in checks.write_overview()


def test_every_command_and_option_is_on_the_page_of_commands() -> None:
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    sections = dict(re.findall(r"^###? (brandkit .+)\n((?:(?!^##).*\n)*)", commands.write(), re.MULTILINE))
    found = dict(commands.walk(root, "brandkit"))
    assert set(sections) == set(found)
    for words, command in found.items():
        options = [name for p in command.params for name in p.opts if name.startswith("--")]
        assert isinstance(command, TyperGroup) or all(f"`{name}`" in sections[words] for name in options)


def test_every_key_of_a_brand_file_is_on_its_page() -> None:
    definitions = schema()["$defs"]
    told = {name for name, _, _ in brand_keys.SECTIONS}
    assert told == set(definitions) - {"Colour", "Whole"}
    written = brand_keys.write()
    for name in told:
        for key in definitions[name]["properties"]:
            assert f"| `{key}` |" in written


def test_every_writer_is_asked_by_a_page() -> None:
    pages = _pages(".")
    assert [name for name in WRITERS if f"% generated: {name}" not in pages] == []


def test_a_block_that_is_to_be_saved_is_under_its_name() -> None:
    shown = filled("```yaml file=acme.brand.yml\nmeta: {name: Acme}\n```\n")
    assert shown == "```{code-block} yaml\n:caption: acme.brand.yml\n\nmeta: {name: Acme}\n```\n"


def test_a_page_that_asks_for_what_nobody_writes_is_an_error() -> None:
    with pytest.raises(ExtensionError, match="'chekcs' is not generated; there are: "):
        filled("% generated: chekcs\n")
