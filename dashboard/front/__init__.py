"""What runs in the browser: scripts, styles and templates, and how they are read."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def text(*names: str) -> str:
    """Files of this folder, one behind the other."""
    return "\n".join((files(__name__) / name).read_text(encoding="utf-8") for name in names)


@cache
def template(name: str) -> Template:
    """A template that escapes whatever is put into it."""
    from jinja2 import Environment

    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text(name))
