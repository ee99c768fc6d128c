"""Tunes from words and from tunes: a small note model, trained for this course, writes the notes;
`tune_tasks` says what it is asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

from course_utils.creation import Creation, LearnerError, Recipe, Setting
from course_utils.engines import engine_for
from course_utils.engines.base import Engine, OnProgress, Progress
from course_utils.engines.remote import RemoteEngine
from course_utils.engines.unused import left_over
from course_utils.models.big_tools import need_big_tools
from course_utils.models.choose import note_result
from course_utils.models.embedded import FOLDER
from course_utils.models.lora_file import OwnModel, named_own
from course_utils.music import sampling
from course_utils.music import tasks as tune_tasks
from course_utils.music import tokens as tokens
from course_utils.music.band.styles import file_for, read_style
from course_utils.music.band.under_tune import (
    CALM,
    NO_STYLE,
    plays_along,
    style_under,
    with_band,
)
from course_utils.music.form.ornaments import PLAIN, ornamented, style_for
from course_utils.music.form.singing import bars_for, said_of_words, set_words, sung_score
from course_utils.music.form.tunes import chords_for, spans_of, write_tunes
from course_utils.music.form.wishes import (
    ALONE,
    FITTING,
    NOBODY,
    kind_of,
    said_of_wishes,
    used_words,
    wishes,
)
from course_utils.music.form.without_use import lost_settings
from course_utils.music.onnx_model import OnnxNoteModel
from course_utils.music.prompt_reading import ANY, KIND_FACTS, german_key_words, understood
from course_utils.music.score_to_tokens import tune_from_numbers, tune_of
from course_utils.music.settings import LONGEST_START, TuneSettings
from course_utils.safety.prompts import check_prompt
from course_utils.scores.midi import write_midi

__all__ = [
    "DEFAULTS",
    "MODEL",
    "TuneEngine",
    "metre_of",
    "read_settings",
    "start_settings",
    "tune_engine",
    "vary_settings",
]

MODEL = "course-tunes"
BEFORE = 1  # the counted shares of phrases of earlier tunes
DEFAULTS = TuneSettings().model_dump()
DRAWN = {  # what nobody chose is drawn from these
    "kind_of_tune": ["reel", "jig", "hornpipe", "waltz", "march", "air"],
    "key": ["C", "D", "F", "G", "A"],
    "mode": ["major"] * 3 + ["minor", "dorian"],
    "instrument": ["piano", "flute", "violin", "accordion", "guitar", "harp"],
}


OTHER_MODEL = (
    "This needs the course's own tune model. Restart without COURSE_TUNE_MODEL, then try again."
)


def tune_engine() -> TuneEngine:
    """The course's own tune engine of this computer, also where a room makes the tunes.

    Raises:
        LearnerError: COURSE_TUNE_MODEL names another one.
    """
    engine = engine_for("tune")
    here = engine.own if isinstance(engine, RemoteEngine) else engine
    if not isinstance(here, TuneEngine):
        raise LearnerError(OTHER_MODEL)
    return here


class TuneEngine(Engine):
    """Tunes of one voice, or of four, up to MOST_BARS bars."""

    kind = "tune"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or FOLDER / "music"
        self._lock = threading.Lock()
        self._model: OnnxNoteModel | None = None
        self._torch_model = None
        self._revision = ""
        # the last own model laid over it, by print and strength
        self._own: tuple[tuple[str, float], OnnxNoteModel] | None = None

    @property
    def model(self) -> OnnxNoteModel | None:
        """The note model, once loaded."""
        return self._model

    def note_model(self) -> OnnxNoteModel:
        """The note model; it is loaded first, if need be.

        Raises:
            LearnerError: its files are missing or damaged.
        """
        self.load()
        assert self._model is not None
        return self._model

    def torch_model(self):
        """The same note model as a module of torch, for what teaches it or looks into it;
        brought into memory at the first call.

        Raises:
            LearnerError: the model's files are missing or damaged.
        """
        self.load()  # says what is wrong with the files
        with self._lock:
            if self._torch_model is None:
                self._torch_model = load_model(self.folder)
            return self._torch_model

    @property
    def revision(self) -> str:
        """The first 12 hexadecimal digits of its weights' fingerprint, once loaded."""
        return self._revision

    def forget_own(self) -> None:
        """Let go of the own model in memory."""
        with self._lock:
            self._own = None

    def load(self) -> None:
        """Bring the note model into memory (about 10 MB besides onnxruntime).

        Raises:
            LearnerError: the model's files are missing or damaged.
        """
        with self._lock:
            if self._model is not None:
                return
            self._model = OnnxNoteModel(self.folder)
            self._revision = self._model.revision

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        own: OwnModel | None = None,
    ) -> Iterator[Creation]:
        """Yield tunes for a recipe; see `Engine.create`. All candidates are drawn in one batch.

        Settings: count 1-6; task (`tune_tasks.TASKS`: write a tune or go on with one, fill a gap,
        answer a phrase, vary its notes or its rhythm, harmonise in four parts, suggest chords);
        kind_of_tune, key, mode, metre, density (or "any": read from the prompt, else drawn from the
        seed, the kind's, or left open); bars 1-32 in all; tempo in quarter notes a minute (0: usual
        for the kind); surprise 0.5-1.3 (temperature); instrument; start (the tune to work on as
        token numbers; kind, key, mode and metre are then its own), keep_bars (how many of its bars
        to keep or answer, 0 for all), gap_from and gap_bars (the bars to write anew, counted from
        1), near 0-1 (share of notes that stay in vary_notes); own_model (a model taught from own
        tunes, given as `own`) and own_strength (0-2). The result's own recipe also holds notes (its
        melody as token numbers) and chord_line (of the task chords).

        Raises:
            LearnerError: the prompt, a setting or the tune given cannot be used.
        """
        settings, prompt, given, own = self._settled(recipe, own)
        model = self.note_model()
        if settings["own_model"] and own is not None:
            model = self._with_own(own, settings["own_strength"])
        seeds = [(recipe.seed + number) % 2**32 for number in range(settings["count"])]
        chosen = [complete_settings(settings, seed, given) for seed in seeds]
        began = time.monotonic()
        in_form = given is None and settings["task"] == "write" and not played_the_old_way(recipe)
        drawn = self._make(model, chosen, given, seeds, in_form, on_progress, stop)
        for seed, complete, made in zip(seeds, chosen, drawn):
            if made is None:
                continue  # not finished when Stop was pressed
            made = with_ornaments(made, complete, seed)
            made = self._with_band(model, made, complete, seed) if plays_along(complete) else made
            made = with_words(made, complete) if complete["lyrics"] else made
            notes = " ".join(map(str, tokens.encode(made.tune, end=False)))
            done = {**complete, **made.extra, "count": 1, "notes": notes}
            seconds = round((time.monotonic() - began) / len(seeds), 3)
            note_result(MODEL, seconds)
            yield Creation(
                recipe=recipe.changed(
                    seed=seed, prompt=prompt, model=MODEL, revision=self._revision, settings=done
                ),
                content=write_midi(made.score),
                seconds=seconds,
            )

    def _settled(
        self, recipe: Recipe, own: OwnModel | None
    ) -> tuple[dict, str, tokens.Tune | None, OwnModel | None]:
        """The settings with what words and the own model say, the checked prompt, the tune to work
        on, and the own model.

        Raises:
            LearnerError: the prompt, a setting or the tune given cannot be used.
        """
        settings = read_settings(recipe)
        prompt = check_prompt(recipe.prompt)
        usual: dict[str, str] = {}
        given = tune_from_numbers(settings["start"]) if settings["start"] else None
        if settings["own_model"]:
            own = named_own(settings["own_model"], settings["own_print"], own, "tune")
            settings["own_print"], usual = own.print, own.card.usual
        settings.update(self._wishes(recipe, prompt))
        settings["band_file"] = file_for(settings["band"], settings["band_file"])
        if given is None and settings["keep_bars"]:
            raise LearnerError("There is no tune to go on from. Choose one and try again.")
        if settings["own_model"] and given is None:
            settings |= {
                name: value
                for name, value in usual.items()
                if name in DRAWN | {"metre": 0} and settings[name] == ANY and value != ANY
            }
            settings = read_settings(recipe.changed(settings=settings))
        return settings, prompt, given, own

    def _with_own(self, own: OwnModel, strength: float) -> OnnxNoteModel:
        """The note model with an own model laid over it; the last one is kept."""
        key, model = (own.print, strength), self.note_model()
        with self._lock:
            if self._own is None or self._own[0] != key:
                self._own = (key, model.with_own(own, strength))
            return self._own[1]

    def _make(
        self,
        model,
        chosen: list[dict],
        given,
        seeds: list[int],
        in_form: bool,
        on_progress: OnProgress | None,
        stop: threading.Event | None,
    ) -> list[tune_tasks.Made | None]:
        settings = chosen[0]
        if in_form:
            with self._lock:
                bars = teller(on_progress, settings["bars"])
                return write_tunes(model, chosen, seeds, bars, stop)
        if settings["task"] == "harmonise":
            if given is None:
                tune_tasks.job_for(settings, None, 0)  # says what is missing
            bars = len(given.bars)
            with self._lock:
                return tune_tasks.harmonise(
                    model, given, seeds, settings, teller(on_progress, bars), stop
                )
        if settings["task"] == "sing" and given is not None:
            return [tune_tasks.Made(given, tune_tasks.melody_score(given, own)) for own in chosen]
        jobs = [tune_tasks.job_for(own, given, seed) for own, seed in zip(chosen, seeds)]
        with self._lock:
            drawn = sampling.draw(
                model,
                [job.start for job in jobs],
                [job.plan for job in jobs],
                seeds,
                settings["surprise"],
                teller(on_progress, jobs[0].bars),
                stop,
            )
        return [
            None if row is None else tune_tasks.made_of(own, given, row)
            for own, row in zip(chosen, drawn)
        ]

    def _with_band(self, model, made: tune_tasks.Made, settings: dict, seed: int):
        """The tune with a band under it, where a style fits."""
        style = style_under(settings)
        if not style:
            return made

        def find(tune: tokens.Tune, seed: int):
            return self._chords(model, tune, seed)

        line = chords_for(made.tune, settings | made.extra, seed, find)
        score = with_band(made.score, line, style, settings, seed)
        extra = {**made.extra, "chord_line": line, "band": style}
        return tune_tasks.Made(made.tune, score, extra)

    def _chords(self, model, tune: tokens.Tune, seed: int):
        """Chords for a few bars, by the note model."""
        job = tune_tasks.job_for({"task": "chords", "density": ANY}, tune, seed)
        with self._lock:
            drawn = sampling.draw(model, [job.start], [job.plan], [seed], CALM)
        return tokens.read_chords([tokens.VOCABULARY[number] for number in drawn[0] or ()])

    def odds(self, start: list[int]) -> list[float]:
        """The probability of every token of the vocabulary after some tokens."""
        model = self.note_model()
        with self._lock:
            return model.odds(start)

    def _wishes(self, recipe: Recipe, prompt: str) -> dict:
        """What a prompt says about a tune and no setting says otherwise."""
        given, kept = recipe.settings.get("start"), bool(recipe.settings.get("notes"))
        reads = understood if played_the_old_way(recipe) else wishes
        return {
            name: value
            for name, value in reads(prompt).items()
            if recipe.settings.get(name, DEFAULTS[name]) in (DEFAULTS[name], value)
            and (not given or name in ("tempo", "instrument"))
            and (not kept or name != "bars")  # a finished tune has as many as it has
        }

    def unused(self, recipe: Recipe) -> list[str]:
        """Words of the prompt that choose nothing of this tune; those of a tune to work on are its
        name.
        """
        if recipe.settings.get("start"):
            return []
        followed = {*self._wishes(recipe, recipe.prompt)}
        if recipe.settings.get("band", NOBODY) == NOBODY:
            followed |= {ALONE}
        used = used_words(recipe.prompt, followed) if followed - {ALONE} else ()
        return left_over(recipe.prompt, lambda text: self._wishes(recipe, text), used)

    def without_effect(self, recipe: Recipe) -> str:
        """That an earlier model made a recipe, how a word was read that could mean two things, and
        settings that nothing takes notice of.
        """
        if played_the_old_way(recipe):
            return self.told(recipe)
        settings = read_settings(recipe)
        given = tune_from_numbers(settings["start"]) if settings["start"] else None
        lost = lost_settings(settings, DEFAULTS, given)
        if given is not None:
            return " ".join(filter(None, (self.told(recipe), lost)))
        asked = {**recipe.settings, **self._wishes(recipe, recipe.prompt)}
        said = said_of_wishes(recipe.prompt, asked)
        german = german_key_words(recipe.prompt)
        return " ".join(filter(None, (self.told(recipe), german, said, no_band(asked), lost)))

    def left_out(self, made: list[Creation]) -> str:
        """What of the words to be sung found no note, in a sentence."""
        told = (said_of_words(creation.recipe.settings) for creation in made)
        return next(filter(None, told), "")

    def told(self, recipe: Recipe) -> str:
        """A sentence when a recipe was made with an earlier note model than this one;
        "" otherwise.
        """
        self.load()
        if recipe.model != MODEL or recipe.revision in ("", self._revision):
            return ""
        return (
            "This recipe was made with an earlier tune model: the same seed now gives other notes."
            " The earlier tune itself is kept as it was."
        )


