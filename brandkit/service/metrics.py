"""What the gate counts for Prometheus: calls, their times, and jobs by state."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brandkit.store import jobs

if TYPE_CHECKING:
    from brandkit.store import Store

REGISTRY = CollectorRegistry()
"""What this process counts."""
_STORE = CollectorRegistry()
"""What is counted of the store, whichever process does it."""
CALLS = Counter("brandkit_http_requests", "Calls.", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "brandkit_http_seconds",
    "Time from the first byte of a call to the last of its answer.",
    ("route",),
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
    registry=REGISTRY,
)
JOBS = Gauge("brandkit_jobs", "Jobs in the store.", ("state",), registry=_STORE)
LOG = logging.getLogger("brandkit.service.calls")


def page(store: Store, replica: str | None) -> bytes:
    """The counts, as Prometheus reads them.

    Args:
        store: whose jobs are counted.
        replica: the label of what this process counted, where there are others like it.
    """
    found = jobs.counts(store)
    for state in ("queued", "running", "cancelling", "done", "failed", "cancelled"):
        JOBS.labels(state).set(found.get(state, 0))
    own = REGISTRY if replica is None else _Labelled(replica)
    return generate_latest(own) + generate_latest(_STORE)


@dataclass(frozen=True, slots=True)
class _Labelled:
    """What this process counts, with a label that says which process it is."""

    replica: str

    def collect(self) -> Iterator[Metric]:
        for metric in REGISTRY.collect():
            metric.samples = [
                sample._replace(labels={**sample.labels, "replica": self.replica})
                for sample in metric.samples
            ]
            yield metric


class Measured:
    """Middleware: counts each call, and writes one line of log about it: no content, no key, no query."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, and see what becomes of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.monotonic(), 499  # the caller went away, as nginx has it

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            taken = time.monotonic() - began
            CALLS.labels(scope["method"], route, status).inc()
            SECONDS.labels(route).observe(taken)
            told = {"route": route, "status": status, "seconds": round(taken, 4)}
            LOG.info("call", extra={"method": scope["method"], **told})


_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        more = {name: value for name, value in vars(record).items() if name not in _KNOWN}
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = {"time": moment, "level": record.levelname.lower(), "event": record.getMessage(), **more}
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_to_stderr() -> None:
    """Write one line of JSON on stderr for each call and each fault."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses
