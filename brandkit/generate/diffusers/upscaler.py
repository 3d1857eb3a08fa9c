"""Larger pictures, tile by tile, whatever enlarges a tile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from PIL import Image

from brandkit.brand import Brand
from brandkit.errors import GenerationError
from brandkit.generate import tiles
from brandkit.generate.diffusers import (
    device,
    memory,
    pictures,
    spoilt,
)
from brandkit.generate.made import Made
from brandkit.generate.request import Ability, Request, Step, unwatched

SMALLER = "ask for a smaller picture, or close other programs"
_GLANCE = 8
"""Every how many pixels a result is looked at to tell whether it is one."""


Work = Callable[[torch.Tensor, tiles.Tile, Step], torch.Tensor]
"""As ``tiles.Work``, and tells of its steps."""


@dataclass(frozen=True, slots=True)
class Enlarging:
    """A network that enlarges.

    Attributes:
        id: its name and digest.
        scale: how many times as long it makes the sides.
        tile: pixels of a side that it is given at once.
        overlap: pixels that two tiles share at least.
        setting: how it runs.
        steps: of a request, how many steps each tile takes.
        begin: of a request and a picture's height and width, the work on one of its tiles.
        unheeded: of a request, a note for each thing asked for that it takes no heed of.
    """

    id: str
    scale: int
    tile: int
    overlap: int
    setting: device.Setting
    steps: Callable[[Request], int]
    begin: Callable[[Request, int, int], Work]
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
        counted = _Counted(step, self._tiles(picture, passes), self._network.steps(request))
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
        memory.refuse_too_little(what, 3 * 3 * larger + row, "cpu", SMALLER)
        work = network.begin(request, picture.height, picture.width)

        def checked(part: torch.Tensor, tile: tiles.Tile) -> torch.Tensor:
            made = work(part, tile, counted.within)
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
    """The steps of all tiles as those of one work.

    Args:
        step: told of the progress.
        number: of tiles.
        each: steps that one takes.
    """

    def __init__(self, step: Step, number: int, each: int) -> None:
        self._step, self._of, self._each = step, number * each, each
        self._before, self._told = 0, 0

    def within(self, done: int, of: int) -> None:
        """Steps of the tile that is being made."""
        self._tell(self._before + min(done, self._each))

    def one_more(self) -> None:
        """One tile is made."""
        self._before += self._each
        self._tell(self._before)

    def _tell(self, done: int) -> None:
        if done > self._told:
            self._told = done
            self._step(done, self._of)


def _middle(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The largest part in the middle of a picture that has the proportions asked for, to a pixel."""
    scale = min(picture.width / width, picture.height / height)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (picture.width - wide) // 2, (picture.height - high) // 2
    return picture.crop((left, top, left + wide, top + high))
