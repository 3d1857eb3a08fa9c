"""The nodes for ComfyUI, run by a small executor that calls them as ComfyUI does (see ``executor``)."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import brandkit.comfyui
from brandkit.comfyui import pictures
from brandkit.comfyui.check_node import CONTINUE, HOLD, STOP, STOP_QUEUE, OffBrandError
from brandkit.errors import MediaError
from tests.conftest import ACME, BLUE, DRIFTED, hex_at, panel, saved

from .executor import Comfy, Prompt

FOLDER = Path(brandkit.comfyui.__file__).parent
ROOT = Path(__file__).parents[2]
EXAMPLE: Prompt = json.loads((FOLDER / "example_workflow.json").read_text("utf-8"))
RED = "#E4002B"


@pytest.fixture
def comfy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Comfy:
    """An installation that has the nodes, a brand and a picture that has drifted."""
    made = Comfy(tmp_path / "ComfyUI")
    for name, module in made.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    (made.root / "custom_nodes" / "brandkit_nodes.py").write_text("from brandkit.comfyui import *\n")
    made.load_custom_nodes()
    brand = f"{ACME}    off_palette: 5%\n    forbidden: [{{name: rival red, hex: '{RED}'}}]\n"
    (made.root / "input" / "acme.brand.yml").write_text(brand, encoding="utf-8")
    saved(panel(), made.root / "input" / "hero.png")
    return made


def example(**changed: Any) -> Prompt:
    """The example, with other widgets of its gate, and only the check "palette" for speed."""
    prompt = copy.deepcopy(EXAMPLE)
    for number in ("2", "3"):
        prompt[number]["inputs"]["checks"] = "palette"
    prompt["3"]["inputs"] |= changed
    return prompt


def check(**changed: Any) -> Prompt:
    """A prompt that checks the picture as it is."""
    prompt = example(**changed)
    del prompt["2"]
    prompt["3"]["inputs"]["images"] = ["1", 0]
    return prompt


def test_the_example_saves_a_corrected_picture_with_the_exact_hex(comfy: Comfy) -> None:
    comfy.execute(example())
    with Image.open(comfy.root / "output" / "on-brand_00000_.png") as picture:
        assert hex_at(picture, 5, 5) == BLUE
    _, verdict, report, wrong, passed = comfy.outputs["3"]
    assert (verdict, passed, float(wrong.max())) == ("passed", True, 0.0)
    assert json.loads(report)["schema"] == "brandkit.report/1"
    _, luts, corrections = comfy.outputs["2"]
    (lut,) = luts.splitlines()
    assert Path(lut).parent == comfy.root / "output" / "brandkit"
    assert f"# blue: {DRIFTED} -> {BLUE}" in Path(lut).read_text("ascii")
    assert json.loads(corrections)["corrections"][0]["after"]["verdict"] == "passed"


def test_what_a_correction_leaves_alone_keeps_its_very_numbers() -> None:
    images = torch.rand((2, 4, 5, 3)).clamp_max(0.999)
    kept = pictures.codes(images)
    assert torch.equal(pictures.with_codes(images, kept), images)
    kept[1, :, 0, 0] = torch.tensor([0, 80, 255], dtype=torch.uint8)
    made = pictures.with_codes(images, kept)
    assert int((made != images).any(-1).sum()) == 1
    for whole in (np.floor, np.round):
        assert whole(255.0 * made[1, 0, 0].numpy()).tolist() == [0, 80, 255]


def test_every_code_comes_back_by_cutting_and_by_rounding() -> None:
    every = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16).expand(1, 3, 16, 16)
    made = pictures.with_codes(torch.full((1, 16, 16, 3), 0.123), every)
    assert torch.equal(pictures.codes(made), every)
    assert torch.equal((made * 255).round().to(torch.uint8).movedim(-1, 1), every)


def test_a_picture_that_does_not_pass_is_held_back_and_the_rest_goes_on(comfy: Comfy) -> None:
    comfy.execute(check())
    assert comfy.outputs["3"][1] == "failed"
    assert "SaveImage" not in comfy.ran and "PreviewImage" in comfy.ran
    assert list((comfy.root / "output").iterdir()) == []
    (said,) = comfy.shown["3"]["text"]
    assert said.splitlines()[0] == "Brand check: 1 failed"
    assert "picture-1: failed: blue is rendered as #125CEC" in said


def test_the_mask_is_where_the_drifted_colour_is(comfy: Comfy) -> None:
    picture = panel()
    picture.paste((200, 200, 60), (40, 10, 60, 30))
    picture.paste(RED, (70, 10, 90, 30))
    saved(picture, comfy.root / "input" / "hero.png")
    comfy.execute(check())
    (mask,) = comfy.outputs["3"][3]
    assert mask.shape == (64, 96)
    assert [float(mask[y, x]) for x, y in ((5, 5), (50, 20), (80, 20), (20, 12), (5, 60))] == [1, 1, 1, 0, 0]
    with Image.open(comfy.root / "temp" / "preview_00000_.png") as shown:
        assert hex_at(shown, 5, 5) == "#FFFFFF"


@pytest.mark.parametrize(("on_fail", "left"), [(STOP, ["the next prompt"]), (STOP_QUEUE, [])])
def test_a_run_is_stopped_and_the_queue_where_that_is_asked(
    comfy: Comfy, on_fail: str, left: list[str]
) -> None:
    with pytest.raises(OffBrandError, match="blue is rendered as #125CEC"):
        comfy.execute(check(on_fail=on_fail))
    assert comfy.queue.waiting == left


def test_needs_review_is_let_through_only_where_that_is_asked(comfy: Comfy) -> None:
    brand = comfy.root / "input" / "acme.brand.yml"
    brand.write_text(brand.read_text("utf-8") + "    review: [palette]\n", encoding="utf-8")
    for fails, saved_files in ((True, 0), (False, 1)):
        comfy.execute(check(review_fails=fails))
        assert comfy.outputs["3"][1] == "needs_review"
        assert len(list((comfy.root / "output").iterdir())) == saved_files


def test_a_batch_is_judged_picture_by_picture_or_as_one_video(comfy: Comfy) -> None:
    node = comfy.nodes["BrandkitCheck"]()
    frames = [np.array(panel(colour)) for colour in (BLUE, DRIFTED, BLUE)]
    images = torch.from_numpy(np.stack(frames)).float() / 255
    each = node.check(images, "acme.brand.yml", CONTINUE, checks="palette")["result"]
    report = json.loads(each[2])
    assert [one["verdict"] for one in report["reports"]] == ["passed", "failed", "passed"]
    assert each[3].amax((1, 2)).tolist() == [0, 1, 0]
    as_video = node.check(images, "acme.brand.yml", CONTINUE, fps=24, checks="palette,flicker")["result"]
    report = json.loads(as_video[2])
    assert (report["source"]["kind"], report["source"]["frames"]) == ("video", 3)


def test_a_run_is_not_done_again_until_the_brand_changes(comfy: Comfy) -> None:
    prompt = check(on_fail=CONTINUE)
    comfy.execute(prompt)
    comfy.execute(prompt)
    assert comfy.ran == []
    brand = comfy.root / "input" / "acme.brand.yml"
    brand.write_text(brand.read_text("utf-8").replace(BLUE, DRIFTED), encoding="utf-8")
    comfy.execute(prompt)
    assert "BrandkitCheck" in comfy.ran and comfy.outputs["3"][1] == "passed"


@pytest.mark.parametrize(
    ("number", "changed", "said"),
    [
        ("3", {"brand_file": "gone.brand.yml"}, "there is no brand file at"),
        ("3", {"brand_file": ""}, "there is no brand file at an empty name"),
        ("3", {"checks": "palett"}, "did you mean 'palette'"),
        ("2", {"lut_prefix": "../../x"}, "leads out of the output folder"),
        ("2", {"lut_prefix": " "}, "leads out of the output folder"),
    ],
)
def test_a_widget_that_cannot_be_is_said_before_anything_runs(
    comfy: Comfy, number: str, changed: dict[str, str], said: str
) -> None:
    prompt = example()
    prompt[number]["inputs"] |= changed
    assert said in comfy.validate(prompt)[number]


def test_an_input_that_another_node_gives_is_not_judged_before_it_is_there(comfy: Comfy) -> None:
    node = comfy.nodes["BrandkitCheck"]
    assert node.VALIDATE_INPUTS(brand_file=None, checks=None) is True
    assert node.IS_CHANGED(images=None, brand_file=None, on_fail=HOLD) == ""
    gone = node.IS_CHANGED(images=None, brand_file="gone.yml", on_fail=HOLD)
    assert gone != gone


def test_pictures_that_are_no_numbers_are_an_error_and_no_pass() -> None:
    with pytest.raises(MediaError, match="hold what is no number"):
        pictures.clips(torch.full((1, 4, 4, 3), float("nan")), 0)


def test_a_picture_with_transparency_is_judged_by_its_colours_and_keeps_it(comfy: Comfy) -> None:
    image = torch.from_numpy(np.array(panel().convert("RGBA"))).float()[None] / 255
    image[..., 3] = 0.5
    made, _, _ = comfy.nodes["BrandkitCorrect"]().correct(image, "acme.brand.yml", checks="palette")
    assert made.shape == image.shape and torch.equal(made[..., 3], image[..., 3])
    assert pictures.codes(made)[0, :, 5, 5].tolist() == [0, 80, 255]


def test_a_picture_that_cannot_be_corrected_goes_through_as_it_is(comfy: Comfy) -> None:
    image = torch.full((1, 32, 32, 3), 0.5)
    made, luts, report = comfy.nodes["BrandkitCorrect"]().correct(image, "acme.brand.yml", checks="palette")
    assert torch.equal(made, image) and luts == ""
    assert "no region of a brand colour was found" in json.loads(report)["corrections"][0]["note"]


def test_the_folder_itself_may_be_linked_into_custom_nodes(comfy: Comfy) -> None:
    shutil.rmtree(comfy.root / "custom_nodes")
    (comfy.root / "custom_nodes").mkdir()
    (comfy.root / "custom_nodes" / "brandkit").symlink_to(FOLDER, target_is_directory=True)
    for name in brandkit.comfyui.NODE_CLASS_MAPPINGS:
        del comfy.nodes[name]
    comfy.load_custom_nodes()
    assert comfy.nodes["BrandkitCheck"].RETURN_TYPES[0] == "IMAGE"


def test_the_registry_is_told_the_version_and_that_brandkit_is_needed() -> None:
    nodes, whole = (tomllib.loads((f / "pyproject.toml").read_text("utf-8")) for f in (FOLDER, ROOT))
    assert nodes["project"]["version"] == whole["project"]["version"]
    assert nodes["project"]["dependencies"] == (FOLDER / "requirements.txt").read_text().split()
    assert nodes["tool"]["comfy"]["PublisherId"] and nodes["project"]["urls"]["Repository"]


def test_comfyui_does_not_wait_for_brandkit_when_it_starts() -> None:
    heavy = "{'torch', 'numpy', 'cv2', 'pydantic', 'brandkit.loop'}"
    code = f"import sys, brandkit.comfyui; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
