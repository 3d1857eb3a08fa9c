"""How well drifted brand colours come back, and what that does to the rest of the picture.

    python benchmarks/correct.py [--quick] [--speed] [--json FILE] [--only FAMILY]

Builds pictures and clips with known truth (``correct_scenes``), corrects the files by ``brandkit.correct``
as a user would, with default settings, and measures:

- before, after: CIEDE2000 of the region's pixels (edges excluded) from the clean truth, mean and p95;
- exact: the share of a flat region's pixels on the exact HEX, before any new encoding;
- outside: CIEDE2000 between input and output where no region is, mean and p99.

``limit`` is the region painted on target from the start and then given the same noise and codec: what a
correction without side information could at best restore of a shaded surface. ``light`` is what remains
of a shaded region's drift where its luminance is kept: that part cannot be told from light. A refusal
counts as no change. The peers are given every advantage, see ``correct_peers``: above all the truth as
their reference. CIEDE2000 here is scikit-image's, not brandkit's. Exit status 0 always.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from correct_cases import cases
from correct_paint import Array, Picture, difference, light_error
from correct_peers import PEERS
from correct_scenes import Case, Scene, build

import brandkit
from brandkit.errors import CorrectionError

EXACT, P95, OUTSIDE, OUTSIDE_P99 = 0.999, 1.0, 0.3, 1.0
TELLABLE = 0.5
"""A shaded drift whose luminance accounts for no more than this can be told from light."""
EVERY = 3
"""Of a clip, each third frame is measured."""


@dataclass(frozen=True)
class Score:
    """One method on one case; see the module's docstring.

    Attributes:
        family: of the case.
        case: its name.
        method: ``brandkit``, ``limit`` or a peer's name.
        light: what luminance has to do with a shaded region's drift, ``None`` of a flat one.
        refused: why there was no correction, else empty.
        seconds: for all of it.
    """

    family: str
    case: str
    method: str
    before: float
    before_p95: float
    after: float
    after_p95: float
    exact: float | None
    outside: float
    outside_p99: float
    light: float | None
    refused: str
    seconds: float


def ours(scene: Scene, case: Case) -> tuple[list[Picture], str]:
    """What a user of the Python API gets, and why not, where it was refused."""
    try:
        fixed = brandkit.correct(scene.path, case.brand, timestamp=False)
    except CorrectionError as error:
        return scene.given, str(error).replace(str(scene.path), scene.path.name)
    frames = (frame for batch in fixed.corrected.batches(8) for frame in batch.pixels)
    return [frame.permute(1, 2, 0).numpy() for frame in frames], ""


def score(
    case: Case, scene: Scene, method: str, result: list[Picture], refused: str, seconds: float
) -> Score:
    """Measure a result against the truth."""
    frames = range(0, len(scene.truth), EVERY)
    truth = np.concatenate([scene.truth[n][scene.inside[n]] for n in frames])
    given = np.concatenate([scene.given[n][scene.inside[n]] for n in frames])
    found = np.concatenate([result[n][scene.inside[n]] for n in frames])
    before, after = difference(given, truth), difference(found, truth)
    exact = None if case.shaded else float((found == truth).all(-1).mean())
    if method == "limit":
        moved = np.zeros(1)
    else:
        moved = np.concatenate([_moved(scene.given[n], result[n])[scene.outside[n]] for n in frames])
    return Score(
        case.family,
        f"{case.name} {case.codec}",
        method,
        float(before.mean()),
        float(np.quantile(before, 0.95)),
        float(after.mean()),
        float(np.quantile(after, 0.95)),
        exact,
        float(moved.mean()),
        float(np.quantile(moved, 0.99)),
        light_error(case.parts[0]) if case.shaded else None,
        refused,
        seconds,
    )


def _moved(given: Picture, result: Picture) -> Array:
    """CIEDE2000 of every pixel; those that did not change are not computed."""
    changed = (given != result).any(-1)
    apart = np.zeros(changed.shape)
    apart[changed] = difference(given[changed], result[changed])
    return apart


def run(case: Case, peers: bool) -> list[Score]:
    """All methods on one case."""
    with tempfile.TemporaryDirectory() as folder:
        scene = build(case, Path(folder))
        start = time.perf_counter()
        result, refused = ours(scene, case)
        scores = [score(case, scene, "brandkit", result, refused, time.perf_counter() - start)]
        scores.append(score(case, scene, "limit", scene.limit, "", 0.0))
        for name, peer in PEERS.items() if peers else ():
            start = time.perf_counter()
            result = peer(scene, case.brand)
            scores.append(score(case, scene, name, result, "", time.perf_counter() - start))
    return scores


HEAD = f"{'before':>13}{'after':>13}{'limit':>13}{'light':>7}{'exact %':>9}{'outside':>14}{'s':>6}"


def row(own: Score, limit: Score) -> str:
    """One case of ours as a line."""
    exact = "" if own.exact is None else f"{100 * own.exact:.2f}"
    light = "" if own.light is None else f"{own.light:.2f}"
    return (
        f"{own.before:7.2f}{own.before_p95:6.2f}{own.after:7.2f}{own.after_p95:6.2f}{limit.after:7.2f}"
        f"{limit.after_p95:6.2f}{light:>7}{exact:>9}{own.outside:8.3f}{own.outside_p99:6.2f}{own.seconds:6.1f}"
        f"{'  refused: ' + own.refused if own.refused else ''}"
    )


TABLES = {
    "after": "mean CIEDE2000 from the truth, after",
    "after_p95": "p95 CIEDE2000 from the truth, after",
    "exact": "part of a flat region's pixels on the HEX",
    "outside": "mean CIEDE2000 that the outside moved",
    "outside_p99": "p99 CIEDE2000 that the outside moved",
}


def summarise(scores: list[Score]) -> None:
    """Print a table for each number: a row for each family, the mean over its cases for each method."""
    methods = list(dict.fromkeys(s.method for s in scores))
    for column, title in TABLES.items():
        rows = []
        for family in dict.fromkeys(s.family for s in scores):
            own = [s for s in scores if s.family == family]
            shown = [_cell([getattr(s, column) for s in own if s.method == m], column) for m in methods]
            before = [getattr(s, f"before{column[5:]}") for s in own] if column.startswith("after") else []
            cells = [f"{len(own) // len(methods):6}", f"{_cell(before, column):>10}"]
            if any(shown):
                rows.append(f"  {family:42}" + "".join(cells + [f"{text:>13}" for text in shown]))
        if rows:
            names = "".join(f"{method:>13}" for method in methods)
            print(f"\n{title:44}{'cases':>6}{'before':>10}{names}", *rows, sep="\n")


def _cell(values: list[float | None], column: str) -> str:
    numbers = [v for v in values if v is not None]
    return f"{np.mean(numbers):.{4 if column == 'exact' else 3}f}" if numbers else ""


def verdict(scores: list[Score]) -> None:
    """Print whether each target is met, and where a peer is better than ours."""
    own = [s for s in scores if s.method == "brandkit"]
    flat, shaded = ([s for s in own if (s.exact is None) is curved] for curved in (False, True))
    print("\ntargets of brandkit: in how many cases (a refusal is no change), and the mean over all of them")
    _target("flat exact >= 0.999", flat, "exact", EXACT)
    _target("shaded p95 <= 1.0", shaded, "after_p95", P95)
    told = [s for s in shaded if s.light is not None and s.light <= TELLABLE]
    _target("  of these, light <= 0.5", told, "after_p95", P95)
    # What noise and codec leave of the truth itself is not a correction's to take away.
    reachable = {(s.family, s.case) for s in scores if s.method == "limit" and s.after_p95 <= P95}
    both = [s for s in told if (s.family, s.case) in reachable]
    _target("  and limit p95 <= 1.0", both, "after_p95", P95)
    _target("outside mean <= 0.3", own, "outside", OUTSIDE)
    _target("outside p99 <= 1.0", own, "outside_p99", OUTSIDE_P99)
    refused = [s for s in own if s.refused]
    print(f"  refused: {len(refused)} of {len(own)}")
    print("\nagainst each peer, cases that brandkit wins / ties / loses")
    for peer in (m for m in dict.fromkeys(s.method for s in scores) if m in PEERS):
        theirs = {(s.family, s.case): s for s in scores if s.method == peer}
        shown = []
        for column in TABLES:
            pairs = [(getattr(s, column), getattr(theirs[s.family, s.case], column)) for s in own]
            more = column == "exact"
            signs = [(a - b if more else b - a) for a, b in pairs if a is not None]
            tie = 0.001 if more else 0.01
            won, lost = sum(d > tie for d in signs), sum(d < -tie for d in signs)
            shown.append(f"{column} {won}/{len(signs) - won - lost}/{lost}")
        print(f"  {peer:12}" + "   ".join(shown))


def _target(name: str, group: list[Score], column: str, limit: float) -> None:
    """Print one target, and the families that do not meet it in every case."""
    if not group:
        return

    def met(score: Score) -> bool:
        value = getattr(score, column)
        return bool(value >= limit if column == "exact" else value <= limit)

    passed = sum(met(s) for s in group)
    mean = np.mean([getattr(s, column) for s in group])
    answer = "met" if passed == len(group) else "MISSED"
    print(f"  {name:26}{passed:4} of {len(group):3}   {answer:8} mean {mean:.4f}")
    for family in dict.fromkeys(s.family for s in group):
        own = [s for s in group if s.family == family]
        if (good := sum(met(s) for s in own)) < len(own):
            print(f"      {family:20}{good:3} of {len(own)}")


def measure(case: Case, scores: list[Score], *, peers: bool) -> None:
    """Run a case, print its line, under a head where its family begins, and keep its scores."""
    if not scores or scores[-1].family != case.family:
        print(f"\n{case.family:58}{HEAD}", flush=True)
    found = run(case, peers)
    scores += found
    print(f"  {case.name[:55]:56}{row(found[0], found[1])}", flush=True)


def main() -> int:
    """Run all cases and print the tables."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--quick", action="store_true", help="two cases of each family")
    parser.add_argument("--only", default="", help="only families whose name contains this")
    parser.add_argument("--no-peers", action="store_true", help="brandkit and the limit alone")
    parser.add_argument("--json", type=Path, help="write every score to this file")
    parser.add_argument("--speed", action="store_true", help="measure speed instead, see correct_speed")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")  # of the peers
    if options.speed:
        import correct_speed

        correct_speed.run()
        return 0
    scores: list[Score] = []
    try:
        for case in cases(options.quick):
            if options.only in case.family:
                measure(case, scores, peers=not options.no_peers)
    except KeyboardInterrupt:
        print("\nstopped: what follows is of the cases above")
    summarise(scores)
    verdict(scores)
    if options.json:
        options.json.write_text(json.dumps([asdict(s) for s in scores], indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
