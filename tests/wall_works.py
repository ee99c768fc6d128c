"""Small works of every kind for the tests of the wall, made without a model,
and a wall with people in front of it.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from course_utils import files
from course_utils.classroom.keys import Person, new_room
from course_utils.classroom.wall.store import NewWork
from course_utils.creation import Creation, HumanEdit, Recipe

TEACHER, ADA, BEN = (
    Person("teacher", "0" * 12),
    Person("pupil", "a" * 12),
    Person("pupil", "b" * 12),
)


def picture(words: str = "a red fox", colour: str = "#c0392b") -> Creation:
    import io

    from PIL import Image, ImageDraw

    drawn = Image.new("RGB", (64, 64), "#ffffff")
    ImageDraw.Draw(drawn).ellipse((10, 12, 54, 54), fill=colour)
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG")
    return Creation(
        recipe=Recipe(
            kind="image",
            prompt=words,
            model="course-pictures",
            seed=7,
            settings={"style": "sticker"},
        ),
        content=buffer.getvalue(),
        edits=[HumanEdit(what="chosen with Use this")],
    )


def text(
    words: str = "the moon", lines: str = "The moon is a coin\nthat nobody spends."
) -> Creation:
    return Creation(
        recipe=Recipe(kind="words", prompt=words, model="smollm2", seed=2), content=lines.encode()
    )


def tune(words: str = "a slow air") -> Creation:
    from course_utils.scores.midi import write_midi
    from course_utils.scores.score import Note, Score

    notes = tuple(
        Note(0.5 * number, 0.5, pitch, 90)
        for number, pitch in enumerate((60, 62, 64, 67, 64, 62, 60, 55))
    )
    return Creation(
        recipe=Recipe(kind="tune", prompt=words, model="course-tunes", seed=3),
        content=write_midi(Score(notes, 96, (4, 4), 0, "C")),
    )


def sound(words: str = "wind") -> Creation:
    import numpy as np

    from course_utils.audio.wav import to_wav

    time = np.arange(22050) / 22050
    return Creation(
        recipe=Recipe(
            kind="sound",
            prompt=words,
            model="course-textures",
            seed=4,
            settings={"source": "tones"},
        ),
        content=to_wav((0.3 * np.sin(2 * np.pi * 220 * time))[:, None], 22050),
    )


def page() -> Creation:
    from course_utils.display.cards import make_page

    return make_page([picture(), text(), tune()], "My card")


def layout() -> Creation:
    from course_utils.engines import engine_for

    return next(
        iter(
            engine_for("layout").create(
                Recipe(kind="layout", prompt="Summer fair", seed=1, settings={"count": 1})
            )
        )
    )


EVERY = {
    "image": picture,
    "words": text,
    "tune": tune,
    "sound": sound,
    "page": page,
    "layout": layout,
}


def file_of(creation: Creation) -> tuple[str, bytes]:
    """The name and bytes of a creation's file."""
    return f"work{creation.declared.suffix}", files.pack(creation)


def new_work(title: str = "Fox at night", creation: Creation | None = None) -> NewWork:
    """A work that needs no checking."""
    creation = creation or text()
    name, data = file_of(creation)
    return NewWork(
        creation.id,
        creation.recipe,
        data,
        "." + name.rpartition(".")[2],
        title,
        "Ada",
        "a text",
        "The moon",
        beside={".see.png": b"a picture"},
    )


@dataclass
class Visit:
    """A browser or a program in front of the wall, with the key of one person."""

    client: object
    key: str

    def __call__(self, method: str, path: str, **more):
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, follow_redirects=False, **more)

    def publish(self, creation: Creation, title: str, **typed):
        name, data = file_of(creation)
        return self(
            "POST", "/v1/wall/works", files={"file": (name, data)}, data={"title": title, **typed}
        )


@contextlib.contextmanager
def open_wall(folder):
    """A wall with a teacher and two pupils: their visits, and one of somebody without a key."""
    from starlette.testclient import TestClient

    from course_utils.classroom.wall.routes import wall_app

    room = new_room("Class 7b")
    app = wall_app(folder, room)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield (
            app,
            *(
                Visit(client, key)
                for key in (
                    room.key_for(room.teacher_code)[1],
                    room.key_for(room.code)[1],
                    room.key_for(room.code)[1],
                    "",
                )
            ),
        )
