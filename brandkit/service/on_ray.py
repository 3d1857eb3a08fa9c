"""The gate on Ray Serve: the same application, in as many replicas as are asked for.

    brandkit serve --replicas 2 --store postgresql://… --blobs s3://…
    serve run brandkit.service.on_ray:gate store=postgresql://… replicas=2
    serve build brandkit.service.on_ray:gate -o gate.yaml     # its arguments: ``Options``

What replicas share, and what each has of its own:

- Jobs, idempotency keys, keys, brands, reports and the limit of jobs that wait lie in the store: any replica
  answers for a job, cancels it, and streams its events, whichever of them does it. A webhook is sent by one.
- A store in a folder is one machine's; replicas on several need PostgreSQL and an object store. A replica
  that does not find the folder does not start.
- Each replica has ``workers`` processes that judge, and is given as many cores. Where a replica is lost, what
  it did is begun again by another, ``jobs.LOST_SECONDS`` after its last sign of life.
- The limit of calls a minute is divided among the replicas: together they let no more through, and a key
  whose calls fall unevenly is told to wait a little sooner.
- ``/metrics`` is of the replica that answers, and names it in the label ``replica``: counters of each are
  right, and are seen as often as that replica is asked. ``brandkit_jobs`` is the store's, the same of all.
- A replica takes calls once ``/readyz`` would say so. One that is not ready three times in a row is replaced.
  One that is stopped lets calls and jobs end for a while, and puts the rest back.
- ``$BRANDKIT_WEBHOOK_SECRET`` is read where the replicas run.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from pathlib import Path

from fastapi import FastAPI
from ray import serve
from ray.serve import Application
from sqlalchemy.engine import make_url

import brandkit.store
from brandkit.errors import BrandkitError, StoreError
from brandkit.scale.engine import last_line, started
from brandkit.service import metrics
from brandkit.service.app import build
from brandkit.service.options import Options
from brandkit.service.routes_read import require_ready
from brandkit.store.place import Place

NAME = "brandkit"
"""Of the application, as ``serve status`` lists it."""
_READY_LOOK_SECONDS = 0.1
_HEALTH_SECONDS = 5.0
"""Between two looks at whether a replica is ready."""
_MARGIN_SECONDS = 10.0
"""For a replica to put its jobs back and end, beside what it gives its calls and its jobs."""


def gate(options: Options) -> Application:
    """The application, as ``serve run`` and ``serve deploy`` take it.

    Raises:
        StoreError: the store cannot be opened.
    """
    store = brandkit.store.open(options.store, options.blobs)
    place, settings = store.place, options.settings()
    store.close()

    def replica() -> FastAPI:
        return _replica(place, options)

    @serve.deployment(
        name="gate",
        num_replicas=options.replicas,
        ray_actor_options={"num_cpus": options.workers, "num_gpus": options.gpus},
        max_ongoing_requests=options.most_calls,
        health_check_period_s=_HEALTH_SECONDS,
        graceful_shutdown_timeout_s=settings.wait_seconds + settings.grace_seconds + _MARGIN_SECONDS,
    )
    @serve.ingress(replica)
    class Gate:
        """A replica."""

        app: FastAPI

        async def check_health(self) -> None:
            """Wait for the workers to start, then require what ``/readyz`` does.

            Raises:
                ProblemError: the store does not answer.
            """
            while not self.app.state.dispatcher.ready:
                await asyncio.sleep(_READY_LOOK_SECONDS)
            await require_ready(self.app)

    return Gate.bind()  # type: ignore[attr-defined, no-any-return]  # what the decorator gives is untyped


def _replica(place: Place, options: Options) -> FastAPI:
    """The gate in a replica's process."""
    url = make_url(place.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise StoreError(f"{place}: is not on this machine; replicas on several need postgresql:// and s3://")
    metrics.log_to_stderr()
    app = build(brandkit.store.open(place), options.settings())
    app.state.replica = serve.get_replica_context().replica_tag
    return app


def serve_until_told(options: Options, host: str, port: int) -> None:
    """Serve on the cluster at ``$RAY_ADDRESS``, or on this machine, until SIGINT or SIGTERM.

    Where Serve runs on that cluster already, it keeps the address that it was given.

    Raises:
        BrandkitError: Ray cannot be reached, or the gate does not start there.
    """
    ray = started(options.replicas * options.workers)
    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        serve.start(http_options={"host": host, "port": port})
        serve.run(gate(options), name=NAME)
        over.wait()
        serve.delete(NAME)
    except (RuntimeError, ray.exceptions.RayError) as error:
        raise BrandkitError(f"the gate does not start on Ray: {last_line(error)}") from error
    finally:
        ray.shutdown()
