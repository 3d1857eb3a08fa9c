"""Read what a call brings: a file or an address, and how it is to be judged."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brandkit.service.fetch import fetch, too_large
from brandkit.service.problems import ProblemError, response
from brandkit.service.settings import Settings
from brandkit.store.blobs import safe_name

_FIELDS = ("file", "url", "brand", "version", "checks", "webhook", "wait")
_LONGEST_FIELD = 4096
_OVERHEAD_BYTES = 65_536
"""Of a multipart body, beside its file."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a call brings.

    Attributes:
        path: the input's file.
        name: its name.
        brand: name of the brand to judge by.
        version: its number; the newest without.
        checks: ids of checks; all without.
        webhook: address to tell when it is over.
        wait: whether to wait for it.
        digest: sha256 of all of it.
    """

    path: Path
    name: str
    brand: str
    version: int | None
    checks: tuple[str, ...] | None
    webhook: str | None
    wait: bool
    digest: str


class BodyLimit:
    """Middleware: refuse a body that is larger than an input may be, before it fills the disk."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app, self.most = app, most_bytes + _OVERHEAD_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what comes of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        if stated.isdigit() and int(stated[:20]) > self.most:
            refused = response(413, f"inputs may have {self.most / 1e6:.0f} MB; make it smaller")
            await refused(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.most:
                raise ProblemError(413, f"inputs may have {self.most / 1e6:.0f} MB; make it smaller")
            return message

        await self.app(scope, counted, send)


async def read(request: Request, folder: Path, settings: Settings) -> Brought:
    """Read a call's multipart form.

    Args:
        request: the call.
        folder: for its file.
        settings: how much, how long, from where.

    Raises:
        ProblemError: it is too large or slow, or a field is missing or wrong.
        ClientDisconnect: the caller went away.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise ProblemError(415, "send multipart/form-data with the fields file (or url) and brand")
    try:
        async with asyncio.timeout(settings.upload_seconds):
            form = await request.form(max_files=1, max_fields=len(_FIELDS), max_part_size=_LONGEST_FIELD)
    except TimeoutError:
        raise ProblemError(408, f"the file did not come within {settings.upload_seconds:.0f} s") from None
    except MultiPartException as error:
        raise ProblemError(400, f"the form cannot be read: {error.message}") from None
    try:
        return await _brought(form, folder, settings)
    finally:
        await form.close()


async def _brought(form: FormData, folder: Path, settings: Settings) -> Brought:
    unknown = [name for name in form if name not in _FIELDS]
    if unknown:
        raise ProblemError(422, f"'{unknown[0][:80]}' is no field; there are {', '.join(_FIELDS)}")
    file, address = form.get("file"), _text(form, "url")
    path = folder / "input"
    if isinstance(file, UploadFile) and address is None:
        name = safe_name(file.filename or "")
        await run_in_threadpool(_save, file, path, settings)
    elif file is None and address is not None:
        name = await run_in_threadpool(fetch, address, path, settings)
    else:
        raise ProblemError(422, "send either 'file', as a file, or 'url'")
    brand = _text(form, "brand")
    if brand is None:
        raise ProblemError(422, "say by which brand to judge: brand=NAME; GET /v1/brands lists them")
    version, checks = _text(form, "version"), _text(form, "checks")
    if version is not None and not (version.isascii() and version.isdigit() and len(version) < 9):
        raise ProblemError(422, "'version' is a whole number")
    wait = _text(form, "wait") or "true"
    if wait not in ("true", "false"):
        raise ProblemError(422, "'wait' is true or false")
    asked: dict[str, Any] = {
        "brand": brand,
        "version": None if version is None else int(version),
        "checks": None if checks is None else [c.strip() for c in checks.split(",") if c.strip()],
        "webhook": _text(form, "webhook"),
    }
    return Brought(
        path=path,
        name=name,
        brand=brand,
        version=asked["version"],
        checks=None if asked["checks"] is None else tuple(asked["checks"]),
        webhook=asked["webhook"],
        wait=wait == "true",
        digest=await run_in_threadpool(_digest, path, {**asked, "name": name}),
    )


def _text(form: FormData, name: str) -> str | None:
    value = form.get(name)
    if value is not None and not isinstance(value, str):
        raise ProblemError(422, f"'{name}' is a word, not a file")
    return value or None


def _save(file: UploadFile, path: Path, settings: Settings) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target, 2**20)
    if path.stat().st_size > settings.most_bytes:
        raise too_large(settings)


def _digest(path: Path, asked: dict[str, Any]) -> str:
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(json.dumps([content, asked], sort_keys=True).encode()).hexdigest()


__all__ = ["BodyLimit", "Brought", "ClientDisconnect", "read"]
