"""The commands that make pictures and clips, say how they were made, and make them again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brandkit.credentials_cli import KeyFile, SignWith, TimeAuthority, identity
from brandkit.terminal import BrandFile, Exit, printing

if TYPE_CHECKING:
    from brandkit.attempt import Task, Watch
    from brandkit.generate.request import Generator, Request, Step
    from brandkit.verify import Kept, Outcome

_ASPECT = re.compile(r"([0-9]{1,3}):([0-9]{1,3})", re.ASCII)
_SIZE = re.compile(r"([0-9]{2,5})x([0-9]{2,5})", re.ASCII)


class Faults(StrEnum):
    """How often ``builtin`` errs on purpose."""

    NONE = "none"
    SOME = "some"
    MANY = "many"


Folder = Annotated[
    Path, typer.Option("-o", "--output", metavar="DIR", help="Folder for results.", show_default=False)
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="PATH_OR_ID",
        help="A folder that diffusers saved, or ORG/NAME on the hub; without, 'builtin', which renders "
        "product scenes and is no model.",
        show_default=False,
    ),
]
Attempts = Annotated[int, typer.Option(min=1, max=100, help="At most so many for each picture.")]
Seconds = Annotated[
    float | None,
    typer.Option(metavar="S", help="Begin no attempt after so many seconds, for each picture."),
]
Seed = Annotated[int, typer.Option(min=0, help="Of everything that is drawn by lot.")]
Strength = Annotated[
    float, typer.Option(min=0, max=1, help="How far a result may leave the anchor: 0 is the anchor itself.")
]
Guidance = Annotated[float | None, typer.Option(min=0, max=100, help="How closely words are followed.")]
Steps = Annotated[int | None, typer.Option(min=1, max=1000, help="Of denoising; the model's own without.")]
Pull = Annotated[float, typer.Option(min=0, max=1, help="Palette guidance at the first attempt.")]
Style = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="A picture whose look the result has; the model needs an --ip-adapter.",
        show_default=False,
    ),
]
Likeness = Annotated[float, typer.Option(min=0, max=1, help="How much of that look it has.")]
IpAdapter = Annotated[
    Path | None,
    typer.Option(
        "--ip-adapter", metavar="FILE", help="IP-Adapter of the model, safetensors.", show_default=False
    ),
]
ControlNet = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="ControlNet of the model, for --structure.", show_default=False),
]
Structure = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A picture whose outlines the result keeps.", show_default=False),
]
Erring = Annotated[
    Faults, typer.Option(help="Of builtin: how often it errs on purpose, as models do without wanting to.")
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="CHECK", help="Judge by this check alone; may be given several times."),
]
Prompt = Annotated[str, typer.Option("--prompt", metavar="TEXT", help="What else is to be seen.")]
Picture = Annotated[Path, typer.Argument(metavar="PICTURE", help="An approved picture.", show_default=False)]
Timestamp = Annotated[
    bool, typer.Option("--timestamp/--no-timestamp", help="Say in recipes and reports when they were made.")
]


def generate(
    prompt: Annotated[str, typer.Argument(metavar="PROMPT", help="What is to be seen.", show_default=False)],
    brand: BrandFile,
    output: Folder,
    anchor: Annotated[
        Path | None,
        typer.Option(metavar="PICTURE", help="An approved picture to start from.", show_default=False),
    ] = None,
    model: Model = None,
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=1000, help="How many pictures.")] = 1,
    attempts: Attempts = 4,
    seconds: Seconds = None,
    size: Annotated[str, typer.Option(metavar="WxH", help="Pixels.")] = "1024x1024",
    seed: Seed = 0,
    strength: Strength = 0.6,
    guidance: Guidance = None,
    steps: Steps = None,
    pull: Pull = 0.0,
    negative: Annotated[str, typer.Option(metavar="TEXT", help="What is not to be seen.")] = "",
    structure: Structure = None,
    style: Style = None,
    likeness: Likeness = 0.6,
    ip_adapter: IpAdapter = None,
    controlnet: ControlNet = None,
    faults: Erring = Faults.SOME,
    only: Only = None,
    sign: SignWith = None,
    key: KeyFile = None,
    time_authority: TimeAuthority = None,
    timestamp: Timestamp = True,
) -> None:
    """Make pictures that are on brand, or say that a person has to look.

    Each attempt is checked, corrected where a LUT can, and checked again; what still fails is asked for anew,
    with what the findings say. What passed lies in the folder, the best of what did not in review/, all that
    was tried in attempts/. Each file has a recipe, in it and beside it; with --sign also content credentials.
    A second call goes on where the first one stopped.
    Exit status: 0 all passed, 2 bad usage or input, 3 a person has to look.
    """
    from brandkit.generate.request import Request

    opened = _opened(model, ip_adapter, controlnet)
    task = _task(brand, output, opened, faults, attempts, seconds, only, timestamp)
    task = replace(task, identity=identity(sign, key, time_authority))
    width, height = _size(size)
    request = Request(
        prompt=prompt,
        negative=negative,
        width=width,
        height=height,
        seed=seed,
        anchor=anchor,
        strength=strength,
        guidance=guidance,
        steps=steps,
        pull=pull,
        structure=structure,
        style=style,
        likeness=likeness,
    )
    _make(task, [(request, None)], number)


def variants(
    picture: Picture,
    brand: BrandFile,
    output: Folder,
    prompt: Prompt = "",
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=1000, help="Of each aspect.")] = 1,
    aspect: Annotated[
        list[str] | None,
        typer.Option("--aspect", metavar="W:H", help="Such as 16:9; may be given several times."),
    ] = None,
    model: Model = None,
    attempts: Attempts = 4,
    seconds: Seconds = None,
    seed: Seed = 0,
    strength: Strength = 0.3,
    guidance: Guidance = None,
    steps: Steps = None,
    pull: Pull = 0.0,
    ip_adapter: IpAdapter = None,
    faults: Erring = Faults.SOME,
    only: Only = None,
    sign: SignWith = None,
    key: KeyFile = None,
    time_authority: TimeAuthority = None,
    timestamp: Timestamp = True,
) -> None:
    """Make variants of an approved picture that keep its look, in its own and in other aspects.

    Exit status and folders: as of 'generate'.
    """
    from brandkit.generate.request import Request

    task = _task(brand, output, _opened(model, ip_adapter), faults, attempts, seconds, only, timestamp)
    task = replace(task, identity=identity(sign, key, time_authority))
    width, height = _size_of(picture)
    asked = []
    for name in aspect or [f"{width}:{height}"]:
        wide, high = _at_aspect(width, height, name)
        request = Request(
            prompt=prompt,
            width=wide,
            height=high,
            seed=seed + 1,
            anchor=picture,
            strength=strength,
            guidance=guidance,
            steps=steps,
            pull=pull,
        )
        label = f"-{name.replace(':', 'x')}" if aspect else "-variant"
        asked.append((request, f"{picture.stem}{label}"))
    _make(task, asked, number)


def animate(
    picture: Picture,
    brand: BrandFile,
    output: Folder,
    prompt: Prompt = "",
    frames: Annotated[int, typer.Option(min=2, max=100_000, help="How many.")] = 48,
    fps: Annotated[float, typer.Option(min=1, max=240, help="Frames a second.")] = 24.0,
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=1000, help="How many clips.")] = 1,
    model: Model = None,
    attempts: Attempts = 4,
    seconds: Seconds = None,
    seed: Seed = 0,
    strength: Strength = 0.1,
    guidance: Guidance = None,
    steps: Steps = None,
    faults: Erring = Faults.SOME,
    only: Only = None,
    sign: SignWith = None,
    key: KeyFile = None,
    time_authority: TimeAuthority = None,
    timestamp: Timestamp = True,
) -> None:
    """Bring an approved picture to motion: the same look, checked for flicker and drift.

    Exit status and folders: as of 'generate'; the clip is an MP4.
    """
    from brandkit.generate.request import Request

    task = _task(brand, output, _opened(model), faults, attempts, seconds, only, timestamp)
    task = replace(task, identity=identity(sign, key, time_authority))
    width, height = _size_of(picture)
    request = Request(
        prompt=prompt,
        width=width - width % 2,
        height=height - height % 2,
        frames=frames,
        fps=Fraction(fps).limit_denominator(1001),
        seed=seed,
        anchor=picture,
        strength=strength,
        guidance=guidance,
        steps=steps,
    )
    _make(task, [(request, f"{picture.stem}-motion")], number)


def upscale(
    picture: Picture,
    brand: BrandFile,
    output: Folder,
    to: Annotated[str, typer.Option("--to", metavar="SIZE", help="4k, 2x, 3840x2160 and the like.")] = "4k",
    model: Model = None,
    prompt: Prompt = "",
    seed: Seed = 0,
    steps: Steps = None,
    only: Only = None,
    sign: SignWith = None,
    key: KeyFile = None,
    time_authority: TimeAuthority = None,
    timestamp: Timestamp = True,
) -> None:
    """Enlarge a picture, tile by tile, and check its palette again: enlarging shifts colours.

    Without a model, pictures that 'builtin' made are rendered again in the size that is asked for.
    Exit status and folders: as of 'generate'.
    """
    from brandkit.generate.enlarge import size_of
    from brandkit.generate.request import Request

    task = _task(brand, output, _opened(model), Faults.NONE, only=only, timestamp=timestamp)
    task = replace(task, identity=identity(sign, key, time_authority))
    width, height = size_of(to, *_size_of(picture))
    request = Request(
        prompt=prompt, width=width, height=height, seed=seed, anchor=picture, strength=0.0, steps=steps
    )
    _refuse_to_enlarge(task.generator, picture)
    _make(task, [(request, f"{picture.stem}-{to.lower()}")], 1)


def _refuse_to_enlarge(generator: Generator, picture: Path) -> None:
    """Say so where neither a model enlarges nor the scene of the picture is known."""
    from brandkit.errors import GenerationError
    from brandkit.generate.scene.anchor import KEY
    from brandkit.media import texts

    if "upscale" in generator.abilities:
        return
    if generator.id.startswith("builtin") and texts.read(picture, KEY) is not None:
        return
    raise GenerationError(
        f"{picture}: {generator.id} does not enlarge pictures that it did not make; name an upscaler: --model"
    )


def recipe(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Picture, clip or recipe.", show_default=False)
    ],
    json: Annotated[bool, typer.Option("--json", help="Print all of it, as JSON.")] = False,
) -> None:
    """Say how a file was made: what was asked for, each attempt, what was corrected."""
    from brandkit.generate import recipe as recipes
    from brandkit.generate_show import print_recipe

    found = recipes.load(file)
    printing(lambda: typer.echo(found.json_text()) if json else print_recipe(found))


def replay(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Picture, clip or recipe.", show_default=False)
    ],
    output: Folder,
    brand: Annotated[
        Path | None,
        typer.Option("--brand", "-b", metavar="FILE", help="Brand file, if it is elsewhere now."),
    ] = None,
    model: Model = None,
) -> None:
    """Make a file again by its recipe, and say whether it is the same to the bit.

    Exit status: 0 the same, 1 not the same, 2 it cannot be made.
    """
    from brandkit.errors import BrandError
    from brandkit.generate import recipe as recipes
    from brandkit.verify import replay as made_again

    found = recipes.load(file)
    where = brand or (None if found.brand.path is None else Path(found.brand.path))
    if where is None:
        raise BrandError(f"{file}: the recipe names no brand file; give it by --brand")
    opened = {**found.opened, **_opened(model)}
    task = _task(where, output, opened, _faults(found.generator))
    path, same = made_again(file, task)
    typer.echo(f"{'the same to the bit' if same else 'NOT the same'}: {path}")
    raise typer.Exit(Exit.PASSED if same else Exit.FAILED)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file to the command line."""
    examples: dict[Callable[..., None], str] = {
        generate: "brandkit generate 'a glossy bottle on a podium' -b acme.brand.yml -n 4 -o campaign/\n\n"
        "    brandkit generate 'a bottle at night' -b acme.brand.yml --anchor a.png --model ./sdxl -o out/",
        variants: "brandkit variants hero.png -b acme.brand.yml --aspect 16:9 --aspect 9:16 -o variants/",
        animate: "brandkit animate hero.png -b acme.brand.yml --frames 72 -o motion/",
        upscale: "brandkit upscale hero.png -b acme.brand.yml --to 4k --model ./4x.safetensors -o large/",
        recipe: "brandkit recipe campaign/hero.png",
        replay: "brandkit replay campaign/hero.png -o again/",
    }
    for command, example in examples.items():
        app.command(epilog=f"Examples:\n\n    {example}")(command)


