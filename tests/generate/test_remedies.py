from __future__ import annotations

from pathlib import Path

import pytest

from brandkit.brand import Brand, Limit, Swatch
from brandkit.gate import Finding
from brandkit.generate import Request
from brandkit.generate.remedies import MOST_PULL, next_request

BRAND = Brand(name="Acme", swatches=(Swatch(name="blue", hex="#0050FF"), Swatch(name="ink", hex="#101820")))
ALL = frozenset({"text", "anchor", "palette", "video"})


def finding(check: str, metric: str, value: float, limit: Limit, swatch: str | None = None) -> Finding:
    return Finding(check, metric, value, "", limit, "failed", "said", swatch=swatch)


DRIFT = finding("palette", "drift_de00", 7, Limit(max=3), "blue")
STRAY = finding("palette", "off_palette", 0.4, Limit(max=0.1))
FLICKER = finding("flicker", "global_de00", 1, Limit(max=0.15))


def test_a_drifted_colour_is_named_once_and_pulled_at_harder_each_time() -> None:
    first, why = next_request([DRIFT], Request(prompt="a ball,"), BRAND, ALL)
    assert first.prompt == "a ball, blue #0050FF" and first.pull == 0.3
    assert why[:2] == ("names blue #0050FF", "pulls toward the palette by 0.3")
    second, _ = next_request([DRIFT], first, BRAND, ALL)
    assert second.prompt == first.prompt and second.pull == 0.6
    last = second
    for _ in range(5):
        last, _ = next_request([DRIFT], last, BRAND, ALL)
    assert last.pull == MOST_PULL


def test_what_nobody_asked_for_makes_words_count_more() -> None:
    changed, why = next_request([STRAY], Request(prompt="a ball"), BRAND, ALL)
    assert changed.guidance == 7 and any("follows the words" in one for one in why)
    burnt, _ = next_request([STRAY], Request(prompt="a ball", guidance=15), BRAND, ALL)
    assert burnt.guidance == 15


def test_flicker_draws_nearer_to_the_anchor_if_there_is_one() -> None:
    anchored = Request(anchor=Path("a.png"), strength=0.5, frames=24)
    assert next_request([FLICKER], anchored, BRAND, ALL)[0].strength == 0.35
    free = Request(strength=0.5, frames=24)
    assert next_request([FLICKER], free, BRAND, ALL)[0].strength == 0.5


def test_a_generator_is_asked_for_what_it_can_do_only() -> None:
    request = Request(prompt="a ball", anchor=Path("a.png"))
    changed, why = next_request([DRIFT, STRAY, FLICKER], request, BRAND, frozenset({"video"}))
    assert len(why) == 1 and why[0].startswith("another seed")
    assert changed.model_copy(update={"seed": request.seed}) == request


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [
        (512, Limit(min=720), (720, 1080)),
        (4000, Limit(max=2000), (256, 384)),
        (512, Limit(max=900), (512, 768)),
    ],
)
def test_a_size_that_may_not_be_delivered_is_changed_in_proportion(
    value: float, limit: Limit, expected: tuple[int, int]
) -> None:
    found = finding("delivery", "width", value, limit)
    changed, _ = next_request([found], Request(width=512, height=768), BRAND, ALL)
    assert (changed.width, changed.height) == expected


def test_no_two_attempts_have_the_same_seed() -> None:
    request, seeds = Request(seed=2**63 - 1), set()
    for _ in range(200):
        request, _ = next_request([], request, BRAND, ALL)
        seeds.add(request.seed)
    assert len(seeds) == 200
