"""Tiny random models of the families that can be asked, as safetensors: they prove plumbing, no quality.

Each builder writes one folder as ``save_pretrained`` does. All are small, and need no network.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

WIDTH = 32
"""Of every text encoder: what cross-attention expects."""


def stable_diffusion(folder: Path, scheduler: Any = None) -> Path:
    """Text to image with a UNet and noise prediction, 8 pixels to a latent one as in the real one's kin."""
    from diffusers import DDIMScheduler, StableDiffusionPipeline

    torch.manual_seed(1)
    StableDiffusionPipeline(
        vae=_vae(),
        text_encoder=_clip_text(),
        tokenizer=_clip_tokenizer(),
        unet=_unet(),
        scheduler=scheduler
        or DDIMScheduler(beta_schedule="scaled_linear", clip_sample=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        image_encoder=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def stable_diffusion_v(folder: Path) -> Path:
    """The same, but what it predicts is velocity."""
    from diffusers import EulerDiscreteScheduler

    return stable_diffusion(
        folder,
        EulerDiscreteScheduler(beta_schedule="scaled_linear", prediction_type="v_prediction", steps_offset=1),
    )


def stable_diffusion_3(folder: Path) -> Path:
    """Text to image with a transformer and flow matching."""
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        SD3Transformer2DModel,
        StableDiffusion3Pipeline,
    )

    torch.manual_seed(2)
    transformer = SD3Transformer2DModel(
        sample_size=32,
        patch_size=2,
        in_channels=4,
        num_layers=1,
        attention_head_dim=8,
        num_attention_heads=2,
        joint_attention_dim=WIDTH,
        caption_projection_dim=16,
        pooled_projection_dim=2 * WIDTH,
        out_channels=4,
    )
    tokenizer, encoder = _t5()
    StableDiffusion3Pipeline(
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_vae_of_flows(),
        text_encoder=_clip_text(projected=True),
        tokenizer=_clip_tokenizer(),
        text_encoder_2=_clip_text(projected=True),
        tokenizer_2=_clip_tokenizer(),
        text_encoder_3=encoder,
        tokenizer_3=tokenizer,
    ).save_pretrained(folder)
    return folder


def stable_diffusion_xl(folder: Path) -> Path:
    """Text to image with two text encoders and a UNet of three blocks, laid out as the real one's."""
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline

    torch.manual_seed(10)
    StableDiffusionXLPipeline(
        vae=_vae(),
        text_encoder=_clip_text(),
        tokenizer=_clip_tokenizer(),
        text_encoder_2=_clip_text(projected=True),
        tokenizer_2=_clip_tokenizer(),
        unet=_unet_xl(),
        scheduler=EulerDiscreteScheduler(beta_schedule="scaled_linear", steps_offset=1),
    ).save_pretrained(folder)
    return folder


def flux(folder: Path) -> Path:
    """Text to image with a transformer over packed latents, and flow matching."""
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    torch.manual_seed(11)
    transformer = FluxTransformer2DModel(
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=WIDTH,
        pooled_projection_dim=WIDTH,
        axes_dims_rope=(4, 4, 8),
    )
    tokenizer, encoder = _t5()
    FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_vae_of_flows(),
        text_encoder=_clip_text(),
        tokenizer=_clip_tokenizer(),
        text_encoder_2=encoder,
        tokenizer_2=tokenizer,
        transformer=transformer,
    ).save_pretrained(folder)
    return folder


def controlnet(folder: Path) -> Path:
    """Outlines for ``stable_diffusion``; its last layers are not zero, as a fresh one's are."""
    from diffusers import ControlNetModel

    torch.manual_seed(3)
    model = ControlNetModel.from_unet(_unet(), conditioning_channels=3)
    for block in (*model.controlnet_down_blocks, model.controlnet_mid_block):
        torch.nn.init.normal_(block.weight, std=0.3)
    torch.nn.init.normal_(model.controlnet_cond_embedding.conv_out.weight, std=0.3)
    model.save_pretrained(folder)
    return folder


def ip_adapter(folder: Path) -> Path:
    """Weights of an IP-Adapter for ``stable_diffusion``, and the encoder of pictures beside them."""
    torch.manual_seed(4)
    return _ip_adapter(folder, _unet())


def ip_adapter_xl(folder: Path) -> Path:
    """The same for ``stable_diffusion_xl``."""
    torch.manual_seed(4)
    return _ip_adapter(folder, _unet_xl())