def _task(
    brand: Path,
    output: Path,
    opened: Mapping[str, str],
    faults: Faults,
    attempts: int = 1,
    seconds: float | None = None,
    only: list[str] | None = None,
    timestamp: bool = True,
) -> Task:
    from brandkit.attempt import Budget, Task
    from brandkit.brand import Brand

    return Task(
        brand=Brand.load(brand),
        generator=_generator(opened, faults),
        out=output,
        budget=Budget(attempts, seconds),
        checks=None if only is None else tuple(only),
        opened=opened,
        timestamp=timestamp,
    )


def _opened(
    model: str | None, ip_adapter: Path | None = None, controlnet: Path | None = None
) -> dict[str, str]:
    """What a generator is opened with, as a recipe keeps it."""
    asked = {"model": model, "ip_adapter": ip_adapter, "controlnet": controlnet}
    if model is None and (ip_adapter or controlnet):
        raise typer.BadParameter(
            "belong to a model; give one by --model", param_hint="--ip-adapter, --controlnet"
        )
    return {name: str(value) for name, value in asked.items() if value is not None}


def _generator(opened: Mapping[str, str], faults: Faults) -> Generator:
    if not opened:
        from brandkit.generate.builtin import Builtin

        return Builtin(faults.value)
    from brandkit.generate.diffusers import open_model

    return open_model(
        opened["model"], ip_adapter=opened.get("ip_adapter"), controlnet=opened.get("controlnet")
    )


