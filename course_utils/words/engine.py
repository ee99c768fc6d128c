"""Words from words: a language model steered by examples (templates/*.toml) rather than orders.

Which model, and where it runs, is the backend's matter.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from math import exp
from pathlib import Path
from typing import cast

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.engines.base import Engine, OnProgress, Progress
from course_utils.engines.unused import no_use_for
from course_utils.models.choose import asked_for, note_result
from course_utils.models.lora_file import OwnModel, named_own
from course_utils.safety.prompts import LONGEST_PROMPT, check_prompt, has_unkind_words
from course_utils.words.backends.backend import Ask, Backend, drafts
from course_utils.words.backends.llama_cpp import MODEL, LlamaBackend, sampling
from course_utils.words.order import Order
from course_utils.words.settings import WordsSettings
from course_utils.words.templates import (
    TEMPLATES,
    chat,
    examples_end,
    fits,
    kept_words,
    read_template,
    template_names,
    tidy,
    turns,
    voices,
    with_fields,
)
from course_utils.words.verse import FORMS, Form, plan

__all__ = [
    "MODEL",
    "TEMPLATES",
    "WordsEngine",
    "chat",
    "choose_backend",
    "examples_end",
    "fits",
    "kept_words",
    "read_template",
    "sampling",
    "template_names",
    "tidy",
    "turns",
    "voices",
    "with_fields",
]

DEFAULTS = WordsSettings().model_dump()
EMBEDDED = "SmolLM2-135M-Instruct"  # the course's own model in the catalogue
TAUGHT_KIND = "own"  # the kind of text an own model was taught


def choose_backend() -> Backend:
    """The course's own small model, unless a variable names another: COURSE_WORDS_SERVER (the
    address of an OpenAI-compatible server) or COURSE_WORDS_MODEL (a .gguf file, a folder or hub
    name for transformers, or "biggest": the biggest that is here and fits).
    """
    return backend_for(asked_for("words"), os.environ.get("COURSE_WORDS_SERVER", ""))


def backend_for(model: str = "", server: str = "") -> Backend:
    """The backend for a model: "" is the course's own, a .gguf file llama.cpp, an address a server,
    anything else a folder or hub name for transformers.
    """
    model, server = model.strip(), server.strip()
    if model.startswith(("http://", "https://")):
        model, server = "", model
    if server:
        from course_utils.safety.sensitive_topics import check_leaves
        from course_utils.words.backends.openai_server import ServerBackend

        check_leaves("what you type")
        return ServerBackend(server, model)
    if model and not model.endswith(".gguf"):
        from course_utils.words.backends.hf_transformers import TransformersBackend

        return TransformersBackend(model)
    return LlamaBackend(Path(model) if model else None)


def words_engine() -> WordsEngine:
    """The one words engine; where a room makes texts, the room's, which has all this one has."""
    return cast(WordsEngine, engine_for("words"))


