from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from brandkit.style.encoder import Encoder
from brandkit.style.thumbnail import ALIKE, Thumbnail, duplicates


def likeness(one: Image.Image, other: Image.Image) -> float:
    images = [torch.from_numpy(np.array(p.convert("RGB"))).permute(2, 0, 1) for p in (one, other)]
    first, second = Thumbnail().encode(images)
    return float(first @ second)


def as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


@pytest.mark.parametrize("name", ["coffee", "astronaut", "chelsea"])
def test_one_picture_stays_one_and_another_version_does_not(name: str) -> None:
    picture = Image.fromarray(getattr(data, name)())
    width, height = picture.size
    assert likeness(picture, as_jpeg(picture, 50)) > ALIKE
    assert likeness(picture, picture.resize((width // 4, height // 4))) > ALIKE
    assert likeness(picture, picture.crop((0, 0, int(0.9 * width), int(0.9 * height)))) < ALIKE
    assert likeness(picture, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) < ALIKE


def test_each_repetition_names_the_first() -> None:
    vectors = np.eye(4, dtype=np.float32)[[0, 1, 0, 2, 0]]
    assert duplicates(vectors) == [(0, 2), (0, 4)]


def test_flat_pictures_repeat_nothing() -> None:
    flat = torch.full((2, 3, 8, 8), 90, dtype=torch.uint8)
    assert duplicates(Thumbnail().encode(flat)) == []
    assert isinstance(Thumbnail(), Encoder)
