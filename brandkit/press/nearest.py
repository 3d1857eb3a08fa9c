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

_FIRST_STEP = 0.08
"""Of each ink, 1 for all of it."""
FINE, COARSE = 0.0005, 0.005
"""Last steps: a twentieth of a per cent for a swatch, half a per cent for a picture's many colours."""
_MOST_ROUNDS = 400

_MOVES = np.array([move for move in product((-1, 0, 1), repeat=4) if any(move)], dtype=np.float64)
_SINGLE = np.concatenate([np.eye(4), -np.eye(4)])
"""Moves of all inks at once, and of one alone: a tenth of the work, and nearly as near."""


def distance_de00(first: Array, second: Array) -> Array:
    """CIEDE2000 of CIELAB ``[..., 3]``, whose leading axes broadcast."""
    pair = (torch.from_numpy(np.ascontiguousarray(lab)) for lab in (first, second))
    found: Array = ciede2000(*pair).numpy()
    return found


def nearest(
    profile: PrintProfile, lab: Array, most_ink: float, last_step: float = FINE
) -> tuple[Array, Array]:
    """The inks that come nearest to colours.

    Args:
        profile: of the printing condition.
        lab: the colours, CIELAB D50 relative to the paper, ``[N, 3]``.
        most_ink: sum of inks that is not exceeded, 1 for all of one ink.
        last_step: how fine to look, see ``FINE``.

    Returns:
        The inks, ``[N, 4]``, 0 to 1, and the CIEDE2000 of each from its colour, ``[N]``.
    """
    moves = _MOVES if last_step <= FINE else _SINGLE
    starts = _within(np.stack([profile.match(lab, intent) for intent in INTENTS], axis=1), most_ink)
    at, best = _best(profile, starts, lab)
    step = np.full(len(lab), _FIRST_STEP)
    for _ in range(_MOST_ROUNDS):
        going = np.flatnonzero(step >= last_step)
        if not len(going):
            break
        tried = (at[going, None] + step[going, None, None] * moves).clip(0, 1)
        inks, found = _best(profile, _within(tried, most_ink), lab[going])
        nearer = found < best[going]
        at[going[nearer]], best[going[nearer]] = inks[nearer], found[nearer]
        step[going[~nearer]] /= 2
    return at, best


def _best(profile: PrintProfile, tried: Array, lab: Array) -> tuple[Array, Array]:
    """Of inks ``[N, M, 4]`` those that come nearest to ``lab[N]``, and how near."""
    printed = profile.to_lab(tried.reshape(-1, 4)).reshape(*tried.shape[:2], 3)
    away = distance_de00(printed, lab[:, None])
    rows = np.arange(len(lab))
    chosen = away.argmin(1)
    return tried[rows, chosen], away[rows, chosen]


def _within(inks: Array, most_ink: float) -> Array:
    """Inks scaled down to a sum that is allowed."""
    total = inks.sum(-1, keepdims=True)
    return np.where(total > most_ink, inks * (most_ink / np.maximum(total, 1e-9)), inks)
