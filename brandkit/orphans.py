"""Worker processes: they end with the process that began them, even where that one was killed."""

from __future__ import annotations

import multiprocessing
import os
from threading import Thread


def one_core() -> None:
    """Have this process use one core: threads of its own would only be in the way of other workers."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    import torch

    torch.set_num_threads(1)


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
