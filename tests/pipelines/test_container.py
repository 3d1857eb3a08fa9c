"""What the image is built from. Nothing here builds it: that takes a container engine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer.main
import yaml

from brandkit.cli import app

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
DOCKERFILE = (ROOT / ".ci" / "Dockerfile").read_text("utf-8")
COMPOSE = ROOT / ".ci" / "compose.yaml"


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([BIN / "hadolint", ".ci/Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_is_copied_is_what_docker_is_given() -> None:
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    }
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert copied == {line.removeprefix("!") for line in ignore if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_says_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert re.findall(r"^ARG VERSION=(.*)$", DOCKERFILE, re.MULTILINE) == [project["version"]]
    extras = re.search(r"^ARG EXTRAS=(.*)$", DOCKERFILE, re.MULTILINE)
    assert extras is not None and set(extras[1].split(",")) <= set(project["optional-dependencies"])


def test_it_runs_as_nobody_of_the_host() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


@pytest.mark.parametrize("source", ["image", "compose"])
def test_the_command_is_one_that_brandkit_has(source: str) -> None:
    if source == "image":
        found = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
        assert found is not None
        words = json.loads(found[1])
    else:
        words = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]["gate"]["command"]
    command = typer.main.get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    assert command.make_context("brandkit", list(words[1:])).params["host"] == "0.0.0.0"


def test_compose_is_valid_by_its_schema() -> None:
    program = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
