"""How long a reviewer waits for the next frame, and whether the server's memory grows by what was looked at.

    python benchmarks/review.py
    python benchmarks/review.py --frames 20 --look 0     # who presses the key as fast as frames come

A store of 1920 x 1080 photographs is made, each its own file, judged as one of them was; the server is
``brandkit review``, the browser Chromium on this machine. A wait begins when the browser is told of the key N
and ends two frames of the screen after the picture was put into the page, decoded. Between two keys somebody
looks at the picture; meanwhile the next one is made and fetched. Memory is the server's resident set.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from skimage import data

import brandkit.store
from brandkit import loop
from brandkit.brand import Brand
from brandkit.report.run import Entry
from brandkit.store import Store, filing, items
from brandkit.store.filed import Wanted

SIZE = (1920, 1080)
BRAND = 'meta: {name: Acme}\ncolor: {palette: {blue: "#0050FF", ink: "#101820", paper: "#FFFFFF"}}\n'
LIMIT_MS = 300
PRESSED = """document.addEventListener("keydown", () => { window.pressed = performance.now(); }, true);"""
PAINTED = """(item) => {
  const mark = performance.getEntriesByName("brandkit:painted").findLast((one) => one.detail === item);
  return mark === undefined ? null : mark.startTime - window.pressed;
}"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running dashboard."""

    address: str
    process: subprocess.Popen[bytes]

    @property
    def rss_mb(self) -> float:
        """Its resident set, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1000


def fill(store: Store, count: int, folder: Path) -> None:
    """File photographs that differ by where they are cut out and by a panel's blue."""
    photograph = cv2.resize(data.stereo_motorcycle()[0], (SIZE[0] + 200, SIZE[1] + 200))
    (folder / "acme.brand.yml").write_text(BRAND, encoding="utf-8")
    brand = Brand.load(folder / "acme.brand.yml")
    run = filing.begin(store, brand, source="check")
    report = None
    for k in range(count):
        pixels = np.array(photograph[k % 200 : k % 200 + SIZE[1], k * 7 % 200 : k * 7 % 200 + SIZE[0]])
        pixels[600:900, 100:700] = (20 + k % 20, 80 + k % 20, 240)
        path = folder / f"picture-{k:04d}.jpg"
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG", quality=92)
        path.write_bytes(out.getvalue())
        report = report or loop.check(path, brand, checks=["palette"])
        source = replace(report.source, path=path, sha256=hashlib.sha256(out.getvalue()).hexdigest())
        bare = tuple(replace(finding, evidence=()) for finding in report.findings)
        run.add(Entry(replace(report, source=source, findings=bare), frame=pixels))
    run.finish()


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """``brandkit review`` on a store."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "brandkit_dashboard", "--store", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield Server(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait()


def step(page: Page, item: int) -> float:
    """Press N; milliseconds until the item is painted."""
    page.keyboard.press("n")
    return float(page.wait_for_function(PAINTED, arg=item, polling=20).json_value())


def main() -> None:
    """Fill, serve, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200, help="frames that are looked at")
    parser.add_argument("--look", type=float, default=1.0, help="seconds that somebody looks at each")
    parser.add_argument("--timed", type=int, default=20, help="waits that are told of")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        store = brandkit.store.open(str(folder / "store"))
        fill(store, given.frames + 2, folder)
        order = [item.id for item in items.find(store, Wanted(), limit=given.frames + 2).items]
        store.close()
        with serving(folder / "store") as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(PRESSED)
            page.goto(f"{server.address}/frame?item={order[0]}")
            page.locator(f".viewer[data-painted='{order[0]}']").wait_for()
            waits, memory = [], {}
            for seen, item in enumerate(order[1 : given.frames + 1], 1):
                page.wait_for_timeout(given.look * 1000)
                waits.append(step(page, item))
                if seen in (given.timed, given.frames):
                    memory[seen] = server.rss_mb
            browser.close()
    _say(waits, memory, given)


def _say(waits: list[float], memory: dict[int, float], given: argparse.Namespace) -> None:
    load = os.getloadavg()[0]
    for said, part in ((f"first {given.timed}", waits[: given.timed]), (f"all {len(waits)}", waits)):
        print(
            f"next frame of {SIZE[0]} x {SIZE[1]}, {given.look:g} s looked at each, {said}: "
            f"median {statistics.median(part):.0f} ms, worst {max(part):.0f} ms, "
            f"{sum(wait <= LIMIT_MS for wait in part)} of {len(part)} within {LIMIT_MS} ms"
        )
    for seen, rss_mb in memory.items():
        print(f"memory of the server after {seen} frames: {rss_mb:.0f} MB")
    print(f"load of the machine at the end: {load:.1f} on {os.cpu_count()} cores")


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")


if __name__ == "__main__":
    main()
