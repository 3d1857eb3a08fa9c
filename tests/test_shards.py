"""One long video by several workers: to the byte what one pass comes to, whatever the video is."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brandkit import loop, media, shards
from brandkit.brand import Brand
from brandkit.check import Check, Failure, Measurement, discover, run
from brandkit.crew import Job, Progress
from brandkit.errors import MediaError
from brandkit.media.video import VideoClip
from brandkit.report import json
from brandkit.report.run import Entry, Run
from brandkit.temporal.shots import find_shots

from .films import SIZE, U8, X264, film
from .logo.scenes import LOGOS, artwork, pasted, pose_of
from .looks import saved_looks

VIDEO = Path(__file__).parent / "data" / "video"
FADED = (235, 240, 245)
SHOTS = (24, 17, 3, 14, 20, 5, 22)

GUIDELINES = f"""\
meta: {{name: Acme}}
color: {{palette: {{blue: "#0050FF", green: "#6AA84F", paper: "#FFFFFF"}}}}
defaults:
  brandkit:
    forbidden: [{{name: red, hex: "#C02020"}}]
    required: [palette, flicker, flash, technical, drift, style, logo]
    proportions: {{blue: 60%, green: 40%}}
    pairs: {{required: [[blue, green]]}}
    style: {{references: ['dusk-*.png'], counter_references: ['neon-*.png'], anchor: dusk-0.png}}
    logos: [{{name: gitlab, files: ['{LOGOS.as_posix()}/gitlab.svg'], required: true}}]
    delivery: {{fps: [25], formats: [mp4]}}
