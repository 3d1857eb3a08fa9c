"""How long a person waits for the queue of 10,000 items: the first page in a browser, and a filter.

    python benchmarks/review_queue.py --items 10000

A store of that many items is made (they share a few files, as rows are what a queue is slow by), served as
``brandkit review`` serves it, and opened in Chromium. A load begins with the address and ends when the last
row of the first page is drawn; a filter begins with the click and ends when only what it lets through is
shown. The first load warms the browser's cache and is not counted.
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import brandkit.store
from brandkit.brand import Brand
from brandkit.gate import Verdict
from brandkit.store import Store, database, filing
from brandkit.store.registered import register
from brandkit.store.severity import RANKS
from brandkit.store.tables import FindingRow, ItemFileRow, ItemRow

SWATCHES = {"blue": "#0050FF", "ink": "#101820", "paper": "#FFFFFF", "clay": "#B4532A"}
MODELS = (None, "builtin:1:some", "diffusers:flux")
VERDICTS = (Verdict.FAILED, Verdict.NEEDS_REVIEW, Verdict.PASSED)


def fill(store: Store, count: int, seed: int = 7) -> None:
    """Put items on record, as a month of runs over three models would."""
    lot = random.Random(seed)
    colours = "".join(f"    {name}: '{value}'\n" for name, value in SWATCHES.items())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "acme.brand.yml"
        file.write_text(f"meta: {{name: Acme}}\ncolor:\n  palette:\n{colours}", encoding="utf-8")
        run = filing.begin(store, Brand.load(file), source="check")
    blobs = [_picture(lot) for _ in range(24)]
    kept = [(*store.blobs.put(blob), blob) for blob in blobs]
    start = datetime.now(UTC) - timedelta(days=30)
    with database.writing(store.engine) as session:
        register(session, store.blobs, [(sha, size, blob) for sha, size, blob in kept])
        for k in range(count):
            verdict = lot.choices(VERDICTS, (35, 15, 50))[0]
            swatch, value = lot.choice(list(SWATCHES)), lot.uniform(2.01, 12)
            off = verdict is not Verdict.PASSED
            row = ItemRow(
                run_id=run.run,
                version_id=run.version.id,
                created=start + timedelta(seconds=k * 30 * 86_400 / count),
                path=f"renders/batch-{k // 100:03d}/picture-{k:05d}.png",
                name=f"picture-{k:05d}.png",
                kind="image",
                sha256=kept[k % len(kept)][0],
                judged=f"{k:064x}",
                width=1920,
                height=1080,
                frames=1,
                verdict=verdict.value,
                final=verdict.value,
                severity=RANKS[verdict] + (value / 2 - 1) / (value / 2) * off,
                model=lot.choice(MODELS),
                state="open",
                decisions=0,
                headline=f"{swatch} drifts {value:.2f}, limit 2.00" if off else "",
                cause=f"palette.drift_de00 of {swatch}" if off else "",
                extent=value if off else None,
            )
            session.add(row)
            session.flush()
            sha = kept[k % len(kept)][0]
            session.add(
                ItemFileRow(item_id=row.id, role="thumbnail", name="thumbnail.webp", title="", sha256=sha)
            )
            session.add_all(
                FindingRow(
                    item_id=row.id,
                    corrected=False,
                    check="palette",
                    metric=metric,
                    swatch=name,
                    value=value if name == swatch and off else 0.4,
                    unit="de00" if metric == "drift_de00" else "share",
                    outcome="failed" if name == swatch and off and metric == "drift_de00" else "passed",
                )
                for name in SWATCHES
                for metric in ("drift_de00", "coverage")
            )


def _picture(lot: random.Random) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (320, 180), tuple(lot.randrange(256) for _ in range(3)))
    picture.paste(tuple(lot.randrange(256) for _ in range(3)), (40, 40, 180, 140))
    picture.save(out, "WEBP", quality=80)
    return out.getvalue()


WATCH = """
(() => {
  const rows = (root) => {
    let found = root.querySelectorAll("li.row").length;
    for (const node of root.querySelectorAll("*")) if (node.shadowRoot) found += rows(node.shadowRoot);
    return found;
  };
  const look = () => {
    if (document.body && rows(document) >= 50) window.drawn = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
"""Notes the first frame of the screen that has all rows, by the browser's own clock from the navigation on:
Playwright looks only every half second after a while."""


def loads(page: Page, address: str, times: int) -> list[float]:
    """Seconds from asking for the address until the rows are there, of each load but the first."""
    found = []
    for _ in range(times + 1):
        page.goto(address, wait_until="commit")
        page.wait_for_function("window.drawn !== undefined", polling=20)
        found.append(page.evaluate("window.drawn") / 1000)
    return found[1:]


def filtered(page: Page, address: str, times: int) -> list[float]:
    """Seconds from a click on a verdict until only its rows are there."""
    found = []
    for _ in range(times):
        page.goto(address)
        page.locator("li.row").nth(49).wait_for()
        begun = time.monotonic()
        page.get_by_role("button", name="passed", exact=True).click()
        page.locator("li.row .chip.failed").first.wait_for(state="detached")
        page.locator("li.row .chip.passed").nth(49).wait_for()
        found.append(time.monotonic() - begun)
    return found


def main() -> None:
    """Fill, serve, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--loads", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = brandkit.store.open(folder)
        fill(store, given.items)
        store.close()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "brandkit.cli", "review", "--store", folder, "--port", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(f"{address}/_stcore/health")
            _measure(address, given.items, given.loads)
        finally:
            server.terminate()
            server.wait()


def _measure(address: str, items: int, times: int) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(WATCH)
        for said, found in (
            ("first page", loads(page, address, times)),
            ("oldest first", loads(page, f"{address}/?sort=oldest+first", times)),
            ("any state", loads(page, f"{address}/?state=any+state", times)),
            ("one check", loads(page, f"{address}/?check=palette", times)),
            ("a filter by a click", filtered(page, address, times)),
        ):
            print(
                f"{items:,} items, {said}: {statistics.median(found) * 1000:.0f} ms (median of {len(found)})"
            )
        browser.close()


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")


if __name__ == "__main__":
    main()
