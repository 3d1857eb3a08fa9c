from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import colour
import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from brandkit import media
from brandkit.media.clip import Frames, Source
from brandkit.temporal import deflicker
from brandkit.temporal.deflicker import Deflickered, Track, measure
from brandkit.temporal.light import slow_part
from brandkit.temporal.relight import lit

from ..scenes import de00, photograph

BUNNY = Path(__file__).parent.parent / "data/video/bigbuckbunny.mp4"
SIZE = (240, 136)
FPS = 25


@dataclass
class Film:
    """Pictures in memory as a clip; ``uint8`` or, as of a deep source, ``float32``, ``[H, W, 3]``."""

    pictures: list[np.ndarray]
    fps: float = FPS
    deep: bool = False

    @property
    def source(self) -> Source:
        height, width = self.pictures[0].shape[:2]
        rate = Fraction(self.fps).limit_denominator(1001)
        return Source(Path("film.mp4"), "", "video", width, height, len(self.pictures), rate, None)

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        for first in range(0, len(self.pictures), size):
            some = np.stack(self.pictures[first : first + size])
            seen = torch.from_numpy(some).permute(0, 3, 1, 2).contiguous().to(device)
            seconds = tuple((first + k) / self.fps for k in range(len(some)))
            yield Frames(seen.round().to(torch.uint8), first, seconds, seen if self.deep else None)


def linear(codes: np.ndarray) -> np.ndarray:
    return np.asarray(colour.models.eotf_sRGB(codes / 255))


def coded(light: np.ndarray) -> np.ndarray:
    return np.asarray(colour.models.eotf_inverse_sRGB(np.clip(light, 0, 1))) * 255


def rounded(pictures: list[np.ndarray]) -> list[np.ndarray]:
    return [np.clip(np.round(p), 0, 255).astype(np.uint8) for p in pictures]


def pan(name: str = "astronaut", count: int = 50, speed: float = 1.7) -> list[np.ndarray]:
    """A photograph under a moving camera, codes with fractions."""
    picture = cv2.resize(photograph(name), (420, 236), interpolation=cv2.INTER_AREA).astype(np.float32)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moves = [np.array([[1, 0, k * speed], [0, 1, 40]], np.float32) for k in range(count)]
    return [cv2.warpAffine(picture, move, SIZE, flags=how) for move in moves]


def sine(count: int, hertz: float, depth: float, balance: tuple[float, ...] = (1, 1, 1)) -> np.ndarray:
    wave = np.sin(2 * np.pi * hertz * np.arange(count) / FPS + 0.3)
    return 1 + depth * wave[:, None] * np.array(balance)


def flickered(pictures: list[np.ndarray], gains: np.ndarray) -> list[np.ndarray]:
    return [coded(linear(p) * g) for p, g in zip(pictures, gains, strict=True)]


def shown(clip: media.Clip, size: int = 8) -> list[np.ndarray]:
    return [p.permute(1, 2, 0).numpy() for frames in clip.batches(size) for p in frames.pixels]


def light_error(pictures: list[np.ndarray], truth: list[np.ndarray]) -> float:
    """Root mean square over frames and channels of how far the mean light is off, relative to the shot's."""
    pairs = zip(pictures, truth, strict=True)
    off = [np.log(linear(p).mean((0, 1)) / linear(t).mean((0, 1))) for p, t in pairs]
    return float(np.std(off, axis=0).max())


def unlike(pictures: list[np.ndarray], truth: list[np.ndarray]) -> float:
    """Mean CIEDE2000."""
    pairs = list(zip(pictures, truth, strict=True))
    return float(np.mean([de00(p[::3, ::3], t[::3, ::3]).mean() for p, t in pairs]))


@pytest.mark.parametrize(("depth", "hertz"), [(0.01, 4), (0.01, 8), (0.02, 4), (0.02, 11), (0.04, 8)])
def test_a_pulse_of_brightness_goes(depth: float, hertz: float) -> None:
    truth = pan()
    film = Film(rounded(flickered(truth, sine(len(truth), hertz, depth))))
    track = measure(film)
    after = shown(Deflickered(film, track))
    assert light_error(after, truth) < 0.25 * light_error(film.pictures, truth)
    (shot,) = track.shots
    assert shot.corrected and shot.after < 0.25 * shot.before
    if depth > 0.01:  # below, rounding twice to 8 bits is as far from the truth as the pulse was
        assert unlike(after, rounded(truth)) < unlike(film.pictures, rounded(truth))


