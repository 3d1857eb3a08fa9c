"""Larger pictures: networks that spandrel knows, and diffusers' upscaling pipelines, both tile by tile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from brandkit.brand import Brand
from brandkit.errors import GenerationError
from brandkit.generate import tiles
from brandkit.generate.diffusers import (
    call,
    device,
    digest,
    failure,
    memory,
    pictures,
    place,
    spoilt,
    weights,
)
from brandkit.generate.diffusers.loaded import Loaded
from brandkit.generate.diffusers.quiet import quiet
from brandkit.generate.diffusers.still import grid
from brandkit.generate.made import Made
from brandkit.generate.request import Ability, Request, Step, unwatched

PIPELINES = {"StableDiffusionUpscalePipeline": 4}
"""How many times as long a pipeline makes the sides of a picture."""
SUFFIX = ".safetensors"
_SMALLER = "ask for a smaller picture, or close other programs"
_OF_PIPELINES = (128, 32)
_OF_NETWORKS = (256, 32)
"""Pixels of a tile's side, and of what two tiles share: pipelines were trained on results of 512."""
_GLANCE = 8
"""Every how many pixels a result is looked at to tell whether it is one."""


@dataclass(frozen=True, slots=True)
class Enlarging:
    """A network that enlarges.

    Attributes:
        id: its name and digest.
        scale: how many times as long it makes the sides.
        tile: pixels of a side that it is given at once.
        overlap: pixels that two tiles share at least.
        setting: how it runs.
        begin: of a request and a picture's height and width, the work on one of its tiles.
        unheeded: of a request, a note for each thing asked for that it takes no heed of.
    """

    id: str
    scale: int
    tile: int
    overlap: int
    setting: device.Setting
    begin: Callable[[Request, int, int], tiles.Work]
    unheeded: Callable[[Request], list[str]]


class Upscaler:
    """A ``Generator`` of larger pictures: ``Request.anchor`` in the size asked for, its middle kept.

    Args:
        network: what enlarges.

    Attributes:
        id: as in ``Generator``.
        abilities: as in ``Generator``.
        facts: see ``device.Setting.facts``.
    """

    def __init__(self, network: Enlarging) -> None:
        self._network = network
        self.id = f"diffusers:{network.id}"
        self.facts = network.setting.facts
        self.abilities: frozenset[Ability] = frozenset({"upscale"})

    def generate(self, request: Request, brand: Brand, step: Step = unwatched) -> Made:
        """As in ``Generator.generate``; enlarged as often as it takes, then brought to the exact size."""
        if request.anchor is None or request.frames > 1 or request.structure or request.style:
            raise GenerationError(
                f"{self.id} enlarges one picture and does nothing else; give it as the anchor"
            )
        picture, said = pictures.read(request.anchor)
        notes = [*said, *self._network.unheeded(request)]
        picture = _middle(picture, request.width, request.height)
        passes = self._passes(picture, request)
        if not passes:
            notes.append(f"{request.anchor}: is as large already, and was only brought to size")
        counted = _Counted(step, self._tiles(picture, passes))
        for _ in range(passes):
            picture = self._enlarged(picture, request, counted)
        made = picture.resize((request.width, request.height), Image.Resampling.LANCZOS)
        frame = pictures.pixels(made)
        return Made(request, self.id, lambda: iter((frame,)), tuple(notes))

    def _passes(self, picture: Image.Image, request: Request) -> int:
        """How often the network has to enlarge."""
        missing = max(request.width / picture.width, request.height / picture.height)
        passes = 0
        while self._network.scale**passes < missing:
            passes += 1
        return passes

    def _tiles(self, picture: Image.Image, passes: int) -> int:
        network, total = self._network, 0
        for k in range(passes):
            sides = (picture.height * network.scale**k, picture.width * network.scale**k)
            total += sum(len(row) for row in tiles.tiles(*sides, network.tile, network.overlap))
        return total

    def _enlarged(self, picture: Image.Image, request: Request, counted: _Counted) -> Image.Image:
        network = self._network
        larger = picture.width * picture.height * network.scale**2
        # The result, its copy for the change of size, and a row of tiles in 32 bits.
        row = 2 * 3 * 4 * picture.width * network.scale * network.tile * network.scale
        what = f"a picture of {picture.width * network.scale} x {picture.height * network.scale}"
        memory.refuse_too_little(what, 3 * 3 * larger + row, "cpu", _SMALLER)
        work = network.begin(request, picture.height, picture.width)

        def checked(part: torch.Tensor, tile: tiles.Tile) -> torch.Tensor:
            made = work(part, tile)
            if not bool(torch.isfinite(made).all()):
                spoilt.refuse(made[None], request.seed)
            counted.one_more()
            return made

        before = pictures.pixels(picture)
        after = tiles.enlarge(before, network.scale, checked, size=network.tile, overlap=network.overlap)
        if int(before.max()) > int(before.min()):
            spoilt.refuse(after[None, :, ::_GLANCE, ::_GLANCE].float() / 255, request.seed)
        return Image.fromarray(after.permute(1, 2, 0).contiguous().numpy())


