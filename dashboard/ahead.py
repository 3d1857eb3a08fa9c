"""What is likely to be asked for next, made in the background."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from brandkit.errors import BrandkitError, StoreError
from brandkit.store import items

from . import rendered

if TYPE_CHECKING:
    from brandkit.store import Store
    from brandkit.store.filed import Item, Order, Wanted

_HOW_FAR = 2
"""Items that are made ahead."""
_PAUSE_S = 0.2
"""Seconds that the page has for itself before its successors are made."""
_MOST_WAITING = 4
"""Queues whose next items wait to be made; more would be for who has long gone on."""


class _Thread(ThreadPoolExecutor):
    """One thread, so that what somebody waits for is not kept waiting by what they may never look at."""

    def __init__(self) -> None:
        super().__init__(1, thread_name_prefix="ahead")

    @property
    def waiting(self) -> int:
        """How many tasks have not begun."""
        return self._work_queue.qsize()


_THREAD = _Thread()


def make(store: Store, item: Item, wanted: Wanted, order: Order) -> None:
    """Make the pictures of the next items of a queue, once what is asked for is sent."""
    if _THREAD.waiting < _MOST_WAITING:
        _THREAD.submit(_make, store, item, wanted, order)


def warm() -> None:
    """Load what the first picture needs, which takes some seconds."""
    _THREAD.submit(_load)


def _load() -> None:
    for name in ("loop", "batch", "media.still", "media.frame", "report.page"):
        import_module(f"brandkit.{name}")


def _make(store: Store, item: Item, wanted: Wanted, order: Order) -> None:
    time.sleep(_PAUSE_S)
    with suppress(BrandkitError):  # whoever asks for it will be told
        for _ in range(_HOW_FAR):
            following = items.following(store, item, wanted, order)
            if following is None:
                return
            item = following
            for side in rendered.SIDES:
                with suppress(StoreError):  # nothing was corrected
                    rendered.frame(store, item.id, side, 0)
