"""``Recipe``: how a kept picture or clip was made, so that it can be looked up and made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from brandkit.errors import MediaError
from brandkit.generate.request import Request
from brandkit.media import texts
from brandkit.media.atomic import replacing
from brandkit.media.clip import Clip

KEYWORD = "brandkit:recipe"
"""Of the text in a PNG or video that holds its recipe."""
ENDING = ".recipe.json"
_LARGEST = 4_000_000

TryOutcome = Literal["passed", "corrected", "needs_review", "failed", "spoilt"]
"""``passed`` as it was generated, ``corrected`` passed after a correction; ``spoilt`` was no picture."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BrandUsed(_Frozen):
    """The brand that judged: its name, the sha256 of its guidelines, and its file."""

    name: str
    digest: str
    path: str | None = None


class Try(_Frozen):
    """One attempt.

    Attributes:
        number: from 1.
        request: what was asked for.
        remedies: why that differs from what was asked for before, a sentence each.
        outcome: what became of it.
        said: what failed or is to be looked at, a sentence each.
        notes: what the generator said.
        file: what was generated, where it was kept: a path beside the recipe.
        seconds: that it took, checks and correction included.
    """

    number: Annotated[int, Field(ge=1)]
    request: Request
    remedies: tuple[str, ...] = ()
    outcome: TryOutcome
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    file: str | None = None
    seconds: float = 0.0


class Recipe(_Frozen):
    """How one picture or clip was made.

    Attributes:
        generator: its id.
        opened: what it was opened with: ``model``, a folder or hub id, and what was added to it; nothing of
            ``builtin``.
        brand: that judged it.
        asked: what the person asked for.
        request: what it was made by in the end.
        checks: ids of the checks that judged it; ``None`` for all that were installed.
        inputs: sha256 of the files of ``anchor``, ``structure`` and ``style``.
        tries: all attempts, the one that was kept among them.
        kept: the number of that one.
        corrections: what was corrected after it, a sentence each.
        verdict: what the gate said of the file.
        pixels: sha256 of its frames, decoded.
        facts: what else the result depends on, such as the device.
        versions: of packages that can change a pixel.
        made: when, in UTC.
    """

    schema_: Annotated[Literal["brandkit.recipe/1"], Field(alias="schema")] = "brandkit.recipe/1"
    generator: str
    opened: dict[str, str] = {}
    brand: BrandUsed
    asked: Request
    request: Request
    checks: tuple[str, ...] | None = None
    inputs: dict[str, str] = {}
    tries: tuple[Try, ...]
    kept: int
    corrections: tuple[str, ...] = ()
    verdict: str
    pixels: str
    facts: dict[str, str] = {}
    versions: dict[str, str] = {}
    made: datetime | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def json_text(self) -> str:
        """The recipe as JSON, of two spaces' indent."""
        return self.model_dump_json(by_alias=True, indent=2)


def beside(path: Path) -> Path:
    """Where the recipe of a file lies: ``hero.png.recipe.json`` beside ``hero.png``."""
    return path.with_name(path.name + ENDING)


def save(recipe: Recipe, path: Path, others: Mapping[str, str] | None = None) -> None:
    """Write a recipe beside a file and, where its format can hold one, into it.

    Args:
        recipe: of the file.
        path: of the file.
        others: more texts for the file to carry, by keyword.

    Raises:
        OutputError: it cannot be written.
        MediaError: the file cannot be read.
    """
    if texts.embeds(path):
        own = json.dumps(json.loads(recipe.json_text()), separators=(",", ":"))
        texts.embed(path, {**(others or {}), KEYWORD: own})
    with replacing(beside(path)) as temporary:
        temporary.write_text(recipe.json_text() + "\n", encoding="utf-8")


def load(path: str | Path) -> Recipe:
    """The recipe of a file: the one in it, else the one beside it; or a recipe's own file.

    Raises:
        MediaError: there is none, or it cannot be read.
    """
    path = Path(path)
    text = None if path.name.endswith(ENDING) else texts.read(path, KEYWORD)
    source = path
    if text is None:
        source = path if path.name.endswith(ENDING) else beside(path)
        text = _text_of(source, path)
    try:
        return Recipe.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        raise MediaError(f"{source}: its recipe cannot be used: {place}: {first['msg']}") from None


def _text_of(source: Path, path: Path) -> str:
    try:
        if source.stat().st_size > _LARGEST:
            raise MediaError(f"{source}: is too large for a recipe")
        return source.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise MediaError(
            f"{path}: holds no recipe, and there is none beside it ({source.name}); "
            "brandkit writes one for each picture that it generates"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError(f"{source}: cannot be read as a recipe: {error}") from None


def pixels_of(clip: Clip) -> str:
    """sha256 of a clip's frames, ``uint8`` sRGB, frame by frame, each channel after the other."""
    digest = hashlib.sha256()
    for block in _blocks(clip):
        digest.update(block)
    return digest.hexdigest()


def _blocks(clip: Clip) -> Iterator[bytes]:
    for frames in clip.batches():
        yield frames.pixels.cpu().contiguous().numpy().tobytes()
