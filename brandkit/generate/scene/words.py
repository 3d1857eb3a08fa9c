"""The words that the parser knows, each with what it stands for. To teach it one is to add it here."""

from __future__ import annotations

from brandkit.generate.scene.model import Material, Motion, Shape

NOUNS: dict[str, Shape] = {
    "sphere": "sphere", "ball": "sphere", "orb": "sphere", "globe": "sphere", "marble": "sphere",
    "box": "box", "cube": "box", "block": "box", "package": "box", "carton": "box", "parcel": "box",
    "bottle": "bottle", "flask": "bottle", "perfume": "bottle", "flacon": "bottle",
    "cylinder": "cylinder", "can": "cylinder", "tin": "cylinder", "jar": "cylinder", "drum": "cylinder",
    "capsule": "capsule", "pill": "capsule", "tablet": "capsule", "lipstick": "capsule",
    "cone": "cone", "pyramid": "cone",
    "torus": "torus", "ring": "torus", "donut": "torus", "doughnut": "torus", "hoop": "torus",
}  # fmt: skip
"""Things that can stand in the scene."""

STANDS_IN: dict[str, Shape] = {
    "cup": "cylinder", "mug": "cylinder", "glass": "cylinder", "vase": "bottle", "candle": "cylinder",
    "phone": "box", "book": "box", "bag": "box", "shoe": "capsule", "sneaker": "capsule", "helmet": "sphere",
    "apple": "sphere", "tube": "capsule", "speaker": "cylinder", "lamp": "cone", "watch": "torus",
    "product": "bottle", "drink": "cylinder", "soda": "cylinder", "cream": "cylinder", "coffee": "cylinder",
}  # fmt: skip
"""Things that it has no shape for, and what is shown in their place: the notes say so."""

PANELS: dict[str, Shape] = {
    "panel": "box", "sign": "box", "card": "box", "poster": "box", "arch": "arch", "arc": "arch",
    "doorway": "arch", "disc": "disc", "disk": "disc", "circle": "disc", "sun": "disc",
}  # fmt: skip
"""Flat fields that stand behind."""

PODIUMS = frozenset({"podium", "plinth", "pedestal", "stage", "platform"})
LABELS = frozenset({"label", "band", "stripe", "sticker", "sleeve"})
BACKDROPS = frozenset({"backdrop", "background", "wall", "cyclorama", "sweep"})
FLOORS = frozenset({"floor", "table", "tabletop", "ground", "surface", "desk"})
LIGHTS = frozenset({"light", "lighting", "lit", "sunlight", "illumination", "daylight"})
GROUPS = {
    "pair": 2,
    "couple": 2,
    "duo": 2,
    "trio": 3,
    "several": 3,
    "some": 3,
    "group": 3,
    "few": 3,
    "set": 3,
}
NUMBERS = {
    "one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
}  # fmt: skip
MOST_THINGS, MOST_TOGETHER = 7, 12
"""Of one kind, and of all together."""

MATERIALS: dict[str, Material] = {
    "matte": "matte", "matt": "matte", "clay": "matte", "ceramic": "matte", "paper": "matte",
    "glossy": "glossy", "shiny": "glossy", "polished": "glossy", "lacquered": "glossy", "plastic": "glossy",
    "metal": "metal", "metallic": "metal", "chrome": "metal", "steel": "metal", "brass": "metal",
    "aluminium": "metal", "aluminum": "metal",
    "fabric": "fabric", "cloth": "fabric", "textile": "fabric", "knitted": "fabric", "woven": "fabric",
    "felt": "fabric", "wool": "fabric",
}  # fmt: skip

SOFTNESS = {
    "soft": 0.85, "diffuse": 0.95, "diffused": 0.95, "gentle": 0.85, "overcast": 0.95,
    "hard": 0.08, "harsh": 0.05, "crisp": 0.12, "dramatic": 0.1, "direct": 0.1, "spotlight": 0.08,
}  # fmt: skip
WARMTH = {"warm": 0.8, "golden": 0.9, "sunset": 0.9, "morning": 0.6, "cool": -0.8, "cold": -0.9, "icy": -0.8}
SIDES = {"left": -65.0, "right": 65.0, "front": 0.0, "behind": 150.0, "back": 150.0}
"""Where light comes from, degrees around the scene."""
TOP_LIGHT = frozenset({"top", "above", "overhead"})

CLOSE = frozenset({"close-up", "closeup", "close", "macro", "tight", "detail"})
WIDE = frozenset({"wide", "distant", "far", "long"})
TOP_VIEW = frozenset({"flatlay", "flat-lay", "birdseye", "bird's-eye", "top-down", "topdown"})
"""Besides 'top view', 'from above' and the like, which the parser puts together."""
EYE_LEVEL = frozenset({"eye-level", "low", "frontal"})

MOTIONS: dict[str, Motion] = {
    "turntable": "turntable", "rotating": "turntable", "rotate": "turntable", "spinning": "turntable",
    "spin": "turntable", "turning": "turntable", "rotation": "turntable",
    "orbit": "orbit", "orbiting": "orbit", "arc-shot": "orbit",
    "slide": "slide", "sliding": "slide", "dolly": "slide", "tracking": "slide", "pan": "slide",
    "push": "push", "push-in": "push", "zoom": "push", "zooming": "push",
}  # fmt: skip

COLOURS = {
    "cream": "#FFF4D6", "amber": "#FFB000", "mint": "#A8E6C8", "rose": "#E8748C", "charcoal": "#333A40",
    "burgundy": "#7A1230", "mustard": "#D9A514", "emerald": "#0B8F5A", "scarlet": "#D81E1E",
    "azure": "#0A7CFF", "terracotta": "#C2593A", "copper": "#B0643A", "bronze": "#9A6B35", "sand": "#E6D3AC",
}  # fmt: skip
"""Colour words beyond those of CSS, by usual values."""

NOT_COLOURS = frozenset({"linen", "snow", "chocolate", "tan", "peru"})
"""Names of CSS colours that mean something else in a prompt as often as not."""

JOINING = frozenset({"and", "&", "or"})
UPON = frozenset({"on", "against", "before"})
"""What a colour that stands alone behind such a word belongs to: the backdrop."""

_KNOWN = """
a an the of with in at by for to from is are its their it this that my our your no very into onto over under
near beside next behind all each made has have showing shows shot photo photograph picture image render
rendering rendered scene still life studio product products packshot photography advertising advert campaign
hero clean minimal minimalist minimalistic simple modern elegant premium beautiful pleasant seamless rounded
round smooth brand branded colour color coloured colored colours colors 3d video clip animation animated
loop camera view angle shadow shadows high quality standing stands stand composition arrangement stack
stacked big small large tall little object objects solid flat side in-frame centred centered middle exactly
exact hex palette only use using
"""
KNOWN = frozenset(_KNOWN.split())
"""Words that add nothing to what is shown anyway, or only tie others together."""
