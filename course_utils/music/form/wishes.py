"""What the words of a prompt ask of a tune, as settings: the note model's own controls, the form,
a kind of music it was not taught, a band.
"""

from __future__ import annotations

import re

from course_utils.music.form import ornaments
from course_utils.music.form.kinds import KindOfMusic, kind_in_words, kind_named
from course_utils.music.form.words import BAND, BARS, METRE, band_said, form_said, impossible_length
from course_utils.music.prompt_reading import mood, understood
from course_utils.scores.length_and_speed import tempo_said

__all__ = ["FITTING", "NOBODY", "kind_of", "said_of_wishes", "used_words", "wishes"]

ALONE = re.compile(
    r"\b(?:without|no) (?:an? |the |any )?(?:band|drums?|backing|accompaniment)\b"
    r"|\b(?:unaccompanied|a cappella|one voice|melody only|just the melody|solo)\b"
)
NOBODY, FITTING = "none", "fitting"


def wishes(prompt: str) -> dict:
    """What a prompt says about a tune, as settings; only the words of small tables count."""
    found = {**form_said(prompt), **understood(prompt)}
    kind = kind_in_words(prompt)
    if kind is not None:
        found["kind_of_music"] = kind.name
        found.setdefault("bars", kind.bars)
        if "tempo" in found and not tempo_said(prompt):
            found["tempo"] = max(40, min(240, round(kind.tempo * mood(prompt)[1])))
    if band_said(prompt) or (kind is not None and kind.with_band):
        found["band"] = FITTING
    if ALONE.search(prompt.lower()):
        found.pop("band", None)
    if asked := ornaments.said_of(prompt):
        found["ornaments"] = asked
    return found


def used_words(prompt: str) -> set[str]:
    """The words of phrases that are followed only together, such as "with drums and bass"."""
    words = " ".join(prompt.lower().split())
    found = {word for part in BAND.finditer(words) for word in part[0].split()}
    if kind := kind_in_words(prompt):
        for name in (kind.name, *kind.also):
            found |= {*name.split()} if re.search(rf"\b{re.escape(name)}\b", words) else set()
    for part in (ALONE.search(words), METRE.search(words), *BARS.finditer(words)):
        if part:  # a length that cannot be has a sentence of its own
            found |= {*re.split(r"[ ,-]", part[0])}
    return found | ornaments.words_of(prompt)


def said_of_wishes(prompt: str, settings: dict) -> str:
    """Sentences about a kind that is not the model's own, and about a length that cannot be."""
    kind = kind_of(settings)
    return " ".join(filter(None, (kind.says if kind else "", impossible_length(prompt))))


def kind_of(settings: dict) -> KindOfMusic | None:
    """The kind outside the model's own that some settings name; None where they name none."""
    return kind_named(str(settings.get("kind_of_music") or ""))
