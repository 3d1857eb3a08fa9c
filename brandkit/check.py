"""What a check is, how checks are found, and how one pass over a clip feeds all of them.

A check measures and knows no limit: limits live in the brand, judging is done by ``brandkit.gate``.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from brandkit.errors import CheckError
from brandkit.prefetch import ahead
from brandkit.threads import Each, side_by_side

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from brandkit.brand import Brand
    from brandkit.media.clip import Clip, Frames, Source

ENTRY_POINT_GROUP = "brandkit.checks"

Direction = Literal["lower", "higher", "range"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One number a check can report.

    Attributes:
        name: stable id, such as ``drift_de00``; the key under ``limits`` in a brand and in reports.
        unit: ``de00`` (CIEDE2000), ``share`` (0 to 1), ``hz``, ``count``, ``s``, ``px`` …
        direction: which values are better: ``lower``, ``higher``, or those within a ``range``.
        remedy: what a person can do when the value is beyond its limit, as a sentence.
        correctable: whether a colour correction (``brandkit correct``) can bring it within its limit.
    """

    name: str
    unit: str
    direction: Direction
    remedy: str
    correctable: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """A box in a frame, in pixels from the top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """A picture of few colours, such as a heat-map, as PNG keeps it.

    Attributes:
        entries: ``uint8`` ``[H, W]``, into the table.
        table: ``uint8`` ``[K, 3]`` sRGB, of 256 colours at most.
    """

    entries: npt.NDArray[np.uint8] = field(repr=False)
    table: npt.NDArray[np.uint8] = field(repr=False)

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """``uint8`` ``[H, W, 3]`` sRGB."""
        return self.table[self.entries]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A picture that shows what was measured.

    Attributes:
        kind: ``heatmap``, ``mask``, ``strip`` …
        name: file name without ending, unique within the clip, from ``[a-z0-9.-]``.
        title: caption for a person.
        source: ``uint8`` ``[H, W]`` (a mask, 0 or 255) or ``[H, W, 3]`` (sRGB), one with a table of its
            colours, or the PNG that holds it, so that a run over a thousand inputs need not keep their
            pictures in memory.
        file: where it was saved, relative to the report; ``None`` if it was not.
    """

    kind: str
    name: str
    title: str
    source: npt.NDArray[np.uint8] | Indexed | Path = field(repr=False, compare=False)
    file: str | None = None

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The picture itself; read anew at each use where it lies in a file."""
        if isinstance(self.source, Indexed):
            return self.source.pixels
        if not isinstance(self.source, Path):
            return self.source
        import numpy as np
        from PIL import Image

        with Image.open(self.source) as picture:
            # One that was saved with a table of its colours gives numbers of entries else.
            return np.asarray(picture.convert("RGB") if picture.mode == "P" else picture, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a check saw, without judging it.

    Attributes:
        check: id of the check.
        metric: one of the check's metrics.
        value: in ``metric.unit``; ``None`` where it could not be measured, and then ``message`` says why.
        message: a sentence for a person, without a final stop: what was seen, or why nothing could be.
        swatch: name of the brand colour it is about, if it is about one.
        frames: inclusive ranges of frame indices in which it was seen.
        region: where in the frame, if somewhere in particular.
        evidence: pictures.
        colour: ``#RRGGBB`` as found in the clip, if it is about a colour.
        target: ``#RRGGBB`` as the brand asks for it.
        series: what was seen frame by frame, in ``metric.unit``, from the first frame on; ``None`` for a
            frame that could not be measured. Empty where nothing was measured by frame.
        basis: what the value rests on beside the clip, such as an encoder's id and the digest of references;
            values of different bases are not compared. ``None`` where it rests on nothing else.
    """

    check: str
    metric: Metric
    value: float | None
    message: str
    swatch: str | None = None
    frames: tuple[tuple[int, int], ...] = ()
    region: Region | None = None
    evidence: tuple[Evidence, ...] = ()
    colour: str | None = None
    target: str | None = None
    series: tuple[float | None, ...] = ()
    basis: str | None = None


