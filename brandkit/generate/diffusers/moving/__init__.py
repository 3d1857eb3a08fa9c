"""Clips: from words, or from an approved picture that begins to move. One file for each family of models."""

from __future__ import annotations

from typing import Any

from brandkit.brand import Brand
from brandkit.generate.diffusers import call, failure, memory, pictures, spoilt
from brandkit.generate.diffusers.loaded import Loaded, parameters
from brandkit.generate.diffusers.moving import ltx, stable_video, wan
from brandkit.generate.diffusers.moving.family import Family
from brandkit.generate.diffusers.quiet import quiet
from brandkit.generate.diffusers.still import codes, decoding_bytes
from brandkit.generate.made import Made
from brandkit.generate.request import Ability, Request, Step, unwatched

__all__ = ["FAMILIES", "Family", "Moving"]

_ADAPTERS = (ltx.FAMILY, stable_video.FAMILY, wan.FAMILY)
FAMILIES = {name: family for family in _ADAPTERS for name in (family.words, family.picture) if name}
"""The family of each pipeline."""


class Moving:
    """A ``Generator`` of clips.

    Args:
        model: a pipeline of ``family``.
        family: how it differs from others.

    Attributes:
        id: as in ``Generator``.
        abilities: as in ``Generator``.
        facts: see ``device.Setting.facts``.
    """

    def __init__(self, model: Loaded, family: Family) -> None:
        self.model = model
        self.id = f"diffusers:{model.id}"
        self.facts = model.setting.facts
        self._family = family
        self._pipes = {type(model.pipe).__name__: model.pipe}
        able: set[Ability] = {"video"}
        able |= {"text"} if self._has(family.words) else set()
        able |= {"anchor"} if self._has(family.picture) else set()
        self.abilities = frozenset(able)

    def generate(self, request: Request, brand: Brand, step: Step = unwatched) -> Made:
        """As in ``Generator.generate``; the clip is made at once."""
        call.refuse_unable(self.id, self.abilities, request)
        family = self._family
        pipe = self._pipe(family.words if request.anchor is None else family.picture)
        size = pictures.Size.on_grid(request.width, request.height, family.grid(pipe))
        arguments, notes = call.common(pipe, request, guidance=family.guidance)
        notes = [*self.model.notes, *notes, *call.unfollowed(request, strength="the strength")]
        if request.pull > 0:
            notes.append("the palette does not guide this model: its latents cannot be followed")
        if request.anchor is not None:
            anchor, said = pictures.read(request.anchor)
            notes += said
            arguments["image"] = pictures.fitted(anchor, size)
        arguments |= {
            **{name: value for name, value in family.extra.items() if name in parameters(pipe)},
            "width": size.model_width,
            "height": size.model_height,
            "num_frames": family.frames(pipe, request),
        }
        if family.rate is not None:
            arguments[family.rate] = max(1, round(request.fps))
        memory.refuse_too_little(
            f"a clip of {request.frames} frames of {size.model_width} x {size.model_height}",
            decoding_bytes(pipe, size) + _held_bytes(size, arguments["num_frames"]),
            "cpu",
            "ask for fewer or smaller frames",
        )
        given = self.model.run(pipe, arguments, seed=request.seed, step=step)
        spoilt.refuse(given.frames, request.seed, withheld=given.withheld)
        cut, said = pictures.cut(given.frames[: request.frames], size)
        made, notes = codes(cut), [*notes, *given.notes, *said]
        return Made(request, self.id, lambda: iter(made), tuple(dict.fromkeys(notes)))

    def _has(self, pipeline: str | None) -> bool:
        return pipeline is not None and (pipeline in self._pipes or self._family.shared)

    def _pipe(self, name: str | None) -> Any:
        """A pipeline of the family, sharing the parts of the one that was loaded."""
        import diffusers

        assert name is not None
        if name not in self._pipes:
            # from_pipe would cast each part, also those that are kept in 32 bits.
            with quiet(), failure.told(f"{self.id} cannot be {name}", "leave out the anchor, or give one"):
                self._pipes[name] = getattr(diffusers, name)(**self.model.pipe.components)
        return self._pipes[name]


def _held_bytes(size: pictures.Size, frames: int) -> float:
    """All frames are held in 32 bits while they are decoded, and once more while they are checked."""
    return 2.0 * 3 * 4 * size.model_width * size.model_height * frames
