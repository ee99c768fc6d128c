"""Pictures from words: the small diffusion model that ships with the course,
or a bigger one of the catalogue, run by plain diffusers.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.engines.base import Engine, OnProgress
from course_utils.engines.unused import no_use_for
from course_utils.models.catalogue import Model, find_model, models_for
from course_utils.models.choose import asked_for, note_result
from course_utils.models.embedded import FOLDER
from course_utils.models.lora_file import OwnModel, named_own
from course_utils.models.memory import free_memory, the_only_big_one
from course_utils.pictures.candidates.conditioning import (
    Order,
    embeddings_of_each,
    orders_of_parts,
    parts_in,
    parts_of_order,
    put_in_order,
    ways_of,
)
from course_utils.pictures.candidates.drawn_anew import drawn_anew
from course_utils.pictures.candidates.spread import finished
from course_utils.pictures.diffusion_model import (
    SHIPPED_MODEL,
    PictureModel,
    open_model,
    own_model_of_the_course,
)
from course_utils.pictures.onnx.drawing import (
    Asked,
    Drawn,
    Following,
    draw_one_recipe,
    draw_recipes,
)
from course_utils.pictures.onnx.model import OnnxPictureModel, open_onnx_model
from course_utils.pictures.png import open_picture, to_png
from course_utils.pictures.settings import PictureSettings
from course_utils.pictures.style_directions import (
    read_directions,
    write_directions,
)
from course_utils.pictures.wishes.wish import beyond, read_wish, said_of_the_rest
from course_utils.safety.prompt_grammar import grammar_words
from course_utils.safety.prompts import check_prompt

__all__ = [
    "ImageEngine",
    "MODEL",
    "SPEEDS",
    "asked_of",
    "checked_words",
    "creation_of",
    "own_laid_over",
    "picture_engine",
]

MODEL = SHIPPED_MODEL
ENLARGER = "course-bigger-pictures"
# denoising steps of the course's own model; others: steps_for
SPEEDS = {"quick": 8, "balanced": 14, "careful": 28}


def picture_engine() -> ImageEngine:
    """The one picture engine; where a room draws, the room's, which has all this one has."""
    return cast(ImageEngine, engine_for("image"))


