"""How long a frame of video takes to become RGB: ours beside PyAV's (swscale), and how far they differ.

    python benchmarks/video_read.py [--runs 20] [--size 1920x1080]

`convert` starts from a decoded frame, 4:2:0, limited range, BT.709, in 8 and in 10 bits. `accurate` is
swscale with the flags under which it rounds well (bicubic, accurate_rnd, full_chroma_int, full_chroma_inp);
`default` is what `to_ndarray(format="rgb24")` does. `read` is a whole H.264 clip through `brandkit.media`,
`decode` the same clip decoded without a conversion: nothing can be faster than that.

Prints the median of the runs and the ratio to swscale. Exit status 1 if ours is not faster than swscale
where that is accurate.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import torch
from av.video.reformatter import Interpolation, VideoReformatter

from brandkit import media
from brandkit.media import Frames, Source, frame_colour, planes
from brandkit.media.frame_colour import Colour

ACCURATE = (
    Interpolation.BICUBIC
    | Interpolation.ACCURATE_RND
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.FULL_CHR_H_INP
)
BT709, LIMITED = 1, 1
FRAMES = 24


def picture(width: int, height: int) -> torch.Tensor:
    """Smooth gradients and some grain, ``uint8`` ``[3, H, W]``: chroma that has to be interpolated."""
    x = torch.linspace(0, 6.28, width)
    y = torch.linspace(0, 6.28, height)[:, None]
    waves = torch.stack([torch.sin(x + k) * torch.cos(y - 2 * k) for k in range(3)])
    grain = torch.randn((3, height, width), generator=torch.Generator().manual_seed(0))
    return (waves * 100 + 127 + 2 * grain).clamp(0, 255).to(torch.uint8)


def film(folder: Path, width: int, height: int, bits: int) -> Path:
    """The picture, moving by a row a frame, written by our own encoder."""
    still = picture(width, height)
    stack = torch.stack([still.roll(n, 1) for n in range(FRAMES)])
    source = Source(folder, "", "sequence", width, height, FRAMES, Fraction(25), None, bits=bits)
    frames = Frames(stack, 0, tuple(n / 25 for n in range(FRAMES)))
    return media.write(folder / f"{bits}.mp4", [frames], source, crf=18).path


def decoded(path: Path) -> tuple[av.VideoFrame, Colour]:
    """The first frame, and what its codes mean."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frame = next(container.decode(stream))
        colour, _ = frame_colour.understand(path, frame, stream)
        return frame, colour


def by_swscale(frame: av.VideoFrame, interpolation: int | None) -> np.ndarray:
    """PyAV's conversion; ``None`` for its defaults."""
    if interpolation is None:
        return frame.to_ndarray(format="rgb24")
    same = {"src_colorspace": BT709, "dst_colorspace": BT709, "src_color_range": LIMITED}
    shown = VideoReformatter().reformat(
        frame, format="rgb24", interpolation=interpolation, dst_color_range=2, **same
    )
    return shown.to_ndarray()


def median_ms(task: Callable[[], object], runs: int) -> float:
    """Median time of a call in milliseconds, after one that is not counted."""
    task()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        task()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def read(clip: media.Clip) -> None:
    """All of an open clip through our door."""
    for frames in clip.batches(8):
        assert len(frames.pixels)  # which are converted when they are asked for


def decode(path: Path) -> None:
    """The whole clip, decoded and dropped."""
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for _ in container.decode(video=0):
            pass


def measure(path: Path, width: int, height: int, runs: int) -> float:
    """Print the rows of one clip; returns how many times faster than accurate swscale ours is."""
    frame, colour = decoded(path)
    out = torch.empty((3, height, width), dtype=torch.uint8)

    def ours() -> Colour:
        frame_colour.convert(planes.read(frame), colour, (0, 0, 0), out)
        return colour

    rows = {
        "brandkit, convert": median_ms(ours, runs),
        "swscale, accurate": median_ms(lambda: by_swscale(frame, int(ACCURATE)), runs),
        "swscale, default": median_ms(lambda: by_swscale(frame, None), runs),
    }
    reference = rows["swscale, accurate"]
    print(f"{width} x {height}, {frame.format.name}, {torch.get_num_threads()} threads of torch")
    print(f"{'':20}{'ms a frame':>12}{'times faster than swscale, accurate':>38}")
    for name, ms in rows.items():
        print(f"{name:20}{ms:12.1f}{reference / ms:38.1f}")
    clip = media.open(path)
    whole = {
        "brandkit, read": median_ms(lambda: read(clip), 3),
        "PyAV, decode": median_ms(lambda: decode(path), 3),
    }
    for name, ms in whole.items():
        print(f"{name:20}{ms / FRAMES:12.1f}")
    seen = out.permute(1, 2, 0).numpy().astype(int)
    for name, flags in (("accurate", int(ACCURATE)), ("default", None)):
        apart = np.abs(by_swscale(frame, flags).astype(int) - seen)
        print(f"swscale {name} differs by {apart.mean():.3f} codes in the mean, at most {apart.max()}")
    return reference / rows["brandkit, convert"]


def main() -> int:
    """Measure 8 and 10 bits."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--runs", type=int, default=20, help="counted runs of each conversion")
    parser.add_argument("--size", default="1920x1080", help="width and height of the frames")
    options = parser.parse_args()
    width, height = (int(side) for side in options.size.split("x"))
    met = True
    with tempfile.TemporaryDirectory() as folder:
        for bits in (8, 10):
            path = film(Path(folder), width, height, bits)
            met &= measure(path, width, height, options.runs) > 1
    print(f"goal, faster than swscale where that is accurate: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
