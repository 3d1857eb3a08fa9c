"""How surely logos are found, and what is wrong with them: `brandkit.logo` beside two plain ways.

    python benchmarks/logo.py [--quick] [--jobs N]

Shipped logos are laid into real photographs at 1920 x 1080, at 5 to 40 % of the width, half of them turned
by any angle, after JPEG at quality 60 to 95. Prints, for the logos and photographs on which thresholds were
chosen, for others that were held out until what was missed of them was looked at, and for a third set of
logos (from devicon as well) and photographs (from scikit-image as well) on which no choice rests:

- recall by size, found meaning an IoU of 0.5 or more with the truth, and the median IoU;
- false alarms: logos found in pictures without any (photographs, parts of them, text, other logos);
- each fault: how often it is found (stretched by 5 to 15 %, skewed by 4 to 10 degrees, other colours, 15 to
  30 % of its area covered or cut off by the frame, a ground within 1.5 : 1 of its rim's colour, text within a
  tenth of its height, a width below the least), and how often it is alleged of logos without it, by the
  default limits.

The peers: `SIFT`, Lowe's ratio test at 0.75, a similarity by RANSAC, found from 10 inliers on; `template`,
normalised correlation in grey at a quarter of the size, at 24 sizes, upright, found from 0.8 on. Then the
time for one still on one core.

Exit status 1 if a goal is missed: recall 0.95 above 8 % of the width, no false alarm in photographs, 0.9 of
each fault.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from logo_scenes import (
    FAULTS,
    HELD_OUT,
    LOGOS,
    SIZES,
    TUNED,
    UNSEEN,
    Case,
    alike,
    artwork,
    build,
    without,
)

from brandkit.brand import Logo
from brandkit.logo.family import Family, Sighting
from brandkit.logo.find import View
from brandkit.logo.tally import badnesses

U8 = npt.NDArray[np.uint8]
F64 = npt.NDArray[np.float64]

LEAST_IOU = 0.5
INLIERS = 10
RATIO = 0.75
CORRELATION = 0.8
GOAL_RECALL, GOAL_FAULT = 0.95, 0.9
METRIC = {
    **{"stretch": "stretch", "skew": "stretch", "colour": "colour_de00", "cover": "seen", "crop": "seen"},
    **{"contrast": "contrast", "space": "clear_space", "size": "width_share"},
}
LEAST_SHARE = 0.1


@cache
def family(name: str) -> Family:
    """A shipped logo."""
    return Family.load([LOGOS / f"{name}.svg"])


def ours(picture: U8, name: str) -> list[Sighting]:
    """Where we find a logo."""
    return family(name).sightings(View.of(picture), 1.0)


@cache
def drawn(name: str) -> U8:
    """A logo in grey on a mid-grey ground, for the peers."""
    art = artwork(name)
    part = art.alpha[..., None] / 255
    shown = (art.rgb * part + 128 * (1 - part)).astype(np.uint8)
    return np.asarray(cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY), np.uint8)


def by_sift(picture: U8, name: str) -> F64 | None:
    """Corners of a logo by SIFT, the ratio test and RANSAC."""
    logo = drawn(name)
    sift = cv2.SIFT.create()
    (own, d1), (seen, d2) = (
        sift.detectAndCompute(grey, None) for grey in (logo, cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    )
    if d1 is None or d2 is None or len(d1) < 2 or len(d2) < 2:
        return None
    pairs = [m for m, n in cv2.BFMatcher().knnMatch(d1, d2, k=2) if m.distance < RATIO * n.distance]
    if len(pairs) < INLIERS:
        return None
    source = np.array([own[m.queryIdx].pt for m in pairs])
    target = np.array([seen[m.trainIdx].pt for m in pairs])
    pose, kept = cv2.estimateAffinePartial2D(source, target, ransacReprojThreshold=5)
    if pose is None or kept.sum() < INLIERS:
        return None
    height, width = logo.shape
    box = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    return np.asarray(box @ pose[:, :2].T + pose[:, 2])


def by_template(picture: U8, name: str) -> F64 | None:
    """Corners of a logo by normalised correlation at many sizes."""
    grey = cv2.resize(
        cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA
    )
    logo, best, corners = drawn(name), CORRELATION, None
    for share in np.geomspace(0.045, 0.45, 24):
        scale = share * grey.shape[1] / logo.shape[1]
        template = cv2.resize(logo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        height, width = template.shape
        if height >= grey.shape[0] or width >= grey.shape[1]:
            continue
        _, score, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(grey, template, cv2.TM_CCOEFF_NORMED))
        if score > best:
            best = score
            corners = 4.0 * np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    return corners


def iou(one: F64, other: F64) -> float:
    """Intersection over union of two convex quadrilaterals."""
    first, second = (cv2.convexHull(c.astype(np.float32)) for c in (one, other))
    shared, _ = cv2.intersectConvexConvex(first, second)
    return float(shared / (cv2.contourArea(first) + cv2.contourArea(second) - shared + 1e-9))


def examined(case: Case, peers: bool) -> dict[str, object]:
    """What each way finds in a case."""
    cv2.setNumThreads(1)
    picture, truth = build(case)
    found = ours(picture, case.logo)
    near = max(found, key=lambda s: iou(s.reading.corners, truth), default=None)
    result: dict[str, object] = {"case": case, "iou": 0.0, "numbers": {}}
    if near is not None:
        result |= {"iou": iou(near.reading.corners, truth), "numbers": badnesses(near.reading)}
    if peers:
        for name, way in (("SIFT", by_sift), ("template", by_template)):
            corners = way(picture, case.logo)
            result[name] = 0.0 if corners is None else iou(corners, truth)
    return result


def alleged(job: tuple[str, str, U8]) -> dict[str, object]:
    """Which ways find a logo in a picture without it."""
    cv2.setNumThreads(1)
    name, what, picture = job
    found = ours(picture, name)
    return {
        "logo": name,
        "what": what,
        "ours": bool(found),
        "SIFT": by_sift(picture, name) is not None,
        "template": by_template(picture, name) is not None,
    }


def bad(fault: str, numbers: dict[str, float]) -> bool | None:
    """Whether a number is beyond the default limit; ``None`` where it was not measured."""
    metric = METRIC[fault]
    if metric not in numbers:
        return None
    rules = Logo(name="x", files=("x.svg",), min_share=LEAST_SHARE)
    limit = rules.limit(metric)
    assert limit is not None
    if limit.min is not None:
        return -numbers[metric] < limit.min
    assert limit.max is not None
    return numbers[metric] > limit.max


def size_cases(logos: tuple[str, ...], photos: tuple[str, ...], each: int, seed: int) -> Iterator[Case]:
    """Logos without a fault, of each size."""
    for size in SIZES:
        for k in range(each):
            logo, photo = logos[k % len(logos)], photos[(k // len(logos) + k) % len(photos)]
            yield Case(logo, photo, size, k % 2 == 1, "", False, seed + int(1000 * size) * 997 + k)


def fault_cases(logos: tuple[str, ...], photos: tuple[str, ...], each: int, seed: int) -> Iterator[Case]:
    """Logos with each fault, and without any."""
    rng = np.random.default_rng(seed)
    for number, fault in enumerate(("", *FAULTS)):
        for k in range(each):
            logo, photo = logos[k % len(logos)], photos[(k // len(logos) + k) % len(photos)]
            share = float(rng.uniform(0.06, 0.09) if fault == "size" else rng.uniform(0.11, 0.35))
            panel = fault in ("contrast", "space") or (fault == "" and k % 2 == 0)
            if panel:  # it has to leave room for free space
                share = min(share, 0.14)
            yield Case(logo, photo, share, False, fault, panel, seed + 5003 * number + k)


def evaluate(
    title: str,
    chosen: tuple[tuple[str, ...], tuple[str, ...]],
    others: tuple[str, ...],
    quick: bool,
    pool: ProcessPoolExecutor,
) -> bool:
    """Print the figures of one set; whether they meet the goals."""
    logos, photos = chosen
    each, seed = (8, 1) if quick else (24, 1)
    print(f"\n## {title}: {', '.join(logos)}\n")
    done = list(pool.map(partial(examined, peers=True), size_cases(logos, photos, each, seed)))
    met = _print_recall(done)
    jobs = [
        (logo, what, picture) for what, picture in without(photos, seed, 6 if quick else 24) for logo in logos
    ]
    plain = list(pool.map(alleged, jobs))
    close = list(pool.map(alleged, alike(logos, others, seed)))
    for name, found in (("photographs and parts of them", plain), ("text and other logos", close)):
        counts = {way: sum(bool(f[way]) for f in found) for way in ("ours", "SIFT", "template")}
        said = ", ".join(f"{way} {count}" for way, count in counts.items())
        print(f"found where none is, in {len(found)} searches of {name}: {said}")
        for f in found:
            if f["ours"]:
                print(f"    {f['logo']} in {f['what']}")
    met &= not any(f["ours"] for f in plain)
    faulty = list(
        pool.map(partial(examined, peers=False), fault_cases(logos, photos, 8 if quick else 24, seed))
    )
    return met & _print_faults(faulty)


def _print_recall(done: list[dict[str, Any]]) -> bool:
    print(
        "| width | cases | ours | upright | turned | SIFT | template | median IoU |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    met = True
    for size in SIZES:
        own = [r for r in done if r["case"].share == size]
        rates = {way: np.mean([r[way] >= LEAST_IOU for r in own]) for way in ("iou", "SIFT", "template")}
        halves = [
            np.mean([r["iou"] >= LEAST_IOU for r in own if r["case"].turned == t]) for t in (False, True)
        ]
        ious = [r["iou"] for r in own if r["iou"] >= LEAST_IOU]
        print(
            f"| {size:.0%} | {len(own)} | {rates['iou']:.2f} | {halves[0]:.2f} | {halves[1]:.2f} "
            f"| {rates['SIFT']:.2f} | {rates['template']:.2f} | {np.median(ious or [0]):.3f} |"
        )
    large = [r["iou"] >= LEAST_IOU for r in done if r["case"].share > 0.08]
    print(f"\nabove 8 % of the width: {np.mean(large):.3f} of {len(large)}; goal {GOAL_RECALL}")
    missed = defaultdict(list)
    for r in done:
        if r["iou"] < LEAST_IOU:
            missed[r["case"].logo].append(
                f"{r['case'].photo} {r['case'].share:.0%}{' turned' if r['case'].turned else ''}"
            )
    for logo, cases in missed.items():
        print(f"    missed: {logo} in {', '.join(cases)}")
    met &= bool(np.mean(large) >= GOAL_RECALL)
    return met


def _print_faults(faulty: list[dict[str, Any]]) -> bool:
    met = True
    clean = [r for r in faulty if not r["case"].fault and r["iou"] >= LEAST_IOU]
    print(
        "\n| fault | logos found | found of those | of all | alleged of clean logos | not evaluated |\n"
        "|---|---|---|---|---|---|"
    )
    for fault in FAULTS:
        own = [r for r in faulty if r["case"].fault == fault]
        found = [r for r in own if r["iou"] >= LEAST_IOU / 2]
        judged = [bad(fault, r["numbers"]) for r in found]
        hit = sum(j is True for j in judged)
        of_clean = [
            bad(fault, r["numbers"]) for r in clean if fault not in ("space", "contrast") or r["case"].panel
        ]
        alarms, unsure = sum(j is True for j in of_clean), sum(j is None for j in (*judged, *of_clean))
        rate = hit / max(1, len(found))
        print(
            f"| {fault} | {len(found)}/{len(own)} | {rate:.2f} | {hit / len(own):.2f} "
            f"| {alarms}/{len(of_clean)} | {unsure} |"
        )
        met &= rate >= GOAL_FAULT
    return met


def _print_speed() -> None:
    cv2.setNumThreads(1)
    spent = defaultdict(list)
    for name in ("postgresql", "jupyter", "python"):
        for photo in ("coffee", "astronaut", "rocket"):
            picture, _ = build(Case(name, photo, 0.15, False, "", False, 3))
            ours(picture, name)
            for _ in range(3):
                begun = time.process_time()
                view = View.of(picture)
                seen = time.process_time()
                family(name).sightings(view, 1.0)
                ended = time.process_time()
                by_sift(picture, name)
                sift = time.process_time()
                by_template(picture, name)
                spent["frame"].append(seen - begun)
                spent["each logo"].append(ended - seen)
                spent["SIFT"].append(sift - ended)
                spent["template"].append(time.process_time() - sift)
    said = ", ".join(f"{what} {np.median(times):.2f} s" for what, times in spent.items())
    print(f"\nprocessor time for 1920 x 1080 on one core: {said}")


def main() -> int:
    """Print all; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a third of the cases")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", choices=("tuned", "held-out", "unseen", "speed"))
    args = parser.parse_args()
    met = True
    with ProcessPoolExecutor(args.jobs) as pool:
        if args.only in (None, "tuned"):
            met &= evaluate("tuned on", TUNED, HELD_OUT[0], args.quick, pool)
        if args.only in (None, "held-out"):
            met &= evaluate("held out at first", HELD_OUT, TUNED[0], args.quick, pool)
        if args.only in (None, "unseen"):
            met &= evaluate("never looked at", UNSEEN, TUNED[0], args.quick, pool)
    if args.only in (None, "speed"):
        _print_speed()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