class ImageEngine(Engine):
    """Text to picture, and with `start` picture to picture, a changed part, a wider picture,
    or a blend of two.

    `current` is the model for new pictures: the course's own (48 x 48 px), unless
    COURSE_PICTURES_MODEL names another one of the catalogue, or is "biggest". A recipe that names a
    model is drawn with that one. The course's own stays in memory; of the bigger ones there is
    never more than one.

    Settings: count 1-9, speed ("quick", "balanced", "careful"), guidance 1-8 (how closely to
    follow the words; 3 is normal for every model), leave_out (words to move away from), style
    ("any", "flat", "sticker", "3d", or a mix such as "flat:0.7 3d:0.3"), second and
    second_share (other words mixed in, 0-1), surprise 0-1 (how much the candidates differ:
    their starting noise is shared at 0, separate at 1), composition ("any": each candidate in
    a composition and, where none is named, a style of its own; see spread.py, and drawn_anew.py
    for what comes out as near as a copy). bigger (with `start`: that picture four times larger,
    nothing drawn anew).
    With `start`: strength 0.1-1 (how far to move away from it); part (a name in REGIONS, or 36
    hexadecimal digits, one bit for each of 12 x 12 squares, row by row: only there is drawn
    anew); extend (a name in SIDES: half a picture is added there); blend_with (id of `other`)
    and blend_share (0-1). Styles of one's own: directions (such as "3d:1.5; made of wool:-0.5";
    image_styles.py), style_name and style_parents (only names), own_model (a model taught from
    own drawings) and own_strength (0-2); own_print says which version of it made the result.
    from_parent says in the result's recipe that it began from the picture `parent`, which is
    needed to make it again. stopped_at says that it is unfinished: what the model took it for
    after that many steps, when it was stopped.
    """

    kind = "image"
    has_models = True

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where the course's own model lies, if not in its place."""
        self.folder = folder
        self.current = asked_for("image") or SHIPPED_MODEL
        self._lock = threading.RLock()
        self._models: dict[str, PictureModel] = {}
        # the last own model laid over it, by print, name and strength
        self._own: tuple[tuple[str, str, float], PictureModel] | None = None

    def load(self) -> None:
        """Bring the current model into memory (the course's own:
        about 100 MB besides torch and diffusers).

        Raises:
            LearnerError: it is not here, does not fit, or its files are damaged.
        """
        self.model(self.current)

    def switch(self, name: str) -> None:
        """Draw new pictures with another model of the catalogue from now on.

        Raises:
            LearnerError: it cannot be opened; the one before stays the current one.
        """
        self.model(name)
        with self._lock:
            self.current = name
            if find_model(name).ships and self._let_go():
                free_memory()

    def model(self, name: str = "") -> PictureModel:
        """A model of the catalogue, opened: the current one unless named.

        A bigger one takes the place of another bigger one, of whatever kind.

        Raises:
            LearnerError: see `load`.
        """
        name = name or self.current
        with self._lock:
            if name in self._models:
                return self._models[name]
            if find_model(name).ships:
                model = open_shipped(find_model(name), self.folder or FOLDER / "image")
            else:
                with the_only_big_one(self._let_go):
                    self._let_go()
                    model = open_model(name, self.folder)
            self._models[name] = model
            return model

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        start: Creation | None = None,
        other: Creation | None = None,
        own: OwnModel | None = None,
    ) -> Iterator[Creation]:
        """Yield pictures for a recipe; see `Engine.create`.

        Args:
            start: a picture to begin from, instead of pure noise (SDEdit, Meng et al. 2021).
            other: a second picture, for a blend.
            own: the own model named in the settings.

        Raises:
            LearnerError: the prompt or a setting cannot be used, the model cannot be opened or
                cannot do that, or the picture filter left something out (after the others).
        """
        settings, prompt, own = settled(recipe, start, other, own)
        if settings.bigger and start is not None:
            yield enlarged(recipe, prompt, settings, start)
            return
        model = self.model(self.used_by(recipe))
        model.check(settings, start is not None)
        if stop is not None and stop.is_set():
            return
        with self._lock:
            if settings.own_model and own is not None:
                model = self._with_own(own, settings.own_strength)
        left_out, ways = 0, ways_of(model, prompt, recipe.seed, settings, start is not None)
        order = Order(model, prompt, recipe.seed, settings, ways, start, other)
        for numbers, pictures, stopped_at, seconds in self._draw(order, on_progress, stop):
            each, began = [order.alone(number) for number in numbers], time.monotonic()
            if not stopped_at:
                each, pictures = drawn_anew(each, pictures, lambda some: self._anew(some, stop))
            seconds += (time.monotonic() - began) / len(each)
            unfit = model.unfit(pictures) if model.unfit else [False] * len(pictures)
            left_out += sum(unfit)
            for one, picture, hide in zip(each, pictures, unfit):
                if not hide:
                    yield creation_of(recipe, one, picture, seconds, stopped_at)
        if left_out:
            from course_utils.pictures.content_filter import LEFT_OUT

            raise LearnerError(LEFT_OUT.format(count=left_out, total=settings.count))

    def used_by(self, recipe: Recipe) -> str:
        """The id of the model a recipe is drawn with: the one it names, if that is a picture model,
        else the current one.
        """
        return (
            recipe.model
            if recipe.model in [model.id for model in models_for("image")]
            else self.current
        )

    def unread_words(self, prompt: str) -> str:
        """The end of a prompt that the text encoder has no room for,
        "" when it reads everything.
        """
        return self.model().unread_words(prompt)

    def without_effect(self, recipe: Recipe) -> str:
        """What the recipe's model takes no notice of, and which words it reads as others,
        in sentences; "" when there are none.
        """
        model, settings = self.model(self.used_by(recipe)), PictureSettings.read(recipe)
        read = said_of_wishes(recipe, settings) if model.about.ships else ""
        lost = (without_start(recipe, settings), without_the_other(settings))
        said = (read, grammar_words(recipe.prompt), *lost)
        return " ".join(filter(None, (*said, model.without_effect(settings))))

    @property
    def revision(self) -> str:
        """12 hexadecimal digits of the course's own model's weights."""
        return self.model(SHIPPED_MODEL).revision

    @property
    def pipeline(self):
        """The diffusers pipeline of the course's own model.

        Whoever wants to change its weights copies them first.
        """
        return self.model(SHIPPED_MODEL).pipeline

    def forget_own(self) -> None:
        """Let go of the own model in memory."""
        with self._lock:
            self._own = None

    def _let_go(self) -> bool:
        """Give up the bigger model in memory; whether there was one.

        A picture that is just being drawn with it is finished first.
        """
        big = [name for name in list(self._models) if not find_model(name).ships]
        for name in big:
            self._models.pop(name, None)
        return bool(big)

    def _with_own(self, own: OwnModel, strength: float) -> PictureModel:
        """The course's model with an own model laid over it; the last one is kept."""
        key = (own.print, own.card.name, strength)
        if self._own is None or self._own[0] != key:
            self._own = (key, own_laid_over(self.model(SHIPPED_MODEL), own, strength))
        return self._own[1]

    def _draw(
        self, order: Order, on_progress: OnProgress | None, stop: threading.Event | None
    ) -> Iterator[tuple[range, list, int, float]]:
        """Numbers of some candidates, their PIL pictures, the step they were stopped at (0:
        finished), and seconds a picture; as many at once as the model draws.
        """
        model = order.model
        if not isinstance(model, OnnxPictureModel):
            from course_utils.pictures.diffusers.drawing import draw_order

            yield from draw_order(order, self._lock, on_progress, stop)
            return
        drawn = draw_by_onnx(model, order, Following(on_progress, stop), self._lock)
        if drawn is not None:
            yield range(order.settings.count), drawn.pictures, drawn.stopped_at, drawn.seconds

    def _anew(self, orders: list[Order], stop: threading.Event | None) -> list | None:
        """The pictures of orders of one candidate each; None when stopped."""
        model = orders[0].model
        if isinstance(model, OnnxPictureModel):
            asked = [asked_of(one) for one in orders]
            drawn = draw_recipes(model, asked, Following(stop=stop), self._lock)
            return None if drawn is None or drawn.stopped_at else drawn.pictures
        found = [some for one in orders for some in self._draw(one, None, stop)]
        whole = len(found) == len(orders) and not any(at for _, _, at, _ in found)
        return [picture for _, pictures, *_ in found for picture in pictures] if whole else None


