"""Changing the notes of a tune by hand: one note moved, made longer, raised, taken out or put in;
and the result as a tune of one's own.
"""

from __future__ import annotations

from dataclasses import replace

from course_utils.creation import Creation, HumanEdit, LearnerError, Setting
from course_utils.scores.chords.symbols import line_of
from course_utils.scores.description import note_name
from course_utils.scores.lyrics import VOICE
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.score import BROUGHT_TUNE, Note, Score

__all__ = [
    "HIGHEST",
    "LAST",
    "LONGEST",
    "LOWEST",
    "at",
    "changed",
    "edited",
    "edited_on",
    "not_kept",
    "played",
    "told",
    "transposed",
    "with_note",
    "with_text",
    "without",
]

LOWEST, HIGHEST = 21, 108  # the keys of a piano
SHORTEST, LONGEST = 1 / 12, 16.0  # quarter notes
LAST = 1000.0  # quarter notes from the start
MOST_NOTES = 3000


def changed(
    score: Score, place: int, *, later: float = 0.0, up: int = 0, longer: float = 0.0
) -> tuple[Score, int]:
    """One note (counted from 0 in the order of the notes) moved in time or height, or made longer;
    and its place afterwards.

    Args:
        later: quarter notes; below 0 earlier.
        up: semitones; below 0 down.
        longer: quarter notes; below 0 shorter.

    Raises:
        LearnerError: no such note, or it would leave the piano or the tune.
    """
    note = at(score, place)
    new = replace(
        note,
        start=round(note.start + later, 6),
        pitch=note.pitch + up,
        length=round(note.length + longer, 6),
    )
    if new.start < 0 or new.start > LAST:
        raise LearnerError(
            "It cannot start there: that is before the beginning or too far on. Choose another"
            " place."
        )
    if not LOWEST <= new.pitch <= HIGHEST:
        raise LearnerError("It cannot go further: that is beyond the keys of a piano.")
    if not SHORTEST - 1e-6 <= new.length <= LONGEST:
        raise LearnerError(
            f"A note lasts from a twelfth of a beat to {LONGEST:.0f} beats. Choose a length"
            " between."
        )
    return _with(score, [*score.notes[:place], *score.notes[place + 1 :], new], new)


def without(score: Score, place: int) -> tuple[Score, int]:
    """The score without one note, and the place of the note before it.

    Raises:
        LearnerError: no such note, or it is the only one.
    """
    at(score, place)
    if len(score.notes) == 1:
        raise LearnerError(
            "A tune needs at least one note. Put another one in first, then take this one out."
        )
    return replace(score, notes=(*score.notes[:place], *score.notes[place + 1 :])), max(
        0, place - 1
    )


def with_note(
    score: Score, start: float, length: float, pitch: int, part: int = 0
) -> tuple[Score, int]:
    """The score with one more note, and its place.

    Raises:
        LearnerError: outside the piano, or there are too many notes already.
    """
    if len(score.notes) >= MOST_NOTES:
        raise LearnerError(f"A tune here has at most {MOST_NOTES:,} notes. Take one out first.")
    new = Note(round(start, 6), round(length, 6), pitch, 84, part)
    placed, place = _with(score, [*score.notes, new], new)
    return changed(placed, place)  # the same checks as for a note that is moved


def transposed(score: Score, up: int) -> Score:
    """All notes higher or lower; drums stay. The key goes with them.

    Raises:
        LearnerError: some note would leave the piano.
    """
    from course_utils.scores.key_detection import MINOR_NAMES, NAMES
    from course_utils.scores.musicxml import key_fifths

    drums = {number for number, part in enumerate(score.parts) if part.drums}
    notes = tuple(
        note if note.part in drums else replace(note, pitch=note.pitch + up) for note in score.notes
    )
    if any(note.part not in drums and not LOWEST <= note.pitch <= HIGHEST for note in notes):
        raise LearnerError(
            "That would take some notes beyond the keys of a piano. Move the tune by less."
        )
    fifths, mode = key_fifths(score.key)
    home = (fifths * 7 + (9 if mode == "minor" else 0) + up) % 12
    return replace(score, notes=notes, key=(MINOR_NAMES if mode == "minor" else NAMES)[home])


def at(score: Score, place: int) -> Note:
    """A note by its place.

    Raises:
        LearnerError: there is none.
    """
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < len(score.notes):
        raise LearnerError(
            f"There is no such note: this tune has notes 1 to {len(score.notes)}. Choose one of"
            " these."
        )
    return score.notes[place]


def told(score: Score, place: int) -> str:
    """A note in words, such as "3. bar 1, beat 2.5: C 4, 1 beat"."""
    note = at(score, place)
    bar, inside = divmod(note.start + 1e-6, score.bar_length)
    name = (
        f"drum {note.pitch}"
        if score.parts and score.parts[note.part].drums
        else note_name(note.pitch)
    )
    player = f", {score.parts[note.part].name}" if len(score.parts) > 1 else ""
    player += ", a grace note" * note.grace
    return (
        f"{place + 1}. bar {int(bar) + 1}, beat {inside + 1:.4g}: {name}, {note.length:.4g}"
        f" beat{'s' * (abs(note.length - 1) > 1e-6)}{player}"
    )


