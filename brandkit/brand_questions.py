"""Ask a person for a new brand, one question at a time; what does not fit is asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, get_args

from pydantic import ValidationError

from brandkit.brand_answers import (
    TOLERANCES,
    Answers,
    ColourAnswer,
    Strictness,
    check_differs,
    parse_colour,
    parse_forbidden,
    parse_pair,
    parse_proportion,
    reason,
)
from brandkit.guidelines import Delivery, Pairs
from brandkit.swatch import Finish, parse_name, parse_share, quote

_Value = TypeVar("_Value")
Question = tuple[str, str, str, Callable[[str], object]]
"""Field of ``Answers``, question, default, and how the answer is read."""


class Prompter(Protocol):
    """Where the questions are put."""

    def ask(self, question: str, default: str) -> str:
        """One line from a person; ``default`` where they only press Enter."""

    def say(self, message: str) -> None:
        """Show one line."""


class TerminalPrompter:
    """Questions on standard error, so that standard output can go into a file."""

    def ask(self, question: str, default: str) -> str:
        """One line from a person; raises ``typer.Abort`` at the end of input and on Ctrl-C."""
        import typer

        return str(typer.prompt(question, default=default, show_default=bool(default), err=True))

    def say(self, message: str) -> None:
        """Show one line."""
        import typer

        typer.echo(message, err=True)


def ask(prompter: Prompter) -> Answers:
    """Put all questions; the answers fit together.

    Whatever the prompter raises where there is nobody to answer goes through.
    """
    given: dict[str, Any] = {"name": _until(prompter, "Name of the brand", "", parse_name)}
    prompter.say("Its colours, one by one.")
    given["colours"] = _colours(prompter)
    for key, question, default, parse in (*_QUESTIONS, *_pair_questions(given), *_delivery_questions(given)):

        def fitting(text: str, key: str = key, parse: Callable[[str], object] = parse) -> object:
            value = parse(text)
            Answers.model_validate({**given, key: value})
            return value

        given[key] = _until(prompter, question, default, fitting)
    return Answers.model_validate(given)


def _until(prompter: Prompter, question: str, default: str, parse: Callable[[str], _Value]) -> _Value:
    """Ask until the answer fits."""
    while True:
        text = prompter.ask(question, default).strip()
        try:
            return parse(text)
        except ValidationError as error:
            prompter.say(reason(error))
        except ValueError as error:
            prompter.say(str(error))


def _colours(prompter: Prompter) -> tuple[ColourAnswer, ...]:
    colours: list[ColourAnswer] = []

    def another(text: str) -> ColourAnswer | None:
        if not text and colours:
            return None
        colour = parse_colour(text)
        for earlier in colours:
            check_differs(colour, earlier)
        return colour

    while True:
        end = " (Enter: no more)" if colours else ", such as hero=#FF4F00"
        colour = _until(prompter, f"Colour {len(colours) + 1}: name=HEX{end}", "", another)
        if colour is None:
            return tuple(colours)
        role = _until(
            prompter,
            f"What {quote(colour.name)} is for: primary, product, logo … (Enter: nothing special)",
            "",
            _optional(parse_name),
        )
        finish = _until(prompter, "flat (graphics) or shaded (objects under light)", "flat", _one_of(Finish))
        colours.append(ColourAnswer(name=colour.name, hex=colour.hex, role=role, finish=finish))


def _one_of(choices: Any) -> Callable[[str], Any]:
    """One of the words of a ``Literal``, or as much of its beginning as tells it from the others."""
    words: tuple[str, ...] = get_args(choices)

    def parse(text: str) -> str:
        matches = [word for word in words if text and word.startswith(text.lower())]
        if len(matches) != 1:
            raise ValueError(f"{quote(text)} is not one of {', '.join(words)}")
        return matches[0]

    return parse


def _optional(parse: Callable[[str], _Value]) -> Callable[[str], _Value | None]:
    return lambda text: parse(text) if text else None


def _several(parse: Callable[[str], _Value]) -> Callable[[str], tuple[_Value, ...]]:
    return lambda text: tuple(parse(part.strip()) for part in text.split(",") if part.strip())


def _pair_questions(given: Mapping[str, Any]) -> Sequence[Question]:
    several = _several(parse_pair)

    def forbidden(text: str) -> Pairs:
        return Pairs(required=given["pairs"].required, forbidden=several(text))

    names = ", ".join(colour.name for colour in given["colours"])
    return (
        (
            "pairs",
            f"Colours that have to touch, such as one+other, …, of {names} (Enter: none)",
            "",
            lambda text: Pairs(required=several(text)),
        ),
        ("pairs", "Colours that may not touch, such as one+other, … (Enter: none)", "", forbidden),
    )


def _delivery_questions(given: Mapping[str, Any]) -> Sequence[Question]:
    def asking(key: str) -> Callable[[str], Delivery | None]:
        def parse(text: str) -> Delivery | None:
            before: Delivery | None = given.get("delivery")
            if not text:
                return before
            said = {} if before is None else {name: getattr(before, name) for name in before.model_fields_set}
            return Delivery.model_validate({**said, key: text if key in _SINGLE else _several(str)(text)})

        return parse

    return [("delivery", f"{question} (Enter: any)", "", asking(key)) for key, question in _DELIVERY.items()]


_STEPS = ", ".join(f"{name} {tolerance}" for name, (tolerance, _) in TOLERANCES.items())
_QUESTIONS: Sequence[Question] = (
    ("strictness", f"How near must a colour be, in CIEDE2000 ({_STEPS})", "balanced", _one_of(Strictness)),
    ("background", "What lies under transparent parts: a colour's name, or a HEX", "#FFFFFF", str),
    (
        "off_palette",
        "Greatest share of other colours, such as 20% (Enter: any)",
        "",
        _optional(parse_share),
    ),
    (
        "forbidden",
        "Colours that may not occur, such as rival red=#E4002B, … (Enter: none)",
        "",
        _several(parse_forbidden),
    ),
    (
        "proportions",
        "How much of each colour or role, such as primary=60%, … (Enter: any)",
        "",
        _several(parse_proportion),
    ),
    ("required", "Checks without which nothing passes", "palette", _several(parse_name)),
)
_DELIVERY = {
    "formats": "Formats of a finished file, such as png, jpeg, mp4",
    "sizes": "Sizes it may have, such as 1920x1080, 1080x1080",
    "aspects": "Shapes it may have, such as 16:9, 1:1",
    "max_bytes": "Greatest size of the file, such as 20MB",
    "fps": "Frame rates of a video, such as 24, 25",
    "max_duration": "Longest running time, such as 30s",
}
_SINGLE = ("max_bytes", "max_duration")
