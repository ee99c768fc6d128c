"""Words set under a tune: one note a syllable, stressed syllables on strong and long notes, lines
with the phrases. A choir sings them on a vowel; the words stand in the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from course_utils.creation import LearnerError
from course_utils.music.form.dynamics import stress
from course_utils.music.prompt_reading import INSTRUMENTS
from course_utils.music.tokens import Tune
from course_utils.safety.prompts import check_prompt
from course_utils.scores.lyrics import VOICE, kept
from course_utils.scores.score import Note, Part, Score
from course_utils.words.syllables import Syllable, is_cut_by_word, sung_lines

__all__ = ["bars_for", "checked_lyrics", "phrases_for", "said_of_words", "set_words", "sung_score"]

LONGEST_LYRICS = 1_500  # characters
CHOIR = INSTRUMENTS["choir"]
SINGABLE = (57, 77)  # where the middle of a sung melody lies
FIT, LONG, GAP, ENDS = 1.0, 0.5, 0.25, 3.0  # what a good place is worth
PLAYED_SOFTER = 0.72  # how loud the instrument is beside the voice
BY_WORD = (
    "Nothing here tells where words of that script are cut, so each is sung on one note; write them"
    " in syllables with hyphens to have more."
)
Segment = list[int]  # the numbers of some notes


@dataclass(frozen=True)
class Set:
    """Words under a tune: the note of each syllable, and what found no note."""

    notes: tuple[int, ...]
    syllables: tuple[Syllable, ...]
    unsung: str = ""

    @property
    def kept(self) -> str:
        """The syllables as a recipe keeps them."""
        return kept([(one.text, one.goes_on) for one in self.syllables])


def checked_lyrics(text: str) -> str:
    """Words to be sung, line by line.

    Raises:
        LearnerError: too long, web code, a word on the filter list, or nothing to sing.
    """
    if len(text) > LONGEST_LYRICS:
        raise LearnerError(
            f"These words have {len(text):,} characters and the limit is {LONGEST_LYRICS:,}. Take a"
            " verse or two of them."
        )
    lines = [
        check_prompt(line, longest=LONGEST_LYRICS, any_script=True)
        for line in text.splitlines()
        if line.strip()
    ]
    if not sung_lines("\n".join(lines)):
        raise LearnerError(
            "There are no words to sing in that. Type a line or two, then try again."
        )
    return "\n".join(lines)


def set_words(tune: Tune, text: str, spans: list[tuple[str, int]]) -> Set:
    """The words of a text under the notes of a tune.

    Args:
        spans: the phrases of the tune with their bars; [] where nothing tells.
    """
    lines = sung_lines(text)
    notes = [
        (number, clock, note.length, number_of_bar)
        for number, (clock, note, number_of_bar) in enumerate(sounding(tune))
    ]
    room = len(notes)
    fitting: list[list[Syllable]] = []
    for line in lines:
        fitting.append(line[: room - sum(map(len, fitting))])
    left = [one for line, took in zip(lines, fitting) for one in line[len(took) :]]
    fitting = [line for line in fitting if line]
    segments = segments_for(fitting, [bar for *_, bar in notes], spans, len(tune.bars))
    chosen: list[int] = []
    for line, segment in zip(fitting, segments):
        weights = [(stress(notes[n][1], tune.metre), notes[n][2]) for n in segment]
        chosen += [segment[place] for place in best_places(line, weights)]
    words = "".join(one.text + " " * (not one.goes_on) for one in left).strip()
    return Set(tuple(chosen), tuple(one for line in fitting for one in line), words)


def sounding(tune: Tune):
    """Place in its bar, note and bar of every note that sounds."""
    for number, bar in enumerate(tune.bars):
        clock = 0
        for note in bar:
            if note.semitones is not None:
                yield clock, note, number
            clock += note.length


def segments_for(
    lines: list[list[Syllable]], bars: list[int], spans: list[tuple[str, int]], count: int
) -> list[Segment]:
    """The notes for each line: whole phrases where there are as many, else equal shares of the
    bars; where a line has more syllables than its share has notes, all notes in order.
    """
    edges = [0]
    for _, size in spans or []:
        edges.append(edges[-1] + size)
    if len(edges) - 1 < len(lines) or edges[-1] != count:
        edges = list(range(count + 1))
    phrases = len(edges) - 1
    found: list[Segment] = []
    for number in range(len(lines)):
        first = edges[round(number * phrases / len(lines))]
        last = edges[round((number + 1) * phrases / len(lines))]
        found.append([n for n, bar in enumerate(bars) if first <= bar < last])
    if all(len(line) <= len(segment) for line, segment in zip(lines, found)):
        return found
    return shared_out(lines, len(bars))


def shared_out(lines: list[list[Syllable]], notes: int) -> list[Segment]:
    """All notes in order, shared out by the number of syllables."""
    total = sum(map(len, lines))
    edges, done = [0], 0
    for line in lines:
        done += len(line)
        least = edges[-1] + len(line)
        edges.append(max(least, min(notes - (total - done), round(notes * done / total))))
    return [list(range(a, b)) for a, b in zip(edges, edges[1:])]


def best_places(line: list[Syllable], weights: list[tuple[int, int]]) -> list[int]:
    """Which notes a line takes, in order: those that suit its stresses, without long gaps, the
    last syllable on the last note.

    Args:
        weights: for each note how strong its beat is, and its length.
    """
    count, notes = len(line), len(weights)
    free = notes - count
    best: list[dict[int, tuple[float, int]]] = [{} for _ in range(count)]
    for number, syllable in enumerate(line):
        for place in range(number, number + free + 1):
            beat, length = weights[place]
            worth = FIT * (syllable.stress - 0.8) * (beat / 6)
            worth += LONG * min(length, 24) / 12 * (0.4 + syllable.stress / 2)
            worth += ENDS * (number == count - 1 and place == notes - 1)
            if number == 0:
                best[0][place] = (worth - GAP * place, -1)
                continue
            before = max(
                (score - GAP * (place - at - 1), at)
                for at, (score, _) in best[number - 1].items()
                if at < place
            )
            best[number][place] = (worth + before[0], before[1])
    place = max(best[-1], key=lambda at: best[-1][at][0])
    chosen = []
    for number in range(count - 1, -1, -1):
        chosen.append(place)
        place = best[number][place][1]
    return chosen[::-1]


def sung_score(played: Score, words: Set) -> Score:
    """The tune with a voice before it that has one note for each syllable, held to the next one in
    its phrase where the notes between are not sung.

    Args:
        played: the tune as it is, of one voice or with a band.
    """
    names = [part.name for part in played.parts]
    melody = sorted(
        (n for n in played.notes if not names or names[n.part] == "tune"), key=lambda n: n.start
    )
    by = octaves([melody[n].pitch for n in words.notes])
    voice = []
    for number, place in enumerate(words.notes):
        note = melody[place]
        following = words.notes[number + 1] if number + 1 < len(words.notes) else None
        length = note.length
        if following is not None and following > place + 1:
            reach = min(melody[following].start, note.start + played.bar_length)
            end = max(
                (one.start + one.length for one in melody[place:following] if one.start < reach),
                default=note.start + length,
            )
            length = max(length, min(end, reach) - note.start)
        voice.append(Note(note.start, length, note.pitch + by, 96, 0))
    parts = played.parts or (Part("tune", played.program),)
    rest = [
        replace(note, part=note.part + 1, velocity=max(1, round(note.velocity * PLAYED_SOFTER)))
        for note in played.notes
    ]
    notes = tuple(sorted([*voice, *rest], key=lambda n: (n.start, n.part, n.pitch)))
    return replace(played, notes=notes, parts=(Part(VOICE, CHOIR), *parts), program=CHOIR)


def bars_for(text: str, bars: int) -> int:
    """How many bars words need: about three syllables a bar, and for each line 2, 4 or 8 bars."""
    lines = sung_lines(text)
    needed = -(-sum(map(len, lines)) // (3 * len(lines)))
    each = next((size for size in (2, 4, 8) if size >= needed), needed)
    return min(64, max(bars, each * len(lines)))


def phrases_for(text: str, bars: int) -> int:
    """How many phrases of equal length a text asks for, one a line; 0 where they do not go into
    the bars.
    """
    lines = len(sung_lines(text))
    return lines if 2 <= lines <= 8 and bars % lines == 0 else 0


def octaves(pitches: list[int]) -> int:
    """By how many semitones a melody is moved to be sung."""
    middle = sum(pitches) / max(1, len(pitches))
    by = 0
    while middle + by > SINGABLE[1] - 3:
        by -= 12
    while middle + by < SINGABLE[0] + 3:
        by += 12
    return by


def said_of_words(settings: dict) -> str:
    """Sentences about words that found no note, and about words that could not be cut."""
    told = []
    if unsung := str(settings.get("unsung") or ""):
        told.append(
            "The tune has fewer notes than your words have syllables, so this is not sung:"
            f" “{unsung[:120]}”. Ask for more bars to have it sung."
        )
    if is_cut_by_word(str(settings.get("lyrics") or "")):
        told.append(BY_WORD)
    return " ".join(told)
