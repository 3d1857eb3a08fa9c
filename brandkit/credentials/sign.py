"""Credentials into a file: signed into a temporary file, which then takes its place."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from brandkit.credentials import library
from brandkit.credentials.history import History, Ingredient
from brandkit.credentials.identity import Identity
from brandkit.errors import CredentialsError
from brandkit.media.atomic import output_error, replacing

SETTINGS = {
    # Thumbnails are enlarged to 1024 pixels and add hundreds of kilobytes to a file that has a limit.
    "builder": {"thumbnail": {"enabled": False}},
    # A file must not be able to make this machine ask another one for something.
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}


def sign(path: Path, identity: Identity, history: History) -> None:
    """Put credentials into a file; on failure the file is as it was.

    What an ingredient carries of its own stays with it, in the new credentials.

    Args:
        path: of the file; its ending decides the format.
        identity: who signs.
        history: what to state.

    Raises:
        CredentialsError: it cannot be signed.
        OutputError: it cannot be written.
    """
    library.require_signable(path)
    c2pa = library.c2pa()
    kind = library.media_type(path)
    try:
        with path.open("rb") as source, replacing(path) as temporary, temporary.open("w+b") as target:
            _signed(c2pa, identity, history, _title(path), kind, source, target)
    except c2pa.C2paError as error:
        raise CredentialsError(
            f"{path}: could not be signed: {library.reason(error)}{_by_whom(identity)}"
        ) from None
    except OSError as error:
        raise output_error(path, error) from error


def with_pixels(history: History, path: Path) -> History:
    """The history with the digest of a still's pixels, by which ``read`` tells them from other bytes.

    Raises:
        MediaError: the file cannot be decoded.
    """
    from brandkit import media
    from brandkit.generate.recipe import pixels_of

    clip = media.open(path)
    if clip.source.kind != "image" or "pixels" in history.facts:
        return history
    return replace(history, facts={**history.facts, "pixels": {"sha256": pixels_of(clip)}})


def signed_pixel(identity: Identity) -> bytes:
    """A signed PNG of one pixel, made in memory. Raises c2pa's own errors."""
    from PIL import Image

    from brandkit.credentials.history import ALGORITHMIC, Action

    plain, signed = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (1, 1)).save(plain, "PNG")
    plain.seek(0)
    history = History((Action("c2pa.created", source_type=ALGORITHMIC),))
    _signed(library.c2pa(), identity, history, "pixel.png", "image/png", plain, signed)
    return signed.getvalue()


def _signed(
    c2pa: Any, identity: Identity, history: History, title: str, kind: str, source: Any, target: Any
) -> None:
    info = c2pa.C2paSignerInfo(
        identity.algorithm, identity.certificates, identity.key, identity.time_authority
    )
    definition = history.manifest(title, kind, version("brandkit"))
    with (
        c2pa.Context.from_dict(SETTINGS) as context,
        c2pa.Signer.from_info(info) as signer,
        c2pa.Builder.from_json(json.dumps(definition), context) as builder,
    ):
        for ingredient in history.ingredients:
            _add(builder, ingredient)
        builder.sign(signer, kind, source, target)


def _add(builder: Any, ingredient: Ingredient) -> None:
    said = {
        "title": _title(ingredient.path),
        "relationship": ingredient.relation,
        "label": ingredient.role,
        "description": ingredient.role,
    }
    with ingredient.path.open("rb") as file:
        builder.add_ingredient_from_stream(json.dumps(said), library.media_type(ingredient.path), file)


def _title(path: Path) -> str:
    """A file's name as text, also where its bytes are none."""
    return path.name.encode("utf-8", "replace").decode("utf-8")


def _by_whom(identity: Identity) -> str:
    where = identity.time_authority
    return "" if where is None else f" (time stamps were asked of {where}; --time-authority names another)"
