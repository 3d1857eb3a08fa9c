"""``brandkit verify``: what it says of a file, and by which exit status."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import struct
import time
import zlib
from fractions import Fraction
from pathlib import Path

import c2pa
import numpy as np
import pytest
import torch
from PIL import Image

from brandkit import media
from brandkit.credentials import history, identity, sign
from brandkit.errors import BrandkitError

from ..conftest import Command, panel, saved
from .conftest import Keys, MakeKeys

DATA = Path(__file__).parents[1] / "data" / "credentials"


def signed(path: Path, keys: Keys, *ingredients: history.Ingredient, said: str = "") -> Path:
    """Sign a file as one that was corrected."""
    actions = [history.Action("c2pa.created", said, history.ALGORITHMIC)]
    if ingredients:
        actions = [history.Action("c2pa.opened", of=tuple(one.role for one in ingredients))]
    told = history.History(tuple(actions), ingredients, {"brand": {"name": "Acme", "digest": "0" * 64}})
    signer = identity.load(keys.certificate, keys.key)
    sign.sign(path, signer, sign.with_pixels(told, path))
    return path


@pytest.fixture
def hero(tmp_path: Path, keys: Keys) -> Path:
    return signed(saved(panel(), tmp_path / "hero.png"), keys)


def test_a_whole_file_by_a_known_signer_is_valid(hero: Path, keys: Keys, run: Command) -> None:
    ended = run("verify", hero, "--trust", keys.root)
    assert ended.status == 0
    assert ended.out.startswith(f"VALID  {hero}")
    assert "signed by     Ada" in ended.out
    assert "as it was signed" in ended.out and "as they were signed" in ended.out


def test_without_a_root_nobody_vouches_for_the_signer(hero: Path, run: Command) -> None:
    ended = run("verify", hero)
    assert ended.status == 3
    assert ended.out.startswith("SIGNER UNKNOWN")
    assert "no root certificate was given (--trust ROOT.pem)" in ended.out


def test_the_root_of_another_chain_does_not_vouch(hero: Path, make_keys: MakeKeys, run: Command) -> None:
    ended = run("verify", hero, "--trust", make_keys().root)
    assert ended.status == 3 and "does not lead to a root in" in ended.out


def test_a_file_without_credentials_says_so(tmp_path: Path, run: Command) -> None:
    ended = run("verify", saved(panel(), tmp_path / "plain.png"))
    assert (ended.status, ended.out.split("  ")[0]) == (3, "NO CREDENTIALS")


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tiff"])
def test_one_flipped_byte_is_found(ending: str, tmp_path: Path, keys: Keys, run: Command) -> None:
    path = signed(saved(panel(), tmp_path / f"hero.{ending}"), keys)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"IEND") - 12 if ending == "png" else data.find(b"Ada") if ending != "jpg" else -40
    data[at] ^= 1
    path.write_bytes(data)
    ended = run("verify", path, "--trust", keys.root)
    assert ended.status == 1
    assert ended.out.startswith("INVALID")
    assert "changed since" in ended.out


def test_one_flipped_byte_of_a_clip_is_found(tmp_path: Path, keys: Keys, run: Command) -> None:
    path = tmp_path / "clip.mp4"
    frame = torch.from_numpy(np.asarray(panel()).copy()).permute(2, 0, 1)
    source = media.Source(tmp_path, "", "video", 96, 64, 2, Fraction(2), 1.0)
    media.write(path, [media.Frames(torch.stack([frame] * 2).contiguous(), 0, (0.0, 0.5))], source)
    signed(path, keys)
    assert run("verify", path, "--trust", keys.root).status == 0
    data = bytearray(path.read_bytes())
    data[data.index(b"mdat") + 200] ^= 1
    path.write_bytes(data)
    ended = run("verify", path, "--trust", keys.root)
    assert ended.status == 1 and "the file was changed since it was signed" in ended.out


def with_text(path: Path) -> None:
    """Put a harmless text into a PNG, as an editor of metadata does."""
    body = b"iTXtnote\0\0\0\0\0hello"
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    data = path.read_bytes()
    path.write_bytes(data[:-12] + chunk + data[-12:])


def test_other_bytes_than_pixels_are_told_from_pixels(hero: Path, keys: Keys, run: Command) -> None:
    with_text(hero)
    (found,) = json.loads(run("verify", hero, "--trust", keys.root, "--json").out)["files"]
    assert (found["state"], found["changed"], found["pixels_changed"]) == ("invalid", True, False)


def test_a_repainted_picture_with_its_old_credentials_is_found(hero: Path, keys: Keys, run: Command) -> None:
    old = hero.read_bytes()
    chunks = old[old.index(b"caBX") - 4 :]
    kept = chunks[: struct.unpack(">I", chunks[:4])[0] + 12]
    new = saved(panel("#00FF00"), hero).read_bytes()
    hero.write_bytes(new[:33] + kept + new[33:])
    (found,) = json.loads(run("verify", hero, "--trust", keys.root, "--json").out)["files"]
    assert (found["state"], found["changed"], found["pixels_changed"]) == ("invalid", True, True)


def test_a_certificate_that_expired_since_is_no_longer_held_valid(
    tmp_path: Path, make_keys: MakeKeys, run: Command
) -> None:
    keys = make_keys(to_days=3 / 86400)
    path = signed(saved(panel(), tmp_path / "hero.png"), keys)
    time.sleep(4)
    ended = run("verify", path, "--trust", keys.root)
    assert ended.status == 1 and "expired" in ended.out


def test_a_tampered_ingredient_does_not_pass_unseen(hero: Path, keys: Keys, run: Command) -> None:
    with_text(hero)
    final = signed(
        saved(panel(), hero.parent / "final.png"), keys, history.Ingredient(hero, "parentOf", "input")
    )
    ended = run("verify", final, "--trust", keys.root)
    assert "hero.png: it is this file, changed; signed by Ada" in ended.out
    assert "NOT as it was signed: the file was changed since it was signed" in ended.out


def test_the_worst_file_decides_the_exit_status(hero: Path, tmp_path: Path, keys: Keys, run: Command) -> None:
    plain = saved(panel(), tmp_path / "plain.png")
    assert run("verify", hero, plain, "--trust", keys.root).status == 3
    broken = Path(shutil.copy(hero, tmp_path / "broken.png"))
    with_text(broken)
    assert run("verify", plain, broken, hero, "--trust", keys.root).status == 1
    assert run("verify", broken, tmp_path / "none.png", "--trust", keys.root).status == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.png", b"", "is empty"),
        ("a.png", b"not a picture", "its credentials cannot be read"),
        ("a.mp4", b"\0\0\0\x08ftyp" * 3, ""),
        ("a.bmp", b"BM", "'.bmp' files carry no content credentials"),
        ("a", b"x", "files carry no content credentials"),
    ],
)
def test_what_is_no_picture_is_one_clear_line(
    name: str, content: bytes, said: str, tmp_path: Path, run: Command
) -> None:
    (tmp_path / name).write_bytes(content)
    ended = run("verify", tmp_path / name)
    assert ended.status in (2, 3)
    assert said in ended.err and ended.err.count("\n") <= 1


def test_a_cut_off_file_is_one_clear_line(hero: Path, run: Command) -> None:
    hero.write_bytes(hero.read_bytes()[:2000])
    ended = run("verify", hero)
    assert ended.status == 2 and ended.err.count("\n") == 1 and "hero.png" in ended.err


def test_a_root_that_is_none_is_bad_input(hero: Path, run: Command) -> None:
    ended = run("verify", hero, "--trust", hero)
    assert ended.status == 2 and "holds no certificate in PEM" in ended.err


def test_words_in_credentials_cannot_steer_a_terminal(tmp_path: Path, keys: Keys, run: Command) -> None:
    path = signed(saved(panel(), tmp_path / "hero.png"), keys, said="\x1b[2Jgone\r\n")
    out = run("verify", path).out
    assert "\x1b" not in out and "gone" in out


def test_what_another_program_signed_is_read(run: Command) -> None:
    whole, changed = DATA / "C.jpg", DATA / "XCA.jpg"
    ended = run("verify", whole)
    assert ended.status == 3
    assert "signed by     C2PA Signer, C2PA Test Signing Cert" in ended.out
    assert "when          2023-09-29T17:40:14+00:00, by a time stamp" in ended.out
    assert "created [algorithmicMedia], by Make Test Images 0.26.0" in ended.out
    ended = run("verify", changed)
    assert ended.status == 1 and "the file was changed since it was signed" in ended.out


def test_credentials_that_lie_elsewhere_are_not_fetched(tmp_path: Path, keys: Keys, run: Command) -> None:
    path = saved(panel(), tmp_path / "hero.jpg")
    signer = identity.load(keys.certificate, keys.key)
    action = {"action": "c2pa.created", "digitalSourceType": history.TRAINED}
    told = {"assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}]}
    info = c2pa.C2paSignerInfo(signer.algorithm, signer.certificates, signer.key, None)
    with c2pa.Signer.from_info(info) as by, c2pa.Builder.from_json(json.dumps(told)) as builder:
        builder.set_no_embed()
        builder.set_remote_url("https://example.invalid/hero.c2pa")
        with path.open("rb") as source, (tmp_path / "far.jpg").open("w+b") as target:
            builder.sign(by, "image/jpeg", source, target)
    ended = run("verify", tmp_path / "far.jpg")
    assert ended.status == 3
    assert "lie elsewhere, and nothing is fetched: https://example.invalid/hero.c2pa" in ended.out


@pytest.mark.parametrize("strange", [5, "text", ["a"], {"sha256": ["b"]}, {"name": {"c": 1}}, None])
def test_strange_facts_of_a_stranger_are_left_aside(
    strange: object, tmp_path: Path, keys: Keys, run: Command
) -> None:
    path = saved(panel(), tmp_path / "hero.png")
    facts = dict.fromkeys(("brand", "recipe", "pixels", "input_recipe"), strange)
    told = history.History((history.Action("c2pa.created", source_type=history.TRAINED),), (), facts)
    sign.sign(path, identity.load(keys.certificate, keys.key), told)
    assert run("verify", path, "--trust", keys.root).status == 0
    assert run("verify", path, "--trust", keys.root, "--json").status == 0


def test_json_names_its_schema_and_the_digest_of_each_file(hero: Path, keys: Keys, run: Command) -> None:
    found = json.loads(run("verify", hero, "--trust", keys.root, "--json").out)
    assert found["schema"] == "brandkit.credentials/1"
    assert len(found["files"][0]["sha256"]) == 64
    assert found["files"][0]["signer"]["name"] == "Ada"


def test_a_name_that_is_no_text_stops_nothing(tmp_path: Path, keys: Keys, run: Command) -> None:
    path = saved(panel(), Path(os.fsdecode(os.fsencode(tmp_path) + b"/h\xffro.png")))
    final = signed(saved(panel(), tmp_path / "a.png"), keys, history.Ingredient(path, "parentOf", "input"))
    assert "made of       h?ro.png" in run("verify", final).out
    assert run("verify", signed(path, keys), "--trust", keys.root).status == 0


def test_a_file_stays_as_it_was_where_it_cannot_be_written(tmp_path: Path, keys: Keys) -> None:
    path = saved(panel(), tmp_path / "hero.png")
    before = path.read_bytes()
    told = history.History((history.Action("c2pa.created", source_type=history.TRAINED),))
    signer = identity.load(keys.certificate, keys.key)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))  # as a disk that is full
    try:
        with pytest.raises(BrandkitError):
            sign.sign(path, signer, told)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".png"] == ["hero.png"]


def test_a_signed_picture_still_opens(hero: Path) -> None:
    assert Image.open(hero).size == (96, 64)