def draw_by_onnx(
    model: OnnxPictureModel, order: Order, following: Following, lock: threading.RLock
) -> Drawn | None:
    """An order's candidates by the shipped model's graphs, things that are arranged all in one
    batch; None when stopped with nothing to keep.

    Raises:
        LearnerError: there is not enough memory.
    """
    parts = parts_of_order(order)
    asked = [asked_of(one) for one in (orders_of_parts(order, parts) if parts else [order])]
    if parts:
        drawn = draw_recipes(model, asked, following, lock)
    else:
        drawn = draw_one_recipe(model, asked[0], following, lock, order.start, order.other)
    if drawn is None:
        return None
    if not drawn.stopped_at:
        note_result(model.about.id, drawn.seconds)
    if parts is None:
        return drawn
    count = order.settings.count
    each = [drawn.pictures[first : first + count] for first in range(0, len(drawn.pictures), count)]
    whole = put_in_order(order, parts, each)
    return replace(drawn, pictures=whole, seconds=drawn.seconds * len(each))


def asked_of(order: Order) -> Asked:
    """What an order asks of the shipped model's graphs."""
    words = embeddings_of_each(order.model, order.prompt, order.settings, order.ways)
    return Asked(words, order.seed, order.settings)


def checked_words(settings: PictureSettings) -> None:
    """Check the words in settings, which are put there as they are used.

    Raises:
        LearnerError: they cannot be used.
    """
    for name in ("leave_out", "second"):
        words = getattr(settings, name)
        setattr(settings, name, check_prompt(words) if words.strip() else "")


def settled(
    recipe: Recipe, start: Creation | None, other: Creation | None, own: OwnModel | None
) -> tuple[PictureSettings, str, OwnModel | None]:
    """A recipe's settings, with what is used filled in, its checked prompt and its own model.

    Raises:
        LearnerError: the prompt or a setting cannot be used, or something it needs is not here.
    """
    settings = PictureSettings.read(recipe)
    # of a picture that is only enlarged the words are a name, in any script
    prompt = check_prompt(recipe.prompt, any_script=bool(settings.bigger))
    checked_words(settings)
    needs_start = (
        settings.from_parent
        or settings.part
        or settings.extend
        or settings.blend_with
        or settings.bigger
    )
    if needs_start and start is None or settings.blend_with and other is None:
        raise LearnerError(no_start(settings))
    if settings.own_model:
        own = named_own(settings.own_model, settings.own_print, own, "picture")
        settings.own_print = own.print
        if not re.search(rf"\b{own.card.name}\b", prompt.lower()):
            already = read_directions(settings.directions)
            if own.card.name not in already:
                settings.directions = write_directions({own.card.name: 1.0, **already})
    settings.from_parent = start is not None
    if other is not None:
        settings.blend_with = other.id
    return settings, prompt, own