def test_a_pulse_of_the_white_balance_goes() -> None:
    truth = pan("coffee")
    film = Film(rounded(flickered(truth, sine(len(truth), 8, 0.02, (1, 0, -1)))))
    after = shown(Deflickered(film, measure(film)))
    assert light_error(after, truth) < 0.2 * light_error(film.pictures, truth)
    assert unlike(after, rounded(truth)) < 0.7 * unlike(film.pictures, rounded(truth))


def test_a_pan_comes_out_bit_for_bit() -> None:
    film = Film(rounded(pan(speed=4.3)))
    track = measure(film)
    assert not track.corrected and track.shots[0].why == "there is no flicker beyond the floor"
    assert all((a == b).all() for a, b in zip(shown(Deflickered(film, track)), film.pictures, strict=True))


def test_a_real_clip_without_flicker_comes_out_bit_for_bit() -> None:
    clip = media.open(BUNNY)
    track = measure(at_a_quarter(clip, 40))
    assert not track.corrected
    assert (track.correction == 1).all()


def at_a_quarter(clip: media.Clip, count: int) -> Film:
    """The first frames of a clip at a quarter of its size."""
    small = []
    for frames in clip.batches(8):
        for frame in frames.pixels:
            small.append(cv2.resize(frame.permute(1, 2, 0).numpy(), (320, 180), interpolation=cv2.INTER_AREA))
            if len(small) == count:
                return Film(small)
    return Film(small)


def test_the_flicker_of_a_real_clip_goes() -> None:
    truth = at_a_quarter(media.open(BUNNY), 40).pictures
    grain = np.random.default_rng(0).uniform(-0.49, 0.49, truth[0].shape)
    film = Film(rounded(flickered([t + grain for t in truth], sine(len(truth), 8, 0.02))))
    after = shown(Deflickered(film, measure(film)))
    assert light_error(after, truth) < 0.25 * light_error(film.pictures, truth)


FADE = np.concatenate([np.ones(25), np.linspace(1, 0, 25), np.zeros(5)])


@pytest.mark.parametrize("way", ["out", "in"])
@pytest.mark.parametrize("kind", ["codes", "light"])
def test_a_fade_stays(way: str, kind: str) -> None:
    level = FADE if way == "out" else FADE[::-1]
    frames = pan(count=len(level))
    if kind == "codes":
        film = Film(rounded([f * k for f, k in zip(frames, level, strict=True)]))
    else:
        film = Film(rounded(flickered(frames, level[:, None] * np.ones(3))))
    assert unlike(shown(Deflickered(film, measure(film))), film.pictures) < 0.1


def test_flicker_within_a_fade_goes_and_the_fade_stays() -> None:
    frames = pan(count=len(FADE))
    truth = [f * k for f, k in zip(frames, FADE, strict=True)]
    film = Film(rounded(flickered(truth, sine(len(truth), 8, 0.04))))
    after = shown(Deflickered(film, measure(film)))
    assert unlike(after, rounded(truth)) < unlike(film.pictures, rounded(truth))


@pytest.mark.parametrize(
    "gains",
    [np.where(np.arange(50) < 25, 0.6, 1.0), np.where(np.arange(50) == 25, 1.5, 1.0)],
    ids=["a lamp that is switched on", "a flash of lightning"],
)
def test_an_event_stays(gains: np.ndarray) -> None:
    film = Film(rounded(flickered(pan(), gains[:, None] * np.ones(3))))
    assert not measure(film).corrected


def test_nothing_is_smoothed_across_a_cut() -> None:
    one, other = pan("astronaut", 30), [p * 0.5 for p in pan("coffee", 30)]
    film = Film(rounded(one + flickered(other, sine(30, 8, 0.04))))
    track = measure(film, [30])
    assert [(s.first, s.last, s.corrected) for s in track.shots] == [(0, 29, False), (30, 59, True)]
    after = shown(Deflickered(film, track))
    assert all((a == b).all() for a, b in zip(after[:30], film.pictures[:30], strict=True))
    assert light_error(after[30:], other) < 0.25 * light_error(film.pictures[30:], other)


def test_the_gains_follow_the_light() -> None:
    wanted = sine(50, 4, 0.04)
    track = measure(Film(rounded(flickered(pan(speed=0.7), wanted))))
    assert np.abs(track.gains[1:] / track.gains[:-1] - wanted[1:] / wanted[:-1]).max() < 0.006


@pytest.mark.parametrize(
    ("hertz", "least", "most"),
    [(0.5, 0.99, 1), (1, 0.94, 1), (1.5, 0.6, 1), (2, 0.2, 0.35), (3, 0, 0.13), (4, 0, 0.02), (8, 0, 0.01)],
)
def test_what_is_slow_is_kept_and_what_is_fast_is_not(hertz: float, least: float, most: float) -> None:
    seconds = np.arange(100) / FPS
    for phase in np.linspace(0, np.pi, 5):
        wave = np.sin(2 * np.pi * hertz * seconds + phase)
        kept = slow_part(wave[:, None], seconds)[25:75, 0]
        assert least <= np.sqrt((kept**2).mean() * 2) <= most + 0.01


