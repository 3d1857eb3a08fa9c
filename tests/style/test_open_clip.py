"""Against open_clip itself: the plumbing is proved, never the quality, since the weights are random."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image

from brandkit.errors import StyleError
from brandkit.style.encoder import Encoder, TextEncoder, load
from brandkit.style.open_clip import OpenClip

from ..looks import CONFIG, look

SIZES = [(96, 128), (64, 40), (40, 200), (33, 33)]
PHRASES = ["morning light", "neon signs", "a picture"]


def pictures() -> list[torch.Tensor]:
    kinds = ["dusk", "neon", "dusk", "neon"]
    shown = [look(kind, seed, size) for seed, (kind, size) in enumerate(zip(kinds, SIZES, strict=True))]
    return [torch.from_numpy(picture).permute(2, 0, 1) for picture in shown]


def theirs(folder: Path) -> tuple[Any, Any, Any]:
    model, prepare = open_clip.create_model_from_pretrained(f"local-dir:{folder}")
    return model.eval(), prepare, open_clip.get_tokenizer(f"local-dir:{folder}")


def by_open_clip(folder: Path, image: torch.Tensor) -> np.ndarray:
    model, prepare, _ = theirs(folder)
    picture = Image.fromarray(image.permute(1, 2, 0).numpy())
    with torch.no_grad():
        return model.encode_image(prepare(picture)[None], normalize=True)[0].numpy()


@pytest.fixture
def registered(tiny_clip: Path, tmp_path: Path) -> str:
    """The architecture under a name that open_clip knows, so that weights can be a file."""
    (tmp_path / "tiny-test.json").write_text(json.dumps(CONFIG["model_cfg"]))
    open_clip.add_model_config(tmp_path / "tiny-test.json")
    return "tiny-test"


def test_single_pictures_are_encoded_as_by_open_clip(tiny_clip: Path) -> None:
    ours = load(f"open_clip:{tiny_clip}")
    for image in pictures():
        np.testing.assert_allclose(ours.encode([image])[0], by_open_clip(tiny_clip, image), atol=1e-5)


def test_a_batch_is_encoded_as_its_pictures_are(tiny_clip: Path) -> None:
    ours = load(f"open_clip:{tiny_clip}")
    expected = [by_open_clip(tiny_clip, image) for image in pictures()]
    np.testing.assert_allclose(ours.encode(pictures()), expected, atol=1e-5)
    alike = torch.stack([pictures()[0]] * 3)
    np.testing.assert_allclose(ours.encode(alike), [expected[0]] * 3, atol=1e-5)


def test_phrases_are_encoded_as_by_open_clip(tiny_clip: Path) -> None:
    ours = load(f"open_clip:{tiny_clip}")
    model, _, tokenize = theirs(tiny_clip)
    with torch.no_grad():
        expected = model.encode_text(tokenize(PHRASES), normalize=True).numpy()
    assert isinstance(ours, TextEncoder)
    np.testing.assert_allclose(ours.encode_text(PHRASES), expected, atol=1e-5)
    np.testing.assert_allclose(ours.encode_text(PHRASES[:1]), expected[:1], atol=1e-5)
    assert ours.scale == pytest.approx(float(model.logit_scale.exp()))


def test_a_file_gives_what_the_folder_gives(tiny_clip: Path, registered: str) -> None:
    file = tiny_clip / "open_clip_model.safetensors"
    from_file = OpenClip(f"open_clip:{registered}/{file}")
    model, prepare = open_clip.create_model_from_pretrained(registered, str(file))
    image = pictures()[0]
    with torch.no_grad():
        expected = model.eval().encode_image(prepare(Image.fromarray(image.permute(1, 2, 0).numpy()))[None])
    expected = torch.nn.functional.normalize(expected, dim=-1)[0].numpy()
    np.testing.assert_allclose(from_file.encode([image])[0], expected, atol=1e-5)
    assert from_file.id.rpartition("@")[2] == load(f"open_clip:{tiny_clip}").id.rpartition("@")[2]


def test_the_id_tells_weights_apart(tiny_clip: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    other = tmp_path / "tiny"
    shutil.copytree(tiny_clip, other)
    weights = load_file(other / "open_clip_model.safetensors")
    weights["visual.proj"] = weights["visual.proj"] + 1e-3
    save_file(weights, other / "open_clip_model.safetensors")
    one, two = load(f"open_clip:{tiny_clip}"), load(f"open_clip:{other}")
    assert one.id.startswith("open_clip:tiny@") and two.id.startswith("open_clip:tiny@")
    assert one.id != two.id


def test_parts_of_a_picture_are_unit_vectors_on_a_grid(tiny_clip: Path) -> None:
    (parts,) = load(f"open_clip:{tiny_clip}").patches(pictures()[:1])
    assert parts.shape == (4, 4, 64)
    np.testing.assert_allclose(np.linalg.norm(parts, axis=-1), 1, atol=1e-5)


def test_a_line_of_pixels_does_not_become_millions(tiny_clip: Path) -> None:
    vector = load(f"open_clip:{tiny_clip}").encode([torch.zeros(3, 1, 20000, dtype=torch.uint8)])
    assert np.linalg.norm(vector) == pytest.approx(1)


def test_nothing_in_is_nothing_out(tiny_clip: Path) -> None:
    encoder = load(f"open_clip:{tiny_clip}")
    assert isinstance(encoder, Encoder)
    assert encoder.encode([]).shape == (0, 32)


def refused(name: str) -> str:
    with pytest.raises(StyleError) as told:
        load(name)
    said = str(told.value)
    assert "\n" not in said and name in said
    return said


def test_a_folder_without_weights_never_becomes_a_random_model(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG))
    assert "holds no weights" in refused(f"open_clip:{folder}")


def test_a_folder_without_configuration_is_named(tmp_path: Path) -> None:
    assert "does not exist" in refused(f"open_clip:{tmp_path / 'none'}")
    assert "holds no open_clip_config.json" in refused(f"open_clip:{tmp_path}")


class Attack:
    """Would run code where a checkpoint is unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return Path.touch, (Path("pickle-ran"),)  # type: ignore[return-value]


@pytest.mark.parametrize("name", ["open_clip_pytorch_model.bin", "open_clip_model.safetensors"])
def test_a_pickle_is_refused_and_never_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG))
    if name.endswith(".bin"):
        torch.save({"state_dict": {"a": Attack()}}, folder / name)
        assert "pickle" in refused(f"open_clip:{folder}")
    else:
        (folder / name).write_bytes(pickle.dumps(Attack()))
        assert "holds no such model" in refused(f"open_clip:{folder}")
    assert not (tmp_path / "pickle-ran").exists()


def test_weights_of_another_shape_are_refused(tiny_clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(tiny_clip, folder)
    config = json.loads(json.dumps(CONFIG))
    config["model_cfg"]["vision_cfg"]["width"] = 32
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    assert "check that it belongs to its configuration" in refused(f"open_clip:{folder}")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("open_clip:ViT-B-32", "names no weights"),
        ("open_clip:ViT-B-33/laion2b_s34b_b79k", "knows no model 'ViT-B-33'"),
        ("open_clip:ViT-B-32/laion3b", "known tags: openai"),
        ("clip", "write auto, builtin or open_clip:MODEL/WEIGHTS"),
    ],
)
def test_a_name_that_means_nothing_says_what_would(name: str, said: str) -> None:
    assert said in refused(name)


def test_weights_that_are_not_here_are_not_fetched_unasked_and_say_what_to_run() -> None:
    name = "open_clip:ViT-B-32/laion2b_s34b_b79k"
    assert f"brandkit models fetch {name}" in refused(name)