class Check(ABC):
    """A measurement of a clip against a brand, streamed batch by batch.

    A subclass lives in a module of its own whose name is the check's id (``flicker.py`` holds
    ``Flicker``); its docstring is its documentation, printed by ``brandkit explain``. The state
    between ``start`` and ``finish`` must not grow with the number of frames.
    """

    metrics: ClassVar[tuple[Metric, ...]]
    splits: ClassVar[bool] = False
    """Whether the states of shards that each begin at a cut, and were each led in and out, merge to exactly
    what one pass comes to, also after a journey as pickles. Else one process sees all of a clip."""

    @classmethod
    def id(cls) -> str:
        """The name of the module that holds the check."""
        return cls.__module__.rpartition(".")[2]

    @abstractmethod
    def start(self, brand: Brand, source: Source) -> None:
        """Forget everything and get ready for a clip."""

    @abstractmethod
    def update(self, frames: Frames) -> None:
        """Take the next batch into the running state; batches come in order."""

    def lead_in(self, frames: Frames) -> None:  # noqa: B027  most look at nothing there
        """Look at frames right before the shard, which the shard before measures; batches come in order.

        They go back to what ``temporal.samples.lead_in`` says.
        """

    def lead_out(self, frames: Frames) -> None:  # noqa: B027
        """Look at the frames right after the shard, as many as tell whether its last ones start a shot."""

    @abstractmethod
    def finish(self) -> list[Measurement]:
        """Turn the state into measurements; leaves the state as it is."""

    @abstractmethod
    def merge(self, other: Self) -> None:
        """Take in the state of the same check over the neighbouring, later shard of the clip."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A check module that could not be used, with the file and line to look at."""

    id: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The checks that are installed, by id in alphabetical order, and the modules that are broken."""

    checks: dict[str, type[Check]]
    broken: tuple[Broken, ...] = ()

    def select(self, ids: Sequence[str]) -> Registry:
        """Keep only ``ids``; raises ``CheckError`` for one that is not installed."""
        known = set(self.checks) | {b.id for b in self.broken}
        for wanted in ids:
            if wanted not in known:
                near = get_close_matches(wanted, known, 1)
                hint = f"did you mean '{near[0]}'?" if near else f"installed: {', '.join(sorted(known))}"
                raise CheckError(f"no check is called '{wanted}'; {hint}")
        return Registry(
            {name: check for name, check in self.checks.items() if name in ids},
            tuple(b for b in self.broken if b.id in ids),
        )


def discover() -> Registry:
    """Find every installed check through the entry-point group ``brandkit.checks``.

    One entry point names a *package*; each public module in it is one check. A module that cannot
    be imported, or that holds no check of its name, is returned as ``Broken`` rather than dropped. What was
    found is remembered as long as ``sys.path`` stays the same: to look through all that is installed takes
    20 ms, a tenth of a picture.
    """
    return _found(tuple(sys.path))


@lru_cache(maxsize=1)
def _found(path: tuple[str, ...]) -> Registry:
    checks: dict[str, type[Check]] = {}
    broken: list[Broken] = []
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda p: p.value):
        try:
            package = importlib.import_module(point.value)
        except Exception as error:  # a third party's package may raise anything
            broken.append(_broken(point.name, error))
            continue
        for info in pkgutil.iter_modules(package.__path__):
            if info.name.startswith("_"):
                continue
            try:
                check = _check_in(f"{point.value}.{info.name}")
                if info.name in checks:
                    raise CheckError(f"{checks[info.name].__module__} already provides this check")
                checks[info.name] = check
            except Exception as error:
                broken.append(_broken(info.name, error))
    return Registry(dict(sorted(checks.items())), tuple(broken))


def _check_in(module_name: str) -> type[Check]:
    module = importlib.import_module(module_name)
    wanted = module_name.rpartition(".")[2].replace("_", "")
    for name, value in vars(module).items():
        if inspect.isclass(value) and issubclass(value, Check) and name.lower() == wanted:
            return value
    raise CheckError(f"{module.__file__}: holds no Check whose name matches the file's")


def _broken(check_id: str, error: Exception) -> Broken:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{frame.filename}:{frame.lineno}"
    if isinstance(error, SyntaxError):
        where = f"{error.filename}:{error.lineno}"
    return Broken(check_id, where, f"{type(error).__name__}: {error}".splitlines()[0])


def documentation(check: type[Check]) -> str:
    """A check's docstring, cleaned: the one text behind ``brandkit explain`` and the docs."""
    return inspect.cleandoc(check.__doc__ or "")


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that raised while it ran; becomes a finding with the outcome ``error``."""

    check: str
    why: str


def run(
    clip: Clip,
    brand: Brand,
    checks: Iterable[type[Check]],
    *,
    batch: int = 8,
    device: str = "cpu",
    progress: Callable[[int], None] | None = None,
) -> tuple[list[Measurement], list[Failure]]:
    """Decode ``clip`` once and let every check see every frame.

    Checks see a batch of a video at the same time, each in a thread of its own; a still is theirs one after
    the other. A check that raises is taken out and returned as a ``Failure``; the others go on. Errors of the
    file itself (``MediaError``) are raised. ``progress`` is called with the number of frames done.
    """
    measured, failures = measure(clip, brand, checks, batch=batch, device=device, progress=progress)
    return [measurement for found in measured.values() for measurement in found], failures


def measure(
    clip: Clip,
    brand: Brand,
    checks: Iterable[type[Check]],
    *,
    batch: int = 8,
    device: str = "cpu",
    progress: Callable[[int], None] | None = None,
) -> tuple[dict[str, list[Measurement]], list[Failure]]:
    """As ``run``, check by check, by their ids."""
    running = {kind.id(): kind() for kind in checks}
    failures: list[Failure] = []

    def attempt(step: Callable[[Check], object], each: Each = map) -> None:
        """Take a step with every check that is left."""
        found = each(lambda check: _failure(check, step), list(running.values()))
        for failure in found:
            if failure is not None:
                del running[failure.check]
                failures.append(failure)

    attempt(lambda check: check.start(brand, clip.source))
    # The libraries' own threads serve a still better: it is one large frame.
    with nullcontext(map) if clip.source.kind == "image" else side_by_side(len(running)) as each:
        for frames in ahead(clip.batches(batch, device)):
            attempt(lambda check: check.update(frames), each)  # noqa: B023
            if progress is not None:
                progress(len(frames))
    measured: dict[str, list[Measurement]] = {}
    attempt(lambda check: measured.update({check.id(): check.finish()}))
    return measured, failures


def _failure(check: Check, step: Callable[[Check], object]) -> Failure | None:
    """Take a step with a check; what went wrong, if something did."""
    try:
        step(check)
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        first_line = (str(error).splitlines() or [""])[0]
        return Failure(check.id(), f"{type(error).__name__}: {first_line}")
    return None
