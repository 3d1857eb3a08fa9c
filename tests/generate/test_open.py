from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from brandkit.brand import Brand
from brandkit.errors import GenerationError
from brandkit.generate.diffusers import digest, open_model

from . import tiny
from .conftest import Models, ask, pixels

COMMIT = "0123456789abcdef0123456789abcdef01234567"
UNET = "unet/diffusion_pytorch_model"
Spoil = Callable[[Path], None]


def to_pickle(folder: Path) -> None:
    torch.save(load_file(folder / f"{UNET}.safetensors"), folder / f"{UNET}.bin")
    (folder / f"{UNET}.safetensors").unlink()


def cut_short(folder: Path) -> None:
    path = folder / f"{UNET}.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])


def other_shape(folder: Path) -> None:
    shutil.copytree(folder / "text_encoder", folder / "unet", dirs_exist_ok=True)


def lose_a_shard(folder: Path) -> None:
    (folder / f"{UNET}.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "diffusion_pytorch_model-00002-of-00002.safetensors"}})
    )


BAD: dict[str, tuple[Spoil, str]] = {
    "no index": (lambda folder: (folder / "model_index.json").unlink(), "holds no model_index.json"),
    "index no JSON": (lambda folder: (folder / "model_index.json").write_text("{"), "damaged"),
    "index a list": (lambda folder: (folder / "model_index.json").write_text("[1]"), "names no pipeline"),
    "another's code": (lambda folder: tiny.spoil(folder, "unet", ["subprocess", "Popen"]), "never run"),
    "code of the folder": (
        lambda folder: tiny.spoil(folder, "text_encoder", ["transformers", "AutoModel"]),
        "never run",
    ),
    "own code": (lambda folder: tiny.spoil(folder, "_class_name", ["pipeline", "Mine"]), "never run"),
    "a path as code": (lambda folder: tiny.spoil(folder, "unet", ["../unet", "Net"]), "never run"),
    "unknown pipeline": (lambda folder: tiny.spoil(folder, "_class_name", "TomorrowsPipeline"), "upgrade|-U"),
    "sound": (lambda folder: tiny.spoil(folder, "_class_name", "AudioLDM2Pipeline"), "text-to-image"),
    "pickle": (to_pickle, "pickle.*convert it to safetensors"),
    "cut short": (cut_short, "damaged.*download it again"),
    "no weights": (lambda folder: (folder / f"{UNET}.safetensors").unlink(), "holds no weights of .*unet"),
    "a shard is lost": (lose_a_shard, "lacks diffusion_pytorch_model-00002"),
    "another's weights": (other_shape, "cannot be loaded|together"),
    "a part's settings are damaged": (
        lambda folder: (folder / "unet" / "config.json").write_text("{"),
        "cannot be loaded",
    ),
    "no parts": (lambda folder: shutil.rmtree(folder / "vae"), "holds no weights of .*vae"),
}


@pytest.mark.parametrize(("spoil", "said"), BAD.values(), ids=BAD)
def test_a_bad_folder_is_refused_in_one_line(copied: Models, spoil: Spoil, said: str) -> None:
    folder = copied("stable_diffusion")
    spoil(folder)
    with pytest.raises(GenerationError) as told:
        open_model(folder)
    assert re.search(said, str(told.value))
    assert "\n" not in str(told.value)
    assert "stable_diffusion" in str(told.value)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("/nowhere/at/all", "does not exist"),
        ("nowhere", "does not exist"),
        ("nobody/nothing", "hf download nobody/nothing"),
        ("nobody/nothing@v1", "cannot be fetched"),
    ],
)
def test_a_model_that_is_not_there_is_named(model: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(GenerationError, match=said):
        open_model(model)


def test_a_single_checkpoint_and_a_part_are_told_apart_from_a_model(models: Models, tmp_path: Path) -> None:
    save_file({"model.diffusion_model.x": torch.zeros(1)}, tmp_path / "sd.safetensors")
    with pytest.raises(GenerationError, match="from_single_file"):
        open_model(tmp_path / "sd.safetensors")
    (tmp_path / "sd.ckpt").write_bytes(b"x")
    with pytest.raises(GenerationError, match="pickle"):
        open_model(tmp_path / "sd.ckpt")
    with pytest.raises(GenerationError, match="one part of a model"):
        open_model(models("stable_diffusion") / "unet")


def test_a_pickle_beside_safetensors_is_never_read(copied: Models, brand: Brand) -> None:
    folder = copied("stable_diffusion")
    (folder / f"{UNET}.bin").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    open_model(folder).generate(ask(), brand)


def test_weights_of_a_variant_alone_are_found(copied: Models, models: Models, brand: Brand) -> None:
    folder = copied("stable_diffusion")
    for path in list(folder.rglob("*.safetensors")):
        path.rename(path.with_suffix(".fp16.safetensors"))
    made = pixels(open_model(folder).generate(ask(), brand))
    assert torch.equal(made, pixels(open_model(models("stable_diffusion")).generate(ask(), brand)))


def test_the_id_follows_the_files_and_not_their_place(copied: Models, models: Models) -> None:
    folder = copied("stable_diffusion")
    first = open_model(folder).id
    assert first == open_model(models("stable_diffusion")).id
    assert re.fullmatch(r"diffusers:stable_diffusion@[0-9a-f]{12}", first)
    (folder / "notes.json").write_text("{}")
    assert open_model(folder).id == first
    weights = load_file(folder / f"{UNET}.safetensors")
    weights["conv_out.bias"] += 1
    save_file(weights, folder / f"{UNET}.safetensors", metadata={"format": "pt"})
    assert open_model(folder).id != first


def test_a_large_file_is_read_again_only_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest, "LARGE", 4)
    path = tmp_path / "large.safetensors"
    path.write_bytes(b"first")
    first = digest.of_file(path)
    with monkeypatch.context() as without:
        without.setattr(digest.hashlib, "file_digest", None)
        assert digest.of_file(path) == first
    path.write_bytes(b"second one")
    assert digest.of_file(path) != first


