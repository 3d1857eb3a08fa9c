"""The verbs: ``check`` a clip against a brand, and ``correct`` it and check again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from brandkit import gate, media
from brandkit.check import Registry, discover, run
from brandkit.correct import solve
from brandkit.errors import CheckError, CorrectionError, NothingFoundError
from brandkit.media.clip import Clip
from brandkit.media.writer import depth
from brandkit.policy import further
from brandkit.report.report import BrandRef, Report, installed_versions

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.colour.lut import Lut
    from brandkit.crew import Crew
    from brandkit.grade import Grade, ShotGrades
    from brandkit.mask import Mask
    from brandkit.proof import Proof
    from brandkit.steady import Remedy

BATCH = 8
DEFAULT_NODES = 33

Progress = Callable[[int], None]

_SEVERITY = ("passed", "warned", "failed")
_REVEALED = frozenset({"coverage", "deviation"})
"""Metrics of how much of the picture a colour covers."""
DRIFT = "drift_de00"
"""The metric that names the worst of several colours: when one has been corrected, it names the next."""
PULSE, BRAND_PULSE = "global_de00", "brand_de00"
"""The metrics of flicker, of the whole picture and of a brand colour, that light put right frame by frame
remedies."""


def best_device() -> str:
    """``cuda`` where there is one, else ``cpu``."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def open_clip(source: str | Path | Clip, brand: Brand) -> Clip:
    """The clip itself, or the file opened with the brand's background under transparent pixels."""
    if not isinstance(source, str | Path):
        return source
    from brandkit.swatch import rgb8

    return media.open(source, background=rgb8(brand.background))


def check(
    source: str | Path | Clip,
    brand: Brand,
    *,
    checks: Sequence[str] | None = None,
    anchor: str | Path | None = None,
    device: str | None = None,
    progress: Progress | None = None,
    timestamp: bool = True,
    crew: Crew | None = None,
) -> Report:
    """Measure a clip by every installed check and judge it by the brand's limits.

    Args:
        source: a picture or video file, or a clip.
        brand: palette and guidelines.
        checks: ids of the checks to run; all that are installed if ``None``.
        anchor: an approved still that every frame is compared with, in place of the brand's own.
        device: torch device; ``None`` for the GPU if there is one.
        progress: called with the number of frames done.
        timestamp: whether the report says when it was made; without, the same input and brand give
            the same report.
        crew: who may measure one long video together; the report is that of this process alone.

    Raises:
        MediaError: the file cannot be read.
        BrandError: there is no such anchor.
        CheckError: no check was found, or nothing was measured.
    """
    registry = find_checks(brand, checks)
    seen = brand if anchor is None else brand.anchored(anchor)
    clip = open_clip(source, brand)
    kinds, chosen = list(registry.checks.values()), device or best_device()
    if crew is None:
        measured, failures = run(clip, seen, kinds, batch=BATCH, device=chosen, progress=progress)
    else:
        from brandkit import shards

        measured, failures = shards.measured(
            clip, seen, kinds, crew, batch=BATCH, device=chosen, progress=progress
        )
    findings = gate.judge_all(measured, failures, registry.broken, brand) + _not_run(registry, brand)
    return Report(
        source=clip.source,
        brand=BrandRef(brand.name, brand.digest),
        verdict=gate.decide(findings, brand.required),
        findings=findings,
        settings=settings_of(registry, brand, anchor),
        versions=installed_versions(),
        created=datetime.now(UTC).replace(microsecond=0) if timestamp else None,
    )


def settings_of(
    registry: Registry, brand: Brand, anchor: str | Path | None = None
) -> dict[str, str | list[str]]:
    """What a report states of how it was asked for."""
    settings: dict[str, str | list[str]]
    settings = {"checks": list(registry.checks), "required": list(brand.required)}
    if anchor is not None:
        settings["anchor"] = Path(anchor).as_posix()
    return settings


def _not_run(registry: Registry, brand: Brand) -> tuple[gate.Finding, ...]:
    """A finding for each check that the brand asks for and that did not run: none is missed in silence."""
    run_or_broken = {*registry.checks, *(b.id for b in registry.broken)}
    wanted = [c for c in dict.fromkeys((*brand.required, *brand.limits)) if c not in run_or_broken]
    return tuple(gate.not_run(check, required=check in brand.required) for check in wanted)


def find_checks(brand: Brand, ids: Sequence[str] | None = None) -> Registry:
    """The checks to judge by: those of ``ids``, or all that are installed.

    Raises:
        CheckError: no check was found, one of ``ids`` is not installed, or the brand limits a number
            that a check does not measure.
    """
    registry = discover()
    if ids is not None:
        registry = registry.select(ids)
    if not registry.checks:
        where = "; ".join(f"{b.where}: {b.why}" for b in registry.broken) or "reinstall brandkit"
        raise CheckError(f"no check was found, so nothing can be judged: {where}")
    _require_known_limits(registry, brand)
    return registry


