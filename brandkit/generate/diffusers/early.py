"""Ends a generation while it is made, once its colours show that no correction would bring it on brand.

    watch = EarlyStop(pipe, brand, every=4)
    picture = pipe("a bottle", callback_on_step_end=watch).images[0]
    watch.stopped         # None, or at which step it was ended and why

Every few steps the clean picture that the model predicts (see ``clean``) is decoded small and its colours are
counted as the check ``palette`` counts them. A colour that has drifted within its swatch's reach is not held
against it: a LUT takes that onto the HEX. What no LUT mends is: too much that belongs to no swatch, too much
of a forbidden colour, and a colour of which there has to be some and is hardly any. Predictions change from
step to step, so that only what is far beyond the brand's limits, several times in a row, ends a generation.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from math import isqrt
from typing import Any

import torch

from brandkit.brand import Brand
from brandkit.errors import GenerationError
from brandkit.family import CAPTURED, FORBIDDEN, WHOSE, Family
from brandkit.gate import describe
from brandkit.generate.diffusers import clean
from brandkit.generate.diffusers.guidance import layout
from brandkit.generate.diffusers.loaded import steps_of
from brandkit.generate.diffusers.preview import decoded, exact

MARGIN = 0.1
"""Share of the picture by which a limit has to be exceeded: a tenth is more than edges and details change."""
FEWEST = 0.25
"""Of a colour that has to be there, at least this much of its least share."""
BEGIN = 0.3
"""Share of the steps before which nothing is judged: a prediction is hardly more than a mean colour there."""
PATIENCE = 2


@dataclass(frozen=True, slots=True)
class Preview:
    """What a prediction showed.

    Attributes:
        step: after which it was made, from 1.
        steps: of how many.
        faults: for each picture of the batch, what no correction mends, a sentence each; nothing where it may
            still pass.
    """

    step: int
    steps: int
    faults: tuple[tuple[str, ...], ...]

    @property
    def hopeless(self) -> bool:
        """Whether no picture of the batch may still pass."""
        return all(self.faults)

    def __str__(self) -> str:
        """One sentence."""
        said = "; ".join(dict.fromkeys(fault for faults in self.faults for fault in faults))
        return f"step {self.step} of {self.steps}: {said or 'nothing that no correction mends'}"


class EarlyStop:
    """A ``callback_on_step_end`` for diffusers' pipelines; one object serves any number of calls, in turn.

    Args:
        pipe: that it will be given to.
        brand: whose limits judge.
        every: looks at every so many steps.
        begin: share of the steps before the first look, 0 to 1.
        patience: so many hopeless looks in a row end it.
        margin: see ``MARGIN``.
        decoder: a smaller autoencoder for latents of this kind, such as diffusers' ``AutoencoderTiny`` with
            TAESD's weights; the pipeline's own without.
        size: height and width of the pictures, where they are not square and the latents are packed (Flux).

    Attributes:
        size: as given; may be changed between calls.
        previews: what was seen in the last call.
        stopped: what ended it, ``None`` where it went on to its end.

    Raises:
        GenerationError: the pipeline's latents cannot be followed, or the brand limits nothing by which a
            generation could be ended.
    """

    def __init__(
        self,
        pipe: Any,
        brand: Brand,
        *,
        every: int = 4,
        begin: float = BEGIN,
        patience: int = PATIENCE,
        margin: float = MARGIN,
        decoder: Any = None,
        size: tuple[int, int] | None = None,
    ) -> None:
        name = type(pipe).__name__
        lies = layout(pipe)
        if lies is None or not hasattr(type(pipe), "interrupt"):
            raise GenerationError(
                f"{name}: its latents cannot be followed; judge its pictures when they are done"
            )
        if every < 1 or patience < 1:
            raise GenerationError("every and patience are whole numbers from 1")
        self._bounds = Bounds(brand, margin)
        self._layout = lies
        self._every, self._begin, self._patience = every, begin, patience
        self._decoder, self.size = decoder, size
        self._listening = ExitStack()
        self._watched: clean.Watched | None = None
        self.previews: list[Preview] = []
        self.stopped: Preview | None = None

    def __call__(self, pipe: Any, step: int, timestep: Any, tensors: Mapping[str, Any]) -> Mapping[str, Any]:
        """At the end of a step; changes nothing, but may set the pipeline's ``_interrupt``."""
        steps = steps_of(pipe)
        over = True
        try:
            if step == 0 or self._watched is None:
                self._start(pipe)
            elif self._looks(step + 1, steps):
                self._look(pipe, step + 1, steps)
            over = step + 1 >= steps or self.stopped is not None
        finally:
            if over:
                self.close()
        return tensors

    def forget(self) -> None:
        """Be as before the first call."""
        self.close()
        self.previews, self.stopped = [], None

    def close(self) -> None:
        """Listen to the scheduler no longer; needed only where a pipeline fails between two steps."""
        self._listening.close()
        self._watched = None

    def _looks(self, done: int, steps: int) -> bool:
        # After the last step there is nothing to be saved any more.
        return done % self._every == 0 and self._begin * steps <= done < steps

    def _start(self, pipe: Any) -> None:
        """Listen to the scheduler from the next step on."""
        self.forget()
        self._watched = clean.Watched(pipe.scheduler)
        self._listening.enter_context(self._watched.listening())

    def _look(self, pipe: Any, done: int, steps: int) -> None:
        assert self._watched is not None
        predicted = self._watched.clean()
        vae = pipe.vae if self._decoder is None else self._decoder
        with torch.no_grad(), exact(vae):
            shown = decoded(pipe, predicted, self._layout, self._size_of(pipe, predicted), self._decoder)
        self.previews.append(Preview(done, steps, tuple(self._bounds.faults(one) for one in shown)))
        last = self.previews[-self._patience :]
        if len(last) == self._patience and all(preview.hopeless for preview in last):
            self.stopped = last[-1]
            pipe._interrupt = True

    def _size_of(self, pipe: Any, latents: torch.Tensor) -> tuple[int, int]:
        """Height and width of the picture, of packed latents."""
        if self._layout == "planes" or self.size is not None:
            return self.size or (0, 0)
        side = isqrt(latents.shape[1])
        if side * side != latents.shape[1]:
            raise GenerationError("packed latents do not tell their shape; give size=(height, width)")
        # Flux packs squares of two latent pixels a side.
        return (2 * side * pipe.vae_scale_factor,) * 2


