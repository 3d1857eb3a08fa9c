from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
import torch
from PIL import Image

import brandkit
from brandkit.attempt import Budget, Task
from brandkit.brand import Brand
from brandkit.errors import MediaError, OutputError, SpoiltError
from brandkit.generate import Made, Request, recipe
from brandkit.generate.builtin import Builtin
from brandkit.generate.request import Ability, Step, unwatched
from brandkit.loop import check
from brandkit.together import apart
from brandkit.verify import replay, run

from ..conftest import Command
from .conftest import Models

BLUE, DRIFTED, RED = (0, 80, 255), (30, 100, 240), (228, 0, 43)
BRAND = """\
meta: {name: Acme}
color:
  palette: {blue: "#0050FF", paper: "#FFFFFF"}
defaults:
  brandkit:
    swatches: {blue: {tolerance: 2}, paper: {}}
    forbidden: [{name: rival, hex: "#E4002B", max: 0.1%}]
    required: [palette]
"""


class Painter:
    """Paints a panel of the colour that is next on its list; ``None`` is a result that is no picture."""

    id = "painter:1"
    abilities: frozenset[Ability] = frozenset({"text", "palette"})
    facts: Mapping[str, str] = MappingProxyType({"device": "cpu"})

    def __init__(self, *colours: tuple[int, int, int] | None) -> None:
        self.colours, self.asked = list(colours), list[Request]()

    def generate(self, request: Request, brand: Brand, step: Step = unwatched) -> Made:
        self.asked.append(request)
        colour = self.colours[min(len(self.asked), len(self.colours)) - 1]
        if colour is None:
            raise SpoiltError("painter: the result is black; ask for another seed", "black")
        pixels = torch.full((3, request.height, request.width), 255, dtype=torch.uint8)
        pixels[:, 16:48, 16:80] = torch.tensor(colour, dtype=torch.uint8)[:, None, None]

        def frames() -> Iterator[torch.Tensor]:
            for _ in range(request.frames):
                yield pixels

        return Made(request, self.id, frames, ("painted",))


@pytest.fixture
def brand(tmp_path: Path) -> Brand:
    path = tmp_path / "acme.brand.yml"
    path.write_text(BRAND)
    return Brand.load(path)


def task(brand: Brand, out: Path, *colours: tuple[int, int, int] | None, attempts: int = 3) -> Task:
    return Task(brand, Painter(*colours), out, Budget(attempts), checks=("palette",), timestamp=False)


ASKED = Request(prompt="a blue panel", width=96, height=64)


def test_what_is_on_brand_is_kept_as_it_was_generated(brand: Brand, tmp_path: Path) -> None:
    (kept,) = run(task(brand, tmp_path / "out", BLUE), ASKED).kept
    assert kept.passed and kept.path == tmp_path / "out" / "a-blue-panel.png"
    assert [one.outcome for one in kept.tries] == ["passed"]
    with Image.open(kept.path) as picture:
        assert picture.getpixel((40, 30)) == BLUE
        assert json.loads(picture.info[recipe.KEYWORD])["schema"] == "brandkit.recipe/1"
    assert recipe.load(kept.path) == recipe.load(recipe.beside(kept.path)) == kept.recipe


def test_a_drifted_colour_is_corrected_rather_than_asked_for_again(brand: Brand, tmp_path: Path) -> None:
    (kept,) = run(task(brand, tmp_path / "out", DRIFTED), ASKED).kept
    assert [one.outcome for one in kept.tries] == ["corrected"] and kept.passed
    assert kept.path is not None and kept.recipe is not None
    with Image.open(kept.path) as picture:
        assert picture.getpixel((40, 30)) == BLUE
    assert any("#1E64F0 -> #0050FF" in one for one in kept.recipe.corrections)


def test_what_no_lut_can_mend_is_asked_for_anew_with_what_was_found(brand: Brand, tmp_path: Path) -> None:
    made = task(brand, tmp_path / "out", RED, None, BLUE)
    (kept,) = run(made, ASKED).kept
    assert [one.outcome for one in kept.tries] == ["failed", "spoilt", "passed"] and kept.passed
    assert "rival" in kept.tries[0].said[0] and "is black" in kept.tries[1].said[0]
    assert isinstance(made.generator, Painter)
    assert len({request.seed for request in made.generator.asked}) == 3
    assert (tmp_path / "out" / "attempts" / "a-blue-panel" / "a-blue-panel-try-1.png").is_file()