def _require_known_limits(registry: Registry, brand: Brand) -> None:
    """A limit that no check measures would never fail: better to say so than to pass in silence."""
    for check_id, limits in brand.limits.items():
        if (found := registry.checks.get(check_id)) is None:
            continue
        known = [metric.name for metric in found.metrics]
        for metric in limits:
            if metric not in known:
                raise CheckError(
                    f"{brand.path or brand.name}: defaults.brandkit.limits.{check_id}.{metric}: the check "
                    f"has no such number; it measures {', '.join(known)}"
                )
    for entry in brand.review:
        check_id, _, metric = entry.partition(".")
        if (found := registry.checks.get(check_id)) is not None and metric:
            known = [m.name for m in found.metrics]
            if metric not in known:
                raise CheckError(
                    f"{brand.path or brand.name}: defaults.brandkit.review: '{entry}': the check has no such "
                    f"number; it measures {', '.join(known)}"
                )


@dataclass(frozen=True, slots=True)
class Correction:
    """What correcting a clip came to.

    Attributes:
        clip: the clip as it was.
        corrected: the clip as it is now; the same object where nothing was to be done.
        shots: what was applied, shot by shot; empty where every brand colour was on its target.
        before: the report on the clip as it was.
        after: the report of the same checks on the corrected clip.
        steadied: the clip without its flicker, to which ``shots`` apply; the clip itself without ``light``.
        light: the flicker that was taken out first.
    """

    clip: Clip
    corrected: Clip
    shots: tuple[ShotGrades, ...]
    before: Report
    after: Report
    steadied: Clip
    light: tuple[Remedy, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return self.corrected is not self.clip

    @property
    def grades(self) -> tuple[Grade, ...]:
        """All grades of all shots, in order."""
        return tuple(grade for shot in self.shots for grade in shot.grades)

    @property
    def lut(self) -> Lut | None:
        """The one LUT that does it all; ``None`` where it takes none, several, a matte or deflickering."""
        if self.light:
            return None
        if len(self.grades) == 1 and self.grades[0].where is None and self.shots[0].whole:
            return self.grades[0].lut
        return None

    def save(
        self,
        path: str | Path,
        *,
        codec: media.Codec = "h264",
        crf: int | None = None,
        dither: bool = False,
    ) -> media.Written:
        """Write the corrected clip.

        Args:
            path: where to; the ending decides the format.
            codec: for video.
            crf: of the codec, where it has one.
            dither: whether to round with noise where the format holds 8 bits a channel.

        Raises:
            OutputError: the ending does not fit, or the place cannot be written to.
        """
        seen = self.corrected
        if dither and self.changed and depth(Path(path), self.clip.source, codec) == 8:
            from brandkit.colour.dither import dithered
            from brandkit.grade import GradedClip

            seen = GradedClip(self.steadied, self.shots, dithered)
        return media.write(path, seen.batches(BATCH), self.clip.source, codec=codec, crf=crf)

    def prove(self, brand: Brand) -> Proof:
        """Record what was done and what else moved, with pictures; see ``brandkit.proof``.

        Args:
            brand: that it was corrected to.

        Raises:
            MediaError: the clip cannot be decoded.
        """
        from brandkit.proof.prove import prove

        return prove(self.clip, self.steadied, self.shots, brand, [remedy.sentence for remedy in self.light])

    def save_cube(self, path: str | Path) -> None:
        """Write the one LUT as ``.cube``. Raises ``CorrectionError`` where no single one does it all."""
        if not self.grades:
            raise CorrectionError(f"{self.clip.source.path}: nothing was corrected, so there is no LUT")
        if self.lut is None:
            raise CorrectionError(
                f"{self.clip.source.path}: was corrected by {len(self.grades)} LUTs through mattes, shot by "
                "shot or after its flicker was taken out, which one .cube cannot hold; use save_parts"
            )
        from brandkit import handover

        handover.write(self.lut, path)

    def save_parts(
        self, folder: str | Path, stem: str, formats: Sequence[str] = ("cube",), nodes: int | None = None
    ) -> list[tuple[str, Path]]:
        """Write every LUT, and the matte of each that has one, for other programs to do the same with.

        Args and errors are those of ``brandkit.parts.write_parts``.

        Returns:
            What each file is, and where it lies.
        """
        from brandkit.parts import write_light, write_parts

        return [
            *write_light(self.light, Path(folder), stem),
            *write_parts(self.steadied, self.shots, Path(folder), stem, formats, nodes),
        ]


def correct(
    source: str | Path | Clip,
    brand: Brand,
    *,
    before: Report | None = None,
    mask: Mask | None = None,
    deflicker: bool | None = None,
    nodes: int = DEFAULT_NODES,
    checks: Sequence[str] | None = None,
    anchor: str | Path | None = None,
    device: str | None = None,
    progress: Progress | None = None,
    timestamp: bool = True,
) -> Correction:
    """Take a clip's brand colours onto their HEX by LUTs, and prove it by the same checks.

    One LUT serves the whole frame where it leaves alone what is not the brand's; otherwise each region gets
    one, and a matte that follows its edges. Each shot has its own; where the drift itself moves within a
    shot, several fade into each other. Flicker is taken out first.

    Args:
        source: a picture or video file, or a clip.
        brand: whose colours to land on.
        before: the report on the clip, if there is one already.
        mask: where to correct, if a person knows better; everywhere without.
        deflicker: whether to take out flicker of the whole picture and of brand colours; ``None`` where a
            check found too much of it.
        nodes: along each axis of the LUTs.
        checks: as in ``check``.
        anchor: as in ``check``.
        device: as in ``check``.
        progress: called with the number of frames done, over up to five passes.
        timestamp: as in ``check``.

    Raises:
        MediaError: the file cannot be read.
        BrandError: there is no such anchor.
        CorrectionError: no brand colour was found, demands contradict each other, or the corrected
            clip is worse than it was in some respect; the message says in which.
    """
    clip = open_clip(source, brand)
    chosen = device or best_device()

    def judged(seen: Clip) -> Report:
        return check(
            seen,
            brand,
            checks=checks,
            anchor=anchor,
            device=chosen,
            progress=progress,
            timestamp=timestamp,
        )

    before = before or judged(clip)
    cuts = _shots(clip)
    steady: Clip = clip
    light: tuple[Remedy, ...] = ()
    whole, swatches = _pulsing(before, deflicker)
    if whole or swatches:
        from brandkit.steady import steadied

        steady, light = steadied(
            clip, brand, cuts, whole=whole, swatches=swatches, device=chosen, progress=progress
        )
    try:
        shots = solve(
            steady,
            brand,
            shots=cuts,
            mask=mask,
            nodes=nodes,
            device=chosen,
            batch=BATCH,
            progress=progress,
        )
    except NothingFoundError:
        if not light:
            raise
        shots = ()
    if not shots and not light:
        return Correction(clip, clip, (), before, before, clip)
    from brandkit.grade import GradedClip
    from brandkit.survey import nearer

    corrected = GradedClip(steady, shots) if shots else steady
    after = judged(corrected)
    if any(found.metric != DRIFT for _, found in worse(before, after)) or not nearer(clip, corrected, brand):
        refuse_if_worse(before, after)
    return Correction(clip, corrected, shots, before, after, steady, light)


def _pulsing(before: Report, asked: bool | None) -> tuple[bool, list[str]]:
    """Whether to take flicker out of the whole picture, and of which brand colours.

    Args:
        before: the report on the clip.
        asked: whether a person wants it; ``None`` to go by what was found too much.
    """
    if asked is False:
        return False, []
    found = [
        finding
        for finding in before.findings
        if finding.metric in (PULSE, BRAND_PULSE)
        and finding.value is not None
        and (asked or finding.outcome in ("warned", "failed"))
    ]
    names = [finding.swatch for finding in found if finding.metric == BRAND_PULSE and finding.swatch]
    return any(finding.metric == PULSE for finding in found), names


def _shots(clip: Clip) -> list[tuple[int, int]]:
    """First and last frame of each shot of a clip that has several; none of one that is a single shot."""
    if clip.source.kind == "image":
        return []
    from brandkit.temporal.shots import find_shots

    shots = find_shots(clip)
    return [(shot.first, shot.last) for shot in shots] if len(shots) > 1 else []


def refuse_if_worse(before: Report, after: Report, accepted: Report | None = None) -> None:
    """Raise ``CorrectionError`` where some finding is worse after a correction than before it.

    Worse is a lower outcome, or a failed number that grew. How much of the picture a colour covers is
    left out, and so are proportions: they are what they are, and a correction only makes them visible.

    Args:
        before: on the clip as it was.
        after: on the corrected clip, or on the file that was written of it.
        accepted: an earlier report on the corrected clip; what is no worse than there passes.
    """
    for then, now in worse(before, after):
        if accepted is not None and now not in [found for _, found in worse(accepted, after)]:
            continue
        raise CorrectionError(
            f"{before.source.path}: the correction was refused, since it makes something worse: before, "
            f"{then.message}; after, {now.message}"
        )


def worse(before: Report, after: Report) -> list[tuple[gate.Finding, gate.Finding]]:
    """The findings that are worse than before, each behind what it was; see ``refuse_if_worse``."""
    was = {(f.check, f.metric, f.swatch): f for f in before.findings}
    found = []
    for now in after.findings:
        then = was.get((now.check, now.metric, now.swatch))
        if then is None or now.metric in _REVEALED or then.value is None or now.value is None:
            continue
        if now.outcome not in _SEVERITY or then.outcome not in _SEVERITY:
            continue
        fell = _SEVERITY.index(now.outcome) > _SEVERITY.index(then.outcome)
        if fell or (now.outcome == "failed" and further(then.value, now)):
            found.append((then, now))
    return found
