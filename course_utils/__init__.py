"""A beginner's course in making pictures, words and music with a machine.

    from course_utils import pictures, words, tunes, sounds, layouts
    pictures.make("a red heart")

Each subject declares its names in its folder's `__init__`; docs/api.md lists them. They are loaded
when first used, so that `import course_utils` stays fast. The names under which things are defined
(`make_image`, `WordsStudio` ...) are found here too.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from course_utils.public import SUBJECTS, flat_names, subject

__version__ = "0.2.0"

_HOMES = {
    "Recipe": "creation",
    "Creation": "creation",
    "Portfolio": "portfolio.store",
    "big_tools": "models.big_tools",
}
_OLDER = {"join_on_a_card": "make_card"}  # in older copies of the lessons
__all__ = [
    *SUBJECTS,
    *_HOMES,
    *("make_image", "make_words", "make_tune", "make_card", "download_all"),
    *("ImageStudio", "WordsStudio", "TuneStudio", "predict", "check", "progress"),
]


def __getattr__(name: str) -> Any:
    if name in SUBJECTS:
        return subject(name)
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    name = _OLDER.get(name, name)
    if not name.startswith("_") and name in flat_names():
        return import_module(flat_names()[name]).__getattr__(name)
    raise AttributeError(f"course_utils has no {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


if "IPython" in sys.modules:  # in a notebook: a missing name gets a sentence, in one's language
    from course_utils.languages import shown
    from course_utils.notebook import missing_names, pictures_with_words

    missing_names.watch()
    pictures_with_words.watch()
    shown.watch()
