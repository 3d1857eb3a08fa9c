from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from brandkit_checks.palette import Palette

from brandkit.brand import Brand, Swatch
from brandkit.check import (
    ENTRY_POINT_GROUP,
    Check,
    Failure,
    Measurement,
    Metric,
    Registry,
    discover,
    documentation,
    run,
)
from brandkit.errors import CheckError, MediaError
from brandkit.media.clip import Frames, Source

ROOT = Path(__file__).parent.parent
CHECKS = sorted((ROOT / "checks").glob("[a-z]*.py"))
BRAND = Brand(name="Acme", swatches=(Swatch(name="blue", hex="#0050FF"),))

GOOD = '''
from brandkit.check import Check

class Grain(Check):
    """Grain."""
'''
UNPARSABLE = "x = 1\ny = = 2\n"
FAILS = "\n\nimport no_such_module_anywhere\n"
NAMELESS = "class Other:\n    pass\n"

Install = Callable[..., str]


class ThreeFrames:
    """A clip in memory that breaks off after ``whole`` frames, if told to."""

    source = Source(Path("three.mp4"), "", "video", 4, 4, 3, None, None)

    def __init__(self, whole: int = 3) -> None:
        self._whole = whole

    def batches(self, size: int = 8, device: torch.device | str = "cpu") -> Iterator[Frames]:
        for first in range(0, self._whole, size):
            length = min(size, self._whole - first)
            yield Frames(torch.zeros(length, 3, 4, 4, dtype=torch.uint8), first, (0.0,) * length)
        if self._whole < 3:
            raise MediaError("three.mp4: damaged after frame 1")


COUNT = Metric("frames", "count", "higher", "Make it longer.")


class Counting(Check):
    """Count frames; higher is better."""

    metrics = (COUNT,)

    @classmethod
    def id(cls) -> str:
        return cls.__name__.lower()

    def start(self, brand: Brand, source: Source) -> None:
        self.frames = 0

    def update(self, frames: Frames) -> None:
        self.frames += len(frames)

    def finish(self) -> list[Measurement]:
        return [Measurement(self.id(), COUNT, self.frames, "counted")]

    def merge(self, other: Counting) -> None:
        self.frames += other.frames


class StopsAtStart(Counting):
    """Raise at once."""

    def start(self, brand: Brand, source: Source) -> None:
        raise ValueError("no such brand\nand a second line")


class StopsAtUpdate(Counting):
    """Raise at the second batch."""

    def update(self, frames: Frames) -> None:
        super().update(frames)
        if self.frames > 1:
            raise RuntimeError("out of ideas")


