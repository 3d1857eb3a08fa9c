"""A small executor of ComfyUI's prompts: no ComfyUI, but what its documentation says of how nodes are called.

It goes by docs.comfy.org, "custom nodes, backend" (server overview, lifecycle, more on inputs, images and
masks), and by what ``execution.py`` and ``nodes.py`` of comfyanonymous/ComfyUI do with nodes of the first
schema. The stand-ins for ComfyUI's own nodes do with pixels what those do.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from PIL import Image

Prompt = dict[str, dict[str, Any]]
_WIDGETS = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}


class ExecutionBlocker:
    """Stands for an output on which nothing may be run."""

    def __init__(self, message: str | None) -> None:
        self.message = message


class PromptQueue:
    """What waits."""

    def __init__(self) -> None:
        self.waiting = ["the next prompt"]

    def wipe_queue(self) -> None:
        self.waiting.clear()


@dataclass
class Comfy:
    """An installation.

    Attributes:
        root: its folder.
        nodes: classes by their names.
    """

    root: Path
    nodes: dict[str, Any] = field(default_factory=dict)
    queue: PromptQueue = field(default_factory=PromptQueue)
    outputs: dict[str, list[Any]] = field(default_factory=dict)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    _states: dict[str, Any] = field(default_factory=dict)
    _done: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("input", "output", "temp", "custom_nodes"):
            (self.root / name).mkdir(parents=True)
        self.nodes = {
            "LoadImage": _load_image(self.root / "input"),
            "SaveImage": _save_image(self.root / "output", prefixed=True),
            "PreviewImage": _save_image(self.root / "temp", prefixed=False),
            "MaskToImage": MaskToImage,
        }

    def modules(self) -> dict[str, ModuleType]:
        """What nodes may import from ComfyUI."""
        folders, server, graph = (
            ModuleType(n) for n in ("folder_paths", "server", "comfy_execution.graph_utils")
        )
        folders.get_input_directory = lambda: str(self.root / "input")  # type: ignore[attr-defined]
        folders.get_output_directory = lambda: str(self.root / "output")  # type: ignore[attr-defined]
        instance = type("Instance", (), {"prompt_queue": self.queue})
        server.PromptServer = type("PromptServer", (), {"instance": instance})  # type: ignore[attr-defined]
        graph.ExecutionBlocker = ExecutionBlocker  # type: ignore[attr-defined]
        package = ModuleType("comfy_execution")
        package.__path__ = []
        return {m.__name__: m for m in (folders, server, package, graph)}

    def load_custom_nodes(self) -> None:
        """As ``nodes.init_external_custom_nodes``: single files, and folders with an ``__init__.py``."""
        for path in sorted((self.root / "custom_nodes").iterdir()):
            name = str(path.with_suffix("")) if path.is_file() else str(path).replace(".", "_x_")
            spec = importlib.util.spec_from_file_location(
                name, path if path.is_file() else path / "__init__.py"
            )
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
            assert set(module.NODE_DISPLAY_NAME_MAPPINGS) == set(module.NODE_CLASS_MAPPINGS)
            for kind, node in module.NODE_CLASS_MAPPINGS.items():
                self.nodes[kind] = node

    def validate(self, prompt: Prompt) -> dict[str, str]:
        """What is wrong with which input, as ``validate_inputs`` says before anything runs."""
        wrong: dict[str, str] = {}
        for number, entry in prompt.items():
            node = self.nodes[entry["class_type"]]
            types = node.INPUT_TYPES()
            named = (
                inspect.getfullargspec(node.VALIDATE_INPUTS).args if hasattr(node, "VALIDATE_INPUTS") else []
            )
            for name, (kind, *options) in {**types["required"], **types.get("optional", {})}.items():
                place = f"{number}.{name}"
                if name not in entry["inputs"]:
                    if name in types["required"]:
                        wrong[place] = "Required input is missing"
                    continue
                value = entry["inputs"][name]
                if isinstance(value, list):
                    given = self.nodes[prompt[value[0]]["class_type"]].RETURN_TYPES[value[1]]
                    if given != kind:
                        wrong[place] = f"Return type mismatch: {given}, {kind}"
                    continue
                if isinstance(kind, str) and kind in _WIDGETS:
                    value = entry["inputs"][name] = _WIDGETS[kind](value)
                if name in named:
                    continue
                limits = options[0] if options else {}
                if isinstance(kind, list) and value not in kind:
                    wrong[place] = "Value not in list"
                if "min" in limits and value < limits["min"]:
                    wrong[place] = "Value smaller than min"
                if "max" in limits and value > limits["max"]:
                    wrong[place] = "Value bigger than max"
            if named:
                asked = {
                    name: self._constant(entry["inputs"], name) for name in named if name in entry["inputs"]
                }
                if (said := node.VALIDATE_INPUTS(**asked)) is not True:
                    wrong[number] = str(said)
        return wrong

    def execute(self, prompt: Prompt) -> None:
        """Run what output nodes need and what has changed since; raises what a node raises."""
        assert self.validate(prompt) == {}
        self.ran, self._done = [], {}
        with torch.inference_mode():
            for number, entry in prompt.items():
                if getattr(self.nodes[entry["class_type"]], "OUTPUT_NODE", False):
                    self._run(prompt, number)

    def _run(self, prompt: Prompt, number: str) -> bool:
        """Have a node run, once, after those it hangs on; whether its outputs are new."""
        if number not in self._done:
            self._done[number] = self._run_once(prompt, number)
        return self._done[number]

    def _run_once(self, prompt: Prompt, number: str) -> bool:
        entry = prompt[number]
        node, inputs = self.nodes[entry["class_type"]], entry["inputs"]
        new = [self._run(prompt, value[0]) for value in inputs.values() if isinstance(value, list)]
        state = {name: value for name, value in inputs.items() if not isinstance(value, list)}
        if hasattr(node, "IS_CHANGED"):
            state["is_changed"] = node.IS_CHANGED(**{name: self._constant(inputs, name) for name in inputs})
        if number in self.outputs and not any(new) and self._states.get(number) == state:
            return False
        self._states[number] = state
        given = {
            name: self.outputs[value[0]][value[1]] if isinstance(value, list) else value
            for name, value in inputs.items()
        }
        if any(isinstance(value, ExecutionBlocker) for value in given.values()):
            self.outputs[number] = [ExecutionBlocker(None)] * len(node.RETURN_TYPES)
            return True
        self.ran.append(entry["class_type"])
        result = getattr(node(), node.FUNCTION)(**given)
        if isinstance(result, dict):
            self.shown[number] = result.get("ui", {})
            result = result.get("result", ())
        assert isinstance(result, tuple) and len(result) == len(node.RETURN_TYPES)
        self.outputs[number] = list(result)
        return True

    def _constant(self, inputs: dict[str, Any], name: str) -> Any:
        """A widget's value; what comes of another node is not known yet."""
        return None if isinstance(inputs[name], list) else inputs[name]


