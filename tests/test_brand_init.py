from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from brandkit import brand_schema
from brandkit.brand import Brand, Delivery, Forbidden, Pairs
from brandkit.brand_answers import TOLERANCES, Answers, ColourAnswer, from_flags
from brandkit.brand_init import init
from brandkit.brand_questions import ask
from brandkit.errors import BrandError

SHORT = Answers(
    name="Acme",
    colours=(ColourAnswer(name="hero", hex="#FF4F00"), ColourAnswer(name="ink", hex="#101820")),
)
FULL = Answers(
    name="Acme & Sons: #1",
    colours=(
        ColourAnswer(name="hero", hex="#FF4F00", role="primary", finish="shaded"),
        ColourAnswer(name="ink: dark, #1", hex="#101820", role="product"),
        ColourAnswer(name="on", hex="#F4F1EA", role="primary"),
    ),
    strictness="photographic",
    background="on",
    off_palette=0.07,
    forbidden=(Forbidden(name="rival 'red'", hex="#E4002B", tolerance=4, max=0.001),),
    proportions=(("primary", 0.6), ("ink: dark, #1", 0.123)),
    pairs=Pairs(required=(("hero", "on"),), forbidden=(("hero", "ink: dark, #1"),)),
    delivery=Delivery(
        sizes=("1920x1080",),  # type: ignore[arg-type]
        aspects=("1.91:1", "16:9"),  # type: ignore[arg-type]
        formats=("png", "mp4"),
        min_width=720,
        max_bytes="20MB",  # type: ignore[arg-type]
        fps=("24000/1001", 25),  # type: ignore[arg-type]
        max_duration=1 / 3,
    ),
    required=("palette", "delivery"),
)


def load(folder: Path, text: str) -> Brand:
    path = folder / "new.brand.yml"
    path.write_text(text, encoding="utf-8")
    return Brand.load(path)


def test_the_file_says_what_was_answered(tmp_path: Path) -> None:
    brand = load(tmp_path, init(FULL))
    assert brand.name == FULL.name
    assert [(s.name, s.hex, s.role, s.finish) for s in brand.swatches] == [
        (c.name, c.hex, c.role, c.finish) for c in FULL.colours
    ]
    assert {(s.tolerance, s.capture) for s in brand.swatches} == {TOLERANCES["photographic"]}
    assert (brand.background, brand.off_palette, brand.forbidden) == ("#F4F1EA", 0.07, FULL.forbidden)
    assert brand.proportions is not None
    assert [(p.name, p.share) for p in brand.proportions.parts] == [
        ("primary", 0.6),
        ("ink: dark, #1", 0.123),
    ]
    assert brand.proportions.parts[0].swatches == ("hero", "on")
    assert (brand.pairs, brand.delivery, brand.required) == (FULL.pairs, FULL.delivery, FULL.required)


@pytest.mark.parametrize("answers", [SHORT, FULL], ids=["short", "full"])
def test_every_key_is_there_with_a_remark(answers: Answers) -> None:
    text = init(answers)
    for key in brand_schema.GUIDELINES:
        before, *after = re.split(rf"^    #?{key}:", text, flags=re.MULTILINE)
        assert len(after) == 1, key
        assert before.splitlines()[-1].startswith("    # "), key
    for key in (*brand_schema.Delivery.model_fields, *brand_schema.Style.model_fields):
        assert re.search(rf"^    #?  #?{key}:", text, re.MULTILINE), key


@pytest.mark.parametrize("answers", [SHORT, FULL], ids=["short", "full"])
def test_every_example_can_be_used(answers: Answers, tmp_path: Path) -> None:
    text = re.sub(r"^( *)#(?=[a-z]|  )", r"\1", init(answers), flags=re.MULTILINE)
    assert not re.search(r"^ *#( {2,}|[^ ])", text, re.MULTILINE)
    assert "\n    extends: volt\n" in text
    brand = load(tmp_path, text.replace("    extends: volt\n", ""))
    assert brand.review == ("delivery", "palette.coverage")


@pytest.mark.parametrize("answers", [SHORT, FULL], ids=["short", "full"])
def test_the_file_validates_and_says_by_which_schema(answers: Answers) -> None:
    first, _, rest = init(answers, "../brand-1.schema.json").partition("\n")
    assert first == "# yaml-language-server: $schema=../brand-1.schema.json"
    Draft202012Validator(brand_schema.schema()).validate(yaml.safe_load(rest))
    assert init(answers).splitlines()[0].endswith(brand_schema.path().as_uri())


