"""Every command with its arguments, options and examples, as the command line itself knows them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from brandkit.cli import app
from brandkit.terminal import Exit
from from_code.markdown import code, one_line, table

_STATUSES = {
    Exit.PASSED: "passed",
    Exit.FAILED: "failed: a number is beyond its limit",
    Exit.BAD_INPUT: "bad usage, or an input that cannot be read; the others are done all the same",
    Exit.NEEDS_REVIEW: "needs review: a limit to be looked at, or a required check that could not judge",
    Exit.INTERRUPTED: "interrupted by Ctrl-C",
}

_NAMES = re.compile(r"(?<![\w'`-])(--[a-z][a-z-]*|\$[A-Z_\\]+)")
"""Options and environment variables in a help text."""


def write() -> str:
    """A section for each command, those of groups under their group."""
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    return "\n".join(_section(words, command) for words, command in walk(root, "brandkit"))


def write_exit_statuses() -> str:
    """What the exit statuses mean."""
    return table(["exit status", "verdict"], [[str(int(status)), said] for status, said in _STATUSES.items()])


def walk(group: TyperGroup, words: str) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """Every command and group under a group, with the words that call it, in the order of ``--help``."""
    for name, command in group.commands.items():
        assert isinstance(command, TyperCommand | TyperGroup)
        yield f"{words} {name}", command
        if isinstance(command, TyperGroup):
            yield from walk(command, f"{words} {name}")


def _section(words: str, command: TyperCommand | TyperGroup) -> str:
    level = "##" if words.count(" ") == 1 else "###"
    parts = [f"{level} {words}", _prose(command.help or "")]
    if isinstance(command, TyperCommand):
        parts += [_usage(words, command), _parameters(command)]
    if examples := _examples(command.epilog or ""):
        parts.append(f"```console\n{examples}\n```")
    return "\n\n".join(part for part in parts if part) + "\n"


def _prose(text: str) -> str:
    """Help as Markdown: names of files, of environment variables and of options as code."""
    escaped = inspect.cleandoc(text).replace("*", "\\*").replace("_", "\\_")
    return _NAMES.sub(lambda name: code(name[0].replace("\\", "")), escaped)


def _usage(words: str, command: TyperCommand) -> str:
    arguments = [_metavar(p) for p in command.params if p.param_type_name == "argument"]
    return f"```text\n{' '.join([words, '[OPTIONS]', *arguments])}\n```"


def _parameters(command: TyperCommand) -> str:
    rows = [
        [_name(parameter), _prose(one_line(getattr(parameter, "help", None) or "")), _default(parameter)]
        for parameter in command.params
        if not getattr(parameter, "hidden", False)
    ]
    return table(["argument or option", "what it says", "without it"], rows) if rows else ""


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return code(_metavar(parameter))
    names = ", ".join(code(name) for name in [*parameter.opts, *parameter.secondary_opts])
    shown = "" if parameter.is_flag else code(_metavar(parameter))
    return f"{names} {shown}".rstrip()


def _metavar(parameter: Any) -> str:
    if parameter.metavar:
        return str(parameter.metavar)
    annotation = parameter.type_descriptor.annotation
    if inspect.isclass(annotation) and issubclass(annotation, Enum):
        return "|".join(str(choice.value) for choice in annotation)
    if parameter.param_type_name == "argument":
        return str(parameter.name).upper()
    return {int: "NUMBER", float: "NUMBER"}.get(annotation, "TEXT")


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    if parameter.show_default is False or default is None or default is False or default == ():
        return ""
    if parameter.name == "workers" and isinstance(default, int):
        return "as many as there are cores"
    if default is True:
        return code(parameter.opts[0])
    return code(str(default.value if isinstance(default, Enum) else default))


def _examples(epilog: str) -> str:
    lines = (line.strip() for line in epilog.splitlines())
    return "\n".join(f"$ {line}" for line in lines if line and not re.fullmatch(r"\w+:", line))
