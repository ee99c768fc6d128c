"""What the note model does with a tune of yours, without widgets: go on, fill a gap, vary, answer,
harmonise, find chords, get a band.
"""

from __future__ import annotations

import random
from functools import cache

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.unused import no_use_for, said_of
from course_utils.music.band.settings import BackingSettings
from course_utils.music.band.styles import own_text
from course_utils.music.settings import TuneSettings
from course_utils.notebook.handed_over import asked
from course_utils.notebook.results import Results, Taken, make, pick
from course_utils.portfolio.store import Portfolio
from course_utils.settings import takes

__all__ = [
    "CALM",
    "STYLES_FOR",
    "answer_phrase",
    "band_for",
    "band_recipe",
    "chords_of",
    "continue_tune",
    "fill_gap",
    "found_chords",
    "gap_length",
    "harmonise",
    "make_backing",
    "make_tune",
    "music_from_words",
    "near_tempo",
    "sing",
    "suggest_chords",
    "take_backing",
    "vary_tune",
    "words_of",
]

NEAR = 0.4  # share of the notes that stay in a tune that is varied
CALM = 0.6  # surprise for harmony and chords, where wrong notes are heard at once
STYLES_FOR = {"4/4": "folk", "2/2": "folk", "2/4": "march", "3/4": "waltz", "6/8": "jig"}


def continue_tune(
    tune=None, bars: int = 4, count: int = 4, seed: int | None = None, **settings
) -> Results:
    """A tune with so many more bars.

    `tune`: a creation, some results, a studio, or note names such as "C D E F G2"; without one, the
    newest.
    """
    return ability(
        tune, "write", count, seed, settings, lambda there: {"bars": there + whole(bars, "bars")}
    )


def fill_gap(
    tune=None, first: int = 3, last: int = 4, count: int = 4, seed: int | None = None, **settings
) -> Results:
    """A tune whose bars `first` to `last` (counted from 1)
    are written anew to fit what stands before and after.
    """
    return ability(
        tune,
        "fill",
        count,
        seed,
        settings,
        lambda there: {"gap_from": whole(first, "first bar"), "gap_bars": gap_length(first, last)},
    )


def vary_tune(
    tune=None,
    keep: str = "rhythm",
    near: float = NEAR,
    count: int = 4,
    seed: int | None = None,
    **settings,
) -> Results:
    """A tune with its rhythm and other notes (`keep="rhythm"`; `near` 0-1 is the share of notes
    that stay), or its notes in another rhythm (`keep="notes"`).
    """
    if keep not in ("rhythm", "notes"):
        return Results(message="Say what to keep: rhythm or notes. Then run this cell again.")
    if keep == "rhythm":
        return ability(tune, "vary_notes", count, seed, {"near": near, **settings})
    made = ability(tune, "vary_rhythm", count, seed, {"surprise": 0.7, **settings})
    lost = no_use_for(["near"] if near != NEAR else [])
    made.message = f"{made.message} {lost}".strip()
    return made


def answer_phrase(
    tune=None, bars: int = 4, count: int = 4, seed: int | None = None, **settings
) -> Results:
    """The first `bars` of a tune as a question, and an answer as long, which comes home."""
    made = ability(
        tune,
        "answer",
        count,
        seed,
        settings,
        lambda there: {"keep_bars": min(there, whole(bars, "bars"))},
    )
    asked = made[0].recipe.settings["keep_bars"] if made else bars
    if asked != bars and "keep_bars" not in settings:
        made.message = f"Its {asked} bars are all the question, not {bars}. {made.message}".strip()
    return made


def harmonise(tune=None, count: int = 2, seed: int | None = None, **settings) -> Results:
    """A tune in four parts: your melody, and alto, tenor and bass written under it in the manner of
    Bach's chorales.
    """
    return ability(tune, "harmonise", count, seed, {"surprise": CALM, **settings})


def suggest_chords(tune=None, count: int = 2, seed: int | None = None, **settings) -> Results:
    """Chords for a tune.

    `tunes.chords_of` gives them as a line of text for `tunes.make_backing`; `tunes.band_for`
    makes a band of them in one step.
    """
    results = ability(tune, "chords", count, seed, {"surprise": CALM, **settings})
    if results and not results.trouble:
        found = " ".join(
            f"Candidate {number}: {chords_of(creation)}."
            for number, creation in enumerate(results, 1)
        )
        results.message = f"{found} {results.message}".strip()
    return results


def sing(tune=None, words="", count: int = 1, seed: int | None = None, **settings) -> Results:
    """A tune with words under it: one note a syllable, sung by a choir on a vowel; the words stand
    in the sheet music and in MusicXML.

    Args:
        words: lines to be sung, or a writing: a creation, some results or a studio.
    """
    try:
        text = words if isinstance(words, str) and words.strip() else text_of(words)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return ability(tune, "sing", count, seed, {"lyrics": text, **settings})


