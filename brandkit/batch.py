"""Several inputs in one call: each is judged or corrected for itself, and one that fails stops no other."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit import loop, media, signing
from brandkit.errors import BrandkitError, CorrectionError, MediaError, OutputError
from brandkit.media.atomic import output_error, replacing
from brandkit.media.clip import interleaved
from brandkit.media.codecs import CODECS, quality
from brandkit.media.inputs import is_pattern
from brandkit.media.writer import STILL_ENDINGS
from brandkit.report import proof_words, record
from brandkit.report.report import Report, installed_versions
from brandkit.report.run import Corrected, Entry, Run, Unreadable
from brandkit.swatch import rgb8

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from brandkit.brand import Brand
    from brandkit.credentials.identity import Identity
    from brandkit.crew import Crew
    from brandkit.mask import Mask
    from brandkit.media.clip import Clip
    from brandkit.media.written import Encoded

Watch = Callable[[Path, int | None], AbstractContextManager[loop.Progress]]
"""Told of each input and of the frames it has; gives what to call with the frames done."""

INTERRUPTED = "not done: interrupted before its turn; run the same command again"
CORRECTED = ".corrected"
RECORDS = ".brandkit"
"""Folder, in that of the results, for what a second run need not do again."""
NOTABLE_DE00 = 0.5
"""Growth of a drift that is worth a sentence: half of what an observer just notices."""


def unwatched(path: Path, frames: int | None) -> AbstractContextManager[loop.Progress]:
    """A ``Watch`` that shows nothing."""
    return nullcontext(lambda done: None)


def find_all(inputs: Sequence[str]) -> tuple[list[Path], tuple[Unreadable, ...]]:
    """The files that inputs (files, folders, globs, patterns) stand for, and the inputs without any."""
    paths: dict[Path, None] = {}
    missing = []
    for given in inputs:
        try:
            paths.update(dict.fromkeys(media.find([given])))
        except MediaError as error:
            missing.append(Unreadable(Path(given), str(error)))
    return list(paths), tuple(missing)


def check_all(
    inputs: Sequence[str],
    brand: Brand,
    *,
    checks: Sequence[str] | None = None,
    anchor: Path | None = None,
    timestamp: bool = True,
    settle: Callable[[int, Entry], Entry] = lambda number, entry: entry,
    watch: Watch = unwatched,
    crew: Crew | None = None,
) -> Run:
    """Check each input; what cannot be read is named in the run's ``unreadable``.

    Args:
        inputs: files, folders, globs, or printf patterns of numbered stills.
        brand: palette and guidelines.
        checks: as in ``loop.check``.
        anchor: as in ``loop.check``.
        timestamp: as in ``loop.check``.
        settle: given each entry's number, from 1, and the entry as soon as it is done; what it returns is
            kept. The place to save evidence or let go of it, so that memory does not grow with inputs.
        watch: for progress bars.
        crew: as in ``loop.check``.

    Raises:
        CheckError: as ``loop.find_checks``: what is wrong for every input is said once.
        BrandError: there is no such anchor.
    """
    loop.find_checks(brand, checks)
    if anchor is not None:
        brand.anchored(anchor)
    numbers = count(1)

    def one(path: Path) -> Entry:
        clip = loop.open_clip(path, brand)
        with watch(path, clip.source.frames) as progress:
            report = loop.check(
                clip, brand, checks=checks, anchor=anchor, progress=progress, timestamp=timestamp, crew=crew
            )
        return settle(next(numbers), Entry(report, lambda: first_frame(loop.open_clip(path, brand))))

    return _each(*find_all(inputs), one)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person asks of a correction.

    Attributes:
        luts: formats of LUTs to write beside each result.
        nodes: along each axis of those.
        codec: of videos.
        crf: their constant rate factor, where the codec has one.
        still: ending of the format for single pictures, such as ``.png``; each keeps its own without.
        mask: where to correct, if a person knows.
        deflicker: whether to take out flicker; ``None`` where a check found too much of it.
        dither: whether to round to 8 bits with noise.
        checks: ids of the checks to judge by; all that are installed if ``None``.
        anchor: an approved still that every frame is compared with, in place of the brand's own.
        timestamp: whether reports say when they were made.
        after_effects: whether to make a folder for After Effects of each result.
        identity: who signs the results' content credentials; nobody if ``None``.
    """

    luts: tuple[str, ...] = ("cube",)
    nodes: int = loop.DEFAULT_NODES
    codec: media.Codec = "h264"
    crf: int | None = None
    still: str | None = None
    mask: Mask | None = None
    deflicker: bool | None = None
    dither: bool = False
    checks: tuple[str, ...] | None = None
    anchor: Path | None = None
    timestamp: bool = True
    after_effects: bool = False
    identity: Identity | None = None

    def key(self, clip: Clip, brand: Brand) -> record.Key:
        """What the result of a correction depends on."""
        asked = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            **asked,
            "luts": list(self.luts),
            "checks": None if self.checks is None else list(self.checks),
            "mask": None if self.mask is None else self.mask.key(),
            "path": clip.source.path.as_posix(),
            "sha256": clip.source.sha256,
            "anchor": None if self.anchor is None else self.anchor.as_posix(),
            "identity": None if self.identity is None else str(self.identity.serial),
            "brand": (brand if self.anchor is None else brand.anchored(self.anchor)).digest,
            "versions": installed_versions(),
        }


