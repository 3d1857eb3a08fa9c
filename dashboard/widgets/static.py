"""Files of a component, read once: scripts and styles that never hold anything a user wrote."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def text(name: str) -> str:
    """The content of a file beside this one."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
