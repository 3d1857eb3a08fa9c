"""``History``: what was done to a file and of what it was made, in the words of C2PA and of IPTC.

Actions are those of C2PA 2.2, section 18.15; ``digitalSourceType`` is a term of IPTC's NewsCodes
(https://cv.iptc.org/newscodes/digitalsourcetype/).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from brandkit.errors import MediaError

if TYPE_CHECKING:
    from brandkit.generate.recipe import Recipe

LABEL = "io.github.brandkit.made"
"""Of the assertion that names brand, recipe and pixels; by the project's own address, as C2PA asks."""
SCHEMA = "brandkit.made/1"

_TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TRAINED = _TERMS + "trainedAlgorithmicMedia"
"""Made by a model that was trained on other media."""
COMPOSITE_TRAINED = _TERMS + "compositeWithTrainedAlgorithmicMedia"
"""An existing picture, altered by such a model."""
ALGORITHMIC = _TERMS + "algorithmicMedia"
"""Made by an algorithm that was trained on nothing: a renderer."""
ENHANCED = _TERMS + "algorithmicallyEnhanced"
"""A smaller change by an algorithm that was trained on nothing, such as of colours."""

Relation = Literal["parentOf", "inputTo"]
"""``parentOf``: the file is this one, changed. ``inputTo``: it was made with this one as an input."""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A file that another one was made of.

    Attributes:
        path: of the file.
        relation: see ``Relation``.
        role: what it was, one word, such as ``input`` or ``anchor``; each once in a history.
    """

    path: Path
    relation: Relation
    role: str


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that was done.

    Attributes:
        name: as C2PA has it, such as ``c2pa.color_adjustments``.
        said: what was done, in words.
        source_type: the IPTC term, where the action decides it.
        agent: what did it, name and version, where that is not brandkit itself.
        of: roles of the ingredients that it concerns.
    """

    name: str
    said: str = ""
    source_type: str | None = None
    agent: tuple[str, str] | None = None
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What a file's credentials state.

    Attributes:
        actions: in order.
        ingredients: what they were done to.
        facts: brand, recipe and pixels, as they stand in the assertion ``LABEL``.
        when: of the actions, by this machine's own clock; ``None`` to leave it out.
    """

    actions: tuple[Action, ...]
    ingredients: tuple[Ingredient, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    when: datetime | None = None

    def manifest(self, title: str, media_type: str, version: str) -> dict[str, Any]:
        """The manifest definition that c2pa's ``Builder`` takes, its ingredients aside.

        Args:
            title: the file's name.
            media_type: of the file.
            version: of brandkit.
        """
        return {
            "claim_generator_info": [{"name": "brandkit", "version": version}],
            "title": title,
            "format": media_type,
            "assertions": [
                {"label": "c2pa.actions", "data": {"actions": [self._action(one) for one in self.actions]}},
                {"label": LABEL, "data": {"schema": SCHEMA, **self.facts}},
            ],
        }

    def _action(self, action: Action) -> dict[str, Any]:
        found: dict[str, Any] = {"action": action.name}
        if action.source_type is not None:
            found["digitalSourceType"] = action.source_type
        if action.agent is not None:
            found["softwareAgent"] = dict(zip(("name", "version"), action.agent, strict=True))
        if self.when is not None:
            found["when"] = self.when.isoformat().replace("+00:00", "Z")
        parameters: dict[str, Any] = {}
        if action.said:
            parameters["description"] = action.said
        if action.of:
            parameters["ingredientIds"] = list(action.of)
        if parameters:
            found["parameters"] = parameters
        return found


def of_correction(
    source: Path,
    said: Sequence[str],
    *,
    source_sha256: str,
    brand: tuple[str, str],
    converted: str = "",
    when: datetime | None = None,
) -> History:
    """The history of a picture or clip that was corrected.

    Args:
        source: what was corrected.
        said: what was done, a sentence each; nothing where it was on brand already.
        source_sha256: of the bytes of that.
        brand: name and digest of the brand that it was corrected to.
        converted: where the result has another format, or was encoded anew: to which, and how.
        when: see ``History``.
    """
    actions = [Action("c2pa.opened", of=("input",))]
    if said:
        actions.append(Action("c2pa.color_adjustments", ". ".join(said), ENHANCED))
    if converted:
        actions.append(Action("c2pa.transcoded", converted))
    facts: dict[str, Any] = {
        "brand": dict(zip(("name", "digest"), brand, strict=True)),
        "input": {"sha256": source_sha256},
    }
    if (recipe := _recipe_of(source)) is not None:
        facts["input_recipe"] = {"sha256": recipe_digest(recipe)}
    return History(tuple(actions), (Ingredient(source, "parentOf", "input"),), facts, when)


def of_generation(recipe: Recipe) -> History:
    """The history of a picture or clip that was generated; its ``when`` is that of the recipe."""
    enlarged = _enlarges(recipe)
    asked = recipe.request
    ingredients = tuple(
        Ingredient(path, "parentOf" if enlarged and role == "anchor" else "inputTo", role)
        for role, path in (("anchor", asked.anchor), ("structure", asked.structure), ("style", asked.style))
        if path is not None and path.is_file()
    )
    roles = tuple(one.role for one in ingredients)
    agent, said = _agent(recipe), _said(recipe)
    if enlarged:
        actions = [
            Action("c2pa.opened", of=roles),
            Action("c2pa.edited", f"enlarged by a model. {said}", COMPOSITE_TRAINED, agent),
        ]
    else:
        actions = [Action("c2pa.created", said, source_type(recipe), agent, roles)]
    if recipe.corrections:
        actions.append(Action("c2pa.color_adjustments", ". ".join(recipe.corrections), ENHANCED))
    facts = {
        "brand": {"name": recipe.brand.name, "digest": recipe.brand.digest},
        "recipe": {"schema": recipe.schema_, "sha256": recipe_digest(recipe)},
        "pixels": {"sha256": recipe.pixels},
        "verdict": recipe.verdict,
        "generator": recipe.generator,
        "seed": str(asked.seed),
    }
    return History(tuple(actions), ingredients, facts, recipe.made)


def recipe_digest(recipe: Recipe) -> str:
    """sha256 of a recipe's own file, ``NAME.recipe.json``."""
    return hashlib.sha256((recipe.json_text() + "\n").encode()).hexdigest()


