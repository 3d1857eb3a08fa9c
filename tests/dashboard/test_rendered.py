"""What is made of the store's files for browsers."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from brandkit_dashboard import links, rendered
from brandkit_dashboard.making import Making, trim
from brandkit_dashboard.pictures import ROUTES
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

import brandkit.store
from brandkit import batch
from brandkit.brand import Brand
from brandkit.errors import MediaError, StoreError
from brandkit.store import Store, filing, items
from brandkit.store.filed import Item, Wanted

from .conftest import BRAND
from .stock import pixels_of

SIZE = (81, 51)
DELAYS_MS = (40, 200, 40, 120)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Item]]:
    """A store with a GIF of odd sides and uneven delays."""
    folder = tmp_path_factory.mktemp("rendered")
    (folder / "acme.brand.yml").write_text(BRAND, encoding="utf-8")
    brand = Brand.load(folder / "acme.brand.yml")
    pictures = [Image.new("RGB", SIZE, (0, 80, 255)) for _ in DELAYS_MS]
    for k, picture in enumerate(pictures):
        picture.paste((255, 255, 255), (k * 10, 5, k * 10 + 30, 45))
    clip = folder / "wave.gif"
    pictures[0].save(clip, save_all=True, append_images=pictures[1:], duration=list(DELAYS_MS), loop=0)
    store = brandkit.store.open(str(folder / "store"))
    filing.file_run(store, batch.check_all([str(clip)], brand, checks=["palette"]), brand)
    yield store, items.find(store, Wanted()).items[0]
    store.close()


def test_a_proxy_is_what_every_browser_plays_one_frame_after_the_other_at_a_steady_rate(
    made: tuple[Store, Item],
) -> None:
    store, item = made
    with av.open(str(rendered.proxy(store, item.id, "before"))) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (82, 52)
        seconds = [frame.time for frame in container.decode(stream)]
    assert len(seconds) == len(DELAYS_MS)
    assert np.ptp(np.diff(seconds)) < 1e-3


def test_a_frame_is_sent_pixel_by_pixel_and_made_once(made: tuple[Store, Item]) -> None:
    store, item = made
    path = rendered.frame(store, item.id, "before", 2)
    with Image.open(store.blobs.path(item.sha256)) as truth:
        truth.seek(2)
        np.testing.assert_array_equal(pixels_of(path), np.asarray(truth.convert("RGB")))
    assert b"sRGB" in path.read_bytes()[:80]
    inode = path.stat().st_ino
    assert rendered.frame(store, item.id, "before", 2) == path and path.stat().st_ino == inode


def test_frames_and_sides_that_there_are_not_say_so(made: tuple[Store, Item]) -> None:
    store, item = made
    with pytest.raises(MediaError, match="has no frame 9"):
        rendered.frame(store, item.id, "before", 9)
    with pytest.raises(StoreError, match="nothing was corrected"):
        rendered.frame(store, item.id, "after", 0)
    with pytest.raises(StoreError, match="is no side"):
        rendered.frame(store, item.id, "../before", 0)


def test_a_strip_shows_the_frames_that_were_asked_for(made: tuple[Store, Item]) -> None:
    store, item = made
    path = rendered.strip(store, item.id, "before", [0, 1, 3])
    width = round(SIZE[0] * rendered.STRIP_HEIGHT / SIZE[1])
    assert Image.open(path).size == (3 * width, rendered.STRIP_HEIGHT)
    with pytest.raises(StoreError, match="no such frames"):
        rendered.strip(store, item.id, "before", [70])


def test_shots_are_pairs_of_first_and_last_frames(made: tuple[Store, Item]) -> None:
    store, item = made
    assert json.loads(rendered.shots(store, item.id).read_text()) == [[0, len(DELAYS_MS) - 1]]


@pytest.mark.parametrize("folder", ["..", "0" * 31, "g" * 32, "a" * 32])
def test_a_trial_is_found_by_no_other_name(made: tuple[Store, Item], folder: str) -> None:
    with pytest.raises(StoreError, match="is gone"):
        rendered.tried_file(made[0], folder, "shown.png")


def test_what_several_ask_for_is_made_once(tmp_path: Path) -> None:
    making, made = Making(), []

    def make(path: Path) -> None:
        made.append(path)
        time.sleep(0.05)
        path.write_text("made")

    threads = [threading.Thread(target=making.once, args=(tmp_path, "same", make)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [tmp_path / "same"]


def test_what_was_not_asked_for_the_longest_makes_room(tmp_path: Path) -> None:
    for k in range(10):
        path = tmp_path / "in" / f"{k}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(100))
        os.utime(path, (k, k))
    os.utime(tmp_path / "in" / "0", (99, 99))
    trim(tmp_path, 1000)
    assert len(list((tmp_path / "in").iterdir())) == 10
    trim(tmp_path, 500)
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == ["0", "7", "8", "9"]


def test_the_routes_send_only_what_was_signed(
    made: tuple[Store, Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, item = made
    monkeypatch.setattr("brandkit_dashboard.place.store", lambda: store)
    client = TestClient(Starlette(routes=list(ROUTES)))
    addresses = {
        links.frame(item.id, "before", 1, item.sha256): "image/png",
        links.strip(item.id, "before", [0, 2], item.sha256): "image/webp",
        links.proxy(item.id, "before", item.sha256): "video/mp4",
        links.shots(item.id, item.sha256): "application/octet-stream",
        links.blob(item.sha256, "wave.gif"): "image/gif",
    }
    for address, kind in addresses.items():
        answer = client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind), address
        assert client.get(address.replace("sign=", "sign=0")).status_code == 403
    assert client.get(links.tried("a" * 32, "shown.png")).status_code == 404
    assert client.get(links.frame(item.id, "before", 99, item.sha256)).status_code == 404
