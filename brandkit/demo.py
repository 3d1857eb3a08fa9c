"""The main job on real pictures: check, correct, report. What ``brandkit demo`` and ``make demo`` run.

The photographs are those that scikit-image ships: the astronaut Eileen Collins (NASA, public domain), a
coffee cup (Rachel Michetti, CC0) and the cat Chelsea (Stefan van der Walt, CC0).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.errors import BrandkitError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    from brandkit.batch import Watch
    from brandkit.report.run import Run

DRIFTED_BLUE = "#125CEC"
"""What became of Volt's #0050FF in the banner: 4.2 CIEDE2000 away."""

CASES = (
    ("astronaut.png", "orbital"),
    ("coffee.png", "roastery"),
    ("cat.png", "roastery"),
    ("banner.jpg", "volt"),
    ("pan.mp4", "orbital"),
)
_PAN_FRAMES = 36


def shipped(name: str) -> Path:
    """A brand that ships with brandkit, such as ``orbital``."""
    from brandkit import brand_extends

    try:
        return brand_extends.shipped()[name]
    except KeyError:
        raise BrandkitError(f"no brand called '{name}' ships with brandkit; reinstall it") from None


def make_inputs(folder: Path) -> None:
    """Write the demonstration's pictures into a folder.

    Raises:
        BrandkitError: scikit-image, which has the photographs, is not installed.
        OutputError: the folder cannot be written to.
    """
    try:
        from skimage import data
    except ImportError as error:
        raise BrandkitError(
            "the demonstration needs the photographs of scikit-image; pip install 'brandkit[demo]'"
        ) from error
    from PIL import Image

    from brandkit.media.atomic import replacing

    photographs = {"astronaut.png": data.astronaut(), "coffee.png": data.coffee(), "cat.png": data.chelsea()}
    for name, pixels in photographs.items():
        with replacing(folder / name) as temporary:
            Image.fromarray(pixels).save(temporary)
    with replacing(folder / "banner.jpg") as temporary:
        banner().save(temporary, quality=90)
    _write_pan(photographs["astronaut.png"], folder / "pan.mp4")


def banner() -> Image.Image:
    """A flat graphic whose background has drifted while its other colours are right."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (1280, 720), DRIFTED_BLUE)
    draw = ImageDraw.Draw(picture)
    draw.polygon([(700, 60), (470, 400), (620, 400), (560, 660), (830, 300), (670, 300)], fill="#FFE600")
    draw.rectangle((0, 620, 1280, 720), fill="#0B0F14")
    draw.rounded_rectangle((80, 90, 400, 150), 20, fill="#EAF2FF")
    draw.rounded_rectangle((80, 180, 320, 220), 16, fill="#EAF2FF")
    draw.rounded_rectangle((920, 500, 1200, 570), 35, fill="#EAF2FF")
    return picture


def _write_pan(photograph: npt.NDArray[np.uint8], path: Path) -> None:
    """A camera that moves over the photograph, as video."""
    from fractions import Fraction

    import torch

    from brandkit import media
    from brandkit.media.clip import Frames, Source

    pixels = torch.from_numpy(photograph).permute(2, 0, 1)
    views = [pixels[:, 140 : 140 + 360, 4 * t : 4 * t + 368] for t in range(_PAN_FRAMES)]
    source = Source(path, "", "video", 368, 360, _PAN_FRAMES, Fraction(24), _PAN_FRAMES / 24)
    seconds = tuple(t / 24 for t in range(_PAN_FRAMES))
    media.write(path, [Frames(torch.stack(views).contiguous(), 0, seconds)], source)


def run(folder: Path, watch: Watch) -> Run:
    """Make the inputs and correct each by its brand into ``folder/corrected``.

    Raises:
        BrandkitError: the photographs are missing, or the folder cannot be written to.
    """
    from brandkit import batch
    from brandkit.brand import Brand
    from brandkit.report.run import Run

    make_inputs(folder)
    runs = [
        batch.correct_all(
            [str(folder / name)],
            Brand.load(shipped(brand)),
            folder / "corrected",
            batch.Settings(still=".png"),
            watch=watch,
        )
        for name, brand in CASES
    ]
    return Run(
        tuple(entry for one in runs for entry in one.entries),
        tuple(fault for one in runs for fault in one.unreadable),
        any(one.interrupted for one in runs),
    )
