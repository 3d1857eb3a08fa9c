from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from brandkit.brand import Brand, Delivery, Limit, Pairs, Proportions, Style, Swatch
from brandkit.errors import BrandError
from brandkit.guidelines import Part
from brandkit.measures import Aspect, Size

COLOURS = """\
color:
  palette:
    hero: "#FF4F00"
    ink: "#101820"
    sun: "#FFE600"
    paper: "#F4F1EA"
    jet: ink
  primary: hero
defaults:
  brandkit:
"""
ACCENTS = "    swatches:\n      sun: {role: accent}\n      paper: {role: accent}\n"
FIRST = COLOURS.count("\n") + 1
"""The line on which the guidelines begin."""


def load(folder: Path, guidelines: str) -> Brand:
    path = folder / "acme.brand.yml"
    path.write_text(COLOURS + guidelines, encoding="utf-8")
    return Brand.load(path)


def error(folder: Path, guidelines: str) -> str:
    with pytest.raises(BrandError) as caught:
        load(folder, guidelines)
    return str(caught.value).removeprefix(f"{folder}/acme.brand.yml:")


def test_a_file_without_such_guidelines_has_none(tmp_path: Path) -> None:
    brand = load(tmp_path, "    required: [palette]\n")
    assert (brand.proportions, brand.pairs, brand.delivery, brand.style) == (None, Pairs(), None, Style())
    assert (brand.review, brand.bases) == ((), ())


def test_proportions_are_by_name_role_or_theme(tmp_path: Path) -> None:
    brand = load(
        tmp_path, ACCENTS + "    proportions: {primary: 60%, jet: 0.3, accent: 10%, tolerance: 5%}\n"
    )
    assert brand.proportions == Proportions(
        parts=(
            Part(name="primary", swatches=("hero",), share=0.6),
            Part(name="jet", swatches=("ink",), share=0.3),
            Part(name="accent", swatches=("sun", "paper"), share=0.1),
        ),
        tolerance=0.05,
    )
    assert brand.limit("proportion", "deviation", "accent") == Limit(max=0.05)


def test_proportions_may_miss_by_a_tenth_unless_said_otherwise(tmp_path: Path) -> None:
    brand = load(
        tmp_path, "    proportions: {hero: 60%}\n    limits: {proportion: {deviation: {warn: 5%}}}\n"
    )
    assert brand.limit("proportion", "deviation") == Limit(max=0.1, warn=0.05)


def test_a_colour_comes_before_a_role_of_its_name(tmp_path: Path) -> None:
    brand = load(tmp_path, "    swatches: {sun: {role: ink}}\n    proportions: {ink: 60%}\n")
    assert brand.proportions is not None
    assert brand.proportions.parts[0].swatches == ("ink",)


def test_pairs_are_of_swatches_in_any_order_and_each_once(tmp_path: Path) -> None:
    brand = load(
        tmp_path, "    pairs: {required: [[hero, jet], [ink, primary]], forbidden: [[sun, paper]]}\n"
    )
    assert brand.pairs == Pairs(required=(("hero", "ink"),), forbidden=(("sun", "paper"),))
    assert brand.limit("pairs", "required_pair", "hero + ink") == Limit(min=0.02)
    assert brand.limit("pairs", "forbidden_pair") == Limit(max=0.02)


def test_limits_of_pairs_can_be_set(tmp_path: Path) -> None:
    brand = load(
        tmp_path,
        "    pairs: {required: [[hero, ink]]}\n    limits: {pairs: {required_pair: {min: 10%}}}\n",
    )
    assert brand.limit("pairs", "required_pair") == Limit(min=0.1)
    assert brand.limit("pairs", "forbidden_pair") is None


DELIVERY = """\
    delivery:
      sizes: [1920x1080, 1080 × 1080]
      min_width: 720
      max_height: "1920"
      aspects: ["16:9", 16/9, 1.91:1]
      aspect_tolerance: 2%
      formats: [PNG, jpg, .mp4]
      max_bytes: 1.5 MB
      fps: [25, 24000/1001]
      max_duration: 0.5min
"""


