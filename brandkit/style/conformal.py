"""Limits with a promise: how alike a picture has to be so that few like the approved ones are flagged.

Each reference is scored by its likeness to the others, as if it were new. With the limit at the ``j``-th
lowest of ``n`` scores, ``j = floor(share * (n + 1))``, a new picture from where the references came from is
flagged in at most ``j / (n + 1)`` of all cases, whatever the pictures and the encoder. That is split
conformal prediction (Vovk, Gammerman and Shafer, 2005, "Algorithmic Learning in a Random World"), and holds
here without setting references aside: were the new picture among them, the ``n + 1`` scores would rank alike,
and no score is lower for having one more picture to be near to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from brandkit.errors import StyleError
from brandkit.style.encoder import F32

SHARE = 0.05
"""Of pictures like the approved ones, the part that may be flagged, unless a person says otherwise."""
OUTLIER = 3.5
"""Deviations below the median from which on a reference is called an outlier: Iglewicz and Hoaglin (1993),
"How to Detect and Handle Outliers", with the median absolute deviation."""
LEAST_SPREAD = 0.01
"""Deviation that references have at least, so that among frames of one shot none is an outlier."""
_NORMAL = 0.6745
"""Median absolute deviation of the normal distribution, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A limit and what it promises.

    Attributes:
        least: likeness below which a picture is flagged, -1 to 1.
        share: of pictures like the references, at most this part is flagged, 0 to 1.
        count: references that it rests on.
    """

    least: float
    share: float
    count: int

    def __str__(self) -> str:
        return (
            f"at most {100 * self.share:.3g} % of pictures like your approved ones are flagged; "
            f"{self.count} references allow that"
        )


def needed(share: float) -> int:
    """How many references a promise takes at least.

    >>> needed(0.05), needed(0.01)
    (19, 99)
    """
    return math.ceil(1 / share - 1 - 1e-9)


def promise(scores: F32, share: float = SHARE) -> Promise:
    """The limit that keeps a promise.

    Args:
        scores: of each reference against the others, ``[n]``; see ``nearest.left_out``.
        share: of pictures like the references, the part that may be flagged, above 0 and below 1.

    Raises:
        StyleError: there are too few references for it; the message says how many it takes.

    >>> round(promise(np.linspace(0.5, 0.9, 39, dtype=np.float32)).least, 4)  # the second lowest
    0.5105
    """
    if not 0 < share < 1:
        raise StyleError(f"{share:g} is no share that could be promised; give one such as 5%")
    count = len(scores)
    if count < needed(share):
        raise StyleError(
            f"{count} references cannot promise that at most {100 * share:.3g} % of pictures like them are "
            f"flagged: that takes {needed(share)}; add some, or promise {100 / (count + 1):.3g} % or more"
        )
    rank = math.floor(share * (count + 1) + 1e-9)
    return Promise(float(np.sort(scores)[rank - 1]), share, count)


def outliers(scores: F32) -> list[int]:
    """Places of references that are unlike all others; none where there are fewer than four."""
    if len(scores) < 4:
        return []
    middle = float(np.median(scores))
    deviation = float(np.median(np.abs(scores - middle))) / _NORMAL
    return [int(place) for place in np.flatnonzero(scores < middle - OUTLIER * max(deviation, LEAST_SPREAD))]
