"""What a notebook shows under its cells: results of the course in the language spoken now."""

from __future__ import annotations

import sys
from typing import Any

from course_utils.languages.chosen import ENGLISH, current
from course_utils.languages.markup import translate_html
from course_utils.languages.translating import translate

__all__ = ["watch"]

OURS = "course_utils."


def watch() -> None:
    """From now on what IPython shows of the course's own objects passes through here."""
    ask = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = ask() if ask is not None else None
    formatter = getattr(shell, "display_formatter", None)
    if formatter is None or hasattr(formatter, "course_format"):
        return
    formatter.course_format = usual = formatter.format

    def in_language(thing: Any, *given: Any, **named: Any) -> Any:
        shown = usual(thing, *given, **named)
        if current() == ENGLISH or not type(thing).__module__.startswith(OURS):
            return shown
        bundle, more = shown
        changed = {}
        if isinstance(bundle.get("text/html"), str):
            changed["text/html"] = translate_html(bundle["text/html"])
        if isinstance(bundle.get("text/plain"), str):
            changed["text/plain"] = translate(bundle["text/plain"])
        return {**bundle, **changed}, more

    formatter.format = in_language
