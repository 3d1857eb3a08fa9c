from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image, PngImagePlugin

from brandkit import media
from brandkit.errors import MediaError, OutputError
from brandkit.media import texts

CLIP = Path(__file__).parent.parent / "data" / "video"
TEXT = '{"prompt": "ein grünes = Glas; \\"halb\\" voll # \\\\", "n": 1}\n' * 40


def frames(path: Path) -> str:
    digest = hashlib.sha256()
    for batch in media.open(path).batches():
        digest.update(batch.pixels.numpy().tobytes())
    return digest.hexdigest()


@pytest.fixture
def png(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    about = PngImagePlugin.PngInfo()
    about.add_itxt("Title", "ein Titel")
    Image.linear_gradient("L").convert("RGB").save(path, pnginfo=about, dpi=(300, 300))
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    command = [
        get_ffmpeg_exe(),
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=160x96:r=25:d=1",
        "-f",
        "lavfi",
    ]
    command += ["-i", "sine=d=1", "-pix_fmt", "yuv420p", "-color_primaries", "bt709", "-color_trc", "bt709"]
    command += ["-colorspace", "bt709", "-metadata", "title=ein Titel", str(path)]
    subprocess.run(command, check=True)
    return path


def test_pillow_reads_what_a_png_carries_and_its_pixels_stay(png: Path) -> None:
    before = frames(png)
    texts.embed(png, {"brandkit:recipe": TEXT})
    with Image.open(png) as picture:
        picture.load()
        assert picture.info["brandkit:recipe"] == TEXT
        assert picture.info["Title"] == "ein Titel" and round(picture.info["dpi"][0]) == 300
    assert frames(png) == before and texts.read(png, "brandkit:recipe") == TEXT
    assert texts.read(png, "Title") == "ein Titel"


def test_a_video_keeps_frames_sound_tags_and_its_other_texts(clip: Path) -> None:
    before, source = frames(clip), media.open(clip).source
    texts.embed(clip, {"brandkit:recipe": TEXT})
    after = media.open(clip).source
    assert texts.read(clip, "brandkit:recipe") == TEXT and texts.read(clip, "title") == "ein Titel"
    assert frames(clip) == before
    assert (after.notes, after.frames, after.fps) == (source.notes, source.frames, source.fps)
    said = subprocess.run([get_ffmpeg_exe(), "-i", str(clip)], capture_output=True, text=True).stderr
    assert "bt709" in said and "Audio: aac" in said


@pytest.mark.parametrize("kind", ["png", "clip"])
def test_a_text_is_replaced_by_the_next_one(kind: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(kind)
    texts.embed(path, {"brandkit:recipe": "one", "other": "stays"})
    texts.embed(path, {"brandkit:recipe": "two"})
    assert texts.read(path, "brandkit:recipe") == "two" and texts.read(path, "other") == "stays"


def test_what_has_no_text_has_none(png: Path, clip: Path, tmp_path: Path) -> None:
    jpeg = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(jpeg)
    assert [texts.read(path, "brandkit:recipe") for path in (png, clip, jpeg)] == [None] * 3
    assert not texts.embeds(jpeg)
    with pytest.raises(OutputError, match=r"a\.jpg: texts go into PNG"):
        texts.embed(jpeg, {"a": "b"})


def test_files_that_are_not_what_they_say_end_in_one_line(tmp_path: Path, png: Path) -> None:
    fake = tmp_path / "fake.png"
    fake.write_bytes(b"GIF89a")
    with pytest.raises(MediaError, match=r"fake\.png: is no PNG"):
        texts.embed(fake, {"a": "b"})
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0" * 100)
    with pytest.raises(MediaError, match=r"broken\.mp4: cannot be copied"):
        texts.embed(broken, {"a": "b"})
    assert broken.read_bytes() == b"\0" * 100
    with pytest.raises(MediaError, match=r"gone\.png: cannot be read"):
        texts.read(tmp_path / "gone.png", "a")
    cut = tmp_path / "cut.png"
    texts.embed(png, {"brandkit:recipe": TEXT})
    cut.write_bytes(png.read_bytes()[:60])
    assert texts.read(cut, "brandkit:recipe") is None


def test_a_text_that_unpacks_to_very_much_is_cut(png: Path) -> None:
    texts.embed(png, {"bomb": "x" * (4 * texts.LONGEST)})
    found = texts.read(png, "bomb")
    assert found is not None and len(found) == texts.LONGEST