def test_a_model_of_the_hub_is_found_where_the_hub_puts_it_and_its_commit_is_kept(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, brand: Brand
) -> None:
    kept = tmp_path / "hub" / "models--acme--tiny"
    shutil.copytree(models("stable_diffusion"), kept / "snapshots" / COMMIT)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text(COMMIT)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    unet = kept / "snapshots" / COMMIT / UNET
    weights = unet.with_suffix(".safetensors").rename(tmp_path / "away")
    with pytest.raises(GenerationError, match=r"holds no weights of .*unet"):
        open_model("acme/tiny")
    weights.rename(unet.with_suffix(".safetensors"))
    model = open_model("acme/tiny")
    assert model.id == f"diffusers:acme/tiny@{COMMIT}"
    assert model.facts["noise"] == "cpu"  # type: ignore[attr-defined]
    # What the id says opens the same model again.
    again = open_model(model.id.removeprefix("diffusers:"))
    assert again.id == model.id
    assert torch.equal(pixels(again.generate(ask(), brand)), pixels(model.generate(ask(), brand)))


@pytest.mark.parametrize("what", ["controlnet", "ip_adapter"])
def test_what_is_added_is_checked_as_the_model_is(copied: Models, models: Models, what: str) -> None:
    added = copied(what)
    (weights,) = added.glob("*.safetensors")
    pickled = weights.with_suffix(".bin")
    weights.rename(pickled)
    for place in (added, added / "missing"):
        with pytest.raises(GenerationError) as told:
            open_model(models("stable_diffusion"), **{what: place})
        assert re.search("pickle|holds no|does not exist", str(told.value))
    pickled.rename(weights)
    weights.write_bytes(weights.read_bytes()[:-9])
    with pytest.raises(GenerationError, match="damaged"):
        open_model(models("stable_diffusion"), **{what: added})
    with pytest.raises(GenerationError, match="leave them out"):
        open_model(models("ltx"), **{what: models(what)})


def test_an_adapter_that_does_not_go_with_the_model_is_refused(
    models: Models, brand: Brand, anchor: Path
) -> None:
    with pytest.raises(GenerationError, match="FluxPipeline takes no IP-Adapter of this kind"):
        open_model(models("flux"), ip_adapter=models("ip_adapter"))
    with pytest.raises(GenerationError, match="cannot be loaded"):
        open_model(models("stable_diffusion_xl"), ip_adapter=models("ip_adapter"))
    model = open_model(models("stable_diffusion_xl"), controlnet=models("controlnet"))
    with pytest.raises(GenerationError, match="parts belong together"):
        model.generate(ask(structure=anchor), brand)
    model = open_model(models("flux"), controlnet=models("controlnet"))
    with pytest.raises(GenerationError, match=r"\w+"):
        model.generate(ask(structure=anchor), brand)


def test_an_added_network_stands_in_the_id(models: Models) -> None:
    model = open_model(
        models("stable_diffusion"), controlnet=models("controlnet"), ip_adapter=models("ip_adapter")
    )
    assert re.fullmatch(r"diffusers:stable_diffusion@\w+\+controlnet@\w+\+ip-adapter@\w+", model.id)


def test_importing_the_package_loads_neither_torch_nor_diffusers() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, brandkit.generate.diffusers, brandkit.generate.enlarge;"
            "print({'torch', 'diffusers', 'transformers'} & set(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "set()"


def test_a_stand_in_for_matplotlib_is_in_nobodys_way(tmp_path: Path) -> None:
    """As colour-science puts one where matplotlib is not installed."""
    code = """
import sys, types
stand_in = types.ModuleType("matplotlib")
stand_in.__spec__ = None
sys.modules["matplotlib"] = stand_in
from brandkit.errors import GenerationError
from brandkit.generate.diffusers import open_model
try:
    open_model(sys.argv[1])
except GenerationError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert str(tmp_path) in done.stdout and len(done.stdout.splitlines()) == 1
