"""What makes things in a room: one engine, given orders, telling how it gets on.

Used in each worker process of a room, in each replica of a cluster, and without either in tests.
"""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Annotated, cast

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Progress
from course_utils.engines.unused import no_notice_of
from course_utils.kinds import CreationKind, all_kinds, kind_named

if TYPE_CHECKING:
    from course_utils.pictures.batching import Shape
    from course_utils.pictures.engine import ImageEngine

__all__ = ["END", "Maker", "Order", "Piece", "UNEXPECTED"]

UNEXPECTED = (
    "Something unexpected went wrong on the room's computer; what was finished is kept. Ask again,"
    " perhaps in other words."
)
NOT_HERE = (
    "This room's computer does not work with the model {model}. Leave the model out, or make it on"
    " your own computer."
)
MOST_AT_ONCE = 16  # pictures of several orders drawn side by side
END = None


class Order(BaseModel):
    """What is asked of the room: a recipe, and the creations it begins from where there are any,
    each under the name its engine gives it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipe: Recipe
    ingredients: Annotated[
        dict[Annotated[str, Field(max_length=20)], Annotated[list[Creation], Field(max_length=4)]],
        Field(max_length=2),
    ] = Field(default_factory=dict)

    def for_engine(self) -> dict[str, Creation | list[Creation]]:
        """The ingredients as the engine's arguments.

        Raises:
            LearnerError: this kind takes none of that name.
        """
        takes = self.recipe.declared.begins_from
        if set(self.ingredients) - set(takes):
            raise LearnerError(
                "The room cannot make this kind of thing out of what was sent with it. Leave it"
                " out, or make it on your own computer."
            )
        return {
            name: list(given) if takes[name] == "several" else given[0]
            for name, given in self.ingredients.items()
            if given
        }

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema, with what each kind's own declaration says of its recipes' settings and of
        what it begins from.
        """
        schema = handler(core)
        handler.resolve_ref_schema(schema)["oneOf"] = [
            schema_of(kind) for kind in all_kinds() if kind.made_in_room
        ]
        return schema

    @property
    def count(self) -> int:
        count = self.recipe.settings.get("count", 1)
        return count if isinstance(count, int) and not isinstance(count, bool) else 1


def schema_of(kind: CreationKind) -> JsonSchemaValue:
    """What an order of that kind holds, as a JSON schema."""
    settings = {
        name: {key: value for key, value in told.items() if key != "title"}
        for name, told in kind.load("settings").model_json_schema()["properties"].items()
    }
    several = {
        name: {"maxItems": 1} if number == "one" else {}
        for name, number in kind.begins_from.items()
    }
    return {
        "title": f"A {kind.noun}",
        "properties": {
            "recipe": {
                "properties": {"kind": {"const": kind.name}, "settings": {"properties": settings}}
            },
            "ingredients": {"properties": several, "additionalProperties": False},
        },
    }


@dataclass
class Piece:
    """An order in work: what it tells goes to the one who waits for it."""

    order: Order
    tell: Callable[[dict | None], None]  # called from any thread; END: nothing more comes
    stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, progress: Progress) -> None:
        preview = progress.preview
        shown = (
            {"text": preview}
            if isinstance(preview, str)
            else {"png": base64.b64encode(preview).decode()}
            if preview
            else {}
        )
        self.tell({"event": "progress", "step": progress.step, "total": progress.total, **shown})

    def made(self, creation: Creation) -> None:
        self.tell({"event": "creation", "creation": creation.model_dump(mode="json")})

    def said(self, sentence: str) -> None:
        """What was asked for and no notice was taken of."""
        if sentence:
            self.tell({"event": "said", "sentence": sentence})

    def trouble(self, sentence: str, ours: bool = False) -> None:
        """`ours`: the room's computer is at fault, not the order."""
        self.tell({"event": "trouble", "sentence": sentence, "ours": ours})


