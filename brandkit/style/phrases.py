"""Written guidelines: how well phrases describe a picture, by an encoder that reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brandkit.style.encoder import F32, TextEncoder

NEUTRAL = "a picture"
"""What a phrase is weighed against where the guidelines have none for the other side."""


def zero_shot(vectors: F32, encoder: TextEncoder, phrases: Sequence[str], others: Sequence[str]) -> F32:
    """How likely each phrase describes a picture rather than the nearest of ``others``.

    Args:
        vectors: of pictures, ``[N, D]``.
        encoder: that they are of.
        phrases: ``P`` of them.
        others: at least one.

    Returns:
        ``float32`` ``[N, P]``, 0 to 1: the logistic function of the model's scale times the difference of
        cosines.
    """
    texts = encoder.encode_text([*phrases, *others])
    cosines = vectors @ texts.T
    against = cosines[:, len(phrases) :].max(1, keepdims=True)
    logits = encoder.scale * (cosines[:, : len(phrases)] - against)
    return np.asarray(1 / (1 + np.exp(-logits.astype(np.float64))), np.float32)
