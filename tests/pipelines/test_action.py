"""The action for GitHub: its file is one, and its shell steps are run as they stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ACME, BLUE, panel, saved

from .workflow import Runner

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "check"
BIN = Path(sys.executable).parent
HOSTILE = "-a $(touch owned) `touch owned` 'x' \"y\"; touch owned & %04d [b].png"


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody who has a name."""
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository with a brand and a picture on it."""
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "acme.brand.yml").write_text(ACME, encoding="utf-8")
    saved(panel(BLUE), folder / "renders" / "good.png")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Begin")
    return folder


@pytest.fixture
def runner(work: Path, tmp_path: Path) -> Runner:
    installed = {"install": {"brandkit": str(BIN / "brandkit")}}
    return Runner(ACTION, work, tmp_path / "temp", steps=installed)


def check(runner: Runner, **inputs: str) -> dict[str, str]:
    """The step that checks; what it said."""
    assert runner.run({name.replace("_", "-"): text for name, text in inputs.items()}, ("check",)) == 0
    return runner.steps["check"]


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ACTION / "action.yml").read_text("utf-8"))
    return found


def test_the_action_is_valid_by_the_schema_of_actions() -> None:
    program = [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-actions"]
    done = subprocess.run([*program, ACTION / "action.yml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_expression_stands_in_a_script() -> None:
    scripts = [step["run"] for step in action()["runs"]["steps"] if "run" in step]
    scripts += [path.read_text("utf-8") for path in ACTION.glob("*.sh")]
    assert len(scripts) > 3
    assert not any("${{" in script for script in scripts)


def test_every_other_action_is_pinned_by_its_commit() -> None:
    used = [step["uses"] for step in action()["runs"]["steps"] if "uses" in step]
    assert used and all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one) for one in used)


def test_every_input_is_used_and_every_output_comes_from_a_step() -> None:
    text = (ACTION / "action.yml").read_text("utf-8")
    assert [name for name in action()["inputs"] if f"inputs.{name}" not in text] == []
    assert all(o["value"].startswith("${{ steps.check.outputs.") for o in action()["outputs"].values())


def test_a_hostile_name_is_a_name_and_nothing_else(runner: Runner) -> None:
    saved(panel(), runner.workspace / "renders" / HOSTILE)
    done = check(runner, files="renders/*\n\n  renders/good.png  ", fail_on="palette.drift_de00\nlogo")
    assert (done["verdict"], done["exit-code"]) == ("failed", "1"), runner.log
    assert list(runner.workspace.rglob("owned")) == []
    report = json.loads(Path(done["json"]).read_text("utf-8"))
    paths = [entry["source"]["path"] for entry in report["reports"]]
    assert sorted(paths) == sorted([f"renders/{HOSTILE}", "renders/good.png"])
    assert all(Path(done[kind]).stat().st_size for kind in ("html", "sarif", "junit"))
    assert "1 failed, 1 passed" in runner.summary
    assert Path(done["reports"]).parent == runner.temp
    # What is printed cannot be a command to the runner.
    token = re.search(r"^::stop-commands::([0-9a-f]{32})$", runner.log, re.MULTILINE)
    assert token and f"\n::{token[1]}::\n" in runner.log


def test_a_hostile_input_is_a_path_that_does_not_exist(runner: Runner) -> None:
    nasty = "$(touch owned); `touch owned`"
    done = check(runner, files="renders/good.png", brand=nasty, args="--only\npalette")
    assert (done["verdict"], done["exit-code"]) == ("error", "2")
    assert "json" not in done
    assert "the log of the step says why" in runner.summary
    assert list(runner.workspace.rglob("owned")) == []


def pull_request(work: Path) -> str:
    """A branch that adds a picture and a text, merged as GitHub merges it; gives the branch's base."""
    base = git(work, "rev-parse", "HEAD")
    git(work, "switch", "--quiet", "-c", "branch")
    saved(panel(), work / "renders" / HOSTILE)
    (work / "renders" / "notes.txt").write_text("not a picture")
    (work / "elsewhere.png").write_bytes(b"")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "-m", "Add")
    git(work, "switch", "--quiet", "main")
    saved(panel(BLUE), work / "renders" / "of-others.png")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "-m", "Meanwhile")
    git(work, "merge", "--quiet", "--no-ff", "-m", "Merge", "branch")
    return base


