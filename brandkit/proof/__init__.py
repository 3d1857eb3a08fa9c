"""The record of a correction: what was applied where, what it came to, what else moved, and how to undo it.

Measured on frames as they were corrected, before a format's own loss, in 8-bit codes; of video, on a few
frames of each shot, which the record names. ``brandkit.proof.prove.prove`` makes it.
"""

from __future__ import annotations

from brandkit.proof.record import Area, Banding, Graded, LightSplit, Moved, Proof, Shifted, Shot

__all__ = [
    "Area",
    "Banding",
    "Graded",
    "LightSplit",
    "Moved",
    "Proof",
    "Shifted",
    "Shot",
]
