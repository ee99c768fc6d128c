"""Words under notes: one syllable for each note of the part that sings."""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.creation import Creation
from course_utils.scores.score import Score

__all__ = ["Lyric", "VOICE", "as_text", "kept", "lyrics_of"]

VOICE = "voice"  # the name of the part that sings
GOES_ON = "-"  # at the end of a syllable whose word goes on


@dataclass(frozen=True)
class Lyric:
    """A syllable and the moment it is sung, in quarter notes; `place` is MusicXML's word for where
    in its word it stands (single, begin, middle, end).
    """

    start: float
    text: str
    place: str


def kept(syllables: list[tuple[str, bool]]) -> str:
    """Syllables as a recipe keeps them: spaces between, a hyphen where the word goes on."""
    return " ".join(text + GOES_ON * goes_on for text, goes_on in syllables)


def lyrics_of(creation: Creation, score: Score) -> tuple[Lyric, ...]:
    """The words of a tune that is sung; () of any other."""
    sung = str(creation.recipe.settings.get("sung") or "").split()
    part = next((n for n, one in enumerate(score.parts) if one.name == VOICE), None)
    if not sung or part is None:
        return ()
    starts = sorted(note.start for note in score.notes if note.part == part)
    found, goes_on = [], False
    for start, word in zip(starts, sung):
        begun, goes_on = goes_on, word.endswith(GOES_ON) and len(word) > 1
        place = {(False, False): "single", (False, True): "begin", (True, True): "middle"}
        text = word.removesuffix(GOES_ON) if goes_on else word
        found.append(Lyric(start, text, place.get((begun, goes_on), "end")))
    return tuple(found)


def as_text(sung: str) -> str:
    """The words of `kept` as they are read."""
    return sung.replace(f"{GOES_ON} ", "")
