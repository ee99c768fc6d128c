"""Backing tracks: drums, bass, chords and a pad from a line of chords,
after styles that are readable files (styles/*.toml).

No learned model: the patterns stand in the style's file, the seed chooses among them, moves the
hands and makes the playing a little uneven.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import OnProgress, Progress
from course_utils.music.band.settings import BackingSettings
from course_utils.music.band.styles import (
    ANY,
    INTENSITY,
    PARTS,
    PLAYED_BY,
    STEP,
    read_style,
    style_names,
)
from course_utils.scores.chord_line_words import read_asked, stretched
from course_utils.scores.chords import ChordLine, NamedChord, bass_pitch, voiced
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.score import Note, Part, Score

MODEL = "course-backing (patterns, no learned model)"
DRUMS = {
    "kick": 36,
    "side_stick": 37,
    "snare": 38,
    "clap": 39,
    "tom_low": 45,
    "closed_hat": 42,
    "pedal_hat": 44,
    "open_hat": 46,
    "tom_mid": 47,
    "crash": 49,
    "tom_high": 50,
    "ride": 51,
    "tambourine": 54,
    "cowbell": 56,
    "shaker": 70,
    "claves": 75,
    "triangle": 81,
}
# played more softly than drums
LIGHT = {"closed_hat", "pedal_hat", "open_hat", "ride", "shaker", "tambourine", "triangle"}
# strokes of middle strength, MIDI velocity
LEVELS = {"drums": 84, "bass": 92, "chords": 70, "pad": 46, "tune": 100}
LONGEST_TRACK = 170  # seconds, with intro and ending
DEFAULTS = BackingSettings().model_dump()
# the introduction by sixteenths: of a bar of four quarters, of a waltz, of any other
COUNT_IN = {16: "x...x...x...x...", 12: "x...x...x...", 0: "x.....x....."}


class BackingEngine:
    """Tracks of several players as MIDI."""

    kind = "backing"

    def load(self) -> None:
        """There is no model to load."""

    def unused(self, recipe: Recipe) -> list[str]:
        """Words among the chords that are neither chords nor followed."""
        return read_asked(recipe.prompt, style_names()).unused

    def without_effect(self, recipe: Recipe) -> str:
        """How chords were read that can be read otherwise, and signs that are not followed."""
        return " ".join(read_asked(recipe.prompt, style_names()).line.guessed)

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        tune: Creation | None = None,
    ) -> Iterator[Creation]:
        """Yield tracks for a recipe; see `Engine.create`.

        The prompt is the line of chords (see `scores.chords.read_line`).

        Settings: count 1-6, style (`style_names()`), tempo in quarter notes a minute (0: the
        style's, or the tune's), repeats 1-8 of the line, swing 0-1 (-1: the style's), intensity
        (`INTENSITY`), fills, intro, ending, mute and solo (names of `PARTS` with commas), bass_by,
        chords_by and pad_by (names in PLAYED_BY, "any": as the style has it), looseness 0-1 (how
        uneven the playing is). `tune` is played on top, as often as it fits.

        Raises:
            LearnerError: the chords or a setting cannot be used, or the tune's metre is not the
                style's.
        """
        settings, line, melody = settled(recipe, tune)
        style = read_style(settings["style"])
        for number in range(settings["count"]):
            if stop is not None and stop.is_set():
                return
            began, seed = time.monotonic(), (recipe.seed + number) % 2**32
            score = Band(line, style, settings, seed, melody).play()
            own = recipe.changed(
                seed=seed,
                model=MODEL,
                settings={**settings, "count": 1},
                **({"parent": tune.id} if tune is not None else {}),
            )
            if on_progress is not None:
                on_progress(Progress(number + 1, settings["count"]))
            yield Creation(
                recipe=own, content=write_midi(score), seconds=round(time.monotonic() - began, 3)
            )


def settled(recipe: Recipe, tune: Creation | None) -> tuple[dict, ChordLine, Score | None]:
    """The settings with what the words, the style and the tune say, the chords, and the melody.

    Raises:
        LearnerError: the chords or a setting cannot be used, or the tune's metre is not the
            style's.
    """
    settings = read_settings(recipe)
    asked, new = read_asked(recipe.prompt, style_names()), recipe.model != MODEL
    if new and asked.style and settings["style"] == DEFAULTS["style"]:
        settings["style"] = asked.style
    line = stretched(asked.line, asked.bars)
    if asked.bars:
        settings["repeats"] = 1
    style = read_style(settings["style"])
    if new and not settings["tempo"] and tune is None:
        settings["tempo"] = asked.tempo or round(style["tempo"] * asked.speed)
    melody = read_midi(tune.content) if tune is not None else None
    if melody is not None:
        if abs(melody.bar_length - style["bar"]) > 1e-6:
            raise LearnerError(
                f"The tune has {melody.metre[0]}/{melody.metre[1]} in a bar and the style"
                f" {settings['style']} has {style['metre']}. Choose one of:"
                f" {', '.join(fitting_styles(melody.bar_length)) or 'another tune'}."
            )
        settings["with_tune"] = True
        settings["tempo"] = settings["tempo"] or round(melody.tempo)
    settings["tempo"] = settings["tempo"] or style["tempo"]
    bars = len(line.bars) * settings["repeats"] + settings["intro"] + settings["ending"]
    seconds = bars * style["bar"] * 60 / settings["tempo"]
    if seconds > LONGEST_TRACK:
        raise LearnerError(
            f"That would last {seconds:.0f} seconds and the limit is {LONGEST_TRACK}. Repeat"
            " less, or play faster."
        )
    return settings, line, melody


def fitting_styles(bar_length: float) -> list[str]:
    """Styles whose bars are that many quarter notes long."""
    return [name for name in style_names() if abs(read_style(name)["bar"] - bar_length) < 1e-6]


class Band:
    """The players of one track: what each may play is drawn from the seed once."""

    def __init__(
        self, line: ChordLine, style: dict, settings: dict, seed: int, melody: Score | None
    ) -> None:
        self.line, self.style, self.settings, self.melody = line, style, settings, melody
        self.rng = rng = random.Random(seed)
        grids = {**style["drums"], **{part: style[part]["grids"] for part in ("bass", "chords")}}
        self.variant = {name: rng.choice(some) for name, some in grids.items()}
        programs = {part: rng.choice(style["instruments"][part]) for part in PLAYED_BY}
        programs |= {
            part: names[settings[f"{part}_by"]]
            for part, names in PLAYED_BY.items()
            if settings[f"{part}_by"] != ANY
        }
        self.parts = [
            Part("drums", 0, True),
            *(Part(name, programs[name]) for name in ("bass", "chords", "pad")),
        ]
        self.register = rng.choice([-3, 0, 0, 3])
        self.heard, self.bar_length = audible(settings), style["bar"]
        self.first = 1 if settings["intro"] else 0  # the bar the line begins with
        self.bars = list(line.bars) * settings["repeats"]
        self.end = (self.first + len(self.bars)) * self.bar_length
        self.hands: tuple[int, ...] = ()  # on the keys now
        self.bass_before = 40

    def play(self) -> Score:
        """The whole track: an introduction, the line as often as asked, an ending on the first
        chord.
        """
        notes = self._count_in() if self.first else []
        for number in range(len(self.bars)):
            notes += self._drums(number) + self._bar(number)
        if self.settings["ending"]:
            home = next(chord for bar in self.bars for chord in bar if not chord.silent)
            asked = (self.hands, self.bass_before, self.end, self.bar_length, self.heard)
            notes += ending(home, *asked)
        notes = self._humanised(notes)
        if self.melody is not None:
            self.parts.append(Part("tune", self.melody.program))
            begin = self.first * self.bar_length
            notes += on_top(self.melody, len(self.parts) - 1, begin, self.end, self.bar_length)
        return self._score(notes)

    def _count_in(self) -> list[Note]:
        if "drums" not in self.heard:
            return []
        sixteenths = round(self.bar_length / STEP)
        waltz = self.bar_length == 3 and self.style["metre"] == "3/4"
        beats = COUNT_IN[16 if sixteenths == 16 else 12 if waltz else 0]
        return [
            Note(place * STEP, 0.2, DRUMS["side_stick"], 70, 0)
            for place, sign in enumerate(beats)
            if sign == "x"
        ]

    def _drums(self, number: int) -> list[Note]:
        """The drums of a bar; they are silent where all its chords are."""
        if "drums" not in self.heard or all(chord.silent for chord in self.bars[number]):
            return []
        last = number % 4 == 3 or number == len(self.bars) - 1
        intensity = self.settings["intensity"]
        return drum_bar(
            self.style,
            self.variant,
            (self.first + number) * self.bar_length,
            self.settings["fills"] and last,
            number % 4 == 0 and number > 0 and intensity == "full",
            intensity,
        )

    def _bar(self, number: int) -> list[Note]:
        """Bass, chords and pad of a bar."""
        bar, begin = self.bars[number], (self.first + number) * self.bar_length
        share, notes = self.bar_length / len(bar), []
        chords = [*bar, self.bars[(number + 1) % len(self.bars)][0]]  # and what follows
        for place, chord in enumerate(bar):
            if chord.silent:
                continue
            self.hands = voiced(chord, self.hands, 52 + self.register, 74 + self.register)
            window = (round(place * share / STEP), round((place + 1) * share / STEP))
            if "bass" in self.heard:
                asked = (chord, chords[place + 1], self.bass_before, begin)
                played = bass_notes(self.variant["bass"], window, *asked)
                self.bass_before = played[-1].pitch if played else self.bass_before
                notes += played
            if "chords" in self.heard:
                notes += chord_notes(self.variant["chords"], window, self.hands, begin)
            if "pad" in self.heard and self.settings["intensity"] != "calm":
                notes += self._pad(begin + place * share, share * 0.98)
        return notes

    def _pad(self, start: float, length: float) -> list[Note]:
        up = 12 if max(self.hands) < 64 else 0
        return [Note(start, length, pitch + up, LEVELS["pad"], 3) for pitch in self.hands[-3:]]

    def _humanised(self, notes: list[Note]) -> list[Note]:
        strength, swing = INTENSITY[self.settings["intensity"]], self.settings["swing"]
        swing = self.style["swing"] if swing < 0 else swing
        return [
            humanised(
                replace(note, velocity=round(note.velocity * strength)),
                self.rng,
                swing,
                self.settings["looseness"],
            )
            for note in sorted(notes, key=in_time)
        ]

    def _score(self, notes: list[Note]) -> Score:
        """The notes with only the parts that play."""
        used = sorted({note.part for note in notes})
        kept = tuple(self.parts[number] for number in used)
        notes = [replace(note, part=used.index(note.part)) for note in notes]
        upper, lower = map(int, self.style["metre"].split("/"))
        return Score(
            tuple(sorted(notes, key=in_time)),
            float(self.settings["tempo"]),
            (upper, lower),
            kept[0].program if kept else 0,
            self.melody.key if self.melody else self.line.key,
            kept,
        )


def in_time(note: Note) -> tuple[float, int, int]:
    return note.start, note.part, note.pitch


def audible(settings: dict) -> set[str]:
    """The parts that play: those of `solo` if there are any, less those of `mute`."""
    solo, mute = (
        {name.strip() for name in settings[key].split(",") if name.strip()}
        for key in ("solo", "mute")
    )
    return (solo or set(PARTS)) - mute


def drum_bar(
    style: dict, variant: dict, begin: float, fill: bool, crash: bool, intensity: str
) -> list[Note]:
    """One bar of drums; a fill takes over its second half."""
    fills = {
        name.removeprefix("fill_"): grid
        for name, grid in variant.items()
        if name.startswith("fill_")
    }
    steps = round(style["bar"] / STEP)
    notes = [Note(begin, 0.5, DRUMS["crash"], 70, 0)] if crash else []
    for name, grid in variant.items():
        if name not in DRUMS or (intensity == "calm" and name in ("open_hat", "crash")):
            continue
        for place, sign in enumerate(grid):
            if sign in "xo" and not (
                fill and fills and place >= steps * 5 // 8 and name not in ("kick", *LIGHT)
            ):
                notes.append(
                    Note(
                        begin + place * STEP,
                        0.2,
                        DRUMS[name],
                        stroke(sign, "drums", name in LIGHT),
                        0,
                    )
                )
    for name, grid in fills.items() if fill else ():
        notes += [
            Note(
                begin + place * STEP,
                0.2,
                DRUMS[name],
                min(110, stroke(sign, "drums") - 10 + place),
                0,
            )
            for place, sign in enumerate(grid)
            if sign in "xo"
        ]
    return notes


def stroke(sign: str, part: str, light: bool = False) -> int:
    """How hard a sign of a grid is played."""
    return round(LEVELS[part] * (1.0 if sign == "x" else 0.62) * (0.72 if light else 1.0))


def held(grid: str, place: int, end: int) -> int:
    """How many steps the sign at `place` lasts: itself and the - signs after it."""
    length = 1
    while place + length < end and grid[place + length] == "-":
        length += 1
    return length


def bass_notes(
    grid: str,
    window: tuple[int, int],
    chord: NamedChord,
    after: NamedChord,
    near: int,
    begin: float,
) -> list[Note]:
    """The bass of one chord: the grid's steps within the chord's window;
    the root begins where the grid is silent there.
    """
    notes, root = [], bass_pitch(chord.bass, near)
    signs = list(grid[window[0] : window[1]])
    if signs and window[0] and signs[0] in "-.":
        signs[0] = "R"  # a chord that comes in the middle of a bar is heard from its root
    inside = "".join(signs)
    for place, sign in enumerate(inside):
        if sign in ".-":
            continue
        target = root if after.silent else bass_pitch(after.bass, root)
        pitch = {
            "R": root,
            "3": bass_pitch(chord.third, root),
            "5": bass_pitch(chord.fifth, root),
            "8": root + 12,
            "a": target + (1 if target < root else -1),
        }.get(sign, root)
        length = held(inside, place, len(inside)) * STEP
        notes.append(
            Note(
                begin + (window[0] + place) * STEP,
                length * 0.92,
                pitch,
                LEVELS["bass"] - (0 if place == 0 else 8),
                1,
            )
        )
    return notes


def chord_notes(
    grid: str, window: tuple[int, int], hands: tuple[int, ...], begin: float
) -> list[Note]:
    """The chords of one window: x strikes all notes, 1, 2 and 3 pick one from below."""
    notes = []
    inside = grid[window[0] : window[1]]
    if window[0] and inside and inside[0] in "-.":
        inside = "x" + inside[1:]
    for place, sign in enumerate(inside):
        if sign in ".-":
            continue
        start, length = begin + (window[0] + place) * STEP, held(inside, place, len(inside)) * STEP
        if sign in "xo":
            notes += [
                Note(start, length * 0.95, pitch, stroke(sign, "chords") - 2 * up, 2)
                for up, pitch in enumerate(hands)
            ]
        else:
            notes.append(
                Note(
                    start,
                    max(length, 2 * STEP),
                    hands[(int(sign) - 1) % len(hands)] if sign.isdigit() else hands[0],
                    stroke("x", "chords") + 8,
                    2,
                )
            )
    return notes


def ending(
    chord: NamedChord,
    hands: tuple[int, ...],
    bass_before: int,
    start: float,
    length: float,
    heard: set[str],
) -> list[Note]:
    """One last bar: the first chord again, held."""
    final = voiced(chord, hands)
    notes = []
    if "drums" in heard:
        notes += [Note(start, 1.0, DRUMS["kick"], 90, 0), Note(start, 1.0, DRUMS["crash"], 74, 0)]
    if "bass" in heard:
        notes.append(Note(start, length, bass_pitch(chord.root, bass_before), LEVELS["bass"], 1))
    for part, number in (("chords", 2), ("pad", 3)):
        if part in heard:
            notes += [Note(start, length, pitch, LEVELS[part] + 6, number) for pitch in final]
    return notes


def humanised(note: Note, rng: random.Random, swing: float, looseness: float) -> Note:
    """Off-beat eighths later by the swing (1 is a triplet), and every note a little early or late,
    strong or weak.
    """
    within = note.start % 1.0
    late = (
        swing / 6
        if 0.45 <= within < 0.75
        else swing / 12
        if within >= 0.75 or 0.2 < within < 0.45
        else 0.0
    )
    start = max(0.0, note.start + late + rng.gauss(0, 0.012) * looseness)
    return replace(
        note,
        start=start,
        velocity=max(1, min(127, round(note.velocity + rng.gauss(0, 6) * looseness))),
    )


def on_top(melody: Score, part: int, start: float, end: float, bar_length: float) -> list[Note]:
    """The tune over the track, begun again at a bar line as often as it fits whole,
    at least once as far as there is room.
    """
    length = max(1, -(-round(melody.length * 100) // round(bar_length * 100))) * bar_length
    notes, begin = [], start
    while begin == start or begin + length <= end + 1e-6:
        notes += [
            replace(
                note, start=begin + note.start, velocity=min(127, note.velocity + 12), part=part
            )
            for note in melody.notes
            if begin + note.start < end - 1e-6
        ]
        begin += length
    return notes


def read_settings(recipe: Recipe) -> dict:
    """The settings of a backing recipe with defaults filled in.

    Raises:
        LearnerError: a setting is unknown or out of range, or every player is silent.
    """
    settings = BackingSettings.read(recipe).model_dump()
    if not audible(settings):
        raise LearnerError("Every player is muted. Let at least one play.")
    return settings
