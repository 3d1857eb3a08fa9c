"""The verify loop: generate, check, correct, check again, and ask anew for what still fails.

Each attempt is written to a file before it is judged, so that what is judged is what a person gets, and so
that a crash leaves all that was tried. The best attempt is kept: passed, or for a person to look at.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count as counted
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit import batch, loop, signing
from brandkit.attempt import Attempt, Budget, Task, attempt_at, badness, outcome_of, wrong
from brandkit.errors import MediaError, OutputError, SpoiltError
from brandkit.generate import recipe as recipes
from brandkit.generate.recipe import BrandUsed, Recipe, Try
from brandkit.generate.remedies import next_request
from brandkit.generate.request import Generator, Request
from brandkit.generate.request import unwatched as unwatched_step
from brandkit.media.atomic import output_error, replacing
from brandkit.media.guard import sha256
from brandkit.report.report import installed_versions
from brandkit.report.run import Entry
from brandkit.together import apart

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from brandkit.brand import Brand

ATTEMPTS = "attempts"
REVIEW = "review"
"""Folders beside what passed: of all that was tried, and of what a person has to decide."""
_WORDS = 6
_SEEDS = 1_000_003
"""The step from the seed of one picture of a set to that of the next."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one picture or clip came to.

    Attributes:
        path: the file; ``None`` where no attempt gave a picture.
        recipe: how it was made; ``None`` likewise.
        tries: all attempts.
        entry: the reports before and after correction, for a report's page; ``None`` likewise.
        said: why a person has to look, a sentence each; empty of what passed.
        known: whether an earlier run made it.
    """

    path: Path | None
    recipe: Recipe | None
    tries: tuple[Try, ...]
    entry: Entry | None = None
    said: tuple[str, ...] = ()
    known: bool = False

    @property
    def passed(self) -> bool:
        """Whether it is on brand, by the gate and beside the others of its set."""
        return self.path is not None and not self.said


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request came to.

    Attributes:
        kept: of each picture, in order.
        interrupted: whether Ctrl-C ended it early.
    """

    kept: tuple[Kept, ...]
    interrupted: bool = False

    @property
    def passed(self) -> bool:
        """Whether all are on brand."""
        return bool(self.kept) and all(one.passed for one in self.kept) and not self.interrupted


def generate(
    request: Request | str,
    brand: Brand,
    *,
    out: str | Path = "generated",
    generator: Generator | None = None,
    count: int = 1,
    attempts: int = 4,
    seconds: float | None = None,
    checks: Sequence[str] | None = None,
) -> Outcome:
    """Make pictures or clips that are on brand; see ``run``.

    Args:
        request: what is asked for; a sentence alone is the prompt.
        brand: whose they are.
        out: folder for the results.
        generator: what makes them; ``builtin`` without, which renders product scenes and is no model.
            ``brandkit.generate.diffusers.open_model`` opens others.
        count: how many.
        attempts: at most so many for each.
        seconds: after which no attempt is begun, for each.
        checks: ids of the checks to judge by; all that are installed if ``None``.

    Raises:
        GenerationError, MediaError, CheckError, OutputError: as ``run``.
    """
    if generator is None:
        from brandkit.generate.builtin import Builtin

        generator = Builtin()
    asked = Request(prompt=request) if isinstance(request, str) else request
    chosen = None if checks is None else tuple(checks)
    return run(Task(brand, generator, Path(out), Budget(attempts, seconds), chosen), asked, count)


def run(task: Task, request: Request, pictures: int = 1, name: str | None = None) -> Outcome:
    """Make pictures or clips that are on brand, or that say honestly that a person has to look.

    Args:
        task: what to make them with, and where.
        request: what is asked for; the pictures of a set differ by their seed.
        pictures: how many.
        name: of the files, without number and ending; from the prompt without.

    Returns:
        What became of each, in order.

    Raises:
        GenerationError: the generator cannot make this at all.
        MediaError: the anchor cannot be read.
        CheckError: no check is installed.
        OutputError: the folder cannot be written to.
        CredentialsError: what was made could not be signed.
    """
    loop.find_checks(task.brand, task.checks)
    try:
        task.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(task.out, error) from error
    stem = name or _named(request)
    kept: list[Kept] = []
    for k in range(pictures):
        asked = request.model_copy(update={"seed": (request.seed + k * _SEEDS) % 2**63})
        try:
            kept.append(_one(task, asked, f"{stem}-{k + 1:02d}" if pictures > 1 else stem))
        except KeyboardInterrupt:
            return Outcome(tuple(kept), interrupted=True)
    return Outcome(_held_together(task, kept))


