"""Texts, as a kind of creation."""

from __future__ import annotations

from course_utils.kinds import CreationKind

__all__ = []

HERE = "course_utils.words"
PERSON = (
    "A person wrote this text, or wrote on it, so no model can make it again. "
    "Try the file of the text it came from."
)
KINDS = (
    CreationKind(
        name="words",
        noun="text",
        suffix=".md",
        media_type="text/plain",
        files=f"{HERE}.markdown",
        thumbnail=f"{HERE}.markdown:thumbnail",
        figure=f"{HERE}.markdown:figure",
        describe=f"{HERE}.markdown:describe",
        in_full=f"{HERE}.markdown:itself",
        engine=f"{HERE}.engine:WordsEngine",
        settings=f"{HERE}.settings:WordsSettings",
        panel=f"{HERE}.panel:words",
        studio=f"{HERE}.studio:WordsStudio",
        can_be_taught=True,
        brought={"own words": PERSON},
        by_person="written by a person, perhaps on a machine's text",
        record="drawn up by the model {model} from the words “{words}”, seed {seed}",
    ),
)
