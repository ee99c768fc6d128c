"""The note model as transformers runs it, drawn from with torch's own random numbers: what the
path without torch is held against."""

from __future__ import annotations

import torch

from course_utils.models.embedded import FOLDER
from course_utils.music.decoding import MIN_P, TRUST, Leaning


def torch_model():
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(
        FOLDER / "music", dtype=torch.float32, use_safetensors=True, local_files_only=True
    ).eval()


def draw(model, starts, plans, seeds, surprise, tell=None, stop=None):
    """As `sampling.draw`, without Stop and progress, on a model of transformers."""
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    written, done = [[] for _ in plans], [False] * len(plans)
    allowed = [next(plan) for plan in plans]
    feed, past = torch.tensor(starts), None
    while not all(done):
        with torch.inference_mode():
            output = model(input_ids=feed, past_key_values=past, use_cache=True)
        past, logits = output.past_key_values, output.logits[:, -1].float() / surprise
        following = [0] * len(plans)
        for row in (row for row in range(len(plans)) if not done[row]):
            token = choose(logits[row], allowed[row], generators[row])
            written[row].append(token)
            following[row] = token
            try:
                allowed[row] = plans[row].send(token)
            except StopIteration:
                done[row] = True
        feed = torch.tensor(following)[:, None]
    return written


def choose(logits, allowed, generator) -> int:
    numbers = list(allowed)
    if len(numbers) == 1:
        return numbers[0]
    chosen = logits[numbers]
    if isinstance(allowed, dict):
        trust = 1.0 if isinstance(allowed, Leaning) else TRUST
        chosen = trust * chosen + torch.tensor(list(allowed.values()))
    odds = chosen.softmax(-1)
    odds = odds.masked_fill(odds < MIN_P * odds.max(), 0.0)
    return numbers[int(torch.multinomial(odds, 1, generator=generator))]
