"""Reports and evidence; and whether the gate is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool

from brandkit import report as formats
from brandkit.report.run import Run
from brandkit.service import metrics, reports
from brandkit.service.access import Caller
from brandkit.service.answers import FileAnswer
from brandkit.service.problems import ProblemError, documented
from brandkit.store.keys import Key
from brandkit.store.store import Store

router = APIRouter()
Reader = Annotated[Key, Depends(Caller("read"))]
Number = Annotated[int, InPath(ge=1, lt=2**53, description="Id of a report.")]
if TYPE_CHECKING:
    Format = str
else:
    Format = Literal[formats.formats()]
_MEDIA_TYPES = {name: formats.media_type(name) for name in formats.formats()}


@router.get(
    "/v1/reports/{report}",
    tags=["reports"],
    response_model=None,
    responses={
        200: {
            "description": "The report in the format that was asked for.",
            "content": {kind: {"schema": {"type": "string"}} for kind in sorted({*_MEDIA_TYPES.values()})},
        },
        **documented(401, 403, 404, 422, 429),
    },
)
async def show(
    request: Request,
    report: Number,
    key: Reader,
    format: Format = "json",
) -> Response:
    """A report, in any of the formats that `brandkit check --format` writes."""

    def render() -> str:
        case = reports.case_of(request.app.state.store, report, key.tenant)
        return formats.renderer(format).render(Run((case.entry,)))

    content = await run_in_threadpool(render)
    # A page of ours, but it shows names that callers chose: it runs nothing from elsewhere.
    safe = {"Content-Security-Policy": "sandbox allow-scripts; default-src 'unsafe-inline' data:"}
    headers = {**safe, "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=_MEDIA_TYPES[format], headers=headers)


@router.get("/v1/reports/{report}/files", tags=["reports"], responses=documented(401, 403, 404, 422, 429))
async def list_files(request: Request, report: Number, key: Reader) -> list[FileAnswer]:
    """The files of a report: the input, evidence, and what a correction wrote."""
    case = await run_in_threadpool(reports.case_of, request.app.state.store, report, key.tenant)
    return reports.files(case)


@router.get(
    "/v1/reports/{report}/files/{name}",
    tags=["reports"],
    response_class=FileResponse,
    responses={
        200: {
            "description": "The file.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        **documented(401, 403, 404, 422, 429),
    },
)
async def send_file(request: Request, report: Number, name: str, key: Reader) -> FileResponse:
    """A file of a report, by its name."""
    store: Store = request.app.state.store
    case = await run_in_threadpool(reports.case_of, store, report, key.tenant)
    path = await run_in_threadpool(store.blobs.path, reports.file_of(case, name).sha256)
    headers = {"X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="application/octet-stream", filename=name, headers=headers)


@router.get("/healthz", tags=["health"], response_class=PlainTextResponse)
async def alive() -> PlainTextResponse:
    """Whether the gate runs."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", tags=["health"], response_class=PlainTextResponse, responses=documented(503))
async def ready(request: Request) -> PlainTextResponse:
    """Whether the gate can take work: its workers have started, and its store answers."""
    await require_ready(request.app)
    return PlainTextResponse("ok\n")


async def require_ready(app: FastAPI) -> None:
    """Require that a gate's workers have started, and that its store answers.

    Raises:
        ProblemError: which of them is missing.
    """
    store: Store = app.state.store
    if not app.state.dispatcher.ready:
        raise ProblemError(503, "the gate starts")

    def ask() -> None:
        with store.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    try:
        await run_in_threadpool(ask)
    except Exception as error:
        raise ProblemError(503, "the store does not answer") from error


@router.get("/metrics", tags=["health"], response_class=PlainTextResponse)
async def measured(request: Request) -> Response:
    """Counts and times, as Prometheus reads them."""
    state = request.app.state
    content = await run_in_threadpool(metrics.page, state.store, state.replica)
    return Response(content, media_type=CONTENT_TYPE_LATEST)
