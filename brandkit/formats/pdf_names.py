"""What the colours of a brand book are called.

A page sets its names in one way: above the codes, on the swatches, and so on. Of all the places where a name
can stand, the one counts in which most colours of the page have a text of their own, set alike. A text that
may as well be the name of another colour names none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from brandkit.formats import pdf_codes
from brandkit.formats.pdf_codes import is_group, is_heading, is_name, may_be_name
from brandkit.formats.pdf_lines import Line, aligned, goes_on, level
from brandkit.formats.pdf_statements import Caption, Captions, Place, Statement, nearest, places_of

_ALIKE_SIZE, _ALIKE_PLACE = 0.12, 0.4
"""Part of their height by which texts set alike differ, and heights by which their distances do."""
_CLEARLY = 0.6
"""Part of the distance of another text at which one is clearly the nearer."""
_CLOSE = 1.5
"""Heights to its name from codes that are set like no others of the page."""
MOST_WAYS = 4
"""Ways in which the names of one page are set at most."""
_SAME_ROW = 3.0
"""Points by which the tops of swatches, or of codes, in one row differ at most."""


_APART = frozenset({Place.INSIDE, Place.LEFT, Place.BELOW_FILL})
"""Where a heading does not stand."""
_BEHIND = frozenset({Place.BELOW, Place.RIGHT})
"""Where names stand as well as what a colour is for."""


def give_names(stated: Sequence[Statement], lines: Sequence[Line], page: float) -> None:
    """Name each statement whose name is certain, and note where it is in doubt.

    Args:
        stated: changed.
        lines: of the page, with labels.
        page: the page's area.
    """
    coded = {id(line) for statement in stated for one in statement.found for line in one.lines}
    captions = [line for line in lines if id(line) not in coded and pdf_codes.is_caption(line.text)]
    offers = _texts_around(stated, lines, captions, page)
    for captions_of in offers.values():
        for k in captions_of:
            stated[k].in_doubt = True
    offers = {at: _by_row(at, _own_only(at, found, stated), stated) for at, found in offers.items()}
    places: set[Place] = set()
    for _ in range(MOST_WAYS):
        place, chosen = _likeliest(offers)
        if len(chosen) < 2:
            break
        places.add(place)
        used = {id(caption.line) for caption in chosen.values()}
        others = [line for line in captions if line.loose or id(line) not in used]
        for k, caption in chosen.items():
            doubtful = place in _BEHIND and _has_other(k, place, offers, used)
            _name(stated[k], "" if doubtful else _whole(caption, place, stated[k], others))
        offers = {at: _without(found, chosen, used) for at, found in offers.items()}
    for k, place, caption in _singles(offers, len(stated), places):
        _name(stated[k], _whole(caption, place, stated[k], captions))


def _has_other(k: int, place: Place, offers: Mapping[Place, Captions], used: set[int]) -> bool:
    """Whether a statement has a text in a likelier place that names no other."""
    found = [offers[at][k] for at in offers if at < place and k in offers[at]]
    return any(id(caption.line) not in used and may_be_name(caption.text) for caption in found)


def _name(statement: Statement, text: str) -> None:
    statement.name, statement.in_doubt = text, not text


def _texts_around(
    stated: Sequence[Statement], lines: Sequence[Line], captions: Sequence[Line], page: float
) -> dict[Place, Captions]:
    """The nearest text in each place, where nothing is between."""
    fills = [statement.fill.box for statement in stated if statement.fill is not None]
    plain = {id(line) for line in captions}
    coded = {id(line) for statement in stated for one in statement.found for line in one.lines}
    likely = [line for line in lines if id(line) in plain or id(line) in coded]
    offers: dict[Place, dict[int, Caption]] = {place: {} for place in Place}
    for k, statement in enumerate(stated):
        own_text = _beside_codes(statement)
        if own_text is not None:
            offers[Place.LINE][k] = own_text
        own = {id(line) for one in statement.found for line in one.lines}
        near: dict[Place, list[tuple[float, Line, bool]]] = {}
        for line in likely:
            if id(line) not in own:
                for place, far in places_of(statement, line, page):
                    near.setdefault(place, []).append((far, line, id(line) in plain))
        for place, found in near.items():
            caption = nearest(place, statement, found, fills)
            if caption is not None and not is_heading(caption.text):
                offers[place][k] = caption
    return dict(offers)


def _beside_codes(statement: Statement) -> Caption | None:
    """The one text in a line of codes; a code within a sentence has one on either side."""
    for one in statement.found:
        parts = [part for part in one.rest if pdf_codes.is_caption(part) and not _in_brackets(part)]
        if len(parts) == 1 and may_be_name(parts[0]):
            return Caption(parts[0], one.line, 0.0, (0.0,))
    return None


def _in_brackets(text: str) -> bool:
    return text.startswith("(") and text.endswith(")")


def _own_only(place: Place, found: Captions, stated: Sequence[Statement]) -> Captions:
    """Without texts that several statements claim, but for the only one that they are in line with."""
    if place is Place.LINE:
        return found
    claims: dict[int, list[int]] = {}
    for k, caption in found.items():
        claims.setdefault(id(caption.line), []).append(k)
    kept = {}
    for k, caption in found.items():
        rivals = claims[id(caption.line)]
        if len(rivals) > 1:
            rivals = [j for j in rivals if aligned(caption.line.box, stated[j].target(place))]
        if rivals == [k]:
            kept[k] = caption
    return kept


def _likeliest(offers: Mapping[Place, Captions]) -> tuple[Place, Captions]:
    """The place in which most statements have a name, set alike; none where two places are as likely."""
    groups = {place: _alike(found) for place, found in offers.items() if found}
    score = {place: sum(may_be_name(c.text) for c in group.values()) for place, group in groups.items()}
    most = max(score.values(), default=0)
    if most < 2:
        return Place.LINE, {}
    best = [place for place in sorted(score) if score[place] == most]
    shifted = [place for place in best[1:] if _shift(groups[best[0]], groups[place])]
    if shifted:
        return _of_shifted([best[0], *shifted], groups)
    # What else is said of a colour stands behind its codes, be it of more of them than have names.
    for place in sorted(place for place in score if place < best[0] and 2 * score[place] >= max(most, 4)):
        if not _shift(groups[place], groups[best[0]]) and _differ(groups[place], groups[best[0]]):
            return place, groups[place]
    return best[0], groups[best[0]]


def _by_row(place: Place, found: Captions, stated: Sequence[Statement]) -> Captions:
    """Without headings: texts above one statement of a row, of which the others have none."""
    if place not in (Place.ABOVE, Place.ABOVE_FILL):
        return found
    tops = {k: one.target(place).top for k, one in enumerate(stated) if one.fill or not place.by_fill}
    rows = {k: [j for j, top in tops.items() if abs(top - tops[k]) <= _SAME_ROW and j != k] for k in found}
    return {k: c for k, c in found.items() if not rows[k] or any(j in found for j in rows[k])}


def _of_shifted(rivals: Sequence[Place], groups: Mapping[Place, Captions]) -> tuple[Place, Captions]:
    """The place whose texts are clearly nearer, or with which more of the other places agree, if any."""
    far = {at: sum(c.far for c in groups[at].values()) / len(groups[at]) for at in rivals}
    nearest, second = sorted(rivals, key=lambda at: far[at])[:2]
    if far[nearest] <= _CLEARLY * far[second]:
        return nearest, groups[nearest]
    agree = {at: sum(_agree(groups[at], other) for other in groups.values()) for at in rivals}
    first, second = sorted(rivals, key=lambda at: -agree[at])[:2]
    return (first, groups[first]) if agree[first] > agree[second] else (Place.LINE, {})


def _agree(one: Captions, other: Captions) -> bool:
    both = [k for k in one if k in other]
    return len(both) > 1 and all(one[k].line is other[k].line for k in both)


def _shift(one: Captions, other: Captions) -> bool:
    """Whether a text names one statement in one group and another in the other."""
    owner = {id(caption.line): k for k, caption in one.items()}
    return any(owner.get(id(caption.line), k) != k for k, caption in other.items())


def _differ(one: Captions, other: Captions) -> bool:
    """Whether a statement has another text in each group."""
    return any(k in one and one[k].line is not caption.line for k, caption in other.items())


def _alike(found: Captions) -> Captions:
    """The largest group that is set alike, without texts that are the same for different colours."""
    groups = ({k: c for k, c in found.items() if _set_alike(c, first)} for first in found.values())
    group = max(groups, key=len, default={})
    texts = Counter(caption.text.casefold() for caption in group.values())
    return {k: c for k, c in group.items() if texts[c.text.casefold()] == 1}


def _set_alike(one: Caption, other: Caption) -> bool:
    height = max(one.line.height, other.line.height)
    size = abs(one.line.height - other.line.height) <= _ALIKE_SIZE * height
    pairs = zip(one.marks, other.marks, strict=True)
    return size and any(abs(a - b) <= _ALIKE_PLACE for a, b in pairs)


def _without(found: Captions, named: Captions, used: set[int]) -> Captions:
    return {k: c for k, c in found.items() if k not in named and id(c.line) not in used}


def _whole(caption: Caption, place: Place, statement: Statement, others: Sequence[Line]) -> str:
    """The text with the other line of a name of two lines; empty where that is in doubt."""
    if place is Place.LINE:
        return caption.text
    text = caption.text if may_be_name(caption.text) and not caption.line.loose else ""
    for line in others:
        above, below = goes_on(line, caption.line), goes_on(caption.line, line)
        upward = place in (Place.ABOVE, Place.ABOVE_FILL)
        sideways = place in (Place.LEFT, Place.RIGHT, Place.BESIDE_FILL)
        if not ((above and (upward or sideways)) or (below and not upward)) or not may_be_name(line.text):
            continue
        first, second = (line.text, text) if above else (text, line.text)
        apart = sideways and not level(line.box, statement.reach)
        loose = line.loose or not aligned(line.box, caption.line.box)
        # "Primary" above "Electric Blue" is its group as likely as its beginning.
        known = second[:1].isupper() and not is_group(first) and may_be_name(f"{first} {second}")
        if apart or loose or not known:
            return ""
        return f"{first} {second}"
    return text


def _singles(
    offers: Mapping[Place, Captions], count: int, places: Set[Place]
) -> Iterator[tuple[int, Place, Caption]]:
    """Names of statements that are set like no other: where there is one text only, and it is near."""
    by_statement: dict[int, list[tuple[float, Place, Caption]]] = {}
    claims: Counter[int] = Counter()
    for place, found in offers.items():
        for k, caption in found.items():
            by_statement.setdefault(k, []).append((caption.far, place, caption))
    for near in by_statement.values():
        claims.update({id(caption.line) for _, _, caption in near})
    for k, near in by_statement.items():
        far, place, caption = min(near, key=lambda one: one[:2])
        rivals = [other for other, _, c in near if c.line is not caption.line and may_be_name(c.text)]
        ways = {at for _, at, c in near if c.line is caption.line}
        usual = count == 1 or Place.LINE in ways or (far <= _CLOSE and not ways.isdisjoint(places or _APART))
        clear = all(far <= _CLEARLY * other for other in rivals) and claims[id(caption.line)] == 1
        if usual and clear and is_name(caption.text):
            yield k, place, caption