def edited(creation: Creation, score: Score, what: str) -> Creation:
    """A changed score as a tune of one's own that came from another one; of what else its recipe
    said there is what is still true of it (see `not_kept`).
    """
    from course_utils.scores.general_midi import NAMES

    was = creation.recipe.settings
    settings = beside(creation, score)
    settings |= {"kind_of_tune": was["kind_of_tune"]} if "kind_of_tune" in was else {}
    if was.get("instrument") == NAMES[score.program % 128]:
        settings["instrument"] = was["instrument"]
    if was.get("tempo") == round(score.tempo):
        settings["tempo"] = was["tempo"]
    recipe = creation.recipe.model_copy(
        update={
            "settings": settings,
            "model": BROUGHT_TUNE,
            "revision": "",
            "parent": creation.id,
            "kind": "tune",
        }
    )
    return Creation(recipe=recipe, content=write_midi(score), edits=[HumanEdit(what=what)])


def edited_on(creation: Creation, score: Score, what: str) -> Creation:
    """A tune of one's own after one more change: the same creation with other notes."""
    others = {n: v for n, v in creation.recipe.settings.items() if n not in ("sung", "chord_line")}
    recipe = creation.recipe.model_copy(update={"settings": others | beside(creation, score)})
    edits = [*creation.edits, HumanEdit(what=what)][-500:]
    changes = {"recipe": recipe, "content": write_midi(score), "edits": edits}
    return creation.model_copy(update=changes)


def beside(creation: Creation, score: Score) -> dict[str, Setting]:
    """The words sung to a tune, as long as each has its note, and the names of its chords, as long
    as it is not moved to another key.
    """
    was, before = creation.recipe.settings, read_midi(creation.content)
    words = was.get("sung") if notes_sung(before) == notes_sung(score) else None
    same = (before.key, before.metre) == (score.key, score.metre)
    chords = was.get("chord_line") if same else None
    return {name: text for name, text in (("sung", words), ("chord_line", chords)) if text}


def notes_sung(score: Score) -> int:
    """How many notes the voice has."""
    return sum(bool(score.parts) and score.parts[one.part].name == VOICE for one in score.notes)


def not_kept(before: Creation, after: Creation) -> str:
    """That a change of notes cost words or the names of chords, in a sentence; "" where not."""
    lost = ["the words sung to it"] * bool(
        before.recipe.settings.get("sung") and not after.recipe.settings.get("sung")
    )
    if line_of(before) is not None and line_of(after) is None:
        lost.append("the names of its chords")
    return f"Not kept: {' and '.join(lost)}." if lost else ""


def _with(score: Score, notes: list[Note], new: Note) -> tuple[Score, int]:
    ordered = tuple(sorted(notes, key=lambda note: (note.start, note.part, note.pitch)))
    return replace(score, notes=ordered), ordered.index(new)


def with_text(score: Score, text: str, start: float | None = None) -> tuple[Score, int]:
    """The score with notes read from text (see `typed.read_melody`) put in at a quarter note,
    or at the end; and how many they are.

    Raises:
        LearnerError: no notes in the text, or they do not fit.
    """
    from course_utils.scores.note_names import read_melody

    read = read_melody(text)
    if read.unknown:
        raise LearnerError(
            f"Not understood as a note: {', '.join(read.unknown[:3])}. Change that and try again."
        )
    begin = score.length if start is None else start
    for note in read.notes:
        score, _ = with_note(score, begin + note.start, note.length, note.pitch)
    return score, len(read.notes)


def played(score: Score, tempo: float | None = None, instrument: str | None = None) -> Score:
    """The score at another speed or, if one player plays it, on another instrument.

    Raises:
        LearnerError: a speed nobody plays, or an instrument of another name.
    """
    from course_utils.scores.general_midi import NAMES

    if tempo is not None:
        if not 20 <= tempo <= 400:
            raise LearnerError(
                "The tempo must be a number from 20 to 400. Change it and try again."
            )
        score = replace(score, tempo=float(tempo))
    if instrument is not None:
        if instrument not in NAMES:
            near = [
                name
                for name in NAMES
                if str(instrument).lower() in name or name in str(instrument).lower()
            ]
            raise LearnerError(
                f"No instrument here is called {str(instrument)[:30]}. Try"
                f" {' or '.join(near[:3] or ['flute', 'piano', 'violin'])}."
            )
        program = NAMES.index(instrument)
        parts = tuple(
            part if part.drums else replace(part, program=program) for part in score.parts
        )
        score = replace(score, program=program, parts=parts)
    return score