def test_only_what_the_pull_request_changes_is_checked(runner: Runner, tmp_path: Path) -> None:
    base = pull_request(runner.workspace)
    # As actions/checkout has it: the merge alone, without what came before.
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", runner.workspace.as_uri(), str(shallow))
    runner.workspace = shallow
    runner.event["event.pull_request.base.sha"] = base
    done = check(runner, files="renders", changed_only="true")
    assert done["verdict"] == "failed", runner.log
    report = json.loads(Path(done["json"]).read_text("utf-8"))
    assert report["source"]["path"] == f"renders/{HOSTILE}"


def test_a_pull_request_without_pictures_is_skipped_and_said(runner: Runner) -> None:
    runner.event["event.pull_request.base.sha"] = git(runner.workspace, "rev-parse", "HEAD")
    (runner.workspace / "renders" / "notes.txt").write_text("not a picture")
    git(runner.workspace, "add", ".")
    git(runner.workspace, "commit", "--quiet", "-m", "Notes")
    done = check(runner, files="renders", changed_only="true")
    assert done == {"verdict": "skipped", "exit-code": "0"}
    assert "nothing was checked" in runner.summary


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"files": " \n"}, "'files' names nothing"),
        ({"files": "renders", "changed_only": "yes"}, "changed-only is 'true' or 'false'"),
        ({"files": "renders", "changed_only": "true"}, "changed-only is for pull requests"),
    ],
)
def test_an_input_that_makes_no_sense_is_refused(runner: Runner, inputs: dict[str, str], said: str) -> None:
    done = check(runner, **inputs)
    assert (done["verdict"], done["exit-code"]) == ("error", "2")
    assert said in runner.summary


def test_of_two_brand_files_none_is_guessed(runner: Runner) -> None:
    shutil.copy(runner.workspace / "acme.brand.yml", runner.workspace / "_brand.yml")
    git(runner.workspace, "add", ".")
    assert check(runner, files="renders")["exit-code"] == "2"
    assert "2 brand files; say by 'brand' which one judges" in runner.summary


def test_the_last_step_fails_the_job_unless_it_is_not_to(runner: Runner) -> None:
    runner.steps["check"] = {"exit-code": "3"}
    step = next(step for step in action()["runs"]["steps"] if step.get("name") == "Verdict")
    assert step["if"] == "inputs.enforce != 'false'"
    assert runner.run({"files": "x"}, ("Verdict",)) == 3


def test_the_action_installs_the_brandkit_it_belongs_to_beside_the_jobs_python(
    runner: Runner, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    for name in ("brandkit", "checks", "dashboard", "palettes", ".github/actions"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, root / name)
    runner.action = root / ".github" / "actions" / "check"
    runner.steps = {"python": {"python-path": sys.executable}}
    # What it needs is here already, and too much to be fetched in a test.
    others = next(path for path in sys.path if path.endswith("site-packages"))
    runner.env = {"PIP_NO_DEPS": "1", "PYTHONPATH": others, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    assert runner.run({"files": "x", "torch-index": ""}, ("pip", "install")) == 0, runner.log
    assert runner.steps["pip"]["key"].startswith("brandkit-pip-")
    assert os.access(runner.steps["install"]["brandkit"], os.X_OK)
    assert "brandkit 0." in runner.log
    assert (runner.temp / "path").read_text() == ""


def test_extras_are_names_and_nothing_else(runner: Runner) -> None:
    runner.steps = {"python": {"python-path": sys.executable}}
    assert runner.run({"files": "x", "extras": "style] @ https://evil.example/x"}, ("install",)) == 2
    assert "extras: write names" in runner.log
