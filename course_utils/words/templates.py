"""The form of short texts: templates (templates/*.toml), the prompt they make,
and the checks on what comes back. The same for every backend.
"""

from __future__ import annotations

import os
import re
import tomllib
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import TypeGuard

from course_utils.creation import LearnerError
from course_utils.safety.prompts import check_prompt, has_unkind_words
from course_utils.words.verse import FORMS, breaks_off, glued

__all__ = [
    "TEMPLATES",
    "chat",
    "examples_end",
    "fits",
    "good_items",
    "kept_words",
    "left_out_words",
    "own_templates",
    "plain",
    "read_template",
    "says_again",
    "settled",
    "shipped_templates",
    "template_names",
    "tidy",
    "turns",
    "voices",
    "with_fields",
    "without_cut_line",
]

TEMPLATES = Path(__file__).parent / "text_kinds"
ASK = "Topic: {topic}"
SENTENCE_END = r"(?<=[.!?])\s+|(?<=[.!?][\"'])\s+"
MOST_OWN = 50  # files
LARGEST_OWN = 40_000  # bytes
LONGEST_EXAMPLES = 2_400  # characters, about 600 of the 1,024 tokens
NUMBERS = {
    "fewest_lines": (int, 1, 20),
    "most_lines": (int, 1, 20),
    "length": (int, 5, 200),
    "shortest_item": (int, 1, 20),
    "sentences": (int, 1, 10),
    "longest": (int, 20, 2000),
    "calm": (int | float, 0.2, 1.5),
    "repeat": (int | float, 1, 1.5),
    "keeps": (int | float, 0, 1),
    "shorter": (int | float, 0.1, 1),
}
EXAMPLE = ("topic", "text")
WRITTEN = ("label", "system", "grammar", "form", "ask")
LONGEST_PART = 4000  # characters
OTHER_PARTS = {
    *("example", "grammar", "form", "ask", "list"),
    *("card", "whole_sentences", "reads", "voice", "before"),
}


def own_templates() -> Path:
    """Where a learner's own kinds of text are: the folder named in COURSE_TEMPLATES,
    else `my_templates` in the current folder.
    """
    return Path(os.environ.get("COURSE_TEMPLATES") or Path.cwd() / "my_templates")


def template_names(all_of_them: bool = False) -> list[str]:
    """Names of the kinds of text to choose from, one's own first; or with those too that have a
    studio of their own. Own files that cannot be read are left out; see `left_out_words`.
    """
    own = own_names()[0]
    names = [path.stem for path in sorted(TEMPLATES.glob("*.toml")) if path.stem not in own]
    return own + [name for name in names if all_of_them or not read_template(name).get("hidden")]


def own_names() -> tuple[list[str], list[str]]:
    """The names of one's own kinds of text, and why other files of that folder are none."""
    found: list[str] = []
    left_out: list[str] = []
    paths = sorted(own_templates().glob("*.toml"))
    for path in paths[:MOST_OWN]:
        try:
            read_template(path.stem)
            found.append(path.stem)
        except LearnerError as sentence:
            left_out.append(f"{path.name}: {sentence}")
    if len(paths) > MOST_OWN:
        left_out.append(f"Only the first {MOST_OWN} files are read.")
    return found, left_out


def left_out_words() -> str:
    """What is said of files in `my_templates` that are no kinds of text; "" for nothing."""
    left_out = own_names()[1]
    return f"Not among the kinds of text: {' '.join(left_out)}" if left_out else ""


def read_template(name: str) -> dict:
    """A template by name: the learner's own of that name, else the course's.

    Raises:
        LearnerError: there is none of that name, or a learner's own has something in it that cannot
            be used.
    """
    fits = re.fullmatch("[a-z][a-z0-9_]{0,39}", name)
    own = own_templates() / f"{name}.toml"
    if fits and own.is_file():
        return own_template(own)
    if not fits or not (TEMPLATES / f"{name}.toml").is_file():
        raise LearnerError(
            f"There is no kind of text called {name!r}. Choose one of:"
            f" {', '.join(path.stem for path in sorted(TEMPLATES.glob('*.toml')))}."
        )
    return deepcopy(_shipped(name))


def shipped_templates() -> list[dict]:
    """The course's own kinds of text, whether or not a learner's stand in their place."""
    return [_shipped(path.stem) for path in sorted(TEMPLATES.glob("*.toml"))]


@lru_cache(maxsize=64)
def _shipped(name: str) -> dict:
    """A template of the course: a studio asks for all of them several times."""
    return tomllib.loads((TEMPLATES / f"{name}.toml").read_text(encoding="utf-8"))


