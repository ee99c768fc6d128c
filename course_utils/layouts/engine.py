"""Pages from a title, a text and a picture: many are laid out, the rules score them,
and those that differ most are kept.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Engine, OnProgress, Progress
from course_utils.layouts.colours import (
    READABLE,
    Palette,
    any_palette,
    contrast,
    from_picture,
    from_words,
    ink_on,
    readable,
    to_oklch,
    to_rgb,
)
from course_utils.layouts.compositions import COMPOSITIONS, Choices, Content, lay_out
from course_utils.layouts.design import Design, objects_of, to_svg
from course_utils.layouts.edits import read_locks, with_locked
from course_utils.layouts.rules import apart, features, score
from course_utils.layouts.settings import ANY, LayoutSettings
from course_utils.layouts.signs import left_out_words, title_without_signs, without_signs
from course_utils.layouts.typography import PAIRINGS, pairing_for
from course_utils.safety.prompts import check_prompt

__all__ = ["LayoutEngine", "MORE", "TRIED", "different"]

MODEL = "course-layouts (rules, no learned model)"
MOST_PICTURES = 4
# what a learner calls the settings that can be kept
NAMES = {
    "composition": "composition",
    "type": "letters",
    "choices": "shares and sides",
    "palette": "colours",
    "locked": "locked objects",
}
TRIED, MORE = 9, 18  # pages laid out for each one wanted, and besides
# times as many where objects are locked, as many pages then do not go together with them
PATIENCE = 5
UNREADABLE = (
    "Words in those colours could not be read by everyone, so they were made darker or lighter."
)
DEFAULTS = LayoutSettings().model_dump()


class LayoutEngine(Engine):
    """Layouts as editable objects in SVG."""

    kind = "layout"

    def load(self) -> None:
        """There is nothing to load."""

    def without_effect(self, recipe: Recipe) -> str:
        """Emoji and other signs that no font can set, and letters that have not all signs."""
        texts = [recipe.prompt, *(str(recipe.settings.get(name, "")) for name in ("text", "small"))]
        wanted = recipe.settings.get("type", ANY)
        said, other = left_out_words(*texts), wanted
        if wanted in PAIRINGS:
            other, _ = pairing_for(without_signs("".join("".join(texts).split())), str(wanted))
        changed = f"{wanted} has not all letters of your words, so they are set in {other}."
        unreadable = UNREADABLE if was_unreadable(str(recipe.settings.get("palette", ANY))) else ""
        return " ".join(filter(None, (said, changed if other != wanted else "", unreadable)))

    def left_out(self, made: list[Creation]) -> str:
        """Locked words and pictures that the pages have none of."""
        asked = read_locks(str(made[0].recipe.settings.get("locked", ""))) if made else []
        if not asked:
            return ""
        there = {thing.role for one in made for thing in objects_of(one).things}
        missing = {one.role: None for one in asked if one.role not in there}
        return f"Locked, but not on these pages: {', '.join(missing)}." if missing else ""

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        picture: Creation | list[Creation] | None = None,
    ) -> Iterator[Creation]:
        """Yield layouts for a recipe, the best first; see `Engine.create`. The prompt is the title.

        `picture`: one, or up to four that share its place. Settings: count 1-12, text, small (a
        name, a date), format (`FORMATS`); what to keep fixed: composition (`COMPOSITIONS`), type
        (`PAIRINGS`), palette (four colours as "#rrggbb,...": ground, words, strong, soft), choices
        (JSON of `Choices`) and locked (objects that stay as they are, as `design_locks.write_locks`
        gives them), each "any" (or "") to be drawn. All are filled in in the recipe of a result, so
        that it can be made again alone, or with another format.

        Raises:
            LearnerError: words or a setting cannot be used, or the words fit on no page.
        """
        settings = read_settings(recipe)
        title = title_without_signs(check_prompt(recipe.prompt, any_script=True))
        for name in ("text", "small"):
            if settings[name].strip():
                settings[name] = _checked_lines(settings[name].strip())
        pictures = _several(picture)
        pngs = [one.content for one in pictures]
        content = Content(title, settings["text"].strip(), settings["small"].strip(), len(pngs))
        began = time.monotonic()
        found = self._designs(content, settings, recipe.seed, pngs, on_progress, stop)
        if not found:
            raise LearnerError(self._why_nothing(content, settings, recipe.seed, pngs))
        kept = different(found, settings["count"])
        used = {
            "from_parent": bool(pictures),
            "pictures": ",".join(one.id for one in pictures[1:]),
        }
        for page, chosen in kept:
            own = recipe.changed(
                prompt=title,
                model=MODEL,
                settings={**settings, **chosen, "count": 1, **used},
                **({"parent": pictures[0].id} if pictures else {}),
            )
            yield Creation(
                recipe=own,
                content=to_svg(page, pngs).encode(),
                seconds=round((time.monotonic() - began) / len(kept), 3),
            )

    def _designs(
        self,
        content: Content,
        settings: dict,
        seed: int,
        pngs: list[bytes],
        on_progress: OnProgress | None,
        stop: threading.Event | None,
    ) -> list[tuple[Design, dict]]:
        """Pages on which everything fits, of as many as are tried, each with what was drawn."""
        found: list[tuple[Design, dict]] = []
        tried = TRIED * settings["count"] + MORE if not settings["choices"] else 1
        if settings["locked"] and tried > 1:
            tried *= PATIENCE
        for number in range(tried):
            if stop is not None and stop.is_set() and found:
                break
            design = self._draw(content, settings, (seed + number) % 2**32, pngs)
            if design is not None and score(design[0]) > 0:
                found.append(design)
                if settings["locked"] and len(found) >= TRIED * settings["count"]:
                    break
            if on_progress is not None:
                on_progress(Progress(number + 1, tried))
        return found

    def _why_nothing(self, content: Content, settings: dict, seed: int, pngs: list[bytes]) -> str:
        """Why no page came out: which of the things kept fixed contradict one another,
        or that there are too many words.
        """
        held = [
            name
            for name in ("composition", "type", "choices", "palette", "locked")
            if settings[name] not in (ANY, "")
        ]
        if settings["locked"] and (said := self._why_locked(content, settings, seed, pngs)):
            return said
        for name in held:
            free = {**settings, name: DEFAULTS[name]}
            if any(
                found is not None and score(found[0]) > 0
                for found in (
                    self._draw(content, free, (seed + number) % 2**32, pngs)
                    for number in range(3 * len(COMPOSITIONS))
                )
            ):
                others = [other for other in held if other != name]
                beside = f"the format {settings['format']}" + (
                    ""
                    if not others
                    else " and what else is kept ("
                    + ", ".join(NAMES[other] for other in others)
                    + ")"
                )
                called = (
                    f"The {NAMES[name]} “{settings[name]}”"
                    if name in ("composition", "type")
                    else f"The {NAMES[name]} kept"
                )
                return (
                    f"{called} cannot go together with {beside} and these words. Let go of the"
                    f" {NAMES[name]}, or choose another format."
                )
        return (
            f"The words do not fit on a {settings['format']} so that everyone can read them. Use"
            " fewer words, or choose a larger format."
        )

    def _why_locked(self, content: Content, settings: dict, seed: int, pngs: list[bytes]) -> str:
        """Which locked object stands in the way: without it pages come out;
        "" where no single one does.
        """
        locked = json.loads(settings["locked"])
        for place, one in enumerate(locked):
            rest = json.dumps(locked[:place] + locked[place + 1 :]) if len(locked) > 1 else ""
            free = {**settings, "locked": rest}
            if any(
                found is not None and score(found[0]) > 0
                for found in (
                    self._draw(content, free, (seed + number) % 2**32, pngs)
                    for number in range(5 * len(COMPOSITIONS))
                )
            ):
                others = ["the other locked objects"] * (len(locked) > 1) + [
                    f"the {NAMES[name]} kept"
                    for name in ("composition", "type", "palette")
                    if settings[name] != ANY
                ]
                beside = " and ".join(others) or f"a {settings['format']} with these words"
                return (
                    f"The locked {one['role']} cannot stay where it is together with {beside}:"
                    " something would lie on something else, or could not be read. Unlock it, or"
                    " let go of one of the others."
                )
        return ""

    def _draw(
        self, content: Content, settings: dict, seed: int, pngs: list[bytes]
    ) -> tuple[Design, dict] | None:
        """One page with everything drawn that is not fixed, and what was drawn;
        None where it does not work out.
        """
        rng = random.Random(seed)
        composition = (
            rng.choice(list(COMPOSITIONS))
            if settings["composition"] == ANY
            else settings["composition"]
        )
        choices = (
            Choices(**json.loads(settings["choices"])) if settings["choices"] else Choices.draw(rng)
        )
        pairing = rng.choice(list(PAIRINGS)) if settings["type"] == ANY else settings["type"]
        pairing, lacking = pairing_for(f"{content.title}{content.body}{content.small}", pairing)
        if lacking:
            raise LearnerError(
                f"No font that ships has the letters {lacking[:10]} together with the rest. Write"
                " all words in one script: Latin, Greek, Cyrillic, Hebrew, Arabic or Devanagari."
            )
        if settings["palette"] == ANY:
            mood = from_words(f"{content.title} {content.body}", rng)
            sources = (
                [any_palette]
                + ([lambda r: from_picture(r.choice(pngs), r)] * 2 if pngs else [])
                + ([lambda r: mood] if mood else [])
            )
            palette = rng.choice(sources)(rng)
        else:
            palette = read_palette(settings["palette"])
        design = lay_out(composition, content, settings["format"], choices, palette, pairing)
        if design is None:
            return None
        design = with_locked(design, read_locks(settings["locked"]))
        return design, {
            "composition": composition,
            "type": pairing,
            "palette": ",".join(palette.colours),
            "choices": json.dumps(asdict(choices)),
        }


def different(found: list[tuple[Design, dict]], count: int) -> list[tuple[Design, dict]]:
    """The best page, then always the one with the best sum of score and distance to those taken
    (maximal marginal relevance, Carbonell and Goldstein 1998).
    """
    scores, looks = (
        [score(design) for design, _ in found],
        [features(design) for design, _ in found],
    )
    taken = [max(range(len(found)), key=scores.__getitem__)]
    while len(taken) < min(count, len(found)):
        rest = [i for i in range(len(found)) if i not in taken]
        taken.append(
            max(
                rest,
                key=lambda i: (
                    1.5 * scores[i]
                    + min(1.2, min(apart(looks[i], looks[j]) for j in taken))
                    - 0.35
                    * sum(found[i][1]["composition"] == found[j][1]["composition"] for j in taken)
                ),
            )
        )
    return [found[i] for i in taken]


def read_palette(text: str) -> Palette:
    """Four colours from a recipe; words that cannot be read on the ground are made darker
    or lighter.

    Raises:
        LearnerError: not one to four colours.
    """
    colours = [colour.strip() for colour in text.split(",") if colour.strip()]
    if not 1 <= len(colours) <= 4:
        raise LearnerError(
            "A palette is one to four colours such as #1f5fbf, with commas between them: ground,"
            " words, strong, soft."
        )
    for colour in colours:
        to_rgb(colour)
    ground = colours[0]
    ink = colours[1] if len(colours) > 1 else ink_on(ground, to_oklch(ground)[2])
    strong = colours[2] if len(colours) > 2 else readable(ink, ground, 3.0)
    soft = colours[3] if len(colours) > 3 else ground
    return Palette(ground, readable(ink, ground), strong, soft, "chosen")


def was_unreadable(text: str) -> bool:
    """Whether a palette's words could not be read on its ground, so that they are changed."""
    colours = [colour.strip() for colour in text.split(",") if colour.strip()]
    return len(colours) > 1 and contrast(colours[0], colours[1]) < READABLE


