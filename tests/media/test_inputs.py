from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from brandkit import media
from brandkit.errors import MediaError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.png",
        "a.JPG",
        "notes.txt",
        ".hidden.png",
        "sub/c.mp4",
        ".git/d.png",
        "shot_0001.png",
        "shot_0002.png",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def names(paths: list[Path], folder: Path) -> list[str]:
    return [p.relative_to(folder).as_posix() for p in paths]


def test_importing_media_loads_no_heavy_library() -> None:
    code = "import sys, brandkit.media; print(*({'torch', 'av', 'PIL', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == ""


def test_a_folder_is_searched_with_its_subfolders(folder: Path) -> None:
    assert names(media.find([folder]), folder) == [
        "a.JPG",
        "b.png",
        "shot_0001.png",
        "shot_0002.png",
        "sub/c.mp4",
    ]


def test_a_pattern_given_in_quotes_is_expanded(folder: Path) -> None:
    assert names(media.find([f"{folder}/**/*"]), folder) == [
        "a.JPG",
        "b.png",
        "shot_0001.png",
        "shot_0002.png",
        "sub/c.mp4",
    ]
    assert names(media.find([f"{folder}/*.png"]), folder) == ["b.png", "shot_0001.png", "shot_0002.png"]


def test_a_file_is_taken_whatever_its_ending(folder: Path) -> None:
    assert media.find([str(folder / "notes.txt")]) == [folder / "notes.txt"]


def test_a_name_with_brackets_is_a_file_first(folder: Path) -> None:
    odd = folder / "a[1].png"
    odd.write_bytes(b"x")
    assert media.find([odd]) == [odd]


def test_numbered_stills_are_one_input(folder: Path) -> None:
    assert media.find([folder / "shot_%04d.png"]) == [folder / "shot_%04d.png"]


def test_each_file_is_given_once_in_the_order_asked_for(folder: Path) -> None:
    found = media.find([folder / "b.png", folder / "sub" / ".." / "b.png", folder / "*.png"])
    assert names(found, folder) == ["b.png", "shot_0001.png", "shot_0002.png"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nothing.png", "does not exist"),
        ("*.webp", "matches no picture or video"),
        (".git/..", None),
        ("empty", "holds no picture or video"),
        ("frame_%03d.png", "no file matches"),
        ("frame_%03d_%d.png", "more than one number"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(folder: Path, given: str, words: str | None) -> None:
    (folder / "empty").mkdir()
    if words is None:
        assert media.find([folder / given])
        return
    with pytest.raises(MediaError) as caught:
        media.find([folder / given])
    message = str(caught.value)
    assert words in message and message.startswith(f"{folder / given}: ") and "\n" not in message
