"""What to ask for next, from what was found: each remedy is a pure function, and they are tried together.

A remedy takes the findings, the request, the brand and what the generator can do, and gives a changed
request with the reason in words, or ``None`` where it has nothing to offer. Add one to ``REMEDIES`` and it
takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from brandkit.brand import Brand
from brandkit.gate import Finding
from brandkit.generate.request import LEAST_SIDE, MOST_SIDE, Ability, Request

WRONG = ("failed", "warned")

PULL_STEP, MOST_PULL = 0.3, 0.9
"""By how much palette guidance grows with each attempt, and up to what: all of it would flatten shading."""
NEARER, LEAST_STRENGTH = 0.7, 0.1
"""What strength is multiplied by when a result left its anchor, and down to what: 0 is the anchor itself."""
FIRMER, USUAL_GUIDANCE, MOST_GUIDANCE = 1.4, 5.0, 15.0
"""What guidance is multiplied by when something is there that was not asked for; beyond 15 models burn."""
_SEEDS = 0x9E3779B97F4A7C15
"""The step from one attempt's seed to the next: 2^64 by the golden ratio, so that seeds of neighbouring
requests never meet (Knuth, The Art of Computer Programming, 3, 6.4)."""

_COLOUR = frozenset({"palette", "proportion"})
_LOOK = frozenset({"style", "drift"})


@dataclass(frozen=True, slots=True)
class Changed:
    """A request, and why it was changed."""

    request: Request
    why: str


Remedy = Callable[[Sequence[Finding], Request, Brand, frozenset[Ability]], Changed | None]


def name_colours(
    findings: Sequence[Finding], request: Request, brand: Brand, abilities: frozenset[Ability]
) -> Changed | None:
    """Say the name and HEX of colours that are off or missing."""
    wanted = {f.swatch for f in findings if f.check in _COLOUR and f.outcome in WRONG and f.swatch}
    missing = [s for s in brand.swatches if s.name in wanted and s.hex.lower() not in request.prompt.lower()]
    if not missing or "text" not in abilities:
        return None
    said = ", ".join(f"{swatch.name} {swatch.hex}" for swatch in missing)
    prompt = f"{request.prompt.rstrip(' ,')}, {said}".removeprefix(", ")
    return Changed(request.model_copy(update={"prompt": prompt}), f"names {said}")


def pull_harder(
    findings: Sequence[Finding], request: Request, brand: Brand, abilities: frozenset[Ability]
) -> Changed | None:
    """Guide toward the palette where colours are off."""
    off = any(f.check == "palette" and f.outcome in WRONG for f in findings)
    pull = round(min(request.pull + PULL_STEP, MOST_PULL), 2)
    if not off or "palette" not in abilities or pull <= request.pull:
        return None
    return Changed(request.model_copy(update={"pull": pull}), f"pulls toward the palette by {pull:g}")


def keep_nearer(
    findings: Sequence[Finding], request: Request, brand: Brand, abilities: frozenset[Ability]
) -> Changed | None:
    """Stay nearer to the anchor where the look left it, or where time makes colours walk."""
    left = any(f.check in (*_LOOK, "flicker") and f.outcome in WRONG for f in findings)
    strength = round(max(request.strength * NEARER, LEAST_STRENGTH), 3)
    if not left or request.anchor is None or "anchor" not in abilities or strength >= request.strength:
        return None
    why = f"stays nearer to the anchor: strength {strength:g}"
    return Changed(request.model_copy(update={"strength": strength}), why)


def follow_words(
    findings: Sequence[Finding], request: Request, brand: Brand, abilities: frozenset[Ability]
) -> Changed | None:
    """Follow the words more closely where there is what nobody asked for: forbidden and stray colours."""
    stray = {"forbidden", "off_palette", "less_like"}
    strange = any(f.metric in stray and f.outcome in WRONG for f in findings)
    now = USUAL_GUIDANCE if request.guidance is None else request.guidance
    guidance = round(min(now * FIRMER, MOST_GUIDANCE), 2)
    if not strange or "text" not in abilities or guidance <= now:
        return None
    return Changed(
        request.model_copy(update={"guidance": guidance}), f"follows the words more closely: {guidance:g}"
    )


def fit_delivery(
    findings: Sequence[Finding], request: Request, brand: Brand, abilities: frozenset[Ability]
) -> Changed | None:
    """Ask for a size that the guidelines let through."""
    factor = 1.0
    for finding in findings:
        limit, value = finding.limit, finding.value
        if finding.metric not in ("width", "height") or limit is None or not value:
            continue
        if limit.min is not None and value < limit.min:
            factor = max(factor, limit.min / value)
        elif limit.max is not None and value > limit.max:
            factor = min(factor, limit.max / value)
    sides = (round(side * factor) for side in (request.width, request.height))
    width, height = (min(max(side, LEAST_SIDE), MOST_SIDE) for side in sides)
    if (width, height) == (request.width, request.height):
        return None
    size = {"width": width, "height": height}
    return Changed(request.model_copy(update=size), f"is made {width} x {height}, as has to be delivered")


def another_seed(
    findings: Sequence[Finding], request: Request, brand: Brand, abilities: frozenset[Ability]
) -> Changed | None:
    """Draw anew."""
    seed = (request.seed + _SEEDS) % 2**63
    return Changed(request.model_copy(update={"seed": seed}), f"another seed: {seed}")


REMEDIES: tuple[Remedy, ...] = (
    name_colours,
    pull_harder,
    keep_nearer,
    follow_words,
    fit_delivery,
    another_seed,
)


def next_request(
    findings: Sequence[Finding], request: Request, brand: Brand, abilities: frozenset[Ability]
) -> tuple[Request, tuple[str, ...]]:
    """What to ask for next, and why it differs, a sentence each."""
    reasons = []
    for remedy in REMEDIES:
        changed = remedy(findings, request, brand, abilities)
        if changed is not None:
            request = changed.request
            reasons.append(changed.why)
    return request, tuple(reasons)
