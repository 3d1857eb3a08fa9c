"""What the nodes ask of ComfyUI itself: its folders, and to stop; outside of it, what is nearest."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from brandkit.errors import BrandError


def brand_file(name: str) -> Path:
    """The brand file of that name: a path, or one within ComfyUI's folder of inputs.

    Raises:
        BrandError: there is none.
    """
    given = Path(name.strip()).expanduser()
    places = [given]
    if (folders := _module("folder_paths")) is not None and not given.is_absolute():
        places.insert(0, Path(folders.get_input_directory()) / given)
    for place in places:
        if name.strip() and place.is_file():
            return place
    where = " or ".join(str(place.absolute()) for place in places) if name.strip() else "an empty name"
    raise BrandError(
        f"there is no brand file at {where}; give its path, or put it into ComfyUI's input folder"
    )


def output_folder() -> Path:
    """Where ComfyUI puts results; the current folder outside of it."""
    folders = _module("folder_paths")
    return Path() if folders is None else Path(folders.get_output_directory())


def drop_waiting() -> None:
    """Take what waits out of ComfyUI's queue."""
    server = _module("server")
    if server is not None and getattr(server.PromptServer, "instance", None) is not None:
        server.PromptServer.instance.prompt_queue.wipe_queue()


def blocker() -> Any:
    """What a node gives for an output so that nothing on it is run; ``None`` where there is none."""
    for name in ("comfy_execution.graph_utils", "comfy_execution.graph"):
        if (graph := _module(name)) is not None and hasattr(graph, "ExecutionBlocker"):
            return graph.ExecutionBlocker(None)
    return None


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None
