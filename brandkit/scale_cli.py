"""``brandkit check --engine ray``: any number of inputs, on a cluster or on all cores of this machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brandkit import policy_cli, store_cli
from brandkit.errors import BrandkitError, StoreError
from brandkit.extras import needed
from brandkit.terminal import Exit

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.crew import Crew
    from brandkit.policy import Policy
    from brandkit.scale.row import Row
    from brandkit.store.filing import Filing


class Engine(StrEnum):
    """What runs the checks."""

    LOCAL = "local"
    RAY = "ray"


EngineOption = Annotated[
    Engine,
    typer.Option(
        help="ray judges on the cluster at $RAY_ADDRESS, or on all cores of this machine: any number of "
        "inputs, s3:// addresses too; results as Parquet into the folder -o, or into the store.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Processes that judge one long video together, split at its cuts: the same report. Of "
        "--engine ray, actors.",
        show_default="1; of --engine ray one for each GPU or core",
    ),
]
_SAID = 20
"""Errors that are said line by line; the rest is in the results."""


@contextmanager
def crew(workers: int | None) -> Iterator[Crew | None]:
    """Processes of this machine, where several are asked for; they begin when there is a long video."""
    if workers is None or workers < 2:
        yield None
        return
    from brandkit.crew import Processes

    with Processes(workers) as processes:
        yield processes


def check(
    given: Sequence[str],
    brand: Brand,
    *,
    checks: Sequence[str] | None,
    policy: Policy,
    timestamp: bool,
    output: Path | None,
    store: str | None,
    workers: int | None,
) -> Exit:
    """Judge inputs on Ray, write and file what comes, and say how many passed.

    What was judged before by the same brand and settings, as the store or the folder has it, is not judged
    again.

    Raises:
        BrandkitError: Ray is not installed or cannot be reached, or there is no place for results.
    """
    if output is None and store is None:
        raise BrandkitError("--engine ray: say where results go: -o FOLDER for Parquet, or --store")
    if output is not None and output.is_file():
        raise BrandkitError(f"{output}: is a file; --engine ray writes a folder of Parquet files")
    with needed("the engine is not installed", "scale"):
        from brandkit.scale import engine, inputs, parquet
        from brandkit.scale.judge import Task
        from brandkit.scale.packed import Packed
    from brandkit import loop

    loop.find_checks(brand, checks)  # what is wrong for every input is said once
    uris, missing = inputs.find(given)
    for fault in missing:
        typer.echo(f"brandkit: {fault.message}", err=True)
    with ExitStack() as stack:
        filer = stack.enter_context(store_cli.filing_into(store, brand, "check"))
        known = filer.filing.verdicts() if filer is not None else parquet.verdicts(output or Path())
        if policy.fail_on or policy.waivers or policy.known is not None:
            known = {}  # what is on record may have been judged by other rules
        writer = stack.enter_context(parquet.Writer(output)) if output is not None else None
        task = Task(
            brand=Packed.of(brand),
            checks=None if checks is None else tuple(checks),
            policy=policy,
            timestamp=timestamp,
            blobs=None if filer is None else filer.filing.store.blobs.address,
            known=known,
        )
        tally = _Tally()
        with store_cli.bar("check") as shown:
            for done, row in enumerate(engine.judge_all(uris, task, workers), 1):
                tally.add(row)
                if writer is not None and not (row.before and filer is None):  # else it is there already
                    writer.add(row)
                if filer is not None:
                    try:
                        _file(filer.filing, row)
                    except StoreError as error:
                        filer.faults.append(f"{row.uri}: judged, but not filed: {error}")
                shown(done, len(uris))
        if filer is not None:
            filer.filing.finish()
        status = tally.say(output, bool(missing), policy)
        return status if store_cli.say(filer) else Exit.BAD_INPUT


class _Tally:
    """Counts rows by what became of them."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.errors: list[str] = []
        self.before = 0

    def add(self, row: Row) -> None:
        if row.verdict is None:
            self.errors.append(row.error or f"{row.uri}: could not be judged")
            return
        self.verdicts[row.verdict] += 1
        self.before += row.before

    def say(self, output: Path | None, missing: bool, policy: Policy) -> Exit:
        """Print the counts and the first errors; the exit status."""
        from brandkit.gate import Verdict, worst

        for error in self.errors[:_SAID]:
            typer.echo(f"brandkit: {error}", err=True)
        if (more := len(self.errors) - _SAID) > 0:
            typer.echo(f"brandkit: {more} more could not be judged", err=True)
        counts = ", ".join(f"{self.verdicts[v]} {v.value.replace('_', ' ')}" for v in Verdict)
        unread = f", {len(self.errors)} could not be judged" if self.errors else ""
        before = f"; {self.before} of them judged before" if self.before else ""
        typer.echo(f"{self.verdicts.total() + len(self.errors)} inputs: {counts}{unread}{before}")
        if output is not None:
            typer.echo(f"results: {output}", err=True)
        verdict = worst(map(Verdict, self.verdicts))
        if self.errors or missing or verdict is None:
            return Exit.BAD_INPUT
        return policy_cli.status_of(verdict, policy)


def _file(filing: Filing, row: Row) -> None:
    import pickle

    from brandkit.report.run import Unreadable

    if row.prepared is not None:
        filing.add_prepared(pickle.loads(row.prepared))
    elif row.error is not None:
        filing.add_unreadable([Unreadable(Path(row.uri), row.error)])
