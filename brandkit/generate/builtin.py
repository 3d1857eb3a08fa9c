"""The generator that needs no weights: a procedural renderer of product scenes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brandkit.errors import GenerationError
from brandkit.generate.made import Made
from brandkit.generate.request import Ability, Request, Step, unwatched

if TYPE_CHECKING:
    import torch

    from brandkit.brand import Brand
    from brandkit.generate.scene.anchor import Anchor
    from brandkit.generate.scene.departures import Departure
    from brandkit.generate.scene.faults import Faults
    from brandkit.generate.scene.model import Scene
    from brandkit.generate.scene.parse import Wish
    from brandkit.generate.scene.seeded import Level

ID = "builtin:1"
ABILITIES: frozenset[Ability] = frozenset({"text", "anchor", "video", "palette"})


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a request comes to before anything is rendered."""

    scene: Scene
    faults: Faults
    notes: tuple[str, ...]


class Builtin:
    """Product scenes of rounded bodies under a softbox, in a brand's colours: no model, and honest about it.

    A prompt is parsed into a ``Scene`` (``scene.words`` has the vocabulary); what it leaves open is drawn by
    the seed. A ``shaded`` swatch is a body under light, a ``flat`` one is its exact HEX wherever light falls
    on it. Since it stands in for models that are not perfect, it makes mistakes on purpose, and says which
    (``truth``; ``scene.seeded`` has the formulas). The same request gives the same pixels.

    Args:
        faults: how likely they are (``none``, ``some``, ``many``), or the very ones, whatever the request.
        device: where to render.
    """

    abilities: frozenset[Ability] = ABILITIES

    def __init__(self, faults: Level | Faults = "some", device: torch.device | str = "cpu") -> None:
        self._faults = faults
        self.facts = {"device": str(device)}
        self.id = f"{ID}:{faults if isinstance(faults, str) else 'given'}"
        self._device = device

    def scene(self, request: Request, brand: Brand) -> Scene:
        """The scene of a request, without faults.

        Raises:
            GenerationError: it asks for what there is not.
            MediaError: the anchor cannot be read.
        """
        return self._plan(request, brand).scene

    def truth(self, request: Request, brand: Brand) -> Faults:
        """What is wrong on purpose with what ``generate`` makes of a request; nothing is rendered for it."""
        return self._plan(request, brand).faults

    def departures(self, request: Request, brand: Brand) -> tuple[Departure, ...]:
        """What those faults make of each swatch that the picture shows: how far off it is."""
        from brandkit.generate.scene.departures import departures

        plan = self._plan(request, brand)
        return departures(plan.scene, plan.faults, brand)

    def generate(self, request: Request, brand: Brand, step: Step = unwatched) -> Made:
        """As ``Generator.generate``. Frames are rendered when they are read; a still is kept.

        Raises:
            GenerationError: it asks for what there is not.
            MediaError: the anchor cannot be read.
        """
        from brandkit.generate.scene import anchor as anchors

        plan = self._plan(request, brand)
        kept: list[torch.Tensor] = []

        def frames() -> Iterator[torch.Tensor]:
            if kept:
                yield from kept
                return
            for frame in range(request.frames):
                pixels = _frame(plan, request, frame, self._device)
                if request.frames == 1:
                    kept.append(pixels)
                step(frame + 1, request.frames)
                yield pixels

        return Made(request, self.id, frames, plan.notes, anchors.metadata(plan.scene))

    def _plan(self, request: Request, brand: Brand) -> _Plan:
        from brandkit.generate.scene import anchor as anchors
        from brandkit.generate.scene.compose import compose
        from brandkit.generate.scene.lot import Lot
        from brandkit.generate.scene.parse import parse
        from brandkit.generate.scene.seeded import seeded

        _refuse(request)
        wish, lot, moves = parse(request.prompt, brand), Lot(request.seed), request.frames > 1
        scene = compose(wish, brand, lot, moves)
        anchor = None
        if request.anchor is not None:
            anchor = anchors.read(request.anchor, brand)
            seen = anchor.scene or compose(
                anchors.filled(wish, anchor.look), brand, Lot(anchor.digest), moves
            )
            scene = anchors.varied(seen, scene, request.strength, wish, lot)
        faults = self._faults
        if isinstance(faults, str):
            faults = seeded(request, brand, scene, faults, tuple(wish.hexes))
        return _Plan(scene, faults, _notes(request, wish, anchor, faults))


def _refuse(request: Request) -> None:
    """Say what there is not, rather than leave it out in silence."""
    if request.style is not None:
        raise GenerationError(
            "builtin cannot take the look of a picture; give it as 'anchor', or generate with a model"
        )
    if request.structure is not None:
        raise GenerationError(
            "builtin cannot keep the outlines of a picture; leave 'structure' out, or generate with a model"
        )


def _notes(request: Request, wish: Wish, anchor: Anchor | None, faults: Faults) -> tuple[str, ...]:
    notes = [f"procedural scene, not a model; faults seeded: {faults.words()}"]
    notes += wish.notes
    if wish.unread:
        notes.append("not understood: " + ", ".join(f"'{word}'" for word in wish.unread))
    if request.negative.strip():
        notes.append("the negative prompt was not read")
    if anchor is not None:
        notes += anchor.notes
    return tuple(notes)


def _frame(plan: _Plan, request: Request, frame: int, device: torch.device | str) -> torch.Tensor:
    """One frame, whatever was made before it: ``uint8`` ``[3, H, W]``."""
    from brandkit.generate.scene import motion
    from brandkit.generate.scene.faults import repainted, wave
    from brandkit.generate.scene.lot import Lot
    from brandkit.generate.scene.render import Stage, picture
    from brandkit.generate.scene.seeded import with_accent

    faults, lot = plan.faults, Lot(request.seed)
    passed = frame / max(request.frames - 1, 1)
    scene = repainted(with_accent(plan.scene, faults.accent, lot), faults, passed)
    scene = motion.at(scene, float(frame / request.fps))
    gain = (1.0, 1.0, 1.0) if faults.tint is None else faults.tint.gains
    if faults.flicker is not None:
        light = 1 + faults.flicker.light * wave(frame, lot, "flicker")
        gain = (gain[0] * light, gain[1] * light, gain[2] * light)
    gains = {}
    if faults.pulse is not None and faults.pulse.thing is not None:
        gains[faults.pulse.thing] = 1 + faults.pulse.light * wave(frame, lot, "pulse")
    return picture(Stage.of(scene, device, gains), request.width, request.height, gain)