def test_when_the_budget_ends_the_best_goes_to_a_person(brand: Brand, tmp_path: Path) -> None:
    outcome = run(task(brand, tmp_path / "out", RED, attempts=2), ASKED)
    (kept,) = outcome.kept
    assert not outcome.passed and not kept.passed and "rival" in kept.said[0]
    assert kept.path == tmp_path / "out" / "review" / "a-blue-panel.png" and kept.path.is_file()
    assert kept.recipe is not None and kept.recipe.verdict == "failed" and len(kept.recipe.tries) == 2


def test_nothing_but_spoilt_results_is_said_and_leaves_no_file(brand: Brand, tmp_path: Path) -> None:
    (kept,) = run(task(brand, tmp_path / "out", None, attempts=2), ASKED).kept
    assert kept.path is None and not kept.passed and len(kept.said) == 2
    assert list((tmp_path / "out").rglob("*.png")) == []


def test_a_second_run_does_nothing_again_unless_the_file_was_changed(brand: Brand, tmp_path: Path) -> None:
    first = task(brand, tmp_path / "out", BLUE)
    (kept,) = run(first, ASKED).kept
    again = task(brand, tmp_path / "out", BLUE)
    (known,) = run(again, ASKED).kept
    assert known.known and known.path == kept.path and known.recipe == kept.recipe
    assert isinstance(again.generator, Painter) and not again.generator.asked
    assert kept.path is not None
    Image.new("RGB", (96, 64)).save(kept.path)
    (anew,) = run(again, ASKED).kept
    assert not anew.known and anew.passed and anew.path == tmp_path / "out" / "a-blue-panel-v2.png"
    with Image.open(kept.path) as picture:
        assert picture.getpixel((40, 30)) == (0, 0, 0)  # what a person did to it is not lost


def test_another_request_of_the_same_name_overwrites_nothing(brand: Brand, tmp_path: Path) -> None:
    (first,) = run(task(brand, tmp_path / "out", BLUE), ASKED).kept
    other = ASKED.model_copy(update={"seed": 9})
    (second,) = run(task(brand, tmp_path / "out", BLUE), other).kept
    assert (first.path, second.path) == tuple(tmp_path / "out" / f"a-blue-panel{v}.png" for v in ("", "-v2"))
    (again,) = run(task(brand, tmp_path / "out", BLUE), other).kept
    assert again.known and again.path == second.path


def test_ctrl_c_keeps_what_is_done(brand: Brand, tmp_path: Path) -> None:
    class Interrupted(Painter):
        def generate(self, request: Request, brand: Brand, step: Step = unwatched) -> Made:
            if self.asked:
                raise KeyboardInterrupt
            return super().generate(request, brand, step)

    made = Task(brand, Interrupted(BLUE), tmp_path / "out", checks=("palette",))
    outcome = run(made, ASKED, pictures=3)
    assert outcome.interrupted and not outcome.passed
    assert [kept.path for kept in outcome.kept] == [tmp_path / "out" / "a-blue-panel-01.png"]
    (first, *_) = run(task(brand, tmp_path / "out", BLUE), ASKED, pictures=2).kept
    assert first.known


def test_a_picture_that_does_not_go_with_its_set_is_for_a_person(brand: Brand, tmp_path: Path) -> None:
    paths = []
    for k, colour in enumerate([BLUE, BLUE, (0, 92, 255)]):
        picture = Image.new("RGB", (96, 64), "white")
        picture.paste(colour, (16, 16, 80, 48))
        picture.save(path := tmp_path / f"{k}.png")
        paths.append(path)
    assert apart(paths, brand, ["palette"]).keys() == {paths[2]}
    assert apart(paths[:2], brand, ["palette"]) == {}


def test_a_clip_is_delivered_as_mp4_with_its_recipe(brand: Brand, tmp_path: Path) -> None:
    asked = ASKED.model_copy(update={"frames": 6})
    (kept,) = run(task(brand, tmp_path / "out", DRIFTED), asked).kept
    assert kept.path == tmp_path / "out" / "a-blue-panel.mp4" and kept.passed
    assert recipe.load(kept.path).request == asked
    assert check(kept.path, brand, checks=["palette"]).passed


def test_builtin_is_made_again_to_the_bit(brand: Brand, tmp_path: Path) -> None:
    made = Task(brand, Builtin("many"), tmp_path / "out", Budget(1), checks=("palette",))
    (kept,) = run(made, Request(prompt="a ball", width=96, height=96, seed=4)).kept
    assert kept.path is not None
    again, same = replay(kept.path, made)
    assert same and again.name == f"{kept.path.stem}.replay.png"
    with pytest.raises(OutputError, match="was made by builtin:1:many"):
        replay(kept.path, Task(brand, Painter(BLUE), tmp_path))


