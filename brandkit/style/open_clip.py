"""CLIP and its kin through open_clip: for production, and the only ones that read written guidelines."""

from __future__ import annotations

import hashlib
import logging
import pickle
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from brandkit.errors import StyleError
from brandkit.media.clip import interleaved
from brandkit.style.encoder import F32, OPEN_CLIP, as_list, unit

if TYPE_CHECKING:
    from brandkit.style.encoder import Images

HUB = "hf-hub:"
BATCH = 32
NARROW = 16
"""How many times longer than wide a picture may be before its ends are cut off. Models look at a square in
its middle, and shrink the shorter side first: a line of pixels would become millions."""
CONFIG = "open_clip_config.json"
FILES = frozenset({".safetensors", ".pt", ".pth", ".bin", ".npz"})
"""What files of weights end in."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model comes from, as open_clip asks for it.

    Attributes:
        model: an architecture that open_clip knows, ``hf-hub:ORG/NAME`` or ``local-dir:FOLDER``.
        weights: tag or file, ``None`` where ``model`` says it all.
    """

    model: str
    weights: str | None = None


def place(name: str) -> Place:
    """What an encoder's name stands for.

    It is one of ``open_clip:hf-hub:ORG/NAME``, ``open_clip:FOLDER``, ``open_clip:MODEL/TAG`` and
    ``open_clip:MODEL/FILE``; a folder begins with ``/`` or ``.``, a file ends in ``.safetensors`` or the
    like.

    Raises:
        StyleError: it is none of these.

    >>> place("open_clip:ViT-B-32/laion2b_s34b_b79k")
    Place(model='ViT-B-32', weights='laion2b_s34b_b79k')
    >>> place("open_clip:./clip/")
    Place(model='local-dir:./clip/', weights=None)
    """
    rest = name.removeprefix(OPEN_CLIP)
    if rest.startswith((HUB, "/", ".", "\\")) or rest[1:2] == ":":
        return Place(rest if rest.startswith(HUB) else f"local-dir:{rest}")
    model, slash, weights = rest.partition("/")
    if not (model and slash and weights):
        raise StyleError(
            f"the encoder '{name}' names no weights; write {OPEN_CLIP}MODEL/TAG, {OPEN_CLIP}{HUB}ORG/NAME, "
            f"{OPEN_CLIP}MODEL/FILE or {OPEN_CLIP}./FOLDER"
        )
    return Place(model, weights)


class OpenClip:
    """A model that open_clip loads, with the preparation of pictures that it was trained with.

    Reference: Radford et al. (2021), "Learning Transferable Visual Models From Natural Language Supervision".
    On a GPU the network computes in bfloat16, or float16 where it has no other; on a CPU in float32.

    Attributes:
        id: as in ``Encoder``; the digest is of the weights as they were loaded.
        size: as in ``Encoder``.
        scale: as in ``TextEncoder``.
    """

    def __init__(self, name: str, device: str = "cpu", *, fetch: bool = False) -> None:
        where = place(name)
        with _told(name, where), nullcontext() if fetch else _offline():
            import open_clip

            loaded = open_clip.create_model_from_pretrained(
                where.model, where.weights, device="cpu", weights_only=True
            )
            self._model: Any = loaded[0].eval()
            self._prepare: Callable[[Image.Image], torch.Tensor] = loaded[1]
            self._tokenize: Callable[[list[str]], torch.Tensor] = open_clip.get_tokenizer(where.model)
        self.id = f"{OPEN_CLIP}{_shown(where)}@{_digest(self._model)}"
        self.scale = float(self._model.logit_scale.detach().exp())
        self._device = torch.device(device)
        self._model.to(self._device)
        self.size = self.encode_text(["a picture"]).shape[1]

    def encode(self, images: Images) -> F32:
        """As in ``Encoder.encode``; most models look at the square in the middle of a picture."""
        found = [self._images(batch).float().cpu().numpy() for batch in self._batches(images)]
        return unit(np.concatenate(found)) if found else np.empty((0, self.size), np.float32)

    def encode_text(self, phrases: Sequence[str]) -> F32:
        """As in ``TextEncoder.encode_text``."""
        if not phrases:
            return np.empty((0, self.size), np.float32)
        with self._running():
            vectors = self._model.encode_text(self._tokenize(list(phrases)).to(self._device))
        return unit(vectors.float().cpu().numpy())

    def patches(self, images: Images) -> list[F32]:
        """As in ``Encoder.patches``: the last layer's tokens; one part where a model does not give them."""
        if not hasattr(self._model, "forward_intermediates"):
            return [vector[None, None] for vector in self.encode(images)]
        found: list[F32] = []
        for batch in self._batches(images):
            with self._running():
                given = self._model.forward_intermediates(
                    image=batch.to(self._device),
                    image_indices=1,
                    normalize_intermediates=True,
                    intermediates_only=True,
                )
            maps = given["image_intermediates"][-1].float().permute(0, 2, 3, 1)
            found += [unit(part) for part in maps.cpu().numpy()]
        return found

    def _batches(self, images: Images) -> list[torch.Tensor]:
        listed = as_list(images)
        groups = [listed[first : first + BATCH] for first in range(0, len(listed), BATCH)]
        return [torch.stack([self._prepare(_picture(image)) for image in group]) for group in groups]

    def _images(self, batch: torch.Tensor) -> torch.Tensor:
        with self._running():
            vectors: torch.Tensor = self._model.encode_image(batch.to(self._device))
        return vectors

    @contextmanager
    def _running(self) -> Iterator[None]:
        with torch.inference_mode(), _fast(self._device):
            yield


