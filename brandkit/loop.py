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
from brandkit.errors import CheckError, CorrectionError
from brandkit.media.clip import Clip
from brandkit.report.report import BrandRef, Report, installed_versions

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.colour.lut import Lut
    from brandkit.grade import Grade, ShotGrades
    from brandkit.mask import Mask

BATCH = 8
DEFAULT_NODES = 33

Progress = Callable[[int], None]

_SEVERITY = ("passed", "warned", "failed")
_REVEALED = frozenset({"coverage", "deviation"})
"""Metrics of how much of the picture a colour covers."""
DRIFT = "drift_de00"
"""The metric that names the worst of several colours: when one has been corrected, it names the next."""
_NOTICEABLE = 1.02
"""A failed number must grow by more than this factor to count as made worse: less is rounding."""


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
    device: str | None = None,
    progress: Progress | None = None,
    timestamp: bool = True,
) -> Report:
    """Measure a clip by every installed check and judge it by the brand's limits.

    Args:
        source: a picture or video file, or a clip.
        brand: palette and guidelines.
        checks: ids of the checks to run; all that are installed if ``None``.
        device: torch device; ``None`` for the GPU if there is one.
        progress: called with the number of frames done.
        timestamp: whether the report says when it was made; without, the same input and brand give
            the same report.

    Raises:
        MediaError: the file cannot be read.
        CheckError: no check was found, or nothing was measured.
    """
    registry = find_checks(brand, checks)
    clip = open_clip(source, brand)
    measured, failures = run(
        clip,
        brand,
        registry.checks.values(),
        batch=BATCH,
        device=device or best_device(),
        progress=progress,
    )
    findings = gate.judge_all(measured, failures, registry.broken, brand) + _not_run(registry, brand)
    return Report(
        source=clip.source,
        brand=BrandRef(brand.name, brand.digest),
        verdict=gate.decide(findings, brand.required),
        findings=findings,
        settings={"checks": list(registry.checks), "required": list(brand.required)},
        versions=installed_versions(),
        created=datetime.now(UTC).replace(microsecond=0) if timestamp else None,
    )


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
    """

    clip: Clip
    corrected: Clip
    shots: tuple[ShotGrades, ...]
    before: Report
    after: Report

    @property
    def grades(self) -> tuple[Grade, ...]:
        """All grades of all shots, in order."""
        return tuple(grade for shot in self.shots for grade in shot.grades)

    @property
    def lut(self) -> Lut | None:
        """The one LUT that does it all; ``None`` where it takes none, several, or a matte."""
        if len(self.grades) == 1 and self.grades[0].where is None and self.shots[0].whole:
            return self.grades[0].lut
        return None

    def save(self, path: str | Path, *, codec: media.Codec = "h264", crf: int | None = None) -> media.Written:
        """Write the corrected clip; the ending decides the format. Raises ``OutputError``."""
        return media.write(path, self.corrected.batches(BATCH), self.clip.source, codec=codec, crf=crf)

    def save_cube(self, path: str | Path) -> None:
        """Write the one LUT as ``.cube``. Raises ``CorrectionError`` where no single one does it all."""
        if not self.grades:
            raise CorrectionError(f"{self.clip.source.path}: nothing was corrected, so there is no LUT")
        if self.lut is None:
            raise CorrectionError(
                f"{self.clip.source.path}: was corrected by {len(self.grades)} LUTs through mattes or shot "
                "by shot, which one .cube cannot hold; use save_parts"
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
        from brandkit.parts import write_parts

        return write_parts(self.clip, self.shots, Path(folder), stem, formats, nodes)


def correct(
    source: str | Path | Clip,
    brand: Brand,
    *,
    before: Report | None = None,
    mask: Mask | None = None,
    nodes: int = DEFAULT_NODES,
    checks: Sequence[str] | None = None,
    device: str | None = None,
    progress: Progress | None = None,
    timestamp: bool = True,
) -> Correction:
    """Take a clip's brand colours onto their HEX by LUTs, and prove it by the same checks.

    One LUT serves the whole frame where it leaves alone what is not the brand's; otherwise each region gets
    one, and a matte that follows its edges.

    Args:
        source: a picture or video file, or a clip.
        brand: whose colours to land on.
        before: the report on the clip, if there is one already.
        mask: where to correct, if a person knows better; everywhere without.
        nodes: along each axis of the LUTs.
        checks: as in ``check``.
        device: as in ``check``.
        progress: called with the number of frames done, over up to three passes.
        timestamp: as in ``check``.

    Raises:
        MediaError: the file cannot be read.
        CorrectionError: no brand colour was found, demands contradict each other, or the corrected
            clip is worse than it was in some respect; the message says in which.
    """
    clip = open_clip(source, brand)
    chosen = device or best_device()

    def judged(seen: Clip) -> Report:
        return check(seen, brand, checks=checks, device=chosen, progress=progress, timestamp=timestamp)

    before = before or judged(clip)
    shots = solve(
        clip,
        brand,
        shots=_shots(clip),
        mask=mask,
        nodes=nodes,
        device=chosen,
        batch=BATCH,
        progress=progress,
    )
    if not shots:
        return Correction(clip, clip, (), before, before)
    from brandkit.grade import GradedClip
    from brandkit.survey import nearer

    corrected = GradedClip(clip, shots)
    after = judged(corrected)
    if any(found.metric != DRIFT for _, found in worse(before, after)) or not nearer(clip, corrected, brand):
        refuse_if_worse(before, after)
    return Correction(clip, corrected, shots, before, after)


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
        if fell or (now.outcome == "failed" and now.value > then.value * _NOTICEABLE):
            found.append((then, now))
    return found