def played_the_old_way(recipe: Recipe) -> bool:
    """Whether a tune was made before tunes had a form: then it is made again without one."""
    return bool(recipe.model) and "plan" not in recipe.settings


def with_ornaments(made: tune_tasks.Made, settings: dict, seed: int) -> tune_tasks.Made:
    """The tune with the ornaments of its style, which its recipe names."""
    style = style_for(settings)
    score = made.score
    if style != PLAIN:
        form = str((settings | made.extra).get("form") or "")
        score = ornamented(score, made.tune, style, seed, form)
    return tune_tasks.Made(made.tune, score, {**made.extra, "ornaments": style})


def with_words(made: tune_tasks.Made, settings: dict) -> tune_tasks.Made:
    """The tune with a voice that sings the words asked for.

    Raises:
        LearnerError: it was asked for together with other voices.
    """
    if settings["task"] in ("harmonise", "chords"):
        raise LearnerError(
            "Words are set under a tune of one voice. Take the words out, or sing the tune first."
        )
    spans = spans_of(settings | made.extra, len(made.tune.bars))
    words = set_words(made.tune, settings["lyrics"], spans)
    extra = {**made.extra, "sung": words.kept, "unsung": words.unsung}
    return tune_tasks.Made(made.tune, sung_score(made.score, words), extra)


