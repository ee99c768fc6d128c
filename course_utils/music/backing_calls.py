"""Backing tracks without widgets: make them, take them away as a loop or as notes."""

from __future__ import annotations

from course_utils.creation import LearnerError
from course_utils.portfolio.store import Portfolio
from course_utils.notebook.results import Results, Taken, make, pick


def unknown_sentence(line: str) -> str:
    """A sentence about words in a chord line that are no chords; "" when all are."""
    from course_utils.scores.chords import read_line

    unknown = read_line(line).unknown
    return f"Not understood as a chord: {', '.join(unknown)}. The rest is played." if unknown else ""


def make_backing(chords: str, count: int = 4, seed: int | None = None, tune=None, **settings) -> Results:
    """Backing tracks for a line of chords such as "C G Am F" or "C | G/B | Am F | G7 x2".

    Args:
        tune: a tune to play on top: a creation, some results or a studio (their chosen or first).
        settings: style, tempo, repeats, swing, intensity, fills, intro, ending, mute, solo, looseness, bass_by, chords_by, pad_by (such as chords_by="harp"); `BackingEngine.create` says what each means.
    """
    try:
        ingredients = {"tune": pick(Portfolio(), "tune", tune)} if tune is not None else {}
        sentence = unknown_sentence(chords)
    except LearnerError as problem:
        return Results(message=str(problem))
    results = make("backing", chords, count, seed, settings, ingredients)
    if sentence and not results.message:
        results.message = sentence
    return results


def take_backing(track, way: str = "loop", portfolio: Portfolio | None = None) -> Taken:
    """A track as a file in the portfolio's folder `to_use`: "loop" (WAV without a seam, no count-in and no ending) or "midi" (one track a player)."""
    from course_utils.music.backing_engine import BackingEngine
    from course_utils.scores import synth as sound
    from course_utils.scores.score import read_midi

    portfolio = portfolio or Portfolio()
    try:
        creation = pick(portfolio, "backing", track)
        if way == "midi":
            return Taken(portfolio.keep_file(creation, ".mid", creation.content))
        if way != "loop":
            raise LearnerError("A track can be taken away as a loop or as midi. Choose one of these.")
        ingredients = portfolio.ingredients(creation.recipe)
        looped = next(iter(BackingEngine().create(creation.recipe.changed(settings={"intro": False, "ending": False, "count": 1, "with_tune": False}), **ingredients)))
        return Taken(portfolio.keep_file(creation, "_loop.wav", sound.wav_of(sound.loop(read_midi(looped.content)))))
    except LearnerError as sentence:
        return Taken(message=str(sentence))