class _Counted:
    def __init__(self, step: Step, of: int) -> None:
        self._step, self._of, self._done = step, of, 0

    def one_more(self) -> None:
        self._done += 1
        self._step(self._done, self._of)


def _middle(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The largest part in the middle of a picture that has the proportions asked for, to a pixel."""
    scale = min(picture.width / width, picture.height / height)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (picture.width - wide) // 2, (picture.height - high) // 2
    return picture.crop((left, top, left + wide, top + high))


def of_pipeline(model: Loaded) -> Upscaler:
    """An upscaler that denoises: slow, and it takes words. Tiles share one field of noise and so agree."""
    pipe = model.pipe
    scale = PIPELINES[type(pipe).__name__]
    channels, multiple = pipe.vae.config.latent_channels, grid(pipe)

    def begin(request: Request, height: int, width: int) -> tiles.Work:
        generator = torch.Generator("cpu").manual_seed(request.seed)
        # Wide enough for a tile at the edge, which is drawn out to what the pipeline takes multiples of.
        noise = torch.randn((1, channels, height + multiple, width + multiple), generator=generator)
        arguments, _ = call.common(pipe, request)
        dtype = model.setting.dtype

        def work(part: torch.Tensor, tile: tiles.Tile) -> torch.Tensor:
            right, below = -tile.width % multiple, -tile.height % multiple
            image = torch.nn.functional.pad(part[None], (0, right, 0, below), mode="replicate")
            high, wide = image.shape[-2:]
            latents = noise[:, :, tile.top : tile.top + high, tile.left : tile.left + wide]
            tensors = {"image": (2 * image - 1).to(dtype), "latents": latents.to(dtype)}
            given = model.run(pipe, {**arguments, **tensors}, seed=request.seed, step=unwatched)
            return given.frames[0, :, : scale * tile.height, : scale * tile.width]

        return work

    def unheeded(request: Request) -> list[str]:
        _, notes = call.common(pipe, request)
        return [*model.notes, *notes, *call.unfollowed(request, strength="the strength", pull="the palette")]

    return Upscaler(Enlarging(model.id, scale, *_OF_PIPELINES, model.setting, begin, unheeded))


def of_file(path: Path, device_name: str | None, dtype: str | None) -> Upscaler:
    """An upscaler that spandrel knows, from a file of safetensors."""
    number = weights.count(path)
    setting = device.choose({"network": number}, device_name, dtype, "none")
    network = _network(path)
    if dtype is None and not (
        network.supports_half if setting.bits == "float16" else network.supports_bfloat16
    ):
        setting = device.choose({"network": number}, device_name, "float32", "none")
    network.to(setting.device, setting.dtype)

    def begin(request: Request, height: int, width: int) -> tiles.Work:
        def work(part: torch.Tensor, tile: tiles.Tile) -> torch.Tensor:
            with (
                memory.told("a tile", _SMALLER),
                failure.told(f"{path} cannot enlarge", "use another upscaler"),
            ):
                result: torch.Tensor = network(part[None].to(setting.device, setting.dtype))[0]
            return result

        return work

    name = f"{path.stem}@{digest.of_file(path)[: digest.SHOWN]}"
    return Upscaler(Enlarging(name, int(network.scale), *_OF_NETWORKS, setting, begin, _all_but_the_picture))


def _all_but_the_picture(request: Request) -> list[str]:
    return call.unfollowed(
        request,
        prompt="the prompt",
        negative="the negative prompt",
        strength="the strength",
        steps="the number of steps",
        guidance="the guidance",
        pull="the palette",
    )


def _network(path: Path) -> Any:
    try:
        import spandrel
    except ImportError:
        raise GenerationError(
            f"{path}: upscalers need spandrel; run: pip install 'brandkit[generate]'"
        ) from None
    from safetensors.torch import load_file

    with quiet(), failure.told(f"{path} cannot be loaded", "use another upscaler"):
        try:
            found = spandrel.ModelLoader("cpu").load_from_state_dict(load_file(path))
        except spandrel.UnsupportedModelError:
            raise GenerationError(place.single_file(path)) from None
    if not isinstance(found, spandrel.ImageModelDescriptor) or found.scale < 2 or found.input_channels != 3:
        raise GenerationError(f"{path}: is a network that does not enlarge colour pictures; use an upscaler")
    return found.eval()
