"""The cases of ``correct.py``: which regions, drifts, codecs and noise, family by family."""

from __future__ import annotations

from dataclasses import replace

from correct_paint import Part
from correct_scenes import Case

FLAT_PHOTOS = ("astronaut", "coffee", "chelsea", "rocket", "china", "flower", "retina", "motorcycle")
"""Each is met in turn, so that every family sees skin, sky, wood, foliage and metal."""
FLAT_COLOURS = ("#0050FF", "#E2231A", "#00A651", "#6D28D9", "#FFD200", "#FF4F00", "#007A87", "#D6006E")
SHADED_COLOURS = ("#0050FF", "#C8102E", "#00A651", "#FF8200", "#6D28D9", "#007A87", "#D6006E", "#C9A227")
NEAR = {
    "astronaut": "#E25B2C",
    "coffee": "#9A4A24",
    "chelsea": "#C08A5A",
    "rocket": "#2F4A78",
    "china": "#A63A2E",
    "flower": "#6E8B2E",
    "retina": "#D0502A",
    "motorcycle": "#3E5C8A",
}
"""For each photograph a colour whose hue much of it has."""


def cases(quick: bool = False) -> list[Case]:
    """All cases, or of each family the first two; the same ones every time."""
    families = [*_flat(), *_shaded(), *_video()]
    return [case for family in families for case in (family[:2] if quick else family)]


def _flat() -> list[list[Case]]:
    clean = _flat_family("flat clean", 10)
    noisy = [replace(c, noise=1 + k % 3) for k, c in enumerate(_flat_family("flat noise", 9))]
    lit = [replace(c, gradient=(0.03, 0.06)[k % 2]) for k, c in enumerate(_flat_family("flat light", 6))]
    families = [clean, noisy, lit]
    for quality in (95, 80, 70):
        family = _flat_family(f"flat jpeg {quality}", 8)
        families.append([replace(c, codec=f"jpeg {quality}", noise=k % 2) for k, c in enumerate(family)])
    near = _flat_family("flat near hue", 8)
    families.append([_near(replace(c, noise=k % 2)) for k, c in enumerate(near)])
    families.append([_paired(c) for c in _flat_family("flat, two colours", 6)])
    return families


def _flat_family(name: str, count: int) -> list[Case]:
    """Photographs, colours, drifts, directions, shapes and sizes in turn, each at its own pace."""
    start = sum(name.encode())
    made = []
    for k in range(count):
        part = Part(
            hex=FLAT_COLOURS[(start + 3 * k) % 8],
            drift=(2, 4, 7, 10, 5)[k % 5],
            way=("hue", "chroma", "light")[(start + k) % 3],
            shape=("panel", "logo", "disc")[(start + k // 2) % 3],
            share=(0.08, 0.15, 0.04, 0.30)[(start + k) % 4],
        )
        made.append(Case(name, FLAT_PHOTOS[(start + k) % 8], (part,)))
    return made


def _near(case: Case) -> Case:
    return replace(case, parts=(replace(case.parts[0], hex=NEAR[case.photo]),))


def _paired(case: Case) -> Case:
    first = replace(case.parts[0], share=0.08)
    other = FLAT_COLOURS[(FLAT_COLOURS.index(first.hex) + 3) % 8]
    way = "chroma" if first.way == "hue" else "hue"
    second = replace(first, hex=other, way=way, drift=min(12 - first.drift, 9))
    return replace(case, parts=(first, second), noise=1)


def _shaded() -> list[list[Case]]:
    clean = _shaded_family("shaded clean", 10)
    noisy = [replace(c, noise=1 + k % 3) for k, c in enumerate(_shaded_family("shaded noise", 6))]
    gloss = [replace(c, parts=(replace(c.parts[0], gloss=0.4),)) for c in _shaded_family("shaded gloss", 6)]
    families = [clean, noisy, gloss]
    for quality in (95, 80, 70):
        family = _shaded_family(f"shaded jpeg {quality}", 6)
        families.append([replace(c, codec=f"jpeg {quality}") for c in family])
    darker = _shaded_family("shaded, lightness", 4)
    families.append([replace(c, parts=(replace(c.parts[0], way="light"),)) for c in darker])
    near = _shaded_family("shaded near hue", 6)
    families.append([_near(c) for c in near])
    far = [*_flat_family("beyond capture", 1), *_shaded_family("beyond capture", 1)]
    far = [replace(c, parts=(replace(c.parts[0], drift=15),)) for c in far]
    families.append(far)
    families.append([replace(c, family="drift 15, capture 18", capture=18) for c in far])
    return families


def _shaded_family(name: str, count: int) -> list[Case]:
    start = sum(name.encode())
    made = []
    for k in range(count):
        part = Part(
            hex=SHADED_COLOURS[(start + 3 * k) % 8],
            drift=(3, 6, 9, 4, 7)[k % 5],
            way=("hue", "chroma", "cast")[(start + k) % 3],
            shape=("ball", "drum", "cloth")[(start + k // 2) % 3],
            share=(0.10, 0.20, 0.06, 0.30)[(start + k) % 4],
            finish="shaded",
        )
        made.append(Case(name, FLAT_PHOTOS[(start + k) % 8], (part,)))
    return made


def _video() -> list[list[Case]]:
    families = []
    for crf in (18, 23, 28):
        family = [replace(c, codec=f"h264 {crf}") for c in _flat_family(f"flat h264 {crf}", 3)]
        families.append([replace(family[0], photo="bunny"), *family[1:]])
    for crf in (18, 23, 28):
        family = [replace(c, codec=f"h264 {crf}") for c in _shaded_family(f"shaded h264 {crf}", 3)]
        families.append([replace(family[0], photo="bunny"), *family[1:]])
    return families