NASTY = st.text(
    st.one_of(st.sampled_from("#:'\"\\{}[],&*!|>%@`-? é😀ß~"), st.characters(codec="utf-8")), max_size=12
).filter(lambda text: bool(text.strip()) and text.isprintable())
WORDS = st.sampled_from(
    [
        "on",
        "null",
        "~",
        "<<",
        "012",
        "1e3",
        "yes",
        "tolerance",
        "primary",
        "a: b",
        "# a",
        "- a",
        "=",
        "palette",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(NASTY | WORDS, min_size=2, max_size=4), brand_name=NASTY | WORDS)
def test_any_name_comes_back_as_it_was(tmp_path: Path, names: list[str], brand_name: str) -> None:
    colours = tuple(
        ColourAnswer(name=name, hex=f"#{number:06X}", role=name) for number, name in enumerate(names, 1)
    )
    try:
        answers = Answers(
            name=brand_name,
            colours=colours,
            background=names[0],
            pairs=Pairs(required=((names[0], names[1]),)),
            proportions=tuple((name, 0.1) for name in names),
        )
    except ValidationError as error:
        assert re.search("differ at most in case|rename that colour", str(error))
        return
    brand = load(tmp_path, init(answers))
    assert [swatch.name for swatch in brand.swatches] == names
    assert brand.name == brand_name.strip()
    assert brand.pairs.required == ((names[0], names[1]),)


def test_flags_are_read() -> None:
    answers = from_flags(
        "Acme",
        ["hero=#ff4f00:primary:shaded", "a=b=101820", "paper=#F4F1EA::shaded"],
        strictness="strict",
        background="F4F1EA",
        off_palette="20%",
        forbidden=["rival red=#E4002B"],
        proportions=["primary=60%", "paper=0.1"],
        required_pairs=["hero+a=b"],
        forbidden_pairs=["hero + paper"],
        sizes=["1920x1080"],
        max_duration="30s",
    )
    assert answers == Answers(
        name="Acme",
        colours=(
            ColourAnswer(name="hero", hex="#FF4F00", role="primary", finish="shaded"),
            ColourAnswer(name="a=b", hex="#101820"),
            ColourAnswer(name="paper", hex="#F4F1EA", finish="shaded"),
        ),
        strictness="strict",
        background="#F4F1EA",
        off_palette=0.2,
        forbidden=(Forbidden(name="rival red", hex="#E4002B"),),
        proportions=(("primary", 0.6), ("paper", 0.1)),
        pairs=Pairs(required=(("hero", "a=b"),), forbidden=(("hero", "paper"),)),
        delivery=Delivery(sizes=("1920x1080",), max_duration="30s"),  # type: ignore[arg-type]
    )


HERO = ["hero=#FF4F00"]
BAD_FLAGS = {
    "no colours": (("A", []), {}, "colours: "),
    "no HEX": (("A", ["hero"]), {}, "'hero': write it such as hero=#FF4F00"),
    "bad HEX": (("A", ["hero=#12G"]), {}, "'hero=#12G': '#12G' is not a HEX colour"),
    "finish": (("A", ["hero=#111:x:matte"]), {}, "'hero=#111:x:matte': 'matte' is not one of 'flat' or"),
    "too much": (("A", ["hero=#111:x:flat:y"]), {}, "'hero=#111:x:flat:y': write name=HEX:role:finish"),
    "names alike": (("A", ["a b=#111", "A-B=#222"]), {}, "'a b' and 'A-B' differ at most in case"),
    "one HEX twice": (("A", ["a=#111", "b=#111111"]), {}, "'a' and 'b' are both #111111"),
    "strictness": (
        ("A", HERO),
        {"strictness": "lax"},
        "strictness: 'lax' is not one of 'strict', 'balanced'",
    ),
    "background": (("A", HERO), {"background": "sky"}, "'sky' is not a HEX colour"),
    "share": (("A", HERO), {"off_palette": "20"}, "off_palette: 20 is above 1; write a share"),
    "own forbidden": (("A", HERO), {"forbidden": ["x=#FF4F00"]}, "#FF4F00 is the brand's own 'hero'"),
    "proportion": (("A", HERO), {"proportions": ["x=1"]}, "there is no 'x'; there are hero"),
    "shares": (
        ("A", ["a=#111", "b=#222"]),
        {"proportions": ["a=60%", "b=0.5"]},
        "the shares add up to 110 %",
    ),
    "pair": (("A", HERO), {"required_pairs": ["hero"]}, "'hero' is no pair; write two colours"),
    "pair of nothing": (("A", HERO), {"required_pairs": ["hero+x"]}, "there is no 'x'; there are hero"),
    "size": (("A", HERO), {"sizes": ["big"]}, "sizes: 'big' is not a size"),
    "name": (("", HERO), {}, "name: '' is not a name"),
}


@pytest.mark.parametrize(("given", "more", "message"), BAD_FLAGS.values(), ids=BAD_FLAGS.keys())
def test_a_flag_that_does_not_fit_is_one_line(
    given: tuple[str, list[str]], more: dict[str, str | list[str]], message: str
) -> None:
    with pytest.raises(BrandError) as caught:
        from_flags(*given, **more)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)
    assert str(caught.value).isprintable()


