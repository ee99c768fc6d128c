"""Twins: models of exactly the shape of a catalogue's model, with random weights.

They draw noise and write nonsense, but need the real one's memory and time.

So what a machine can carry is known without fetching anything. Shapes are those of the models'
published configurations; where one was not published whole, the size of its weights file confirms
it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.models.embedded import FOLDER

LARGEST_PART = 4_000_000_000  # bytes of one weights file


@dataclass(frozen=True)
class Shape:
    """What a twin is made of.

    `stored` is the number format of the weights file, `parts` the numbers in each part (computed
    from the shape).
    """

    id: str  # as in the catalogue, or a name of its own
    kind: str
    stored: str
    make: Callable[[], dict]  # name of a part -> the model, built on the meta device: no memory
    steps: int = 0
    guidance: float = 0.0
    size: int = 0  # pixels
    scheduler: str = ""


X, D, XU, U = "CrossAttnDownBlock2D", "DownBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"


def _picture(
    channels: tuple,
    layers: int,
    down: tuple,
    up: tuple,
    width: int = 768,
    tiny_decoder: bool = False,
    **more,
) -> dict:
    """Denoiser, text encoder and decoder of a Stable Diffusion."""
    from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel

    unet = {
        "sample_size": 64,
        "in_channels": 4,
        "out_channels": 4,
        "block_out_channels": channels,
        "layers_per_block": layers,
        "down_block_types": down,
        "up_block_types": up,
        "cross_attention_dim": width,
        "attention_head_dim": 8,
        **more,
    }
    decoder = (
        AutoencoderTiny()
        if tiny_decoder
        else AutoencoderKL(
            block_out_channels=(128, 256, 512, 512),
            layers_per_block=2,
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            latent_channels=4,
            sample_size=512,
        )
    )
    return {"unet": UNet2DConditionModel(**unet), "text_encoder": _clip(), "vae": decoder}


def _clip():
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=49408,
            hidden_size=768,
            intermediate_size=3072,
            num_hidden_layers=12,
            num_attention_heads=12,
            max_position_embeddings=77,
            hidden_act="quick_gelu",
            projection_dim=768,
        )
    )


def _sdxl() -> dict:
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    parts = _picture(
        (320, 640, 1280),
        2,
        (D, X, X),
        (XU, XU, U),
        2048,
        sample_size=128,
        transformer_layers_per_block=[1, 2, 10],
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
        attention_head_dim=[5, 10, 20],
        use_linear_projection=True,
    )
    second = CLIPTextConfig(
        vocab_size=49408,
        hidden_size=1280,
        intermediate_size=5120,
        num_hidden_layers=32,
        num_attention_heads=20,
        max_position_embeddings=77,
        hidden_act="gelu",
        projection_dim=1280,
    )
    return {**parts, "text_encoder_2": CLIPTextModelWithProjection(second)}


def _llama360() -> dict:
    from transformers import LlamaConfig, LlamaForCausalLM

    return {
        "model": LlamaForCausalLM(
            LlamaConfig(
                vocab_size=49152,
                hidden_size=960,
                intermediate_size=2560,
                num_hidden_layers=32,
                num_attention_heads=15,
                num_key_value_heads=5,
                max_position_embeddings=8192,
                tie_word_embeddings=True,
                bos_token_id=1,
                eos_token_id=2,
                pad_token_id=2,
            )
        )
    }


def _qwen06() -> dict:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    return {
        "model": Qwen3ForCausalLM(
            Qwen3Config(
                vocab_size=151936,
                hidden_size=1024,
                intermediate_size=3072,
                num_hidden_layers=28,
                num_attention_heads=16,
                num_key_value_heads=8,
                head_dim=128,
                max_position_embeddings=40960,
                tie_word_embeddings=True,
                bos_token_id=1,
                eos_token_id=2,
                pad_token_id=2,
            )
        )
    }


def _musicgen() -> dict:
    """Text encoder (T5-base), codec (EnCodec 32 kHz) and decoder of MusicGen-small:
    24 layers of width 1024, four books of 2048 sounds.
    """
    from transformers import (
        EncodecConfig,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        T5Config,
    )

    text = T5Config(
        vocab_size=32128,
        d_model=768,
        d_kv=64,
        d_ff=3072,
        num_layers=12,
        num_heads=12,
        feed_forward_proj="relu",
    )
    codec = EncodecConfig(
        target_bandwidths=[2.2],
        sampling_rate=32000,
        audio_channels=1,
        normalize=False,
        num_filters=64,
        upsampling_ratios=[8, 5, 4, 4],
        codebook_size=2048,
        codebook_dim=128,
        hidden_size=128,
        num_lstm_layers=2,
        use_causal_conv=False,
        norm_type="weight_norm",
    )
    decoder = MusicgenDecoderConfig(
        vocab_size=2048,
        hidden_size=1024,
        num_hidden_layers=24,
        num_attention_heads=16,
        ffn_dim=4096,
        num_codebooks=4,
        max_position_embeddings=2048,
        bos_token_id=2048,
        pad_token_id=2048,
    )
    return {
        "model": MusicgenForConditionalGeneration(
            MusicgenConfig(
                text_encoder=text.to_dict(),
                audio_encoder=codec.to_dict(),
                decoder=decoder.to_dict(),
            )
        )
    }


SHAPES = {
    shape.id: shape
    for shape in (
        Shape(
            "IDKiro/sdxs-512-dreamshaper",
            "image",
            "float32",
            lambda: _picture(
                (320, 640, 1280), 1, (D, X, X), (XU, XU, U), mid_block_type=None, tiny_decoder=True
            ),
            1,
            0.0,
            512,
            "EulerDiscreteScheduler",
        ),
        Shape(
            "nota-ai/bk-sdm-tiny",
            "image",
            "float16",
            lambda: _picture((320, 640, 1280), 1, (X, X, X), (XU, XU, XU), mid_block_type=None),
            25,
            7.0,
            512,
            "PNDMScheduler",
        ),
        Shape(
            "SimianLuo/LCM_Dreamshaper_v7",
            "image",
            "float32",
            lambda: _picture(
                (320, 640, 1280, 1280), 2, (X, X, X, D), (U, XU, XU, XU), time_cond_proj_dim=256
            ),
            4,
            8.0,
            512,
            "LCMScheduler",
        ),
        Shape(
            "stabilityai/stable-diffusion-xl-base-1.0",
            "image",
            "float16",
            _sdxl,
            25,
            5.0,
            1024,
            "EulerDiscreteScheduler",
        ),
        Shape("HuggingFaceTB/SmolLM2-360M-Instruct", "words", "bfloat16", _llama360),
        Shape("Qwen/Qwen3-0.6B", "words", "bfloat16", _qwen06),
        Shape("facebook/musicgen-small", "sound", "float32", _musicgen),
    )
}


def parts_of(shape: Shape) -> dict[str, int]:
    """How many numbers each part holds, without making any of them."""
    import torch

    with torch.device("meta"):
        return {name: numbers(part) for name, part in shape.make().items()}


def numbers(part) -> int:
    """Parameters of a model, those used twice counted once."""
    return sum(
        value.numel() for value in {id(value): value for value in part.parameters()}.values()
    )


def bytes_of(shape: Shape, dtype: str | None = None) -> int:
    """Bytes of all weights in the stored number format, or in `dtype`."""
    return sum(parts_of(shape).values()) * (4 if (dtype or shape.stored) == "float32" else 2)


def build(shape: Shape, folder: Path) -> Path:
    """Write the twin as a folder like those of the hub: safetensors, settings,
    a tokenizer of few words.

    Raises:
        LearnerError: the disk or the memory is too small for it.
    """
    import psutil
    import torch

    sizes, each = parts_of(shape), 4 if shape.stored == "float32" else 2
    room = shutil.disk_usage(folder.parent).free
    if sum(sizes.values()) * each > room - 1_000_000_000:
        raise LearnerError(
            f"The twin of {shape.id} needs {sum(sizes.values()) * each / 1e9:.1f} GB of disk and"
            f" {room / 1e9:.1f} GB are free. Free some, or measure another one."
        )
    free = psutil.virtual_memory().available
    if 2 * max(sizes.values()) * each > free:
        raise LearnerError(
            f"Making the twin of {shape.id} needs {2 * max(sizes.values()) * each / 1e9:.1f} GB of"
            f" memory and {free / 1e9:.1f} GB are free. Measure another one, or use a larger"
            " machine."
        )
    with torch.device("meta"):
        parts = shape.make()
    for name in list(parts):  # one part at a time in memory
        part = _filled(parts.pop(name), getattr(torch, shape.stored))
        part.save_pretrained(
            folder if shape.kind != "image" else folder / name,
            safe_serialization=True,
            max_shard_size=LARGEST_PART,
        )
        del part
    if shape.kind == "image":
        _picture_folder(shape, folder)
    else:
        _tokenizer(folder)
    return folder


def _filled(part, dtype):
    """A model that was built on the meta device, with small random numbers:
    like trained ones they neither overflow nor fade out.
    """
    import logging

    import torch

    logging.getLogger("diffusers").setLevel(logging.ERROR)  # it warns of `to`, which is right here
    part = part.to(dtype).to_empty(device="cpu")
    pool = (torch.randn(1 << 20, generator=torch.Generator().manual_seed(0)) * 0.02).to(dtype)
    with torch.no_grad():
        for name, value in part.named_parameters():
            if value.dim() < 2:
                value.fill_(1.0 if name.endswith("weight") else 0.0)
            else:
                flat = value.view(-1)
                for place in range(0, flat.numel(), pool.numel()):
                    piece = flat[place : place + pool.numel()]
                    piece.copy_(pool[: piece.numel()])
        for name, value in part.named_buffers():
            (
                value.copy_(torch.arange(value.shape[-1]).expand(value.shape))
                if "position_ids" in name
                else value.zero_()
            )
    return part.eval()


def _picture_folder(shape: Shape, folder: Path) -> None:
    """What stands beside the weights of a picture model: scheduler, tokenizer (the course's own),
    and the list of its parts.
    """
    import diffusers

    own: dict[str, dict] = {
        "EulerDiscreteScheduler": {"timestep_spacing": "trailing"},
        "PNDMScheduler": {"skip_prk_steps": True, "steps_offset": 1},
    }
    getattr(diffusers, shape.scheduler)(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        **own.get(shape.scheduler, {}),
    ).save_pretrained(folder / "scheduler")
    large = (folder / "text_encoder_2").is_dir()
    for name in ("tokenizer", "tokenizer_2") if large else ("tokenizer",):
        shutil.copytree(FOLDER / "image" / "tokenizer", folder / name)
        settings = folder / name / "tokenizer_config.json"
        settings.write_text(
            json.dumps(
                {**json.loads(settings.read_text(encoding="utf-8")), "model_max_length": 77}
            ),
            encoding="utf-8",
        )
    words = json.loads((FOLDER / "image" / "model_index.json").read_text(encoding="utf-8"))[
        "tokenizer"
    ]
    vae = (
        "AutoencoderTiny"
        if json.loads((folder / "vae" / "config.json").read_text(encoding="utf-8"))["_class_name"]
        == "AutoencoderTiny"
        else "AutoencoderKL"
    )
    index = {
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", vae],
        "scheduler": ["diffusers", shape.scheduler],
        "tokenizer": words,
        "text_encoder": ["transformers", "CLIPTextModel"],
    }
    if large:
        index |= {
            "tokenizer_2": words,
            "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
            "force_zeros_for_empty_prompt": True,
        }
    else:
        index |= {
            "safety_checker": [None, None],
            "feature_extractor": [None, None],
            "requires_safety_checker": False,
        }
    name = (
        "StableDiffusionXLPipeline"
        if large
        else (
            "LatentConsistencyModelPipeline"
            if shape.scheduler == "LCMScheduler"
            else "StableDiffusionPipeline"
        )
    )
    (folder / "model_index.json").write_text(
        json.dumps({"_class_name": name, "_diffusers_version": "0.39.0", **index}, indent=1),
        encoding="utf-8",
    )


def _tokenizer(folder: Path) -> None:
    """A tokenizer of single bytes in the form every fast tokenizer has; the model's vocabulary is
    larger, so a text may hold pieces without letters.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(
        models.BPE(
            vocab={piece: n for n, piece in enumerate(["<|start|>", "<s>", "</s>", *letters])},
            merges=[],
        )
    )
    tokenizer.pre_tokenizer, tokenizer.decoder = (
        pre_tokenizers.ByteLevel(add_prefix_space=False),
        decoders.ByteLevel(),
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="</s>", pad_token="</s>"
    ).save_pretrained(folder)
