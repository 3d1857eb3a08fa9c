"""Does ``style`` tell the brand's look from others, do its limits keep their promise, and what does it cost.

Run: python benchmarks/style.py            (figures on photographs that no choice has seen)
     python benchmarks/style.py --quick    (fewer crops and splits)
     python benchmarks/style.py --choose   (the choice of stages and weights, on other photographs)

The photographs are held out, the recipes are not: choices were made on the same gradings of others.
The goal is for looks that differ from the brand's in grading, texture or subject, as they come. Rows that end
in "same grain" are harder, since only the grading differs, under the brand's own grain; the goal is also
checked with them counted in.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from style_looks import DESIGN, HELD_OUT, OTHERS, SAME_GRAIN, SUBJECTS, U8, brand, opened, treated

from brandkit.style import builtin, conformal, finish, grading
from brandkit.style.encoder import F32, load, unit
from brandkit.style.nearest import NEIGHBOURS, left_out, likeness

CROPS, QUICK_CROPS = 6, 2
"""Of each photograph in each look."""
POOL = 16
"""Crops of each photograph for the promise."""
SPLITS = 200
GOAL_AUC, GOAL_SPEED = 0.95, 0.9

Vectors = dict[str, dict[str, F32]]
"""Look, then photograph, to vectors ``[N, D]`` of its crops."""
Embed = Callable[[list[U8]], F32]


def histogram(pictures: list[U8]) -> F32:
    """The peer: 8 x 8 x 8 colour histograms; the cosine of their roots is Bhattacharyya's coefficient."""
    found = []
    for picture in pictures:
        bins = (picture // 32).reshape(-1, 3) @ np.array([64, 8, 1])
        found.append(np.sqrt(np.bincount(bins, minlength=512)))
    return unit(np.array(found, np.float32))


def tensors(pictures: Sequence[U8]) -> list[torch.Tensor]:
    """Pictures as encoders take them."""
    return [torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1))) for picture in pictures]


def by_builtin(pictures: list[U8]) -> F32:
    """Ours."""
    return load("builtin").encode(tensors(pictures))


def last_layer(pictures: list[U8]) -> F32:
    """The other peer: the same network's last features, averaged over the picture, as for retrieval."""
    network, found = load("builtin")._network, []  # type: ignore[attr-defined]
    for image in tensors(pictures):
        with torch.inference_mode():
            seen = network.forward_features((builtin.shrunk(image)[None].float() - 127.5) / 127.5)
        found.append(seen.mean((2, 3))[0].numpy())
    return unit(np.array(found, np.float32))