def correct_all(
    inputs: Sequence[str],
    brand: Brand,
    out: Path,
    how: Settings | None = None,
    *,
    settle: Callable[[Entry], Entry] = lambda entry: entry,
    watch: Watch = unwatched,
) -> Run:
    """Correct each input into ``out``, beside the LUT that did it, and check what was written.

    A name that is taken by another input of the same call gets a number. An input that is on brand
    already is copied as it is. The original is never overwritten. What an earlier call did to the same
    input by the same brand and settings is not done again. ``settle`` is given each entry as soon as it is
    done; what it returns is kept.

    Raises:
        CheckError, BrandError: as ``check_all``.
        OutputError: ``out`` cannot be made, or ``crf`` is not one that ``codec`` takes.
    """
    how = how or Settings()
    quality(how.codec, how.crf)
    loop.find_checks(brand, how.checks)
    if how.anchor is not None:
        brand.anchored(how.anchor)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(out, error) from error
    paths, missing = find_all(inputs)
    # In a folder that is corrected into itself, what an earlier call made is no original.
    paths = [path for path in paths if not _is_result(path, out)] or paths
    taken = {_source_stem(path).casefold() for path in paths if _would_be_result(path, out)}

    def one(path: Path) -> Entry:
        clip = loop.open_clip(path, brand)
        stem = _free_stem(path, taken)
        if how.identity is not None:
            from brandkit.credentials import library

            library.require_signable(_place(clip, out, stem, how), path)
        key = how.key(clip, brand)
        kept = out / RECORDS / f"{stem}.json"
        if (done := record.load(key, kept)) is not None and _intact(done, brand):
            return settle(_shown(done, clip, brand))
        with watch(path, clip.source.frames) as progress:
            before = loop.check(
                clip,
                brand,
                checks=how.checks,
                anchor=how.anchor,
                progress=progress,
                timestamp=how.timestamp,
            )
            try:
                found = loop.correct(
                    clip,
                    brand,
                    before=before,
                    mask=how.mask,
                    deflicker=how.deflicker,
                    # More nodes are put between those of a coarser LUT, which gives the very same colours.
                    nodes=min(how.nodes, loop.DEFAULT_NODES),
                    checks=how.checks,
                    anchor=how.anchor,
                    progress=progress,
                    timestamp=how.timestamp,
                )
                corrected = _deliver(found, brand, out, stem, how)
            except CorrectionError as error:
                corrected = Corrected(None, str(error))
        return settle(_shown(record.save(Entry(before, corrected=corrected), key, kept), clip, brand))

    return _each(paths, missing, one)


def _would_be_result(path: Path, out: Path) -> bool:
    """Whether an input lies where a result of another one would be written."""
    return path.stem.endswith(CORRECTED) and path.resolve().parent == out.resolve()


def _is_result(path: Path, out: Path) -> bool:
    """Whether an earlier call wrote this file into ``out``."""
    return _would_be_result(path, out) and (out / RECORDS / f"{_source_stem(path)}.json").is_file()


def _source_stem(path: Path) -> str:
    return path.stem.removesuffix(CORRECTED)


def _intact(entry: Entry, brand: Brand) -> bool:
    """Whether what an earlier call wrote is still what was judged then."""
    corrected = entry.corrected
    if corrected is None or corrected.report is None or not corrected.files:
        return True
    try:
        now = loop.open_clip(_readable(corrected.files[0][1]), brand).source
    except MediaError:
        return False
    return now.sha256 == corrected.report.source.sha256


