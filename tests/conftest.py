"""What the end-to-end tests share: two brands, small pictures, and the command line in this process."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from brandkit import cli

from . import far
from .looks import CONFIG

PALETTE = """\
meta:
  name: Acme

color:
  palette:
    blue: "#0050FF"
    ink: "#0B0F14"
    paper: "#FFFFFF"
"""
ACME = f"""{PALETTE}
defaults:
  brandkit:
    swatches:
      blue: {{capture: 14}}
      ink: {{tolerance: 3, capture: 5}}
      paper: {{tolerance: 2, capture: 4}}
    required: [palette]
"""
BLUE = "#0050FF"
DRIFTED = "#125CEC"
INK = "#0B0F14"
COMPILING = ("aftereffects", "checks", "colour")
"""Folders whose tests have numba compile what others would have to wait for, who wait only so long."""
WAITING = ("dashboard", "scale", "service", "pipelines")
"""Folders of few tests that take long, for servers, browsers and programs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Do early what waits long: at the end it would leave a worker alone with it."""
    order = (*COMPILING, *WAITING)
    items.sort(key=lambda item: order.index(n) if (n := item.path.parent.name) in order else len(order))


@pytest.fixture(autouse=True)
def main_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit puts the script that it tests in place of ``__main__``, which new processes begin with."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where vectors of pictures are kept: never in the cache of who runs the tests."""
    monkeypatch.setenv("BRANDKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random two-layer CLIP, as open_clip saves it."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("clip") / "tiny"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG))
    torch.manual_seed(7)
    model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    return folder


@pytest.fixture(params=["cpu", "far", "cuda", "mps"])
def device(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each device that is there, as torch names it, and one that is not; see ``far``."""
    import torch

    name = str(request.param)
    if name == "far":
        with far.Far():
            yield far.NAME
        return
    if name != "cpu" and not getattr(torch, name).is_available():
        pytest.skip(f"this machine has no {name}")
    yield name


@dataclass(frozen=True)
class Outcome:
    """What a run of the command line left behind."""

    status: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command line in this process: ``run("check", path, "-b", brand)``."""

    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        code = ended.value.code
        return Outcome(code if isinstance(code, int) else int(code is not None), said.out, said.err)

    return call


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A brand of blue, ink and paper."""
    path = tmp_path / "acme.brand.yml"
    path.write_text(ACME, encoding="utf-8")
    return path


@pytest.fixture
def brand_of(tmp_path: Path) -> Callable[[str], Path]:
    """Write Acme's palette with other guidelines, given as YAML under ``defaults.brandkit``."""

    def write(guidelines: str) -> Path:
        path = tmp_path / "other.brand.yml"
        indented = "".join(f"    {line}\n" for line in guidelines.splitlines())
        path.write_text(f"{PALETTE}\ndefaults:\n  brandkit:\n{indented}", encoding="utf-8")
        return path

    return write


def panel(colour: str = DRIFTED, size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A flat graphic: a ground in ``colour``, an ink bar below, a white box above."""
    width, height = size
    picture = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height - height // 4, width, height), fill=INK)
    draw.rectangle((width // 8, height // 8, width // 3, height // 3), fill="white")
    return picture


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A picture on brand."""
    return saved(panel(BLUE), tmp_path / "good.png")


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A picture whose blue has drifted by 4.2 CIEDE2000."""
    return saved(panel(DRIFTED), tmp_path / "bad.png")


def saved(picture: Image.Image, path: Path, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **options)  # type: ignore[arg-type]
    return path


def names(folder: Path) -> list[str]:
    """Everything in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def hex_at(picture: Image.Image, x: int, y: int) -> str:
    pixel = picture.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return "#{:02X}{:02X}{:02X}".format(*pixel)


def lines(text: str | Sequence[str]) -> list[str]:
    return [line for line in (text.splitlines() if isinstance(text, str) else text) if line.strip()]