def test_steps_and_corners_are_slow() -> None:
    seconds = np.arange(100) / FPS
    for track in (np.where(seconds < 2, 0.8, 1.0), np.clip(2.5 - seconds, 0, 1)):
        assert slow_part(track[:, None], seconds)[:, 0] == pytest.approx(track, abs=0.02)


@pytest.mark.parametrize("fps", [12, 24, 60])
def test_the_frame_rate_does_not_matter(fps: float) -> None:
    truth = pan(count=int(1.2 * fps), speed=40 / fps)
    wave = 1 + 0.03 * np.sin(2 * np.pi * 4.7 * np.arange(len(truth)) / fps)
    film = Film(rounded(flickered(truth, wave[:, None] * np.ones(3))), fps)
    after = shown(Deflickered(film, measure(film)))
    assert light_error(after, truth) < 0.3 * light_error(film.pictures, truth)


def test_the_size_of_batches_does_not_matter() -> None:
    film = Film(rounded(flickered(pan(count=30), sine(30, 8, 0.03))))
    one, other = measure(film, batch=1), measure(film, batch=7)
    assert (one.fast == other.fast).all() and (one.gains == other.gains).all() and one.shots == other.shots
    pairs = zip(shown(Deflickered(film, one), 1), shown(Deflickered(film, one), 7), strict=True)
    assert all((a == b).all() for a, b in pairs)


def test_a_deep_clip_keeps_its_depth() -> None:
    truth = pan(count=16)
    film = Film([f.astype(np.float32) for f in flickered(truth, sine(16, 8, 0.02))], deep=True)
    track = measure(film)
    for frames in Deflickered(film, track).batches(8):
        assert frames.deep is not None and (frames.deep.round() == frames.pixels).all()
        expected = linear(np.stack(film.pictures[frames.first : frames.first + len(frames)]))
        gains = track.correction[frames.first : frames.first + len(frames)]
        middle = (expected > 0.01) & (expected < 0.8)
        got = linear(frames.deep.permute(0, 2, 3, 1).numpy())
        assert np.allclose(got[middle], (expected * gains[:, None, None])[middle], rtol=1e-4)


def test_a_shot_that_would_be_no_better_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    film = Film(rounded(flickered(pan(count=30), sine(30, 8, 0.03))))

    class Worse(Deflickered):
        def __init__(self, clip: media.Clip, track: Track) -> None:
            super().__init__(clip, replace(track, fast=-track.fast))

    monkeypatch.setattr(deflicker, "Deflickered", Worse)
    track = measure(film)
    assert not track.corrected and not track.fast.any()
    assert track.shots[0].why == "removing what was measured would hardly lower it"


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_clip_of_hardly_any_frames_is_left_alone(count: int) -> None:
    pictures = rounded(pan(count=max(count, 1)))
    film = Film(pictures)
    film.pictures = pictures[:count]
    if count:
        track = measure(film)
        assert not track.corrected and len(track.gains) == count
        assert track.shots[0].why == "it is too short or too dark to tell"
    else:
        empty = measure(Nothing())
        assert empty.shots == () and empty.gains.shape == (0, 3)


class Nothing:
    """A clip that breaks off before its first frame."""

    source = Film(rounded(pan(count=1))).source

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        return iter(())


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (15, 9)])
@pytest.mark.parametrize("code", [0, 128, 255])
def test_tiny_and_plain_pictures_are_measured_without_complaint(size: tuple[int, int], code: int) -> None:
    film = Film([np.full((*size, 3), code, np.uint8)] * 20)
    track = measure(film)
    assert not track.corrected and np.isfinite(track.gains).all()


@given(st.floats(0.7, 1.4), st.integers(1, 255))
@settings(deadline=None, max_examples=100)
def test_light_never_clips_and_never_turns_around(gain: float, top: int) -> None:
    codes = torch.arange(top + 1, dtype=torch.float64)
    result = lit(codes, gain, top)
    assert result[0] == 0 and result.max() <= 255 + 1e-9
    assert (result.diff() > 0).all()


def test_white_stays_white_under_less_light() -> None:
    assert lit(torch.tensor([255.0]), 0.97, 255).item() == pytest.approx(255)
    dimmed = float(coded(linear(np.array(200.0)) * 0.97))
    assert lit(torch.tensor([200.0]), 0.97, 255).item() == pytest.approx(dimmed)
