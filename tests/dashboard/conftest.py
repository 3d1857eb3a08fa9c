"""A store with real pictures in it, a real server that shows it, and a real browser that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import brandkit.store
from brandkit import batch
from brandkit.brand import Brand
from brandkit.store import Store, filing

BRAND = """
meta: {name: Acme}
color:
  palette: {blue: "#0050FF", ink: "#101820", paper: "#FFFFFF"}
  background: paper
defaults:
  brandkit:
    swatches:
      blue: {tolerance: 2, capture: 15}
"""
SHOTS = Path(os.environ.get("BRANDKIT_SHOTS", "")) if os.environ.get("BRANDKIT_SHOTS") else None
"""Folder for screenshots, which CI keeps."""


def banner(path: Path, blue: tuple[int, int, int], size: tuple[int, int] = (480, 270)) -> Path:
    """A white picture with a panel of a blue in it and a line of ink, grain on all of it."""
    width, height = size
    pixels = np.full((height, width, 3), 255, np.int16)
    pixels[height // 4 : 3 * height // 4, width // 6 : width // 2] = blue
    pixels[height // 3 : height // 3 + 12, 2 * width // 3 : 11 * width // 12] = (16, 24, 32)
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
    return path


@dataclass(frozen=True)
class Filed:
    """A store on disk and what was filed into it."""

    folder: Path
    store: Store
    brand: Brand
    brand_file: Path


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[Filed]:
    """Three banners, judged and filed: ``drifted.png`` and ``worse.png`` fail, ``right.png`` passes."""
    brand_file = tmp_path / "acme.brand.yml"
    brand_file.write_text(BRAND, encoding="utf-8")
    brand = Brand.load(brand_file)
    pictures = [
        banner(tmp_path / "drifted.png", (30, 92, 240)),
        banner(tmp_path / "worse.png", (40, 100, 235)),
        banner(tmp_path / "right.png", (0, 80, 255)),
    ]
    store = brandkit.store.open(str(tmp_path / "store"))
    filing.file_run(store, batch.check_all([str(p) for p in pictures], brand), brand, source="check")
    yield Filed(tmp_path / "store", store, brand, brand_file)
    store.close()


@dataclass(frozen=True)
class Served:
    """A running dashboard."""

    address: str
    process: subprocess.Popen[bytes]


@pytest.fixture
def served(filed: Filed) -> Iterator[Served]:
    """``brandkit review`` on the store, on a free port of this machine."""
    with serving(filed.folder) as running:
        yield running


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """``brandkit review`` on a store, on a free port of this machine, as long as the block runs."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "brandkit.cli",
        "review",
        "--store",
        str(folder),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/_stcore/health", process)
        yield Served(address, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where there is none, these tests are skipped, but not in CI."""
    found = (
        os.environ.get("BRANDKIT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if found is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine; apt-get install chromium")
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own for each test, 1280 x 800, as on a small laptop."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, served: Served) -> Page:
    """The first page, loaded."""
    opened = context.new_page()
    opened.goto(served.address)
    return opened


def upload(page: Page, file: Path) -> None:
    """Give a file to the page's new brand, once the fields of what was shown before are gone."""
    expect(page.get_by_role("heading", name="A new brand")).to_be_visible()
    expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
    page.locator("input[type=file]").set_input_files(file)


def shot(page: Page, name: str) -> None:
    """Keep a screenshot, where somebody wants them."""
    if SHOTS is not None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")
