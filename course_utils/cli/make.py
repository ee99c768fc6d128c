"""`course make`: every kind that has an engine, its settings as options."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from course_utils.creation import Setting
from course_utils.kinds import CreationKind, all_kinds, kind_named, names

__all__ = ["add_settings", "kind_asked", "makeable", "settings_given"]


def makeable() -> tuple[str, ...]:
    """The kinds that a word on the command line can ask for."""
    return names(lambda kind: bool(kind.engine))


def kind_asked(arguments: Sequence[str]) -> CreationKind | None:
    """The kind that `course make KIND` names; its options are read for it alone."""
    if len(arguments) > 1 and arguments[0] == "make" and arguments[1] in makeable():
        return kind_named(arguments[1])
    return None


def add_settings(command: argparse.ArgumentParser, kind: CreationKind | None) -> None:
    """The settings of a kind as options, with their ranges, choices and sentences of help."""
    settings = kind.load("settings") if kind is not None else None
    if kind is None or settings is None:
        command.epilog = "Settings: course make KIND --help, where KIND is one of: " + ", ".join(
            one.name for one in all_kinds() if one.settings
        )
        return
    from course_utils.settings import in_words

    group = command.add_argument_group(f"settings of a {kind.noun}")
    for name, field in settings.shown().items():
        how = (
            {"action": argparse.BooleanOptionalAction}
            if field.annotation is bool
            else {"type": field.annotation, "metavar": name.upper()}
        )
        group.add_argument(
            f"--{name.replace('_', '-')}",
            dest=f"set_{name}",
            default=argparse.SUPPRESS,
            help=in_words(field).replace("%", "%%"),
            **how,
        )


def settings_given(options: argparse.Namespace) -> dict[str, Setting]:
    """The settings that were given on the command line."""
    return {
        name.removeprefix("set_"): value
        for name, value in vars(options).items()
        if name.startswith("set_")
    }
