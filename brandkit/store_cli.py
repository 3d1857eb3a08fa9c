"""``brandkit store``: look after what was filed; and what other commands need to file their runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brandkit.errors import StoreError
from brandkit.extras import needed
from brandkit.terminal import BlobsAt, Exit, StoreAt

if TYPE_CHECKING:
    from collections.abc import Callable

    from brandkit.brand import Brand
    from brandkit.report.run import Entry, Run
    from brandkit.store import Store
    from brandkit.store.filed import Source
    from brandkit.store.filing import Filing

app = typer.Typer(
    help="Look after what was filed: runs, brand versions, decisions, pictures.", no_args_is_help=True
)
members = typer.Typer(help="Who may do what in the dashboard, where people sign in.", no_args_is_help=True)
app.add_typer(members, name="members")


@contextmanager
def opened(store: str | None, blobs: str | None = None) -> Iterator[Store]:
    """A store for the time of a command.

    Raises:
        BrandkitError: it cannot be opened, or is not installed.
    """
    with needed("stores are not installed", "store"):
        import brandkit.store
    found = brandkit.store.open(store, blobs)
    try:
        yield found
    finally:
        found.close()


@dataclass(slots=True)
class Filer:
    """Files each input of a command as it is done; what cannot be filed stops no other.

    Attributes:
        filing: where to.
        faults: what could not be filed, and why.
    """

    filing: Filing
    faults: list[str] = field(default_factory=list)

    def keep(self, entry: Entry) -> Entry:
        """File an input; the entry comes back as it was."""
        try:
            self.filing.add(entry)
        except StoreError as error:
            self.faults.append(f"{entry.report.source.path}: judged, but not filed: {error}")
        return entry

    def end(self, run: Run) -> None:
        """File what could not be read, and note that the run came to its end, unless Ctrl-C ended it."""
        try:
            self.filing.add_unreadable(run.unreadable)
            if not run.interrupted:
                self.filing.finish()
        except StoreError as error:
            self.faults.append(str(error))


@contextmanager
def filing_into(store: str | None, brand: Brand, source: Source) -> Iterator[Filer | None]:
    """What files the inputs of a command; ``None`` where no store was named.

    Raises:
        BrandkitError: the store cannot be opened; nothing has been judged then.
    """
    if store is None:
        yield None
        return
    with opened(store) as kept:
        from brandkit.store import filing

        yield Filer(filing.begin(kept, brand, source=source))


def say(filer: Filer | None) -> bool:
    """Say on stderr what was filed and what not; whether all was."""
    if filer is None:
        return True
    for fault in filer.faults:
        typer.echo(f"brandkit: {fault}", err=True)
    store = filer.filing.store.place
    filed = f"{len(filer.filing.items)} as run {filer.filing.run}"
    typer.echo(f"filed: {filed}; to look at it: brandkit review --store {store}", err=True)
    return not filer.faults


@app.command(epilog="""Example:\n\n    brandkit store verify --store reviews/""")
def verify(
    store: StoreAt = None,
    quick: Annotated[bool, typer.Option("--quick", help="Do not read every file.")] = False,
) -> None:
    """Look whether every file is there and unaltered, and every decision as it was made.

    Exit status: 0 the store is whole, 1 something is lost or altered.
    """
    with opened(store) as kept, bar("verify") as progress:
        from brandkit.store.verify import verify as look

        found = look(kept, contents=not quick, progress=progress)
    for note in found.notes:
        typer.echo(f"note: {note}")
    for fault in found.faults:
        typer.echo(f"fault: {fault}")
    typer.echo(
        f"{found.items} items, {found.decisions} decisions, {found.files} files: "
        + (f"{len(found.faults)} faults" if found.faults else "whole")
    )
    raise typer.Exit(Exit.FAILED if found.faults else Exit.PASSED)


@app.command(
    epilog="""Examples:\n
    brandkit store prune --older-than 90 --dry-run\n
    brandkit store prune"""
)
def prune(
    store: StoreAt = None,
    older_than: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", min=0, help="Let go of pictures of items that were filed before, and decided on."
        ),
    ] = None,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="Also of items that nobody has decided on.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Let go of old pictures, and of files that belong to nothing.

    Reports, small pictures, brand versions and decisions stay on record.
    """
    before = None if older_than is None else datetime.now(UTC) - timedelta(days=older_than)
    with opened(store) as kept:
        from brandkit.store.filing import caller
        from brandkit.store.prune import prune as let_go

        gone = let_go(kept, before=before, who=caller(), undecided=undecided, dry_run=dry_run)
    verb = "would go" if dry_run else "gone"
    typer.echo(f"{verb}: pictures of {gone.items} items; {gone.files} files, {gone.size / 1e6:.1f} MB")


