"""Brands in versions: each is kept whole and judges as it did."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from brandkit.brand import Brand
from brandkit.brand_extends import shipped
from brandkit.errors import StoreError
from brandkit.store import Store, brands
from brandkit.store.verify import verify

DATA = Path(__file__).parents[1] / "data"


def test_a_version_judges_as_the_brand_that_was_saved(store: Store, brand: Brand) -> None:
    saved = brands.save(store, brand, who="ada", note="first")
    assert (saved.label, saved.who, saved.note) == ("Acme v1", "ada", "first")
    assert brands.load(store, saved.id).digest == brand.digest == saved.digest


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_brands_come_back_whole(store: Store, name: str) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("what files a brand has does not depend on the database")
    brand = Brand.load(shipped()[name])
    assert brands.load(store, brands.save(store, brand, who="ada").id).digest == brand.digest


def test_logos_and_references_are_kept_with_a_brand(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "brand" / "acme"
    (folder / "logos").mkdir(parents=True)
    logo = next((DATA / "logos").glob("*.svg"))
    shutil.copy(logo, folder / "logos" / "acme.svg")
    (folder / "acme.brand.yml").write_text(
        'meta: {name: Acme}\ncolor: {palette: {blue: "#0050FF"}}\n'
        "defaults: {brandkit: {logos: [{name: acme, files: [logos/acme.svg]}]}}\n",
        encoding="utf-8",
    )
    brand = Brand.load(folder / "acme.brand.yml")
    digest = brand.digest
    saved = brands.save(store, brand, who="ada")
    shutil.rmtree(tmp_path / "brand")
    assert brands.load(store, saved.id).digest == digest
    assert verify(store).notes == ()


def test_a_brand_that_was_built_in_python_is_kept(store: Store, brand: Brand) -> None:
    built = Brand(name="Built", swatches=brand.swatches)
    assert brands.load(store, brands.save(store, built, who="ada").id).digest == built.digest


def test_saving_the_same_again_makes_no_version(store: Store, brand: Brand) -> None:
    assert brands.save(store, brand, who="ada").number == brands.save(store, brand, who="bo").number == 1


def test_a_change_to_an_old_version_is_refused(store: Store, brand: Brand) -> None:
    first = brands.save(store, brand, who="ada")
    assert brand.path is not None
    text = brand.path.read_text(encoding="utf-8")
    brand.path.write_text(text.replace("tolerance: 2", "tolerance: 3"), encoding="utf-8")
    brands.save(store, Brand.load(brand.path), who="bo", after=first.number)
    brand.path.write_text(text.replace("tolerance: 2", "tolerance: 4"), encoding="utf-8")
    with pytest.raises(StoreError, match="Acme: bo has saved version 2 meanwhile"):
        brands.save(store, Brand.load(brand.path), who="ada", after=first.number)


def test_an_unknown_brand_is_said_with_those_there_are(store: Store, brand: Brand) -> None:
    brands.save(store, brand, who="ada")
    with pytest.raises(StoreError, match="no brand is called 'acne' in this store; there are: Acme"):
        brands.versions(store, "acne")
