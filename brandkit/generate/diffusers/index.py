"""``model_index.json``: which pipeline a folder holds, and of which parts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from brandkit.errors import GenerationError
from brandkit.swatch import quote

FILE = "model_index.json"
_LIBRARIES = frozenset({"diffusers", "transformers"})


@dataclass(frozen=True, slots=True)
class Index:
    """What a folder says of itself.

    Attributes:
        pipeline: name of its class in diffusers.
        parts: of each part that is there, the library and the class.
    """

    pipeline: str
    parts: Mapping[str, tuple[str, str]]


def read(folder: Path) -> Index:
    """Read a folder's ``model_index.json``; code that comes with a model is never run.

    Raises:
        GenerationError: there is none, it is damaged, or it asks for code outside diffusers and transformers.
    """
    path = folder / FILE
    try:
        said = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise GenerationError(_without_index(folder)) from None
    except OSError as error:
        raise GenerationError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    except ValueError:
        raise GenerationError(f"{path}: is damaged (no JSON); download the model again") from None
    pipeline = said.get("_class_name") if isinstance(said, dict) else None
    if not pipeline:
        raise GenerationError(f"{path}: names no pipeline (_class_name); save the model with diffusers")
    parts = {}
    for name, value in said.items():
        # A list without words is a setting, or a part that was left out.
        if name.startswith("_") or not isinstance(value, list) or not any(isinstance(v, str) for v in value):
            continue
        if not _is_part(value):
            raise GenerationError(_with_code(path, f"{name}: {value}"))
        parts[name] = (value[0], value[1])
    if not isinstance(pipeline, str) or not pipeline.isidentifier():
        raise GenerationError(_with_code(path, f"_class_name: {pipeline}"))
    return Index(pipeline, parts)


def _is_part(value: list[object]) -> bool:
    """Whether a part is a class of diffusers, of one of its pipelines' own modules, or of transformers."""
    if len(value) != 2 or not all(isinstance(word, str) and word.isidentifier() for word in value):
        return False
    library, kind = str(value[0]), str(value[1])
    if library in _LIBRARIES:
        # transformers' Auto classes are the ones that look for code in a folder; saved models name others.
        return not kind.startswith("_") and not (library == "transformers" and kind.startswith("Auto"))
    from diffusers import pipelines

    return (Path(pipelines.__path__[0]) / library).is_dir()


def _with_code(path: Path, what: str) -> str:
    return (
        f"{path}: asks for code outside diffusers and transformers ({quote(what)}), which is never run; "
        "use a model whose parts are all theirs"
    )


def _without_index(folder: Path) -> str:
    if (folder / "config.json").is_file():
        return f"{folder}: is one part of a model, not a whole one; give the folder that holds {FILE}"
    return (
        f"{folder}: holds no {FILE}; give a folder that a diffusers pipeline was saved to (save_pretrained)"
    )
