"""The commands under ``brandkit brand references``: what was approved and rejected, by whom, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brandkit.terminal import BrandFile, Exit, printing

if TYPE_CHECKING:
    from brandkit.brand_references import Role
    from brandkit.style.references import Change, Reference

app = typer.Typer(help="Add, remove and calibrate the pictures that show the brand.", no_args_is_help=True)

Who = Annotated[
    str | None, typer.Option("--who", metavar="NAME", help="Who decided; the user of this machine without.")
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for those who ask later.")]


@app.command(
    epilog="""Examples:\n
    brandkit brand references add approved/*.jpg --brand acme.brand.yml --why 'spring campaign'\n
    brandkit brand references add night.png -b acme.brand.yml --counter --who ana --why 'too dark'"""
)
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Stills.", show_default=False)],
    brand: BrandFile,
    counter: Annotated[
        bool, typer.Option("--counter", help="They were rejected: what looks like them is not the brand.")
    ] = False,
    who: Who = None,
    why: Why = "",
) -> None:
    """Add pictures to the references, and say which repeat or resemble none of the others.

    The list, NAME.references.json, lies beside the brand file; pictures stay where they are.
    """
    from brandkit.style import references

    role: Role = "counter" if counter else "reference"
    _say(references.add(brand, files, role=role, who=who, why=why), "added")


@app.command(
    epilog="""Example:\n\n    brandkit brand references remove old.jpg -b acme.brand.yml --why 'old logo'"""
)
def remove(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME...", help="Files, or the first digits of their sha256.", show_default=False
        ),
    ],
    brand: BrandFile,
    who: Who = None,
    why: Why = "",
) -> None:
    """Take pictures off the list; the files stay."""
    from brandkit.style import references

    _say(references.remove(brand, names, who=who, why=why), "removed")


@app.command("list", epilog="""Example:\n\n    brandkit brand references list -b acme.brand.yml""")
def list_(brand: BrandFile) -> None:
    """List what the brand is compared with, and how alike each is to its nearest neighbours.

    Exit status: 0, or 3 where a person should look at a duplicate or at one that is unlike all others.
    """
    from brandkit.brand import Brand
    from brandkit.style import references

    guide = Brand.load(brand)
    found = references.standing(guide)
    printing(lambda: typer.echo("\n".join(map(_line, found)) or "no references"))
    if (limit := guide.ledger.last_calibration) is not None:
        typer.echo(f"calibrated: alike by at least {limit.least:.3f}: {limit.promise}", err=True)
    odd = any(reference.outlier or reference.repeats for reference in found)
    raise typer.Exit(Exit.NEEDS_REVIEW if odd else Exit.PASSED)


@app.command(
    epilog="""Examples:\n
    brandkit brand references calibrate -b acme.brand.yml\n
    brandkit brand references calibrate -b acme.brand.yml --share 10%"""
)
def calibrate(
    brand: BrandFile,
    share: Annotated[
        str, typer.Option(metavar="SHARE", help="Of pictures like the references, the part to be flagged.")
    ] = "5%",
    who: Who = None,
    why: Why = "",
) -> None:
    """Set the limit of likeness on the references themselves, and say what it promises.

    Refuses where there are too few references for the promise: 5 % takes 19, 1 % takes 99.
    """
    from brandkit.style import references
    from brandkit.swatch import parse_share

    try:
        wanted = parse_share(share)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--share") from None
    change = references.calibrate(brand, share=wanted, who=who, why=why)
    assert change.calibration is not None
    typer.echo(f"alike by at least {change.calibration.least:.3f}: {change.calibration.promise}")
    typer.echo(f"{change.path}: version {change.version}", err=True)


@app.command(epilog="""Example:\n\n    brandkit brand references history -b acme.brand.yml""")
def history(brand: BrandFile) -> None:
    """Tell who changed what, when and why, the oldest change first."""
    from brandkit.brand import Brand

    ledger = Brand.load(brand).ledger
    undone = {entry.undoes for entry in ledger.entries}
    lines = []
    for entry in ledger.entries:
        what = ", ".join(f"{p.file}{' (counter)' if p.role == 'counter' else ''}" for p in entry.pictures)
        if entry.undoes is not None:
            what = f"version {entry.undoes}"
        limit = f"; limit {entry.calibration.least:.3f}" if entry.calibration else ""
        why = f": {entry.why}" if entry.why else ""
        gone = " [undone]" if entry.version in undone else ""
        who = f"{entry.version}  {entry.when:%Y-%m-%d %H:%M}  {entry.who}"
        lines.append(f"{who}  {entry.action} {what}{limit}{why}{gone}")
    printing(lambda: typer.echo("\n".join(lines) or "no changes"))


@app.command(
    epilog="""Example:\n\n    brandkit brand references undo -b acme.brand.yml --why 'wrong folder'"""
)
def undo(brand: BrandFile, who: Who = None, why: Why = "") -> None:
    """Undo the last change, and with it the limit that it set; the list keeps both."""
    from brandkit.style import references

    _say(references.undo(brand, who=who, why=why), "undone")


def _line(reference: Reference) -> str:
    alike = "     " if reference.likeness is None else f"{reference.likeness:5.3f}"
    marks = [
        *(["rejected"] if reference.role == "counter" else []),
        *([f"repeats {reference.repeats}"] if reference.repeats else []),
        *(["unlike all others"] if reference.outlier else []),
    ]
    said = f"  {', '.join(marks)}" if marks else ""
    return f"{reference.sha256[:12]}  {alike}  {reference.file}{said}"


def _say(change: Change, verb: str) -> None:
    for picture in change.pictures:
        typer.echo(f"{verb}: {picture.file}{' (counter-reference)' if picture.role == 'counter' else ''}")
    for note in change.notes:
        typer.echo(f"note: {note}", err=True)
    if change.calibration is not None:
        limit = change.calibration
        typer.echo(f"calibrated anew: alike by at least {limit.least:.3f}: {limit.promise}", err=True)
    typer.echo(f"{change.path}: version {change.version}", err=True)
