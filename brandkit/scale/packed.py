"""A brand with all of its files, to be sent to machines that do not have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit.brand import Brand
from brandkit.errors import BrandkitError
from brandkit.store import brands

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True)
class Packed:
    """A brand's files.

    Attributes:
        digest: of its guidelines.
        path: of the brand file, where it was packed; ``None`` for a brand that was built in Python.
        main: the brand file's path among the files.
        files: content by path, relative to the folder that holds them all.
    """

    digest: str
    path: Path | None
    main: str
    files: dict[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, brand: Brand) -> Self:
        """Pack a brand: what ``store.brands.save`` would keep of it.

        Raises:
            StoreError: its files lie on several drives.
        """
        main, files = brands.files_of(brand)
        content = {
            path: source if isinstance(source, bytes) else source.read_bytes()
            for path, source in files.items()
        }
        return cls(brand.digest, None if brand.path is None else brand.path.absolute(), main, content)

    def brand(self, folder: Path) -> Brand:
        """The brand, from its own file where this machine has it, else unpacked.

        Args:
            folder: for the files, as long as the brand is used.

        Raises:
            BrandError: it cannot be read here.
        """
        if self.path is not None and self.path.is_file():
            try:
                own = Brand.load(self.path)
                if own.digest == self.digest:
                    return own
            except BrandkitError:  # another file by that name
                pass
        return brands.unpack(self.main, self.files, folder)
