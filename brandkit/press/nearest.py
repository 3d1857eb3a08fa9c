"""The nearest colour that a printing condition can make: a search through the inks themselves.

A profile's own way from colours to inks (B2A) goes through a coarse table, and trades nearness for
smoothness; its way from inks to colours (A2B) is what was measured. So the question which inks come nearest
is put to that one, starting from what the profile proposes.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import torch

from brandkit.colour.difference import ciede2000
from brandkit.press.profile import INTENTS, Array, PrintProfile

_FIRST_STEP, _LAST_STEP = 0.08, 0.0005
"""Of each ink, 1 for all of it: the last is a twentieth of a per cent."""
_MOST_ROUNDS = 400
_MOVES = np.array([move for move in product((-1, 0, 1), repeat=4) if any(move)], dtype=np.float64)


def distance_de00(first: Array, second: Array) -> Array:
    """CIEDE2000 of rows of CIELAB."""
    found: Array = ciede2000(
        torch.from_numpy(np.asarray(first)), torch.from_numpy(np.asarray(second))
    ).numpy()
    return found


def nearest(profile: PrintProfile, lab: Array, most_ink: float) -> tuple[Array, float]:
    """The inks that come nearest to a colour.

    Args:
        profile: of the printing condition.
        lab: the colour, CIELAB D50 relative to the paper, ``[3]``.
        most_ink: sum of inks that is not exceeded, 1 for all of one ink.

    Returns:
        The inks, ``[4]``, 0 to 1, and their CIEDE2000 from the colour.
    """
    starts = np.concatenate([profile.match(lab[None], intent) for intent in INTENTS])
    starts = _within(starts, most_ink)
    from_start = distance_de00(profile.to_lab(starts), lab)
    at, best = starts[from_start.argmin()], float(from_start.min())
    step = _FIRST_STEP
    for _ in range(_MOST_ROUNDS):
        if step < _LAST_STEP:
            break
        tried = _within((at + step * _MOVES).clip(0, 1), most_ink)
        found = distance_de00(profile.to_lab(tried), lab)
        if found.min() < best:
            at, best = tried[found.argmin()], float(found.min())
        else:
            step /= 2
    return at, best


def _within(inks: Array, most_ink: float) -> Array:
    """Inks scaled down to a sum that is allowed."""
    total = inks.sum(1, keepdims=True)
    return np.where(total > most_ink, inks * (most_ink / np.maximum(total, 1e-9)), inks)
