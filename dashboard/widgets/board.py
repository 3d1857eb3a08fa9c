"""Attempts at pictures as a board: each as generated and as corrected, what was wrong, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from brandkit.generate.recipe import Recipe, Try
from brandkit.report.words import MARKS, printable
from brandkit.store.filed import Case
from brandkit.store.generating import Shown

from .. import links
from ..front import text

_OUTCOMES = {
    "passed": ("passed", "passed"),
    "corrected": ("passed", "passed once corrected"),
    "needs_review": ("needs_review", "needs review"),
    "failed": ("failed", "failed"),
    "spoilt": ("failed", "no picture"),
}
_component = st.components.v2.component(
    "brandkit_board", html='<div class="board"></div>', css=text("board.css"), js=text("board.js")
)


@dataclass(frozen=True, slots=True)
class Pictures:
    """The attempts at one picture, and the number of the one that was kept."""

    title: str
    tries: Sequence[tuple[Try, str | None, str | None]]
    kept: int | None = None


def board(pictures: Sequence[Pictures], *, key: str) -> None:
    """Draw it."""
    data = {
        "pictures": [
            {
                "title": printable(one.title),
                "tries": [
                    _try(tried, before, after, kept=tried.number == one.kept)
                    for tried, before, after in one.tries
                ],
            }
            for one in pictures
        ]
    }
    _component(key=key, data=data)


def going(shown: Sequence[Shown]) -> list[Pictures]:
    """The attempts of a job so far, by picture."""
    found: dict[str, list[tuple[Try, str | None, str | None]]] = {}
    for one in shown:
        found.setdefault(one.name, []).append((one.tried, _address(one.before), _address(one.after)))
    return [Pictures(name, tries) for name, tries in found.items()]


def filed(case: Case, recipe: Recipe) -> Pictures:
    """The attempts at an item of the store, by its recipe."""
    shas = {file.title: (file.sha256, file.name) for file in case.of("attempt")}
    tries = [
        (
            tried,
            _address(shas.get(f"attempt {tried.number}, as generated")),
            _address(shas.get(f"attempt {tried.number}, corrected")),
        )
        for tried in recipe.tries
    ]
    return Pictures("", tries, recipe.kept)


def _address(file: tuple[str, str] | None) -> str | None:
    return None if file is None else links.blob(*file)


def _try(tried: Try, before: str | None, after: str | None, *, kept: bool) -> dict[str, Any]:
    mark, word = _OUTCOMES[tried.outcome]
    return {
        "number": tried.number,
        "verdict": tried.outcome,
        "mark": MARKS[mark],
        "word": f"{word}, kept" if kept else word,
        "before": before,
        "after": after,
        "moving": tried.request.frames > 1,
        "said": [printable(said) for said in tried.said],
        "remedies": [printable(said) for said in tried.remedies],
        "seconds": f"{tried.seconds:.1f} s",
        "kept": kept,
    }
