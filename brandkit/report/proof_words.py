"""What the record of a correction says, in the words that every output for people uses."""

from __future__ import annotations

from collections.abc import Iterable

from brandkit.gate import describe
from brandkit.proof.record import (
    ON_TARGET,
    OUTSIDE,
    Area,
    Banding,
    Graded,
    LightSplit,
    Moved,
    Proof,
    Shifted,
    Shot,
)

KINDS = {
    OUTSIDE: "all that is outside of its regions",
    "neutrals": "neutrals (C* up to 4)",
    "skin": "skin tones (Cb 77 to 127, Cr 133 to 173)",
    "blacks": "blacks (L* up to 10)",
    "highlights": "highlights (L* from 95)",
}
"""What else may move, by its name in records."""
SHORT_DIGEST = 12
LEAST_LIGHT = 0.5
"""CIEDE2000 of light up to which nobody would see it."""


def kind(what: str) -> str:
    """What else may have moved, for a person."""
    if what.startswith(ON_TARGET):
        return f"{what.removeprefix(ON_TARGET)}, where it was on target"
    return KINDS.get(what, what)


def span(shot: Shot) -> str:
    """Which frames a shot is."""
    if shot.last is None:
        return "all frames" if shot.first == 0 else f"frames {shot.first} to the last"
    return f"frame {shot.first}" if shot.first == shot.last else f"frames {shot.first} to {shot.last}"


def place(area: Area) -> str:
    """Where a LUT applied."""
    if area.kind == "whole_frame":
        return "the whole frame"
    words = {
        "matte": "a matte",
        "mask": "the mask given",
        "matte_within_mask": "a matte within the mask given",
    }
    box = area.box
    where = "" if box is None else f", within {box[2]} × {box[3]} pixels at {box[0]}, {box[1]}"
    return f"{words[area.kind]} of {describe(area.share, 'share')} of the frame{where}"


def became(shift: Shifted) -> str:
    """What became of a colour."""
    said = f"{shift.swatch} {shift.source} to {shift.target}: drift {shift.before:.2f}"
    if shift.after is None:
        return f"{said}, not evaluated after, since the frames looked at do not show it"
    said += f" to {shift.after:.2f}"
    return said if shift.exact is None else f"{said}, {describe(shift.exact, 'share')} of it on the exact HEX"


def light(shift: Shifted) -> str | None:
    """Which part of a drift is light and which is pigment; ``None`` of a colour that light does not shade."""
    split = shift.split
    if split is None:
        reason = shift.why_not
        return f"light and pigment of {shift.swatch} were not told apart: {reason}" if reason else None
    head = f"{shift.swatch} is {split.drift:.1f} from {shift.target}"
    if split.cast == "neutral" or split.light < LEAST_LIGHT:
        body = f"the light on it is next to neutral ({split.light:.1f}), {split.pigment:.1f} is the pigment"
    else:
        body = f"{split.light:.1f} of it is the {split.cast} light on it, {split.pigment:.1f} the pigment"
    return f"{head}: {body} ({_source(split)})"


def _source(split: LightSplit) -> str:
    where = {"highlight": "by its own highlight", "neutrals": "by what is neutral in the frame"}[split.source]
    return f"{where}, within {split.doubt:.1f}"


def ramps(grade: Graded) -> str:
    """What a LUT makes of smooth ramps."""
    met = [ramp for ramp in grade.ramps if ramp.steps]
    if not met:
        return "it meets no ramp that was tried"
    turned = sum(ramp.reversals for ramp in met)
    flat, steps = sum(ramp.flat for ramp in met), sum(ramp.steps for ramp in met)
    largest = max(met, key=lambda ramp: ramp.largest_after - ramp.largest_before)
    back = "none turns back" if not turned else f"they turn back {_times(turned)}"
    level = f"none of {steps} steps became flat"
    if flat:
        level = f"{flat} of {steps} steps became flat, not counting the target's own plateau"
    return (
        f"of {len(met)} 8-bit ramps {back}; {level}; the step that grew most went from "
        f"{largest.largest_before:.2f} to {largest.largest_after:.2f}"
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def banding(found: Banding | None) -> str:
    """Banding of the picture."""
    if found is None:
        return "banding was not evaluated, since no frame could be compared"
    if not found.before and not found.after:
        return "no part of the picture is banded, before or after"
    return (
        f"{describe(found.before, 'share')} of the picture was banded and {describe(found.after, 'share')} "
        f"is, {describe(found.added, 'share')} of it newly"
    )


def warnings(proof: Proof) -> list[str]:
    """What a person should know before signing: one sentence each, without a final stop."""
    said = {}
    for shot in proof.shots:
        for grade in shot.grades:
            for ramp in grade.ramps:
                if ramp.reversals:
                    said[ramp.name] = (
                        f"the ramp {ramp.name} turns back {_times(ramp.reversals)} under the correction, so "
                        "look for contours in gradients"
                    )
        if shot.banding is not None and shot.banding.added > NOTABLE_BANDING:
            share = describe(shot.banding.added, "share")
            said[span(shot)] = f"{share} of the picture is newly banded in {span(shot)}; try --dither"
    return list(said.values())


NOTABLE_BANDING = 0.01
"""Share of the picture that has to be newly banded to be worth a sentence."""


def elsewhere(shots: Iterable[Shot]) -> Moved | None:
    """How far what is outside of the regions moved over some shots; the percentile is the worst one's."""
    found = [moved for shot in shots for moved in shot.moved if moved.what == OUTSIDE and moved.pixels]
    pixels = sum(moved.pixels for moved in found)
    if not pixels:
        return None
    return Moved(
        OUTSIDE,
        pixels,
        sum((moved.changed or 0) * moved.pixels for moved in found) / pixels,
        sum((moved.mean or 0) * moved.pixels for moved in found) / pixels,
        max(moved.p99 or 0 for moved in found),
        max(moved.most or 0 for moved in found),
    )


def far(moved: Moved | None) -> str:
    """How far what is outside of the regions moved."""
    if moved is None or moved.mean is None or moved.changed is None:
        return "nothing is outside of its regions"
    if not moved.changed:
        return "outside of its regions, no pixel changed"
    return (
        f"outside of its regions {moved.mean:.2f} on average, 99 % within {moved.p99:.2f}, {moved.most:.2f} "
        f"at most; {describe(moved.changed, 'share')} of those pixels changed at all"
    )


def undo(proof: Proof, *, short: bool = False) -> str:
    """How to go back; with ``short``, by the first digits of the digest."""
    digest = f"{proof.sha256[:SHORT_DIGEST]}…" if short else proof.sha256
    return f"use the original, {proof.original} (sha256 {digest}), which was left as it was"


def sampled(shot: Shot) -> str:
    """Which frames were compared."""
    if not shot.sampled:
        return "no frame could be compared"
    names = ", ".join(str(frame) for frame in shot.sampled)
    return f"frame {names}" if len(shot.sampled) == 1 else f"frames {names}"
