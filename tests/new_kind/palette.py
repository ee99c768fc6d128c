"""A small kind of creation, written as a newcomer would: five colours from a few words."""

from __future__ import annotations

import colorsys
import hashlib
import html
import json
import random

from course_utils.controls import StudioSpec, controls_of
from course_utils.creation import BadRecipe, Creation
from course_utils.engines.base import Engine
from course_utils.kinds import CreationKind
from course_utils.notebook.results import again, make
from course_utils.settings import Settings, setting

HERE = "tests.new_kind.palette"


class PaletteSettings(Settings):
    """What can be set of a palette."""

    count: int = setting(1, ge=1, le=9)
    mood: str = setting(
        "any", label="Mood", help="How strong the colours are.", choices=["any", "soft", "loud"],
        group="",
    )  # fmt: skip
    light: float = setting(0.6, ge=0, le=1, step=0.05, label="Light", help="0 is night, 1 is noon.")


class PaletteEngine(Engine):
    """Colours side by side on the wheel; the words and the seed say where."""

    kind = "palette"

    def load(self) -> None:
        """There is no model."""

    def create(self, recipe, *, on_progress=None, stop=None):
        settings = PaletteSettings.read(recipe)
        for number in range(settings.count):
            if stop is not None and stop.is_set():
                return
            seed = (recipe.seed + number) % 2**32
            words = hashlib.sha256(f"{recipe.prompt} {seed}".encode()).digest()
            rng = random.Random(words)
            strong = {"soft": 0.25, "loud": 0.95}.get(settings.mood) or rng.uniform(0.3, 0.9)
            hues = [rng.random() + 0.08 * place for place in range(5)]
            colours = [
                "#" + "".join(f"{round(255 * one):02x}" for one in rgb)
                for rgb in (colorsys.hls_to_rgb(hue % 1, settings.light, strong) for hue in hues)
            ]
            made = recipe.changed(seed=seed, model="palette", settings=settings.saved(count=1))
            yield Creation(recipe=made, content=json.dumps(colours).encode())


def describe(creation: Creation) -> str:
    """The palette in a sentence."""
    return f"Five colours for “{creation.recipe.prompt}”: {', '.join(colours_of(creation))}."


def colours_of(creation: Creation) -> list[str]:
    return json.loads(creation.content)


def thumbnail(creation: Creation, prefix: str = "") -> str:
    """Stripes of the colours."""
    stripes = "".join(
        f'<rect x="{20 * place}" width="20" height="60" fill="{html.escape(colour)}"/>'
        for place, colour in enumerate(colours_of(creation))
    )
    label = html.escape(prefix + describe(creation), quote=True)
    return f'<svg role="img" aria-label="{label}" viewBox="0 0 100 60">{stripes}</svg>'


def figure(creation: Creation, size: int, prefix: str = "", sound_at: str = "") -> str:
    return f"<div>{thumbnail(creation, prefix)}<p>{html.escape(describe(creation))}</p></div>"


def pack(creation: Creation) -> bytes:
    """The file: the colours, and the record."""
    colours, record = colours_of(creation), json.loads(creation.record())
    return json.dumps({"colours": colours, "record": record}).encode()


def unpack(data: bytes) -> Creation:
    try:
        file = json.loads(data)
        return Creation.from_record(
            json.dumps(file["record"]), json.dumps(file["colours"]).encode()
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise BadRecipe("This file holds no palette. Try one made with the course.") from problem


def panel() -> StudioSpec:
    def made(words, count, seed, values):
        return make(
            "palette", words, count, seed, {name: values[name] for name in ("mood", "light")}
        )

    return StudioSpec(
        "palette", "Palettes", "Your words", "a forest", made,
        lambda creation, values, seed: again(creation, seed),
        controls_of(PaletteSettings), settings=PaletteSettings, examples=("a forest", "the sea"),
    )  # fmt: skip


KIND = CreationKind(
    name="palette", noun="palette", suffix=".palette", media_type="application/json", files=HERE,
    thumbnail=f"{HERE}:thumbnail", figure=f"{HERE}:figure", describe=f"{HERE}:describe",
    engine=f"{HERE}:PaletteEngine", settings=f"{HERE}:PaletteSettings", panel=f"{HERE}:panel",
    record="computed from the words “{words}”, seed {seed}",
)  # fmt: skip
