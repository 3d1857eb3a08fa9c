"""The commands under ``brandkit brand``: palettes in and out, and a look at the brand itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brandkit import press_cli, references_cli
from brandkit.errors import PaletteError
from brandkit.terminal import Exit, printing

if TYPE_CHECKING:
    from brandkit.formats import Palette

app = typer.Typer(help="Make, import, export and look at a brand file.", no_args_is_help=True)
app.add_typer(references_cli.app, name="references")
press_cli.add_to(app)

BrandArgument = Annotated[Path, typer.Argument(metavar="FILE", help="Brand file.", show_default=False)]
CmykProfile = Annotated[
    Path | None,
    typer.Option(
        "--cmyk-profile",
        metavar="ICC",
        help="Profile for CMYK values; without, CGATS TR 001 (SWOP coated).",
        show_default=False,
    ),
]
Format = Annotated[
    str | None,
    typer.Option("--from", metavar="FORMAT", help="The file's format; told by its content without."),
]


@app.command(epilog="""Example:\n\n    brandkit brand show acme.brand.yml""")
def show(file: BrandArgument) -> None:
    """Show the palette as blocks of colour, and which swatches are too near each other to be told apart."""
    from brandkit.brand import Brand
    from brandkit.show import print_brand

    guide = Brand.load(file)
    printing(lambda: print_brand(guide))


@app.command(
    "import",
    epilog="""Examples:\n
    brandkit brand import acme.ase -o acme.brand.yml\n
    brandkit brand import tokens.json -o acme.brand.yml --name Acme\n
    brandkit brand import brandbook.pdf -o acme.brand.yml --take 1,3-5""",
)
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="ASE, ACO, GPL, design tokens, CSS, CSV, JSON, _brand.yml, a PDF or a picture.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Brand file to write.", show_default=False)
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="The brand's name; the palette's own without.")
    ] = None,
    take: Annotated[
        str | None,
        typer.Option(
            "--take",
            metavar="NUMBERS",
            help="Which colours to take, such as 1,3-5 or all. Colours found in a PDF or a picture are "
            "only taken when asked for.",
        ),
    ] = None,
    format: Format = None,
    cmyk_profile: CmykProfile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Make a brand file from a palette that a designer has.

    Colours outside sRGB are mapped to the nearest look, and the distance is said. Groups, CMYK and Lab
    values, spot colours and what other tools keep are stored, so that 'brand export' gives them back.
    """
    from dataclasses import replace

    from brandkit import formats
    from brandkit.formats import brand_yml
    from brandkit.formats.show import print_palette
    from brandkit.media.atomic import replacing

    if output.exists() and not force:
        raise PaletteError(f"{output}: exists already; give another name, or --force to replace it")
    palette = formats.read(file, format=format, cmyk_profile=cmyk_profile)
    printing(lambda: print_palette(palette))
    chosen = formats.select(palette, _wanted(palette, file, take))
    if name is not None:
        chosen = replace(chosen, name=name)
    chosen = replace(chosen, notes=(f"Imported from {file.name}.", *chosen.notes))
    try:
        export = brand_yml.write(chosen)
    except PaletteError as error:
        raise PaletteError(f"{file}: {error}") from error
    with replacing(output) as temporary:
        temporary.write_bytes(export.data)
    _say(output, len(chosen.colours), export.losses)


