"""What a folder hands to learners: short names, each with its home and an example of its use.

`from course_utils import pictures` and then `pictures.make("a red heart")`. A folder declares its
names once, in its `__init__`; they are loaded when first used, so that importing stays fast. The
API page, the older flat names (`make_image`) and what Tab completes come from that table.
"""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from course_utils.languages.translating import translate

__all__ = ["SUBJECTS", "Name", "Names", "flat_names", "folder_of", "handed_on", "subject"]

# what learners import, in the order of the lessons
SUBJECTS = (
    *("pictures", "words", "tunes", "sounds", "layouts", "taste", "tailoring", "styles"),
    *("teaching", "provenance", "fairness", "machines", "classroom", "apps"),
    *("books", "work", "lessons"),
)
# what learners call a folder whose name is a field's term
FOLDERS = {"tunes": "music", "teaching": "finetune", "apps": "web", "work": "notebook"}


class NotThere(AttributeError):
    """A name that a subject does not have; a notebook shows the sentence alone."""

    def _render_traceback_(self) -> list[str]:
        return [translate(str(self))]


class Name(NamedTuple):
    """A public name of a folder: where it is defined, "calls.make_image", and a line to copy."""

    home: str
    example: str

    @property
    def place(self) -> str:
        """The module inside its folder."""
        return self.home.rpartition(".")[0]

    @property
    def own(self) -> str:
        """The name it is defined under, which `from course_utils import` still finds."""
        return self.home.rpartition(".")[2]


class Names(dict[str, Name]):
    """The table of a folder, and the kind whose model its learners will soon want."""

    def __init__(self, names: Mapping[str, tuple[str, str]], model: str | None) -> None:
        super().__init__({name: Name(*declared) for name, declared in names.items()})
        self.model = model
        self.own = {declared.own: declared for declared in self.values()}

    def begin_model(self) -> None:
        """Bring that model into memory while the learner still reads; only in a notebook."""
        if self.model is not None and "ipykernel" in sys.modules:
            import_module("course_utils.notebook.preloading").begin(self.model)


def handed_on(
    package: str, names: Mapping[str, tuple[str, str]], model: str | None = None
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]], Names]:
    """`__all__`, `__getattr__`, `__dir__` and the table of a folder.

    Args:
        package: the folder's module, "course_utils.pictures".
        names: public name -> (home inside the folder, example).
        model: the kind whose model begins to load when a name is first used.
    """
    table = Names(names, model)

    def find(name: str) -> Any:
        declared = table.get(name) or table.own.get(name)
        if declared is None:
            raise NotThere(nothing_called(package, name, table))
        table.begin_model()
        found = getattr(import_module(f"{package}.{declared.place}"), declared.own)
        if isinstance(found, FunctionType):
            spoken = declared.example.partition("(")[0] if name in table else name
            found = presented(found, spoken, declared.example)
        if name in table:
            setattr(sys.modules[package], name, found)
        return found

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *table})

    return [*table], find, listed, table


def nothing_called(package: str, name: str, table: Names) -> str:
    """The sentence for a name that is not there, with the nearest that is."""
    folder = package.rpartition(".")[2]
    subject = next((word for word, place in FOLDERS.items() if place == folder), folder)
    near = difflib.get_close_matches(name, table, 1, 0.5)
    if near:
        return f"“{subject}” has nothing called “{name}”. Did you mean {subject}.{near[0]}?"
    return (
        f"“{subject}” has nothing called “{name}”. Write help({subject}), or {subject}. and press"
        " Tab, to see what it has."
    )


@cache
def presented(function: FunctionType, spoken: str, example: str) -> Callable:
    """A call as learners see it: a mistake ends in a sentence, and help() shows an example."""
    from course_utils.friendly_errors import explained

    told = explained(function, spoken)
    told.__doc__ = f"{inspect.getdoc(function) or ''}\n\nExample: {example}"
    return told


def folder_of(name: str) -> str:
    """The module behind a learner's word: "tunes" is course_utils.music."""
    return f"course_utils.{FOLDERS.get(name, name)}"


def subject(name: str) -> ModuleType:
    """A subject as learners import it; its model begins to load."""
    found = import_module(folder_of(name))
    found.NAMES.begin_model()
    return found


@cache
def flat_names() -> dict[str, str]:
    """Every name as it is defined ("make_image") and the module of its subject."""
    return {
        one.own: folder_of(name)
        for name in SUBJECTS
        for one in import_module(folder_of(name)).NAMES.values()
    }
