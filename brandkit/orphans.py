"""Worker processes that do not outlive the process that began them, even where that one was killed."""

from __future__ import annotations

import multiprocessing
import os
from threading import Thread


def end_with_parent() -> None:
    """Have this process end when its parent does; called once by a process of ``multiprocessing``.

    A process pool's workers wait for work on a pipe that they hold both ends of: of a parent that was killed
    they never learn, and keep their memory for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, name="parent", daemon=True).start()
