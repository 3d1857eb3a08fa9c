"""The gate as a web application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

from fastapi import FastAPI

from brandkit.service import problems, routes_brands, routes_read, routes_work, webhooks
from brandkit.service.access import Rate
from brandkit.service.dispatch import Dispatcher
from brandkit.service.metrics import Measured
from brandkit.service.settings import Settings
from brandkit.service.uploads import BodyLimit
from brandkit.store.store import Store

_ABOUT = """Send a picture or video, get a verdict: `passed`, `needs_review` or `failed`.

What is off brand is an answer (200, with a verdict); what could not be judged is a problem (RFC 9457).
Small inputs are answered at once, long ones with a job (202)."""


def build(store: Store, settings: Settings | None = None) -> FastAPI:
    """The application over a store.

    Args:
        store: where brands are read and reports are filed.
        settings: its limits.
    """
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        dispatcher = Dispatcher(store, settings)
        app.state.dispatcher = dispatcher
        dispatcher.start()
        hooks = asyncio.create_task(webhooks.send_all(store, settings))
        yield
        hooks.cancel()
        with suppress(asyncio.CancelledError):
            await hooks
        await dispatcher.stop()

    app = FastAPI(title="brandkit", version=version("brandkit"), description=_ABOUT, lifespan=lifespan)
    app.state.store, app.state.settings, app.state.replica = store, settings, None
    app.state.rate = Rate(settings.calls_a_minute)
    problems.add_to(app)
    app.include_router(routes_work.router)
    app.include_router(routes_brands.router)
    app.include_router(routes_read.router)
    app.add_middleware(BodyLimit, most_bytes=settings.most_bytes)
    app.add_middleware(Measured)
    _document_problems(app)
    return app


def _document_problems(app: FastAPI) -> None:
    """Put the schema of problems into the OpenAPI document, which knows only what operations return."""
    plain = app.openapi

    def openapi() -> dict[str, object]:
        document = plain()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = problems.Problem.model_json_schema()
        return document

    app.openapi = openapi  # type: ignore[method-assign]
