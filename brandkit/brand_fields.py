"""Typed values from the nodes of a YAML file; whatever does not fit is noted with its line."""

from __future__ import annotations

import difflib
import os.path
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from brandkit.swatch import fold, quote
from brandkit.yaml_file import Node, Problems, explain_nothing

_MOST_COMPARED = 300
_Model = TypeVar("_Model", bound=BaseModel)


class Fields:
    """Reads nodes and notes problems; what could not be read comes back as ``None`` or empty.

    Attributes:
        problems: where they are noted.
        removed: names of colours that a file which extends another takes away, with where it does.
    """

    def __init__(self, problems: Problems, removed: Mapping[str, Node] | None = None) -> None:
        self.problems = problems
        self.removed = removed or {}

    def hint(self, name: str, known: Collection[str]) -> str:
        """How a name may have come to name nothing, as the end of a message, or nothing."""
        if name in self.removed:
            gone = self.removed[name]
            return f"; {gone.file}:{gone.line} removes it: say there what takes its place"
        return did_you_mean(name, known)

    def keys(self, node: Node | None, known: Collection[str] | None = None) -> dict[str, Node]:
        """The keys of a mapping, all of them or the ``known`` ones; the others are noted."""
        if node is None:
            return {}
        if not isinstance(node.content, dict):
            self._note_mismatch(node, f"must hold keys: {_listed(known)}" if known else "must hold keys")
            return {}
        if known is None:
            return dict(node.content)
        for key, child in node.content.items():
            if key not in known:
                hint = did_you_mean(key, known) or f"; known: {_listed(known)}"
                self.problems.add(child, f"unknown key{hint}")
        return {key: child for key, child in node.content.items() if key in known}

    def entries(self, node: Node | None, of: str) -> list[Node]:
        """The entries of a list ``of`` something."""
        if node is None:
            return []
        if not isinstance(node.content, list):
            self._note_mismatch(node, f"must be a list of {of}")
            return []
        return node.content

    def text(self, node: Node) -> str | None:
        """A single value as it was written."""
        if isinstance(node.content, str):
            return node.content
        self._note_mismatch(node, "must be a single value")
        return None

    def texts(self, node: Node, of: str) -> tuple[str, ...] | None:
        """A list of single values as they were written."""
        found = [self.text(entry) for entry in self.entries(node, of)]
        texts = tuple(text for text in found if text is not None)
        return texts if len(texts) == len(found) and isinstance(node.content, list) else None

    def model(
        self,
        node: Node,
        kind: type[_Model],
        preset: Mapping[str, Any] | None = None,
        fixed: Collection[str] = (),
    ) -> _Model | None:
        """A mapping as a model; ``preset`` holds values that it may replace unless they are ``fixed``.

        A field that is a tuple is read from a list of single values, any other from a single value.
        """
        before = len(self.problems.found)
        children = self.keys(node, [key for key in kind.model_fields if key not in fixed])
        data = dict(preset or {})
        for key, child in children.items():
            if not (key in data and isinstance(data[key], BaseModel)):
                info = kind.model_fields[key]
                listed = get_origin(info.annotation) is tuple
                data[key] = self.texts(child, _example(info)) if listed else self.text(child)
        sound = len(self.problems.found) == before
        try:
            return kind.model_validate({key: value for key, value in data.items() if value is not None})
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                key = str(detail["loc"][0]) if detail["loc"] else ""
                if key in children:
                    self.problems.add(_inner(children[key], detail["loc"][1:]), say(detail))
                elif sound:  # else it may only follow from a problem that is noted already
                    self.problems.add(node, f"'{key}' is missing" if key else say(detail))
            return None

    def _note_mismatch(self, node: Node, message: str) -> None:
        self.problems.add(node, explain_nothing(node) if node.content is None else message)


def _example(info: FieldInfo) -> str:
    """``values, such as [png, jpeg]``."""
    examples = info.examples or []
    return "values" + (f", such as [{_listed([str(value) for value in examples[0]])}]" if examples else "")


def _inner(node: Node, place: tuple[int | str, ...]) -> Node:
    """The entry of a list that a validation error is about."""
    if place and isinstance(node.content, list) and isinstance(place[0], int):
        return node.content[place[0]]
    return node


def say(detail: ErrorDetails) -> str:
    """A validation error in our words."""
    text, context = str(detail["input"]), detail.get("ctx", {})
    shown = text if re.fullmatch(r"[-+.0-9%]{1,20}", text) else quote(text)
    match detail["type"]:
        case "value_error":
            return str(context["error"])
        case "float_parsing":
            return f"{shown} is not a number"
        case "int_parsing" | "int_from_float":
            return f"{shown} is not a whole number"
        case "finite_number":
            return f"{shown} is not a finite number"
        case "greater_than_equal":
            return f"{shown} is below {context['ge']:g}"
        case "less_than_equal":
            if context["le"] != 1:
                return f"{shown} is above {context['le']:g}"
            return f"{shown} is above 1; write a share as 0 to 1 or as a percentage, such as 5%"
        case "bool_parsing":
            return f"{shown} is neither true nor false"
        case "literal_error":
            return f"{shown} is not one of {context['expected']}"
    return f"{shown}: {detail['msg']}"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """``; did you mean '…'?``, or nothing where none of ``known`` is near."""
    by_fold = {fold(name)[:100]: name for name in list(known)[:_MOST_COMPARED]}
    close = difflib.get_close_matches(fold(word)[:100], by_fold, n=1)
    return f"; did you mean {quote(by_fold[close[0]])}?" if close else ""


def as_max(node: Node) -> Node:
    """A single value as the mapping ``{max: value}``."""
    return replace(node, content={"max": node})


def relative(reference: str, folder: Path, home: Path) -> str:
    """A path that is relative to ``folder`` as one that is relative to ``home``."""
    if PurePosixPath(reference).is_absolute() or PureWindowsPath(reference).is_absolute():
        return reference
    try:
        return Path(os.path.relpath(folder / reference, home)).as_posix()
    except ValueError:  # on another drive
        return (folder / reference).absolute().as_posix()


def _listed(known: Collection[str]) -> str:
    return ", ".join(known)
