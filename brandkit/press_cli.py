"""The command that takes a brand to paper: ``brandkit brand print``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from brandkit.terminal import Exit, printing


class IntentOption(StrEnum):
    """Rendering intents of ICC profiles."""

    PERCEPTUAL = "perceptual"
    RELATIVE = "relative"
    SATURATION = "saturation"
    ABSOLUTE = "absolute"


def print_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Brand file, or any palette such as ASE.", show_default=False),
    ],
    profile: Annotated[
        Path,
        typer.Option(
            "--profile",
            metavar="FILE.icc",
            help="CMYK profile of the printing condition, from the printer.",
            show_default=False,
        ),
    ],
    intent: Annotated[
        IntentOption,
        typer.Option(
            "--intent", help="How colours go into the inks' gamut; 'relative' keeps what they can make."
        ),
    ] = IntentOption.RELATIVE,
    limit: Annotated[
        float,
        typer.Option("--limit", metavar="DE00", min=0, help="Warn of a colour farther than this, CIEDE2000."),
    ] = 3.0,
    ink_limit: Annotated[
        float | None,
        typer.Option(
            "--ink-limit",
            metavar="PERCENT",
            min=1,
            max=400,
            help="Most ink together; without, the most that the profile's own separations lay down.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Folder for the table (CSV, JSON), a page (HTML), swatches for InDesign and Illustrator "
            "(ASE), and proofs.",
            show_default=False,
        ),
    ] = None,
    proof: Annotated[
        list[Path] | None,
        typer.Option(
            "--proof",
            metavar="PICTURE",
            help="Also proof this picture: as printed, on the paper's own white, and what is out of gamut.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
) -> None:
    """Say what a palette becomes in print: inks, the colour that comes back, and what no ink can make.

    Colours go through the profile by LittleCMS, black points compensated (except 'absolute'). CMYK values
    that the palette states itself are held against the profile. Exit status: 0 all can be printed, 2 bad
    usage or input, 3 a person should look: a colour, the ink or a stated value is beyond its limit.
    """
    import json

    from brandkit import formats
    from brandkit.press import files, show
    from brandkit.press.profile import PrintProfile
    from brandkit.press.soft_proof import read_picture, soft_proof
    from brandkit.press.swatches import on_paper
    from brandkit.threads import side_by_side

    if proof and output is None:
        raise typer.BadParameter("writes pictures; name a folder for them with -o", param_hint="--proof")
    _refuse_same_names(proof or ())
    condition = PrintProfile.read(profile)
    palette = formats.read(file, cmyk_profile=profile)
    stem = file.name.partition(".")[0] or "palette"
    pictures = [(path, read_picture(path)) for path in proof or ()]
    with side_by_side(1):
        sheet = on_paper(palette, condition, intent=intent.value, limit_de00=limit, ink_limit=ink_limit)
        made = [
            (path, soft_proof(seen, condition, intent.value, limit, sheet.ink_limit))
            for path, seen in pictures
        ]
    found = {path.name: show.proof_words(one, limit, sheet.ink_limit) for path, one in made}
    written = [] if output is None else files.write_all(sheet, made, found, output, stem)
    if as_json:
        told = {"proofs": [{"picture": path.as_posix(), **files.proof_json(one)} for path, one in made]}
        text = json.dumps({**files.as_json(sheet), **told}, indent=2, ensure_ascii=False)
        printing(lambda: typer.echo(text))
    else:
        printing(lambda: show.print_sheet(sheet, found))
    for place in written:
        typer.echo(f"written: {place}", err=True)
    raise typer.Exit(Exit.NEEDS_REVIEW if sheet.warned else Exit.PASSED)


def _refuse_same_names(pictures: Sequence[Path]) -> None:
    """Proofs are named after their pictures, and one must not replace another."""
    taken: dict[str, Path] = {}
    for path in pictures:
        if (other := taken.setdefault(path.stem.casefold(), path)) != path:
            raise typer.BadParameter(
                f"{other} and {path} would both become {path.stem}.proof.png; give each a folder of its own",
                param_hint="--proof",
            )


def add_to(app: typer.Typer) -> None:
    """Add the command to those of a brand."""
    app.command(
        "print",
        epilog="""Examples:\n
    brandkit brand print acme.brand.yml --profile PSOcoated_v3.icc\n
    brandkit brand print acme.brand.yml --profile PSOcoated_v3.icc --ink-limit 300 -o print/\n
    brandkit brand print acme.ase --profile PSOcoated_v3.icc -o print/ --proof hero.png""",
    )(print_)
