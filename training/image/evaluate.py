"""Figures and a grid for the picture model on fixed prompts.

Run: python -m training.image.evaluate --work DIR [--pipeline FOLDER] [--grid FILE.png]

Prints: (a) how well the autoencoder restores pictures; (b) for every prompt, whether the training picture nearest to a candidate
(in pixels, 12 x 12 px) is of the right thing, for single candidates and for the best of four; (c) named background colours hit; (d) distance
to the nearest training picture against the distance between training pictures (copying). The nearest-picture test is crude:
it rewards copying and punishes invention. It tells "recognisable" from "mush", nothing finer.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny, StableDiffusionPipeline
from PIL import Image

from training.image.train_autoencoder import composite, peak_signal_to_noise
from training.image.words_for_pictures import BACKGROUNDS, read_records

PROMPTS = {  # what is asked for: labels that count as right
    "a red heart": ["red heart"], "a blue heart": ["blue heart", "light blue heart"], "a green circle": ["green circle"], "pizza": ["pizza"], "a sunflower": ["sunflower"],
    "a cat": ["cat", "cat face", "black cat"], "a dog": ["dog", "dog face", "poodle"], "a fox": ["fox"], "a red apple": ["red apple"], "a banana": ["banana"],
    "a strawberry": ["strawberry"], "a hamburger": ["hamburger"], "a doughnut": ["doughnut"], "a cup of coffee": ["hot beverage"], "a birthday cake": ["birthday cake"],
    "a rose": ["rose"], "a cactus": ["cactus"], "a palm tree": ["palm tree"], "a house": ["house", "house with garden"], "a castle": ["castle"], "a rocket": ["rocket"],
    "a car": ["automobile"], "a bus": ["bus"], "a bicycle": ["bicycle"], "a sailboat": ["sailboat"], "the sun": ["sun"], "the moon": ["full moon", "crescent moon"],
    "a rainbow": ["rainbow"], "a snowman": ["snowman"], "fire": ["fire"], "a ghost": ["ghost"], "a robot": ["robot"], "a panda": ["panda"], "a penguin": ["penguin"],
    "a frog": ["frog"], "an octopus": ["octopus"], "a butterfly": ["butterfly"], "a guitar": ["guitar"], "a soccer ball": ["soccer ball"], "a crown": ["crown"],
}
OTHER_WORDS = {  # some stand in captions, some do not: told apart by synonyms.json
    "kitten": ["cat", "cat face", "black cat"], "puppy": ["dog", "dog face", "poodle"], "blossoming rose": ["rose", "hibiscus", "blossom", "cherry blossom"], "burger": ["hamburger"],
    "boat with a sail": ["sailboat"], "spaceship": ["rocket", "flying saucer"], "flames": ["fire"], "lorry": ["delivery truck"],
}
STEPS, GUIDANCE = 14, 3.0


@torch.no_grad()
def draw(pipeline: StableDiffusionPipeline, prompt: str, count: int = 4) -> list[Image.Image]:
    size = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
    generators = [torch.Generator().manual_seed(seed) for seed in range(count)]
    return pipeline([prompt] * count, num_inference_steps=STEPS, guidance_scale=GUIDANCE, generator=generators, height=size, width=size).images


def small(pictures: list[Image.Image]) -> np.ndarray:
    """N x 432 floats in [0, 1]."""
    return np.stack([np.asarray(p.convert("RGB").resize((12, 12), Image.Resampling.BOX), dtype=np.float32).ravel() / 255 for p in pictures])


def evaluate(work: Path, folder: Path, grid: Path | None) -> dict:
    records = read_records(work)
    trained = [i for i, r in enumerate(records) if r["everyday"]]
    rgba = torch.from_numpy(np.load(work / "pictures.npz")["rgba"][trained]).permute(0, 3, 1, 2).float() / 255
    white = composite(rgba, torch.ones(1, 3, 1, 1))
    labels = [records[i]["label"] for i in trained]
    vae = AutoencoderTiny.from_pretrained(folder / "vae", torch_dtype=torch.float32).eval()
    with torch.no_grad():
        sample = white[::7]
        figures = {"autoencoder_psnr_db": round(peak_signal_to_noise(vae.decode(vae.encode(sample).latents).sample.clamp(-1, 1), sample), 2)}
    originals = [Image.fromarray(((p.permute(1, 2, 0).numpy() + 1) * 127.5).round().astype(np.uint8)) for p in white]
    known = np.concatenate([small(originals), small([p.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for p in originals])])
    names = labels * 2
    pipeline = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    rows, distances = [], []
    captions = {word for words in json.loads((work / "synonyms.json").read_text(encoding="utf-8")).values() for word in words}
    known_words = {word: right for word, right in OTHER_WORDS.items() if word in captions}
    new_words = {word: right for word, right in OTHER_WORDS.items() if word not in captions}
    for title, prompts in (("things", PROMPTS), ("other_words_in_captions", known_words), ("words_in_no_caption", new_words)):
        single, best = [], []
        for prompt, right in prompts.items():
            pictures = draw(pipeline, prompt)
            rows.append(pictures)
            gap = np.sqrt(((small(pictures)[:, None] - known[None]) ** 2).mean(-1))
            distances += gap.min(1).tolist()
            hits = [names[i] in right for i in gap.argmin(1)]
            single.append(np.mean(hits)), best.append(any(hits))
        figures[f"{title}_one_candidate"], figures[f"{title}_best_of_4"] = round(float(np.mean(single)), 3), round(float(np.mean(best)), 3)
    hit = []
    for name in BACKGROUNDS:
        pictures = draw(pipeline, f"a cat on a {name} background")
        rows.append(pictures)
        for picture in pictures:
            corners = np.mean([picture.getpixel(p) for p in ((2, 2), (45, 2), (2, 45), (45, 45))], axis=0)
            hit.append(min(BACKGROUNDS, key=lambda n: np.sum((np.array(BACKGROUNDS[n]) - corners) ** 2)) == name)
    figures["background_colour"] = round(float(np.mean(hit)), 3)
    among = np.sqrt(((known[: len(originals) : 5, None] - known[None, : len(originals)]) ** 2).mean(-1))
    among[among < 1e-6] = np.inf
    figures["distance_to_training_median"], figures["distance_among_training_median"] = round(float(np.median(distances)), 3), round(float(np.median(among.min(1))), 3)
    if grid:
        sheet = Image.new("RGB", (48 * 24, 48 * ((len(rows) + 5) // 6)), "white")
        for number, pictures in enumerate(rows):
            for column, picture in enumerate(pictures):
                sheet.paste(picture, (48 * ((number % 6) * 4 + column), 48 * (number // 6)))
        sheet.save(grid)
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pipeline", type=Path)
    parser.add_argument("--grid", type=Path)
    options = parser.parse_args()
    print(json.dumps(evaluate(options.work, options.pipeline or options.work / "pipeline", options.grid), indent=1))
