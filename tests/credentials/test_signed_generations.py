"""``brandkit generate --sign`` and its like: what made it, from what, by which recipe."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from brandkit import cli
from brandkit.attempt import Task
from brandkit.brand import Brand
from brandkit.credentials import identity
from brandkit.credentials.history import COMPOSITE_TRAINED, TRAINED, of_generation
from brandkit.generate import Request
from brandkit.generate import recipe as recipes
from brandkit.generate.recipe import BrandUsed, Recipe, Try
from brandkit.verify import run as make

from ..conftest import ACME, Command, saved
from ..conftest import panel as painted
from .conftest import Keys, actions_of, facts_of, manifest_of

SMALL = ("--size", "64x64", "--faults", "none", "--only", "palette", "--attempts", "1")


def made_by(generator: str, **asked: object) -> Recipe:
    request = Request(prompt="a bottle", **asked)  # type: ignore[arg-type]
    return Recipe(
        generator=generator,
        brand=BrandUsed(name="Acme", digest="0" * 64),
        asked=request,
        request=request,
        tries=(Try(number=1, request=request, outcome="passed"),),
        kept=1,
        verdict="passed",
        pixels="1" * 64,
    )


def generated(folder: Path) -> Path:
    (path,) = [*folder.glob("*.png"), *folder.glob("review/*.png")]
    return path


@pytest.fixture(scope="module")
def bottle(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Path:
    """A signed picture that ``builtin`` made."""
    folder = tmp_path_factory.mktemp("bottle")
    brand = folder / "acme.brand.yml"
    brand.write_text(ACME, encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["generate", "a bottle", "-b", str(brand), "-o", str(folder), *SMALL, *keys.options])
    return generated(folder)


def test_the_builtin_renderer_is_said_to_be_no_trained_model(bottle: Path, keys: Keys) -> None:
    state, manifest, _ = manifest_of(bottle, keys.root)
    assert state == "Trusted"
    created = actions_of(manifest)[0]
    assert created["action"] == "c2pa.created"
    assert created["digitalSourceType"].endswith("/algorithmicMedia")
    assert created["softwareAgent"]["name"] == "brandkit builtin"
    digest = hashlib.sha256(recipes.beside(bottle).read_bytes()).hexdigest()
    assert facts_of(manifest)["recipe"]["sha256"] == digest


def test_another_recipe_beside_a_file_is_noticed(
    bottle: Path, keys: Keys, run: Command, tmp_path: Path
) -> None:
    copy = Path(shutil.copy(bottle, tmp_path / "hero.png"))
    said = recipes.beside(bottle).read_text("utf-8")
    recipes.beside(copy).write_text(said, "utf-8")
    assert ", the one that lies beside it" in run("verify", copy, "--trust", keys.root).out
    recipes.beside(copy).write_text(said.replace("a bottle", "a bowl"), "utf-8")
    assert "NOT the one that lies beside it" in run("verify", copy, "--trust", keys.root).out


def test_a_variant_names_its_anchor_as_an_input_with_its_own_credentials(
    bottle: Path, acme: Path, keys: Keys, run: Command, tmp_path: Path
) -> None:
    options = ("--faults", "none", "--only", "palette", "--attempts", "1")
    run("variants", bottle, "-b", acme, "-o", tmp_path, *options, *keys.options)
    _, manifest, content = manifest_of(generated(tmp_path), keys.root)
    (ingredient,) = manifest["ingredients"]
    assert (ingredient["title"], ingredient["relationship"]) == (bottle.name, "inputTo")
    assert actions_of(content["manifests"][ingredient["active_manifest"]])[0]["action"] == "c2pa.created"


def test_what_an_earlier_run_left_unsigned_is_signed_by_the_next(
    acme: Path, keys: Keys, tmp_path: Path, run: Command
) -> None:
    arguments = ("generate", "a bottle", "-b", acme, "-o", tmp_path / "out", *SMALL)
    run(*arguments)
    assert "NO CREDENTIALS" in run("verify", generated(tmp_path / "out")).out
    assert "made before" in run(*arguments, *keys.options).out
    path = generated(tmp_path / "out")
    assert manifest_of(path, keys.root)[0] == "Trusted"
    signed = path.read_bytes()
    run(*arguments, *keys.options)
    assert path.read_bytes() == signed


def test_the_report_on_a_generated_file_names_its_own_digest(acme: Path, keys: Keys, tmp_path: Path) -> None:
    from brandkit.generate.builtin import Builtin

    signer = identity.load(keys.certificate, keys.key)
    task = Task(Brand.load(acme), Builtin("none"), tmp_path, checks=("palette",), identity=signer)
    (kept,) = make(task, Request(prompt="a bottle", width=64, height=64)).kept
    assert kept.path is not None and kept.entry is not None
    judged = kept.entry.corrected.report if kept.entry.corrected else kept.entry.report
    assert judged is not None
    assert judged.source.sha256 == hashlib.sha256(kept.path.read_bytes()).hexdigest()


def test_a_model_makes_trained_algorithmic_media() -> None:
    (created,) = of_generation(made_by("diffusers:sdxl@0a1b")).actions
    assert (created.name, created.source_type) == ("c2pa.created", TRAINED)


def test_what_a_model_enlarged_is_still_the_picture_it_was(tmp_path: Path) -> None:
    picture = saved(painted(), tmp_path / "hero.png")
    found = of_generation(made_by("spandrel:4x", anchor=picture, strength=0.0))
    assert [a.name for a in found.actions] == ["c2pa.opened", "c2pa.edited"]
    assert found.actions[1].source_type == COMPOSITE_TRAINED
    assert [(one.relation, one.role) for one in found.ingredients] == [("parentOf", "anchor")]
