"""What a terminal and other programs are shown of credentials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from brandkit.credentials.found import Credentials, Done, Part, State

SCHEMA = "brandkit.credentials/1"

_VERDICTS: dict[State, tuple[str, str]] = {
    "trusted": ("VALID", "bold green"),
    "unknown_signer": ("SIGNER UNKNOWN", "bold yellow"),
    "invalid": ("INVALID", "bold red"),
    "none": ("NO CREDENTIALS", "bold yellow"),
}
_RELATIONS = {"parentOf": "it is this file, changed", "inputTo": "an input", "componentOf": "a part of it"}
_DIGITS = 12


def print_credentials(files: Sequence[Credentials], console: Console | None = None) -> None:
    """Print of each file who signed it, whether it holds, and what it says was done."""
    for found in files:
        _print_one(found, console or Console())


def _print_one(found: Credentials, console: Console) -> None:
    word, style = _VERDICTS[found.state]
    console.print(Text.assemble((word, style), f"  {_plain(str(found.path))}"), soft_wrap=True)
    for reason in found.reasons:
        console.print(Text(f"  {_plain(reason)}"), soft_wrap=True)
    for name, value in _rows(found):
        console.print(Text.assemble((f"  {name:14}", "bold"), _plain(value)), soft_wrap=True)


def as_json(found: Sequence[Credentials]) -> dict[str, Any]:
    """The same for other programs, as a dictionary."""
    return {"schema": SCHEMA, "files": [{**asdict(one), "path": one.path.as_posix()} for one in found]}


def _rows(found: Credentials) -> Iterator[tuple[str, str]]:
    if found.signer is not None:
        by = found.signer.name
        if found.signer.organisation not in ("", by):
            by += f", {found.signer.organisation}"
        yield "signed by", f"{by} ({found.signer.algorithm}, certificate {found.signer.serial})"
        yield "when", _when(found)
    if found.software:
        yield "written by", found.software
    for done in found.actions:
        yield "done", _done(done)
    for part in found.ingredients:
        yield "made of", _part(part)
    facts = found.facts or {}
    if isinstance(brand := facts.get("brand"), dict):
        yield "brand", f"{brand.get('name')} ({str(brand.get('digest'))[:_DIGITS]}…)"
    for key, name in (("recipe", "recipe"), ("input_recipe", "input recipe")):
        if isinstance(facts.get(key), dict):
            beside = {
                True: ", the one that lies beside it",
                False: ", NOT the one that lies beside it",
                None: "",
            }
            lies = beside[found.recipe_beside] if key == "recipe" else ""
            yield name, f"sha256 {facts[key].get('sha256')}{lies}"
    if found.signer is not None:
        yield "file", {True: "changed since", False: "as it was signed", None: "not known"}[found.changed]
        if found.pixels_changed is not None:
            yield "pixels", "changed since" if found.pixels_changed else "as they were signed"


def _when(found: Credentials) -> str:
    assert found.signer is not None
    if found.signer.time is not None:
        known = "a time stamp" if found.signer.time_trusted else "a time stamp for which nobody vouches"
        return f"{found.signer.time}, by {known}"
    stated = next((done.when for done in reversed(found.actions) if done.when), None)
    if stated is None:
        return "not stated"
    return f"{stated}, by the signer's own clock: no time stamp proves it"


def _done(done: Done) -> str:
    said = done.name.removeprefix("c2pa.").replace("_", " ")
    if done.said:
        said += f": {done.said}"
    if done.source_type:
        said += f" [{done.source_type.rsplit('/', 1)[-1]}]"
    return said + (f", by {done.agent}" if done.agent else "")


def _part(part: Part) -> str:
    said = f"{part.title}: {_RELATIONS.get(part.relation, part.relation)}"
    if part.role and part.role != "input":
        said += f", the {part.role}"
    if part.signed_by is None:
        return said + "; without credentials of its own"
    done = ", ".join(action.removeprefix("c2pa.").replace("_", " ") for action in part.actions)
    said = f"{said}; signed by {part.signed_by}" + (f" ({done})" if done else "")
    return said + (f"; NOT as it was signed: {', '.join(part.faults)}" if part.faults else "")


def _plain(text: str) -> str:
    """Without what could steer a terminal: anybody can write credentials."""
    return "".join(c if c.isprintable() else " " for c in text)
