"""The command line: ``brandkit check``, ``correct``, ``generate``, ``brand …``, ``explain``.

Each command only translates: words into calls of ``batch`` and ``loop``, results into text and an exit
status. Nothing heavy is imported before a command needs it, so that ``--help`` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brandkit import (
    brand_cli,
    credentials_cli,
    generate_cli,
    models_cli,
    policy_cli,
    review_cli,
    scale_cli,
    serve_cli,
    staged_cli,
    store_cli,
)
from brandkit.errors import BrandkitError
from brandkit.terminal import BrandFile, Exit, printing

if TYPE_CHECKING:
    from brandkit.batch import Watch
    from brandkit.loop import Progress
    from brandkit.mask import Mask
    from brandkit.media import Codec
    from brandkit.report.run import Entry, Run

app = typer.Typer(
    name="brandkit",
    help="Check pictures and video against a brand's colours, and correct them to the exact HEX.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 passed, 1 failed, 2 bad usage or input, 3 needs review.",
)
app.add_typer(brand_cli.app, name="brand")
app.add_typer(models_cli.app, name="models")
app.add_typer(store_cli.app, name="store")


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="Files, folders, globs in quotes, or numbered stills such as 'shot_%04d.png'.",
        show_default=False,
    ),
]
Anchor = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="An approved still that every frame is compared with (check 'drift').",
        show_default=False,
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="CHECK",
        help="Run only this check; may be given several times. What the brand requires beside it counts as "
        "not evaluated.",
    ),
]


Store = Annotated[
    str | None,
    typer.Option(
        metavar="STORE",
        help="File the run for review in this store: a folder, or postgresql://…",
        show_default=False,
    ),
]


class StillFormat(StrEnum):
    """Formats that pictures can be written in; JPEG and AVIF do not hold every colour."""

    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    JPEG = "jpg"
    AVIF = "avif"
    HEIC = "heic"


Timestamp = Annotated[
    bool,
    typer.Option(
        "--timestamp/--no-timestamp", help="Say in reports when they were made; without, bytes repeat."
    ),
]


@app.command(
    epilog="""Examples:\n
    brandkit check hero.png --brand acme.brand.yml\n
    brandkit check renders/ 'extra/*.jpg' -b acme.brand.yml --format html -o report.html\n
    brandkit check clip.mp4 -b acme.brand.yml --format json --no-timestamp\n
    brandkit check film.mp4 -b acme.brand.yml --workers 8\n
    brandkit check shots/ -b acme.brand.yml -o markers.otio\n
    brandkit check renders/ -b acme.brand.yml --store reviews/\n
    brandkit check renders/ -b acme.brand.yml --also report.html --also report.sarif\n
    brandkit check renders/ -b acme.brand.yml --baseline main.json --waivers waivers.yml -f sarif\n
    brandkit check 's3://campaign/*.jpg' -b acme.brand.yml --engine ray -o results/"""
)
def check(
    inputs: Inputs,
    brand: BrandFile,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="text, json, html, junit, sarif, markdown or csv; timelines with markers for editors: otio, "
            "edl (Resolve), fcp7 (Premiere), fcpxml. Without, what the output ends in, else text.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="PATH", help="Write there, evidence pictures beside it, not to stdout."
        ),
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="Write the same run there too, in the format of the ending: .html, .json, .sarif, .xml "
            "(JUnit), .md, .csv or .txt. May be given several times.",
        ),
    ] = None,
    anchor: Anchor = None,
    only: Only = None,
    store: Store = None,
    fail_on: policy_cli.FailOn = None,
    review_as: policy_cli.ReviewAsOption = policy_cli.ReviewAs.REVIEW,
    baseline: policy_cli.Baseline = None,
    waivers: policy_cli.Waivers = None,
    engine: scale_cli.EngineOption = scale_cli.Engine.LOCAL,
    workers: scale_cli.Workers = None,
    timestamp: Timestamp = True,
) -> None:
    """Score pictures and video against a brand and say whether they pass.

    Several inputs give a report each and a summary. Exit status: 0 all passed, 1 one failed,
    2 bad usage or an input that cannot be read, 3 one needs review.
    """
    from brandkit import batch, report
    from brandkit.brand import Brand
    from brandkit.report.text import print_run

    form = format or (report.by_ending(output) if output is not None else None) or "text"
    renderer = report.renderer(form)
    others = [(path, report.renderer_of(path)) for path in also or []]
    guide = Brand.load(brand)
    policy = policy_cli.read(fail_on or [], review_as, baseline, waivers)
    if engine is scale_cli.Engine.RAY:
        given = {"--anchor": anchor is not None, "--format": format is not None, "--also": bool(also)}
        if any(given.values()):
            raise BrandkitError(
                "--engine ray: writes Parquet, and takes the anchor that the brand file names; leave out "
                + next(option for option, there in given.items() if there)
            )
        status = scale_cli.check(
            inputs,
            guide,
            checks=only,
            policy=policy,
            timestamp=timestamp,
            output=output,
            store=store,
            workers=workers,
        )
        policy_cli.say_expired(policy)
        raise typer.Exit(status)
    with store_cli.filing_into(store, guide, "check") as filer, scale_cli.crew(workers) as crew:
        run = batch.check_all(
            inputs,
            guide,
            checks=only,
            anchor=anchor,
            timestamp=timestamp,
            settle=_settler(
                form,
                output or next((path for path, _ in others), None),
                filer,
                lambda entry: policy_cli.ruled(entry, policy, guide),
            ),
            watch=_watch(passes=1),
            crew=crew,
        )
        if filer is not None:
            filer.end(run)
    if output is not None:
        report.write(run, renderer, output)
        _say_faults(run)
        typer.echo(f"report: {output}", err=True)
    elif form == "text":
        printing(lambda: print_run(run))
        _say_faults(run, shown=True)
    else:
        printing(lambda: sys.stdout.write(renderer.render(run)))
        _say_faults(run)
    for path, other in others:
        report.write(run, other, path)
        typer.echo(f"report: {path}", err=True)
    policy_cli.say_expired(policy)
    raise typer.Exit(policy_cli.status(run, policy) if store_cli.say(filer) else Exit.BAD_INPUT)


@app.command(
    epilog="""Examples:\n
    brandkit correct hero.jpg --brand acme.brand.yml -o corrected/\n
    brandkit correct hero.jpg -b acme.brand.yml -o corrected/ --still png\n
    brandkit correct shot.mov -b acme.brand.yml -o out/ --codec ffv1\n
    brandkit correct hero.jpg -b acme.brand.yml -o out/ --region 400,80,640,720\n
    brandkit correct shot.mov -b acme.brand.yml -o out/ --lut cube,clf --nodes 65\n
    brandkit correct shot.mov -b acme.brand.yml -o out/ --after-effects\n
    brandkit correct hero.jpg -b acme.brand.yml -o out/ --sign signer.pem --key signer.key\n
    ffmpeg -i shot.mov -vf lut3d=out/shot.cube:interp=tetrahedral graded.mov"""
)
def correct(
    inputs: Inputs,
    brand: BrandFile,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Folder for results.", show_default=False)
    ],
    lut: Annotated[
        str,
        typer.Option(
            metavar="FORMATS",
            help="LUTs to write beside each result, with a README on how to load them: cube, clf, hald, "
            "several with commas, or none.",
        ),
    ] = "cube",
    nodes: Annotated[
        int, typer.Option(metavar="17|33|65", help="Nodes along each axis of a LUT; Resolve likes 65.")
    ] = 33,
    codec: Annotated[
        str,
        typer.Option(
            metavar="CODEC",
            help="For video: h264 plays everywhere; h265, prores, prores-4444, dnxhr, dnxhr-444 hold every "
            "HEX in 10 bits; ffv1 and h264-rgb are lossless.",
        ),
    ] = "h264",
    crf: Annotated[
        int | None,
        typer.Option("--crf", metavar="0-51", help="Quality of h264 and h265; 12 without, 0 is the best."),
    ] = None,
    still: Annotated[
        StillFormat | None,
        typer.Option("--still", help="Write pictures in this format; without, each keeps its own."),
    ] = None,
    mask: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Correct only where this picture, of the input's size, is white.",
            show_default=False,
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(metavar="X,Y,W,H", help="Look for brand colours only in this box, in pixels."),
    ] = None,
    deflicker: Annotated[
        bool | None,
        typer.Option(
            "--deflicker/--no-deflicker",
            help="Take out flicker of the whole picture and of brand colours; without, where there is more "
            "than the brand allows.",
            show_default=False,
        ),
    ] = None,
    dither: Annotated[
        bool,
        typer.Option(
            "--dither", help="Round to 8 bits with noise, so that corrected gradients show no steps."
        ),
    ] = False,
    after_effects: Annotated[
        bool,
        typer.Option(
            "--after-effects",
            help="Make a folder for After Effects, too: the result, LUTs of at most 64 nodes, mattes, "
            "markers, and a script that builds a composition of them.",
        ),
    ] = False,
    anchor: Anchor = None,
    only: Only = None,
    store: Store = None,
    sign: credentials_cli.SignWith = None,
    key: credentials_cli.KeyFile = None,
    time_authority: credentials_cli.TimeAuthority = None,
    timestamp: Timestamp = True,
) -> None:
    """Take brand colours onto their exact HEX by 3-D LUTs, and check again.

    Writes NAME.corrected.* and NAME.cube for each input, and report.html and report.json with before
    and after. Where one LUT would move what is not the brand's, each region gets a LUT and a matte that
    follows its edges, written as NAME.1-COLOUR.cube and NAME.1-COLOUR.matte.png (.mov). Each shot of a
    video gets its own; where a drift moves within a shot, LUTs fade into each other (NAME.shot-1.key-2).
    Flicker beyond the brand's limit is taken out first. Pictures keep their format, depth, profile and
    metadata. Originals are left alone. A correction that would make anything worse is refused.
    With --sign, results carry content credentials that name the original and what was corrected.
    Exit status: as of 'check', for what was written.
    """
    from brandkit import batch
    from brandkit.brand import Brand

    chosen = _codec(codec, crf)
    luts = _luts(lut)
    if after_effects and not luts:
        raise typer.BadParameter("--after-effects needs LUTs; leave out none", param_hint="--lut")
    guide = Brand.load(brand)
    how = batch.Settings(
        luts=luts,
        nodes=_nodes(nodes),
        codec=chosen,
        crf=crf,
        still=None if still is None else f".{still}",
        mask=_mask(mask, region),
        deflicker=deflicker,
        dither=dither,
        checks=None if only is None else tuple(only),
        anchor=anchor,
        timestamp=timestamp,
        after_effects=after_effects,
        identity=credentials_cli.identity(sign, key, time_authority),
    )
    with store_cli.filing_into(store, guide, "correct") as filer:
        kept = _keeper(filer)
        run = batch.correct_all(inputs, guide, output, how, settle=kept, watch=_watch(passes=3))
        if filer is not None:
            filer.end(run)
    _deliver(run, output)
    raise typer.Exit(policy_cli.status(run) if store_cli.say(filer) else Exit.BAD_INPUT)


def _luts(text: str) -> tuple[str, ...]:
    """The LUT formats that were asked for, when there are such; otherwise bad usage."""
    from brandkit import handover
    from brandkit.errors import OutputError

    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",")))
    if names == ("none",):
        return ()
    try:
        for name in names:
            handover.form(name)
    except OutputError as error:
        raise typer.BadParameter(str(error), param_hint="--lut") from None
    return names


def _nodes(count: int) -> int:
    if count not in (17, 33, 65):
        raise typer.BadParameter(f"{count} is not what programs read; use 17, 33 or 65", param_hint="--nodes")
    return count


def _mask(file: Path | None, region: str | None) -> Mask | None:
    """Where to correct, when something was said of it; otherwise bad usage."""
    from brandkit.mask import Mask, parse_box

    if file is None and region is None:
        return None
    try:
        return Mask(file, None if region is None else parse_box(region))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--region") from None


def _codec(name: str, crf: int | None) -> Codec:
    """The codec of that name, when it takes that rate factor; otherwise bad usage."""
    from brandkit.errors import OutputError
    from brandkit.media import codecs

    try:
        chosen = codecs.find_codec(name)
    except OutputError as error:
        raise typer.BadParameter(str(error), param_hint="--codec") from None
    try:
        codecs.quality(chosen, crf)
    except OutputError as error:
        raise typer.BadParameter(str(error), param_hint="--crf") from None
    return chosen


def _deliver(run: Run, folder: Path) -> None:
    """Write both reports into a folder, print the run, and say where things lie."""
    from brandkit import report
    from brandkit.report.text import print_run

    for name in ("json", "html"):
        report.write(run, report.renderer(name), folder / f"report.{name}")
    printing(lambda: print_run(run))
    _say_faults(run, shown=True)
    typer.echo(f"report:    {folder / 'report.html'}\nheat-maps: {folder / 'report.evidence'}", err=True)


generate_cli.add_to(app)
credentials_cli.add_to(app)
review_cli.add_to(app)
serve_cli.add_to(app)
staged_cli.add_to(app)


@app.command(epilog="""Example:\n\n    brandkit demo -o demo/""")
def demo(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Folder for all of it.")
    ] = Path("demo"),
) -> None:
    """Check and correct four real pictures and a video against the shipped brands."""
    from brandkit import demo as demonstration

    run = demonstration.run(output, _watch(passes=3))
    _deliver(run, output / "corrected")
    typer.echo(f"originals: {output}", err=True)


@app.command(epilog="""Example:\n\n    brandkit explain palette""")
def explain(
    name: Annotated[
        str | None, typer.Argument(metavar="[CHECK]", help="Id of the check; all are listed without.")
    ] = None,
) -> None:
    """Print what a check measures, how, and when it misleads."""
    from brandkit.check import discover
    from brandkit.show import print_checks

    registry = discover()
    if name is not None:
        registry = registry.select([name])
    printing(lambda: print_checks(registry, whole=name is not None))
    if registry.broken:
        raise typer.Exit(Exit.BAD_INPUT)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"brandkit {version('brandkit')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


def _watch(passes: int) -> Watch:
    """A progress bar on stderr for each input of several frames; nothing where stderr is no terminal."""

    @contextmanager
    def bar(path: Path, frames: int | None) -> Iterator[Progress]:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
            task = shown.add_task(path.name, total=frames * passes if frames else None)
            yield lambda done: shown.advance(task, done)

    return bar


def _settler(
    form: str, output: Path | None, filer: store_cli.Filer | None, ruled: Callable[[Entry], Entry]
) -> Callable[[int, Entry], Entry]:
    """What becomes of each input: ruled on, filed, and its evidence saved, embedded, or let go.

    ``output`` is the report beside which evidence is saved.
    """
    from brandkit.report import evidence

    keep = _keeper(filer)

    def kept(entry: Entry) -> Entry:
        return keep(ruled(entry))

    if output is not None and (output.is_file() or not output.exists()):
        return lambda number, entry: evidence.save_entry(kept(entry), number, output)
    if form == "html":
        return lambda number, entry: kept(entry)
    return lambda number, entry: evidence.without(kept(entry))


def _keeper(filer: store_cli.Filer | None) -> Callable[[Entry], Entry]:
    return (lambda entry: entry) if filer is None else filer.keep


def _say_faults(run: Run, *, shown: bool = False) -> None:
    """One line on stderr for each input that could not be read.

    ``shown`` says that the text on stdout names them: a terminal that has both need not say it twice.
    """
    if shown and sys.stdout.isatty() and sys.stderr.isatty():
        return
    for fault in run.unreadable:
        typer.echo(f"brandkit: {fault.message}", err=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; what a user can cause ends in one line on stderr and exit status 2."""
    try:
        app(args=arguments)
    except BrandkitError as error:
        typer.echo(f"brandkit: {error}", err=True)
        sys.exit(Exit.BAD_INPUT)
    except KeyboardInterrupt:
        typer.echo("brandkit: interrupted", err=True)
        sys.exit(Exit.INTERRUPTED)


if __name__ == "__main__":
    main()
