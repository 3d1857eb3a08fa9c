"""Take out the flicker that a check complained of, before colours are corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brandkit.brand import Brand
    from brandkit.media.clip import Clip
    from brandkit.sweep import Pass
    from brandkit.temporal.deflicker import Track
    from brandkit.where import Where


@dataclass(frozen=True, slots=True)
class Remedy:
    """Flicker that was taken out.

    Attributes:
        swatch: the brand colour whose surfaces it was taken out of; ``None`` for the whole picture.
        track: by which gains, frame by frame.
        clip: what it was taken out of.
    """

    swatch: str | None
    track: Track
    clip: Clip

    @property
    def sentence(self) -> str:
        """What was done, for a person, without a final stop."""
        done = [shot for shot in self.track.shots if shot.corrected]
        before, after = (max(getattr(shot, end) for shot in done) for end in ("before", "after"))
        what = "the whole picture" if self.swatch is None else self.swatch
        of = f", in {len(done)} of {len(self.track.shots)} shots" if len(self.track.shots) > 1 else ""
        return (
            f"Flicker of {what} was taken out{of}: its light pulsed by {100 * before:.2f} % and does by "
            f"{100 * after:.2f} %"
        )


def steadied(
    clip: Clip,
    brand: Brand,
    shots: Sequence[tuple[int, int]],
    *,
    whole: bool,
    swatches: Sequence[str],
    device: str,
    progress: Callable[[int], None] | None = None,
) -> tuple[Clip, tuple[Remedy, ...]]:
    """The clip without flicker, and what was taken out; the clip itself where there is nothing to take out.

    Args:
        clip: what flickers.
        brand: whose swatches to look for.
        shots: first and last frame of each shot; the clip is one without.
        whole: whether to take it out of the whole picture.
        swatches: names of those brand colours of whose surfaces to take it out; each reads the clip up to
            twice, and all of them once together.
        device: where to look for regions.
        progress: called with the number of frames done, in the search for regions.

    Raises:
        MediaError: the clip cannot be decoded.
    """
    from brandkit.sweep import Pass
    from brandkit.temporal.deflicker import Deflickered, measure

    cuts = [first for first, _ in shots]
    steady, remedies = clip, []
    if whole:
        track = measure(clip, cuts)
        if track.corrected:
            remedies.append(Remedy(None, track, steady))
            steady = Deflickered(steady, track)
    over = Pass(steady, brand, device=device, progress=progress)
    for swatch, where in _largest(over, shots, swatches).items():
        track = measure(steady, cuts, where=where)
        if track.corrected:
            remedies.append(Remedy(swatch, track, steady))
            steady = Deflickered(steady, track)
    return steady, tuple(remedies)


def _largest(
    over: Pass, shots: Sequence[tuple[int, int]], swatches: Sequence[str]
) -> dict[str, dict[int, Where]]:
    """Of each swatch, by the first frame of each shot that shows it, where its largest region lies."""
    from brandkit.matte import matte_of
    from brandkit.sweep import by_shot

    found: dict[str, dict[int, Where]] = {swatch: {} for swatch in swatches}
    if not found:
        return found
    for shot in by_shot(over, shots):
        # The last of a name stays, which is the largest.
        for region in sorted(shot.regions, key=lambda region: region.share):
            if region.swatch.name in found:
                found[region.swatch.name][shot.first] = matte_of(region)
    return found