class Maker:
    """One engine at work on one thread of its own, so that orders come one after the other;
    pictures of like orders side by side.
    """

    def __init__(self, kind: str, log: Callable[[Exception], None] = lambda problem: None) -> None:
        from course_utils.engines import own_engine

        self.kind, self.log, self.engine = kind, log, own_engine(kind)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=kind)
        self._ready = self._thread.submit(self.engine.load)

    def check(self) -> None:
        """For a health check.

        Raises:
            Exception: the model could not be loaded.
        """
        if self._ready.done():
            self._ready.result()

    async def make(self, order: Order) -> AsyncGenerator[dict, None]:
        """News of an order: progress, creations, trouble.

        When nobody listens any more, its work is stopped.
        """
        loop = asyncio.get_running_loop()
        told: asyncio.Queue = asyncio.Queue()

        def tell(news: dict | None) -> None:
            loop.call_soon_threadsafe(told.put_nowait, news)

        piece = Piece(order, tell)
        work = asyncio.ensure_future(self.take(piece))
        work.add_done_callback(lambda _: piece.tell(END))
        try:
            while (news := await told.get()) is not END:
                yield news
            await work
        finally:
            piece.stop.set()

    async def take(self, piece: Piece) -> None:
        """Work on one piece."""
        await self.work_on([piece])

    async def work_on(self, pieces: Sequence[Piece]) -> None:
        """Work on some pieces until all are finished."""
        await asyncio.wrap_future(self._thread.submit(self.work, pieces))

    def load(self) -> None:
        """Wait until the model is in memory.

        Raises:
            Exception: it could not be loaded.
        """
        self._ready.result()

    def work(self, pieces: Sequence[Piece]) -> None:
        alone: list[Piece] = list(pieces)
        together: list[list[Piece]] = []
        if kind_named(self.kind).draws_together and len(pieces) > 1:
            alone, together = self._sorted(pieces)
        for some in together:
            self._guarded(some, partial(self._draw_together, some))
        for piece in alone:
            self._guarded([piece], partial(self._follow, piece))

    def _guarded(self, pieces: Sequence[Piece], work: Callable[[], None]) -> None:
        try:
            work()
        except LearnerError as sentence:
            for piece in pieces:
                piece.trouble(str(sentence))
        except Exception as problem:
            self.log(problem)
            for piece in pieces:
                piece.trouble(UNEXPECTED, ours=True)

    def _follow(self, piece: Piece) -> None:
        if piece.stop.is_set():
            return
        recipe = piece.order.recipe
        self._check_model(recipe)
        for creation in self.engine.create(
            recipe, on_progress=piece.progress, stop=piece.stop, **piece.order.for_engine()
        ):
            piece.made(creation)
        self._say_what_was_lost(piece)

    def _say_what_was_lost(self, piece: Piece) -> None:
        """Whatever goes wrong with that sentence, what was made is there and no trouble."""
        try:
            piece.said(no_notice_of(self.engine, piece.order.recipe))
        except LearnerError:
            pass  # the order could not be followed, and its sentence came already
        except Exception as problem:
            self.log(problem)

    def _check_model(self, recipe: Recipe) -> None:
        """Pictures only with the model this room works with or the course's own:
        loading another one would make everyone wait.
        """
        from course_utils.models.catalogue import find_model

        if (
            kind_named(self.kind).names_model
            and recipe.model
            and self.engine.used_by(recipe) != self.engine.current
            and not find_model(self.engine.used_by(recipe)).ships
        ):
            raise LearnerError(NOT_HERE.format(model=recipe.model[:80]))

    def _sorted(self, pieces: Sequence[Piece]) -> tuple[list[Piece], list[list[Piece]]]:
        """Those to be worked on alone, and groups that can be drawn side by side: same model, size,
        steps and guidance.
        """
        from course_utils.pictures.batching import shape_of

        engine, alone = cast("ImageEngine", self.engine), []
        groups: dict[Shape, list[Piece]] = {}
        for piece in pieces:
            try:
                self._check_model(piece.order.recipe)
                shape = None if piece.order.ingredients else shape_of(engine, piece.order.recipe)
            except LearnerError:
                shape = None  # its sentence comes when it is worked on
            if shape is None:
                alone.append(piece)
            else:
                groups.setdefault(shape, []).append(piece)
        together = []
        for group in groups.values():
            some: list[Piece] = []
            for piece in group:
                if some and sum(one.order.count for one in some) + piece.order.count > MOST_AT_ONCE:
                    together.append(some)
                    some = []
                some.append(piece)
            together.append(some)
        return alone + [some[0] for some in together if len(some) == 1], [
            some for some in together if len(some) > 1
        ]

    def _draw_together(self, pieces: Sequence[Piece]) -> None:
        from course_utils.pictures.batching import draw_together

        def tell(progress: Progress) -> None:
            for piece in pieces:
                piece.progress(progress)

        for number, made in draw_together(
            cast("ImageEngine", self.engine),
            [piece.order.recipe for piece in pieces],
            tell,
            lambda: all(piece.stop.is_set() for piece in pieces),
        ):
            if isinstance(made, LearnerError):
                pieces[number].trouble(str(made))
            elif not pieces[number].stop.is_set():
                pieces[number].made(made)
        for piece in pieces:
            self._say_what_was_lost(piece)