def creation_of(
    recipe: Recipe, order: Order, picture, seconds: float, stopped_at: int = 0
) -> Creation:
    """The picture (PIL) of an order of one candidate, with the recipe that makes it again alone."""
    way, model = order.ways[0], order.model
    made = recipe.changed(
        seed=order.seed,
        model=model.about.id,
        revision=model.revision,
        prompt=order.prompt,
        settings=order.settings.saved(stopped_at=stopped_at, **way),
        parent=order.start.id if order.start else recipe.parent,
    )
    if order.start is None:
        picture = finished(picture, way["composition"])
    return Creation(recipe=made, content=to_png(picture), seconds=round(seconds, 3))


def open_shipped(about: Model, folder: Path) -> PictureModel:
    """The model that ships: by its ONNX graphs where they lie beside its weights, as for
    everybody, else by diffusers, as for weights that were just trained.

    Raises:
        LearnerError: its files are missing or damaged.
    """
    if (folder / "onnx").is_dir():
        return open_onnx_model(about, folder)
    return own_model_of_the_course(about, folder)


def own_laid_over(base: PictureModel, own: OwnModel, strength: float) -> PictureModel:
    """A model with what an own model learned laid over it.

    Raises:
        LearnerError: they do not fit together.
    """
    if isinstance(base, OnnxPictureModel):
        return base.with_own(own, strength)
    from course_utils.pictures.diffusers.lora import with_own

    return base.with_pipeline(with_own(base.pipeline, own, strength, base.revision))


def no_start(settings: PictureSettings) -> str:
    """The sentence for settings that need a picture to begin from, where there is none."""
    if settings.from_parent or settings.blend_with:
        return (
            "This picture began from another picture, which is not here. Put both files into the"
            " same folder and try again."
        )
    name = next(name for name in ("part", "extend", "bigger") if getattr(settings, name))
    return (
        f"The setting {name} changes a picture you have, and none was given. Give it too, such as"
        ' start=results or start="my_photo.png".'
    )


def said_of_wishes(recipe: Recipe, settings: PictureSettings) -> str:
    """How the small model reads a recipe's words, and what of them it has never seen."""
    own = settings.own_model
    found = beyond(recipe.prompt, own)
    surer = "Surer: “{}”, “{}”.".format(*found.surer) if found else ""
    said = [read_wish(words, own).said for words in (recipe.prompt, settings.second)]
    alone = parts_in(recipe.prompt, settings)
    said.append(alone.said() if alone and recipe.parent is None else "")
    rest = said_of_the_rest(recipe.prompt, own)
    beyond_it = found.said() if found else ""
    return " ".join(filter(None, (*dict.fromkeys(said), beyond_it, surer, rest)))


def without_start(recipe: Recipe, settings: PictureSettings) -> str:
    """The sentence for settings that only count beside a picture to begin from; "" for none, or
    where there is such a picture.
    """
    usual = PictureSettings()
    if recipe.parent is not None:
        return ""
    lost = [
        name
        for name, needs in (("strength", "from_parent"), ("blend_share", "blend_with"))
        if getattr(settings, name) != getattr(usual, name) and not getattr(settings, needs)
    ]
    return f"{no_use_for(lost)} It counts only beside a picture to begin from." if lost else ""


def without_the_other(settings: PictureSettings) -> str:
    """The sentences for how much of other words or of an own model, where there are none."""
    usual, said = PictureSettings(), []
    if settings.second_share != usual.second_share and not settings.second.strip():
        said.append(f"{no_use_for(['second_share'])} It counts only beside second words.")
    if settings.own_strength != usual.own_strength and not settings.own_model:
        said.append(f"{no_use_for(['own_strength'])} No model of yours is named.")
    return " ".join(said)


def enlarged(recipe: Recipe, prompt: str, settings: PictureSettings, start: Creation) -> Creation:
    """`start` four times larger, as a creation that says so."""
    from course_utils.pictures.upscaler import four_times

    began = time.monotonic()
    picture = four_times(open_picture(start.content))
    own = recipe.changed(
        model=ENLARGER,
        revision="",
        prompt=prompt,
        settings=settings.saved(count=1),
        parent=start.id,
    )
    return Creation(recipe=own, content=to_png(picture), seconds=round(time.monotonic() - began, 3))
