"""Programs that apply a LUT file to codes ``[K, 3]``, each in the ways in which its users have it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import PyOpenColorIO as OCIO
from PIL import Image, ImageFilter

Program = Callable[[np.ndarray, Path], np.ndarray]
TETRAHEDRAL, TRILINEAR = "tetrahedral", "trilinear"
INTERPOLATIONS = (TETRAHEDRAL, TRILINEAR)
_OCIO = {TETRAHEDRAL: OCIO.INTERP_TETRAHEDRAL, TRILINEAR: OCIO.INTERP_LINEAR}


def rounding(suffix: str, interpolation: str) -> dict[str, Program]:
    """Programs that take files of that ending, and round."""
    if suffix == ".hald.png":
        return {"ffmpeg": lambda codes, path: _rounded(ffmpeg_deep(codes, path, interpolation))}
    found: dict[str, Program] = {"OpenColorIO": lambda codes, path: ocio(codes, path, interpolation)}
    if suffix == ".cube":
        found["ffmpeg"] = lambda codes, path: _rounded(ffmpeg_deep(codes, path, interpolation))
    return found


def truncating(suffix: str, interpolation: str) -> dict[str, Program]:
    """Programs that take files of that ending, and truncate."""
    if suffix == ".cube":
        return {"ffmpeg in 8 bits": lambda codes, path: ffmpeg_8_bit(codes, path, interpolation)}
    if suffix == ".hald.png":
        return {
            "ffmpeg, then truncated": lambda codes, path: np.clip(
                np.floor(ffmpeg_deep(codes, path, interpolation) * 255), 0, 255
            ).astype(np.uint8)
        }
    return {}


def ffmpeg(*arguments: object, feed: bytes = b"", folder: Path | None = None) -> bytes:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, input=feed, capture_output=True, check=True, cwd=folder).stdout


def ffmpeg_8_bit(codes: np.ndarray, cube: Path, interpolation: str) -> np.ndarray:
    raw = ["-f", "rawvideo", "-s", f"{len(codes)}x1", "-pix_fmt", "rgb24"]
    graph = f"lut3d={cube.name}:interp={interpolation}"
    data = ffmpeg(*raw, "-i", "-", "-vf", graph, *raw, "-", feed=codes.tobytes(), folder=cube.parent)
    return np.frombuffer(data, np.uint8).reshape(codes.shape)


def ffmpeg_deep(codes: np.ndarray, lut: Path, interpolation: str) -> np.ndarray:
    """Through ``lut3d`` or, for a picture, ``haldclut``, in floating point: ``[K, 3]``, about 0 to 1."""
    # Of raw frames ffmpeg 9 spoils the start of a plane where the one before is no multiple of 8 wide.
    width = -(-len(codes) // 8) * 8
    raw = ["-f", "rawvideo", "-s", f"{width}x1", "-pix_fmt", "gbrpf32le"]
    padded = np.resize(codes, (width, 3)).astype(np.float32) / 255
    planes = np.ascontiguousarray(padded[:, [1, 2, 0]].T)
    if lut.suffix == ".png":
        # ffmpeg's own scaler, left to itself, would be a code off in the LUT.
        graph = f"[1]zscale,format=gbrpf32le[lut];[0][lut]haldclut=interp={interpolation}"
        more = ["-i", lut.name, "-filter_complex", graph]
    else:
        more = ["-vf", f"lut3d={lut.name}:interp={interpolation}"]
    data = ffmpeg(*raw, "-i", "-", *more, *raw, "-", feed=planes.tobytes(), folder=lut.parent)
    return np.frombuffer(data, np.float32).reshape(3, width)[[2, 0, 1], : len(codes)].T


def ocio(codes: np.ndarray, lut: Path, interpolation: str) -> np.ndarray:
    """A CLF's own mark for interpolation goes before what the configuration asks for, so it is changed."""
    config = OCIO.Config.CreateRaw()
    transform = OCIO.FileTransform(str(lut), interpolation=_OCIO[interpolation])
    group = config.getProcessor(transform).createGroupTransform()
    for part in group:
        part.setInterpolation(_OCIO[interpolation])
    return ocio_group(codes, group)


def ocio_group(codes: np.ndarray, transform: OCIO.Transform) -> np.ndarray:
    values = codes.astype(np.float32) / 255
    OCIO.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor().applyRGB(values)
    return _rounded(values)


def pillow(codes: np.ndarray, cube: Path) -> np.ndarray:
    """Pillow's filter, which is trilinear in 16 bits."""
    lines = cube.read_text("ascii").splitlines()
    size = next(int(line.split()[1]) for line in lines if line.startswith("LUT_3D_SIZE"))
    rows = [tuple(map(float, line.split())) for line in lines[-(size**3) :]]
    return np.asarray(Image.fromarray(codes[None]).filter(ImageFilter.Color3DLUT(size, rows)))[0]


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.clip(np.round(values * 255), 0, 255).astype(np.uint8)
