"""The hooks for pre-commit, run by pre-commit itself; only they are not installed by it: brandkit is here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from brandkit.media.inputs import ENDINGS
from brandkit.staged_cli import by_brand
from tests.conftest import ACME, BLUE, Command, panel, saved

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
BIN = Path(sys.executable).parent


def hooks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(HOOKS.read_text("utf-8"))
    return found


def call(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"),
    }
    return subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository of two campaigns, each with its brand, that has the hooks."""
    folder = tmp_path / "work"
    folder.mkdir()
    local = [{**hook, "language": "system"} for hook in hooks()]
    config = {"repos": [{"repo": "local", "hooks": local}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    for name, brand in (("blue", ACME), ("other", ACME.replace("#0050FF", "#125CEC"))):
        (folder / name).mkdir()
        (folder / name / f"{name}.brand.yml").write_text(brand, encoding="utf-8")
    assert call(folder, "git", "init", "--quiet").returncode == 0
    return folder


def commit(work: Path) -> subprocess.CompletedProcess[str]:
    """What pre-commit says of everything that is staged."""
    assert call(work, "git", "add", ".").returncode == 0
    return call(work, BIN / "pre-commit", "run")


def test_the_hooks_are_what_pre_commit_calls_a_manifest() -> None:
    done = call(ROOT, BIN / "pre-commit", "validate-manifest", HOOKS)
    assert done.returncode == 0, done.stdout


def test_the_example_is_a_configuration_of_hooks_that_there_are() -> None:
    path = ROOT / ".github" / "examples" / "pre-commit-config.yaml"
    done = call(ROOT, BIN / "pre-commit", "validate-config", path)
    assert done.returncode == 0, done.stdout
    (repo,) = yaml.safe_load(path.read_text("utf-8"))["repos"]
    assert {hook["id"] for hook in repo["hooks"]} <= {hook["id"] for hook in hooks()}


def test_staged_pictures_are_checked_by_the_brand_nearest_above_them_and_brands_too(work: Path) -> None:
    saved(panel(BLUE), work / "blue" / "renders" / "good one.png")
    saved(panel("#125CEC"), work / "other" / "good.PNG")
    saved(panel(), work / "blue" / "bad.png")
    (work / "torn").mkdir()
    (work / "torn" / "_brand.yml").write_text(ACME.replace("#0050FF", "#0050F"), encoding="utf-8")
    (work / "notes.txt").write_text("no picture")
    done = commit(work)
    assert done.returncode == 1
    assert re.search(r"brandkit\.+Failed\n- hook id: brandkit\n- exit code: 1", done.stdout)
    assert re.search(r"brandkit brand\.+Failed\n- hook id: brandkit-brand\n- exit code: 2", done.stdout)
    assert "brandkit: torn/_brand.yml" in done.stdout and "#0050F" in done.stdout
    assert "other/other.brand.yml: Acme, 3 colours" in done.stdout
    said = sorted(line for line in done.stdout.splitlines() if line.startswith(("PASSED", "FAILED")))
    assert [line.rpartition("(")[0].split(maxsplit=1) for line in said if "(Acme)" in line] == [
        ["FAILED", "blue/bad.png  "],
        ["PASSED", "blue/renders/good one.png  "],
        ["PASSED", "other/good.PNG  "],
    ]


def test_the_hook_takes_every_ending_that_the_engine_reads_but_that_of_typescript() -> None:
    pattern = re.compile(hooks()[0]["files"])
    assert {ending for ending in ENDINGS if not pattern.search(f"a/b{ending.upper()}")} == {".ts"}


def test_a_picture_without_a_brand_above_it_is_refused(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(panel(), Path("a/b.png"))
    done = run("staged", "a/b.png")
    assert done.status == 2
    assert done.err.startswith("brandkit: a/b.png: no *.brand.yml lies in its folder or above")


def test_two_brands_in_one_folder_are_not_guessed_between(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one.brand.yml", "_brand.yml"):
        Path(name).write_text(ACME, encoding="utf-8")
    assert "several brand files (_brand.yml, one.brand.yml)" in run("staged", "a.png").err
    assert list(by_brand([Path("a.png")], Path("one.brand.yml"))) == [Path("one.brand.yml")]


def test_a_limit_that_no_check_measures_makes_a_brand_file_wrong(run: Command, acme: Path) -> None:
    acme.write_text(acme.read_text("utf-8") + "    limits: {palette: {drift: {max: 1}}}\n", encoding="utf-8")
    done = run("brand", "validate", acme)
    assert done.status == 2
    assert "the check has no such number" in done.err