def text_of(words) -> str:
    """The text of a writing; of the newest, where none is given.

    Raises:
        LearnerError: there is none.
    """
    return pick(Portfolio(), "words", words or None).content.decode("utf-8", "replace")


def chords_of(tune) -> str:
    """The line of chords of a result of `tunes.suggest_chords`, as `tunes.make_backing` reads it;
    "" where there is none.
    """
    creation = pick(Portfolio(), "tune", tune)
    return str(creation.recipe.settings.get("chord_line", ""))


def band_for(
    tune=None, style: str = "", count: int = 2, seed: int | None = None, **settings
) -> Results:
    """A tune with a band: chords found by the note model, then drums, bass,
    chords and pad in a style, with your tune on top.

    Args:
        style: one of the styles of `tunes.make_backing` that has as many beats as the tune;
            without one, one that fits.
        settings: further settings of `tunes.make_backing`.
    """
    try:
        portfolio = Portfolio()
        recipe, ingredients = band_recipe(
            bring_melody(tune),
            random.randrange(2**31) if seed is None else seed,
            count,
            portfolio,
            style,
        )
    except LearnerError as sentence:
        return Results(message=str(sentence))
    results = make(
        "backing", recipe.prompt, count, recipe.seed, {**recipe.settings, **settings}, ingredients
    )
    if results and not results.trouble:
        results.message = f"Chords: {recipe.prompt}. {results.message}".strip()
    return results


def band_recipe(
    given: Creation, seed: int, count: int, portfolio: Portfolio, style: str = ""
) -> tuple[Recipe, dict]:
    """The recipe of a band for a tune, and the tune as the band engine wants it.

    Without chords yet, the note model finds some first.

    Raises:
        LearnerError: no style has the tune's metre, or the tune cannot be read.
    """
    from course_utils.music.backing_engine import fitting_styles
    from course_utils.music.score_to_tokens import tune_of
    from course_utils.music.tokens import METRES, UNITS_PER_QUARTER

    metre = tune_of(given).metre
    fitting = fitting_styles(METRES[metre] / UNITS_PER_QUARTER)
    if not fitting:
        raise LearnerError(
            f"There is no band style in {metre} yet. Choose a tune in 4/4, 3/4, 2/4 or 6/8."
        )
    line = found_chords(given, seed)
    usual = STYLES_FOR.get(metre, "")
    chosen = style or (usual if usual in fitting else fitting[0])
    return Recipe(
        kind="backing",
        prompt=line,
        seed=seed,
        settings={"count": count, "style": chosen, "repeats": 1},
    ), {"tune": melody_alone(given, portfolio)}


def found_chords(given: Creation, seed: int) -> str:
    """The chords a tune has, or those found for it now, as a line.

    Raises:
        LearnerError: the tune cannot be read.
    """
    from course_utils.engines import engine_for
    from course_utils.music.engine import start_settings

    line = str(given.recipe.settings.get("chord_line", ""))
    if line:
        return line
    asked = Recipe(
        kind="tune",
        prompt=words_of(given),
        seed=seed,
        settings={**start_settings(given), "task": "chords", "surprise": CALM},
        parent=given.id,
    )
    return str(next(iter(engine_for("tune").create(asked))).recipe.settings["chord_line"])


def melody_alone(creation: Creation, portfolio: Portfolio) -> Creation:
    """A tune of one voice for a band to play under: the tune itself, or of one with chords or
    voices its melody, kept because the track's recipe names it.
    """
    from course_utils.music.prompt_reading import INSTRUMENTS
    from course_utils.music.score_to_tokens import tune_of
    from course_utils.music.tasks import melody_score
    from course_utils.scores.midi import read_midi, write_midi

    if not read_midi(creation.content).parts:
        return creation
    settings = creation.recipe.settings
    instrument = (
        settings.get("instrument") if settings.get("instrument") in INSTRUMENTS else "flute"
    )
    content = write_midi(
        melody_score(
            tune_of(creation), {"tempo": settings.get("tempo") or 110, "instrument": instrument}
        )
    )
    alone = Creation(
        recipe=creation.recipe.changed(
            parent=creation.id, settings={"chord_line": "", "task": "write"}
        ),
        content=content,
    )
    portfolio.save(alone)
    return alone


def music_from_words(
    prompt: str, length: float = 8.0, count: int = 1, seed: int | None = None, lyrics: str = ""
) -> Results:
    """Music as sound from words, by MusicGen or ACE-Step, where COURSE_SOUND_MODEL names one
    (it takes a graphics card). Its licence is said with the result.

    Args:
        length: seconds, 1-30.
        lyrics: words to be sung, for ACE-Step.
    """
    from course_utils.engines import GENERATION_LOCK

    engine, portfolio, made = sound_engine(), Portfolio(), []
    try:
        recipe = asked(
            kind="sound",
            prompt=prompt,
            seed=random.randrange(2**31) if seed is None else seed,
            settings={"length": length, "count": count, "lyrics": lyrics},
        )
        with GENERATION_LOCK:
            for creation in engine.create(recipe):
                made.append(creation)
                portfolio.save(creation)
    except LearnerError as sentence:
        return Results(made, str(sentence))
    return Results(made, f"{engine.licence} {said_of(engine, recipe, made)}".strip())