def test_delivery_is_read_as_people_write_it(tmp_path: Path) -> None:
    assert load(tmp_path, DELIVERY).delivery == Delivery(
        sizes=(Size(1920, 1080), Size(1080, 1080)),
        min_width=720,
        max_height=1920,
        aspects=(Aspect(16, 9), Aspect(16, 9), Aspect(1.91, 1)),
        aspect_tolerance=0.02,
        formats=("png", "jpeg", "mp4"),
        max_bytes=1_500_000,
        fps=(25.0, 24000 / 1001),
        max_duration=30.0,
    )


@pytest.mark.parametrize(
    ("metric", "limit"),
    [
        ("size", Limit(max=0)),
        ("width", Limit(min=720)),
        ("height", Limit(max=1920)),
        ("aspect", Limit(max=0.02)),
        ("format", Limit(max=0)),
        ("bytes", Limit(max=1_500_000)),
        ("fps_off", Limit(max=0.01)),
        ("duration_s", Limit(max=30)),
        ("unheard_of", None),
    ],
)
def test_delivery_sets_limits(tmp_path: Path, metric: str, limit: Limit | None) -> None:
    assert load(tmp_path, DELIVERY).limit("delivery", metric) == limit


@pytest.mark.parametrize(
    "metric", ["size", "width", "height", "aspect", "format", "bytes", "fps_off", "duration_s"]
)
def test_what_delivery_does_not_say_may_be_anything(tmp_path: Path, metric: str) -> None:
    assert load(tmp_path, "    delivery: {}\n").limit("delivery", metric) is None
    assert load(tmp_path, "    required: []\n").limit("delivery", metric) is None


def test_an_aspect_without_quotes_stays_one(tmp_path: Path) -> None:
    brand = load(tmp_path, "    delivery:\n      aspects:\n        - 16:9\n")
    assert brand.delivery is not None
    assert [str(aspect) for aspect in brand.delivery.aspects] == ["16:9"]


def test_style_is_kept(tmp_path: Path) -> None:
    brand = load(
        tmp_path, "    style: {references: [refs/*.jpg], more_like: [calm], less_like: [neon, crowd]}\n"
    )
    assert brand.style == Style(references=("refs/*.jpg",), more_like=("calm",), less_like=("neon", "crowd"))


def test_review_names_checks_and_their_numbers(tmp_path: Path) -> None:
    brand = load(tmp_path, "    review: [delivery, palette.coverage]\n")
    assert brand.reviews("delivery", "size")
    assert brand.reviews("palette", "coverage")
    assert not brand.reviews("palette", "drift_de00")


def test_origin_is_let_pass_for_any_name_of_a_colour(tmp_path: Path) -> None:
    plain = load(tmp_path, "    required: [palette]\n")
    kept = load(tmp_path, '    origin: {hero: {kind: spot}, jet: {group: [a]}, "*": {extensions: "{}"}}\n')
    assert kept == plain
    assert kept.digest == plain.digest


