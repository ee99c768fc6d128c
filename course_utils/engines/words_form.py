"""The form of short texts: templates (templates/*.toml), the prompt they make, and the checks on what comes back. The same for every backend."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from course_utils.care.prompts import check_prompt
from course_utils.creation import LearnerError

TEMPLATES = Path(__file__).parent / "templates"
ASK = "Topic: {topic}"


@cache
def template_names(all_of_them: bool = False) -> list[str]:
    """Names of the kinds of text to choose from, or with those too that have a studio of their own."""
    names = sorted(path.stem for path in TEMPLATES.glob("*.toml"))
    return names if all_of_them else [name for name in names if not read_template(name).get("hidden")]


def read_template(name: str) -> dict:
    """A template by name.

    Raises:
        LearnerError: there is none of that name.
    """
    if not re.fullmatch("[a-z_]{1,40}", name) or not (TEMPLATES / f"{name}.toml").is_file():
        raise LearnerError(f"There is no kind of text called {name!r}. Choose one of: {', '.join(template_names())}.")
    return tomllib.loads((TEMPLATES / f"{name}.toml").read_text(encoding="utf-8"))


def turns(template: dict, topic: str) -> list[tuple[str, str]]:
    """Who says what, up to where the answer begins: the system line, the examples, the topic."""
    said = [("system", template["system"])]
    voice = template.get("fields", {}).get("voice")
    for example in [one for one in template["example"] if one.get("voice") == voice] or template["example"]:
        said += [("user", asked(template, example)), ("assistant", example["text"])]
    return [(who, plain(text)) for who, text in [*said, ("user", asked(template, {**template.get("fields", {}), "topic": topic}))]]


def asked(template: dict, fields: dict) -> str:
    """What the model is asked: the template's `ask` with its fields filled in ("Topic: ..." where it has none)."""
    parts = re.split(r"\{(topic|before|voice)\}", template.get("ask", ASK))
    return "".join(fields.get(part, "") if number % 2 else part for number, part in enumerate(parts))


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
    """Text in which nothing is a control token: "<|im_end|>" typed by a person stays letters, since a space after "<" makes it another string."""
    return re.sub(r"<(?=[^\s<>][^<>]*>)", "< ", text)


def chat(template: dict, topic: str) -> str:
    """The examples and the topic in the ChatML format, ending where the answer begins."""
    return "".join(f"<|im_start|>{who}\n{text}<|im_end|>\n" for who, text in turns(template, topic)) + "<|im_start|>assistant\n"


def examples_end(template: dict) -> int:
    """How many characters of a chat are the same for every topic."""
    same = template.get("ask", ASK).partition("{")[0].rstrip()
    return chat(template, "").rindex("<|im_start|>user\n") + len("<|im_start|>user\n") + len(same)


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
            text = " ".join(re.split(r"(?<=[.!?])\s+|(?<=[.!?][\"'])\s+", text)[: template["sentences"]]) or text
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


def kept_words(source: str, text: str) -> float:
    """The share of the longer words (4 letters up) of a source that stand in a text too, by their first four letters."""
    wanted = {word[:4] for word in re.findall(r"[a-z]{4,}", source.lower())}
    return len(wanted & {word[:4] for word in re.findall(r"[a-z]{4,}", text.lower())}) / max(1, len(wanted))
