"""The engine on a local Ray of two workers: the same reports as in one process, whatever happens."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

import brandkit.store
from brandkit import cli, shards
from brandkit.brand import Brand
from brandkit.scale import engine
from brandkit.scale.judge import Task
from brandkit.scale.packed import Packed
from brandkit.scale.row import Row
from brandkit.store import items
from brandkit.store.filed import Wanted
from tests.films import film
from tests.store.conftest import BLUES, BRAND, banner

DEADLY = (250, 0, 250)
"""A picture of this colour ends the process that looks at it, by a check of these tests' own."""
CHECK = f'''
import os
from brandkit.check import Check, Metric

class Deadly(Check):
    """Ends the process."""

    metrics = (Metric("nothing", "share", "lower", ""),)

    def start(self, brand, source):
        pass

    def update(self, frames):
        if tuple(frames.pixels[0, :, 0, 0].tolist()) == {DEADLY}:
            os._exit(1)

    def finish(self):
        return []

    def merge(self, other):
        pass
'''


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Ray on this machine, whose workers have a package of checks more."""
    ray = pytest.importorskip("ray")
    site = tmp_path_factory.mktemp("site")
    (site / "deadlychecks").mkdir()
    (site / "deadlychecks" / "__init__.py").write_text("")
    (site / "deadlychecks" / "deadly.py").write_text(CHECK)
    facts = site / "deadlychecks-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: deadlychecks\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[brandkit.checks]\ndeadlychecks = deadlychecks\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(site))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.delenv("RAY_ADDRESS", raising=False)
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
        yield
        ray.shutdown()


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A folder with three banners, a file that is no picture, and a brand file beside it."""
    (tmp_path / "acme.brand.yml").write_text(BRAND, encoding="utf-8")
    folder = tmp_path / "campaign"
    folder.mkdir()
    for name, blue in BLUES.items():
        banner(folder / f"{name}.png", blue)
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    return folder


def test_reports_are_the_same_to_the_byte_and_what_was_judged_is_not_judged_again(
    cluster: None, campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brand = Brand.load(tmp_path / "acme.brand.yml")
    out, store = tmp_path / "results", tmp_path / "store"
    away = [f"file://{campaign}/right.png", f"file://{campaign}/broken.png"]
    command = ["check", str(campaign), *away, "-b", str(brand.path), "--engine"]
    command += ["ray", "--workers", "2", "--only", "palette", "--no-timestamp", "--store", str(store)]

    def run(*more: str) -> str:
        with pytest.raises(SystemExit) as ended:
            cli.main([*command, *more])
        said = capsys.readouterr()
        assert ended.value.code == 2 and said.out, said.err  # one input is broken
        return said.out

    assert run("-o", str(out)).startswith("6 inputs: ")
    rows = {row["uri"]: row for row in pq.read_table(out).to_pylist()}
    assert len(rows) == 6
    for name in BLUES:
        path = campaign / f"{name}.png"
        alone = ["check", str(path), "-b", str(brand.path), "--only", "palette", "--no-timestamp"]
        with pytest.raises(SystemExit):
            cli.main([*alone, "--format", "json"])
        assert rows[path.as_posix()]["report"] == capsys.readouterr().out
    assert "broken.png" in str(rows[(campaign / "broken.png").as_posix()]["error"])
    assert str(rows[away[1]]["error"]).startswith(f"{away[1]}: ")
    there = rows[away[0]]
    assert (there["verdict"], there["sha256"]) == ("passed", rows[f"{campaign}/right.png"]["sha256"])

    # A second run, after one picture has become another one.
    banner(campaign / "worse.png", BLUES["right"])
    assert run().endswith("3 of them judged before\n")
    with_store = brandkit.store.open(str(store))
    found = items.find(with_store, Wanted()).items
    names = sorted(item.name for item in found)
    assert names == ["drifted.png", "right.png", "right.png", "worse.png", "worse.png"]
    (fetched,) = (item for item in found if item.path.startswith("file:"))
    case = items.open_case(with_store, fetched.id)
    assert case.entry.report.source.path.as_posix() == f"file:{campaign}/right.png"
    assert with_store.blobs.has(there["sha256"])
    with_store.close()


def test_neither_a_killed_worker_nor_an_input_that_ends_its_process_loses_another(
    cluster: None, campaign: Path, tmp_path: Path
) -> None:
    brand = Brand.load(tmp_path / "acme.brand.yml")
    for number in range(4 * engine.BLOCK):
        banner(campaign / f"{number:03d}.png", (0, 80, 200 + number % 50))
    Image.fromarray(np.full((40, 60, 3), DEADLY, np.uint8)).save(campaign / "deadly.png")
    uris = [path.as_posix() for path in sorted(campaign.glob("*.png"))]
    rows: list[Row] = []
    for row in engine.judge_all(uris, Task(Packed.of(brand), ("palette", "deadly"), timestamp=False), 2):
        if not rows:
            killed = [pid for pid, name in _processes() if "MapWorker" in name][:1]
            assert killed
            os.kill(killed[0], signal.SIGKILL)
        rows.append(row)
    assert sorted(row.uri for row in rows) == uris
    errors = {Path(row.uri).stem: str(row.error) for row in rows if row.error is not None}
    assert set(errors) == {"broken", "deadly"}
    assert "ended the process that judged it" in errors["deadly"]


def test_one_long_film_is_judged_by_several_workers_to_the_byte(
    cluster: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, brand, out = tmp_path / "long.mp4", tmp_path / "acme.brand.yml", tmp_path / "results"
    brand.write_text(BRAND, encoding="utf-8")
    film(path, [150] * 10, size=(64, 48))
    command = ["check", str(path), "-b", str(brand), "--only", "palette", "--no-timestamp"]

    def said(*more: str) -> str:
        with pytest.raises(SystemExit):
            cli.main([*command, *more])
        return capsys.readouterr().out

    alone = said("--format", "json")
    monkeypatch.delattr(shards, "run")  # what would measure it in one pass, here
    assert said("--format", "json", "--workers", "2") == alone
    asked: list[list[str]] = []
    apart = engine._apart
    monkeypatch.setattr(
        engine, "_apart", lambda ray, uris, *how: asked.append(uris) or apart(ray, uris, *how)
    )
    assert said("--engine", "ray", "--workers", "2", "-o", str(out)).startswith("1 inputs: ")
    assert asked == [[path.as_posix()], []]  # none was left to one worker
    (row,) = pq.read_table(out).to_pylist()
    assert row["report"] == alone


def _processes() -> list[tuple[int, str]]:
    """All processes of this machine, each with what it is called."""
    found = []
    for path in Path("/proc").iterdir():
        try:
            found.append((int(path.name), (path / "cmdline").read_text()))
        except (ValueError, OSError):
            continue
    return found
