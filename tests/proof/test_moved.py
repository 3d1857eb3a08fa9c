"""How far pixels moved, and of what kind they are, against numpy and colour-science."""

from __future__ import annotations

import colour
import numpy as np
import pytest
import torch

from brandkit.proof.moved import BIN, Bystanders, Tally, change, skin

from ..scenes import de00, lab, photograph


def planes(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1).contiguous()


def test_the_change_is_ciede2000_by_colour_science() -> None:
    before = photograph("astronaut")[::6, ::6].copy()
    after = np.roll(before, 7, axis=1)
    assert np.allclose(change(planes(before), planes(after)), de00(before, after), atol=0.02)


def test_what_kept_its_code_did_not_move_at_all() -> None:
    before = photograph("coffee")
    after = before.copy()
    after[10:20, 10:20] ^= 1
    moved = change(planes(before), planes(after))
    assert (moved > 0).sum() == 100
    assert moved[10:20, 10:20].min() > 0


def test_a_tally_says_what_numpy_says() -> None:
    moved = np.random.default_rng(0).gamma(1.0, 1.5, 40_000).astype(np.float32)
    moved[:30_000] = 0
    whole = Tally()
    for part in np.array_split(moved, 7):
        whole.add(part, part > 0)
    said = whole.told("outside")
    assert (said.pixels, said.changed) == (40_000, pytest.approx((moved > 0).mean()))
    assert said.mean == pytest.approx(moved.mean(), rel=1e-5)
    assert said.most == pytest.approx(moved.max())
    expected = np.quantile(moved, 0.99, method="higher")
    assert said.p99 is not None
    assert expected - BIN <= said.p99 <= expected + BIN


def test_where_99_of_100_kept_still_the_percentile_is_nothing() -> None:
    moved = np.zeros(1000, np.float32)
    moved[:5] = 8
    tally = Tally()
    tally.add(moved, moved > 0)
    assert (tally.told("x").p99, tally.told("x").most) == (0.0, 8.0)


def test_of_no_pixels_nothing_is_said() -> None:
    said = Tally().told("skin")
    assert (said.pixels, said.changed, said.mean, said.p99, said.most) == (0, None, None, None, None)


def test_the_skin_box_is_that_of_bt601_by_colour_science() -> None:
    codes = np.random.default_rng(1).integers(0, 256, (20_000, 3)).astype(np.uint8)
    _, cb, cr = np.moveaxis(
        colour.RGB_to_YCbCr(
            codes / 255,
            K=colour.WEIGHTS_YCBCR["ITU-R BT.601"],
            out_bits=8,
            out_legal=True,
            out_int=False,
        )
        * 255,
        -1,
        0,
    )
    expected = (cb >= 77) & (cb <= 127) & (cr >= 133) & (cr <= 173)
    assert (skin(torch.from_numpy(codes)).numpy() == expected).mean() > 0.9999


@pytest.mark.parametrize("rgb", [(224, 172, 150), (141, 85, 62), (255, 219, 200), (92, 58, 42)])
def test_complexions_are_skin(rgb: tuple[int, int, int]) -> None:
    assert bool(skin(torch.tensor([rgb], dtype=torch.uint8)))


@pytest.mark.parametrize("rgb", [(0, 80, 255), (0, 166, 81), (128, 128, 128), (255, 255, 255)])
def test_other_colours_are_none(rgb: tuple[int, int, int]) -> None:
    assert not bool(skin(torch.tensor([rgb], dtype=torch.uint8)))


def test_pixels_are_told_apart_by_kind() -> None:
    before = photograph("astronaut")
    after = np.clip(before.astype(int) + 3, 0, 255).astype(np.uint8)
    outside = np.ones(before.shape[:2], bool)
    outside[:, :200] = False
    found = Bystanders({"gold": ((201, 162, 39), 4.0)})
    moved = change(planes(before), planes(after))
    found.add(planes(before), moved, (before != after).any(-1), outside)
    said = {one.what: one for one in found.told()}
    places = lab(before)[outside]
    chroma = np.hypot(places[:, 1], places[:, 2])
    for what, own in (
        ("outside", np.ones(len(places), bool)),
        ("neutrals", chroma <= 4),
        ("blacks", places[:, 0] <= 10),
        ("highlights", places[:, 0] >= 95),
        ("on target: gold", de00(before[outside], np.array((201, 162, 39))) <= 4),
    ):
        # colour-science has another matrix in its last digits: a few pixels lie on the border.
        assert said[what].pixels == pytest.approx(own.sum(), rel=0.01, abs=3)
        if own.any():
            assert said[what].mean == pytest.approx(
                de00(before[outside], after[outside])[own].mean(), rel=0.02
            )
