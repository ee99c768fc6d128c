"""Write the picture model's and the enlarger's ONNX graphs, without weights, beside what ships.

Run: python -m training.image.export_onnx [--target FOLDER]

Run it again whenever a weights file has changed: each graph knows the hash of its weights. Needs
torch, diffusers, transformers and the `onnx` package. The weights stay in the safetensors files,
which plain diffusers goes on loading (course_utils/models/onnx_session.py fills the graphs).

The token table is left out of the text encoder: its input is token embeddings, so that an own
model's new word is one more row, not another encoder. Batches are open; height and width are only
open in the enlarger, because the picture model draws one size.
"""

from __future__ import annotations

import argparse
import io
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from course_utils.models.embedded import FOLDER
from training.onnx_graphs import write_graph
from training.onnx_simplify import simplified

OPSET = 17  # the oldest with LayerNormalization: old versions of the runtime read it too
TOLERANCE = 1e-3  # largest difference between torch's and the graph's results


@dataclass(frozen=True)
class Part:
    """A network to export: `shapes` of its inputs, where None is the batch and a name an open
    length; `integers` are the inputs that are whole numbers."""

    network: nn.Module
    weights: Path
    shapes: dict[str, tuple]
    output: str
    integers: tuple[str, ...] = ()

    def feed(self, batch: int, length: int = 12) -> dict[str, np.ndarray]:
        """Inputs by name, of one batch size."""
        chance = np.random.default_rng(batch)
        made = {}
        for name, shape in self.shapes.items():
            sizes = [batch if n is None else length if isinstance(n, str) else n for n in shape]
            made[name] = chance.standard_normal(sizes).astype(np.float32)
            if name in self.integers:
                made[name] = np.full(sizes, 500, np.int64)
        return made

    @property
    def open_axes(self) -> dict[str, dict[int, str]]:
        return {
            name: {
                place: "batch" if n is None else n
                for place, n in enumerate(shape)
                if n is None or isinstance(n, str)
            }
            for name, shape in self.shapes.items()
        }


class TextEncoder(nn.Module):
    """Token embeddings (N x tokens x width) to the last hidden state, as CLIPTextModel does."""

    def __init__(self, model) -> None:
        super().__init__()
        self.model = getattr(model, "text_model", model)
        tokens = model.config.max_position_embeddings
        mask = torch.full((tokens, tokens), torch.finfo(torch.float32).min).triu(1)
        self.register_buffer("mask", mask[None, None], persistent=False)

    def forward(self, inputs_embeds):
        seen = inputs_embeds + self.model.embeddings.position_embedding.weight
        for layer in self.model.encoder.layers:
            seen = layer(seen, self.mask.expand(1, 1, -1, -1))
            seen = seen[0] if isinstance(seen, tuple) else seen
        return self.model.final_layer_norm(seen)


class Denoiser(nn.Module):
    """The UNet; one timestep for the whole batch."""

    def __init__(self, unet) -> None:
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, encoder_hidden_states):
        return self.unet(sample, timestep, encoder_hidden_states).sample


class Decoder(nn.Module):
    """Latents to pixels from -1 to 1."""

    def __init__(self, vae) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latents):
        return self.vae.decode(latents / self.vae.config.scaling_factor).sample


class Encoder(nn.Module):
    """Pixels from -1 to 1 to latents."""

    def __init__(self, vae) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, pixels):
        return self.vae.encode(pixels).latents * self.vae.config.scaling_factor


class Detail(nn.Module):
    """What the enlarger adds to a picture made larger plainly."""

    def __init__(self, body: nn.Module, times: int) -> None:
        super().__init__()
        self.body, self.times = body, times

    def forward(self, small):
        return nn.functional.pixel_shuffle(self.body(small - 0.5), self.times)