@app.command(
    epilog="""Examples:\n
    brandkit brand export acme.brand.yml --to ase\n
    brandkit brand export acme.brand.yml --to tokens -o tokens.json\n
    brandkit brand export acme.brand.yml --to figma -o acme.tokens.json\n
    brandkit brand export swatches.aco --to css -o colours.css"""
)
def export(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Brand file, or any palette to convert.", show_default=False),
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="FORMAT", help="ase, aco, gpl, tokens, figma, tokens_studio, css, csv or json."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="File to write; beside the input, by its name, without."
        ),
    ] = None,
    format: Format = None,
    cmyk_profile: CmykProfile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write the palette in the format that another program reads, and list what it cannot hold."""
    from brandkit import formats

    suffix = formats.form(to).SUFFIXES[0]
    place = output or file.with_name(f"{file.name.partition('.')[0] or 'palette'}{suffix}")
    if place.exists() and not force:
        raise PaletteError(f"{place}: exists already; give another name with -o, or --force to replace it")
    palette = formats.read(file, format=format, cmyk_profile=cmyk_profile)
    losses = formats.write(palette, place, to)
    for note in palette.notes:
        typer.echo(f"note: {note}", err=True)
    _say(place, len(palette.colours), losses)


@app.command(epilog="""Example:\n\n    brandkit brand review acme.brand.yml""")
def review(
    file: BrandArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
) -> None:
    """Look at the brand itself: overlaps, contrast (WCAG 2.2), colours some viewers cannot tell apart, logos.

    Exit status: 0 where nothing was found, 3 where a person should look.
    """
    from brandkit.brand import Brand
    from brandkit.brand_review import Review
    from brandkit.brand_review import review as look
    from brandkit.logo_review import review_logos
    from brandkit.show import print_review

    brand = Brand.load(file)
    colours = look(brand)
    found = Review((*colours.remarks, *review_logos(brand)), colours.pairs)
    if as_json:
        import json
        from dataclasses import asdict

        printing(lambda: typer.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False)))
    else:
        printing(lambda: print_review(found))
    raise typer.Exit(Exit.NEEDS_REVIEW if found.remarks else Exit.PASSED)


@app.command(epilog="""Example:\n\n    brandkit brand validate brands/*.brand.yml""")
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Brand files.", show_default=False)],
) -> None:
    """Say of each brand file whether it can be judged by: its keys, colours, what it extends, its limits.

    Exit status: 0 where all can, 2 where one cannot.
    """
    from brandkit.brand import Brand
    from brandkit.errors import BrandkitError
    from brandkit.loop import find_checks

    faults = 0
    for file in files:
        try:
            brand = Brand.load(file)
            find_checks(brand)
        except BrandkitError as error:
            faults += 1
            typer.echo(f"brandkit: {error}", err=True)
        else:
            typer.echo(f"{file}: {brand.name}, {len(brand.swatches)} colours")
    raise typer.Exit(Exit.BAD_INPUT if faults else Exit.PASSED)


@app.command(epilog="""Example:\n\n    brandkit brand schema > brand.schema.json""")
def schema() -> None:
    """Print the JSON Schema of brand files, by which editors complete and check them."""
    from brandkit import brand_schema

    printing(lambda: typer.echo(brand_schema.render(), nl=False))


@app.command(
    epilog="""Examples:\n
    brandkit brand init -o acme.brand.yml\n
    brandkit brand init -o acme.brand.yml --name Acme --colour hero=FF4F00:primary:shaded\n
    brandkit brand init -o acme.brand.yml --name Acme --colour hero=FF4F00 --colour ink=101820
    --proportion hero=60% --forbidden 'rival red=E4002B' --required-pair hero+ink --size 1920x1080"""
)
def init(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Brand file to write.", show_default=False)
    ],
    name: Annotated[str | None, typer.Option("--name", help="The brand's name; asked for without.")] = None,
    colour: Annotated[
        list[str] | None,
        typer.Option("--colour", metavar="NAME=HEX[:ROLE[:FINISH]]", help="A colour; repeat for more."),
    ] = None,
    strictness: Annotated[
        str, typer.Option(help="strict (tolerance 2), balanced (4) or photographic (6).")
    ] = "balanced",
    background: Annotated[
        str, typer.Option(help="What lies under transparency: a colour or a HEX.")
    ] = "FFFFFF",
    off_palette: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Most that may be none of the colours, such as 20%.")
    ] = None,
    forbidden: Annotated[
        list[str] | None, typer.Option("--forbidden", metavar="NAME=HEX", help="A colour ruled out.")
    ] = None,
    proportion: Annotated[
        list[str] | None, typer.Option("--proportion", metavar="NAME=SHARE", help="Such as hero=60%.")
    ] = None,
    required_pair: Annotated[
        list[str] | None, typer.Option("--required-pair", metavar="A+B", help="Colours that must touch.")
    ] = None,
    forbidden_pair: Annotated[
        list[str] | None, typer.Option("--forbidden-pair", metavar="A+B", help="Colours that must not.")
    ] = None,
    size: Annotated[
        list[str] | None, typer.Option("--size", metavar="WxH", help="A size that is delivered.")
    ] = None,
    aspect: Annotated[
        list[str] | None, typer.Option("--aspect", metavar="W:H", help="A shape that is delivered.")
    ] = None,
    file_format: Annotated[
        list[str] | None, typer.Option("--file-format", metavar="FORMAT", help="Such as png or mp4.")
    ] = None,
    max_bytes: Annotated[str | None, typer.Option(metavar="SIZE", help="Such as 20MB.")] = None,
    fps: Annotated[list[str] | None, typer.Option("--fps", metavar="RATE", help="A frame rate.")] = None,
    max_duration: Annotated[str | None, typer.Option(metavar="TIME", help="Such as 30s.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a new brand file with a comment for every key; asks for what it needs where no flag is given."""
    from brandkit import brand_answers, brand_init, brand_questions
    from brandkit.errors import BrandError
    from brandkit.media.atomic import replacing

    if output.exists() and not force:
        raise BrandError(f"{output}: exists already; give another name, or --force to replace it")
    if name is None and not colour:
        answers = brand_questions.ask(brand_questions.TerminalPrompter())
    elif name is None or not colour:
        raise BrandError("give both --name and at least one --colour, or neither to be asked")
    else:
        answers = brand_answers.from_flags(
            name,
            colour,
            strictness=strictness,
            background=background,
            off_palette=off_palette,
            forbidden=forbidden or (),
            proportions=proportion or (),
            required_pairs=required_pair or (),
            forbidden_pairs=forbidden_pair or (),
            sizes=size or (),
            aspects=aspect or (),
            formats=file_format or (),
            max_bytes=max_bytes,
            fps=fps or (),
            max_duration=max_duration,
        )
    with replacing(output) as temporary:
        temporary.write_text(brand_init.init(answers), encoding="utf-8", newline="\n")
    typer.echo(f"{output}: {len(answers.colours)} colours; try 'brandkit brand show {output}'", err=True)


def _wanted(palette: Palette, file: Path, take: str | None) -> str:
    """Which colours to take: as said, all that the file lists, or what the person answers."""
    if take is not None:
        return take
    if not palette.proposed:
        return "all"
    if not sys.stdin.isatty():
        raise PaletteError(
            f"{file}: these colours were found, not listed, and none is taken unasked; "
            "choose with --take, such as --take 1,3-5 or --take all"
        )
    return str(typer.prompt("Which to take (such as 1,3-5, or all)", err=True))


def _say(place: Path, colours: int, losses: tuple[str, ...]) -> None:
    for loss in losses:
        typer.echo(f"not held: {loss}", err=True)
    typer.echo(f"{place}: {colours} {'colour' if colours == 1 else 'colours'}", err=True)
