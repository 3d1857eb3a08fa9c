"""Have an input checked or corrected, and follow a job."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from brandkit.errors import StoreError
from brandkit.service.access import Caller
from brandkit.service.answers import JobAnswer, Judged
from brandkit.service.fetch import require_allowed
from brandkit.service.problems import ProblemError, documented
from brandkit.service.reports import judged
from brandkit.service.settings import Settings
from brandkit.service.uploads import Brought, read
from brandkit.store import brands, jobs
from brandkit.store.jobs import Asked, Job, Kind
from brandkit.store.keys import Key
from brandkit.store.store import Store

router = APIRouter(prefix="/v1")
_POLL_SECONDS = 0.3
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["brand"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "A picture or video."},
                        "url": {
                            "type": "string",
                            "description": "Instead of 'file': an address on a host that is allowed.",
                        },
                        "brand": {"type": "string", "description": "Name of the brand.", "example": "Acme"},
                        "version": {
                            "type": "integer",
                            "minimum": 1,
                            "description": "Of it; the newest without.",
                        },
                        "checks": {
                            "type": "string",
                            "description": "Ids of checks, with commas; all without.",
                            "example": "palette,logo",
                        },
                        "webhook": {"type": "string", "description": "Address to tell when it is over."},
                        "wait": {
                            "type": "boolean",
                            "default": True,
                            "description": "false to be given a job at once.",
                        },
                    },
                }
            }
        },
    }
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "It was judged; 'verdict' says how.", "model": Judged},
    202: {"description": "It takes longer: follow the job at 'Location'.", "model": JobAnswer},
    **documented(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
}
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=255,
        description="The same key with the same request gives the same job, however often it is sent.",
    ),
]


@router.post("/check", responses=_ANSWERS, openapi_extra=_FORM, tags=["gate"], response_model=None)
async def check(
    request: Request, key: Annotated[Key, Depends(Caller("check"))], idempotency: IdempotencyKey = None
) -> Response:
    """Score a picture or video against a brand."""
    return await _do(request, key, "check", idempotency)


@router.post("/correct", responses=_ANSWERS, openapi_extra=_FORM, tags=["gate"], response_model=None)
async def correct(
    request: Request, key: Annotated[Key, Depends(Caller("correct"))], idempotency: IdempotencyKey = None
) -> Response:
    """Take a picture's or video's brand colours onto their exact HEX, and check again."""
    return await _do(request, key, "correct", idempotency)


@router.get("/jobs/{job}", tags=["jobs"], responses=documented(401, 403, 404, 429))
async def job(request: Request, job: str, key: Annotated[Key, Depends(Caller("read"))]) -> JobAnswer:
    """What became of a job."""
    return JobAnswer.of(await _job(request.app.state.store, job, key))


@router.delete("/jobs/{job}", tags=["jobs"], responses=documented(401, 403, 404, 429))
async def cancel(request: Request, job: str, key: Annotated[Key, Depends(Caller("read"))]) -> JobAnswer:
    """Have a job stop; one that is over stays as it is."""
    found = await run_in_threadpool(jobs.cancel, request.app.state.store, job[:64], key.tenant)
    if found is None:
        raise _no_job()
    return JobAnswer.of(found)


@router.get(
    "/jobs/{job}/events",
    tags=["jobs"],
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "Server-sent events `job`, each a job as JSON; the last one is over.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **documented(401, 403, 404, 429),
    },
)
async def events(
    request: Request, job: str, key: Annotated[Key, Depends(Caller("read"))]
) -> EventSourceResponse:
    """Follow a job as it goes on."""
    store: Store = request.app.state.store
    first = await _job(store, job, key)
    return EventSourceResponse(_events(store, first))


async def _events(store: Store, found: Job) -> AsyncIterator[ServerSentEvent]:
    said = None
    while True:
        now = await run_in_threadpool(jobs.get, store, found.id, found.tenant)
        if now is None:
            return
        if now != said:
            said = now
            yield ServerSentEvent(JobAnswer.of(now).model_dump_json(), event="job")
        if now.over:
            return
        await asyncio.sleep(_POLL_SECONDS)


async def _do(request: Request, key: Key, kind: Kind, idempotency: str | None) -> Response:
    store: Store = request.app.state.store
    settings: Settings = request.app.state.settings
    if await run_in_threadpool(jobs.left, store, key.tenant) >= settings.most_waiting:
        raise ProblemError(429, "too many of your jobs wait; come back later", {"Retry-After": "30"})
    with tempfile.TemporaryDirectory(prefix="brandkit-upload-") as folder:
        brought = await read(request, Path(folder), settings)
        small = brought.path.stat().st_size <= settings.small_bytes
        found = await run_in_threadpool(_submit, store, settings, key, kind, brought, idempotency)
    if not found.over:
        request.app.state.dispatcher.wake()
        if brought.wait and small:
            await request.app.state.dispatcher.wait(found.id, settings.wait_seconds)
    return await run_in_threadpool(_answer, store, found.id, key)


def _submit(
    store: Store, settings: Settings, key: Key, kind: Kind, brought: Brought, idempotency: str | None
) -> Job:
    if brought.webhook is not None:
        if not settings.webhook_secret:
            raise ProblemError(422, "this gate sends no webhooks; follow the job instead")
        require_allowed(brought.webhook, settings)
    _require_checks(brought.checks)
    try:
        versions = brands.versions(store, brought.brand)
    except StoreError as error:
        raise ProblemError(404, str(error)) from None
    chosen = next((v for v in versions if brought.version in (None, v.number)), None)
    if chosen is None:
        raise ProblemError(
            404, f"{versions[0].brand} has no version {brought.version}; the newest is {versions[0].number}"
        )
    asked = Asked(
        tenant=key.tenant,
        kind=kind,
        version=chosen.id,
        source=brought.path,
        name=brought.name,
        checks=brought.checks,
        webhook=brought.webhook,
        idempotency=idempotency,
        digest=f"{kind}:{brought.digest}"[:64],
    )
    try:
        return jobs.submit(store, asked)
    except jobs.ReusedKeyError as error:
        raise ProblemError(409, str(error)) from None


def _require_checks(checks: tuple[str, ...] | None) -> None:
    if checks is None:
        return
    from brandkit.check import discover

    discover().select(checks)


def _answer(store: Store, number: str, key: Key) -> Response:
    found = jobs.get(store, number, key.tenant)
    if found is None:
        raise _no_job()
    if found.state == "done":
        return Response(judged(store, found).model_dump_json(), media_type="application/json")
    if found.state == "failed":
        raise ProblemError(422, found.error or "it could not be judged")
    if found.state == "cancelled":
        raise ProblemError(409, "the job was cancelled")
    headers = {"Location": f"/v1/jobs/{found.id}", "Retry-After": "2"}
    return Response(JobAnswer.of(found).model_dump_json(), 202, headers, "application/json")


async def _job(store: Store, number: str, key: Key) -> Job:
    found = await run_in_threadpool(jobs.get, store, number[:64], key.tenant)
    if found is None:
        raise _no_job()
    return found


def _no_job() -> ProblemError:
    return ProblemError(404, "there is no such job")
