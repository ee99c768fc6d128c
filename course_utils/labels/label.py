"""What a label says of a creation: how it came to be, by which model, by whose direction.

Source of the words: IPTC NewsCodes, scheme "digital source type"; the fields are those of the IPTC
Photo Metadata Standard (Extension).
"""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.creation import Creation

__all__ = [
    "COMPOSITE",
    "Label",
    "MADE_BY_MODEL",
    "MADE_BY_PERSON",
    "MADE_BY_RULES",
    "MADE_TOGETHER",
    "SCHEME",
    "label_of",
    "label_of_all",
    "source_type",
]

SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE_BY_MODEL = f"{SCHEME}trainedAlgorithmicMedia"
MADE_TOGETHER = f"{SCHEME}compositeWithTrainedAlgorithmicMedia"
MADE_BY_RULES = f"{SCHEME}algorithmicMedia"
COMPOSITE = f"{SCHEME}composite"  # several parts, each of which a model may have made or not
MADE_BY_PERSON = f"{SCHEME}digitalCreation"
NO_NAME = "a learner of a beginner's course; no name is given"
EMBEDDED = (b"data:image/", b"data:audio/")  # a page with results inside it
IN_WORDS = {
    MADE_BY_MODEL: "made by a trained AI model",
    MADE_TOGETHER: "made by a trained AI model together with a person's own work or other parts",
    MADE_BY_RULES: "computed by rules, without a trained AI model",
    COMPOSITE: "put together from parts, some of which a trained AI model may have made",
    MADE_BY_PERSON: "made by a person",
}


@dataclass(frozen=True)
class Label:
    """What stands in a file.

    Attributes:
        source: IPTC's address for how it came to be, one of the five above.
        system: the program and the model, "" where no model had a part in it.
        version: the model's, "" where it has none.
        credit: a sentence on who did what.
        by: who gave the words and chose.
    """

    source: str
    system: str
    version: str
    credit: str
    by: str

    @property
    def in_words(self) -> str:
        return IN_WORDS.get(self.source, "not one of the ways this course knows")


def source_type(creation: Creation) -> str:
    """IPTC's address for how a creation came to be."""
    declared, parent = creation.declared, creation.recipe.parent
    if creation.recipe.model in declared.brought:
        return MADE_TOGETHER if parent else MADE_BY_PERSON
    if declared.holds_results:
        shows = parent or any(sign in creation.content for sign in EMBEDDED)
        return MADE_TOGETHER if shows else MADE_BY_RULES
    if declared.made_by_rules:
        return COMPOSITE if parent else MADE_BY_RULES
    return MADE_TOGETHER if parent else MADE_BY_MODEL


def label_of_all(creations: list[Creation]) -> Label:
    """The label of a page that shows several creations."""
    sources = {source_type(one) for one in creations}
    ai = sources & {MADE_BY_MODEL, MADE_TOGETHER}
    return Label(
        source=MADE_TOGETHER if ai else COMPOSITE,
        system="course_utils" if ai else "",
        version="",
        credit=f"{'Made with AI: t' if ai else 'T'}his page shows several works; each has its own"
        " label.",
        by=NO_NAME,
    )


def label_of(creation: Creation, by: str = "") -> Label:
    """The label of a creation; `by`: the name of whoever directed it, where it shall be given."""
    source, model = source_type(creation), creation.recipe.model
    brought = model in creation.declared.brought
    named = model if model and not brought else ""
    made = {
        MADE_BY_MODEL: f"the AI model {named} made this {creation.declared.noun}",
        MADE_TOGETHER: (
            f"this {creation.declared.noun} holds work of AI models and of a person"
            if creation.declared.made_by_rules or brought
            else f"the AI model {named} made this {creation.declared.noun} from an earlier one"
        ),
        MADE_BY_RULES: f"rules of a program, not an AI model, made this {creation.declared.noun}",
        COMPOSITE: f"rules of a program made this {creation.declared.noun} from earlier results",
        MADE_BY_PERSON: f"this {creation.declared.noun} was {creation.declared.by_person}",
    }[source]
    ai = source in (MADE_BY_MODEL, MADE_TOGETHER)
    lead = "Made with AI: a person gave the words and chose; " if ai else ""
    sentence = f"{lead}{made}."
    return Label(
        source=source,
        system=(f"course_utils, model {named}" if named else "course_utils") if ai else "",
        version=creation.recipe.revision if ai and named else "",
        credit=sentence[0].upper() + sentence[1:],
        by=by or NO_NAME,
    )
