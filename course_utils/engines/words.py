"""Words from words: a language model steered by examples (templates/*.toml) rather than orders. Which model, and where it runs, is the backend's matter."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from math import exp
from pathlib import Path

from course_utils.care.prompts import LONGEST_PROMPT, check_prompt, has_unkind_words
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import OnProgress, Progress
from course_utils.engines.rhymes import rhymed_line
from course_utils.engines.words_backend import Ask, Backend, Step
from course_utils.engines.words_form import TEMPLATES, chat, examples_end, fits, kept_words, read_template, template_names, tidy, turns, voices, with_fields, without_cut_line
from course_utils.engines.words_llama import MODEL, LlamaBackend, sampling
from course_utils.media.verse import FORMS, breaks_off, faults, plan

__all__ = ["MODEL", "TEMPLATES", "WordsEngine", "chat", "choose_backend", "examples_end", "fits", "kept_words", "read_template", "sampling", "template_names", "tidy", "turns", "voices", "with_fields"]

DEFAULTS = {"count": 1, "template": "poem", "surprise": 0.8, "repeat": 1.1, "length": 0, "start": "", "before": "", "voice": ""}
MOST_AT_ONCE = 6
LINE_TRIES = 24  # draws for one line of a poem in a form before the nearest is taken
TURNS = 2  # poems begun before one with a miss is accepted
LINE_LENGTH = 24  # most tokens of such a line
TRIES = 4  # draws for one candidate before an imperfect one is accepted


def choose_backend() -> Backend:
    """The course's own small model, unless a variable names another: COURSE_WORDS_SERVER (the address of an OpenAI-compatible server)
    or COURSE_WORDS_MODEL (a .gguf file, or a folder or hub name for transformers)."""
    server, model = os.environ.get("COURSE_WORDS_SERVER", "").strip(), os.environ.get("COURSE_WORDS_MODEL", "").strip()
    if server:
        from course_utils.engines.words_server import ServerBackend

        return ServerBackend(server, model)
    if model and not model.endswith(".gguf"):
        from course_utils.engines.words_transformers import TransformersBackend

        return TransformersBackend(model)
    return LlamaBackend(Path(model) if model else None)


class WordsEngine:
    """Short texts that imitate a template's examples on the learner's topic."""

    kind = "words"

    def __init__(self, model: Path | None = None, *, backend: Backend | None = None) -> None:
        self.backend = backend or (LlamaBackend(model) if model else choose_backend())
        self._lock = threading.Lock()  # one generation at a time: a second waits

    @property
    def where(self) -> str:
        """Where the learner's words go, in a sentence."""
        return self.backend.where

    def next_odds(self, text: str, most: int = 200) -> list[tuple[str, float]]:
        """The likeliest next pieces after a text, with probabilities (0-1), likeliest first.

        Raises:
            LearnerError: the model cannot tell, or could not read the text.
        """
        self.load()
        with self._lock:
            return self.backend.next_odds(text, most)

    def first_odds(self, template: dict, topic: str) -> list[tuple[str, float]]:
        """The likeliest first pieces of a text of some kind, with probabilities (0-1), likeliest first.

        Raises:
            LearnerError: the model cannot tell.
        """
        if not self.backend.tells_odds:
            raise LearnerError("This model does not tell the odds of its first word. Use the course's own model for that.")
        self.load()
        steps: list[Step] = []
        with self._lock:
            self.backend.complete(Ask(template, topic, "", 0, 1.0, 1.0, 1), lambda piece: True, steps)
        return sorted(((piece, exp(logprob)) for piece, logprob in steps[0].others.items()), key=lambda one: -one[1])

    def pieces(self, text: str) -> list[str]:
        """The pieces (tokens) the model reads a text as.

        Raises:
            LearnerError: the model cannot tell.
        """
        self.load()
        with self._lock:
            return self.backend.pieces(text)

    def load(self) -> None:
        """Get the model ready; the course's own takes about 0.2 GB and is fetched first if it is missing.

        Raises:
            LearnerError: it could not be fetched, read or reached.
        """
        with self._lock:
            self.backend.load()

    def create(self, recipe: Recipe, *, on_progress: OnProgress | None = None, stop: threading.Event | None = None) -> Iterator[Creation]:
        """Yield texts for a recipe; see `Engine.create`.

        Settings: count 1-6, template (a name in `template_names()`), surprise 0.2-1.5 (temperature), repeat 1-1.5 (penalty on
        pieces already there; 1 is none), length (most tokens, 0 for the
        template's own), start (words the text must begin with), before (what came earlier, for kinds of text that go on from something),
        voice (who speaks, for kinds of text that say something again).

        Raises:
            LearnerError: the prompt or a setting cannot be used.
        """
        settings = read_settings(recipe)
        template = read_template(settings["template"])
        topic = check_prompt(recipe.prompt, longest=template.get("longest", LONGEST_PROMPT))
        start = check_prompt_start(settings["start"], template["most_lines"])
        template = with_fields(template, settings)
        self.load()
        length = settings["length"] or template["length"]
        total = length * settings["count"]
        made = 0
        for number in range(settings["count"]):
            began = time.monotonic()
            seed = (recipe.seed + number) % 2**32

            def tell(tokens: int, text: str, before: int = number * length) -> None:
                if on_progress is not None:
                    on_progress(Progress(min(before + tokens, total), total, text))

            write = self._write_by_line if template.get("form") else self._write
            with self._lock:
                text = write(template, topic, start, seed, settings, length, tell, stop)
            if text is None:
                return
            if text:
                made += 1
                own = recipe.changed(seed=seed, prompt=topic, model=self.backend.name, revision=self.backend.revision, settings={**settings, "count": 1})
                yield Creation(recipe=own, content=text.encode(), seconds=round(time.monotonic() - began, 3))
        if not made:
            raise LearnerError("Nothing usable came out for this topic. Try other words or another seed.")

    def _write(self, template, topic, start, seed, settings, length, tell, stop) -> str | None:
        """One text that passes the template's checks, or the best imperfect one ("" if all were filtered); None when stopped."""
        best, wanted = "", template.get("keeps", 0.0)
        for attempt in range(TRIES * 2 if wanted else TRIES):
            raw = self._complete(template, topic, start, (seed + attempt * 7919) % 2**31, settings, length, lambda n, t: tell(n, start + t), stop)
            if raw is None:
                return None
            text = tidy(start + raw, template)
            if has_unkind_words(text):
                continue
            if fits(text, template) and kept_words(topic, text) >= wanted:
                return text
            best = max(best, text, key=lambda found: kept_words(topic, found) if wanted else len(found.splitlines()))
        return best.strip()

    def _write_by_line(self, template, topic, start, seed, settings, length, tell, stop) -> str | None:
        """A poem in a form: every line is drawn until one fits its wish, else the nearest is taken; "" if all were filtered, None when stopped.

        A poem with a line that misses its wish is begun anew once, and the better of the two is kept.
        """
        best, missing = "", 10_000
        for turn in range(TURNS):
            found = self._draw_lines(template, topic, start, (seed + turn * 15_485_863) % 2**31, settings, tell, stop)
            if found is None:
                return None
            if found[0] and found[1] < missing:
                best, missing = found
            if not missing:
                break
        return best

    def _draw_lines(self, template, topic, start, seed, settings, tell, stop) -> tuple[str, int] | None:
        """A poem and the sum of its lines' faults; None when stopped."""
        wishes = plan(FORMS[template["form"]], topic)
        lines, sum_of_faults = start.splitlines()[: len(wishes)], 0
        for place in range(len(lines), len(wishes)):
            before = "".join(line + "\n" for line in lines)
            wish, nearest, fewest = wishes[place], "", 1000
            if FORMS[template["form"]].rhyme and self.backend.tells_odds:
                def draw(line: str, number: int, most: int, b=before, p=place) -> list[Step] | None:
                    steps: list[Step] = []
                    raw = self._complete(template, topic, b + line, (seed + p * 104729 + number * 7919) % 2**31, settings, most, lambda n, t: tell(n, b + line + t), stop, "\n", "", steps)
                    return None if raw is None else steps

                line = rhymed_line(draw, wish, lines, last=place == len(wishes) - 1)
                if not line:
                    return None if line is None else ("", 0)
                lines.append(line)
                sum_of_faults += faults(line, wish, lines)
                continue
            grammar = f'root ::= "{wish.initial}" [a-z] [a-z ,\'-]{{6,}} [,.]?' if wish.initial else ""
            for attempt in range(LINE_TRIES):
                drawn = [0]

                def count(tokens: int, text: str, b=before, drawn=drawn) -> None:
                    drawn[0] = tokens
                    tell(tokens, b + text)

                raw = self._complete(template, topic, before, (seed + place * 104729 + attempt * 7919) % 2**31, settings, LINE_LENGTH, count, stop, "\n", grammar)
                if raw is None:
                    return None
                line = " ".join(raw.split())
                if len(line.split()) < 2 or line in lines or has_unkind_words(before + line):
                    continue
                missing = faults(line, wish, lines) + breaks_off(line) + 2 * (drawn[0] >= LINE_LENGTH)  # a line cut by the limit has no end
                if missing < fewest:
                    nearest, fewest = line, missing
                if not missing:
                    break
            if not nearest:
                return "", 0
            lines.append(nearest)
            sum_of_faults += fewest
        return "\n".join(lines), sum_of_faults

    def _complete(self, template, topic, start, seed, settings, length, tell, stop, end="\n\n", grammar=None, steps: list[Step] | None = None) -> str | None:
        """One draw from the backend; None when stopped. `steps` takes the odds of every token, where the backend tells them."""
        pieces: list[str] = []
        stopped = False

        def receive(piece: str) -> bool:
            """Take one piece; returning True ends the generation."""
            nonlocal stopped
            if stop is not None and stop.is_set():
                stopped = True
                return True
            pieces.append(piece)
            tell(len(pieces), "".join(pieces))
            return False

        if grammar is None:
            grammar = "" if start else template.get("grammar", "")
        cut = self.backend.complete(Ask(template, topic, start, seed, settings["surprise"] * template.get("calm", 1.0), template.get("repeat", settings["repeat"]), length, end, grammar), receive, *([] if steps is None else [steps]))
        text = "".join(pieces)
        return None if stopped else without_cut_line(text, template) if cut else text


