"""Addresses of pictures that pages show: signed, so that only who was shown a page can fetch them.

A picture is sent by a route of its own instead of through Streamlit, which would keep each in memory: the
browser keeps it, and a video can be read from its middle.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Sequence
from functools import cache
from urllib.parse import quote

from brandkit.store import database
from brandkit.store.store import Store
from brandkit.store.tables import Setting

from . import place

PREFIX = "/pictures"
_DAY = 86_400
_SECRET = "secret"


def blob(sha256: str, name: str) -> str:
    """A file of the store, sent under a name."""
    return signed(f"{PREFIX}/blob/{sha256}/{quote(name, safe='')}")


def frame(item: int, side: str, number: int, version: str) -> str:
    """A frame of an item as PNG, sRGB, at its own size.

    Args:
        item: its id.
        side: ``before`` or ``after``.
        number: of the frame, from 0.
        version: sha256 of the file it is of, so that the browser fetches a new correction anew.
    """
    return signed(f"{PREFIX}/frame/{item}/{side}/{number}/{version[:12]}.png")


def proxy(item: int, side: str, version: str) -> str:
    """An item's video as every browser plays it: H.264."""
    return signed(f"{PREFIX}/proxy/{item}/{side}/{version[:12]}.mp4")


def strip(item: int, side: str, numbers: Sequence[int], version: str) -> str:
    """Thumbnails of frames of an item, beside each other; see ``rendered.strip``."""
    named = "-".join(str(number) for number in numbers)
    return signed(f"{PREFIX}/strip/{item}/{side}/{named}/{version[:12]}.webp")


def shots(item: int, version: str) -> str:
    """The shots of an item; see ``rendered.shots``."""
    return signed(f"{PREFIX}/shots/{item}/{version[:12]}.json")


def tried(folder: str, name: str) -> str:
    """What shows a correction that is only tried; see ``rendered.show_trial``."""
    return signed(f"{PREFIX}/tried/{folder}/{name}")


def signed(path: str) -> str:
    """A path with what lets it pass until the end of tomorrow; the same all day, so that browsers cache."""
    until = (int(time.time()) // _DAY + 2) * _DAY
    return f"{path}?until={until}&sign={_sign(path, until)}"


def passes(path: str, until: str | None, sign: str | None) -> bool:
    """Whether a path was signed here, and not too long ago."""
    if until is None or sign is None or not until.isascii() or not until.isdigit():
        return False
    moment = int(until[:12])
    return moment > time.time() and hmac.compare_digest(_sign(path, moment).encode(), sign.encode())


def _sign(path: str, until: int) -> str:
    return hmac.new(_key(place.store()), f"{path}\n{until}".encode(), hashlib.sha256).hexdigest()


@cache
def _key(store: Store) -> bytes:
    """A secret of the store, so that several servers of one store take each other's addresses."""
    with database.writing(store.engine) as session:
        row = session.get(Setting, _SECRET)
        if row is None:
            row = Setting(name=_SECRET, value=secrets.token_hex(32))
            session.add(row)
        return bytes.fromhex(row.value)