def _load_image(folder: Path) -> type:
    class LoadImage:
        RETURN_TYPES = ("IMAGE", "MASK")
        FUNCTION = "load"

        @classmethod
        def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
            return {"required": {"image": (sorted(path.name for path in folder.iterdir()), {})}}

        def load(self, image: str) -> tuple[torch.Tensor, torch.Tensor]:
            pixels = np.array(Image.open(folder / image).convert("RGB")).astype(np.float32) / 255.0
            return torch.from_numpy(pixels)[None], torch.zeros((1, 64, 64))

    return LoadImage


def _save_image(folder: Path, *, prefixed: bool) -> type:
    class SaveImage:
        RETURN_TYPES = ()
        FUNCTION = "save"
        OUTPUT_NODE = True

        @classmethod
        def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
            prefix = {"filename_prefix": ("STRING", {"default": "ComfyUI"})} if prefixed else {}
            return {"required": {"images": ("IMAGE", {}), **prefix}}

        def save(self, images: torch.Tensor, filename_prefix: str = "preview") -> dict[str, Any]:
            for number, image in enumerate(images):
                codes = 255.0 * image.cpu().numpy()
                file = folder / f"{filename_prefix}_{number:05}_.png"
                Image.fromarray(np.clip(codes, 0, 255).astype(np.uint8)).save(file)
            return {"ui": {"images": []}}

    return SaveImage


class MaskToImage:
    """ComfyUI's own: a mask as grey."""

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {"required": {"mask": ("MASK", {})}}

    def convert(self, mask: torch.Tensor) -> tuple[torch.Tensor]:
        return (mask.reshape(-1, 1, *mask.shape[-2:]).movedim(1, -1).expand(-1, -1, -1, 3),)
