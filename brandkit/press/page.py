"""A palette on paper as one page, for who prints it and who signs it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from brandkit.press.show import conditions, tenths
from brandkit.press.swatches import Sheet
from brandkit.report.template import digest, environment

_CAPTIONS = (
    "As printed, to an eye that is used to the paper.",
    "The same, the paper's own colour included.",
    "Out of gamut where it is magenta.",
)
"""Of the pictures that ``files.write_proof`` writes, in its order."""


@dataclass(frozen=True, slots=True)
class Proofed:
    """A picture's proofs, for the page.

    Attributes:
        name: of the picture.
        said: what was found, a sentence.
        files: as ``files.write_proof`` wrote them, in the folder of the page.
    """

    name: str
    said: str
    files: Sequence[Path]

    @property
    def pictures(self) -> list[dict[str, str]]:
        """Addresses from the page, and captions."""
        return [
            {"file": quote(path.name), "said": said} for path, said in zip(self.files, _CAPTIONS, strict=True)
        ]


def render(sheet: Sheet, proofs: Sequence[Proofed] = ()) -> str:
    """The page; equal sheets give equal bytes. It loads only the proofs beside it, and runs nothing."""
    templates = environment()
    style = templates.get_template("report.css.j2").render()
    page = templates.get_template("print.html.j2").render(
        sheet=sheet,
        proofs=proofs,
        conditions=conditions(sheet),
        tenths=tenths,
        style=Markup(style),  # our own file, not a user's text
        style_digest=digest(style),
    )
    return page.strip() + "\n"
