"""Decoding ahead: the next batch is read in another thread while the last one is measured."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brandkit.media.clip import Frames

_POLL_S = 0.1
"""Seconds after which a reader that nobody waits for any more sees that it is to stop."""


@dataclass(frozen=True, slots=True)
class _Over:
    """The end of a clip, and what went wrong there."""

    error: BaseException | None = None


def ahead(batches: Iterator[Frames]) -> Iterator[Frames]:
    """The same batches in the same order, one of them read ahead.

    What the reader raises is raised here, after the batches before it. Leaving early, as an error or Ctrl-C
    does, stops the reader and waits for it, so that its file is closed.
    """
    ready: queue.Queue[Frames | _Over] = queue.Queue(maxsize=1)
    left = threading.Event()

    def offer(thing: Frames | _Over) -> bool:
        while not left.is_set():
            try:
                ready.put(thing, timeout=_POLL_S)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        over = _Over()
        try:
            for batch in batches:
                if not offer(batch):
                    break
        except BaseException as error:  # handed on, whatever it is
            over = _Over(error)
        finally:
            if hasattr(batches, "close"):
                batches.close()
        offer(over)

    reader = threading.Thread(target=read, name="brandkit-reader", daemon=True)
    reader.start()
    try:
        while not isinstance(thing := ready.get(), _Over):
            yield thing
        if thing.error is not None:
            raise thing.error
    finally:
        left.set()
        reader.join()
