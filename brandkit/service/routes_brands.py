"""Brands: which there are, their files, and saving a new version."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from brandkit.errors import SavedMeanwhileError, StoreError
from brandkit.service.access import Caller
from brandkit.service.answers import BrandAnswer
from brandkit.service.problems import ProblemError, documented
from brandkit.store import brands, drafts
from brandkit.store.filed import BrandVersion
from brandkit.store.keys import Key
from brandkit.store.store import Store
from brandkit.swatch import fold

router = APIRouter(prefix="/v1/brands", tags=["brands"])
Reader = Annotated[Key, Depends(Caller("read"))]
Manager = Annotated[Key, Depends(Caller("brands"))]
MEDIA_TYPE = "application/yaml"
"""Of a brand file (RFC 9512)."""
_EXAMPLE = "meta: {name: Acme}\ncolor:\n  palette: {blue: '#0050FF'}\n"
_FILE = {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE}}


@router.get("", responses=documented(401, 403, 429))
async def list_brands(request: Request, key: Reader) -> list[BrandAnswer]:
    """The brands that inputs can be judged by."""
    store: Store = request.app.state.store

    def newest() -> list[BrandAnswer]:
        return [BrandAnswer.of(brands.versions(store, name)[0]) for name in brands.names(store)]

    return await run_in_threadpool(newest)


@router.get("/{name}", responses=documented(401, 403, 404, 429))
async def versions(request: Request, name: str, key: Reader) -> list[BrandAnswer]:
    """All versions of a brand, the newest first."""
    found = await run_in_threadpool(_versions, request.app.state.store, name)
    return [BrandAnswer.of(version) for version in found]


@router.get(
    "/{name}/file",
    response_class=Response,
    responses={
        200: {"description": "The brand file; `ETag` is its version.", "content": _FILE},
        **documented(401, 403, 404, 422, 429),
    },
)
async def send_file(
    request: Request,
    name: str,
    key: Reader,
    version: Annotated[int | None, Query(ge=1, lt=2**31, description="The newest without.")] = None,
) -> Response:
    """A brand's file as it was saved."""
    store: Store = request.app.state.store

    def read() -> tuple[BrandVersion, str]:
        for found in _versions(store, name):
            if version in (None, found.number):
                with drafts.of(store, found) as draft:
                    return found, draft.text()
        raise ProblemError(404, f"there is no version {version} of it; GET /v1/brands/{{name}} lists them")

    found, text = await run_in_threadpool(read)
    return Response(text, media_type=MEDIA_TYPE, headers=_tag(found))


@router.put(
    "/{name}",
    responses={
        200: {"description": "Saved as its next version, or the same as its newest.", "model": BrandAnswer},
        201: {"description": "Saved as a new brand.", "model": BrandAnswer},
        **documented(400, 401, 403, 412, 413, 415, 422, 429, 503),
    },
    openapi_extra={"requestBody": {"required": True, "content": _FILE}},
)
async def save(
    request: Request,
    response: Response,
    name: str,
    key: Manager,
    note: Annotated[str, Query(max_length=500, description="Why, for those who look later.")] = "",
    if_match: Annotated[
        str | None,
        Header(
            max_length=40, description="The `ETag` that the change was made from: refused if another came."
        ),
    ] = None,
) -> BrandAnswer:
    """Save a brand's file as its next version; files that it names are those of the version before.

    Verdicts that were given name the version that gave them, and stay.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() not in (MEDIA_TYPE, "text/yaml"):
        raise ProblemError(415, f"send the brand file as it is, with Content-Type: {MEDIA_TYPE}")
    content = await _read(request)
    store: Store = request.app.state.store
    known = await run_in_threadpool(brands.newest, store, name)
    if if_match is not None and (known is None or if_match.strip().strip('"') != str(known.number)):
        newest = "there is no such brand yet" if known is None else f"its newest version is {known.number}"
        raise ProblemError(412, f"{newest}; look at it, and make your change to that one")
    try:
        saved = await run_in_threadpool(_save, store, name, known, content, f"http:{key.tenant}", note)
    except SavedMeanwhileError as error:
        raise ProblemError(412, str(error)) from error
    response.status_code = 201 if known is None else 200
    response.headers.update(_tag(saved))
    return BrandAnswer.of(saved)


async def _read(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > drafts.LARGEST_BYTES:
            raise ProblemError(413, "a brand file may have 1 MiB, and needs far less")
    return bytes(content)


def _save(
    store: Store, name: str, known: BrandVersion | None, content: bytes, who: str, note: str
) -> BrandVersion:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise ProblemError(422, "the brand file is not UTF-8; save it as UTF-8") from None
    with drafts.new(name) if known is None else drafts.of(store, known) as draft:
        brand = draft.write(text)
        if fold(brand.name) != fold(name):
            raise ProblemError(422, f"the file is of the brand '{brand.name[:80]}'; put it to that address")
        return draft.save(store, brand, who=who, note=note)


def _versions(store: Store, name: str) -> tuple[BrandVersion, ...]:
    try:
        return tuple(brands.versions(store, name))
    except StoreError:
        raise ProblemError(404, "there is no such brand; GET /v1/brands lists them") from None


def _tag(version: BrandVersion) -> dict[str, str]:
    return {"ETag": f'"{version.number}"'}
