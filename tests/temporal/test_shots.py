from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
import torch

from brandkit.media.clip import Frames
from brandkit.temporal.shots import Shot, ShotFinder, find_shots

from ..scenes import Scene, photograph

Pictures = list[np.ndarray]


def pan(name: str, count: int, step: float = 3) -> Pictures:
    """A photograph that moves by so many pixels a frame."""
    whole = cv2.resize(photograph(name), (640, 360), interpolation=cv2.INTER_AREA)
    return [_shifted(whole, step * n) for n in range(count)]


def zoom(name: str, count: int, rate: float) -> Pictures:
    whole = cv2.resize(photograph(name), (640, 360), interpolation=cv2.INTER_AREA)
    turns = (cv2.getRotationMatrix2D((320, 180), 0, rate**n) for n in range(count))
    return [cv2.warpAffine(whole, turn, (640, 360), borderMode=cv2.BORDER_REFLECT) for turn in turns]


def _shifted(picture: np.ndarray, by: float) -> np.ndarray:
    move = np.array([[1, 0, -by], [0, 1, 0]], np.float64)
    return cv2.warpAffine(picture, move, picture.shape[1::-1], borderMode=cv2.BORDER_REFLECT)


def scaled(picture: np.ndarray, factor: float) -> np.ndarray:
    return np.clip(picture * factor, 0, 255).round().astype(np.uint8)


def shots(pictures: Pictures) -> list[tuple[int, int]]:
    return [(shot.first, shot.last) for shot in find_shots(Scene(pictures))]


def test_a_cut_between_photographs_starts_a_shot() -> None:
    pictures = pan("astronaut", 12) + pan("coffee", 9) + pan("rocket", 10)
    assert shots(pictures) == [(0, 11), (12, 20), (21, 30)]


def test_shots_of_three_frames_are_told_apart() -> None:
    pictures = pan("astronaut", 6) + pan("coffee", 3) + pan("rocket", 3) + pan("chelsea", 6)
    assert shots(pictures) == [(0, 5), (6, 8), (9, 11), (12, 17)]


@pytest.mark.parametrize("at", [1, 2, 10, 11], ids=["second", "third", "last-but-one", "last"])
def test_a_cut_at_the_edge_of_a_clip_is_found(at: int) -> None:
    pictures = [*pan("astronaut", 12)[:at], *pan("coffee", 12)[at:]]
    assert shots(pictures) == [(0, at - 1), (at, 11)]


def fade_out_of_black() -> Pictures:
    return [scaled(p, np.clip((n - 4) / 20, 0, 1)) for n, p in enumerate(pan("coffee", 30))]


def cross_fade() -> Pictures:
    both = zip(pan("astronaut", 24, 1), pan("rocket", 24, 1), strict=True)
    return [cv2.addWeighted(a, 1 - n / 23, b, n / 23, 0) for n, (a, b) in enumerate(both)]


def flickering() -> Pictures:
    return [scaled(p, 1 + 0.04 * (-1) ** n) for n, p in enumerate(pan("astronaut", 20))]


def flashing(frames: int) -> Pictures:
    pictures = pan("astronaut", 20)
    return [np.full_like(p, 255) if 8 <= n < 8 + frames else p for n, p in enumerate(pictures)]


@pytest.mark.parametrize(
    "pictures",
    [
        pytest.param(pan("astronaut", 20, 3), id="pan"),
        pytest.param(pan("astronaut", 20, 12), id="fast-pan"),
        pytest.param(zoom("chelsea", 20, 1.02), id="zoom"),
        pytest.param(fade_out_of_black(), id="fade-out-of-black"),
        pytest.param(cross_fade(), id="cross-fade"),
        pytest.param(flickering(), id="flicker-of-4-percent"),
        pytest.param(flashing(1), id="flash-of-one-frame"),
        pytest.param(flashing(2), id="flash-of-two-frames"),
        pytest.param([np.zeros((360, 640, 3), np.uint8)] * 8, id="black"),
        pytest.param([np.zeros((1, 1, 3), np.uint8)] * 8, id="one-pixel"),
        pytest.param(pan("coffee", 1), id="one-frame"),
    ],
)
def test_it_is_one_shot(pictures: Pictures) -> None:
    assert shots(pictures) == [(0, len(pictures) - 1)]


def test_a_clip_without_frames_has_no_shots() -> None:
    class Nothing(Scene):
        def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
            return iter(())

    assert find_shots(Nothing(pan("coffee", 1))) == ()


@pytest.mark.parametrize("batch", [1, 3, 40])
def test_cuts_do_not_depend_on_the_batches(batch: int) -> None:
    finder = ShotFinder()
    for frames in Scene(pan("astronaut", 7) + pan("coffee", 8)).batches(batch):
        finder.update(frames)
    assert finder.finish() == (7,)


def test_a_cut_is_known_once_the_frames_before_it_are_settled() -> None:
    finder = ShotFinder()
    pictures = pan("astronaut", 7) + pan("coffee", 8)
    for frames in Scene(pictures).batches(1):
        finder.update(frames)
        assert (7 in finder.cuts) == (finder.settled > 7)
    finder.finish()
    assert finder.settled == len(pictures)


def test_a_shot_names_its_first_and_last_frame() -> None:
    assert find_shots(Scene(pan("astronaut", 2))) == (Shot(0, 1),)
