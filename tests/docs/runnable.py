"""The blocks of a page that run, in order, as a reader would type them.

- ```` ```sh run ```` and ```` ```python run ```` are run; ``exit=1`` behind it is the exit status that is
  meant.
- ```` ```yaml file=NAME ```` (or another language) is written to a file of that name.
- ```` ```text shown ```` is what the block before prints: each of its lines has to be among the output; ``…``
  stands for what is left out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from brandkit.cli import main

BLOCK = re.compile(
    r"^```(?P<language>\w+) (?P<options>[^\n`]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A block of a page: its language, what is said behind it, and its text."""

    language: str
    options: tuple[str, ...]
    text: str

    def option(self, name: str) -> str | None:
        """The value of an option such as ``exit=1``."""
        return next((o.partition("=")[2] for o in self.options if o.startswith(f"{name}=")), None)


def blocks(page: str) -> list[Block]:
    """The blocks of a page that have options."""
    return [
        Block(found["language"], tuple(found["options"].split()), found["text"])
        for found in BLOCK.finditer(page)
    ]


def walk_through(page: str, folder: Path) -> None:
    """Do in a folder what a page tells to do, and compare what is printed with what it shows."""
    printed = ""
    for block in blocks(page):
        if name := block.option("file"):
            (folder / name).write_text(block.text, encoding="utf-8")
        elif "run" in block.options:
            printed = _run(block, folder)
        elif "shown" in block.options:
            _compare(block.text, printed)


def _run(block: Block, folder: Path) -> str:
    status, printed = (_python if block.language == "python" else _shell)(block.text, folder)
    assert status == int(block.option("exit") or 0), f"{block.text}\nended with {status}:\n{printed}"
    return printed


def _python(script: str, folder: Path) -> tuple[int, str]:
    out = StringIO()
    sys.path.insert(0, str(folder))
    try:
        with chdir(folder), redirect_stdout(out):
            exec(compile(script, "<page>", "exec"), {"__name__": "__main__"})
    finally:
        sys.path.remove(str(folder))
    return 0, out.getvalue()


def _shell(script: str, folder: Path) -> tuple[int, str]:
    """Run a script line by line, as ``bash -e`` does; plain calls of brandkit without a process of their own,
    which would take seconds each to load torch."""
    printed = ""
    for line in script.replace("\\\n", " ").splitlines():
        if line.startswith("brandkit ") and not re.search(r"[|<>&;$*]", line):
            status, said = _brandkit(shlex.split(line)[1:], folder)
        else:
            status, said = _process(["bash", "-euo", "pipefail"], line, folder)
        printed += said
        if status:
            return status, printed
    return 0, printed


def _brandkit(arguments: Sequence[str], folder: Path) -> tuple[int, str]:
    out = StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(out):
        try:
            main(arguments)
            status = 0
        except SystemExit as ended:
            status = int(ended.code or 0)
    return status, out.getvalue()


def _process(command: Sequence[str], script: str, folder: Path) -> tuple[int, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        input=script,
        cwd=folder,
        env={**os.environ, "PATH": path},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


def _compare(shown: str, printed: str) -> None:
    lines = [_plain(line) for line in printed.splitlines()]
    for line in map(_plain, shown.splitlines()):
        parts = [part.strip() for part in line.split("…") if part.strip()]
        assert any(all(part in one for part in parts) for one in lines), f"'{line}' is not in:\n{printed}"


def _plain(line: str) -> str:
    return " ".join(line.split())
