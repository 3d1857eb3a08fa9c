"""The commands under ``brandkit models``: which encoders there are, and whether their weights are whole."""

from __future__ import annotations

from typing import Annotated

import typer

from brandkit.terminal import Exit, printing

app = typer.Typer(
    help="List, fetch and verify the weights of encoders.", invoke_without_command=True, no_args_is_help=False
)


@app.callback()
def models(context: typer.Context) -> None:
    """List the encoders that can be named, where their weights lie, their size and whether they are whole."""
    if context.invoked_subcommand is not None:
        return
    from brandkit.style.models import known

    lines = [
        f"{model.name:44}  {'-' if model.path is None else f'{model.bytes / 1e6:.0f} MB':>8}  "
        f"{model.state:9}  {model.path or model.remedy}"
        for model in known()
    ]
    printing(lambda: typer.echo("\n".join(lines)))


@app.command(epilog="""Example:\n\n    brandkit models fetch open_clip:ViT-B-32/laion2b_s34b_b79k""")
def fetch(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As in style.encoder.", show_default=False)],
) -> None:
    """Fetch an encoder's weights ahead, and try them."""
    from brandkit.style.encoder import load

    encoder = load(name, fetch=True)
    typer.echo(f"{encoder.id}: ready, {encoder.size} numbers a picture")


@app.command(epilog="""Example:\n\n    brandkit models verify""")
def verify() -> None:
    """Check the weights on this machine against their sha256.

    Exit status: 0 where all are whole, 2 where one is damaged.
    """
    from brandkit.style.models import known

    present = [model for model in known() if model.path is not None]
    for model in present:
        said = f"sha256 {model.sha256}" if model.state != "damaged" else model.remedy
        typer.echo(f"{model.name}: {model.state}, {said}", err=model.state == "damaged")
    if not present:
        typer.echo("no weights are on this machine", err=True)
    raise typer.Exit(Exit.BAD_INPUT if any(m.state == "damaged" for m in present) else Exit.PASSED)
