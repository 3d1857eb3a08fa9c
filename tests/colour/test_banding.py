"""Ramps through a LUT: what becomes flat, what turns back, and what is meant to be a plateau."""

from __future__ import annotations

import colour
import numpy as np
import torch

from brandkit.colour import banding
from brandkit.colour.lut import Lut, grid

BLUE = (18, 92, 236)
TARGET = (0, 80, 255)


def bent(curve: list[float]) -> Lut:
    """A LUT that takes each channel along a curve given at evenly spaced places."""
    nodes = grid(17).numpy()
    places = np.linspace(0, 1, len(curve))
    return Lut(torch.from_numpy(np.interp(nodes, places, curve)))


def of(name: str, found: tuple[banding.Ramp, ...]) -> banding.Ramp:
    return next(ramp for ramp in found if ramp.name.startswith(name))


def test_a_lut_that_changes_nothing_adds_nothing() -> None:
    found = banding.measure(Lut(grid(17)), [(BLUE, BLUE)])
    assert [ramp.name for ramp in found] == [
        "grey",
        "black to #125CEC to white",
        "grey to #125CEC at equal luminance",
    ]
    assert all((ramp.flat, ramp.reversals) == (0, 0) for ramp in found)
    assert all(ramp.largest_after == ramp.largest_before > 0 for ramp in found)


def test_a_curve_that_turns_back_is_a_reversal() -> None:
    found = of("grey", banding.measure(bent([0, 0.5, 0.4, 1]), []))
    assert (found.reversals, found.flat > 0) == (1, True)


def test_each_turn_counts_once() -> None:
    found = of("grey", banding.measure(bent([0, 0.3, 0.2, 0.6, 0.5, 1]), []))
    assert found.reversals == 2


def test_a_turn_that_rounding_could_make_is_none() -> None:
    found = of("grey", banding.measure(bent([0, 0.5, 0.499, 1]), []))
    assert found.reversals == 0


def test_a_flat_stretch_is_counted_step_by_step() -> None:
    # From 0.25 to 0.5 of the range everything becomes one code: 64 of 255 steps.
    found = of("grey", banding.measure(bent([0, 0.4, 0.4, 0.7, 1]), []))
    assert 62 <= found.flat <= 65
    assert found.reversals == 0


def test_a_plateau_at_the_target_is_meant() -> None:
    level = round(0.4 * 255)
    found = of("grey", banding.measure(bent([0, 0.4, 0.4, 0.7, 1]), [(BLUE, (level,) * 3)]))
    assert found.flat == 0


def test_steps_that_grow_show() -> None:
    found = of("grey", banding.measure(bent([0, 0.1, 0.9, 1]), []))
    assert found.largest_after > 2 * found.largest_before


def test_what_a_matte_never_lets_through_does_not_count() -> None:
    lut = bent([0, 0.5, 0.4, 1])
    found = banding.measure(lut, [], met=lambda rgb: rgb[:, 0] < 60)
    assert of("grey", found).steps == 59
    assert of("grey", found).reversals == 0
    assert banding.measure(lut, [], met=lambda rgb: rgb[:, 0] < 0)[0].steps == 0


def test_the_ramp_of_equal_luminance_is_one_by_colour_science() -> None:
    codes = banding.ramps(BLUE)["grey to #125CEC at equal luminance"].numpy()
    light = colour.sRGB_to_XYZ(codes / 255)[:, 1]
    assert np.abs(light - colour.sRGB_to_XYZ(np.array(BLUE) / 255)[1]).max() < 0.004
    assert codes[-1].tolist() == list(BLUE)
    assert len(set(codes[0].tolist())) == 1


def test_black_and_white_have_ramps_too() -> None:
    for extreme in ((0, 0, 0), (255, 255, 255)):
        found = banding.measure(Lut(grid(9)), [(extreme, extreme)])
        assert all(ramp.flat == ramp.reversals == 0 for ramp in found)
