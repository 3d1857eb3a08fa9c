"""How much memory is free, and what is said where it is too little."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import torch

from brandkit.errors import GenerationError

_ON_CPU = ("not enough memory", "can't allocate memory", "DefaultCPUAllocator")
"""What torch says where the CPU's memory ends; there it raises no ``OutOfMemoryError``."""
_CGROUP = Path("/sys/fs/cgroup")
_MEMINFO = Path("/proc/meminfo")


def free_bytes(device: str) -> int | None:
    """Free memory of a device in bytes, ``None`` where that is not known.

    On the CPU it is what the kernel could hand out without swapping, and no more than a container may use.
    """
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    if device != "cpu":
        return None
    known = [number for number in (_of_kernel(), _of_container()) if number is not None]
    return min(known) if known else None


def shown(size: float) -> str:
    """Bytes for people.

    >>> shown(12_345_678_900), shown(45_000_000)
    ('12.3 GB', '45 MB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"


def refuse_too_little(what: str, needed: float, device: str, remedy: str) -> None:
    """Raise ``GenerationError`` where ``needed`` bytes are more than are known to be free."""
    free = free_bytes(device)
    if free is not None and needed > free:
        raise GenerationError(
            f"too little memory: {what} needs about {shown(needed)} on {device}, {shown(free)} are free; "
            f"{remedy}"
        )


@contextmanager
def told(what: str, remedy: str) -> Iterator[None]:
    """Put the end of memory into one line, on whatever device."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise GenerationError(f"too little memory for {what}; {remedy}") from error
    except RuntimeError as error:
        if is_exhausted(error):
            raise GenerationError(f"too little memory for {what}; {remedy}") from error
        raise


def is_exhausted(error: RuntimeError) -> bool:
    """Whether an error says that the CPU's memory ended."""
    return any(words in str(error) for words in _ON_CPU)


def _of_kernel() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_container() -> int | None:
    """What a Linux container may still use; its page cache counts as free."""
    with suppress(OSError, ValueError):
        most = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
        cached = 0
        for line in (_CGROUP / "memory.stat").read_text().splitlines():
            if line.startswith("inactive_file "):
                cached = int(line.split()[1])
        return max(0, most - used + cached)
    return None
