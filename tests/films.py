"""Films of several shots, encoded as videos are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
Paint = Callable[[int, U8], U8]

SIZE = (192, 128)
X264 = {"g": "24", "bf": "3", "crf": "20"}
BRAND_COLOURS = ((0, 80, 255), (106, 168, 79))


def film(
    path: Path,
    shots: Sequence[int],
    *,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    times: Sequence[int] | None = None,
    paint: Paint = lambda number, picture: picture,
    seed: int = 0,
    size: tuple[int, int] = SIZE,
) -> Path:
    """A film that pans and pulses, with a brand colour in each shot.

    Args:
        path: to write; the ending says which container.
        shots: frames of each.
        codec: an encoder of FFmpeg.
        options: of it.
        times: when each frame is shown, in hundredths of a second; 25 a second without.
        paint: changes frames on the way, by their numbers.
        seed: of what is shown.
        size: width and height.
    """
    random = np.random.default_rng(seed)
    width, height = size
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=X264 if options is None else options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 100)
        number = 0
        for count in shots:
            ground = _ground(random, width, height)
            for k in range(count):
                moved = np.roll(ground, 2 * k, 1)[:, :width] * (1 + 0.03 * (-1) ** (number // 2))
                picture = paint(number, np.clip(moved, 0, 255).astype(np.uint8))
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts = 4 * number if times is None else times[number]
                frame.time_base = Fraction(1, 100)
                container.mux(stream.encode(frame))
                number += 1
        container.mux(stream.encode(None))
    return path


def _ground(random: np.random.Generator, width: int, height: int) -> U8:
    small = random.integers(0, 255, (6, 9, 3)).astype(np.uint8)
    ground = cv2.resize(small, (2 * width, height), interpolation=cv2.INTER_CUBIC)
    ground[height // 6 : height // 2, width // 6 : width // 2] = random.choice(BRAND_COLOURS)
    return np.asarray(ground, np.uint8)