def _faults(generator: str) -> Faults:
    """How often a ``builtin`` of that id erred."""
    level = generator.split(":")[-1]
    return Faults(level) if level in list(Faults) else Faults.SOME


def _make(task: Task, asked: Sequence[tuple[Request, str | None]], number: int) -> None:
    """Run the loop for each request, print what became of it, write the report, and end with the status."""
    from brandkit import report
    from brandkit.generate_show import print_outcome
    from brandkit.report.run import Run
    from brandkit.verify import Outcome, run

    kept: list[Kept] = []
    interrupted = False
    with _bars() as watch:
        for request, name in asked:
            outcome = run(replace(task, watch=watch), request, number, name)
            kept += outcome.kept
            interrupted |= outcome.interrupted
            if interrupted:
                break
    whole = Outcome(tuple(kept), interrupted)
    entries = tuple(one.entry for one in kept if one.entry is not None)
    if entries:
        shown = Run(entries, (), interrupted)
        for form in ("json", "html"):
            report.write(shown, report.renderer(form), task.out / f"report.{form}")
    printing(lambda: print_outcome(whole))
    if entries:
        typer.echo(f"report: {task.out / 'report.html'}", err=True)
    raise typer.Exit(_status(whole))


def _status(outcome: Outcome) -> Exit:
    if outcome.interrupted:
        return Exit.INTERRUPTED
    return Exit.PASSED if outcome.passed else Exit.NEEDS_REVIEW


