"""The HTTP gate beside the bare library: calls a second, times, and memory.

    python benchmarks/gate.py [--pictures 1000] [--clients 8]

JPEGs of 1920 x 1080 at quality 90, each another crop of a photograph that scikit-image or scikit-learn ships,
at another size. They are judged by IBM Carbon's brand (palettes/)

- by ``brandkit.check`` in a process pool with one process for each core, each file read from disk:
  ``library``;
- likewise, and each report filed with its evidence in a store, as ``brandkit check --store`` does: ``filed``,
  which is what the gate does but for HTTP and its jobs;
- by ``brandkit serve`` on the loopback with as many workers, by clients that each send the next picture when
  the last one is answered: ``gate``. Every picture is judged, filed with its evidence, and its report sent
  back.

Both are warm. A call that takes longer (202) ends when its job does. Processor time a picture is told beside
each rate, since other work on the machine changes the rates. Memory is that of the gate with its workers
(PSS, which counts shared pages once) after 200 pictures and after all. Exit status 1 if a goal is missed: 0.8
of the library's rate, no error, memory within 5 %.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPMessage
from multiprocessing import get_context
from pathlib import Path

import cv2
import httpx
import numpy as np
from temporal_clips import photograph

import brandkit
from brandkit import loop
from brandkit.brand_extends import shipped
from brandkit.store import Store

SIZE = (1920, 1080)
NAMES = ("flower", "china", "astronaut", "coffee", "chelsea", "rocket", "motorcycle", "cat")
GOAL, GROWTH = 0.8, 1.05
FIRST = 200
"""Pictures after which memory is looked at first."""
CORES = os.cpu_count() or 1
BRAND = "carbon"


def main() -> int:
    """Run the benchmark; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = "1"
    with tempfile.TemporaryDirectory(prefix="brandkit-gate-") as folder:
        paths = photographs(Path(folder), given.pictures)
        print(f"{len(paths)} pictures, {CORES} cores")
        rate = _in_pool("library", _judge, paths)
        filed = _in_pool("filed", partial(_file, str(_stored(Path(folder) / "filed"))), paths)
        return _gate(Path(folder), paths, given.clients, rate, filed)