def _shown(entry: Entry, clip: Clip, brand: Brand) -> Entry:
    """The entry with its first frame and that of the result, decoded when they are asked for."""
    corrected = entry.corrected
    if corrected is not None and corrected.report is not None and corrected.files:
        result = _readable(corrected.files[0][1])
        corrected = replace(corrected, frame=lambda: first_frame(loop.open_clip(result, brand)))
    path = clip.source.path
    return replace(entry, frame=lambda: first_frame(loop.open_clip(path, brand)), corrected=corrected)


def _readable(path: Path) -> Path:
    """A written file itself, or of a folder of numbered stills the pattern that reads it."""
    from brandkit.media.sequence_writer import DEFAULT_NAME

    return path / DEFAULT_NAME if path.is_dir() else path


def _each(paths: Sequence[Path], missing: Sequence[Unreadable], one: Callable[[Path], Entry]) -> Run:
    entries: list[Entry] = []
    unreadable = list(missing)
    interrupted = False
    for path in paths:
        if interrupted:
            unreadable.append(Unreadable(path, f"{path}: {INTERRUPTED}"))
            continue
        try:
            entries.append(one(path))
        except BrandkitError as error:
            unreadable.append(Unreadable(path, str(error)))
        except MemoryError:
            too_large = f"{path}: too large for this machine's memory; make it smaller"
            unreadable.append(Unreadable(path, too_large))
        except KeyboardInterrupt:
            interrupted = True
            unreadable.append(Unreadable(path, f"{path}: {INTERRUPTED}"))
    return Run(tuple(entries), tuple(unreadable), interrupted)


def _deliver(found: loop.Correction, brand: Brand, out: Path, stem: str, how: Settings) -> Corrected:
    source = found.clip.source
    if not found.changed:
        kept = out / f"{stem}{CORRECTED}{source.path.suffix}"
        if source.kind == "sequence":
            return Corrected(found.before, "on brand already; nothing was written")
        with replacing(kept) as temporary:
            shutil.copyfile(source.path, temporary)
        same = replace(found.before, source=replace(source, path=kept))
        judged, note = found.before, "on brand already; copied as it is"
        if how.identity is not None:
            fault = signing.sign_correction(found, brand, media.Written(kept), how.identity, how.timestamp)
            if fault is not None:
                raise signing.unsigned(fault, kept, kept)
            judged = same = _checked(kept, brand, how)
            note = "on brand already; copied and signed"
        too = _for_after_effects(found, same, out, stem, how, ())
        return Corrected(judged, note, (("unchanged", kept), *too))
    final = _place(found.clip, out, stem, how)
    written, after = write_and_check(found, brand, final, how)
    files = [("corrected", final)]
    if how.luts:
        files += found.save_parts(out, stem, how.luts, how.nodes)
    held = _held(found.after, after, written.video)
    files += _for_after_effects(found, after, out, stem, how, files)
    notes = dict.fromkeys(note for grade in found.grades for note in grade.lut.notes)
    light = [remedy.sentence for remedy in found.light]
    proof = found.prove(brand)
    if how.luts:
        from brandkit.parts import labels

        proof = proof.named(labels(stem, found.shots))
    grown = _side_effects(found.before, after)
    said = ("; ".join(notes), *light, *grown, *proof_words.warnings(proof), *written.notes, *held)
    return Corrected(after, ". ".join(filter(None, said)), tuple(files), proof=proof)


def _for_after_effects(
    found: loop.Correction,
    after: Report,
    out: Path,
    stem: str,
    how: Settings,
    files: Sequence[tuple[str, Path]],
) -> list[tuple[str, Path]]:
    """The folder that After Effects opens, if one was asked for, as a caption and its path."""
    if not how.after_effects:
        return []
    from brandkit import aftereffects
    from brandkit.parts import labels

    mattes = [path for title, path in files if title == "matte"]
    folder = aftereffects.write(
        out / f"{stem}-after-effects",
        stem,
        found.clip.source,
        after,
        found.shots,
        labels(stem, found.shots),
        mattes,
        light=bool(found.light),
    )
    return [("for After Effects", folder)]


def _place(clip: Clip, out: Path, stem: str, how: Settings) -> Path:
    """Where the corrected file goes."""
    source = clip.source
    if source.kind == "sequence":  # numbered stills go into a folder, which must not look like a file
        return out / f"{stem}-{CORRECTED[1:]}"
    return out / f"{stem}{CORRECTED}{_ending(source.path, source.kind, how.codec, how.still)}"