def test_replay_refuses_another_anchor(brand: Brand, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.png"
    Image.new("RGB", (96, 96), BLUE).save(anchor)
    made = Task(brand, Builtin("none"), tmp_path / "out", Budget(1), checks=("palette",))
    (kept,) = run(made, Request(prompt="a ball", width=96, height=96, anchor=anchor)).kept
    assert kept.path is not None
    Image.new("RGB", (96, 96), RED).save(anchor)
    with pytest.raises(MediaError, match=r"anchor\.png: is not the anchor that"):
        replay(kept.path, made)


def test_python_takes_a_sentence(brand: Brand, tmp_path: Path) -> None:
    outcome = brandkit.generate(
        "a blue panel", brand, out=tmp_path / "out", generator=Painter(BLUE), checks=["palette"]
    )
    assert outcome.passed and outcome.kept[0].path == tmp_path / "out" / "a-blue-panel.png"


def test_the_command_line_generates_tells_and_makes_again(brand: Brand, tmp_path: Path, run: Command) -> None:
    out = tmp_path / "out"
    asked = ("-b", brand.path, "--only", "palette", "--faults", "none", "--size", "96x96", "-o", out)
    done = run("generate", "a blue ball", *asked, "-n", 2)
    assert "2 of" in done.out and done.status in (0, 3)
    assert (out / "report.html").is_file() and (out / "report.json").is_file()
    again = run("generate", "a blue ball", *asked, "-n", 2)
    assert again.status == done.status and "made before" in again.out
    (path, *_) = sorted(out.rglob("a-blue-ball-01.png"))
    told = run("recipe", path)
    assert told.status == 0 and "a blue ball" in told.out and "builtin:1:none" in told.out
    assert json.loads(run("recipe", path, "--json").out)["schema"] == "brandkit.recipe/1"
    same = run("replay", path, "-o", tmp_path / "again")
    assert same.status == 0 and same.out.startswith("the same to the bit")
    larger = run(
        "upscale", path, "-b", brand.path, "--only", "palette", "--to", "2x", "-o", tmp_path / "large"
    )
    assert larger.status in (0, 3)
    (large,) = (tmp_path / "large").rglob("*-2x.png")
    with Image.open(large) as picture:
        assert picture.size == (192, 192)


def test_a_model_s_picture_is_kept_with_its_recipe_and_made_again(
    tmp_path: Path, run: Command, models: Models
) -> None:
    out, strict = tmp_path / "out", tmp_path / "strict.brand.yml"
    strict.write_text(BRAND.replace("required:", "off_palette: 1%\n    required:"))
    asked = ("-b", strict, "--only", "palette", "--size", "64x64", "--steps", 2, "--attempts", 2)
    done = run("generate", "a ball", *asked, "--model", models("stable_diffusion"), "-o", out)
    assert done.status == 3 and "look at: " in done.out
    made = recipe.load(out / "review" / "a-ball.png")
    assert made.opened == {"model": str(models("stable_diffusion"))} and made.facts["device"] == "cpu"
    assert len(made.tries) == 2 and made.tries[1].request.guidance == 7
    again = run("replay", out / "review" / "a-ball.png", "-o", tmp_path / "again")
    assert again.status == 0 and again.out.startswith("the same to the bit")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("generate", "x", "--anchor", "gone.png"), "gone.png: does not exist"),
        (("generate", "x", "--size", "9x9"), "is no size"),
        (("variants", "gone.png"), "gone.png: does not exist"),
        (("variants", "a.png", "--aspect", "0:3"), "is no aspect"),
        (("animate", "gone.png"), "gone.png: does not exist"),
        (("upscale", "a.png"), "name an upscaler"),
        (("upscale", "a.png", "--to", "huge"), "is no size"),
    ],
)
def test_bad_input_is_one_line(
    words: tuple[str, ...],
    said: str,
    brand: Brand,
    tmp_path: Path,
    run: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (32, 32)).save("a.png")
    done = run(*words, "-b", brand.path, "-o", "out")
    assert done.status == 2 and said in " ".join(done.err.split()) and "Traceback" not in done.err
    assert not list(tmp_path.glob("out/**/*.png"))


@pytest.mark.parametrize("text", ["", "{", '{"schema": "other/1"}', "[]"])
def test_a_recipe_that_is_none_is_refused_in_one_line(text: str, tmp_path: Path, run: Command) -> None:
    path = tmp_path / "a.png.recipe.json"
    path.write_text(text)
    done = run("recipe", path)
    assert done.status == 2 and "a.png.recipe.json: its recipe cannot be used" in done.err