@cache
def sound_engine():
    """The one engine for music as sound."""
    from course_utils.music.bigger.audio_models import SoundModelEngine

    return SoundModelEngine()


def ability(tune, task: str, count: int, seed: int | None, settings: dict, more=None) -> Results:
    """Ask the note model for a task with a tune.

    `more(bars)` gives further settings from the number of bars the tune has.
    """
    from course_utils.music.engine import start_settings
    from course_utils.music.score_to_tokens import tune_of

    try:
        given = bring_melody(tune)
        chosen = {
            **start_settings(given),
            "task": task,
            **(more(len(tune_of(given).bars)) if more else {}),
            **settings,
        }
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return make("tune", words_of(given), count, seed, chosen, parent=given.id)


def bring_melody(given) -> Creation:
    """The tune meant: a creation, results, a studio, the newest (None),
    or typed note names such as "C D E F G2", kept first.

    Raises:
        LearnerError: there is none, or the text holds no notes.
    """
    return pick(Portfolio(), "tune", given)


def words_of(creation: Creation) -> str:
    """The words a tune was made from, if the engine can read them;
    tunes from outside may have any title.
    """
    from course_utils.safety.prompts import check_prompt

    try:
        return check_prompt(creation.recipe.prompt)
    except LearnerError:
        return "my tune"


def whole(number, name: str) -> int:
    """A whole number from 1 up.

    Raises:
        LearnerError: it is none.
    """
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise LearnerError(f"The {name} must be a whole number from 1 up. Change it and try again.")
    return number


def gap_length(first, last) -> int:
    """How many bars from the first to the last one.

    Raises:
        LearnerError: the last comes before the first, or they are too many.
    """
    from course_utils.music.tasks import LONGEST_GAP

    if whole(last, "last bar") < whole(first, "first bar"):
        raise LearnerError(
            "The last bar of the gap comes before the first. Change one of them and try again."
        )
    if last - first + 1 > LONGEST_GAP:
        raise LearnerError(f"A gap has at most {LONGEST_GAP} bars. Choose a smaller one.")
    return last - first + 1


def near_tempo(creation: Creation) -> int:
    """A tempo near that of a track, in beats a minute.

    Raises:
        LearnerError: its recipe does not say how fast it is.
    """
    tempo = creation.recipe.settings.get("tempo") or 100
    if not isinstance(tempo, int):
        raise LearnerError(
            "This track's recipe does not say how fast it is, so it cannot be varied. Make a new"
            " one."
        )
    return max(30, min(240, tempo + random.choice([-6, -3, 3, 6])))


@takes(TuneSettings, "tempo", "own_model", "own_strength")
def make_tune(prompt: str, count: int = 1, seed: int | None = None, **settings) -> Results:
    """Tunes from words."""
    return make("tune", prompt, count, seed, settings)


@takes(BackingSettings, "mute", "solo", "bass_by", "chords_by", "pad_by")
def make_backing(
    chords: str, count: int = 4, seed: int | None = None, tune=None, **settings
) -> Results:
    """Backing tracks for a line of chords such as "C G Am F" or "C | G/B | Am F | G7 x2".

    Args:
        tune: a tune to play on top: a creation, some results or a studio (their chosen or first).
    """
    try:
        ingredients = {"tune": pick(Portfolio(), "tune", tune)} if tune is not None else {}
        if file := own_text(str(settings.get("style", ""))):
            settings["style_file"] = file  # also where the room makes the track
    except LearnerError as problem:
        return Results(message=str(problem))
    return make("backing", chords, count, seed, settings, ingredients)


def take_backing(track, way: str = "loop", portfolio: Portfolio | None = None) -> Taken:
    """A track as a file in the portfolio's folder `to_use`: "loop" (WAV without a seam,
    no count-in and no ending) or "midi" (one track a player).
    """
    from course_utils.music.backing_engine import BackingEngine
    from course_utils.scores import synth as sound
    from course_utils.scores.midi import read_midi

    portfolio = portfolio or Portfolio()
    try:
        creation = pick(portfolio, "backing", track)
        if way == "midi":
            return Taken(portfolio.keep_file(creation, ".mid", creation.content))
        if way != "loop":
            raise LearnerError(
                "A track can be taken away as a loop or as midi. Choose one of these."
            )
        tune = portfolio.ingredients(creation.recipe).get("tune")
        looped = next(
            iter(
                BackingEngine().create(
                    creation.recipe.changed(
                        settings={"intro": False, "ending": False, "count": 1, "with_tune": False}
                    ),
                    tune=tune if isinstance(tune, Creation) else None,
                )
            )
        )
        return Taken(
            portfolio.keep_file(
                creation, "_loop.wav", sound.wav_of(sound.loop(read_midi(looped.content)))
            )
        )
    except LearnerError as sentence:
        return Taken(message=str(sentence))