def drawn(
    photographs: dict[str, Path], subjects: list[Path], seed: int, crops: int = CROPS
) -> dict[str, dict[str, list[U8]]]:
    """Pictures by look and photograph; ``brand`` is the look itself."""
    random = np.random.default_rng(seed)
    pictures = {name: opened(path) for name, path in photographs.items()}
    looks = {"brand": brand, **OTHERS}
    found = {
        look: {n: [treated(p, recipe, random) for _ in range(crops)] for n, p in pictures.items()}
        for look, recipe in looks.items()
    }
    wrong = [treated(opened(path), brand, random) for path in subjects for _ in range(crops // 2)]
    found["wrong subject"] = {"": wrong}
    return found


def embedded(shown: dict[str, dict[str, list[U8]]], by: Embed) -> Vectors:
    """All pictures as vectors."""
    return {look: {name: by(some) for name, some in kinds.items()} for look, kinds in shown.items()}


def aucs(vectors: Vectors, neighbours: int = NEIGHBOURS) -> dict[str, float]:
    """AUC by kind of departure and over all: references of half of the photographs, questions of the rest.

    It is the mean over all ways to halve them.
    """
    names = list(vectors["brand"])
    found: dict[str, list[float]] = {}
    for half in combinations(names, max(1, len(names) // 2)):
        references = np.concatenate([vectors["brand"][name] for name in half])
        rest = [name for name in names if name not in half]

        def scores(look: str, references: F32 = references, rest: list[str] = rest) -> F32:
            some = vectors[look]
            asked = np.concatenate([some[name] for name in (rest if rest[0] in some else some)])
            return likeness(asked, references, neighbours)

        good = scores("brand")
        others = {look: scores(look) for look in vectors if look != "brand"}
        same = [some for look, some in others.items() if look.endswith(SAME_GRAIN)]
        rest_of = [some for look, some in others.items() if not look.endswith(SAME_GRAIN)]
        others |= {
            "all": np.concatenate(rest_of),
            "all, same grain": np.concatenate(same),
            "all, both": np.concatenate(rest_of + same),
        }
        for look, bad in others.items():
            truth = np.r_[np.ones(len(good)), np.zeros(len(bad))]
            found.setdefault(look, []).append(float(roc_auc_score(truth, np.r_[good, bad])))
    return {look: float(np.mean(values)) for look, values in found.items()}


def by_part() -> list[slice]:
    """Where each stage's numbers stand in a vector of ``builtin``, then those of detail and of grading."""
    layers = dict(load("builtin")._network.named_modules())  # type: ignore[attr-defined]
    sizes = [2 * layers[name].num_features for name in builtin.STAGES] + [finish.SIZE, grading.SIZE]
    ends = np.cumsum(sizes).tolist()
    return [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]


def choose() -> None:
    """How the stages, the weights of detail and grading and the number of neighbours were chosen."""
    vectors = embedded(drawn(DESIGN, SUBJECTS["design"], 1), by_builtin)
    *stages, detail, graded = by_part()
    for count in range(len(stages) + 1):
        for weight in (0.0, 0.5, 1.0, 2.0) if count else (1.0,):
            weights = np.zeros(graded.start, np.float32)
            weights[: stages[count - 1].stop if count else 0] = 1
            weights[detail] = weight
            for part in (0.0, 0.25, builtin.GRADING, 0.4, 0.5) if weight == 1 else (builtin.GRADING,):

                def mixed(some: F32, weights: F32 = weights, part: float = part) -> F32:
                    look, tint = unit(some[:, : graded.start] * weights), unit(some[:, graded])
                    return np.concatenate([look * (1 - part) ** 0.5, tint * part**0.5], 1)

                shown = {look: {n: mixed(v) for n, v in kinds.items()} for look, kinds in vectors.items()}
                for neighbours in (1, 3, 5):
                    found = aucs(shown, neighbours)
                    least = min(found, key=lambda look: found[look])
                    print(
                        f"{count} stages, detail x {weight}, grading {part:.2f}, {neighbours} neighbours: "
                        f"AUC {found['all']:.4f}, same grain {found['all, same grain']:.4f}, "
                        f"least {found[least]:.4f} ({least})"
                    )


def separation(crops: int = CROPS) -> bool:
    """AUC of ``builtin`` and its peers on the photographs held out."""
    shown = drawn(HELD_OUT, SUBJECTS["held out"], 2, crops)
    methods = {"builtin": by_builtin, "last layer": last_layer, "histogram": histogram}
    found = {name: aucs(embedded(shown, by)) for name, by in methods.items()}
    print(f"AUC, brand's look against others, {len(HELD_OUT)} photographs held out, {crops} crops each")
    print(f"{'':30}" + "".join(f"{name:>12}" for name in methods))
    for look in found["builtin"]:
        print(f"{look:30}" + "".join(f"{found[name][look]:12.3f}" for name in methods))
    return found["builtin"]["all"] >= GOAL_AUC


def promises(splits: int = SPLITS) -> bool:
    """How often pictures of the brand's own look are flagged, against the promise."""
    random = np.random.default_rng(3)
    pool = [treated(opened(path), brand, random) for path in HELD_OUT.values() for _ in range(POOL)]
    vectors, half = by_builtin(pool), len(pool) // 2
    kept = True
    for share in (0.05, 0.1, 0.2):
        flagged = []
        for _ in range(splits):
            order = random.permutation(len(vectors))
            references, new = vectors[order[:half]], vectors[order[half:]]
            least = conformal.promise(left_out(references), share).least
            flagged.append(float((likeness(new, references) < least).mean()))
        rate, error = float(np.mean(flagged)), float(np.std(flagged) / np.sqrt(splits))
        kept &= rate <= share + 2 * error
        print(
            f"promised {share:4.0%}: flagged {rate:.2%} +- {error:.2%} ({splits} splits of {half} and {half})"
        )
    return kept


def best_of(runs: int, *calls: Callable[[], object]) -> list[float]:
    """Least seconds of one core that each call takes, in turns; other work on the machine does not count."""
    least = [float("inf")] * len(calls)
    torch.set_num_threads(1)
    for call in calls:
        call()
    for _ in range(runs):
        for place, call in enumerate(calls):
            start = time.thread_time()
            call()
            least[place] = min(least[place], time.thread_time() - start)
    return least


def speed() -> bool:
    """Frames a second of the whole path, beside the bare network on frames that are ready for it.

    The network alone gets all frames at once, and also one at a time, as the encoder gives them to it: which
    is faster depends on the memory that the process has already. The goal is for the same batch.
    """
    encoder, kept = load("builtin"), True
    bare = builtin._network()
    for height, width in ((512, 512), (1080, 1920)):
        frames = torch.randint(0, 256, (8, 3, height, width), dtype=torch.uint8)
        ready = torch.stack([builtin.shrunk(frame) for frame in frames]).float().sub(127.5).div(127.5)

        def alone(most: int, ready: torch.Tensor = ready) -> None:
            with torch.inference_mode():
                for part in ready.split(most):
                    bare.blocks[3][0](bare.blocks[:3](bare.bn1(bare.conv_stem(part))))

        whole, model, single = best_of(
            7, partial(encoder.encode, frames), partial(alone, 8), partial(alone, 1)
        )
        kept &= model / whole >= GOAL_SPEED
        print(
            f"{width} x {height}, batches of 8: {8 / whole:.1f} frames a second on one core; bare network "
            f"{8 / model:.1f}, ratio {model / whole:.2f}; one at a time {8 / single:.1f}, "
            f"ratio {single / whole:.2f}"
        )
    return kept


def main() -> int:
    """Print all figures; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--choose", action="store_true", help="how the choices were made, in some minutes")
    parser.add_argument("--quick", action="store_true", help="fewer crops and splits")
    asked = parser.parse_args()
    if asked.choose:
        choose()
        return 0
    crops, splits = (QUICK_CROPS, SPLITS // 4) if asked.quick else (CROPS, SPLITS)
    goals = {"separation": separation(crops), "promises": promises(splits), "speed": speed()}
    for name, kept in goals.items():
        print(f"{name}: {'goal met' if kept else 'GOAL MISSED'}")
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
