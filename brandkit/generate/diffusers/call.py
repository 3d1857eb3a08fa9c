"""From a request to what a pipeline is called with; what it does not take is said, never silently dropped."""

from __future__ import annotations

import inspect
from typing import Any

from brandkit.errors import GenerationError
from brandkit.generate.diffusers.loaded import parameters
from brandkit.generate.request import Ability, Request

_CANNOT: dict[Ability, str] = {
    "text": "starts from a picture and takes no words alone; give an anchor",
    "anchor": "cannot start from a picture; choose a model with an image-to-image pipeline",
    "structure": "cannot keep outlines; open it with a ControlNet for Canny's edges",
    "style": "cannot take the look of a picture; open it with an IP-Adapter that fits it",
    "video": "makes stills; choose an image-to-video or text-to-video model, or ask for one frame",
}


def refuse_unable(model: str, abilities: frozenset[Ability], request: Request) -> None:
    """Raise ``GenerationError`` for the first thing asked for that a model cannot do."""
    asked: tuple[tuple[Ability, bool], ...] = (
        ("video", request.frames > 1),
        ("anchor", request.anchor is not None),
        ("structure", request.structure is not None),
        ("style", request.style is not None),
        ("text", request.anchor is None),
    )
    for ability, wanted in asked:
        if wanted and ability not in abilities:
            raise GenerationError(f"{model} {_CANNOT[ability]}")


def common(
    pipe: Any, request: Request, *, guidance: str = "guidance_scale"
) -> tuple[dict[str, Any], list[str]]:
    """The arguments that most pipelines take, as far as this one does, and a note for each it does not.

    Args:
        pipe: what will be called.
        request: what is asked for.
        guidance: what the pipeline calls ``Request.guidance``.
    """
    taken = parameters(pipe)
    notes = []
    given: dict[str, Any] = {"prompt": request.prompt} if "prompt" in taken else {}
    wanted = (
        ("prompt", request.prompt or None, "the prompt"),
        ("negative_prompt", request.negative or None, "the negative prompt"),
        ("num_inference_steps", request.steps, "the number of steps"),
        (guidance, request.guidance, "the guidance"),
    )
    for name, value, what in wanted:
        if value is not None:
            if name in taken:
                given[name] = value
            else:
                notes.append(f"{what} is not followed: the model takes none")
    if "negative_prompt" in given and not _has_negative(pipe, given, guidance):
        notes.append(
            "the negative prompt is not followed: at this guidance the model looks at the prompt alone"
        )
    return given, notes


def steps(pipe: Any, request: Request) -> int:
    """How many steps will be asked for."""
    return request.steps or int(default(pipe, "num_inference_steps") or 1)


def default(pipe: Any, name: str) -> Any:
    """What a pipeline takes an argument to be where it is left out; ``None`` where it has none."""
    parameter = inspect.signature(pipe.__call__).parameters.get(name)
    return None if parameter is None or parameter.default is parameter.empty else parameter.default


def unfollowed(request: Request, **what: str) -> list[str]:
    """A note for each field that asks for something else than usual and that a model does not take."""
    return [
        f"{words} is not followed: the model takes none"
        for name, words in what.items()
        if getattr(request, name) != Request.model_fields[name].default
    ]


def _has_negative(pipe: Any, given: dict[str, Any], guidance: str) -> bool:
    """Whether words to avoid are looked at: only where guidance compares with them, at a scale above 1."""
    scale = default(pipe, "true_cfg_scale")
    if scale is None:
        scale = given.get(guidance, default(pipe, guidance))
    return not isinstance(scale, int | float) or scale > 1