def no_band(asked: dict) -> str:
    """That nobody can play along in the metre asked for; "" where somebody can."""
    settings = {**DEFAULTS, **known(asked)}
    if settings["band"] != FITTING:
        return ""
    settings = complete_settings(settings, 0)
    return "" if style_under(settings) else NO_STYLE.format(settings["metre"])


def teller(on_progress: OnProgress | None, bars: int):
    """Tells how many of some bars are begun."""
    return lambda done: (
        on_progress(Progress(min(done, bars), bars)) if on_progress is not None else None
    )


def start_settings(creation: Creation) -> dict:
    """Settings that hand a tune to a task: the tune itself, and how it is played.

    Raises:
        LearnerError: it is not a tune the model can read.
    """
    tune = tune_of(creation)
    old = creation.recipe.settings
    numbers = " ".join(map(str, tokens.encode(tune, end=False)))
    settings: dict[str, Setting] = {
        "start": numbers,
        "kind_of_tune": tune.kind,
        "key": tune.key,
        "mode": tune.mode,
        "metre": tune.metre,
        "notes": "",
        "chord_line": "",
        "form": "",
        "sung": "",
        "unsung": "",
        "upbeat": False,
        "keep_bars": 0,
    }
    if len(numbers) > LONGEST_START:
        raise LearnerError(tune_tasks.TOO_FULL)
    settings["ornaments"] = old.get("ornaments", PLAIN)
    for name in ("tempo", "instrument"):
        if name in old:
            settings[name] = old[name]
    if "tempo" not in old:
        from course_utils.scores.midi import read_midi

        settings["tempo"] = max(20, min(300, round(read_midi(creation.content).tempo)))
    return settings


