"""What the words of a prompt ask of a tune, as settings: the note model's own controls, the form,
a kind of music it was not taught, a band.
"""

from __future__ import annotations

import re
from collections.abc import Container

from course_utils.music.form import ornaments
from course_utils.music.form.kinds import KindOfMusic, kind_in_words, kind_named
from course_utils.music.form.words import BAND, BARS, METRE, band_said, form_said, impossible_length
from course_utils.music.prompt_reading import mood, understood
from course_utils.scores.length_and_speed import tempo_said

__all__ = ["ALONE", "FITTING", "NOBODY", "kind_of", "said_of_wishes", "used_words", "wishes"]

WITHOUT = re.compile(
    r"\b(?:without|no) (?:an? |the |any )?(?:band|drums?|backing|accompaniment)\b"
    r"|\b(?:unaccompanied|a cappella|one voice|melody only|just the melody|solo)\b"
)
NOBODY, FITTING = "none", "fitting"
ALONE = "alone"  # beside settings that words are followed in: that nobody plays along


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
    if WITHOUT.search(prompt.lower()):
        found.pop("band", None)
    if asked := ornaments.said_of(prompt):
        found["ornaments"] = asked
    return found


def used_words(prompt: str, followed: Container[str]) -> set[str]:
    """The words of phrases that are followed only together, such as "with drums and bass".

    Args:
        followed: the settings in which the words are followed, as nothing says otherwise; and
            `ALONE`.
    """
    words = " ".join(prompt.lower().split())
    found: set[str] = set()
    if "band" in followed:
        found |= {word for part in BAND.finditer(words) for word in part[0].split()}
    kind = kind_in_words(prompt) if "kind_of_music" in followed else None
    for name in (kind.name, *kind.also) if kind else ():
        found |= {*name.split()} if re.search(rf"\b{re.escape(name)}\b", words) else set()
    parts = [WITHOUT.search(words)] if ALONE in followed else []
    parts += [METRE.search(words)] if "metre" in followed else []
    if "bars" in followed or impossible_length(prompt):  # which has a sentence of its own
        parts += BARS.finditer(words)
    for part in filter(None, parts):
        found |= {*re.split(r"[ ,-]", part[0])}
    return found | (ornaments.words_of(prompt) if "ornaments" in followed else set())


def said_of_wishes(prompt: str, settings: dict) -> str:
    """Sentences about a kind that is not the model's own, and about a length that cannot be."""
    kind = kind_of(settings)
    return " ".join(filter(None, (kind.says if kind else "", impossible_length(prompt))))


def kind_of(settings: dict) -> KindOfMusic | None:
    """The kind outside the model's own that some settings name; None where they name none."""
    return kind_named(str(settings.get("kind_of_music") or ""))