def _ip_adapter(folder: Path, unet: Any) -> Path:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            image_size=32,
            patch_size=8,
            projection_dim=16,
        )
    ).save_pretrained(folder / "image_encoder")
    width = unet.config.cross_attention_dim
    weights = {
        "image_proj.proj.weight": torch.randn(4 * width, 16),
        "image_proj.proj.bias": torch.randn(4 * width),
        "image_proj.norm.weight": torch.ones(width),
        "image_proj.norm.bias": torch.zeros(width),
    }
    parts = dict(unet.named_modules())
    across = [name.removesuffix(".processor") for name in unet.attn_processors if "attn2" in name]
    for number, name in enumerate(across):
        size = parts[name].to_k.out_features
        weights[f"ip_adapter.{2 * number + 1}.to_k_ip.weight"] = torch.randn(size, width)
        weights[f"ip_adapter.{2 * number + 1}.to_v_ip.weight"] = torch.randn(size, width)
    save_file(weights, folder / "ip-adapter.safetensors")
    return folder


def stable_video(folder: Path) -> Path:
    """A picture to a clip, by Stable Video Diffusion."""
    from diffusers import (
        AutoencoderKLTemporalDecoder,
        EulerDiscreteScheduler,
        StableVideoDiffusionPipeline,
        UNetSpatioTemporalConditionModel,
    )
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(5)
    unet = UNetSpatioTemporalConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=16,
        in_channels=8,
        out_channels=4,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=WIDTH,
        num_attention_heads=2,
        projection_class_embeddings_input_dim=48,
        addition_time_embed_dim=16,
        num_frames=4,
    )
    vision = CLIPVisionConfig(
        hidden_size=WIDTH,
        projection_dim=WIDTH,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=224,
        patch_size=56,
    )
    StableVideoDiffusionPipeline(
        vae=AutoencoderKLTemporalDecoder(
            block_out_channels=(32, 32, 32, 32),
            down_block_types=("DownEncoderBlock2D",) * 4,
            latent_channels=4,
            layers_per_block=1,
        ),
        image_encoder=CLIPVisionModelWithProjection(vision),
        unet=unet,
        scheduler=EulerDiscreteScheduler(
            beta_schedule="scaled_linear",
            prediction_type="v_prediction",
            sigma_max=700.0,
            sigma_min=0.002,
            steps_offset=1,
            timestep_spacing="leading",
            timestep_type="continuous",
            use_karras_sigmas=True,
        ),
        feature_extractor=CLIPImageProcessor(crop_size=224, size=224),
    ).save_pretrained(folder)
    return folder


def ltx(folder: Path, still: bool = True) -> Path:
    """Words, and a picture where ``still``, to a clip, by LTX."""
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXImageToVideoPipeline,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    torch.manual_seed(6)
    transformer = LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        num_layers=1,
        caption_channels=WIDTH,
    )
    vae = AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, False, False),
        decoder_spatio_temporal_scaling=(True, True, False, False),
        decoder_inject_noise=(False, False, False, False, False),
        upsample_residual=(False, False, False, False),
        upsample_factor=(1, 1, 1, 1),
        patch_size=1,
    )
    tokenizer, encoder = _t5()
    make = LTXImageToVideoPipeline if still else LTXPipeline
    make(
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae,
        text_encoder=encoder,
        tokenizer=tokenizer,
    ).save_pretrained(folder)
    return folder


def wan(folder: Path) -> Path:
    """A picture and words to a clip, by Wan."""
    from diffusers import (
        AutoencoderKLWan,
        FlowMatchEulerDiscreteScheduler,
        WanImageToVideoPipeline,
        WanTransformer3DModel,
    )
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    torch.manual_seed(7)
    vae = AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    transformer = WanTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=36,
        out_channels=16,
        text_dim=WIDTH,
        freq_dim=32,
        ffn_dim=32,
        num_layers=1,
        rope_max_seq_len=32,
        image_dim=8,
    )
    vision = CLIPVisionConfig(
        hidden_size=8,
        projection_dim=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=32,
        intermediate_size=16,
        patch_size=8,
    )
    tokenizer, encoder = _t5("UMT5")
    WanImageToVideoPipeline(
        tokenizer=tokenizer,
        text_encoder=encoder,
        vae=vae,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        transformer=transformer,
        image_encoder=CLIPVisionModel(vision),
        image_processor=CLIPImageProcessor(crop_size=32, size=32),
    ).save_pretrained(folder)
    return folder


