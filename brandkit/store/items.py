"""Find items, and open one with all there is on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from brandkit.errors import StoreError
from brandkit.gate import Verdict
from brandkit.media.inputs import is_pattern
from brandkit.report import record
from brandkit.store import brands, database, decisions
from brandkit.store.blobs import is_sha256, safe_name
from brandkit.store.filed import BrandVersion, Case, Item, Order, StoredFile, Wanted
from brandkit.store.tables import BrandRow, FindingRow, ItemFileRow, ItemRow, RunRow, VersionRow
from brandkit.swatch import fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from brandkit.check import Evidence
    from brandkit.store.store import Store

_URGENT = ("failed", "warned", "error")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of what was found.

    Attributes:
        items: of this part.
        more: whether there are further ones behind them.
    """

    items: tuple[Item, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items were found in all, and of each verdict."""

    all: int
    failed: int
    needs_review: int
    passed: int


def find(
    store: Store, wanted: Wanted, *, order: Order = "worst", limit: int = 50, after: Item | None = None
) -> Page:
    """Items that are wanted.

    Args:
        store: where.
        wanted: which.
        order: ``worst`` first, among equals the newest; or by time.
        limit: how many at most.
        after: the last one of the page before; however far that is, the next page takes no longer.
    """
    chosen = select(ItemRow.id).where(*conditions(wanted))
    if after is not None:
        chosen = chosen.where(_behind(after, order))
    # Chosen by an index alone; what else a row shows is looked up for these few only.
    chosen = chosen.order_by(*_ordered(order)).limit(limit + 1)
    asked = _items().where(ItemRow.id.in_(chosen)).order_by(*_ordered(order))
    with database.reading(store.engine) as session:
        found = [_item(*row) for row in session.execute(asked)]
    return Page(tuple(found[:limit]), len(found) > limit)


def count(store: Store, wanted: Wanted) -> Counts:
    """How many items are wanted."""
    asked = select(ItemRow.final, func.count(ItemRow.id)).where(*conditions(wanted)).group_by(ItemRow.final)
    with database.reading(store.engine) as session:
        found = dict(session.execute(asked).all())
    return Counts(
        sum(found.values()),
        *(found.get(v.value, 0) for v in (Verdict.FAILED, Verdict.NEEDS_REVIEW, Verdict.PASSED)),
    )


def seen(store: Store, wanted: Wanted) -> tuple[tuple[int, int], ...]:
    """Id and number of decisions of each wanted item, by id: what ``decisions.decide_all`` takes."""
    asked = select(ItemRow.id, ItemRow.decisions).where(*conditions(wanted)).order_by(ItemRow.id)
    with database.reading(store.engine) as session:
        return tuple(session.execute(asked).all())


def these(store: Store, numbers: Sequence[int]) -> tuple[Item, ...]:
    """The items of some ids, the worst first; those that there are."""
    asked = _items().where(ItemRow.id.in_(numbers)).order_by(*_ordered("worst"))
    with database.reading(store.engine) as session:
        return tuple(_item(*row) for row in session.execute(asked))


def any_filed(store: Store) -> bool:
    """Whether anything was filed yet."""
    with database.reading(store.engine) as session:
        return session.scalars(select(ItemRow.id).limit(1)).first() is not None


def models(store: Store) -> tuple[str, ...]:
    """The models that generated something, by name."""
    asked = select(ItemRow.model).where(ItemRow.model.is_not(None)).distinct().order_by(ItemRow.model)
    with database.reading(store.engine) as session:
        return tuple(model for model in session.scalars(asked) if model)


def checks(store: Store) -> tuple[str, ...]:
    """The checks that found something to mind, by id."""
    asked = select(FindingRow.check).where(FindingRow.outcome.in_(_URGENT)).distinct()
    with database.reading(store.engine) as session:
        return tuple(sorted(session.scalars(asked)))


def following(store: Store, item: Item, wanted: Wanted, order: Order = "worst") -> Item | None:
    """The next wanted item behind one, whether that one is still wanted or not; ``None`` at the end."""
    return next(iter(find(store, wanted, order=order, limit=1, after=item).items), None)


def preceding(store: Store, item: Item, wanted: Wanted, order: Order = "worst") -> Item | None:
    """The wanted item before one; ``None`` at the beginning."""
    asked = _items().where(*conditions(wanted), _behind(item, order, reverse=True))
    asked = asked.order_by(*_reversed(order))
    with database.reading(store.engine) as session:
        row = session.execute(asked.limit(1)).first()
        return None if row is None else _item(*row)


def get(store: Store, number: int) -> Item:
    """The item of an id. Raises ``StoreError`` where there is none."""
    with database.reading(store.engine) as session:
        return _get(session, number)


def open_case(store: Store, number: int) -> Case:
    """All there is on the item of an id.

    Raises:
        StoreError: there is none, or its documents are gone.
    """
    with database.reading(store.engine) as session:
        item = _get(session, number)
        files = _files(session, number)
        decided = decisions.of(session, number)
    document = next((file for file in files if file.role == "document"), None)
    if document is None:
        raise StoreError(f"item {number} has no reports in the store; run: brandkit store verify")
    shas = {file.name: file.sha256 for file in files if file.role == "evidence"}
    try:
        content = _without_pruned(json.loads(store.blobs.bytes_of(document.sha256)), shas)
        entry = record.from_json(content, lambda name: store.blobs.path(shas[name]))
    except (LookupError, TypeError, ValueError, OSError) as error:
        raise StoreError(f"item {number}: its reports cannot be read; run: brandkit store verify") from error
    case = Case(item, entry, files, decided)
    return replace(case, entry=replace(entry, frame=partial(first_frame, store, case)))


def clip_path(store: Store, case: Case) -> Path:
    """The input of an item on this machine, for ``media.open``; of numbered stills the pattern of copies.

    Raises:
        StoreError: it was pruned, or is gone.
    """
    files = case.of("input")
    if not files:
        raise StoreError(
            f"{case.item.name}: the input is not in the store; it was pruned, or never was a file"
        )
    return _local(store, case, files, case.item.name)


def corrected_path(store: Store, case: Case) -> Path | None:
    """The corrected file of an item on this machine, likewise; ``None`` where nothing was corrected.

    Raises:
        StoreError: it is gone.
    """
    written = [file for file in case.of("result") if file.title in ("corrected", "unchanged")]
    if not written:
        return None
    from brandkit.media.sequence_writer import DEFAULT_NAME

    return _local(store, case, written, DEFAULT_NAME if case.item.kind == "sequence" else written[0].name)


def first_frame(store: Store, case: Case) -> npt.NDArray[np.uint8]:
    """The first frame of an item's input, ``uint8`` ``[H, W, 3]`` sRGB.

    Raises:
        StoreError, MediaError: it is gone, or cannot be decoded.
    """
    from brandkit.batch import first_frame as decode
    from brandkit.loop import open_clip

    return decode(open_clip(clip_path(store, case), brands.load(store, case.item.version.id)))


def evidence_sha256(picture: Evidence) -> str | None:
    """The sha256 of a picture of evidence of a case that was opened; ``None`` for one that is not stored."""
    name = picture.source.name if isinstance(picture.source, Path) else ""
    return name if is_sha256(name) else None


def lineage(store: Store, item: Item) -> tuple[Item, ...]:
    """The items that one was made from, the nearest first."""
    found: list[Item] = []
    with database.reading(store.engine) as session:
        parent = item.parent
        while parent is not None and parent not in [one.id for one in found]:
            found.append(_get(session, parent))
            parent = found[-1].parent
    return tuple(found)


def _without_pruned(content: Any, kept: Mapping[str, str]) -> Any:
    """A document without the pictures of evidence that were let go of since it was written."""
    if isinstance(content, list):
        return [_without_pruned(part, kept) for part in content if not _pruned(part, kept)]
    if isinstance(content, dict):
        return {k: None if _pruned(v, kept) else _without_pruned(v, kept) for k, v in content.items()}
    return content


def _pruned(part: object, kept: Mapping[str, str]) -> bool:
    return isinstance(part, dict) and part.keys() == {"kind", "title", "file"} and part["file"] not in kept


def _local(store: Store, case: Case, files: Sequence[StoredFile], name: str) -> Path:
    if case.item.kind != "sequence":
        return store.blobs.named(files[0].sha256, files[0].name)
    folder = store.blobs.cache / "stills" / f"{case.item.id}-{files[0].role}-{files[0].sha256[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        target = folder / safe_name(file.name)
        if not target.exists():
            target.symlink_to(store.blobs.path(file.sha256).absolute())
    return folder / (name if is_pattern(Path(name)) else files[0].name)


def _items() -> Select[Any]:
    small = (
        select(ItemFileRow.sha256)
        .where(ItemFileRow.item_id == ItemRow.id, ItemFileRow.role == "thumbnail")
        .limit(1)
        .correlate(ItemRow)
        .scalar_subquery()
    )
    return (
        select(ItemRow, RunRow, VersionRow, BrandRow.name, small)
        .join(RunRow, RunRow.id == ItemRow.run_id)
        .join(VersionRow, VersionRow.id == ItemRow.version_id)
        .join(BrandRow, BrandRow.id == VersionRow.brand_id)
    )


def conditions(wanted: Wanted) -> Iterable[Any]:
    """What a row of ``item`` has to fulfil to be wanted, for queries on it."""
    if wanted.brand is not None:
        yield ItemRow.version_id.in_(
            select(VersionRow.id)
            .join(BrandRow, BrandRow.id == VersionRow.brand_id)
            .where(BrandRow.folded == fold(wanted.brand))
        )
    if wanted.final:
        yield ItemRow.final.in_([verdict.value for verdict in wanted.final])
    if wanted.state:
        yield ItemRow.state.in_(wanted.state)
    if wanted.check is not None or wanted.outcome:
        yield ItemRow.id.in_(
            select(FindingRow.item_id).where(
                FindingRow.outcome.in_(wanted.outcome or _URGENT),
                *(() if wanted.check is None else (FindingRow.check == wanted.check,)),
            )
        )
    if wanted.least is not None:
        yield ItemRow.severity >= wanted.least
    if wanted.since is not None:
        yield ItemRow.created >= wanted.since
    if wanted.until is not None:
        yield ItemRow.created < wanted.until
    if wanted.source:
        yield ItemRow.run_id.in_(select(RunRow.id).where(RunRow.source.in_(wanted.source)))
    if wanted.model is not None:
        yield ItemRow.model == wanted.model
    if wanted.text:
        yield func.lower(ItemRow.path).contains(wanted.text.lower(), autoescape=True)
    if wanted.run is not None:
        yield ItemRow.run_id == wanted.run
    if wanted.cause is not None:
        yield ItemRow.cause == wanted.cause
    if wanted.version is not None:
        yield ItemRow.version_id == wanted.version


def _keys(order: Order) -> tuple[Any, ...]:
    return (ItemRow.severity, ItemRow.id) if order == "worst" else (ItemRow.created, ItemRow.id)


def _ordered(order: Order) -> tuple[Any, ...]:
    return tuple(key.asc() if order == "oldest" else key.desc() for key in _keys(order))


def _reversed(order: Order) -> tuple[Any, ...]:
    return tuple(key.desc() if order == "oldest" else key.asc() for key in _keys(order))


def _behind(item: Item, order: Order, *, reverse: bool = False) -> Any:
    first, number = _keys(order)
    value = item.severity if order == "worst" else item.created
    if (order == "oldest") != reverse:
        return or_(first > value, and_(first == value, number > item.id))
    return or_(first < value, and_(first == value, number < item.id))


def _get(session: Session, number: int) -> Item:
    row = session.execute(_items().where(ItemRow.id == number)).first()
    if row is None:
        raise StoreError(f"there is no item {number} in this store")
    return _item(*row)


def _files(session: Session, number: int) -> tuple[StoredFile, ...]:
    rows = session.scalars(select(ItemFileRow).where(ItemFileRow.item_id == number).order_by(ItemFileRow.id))
    return tuple(StoredFile(r.role, r.name, r.title, r.sha256) for r in rows)  # type: ignore[arg-type]


def _item(row: ItemRow, run: RunRow, version: VersionRow, brand: str, thumbnail: str | None) -> Item:
    judged_by = BrandVersion(
        version.id, brand, version.number, version.digest, version.created, version.who, version.note
    )
    return Item(
        id=row.id,
        run=row.run_id,
        version=judged_by,
        created=row.created,
        source=run.source,
        who=run.who,
        path=row.path,
        name=row.name,
        kind=row.kind,
        sha256=row.sha256,
        width=row.width,
        height=row.height,
        frames=row.frames,
        verdict=Verdict(row.verdict),
        final=Verdict(row.final),
        severity=row.severity,
        model=row.model,
        state=row.state,  # type: ignore[arg-type]
        decisions=row.decisions,
        thumbnail=thumbnail,
        parent=row.parent_id,
        headline=row.headline,
        cause=row.cause,
        extent=row.extent,
    )