def vary_settings(creation: Creation) -> dict:
    """Settings that keep the first half of a tune and write the rest anew.

    Raises:
        LearnerError: it is not a tune the model can read.
    """
    start = start_settings(creation)
    bars = len(tune_from_numbers(start["start"]).bars)
    return {
        **DEFAULTS,
        **known(creation.recipe.settings),
        **start,
        "task": "write",
        "bars": max(2, bars),
        "keep_bars": max(1, bars // 2),
    }


def known(settings: dict) -> dict:
    """The settings this engine has; a tune brought from elsewhere may have others."""
    return {name: value for name, value in settings.items() if name in DEFAULTS}


def metre_of(kind: str) -> str:
    return KIND_FACTS[kind][0]


def complete_settings(settings: dict, seed: int, given: tokens.Tune | None = None) -> dict:
    """Settings without "any": of a given tune its own,
    otherwise what nobody chose is drawn from the seed.
    """
    import random

    rng = random.Random(seed)
    chosen, music = dict(settings), kind_of(settings) if given is None else None
    if music is not None:
        for name, value in music.controls.items():
            chosen[name] = value if chosen[name] in (ANY, 0) else chosen[name]
    for name, choices in DRAWN.items():
        drawn = rng.choice(choices)
        if chosen[name] == ANY:
            chosen[name] = drawn
    if given is not None:
        chosen.update(kind_of_tune=given.kind, key=given.key, mode=given.mode, metre=given.metre)
        if settings["instrument"] == ANY and settings["task"] == "harmonise":
            chosen["instrument"] = "choir"
        if settings["task"] in ("fill", "vary_notes", "vary_rhythm", "harmonise", "chords", "sing"):
            chosen["bars"] = len(given.bars)
        elif settings["task"] == "answer":
            chosen["bars"] = 2 * min(len(given.bars), settings["keep_bars"] or len(given.bars))
    elif chosen["metre"] == ANY:
        chosen["metre"] = metre_of(chosen["kind_of_tune"])
        if settings["band"] not in (NOBODY, FITTING) and settings["kind_of_tune"] == ANY:
            chosen["metre"] = read_style(settings["band"], settings["band_file"])["metre"]
    if given is None and chosen["lyrics"] and chosen["bars"] == DEFAULTS["bars"]:
        chosen["bars"] = bars_for(chosen["lyrics"], chosen["bars"])
    chosen["tempo"] = chosen["tempo"] or KIND_FACTS[chosen["kind_of_tune"]][1]
    return chosen


def load_model(folder: Path):
    """The note model in 32-bit floats, by torch."""
    need_big_tools("Looking inside the tune model")
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    return AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=torch.float32,
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
    ).eval()


def read_settings(recipe: Recipe) -> dict:
    """The settings of a tune recipe with defaults filled in; a tune made before there were
    ornaments has none, and the form that was drawn then.

    Raises:
        LearnerError: a setting is unknown or out of range.
    """
    settings = TuneSettings.read(recipe).model_dump()
    if recipe.model and "ornaments" not in recipe.settings:
        settings["ornaments"] = PLAIN
    if recipe.model and "shares" not in recipe.settings:
        settings["shares"] = BEFORE
    return settings