@contextmanager
def _bars() -> Iterator[Watch]:
    """A progress bar on stderr that says which attempt it is; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task("", total=None)

        def watch(name: str, attempt: int, attempts: int) -> Step:
            shown.update(
                task, description=f"{name}, attempt {attempt} of {attempts}", completed=0, total=None
            )
            return lambda done, of: shown.update(task, completed=done, total=of)

        yield watch


def _size(text: str) -> tuple[int, int]:
    from brandkit.generate.request import LEAST_SIDE, MOST_SIDE

    found = _SIZE.fullmatch(text.strip().lower())
    if found is None or not all(LEAST_SIDE <= int(side) <= MOST_SIDE for side in found.groups()):
        raise typer.BadParameter(
            f"'{text}' is no size; write 1024x1024, sides of {LEAST_SIDE} to {MOST_SIDE}", param_hint="--size"
        )
    return int(found[1]), int(found[2])


def _size_of(picture: Path) -> tuple[int, int]:
    from brandkit import media

    source = media.open(picture).source
    return source.width, source.height


def _at_aspect(width: int, height: int, name: str) -> tuple[int, int]:
    """About as many pixels as a picture has, at another aspect, in even numbers."""
    from brandkit.generate.request import LEAST_SIDE, MOST_SIDE

    found = _ASPECT.fullmatch(name.strip())
    if found is None or not int(found[1]) or not int(found[2]):
        raise typer.BadParameter(f"'{name}' is no aspect; write 16:9", param_hint="--aspect")
    ratio = int(found[1]) / int(found[2])
    high = (width * height / ratio) ** 0.5
    even = (2 * round(side / 2) for side in (high * ratio, high))
    wide, high = (min(max(side, LEAST_SIDE), MOST_SIDE) for side in even)
    return wide, high