def _held(corrected: Report, written: Report, video: Encoded | None) -> list[str]:
    """What the file holds of each brand colour in it, one sentence each; of pictures, what it lost.

    Args:
        corrected: on the frames before they were written.
        written: on the file.
        video: how its picture is stored, where it is a video.
    """
    if video is None and written.source.kind != "image":
        return []  # numbered stills and animations are without loss
    from brandkit.media import held

    landed = {f.swatch for f in corrected.findings if f.colour and f.colour == f.target}
    said = {}
    for f in written.findings:
        if not f.target or not f.colour:
            continue
        asked, found = rgb8(f.target), rgb8(f.colour) if f.swatch in landed else None
        if video is not None:
            said[f.swatch] = held.in_video(asked, found, video)
        elif found is not None and found != asked:
            said[f.swatch] = held.in_still(asked, found, written.source.path)
    return [f"{swatch}: {sentence}" for swatch, sentence in said.items()]


def _side_effects(before: Report, after: Report) -> list[str]:
    """What grew without leaving its limit, one sentence each: a person may want to know."""
    was = {(f.check, f.metric, f.swatch): f.value for f in before.findings}
    grown = []
    for finding in after.findings:
        then, now = was.get((finding.check, finding.metric, finding.swatch)), finding.value
        if finding.unit == "de00" and then is not None and now is not None and now > then + NOTABLE_DE00:
            grown.append(f"{finding.swatch} went from {then:.2f} to {now:.2f}, within its limit")
    return grown


def write_and_check(
    found: loop.Correction, brand: Brand, final: Path, how: Settings
) -> tuple[media.Written, Report]:
    """Write to a folder of its own, judge the file as a viewer will get it, and only then put it in place.

    Args:
        found: what to write.
        brand: to judge by.
        final: where to; the ending decides the format.
        how: codec, dither, checks and the like.

    Returns:
        What was written, and the report on it.

    Raises:
        OutputError: it cannot be written.
        CorrectionError: what was written is worse than the original.
        CredentialsError: it was written, but could not be signed.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".brandkit-", dir=final.parent) as folder:
            written = _save(found, Path(folder) / final.name, final, how)
            # Before anything takes the file's digest: what is judged, filed and delivered is the signed one.
            fault = signing.sign_correction(found, brand, written, how.identity, how.timestamp)
            after = _checked(written.path, brand, how)
            loop.refuse_if_worse(found.before, after, found.after)
            if final.is_dir():
                shutil.rmtree(final)
            written.path.replace(final)
    except OSError as error:
        raise output_error(final, error) from error
    if fault is not None:
        raise signing.unsigned(fault, written.path, final)
    said = signing.left_out(found.clip.source.path, how.identity)
    if how.identity is not None:
        said = (f"content credentials are in it, signed by {how.identity.name}",)
    written = replace(written, notes=(*written.notes, *said))
    return written, replace(after, source=replace(after.source, path=final))


def _checked(path: Path, brand: Brand, how: Settings) -> Report:
    clip = loop.open_clip(_readable(path), brand)
    return loop.check(clip, brand, checks=how.checks, anchor=how.anchor, timestamp=how.timestamp)


def _save(found: loop.Correction, temporary: Path, final: Path, how: Settings) -> media.Written:
    try:
        return found.save(temporary, codec=how.codec, crf=how.crf, dither=how.dither)
    except OutputError as error:  # it names a folder that is gone when a person reads of it
        raise OutputError(str(error).replace(str(temporary), str(final))) from error


def _free_stem(path: Path, taken: set[str]) -> str:
    """The input's name without ending, numbered where another input of the call has it already."""
    base = path.stem
    if is_pattern(path):
        base = base.split("%")[0].rstrip("_.- ") or "sequence"
    stem, number = base, 2
    while stem.casefold() in taken:
        stem, number = f"{base}-{number}", number + 1
    taken.add(stem.casefold())
    return stem


def _ending(path: Path, kind: str, codec: media.Codec, still: str | None) -> str:
    """The ending that a result gets: the source's own where it is written, else PNG or the codec's own."""
    own = path.suffix.lower()
    if kind == "image":
        return still or (own if own in STILL_ENDINGS else ".png")
    if kind == "animation":
        return own if own in (".png", ".apng", ".webp") else ".png"
    return CODECS[codec].ending(own)


def first_frame(clip: Clip) -> npt.NDArray[np.uint8]:
    """The first frame, ``uint8`` ``[H, W, 3]``, to show a clip by."""
    return interleaved(next(iter(clip.batches(1))).pixels[0])
