"""Judge any number of inputs on a Ray cluster, or on the cores of this machine, and give a row for each."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from brandkit.errors import BrandkitError
from brandkit.extras import needed
from brandkit.scale.crew import CPUS, RayCrew
from brandkit.scale.judge import Judge, Task
from brandkit.scale.row import Row, row_table, rows_of, uris_of
from brandkit.scale.worker import Worker
from brandkit.shards import OnePassError

if TYPE_CHECKING:
    import pyarrow as pa
    from ray.data import Dataset

BLOCK = 16
"""Inputs that an actor is given at a time: few, so that little is done again where one is lost."""


def judge_all(uris: Sequence[str], task: Task, workers: int | None = None) -> Iterator[Row]:
    """Judge inputs, in whatever order they are done.

    An input that cannot be read is a row with its error, and so is one that ends the processes that look at
    it. A worker that is lost loses nothing: what it had is given to another.

    Args:
        uris: their addresses, each once.
        task: what is asked for.
        workers: actors; as many as the cluster has GPUs or, where it has none, cores.

    Yields:
        A row for each address.

    Raises:
        BrandkitError: Ray is not installed, or cannot be reached, or nothing can be judged there.
    """
    if not uris:
        return
    ray = started(workers)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    gpus = int(ray.cluster_resources().get("GPU", 0))
    size = workers or gpus or max(1, int(ray.cluster_resources().get("CPU", 1)))
    long = []
    for row in _apart(ray, uris, replace(task, apart=size > 1 and not gpus), size, gpus):
        if row.long:
            long.append(row.uri)
        else:
            yield row
    each = len(long) - len(long) % size  # as many as give each worker one; the others are for all together
    alone = long[:each]
    if long[each:]:
        judge = Judge(task, lambda address: RayCrew(ray, size, address, task.brand))
        for uri in long[each:]:
            try:
                yield judge.row(uri)
            except OnePassError:
                alone.append(uri)
    yield from _apart(ray, alone, task, size, gpus)


def _apart(ray: Any, uris: Sequence[str], task: Task, size: int, gpus: int) -> Iterator[Row]:
    """Rows of inputs that one worker each judges."""
    if not uris:
        return
    blocks = -(-len(uris) // BLOCK)
    data: Dataset = ray.data.from_items([{"uri": uri} for uri in uris], override_num_blocks=blocks)
    sent = ray.put(task)  # held until the last row is here: an actor that is begun anew asks for it again
    rows = data.map_batches(
        _Actor,
        batch_size=None,
        batch_format="pyarrow",
        fn_constructor_kwargs={"task": sent},
        compute=ray.data.ActorPoolStrategy(size=min(size, blocks)),
        num_cpus=CPUS,
        num_gpus=1 if gpus else None,
    )
    try:
        for table in rows.iter_batches(batch_size=None, batch_format="pyarrow"):
            yield from rows_of(table)
    except ray.exceptions.RayError as error:
        raise BrandkitError(f"Ray: {_cause(error)}") from error


class _Actor:
    """A worker that is given its task by reference: what is known of a million inputs is sent but once."""

    def __init__(self, task: Any) -> None:
        import ray

        self._worker = Worker(ray.get(task))

    def __call__(self, addresses: pa.Table) -> pa.Table:
        """A row for each address."""
        return row_table([self._worker.row(uri) for uri in uris_of(addresses)])


def _cause(error: Exception) -> str:
    """What is at the bottom of an error that came from an actor, in one line."""
    cause: BaseException = error
    while (below := getattr(cause, "cause", None) or cause.__cause__) is not None:
        cause = below
    return last_line(cause)


def last_line(error: BaseException) -> str:
    """The last line of what an error says, where those of Ray say what it is about."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(error).__name__


def started(cpus: int | None) -> Any:
    """Ray, connected to ``$RAY_ADDRESS``, or begun on this machine with so many cores (all, without).

    Raises:
        BrandkitError: it is not installed, or cannot be reached.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nobody was asked
    with needed("Ray is not installed", "scale"):
        import ray
        import ray.data
    if not ray.is_initialized():
        address = os.environ.get("RAY_ADDRESS")
        options: dict[str, Any] = {} if address else {"num_cpus": cpus, "include_dashboard": False}
        try:
            ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False, **options)
        except (ConnectionError, RuntimeError, ValueError) as error:
            where = f"at {address}" if address else "on this machine"
            raise BrandkitError(
                f"Ray cannot be reached {where}: {' '.join(str(error).split())[:200]}"
            ) from error
    logging.getLogger("ray").setLevel(logging.ERROR)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray
