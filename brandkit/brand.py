"""A brand as the engine sees it: its colours and what it allows.

Read from a standard ``_brand.yml`` (https://posit-dev.github.io/brand-yml) that holds our guidelines
under ``defaults.brandkit``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from brandkit import brand_file, brand_references
from brandkit.brand_references import Ledger
from brandkit.errors import BrandError
from brandkit.guidelines import FLASHES, FLICKER, STYLE, Delivery, Pairs, Proportions, Reviewed, Style
from brandkit.logo_guidelines import Logo
from brandkit.swatch import (
    MOST_SWATCHES,
    Coverage,
    Finish,
    Forbidden,
    Hex,
    Limit,
    Name,
    Share,
    Swatch,
    fold,
    quote,
)

__all__ = [
    "Brand",
    "Coverage",
    "Delivery",
    "Finish",
    "Forbidden",
    "Limit",
    "Logo",
    "Pairs",
    "Proportions",
    "Style",
    "Swatch",
]

_LATER = ("proportions", "pairs", "delivery", "style", "logos", "review")
_LATER_STYLE = ("encoder", "counter_references", "anchor")


class Brand(BaseModel):
    """A brand's colours and guidelines.

    Attributes:
        name: what people call it.
        swatches: its colours in the order of the file, 1 to 255; no two names that differ only in
            case, spaces or hyphens.
        forbidden: colours the guidelines rule out.
        off_palette: greatest share of pixels that may belong to no swatch, 0 to 1; ``None`` for any.
        background: ``#RRGGBB`` that transparent pixels are laid over.
        proportions: how its colours should be balanced, ``None`` where that is left open.
        pairs: colours that must, and those that must not, touch each other.
        delivery: what a finished file has to be, ``None`` for anything.
        style: what pictures should look like.
        logos: its logos and how they may be used; no two names that differ only in case, spaces or hyphens.
        required: ids of the checks without which there is no pass.
        review: ids of checks, or ``check.metric``, beyond whose limits a person decides.
        limits: check id to metric name to limit; ``limit`` is the way to ask.
        ledger: the pictures that were approved and rejected, and the limits set on them.
        path: the file it was read from.
        bases: the files that it extends, the nearest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Name
    swatches: tuple[Swatch, ...] = Field(min_length=1, max_length=MOST_SWATCHES)
    forbidden: tuple[Forbidden, ...] = ()
    off_palette: Share | None = None
    background: Hex = "#FFFFFF"
    proportions: Proportions | None = None
    pairs: Pairs = Pairs()
    delivery: Delivery | None = None
    style: Style = Style()
    logos: tuple[Logo, ...] = ()
    required: tuple[str, ...] = ("palette",)
    review: tuple[Reviewed, ...] = ()
    limits: Mapping[str, Mapping[str, Limit]] = {}
    ledger: Ledger = Ledger()
    path: Path | None = None
    bases: tuple[Path, ...] = ()

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read a brand file, and the nearest list of references beside it or a file that it extends.

        Raises:
            BrandError: the file cannot be read, or something in it is wrong: one line with the file,
                the line in it, the key and what to do.
        """
        content = brand_file.read(Path(path))
        brand = cls(**vars(content), path=Path(path))
        return brand.model_copy(update={"ledger": brand_references.read(brand.ledger_path).ledger})

    @property
    def ledger_path(self) -> Path:
        """Where the list of its references is, or would be; without a file, in the folder that one is in."""
        files = (self.path or Path(f"{self.name}.brand.yml"), *self.bases)
        lists = [brand_references.beside(file) for file in files]
        return next((path for path in lists if path.exists()), lists[0])

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        for what, group in (("colours", self.swatches), ("colours", self.forbidden), ("logos", self.logos)):
            names = [fold(entry.name) for entry in group]
            if len(set(names)) < len(names):
                raise ValueError(f"two {what} have names that differ only in case, spaces or hyphens")
        return self

    @model_validator(mode="after")
    def _guidelines_name_swatches(self) -> Self:
        known = {swatch.name for swatch in self.swatches}
        parts = self.proportions.parts if self.proportions else ()
        named = [name for part in parts for name in part.swatches]
        named += [name for pair in (*self.pairs.required, *self.pairs.forbidden) for name in pair]
        for name in named:
            if name not in known:
                raise ValueError(f"{quote(name)} names no swatch of this brand")
        return self

    @property
    def digest(self) -> str:
        """SHA-256, as hexadecimal, of all that can influence a verdict.

        The order of the swatches counts, since a pixel as near to one as to another goes to the first;
        the brand's name, its path, comments and the order of other keys do not. Of files that the style
        names, what is in them counts.
        """
        content = self.model_dump(mode="json", exclude={"name", "path", "bases", "ledger"})
        content["logos"] = [logo.content(self.folder) for logo in self.logos]
        content["required"] = sorted(set(self.required))
        content["review"] = sorted(set(self.review))
        for key in _LATER:
            # What says nothing leaves no trace, so that a file from before there was such a key keeps
            # its digest, and with it the reports that were made by it.
            if getattr(self, key) == Brand.model_fields[key].default:
                del content[key]
        for key in _LATER_STYLE:
            if getattr(self.style, key) == Style.model_fields[key].default and "style" in content:
                del content["style"][key]
        folder = self.path.parent if self.path is not None else Path()
        anchor = () if self.style.anchor is None else (self.style.anchor,)
        for key, patterns in (
            ("references", self.style.references),
            ("counter_references", self.style.counter_references),
            ("anchor", anchor),
        ):
            if shown := brand_references.contents(folder, patterns):
                content[f"{key} shown"] = shown
        if self.ledger.standing:
            content["ledger"] = self.ledger.content
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def folder(self) -> Path:
        """What paths in its guidelines are relative to."""
        return Path() if self.path is None else self.path.parent

    def by_name(self, name: str) -> Swatch:
        """The swatch of that name, whatever its case, spaces and hyphens.

        Raises:
            BrandError: there is none; the message lists those there are.
        """
        for swatch in self.swatches:
            if fold(swatch.name) == fold(name):
                return swatch
        known = ", ".join(swatch.name for swatch in self.swatches)
        raise BrandError(f"{self.name}: no swatch is called '{name}'; there are: {known}")

    def limit(
        self, check: str, metric: str, subject: str | None = None, basis: str | None = None
    ) -> Limit | None:
        """The limit of a check's metric, ``None`` where the brand sets none.

        ``subject`` is the swatch, forbidden colour or logo that was measured, by its exact name. The limits
        of the check ``palette`` come from the colours themselves, those of ``logo`` from the logos, those of
        ``proportion``, ``pairs`` and ``delivery`` from the guidelines of that name, those of ``flicker`` and
        ``flash`` from trials and standards, that of likeness from its calibration for the ``basis`` of the
        measurement; what ``limits`` says goes on top.
        """
        explicit = self.limits.get(check, {}).get(metric)
        inherent = self._inherent_limit(check, metric, subject, basis)
        return explicit if inherent is None else inherent.merged(explicit)

    def anchored(self, still: str | PathLike[str]) -> Self:
        """The brand with another anchor: a path as the caller has it, not relative to the brand file.

        Raises:
            BrandError: there is no such file.
        """
        if not Path(still).is_file():
            raise BrandError(f"{still}: the anchor is no file; give an approved still")
        anchor = Path(still).absolute().as_posix()
        return self.model_copy(update={"style": self.style.model_copy(update={"anchor": anchor})})

    def names(self, check: str) -> bool:
        """Whether it requires a check or limits one of its numbers."""
        return check in self.required or check in self.limits

    def reviews(self, check: str, metric: str) -> bool:
        """Whether a person decides where this metric is beyond its limit, rather than that it fails."""
        return check in self.review or f"{check}.{metric}" in self.review

    def _inherent_limit(
        self, check: str, metric: str, subject: str | None, basis: str | None
    ) -> Limit | None:
        match check:
            case "palette":
                return self._palette_limit(metric, subject)
            case "proportion":
                return self.proportions.limit(metric) if self.proportions else None
            case "pairs":
                return self.pairs.limit(metric)
            case "delivery":
                return self.delivery.limit(metric) if self.delivery else None
            case "logo":
                return next((logo.limit(metric) for logo in self.logos if logo.name == subject), None)
            case "flicker":
                return FLICKER.get(metric)
            case "flash":
                return FLASHES.get(metric)
            case "style":
                return self._style_limit(metric, basis)
        return None

    def _style_limit(self, metric: str, basis: str | None) -> Limit | None:
        if metric != "similarity":
            return STYLE.get(metric)
        found = None if basis is None else self.ledger.calibration(basis)
        return None if found is None else Limit(min=found.least)

    def _palette_limit(self, metric: str, subject: str | None) -> Limit | None:
        if metric == "off_palette":
            return None if self.off_palette is None else Limit(max=self.off_palette)
        if metric == "forbidden":
            return next((Limit(max=f.max) for f in self.forbidden if f.name == subject), None)
        swatch = next((s for s in self.swatches if s.name == subject), None)
        if swatch is not None and metric == "drift_de00":
            return Limit(max=swatch.tolerance)
        if swatch is not None and metric == "coverage" and swatch.coverage != Coverage():
            return Limit(min=swatch.coverage.min, max=swatch.coverage.max)
        return None
