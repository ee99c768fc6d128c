"""Tunes of several instruments from a bigger model, such as `stanford-crfm/music-small-800k`
(Apache-2.0): a plain GPT-2 over event triples.

COURSE_TUNE_MODEL names a folder or a hub name with safetensors weights; that model's own page has
none (training/music/safe_weights.py converts them once). A note is three tokens: when it begins,
how long it lasts (both in hundredths of a second), and which instrument plays which pitch. Source
of the numbering: Thickstun et al. 2023, "Anticipatory Music Transformer". The model knows no words
and no control tokens: of a prompt only speed and instrument are used. Its training songs (Lakh
MIDI) were collected from the web.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Engine, OnProgress, Progress
from course_utils.engines.unused import left_over, no_use_for
from course_utils.models.big_tools import need_big_tools
from course_utils.models.choose import place_of
from course_utils.models.memory import the_only_big_one
from course_utils.music.form.ornaments import PLAIN
from course_utils.music.form.without_use import OWN
from course_utils.music.prompt_reading import ANY, INSTRUMENTS, understood
from course_utils.safety.prompts import check_prompt
from course_utils.scores.midi import write_midi
from course_utils.scores.score import Note, Part, Score

__all__ = ["EventTuneEngine"]

TIMES, LENGTHS, PITCHES, PLAYERS = 10_000, 1_000, 128, 129  # the last player is the drums
FIRST_LENGTH = TIMES
FIRST_NOTE = FIRST_LENGTH + LENGTHS
REST = FIRST_NOTE + PITCHES * PLAYERS
KNOWN_BEFORE = REST + 1  # the same three ranges again, without a rest, for events known beforehand
SEPARATOR = KNOWN_BEFORE + REST
ON_ITS_OWN = SEPARATOR + 1  # says that nothing is known beforehand
WORDS = ON_ITS_OWN + 2
STEPS = 100  # a second
READ = ("tempo", "instrument")  # what it does with words
NOT_READ = ("density", "kind_of_music", "plan", "upbeat", "ending", "ornaments", "band", "lyrics")
READS = 1024  # tokens the model was trained on
TOP_P = 0.98
DRUMS = 128
EXAMPLE = "stanford-crfm/music-small-800k"


def events_of(score: Score) -> list[int]:
    """The tokens of a score, note by note in order of their beginnings;
    a note beyond the model's times is left out.
    """
    found = []
    for note in sorted(score.notes, key=lambda n: (n.start, n.pitch)):
        start, length = (
            round(value * 60 / score.tempo * STEPS) for value in (note.start, note.length)
        )
        player = (
            DRUMS
            if score.parts and score.parts[note.part].drums
            else score.parts[note.part].program
            if score.parts
            else score.program
        )
        if 0 <= start < TIMES:
            found += [
                start,
                FIRST_LENGTH + max(0, min(LENGTHS - 1, length)),
                FIRST_NOTE + PITCHES * player + note.pitch,
            ]
    return found


def score_of_events(events: list[int], tempo: float, metre: tuple[int, int] = (4, 4)) -> Score:
    """The score of some tokens; triples that are no note (rests) are left out.

    Raises:
        ValueError: the tokens are not triples of time, length and note.
    """
    if len(events) % 3:
        raise ValueError("events come in threes")
    read: list[tuple[float, float, int, int]] = []
    for start, length, note in zip(events[::3], events[1::3], events[2::3]):
        if note == REST:
            continue
        if (
            not 0 <= start < TIMES
            or not FIRST_LENGTH <= length < FIRST_NOTE
            or not FIRST_NOTE <= note < REST
        ):
            raise ValueError("a token in the wrong place")
        beats = tempo / 60 / STEPS
        read.append(
            (
                start * beats,
                max(1, length - FIRST_LENGTH) * beats,
                (note - FIRST_NOTE) % PITCHES,
                (note - FIRST_NOTE) // PITCHES,
            )
        )
    players = sorted({player for *_, player in read})
    names = {program: name for name, program in INSTRUMENTS.items()}
    parts = tuple(
        Part(
            "drums" if player == DRUMS else names.get(player, f"instrument {player + 1}"),
            0 if player == DRUMS else player,
            player == DRUMS,
        )
        for player in players[:15]
    )
    notes = tuple(
        Note(start, length, pitch, 84, players.index(player))
        for start, length, pitch, player in sorted(read)
        if player in players[:15]
    )
    single = len(parts) < 2 and not any(part.drums for part in parts)
    return Score(
        notes, tempo, metre, parts[0].program if parts else 0, "C", () if single else parts
    )


class EventTuneEngine(Engine):
    """Music of several instruments, from nothing or going on from a tune."""

    kind = "tune"

    def __init__(self, source: str) -> None:
        self.source, self.name = source, Path(source).name if os.path.isdir(source) else source
        self._lock, self._model, self._revision = threading.Lock(), None, ""

    def load(self) -> None:
        """Bring the model into memory.

        Raises:
            LearnerError: it cannot be opened, has no safe weights, or is another sort of model.
        """
        with self._lock:
            if self._model is not None:
                return
            need_big_tools("This tune model")
            from transformers import AutoModelForCausalLM
            from transformers.utils import logging

            from course_utils.words.backends.hf_transformers import commit_of, device_and_dtype

            logging.set_verbosity_error()
            logging.disable_progress_bar()
            device, dtype = device_and_dtype()
            place = place_of(self.source, "tune")
            try:
                with the_only_big_one(self.give_up):
                    model = (
                        AutoModelForCausalLM.from_pretrained(
                            place,
                            trust_remote_code=False,
                            local_files_only=True,
                            use_safetensors=True,
                            dtype=dtype,
                        )
                        .to(device)
                        .eval()
                    )
            except Exception as problem:
                # transformers raises whatever the broken part of a folder made it raise
                raise LearnerError(
                    f"The tune model {self.name} could not be opened: it is not there, or has no"
                    ' weights in the safe format (safetensors; see "A bigger music model" in the'
                    " README). Clear COURSE_TUNE_MODEL to use the course's own model."
                ) from problem
            if model.config.vocab_size < WORDS:
                raise LearnerError(
                    f"The model {self.name} does not write event triples as {EXAMPLE} does. Clear"
                    " COURSE_TUNE_MODEL to use the course's own model."
                )
            self._revision, self._model = commit_of(place)[:12], model

    def give_up(self) -> None:
        """Let go of the model; it is opened again when it is next needed.

        A tune that is just being written is finished first.
        """
        self._model = None

    def unused(self, recipe: Recipe) -> list[str]:
        """Words of the prompt that choose nothing: this model reads a speed and an instrument."""
        return left_over(
            recipe.prompt, lambda text: {n: v for n, v in understood(text).items() if n in READ}
        )

    def without_effect(self, recipe: Recipe) -> str:
        """Settings that this model cannot read, in a sentence."""
        from course_utils.music.engine import DEFAULTS, read_settings

        asked = read_settings(recipe)
        names = NOT_READ if asked["start"] else (*OWN, *NOT_READ)  # else they are the tune's
        lost = [one for one in names if asked[one] not in (DEFAULTS[one], PLAIN)]
        why = f"The model {self.name} reads only length, tempo, surprise and instrument."
        return f"{no_use_for(lost)} {why}" if lost else ""

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Creation]:
        """Yield pieces for a recipe; see `Engine.create`.

        Settings as `TuneEngine.create`; task must be write, kind, key and mode are not understood.

        Raises:
            LearnerError: a setting cannot be used, or the task is one this model does not do.
        """
        settings, prompt = self._settled(recipe)
        tempo = float(settings["tempo"] or 120)
        chosen = settings["instrument"]
        begun = begun_events(settings, tempo)
        player = None if chosen == ANY or begun else INSTRUMENTS[chosen]
        end = min(TIMES - 1, round(settings["bars"] * 4 * 60 / tempo * STEPS))
        for number in range(settings["count"]):
            self.load()
            began, seed = time.monotonic(), (recipe.seed + number) % 2**32

            def tell(share: float, before: int = number) -> None:
                if on_progress is not None:
                    on_progress(Progress(round((before + share) * 100), 100 * settings["count"]))

            with self._lock:
                events = write_events(
                    self._model, begun, end, seed, settings["surprise"], player, tell, stop
                )
            if events is None:
                return
            own = recipe.changed(
                seed=seed,
                prompt=prompt,
                model=self.name,
                revision=self._revision,
                settings={**settings, "count": 1},
            )
            yield Creation(
                recipe=own,
                content=write_midi(score_of_events(events, tempo)),
                seconds=round(time.monotonic() - began, 3),
            )

    def _settled(self, recipe: Recipe) -> tuple[dict, str]:
        """The settings with what the prompt says, and the checked prompt.

        Raises:
            LearnerError: a setting cannot be used, or the task is one this model does not do.
        """
        from course_utils.music.engine import DEFAULTS, read_settings

        settings = read_settings(recipe)
        prompt = check_prompt(recipe.prompt)
        if settings["task"] != "write":
            raise LearnerError(
                f"The model {self.name} writes and goes on, but does not do this. Clear"
                " COURSE_TUNE_MODEL to use the course's own model for it."
            )
        said = {name: value for name, value in understood(prompt).items() if name in READ}
        settings |= {
            name: value for name, value in said.items() if settings[name] == DEFAULTS[name]
        }
        return settings, prompt

    def told(self, recipe: Recipe) -> str:
        """Nothing to say about earlier models here."""
        return ""


def begun_events(settings: dict, tempo: float) -> list[int]:
    """The events of the tune to go on with; none where there is no such tune."""
    from course_utils.music.score_to_tokens import tune_from_numbers
    from course_utils.music.tasks import melody_score

    if not settings["start"]:
        return []
    player = "piano" if settings["instrument"] == ANY else settings["instrument"]
    tune = tune_from_numbers(settings["start"])
    return events_of(melody_score(tune, {"tempo": tempo, "instrument": player}))


def write_events(
    model, begun: list[int], end: int, seed: int, surprise: float, player: int | None, tell, stop
) -> list[int] | None:
    """Events after some others until `end` (hundredths of a second), or as many as the model reads;
    None when stopped.

    At least one note is written. Each token is drawn among those of its place in the triple: a time
    not before the last one, a length, a note of `player` (of any, if None).
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    events, past, feed, now = list(begun), None, [ON_ITS_OWN, *begun], begun[-3] if begun else 0
    with torch.inference_mode():
        while len(events) + 4 <= min(READS, model.config.max_position_embeddings):
            for place in range(3):
                if stop is not None and stop.is_set():
                    return None
                output = model(
                    input_ids=torch.tensor([feed], device=model.device),
                    past_key_values=past,
                    use_cache=True,
                )
                past, logits = output.past_key_values, output.logits[0, -1].float().cpu() / surprise
                low, high = (
                    (now, TIMES if len(events) > len(begun) else max(end, now + 1)),
                    (FIRST_LENGTH, FIRST_NOTE),
                    (
                        FIRST_NOTE + PITCHES * (player or 0),
                        REST if player is None else FIRST_NOTE + PITCHES * (player + 1),
                    ),
                )[place]
                shares, order = logits[low:high].softmax(-1).sort(descending=True)
                shares = shares.masked_fill(shares.cumsum(0) - shares >= TOP_P, 0.0)
                token = low + int(order[torch.multinomial(shares, 1, generator=generator)])
                if place == 0:
                    if token >= end:
                        return events
                    now = token
                    tell(now / end)
                events.append(token)
                feed = [token]
    return events
