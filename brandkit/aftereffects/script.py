"""The script that builds a project in After Effects: data, and code that never changes."""

from __future__ import annotations

import json
import os
import re
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from brandkit.aftereffects.project import Project
from brandkit.report.words import printable

_CODE = "build.jsx"
_DIRECTIVES = str.maketrans({"@": "\\u0040", "#": "\\u0023", "/": "\\/"})
"""ExtendScript obeys ``#include`` and ``//@include``; in JSON these characters only stand in strings."""
_DRIVE = re.compile(r"/([A-Za-z]):")


def render(project: Project) -> str:
    """A script for File > Scripts > Run Script File; plain ASCII."""
    code = files("brandkit.aftereffects").joinpath(_CODE).read_text(encoding="ascii")
    data = json.dumps(_data(project), indent=1, ensure_ascii=True, allow_nan=False)
    return f"var DATA = {data.translate(_DIRECTIVES)};\n\n{code}"


def _data(project: Project) -> dict[str, object]:
    return {
        "name": printable(project.name),
        "clip": _uri(project.clip),
        "original": _DRIVE.sub(r"/\1", project.original.as_uri().removeprefix("file://"), count=1),
        "sequence": project.sequence,
        "width": project.strip.width,
        "height": project.strip.height,
        "rate": float(project.rate),
        "frames": project.strip.frames,
        "markers": [
            {
                "frame": mark.start,
                "length": mark.length,
                "outcome": mark.outcome,
                "text": "\n".join((mark.name, *mark.lines)),
            }
            for mark in project.marks
        ],
        "grades": [
            {
                "lut": printable(graded.lut),
                "matte": None if (matte := project.matte(graded)) is None else _uri(matte),
                "first": graded.first,
                "last": graded.last,
                "rise": graded.rise,
                "start": graded.start,
            }
            for graded in project.grades
        ],
    }


def _uri(name: str) -> str:
    """A relative path as ExtendScript's ``File`` reads it: it would take ``%20`` in a name for a space."""
    return quote(os.fsencode(Path(name).as_posix()), safe="/")
