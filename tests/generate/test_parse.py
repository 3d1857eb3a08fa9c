"""Prompts, read into what they ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit.brand import Brand
from brandkit.generate.scene.parse import parse

PALETTES = Path(__file__).parent.parent.parent / "palettes"
ORBITAL = Brand.load(PALETTES / "orbital.brand.yml")
GOVUK = Brand.load(PALETTES / "govuk.brand.yml")


def names(paints: object) -> list[str]:
    return [paint.name for paint in paints]  # type: ignore[attr-defined]


def test_a_sentence_is_read_whole() -> None:
    wish = parse(
        "Two glossy international orange bottles and a gold metal sphere on a podium, paper backdrop, "
        "soft warm light from the left, close-up, turntable",
        ORBITAL,
    )
    first, second = wish.things
    assert (first.shape, first.count, first.material) == ("bottle", 2, "glossy")
    assert names(first.paints) == ["international-orange"]
    assert (second.shape, second.material, names(second.paints)) == ("sphere", "metal", ["visor-gold"])
    assert wish.podium == () and wish.backdrop is not None and wish.backdrop.name == "paper"
    assert (wish.softness, wish.warmth, wish.side) == (0.85, 0.8, -65.0)
    assert (wish.view, wish.motion, wish.unread) == ("close", "turntable", [])


def test_a_name_with_its_hex_is_one_colour() -> None:
    wish = parse("a can in International Orange (#FF4F00)", ORBITAL)
    assert wish.hexes == ["#FF4F00"]
    assert names([*wish.colours, *wish.things[0].paints]) == ["international-orange"]


def test_a_hex_that_is_no_swatch_is_a_colour_of_its_own() -> None:
    (thing,) = parse("a #12ab9f box", ORBITAL).things
    assert names(thing.paints) == ["#12AB9F"]


@pytest.mark.parametrize(
    ("word", "swatch"),
    [("orange", "international-orange"), ("gold", "visor-gold"), ("black", "ink"), ("white", "paper")],
)
def test_a_colour_word_is_a_swatch(word: str, swatch: str) -> None:
    (thing,) = parse(f"a {word} box", ORBITAL).things
    assert names(thing.paints) == [swatch]


def test_a_swatch_name_comes_before_a_colour_word() -> None:
    (thing,) = parse("a teal accent cube", GOVUK).things
    assert names(thing.paints) == ["teal-accent"]


def test_two_words_may_be_one_colour() -> None:
    assert parse("a sky blue box", ORBITAL).unread == []


def test_a_colour_that_the_brand_has_not_is_noted() -> None:
    assert any("'green' is no colour of the brand" in note for note in parse("a green box", ORBITAL).notes)


def test_a_colour_behind_against_is_the_backdrop() -> None:
    wish = parse("an orange can against ink", ORBITAL)
    assert wish.backdrop is not None and wish.backdrop.name == "ink"
    assert names(wish.things[0].paints) == ["international-orange"]


def test_colours_are_worn_in_turn() -> None:
    (thing,) = parse("orange and gold spheres", ORBITAL).things
    assert (thing.count, names(thing.paints)) == (2, ["international-orange", "visor-gold"])


def test_a_label_belongs_to_what_stands_before_it() -> None:
    (thing,) = parse("a bottle with an ink label", ORBITAL).things
    assert thing.label is not None and thing.label.name == "ink"


@pytest.mark.parametrize(
    ("prompt", "view", "overhead"),
    [
        ("top view of a box", "top", False),
        ("a box from above", "top", False),
        ("a box, light from above", None, True),
        ("a box, overhead light", None, True),
        ("top view of a box, lit from the top", "top", True),
    ],
)
def test_above_is_said_of_the_camera_or_of_the_light(prompt: str, view: str | None, overhead: bool) -> None:
    wish = parse(prompt, ORBITAL)
    assert (wish.view, wish.overhead) == (view, overhead)


def test_what_is_not_understood_is_listed_once() -> None:
    assert parse("a dreamy, dreamy box with holographic fur", ORBITAL).unread == [
        "dreamy",
        "holographic",
        "fur",
    ]


def test_what_stands_in_for_another_thing_is_noted() -> None:
    wish = parse("a mug", ORBITAL)
    assert wish.things[0].shape == "cylinder"
    assert wish.notes == ["a cylinder stands in for 'mug'"]


def test_numbers_stay_within_what_can_be_shown() -> None:
    assert parse("99 spheres", ORBITAL).things[0].count == 7


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_text_is_too_strange(text: str) -> None:
    parse(text, ORBITAL)