"""


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Brand:
    """A brand that asks for everything."""
    folder = tmp_path_factory.mktemp("brand")
    saved_looks(folder, "dusk", 2)
    saved_looks(folder, "neon", 2)
    (folder / "acme.brand.yml").write_text(GUIDELINES, encoding="utf-8")
    return Brand.load(folder / "acme.brand.yml")


@dataclass
class Here:
    """A crew that does the jobs in this process, the last ones first."""

    size: int = 2
    elsewhere: bool = True
    done: list[Job] = field(default_factory=list)

    def results(self, jobs: Sequence[Job], progress: Progress) -> Generator[tuple[int, Any]]:
        for number in reversed(range(len(jobs))):
            self.done.append(jobs[number])
            yield number, pickle.loads(pickle.dumps(jobs[number].run(progress)))


@pytest.fixture(autouse=True)
def short_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "LEAST_FRAMES", 100)
    monkeypatch.setattr(shards, "LEAST_SHARD", 20)


def cheap(*names: str) -> list[type[Check]]:
    return list(discover().select(names).checks.values())


def require_same(
    one: tuple[list[Measurement], list[Failure]], many: tuple[list[Measurement], list[Failure]]
) -> None:
    """Values, sentences, frames and series to the last bit, and pictures to the pixel."""
    assert many[1] == one[1]
    for mine, theirs in zip(many[0], one[0], strict=True):
        assert mine == theirs
        assert [e.name for e in mine.evidence] == [e.name for e in theirs.evidence]
        for shown, expected in zip(mine.evidence, theirs.evidence, strict=True):
            np.testing.assert_array_equal(shown.pixels, expected.pixels)


def parts(crew: Here) -> list[shards._Part]:
    return [job for job in crew.done if isinstance(job, shards._Part)]


def branded(number: int, picture: U8) -> U8:
    """With a logo in some shots."""
    if 42 <= number < 80:
        art = artwork("gitlab")
        picture[12:116, 90:186] = FADED
        return pasted(picture, art, pose_of(art, 70, (138.0, 62.0)))
    return picture


def test_every_check_comes_to_what_one_pass_does(tmp_path: Path, brand: Brand) -> None:
    path = film(tmp_path / "film.mp4", SHOTS, paint=branded)
    clip, crew, done = loop.open_clip(path, brand), Here(), [0]

    def progress(more: int) -> None:
        done[0] += more

    alone = loop.check(clip, brand, timestamp=False)
    together = loop.check(clip, brand, timestamp=False, crew=crew, progress=progress)
    assert len(parts(crew)) > 3 and done == [sum(SHOTS)]
    assert json.render(Run((Entry(together),))) == json.render(Run((Entry(alone),)))
    for mine, theirs in zip(together.findings, alone.findings, strict=True):
        assert [e.name for e in mine.evidence] == [e.name for e in theirs.evidence]
        for shown, expected in zip(mine.evidence, theirs.evidence, strict=True):
            np.testing.assert_array_equal(shown.pixels, expected.pixels)
    said = {finding.check for finding in alone.findings if finding.value is not None}
    assert said >= set(discover().checks)
    assert not any(finding.outcome == "error" for finding in alone.findings)


def fading(number: int, picture: U8) -> U8:
    """Out and in again, over a cut, and black now and then."""
    part = abs(number - 40) / 10
    return (picture * min(part, 1) * (number % 30 != 29)).astype(np.uint8)


def flashing(number: int, picture: U8) -> U8:
    return picture if number % 8 else np.full_like(picture, 255)


UNEVEN = list(accumulate([4, 3, 8, 4, 5] * 60, initial=50))
MADE: dict[str, Callable[[Path], Path]] = {
    "open-groups-and-a-later-start": lambda to: film(
        to / "o.mkv", SHOTS, options={**X264, "x264-params": "open-gop=1"}, times=range(500, 1000, 4)
    ),
    "uneven": lambda to: film(to / "u.mp4", SHOTS, times=UNEVEN),
    "fades": lambda to: film(to / "f.mp4", SHOTS, paint=fading),
    "flashes": lambda to: film(to / "b.mp4", SHOTS, paint=flashing),
    "short-shots": lambda to: film(to / "s.mp4", [3, 4, 5, 2, 6, 1, 3] * 3 + [15, 3, 3, 3, 15], seed=3),
}


@pytest.mark.parametrize("name", MADE)
def test_whatever_the_film_is(name: str, tmp_path: Path, brand: Brand) -> None:
    clip, crew = media.open(MADE[name](tmp_path)), Here()
    kinds = cheap("palette", "flicker", "flash", "technical")
    require_same(run(clip, brand, kinds), shards.measured(clip, brand, kinds, crew))
    assert len(parts(crew)) > 1


def test_real_pictures_cut_together(tmp_path: Path, brand: Brand) -> None:
    bunny, other = (list(_pictures(VIDEO / name)) for name in ("bigbuckbunny.mp4", "bt709_full_range.mp4"))
    shown = [*bunny[:45], *other, *bunny[90:], *other[10:]]
    path = film(tmp_path / "real.mp4", [len(shown)], paint=lambda number, picture: shown[number])
    clip, crew, kinds = media.open(path), Here(), cheap("palette", "flicker", "flash", "drift")
    require_same(run(clip, brand, kinds), shards.measured(clip, brand, kinds, crew))
    assert [part.first for part in reversed(parts(crew))] == [0, 45, 75, 117]


def _pictures(path: Path) -> Iterator[U8]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.reformat(*SIZE, format="rgb24").to_ndarray()


@given(data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wherever_it_is_split(data: st.DataObject, tmp_path_factory: Any, brand: Brand) -> None:
    path = tmp_path_factory.getbasetemp() / "anywhere.mp4"
    if not path.exists():
        film(path, [9, 4, 14, 3, 6, 3, 3, 8, 2, 13], seed=5)
    clip = media.open(path)
    assert isinstance(clip, VideoClip)
    cuts = [shot.first for shot in find_shots(clip)[1:]]
    kinds = cheap("palette", "flicker", "style", "drift")
    seams = data.draw(st.lists(st.sampled_from(cuts), min_size=1, unique=True).map(sorted))
    known = clip.index()
    assert known is not None
    merged = shards._Merged(0)
    names = tuple(kind.id() for kind in kinds)
    for k, (first, stop) in enumerate(pairwise([0, *seams, len(known)])):
        if (first, stop) not in _of_parts:
            part = shards._Part(clip, brand, names, known, first, stop, 8)
            _of_parts[first, stop] = pickle.dumps(part.run(lambda done: None))
        merged.add(k, pickle.loads(_of_parts[first, stop]))
    found = [m for name in names for m in merged.states[name].finish()]
    require_same(_once(clip, brand, kinds), (found, []))


_of_parts: dict[tuple[int, int], bytes] = {}
_of_one_pass: dict[Path, tuple[list[Measurement], list[Failure]]] = {}


def _once(clip: VideoClip, brand: Brand, kinds: list[type[Check]]) -> tuple[list[Measurement], list[Failure]]:
    key = clip.source.path
    if key not in _of_one_pass:
        _of_one_pass[key] = run(clip, brand, kinds)
    return _of_one_pass[key]


ONE_PASS: dict[str, Callable[[Path], Path]] = {
    "no-cut": lambda to: film(to / "n.mp4", [105]),
    "container": lambda to: film(to / "c.ts", SHOTS),
    "refreshed-bit-by-bit": lambda to: film(
        to / "r.mp4", SHOTS, options={**X264, "bf": "0", "x264-params": "intra-refresh=1:scenecut=0"}
    ),
}


@pytest.mark.parametrize("name", ONE_PASS)
def test_what_cannot_be_split_is_measured_in_one_pass(name: str, tmp_path: Path, brand: Brand) -> None:
    clip, kinds = media.open(ONE_PASS[name](tmp_path)), cheap("palette", "technical")
    crew = Here(elsewhere=False)
    require_same(run(clip, brand, kinds), shards.measured(clip, brand, kinds, crew))
    assert not parts(crew) or name == "refreshed-bit-by-bit"
    if not parts(crew):
        with pytest.raises(shards.OnePassError):
            shards.measured(clip, brand, kinds, Here())


def test_damage_is_said_as_in_one_pass(tmp_path: Path, brand: Brand) -> None:
    path = film(tmp_path / "d.mp4", SHOTS)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = bytes(4000)
    path.write_bytes(content)
    clip, kinds, said = media.open(path), cheap("palette"), []
    for crew in (None, Here(elsewhere=False)):
        try:
            found = loop.check(clip, brand, checks=["palette"], crew=crew, timestamp=False)
            said.append(json.render(Run((Entry(found),))))
        except MediaError as error:
            said.append(str(error))
    assert said[0] == said[1] and kinds


def test_a_short_clip_is_nobody_elses(tmp_path: Path, brand: Brand) -> None:
    clip, crew = media.open(film(tmp_path / "s.mp4", [20, 20])), Here()
    shards.measured(clip, brand, cheap("palette"), crew)
    assert not crew.done
