from __future__ import annotations

import itertools

import colour
import numpy as np
import pytest
import torch

from brandkit.brand import Brand, Swatch
from brandkit.colour.demand import Demand
from brandkit.colour.field import solve
from brandkit.colour.folds import folds, folds_portable
from brandkit.colour.lut import Lut, grid
from brandkit.correct import Task, whole_frame
from brandkit.errors import CorrectionError
from brandkit.regions import find_regions
from brandkit.survey import Survey

from ..scenes import Scene, de00, drifted, paste, photograph, ramp, rgb8

HEX = ["#0050FF", "#E2231A", "#FFD200", "#00A651", "#6D28D9", "#8A8D8F", "#FFFFFF", "#101820"]
LEAST_DETERMINANT = -0.02


def flat(source: tuple[int, int, int], target: tuple[int, int, int], name: str = "colour") -> Demand:
    low, high = (tuple(min(255, max(0, v + by)) for v in source) for by in (-7, 7))
    return Demand(name, target, source, low, high, None, 1.0)  # type: ignore[arg-type]


def flat_lut(hex_colour: str, drift: int) -> tuple[np.ndarray, Lut]:
    source = drifted(rgb8(hex_colour), drift, seed=drift)
    return source, solve([flat(tuple(source.tolist()), rgb8(hex_colour))], 33)


def determinants(nodes: np.ndarray) -> np.ndarray:
    """Of each cell, the least Jacobian determinant of the six tetrahedra that interpolation uses."""
    last = len(nodes) - 1
    least = np.full((last,) * 3, np.inf)
    for order in itertools.permutations(range(3)):
        corner, before = [0, 0, 0], nodes[:last, :last, :last]
        steps = [before] * 3
        for axis in order:
            corner[axis] = 1
            r, g, b = corner
            here = nodes[r : r + last, g : g + last, b : b + last]
            steps[axis], before = (here - before) * last, here
        least = np.minimum(least, np.linalg.det(np.stack(steps, -1)))
    return least


def worst(lut: Lut) -> float:
    return float(determinants(lut.nodes.numpy()).min())


def ramps() -> np.ndarray:
    """Greys, and ramps from black and to white of saturated colours: ``[ramps, 256, 3]``."""
    ends = np.array([c for c in itertools.product((0, 255), repeat=3) if len(set(c)) > 1])
    part = np.linspace(0, 1, 256)[None, :, None]
    grey = np.repeat(np.arange(256.0)[None, :, None], 3, 2)
    return np.round(
        np.concatenate((grey, part * ends[:, None], ends[:, None] + part * (255 - ends[:, None])))
    )


def test_the_identity_folds_nothing_and_a_mirror_does() -> None:
    assert not folds(grid(9))
    assert not folds(torch.full((9, 9, 9, 3), 0.5, dtype=torch.float64))  # a plateau is no fold
    assert folds(grid(9)[..., [1, 0, 2]])


@pytest.mark.parametrize("nodes", [2, 3, 17])
@pytest.mark.parametrize("roughness", [0.1, 0.3, 0.6])
def test_the_compiled_test_for_folds_says_what_the_portable_one_does(nodes: int, roughness: float) -> None:
    rng = np.random.default_rng(nodes)
    said = set()
    for _ in range(30):
        free = rng.uniform(-roughness, roughness, (nodes, nodes, nodes, 3)) / (nodes - 1)
        values = grid(nodes) + torch.from_numpy(free)
        seen = torch.from_numpy(rng.random((nodes - 1,) * 3) < 0.01)
        assert folds(values) == folds_portable(values)
        assert folds(values, seen) == folds_portable(values, seen)
        said |= {folds(values), folds(values, seen)}
    assert roughness > 0.1 or said == {False}
    assert roughness < 0.6 or True in said


@pytest.mark.parametrize("hex_colour", HEX)
@pytest.mark.parametrize("drift", [2, 5, 10])
def test_a_flat_correction_folds_nothing(hex_colour: str, drift: int) -> None:
    if hex_colour == "#101820" and drift == 2:
        pytest.skip("no 8-bit colour lies 2 away in the direction that the seed picks")
    _, lut = flat_lut(hex_colour, drift)
    assert worst(lut) >= LEAST_DETERMINANT


@pytest.mark.parametrize("hex_colour", HEX)
def test_no_ramp_turns_back_by_more_than_a_code(hex_colour: str) -> None:
    _, lut = flat_lut(hex_colour, 5)
    for line in ramps():
        along = np.sign(line[-1] - line[0])
        codes = lut(torch.from_numpy(line.astype(np.uint8))).numpy().astype(int) * along
        assert (np.maximum.accumulate(codes) - codes).max() <= 1