def _named(request: Request) -> str:
    words = re.findall(r"[a-z0-9]+", request.prompt.lower())[:_WORDS]
    if not words and request.anchor is not None:
        words = re.findall(r"[a-z0-9]+", request.anchor.stem.lower())[:_WORDS]
    return "-".join(words) or "picture"


def _one(task: Task, asked: Request, name: str) -> Kept:
    """Attempts at one picture, until one passes or the budget is used up.

    A name that a file of another request has already, or one that was changed, gets a number.
    """
    stem = name
    for number in counted(2):
        if (known := _made_before(task, asked, name)) is not None:
            if known.path is not None and known.recipe is not None:
                signing.sign_known(known.recipe, known.path, task.identity)
            return known
        if not any(path.exists() for path in _places(task, name)):
            break
        name = f"{stem}-v{number}"
    folder = task.out / ATTEMPTS / name
    shutil.rmtree(folder, ignore_errors=True)  # what an interrupted run left, and this one makes again
    start, request = time.monotonic(), asked
    reasons: tuple[str, ...] = ()
    tries: list[Try] = []
    best: tuple[int, Attempt] | None = None
    for number in range(1, task.budget.attempts + 1):
        begun = time.monotonic()
        if tries and task.budget.seconds is not None and begun - start > task.budget.seconds:
            break
        step = task.watch(name, number, task.budget.attempts)
        done = Try(number=number, request=request, remedies=reasons, outcome="spoilt")
        try:
            attempt = attempt_at(task, request, folder, number, step)
        except SpoiltError as error:
            tries.append(done.model_copy(update={"said": (str(error),), "seconds": _since(begun)}))
            task.tell(name, tries[-1])
            request, reasons = next_request((), request, task.brand, task.generator.abilities)
            continue
        tries.append(
            done.model_copy(
                update={
                    "outcome": outcome_of(attempt),
                    "said": tuple(wrong(attempt.report)),
                    "notes": attempt.made.source.notes,
                    "file": attempt.file.relative_to(task.out).as_posix(),
                    "seconds": _since(begun),
                }
            )
        )
        task.tell(name, tries[-1])
        if best is None or badness(attempt.report) < badness(best[1].report):
            best = number, attempt
        if attempt.report.passed:
            break
        # What was wrong before it was corrected is what the generator has to do better.
        first = attempt.entry.report.findings
        request, reasons = next_request(first, request, task.brand, task.generator.abilities)
    return _kept(task, asked, name, tuple(tries), best)


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 2)


def _kept(
    task: Task, asked: Request, name: str, tries: tuple[Try, ...], best: tuple[int, Attempt] | None
) -> Kept:
    """Put the best attempt in its place, with its recipe."""
    if best is None:
        return Kept(None, None, tries, said=tuple(one.said[0] for one in tries if one.said))
    number, attempt = best
    passed = attempt.report.passed
    folder = task.out if passed else task.out / REVIEW
    path = folder / f"{name}{attempt.file.suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            shutil.copyfile(attempt.file, temporary)
    except OSError as error:
        raise output_error(path, error) from error
    recipe = _recipe(task, asked, tries, number, attempt)
    recipes.save(recipe, path, attempt.made.texts)
    signing.sign_generated(recipe, path, task.identity)
    source = replace(attempt.report.source, path=path, sha256=sha256([path]))
    entry = attempt.entry
    if entry.corrected is not None and entry.corrected.report is not None:
        shown = replace(entry.corrected, report=replace(attempt.report, source=source))
        entry = replace(entry, corrected=replace(shown, files=(("result", path),), frame=_shown(path, task)))
    else:
        entry = replace(entry, report=replace(entry.report, source=source))
    entry = replace(entry, frame=_shown(task.out / (tries[number - 1].file or ""), task))
    return Kept(path, recipe, tries, entry, () if passed else tuple(wrong(attempt.report)))


