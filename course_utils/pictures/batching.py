"""Pictures of several people's recipes drawn side by side in one batch,
each as it comes out alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import OnProgress, Progress, Stopped
from course_utils.pictures.candidates.conditioning import (
    Order,
    embeddings_of_each,
    parts_in,
    rows_of_each,
    ways_of,
)
from course_utils.pictures.candidates.drawn_anew import drawn_anew
from course_utils.pictures.diffusers.denoising import Drawing
from course_utils.pictures.diffusers.drawing import starting_noise
from course_utils.pictures.diffusion_model import guidance_for, steps_for
from course_utils.pictures.engine import ImageEngine, asked_of, checked_words, creation_of
from course_utils.pictures.onnx.drawing import Drawn, Following, draw_recipes
from course_utils.pictures.onnx.model import OnnxPictureModel
from course_utils.pictures.settings import PictureSettings
from course_utils.safety.prompts import check_prompt

__all__ = ["Shape", "draw_together", "shape_of"]

Wanted = tuple[int, Recipe, Order]  # number of the recipe
Shape = tuple[str, int, int, float]  # model, pixels a side, steps, guidance


def shape_of(engine: ImageEngine, recipe: Recipe) -> Shape | None:
    """What recipes must have in common to be drawn side by side; None for one that is drawn alone,
    because it begins from something, its things are drawn one by one, or its model draws one at a
    time.

    Raises:
        LearnerError: a setting cannot be used.
    """
    settings = PictureSettings.read(recipe)
    if any(
        getattr(settings, name)
        for name in (
            "from_parent",
            "part",
            "extend",
            "blend_with",
            "bigger",
            "own_model",
            "stopped_at",
        )
    ):
        return None
    model = engine.model(engine.used_by(recipe))
    if not model.reads_as_numbers or model.at_once < 2:
        return None
    if model.about.ships and parts_in(recipe.prompt, settings):
        return None
    return (
        model.about.id,
        model.size,
        steps_for(model.about, settings.speed),
        guidance_for(model.about, settings.guidance),
    )


def draw_together(
    engine: ImageEngine,
    recipes: Sequence[Recipe],
    on_progress: OnProgress | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[int, Creation | LearnerError]]:
    """Yield (number of the recipe, picture) for recipes of one shape; a recipe whose words cannot
    be used, or whose pictures the filter held back, gives its sentence.

    Args:
        stopped: asked at every step; when it says yes, nothing more is made.
    """
    model = engine.model(engine.used_by(recipes[0]))
    wanted: list[Wanted] = []
    for number, recipe in enumerate(recipes):
        try:
            settings, prompt = PictureSettings.read(recipe), check_prompt(recipe.prompt)
            checked_words(settings)
            model.check(settings, False)
            ways = ways_of(model, prompt, recipe.seed, settings, False)
            order = Order(model, prompt, recipe.seed, settings, ways)
            wanted.append((number, recipe, order))
        except LearnerError as sentence:
            yield number, sentence
    if not wanted:
        return

    def tell(progress: Progress) -> None:
        if on_progress is not None:
            # the unfinished picture shown would be that of one person only
            on_progress(Progress(progress.step, progress.total))

    draw = by_onnx if isinstance(model, OnnxPictureModel) else by_diffusers
    drawn = draw(engine, [order for *_, order in wanted], tell, Anyone(stopped))
    if drawn is None or drawn.stopped_at:
        return

    def again(orders: list[Order]) -> Sequence | None:
        made = draw(engine, orders, None, Anyone(stopped))
        return None if made is None or made.stopped_at else made.pictures

    each = [order.alone(one) for *_, order in wanted for one in range(order.settings.count)]
    each, pictures = drawn_anew(each, drawn.pictures, again)
    unfit = model.unfit(pictures) if model.unfit else [False] * len(pictures)
    rows = iter(zip(each, pictures, unfit, strict=True))
    for number, recipe, order in wanted:
        left_out = 0
        for one, picture, hide in islice(rows, order.settings.count):
            if hide:
                left_out += 1
                continue
            yield number, creation_of(recipe, one, picture, drawn.seconds)
        if left_out:
            from course_utils.pictures.content_filter import LEFT_OUT

            total = order.settings.count
            yield number, LearnerError(LEFT_OUT.format(count=left_out, total=total))


def by_onnx(
    engine: ImageEngine, orders: list[Order], tell: OnProgress | None, stop
) -> Drawn | None:
    """The pictures of some orders by the shipped model's graphs; None when stopped."""
    model = orders[0].model
    assert isinstance(model, OnnxPictureModel)
    asked = [asked_of(order) for order in orders]
    return draw_recipes(model, asked, Following(tell, stop), engine._lock)


def by_diffusers(
    engine: ImageEngine, orders: list[Order], tell: OnProgress | None, stop
) -> Drawn | None:
    """The same by a diffusers pipeline."""
    import torch

    began, model = time.monotonic(), orders[0].model
    words, noise, generators = [], [], []
    with engine._lock, torch.inference_mode():
        for order in orders:
            settings = order.settings
            own = [
                torch.Generator("cpu").manual_seed((order.seed + place) % 2**32)
                for place in range(settings.count)
            ]
            found = embeddings_of_each(model, order.prompt, settings, order.ways)
            words.append(
                {name: rows_of_each(value, settings.count) for name, value in found.items()}
            )
            noise.append(starting_noise(model, own, settings.surprise, settings.shared_seed))
            generators += own
        joined = {name: torch.cat([one[name] for one in words]) for name in words[0]}
        first = orders[0].settings
        steps = steps_for(model.about, first.speed)
        common = {
            "num_inference_steps": steps,
            "guidance_scale": guidance_for(model.about, first.guidance),
            "generator": generators,
            **joined,
        }
        latents = torch.cat(noise).to(model.device, joined["prompt_embeds"].dtype)
        draw = Drawing(model, common, steps, 0, steps, 0, tell, stop)
        try:
            pictures = draw(height=model.size, width=model.size, latents=latents)
        except Stopped:
            return None
    return Drawn(pictures, draw.reached, (time.monotonic() - began) / len(pictures))


class Anyone:
    """A question in the form of an event."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        self.is_set = ask