@pytest.mark.parametrize("nodes", [17, 33, 65])
@pytest.mark.parametrize("hex_colour", HEX)
def test_all_of_a_colours_noise_lands_on_the_hex(hex_colour: str, nodes: int) -> None:
    source = drifted(rgb8(hex_colour), 5, seed=5)
    lut = solve([flat(tuple(source.tolist()), rgb8(hex_colour))], nodes)
    box = np.array(list(itertools.product(range(-7, 8), repeat=3))) + source
    found = lut(torch.from_numpy(np.clip(box, 0, 255).astype(np.uint8)))
    assert (found == torch.tensor(rgb8(hex_colour), dtype=torch.uint8)).all()


def test_what_lies_far_from_the_source_does_not_move() -> None:
    source, lut = flat_lut("#0050FF", 5)
    codes = np.random.default_rng(0).integers(0, 256, (20_000, 3))
    moved = np.abs(lut(torch.from_numpy(codes.astype(np.uint8))).numpy().astype(int) - codes).max(1)
    way = np.linalg.norm(codes - source, axis=1)
    assert (moved[way > 90] == 0).all()
    assert (moved[way < 12] > 0).all()


def test_greys_stay_while_a_chromatic_colour_moves() -> None:
    _, lut = flat_lut("#E2231A", 5)
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1)
    assert np.array_equal(lut(torch.from_numpy(grey)).numpy(), grey)


def test_two_sources_of_one_target_both_land_on_it() -> None:
    target = rgb8("#0050FF")
    lut = solve([flat((18, 92, 236), target, "one"), flat((40, 96, 215), target, "other")], 33)
    both = torch.tensor([[18, 92, 236], [40, 96, 215]], dtype=torch.uint8)
    assert lut(both).tolist() == [list(target)] * 2


def test_sources_apart_move_each_to_its_own_target() -> None:
    demands = [flat((18, 92, 236), rgb8("#0050FF"), "blue"), flat((201, 69, 46), rgb8("#E2231A"), "red")]
    found = solve(demands, 33)(torch.tensor([[18, 92, 236], [201, 69, 46]], dtype=torch.uint8))
    assert found.tolist() == [list(rgb8("#0050FF")), list(rgb8("#E2231A"))]


def test_sources_that_touch_but_part_are_refused_by_both_names() -> None:
    demands = [flat((48, 96, 192), rgb8("#0050FF"), "sky"), flat((50, 98, 190), rgb8("#007A87"), "sea")]
    with pytest.raises(CorrectionError) as refused:
        solve(demands, 33)
    assert "'sky' (found as #3060C0)" in str(refused.value)
    assert "'sea' (found as #3262BE)" in str(refused.value)


def test_the_same_demands_give_the_same_lut() -> None:
    assert flat_lut("#6D28D9", 5)[1].digest == flat_lut("#6D28D9", 5)[1].digest


def shaded_lut(hex_colour: str, found: str) -> tuple[np.ndarray, Lut]:
    source = ramp(np.asarray(colour.models.eotf_sRGB(np.array(rgb8(found)) / 255)))
    swatch = Swatch(name="colour", hex=hex_colour, finish="shaded")
    picture = paste(photograph("rocket"), source, sigma=1.0)
    guide = Brand(name="Test", swatches=(swatch,))
    survey = Survey(guide)
    for frames in Scene([picture]).batches():
        survey.update(frames)
    return source[0], whole_frame(Task(guide, "test", 33, "cpu"), find_regions(survey))


SHADED = [("#0050FF", "#2D5FC0"), ("#FF4F00", "#E9684C"), ("#6D28D9", "#8134A4"), ("#00A651", "#35A80B")]


@pytest.mark.parametrize(("hex_colour", "found"), SHADED)
def test_a_shaded_surface_lands_on_the_shades_of_its_target(hex_colour: str, found: str) -> None:
    row, lut = shaded_lut(hex_colour, found)
    body, target = (np.asarray(colour.models.eotf_sRGB(np.array(rgb8(c)) / 255)) for c in (found, hex_colour))
    # How strong the light was is not to be known: the ideal ramp is as light as the drifted one was.
    lit = target * colour.RGB_to_XYZ(body, "sRGB")[1] / colour.RGB_to_XYZ(target, "sRGB")[1]
    ideal = ramp(lit)[0]
    result = lut(torch.from_numpy(np.round(row).astype(np.uint8))).numpy()
    assert de00(row, ideal).mean() > 5
    assert de00(result, ideal).mean() < 0.6


@pytest.mark.parametrize(("hex_colour", "found"), SHADED)
def test_a_shaded_correction_folds_nothing(hex_colour: str, found: str) -> None:
    _, lut = shaded_lut(hex_colour, found)
    assert worst(lut) >= LEAST_DETERMINANT