WRONG = {
    "a share of no colour": (
        "    proportions: {heroo: 60%}\n",
        "0: defaults.brandkit.proportions.heroo: names no colour and no role of this brand; "
        "did you mean 'hero'?",
    ),
    "a share of a role that is misspelled": (
        ACCENTS + "    proportions: {acent: 60%}\n",
        "3: defaults.brandkit.proportions.acent: names no colour and no role of this brand; "
        "did you mean 'accent'?",
    ),
    "a share that is none": (
        "    proportions:\n      hero: 60\n",
        "1: defaults.brandkit.proportions.hero: '60' is not a share; "
        "write 0 to 1 or a percentage, such as 5%",
    ),
    "shares beyond the whole": (
        "    proportions: {hero: 60%, ink: 50%}\n",
        "0: defaults.brandkit.proportions: the shares add up to 110 %, above 100 %: 'hero' 60 %, 'ink' 50 %",
    ),
    "a colour in two shares": (
        ACCENTS + "    proportions: {sun: 20%, accent: 20%}\n",
        "3: defaults.brandkit.proportions: 'sun' counts in both 'sun' and 'accent'",
    ),
    "no shares": (
        "    proportions: {tolerance: 5%}\n",
        "0: defaults.brandkit.proportions: holds no shares; give colours or roles theirs, "
        "such as primary: 60%",
    ),
    "shares as a list": ("    proportions: [60%]\n", "0: defaults.brandkit.proportions: must hold keys"),
    "a pair of no colour": (
        "    pairs:\n      required:\n        - [hero, inky]\n",
        "2: defaults.brandkit.pairs.required[0]: 'inky' names no colour of this brand; did you mean 'ink'?",
    ),
    "a pair of three": (
        "    pairs: {required: [[hero, ink, sun]]}\n",
        "0: defaults.brandkit.pairs.required[0]: must be two colours, such as [blue, white]",
    ),
    "a pair of one colour": (
        "    pairs: {required: [[jet, ink]]}\n",
        "0: defaults.brandkit.pairs.required[0]: 'jet' and 'ink' are one colour; give two",
    ),
    "pairs without inner lists": (
        "    pairs: {required: [hero, ink]}\n",
        "0: defaults.brandkit.pairs.required[0]: must be a list of two colours, such as [blue, white] "
        "(and 1 more)",
    ),
    "a pair both required and forbidden": (
        "    pairs:\n      required: [[hero, ink]]\n      forbidden: [[jet, hero]]\n",
        "2: defaults.brandkit.pairs.forbidden[0]: 'ink' and 'hero' are both required and forbidden; keep one",
    ),
    "an unknown kind of pair": (
        "    pairs: {require: []}\n",
        "0: defaults.brandkit.pairs.require: unknown key; did you mean 'required'?",
    ),
    "a size that is none": (
        "    delivery:\n      sizes:\n        - 1920x1080\n        - 1080p\n",
        "3: defaults.brandkit.delivery.sizes[1]: '1080p' is not a size; "
        "write width and height in pixels, such as 1920x1080",
    ),
    "a size of nothing": (
        "    delivery: {sizes: [0x1080]}\n",
        "0: defaults.brandkit.delivery.sizes[0]: '0x1080' is not a size; "
        "write width and height in pixels, such as 1920x1080",
    ),
    "a single size": (
        "    delivery: {sizes: 1920x1080}\n",
        "0: defaults.brandkit.delivery.sizes: must be a list of values, such as [1920x1080, 1080x1080]",
    ),
    "an aspect that is none": (
        "    delivery: {aspects: [wide]}\n",
        "0: defaults.brandkit.delivery.aspects[0]: 'wide' is not an aspect; "
        "write width:height, such as '16:9'",
    ),
    "an aspect of nothing": (
        '    delivery: {aspects: ["16:0"]}\n',
        "0: defaults.brandkit.delivery.aspects[0]: '16:0' is not an aspect; "
        "write width:height, such as '16:9'",
    ),
    "an unknown format": (
        "    delivery: {formats: [psd]}\n",
        "0: defaults.brandkit.delivery.formats[0]: 'psd' is not one of apng, avi, avif, bmp, gif, heic, "
        "jpeg, mkv, mov, mp4, mpeg, mxf, png, tiff, ts, webm, webp, y4m",
    ),
    "a unit that is none": (
        "    delivery: {max_bytes: 20 Mbit}\n",
        "0: defaults.brandkit.delivery.max_bytes: '20 Mbit' is not a number of bytes; "
        "write it such as 20MB (units: b, kb, mb, gb, kib, mib, gib)",
    ),
    "no time at all": (
        "    delivery: {max_duration: 0s}\n",
        "0: defaults.brandkit.delivery.max_duration: '0s' is not a duration; "
        "write it such as 30s (units: ms, s, min, h)",
    ),
    "a frame rate by zero": (
        "    delivery: {fps: [30/0]}\n",
        "0: defaults.brandkit.delivery.fps[0]: '30/0' is not a frame rate; "
        "write Hz, such as 25 or 30000/1001",
    ),
    "half a pixel": (
        "    delivery: {min_width: 720.5}\n",
        "0: defaults.brandkit.delivery.min_width: 720.5 is not a whole number",
    ),
    "sides the wrong way round": (
        "    delivery: {min_width: 720, max_width: 320}\n",
        "0: defaults.brandkit.delivery: min_width (720) is above max_width (320)",
    ),
    "an unknown key of delivery": (
        "    delivery: {size: [1x1]}\n",
        "0: defaults.brandkit.delivery.size: unknown key; did you mean 'sizes'?",
    ),
    "an empty phrase": (
        '    style: {more_like: [""]}\n',
        "0: defaults.brandkit.style.more_like[0]: '' cannot be used; write 1 to 1000 printable characters",
    ),
    "a phrase that is a mapping": (
        "    style: {more_like: [{a: b}]}\n",
        "0: defaults.brandkit.style.more_like[0]: must be a single value",
    ),
    "a review of no check": (
        "    review: [palette.coverage.max]\n",
        "0: defaults.brandkit.review[0]: 'palette.coverage.max' is no check; "
        "write one such as delivery, or palette.coverage",
    ),
    "an origin of no colour": (
        "    origin: {heroo: {}}\n",
        "0: defaults.brandkit.origin.heroo: names no colour of this brand; did you mean 'hero'?",
    ),
    "an origin that is a list": ("    origin: [hero]\n", "0: defaults.brandkit.origin: must hold keys"),
    "a limit of pairs that nothing can keep": (
        "    pairs: {required: [[hero, ink]]}\n    limits: {pairs: {required_pair: 0.01}}\n",
        "1: defaults.brandkit.limits.pairs.required_pair: min (0.02) is above max (0.01); "
        "a bare number is a max; give min and max by name",
    ),
}


