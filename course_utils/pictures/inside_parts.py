"""The three parts of the picture machine, each shown doing its job on one film."""

from __future__ import annotations

import html

from course_utils.pictures.inside import Filmstrip, Shown, img, three_parts, watched_model

NEAR = ["red", "blue", "heart", "cat", "dog", "car", "flower", "house", "apple", "boat", "sky", "music"]  # words the prompt is compared with


def parts_at_work(film: Filmstrip) -> Shown:
    """Text encoder: which words it takes the prompt to be near. Denoiser: one step, before and after. Decoder: four grids of numbers and the picture they become."""
    about = dict(three_parts(film.prompt))
    near = likeness(film.prompt)
    middle = film.frames[len(film.frames) // 2]
    rows = "".join(f'<tr><th scope="row">{html.escape(word)}</th><td>{share:.2f}</td></tr>' for word, share in near[:5])
    table = f'<table><caption>The words that “{html.escape(film.prompt)}” is most like, of {len(NEAR)} (1 is the same)</caption><tr><th scope="col">Word</th><th scope="col">Likeness</th></tr>{rows}</table>'
    step = (
        img(middle.noisy, f"Before step {middle.step}: {middle.noise:.0%} noise", 112) + img(middle.guess, f"What the denoiser takes it for at step {middle.step}", 112)
        + img(middle.difference, f"Where its guess moved at step {middle.step}", 112)
    )
    grids = film.frames[-1].latents
    tiles = "".join(img(grey(grid), f"Grid {number} of the four, {grid.shape[0]} by {grid.shape[1]} numbers as shades of grey", 80) for number, grid in enumerate(grids, 1))
    shown = "".join(
        f'<section style="margin:6px 0"><h4 style="margin:4px 0">{part}</h4><p style="margin:2px 0;max-width:640px">It {html.escape(about[part])}</p>{picture}</section>'
        for part, picture in (("Text encoder", table), ("Denoiser", step), ("Decoder", tiles + img(film.picture, "The picture these numbers become", 112)))
    )
    words = f"Text encoder: most like {', '.join(f'{word} {share:.2f}' for word, share in near[:3])}. Denoiser: at step {middle.step} its guess moved by {middle.moved:.0f}. Decoder: {grids.size} numbers become a picture."
    return Shown(f"<div>{shown}</div>", words)


def likeness(prompt: str) -> list[tuple[str, float]]:
    """Cosine between the encoded prompt and single words, nearest first: mean over the pieces, the mean of all words taken away."""
    import torch

    model = watched_model()
    with torch.inference_mode():
        def mean(text: str):
            pieces = len(model.pipeline.tokenizer(text, add_special_tokens=False).input_ids)
            return model.words(text)["prompt_embeds"][0, 1 : 1 + max(1, pieces)].float().mean(0)

        words = torch.stack([mean(word) for word in NEAR])
        middle = words.mean(0)
        cosines = torch.nn.functional.cosine_similarity(words - middle, mean(prompt) - middle, dim=-1)
    return sorted(zip(NEAR, cosines.tolist()), key=lambda pair: -pair[1])


def grey(grid):
    """A grid of numbers as a PIL picture, lowest black, highest white."""
    import numpy as np
    from PIL import Image

    low, high = float(grid.min()), float(grid.max())
    return Image.fromarray(((grid - low) / (high - low + 1e-9) * 255).astype(np.uint8)).resize((48, 48), Image.Resampling.NEAREST).convert("RGB")
