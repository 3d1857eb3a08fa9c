"""A correction for other programs: one module for each LUT format, and a README that says how to load them.

A format is a module of this package with what ``Target`` lists; nothing else needs to know of it.

There is no ICC profile among them. Photoshop would load an abstract or a device-link one, but no package that
Python can install writes either from a table of colours: Pillow's ImageCms and imagecodecs leave LittleCMS's
profile writing out, the ICC's own iccdev (0.1, alpha) reads profiles and needs programs that it does not
bring to write them, and OpenColorIO's ``ociobakelut`` makes display profiles through Lab only. Photoshop
reads ``.cube``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from brandkit.errors import CorrectionError, OutputError
from brandkit.handover.anchor import Anchor, Shifted, anchors
from brandkit.handover.exactness import Residual, residual
from brandkit.handover.resample import fitting, resampled

if TYPE_CHECKING:
    import torch

    from brandkit.colour.lut import Lut

__all__ = [
    "Anchor",
    "Residual",
    "Target",
    "anchors",
    "export",
    "fitting",
    "form",
    "formats",
    "resampled",
    "residual",
    "write",
]

_PARTS = frozenset({"anchor", "exactness", "readme", "resample", "words"})


class Target(Protocol):
    """A module that writes a LUT format.

    Attributes:
        TITLE: what people call it, such as ``Cube LUT``.
        SUFFIX: how its files end, lower case, such as ``.cube``.
        NODES: along each axis, as many as it can have.
        DEFAULT_NODES: for a LUT whose own number it cannot have.
        GUIDE: how to load it, program by program; ``{file}`` stands for the file's name.
    """

    TITLE: str
    SUFFIX: str
    NODES: tuple[int, ...]
    DEFAULT_NODES: int
    GUIDE: str

    def encode(self, lut: Lut) -> bytes:
        """The file's content, of a LUT of a size in ``NODES``; equal LUTs give equal bytes.

        Raises:
            OutputError: a library that it takes is not installed.
        """
        ...

    def held(self, lut: Lut) -> torch.Tensor:
        """The nodes as the file holds them, ``float64`` ``[N, N, N, 3]``."""
        ...


def formats() -> tuple[str, ...]:
    """Names of the formats there are: the modules of this package that are none of its own parts."""
    return tuple(m.name for m in pkgutil.iter_modules(__path__) if m.name not in _PARTS)


def form(name: str) -> Target:
    """The format of that name. Raises ``OutputError`` for one that does not exist."""
    if name not in formats():
        raise OutputError(f"'{name}' is not a LUT format; use one of {', '.join(formats())}")
    return cast(Target, importlib.import_module(f"{__name__}.{name}"))


def write(lut: Lut, path: str | Path) -> None:
    """Write a LUT as it is, whole or not at all; the ending (such as ``.hald.png``) decides the format.

    Raises:
        OutputError: no format has that ending or that number of nodes, a library is missing, or the place
            cannot be written to.
    """
    path = Path(path)
    known = [form(name) for name in formats()]
    target = next((one for one in known if path.name.lower().endswith(one.SUFFIX)), None)
    if target is None:
        endings = ", ".join(one.SUFFIX for one in known)
        raise OutputError(f"{path}: no LUT format has this ending; use one of {endings}")
    _put(_encoded(lut, target, path), path)


def export(
    lut: Lut,
    folder: str | Path,
    stem: str,
    shifts: Iterable[Shifted] = (),
    *,
    formats: Sequence[str] = ("cube",),
    nodes: int | None = None,
    matte: str | None = None,
    when: str | None = None,
) -> list[tuple[str, Path]]:
    """Write a LUT in several formats, and a README on how to load them and how exact each is.

    A format that cannot have the LUT's number of nodes gets more of them; see ``resampled``. The README says
    how exact each file is.

    Args:
        lut: as it was solved for.
        folder: where to; it is created.
        stem: the files' name without ending.
        shifts: what the LUT is there for, such as ``Grade.shifts``.
        formats: names from ``brandkit.handover.formats``.
        nodes: along each axis, in those formats that can have so many; ``None`` for the LUT's own.
        matte: name of the matte file through which the LUT has to be applied, if there is one.
        when: to which frames it applies, in sentences, a line each; to all of them without.

    Returns:
        What each file is, and where it lies.

    Raises:
        CorrectionError: a LUT of so few nodes cannot keep what has to be exact; solve for it anew.
        OutputError: a format does not exist, a library is missing, or the folder cannot be written to.
    """
    from brandkit.handover.readme import Written
    from brandkit.handover.readme import write as write_readme

    if not formats:
        raise OutputError("no LUT format was asked for; name at least one")
    folder = Path(folder)
    held = anchors(lut, shifts)
    written, data = [], []
    targets = [form(name) for name in dict.fromkeys(formats)]
    if nodes is not None and not any(nodes in target.NODES for target in targets):
        asked = ", ".join(target.TITLE for target in targets)
        raise OutputError(f"{nodes} nodes along each axis are not what {asked} takes; use 17, 33 or 65")
    for target in targets:
        wanted = nodes if nodes in target.NODES else None
        size = wanted or fitting(target.NODES, target.DEFAULT_NODES, lut.size)
        own = _as_exact_as_can_be(lut, size, held)
        path = folder / f"{stem}{target.SUFFIX}"
        data.append(_encoded(own, target, path))
        written.append(Written(target, path, own, residual(own, held, target.held(own))))
    for one, content in zip(written, data, strict=True):
        _put(content, one.path)
    readme = folder / f"{stem}-README.txt"
    write_readme(readme, lut, held, written, matte, when)
    return [*((one.target.TITLE, one.path) for one in written), ("how to load them", readme)]


def _as_exact_as_can_be(lut: Lut, nodes: int, held: Sequence[Anchor]) -> Lut:
    """The LUT with another number of nodes; where more of them cannot keep all that is held, without that.

    What is lost then is what ``residual`` says.
    """
    try:
        return resampled(lut, nodes, held)
    except CorrectionError:
        if nodes < lut.size:
            raise
        return resampled(lut, nodes)


def _encoded(lut: Lut, target: Target, path: Path) -> bytes:
    if lut.size not in target.NODES:
        sizes = target.NODES
        some = ", ".join(map(str, sizes)) if len(sizes) < 12 else f"{sizes[0]} to {sizes[-1]}"
        raise OutputError(
            f"{path}: {target.TITLE} takes {some} nodes along each axis, this LUT has {lut.size}; "
            "solve for one of these, or bring it there by brandkit.handover.resampled"
        )
    try:
        return target.encode(lut)
    except OutputError as error:
        raise OutputError(f"{path}: {error}") from error


def _put(data: bytes, path: Path) -> None:
    from brandkit.media.atomic import replacing

    with replacing(path) as temporary:
        temporary.write_bytes(data)