@pytest.mark.parametrize(("guidelines", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_guidelines_say_wrong(tmp_path: Path, guidelines: str, message: str) -> None:
    below, _, text = message.partition(":")
    assert error(tmp_path, guidelines) == f"{FIRST + int(below)}:{text}"


@pytest.mark.parametrize(
    "added",
    [
        "    proportions: {hero: 60%}\n",
        "    pairs: {required: [[hero, ink]]}\n",
        "    pairs: {forbidden: [[hero, ink]]}\n",
        "    delivery: {fps: [25]}\n",
        "    style: {more_like: [calm]}\n",
        "    review: [palette]\n",
    ],
)
def test_the_digest_changes_with_a_guideline(tmp_path: Path, added: str) -> None:
    plain = load(tmp_path, "    required: [palette]\n").digest
    assert load(tmp_path, "    required: [palette]\n" + added).digest != plain


def test_guidelines_that_say_nothing_leave_the_digest(tmp_path: Path) -> None:
    # Reports that were made before there were such keys stay valid.
    plain = load(tmp_path, "    required: [palette]\n").digest
    empty = "    pairs: {}\n    style: {}\n    review: []\n"
    assert load(tmp_path, "    required: [palette]\n" + empty).digest == plain


def test_guidelines_built_in_code_follow_the_same_rules() -> None:
    swatches = (Swatch(name="a", hex="#111"), Swatch(name="b", hex="#222"))
    with pytest.raises(ValidationError, match="'c' names no swatch"):
        Brand(name="x", swatches=swatches, pairs=Pairs(required=(("a", "c"),)))
    with pytest.raises(ValidationError, match="both required and forbidden"):
        Pairs(required=(("a", "b"),), forbidden=(("b", "a"),))
    with pytest.raises(ValidationError, match="add up to 120 %"):
        Proportions(
            parts=(Part(name="a", swatches=("a",), share=0.6), Part(name="b", swatches=("b",), share=0.6))
        )