class WordsEngine(Engine):
    """Short texts that imitate a template's examples on the learner's topic."""

    kind = "words"

    def __init__(self, model: Path | None = None, *, backend: Backend | None = None) -> None:
        self.backend = backend or (LlamaBackend(model) if model else choose_backend())
        self._lock = threading.Lock()  # one generation at a time: a second waits
        # the last own model laid over the course's, by print and strength
        self._own: tuple[tuple[str, float], Backend] | None = None

    def switch(self, backend: Backend) -> None:
        """Write with another model from now on.

        A big one before is given up first, so that two never have to fit into memory.

        Raises:
            LearnerError: the new one could not be opened or reached; the one before stays, and is
                opened again when it is next needed.
        """
        backend.load()
        with self._lock:
            before, self.backend = self.backend, backend
        if before is not backend:
            before.give_up()

    @property
    def where(self) -> str:
        """Where the learner's words go, in a sentence."""
        return self.backend.where

    @property
    def to_fetch(self) -> str:
        """What is fetched before the first text, in a sentence; "" for nothing."""
        return self.backend.to_fetch

    def next_odds(self, text: str, most: int = 200) -> list[tuple[str, float]]:
        """The likeliest next pieces after a text, with probabilities (0-1), likeliest first.

        Raises:
            LearnerError: the model cannot tell, or could not read the text.
        """
        self.load()
        with self._lock:
            return self.backend.next_odds(text, most)

    def first_odds(
        self, template: dict, topic: str, seed: int = 0
    ) -> tuple[list[tuple[str, float]], str]:
        """The likeliest first pieces of a text of some kind, with probabilities (0-1),
        likeliest first; and the text drawn with a seed, as it comes.

        Raises:
            LearnerError: the model cannot tell.
        """
        if not self.backend.tells_odds:
            raise LearnerError(
                "This model does not tell the odds of its first word. Use the course's own model"
                " for that."
            )
        self.load()
        ask = Ask(
            template,
            topic,
            "",
            seed,
            DEFAULTS["surprise"] * template.get("calm", 1.0),
            template.get("repeat", DEFAULTS["repeat"]),
            template["length"],
        )
        with self._lock:
            first = drafts(
                self.backend, replace(ask, length=1), 1, lambda *_: None, None, odds=True
            )[0]
            text = drafts(self.backend, ask, 1, lambda *_: None, None)[0].text.strip()
        odds = sorted(
            ((piece, exp(logprob)) for piece, logprob in first.steps[0].others.items()),
            key=lambda one: -one[1],
        )
        return odds, "" if has_unkind_words(text) else text

    def pieces(self, text: str) -> list[str]:
        """The pieces (tokens) the model reads a text as.

        Raises:
            LearnerError: the model cannot tell.
        """
        self.load()
        with self._lock:
            return self.backend.pieces(text)

    def forget_own(self) -> None:
        """Let go of the own model in memory."""
        with self._lock:
            self._own = None

    def _with_own(self, own: OwnModel, strength: float) -> Backend:
        """The course's own words model with an own model laid over it; the last one is kept."""
        if self._own is None or self._own[0] != (own.print, strength):
            from course_utils.words.lora import OwnBackend

            backend = OwnBackend(own, strength, self.backend.revision)
            backend.load()
            self._own = ((own.print, strength), backend)
        return self._own[1]

    def without_effect(self, recipe: Recipe) -> str:
        """Settings that this kind of text takes no notice of, in a sentence."""
        settings = read_settings(recipe)
        template = read_template(settings["template"])
        reads = {
            "before": "{before}" in template.get("ask", ""),
            "voice": "{voice}" in template.get("ask", ""),
            "items": bool(template.get("list")),
            "length": not template.get("form"),
            "own_strength": bool(settings["own_model"]),
        }
        lost = no_use_for(
            name for name, read in reads.items() if not read and settings[name] != DEFAULTS[name]
        )
        return f"{lost} This kind of text does not go by that." if lost else ""

    def load(self) -> None:
        """Get the model ready; the course's own takes about 0.2 GB and is fetched first if it
        is missing.

        Raises:
            LearnerError: it could not be fetched, read or reached.
        """
        with self._lock:
            self.backend.load()

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        own: OwnModel | None = None,
    ) -> Iterator[Creation]:
        """Yield texts for a recipe; see `Engine.create`.

        Settings: count 1-6, template (a name in `template_names()`), surprise 0.2-1.5
        (temperature), repeat 1-1.5 (penalty on pieces already there; 1 is none), length (most
        tokens, 0 for the
        template's own), start (words the text must begin with), before (what came earlier, for
        kinds of text that go on from something), voice (who speaks, for kinds of text that say
        something again), items (1-10, how many lines a list has; 0 for the template's own),
        own_model (a model taught from own phrases, given as `own`) and own_strength (0-2); with
        one, the template "own" asks as its lesson asked.

        Raises:
            LearnerError: the prompt or a setting cannot be used.
        """
        settings, named = _settled(recipe, own)
        template, topic, form, start = _asked(recipe, settings)
        self._fetch(on_progress, stop)
        self.load()
        with self._lock:
            backend = self._with_own(named, settings["own_strength"]) if named else self.backend
        order = Order(
            recipe, settings, template, topic, form, start, backend, self._lock, on_progress, stop
        )
        made = 0
        for creation in order.texts():
            made += 1
            if backend.where == LlamaBackend.where:  # not a server's
                name = EMBEDDED if backend.name == MODEL else backend.name
                note_result(name, creation.seconds)
            yield creation
        if not made and not order.stopped:
            raise LearnerError(
                "Nothing usable came out for this topic. Try other words or another seed."
            )

    def _fetch(self, on_progress: OnProgress | None, stop: threading.Event | None) -> None:
        """Fetch a model of the hub that the learner named, if it is not here."""
        if not self.to_fetch:
            return
        name = self.backend.name

        def arrived(here: int, total: int) -> None:
            if on_progress is not None:
                said = f"Fetching {name}: {here / 1e6:.0f} of {total / 1e6:.0f} MB are here."
                on_progress(Progress(here // 1_000_000, max(1, total // 1_000_000), said))

        self.backend.fetch(arrived, stop)


def _settled(recipe: Recipe, own: OwnModel | None) -> tuple[dict, OwnModel | None]:
    """A recipe's settings, and the own model they name, or None.

    Raises:
        LearnerError: a setting cannot be used, or the own model is not the one named.
    """
    settings = read_settings(recipe)
    if not settings["own_model"]:
        return settings, None
    named = named_own(settings["own_model"], settings["own_print"], own, "text")
    settings["own_print"] = named.print
    if "template" not in recipe.settings:
        settings["template"] = TAUGHT_KIND
    return settings, named


def _asked(recipe: Recipe, settings: dict) -> tuple[dict, str, Form | None, str]:
    """The template filled in, the topic, the verse form if it has one, and the start of the text.

    Raises:
        LearnerError: the prompt or the start cannot be used.
    """
    template = read_template(settings["template"])
    topic = check_prompt(recipe.prompt, longest=template.get("longest", LONGEST_PROMPT))
    form = FORMS.get(template.get("form", ""))
    most_lines = len(plan(form, topic)) if form else template["most_lines"]
    start = check_prompt_start(settings["start"], most_lines)
    template = with_fields(template, settings)
    if template.get("list") and settings["items"]:
        template["fewest_lines"] = template["most_lines"] = settings["items"]
    return template, topic, form, start


def check_prompt_start(start: str, most_lines: int = 4) -> str:
    """The learner's first words, checked as a whole, with their line breaks kept:
    one short line such as "1. A" is fine beside others or alone.

    Raises:
        LearnerError: see `check_prompt`; or there are more lines than the kind of text has, so that
            nothing could be added.
    """
    ends_line = start.endswith("\n")
    lines = [line for line in (" ".join(part.split()) for part in start.splitlines()) if line]
    if len(lines) + ends_line > most_lines:
        raise LearnerError(
            f"The start already fills the {most_lines} lines this kind of text has. Keep fewer"
            " lines, so that the model can add some."
        )
    if lines:
        check_prompt("Begin: " + " ".join(lines))
    return "\n".join(
        "".join(letter for letter in line if letter.isprintable()) for line in lines
    ) + ("\n" if ends_line and lines else "")


def read_settings(recipe: Recipe) -> dict:
    """The settings of a words recipe with defaults filled in.

    Raises:
        LearnerError: a setting is unknown or out of range.
    """
    return WordsSettings.read(recipe).model_dump()
