"""Brands in versions: each is kept whole, with the files it names, so that what judged can be looked up."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from brandkit import brand_references
from brandkit.brand import Brand
from brandkit.brand_extends import shipped
from brandkit.errors import OutputError, SavedMeanwhileError, StoreError
from brandkit.media.atomic import replacing
from brandkit.store import audit, database
from brandkit.store.filed import BrandVersion
from brandkit.store.registered import register
from brandkit.store.tables import BrandFileRow, BrandRow, VersionRow
from brandkit.swatch import fold

if TYPE_CHECKING:
    from brandkit.store.store import Store

_BUILT = "brand.json"
"""Stands for the file of a brand that was built in Python and never had one."""


def ensure(store: Store, brand: Brand, who: str) -> BrandVersion:
    """The newest version of a brand that judges as this one does; it is saved where there is none.

    Raises:
        StoreError: its files cannot be kept.
    """
    with database.reading(store.engine) as session:
        row = session.scalars(
            select(VersionRow)
            .join(BrandRow, BrandRow.id == VersionRow.brand_id)
            .where(BrandRow.folded == fold(brand.name), VersionRow.digest == brand.digest)
            .order_by(VersionRow.number.desc())
            .limit(1)
        ).first()
        if row is not None:
            return _version(session, row)
    return save(store, brand, who=who, note="first seen in a run")


def save(store: Store, brand: Brand, *, who: str, note: str = "", after: int | None = None) -> BrandVersion:
    """Keep a brand as it is now, as its next version; with the same files as the last one it is that one.

    The files it names are kept with it: those it extends, logos, references and their list, the anchor. An
    encoder's folder is not, nor are shipped brands, which come with brandkit.

    Args:
        store: where.
        brand: as read from its file, or built.
        who: saves it.
        note: why.
        after: the number of the version that the change was made from; ``None`` for whichever is the last.

    Raises:
        SavedMeanwhileError: somebody has saved another version meanwhile.
        StoreError: a file cannot be kept.
    """
    main, files = files_of(brand)
    kept = {path: store.blobs.put(source) for path, source in files.items()}
    with database.writing(store.engine) as session:
        register(session, store.blobs, [(*kept[path], source) for path, source in files.items()])
        owner = session.scalars(select(BrandRow).where(BrandRow.folded == fold(brand.name))).first()
        if owner is None:
            owner = BrandRow(name=brand.name, folded=fold(brand.name))
            session.add(owner)
            session.flush()
        last = session.scalars(
            select(VersionRow)
            .where(VersionRow.brand_id == owner.id)
            .order_by(VersionRow.number.desc())
            .limit(1)
        ).first()
        if after is not None and last is not None and last.number != after:
            raise SavedMeanwhileError(
                f"{brand.name}: {last.who} has saved version {last.number} meanwhile; look at it, and make "
                "your change to that one"
            )
        if (
            last is not None
            and last.main == main
            and _shas(session, last) == {p: s for p, (s, _) in kept.items()}
        ):
            return _version(session, last)
        row = VersionRow(
            brand_id=owner.id,
            number=1 if last is None else last.number + 1,
            digest=brand.digest,
            main=main,
            created=datetime.now(UTC),
            who=who,
            note=note,
        )
        session.add(row)
        session.flush()
        session.add_all(BrandFileRow(version_id=row.id, path=p, sha256=sha) for p, (sha, _) in kept.items())
        audit.note(session, who, "brand saved", f"{brand.name} v{row.number}", note)
        return _version(session, row)


def names(store: Store) -> tuple[str, ...]:
    """The brands there are, by name."""
    with database.reading(store.engine) as session:
        return tuple(session.scalars(select(BrandRow.name).order_by(BrandRow.folded)))


def versions(store: Store, name: str) -> tuple[BrandVersion, ...]:
    """All versions of a brand, the newest first. Raises ``StoreError`` where there is none."""
    with database.reading(store.engine) as session:
        rows = session.scalars(_newest_first(name)).all()
        if not rows:
            known = ", ".join(session.scalars(select(BrandRow.name).order_by(BrandRow.folded))) or "none"
            raise StoreError(f"no brand is called '{name}' in this store; there are: {known}")
        return tuple(_version(session, row) for row in rows)


def newest(store: Store, name: str) -> BrandVersion | None:
    """The newest version of a brand; ``None`` where no brand is called so."""
    with database.reading(store.engine) as session:
        row = session.scalars(_newest_first(name).limit(1)).first()
        return None if row is None else _version(session, row)


def _newest_first(name: str) -> Select[VersionRow]:
    """Asks for the versions of a brand."""
    return (
        select(VersionRow)
        .join(BrandRow, BrandRow.id == VersionRow.brand_id)
        .where(BrandRow.folded == fold(name))
        .order_by(VersionRow.number.desc())
    )


def version(store: Store, number: int) -> BrandVersion:
    """The version of that id. Raises ``StoreError`` where there is none."""
    with database.reading(store.engine) as session:
        return _version(session, _row(session, number))


def load(store: Store, number: int) -> Brand:
    """The brand of a version's id, read from files of its own on this machine.

    Raises:
        StoreError: there is none, or its files are gone.
        BrandError: it can no longer be read.
    """
    folder, main = unpacked(store, number)
    if main == _BUILT:
        return Brand.model_validate_json((folder / main).read_bytes())
    return Brand.load(folder / main)


def unpacked(store: Store, number: int) -> tuple[Path, str]:
    """A folder with the files of a version's id, not to be written to, and the brand file's path in it.

    Raises:
        StoreError: there is no such version, or a file is gone.
    """
    with database.reading(store.engine) as session:
        row = _row(session, number)
        main, files = row.main, _shas(session, row)
        folder = store.blobs.cache / "brands" / f"{number}-{row.digest[:12]}"
    if not folder.is_dir():
        try:
            with replacing(folder) as temporary:
                for path, sha in files.items():
                    target = temporary / _inside(path)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(store.blobs.path(sha), target)
        except OutputError:
            if not folder.is_dir():  # else another process has just made it
                raise
    return folder, main


def files_of(brand: Brand) -> tuple[str, dict[str, Path | bytes]]:
    """The brand file's path, and each file by its path, all relative to the folder that holds them all.

    Raises:
        StoreError: they lie on several drives.
    """
    if brand.path is None:
        return _BUILT, {_BUILT: brand.model_dump_json().encode()}
    found = {path.absolute(): None for path in _named(brand) if path.is_file()}
    try:
        root = Path(os.path.commonpath([path.parent for path in found]))
    except ValueError as error:  # drives of Windows
        raise StoreError(f"{brand.path}: names files on several drives; put them on one") from error
    main = brand.path.absolute().relative_to(root).as_posix()
    return main, {path.relative_to(root).as_posix(): path for path in found}


def unpack(main: str, files: Mapping[str, bytes], folder: Path) -> Brand:
    """A brand from what ``files_of`` told, its files written into a folder.

    Raises:
        StoreError: a path leads out of the folder.
        BrandError: it cannot be read.
    """
    if main == _BUILT:
        return Brand.model_validate_json(files[main])
    for path, content in files.items():
        target = folder / _inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return Brand.load(folder / _inside(main))


def _row(session: Session, number: int) -> VersionRow:
    row = session.get(VersionRow, number)
    if row is None:
        raise StoreError(f"there is no brand version {number} in this store")
    return row


def _shas(session: Session, row: VersionRow) -> dict[str, str]:
    found = session.execute(
        select(BrandFileRow.path, BrandFileRow.sha256).where(BrandFileRow.version_id == row.id)
    )
    return dict(found.all())


def _version(session: Session, row: VersionRow) -> BrandVersion:
    name = session.scalars(select(BrandRow.name).where(BrandRow.id == row.brand_id)).one()
    return BrandVersion(row.id, name, row.number, row.digest, row.created, row.who, row.note)


def _inside(path: str) -> PurePosixPath:
    """A path that stays in its folder."""
    found = PurePosixPath(path)
    if found.is_absolute() or ".." in found.parts or not found.parts:
        raise StoreError(f"'{path}' is no path within a brand's files")
    return found


def _named(brand: Brand) -> Iterator[Path]:
    """The brand file and all that it rests on."""
    assert brand.path is not None
    yield brand.path
    own = {path.resolve() for path in shipped().values()}
    yield from (base for base in brand.bases if base.resolve() not in own)
    yield brand.ledger_path
    for logo in brand.logos:
        yield from (brand.folder / name for name in logo.files)
    style = brand.style
    for pattern in (*style.references, *style.counter_references, *filter(None, (style.anchor,))):
        yield from brand_references.matching(brand.folder, pattern)
    for role in ("reference", "counter"):
        yield from (brand.ledger_path.parent / picture.file for picture in brand.ledger.pictures(role))