def source_type(recipe: Recipe) -> str:
    """The IPTC term for what made it: ``builtin`` renders and was trained on nothing, all else was."""
    return ALGORITHMIC if _is_builtin(recipe) else TRAINED


def _is_builtin(recipe: Recipe) -> bool:
    return recipe.generator.partition(":")[0] == "builtin"


def _enlarges(recipe: Recipe) -> bool:
    """Whether a model enlarged a picture, which is that picture still."""
    return not _is_builtin(recipe) and recipe.request.anchor is not None and recipe.request.strength == 0


def _agent(recipe: Recipe) -> tuple[str, str]:
    name, _, version = recipe.generator.partition(":")
    return (f"brandkit {name}" if _is_builtin(recipe) else name), version or "unknown"


def _said(recipe: Recipe) -> str:
    request = recipe.request
    how = "rendered by the built-in renderer, which is no model" if _is_builtin(recipe) else "made by a model"
    words = f"; asked for: {request.prompt}" if request.prompt else ""
    given = [
        f"{role} {path.name}"
        for role, path in (
            ("anchor", request.anchor),
            ("structure", request.structure),
            ("style", request.style),
        )
        if path is not None
    ]
    strength = f" (strength {request.strength:g})" if request.anchor is not None else ""
    return f"{how}{words}" + (f"; from {', '.join(given)}{strength}" if given else "")


def _recipe_of(path: Path) -> Recipe | None:
    from brandkit.generate import recipe as recipes

    try:
        return recipes.load(path)
    except MediaError:
        return None  # most pictures were not generated here
