"""Other tools that apply a ``.cube``, so that tests see what a user of them gets."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import PyOpenColorIO as OCIO


def through_ffmpeg(pixels: np.ndarray, cube: Path, interpolation: str) -> np.ndarray:
    """ffmpeg's ``lut3d`` on 8-bit RGB, which truncates."""
    height, width = pixels.shape[:2]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    where = str(cube).replace("\\", "/").replace(":", "\\:")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *raw, "-i", "-"]
    command += ["-vf", f"lut3d='{where}':interp={interpolation}", *raw, "-"]
    result = subprocess.run(command, input=pixels.tobytes(), capture_output=True, check=True)
    return np.frombuffer(result.stdout, np.uint8).reshape(pixels.shape)


def through_ocio(pixels: np.ndarray, cube: Path, interpolation: str) -> np.ndarray:
    """OpenColorIO in floating point, rounded to 8 bits."""
    kind = {"tetrahedral": OCIO.INTERP_TETRAHEDRAL, "trilinear": OCIO.INTERP_LINEAR}[interpolation]
    processor = OCIO.Config.CreateRaw().getProcessor(OCIO.FileTransform(str(cube), interpolation=kind))
    values = pixels.astype(np.float32) / 255
    processor.getDefaultCPUProcessor().applyRGB(values)
    return np.clip(np.round(values * 255), 0, 255).astype(np.uint8)
