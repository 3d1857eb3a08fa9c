"""Scenes: what is in them, and that they stay what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from pydantic import ValidationError

from brandkit.brand import Brand
from brandkit.generate.scene import motion, render
from brandkit.generate.scene.balance import shares
from brandkit.generate.scene.compose import compose
from brandkit.generate.scene.lot import Lot
from brandkit.generate.scene.model import Scene, Shape, Thing
from brandkit.generate.scene.parse import parse
from brandkit.generate.scene.render import Stage, picture
from brandkit.generate.scene.shapes import FORMS
from brandkit.generate.scene.trace import Body, first_hit, shown

PALETTES = Path(__file__).parent.parent.parent / "palettes"
BRANDS = {path.name.split(".")[0]: Brand.load(path) for path in sorted(PALETTES.glob("*.brand.yml"))}
ORBITAL, VOLT = BRANDS["orbital"], BRANDS["volt"]


def scene(prompt: str = "", seed: int = 0, brand: Brand = ORBITAL) -> Scene:
    return compose(parse(prompt, brand), brand, Lot(seed))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("brand", BRANDS.values(), ids=BRANDS)
def test_a_scene_survives_json(brand: Brand, seed: int) -> None:
    made = scene(seed=seed, brand=brand)
    assert Scene.model_validate_json(made.model_dump_json()) == made


def test_what_is_asked_for_is_there() -> None:
    made = scene("two orange boxes and an ink cone on a gold podium, paper backdrop", seed=3)
    shown = [(thing.shape, thing.paint.name) for thing in made.things if not thing.still]
    assert shown == [("box", "international-orange")] * 2 + [("cone", "ink")]
    podium = [thing for thing in made.things if thing.still and thing.shape == "cylinder"]
    assert [thing.paint.name for thing in podium] == ["visor-gold"]
    assert made.backdrop.name == "paper"


@pytest.mark.parametrize("seed", range(6))
def test_a_colour_that_is_there_anyway_changes_nothing_when_it_is_named(seed: int) -> None:
    made = scene(seed=seed)
    worn = made.things[0].paint
    assert scene(f"{worn.name} {worn.hex}", seed=seed) == made


def test_another_seed_is_another_scene() -> None:
    assert len({scene(seed=seed).model_dump_json() for seed in range(8)}) == 8


@pytest.mark.parametrize("seed", range(5))
def test_colours_that_may_not_meet_are_not_drawn_together(seed: int) -> None:
    made = scene(seed=seed, brand=VOLT)
    worn = {made.backdrop.name, *(thing.paint.name for thing in made.things)}
    assert not {"spark", "ice"} <= worn


@pytest.mark.parametrize("seed", range(5))
def test_colours_share_the_picture_as_the_guidelines_say(seed: int) -> None:
    covered = shares(scene(seed=seed, brand=VOLT))
    assert covered["#0050FF"] == pytest.approx(0.7, abs=0.1)
    assert covered["#FFE600"] < 0.1


@pytest.mark.parametrize("shape", FORMS)
def test_a_distance_is_never_too_long_nor_steeper_than_space(shape: Shape) -> None:
    body = Body.of(
        Thing(shape=shape, paint={"name": "x", "hex": "#FFFFFF"}, width=0.8, height=1.3, depth=0.4)
    )
    points = torch.rand((3, 4000), generator=torch.Generator().manual_seed(1)) * 3 - 1.5
    step = torch.randn((3, 4000), generator=torch.Generator().manual_seed(2)) * 0.05
    change = (body.distance(points + step) - body.distance(points)).abs()
    # Rounded corners that are not right angles, and soft joints, may be a little steeper.
    assert float((change / step.norm(dim=0)).max()) < 1.05


@pytest.mark.parametrize("shape", FORMS)
def test_a_shape_lies_within_its_sphere(shape: Shape) -> None:
    body = Body.of(
        Thing(shape=shape, paint={"name": "x", "hex": "#FFFFFF"}, width=0.8, height=1.3, depth=0.4)
    )
    points = torch.randn((3, 4000), generator=torch.Generator().manual_seed(1))
    rim = points / points.norm(dim=0) * body.around
    assert float(body.distance(rim).min()) > -1e-3


def test_a_ray_meets_a_sphere_where_geometry_says() -> None:
    body = Body.of(Thing(shape="sphere", paint={"name": "x", "hex": "#FFFFFF"}, width=1.0, height=1.0))
    origin = torch.tensor([[0.0], [0.5], [5.0]])
    rays = torch.tensor([[0.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    assert first_hit(body, origin, rays).tolist() == pytest.approx([4.5, float("inf")], abs=1e-3)


def test_what_is_right_behind_a_body_sees_no_light_and_what_is_aside_sees_all() -> None:
    body = Body.of(Thing(shape="sphere", paint={"name": "x", "hex": "#FFFFFF"}, width=1.0, height=1.0))
    points = torch.tensor([[0.0, 4.0], [-0.2, -0.2], [0.0, 0.0]])
    seen = shown(body, points, torch.tensor([[0.0], [1.0], [0.0]]), 0.1)
    assert float(seen[0]) < 0.35 and float(seen[1]) == 1.0


def test_a_picture_is_the_same_however_it_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage.of(scene(seed=2))
    whole = picture(stage, 96, 80)
    monkeypatch.setattr(render, "BAND", 96 * 7)
    # Vector and scalar units may round differently at the ends of an array.
    assert int((picture(stage, 96, 80).int() - whole.int()).abs().max()) <= 1


def test_pictures_of_any_shape_can_be_made() -> None:
    stage = Stage.of(scene(seed=1))
    for width, height in ((16, 16), (160, 16), (16, 160), (97, 31)):
        assert picture(stage, width, height).shape == (3, height, width)


@pytest.mark.parametrize("motion_name", ["turntable", "orbit", "slide", "push"])
def test_motion_starts_at_the_still_and_goes_on(motion_name: str) -> None:
    made = scene("two boxes", seed=1).model_copy(update={"motion": motion_name})
    moments = [motion.at(made, seconds) for seconds in (0.0, 0.04, 0.5)]
    assert moments[0] == made
    assert len({moment.model_dump_json() for moment in moments}) == 3


def test_the_set_stays_while_the_scene_turns() -> None:
    made = scene("an orange box on an ink podium", seed=1)
    later = motion.at(made, 1.0)
    for before, after in zip(made.things, later.things, strict=True):
        assert (before == after) == before.still


def test_a_scene_without_things_is_refused() -> None:
    with pytest.raises(ValidationError):
        Scene(things=(), backdrop={"name": "x", "hex": "#FFFFFF"})