def read_settings(recipe: Recipe) -> dict:
    """The settings of a layout recipe with defaults filled in.

    Raises:
        LearnerError: a setting is unknown or cannot be used.
    """
    settings = LayoutSettings.read(recipe).model_dump()
    if settings["palette"] != ANY:
        read_palette(settings["palette"])
    if settings["choices"]:
        settings["choices"] = read_choices(settings["choices"])
    read_locks(settings["locked"])
    return settings


def read_choices(text: str) -> str:
    """The choices in a recipe, checked: `Choices` as JSON.

    Raises:
        LearnerError: they are none.
    """
    try:
        choices = Choices(**json.loads(text))
        numbers = (choices.split, choices.margin, choices.boldness)
        if any(isinstance(v, bool) or not isinstance(v, int | float) for v in numbers) or not (
            0.3 <= choices.split <= 0.8
            and 0 <= choices.margin <= 200
            and 0.3 <= choices.boldness <= 1.5
        ):
            raise ValueError("out of range")
        if (
            choices.align not in ("left", "centre", "right")
            or not isinstance(choices.mirrored, bool)
            or not isinstance(choices.coloured, bool)
        ):
            raise ValueError("no such choice")
    except (TypeError, ValueError, RecursionError) as problem:
        raise LearnerError(
            "The layout's choices in this recipe are damaged. Leave them out, and new ones are"
            " drawn."
        ) from problem
    return json.dumps(asdict(choices))


def _checked_lines(text: str) -> str:
    """The words of a page, each line checked, without the signs that no font can set.

    Raises:
        LearnerError: they cannot be used.
    """
    lines = [check_prompt(x, any_script=True) if x.strip() else "" for x in text.splitlines()]
    return without_signs("\n".join(lines))


def _several(picture: Creation | list[Creation] | None) -> list[Creation]:
    """The pictures of a page.

    Raises:
        LearnerError: there are more than its place can be shared by.
    """
    if picture is None:
        return []
    pictures = [picture] if isinstance(picture, Creation) else list(picture)
    if len(pictures) > MOST_PICTURES:
        raise LearnerError(
            f"A layout has room for {MOST_PICTURES} pictures, and there are {len(pictures)}."
            f" Choose the best {MOST_PICTURES}."
        )
    return pictures