class StopsAtFinish(Counting):
    """Raise at the end."""

    def finish(self) -> list[Measurement]:
        raise ZeroDivisionError


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package of checks, as pip would, for the length of a test."""

    def install(package: str, **modules: str) -> str:
        folder = tmp_path / package
        folder.mkdir()
        for name, text in {"__init__": "", **modules}.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        facts = tmp_path / f"{package}-1.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (facts / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\n{package} = {package}\n")
        importlib.invalidate_caches()
        return str(folder)

    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield install
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_the_palette_is_found_through_its_entry_point() -> None:
    registry = discover()
    assert registry.checks["palette"] is Palette
    assert registry.broken == ()
    assert list(registry.checks) == sorted(registry.checks)


def test_a_check_of_another_package_is_found_beside_ours(install: Install) -> None:
    install("filmchecks", grain=GOOD, _shared="this is = not even read")
    registry = discover()
    assert {"grain", "palette"} <= set(registry.checks)
    assert registry.checks["grain"].id() == "grain"
    assert registry.broken == ()


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        pytest.param(UNPARSABLE, ":2", "SyntaxError", id="syntax"),
        pytest.param(FAILS, ":3", "No module named 'no_such_module_anywhere'", id="import"),
    ],
)
def test_a_broken_module_is_named_with_its_file_and_line(
    install: Install, text: str, line: str, why: str
) -> None:
    folder = install("filmchecks", bent=text, grain=GOOD)
    registry = discover()
    assert {"grain", "palette"} <= set(registry.checks)
    (broken,) = registry.broken
    assert broken.id == "bent"
    assert broken.where == f"{Path(folder) / 'bent.py'}{line}"
    assert why in broken.why and "\n" not in broken.why


def test_a_module_without_a_check_of_its_name_is_broken(install: Install) -> None:
    folder = install("filmchecks", grain=NAMELESS)
    (broken,) = discover().broken
    assert broken.id == "grain"
    assert str(Path(folder) / "grain.py") in broken.why


def test_a_package_that_cannot_be_imported_is_broken(install: Install) -> None:
    folder = install("filmchecks", __init__=FAILS)
    (broken,) = discover().broken
    assert broken.id == "filmchecks"
    assert broken.where == f"{Path(folder) / '__init__.py'}:3"


def test_two_checks_of_one_id_are_not_confused(install: Install) -> None:
    install("otherchecks", palette=GOOD.replace("Grain", "Palette"))
    registry = discover()
    assert registry.checks["palette"] is Palette
    (broken,) = registry.broken
    assert broken.id == "palette" and "brandkit_checks.palette already provides" in broken.why


def test_an_unknown_check_is_answered_with_the_nearest() -> None:
    registry = Registry({"palette": Palette, "counting": Counting})
    with pytest.raises(CheckError, match=r"no check is called 'pallete'; did you mean 'palette'\?"):
        registry.select(["pallete"])
    with pytest.raises(CheckError, match="no check is called 'xyz'; installed: counting, palette"):
        registry.select(["xyz"])
    assert list(registry.select(["palette"]).checks) == ["palette"]


@pytest.mark.parametrize("kind", [StopsAtStart, StopsAtUpdate, StopsAtFinish])
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_a_check_that_raises_does_not_stop_the_others(kind: type[Counting], first: bool) -> None:
    checks = [kind, Counting] if first else [Counting, kind]
    measured, failures = run(ThreeFrames(), BRAND, checks, batch=1)
    assert [(m.check, m.value) for m in measured] == [("counting", 3)]
    assert [f.check for f in failures] == [kind.id()]


def test_a_failure_says_in_one_line_what_was_raised() -> None:
    def why(kind: type[Counting]) -> list[Failure]:
        return run(ThreeFrames(), BRAND, [kind], batch=1)[1]

    assert why(StopsAtStart) == [Failure("stopsatstart", "ValueError: no such brand")]
    assert why(StopsAtUpdate) == [Failure("stopsatupdate", "RuntimeError: out of ideas")]
    assert why(StopsAtFinish) == [Failure("stopsatfinish", "ZeroDivisionError: ")]


@pytest.mark.parametrize("batch", [1, 2, 3, 8])
def test_every_frame_is_seen_once_whatever_the_batch(batch: int) -> None:
    seen: list[int] = []
    measured, failures = run(ThreeFrames(), BRAND, [Counting], batch=batch, progress=seen.append)
    assert [m.value for m in measured] == [3] and failures == []
    assert sum(seen) == 3


def test_damage_in_the_file_is_not_blamed_on_a_check() -> None:
    with pytest.raises(MediaError, match="damaged"):
        run(ThreeFrames(whole=1), BRAND, [Counting])


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_every_check_has_a_test_of_its_own(path: Path) -> None:
    assert (ROOT / "tests/checks" / f"test_{path.stem}.py").is_file()


UNIT_WORDS = {
    "de00": "CIEDE2000",
    "share": "share",
    "hz": "Hz",
    "count": "number",
    "s": "second",
    "px": "pixel",
    "bytes": "bytes",
    "heights": "height",
    "cosine": "cosine",
    ": 1": "ratio",
    "degrees": "degrees",
}
DIRECTION_WORDS = {"lower": "Lower is", "higher": "Higher is", "range": "in range"}


@pytest.mark.parametrize("check", discover().checks.values(), ids=lambda check: check.id())
def test_every_check_documents_each_number_with_its_unit_and_direction(check: type[Check]) -> None:
    said = documentation(check)
    assert check.metrics
    for metric in check.metrics:
        (paragraph,) = (p for p in said.split("\n- ")[1:] if p.startswith(f"`{metric.name}`"))
        paragraph = " ".join(paragraph.partition("\n\n")[0].split())
        assert UNIT_WORDS[metric.unit] in paragraph
        assert DIRECTION_WORDS[metric.direction].lower() in paragraph.lower()
        assert metric.remedy.endswith(".")


@pytest.mark.parametrize("check", discover().checks.values(), ids=lambda check: check.id())
def test_every_check_implements_the_whole_contract(check: type[Check]) -> None:
    assert not inspect.isabstract(check)
    assert documentation(check).splitlines()[0].endswith(".")
