"""Nodes for ComfyUI: "Brand check" and "Brand correct".

brandkit has to be installed for the Python that runs ComfyUI (``pip install brandkit``). ComfyUI finds the
nodes by a file of one line in its ``custom_nodes``,

    echo 'from brandkit.comfyui import *' > ComfyUI/custom_nodes/brandkit_nodes.py

or by a link to this folder there; its ``pyproject.toml`` and ``requirements.txt`` are for ComfyUI's registry.
An example lies in ``example_workflow.json``: drag it into the window, or POST it to ``/prompt``.

The nodes are of ComfyUI's first schema (``INPUT_TYPES``), which every version reads. Of a module that has
such nodes ComfyUI asks for no ``comfy_entrypoint`` of the third schema, so there is none. Importing this
package is light.
"""

from __future__ import annotations

from brandkit.comfyui.check_node import BrandCheck
from brandkit.comfyui.correct_node import BrandCorrect

NODE_CLASS_MAPPINGS: dict[str, type] = {"BrandkitCheck": BrandCheck, "BrandkitCorrect": BrandCorrect}
NODE_DISPLAY_NAME_MAPPINGS = {"BrandkitCheck": "Brand check", "BrandkitCorrect": "Brand correct"}

__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]
