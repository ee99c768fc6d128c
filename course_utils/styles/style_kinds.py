"""The kinds of creation that have styles: what stands for a style of each, and its words."""

from __future__ import annotations

from dataclasses import dataclass, field

from course_utils.creation import LearnerError

__all__ = ["STYLE_KINDS", "style_kind"]


@dataclass(frozen=True)
class StyleKind:
    """How styles of one kind of creation are made and told."""

    noun: str
    alike: str  # what those that lie together on a map do alike
    directions: bool = False  # a style is directions of the model, which add up; else settings
    named_by: str = ""  # the setting that names one on a map; "" where it is seen
    only_made: bool = False  # what people brought in has no style of the model's
    of_one: dict = field(default_factory=dict)  # settings of one result that a like one lets go of

    @property
    def plural(self) -> str:
        return f"{self.noun}s"


STYLE_KINDS = {
    "image": StyleKind("picture", "look", directions=True, only_made=True),
    "words": StyleKind("text", "read", named_by="template"),
    "tune": StyleKind(
        "tune", "sound", named_by="kind_of_tune", of_one={"notes": "", "chord_line": ""}
    ),
}


def style_kind(kind: str) -> StyleKind:
    """The kind of that name.

    Raises:
        LearnerError: there is no map of this kind.
    """
    if kind not in STYLE_KINDS:
        raise LearnerError(
            f"There is a map of {', '.join(one.plural for one in STYLE_KINDS.values())}. Choose one"
            f" of: {', '.join(STYLE_KINDS)}."
        )
    return STYLE_KINDS[kind]