class Bounds:
    """What of a brand's limits no correction mends, and how far beyond it is hopeless.

    Args:
        brand: whose limits.
        margin: see ``MARGIN``.

    Raises:
        GenerationError: the brand sets no such limit.
    """

    def __init__(self, brand: Brand, margin: float) -> None:
        self._brand = brand
        limits = [brand.limit("palette", "forbidden", colour.name) for colour in brand.forbidden]
        self._forbidden = [None if limit is None else limit.max for limit in limits]
        off = brand.limit("palette", "off_palette")
        self._off = None if off is None or off.max is None else off.max
        least = [brand.limit("palette", "coverage", swatch.name) for swatch in brand.swatches]
        self._least = [(limit.min if limit else None) or 0.0 for limit in least]
        self._margin = margin
        if self._off is None and not any(self._least) and not any(m is not None for m in self._forbidden):
            raise GenerationError(
                f"{brand.path or brand.name}: sets no off_palette, forbidden colour or least coverage, so "
                "that no generation could be told to be hopeless; add one to the brand"
            )

    def faults(self, shown: torch.Tensor) -> tuple[str, ...]:
        """What no correction mends of a picture ``[3, H, W]``, 0 to 1, a sentence each."""
        brand = self._brand
        colours = torch.nan_to_num(shown).clamp(0, 1).movedim(0, -1).reshape(-1, 3)
        seen = Family(brand, colours.device)(colours)
        found = []
        off = 1 - float(seen[CAPTURED].float().mean())
        if self._off is not None and off > self._off + self._margin:
            found.append(f"{describe(off, 'share')} belongs to no brand colour")
        for k, most in enumerate(self._forbidden):
            share = float((seen[FORBIDDEN] == k).float().mean())
            if most is not None and share > most + self._margin:
                found.append(f"the forbidden {brand.forbidden[k].name} fills {describe(share, 'share')}")
        for k, least in enumerate(self._least):
            share = float((seen[WHOSE] == k).float().mean())
            if share < FEWEST * least:
                found.append(f"{brand.swatches[k].name} and what is near it fill {describe(share, 'share')}")
        return tuple(found)