def _fast(device: torch.device) -> AbstractContextManager[object]:
    """Half the bits where that is faster: on a GPU."""
    if device.type == "cpu":
        return nullcontext()
    half = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.autocast(device.type, half)


def _picture(image: torch.Tensor) -> Image.Image:
    """A picture as open_clip's own preparation takes it, without the ends of a very narrow one."""
    height, width = image.shape[1:]
    high, wide = min(height, NARROW * width), min(width, NARROW * height)
    top, left = (height - high) // 2, (width - wide) // 2
    inner = image[:, top : top + high, left : left + wide]
    return Image.fromarray(interleaved(inner))


def _shown(where: Place) -> str:
    """The name without folders, so that a model that was moved keeps its id."""
    if where.weights is None:
        return where.model if where.model.startswith(HUB) else Path(where.model.partition(":")[2]).name
    return f"{where.model}/{Path(where.weights).name}"


def _digest(model: Any) -> str:
    """The first 12 digits of the sha256 of all weights, in order of their names."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()[:12]


@contextmanager
def _told(name: str, where: Place) -> Iterator[None]:
    """Say what is wrong with a model in one line, and keep open_clip's own log off the screen."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except StyleError:
        raise
    except Exception as error:  # open_clip, the hub and readers of weights may raise anything
        raise StyleError(f"the encoder '{name}' cannot be loaded: {_why(error, name, where)}") from error
    finally:
        logging.disable(before)


@contextmanager
def _offline() -> Iterator[None]:
    """Let the hub's library use what it has, and ask nobody: open_clip has no door for that."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _why(error: BaseException, name: str, where: Place) -> str:
    said = " ".join(str(error).split())
    local = where.model.startswith("local-dir:") or Path(where.weights or "").suffix in FILES
    if isinstance(error, pickle.UnpicklingError) or "weights_only" in said or "TorchScript" in said:
        return "its checkpoint is a pickle that could run code, and is refused; convert it to safetensors"
    if local:
        folder = Path(where.model.partition(":")[2] or ".")
        file = Path(where.weights) if where.weights else folder
        if not file.exists():
            return f"{file} does not exist; check the path"
        if where.weights is None and not (folder / CONFIG).is_file():
            return f"{folder} holds no {CONFIG}; save the model with open_clip, weights as safetensors"
        if where.weights is None and not any(p.suffix in FILES for p in folder.iterdir()):
            return f"{folder} holds no weights; put open_clip_model.safetensors there"
        return f"{file} holds no such model ({said[:200]}); check that it belongs to its configuration"
    if where.weights is not None and "not found in built-ins" in said:
        return f"open_clip knows no model '{where.model}'; 'brandkit models' lists those it knows"
    if where.weights is not None and "not a known tag" in said:
        import open_clip

        known = ", ".join(open_clip.list_pretrained_tags_by_model(where.model)) or "none"
        return f"'{where.weights}' is no file and no tag of {where.model}; known tags: {known}"
    return (
        f"its weights are not on this machine and cannot be fetched; on one that reaches the hub, run: "
        f"brandkit models fetch {name}"
    )
