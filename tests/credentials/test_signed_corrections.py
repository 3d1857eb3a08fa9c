"""``brandkit correct --sign`` over real files, read back by c2pa's own reader."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from brandkit import media
from brandkit.media import Frames, Source

from ..conftest import DRIFTED, Command, panel, saved
from .conftest import Keys, actions_of, facts_of, manifest_of

ONLY = ("--only", "palette")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Six frames of a drifted panel."""
    frame = torch.from_numpy(np.asarray(panel(DRIFTED)).copy()).permute(2, 0, 1)
    source = Source(tmp_path, "", "video", 96, 64, 6, Fraction(12), 0.5)
    frames = Frames(torch.stack([frame] * 6).contiguous(), 0, tuple(t / 12 for t in range(6)))
    return media.write(tmp_path / "film.mp4", [frames], source).path


def report_in(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text("utf-8"))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tiff"])
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


def test_the_report_names_the_digest_of_the_signed_file(
    bad: Path, acme: Path, keys: Keys, run: Command
) -> None:
    out = bad.parent / "out"
    run("correct", bad, "-b", acme, "-o", out, *keys.options, *ONLY)
    (correction,) = report_in(out)["corrections"]
    assert correction["after"]["source"]["sha256"] == sha256(out / "bad.corrected.png")


def test_signing_changes_no_pixel(bad: Path, acme: Path, keys: Keys, run: Command) -> None:
    run("correct", bad, "-b", acme, "-o", bad.parent / "signed", *keys.options, *ONLY)
    run("correct", bad, "-b", acme, "-o", bad.parent / "plain", *ONLY)
    signed, plain = (Image.open(bad.parent / d / "bad.corrected.png") for d in ("signed", "plain"))
    assert np.array_equal(np.asarray(signed), np.asarray(plain))


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
    bad: Path, acme: Path, keys: Keys, run: Command
) -> None:
    out = bad.parent / "out"
    run("correct", bad, "-b", acme, "-o", out, *keys.options, *ONLY)
    first = out / "bad.corrected.png"
    run("correct", first, "-b", acme, "-o", bad.parent / "again", *keys.options, *ONLY)
    _, manifest, content = manifest_of(bad.parent / "again" / "bad.corrected.corrected.png", keys.root)
    (ingredient,) = manifest["ingredients"]
    inner = content["manifests"][ingredient["active_manifest"]]
    assert "c2pa.color_adjustments" in [a["action"] for a in actions_of(inner)]


def test_a_second_run_signs_nothing_again(bad: Path, acme: Path, keys: Keys, run: Command) -> None:
    out = bad.parent / "out"
    run("correct", bad, "-b", acme, "-o", out, *keys.options, *ONLY)
    before = sha256(out / "bad.corrected.png")
    run("correct", bad, "-b", acme, "-o", out, *keys.options, *ONLY)
    assert sha256(out / "bad.corrected.png") == before


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


def test_nothing_of_the_key_is_written_or_said(bad: Path, acme: Path, keys: Keys, run: Command) -> None:
    out = bad.parent / "out"
    ended = run("correct", bad, "-b", acme, "-o", out, *keys.options, *ONLY)
    secret = keys.key.read_text().splitlines()[1].encode()
    assert secret not in (ended.out + ended.err).encode()
    assert not [p for p in out.rglob("*") if p.is_file() and secret in p.read_bytes()]
