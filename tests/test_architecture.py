"""The rules of the house: who may import whom, and what every module owes its reader."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENGINE = sorted((ROOT / "brandkit").rglob("*.py"))
MODULES = [*ENGINE, *sorted((ROOT / "checks").rglob("*.py"))]
ABOVE_THE_ENGINE = {"checks", "dashboard", "brandkit_checks", "brandkit_dashboard"}


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> set[str]:
    """The top-level packages that a module names in import statements, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_the_contracts_of_the_import_linter_are_kept() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", ENGINE, ids=label)
def test_the_engine_knows_neither_checks_nor_dashboard(path: Path) -> None:
    assert not imported(path) & ABOVE_THE_ENGINE


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_module_says_what_it_is(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    assert said.splitlines()[0].strip()


def test_no_module_is_called_by_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "misc", "common", "tools"}
    assert [label(path) for path in MODULES if path.stem in empty] == []


def test_checks_are_found_through_the_door_that_others_use() -> None:
    assert "brandkit_checks" in {point.value for point in entry_points(group="brandkit.checks")}


@pytest.mark.parametrize("path", sorted((ROOT / "checks").glob("[a-z]*.py")), ids=label)
def test_a_check_is_a_class_of_the_name_of_its_file(path: Path) -> None:
    names = [n.name.lower() for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.ClassDef)]
    assert path.stem.replace("_", "") in names


def installed() -> tuple[set[str], dict[str, list[str]]]:
    """The packages, and the patterns of the other files, that a wheel holds: an editable install has all."""
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    return set(setup["packages"]), setup["package-data"]


def package_of(path: Path) -> str:
    return ".".join(path.parent.relative_to(ROOT).parts)


def test_every_package_is_installed() -> None:
    assert {package_of(path) for path in ENGINE} <= installed()[0]


def test_every_file_of_data_is_installed() -> None:
    _, patterns = installed()
    data = [
        path
        for path in (ROOT / "brandkit").rglob("*")
        if path.is_file() and path.suffix != ".py" and path.parent.name != "__pycache__"
    ]
    kept = {
        path
        for package, names in patterns.items()
        for name in names
        for path in (ROOT / package.replace(".", "/")).glob(name)
    }
    assert [label(path) for path in data if path not in kept] == []