def _shown(path: Path, task: Task) -> Callable[[], npt.NDArray[np.uint8]]:
    """What decodes a file's first frame when a page asks for it."""
    return lambda: batch.first_frame(loop.open_clip(path, task.brand))


def _recipe(task: Task, asked: Request, tries: tuple[Try, ...], number: int, attempt: Attempt) -> Recipe:
    inputs = {"anchor": asked.anchor, "structure": asked.structure, "style": asked.style}
    brand = task.brand
    return Recipe(
        generator=task.generator.id,
        opened=dict(task.opened),
        brand=BrandUsed(
            name=brand.name, digest=brand.digest, path=None if brand.path is None else brand.path.as_posix()
        ),
        asked=asked,
        request=tries[number - 1].request,
        checks=task.checks,
        inputs={key: sha256([path]) for key, path in inputs.items() if path is not None},
        tries=tries,
        kept=number,
        corrections=attempt.corrections,
        verdict=attempt.report.verdict.value,
        pixels=recipes.pixels_of(loop.open_clip(attempt.file, brand)),
        facts=dict(task.generator.facts),
        versions=installed_versions(),
        made=datetime.now(UTC).replace(microsecond=0) if task.timestamp else None,
    )


def _made_before(task: Task, asked: Request, name: str) -> Kept | None:
    """What an earlier run made of the very same request, if it lies there unchanged."""
    for path in _places(task, name):
        try:
            recipe = recipes.load(path)
            same = (
                recipe.asked == asked
                and recipe.generator == task.generator.id
                and recipe.brand.digest == task.brand.digest
                and recipe.checks == task.checks
                and recipes.pixels_of(loop.open_clip(path, task.brand)) == recipe.pixels
            )
        except MediaError:
            continue
        if same:
            said = recipe.tries[recipe.kept - 1].said if path.parent != task.out else ()
            return Kept(path, recipe, recipe.tries, None, said, known=True)
    return None


def _places(task: Task, name: str) -> list[Path]:
    """Where a result of that name may lie."""
    return [folder / f"{name}{end}" for folder in (task.out, task.out / REVIEW) for end in (".png", ".mp4")]


def _held_together(task: Task, kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """The pictures of a set, those that do not go with the others for a person to look at."""
    passed = [one for one in kept if one.passed and one.path is not None]
    if len(passed) < 2:
        return tuple(kept)
    strangers = apart([one.path for one in passed if one.path is not None], task.brand, task.checks)
    return tuple(replace(one, said=strangers[one.path]) if one.path in strangers else one for one in kept)


def replay(path: Path, task: Task) -> tuple[Path, bool]:
    """Make a file again by its recipe.

    Args:
        path: of the file, or of its recipe.
        task: the brand and the generator of the recipe, and where to write.

    Returns:
        What was written, and whether its frames are the same to the bit.

    Raises:
        MediaError: there is no recipe, or the anchor is not the one that was used.
        OutputError: brand or generator are not those of the recipe.
    """
    recipe = recipes.load(path)
    if recipe.generator != task.generator.id:
        raise OutputError(f"{path}: was made by {recipe.generator}, not by {task.generator.id}")
    if recipe.brand.digest != task.brand.digest:
        raise OutputError(f"{path}: was made for another state of the brand {recipe.brand.name}")
    for key, digest in recipe.inputs.items():
        used = getattr(recipe.request, key)
        if used is None or sha256([used]) != digest:
            raise MediaError(f"{used}: is not the {key} that {path.name} was made from: it has changed")
    folder = task.out / ATTEMPTS / "replay"
    attempt = attempt_at(
        replace(task, checks=recipe.checks), recipe.request, folder, recipe.kept, unwatched_step
    )
    name = path.name.removesuffix(recipes.ENDING)
    target = task.out / f"{Path(name).stem}.replay{attempt.file.suffix}"
    with replacing(target) as temporary:
        shutil.copyfile(attempt.file, temporary)
    shutil.rmtree(folder, ignore_errors=True)
    return target, recipes.pixels_of(loop.open_clip(target, task.brand)) == recipe.pixels
