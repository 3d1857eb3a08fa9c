"""Seeded faults: what is said to be wrong is what can be measured, and what is asked for makes less of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from brandkit.brand import Brand
from brandkit.generate import Request
from brandkit.generate.builtin import Builtin
from brandkit.generate.scene.faults import Accent, Faults, drifted, flicker, tint
from brandkit.generate.scene.lot import Lot
from brandkit.generate.scene.model import Paint
from brandkit.swatch import rgb8

PALETTES = Path(__file__).parent.parent.parent / "palettes"
ORBITAL, VOLT = Brand.load(PALETTES / "orbital.brand.yml"), Brand.load(PALETTES / "volt.brand.yml")
SEEDS = range(20)
PAPER = Paint(name="paper", hex="#F4F1EA", finish="flat")
Picture = npt.NDArray[np.uint8]


def lab(codes: object) -> npt.NDArray[np.float64]:
    """CIELAB by scikit-image."""
    return np.asarray(rgb2lab(np.asarray(codes, dtype=np.uint8).reshape(1, -1, 3)))[0]


def apart(one: str, other: str) -> float:
    return float(deltaE_ciede2000(lab(rgb8(one)), lab(rgb8(other)))[0])


def made(faults: Faults, brand: Brand = ORBITAL, **more: object) -> list[Picture]:
    asked = {"prompt": "an orange sphere, paper backdrop", "seed": 4, "width": 128, "height": 128, **more}
    clip = Builtin(faults).generate(Request(**asked), brand)  # type: ignore[arg-type]
    return [np.asarray(f.permute(1, 2, 0)) for frames in clip.batches() for f in frames.pixels]


def truth(seed: int, level: str = "many", prompt: str = "", brand: Brand = ORBITAL, **more: object) -> Faults:
    asked = Request(prompt=prompt, seed=seed, width=64, height=64, **more)  # type: ignore[arg-type]
    return Builtin(level).truth(asked, brand)  # type: ignore[arg-type]


def drift(faults: Faults) -> float:
    return sum(fault.de00 for fault in faults.drifted)


@pytest.mark.parametrize("de00", [2.0, 5.0, 9.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_drift_is_as_large_as_it_says(de00: float, seed: int) -> None:
    blue = Paint(name="electric-blue", hex="#0050FF", finish="flat")
    fault = drifted(blue, de00, Lot(seed))
    assert fault.de00 == pytest.approx(de00, abs=0.4)
    assert apart(fault.hex, fault.painted) == pytest.approx(fault.de00, abs=0.05)


def test_a_drift_of_a_shaded_colour_is_one_of_hue_and_not_of_light() -> None:
    orange = Paint(name="international-orange", hex="#FF4F00")
    fault = drifted(orange, 6.0, Lot(1))
    lightness = lab([rgb8(fault.hex), rgb8(fault.painted)])[:, 0]
    assert abs(lightness[0] - lightness[1]) < 1
    assert 4 < fault.de00 <= 6.05 and apart(fault.hex, fault.painted) >= fault.de00 - 0.1


def test_a_drifted_backdrop_is_painted_as_it_says() -> None:
    fault = drifted(PAPER, 6.0, Lot(2))
    (picture,) = made(Faults(drifted=(fault,)))
    assert picture[0, 0].tolist() == list(rgb8(fault.painted))
    (clean,) = made(Faults())
    moved = deltaE_ciede2000(lab(picture[0]), lab(clean[0]))
    assert float(np.median(moved)) == pytest.approx(fault.de00, abs=0.05)


@pytest.mark.parametrize("de00", [2.5, 8.0])
def test_a_tint_moves_a_grey_by_what_it_says(de00: float) -> None:
    fault = tint(de00, Lot(3))
    grey = 0.4  # linear light of L* 69.5
    encoded = 1.055 * np.clip(grey * np.array([[1, 1, 1], fault.gains]), 0, 1) ** (1 / 2.4) - 0.055
    colours = rgb2lab(encoded.reshape(1, 2, 3))[0]
    assert float(deltaE_ciede2000(colours[0], colours[1])) == pytest.approx(de00, abs=0.1)


def test_a_tint_lies_over_the_whole_picture() -> None:
    fault = tint(5.0, Lot(3))
    (picture,), (clean,) = made(Faults(tint=fault)), made(Faults())
    linear = ((clean / 255 + 0.055) / 1.055) ** 2.4
    gained = np.clip(linear * np.array(fault.gains), 0, 1)
    wanted = 255 * (1.055 * np.maximum(gained, 0.0031308) ** (1 / 2.4) - 0.055)
    dark = (linear < 0.01).any(-1)
    assert float(np.abs(picture - wanted)[~dark].max()) < 3


def test_a_departure_is_what_can_be_measured() -> None:
    faults = Faults(tint=tint(4.0, Lot(3)), drifted=(drifted(PAPER, 5.0, Lot(2)),))
    asked = Request(prompt="an orange sphere, paper backdrop", seed=4, width=32, height=32)
    found = {departure.name: departure for departure in Builtin(faults).departures(asked, ORBITAL)}
    assert {"international-orange", "paper"} <= set(found)
    (picture,) = made(faults, width=32, height=32)
    mean = rgb2lab(picture[:, :2].reshape(1, -1, 3).mean(1, keepdims=True) / 255)[0]  # dithered
    measured = float(deltaE_ciede2000(mean, lab(rgb8("#F4F1EA")))[0])
    assert found["paper"].de00 == pytest.approx(measured, abs=0.1)
    assert found["paper"].beyond == (measured > 3)


def test_without_faults_nothing_departs() -> None:
    asked = Request(seed=4, width=32, height=32)
    assert all(departure.de00 < 0.1 for departure in Builtin("none").departures(asked, ORBITAL))


def test_a_wrong_accent_is_what_the_brand_forbids() -> None:
    rivals = {colour.hex for colour in VOLT.forbidden}
    accents = [fault.accent for seed in SEEDS if (fault := truth(seed, brand=VOLT)).accent is not None]
    assert accents and all(accent.hex in rivals for accent in accents if accent is not None)


def test_a_wrong_accent_can_be_seen() -> None:
    fault = Accent(name="magenta", hex="#E0218A")
    for seed in range(4):
        (picture,) = made(Faults(accent=fault), seed=seed)
        near = deltaE_ciede2000(lab(picture), lab(rgb8(fault.hex))) < 2
        assert near.mean() > 0.002, seed


def test_a_walk_starts_on_the_swatch_and_ends_where_it_says() -> None:
    fault = drifted(PAPER, 8.0, Lot(5))
    frames = made(Faults(walk=fault), frames=5, width=48, height=48)
    away = [apart(fault.hex, "#{:02X}{:02X}{:02X}".format(*frame[0, 0])) for frame in frames]
    assert away[0] == 0 and away[-1] == pytest.approx(fault.de00, abs=0.05)
    assert away == sorted(away)


def test_a_flicker_takes_light_up_and_down() -> None:
    prompt = "a gold sphere, orange backdrop"
    frames = made(Faults(flicker=flicker(6.0)), frames=6, width=48, height=48, prompt=prompt)
    steps = np.sign(np.diff([frame.mean() for frame in frames]))
    assert (steps[:-1] * steps[1:] == -1).all()


def test_one_thing_flickers_alone() -> None:
    fault = Faults(pulse=flicker(9.0, thing=0))
    frames, clean = made(fault, frames=3, width=64, height=64), made(Faults(), frames=3, width=64, height=64)
    changed = np.abs(frames[2].astype(int) - clean[2]).max(-1) > 2
    assert 0.01 < changed.mean() < 0.5 and not changed[:4].any()


def test_a_level_of_none_has_none() -> None:
    assert not any(truth(seed, "none", frames=48) for seed in SEEDS)


def test_faults_are_about_as_frequent_as_stated() -> None:
    found = [truth(seed, "some") for seed in range(60)]
    assert np.mean([fault.tint is not None for fault in found]) == pytest.approx(0.35, abs=0.17)
    assert np.mean([bool(fault.drifted) for fault in found]) == pytest.approx(0.45, abs=0.17)
    assert np.mean([fault.accent is not None for fault in found]) == pytest.approx(0.15, abs=0.13)


def test_palette_guidance_lowers_tint_and_drift_and_draws_nothing_anew() -> None:
    for seed in SEEDS:
        before, after = truth(seed), truth(seed, pull=0.6)
        assert drift(after) <= drift(before)
        assert not before.drifted or drift(after) < 0.75 * drift(before)
        assert (before.accent, before.flicker) == (after.accent, after.flicker)
        if before.tint is not None:
            assert after.tint is not None and after.tint.de00 == pytest.approx(
                before.tint.de00 * 0.52, abs=0.1
            )


def test_a_hex_in_the_prompt_lowers_the_drift_of_that_colour_alone() -> None:
    for seed in SEEDS:
        before = truth(seed)
        if not before.drifted:
            continue
        own = before.drifted[0].hex
        other = "#FF4F00" if own != "#FF4F00" else "#101820"
        assert drift(truth(seed, prompt=own)) < 0.5 * drift(before)
        assert drift(truth(seed, prompt=other)) == drift(before)


def test_guidance_makes_wrong_accents_rarer() -> None:
    count = [
        sum(truth(seed, guidance=guidance).accent is not None for seed in SEEDS) for guidance in (2.5, 5, 15)
    ]
    assert count[0] > count[1] > count[2]


def test_fewer_frames_drift_and_flicker_less() -> None:
    for seed in SEEDS:
        long, short = truth(seed, frames=73), truth(seed, frames=25)
        for name in ("walk", "flicker", "pulse"):
            most, least = getattr(long, name), getattr(short, name)
            assert (most is None and least is None) or least.de00 < most.de00
        assert truth(seed).walk is None and truth(seed).flicker is None


def test_an_anchor_held_closely_lowers_all(tmp_path: Path) -> None:
    from PIL import Image

    anchor = tmp_path / "a.png"
    Image.new("RGB", (32, 32), (0, 80, 255)).save(anchor)
    for seed in range(12):
        loose, close = (truth(seed, anchor=anchor, strength=s, frames=73) for s in (0.9, 0.1))
        for name in ("tint", "flicker", "pulse"):
            most, least = getattr(loose, name), getattr(close, name)
            assert most is None or least is None or least.de00 < most.de00


def test_another_seed_draws_anew() -> None:
    assert len({truth(seed).model_dump_json() for seed in SEEDS}) > 15


def test_truth_survives_json_and_is_said_in_the_notes() -> None:
    asked = Request(seed=3, width=64, height=64)
    generator = Builtin("many")
    said = generator.truth(asked, VOLT)
    assert Faults.model_validate_json(said.model_dump_json()) == said
    assert said.words() in generator.generate(asked, VOLT).source.notes[0]
