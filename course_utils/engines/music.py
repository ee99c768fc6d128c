"""Tunes from words: plain words choose kind, key and speed; a small note model, trained for this course, writes the notes."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from course_utils.care.prompts import check_prompt
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import tune_tokens as tokens
from course_utils.engines.base import OnProgress, Progress
from course_utils.media.score import Note, Score, write_midi
from course_utils.models.embedded import FOLDER

MODEL = "course-tunes"
MOST_AT_ONCE = 6
ANY = "any"
INSTRUMENTS = {  # friendly name: General MIDI program, counted from 0
    "piano": 0, "music box": 10, "vibraphone": 11, "accordion": 21, "guitar": 24, "violin": 40, "cello": 42, "harp": 46,
    "trumpet": 56, "clarinet": 71, "flute": 73, "whistle": 78,
}
KIND_FACTS = {  # kind of tune: usual metre, quarter notes a minute
    "any": ("4/4", 110), "reel": ("4/4", 180), "jig": ("6/8", 165), "hornpipe": ("4/4", 150), "waltz": ("3/4", 140), "march": ("2/4", 100), "air": ("3/4", 85),
    "strathspey": ("4/4", 120), "polka": ("2/4", 120), "slip jig": ("9/8", 165), "clog": ("4/4", 140), "quadrille": ("6/8", 150),
}
KIND_WORDS = {"lullaby": "air", "song": "air", "dance": "reel", "ballad": "air", "sea": "hornpipe", "sailor": "hornpipe", "parade": "march", "soldier": "march", "ball": "waltz", "fairy": "slip jig"}
MOOD_WORDS = {  # word: mode (None leaves it), factor on the speed
    "sad": ("minor", 0.8), "dark": ("minor", 0.9), "spooky": ("minor", 0.9), "mysterious": ("dorian", 0.9), "old": ("dorian", 0.95), "medieval": ("dorian", 1), "happy": ("major", 1.1),
    "bright": ("major", 1.05), "cheerful": ("major", 1.1), "gentle": (None, 0.8), "calm": (None, 0.75), "slow": (None, 0.7), "lullaby": (None, 0.85), "fast": (None, 1.25), "lively": (None, 1.15), "wild": ("mixolydian", 1.25),
}
# a capital letter, or a small one with a word that makes it a key: "in a church" and "in a minor key" name no home note
KEY_WORDS = re.compile(
    r"\b(?:[Ii]n|[Kk]ey of) (?:(?P<big>[A-G])(?:(?P<sign>[#♯b♭])|[ -](?P<word>[Ff]lat|[Ss]harp)\b)?(?![A-Za-z'])"
    r"|(?P<small>[a-g])(?:(?P<sign2>[#♯♭])|[ -](?P<word2>flat|sharp)\b|(?=[ -](?:major|minor|dorian|mixolydian)\b(?! key))))")
LONGEST_START = 4000  # characters, as in a recipe
LONGEST_TUNE = 450  # tokens, after which no new bar begins; the model reads at most 512, and a bar takes at most 55
DEFAULTS = {"count": 1, "kind_of_tune": ANY, "key": ANY, "mode": ANY, "bars": 8, "tempo": 0, "surprise": 0.9, "instrument": ANY, "start": "", "keep_bars": 0, "notes": ""}


def understood(prompt: str) -> dict:
    """What a prompt says about a tune, as settings; only the words of a small table are understood."""
    words = re.findall(r"[a-z]+", prompt.lower())
    joined = " ".join(words)
    found: dict = {}
    for kind in sorted(tokens.KINDS[1:], key=len, reverse=True):
        if re.search(rf"\b{kind}(?:e?s)?\b", joined):
            found["kind_of_tune"] = kind
            break
    else:
        for word in words:
            if word in KIND_WORDS:
                found["kind_of_tune"] = KIND_WORDS[word]
                break
    for mode in tokens.MODES:
        if mode in words:
            found["mode"] = mode
    factor = 1.0
    for word in words:
        if word in MOOD_WORDS:
            mode, speed = MOOD_WORDS[word]
            factor *= speed
            if mode and "mode" not in found:
                found["mode"] = mode
    if factor != 1.0:
        found["tempo"] = max(40, min(240, round(KIND_FACTS[found.get("kind_of_tune", ANY)][1] * factor)))
    key = KEY_WORDS.search(prompt)
    if key:
        letter, shift = (key["big"] or key["small"]).lower(), (key["sign"] or key["word"] or key["sign2"] or key["word2"] or "").lower()
        place = (dict(zip("cdefgab", (0, 2, 4, 5, 7, 9, 11)))[letter] + {"flat": -1, "b": -1, "♭": -1, "sharp": 1, "#": 1, "♯": 1}.get(shift, 0)) % 12
        found["key"] = tokens.KEYS[place]
    for name in INSTRUMENTS:
        if re.search(rf"\b{name}\b", joined):
            found["instrument"] = name
    return found


class TuneEngine:
    """One-voice tunes of 4 to 16 bars."""

    kind = "tune"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or FOLDER / "music"
        self._lock = threading.Lock()
        self._model = None
        self._revision = ""

    def load(self) -> None:
        """Bring the note model into memory (about 10 MB besides torch and transformers).

        Raises:
            LearnerError: the model's files are missing or damaged.
        """
        with self._lock:
            if self._model is not None:
                return
            try:
                self._revision = hashlib.sha256((self.folder / "model.safetensors").read_bytes()).hexdigest()[:12]
                if json.loads((self.folder / "vocabulary.json").read_text(encoding="utf-8")) != tokens.VOCABULARY:
                    raise ValueError("another vocabulary")
                self._model = load_model(self.folder)
            except (OSError, ValueError) as problem:
                raise LearnerError("The tune model's files are missing or damaged. Run `python start.py` again to put them back.") from problem

    def create(self, recipe: Recipe, *, on_progress: OnProgress | None = None, stop: threading.Event | None = None) -> Iterator[Creation]:
        """Yield tunes for a recipe; see `Engine.create`.

        Settings: count 1-6, kind_of_tune, key, mode (or "any": read from the prompt, else drawn from the seed), bars 4-16, tempo in quarter
        notes a minute (0: usual for the kind), surprise 0.5-1.3 (temperature), instrument, start (a tune as token numbers) and
        keep_bars (how many of its bars to keep before going on anew). The result's own recipe also holds notes (its token numbers).

        Raises:
            LearnerError: the prompt or a setting cannot be used.
        """
        settings = read_settings(recipe)
        prompt = check_prompt(recipe.prompt)
        heard = understood(prompt)
        for name, value in heard.items():
            if settings[name] == DEFAULTS[name]:
                settings[name] = value
        self.load()
        for number in range(settings["count"]):
            began, seed = time.monotonic(), (recipe.seed + number) % 2**32

            def tell(bars: int, before: int = number * settings["bars"]) -> None:
                if on_progress is not None:
                    on_progress(Progress(min(before + bars, settings["bars"] * settings["count"]), settings["bars"] * settings["count"]))

            chosen = complete_settings(settings, seed)
            with self._lock:
                written = write_notes(self._model, chosen, seed, tell, stop)
            if written is None:
                return
            content = write_midi(score_of(tokens.decode(written), chosen))
            own = recipe.changed(seed=seed, prompt=prompt, model=MODEL, revision=self._revision, settings={**chosen, "count": 1, "notes": " ".join(map(str, written[:-1]))})
            yield Creation(recipe=own, content=content, seconds=round(time.monotonic() - began, 3))


def vary_settings(creation: Creation) -> dict:
    """Settings that keep the first half of a tune and write the rest anew.

    Raises:
        LearnerError: the recipe does not hold the tune's notes.
    """
    settings = {**DEFAULTS, **creation.recipe.settings}
    if not isinstance(settings["notes"], str) or not settings["notes"]:
        raise LearnerError("This tune's recipe does not hold its notes, so it cannot be varied. Make a new tune and vary that.")
    bars = settings["notes"].split().count(str(tokens.NUMBER["BAR"]))
    settings.update(start=settings["notes"], keep_bars=max(1, bars // 2), notes="")
    return settings


def metre_of(kind: str) -> str:
    return KIND_FACTS[kind][0]


def complete_settings(settings: dict, seed: int) -> dict:
    """Settings without "any": what nobody chose is drawn from the seed."""
    import random

    rng = random.Random(seed)
    chosen = dict(settings)
    for name, choices in (("kind_of_tune", ["reel", "jig", "hornpipe", "waltz", "march", "air"]), ("key", ["C", "D", "F", "G", "A"]), ("mode", ["major"] * 3 + ["minor", "dorian"]),
                          ("instrument", ["piano", "flute", "violin", "accordion", "guitar", "harp"])):
        drawn = rng.choice(choices)
        if chosen[name] == ANY:
            chosen[name] = drawn
    chosen["tempo"] = chosen["tempo"] or KIND_FACTS[chosen["kind_of_tune"]][1]
    return chosen


def write_notes(model, settings: dict, seed: int, tell, stop) -> list[int] | None:
    """Token numbers of one tune, or None when stopped.

    The model gives the odds of every next token; impossible ones are struck out before drawing: a length that would run over
    the bar, a bar line before the bar is full, an end before the last bar. The rule is ours, the notes are the model's.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    metre = metre_of(settings["kind_of_tune"])
    units = tokens.METRES[metre]
    written = tokens.header(settings["kind_of_tune"], settings["mode"], settings["key"], metre)
    if settings["keep_bars"]:
        written = kept_bars(settings)
    bars = sum(number == tokens.NUMBER["BAR"] for number in written)
    room = 0
    bar, end = tokens.NUMBER["BAR"], tokens.NUMBER["<end>"]
    pitches = [n for word, n in tokens.NUMBER.items() if word.startswith("PITCH") or word == "REST"]
    lengths = {n: int(word[7:]) for word, n in tokens.NUMBER.items() if word.startswith("LENGTH")}
    waiting_for_length, past, feed = False, None, written
    with torch.inference_mode():
        while True:
            if stop is not None and stop.is_set():
                return None
            output = model(torch.tensor([feed]), past_key_values=past, use_cache=True)
            past, logits = output.past_key_values, output.logits[0, -1].float() / settings["surprise"]
            if waiting_for_length:
                allowed = [n for n, length in lengths.items() if length <= room and can_fill(room - length)]
            elif room:
                allowed = pitches
            elif bars < settings["bars"] and len(written) < LONGEST_TUNE:
                allowed = [bar]
            else:
                return [*written, end]
            keep = torch.full_like(logits, float("-inf"))
            keep[allowed] = logits[allowed]
            keep[keep < keep.max() - 4.6] = float("-inf")  # min-p of 0.01: no accidents from the long tail
            token = int(torch.multinomial(keep.softmax(-1), 1, generator=generator))
            written, feed = [*written, token], [token]
            if token == bar:
                bars, room = bars + 1, units
                tell(bars)
            elif waiting_for_length:
                room, waiting_for_length = room - lengths[token], False
            else:
                waiting_for_length = True


