"""The signs with which other picture programs steer a prompt: here they are taken off, and said.

The small model reads plain words; what each sign wants has a setting of its own here.
"""

from __future__ import annotations

import re

__all__ = ["grammar_words", "plain_prompt"]

SIGNS = (  # pattern, what is read in its place, what to use instead
    (
        re.compile(r"\s--(?:no)\s+((?:(?!--).)+)", re.I),
        "",
        "leave_out for what must not be there",
    ),
    (
        re.compile(
            r"\s--(?:ar|aspect|v|version|s|stylize|q|quality|seed|style|niji|c|chaos|iw|tile|w|h"
            r"|steps?|cfg)\b(?:\s+[\w.:/-]+)?",
            re.I,
        ),
        "",
        'the settings by name, such as seed=7 or style="flat"; every picture is a square',
    ),
    (re.compile(r"__[\w/-]+__"), "", 'a list of your own: pictures.make(f"a {thing}")'),
    (
        re.compile(r"\{([^{}|]*)\|[^{}]*\}"),
        r"\1",
        "second and second_share for two things in one picture",
    ),
    (
        re.compile(r"[(\[]+([^()\[\]:]+?)\s*:\s*[\d.]+\s*[)\]]+"),
        r"\1",
        "guidance to follow the words more closely",
    ),
    (re.compile(r"(?<=\w)(\s*::\s*-?[\d.]*)"), ",", "second_share for how much of each"),
    (
        re.compile(r"\(\(+([^()]+)\)\)+|\[\[+([^\[\]]+)\]\]+"),
        r"\1\2",
        "guidance to follow the words",
    ),
    (re.compile(r"\b(?:BREAK|AND)\b"), ",", "second for other words mixed in"),
)


def read(prompt: str) -> tuple[str, dict[str, str]]:
    """The prompt in plain words, and the signs found in it, each with what to use instead."""
    found: dict[str, str] = {}
    for pattern, plain, instead in SIGNS:
        for sign in pattern.finditer(prompt):
            found[sign[0].strip()] = instead
        prompt = pattern.sub(plain, prompt)
    if not found:
        return prompt, {}
    prompt = re.sub(r"\s*(?:,\s*)+", ", ", re.sub(r"\s+", " ", prompt)).strip(" ,")
    return prompt, found


def plain_prompt(prompt: str) -> str:
    """The prompt without the signs; as it is where it has none, or is nothing but signs."""
    return read(prompt)[0] or prompt


def grammar_words(prompt: str) -> str:
    """One kind sentence about the signs in a prompt, "" where there are none."""
    plain, found = read(prompt)
    if not found:
        return ""
    signs = ", ".join(f"“{sign}”" for sign in list(found)[:4])
    instead = "; ".join(dict.fromkeys(found.values()))
    return (
        f"This model reads plain words, so {signs} did nothing: it read “{plain}”. Use instead:"
        f" {instead}."
    )
