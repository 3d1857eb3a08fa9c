"""diffusers' own ways to add noise and to step are the oracle of what is made of its schedulers here."""

from __future__ import annotations

from typing import Any

import diffusers
import pytest
import torch

from brandkit.generate.diffusers.clean import KINDS, Watched

pytestmark = pytest.mark.filterwarnings("ignore")  # of numpy, at how the schedulers make their tables

CASES = [
    *[("DDIMScheduler", kind) for kind in ("epsilon", "v_prediction", "sample")],
    *[("DDPMScheduler", kind) for kind in ("epsilon", "v_prediction", "sample")],
    ("PNDMScheduler", "epsilon"),
    ("LCMScheduler", "epsilon"),
    *[("DPMSolverMultistepScheduler", kind) for kind in ("epsilon", "v_prediction", "flow_prediction")],
    ("DEISMultistepScheduler", "epsilon"),
    *[("UniPCMultistepScheduler", kind) for kind in ("epsilon", "v_prediction", "flow_prediction")],
    *[("EulerDiscreteScheduler", kind) for kind in ("epsilon", "v_prediction")],
    *[("EulerAncestralDiscreteScheduler", kind) for kind in ("epsilon", "v_prediction")],
    ("LMSDiscreteScheduler", "epsilon"),
    ("FlowMatchEulerDiscreteScheduler", "flow_prediction"),
]
WITHOUT_NOISE = ("DDIMScheduler", "EulerDiscreteScheduler", "FlowMatchEulerDiscreteScheduler")
"""Their steps draw no noise and look at no step before."""


def scheduler_of(name: str, kind: str) -> Any:
    settings = {} if name.startswith("Flow") else {"prediction_type": kind, "beta_schedule": "scaled_linear"}
    if kind == "flow_prediction" and not name.startswith("Flow"):
        settings |= {"use_flow_sigmas": True, "flow_shift": 3.0}
    if name in ("DDIMScheduler", "DDPMScheduler", "LCMScheduler"):
        settings["clip_sample"] = False
    scheduler = getattr(diffusers, name)(**settings)
    scheduler.set_timesteps(8)
    return scheduler


def noisy(scheduler: Any, kind: str, at: int) -> tuple[torch.Tensor, ...]:
    """A clean latent, noise, what the scheduler's own ``add_noise`` makes of both, what a perfect model
    says of it, and the time."""
    generator = torch.Generator().manual_seed(at)
    clean, noise = (torch.randn((1, 4, 8, 8), generator=generator) for _ in range(2))
    time = scheduler.timesteps[at]
    if hasattr(scheduler, "scale_noise"):
        sample = scheduler.scale_noise(clean, time[None], noise)
    else:
        sample = scheduler.add_noise(clean, noise, time[None])
    if kind == "epsilon":
        output = noise
    elif kind == "sample":
        output = clean
    elif kind == "flow_prediction":
        output = noise - clean
    else:
        product = scheduler.alphas_cumprod[int(time)]
        output = product.sqrt() * noise - (1 - product).sqrt() * clean
    return clean, noise, sample, output, time


def test_every_scheduler_that_is_known_is_tried() -> None:
    assert {name for name, _ in CASES} == set(KINDS)


@pytest.mark.parametrize(("name", "kind"), CASES)
@pytest.mark.parametrize("at", [0, 4])
def test_a_perfect_prediction_gives_the_clean_latent_back(name: str, kind: str, at: int) -> None:
    scheduler = scheduler_of(name, kind)
    clean, _, sample, output, time = noisy(scheduler, kind, at)
    watched = Watched(scheduler)
    with watched.listening():
        scheduler.step(output, time, sample)
        # Rounded times of schedulers with noise scales of their own; the noise is far larger at the start.
        assert (watched.clean() - clean).abs().max() < 2e-2


@pytest.mark.parametrize("name", WITHOUT_NOISE)
@pytest.mark.parametrize("at", [0, 4, 7])
def test_a_step_leaves_as_much_of_the_clean_latent_as_is_said_and_noise_beside_it(name: str, at: int) -> None:
    kind = "flow_prediction" if name.startswith("Flow") else "epsilon"
    scheduler = scheduler_of(name, kind)
    clean, noise, sample, output, time = noisy(scheduler, kind, at)
    watched = Watched(scheduler)
    with watched.listening():
        after = scheduler.step(output, time, sample, return_dict=False)[0]
        rest = after - watched.keep_after() * clean
    spread = (rest * noise).sum() / (noise * noise).sum()
    assert torch.allclose(rest, spread * noise, atol=1e-4)


def test_a_scheduler_is_left_as_it_was() -> None:
    scheduler = scheduler_of("DDIMScheduler", "epsilon")
    with pytest.raises(KeyboardInterrupt), Watched(scheduler).listening():
        raise KeyboardInterrupt
    assert "step" not in vars(scheduler)
