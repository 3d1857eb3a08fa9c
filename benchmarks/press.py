"""How exact the way to paper is, beside Pillow's ImageCms of 8 bits, and how long a soft proof takes.

Inks are held against LittleCMS's own ``transicc`` (tests/data/print); the gamut of a photograph against a
search through the inks that is as fine as that of swatches. The profile is FOGRA39L, small.

    python benchmarks/press.py
"""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms
from skimage import data

from brandkit.press.nearest import COARSE, distance_de00, nearest
from brandkit.press.profile import PrintProfile, srgb_to_lab
from brandkit.press.soft_proof import soft_proof

DATA = Path(__file__).parent.parent / "tests" / "data"
PROFILE = DATA / "icc" / "FOGRA39L-small.icc"
LIMIT_DE00, INK_LIMIT = 3.0, 300.0
SIZE = (1920, 1080)
CELLS = 1500


def main() -> None:
    """Print all of it."""
    profile = PrintProfile.read(PROFILE)
    _inks(profile)
    _gamut(profile)
    _proof(profile)


def _inks(profile: PrintProfile) -> None:
    rows = list(csv.DictReader((DATA / "print" / "fogra39l-small.csv").open(encoding="utf-8")))
    rgb = np.array([[int(row[name]) for name in "rgb"] for row in rows], dtype=np.uint8)
    golden = np.array([[float(row[f"relative_{ink}"]) for ink in "cmyk"] for row in rows])
    ours = np.abs(profile.separate(rgb / 255, "relative") * 100 - golden).max()
    plain = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"),
        str(PROFILE),
        "RGB",
        "CMYK",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    seen = np.asarray(ImageCms.applyTransform(Image.fromarray(rgb[None]), plain))[0]
    theirs = np.abs(seen / 2.55 - golden).max()
    print(f"inks of {len(rows)} colours, farthest from transicc: {ours:.4f} %, ImageCms {theirs:.2f} %")


def _gamut(profile: PrintProfile) -> None:
    cells = np.unique(data.astronaut().reshape(-1, 3) // 4, axis=0) * 4 + 1.5
    lab = srgb_to_lab(cells[np.random.default_rng(0).permutation(len(cells))[:CELLS]] / 255)
    table = distance_de00(profile.to_lab(profile.match(lab)), lab)
    coarse = nearest(profile, lab, INK_LIMIT / 100, COARSE)[1]
    fine = nearest(profile, lab, INK_LIMIT / 100)[1]
    shares = ", ".join(
        f"{name} {(found > LIMIT_DE00).mean():.1%}"
        for name, found in (
            ("search of proofs", coarse),
            ("of swatches", fine),
            ("the profile's table", table),
        )
    )
    print(f"{CELLS} colours of a photograph out of gamut by more than {LIMIT_DE00:g}: {shares}")
    print(
        f"farther than the search of swatches: of proofs {np.percentile(coarse - fine, 99):.2f} (99 %), ",
        end="",
    )
    print(f"the table {np.percentile(table - fine, 99):.2f}")


def _proof(profile: PrintProfile) -> None:
    picture = Image.fromarray(data.astronaut()).resize(SIZE, Image.Resampling.BICUBIC)
    start = time.process_time()
    made = soft_proof(np.asarray(picture), profile, "relative", LIMIT_DE00, INK_LIMIT)
    ours = time.process_time() - start
    srgb = ImageCms.createProfile("sRGB")
    start = time.process_time()
    for intent in (ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Intent.ABSOLUTE_COLORIMETRIC):
        proof = ImageCms.buildProofTransform(
            srgb, srgb, str(PROFILE), "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC, intent
        )
        ImageCms.applyTransform(picture, proof)
    theirs = time.process_time() - start
    print(
        f"soft proof of {SIZE[0]} x {SIZE[1]}, twice and with the gamut: {ours:.2f} s of one core; ", end=""
    )
    print(f"ImageCms, 8 bits, twice and without: {theirs:.2f} s, {ours / theirs:.1f} times; ", end="")
    print(f"{made.share_out:.1%} out of gamut")


if __name__ == "__main__":
    main()