def own_template(path: Path) -> dict:
    """A learner's own kind of text, checked.

    Raises:
        LearnerError: it says what is missing or wrong in the file.
    """
    where = f"Your kind of text {path.name}"
    found = _read_toml(path, where)
    examples = found.get("example")
    if not _are_examples(examples):
        raise LearnerError(
            f"{where} needs one to twenty [[example]] parts, each with a topic and a text in"
            " quotation marks. Look at one of the course's with kind_of_text."
        )
    usual = {
        "label": path.stem,
        "system": "Write about the topic.",
        "fewest_lines": 1,
        "most_lines": max(len(one["text"].splitlines()) for one in examples),
        "length": 70,
    }
    found = {**usual, **found}
    problem = (
        _wrong_number(found)
        or _wrong_words(found)
        or _unknown_part(set(found) - set(usual))
        or _at_odds(found)
    )
    if problem:
        raise LearnerError(where + problem)
    return found


def _read_toml(path: Path, where: str) -> dict:
    """The parts of a file; a LearnerError, begun with `where`, when they cannot be read."""
    try:
        if path.stat().st_size > LARGEST_OWN:
            raise LearnerError(f"{where} is too large. Keep two or three short examples.")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as problem:  # of the file, or nested too deep
        raise LearnerError(
            f"{where} could not be read: {problem}. Look at that line, or begin again from"
            " kind_of_text."
        ) from problem


def _are_examples(found: object) -> TypeGuard[list[dict]]:
    """One to twenty, each with a topic and a text."""
    return (
        isinstance(found, list)
        and 1 <= len(found) <= 20
        and all(
            isinstance(one, dict)
            and all(isinstance(one.get(part), str) and one[part].strip() for part in EXAMPLE)
            for one in found
        )
    )


# What is wrong with a kind of text, as the end of a sentence; "" for nothing.


def _wrong_number(found: dict) -> str:
    for part, (number, low, high) in NUMBERS.items():
        value = found.get(part)
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, number) or not low <= value <= high
        ):
            return f": {part} must be a number from {low} to {high}. Change it and save the file."
    return ""


def _wrong_words(found: dict) -> str:
    for part in WRITTEN:
        if not isinstance(found.get(part, ""), str) or len(found.get(part, "")) > LONGEST_PART:
            return f": {part} must be words in quotation marks. Change it and save the file."
    return ""


def _unknown_part(given: set[str]) -> str:
    unknown = sorted(given - set(NUMBERS) - OTHER_PARTS)
    if not unknown:
        return ""
    return (
        f" has a part called {unknown[0]!r} that is not known. Take it out, or check its spelling."
    )


def _at_odds(found: dict) -> str:
    if found.get("form", "") and found["form"] not in FORMS:
        return f": the form must be one of {', '.join(FORMS)}. Change it, or take the line out."
    if found["fewest_lines"] > found["most_lines"]:
        return ": fewest_lines is more than most_lines. Change one of them."
    shown = sum(len(one["topic"]) + len(one["text"]) for one in found["example"])
    if shown + len(found["system"]) > LONGEST_EXAMPLES:
        return (
            ": its examples are longer than the small model can read. Keep the best two or three."
        )
    return ""


def turns(template: dict, topic: str) -> list[tuple[str, str]]:
    """Who says what, up to where the answer begins: the system line, the examples, the topic."""
    said = [("system", template["system"])]
    voice = template.get("fields", {}).get("voice")
    for example in [one for one in template["example"] if one.get("voice") == voice] or template[
        "example"
    ]:
        said += [("user", asked(template, example)), ("assistant", example["text"])]
    return [
        (who, plain(text))
        for who, text in [
            *said,
            ("user", asked(template, {**template.get("fields", {}), "topic": topic})),
        ]
    ]


def asked(template: dict, fields: dict) -> str:
    """What the model is asked: the template's `ask` with its fields filled in ("Topic:
    ..." where it has none).
    """
    parts = re.split(r"\{(topic|before|voice)\}", template.get("ask", ASK))
    return "".join(
        fields.get(part, "") if number % 2 else part for number, part in enumerate(parts)
    )


def with_fields(template: dict, settings: dict) -> dict:
    """The template with what was given beside the topic, checked: earlier text and a voice.

    Raises:
        LearnerError: one of them cannot be used.
    """
    fields = {}
    for name, longest in (("before", 1500), ("voice", 80)):
        given = settings[name].strip() or template.get(name, "")
        if given and "{" + name + "}" in template.get("ask", ASK):
            fields[name] = check_prompt(given, longest=longest)
    return {**template, "fields": fields}


def voices() -> list[str]:
    """The voices that have examples."""
    return list(dict.fromkeys(example["voice"] for example in read_template("voice")["example"]))


def plain(text: str) -> str:
    """Text in which nothing is a control token: "<|im_end|>" typed by a person stays letters,
    since a space after "<" makes it another string.
    """
    return re.sub(r"<(?=[^\s<>][^<>]*>)", "< ", text)


def chat(template: dict, topic: str) -> str:
    """The examples and the topic in the ChatML format, ending where the answer begins."""
    return (
        "".join(f"<|im_start|>{who}\n{text}<|im_end|>\n" for who, text in turns(template, topic))
        + "<|im_start|>assistant\n"
    )