def can_fill(room: int) -> bool:
    """Whether some lengths add up to `room` twelfths of a quarter note: everything but 1 does."""
    return room != 1


def kept_bars(settings: dict) -> list[int]:
    """The header and the first `keep_bars` bars of the tune in settings["start"].

    Raises:
        LearnerError: the tune in `start` is damaged.
    """
    try:
        tune = tokens.decode([int(word) for word in settings["start"].split()])
        tune = tokens.Tune(settings["kind_of_tune"], settings["mode"], settings["key"], metre_of(settings["kind_of_tune"]), tune.bars[: settings["keep_bars"]])
        if any(sum(note.length for note in bar) != tokens.METRES[tune.metre] for bar in tune.bars):
            raise ValueError("bars do not add up")
        kept = tokens.encode(tune, end=False)
        if not tune.bars or len(kept) > LONGEST_TUNE:
            raise ValueError("no bars, or too many notes for the model")
        return kept
    except (ValueError, KeyError, IndexError) as problem:
        raise LearnerError("The tune to go on from is damaged. Choose another one and press Vary again.") from problem


def score_of(tune: tokens.Tune, settings: dict) -> Score:
    """The sounding notes of a tune: the first note of a bar a little stronger."""
    notes, clock = [], 0
    for bar in tune.bars:
        for place, note in enumerate(bar):
            if note.semitones is not None:
                notes.append(Note(clock / tokens.UNITS_PER_QUARTER, note.length / tokens.UNITS_PER_QUARTER, max(21, min(108, tune.home + note.semitones)), 100 if place == 0 else 84))
            clock += note.length
    upper, lower = map(int, tune.metre.split("/"))
    signature = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    minor = ["Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm"]
    key = (minor if tune.mode in ("minor", "dorian") else signature)[tokens.KEYS.index(tune.key)]
    return Score(tuple(notes), float(settings["tempo"]), (upper, lower), INSTRUMENTS[settings["instrument"]], key)


