"""Which colours of a palette can be written as references to others."""

from __future__ import annotations

from collections.abc import Sequence

from brandkit.formats.palette import Colour


def targets(colours: Sequence[Colour]) -> tuple[int | None, ...]:
    """For each colour the index of the one it repeats, or ``None`` where a reference would not hold.

    It holds where the other is in the palette, has the same value, and no circle comes about.
    """
    first: dict[tuple[str, ...], int] = {}
    for index, colour in enumerate(colours):
        first.setdefault((*colour.group, colour.name), index)
    found: list[int | None] = []
    for colour in colours:
        target = first.get(colour.alias_of) if colour.alias_of else None
        same = target is not None and colours[target].value == colour.value
        found.append(target if same else None)
    ends: set[int] = set()
    for index in range(len(found)):
        trail: list[int] = []
        at: int | None = index
        while at is not None and at not in ends:
            ends.add(at)
            trail.append(at)
            at = found[at]
        if at is not None and at in trail:
            found[trail[-1]] = None
    return tuple(found)