def upscaler(folder: Path) -> Path:
    """A picture to one of four times its sides, by Stable Diffusion's upscaler."""
    from diffusers import AutoencoderKL, DDIMScheduler, DDPMScheduler, StableDiffusionUpscalePipeline

    torch.manual_seed(8)
    vae = AutoencoderKL(
        block_out_channels=(8, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        latent_channels=4,
        norm_num_groups=8,
        scaling_factor=0.08333,
    )
    StableDiffusionUpscalePipeline(
        vae=vae,
        text_encoder=_clip_text(),
        tokenizer=_clip_tokenizer(),
        unet=_unet(channels=7, labels=1000),
        low_res_scheduler=DDPMScheduler(),
        scheduler=DDIMScheduler(prediction_type="v_prediction", clip_sample=False),
        max_noise_level=350,
    ).save_pretrained(folder)
    return folder


def esrgan(file: Path, scale: int = 2) -> Path:
    """A network that spandrel knows, as its weights alone."""
    from spandrel.architectures.Compact import Compact  # type: ignore[import-not-found, unused-ignore]

    torch.manual_seed(9)
    model = Compact(num_in_ch=3, num_out_ch=3, num_feat=8, num_conv=2, upscale=scale)
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: weight.contiguous() for name, weight in model.state_dict().items()}, file)
    return file


def with_filter(model: Path, folder: Path) -> Path:
    """``stable_diffusion`` with a safety filter that hides everything."""
    from diffusers import StableDiffusionPipeline
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPVisionConfig

    vision = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
        projection_dim=16,
    )
    checker = StableDiffusionSafetyChecker(CLIPConfig(vision_config=vision.to_dict(), projection_dim=16))
    checker.concept_embeds_weights.fill_(-10)
    StableDiffusionPipeline.from_pretrained(
        model,
        safety_checker=checker,
        feature_extractor=CLIPImageProcessor(crop_size=32, size=32),
        requires_safety_checker=True,
    ).save_pretrained(folder)
    return folder


def _unet(channels: int = 4, labels: int | None = None) -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        block_out_channels=(16, 32),
        layers_per_block=1,
        sample_size=16,
        in_channels=channels,
        out_channels=4,
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=WIDTH,
        attention_head_dim=8,
        norm_num_groups=8,
        num_class_embeds=labels,
    )


def _unet_xl() -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        block_out_channels=(8, 16, 16),
        layers_per_block=2,
        transformer_layers_per_block=(1, 1, 1),
        sample_size=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=2 * WIDTH,
        attention_head_dim=(1, 2, 2),
        norm_num_groups=8,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=6 * 8 + WIDTH,
    )


def _vae() -> Any:
    from diffusers import AutoencoderKL

    vae = AutoencoderKL(
        block_out_channels=(8, 16, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        norm_num_groups=8,
    )
    return _painting(vae)


def _vae_of_flows() -> Any:
    from diffusers import AutoencoderKL

    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
        up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
        block_out_channels=(8, 16),
        latent_channels=4,
        norm_num_groups=4,
        sample_size=32,
        shift_factor=0.06,
        scaling_factor=1.5,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )
    return _painting(vae)


def _painting(vae: Any) -> Any:
    """Let a decoder paint areas of colour, as trained ones do: at random each pixel would be a noise."""
    for name, weight in vae.decoder.named_parameters():
        if ".conv2." in name or ".to_out." in name:
            torch.nn.init.zeros_(weight)
    return vae


def _clip_text(projected: bool = False) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        hidden_size=WIDTH,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=2,
        vocab_size=514,
        projection_dim=WIDTH,
        bos_token_id=512,
        eos_token_id=513,
        pad_token_id=513,
    )
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)


def _clip_tokenizer() -> Any:
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import CLIPTokenizer

    letters = sorted(ByteLevel.alphabet())
    pieces = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=77)


def _t5(kind: str = "T5") -> tuple[Any, Any]:
    import transformers

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz"]
    tokenizer = transformers.T5Tokenizer(vocab=pieces, extra_ids=0, model_max_length=128)
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=64,
        d_model=WIDTH,
        d_ff=37,
        d_kv=8,
        num_layers=1,
        num_heads=2,
        relative_attention_num_buckets=8,
    )
    return tokenizer, getattr(transformers, f"{kind}EncoderModel")(config)


def spoil(folder: Path, key: str, value: Any) -> None:
    """Change one entry of a folder's ``model_index.json``."""
    path = folder / "model_index.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
