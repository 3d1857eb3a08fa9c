"""A brand that is being changed: a folder of its files for this change alone, saved as a version."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit import brand_edit
from brandkit.brand import Brand
from brandkit.brand_edit import GUIDELINES
from brandkit.errors import BrandError, BrandkitError, MediaError
from brandkit.store import brands
from brandkit.store.blobs import safe_name
from brandkit.store.filed import BrandVersion
from brandkit.swatch import fold

if TYPE_CHECKING:
    from brandkit.brand_references import Role
    from brandkit.store.store import Store

LARGEST_BYTES = 1 << 20
"""Of a brand file."""
_REFERENCES, _LOGOS = "references", "logos"
_NAMED = 8


@dataclass(frozen=True, slots=True)
class Draft:
    """A brand's files in a folder of their own.

    Attributes:
        root: the folder.
        file: the brand file in it.
        of: the version it was made from; ``None`` for a new brand.
    """

    root: Path
    file: Path
    of: BrandVersion | None

    def text(self) -> str:
        """The brand file's text."""
        return self.file.read_text(encoding="utf-8")

    def write(self, text: str) -> Brand:
        """Put another text in its place, and read it as a brand.

        Raises:
            BrandError: something in it is wrong; the line names the file by its name alone.
        """
        data = text.encode()
        if len(data) > LARGEST_BYTES:
            raise BrandError(f"{self.file.name}: is larger than 1 MiB; a brand file is far smaller")
        try:
            brand_edit.fence(data, self.file, self.root)
            self.file.write_bytes(data)
            brand = Brand.load(self.file)
        except BrandkitError as error:
            raise BrandError(str(error).replace(f"{self.file.parent}/", "")) from error
        if self.of is not None and fold(brand.name) != fold(self.of.brand):
            raise BrandError(
                f"{self.file.name}: the brand is called {self.of.brand}; upload another one as a new brand"
            )
        return brand

    def add_references(
        self, files: Sequence[tuple[str, bytes]], *, role: Role, who: str, why: str
    ) -> tuple[Brand, tuple[str, ...]]:
        """Put pictures among the references.

        Args:
            files: name and content of each; the name is made safe, and never a path.
            role: ``counter`` for those that were rejected.
            who, why: on record in the list.

        Returns:
            The brand with them, and what a person should know.

        Raises:
            BrandkitError: one is no picture that can be read, or none is new.
        """
        from brandkit.style import references

        paths = self._put(_REFERENCES, files)
        try:
            change = references.add(self.file, paths, role=role, who=who, why=why)
        except BrandkitError as error:
            raise BrandError(str(error).replace(f"{self.file.parent}/", "")) from error
        notes = tuple(note.replace(f"{self.file.parent}/", "") for note in change.notes)
        return Brand.load(self.file), notes

    def _put(self, folder: str, files: Sequence[tuple[str, bytes]]) -> list[Path]:
        """Write files into a folder beside the brand file, each by its digest and a safe name."""
        (self.file.parent / folder).mkdir(exist_ok=True)
        paths = []
        for name, content in files:
            digest = hashlib.sha256(content).hexdigest()[:_NAMED]
            path = self.file.parent / folder / f"{digest}-{safe_name(name)}"
            path.write_bytes(content)
            paths.append(path)
        return paths

    def add_logo(self, name: str, files: Sequence[tuple[str, bytes]], rules: Mapping[str, object]) -> Brand:
        """Put a logo's pictures beside the brand file, and the logo into it, in place of one of that name.

        Args:
            name: of the logo.
            files: name and content of each variant; the name is made safe, and never a path.
            rules: how it may be used, by the fields of ``LogoRules``; what is not said stays as usual.

        Raises:
            BrandError: one is no picture that can be looked for, or a rule is wrong.
        """
        from brandkit.logo import artwork

        paths = self._put(_LOGOS, files)
        for path in paths:
            try:
                artwork.load(path)
            except MediaError as error:
                raise BrandError(str(error).replace(str(path), path.name.partition("-")[2])) from error
        entry = {"name": name, "files": [f"{_LOGOS}/{path.name}" for path in paths], **rules}
        return self.write(brand_edit.with_entry(self.text(), (*GUIDELINES, "logos"), name, entry))

    def lists_logo(self, name: str) -> bool:
        """Whether the file's own guidelines list a logo of that name, as a brand it extends may too."""
        listed = brand_edit.value(self.text(), (*GUIDELINES, "logos"))
        entries = listed if isinstance(listed, list) else []
        names = [entry.get("name") for entry in entries if isinstance(entry, dict)]
        return fold(name) in [fold(one) for one in names if isinstance(one, str)]

    def without_logo(self, name: str) -> Brand:
        """Take a logo out of the brand file.

        Raises:
            BrandError: the file is wrong without it.
        """
        return self.write(brand_edit.with_entry(self.text(), (*GUIDELINES, "logos"), name, None))

    def save(self, store: Store, brand: Brand, *, who: str, note: str) -> BrandVersion:
        """Keep it as the next version.

        Raises:
            StoreError: somebody saved another version since the one that this was made from.
        """
        return brands.save(
            store, brand, who=who, note=note, after=None if self.of is None else self.of.number
        )


@contextmanager
def of(store: Store, version: BrandVersion) -> Iterator[Draft]:
    """A draft of a version, as long as the block runs.

    Raises:
        StoreError: its files are gone.
        BrandError: it was built in Python, and has no file to change.
    """
    folder, main = brands.unpacked(store, version.id)
    if not main.endswith((".yml", ".yaml")):
        raise BrandError(f"{version.label} was built in Python; change it there, or export its palette")
    with tempfile.TemporaryDirectory(prefix="brandkit-draft-") as made:
        root = Path(made) / "brand"
        shutil.copytree(folder, root)
        yield Draft(root, root / main, version)


@contextmanager
def new(name: str) -> Iterator[Draft]:
    """A draft of a brand that there is not yet, as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="brandkit-draft-") as made:
        root = Path(made) / "brand"
        root.mkdir()
        stem = safe_name(name).partition(".")[0] or "brand"
        yield Draft(root, root / f"{stem}.brand.yml", None)
