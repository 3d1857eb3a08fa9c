"""Stills: from words, from an approved picture, along its outlines, in its look."""

from __future__ import annotations

from typing import Any

import torch

from brandkit.brand import Brand
from brandkit.generate.diffusers import call, failure, guidance, memory, pictures, spoilt
from brandkit.generate.diffusers.loaded import Loaded, parameters, steps_of
from brandkit.generate.diffusers.quiet import quiet
from brandkit.generate.made import Made
from brandkit.generate.request import Ability, Request, Step, unwatched

_STYLE_BLOCK = {"up": {"block_0": [0.0, 1.0, 0.0]}}
"""Where in SDXL's UNet a look is made, apart from what is to be seen: Wang et al. (2024), "InstantStyle: Free
Lunch towards Style-Preserving in Text-to-Image Generation"."""
_CHANNELS = 3
"""Of the autoencoder's last layers, how many pictures of full size are held at once, about."""
_WIDEST = 256


class Still:
    """A ``Generator`` of stills.

    Args:
        model: a text-to-image or image-to-image pipeline.
        controlnet: network that keeps outlines, ``None`` for none.
        styled: whether an IP-Adapter was loaded into the model.

    Attributes:
        id: as in ``Generator``.
        abilities: as in ``Generator``.
        facts: see ``device.Setting.facts``.
    """

    def __init__(self, model: Loaded, controlnet: Any = None, styled: bool = False) -> None:
        self.model = model
        self.id = f"diffusers:{model.id}"
        self.facts = model.setting.facts
        self._controlnet = controlnet
        self._styled = styled
        self._pipes: dict[tuple[bool, bool], Any] = {}
        self.abilities = self._abilities()

    def generate(self, request: Request, brand: Brand, step: Step = unwatched) -> Made:
        """As in ``Generator.generate``; the picture is made at once."""
        call.refuse_unable(self.id, self.abilities, request)
        pipe = self._pipe(request.anchor is not None, request.structure is not None)
        size = pictures.Size.on_grid(request.width, request.height, grid(pipe))
        arguments, notes = call.common(pipe, request)
        notes = [*self.model.notes, *notes]
        if request.anchor is not None:
            anchor, said = pictures.read(request.anchor)
            notes += said
            fitted = pictures.fitted(anchor, size)
            if "strength" in parameters(pipe):
                if int(call.steps(pipe, request) * request.strength) < 1:
                    notes.append("at this strength no step is made: this is the anchor itself")
                    return self._made(request, size.crop(pictures.pixels(fitted))[None], notes)
                arguments["strength"] = request.strength
            else:
                notes += call.unfollowed(request, strength="the strength")
            arguments["image"] = fitted
        if request.structure is not None:
            outlined, said = pictures.read(request.structure)
            notes += said
            arguments[self._control_name(pipe)] = pictures.outlines(pictures.fitted(outlined, size))
        notes += self._look(pipe, request, arguments)
        if {"width", "height"} <= parameters(pipe):
            arguments |= {"width": size.model_width, "height": size.model_height}
        memory.refuse_too_little(
            f"a picture of {size.model_width} x {size.model_height}",
            decoding_bytes(pipe, size),
            self.model.setting.device,
            "ask for a smaller picture and enlarge it afterwards",
        )
        pull = self._guidance(pipe, request, brand, size)
        if request.pull > 0 and pull is None:
            notes.append("the palette does not guide this model: its latents cannot be followed")
        given = self.model.run(pipe, arguments, seed=request.seed, step=step, guidance=pull)
        spoilt.refuse(given.frames, request.seed, withheld=given.withheld)
        if "strength" in arguments and request.strength < 1 and steps_of(pipe) >= call.steps(pipe, request):
            # Some pipelines round the first step down, to one where there is nothing but noise.
            notes.append("with so few steps the anchor has no part in the picture: ask for more")
        frames, said = pictures.cut(given.frames, size)
        return self._made(request, codes(frames), [*notes, *given.notes, *said])

    def _made(self, request: Request, frames: torch.Tensor, notes: list[str]) -> Made:
        return Made(request, self.id, lambda: iter(frames), tuple(dict.fromkeys(notes)))

    def _abilities(self) -> frozenset[Ability]:
        name = type(self.model.pipe).__name__
        able: tuple[tuple[Ability, bool], ...] = (
            ("text", task_class("text", name) is not None),
            ("anchor", task_class("image", name) is not None),
            ("structure", self._controlnet is not None),
            ("style", self._styled),
            ("palette", guidance.layout(self.model.pipe) is not None),
        )
        return frozenset(ability for ability, there in able if there)

    def _pipe(self, anchored: bool, outlined: bool) -> Any:
        """The pipeline for a task; all share one set of parts."""
        key = anchored, outlined
        if key not in self._pipes:
            from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image

            auto = AutoPipelineForImage2Image if anchored else AutoPipelineForText2Image
            extra = {"controlnet": self._controlnet} if outlined else {}
            what = " and ".join((["an anchor"] * anchored + ["a ControlNet"] * outlined) or ["words alone"])
            with (
                quiet(),
                failure.told(f"{self.id} has no pipeline for {what}", "leave out one of what is given"),
            ):
                self._pipes[key] = auto.from_pipe(self.model.pipe, **extra)
        return self._pipes[key]

    def _control_name(self, pipe: Any) -> str:
        """What a pipeline calls the outlines: some call them its picture."""
        return "control_image" if "control_image" in parameters(pipe) else "image"

    def _look(self, pipe: Any, request: Request, arguments: dict[str, Any]) -> tuple[str, ...]:
        """Have the look of a picture; once an adapter is in a model it wants one, if at no strength."""
        if not self._styled:
            return ()
        if request.style is None:
            from PIL import Image

            pipe.set_ip_adapter_scale(0.0)
            arguments["ip_adapter_image"] = Image.new("RGB", (64, 64))
            return ()
        picture, notes = pictures.read(request.style)
        pipe.set_ip_adapter_scale(self._scale(request.likeness))
        arguments["ip_adapter_image"] = picture
        return notes

    def _scale(self, likeness: float) -> Any:
        unet = getattr(self.model.pipe, "unet", None)
        kinds = tuple(getattr(getattr(unet, "config", None), "up_block_types", ()))
        if kinds != ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"):
            return likeness
        return {
            side: {block: [likeness * value for value in layers] for block, layers in blocks.items()}
            for side, blocks in _STYLE_BLOCK.items()
        }

    def _guidance(
        self, pipe: Any, request: Request, brand: Brand, size: pictures.Size
    ) -> guidance.Guidance | None:
        if request.pull <= 0 or guidance.layout(pipe) is None:
            return None
        return guidance.Guidance(pipe, brand.swatches, request.pull, size.model_height, size.model_width)


