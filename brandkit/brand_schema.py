"""The JSON Schema of the brand file, by which editors complete and check it.

Made from the models, so that it cannot fall behind them. To write the published file anew:
``python -m brandkit.brand_schema > brandkit/schemas/brand-1.schema.json``.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from brandkit.brand_colours import THEME
from brandkit.guidelines import Delivery, Pairs, Reviewed, Style
from brandkit.logo_guidelines import LogoRules
from brandkit.swatch import HEX_SCHEMA, Coverage, Forbidden, Limit, Name, Number, Share, SwatchSettings

Json = dict[str, Any]

NAME = "brand-1.schema.json"

_NOTES = ("description", "default", "examples")
_COLOUR: Json = {
    "description": "A HEX colour in quotes, or the name of another colour.",
    "anyOf": [HEX_SCHEMA, {"type": "string", "pattern": "^[^#]", "minLength": 1, "maxLength": 100}],
    "examples": ["#FF4F00", "blue"],
}

_COLOUR_REF: Json = {"$ref": "#/$defs/Colour"}

Colour = Annotated[str, WithJsonSchema(_COLOUR)]
CheckId = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"})]


class Origin(BaseModel):
    """What an imported palette said of a colour and the standard cannot hold.

    Attributes:
        name: what the colour was called.
        group: the groups it was in, the outermost first.
        value: its value in the colour space of the import.
        hex: the HEX that this became.
        kind: what kind of colour it was.
        description: what was said of it.
        extensions: what other programs keep with it, as JSON text.
    """

    name: str = ""
    group: list[str] = []
    value: str = ""
    hex: str = ""
    kind: Literal["process", "spot", "global"] | None = None
    description: str = ""
    extensions: str = ""


class Guidelines(BaseModel):
    """What brandkit checks.

    Attributes:
        extends: the brand that this one rests on: a path relative to this file, or the name of a shipped
            brand. What this file says goes over it, key by key; ``~`` takes a colour or a key away.
        swatches: settings of single colours, by name. A colour that is not listed has the defaults.
        forbidden: colours that the guidelines rule out, such as those of competitors.
        off_palette: greatest share of pixels that may be in none of the brand's colours.
        background: what transparent parts of a picture are laid over: a colour by name or HEX.
        proportions: how the brand's colours should be balanced: a share for each colour or role, and the
            ``tolerance`` of all of them.
        pairs: colours that must, and those that must not, touch each other.
        delivery: what a finished file has to be.
        style: what pictures should look like.
        logos: the brand's logos, and how they may be used; without this list, those of the section ``logo``.
        required: checks without which nothing passes.
        review: checks, or single numbers of them as ``check.metric``, beyond whose limits a person
            decides: the verdict is ``needs_review`` rather than ``failed``.
        limits: check to metric to limit; a bare number is a greatest value.
        origin: what an import found beyond name and HEX, by colour; an export gives it back.
    """

    extends: Annotated[str, WithJsonSchema({"type": "string", "minLength": 1})] = Field(
        examples=["volt", "../acme.brand.yml"]
    )
    swatches: dict[Name, SwatchSettings]
    forbidden: list[Forbidden] = Field(examples=[[{"name": "rival red", "hex": "#E4002B"}]])
    off_palette: Share
    background: Colour = "#FFFFFF"
    proportions: dict[Name, Share] = Field(
        examples=[{"primary": "60%", "secondary": "30%", "accent": "10%", "tolerance": "10%"}]
    )
    pairs: Pairs
    delivery: Delivery
    style: Style
    logos: list[LogoRules]
    required: list[CheckId] = Field(default=["palette"], examples=[["palette", "delivery"]])
    review: list[Reviewed] = Field(examples=[["delivery", "palette.coverage"]])
    limits: dict[str, dict[str, Number | Limit]] = Field(
        examples=[{"palette": {"drift_de00": {"warn": 1.5}}}]
    )
    origin: dict[Name, Origin]


GUIDELINES = tuple(Guidelines.model_fields)
"""The keys under ``defaults.brandkit``."""

_DOCUMENTED = (
    *(Guidelines, SwatchSettings, Coverage, Forbidden, Limit, Pairs, Delivery, Style, LogoRules, Origin),
)


_FIXED = {"Forbidden": ("name", "hex"), "LogoRules": ("name",), "Guidelines": ("extends",)}
"""Keys that cannot be taken away."""


def path() -> Path:
    """The published schema, as a file on this machine."""
    return Path(__file__).parent / "schemas" / NAME


def schema() -> Json:
    """The schema (JSON Schema, draft 2020-12), made from the models."""
    guidelines = Guidelines.model_json_schema(by_alias=False)
    definitions: Json = guidelines.pop("$defs")
    definitions["Guidelines"] = guidelines
    guidelines["properties"]["background"] = {**_COLOUR_REF, "default": "#FFFFFF"}
    for model in _DOCUMENTED:
        _document(definitions[model.__name__], model)
    for definition in definitions.values():
        _plain(definition)
    guidelines["additionalProperties"] = False
    # Under `extends`, an entry of a name that the file below has needs only what differs.
    definitions["Forbidden"]["required"] = ["name"]
    definitions["LogoRules"]["required"] = ["name"]
    definitions["Limit"]["minProperties"] = 1
    for name, definition in definitions.items():
        fixed = _FIXED.get(name, ())
        _let_take_away(definition, fixed)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "brandkit.brand/1",
        "description": "A brand file: the standard _brand.yml (https://posit-dev.github.io/brand-yml) "
        "with guidelines for brandkit under defaults.brandkit.",
        "type": "object",
        "additionalProperties": False,
        "properties": _sections(),
        "if": {"not": _holding("defaults", "brandkit", "extends")},
        "then": {
            "required": ["color"],
            "properties": {
                "color": {"$ref": "#/$defs/Whole"},
                "defaults": {
                    "properties": {
                        "brandkit": {
                            "$ref": "#/$defs/Whole",
                            "properties": {
                                "forbidden": {"items": {"required": ["name", "hex"]}},
                                "logos": {"items": {"required": ["name", "files"]}},
                            },
                        }
                    }
                },
            },
        },
        "$defs": {**definitions, "Colour": _COLOUR, "Whole": _whole()},
    }


def render() -> str:
    """The schema as the text of ``brand-1.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """What a model's docstring says of each attribute, in one line each."""
    _, _, listed = inspect.cleandoc(model.__doc__ or "").partition("Attributes:\n")
    entries = re.findall(r"^    (\w+): (.*(?:\n {5,}.*)*)", listed, re.MULTILINE)
    return {name: _sentence(" ".join(text.split())) for name, text in entries}


