"""Two looks that differ, and the configuration of a tiny CLIP."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

CONFIG = {
    "model_cfg": {
        "embed_dim": 32,
        "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 16, "patch_size": 8},
        "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
    },
    "preprocess_cfg": {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.25], "interpolation": "bilinear"},
}
"""Two layers, and a preparation unlike CLIP's own, so that it shows which one is used."""


def look(kind: str, seed: int, size: tuple[int, int] = (96, 128)) -> np.ndarray:
    """A picture in a look: ``dusk`` is dark, blue and soft; ``neon`` bright, loud and of hard edges."""
    random = np.random.default_rng(seed)
    height, width = size
    rows, columns = np.mgrid[:height, :width] / max(size)
    if kind == "dusk":
        waves = sum(
            np.sin(2 * np.pi * random.uniform(0.5, 2, 2) @ [rows.ravel(), columns.ravel()]) for _ in "abc"
        )
        light = 0.25 + 0.08 * waves.reshape(size)
        picture = light[..., None] * np.array([0.6, 0.8, 1.3]) + random.normal(0, 0.01, (*size, 1))
    else:
        cells = random.uniform(0, 1, (height // 8, width // 8, 3)) > 0.5
        picture = np.kron(cells, np.ones((8, 8, 1)))[:height, :width]
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8)


def saved_looks(folder: Path, kind: str, count: int, first: int = 0) -> list[Path]:
    """Pictures of a look as files."""
    paths = [folder / f"{kind}-{seed}.png" for seed in range(first, first + count)]
    for seed, path in enumerate(paths, first):
        Image.fromarray(look(kind, seed)).save(path)
    return paths


def styled(folder: Path, guidelines: str = "required: [style]") -> Path:
    """A brand file with guidelines, as YAML under ``defaults.brandkit``."""
    path = folder / "acme.brand.yml"
    indented = "".join(f"    {line}\n" for line in guidelines.splitlines())
    palette = 'color: {palette: {blue: "#0050FF", paper: "#FFFFFF"}}'
    path.write_text(f"{palette}\ndefaults:\n  brandkit:\n{indented}", encoding="utf-8")
    return path