def task_class(task: str, name: str) -> Any:
    """diffusers' class for a task (``text`` or ``image``) with the weights of a pipeline's class, if any."""
    from diffusers.pipelines import auto_pipeline as auto

    known = {"text": auto.AUTO_TEXT2IMAGE_PIPELINES_MAPPING, "image": auto.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING}
    return auto._get_task_class(known[task], name, throw_error_if_not_exist=False)


def grid(pipe: Any) -> int:
    """What the sides of a pipeline's pictures are multiples of: pixels of a latent one, times a patch's."""
    processor = getattr(pipe, "image_processor", None)
    own: Any = getattr(getattr(processor, "config", None), "vae_scale_factor", None)
    patch: Any = getattr(pipe, "patch_size", None)
    return int(own or getattr(pipe, "vae_scale_factor", 8)) * (patch if isinstance(patch, int) else 1)


def codes(frames: torch.Tensor) -> torch.Tensor:
    """``uint8`` of frames between 0 and 1, rounded and not cut off."""
    return (frames.clamp(0, 1) * 255).round().to(torch.uint8)


def decoding_bytes(pipe: Any, size: pictures.Size) -> float:
    """At least this much memory is taken while a picture is decoded, the most of all steps in most models."""
    vae = getattr(pipe, "vae", None)
    widths = getattr(getattr(vae, "config", None), "block_out_channels", None) or (_WIDEST,)
    bits = getattr(getattr(vae, "dtype", None), "itemsize", 4)
    return float(size.model_width * size.model_height * max(widths[:2]) * bits * _CHANNELS)
