"""What opens strangers' files in the course, one function for each kind of file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def picture(data: bytes) -> object:
    from course_utils.pictures.uploads import picture_from_file

    return picture_from_file(data, "a.png")


def own_picture(data: bytes) -> object:
    from course_utils.files import unpack_bytes

    return unpack_bytes(data, ".png")


def sound(data: bytes) -> object:
    from course_utils.audio.recordings import sound_from_file

    return sound_from_file(data, "a.wav")


def own_sound(data: bytes) -> object:
    from course_utils.files import unpack_bytes

    return unpack_bytes(data, ".wav" if data[:4] == b"RIFF" else ".ogg")


def midi(data: bytes) -> object:
    from course_utils.scores.imports import tune_from_file

    return tune_from_file(data, "a.mid")


def sheet(data: bytes) -> object:
    from course_utils.scores.imports import tune_from_file

    return tune_from_file(data, "a.musicxml")


def abc(data: bytes) -> object:
    from course_utils.scores.imports import tune_from_file

    return tune_from_file(data, "a.abc")


def drawing(data: bytes) -> object:
    from course_utils.classroom.wall.intake import checked

    return checked(data, ".svg", "My work", "")


def page(data: bytes) -> object:
    from course_utils.classroom.wall.intake import checked

    return checked(data, ".html", "My work", "")


def recipe(data: bytes) -> object:
    from course_utils.creation import Creation

    return Creation.from_record(data.decode("utf-8", "replace"), b"")


def layout(data: bytes) -> object:
    from course_utils.layouts.design import describe
    from course_utils.layouts.layout_file import unpack

    return describe(unpack(data))


def saved_work(data: bytes) -> object:
    from course_utils.portfolio.bundle import resume_work
    from course_utils.portfolio.store import Portfolio

    with tempfile.TemporaryDirectory() as folder:
        return resume_work(Portfolio(folder), data)


def portfolio(data: bytes) -> object:
    """A file that lies in a portfolio, which is then listed."""
    from course_utils.portfolio.store import Portfolio

    suffix = {b"\x89PNG": ".png", b"MThd": ".mid", b"RIFF": ".wav"}.get(data[:4])
    suffix = suffix or (
        ".svg" if b"<svg" in data[:300] else ".html" if b"<html" in data[:300] else ".md"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"2026-01-01_x{suffix}").write_bytes(data)
        return Portfolio(folder).list()


def own_model(data: bytes) -> object:
    from course_utils.models.lora_file import from_bytes

    return from_bytes(data)


def words_model(data: bytes) -> object:
    from course_utils.words.backends.gguf import Gguf

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gguf"
        path.write_bytes(data)
        model = Gguf(path)
        return [model.tensor(name) for name in list(model.places)[:3]]


def template(data: bytes) -> object:
    from course_utils.words.templates import read_template

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "mine.toml").write_bytes(data)
        os.environ["COURSE_TEMPLATES"] = folder
        return read_template("mine")


def credentials(data: bytes) -> object:
    from course_utils.provenance.content_credentials import read_credentials

    return read_credentials(data, ".png")


def word_list(data: bytes) -> object:
    from course_utils.safety.word_filter import read_own

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.toml"
        path.write_bytes(data)
        return read_own(path)


def wall_answers(data: bytes) -> object:
    """A request to a wall, by a pupil where it brings no key of its own; a failure inside is one
    here.
    """
    import asyncio
    import base64
    import json

    import httpx

    from course_utils.classroom.keys import new_room
    from course_utils.classroom.wall.routes import wall_app

    asked, room = json.loads(data), new_room()

    async def ask(app) -> httpx.Response:
        door = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=door, base_url="http://room") as client:
            made = client.build_request(
                asked["method"],
                f"http://room{asked['path']}",
                content=base64.b64decode(asked["body"]),
                headers={
                    "authorization": f"Bearer {room.key_for(room.code)[1]}",
                    **{name: value.encode() for name, value in asked["headers"].items()},
                },
            )
            return await client.send(made)

    with tempfile.TemporaryDirectory() as folder:
        answer = asyncio.run(ask(wall_app(folder, room)))
    if answer.status_code >= 500:
        raise RuntimeError(f"the wall answered {answer.status_code}")
    if answer.status_code in (200, 201) and b"sqlite" in answer.content.lower():
        raise RuntimeError("the wall told of its insides")
    return answer


def safe_page(data: bytes) -> object:
    from course_utils.safety.markup import check_page

    return check_page(data)


def safe_drawing(data: bytes) -> object:
    from course_utils.safety.readers import draw_svg

    return draw_svg(data)


def safe_picture(data: bytes) -> object:
    from course_utils.safety.readers import small_picture

    return small_picture(data)


def safe_sound(data: bytes) -> object:
    from course_utils.safety.readers import first_sound

    return first_sound(data)


def safe_zip(data: bytes) -> object:
    from course_utils.safety.headers import check_zip

    return check_zip(data)


def safe_json(data: bytes) -> object:
    from course_utils.safety.headers import check_json

    return check_json(data)


Reader = Callable[[bytes], object]
READERS: dict[str, list[Reader]] = {  # for each kind of file who reads it
    "picture": [picture, own_picture, portfolio],
    "sound": [sound, own_sound],
    "midi": [midi],
    "sheet": [sheet],
    "abc": [abc],
    "drawing": [drawing, layout, portfolio],
    "page": [page],
    "recipe": [recipe],
    "saved work": [saved_work],
    "own model": [own_model],
    "words model": [words_model],
    "template": [template],
    "credentials": [credentials],
    "word list": [word_list],
    "request": [wall_answers],
}
SAFE: dict[str, Reader] = {  # the readers of course_utils.safety for the same files
    "picture": safe_picture,
    "sound": safe_sound,
    "drawing": safe_drawing,
    "page": safe_page,
    "recipe": safe_json,
    "saved work": safe_zip,
}
LIMITED = {
    "picture": "small_picture",
    "sound": "first_sound",
    "drawing": "draw_svg",
}  # in safety.readers