def picture_parts(folder: Path) -> dict[str, Part]:
    """The parts of the picture model in a folder that diffusers loads."""
    from diffusers import AutoencoderTiny, UNet2DConditionModel
    from transformers import CLIPTextModel

    text = CLIPTextModel.from_pretrained(folder / "text_encoder", attn_implementation="eager")
    unet = UNet2DConditionModel.from_pretrained(folder / "unet")
    vae = AutoencoderTiny.from_pretrained(folder / "vae")
    config, channels, side = text.config, unet.config.in_channels, unet.config.sample_size
    pixels = side * 2 ** (len(vae.config.decoder_block_out_channels) - 1)
    words = (None, config.max_position_embeddings, config.hidden_size)
    latents = (None, channels, side, side)
    in_vae = folder / "vae" / "diffusion_pytorch_model.safetensors"
    return {
        "text_encoder": Part(
            TextEncoder(text),
            folder / "text_encoder" / "model.safetensors",
            {"inputs_embeds": words},
            "last_hidden_state",
        ),
        "unet": Part(
            Denoiser(unet),
            folder / "unet" / "diffusion_pytorch_model.safetensors",
            {"sample": latents, "timestep": (1,), "encoder_hidden_states": words},
            "velocity",
            ("timestep",),
        ),
        "vae_decoder": Part(Decoder(vae), in_vae, {"latents": latents}, "pixels"),
        "vae_encoder": Part(Encoder(vae), in_vae, {"pixels": (None, 3, pixels, pixels)}, "latents"),
    }


def enlarger_part(folder: Path) -> Part:
    """The enlarger; see training/image/train_upscaler.py."""
    from safetensors.torch import load_file

    from training.image.train_upscaler import TIMES, Enlarger

    network = Enlarger()
    weights = folder / "model.safetensors"
    network.body.load_state_dict({name: one.float() for name, one in load_file(weights).items()})
    shape = (None, 3, "height", "width")
    return Part(Detail(network.body, TIMES), weights, {"small": shape}, "detail")


def export(part: Part, target: Path) -> dict[str, int]:
    """Write one graph, and hold it against torch.

    Raises:
        ValueError: the graph gives other results than the network.
    """
    import onnx

    buffer, network = io.BytesIO(), part.network.eval().float()
    example = {name: torch.from_numpy(one) for name, one in part.feed(2).items()}
    axes = part.open_axes | {part.output: {0: "batch"}}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracer speaks of shapes that are fixed here
        torch.onnx.export(
            network,
            tuple(example.values()),
            buffer,
            input_names=list(example),
            output_names=[part.output],
            opset_version=OPSET,
            dynamic_axes=axes,
            dynamo=False,
        )
    feeds = [part.feed(batch, length) for batch, length in ((2, 12), (3, 10), (8, 17))]
    model = simplified(onnx.load_from_string(buffer.getvalue()), feeds)
    model.doc_string, model.producer_name = "", "training.image.export_onnx"
    for node in model.graph.node:
        node.doc_string = ""
    written = write_graph(model, part.weights, target)
    check(part, target, feeds)
    return written


def check(part: Part, target: Path, feeds: list[dict[str, np.ndarray]]) -> None:
    """Hold a written graph, on its weights file, against torch.

    Raises:
        ValueError: they differ by more than rounding.
    """
    from course_utils.models.onnx_session import open_session

    session = open_session(target, part.weights)
    for feed in feeds:
        with torch.inference_mode():
            wanted = part.network(*(torch.from_numpy(one) for one in feed.values())).numpy()
        worst = float(np.abs(session(**feed)[0] - wanted).max())
        if worst > TOLERANCE:
            raise ValueError(f"{target.name} differs from torch by {worst}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", type=Path, default=FOLDER, help="where image/onnx/ goes")
    target = parser.parse_args().target
    jobs: list[tuple[Path, Callable[[], Part]]] = [
        (target / "upscaler" / "model.onnx", lambda: enlarger_part(FOLDER / "upscaler"))
    ]
    for name, part in picture_parts(FOLDER / "image").items():
        jobs.append((target / "image" / "onnx" / f"{name}.onnx", lambda part=part: part))
    for place, make in jobs:
        print(place.name, json.dumps(export(make(), place)), flush=True)


if __name__ == "__main__":
    main()