def check_prompt_start(start: str, most_lines: int = 4) -> str:
    """The learner's first words, checked as a whole, with their line breaks kept: one short line such as "1. A" is fine beside others or alone.

    Raises:
        LearnerError: see `check_prompt`; or there are more lines than the kind of text has, so that nothing could be added.
    """
    ends_line = start.endswith("\n")
    lines = [line for line in (" ".join(part.split()) for part in start.splitlines()) if line]
    if len(lines) + ends_line > most_lines:
        raise LearnerError(f"The start already fills the {most_lines} lines this kind of text has. Keep fewer lines, so that the model can add some.")
    if lines:
        check_prompt("Begin: " + " ".join(lines))
    return "\n".join("".join(letter for letter in line if letter.isprintable()) for line in lines) + ("\n" if ends_line and lines else "")


def read_settings(recipe: Recipe) -> dict:
    """The settings of a words recipe with defaults filled in.

    Raises:
        LearnerError: a setting is unknown or out of range.
    """
    settings = {**DEFAULTS, **recipe.settings}
    unknown = set(settings) - set(DEFAULTS)
    if unknown:
        raise LearnerError(f"The words maker has no setting called {sorted(unknown)[0]}. Leave it out and try again.")
    for name, (low, high) in {"count": (1, MOST_AT_ONCE), "surprise": (0.2, 1.5), "repeat": (1, 1.5), "length": (0, 200)}.items():
        value = settings[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high or (name not in ("surprise", "repeat") and not isinstance(value, int)):
            raise LearnerError(f"The setting {name} must be a number from {low} to {high}. Change it and try again.")
    for name in ("template", "start", "before", "voice"):
        if not isinstance(settings[name], str):
            raise LearnerError(f"The setting {name} must be words. Change it and try again.")
    return settings