def _sentence(text: str) -> str:
    text = text.replace("``", "`")
    return text[0].upper() + text[1:]


def _document(definition: Json, model: type[BaseModel]) -> None:
    definition["description"] = _sentence(inspect.cleandoc(model.__doc__ or "").splitlines()[0])
    for name, text in descriptions(model).items():
        held = definition["properties"][name]
        definition["properties"][name] = {"description": text, **held}


def _plain(definition: Json) -> None:
    """Without what only matters to Python: titles, and ``None`` for what is not given."""
    definition.pop("title", None)
    definition.pop("required", None)
    for name, held in definition["properties"].items():
        held.pop("title", None)
        if held.get("default") in (None, "", []) or isinstance(held["default"], dict):
            held.pop("default", None)
        choices = [choice for choice in held.get("anyOf", ()) if choice != {"type": "null"}]
        if len(choices) == 1:
            del held["anyOf"]
            definition["properties"][name] = {**choices[0], **held}


def _let_take_away(definition: Json, fixed: tuple[str, ...]) -> None:
    """Let every key be null, which takes away what the file below says."""
    for name, held in definition["properties"].items():
        if name not in fixed:
            definition["properties"][name] = _or_null(held)
    for inner in _maps(definition):
        inner["additionalProperties"] = _or_null(inner["additionalProperties"])


def _maps(definition: Json) -> Iterator[Json]:
    """The mappings with free keys in a definition, those within others too."""
    for held in definition["properties"].values():
        for choice in held.get("anyOf", [held]):
            while isinstance(choice.get("additionalProperties"), dict):
                inner = choice
                choice = inner["additionalProperties"]
                yield inner


def _or_null(held: Json) -> Json:
    notes = {key: held[key] for key in _NOTES if key in held}
    rule = {key: value for key, value in held.items() if key not in _NOTES}
    return {**notes, "anyOf": [*_choices(rule), {"type": "null"}]}


def _choices(rule: Json) -> list[Json]:
    """The alternatives of a rule, those within alternatives too."""
    if "anyOf" not in rule:
        return [rule]
    return [inner for choice in rule["anyOf"] for inner in _choices(choice)]


def _sections() -> Json:
    theme = {role: _or_null({"description": f"The theme's {role} colour.", **_COLOUR_REF}) for role in THEME}
    palette = {
        "description": "The brand's colours, by name: a HEX colour in quotes, or the name of another.",
        "type": "object",
        "propertyNames": {"minLength": 1, "maxLength": 100},
        "additionalProperties": _or_null(_COLOUR_REF),
    }
    text_or_names = {
        "description": "The brand's name.",
        "anyOf": [{"type": "string"}, {"type": "object"}],
        "examples": ["Acme", {"full": "Acme Incorporated", "short": "Acme"}],
    }
    defaults = {
        "description": "What single tools keep; ours stands under brandkit.",
        "type": "object",
        "properties": {"brandkit": {"$ref": "#/$defs/Guidelines"}},
        "propertyNames": {"not": {"pattern": "^(?!brandkit$)[Bb][Rr][Aa][Nn][Dd][-_ ]?[Kk][Ii][Tt]s?$"}},
    }
    return {
        "meta": {
            "description": "Name, links and the like, as the standard has them.",
            "type": "object",
            "properties": {"name": text_or_names},
        },
        "logo": {
            "description": "As the standard has it; looked for, unless defaults.brandkit.logos lists others."
        },
        "color": {
            "description": "The palette, and which of its colours serve as what.",
            "type": "object",
            "additionalProperties": False,
            "properties": {"palette": palette, **theme},
        },
        "typography": {"description": "As the standard has it; not checked here."},
        "defaults": defaults,
    }


def _holding(key: str, *below: str) -> Json:
    rule: Json = {"type": "object", "required": [key]}
    return {**rule, "properties": {key: _holding(*below)}} if below else rule


def _whole() -> Json:
    """Nothing is null, however deep: a file that rests on no other has nothing to take away."""
    below = {"$ref": "#/$defs/Whole"}
    return {
        "description": "A value, and no empty one: YAML reads #FF4F00 without quotes as a comment.",
        "type": ["object", "array", "string", "number", "boolean"],
        "additionalProperties": below,
        "items": below,
    }


if __name__ == "__main__":
    sys.stdout.write(render())
