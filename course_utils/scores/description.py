"""A score in words: its instruments, its key, how its line moves."""

from __future__ import annotations

from course_utils.creation import Creation
from course_utils.scores.chords.symbols import line_in_words, line_of
from course_utils.scores.midi import read_midi
from course_utils.scores.score import BROUGHT_TUNE, Score, upper_voice

__all__ = ["describe", "note_name", "short_name"]

NOTE_NAMES = ["C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B"]


def note_name(pitch: int) -> str:
    """A name to read aloud, such as "F sharp 4" (middle C is C 4)."""
    return f"{NOTE_NAMES[pitch % 12]} {pitch // 12 - 1}"


def short_name(pitch: int) -> str:
    """The same for a narrow place, such as "F♯4"."""
    return note_name(pitch).replace(" sharp", "♯").replace(" flat", "♭").replace(" ", "")


def describe(creation: Creation) -> str:
    """The tune in words: kind, length, metre, key, tempo, instruments, range and contour,
    for people who cannot hear or see it.
    """
    score = read_midi(creation.content)
    if not score.notes:
        return "An empty tune."
    if creation.declared.prompt == "chords":
        return describe_track(creation, score)
    melody, recipe = upper_voice(score), creation.recipe
    kind, key, mode = (
        str(recipe.settings.get(name, "")) for name in ("kind_of_tune", "key", "mode")
    )
    home = f"{key} {mode}" if key and mode else key_in_words(score.key)
    name = f"A{'n' * (kind[0] in 'aeiou')} {kind}" if kind and kind != "any" else "A tune"
    if music := creation.recipe.settings.get("kind_of_music"):
        name = f"A tune ({music})"
    players = (
        f" in {len(score.parts)} parts ({', '.join(part.name for part in score.parts)})"
        if len(score.parts) > 1
        else ""
    )
    line = str(recipe.settings.get("chord_line", ""))
    by = (
        f"{name} of a person’s own, “{recipe.prompt}”"
        if recipe.model == BROUGHT_TUNE
        else f"{name}{players} made with AI for “{recipe.prompt}”"
    )
    span = (
        f"from {note_name(min(note.pitch for note in melody))} to"
        f" {note_name(max(note.pitch for note in melody))}"
        if melody
        else "drums only"
    )
    return (
        f"{by}: {size_in_words(score)}, in {home}, {round(score.tempo)} beats a minute, for"
        f" {instruments(score)}, {span}, {contour(score)},"
        f" {seconds_in_words(score)}.{f' Chords: {line_in_words(line) or line}.' if line else ''}"
    )


def describe_track(creation: Creation, score: Score) -> str:
    """A backing track in words: its style, chords, players, and how the tune on top moves."""
    from course_utils.scores.general_midi import NAMES

    heard = {note.part for note in score.notes}
    playing = [part for number, part in enumerate(score.parts) if number in heard]
    players = ", ".join(
        part.name if part.drums else f"{part.name} on {NAMES[part.program % 128]}"
        for part in playing
    )
    tune = next((number for number, part in enumerate(score.parts) if part.name == "tune"), None)
    moves = f", the tune on top is {contour(score, tune)}" if tune is not None else ""
    said, line = line_in_words(creation.recipe.prompt), line_of(creation)
    home = score.key if tune is not None else line.key if line else ""
    home = f", in {key_in_words(home)}" if home else ""
    style = creation.recipe.settings.get("style", "")
    return (
        f"A backing track{f' in the style {style}' if style else ''} for the chords"
        f" {said or creation.recipe.prompt}. Playing: {players}; {size_in_words(score)}{home},"
        f" {round(score.tempo)} beats a minute, {seconds_in_words(score)}{moves}."
    )


def size_in_words(score: Score) -> str:
    """Its notes, bars and metre."""
    bars = counted(max(1, round(score.length / score.bar_length)), "bar")
    graces = sum(note.grace for note in score.notes)
    with_graces = f" and {counted(graces, 'grace note')}" if graces else ""
    return (
        f"{counted(len(score.notes) - graces, 'note')}{with_graces} in {bars} of"
        f" {score.metre[0]}/{score.metre[1]}"
    )


def seconds_in_words(score: Score) -> str:
    return f"{score.length * 60 / score.tempo:.0f} seconds"


def counted(number: int, thing: str) -> str:
    """A number of things in words."""
    return f"{number} {thing}{'s' * (number != 1)}"


def key_in_words(key: str) -> str:
    """A key named as in MIDI, such as "F#m", to read aloud."""
    words = {"#": " sharp", "b": " flat"}
    home, minor = key.removesuffix("m") or "C", key.endswith("m")
    return f"{home[0]}{words.get(home[1:2], '')} {'minor' if minor else 'major'}"


def instruments(score: Score) -> str:
    """The instruments of a score in words."""
    from course_utils.scores.general_midi import NAMES

    names = [
        ("drums" if part.drums else NAMES[part.program % 128])
        for number, part in enumerate(score.parts)
        if any(note.part == number for note in score.notes)
    ] or [NAMES[score.program % 128]]
    if len(names) > 1 and len(set(names)) == 1:
        return f"{names[0]} in every part"
    return ", ".join(
        f"{name} in {names.count(name)} parts" if names.count(name) > 1 else name
        for name in dict.fromkeys(names)
    )


def contour(score: Score, part: int | None = None) -> str:
    """How the melody moves, in words: the mean height of its four quarters,
    and whether it goes by steps or leaps.
    """
    melody = upper_voice(score, part)
    if len(melody) < 4:
        return "too short to rise or fall"
    quarters = [melody[len(melody) * n // 4 : len(melody) * (n + 1) // 4] for n in range(4)]
    heights = [sum(note.pitch for note in part) / len(part) for part in quarters]
    top, low = heights.index(max(heights)), heights.index(min(heights))
    if max(heights) - min(heights) < 2:
        shape = "level"
    elif top in (1, 2):
        shape = "rising, then falling" if low in (0, 3) else "highest in the middle"
    elif low in (1, 2):
        shape = "falling, then rising"
    else:
        shape = "rising" if top == 3 else "falling"
    moves = [abs(after.pitch - before.pitch) for before, after in zip(melody, melody[1:])]
    steps = sum(move <= 2 for move in moves) / len(moves)
    return f"{shape}, " + (
        "mostly by steps"
        if steps > 0.7
        else "in steps and leaps"
        if steps > 0.4
        else "mostly by leaps"
    )