@app.command(
    epilog="""Examples:\n
    brandkit store export -o out/\n
    brandkit store export -o out/ --brand Acme --pictures"""
)
def export(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="A folder that is not there yet.")
    ],
    store: StoreAt = None,
    brand: Annotated[str | None, typer.Option(help="Only what this brand judged.")] = None,
    pictures: Annotated[bool, typer.Option("--pictures", help="Write pictures too.")] = False,
) -> None:
    """Write all that is on record as CSV, JSON and brand files."""
    with opened(store) as kept, bar("export") as progress:
        from brandkit.store.export import export as write
        from brandkit.store.filed import Wanted

        wanted = Wanted(brand=brand, state=())
        done = write(kept, output, wanted=wanted, pictures=pictures, progress=progress)
    typer.echo(f"{done.folder}: {done.items} items, {done.entries} decisions and events")


@members.command("give", epilog="""Example:\n\n    brandkit store members give ada@acme.com --role admin""")
def give(
    email: Annotated[str, typer.Argument(metavar="ADDRESS", help="That the person signs in with.")],
    role: Annotated[str, typer.Option(help="viewer, reviewer, 'brand manager' or admin.")],
    store: StoreAt = None,
) -> None:
    """Give a person a role, in place of the one they had."""
    with opened(store) as kept:
        from typing import cast

        from brandkit.store import members as people
        from brandkit.store.filing import caller

        people.give(kept, email, cast(people.MemberRole, role), who=caller())
    typer.echo(f"{email}: {role}")


@members.command("remove")
def remove(
    email: Annotated[str, typer.Argument(metavar="ADDRESS", help="That the person signs in with.")],
    store: StoreAt = None,
) -> None:
    """Take a person's role away."""
    with opened(store) as kept:
        from brandkit.store import members as people
        from brandkit.store.filing import caller

        people.remove(kept, email, who=caller())
    typer.echo(f"{email}: no role")


@members.command("list")
def list_(store: StoreAt = None) -> None:
    """List who may do what."""
    with opened(store) as kept:
        from brandkit.store import members as people

        for member in people.all_of(kept):
            typer.echo(f"{member.email}\t{member.role}\tby {member.who}, {member.created:%Y-%m-%d}")


@app.command("open")
def open_(store: StoreAt = None, blobs: BlobsAt = None) -> None:
    """Make a store where there is none, or bring one up to date, and say where it is."""
    with opened(store, blobs) as kept:
        typer.echo(f"{kept.place}: pictures at {kept.blobs.address}")


@app.command(
    "add-brand", epilog="""Example:\n\n    brandkit store add-brand acme.brand.yml --store reviews/"""
)
def add_brand(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Brand files.", show_default=False)],
    store: StoreAt = None,
    note: Annotated[str, typer.Option(help="Why it is changed.")] = "",
) -> None:
    """Keep brands in the store for the gate to judge by; one that changed becomes its next version."""
    from brandkit.brand import Brand
    from brandkit.loop import find_checks

    read = [Brand.load(file) for file in files]
    for brand in read:
        find_checks(brand)
    with opened(store) as kept:
        from brandkit.store import brands
        from brandkit.store.filing import caller

        for brand in read:
            version = brands.save(kept, brand, who=caller(), note=note)
            typer.echo(f"{version.brand}: version {version.number} of {version.who}")


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(title, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
