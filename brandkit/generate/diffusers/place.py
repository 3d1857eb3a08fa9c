"""Where a model lies: a folder of this machine, or the copy of one from the hub."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from brandkit.errors import GenerationError
from brandkit.generate.diffusers import digest, index, weights
from brandkit.swatch import quote

_HUB_ID = re.compile(r"([A-Za-z0-9][\w.-]*/[\w.-]+)(?:@([\w.-]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A model that is on this machine.

    Attributes:
        folder: what holds its ``model_index.json``.
        id: ``NAME@DIGEST`` of a folder, ``ORG/NAME@COMMIT`` of the hub's.
        index: what it says of itself.
        weights: what was found in it.
    """

    folder: Path
    id: str
    index: index.Index
    weights: weights.Weights


def find(model: str | Path) -> Place:
    """Find a model, and fetch it where it is the hub's and not here yet.

    Args:
        model: a folder that a pipeline was saved to, ``ORG/NAME``, or ``ORG/NAME@REVISION``.

    Raises:
        GenerationError: there is none, or it cannot be used; see ``index.read`` and ``weights.survey``.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return _of_folder(path)
    if path.exists():
        weights.refuse_pickle(path)
        raise GenerationError(single_file(path))
    match = _HUB_ID.fullmatch(str(model))
    if match is None or isinstance(model, Path):
        raise GenerationError(f"{path}: does not exist; give a model's folder, or ORG/NAME on the hub")
    return _of_hub(match[1], match[2])


def _of_folder(folder: Path) -> Place:
    said = index.read(folder)
    found = weights.survey(folder, said)
    parts = digest.of_folder(folder, (index.FILE, *said.parts))
    return Place(folder, f"{folder.resolve().name}@{parts}", said, found)


def _of_hub(name: str, revision: str | None) -> Place:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    why = None
    try:
        folder = Path(snapshot_download(name, revision=revision, local_files_only=True))
        return _of_snapshot(folder, name)
    except LocalEntryNotFoundError:
        pass
    except GenerationError as error:
        why = error  # there in part, perhaps
    try:
        folder = _fetched(name, revision)
    except GenerationError as error:
        raise why or error from error
    return _of_snapshot(folder, name)


def _of_snapshot(folder: Path, name: str) -> Place:
    said = index.read(folder)
    return Place(folder, f"{name}@{folder.name}", said, weights.survey(folder, said))


def _fetched(name: str, revision: str | None) -> Path:
    from diffusers import DiffusionPipeline

    from brandkit.generate.diffusers.quiet import quiet

    try:
        with quiet():
            return Path(DiffusionPipeline.download(name, revision=revision, use_safetensors=True))
    except Exception as error:  # the hub's library may raise anything
        said = " ".join(str(error).split())
        if "safetensors" in said:
            why = (
                "holds no safetensors, and pickles, which could run code, are refused; use another copy of it"
            )
        elif _refused(error):
            why = "is not open to this user or does not exist; check the name, or log in with: hf auth login"
        else:
            why = (
                "is not on this machine and cannot be fetched; on one that reaches the hub, run: "
                f"hf download {name}, or give a model's folder"
            )
        raise GenerationError(f"the model {quote(name)} {why}") from error


def _refused(error: BaseException) -> bool:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    kinds = (GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError)
    return isinstance(error, kinds) or isinstance(error.__cause__, kinds)


def single_file(path: Path) -> str:
    """What is said of a file where a folder is wanted."""
    return (
        f"{path}: is a file and no upscaler that is known; give a model's folder (a checkpoint becomes one "
        "with diffusers' from_single_file(FILE).save_pretrained(FOLDER))"
    )
