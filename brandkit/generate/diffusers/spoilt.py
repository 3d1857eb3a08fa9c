"""Results that are no pictures: not a number, black, of one colour, or withheld by the model's own filter."""

from __future__ import annotations

import torch

from brandkit.errors import Spoilt, SpoiltError

_LEAST = 1.5 / 255
"""Codes that differ by no more than rounding are one colour."""
_REMEDY: dict[Spoilt, str] = {
    "nan": "not numbers; open the model with dtype float32, or ask for less guidance",
    "black": "black; ask for another seed, or open the model with dtype float32",
    "flat": "of one colour; ask for another seed, more steps or less guidance",
    "withheld": "withheld by its own safety filter; ask for another seed, or change the prompt",
}


def refuse(frames: torch.Tensor, seed: int | None = None, *, withheld: bool = False) -> None:
    """Raise ``SpoiltError`` for frames that no person would call a picture.

    One black frame does not spoil a clip, which may begin or end in black; one that is not a number does.

    Args:
        frames: floating point ``[T, 3, H, W]``, 0 to 1.
        seed: that they were made with, for the message; ``None`` where it is not known.
        withheld: whether the model's filter hid a frame.
    """
    if reason := _reason(frames, withheld):
        which = "" if seed is None else f" (seed {seed})"
        raise SpoiltError(f"the model's result{which} is {_REMEDY[reason]}", reason)


def _reason(frames: torch.Tensor, withheld: bool) -> Spoilt | None:
    if not bool(torch.isfinite(frames).all()):
        return "nan"
    if withheld:
        return "withheld"
    if float(frames.max()) < _LEAST:
        return "black"
    spread = frames.amax(dim=(-2, -1)) - frames.amin(dim=(-2, -1))
    return "flat" if float(spread.max()) < _LEAST else None
