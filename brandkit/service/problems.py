"""Errors as the web states them: problem details (RFC 9457), one line for a person in ``detail``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from brandkit.errors import (
    BrandError,
    BrandkitError,
    CheckError,
    CorrectionError,
    MediaError,
    StoreError,
)

MEDIA_TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[BrandkitError], int], ...] = (
    (MediaError, 422),
    (CorrectionError, 422),
    (CheckError, 422),
    (BrandError, 422),
    (StoreError, 503),
)


class Problem(BaseModel):
    """Why a request was not done (RFC 9457)."""

    type: str = Field("about:blank", description="Which kind of problem; documents of it are found there.")
    title: str = Field(description="The HTTP status in words.", examples=["Unprocessable Content"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(
        description="What is wrong and what to do, in one line.",
        examples=["hero.png: is empty (0 bytes); export or download it again"],
    )


class ProblemError(Exception):
    """A request that is not done, and why."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


_UNREAD = (408, 413)
"""Answered before the body had come: what is left of it is not waited for."""


def response(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem as a response; the connection is closed where the request's body was not read."""
    if status in _UNREAD:
        headers = {**(headers or {}), "Connection": "close"}
    content = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, type="about:blank")
    return JSONResponse(content.model_dump(), status, headers, MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation may answer with, for its documentation."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def add_to(app: FastAPI) -> None:
    """Have the application answer with problems."""

    @app.exception_handler(ProblemError)
    async def _problem(request: Request, error: ProblemError) -> JSONResponse:
        return response(error.status, error.detail, error.headers)

    @app.exception_handler(BrandkitError)
    async def _ours(request: Request, error: BrandkitError) -> JSONResponse:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
        return response(status, str(error))

    @app.exception_handler(ClientDisconnect)
    async def _gone(request: Request, error: ClientDisconnect) -> JSONResponse:
        return response(400, "the call ended before all of it had come")

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return response(error.status_code, str(error.detail), dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return response(422, f"{where}: {first['msg']}")
