from __future__ import annotations

import pytest
import torch

from brandkit.brand import Brand
from brandkit.errors import GenerationError
from brandkit.generate.diffusers import device, memory, open_model

from .conftest import Models, Opened, ask, pixels

GB = 10**9
PARTS = {"unet": GB, "vae": GB // 10, "text": GB // 2}
"""Numbers of each part: 3.2 GB in 16 bits, 2 GB of them the UNet's."""


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that says it has a GPU; nothing runs on it."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)


def free(monkeypatch: pytest.MonkeyPatch, **sizes: float) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda where: sizes.get(where))


def test_the_cpu_computes_in_32_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert device.choose({"unet": 1}, None, None, None) == device.Setting("cpu", torch.float32, "none")


def test_apples_gpu_computes_in_16_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert device.choose({"unet": 1}, None, None, None) == device.Setting("mps", torch.float16, "none")


@pytest.mark.usefixtures("cuda")
@pytest.mark.parametrize(("there", "expected"), [(24, "none"), (3, "model"), (1.5, "sequential")])
def test_as_little_is_offloaded_as_lets_the_weights_fit(
    monkeypatch: pytest.MonkeyPatch, there: float, expected: str
) -> None:
    free(monkeypatch, cuda=there * GB, cpu=64 * GB)
    setting = device.choose(PARTS, None, None, None)
    assert (setting.device, setting.bits, setting.offload) == ("cuda", "bfloat16", expected)


@pytest.mark.usefixtures("cuda")
def test_an_offload_that_does_not_fit_either_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, cuda=1.5 * GB, cpu=64 * GB)
    with pytest.raises(GenerationError, match=r"2\.4 GB on cuda, 1\.5 GB are free"):
        device.choose(PARTS, None, None, "model")
    free(monkeypatch, cuda=1.5 * GB, cpu=2 * GB)
    with pytest.raises(GenerationError, match="on cpu"):
        device.choose(PARTS, None, None, None)


def test_a_model_that_memory_cannot_hold_is_refused_before_it_is_read(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, cpu=10**5)
    with pytest.raises(GenerationError, match=r"too little memory: the model needs about 2 MB on cpu.*close"):
        open_model(models("stable_diffusion"), device="cpu")


def test_a_picture_that_memory_cannot_hold_is_refused_before_it_is_made(opened: Opened, brand: Brand) -> None:
    model = opened("stable_diffusion")
    with pytest.raises(GenerationError, match=r"a picture of 16384 x 16384 needs about .* GB on cpu"):
        model.generate(ask(width=16384, height=16384), brand)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"),
        MemoryError(),
        RuntimeError(
            "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
        ),
    ],
    ids=["cuda", "python", "cpu"],
)
def test_the_end_of_memory_on_the_way_is_one_line(opened: Opened, brand: Brand, error: Exception) -> None:
    def full(done: int, of: int) -> None:
        raise error

    with pytest.raises(GenerationError, match=r"too little memory.*smaller") as told:
        opened("stable_diffusion").generate(ask(), brand, full)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"device": "cuda:7"}, "no device 'cuda:7' on this machine"),
        ({"device": "toaster"}, "choose cuda, mps or cpu"),
        ({"dtype": "float8"}, "choose one of float32"),
        ({"device": "cpu", "offload": "model"}, "needs a CUDA device"),
        ({"offload": "half"}, "choose one of none, model, sequential"),
    ],
)
def test_settings_that_are_not_there_are_named(
    models: Models, monkeypatch: pytest.MonkeyPatch, fields: dict[str, str], said: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(GenerationError, match=said):
        open_model(models("stable_diffusion"), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("family", "dtype"), [("stable_diffusion_3", "bfloat16"), ("stable_diffusion_xl", "float16")]
)
def test_half_precision_is_guided_too(models: Models, brand: Brand, family: str, dtype: str) -> None:
    model = open_model(models(family), device="cpu", dtype=dtype)
    free, pulled = (pixels(model.generate(ask(pull=pull), brand)) for pull in (0.0, 0.3))
    assert not torch.equal(free, pulled)
    assert model.facts["dtype"] == dtype  # type: ignore[attr-defined]


def test_free_memory_of_this_machine_is_known() -> None:
    there = memory.free_bytes("cpu")
    assert there is not None
    assert there > 10**7