def examples_end(template: dict) -> int:
    """How many characters of a chat are the same for every topic."""
    same = template.get("ask", ASK).partition("{")[0].rstrip()
    return chat(template, "").rindex("<|im_start|>user\n") + len("<|im_start|>user\n") + len(same)


def without_cut_line(text: str, template: dict) -> str:
    """The text less its last line, which the length limit cut off, where enough lines remain;
    in a list always, since half an item is none.
    """
    lines = text.rstrip().splitlines()
    half = bool(lines) and not lines[-1].endswith((".", "!", "?"))
    return (
        "\n".join(lines[:-1])
        if half and (template.get("list") or len(lines) > template["fewest_lines"])
        else text
    )


def tidy(text: str, template: dict) -> str:
    """The text without stray spaces, surplus lines and a cut-off last sentence;
    items of a list numbered from 1.
    """
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if template.get("list"):
        marked = [re.match(r"(\d+[.):]|[-*\u2022])\s*(.*)", line) for line in lines]
        # a line with neither number nor end is talk around the list
        bodies = [
            found[2] if found else line
            for found, line in zip(marked, lines)
            if found or line.endswith((".", "!", "?"))
        ]
        lines = [
            f"{number}. {body}"
            for number, body in enumerate(
                (body for body in bodies if body and not body.endswith(":")), 1
            )
        ]
    text = "\n".join(lines[: template["most_lines"]])
    if template.get("whole_sentences"):
        end = max(text.rfind(mark) for mark in ".!?")
        text = text[: end + 1] if end > 0 else text
        if template.get("sentences"):
            text = " ".join(re.split(SENTENCE_END, text)[: template["sentences"]]) or text
        text += '"' * (text.count('"') % 2)
    return text


def settled(text: str, template: dict) -> bool:
    """Whether `tidy` gives the same of a text whatever is written after it."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if template.get("list"):
        return False
    if len(lines) > template["most_lines"]:
        return True
    wanted = template.get("sentences") if template.get("whole_sentences") else 0
    if not (wanted and lines and template["fewest_lines"] == template["most_lines"] == 1):
        return False
    parts = re.split(SENTENCE_END, lines[0])
    last, rest = parts[wanted - 1 : wanted], parts[wanted:]
    # a closing quotation mark stays only where a whole sentence follows
    return bool(rest) and (last[0][-1] in ".!?" or any(mark in rest[0] for mark in ".!?"))


def good_items(lines: list[str], template: dict) -> list[str]:
    """The lines of a list that are long enough, no repeats, nothing the filter takes and none of
    the examples', at most as many as it wants, numbered from 1.
    """
    shown = {
        line.partition(". ")[2].lower()
        for example in template["example"]
        for line in example["text"].splitlines()
    }
    found: dict[str, str] = {}
    for line in lines:
        body = line.partition(". ")[2]
        # a name that was cut, or squeezed to fit
        if template.get("shortest_item", 3) < 3 and (
            breaks_off(body.rstrip(".")) or any(map(glued, body.split()))
        ):
            continue
        if (
            len(body.split()) >= template.get("shortest_item", 3)
            and body.lower() not in shown
            and not has_unkind_words(body)
        ):
            found.setdefault(body.lower(), body)
    return [
        f"{number}. {body}"
        for number, body in enumerate(list(found.values())[: template["most_lines"]], 1)
    ]


def fits(text: str, template: dict) -> bool:
    """Whether a text has the template's form: enough lines, no line twice, at least three words
    (in a list: three an item), not an example.
    """
    lines = text.splitlines()
    bodies = [line.partition(". ")[2] for line in lines] if template.get("list") else lines
    if (
        len(lines) < template["fewest_lines"]
        or len({body.lower() for body in bodies}) < len(bodies)
        or len(text.split()) < min(3, template["fewest_lines"] * template.get("shortest_item", 3))
    ):
        return False
    if template.get("list") and any(
        len(body.split()) < template.get("shortest_item", 3) for body in bodies
    ):
        return False
    return all(text.strip() != example["text"].strip() for example in template["example"])


def says_again(source: str, text: str, template: dict) -> bool:
    """Whether a text says its source again as the template wants: enough of its longer words,
    not the very same, and as much shorter as it must be.
    """
    if not template.get("keeps"):
        return True
    length = len(text.split()) / max(1, len(source.split()))
    return (
        kept_words(source, text) >= template["keeps"]
        and length <= template.get("shorter", 99)
        and text.strip().lower() != source.strip().lower()
    )


def kept_words(source: str, text: str) -> float:
    """The share of the longer words (4 letters up) of a source that stand in a text too,
    by their first four letters.
    """
    wanted = {word[:4] for word in re.findall(r"[a-z]{4,}", source.lower())}
    return len(wanted & {word[:4] for word in re.findall(r"[a-z]{4,}", text.lower())}) / max(
        1, len(wanted)
    )