def photographs(folder: Path, count: int) -> list[Path]:
    """Crops of photographs, each its own."""
    random = np.random.default_rng(7)
    paths = []
    for number in range(count):
        picture = photograph(NAMES[number % len(NAMES)])
        height, width = picture.shape[:2]
        share = random.uniform(0.6, 1.0)
        high = int(min(height, width * SIZE[1] / SIZE[0]) * share)
        wide = int(high * SIZE[0] / SIZE[1])
        x, y = random.integers(0, width - wide + 1), random.integers(0, height - high + 1)
        crop = cv2.resize(picture[y : y + high, x : x + wide, :3], SIZE, interpolation=cv2.INTER_CUBIC)
        paths.append(folder / f"{number:04d}.jpg")
        cv2.imwrite(str(paths[-1]), crop[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    return paths


def _judge(path: Path) -> float:
    """Processor time in seconds."""
    began = time.process_time()
    brandkit.check(path, _brand())
    return time.process_time() - began


def _brand() -> brandkit.Brand:
    if "brand" not in _KEPT:
        import torch

        torch.set_num_threads(1)
        _KEPT["brand"] = brandkit.Brand.load(shipped()[BRAND])
    return _KEPT["brand"]


_KEPT: dict[str, brandkit.Brand] = {}
_STORES: dict[str, Store] = {}


def _file(place: str, path: Path) -> float:
    """Judge and file; processor time in seconds."""
    from brandkit import batch, store
    from brandkit.report.run import Entry
    from brandkit.store import brands, filing

    if place not in _STORES:
        _STORES[place] = store.open(place)
    kept = _STORES[place]
    began = time.process_time()
    clip = loop.open_clip(path, _brand())
    entry = Entry(brandkit.check(clip, _brand()), lambda: batch.first_frame(clip))
    version = brands.versions(kept, _brand().name)[0]
    filing.file_one(kept, version, entry, source="check", who="benchmark")
    return time.process_time() - began


def _in_pool(name: str, task: Callable[[Path], float], paths: list[Path]) -> float:
    """Pictures a second."""
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        list(pool.map(task, paths[: 4 * CORES]))
        began = time.perf_counter()
        spent = list(pool.map(task, paths))
        rate = len(paths) / (time.perf_counter() - began)
    each = 1e3 * float(np.mean(spent))
    print(f"{name + ':':8} {rate:.2f} pictures a second, {each:.0f} ms of processor time each")
    return rate


def _stored(place: Path) -> Path:
    """A store that has the brand."""
    from brandkit import store
    from brandkit.store import brands

    kept = store.open(str(place))
    brands.save(kept, brandkit.Brand.load(shipped()[BRAND]), who="benchmark")
    kept.close()
    return place


def _gate(folder: Path, paths: list[Path], clients: int, library: float, filed: float) -> int:
    with _served(folder) as (address, key, process):
        client = _Client(address, key)
        for path in paths[: 4 * CORES]:
            client.send(path)
        spent, own = _processor_seconds(process), time.process_time()
        began = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            first = list(pool.map(client.send, paths[:FIRST]))
            before = _memory(process)
            rest = list(pool.map(client.send, paths[FIRST:]))
        seconds = time.perf_counter() - began
        now, own = _processor_seconds(process), time.process_time() - own
        after = _memory(process)
    times = np.array([taken for taken, _ in first + rest])
    wrong = sum(status != 200 for _, status in first + rest)
    rate = len(times) / seconds
    print(f"gate:    {rate:.2f} pictures a second, {clients} clients, {rate / library:.2f} of the library,")
    print(f"         {rate / filed:.2f} of the library that files")
    p50, p99 = np.percentile(times, (50, 99)) * 1e3
    print(f"         p50 {p50:.0f} ms, p99 {p99:.0f} ms, {wrong} errors")
    served, judging = (1e3 * (end - start) / len(times) for end, start in zip(now, spent, strict=True))
    print(
        f"         processor time a picture: {served:.0f} ms of the server, {judging:.0f} ms of the workers,"
    )
    print(f"         {1e3 * own / len(times):.0f} ms of the clients")
    growth = after / before
    mib = f"{before / 2**20:.0f} MiB after {FIRST}, {after / 2**20:.0f} MiB at the end"
    print(f"memory:  {mib}: {growth:.3f}")
    met = rate / library >= GOAL and not wrong and growth <= GROWTH
    print("goals met" if met else "a goal is MISSED")
    return 0 if met else 1


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, str, subprocess.Popen[bytes]]]:
    """A gate on a free port, with a key."""
    from brandkit import store as stores
    from brandkit.store import keys

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = stores.open(str(_stored(folder / "store")))
    key, _ = keys.create(kept, "benchmark", who="benchmark")
    kept.close()
    command = [sys.executable, "-m", "brandkit.cli", "serve", "--store", str(folder / "store")]
    command += ["--port", str(port), "--workers", str(CORES)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                if httpx.get(f"{address}/readyz", timeout=1, verify=False).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield address, key, process
    finally:
        process.terminate()
        process.wait()


class _Client:
    """Calls of several threads, each by a connection of its own, that take little of the processor: what
    clients take, on the same cores, is lost to the gate."""

    def __init__(self, address: str, key: str) -> None:
        self._host = address.removeprefix("http://")
        self._headers = {"Authorization": f"Bearer {key}"}
        self._own = threading.local()

    def send(self, path: Path) -> tuple[float, int]:
        """Have a picture judged: seconds, and the status of the answer, or of its job once that is over."""
        began = time.perf_counter()
        status, headers, _ = self._call("POST", "/v1/check", _form(path))
        taken = time.perf_counter() - began
        return taken, self._followed(headers["Location"]) if status == 202 else status

    def _followed(self, job: str) -> int:
        while True:
            told = json.loads(self._call("GET", job)[2])
            if told["state"] == "done":
                return self._call("GET", f"/v1/reports/{told['report']}")[0]
            if told["state"] in ("failed", "cancelled"):
                return 422
            time.sleep(0.2)

    def _call(self, method: str, path: str, body: bytes = b"") -> tuple[int, HTTPMessage, bytes]:
        if not hasattr(self._own, "connection"):
            self._own.connection = HTTPConnection(self._host, timeout=300)
        kind = {"Content-Type": f"multipart/form-data; boundary={_BORDER}"} if body else {}
        self._own.connection.request(method, path, body or None, {**self._headers, **kind})
        answer = self._own.connection.getresponse()
        return answer.status, answer.headers, answer.read()


_BORDER = "brandkit-gate-benchmark"


def _form(path: Path) -> bytes:
    """A call's multipart form."""
    field = 'Content-Disposition: form-data; name="brand"\r\n\r\nIBM Carbon'
    file = f'Content-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
    head = f"--{_BORDER}\r\n{field}\r\n--{_BORDER}\r\n{file}Content-Type: image/jpeg\r\n\r\n"
    return head.encode() + path.read_bytes() + f"\r\n--{_BORDER}--\r\n".encode()


def _processor_seconds(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Processor time of the server, and of the processes it started."""
    spent = []
    for number in _processes(process):
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        spent.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
    return spent[0], sum(spent[1:])


def _processes(process: subprocess.Popen[bytes]) -> list[int]:
    """A process and those it started."""
    numbers = [process.pid]
    for number in numbers:
        for task in Path(f"/proc/{number}/task").iterdir():
            numbers += [int(child) for child in (task / "children").read_text().split()]
    return numbers


def _memory(process: subprocess.Popen[bytes]) -> int:
    """Bytes of a process and those it started."""
    numbers = _processes(process)
    lines = [line for n in numbers for line in Path(f"/proc/{n}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    sys.exit(main())