def load_model(folder: Path):
    """The note model in 32-bit floats."""
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    from course_utils.models.hardware import usable_threads

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(usable_threads())
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, use_safetensors=True, local_files_only=True, trust_remote_code=False).eval()


def read_settings(recipe: Recipe) -> dict:
    """The settings of a tune recipe with defaults filled in.

    Raises:
        LearnerError: a setting is unknown or out of range.
    """
    settings = {**DEFAULTS, **recipe.settings}
    unknown = set(settings) - set(DEFAULTS)
    if unknown:
        raise LearnerError(f"The tune maker has no setting called {sorted(unknown)[0]}. Leave it out and try again.")
    for name, (low, high) in {"count": (1, MOST_AT_ONCE), "bars": (4, 16), "tempo": (0, 300), "surprise": (0.5, 1.3), "keep_bars": (0, 15)}.items():
        value = settings[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high or (name != "surprise" and not isinstance(value, int)):
            raise LearnerError(f"The setting {name} must be a number from {low} to {high}. Change it and try again.")
    for name, allowed in {"kind_of_tune": tokens.KINDS, "key": [ANY, *tokens.KEYS], "mode": [ANY, *tokens.MODES], "instrument": [ANY, *INSTRUMENTS]}.items():
        if settings[name] not in allowed:
            raise LearnerError(f"The setting {name} must be one of: {', '.join(allowed)}. Change it and try again.")
    for name in ("start", "notes"):
        if not isinstance(settings[name], str) or len(settings[name]) > LONGEST_START:
            raise LearnerError(f"The setting {name} must be a tune made earlier. Leave it out and try again.")
    return settings
