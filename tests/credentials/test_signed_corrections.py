"""``brandkit correct --sign`` over real files, read back by c2pa's own reader."""

from __future__ import annotations

import hashlib
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from brandkit import cli, media
from brandkit.credentials import history, identity, sign
from brandkit.media import Frames, Source

from ..conftest import ACME, DRIFTED, Command, panel, saved
from .conftest import Keys, actions_of, facts_of, manifest_of

ONLY = ("--only", "palette")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Six frames of a drifted panel."""
    frame = torch.from_numpy(np.asarray(panel(DRIFTED)).copy()).permute(2, 0, 1)
    source = Source(tmp_path, "", "video", 96, 64, 6, Fraction(12), 0.5)
    frames = Frames(torch.stack([frame] * 6).contiguous(), 0, tuple(t / 12 for t in range(6)))
    return media.write(tmp_path / "film.mp4", [frames], source).path


@dataclass(frozen=True)
class Signed:
    """A drifted picture, the folder it was corrected into, and all that was printed."""

    bad: Path
    out: Path
    said: str

    @property
    def file(self) -> Path:
        return self.out / "bad.corrected.png"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Signed:
    folder = tmp_path_factory.mktemp("signed")
    bad, brand = saved(panel(), folder / "bad.png"), folder / "acme.brand.yml"
    brand.write_text(ACME, encoding="utf-8")
    asked = ["correct", str(bad), "-b", str(brand), "-o", str(folder / "out"), *keys.options, *ONLY]
    said = io.StringIO()
    with pytest.raises(SystemExit) as ended, redirect_stdout(said), redirect_stderr(said):
        cli.main(asked)
    assert ended.value.code == 0
    return Signed(bad, folder / "out", said.getvalue())


def report_in(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text("utf-8"))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("ending", ["jpg", "webp", "tiff"])
def test_a_corrected_picture_says_what_was_done_to_which_file(
    ending: str, tmp_path: Path, acme: Path, keys: Keys, run: Command
) -> None:
    bad = saved(panel(), tmp_path / f"bad.{ending}")
    assert run("correct", bad, "-b", acme, "-o", tmp_path / "out", *keys.options, *ONLY).status == 0
    state, manifest, _ = manifest_of(tmp_path / "out" / f"bad.corrected.{ending}", keys.root)
    assert state == "Trusted"
    opened, adjusted = actions_of(manifest)[:2]
    assert opened["action"] == "c2pa.opened"
    assert adjusted["action"] == "c2pa.color_adjustments"
    assert "#0050FF" in adjusted["parameters"]["description"]
    assert adjusted["digitalSourceType"].endswith("/algorithmicallyEnhanced")
    (ingredient,) = manifest["ingredients"]
    assert (ingredient["title"], ingredient["relationship"]) == (f"bad.{ending}", "parentOf")
    facts = facts_of(manifest)
    assert facts["brand"]["name"] == "Acme" and len(facts["brand"]["digest"]) == 64
    assert facts["input"]["sha256"] == sha256(bad)


def test_a_corrected_clip_is_signed_and_plays(film: Path, acme: Path, keys: Keys, run: Command) -> None:
    out = film.parent / "out"
    assert run("correct", film, "-b", acme, "-o", out, *keys.options, *ONLY).status == 0
    state, manifest, _ = manifest_of(out / "film.corrected.mp4", keys.root)
    assert state == "Trusted"
    assert [a["action"] for a in actions_of(manifest)] == [
        "c2pa.opened",
        "c2pa.color_adjustments",
        "c2pa.transcoded",
    ]
    assert media.open(out / "film.corrected.mp4").source.frames == 6


def test_a_corrected_png_is_whole_and_names_its_original(signed: Signed, keys: Keys) -> None:
    state, manifest, _ = manifest_of(signed.file, keys.root)
    assert state == "Trusted"
    assert [a["action"] for a in actions_of(manifest)] == ["c2pa.opened", "c2pa.color_adjustments"]
    assert facts_of(manifest)["input"]["sha256"] == sha256(signed.bad)


def test_the_report_names_the_digest_of_the_signed_file(signed: Signed) -> None:
    (correction,) = report_in(signed.out)["corrections"]
    assert correction["after"]["source"]["sha256"] == sha256(signed.file)


def test_the_report_says_who_signed(signed: Signed) -> None:
    assert "content credentials are in it, signed by Ada" in signed.said


def test_signing_changes_no_pixel(signed: Signed, acme: Path, run: Command, tmp_path: Path) -> None:
    run("correct", signed.bad, "-b", acme, "-o", tmp_path / "plain", *ONLY)
    pictures = (Image.open(folder / "bad.corrected.png") for folder in (signed.out, tmp_path / "plain"))
    first, second = (np.asarray(picture) for picture in pictures)
    assert np.array_equal(first, second)


def test_nothing_of_the_key_is_written_or_said(signed: Signed, keys: Keys) -> None:
    secret = keys.key.read_text().splitlines()[1]
    assert secret not in signed.said
    files = [path for path in signed.out.rglob("*") if path.is_file()]
    assert not [path for path in files if secret.encode() in path.read_bytes()]


def test_a_second_run_signs_nothing_again(signed: Signed, keys: Keys, run: Command) -> None:
    before = sha256(signed.file)
    brand = signed.bad.parent / "acme.brand.yml"
    run("correct", signed.bad, "-b", brand, "-o", signed.out, *keys.options, *ONLY)
    assert sha256(signed.file) == before


def test_what_is_on_brand_already_is_copied_and_signed(
    good: Path, acme: Path, keys: Keys, run: Command
) -> None:
    out = good.parent / "out"
    assert run("correct", good, "-b", acme, "-o", out, *keys.options, *ONLY).status == 0
    state, manifest, _ = manifest_of(out / "good.corrected.png", keys.root)
    assert state == "Trusted"
    assert [a["action"] for a in actions_of(manifest)] == ["c2pa.opened"]
    (correction,) = report_in(out)["corrections"]
    assert correction["after"]["source"]["sha256"] == sha256(out / "good.corrected.png")


def test_credentials_of_the_input_stay_with_it_as_an_ingredient(
    signed: Signed, acme: Path, keys: Keys, run: Command, tmp_path: Path
) -> None:
    run("correct", signed.file, "-b", acme, "-o", tmp_path, *keys.options, *ONLY)
    _, manifest, content = manifest_of(tmp_path / "bad.corrected.corrected.png", keys.root)
    (ingredient,) = manifest["ingredients"]
    inner = content["manifests"][ingredient["active_manifest"]]
    assert "c2pa.color_adjustments" in [a["action"] for a in actions_of(inner)]


def test_without_a_signer_old_credentials_are_left_out_and_that_is_said(
    bad: Path, tmp_path: Path, acme: Path, keys: Keys, run: Command
) -> None:
    told = history.History((history.Action("c2pa.created", source_type=history.TRAINED),))
    sign.sign(bad, identity.load(keys.certificate, keys.key), told)
    ended = run("correct", bad, "-b", acme, "-o", tmp_path / "out", *ONLY)
    assert "content credentials of the original do not hold for it and were left out" in ended.out
    assert "NO CREDENTIALS" in run("verify", tmp_path / "out" / "bad.corrected.png").out


def test_a_format_that_cannot_carry_credentials_is_refused_before_the_work(
    tmp_path: Path, acme: Path, keys: Keys, run: Command
) -> None:
    bad = saved(panel(), tmp_path / "bad.bmp")
    ended = run("correct", bad, "-b", acme, "-o", tmp_path / "out", *keys.options, *ONLY)
    assert ended.status == 2
    assert (
        "bad.bmp: would be written as bad.corrected.bmp, and '.bmp' files cannot carry content credentials"
        in ended.err
    )
    assert not (tmp_path / "out" / "bad.corrected.bmp").exists()


def test_a_file_that_could_not_be_signed_lies_there_without(
    bad: Path, acme: Path, keys: Keys, run: Command
) -> None:
    out = bad.parent / "out"
    nobody = "http://127.0.0.1:9/"  # the discard port: nothing listens there
    ended = run("correct", bad, "-b", acme, "-o", out, *keys.options, *ONLY, "--time-authority", nobody)
    assert ended.status == 2
    assert "bad.corrected.png: could not be signed" in ended.err
    assert "the file lies there without credentials" in ended.err
    assert Image.open(out / "bad.corrected.png").size == (96, 64)
    assert not [path for path in out.iterdir() if ".part" in path.name]


def test_certificate_and_key_may_stand_in_the_environment(
    bad: Path, acme: Path, keys: Keys, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANDKIT_SIGN_CERTIFICATE", str(keys.certificate))
    monkeypatch.setenv("BRANDKIT_SIGN_KEY", str(keys.key))
    assert run("correct", bad, "-b", acme, "-o", bad.parent / "out").status == 0
    assert manifest_of(bad.parent / "out" / "bad.corrected.png", keys.root)[0] == "Trusted"
