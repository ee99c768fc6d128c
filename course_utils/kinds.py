"""The kinds of creation: one line each, said in the folder of the kind and nowhere else.

A folder's `kind.py` holds `KINDS`. What stands there as "module:name" is imported when it is first
used, so that asking what kinds there are loads nothing heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any, Literal

__all__ = ["CreationKind", "all_kinds", "in_rooms", "kind_named", "names"]

HOMES = ("pictures", "words", "music", "sounds", "layouts", "display")  # in the order of the tabs


@dataclass(frozen=True)
class CreationKind:
    """One kind of creation. Every face, the portfolio and the room read it from here."""

    name: str  # in recipes and file names, never changed
    noun: str  # what a learner calls one
    suffix: str  # of its file
    media_type: str
    files: str  # module with pack(creation) and unpack(data)
    thumbnail: str  # function of a creation and how it begins its name: HTML in little
    figure: str  # function of a creation, its width and how it begins its name: HTML
    describe: str  # function of a creation: a sentence for those who cannot see or hear it
    in_full: str = ""  # the same where it is not shown at all; a text is itself
    engine: str = ""  # makes a new one; "" where people make this kind
    # function of what a person hands over, and of whether this kind was asked for: a creation,
    # or None where it is no such thing
    bring: str = ""
    settings: str = ""  # its Settings
    panel: str = ""  # makes its StudioSpec
    studio: str = ""  # the widget of a notebook
    ingredients: str = ""  # function of a recipe and of `find`: what it began from
    # the engine's arguments that are creations, and whether there is one of each or several
    begins_from: Mapping[str, Literal["one", "several"]] = field(default_factory=dict)
    other_files: Mapping[str, str] = field(default_factory=dict)  # more suffixes and their modules
    prompt: Literal["words", "any script", "chords"] = "words"  # how its prompt is checked
    looks: Literal["picture", "text", "wide"] = "text"  # how a small one is shown
    made_by_rules: bool = False  # of a program, not by a trained model
    holds_results: bool = False  # of others inside it, such as a page with pictures
    audible: bool = False
    plays_notes: bool = False  # its file holds notes, and its sound is written beside it
    can_be_taught: bool = False  # a model of one's own can make it
    names_model: bool = False  # its recipe may name the model of the catalogue that makes it
    draws_together: bool = False  # several orders at once, on a graphics card where there is one
    in_room: bool = True  # worth the way to a room's computer, where one is joined
    brought: Mapping[str, str] = field(default_factory=dict)  # by people: model name, why no model
    record: str = ""  # how it came about, for the record of who did what
    by_person: str = "brought in by a person"  # the same, of what people brought

    def load(self, part: str) -> Any:
        """What a field such as "engine" names, imported; None where the kind has none.

        Raises:
            ImportError: a library it needs is not installed.
        """
        where = getattr(self, part)
        if not where:
            return None
        module, _, name = where.partition(":")
        found = import_module(module)
        return getattr(found, name) if name else found

    @property
    def made_in_room(self) -> bool:
        """Whether a room's computer makes it."""
        return bool(self.engine) and self.in_room

    @property
    def plural(self) -> str:
        return f"{self.noun}s"

    def has_setting(self, name: str) -> bool:
        """Whether its recipes know a setting of that name."""
        settings = self.load("settings")
        return settings is not None and name in settings.model_fields

    def module_for(self, suffix: str) -> Any:
        """The module that writes and reads this kind as a file with that suffix.

        Raises:
            KeyError: it has no such file.
        """
        return import_module(self.files if suffix == self.suffix else self.other_files[suffix])


class _Kinds:
    """The table of kinds, read from the folders when it is first asked."""

    @cached_property
    def table(self) -> dict[str, CreationKind]:
        found = (
            kind for home in HOMES for kind in import_module(f"course_utils.{home}.kind").KINDS
        )
        return {kind.name: kind for kind in found}


_KINDS = _Kinds()


def register(kind: CreationKind) -> None:
    """Add a kind from outside the course; it then has every face that its declaration gives it."""
    _KINDS.table[kind.name] = kind


def forget(name: str) -> None:
    """Take a registered kind out again."""
    _KINDS.table.pop(name, None)


def all_kinds() -> tuple[CreationKind, ...]:
    """Every kind, in the order in which they are shown."""
    return tuple(_KINDS.table.values())


def kind_named(name: str) -> CreationKind:
    """The kind of that name.

    Raises:
        KeyError: there is none.
    """
    return _KINDS.table[name]


def names(where: Callable[[CreationKind], Any] = lambda kind: True) -> tuple[str, ...]:
    """The names of the kinds for which `where` holds."""
    return tuple(kind.name for kind in all_kinds() if where(kind))


def in_rooms() -> tuple[str, ...]:
    """The names of what a room's computer makes."""
    return names(lambda kind: kind.made_in_room)