class Person:
    """Answers from a list, and remembers what was said to them."""

    def __init__(self, *answers: str) -> None:
        self.answers: Iterator[str] = iter(answers)
        self.heard: list[str] = []

    def ask(self, question: str, default: str) -> str:
        """The next answer, the default for an empty one."""
        return next(self.answers) or default

    def say(self, message: str) -> None:
        """Remember it."""
        self.heard.append(message)


def test_pressing_enter_gives_a_brand_that_loads(tmp_path: Path) -> None:
    answers = ask(Person("Acme", "hero=FF4F00", *[""] * 20))
    assert answers == Answers(name="Acme", colours=(ColourAnswer(name="hero", hex="#FF4F00"),))
    assert load(tmp_path, init(answers)).name == "Acme"


def test_all_questions_are_put() -> None:
    person = Person(
        *("Acme", "hero=#FF4F00", "primary", "sh", "ink=#101820", "", "", ""),
        *("strict", "hero", "20%", "rival=#E4002B", "primary=60%, ink=30%", "palette, delivery"),
        *("hero+ink", "", "png, jpg", "1920x1080, 1080x1080", "16:9", "20MB", "25", "30s"),
    )
    assert ask(person) == Answers(
        name="Acme",
        colours=(
            ColourAnswer(name="hero", hex="#FF4F00", role="primary", finish="shaded"),
            ColourAnswer(name="ink", hex="#101820"),
        ),
        strictness="strict",
        background="hero",
        off_palette=0.2,
        forbidden=(Forbidden(name="rival", hex="#E4002B"),),
        proportions=(("primary", 0.6), ("ink", 0.3)),
        pairs=Pairs(required=(("hero", "ink"),)),
        delivery=Delivery(
            formats=("png", "jpg"),  # type: ignore[arg-type]
            sizes=("1920x1080", "1080x1080"),  # type: ignore[arg-type]
            aspects=("16:9",),  # type: ignore[arg-type]
            max_bytes="20MB",  # type: ignore[arg-type]
            fps=(25,),
            max_duration=30,
        ),
        required=("palette", "delivery"),
    )
    assert list(person.answers) == []


def test_what_does_not_fit_is_asked_again() -> None:
    person = Person(
        *(
            "",
            "Acme",
            "",
            "hero=#12G",
            "hero=#FF4F00",
            "",
            "matte",
            "",
            "ink=#FF4F00",
            "ink=#101820",
            "",
            "",
            "",
        ),
        *("lax", "", "sky", "", "20", "", "x=#FF4F00", "", "hero=60%, ink=50%", "", ""),
        *("hero+inky", "hero+ink", "ink+hero", "", "psd", "", "", "wide", "", "", "", ""),
    )
    answers = ask(person)
    assert (answers.name, len(answers.colours), answers.pairs.required) == ("Acme", 2, (("hero", "ink"),))
    assert len(person.heard) == 15
    assert person.heard[-3:] == [
        "'hero' and 'ink' are both required and forbidden; keep one",
        "'psd' is not one of apng, avi, avif, bmp, gif, heic, jpeg, mkv, mov, mp4, mpeg, mxf, png, tiff, ts, "
        "webm, webp, y4m",
        "'wide' is not an aspect; write width:height, such as '16:9'",
    ]
