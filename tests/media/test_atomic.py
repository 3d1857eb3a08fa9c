from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from brandkit.errors import OutputError
from brandkit.media.atomic import replacing


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "a.json"
    with replacing(target) as temporary:
        temporary.write_text("{}")
        assert not target.exists()
        assert temporary.parent == target.parent and temporary.suffix == ".json"
    assert target.read_text() == "{}"
    assert sorted(p.name for p in (target.parent).iterdir()) == ["a.json"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), OSError(errno.ENOSPC, "full")])
def test_a_failure_leaves_what_was_there(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with (
        pytest.raises(OutputError if isinstance(error, OSError) else type(error)),
        replacing(target) as temporary,
    ):
        temporary.write_text("new")
        raise error
    assert target.read_text() == "old"
    assert sorted(p.name for p in (tmp_path).iterdir()) == ["a.txt"]


def test_the_mode_of_a_replaced_file_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    target.chmod(0o640)
    with replacing(target) as temporary:
        temporary.write_text("new")
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "real.txt")
    with replacing(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink() and (tmp_path / "real.txt").read_text() == "new"


def test_a_device_is_written_to_and_never_replaced() -> None:
    with replacing("/dev/null") as temporary:
        assert temporary == Path("/dev/null")
        temporary.write_text("x")
    assert Path("/dev/null").is_char_device()


def test_a_full_disk_is_called_so() -> None:
    with (
        pytest.raises(OutputError, match=r"^/dev/full: the disk is full; free some space"),
        replacing("/dev/full") as temporary,
    ):
        temporary.write_text("x")
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EROFS, "read-only"),
        (errno.EACCES, "read-only for this user"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_the_reason_is_in_words(tmp_path: Path, code: int, words: str) -> None:
    with pytest.raises(OutputError) as caught, replacing(tmp_path / "a.txt"):
        raise OSError(code, os.strerror(code))
    assert words in str(caught.value) and str(caught.value).startswith(f"{tmp_path / 'a.txt'}: ")


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"), replacing(tmp_path):
        pass


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=r"choose another path"), replacing(tmp_path / "file" / "a.txt"):
        pass
