"""``brandkit staged``: what pre-commit calls, with the names of the files that are about to be committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from brandkit import policy_cli
from brandkit.errors import BrandError
from brandkit.terminal import Exit, printing

PATTERNS = ("*.brand.yml", "*.brand.yaml", "_brand.yml")

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Pictures and videos.", show_default=False)
]
Brand = Annotated[
    Path | None,
    typer.Option(
        "--brand",
        "-b",
        metavar="FILE",
        help="Brand file for all; without, the one that lies nearest above each file.",
        show_default=False,
    ),
]


def staged(
    files: Files,
    brand: Brand = None,
    fail_on: policy_cli.FailOn = None,
    review_as: policy_cli.ReviewAsOption = policy_cli.ReviewAs.REVIEW,
    baseline: policy_cli.Baseline = None,
    waivers: policy_cli.Waivers = None,
) -> None:
    """Check files that are about to be committed, each by the brand file that lies nearest above it.

    A hook for pre-commit: see .pre-commit-hooks.yaml. Exit status: as of 'check', the worst of all.
    """
    from brandkit import batch
    from brandkit.brand import Brand as Guide
    from brandkit.report import evidence
    from brandkit.report.text import print_run

    policy = policy_cli.read(fail_on or [], review_as, baseline, waivers)
    statuses = []
    for path, group in by_brand(files, brand).items():
        guide = Guide.load(path)
        run = batch.check_all(
            [str(file) for file in group],
            guide,
            timestamp=False,
            settle=lambda number, entry, guide=guide: evidence.without(  # type: ignore[misc]
                policy_cli.ruled(entry, policy, guide)
            ),
        )
        printing(lambda run=run: print_run(run))  # type: ignore[misc]
        statuses.append(policy_cli.status(run, policy))
    policy_cli.say_expired(policy)
    raise typer.Exit(worst(statuses))


def by_brand(files: Sequence[Path], brand: Path | None = None) -> dict[Path, list[Path]]:
    """The files by the brand that judges them.

    Args:
        files: paths within the current folder, or absolute.
        brand: of all of them; the nearest of each without.

    Raises:
        BrandError: a file has no brand above it, or a folder holds several.
    """
    found: dict[Path, list[Path]] = {}
    for file in files:
        found.setdefault(nearest(file) if brand is None else brand, []).append(file)
    return found


def nearest(file: Path) -> Path:
    """The brand file in the nearest folder above a file that has one, up to the repository's own.

    Raises:
        BrandError: there is none, or a folder holds several.
    """
    for folder in file.parents:
        here = sorted({path for pattern in PATTERNS for path in folder.glob(pattern) if path.is_file()})
        if len(here) > 1:
            names = ", ".join(path.name for path in here)
            raise BrandError(f"{file}: {folder} holds several brand files ({names}); say which by --brand")
        if here:
            return here[0]
        if (folder / ".git").exists():
            break
    raise BrandError(f"{file}: no *.brand.yml lies in its folder or above; write one, or name it by --brand")


def worst(statuses: Iterable[Exit]) -> Exit:
    """The status that says most: what could not be judged, before failed, before what a person decides."""
    return max(statuses, key=_RANKS.index, default=Exit.PASSED)


_RANKS = (Exit.PASSED, Exit.NEEDS_REVIEW, Exit.FAILED, Exit.BAD_INPUT, Exit.INTERRUPTED)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="""Examples:\n
    brandkit staged renders/hero.png renders/banner.png\n
    git diff --cached --name-only -z -- '*.png' | xargs -0 -r brandkit staged"""
    )(staged)
