"""The routes that send pictures, videos and files of the store."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from brandkit.errors import BrandkitError
from brandkit.store.blobs import is_sha256

from . import links, place, rendered

_SHOWN = frozenset({"image/png", "image/webp", "image/jpeg", "image/gif", "image/avif", "video/mp4"})
"""Types that a browser may show in a page; all else is only saved, since it could hold scripts."""
_HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def send_blob(request: Request) -> Response:
    """A file as it is kept."""
    sha, name = request.path_params["sha256"], request.path_params["name"]
    if not is_sha256(sha):
        return _refused()
    return await _send(request, lambda: place.store().blobs.path(sha), name)


async def send_frame(request: Request) -> Response:
    """A frame as PNG."""
    item, side, number = (request.path_params[part] for part in ("item", "side", "number"))
    return await _send(request, lambda: rendered.frame(place.store(), item, side, number), "frame.png")


async def send_proxy(request: Request) -> Response:
    """A video that browsers play."""
    item, side = request.path_params["item"], request.path_params["side"]
    return await _send(request, lambda: rendered.proxy(place.store(), item, side), "clip.mp4")


async def send_strip(request: Request) -> Response:
    """Thumbnails of frames."""
    item, side, named = (request.path_params[part] for part in ("item", "side", "numbers"))
    try:
        numbers = [int(number) for number in named.split("-")]
    except ValueError:
        return _refused()
    return await _send(request, lambda: rendered.strip(place.store(), item, side, numbers), "strip.webp")


async def send_shots(request: Request) -> Response:
    """The shots of a clip."""
    item = request.path_params["item"]
    return await _send(request, lambda: rendered.shots(place.store(), item), "shots.json")


async def send_tried(request: Request) -> Response:
    """A correction that is only tried."""
    folder, name = request.path_params["folder"], request.path_params["name"]
    return await _send(request, lambda: rendered.tried_file(place.store(), folder, name), name)


async def _send(request: Request, find: Callable[[], Path], name: str) -> Response:
    query = request.query_params
    if not links.passes(request.url.path, query.get("until"), query.get("sign")):
        return _refused()
    try:
        path = await run_in_threadpool(find)
    except BrandkitError as error:
        return PlainTextResponse(str(error), status_code=404, headers={"Cache-Control": "no-store"})
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind in _SHOWN:
        return FileResponse(path, media_type=kind, headers=_HEADERS)
    return FileResponse(path, media_type="application/octet-stream", filename=name, headers=_HEADERS)


def _refused() -> Response:
    said = "This address has expired, or was not given to you. Load the page again."
    return PlainTextResponse(said, status_code=403, headers={"Cache-Control": "no-store"})


ROUTES = (
    Route(f"{links.PREFIX}/blob/{{sha256}}/{{name}}", send_blob),
    Route(f"{links.PREFIX}/frame/{{item:int}}/{{side}}/{{number:int}}/{{version}}", send_frame),
    Route(f"{links.PREFIX}/proxy/{{item:int}}/{{side}}/{{version}}", send_proxy),
    Route(f"{links.PREFIX}/strip/{{item:int}}/{{side}}/{{numbers}}/{{version}}", send_strip),
    Route(f"{links.PREFIX}/shots/{{item:int}}/{{version}}", send_shots),
    Route(f"{links.PREFIX}/tried/{{folder}}/{{name}}", send_tried),
)
