"""A whole track from a line of chords: who plays which pattern where, and an order of bars with an
introduction, sections that differ, fills, a break and an ending.

`arrangement` 1 in the settings is the way of tracks made before there were sections; their recipes
still give the same notes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from course_utils.music.band.feel import Feel, first_feel
from course_utils.music.band.strokes import (
    DRUMS,
    LEVELS,
    bass_notes,
    chord_notes,
    count_in,
    drum_bar,
    ending,
)
from course_utils.music.band.styles import ANY, INTENSITY, PARTS, PLAYED_BY, STEP
from course_utils.music.band.voicing import smooth
from course_utils.scores.chords import ChordLine, NamedChord, bass_pitch, voiced
from course_utils.scores.score import Note, Part, Score

__all__ = ["FIRST", "arrange", "audible", "playing"]

SECTION = 4  # bars
SECTIONS = "AABA"
FEWEST_FOR_A_BREAK = 16  # bars
FIRST = 1  # the arrangement of earlier tracks
NUMBERS = {name: number for number, name in enumerate(PARTS)}


def arrange(
    line: ChordLine,
    style: dict,
    settings: dict,
    seed: int,
    melody: Score | None,
    closing: bool = False,
) -> Score:
    """The whole track.

    Args:
        melody: a tune to be played on top.
        closing: the last bar of the line is played as an end.
    """
    return Arranger(line, style, settings, seed, melody, closing).score()


def audible(settings: dict) -> set[str]:
    """The parts that play: those of `solo` if there are any, less those of `mute`."""
    solo, mute = (
        {name.strip() for name in settings[key].split(",") if name.strip()}
        for key in ("solo", "mute")
    )
    return (solo or set(PARTS)) - mute


def playing(settings: dict) -> set[str]:
    """Those of the audible parts that have something to play: in a calm band the pad has only the
    last chord.
    """
    calm = settings["intensity"] == "calm" and not settings["ending"]
    return audible(settings) - ({"pad"} if calm else set())


@dataclass
class Arranger:
    """One track while it is written; see `arrange`."""

    line: ChordLine
    style: dict
    settings: dict
    seed: int
    melody: Score | None
    closing: bool = False
    notes: list[Note] = field(default_factory=list)
    hands: tuple[int, ...] = ()
    bass_before: int = 40

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.variant = {name: self.rng.choice(grids) for name, grids in self.grids()}
        programs = {part: self.rng.choice(self.style["instruments"][part]) for part in PLAYED_BY}
        programs |= {
            part: names[self.settings[f"{part}_by"]]
            for part, names in PLAYED_BY.items()
            if self.settings[f"{part}_by"] != ANY
        }
        self.parts = [Part("drums", self.style["kit"], True)]
        self.parts += [Part(name, programs[name]) for name in PARTS[1:]]
        self.bars = list(self.line.bars) * self.settings["repeats"]
        self.length = self.style["bar"]
        self.first = 1 if self.settings["intro"] else 0
        self.register = self.rng.choice([-3, 0, 0, 3])
        self.heard = audible(self.settings)
        self.is_new = self.settings["arrangement"] != FIRST
        self.other = self.other_variant() if self.is_new else self.variant
        self.voicing: Callable = smooth if self.is_new else voiced

    def grids(self) -> list[tuple[str, list[str]]]:
        """All patterns of the style, by name."""
        bass, chords = self.style["bass"]["grids"], self.style["chords"]["grids"]
        return [*self.style["drums"].items(), ("bass", bass), ("chords", chords)]

    def other_variant(self) -> dict[str, str]:
        """The patterns of the sections called B: another one where there is another."""
        rng = random.Random(f"other section {self.seed}")
        return {
            name: rng.choice([grid for grid in grids if grid != self.variant[name]] or grids)
            for name, grids in self.grids()
        }

    def score(self) -> Score:
        """The track."""
        if self.first:
            self.begin()
        for number, bar in enumerate(self.bars):
            self.play(number, bar)
        end = (self.first + len(self.bars)) * self.length
        if self.settings["ending"]:
            self.end(end)
        parts, notes = list(self.parts), self.felt()
        if self.melody is not None:
            parts.append(Part("tune", self.melody.program))
            notes += on_top(
                self.melody,
                len(parts) - 1,
                self.first * self.length,
                end,
                self.length,
                0 if self.is_new else 12,
            )
        return self.finished(notes, parts)

    def felt(self) -> list[Note]:
        """The notes as people play them."""
        swing, loose = self.settings["swing"], self.settings["looseness"]
        swing = self.style["swing"] if swing < 0 else swing
        strength = INTENSITY[self.settings["intensity"]]
        tempo = float(self.settings["tempo"])
        feel = Feel(self.style, self.parts, tempo, swing, loose, self.rng)
        rows = (
            replace(note, velocity=round(note.velocity * strength))
            for note in sorted(self.notes, key=lambda n: (n.start, n.part, n.pitch))
        )
        if self.is_new:
            return [feel(note) for note in rows]
        return [first_feel(note, self.rng, swing, loose) for note in rows]

    def finished(self, notes: list[Note], parts: list[Part]) -> Score:
        """The score of those who play at all."""
        used = [n for n in range(len(parts)) if any(note.part == n for note in notes)]
        kept = tuple(parts[number] for number in used)
        upper, lower = map(int, self.style["metre"].split("/"))
        rows = (replace(note, part=used.index(note.part)) for note in notes)
        return Score(
            tuple(sorted(rows, key=lambda n: (n.start, n.part, n.pitch))),
            float(self.settings["tempo"]),
            (upper, lower),
            kept[0].program if kept else 0,
            self.melody.key if self.melody else self.line.key,
            kept,
        )

    def begin(self) -> None:
        """The bar before the first: sticks, or in new tracks what the style begins with."""
        way = self.style["intro"] if self.is_new else "sticks"
        sounding = next((c for bar in self.bars for c in bar if not c.silent), None)
        if way == "sticks" or sounding is None:
            self.notes += count_in(self.style) if "drums" in self.heard else []
        if way in ("drums", "fill") and "drums" in self.heard:
            how = "calm" if way == "drums" else self.settings["intensity"]
            self.notes += drum_bar(self.style, self.variant, 0.0, True, how)
        if way == "vamp" and sounding is not None:
            self.chords_of_bar((sounding,), sounding, self.variant, 0.0)

    def play(self, number: int, bar: tuple[NamedChord, ...]) -> None:
        """One bar of the line."""
        begin = (self.first + number) * self.length
        sounds = not all(chord.silent for chord in bar)
        last = number == len(self.bars) - 1
        following = self.bars[(number + 1) % len(self.bars)][0]
        if self.is_new and sounds and self.is_break(number):
            self.stop_time(bar[0], begin)
            return
        if self.is_new and last and self.closing and sounds:
            self.close(bar[0], begin)
            return
        variant = self.variant_of(number)
        if "drums" in self.heard and sounds:
            fill = self.settings["fills"] and (number % 4 == 3 or last)
            full = self.settings["intensity"] == "full"
            if number % 4 == 0 and number > 0 and (full or (self.is_new and number % 8 == 0)):
                self.notes.append(Note(begin, 0.5, DRUMS["crash"], 70, 0))
            self.notes += drum_bar(self.style, variant, begin, fill, self.settings["intensity"])
        self.chords_of_bar(bar, following, variant, begin)

    def variant_of(self, number: int) -> dict[str, str]:
        """The patterns of a bar, by its section."""
        letter = SECTIONS[number // SECTION % len(SECTIONS)]
        return self.other if letter == "B" else self.variant

    def is_break(self, number: int) -> bool:
        """Whether all but the first beat of a bar is silent, so that what follows is awaited."""
        if not self.style["breaks"] or not self.settings["fills"]:
            return False
        bars = len(self.bars)
        place = bars * 3 // 4 // SECTION * SECTION - 1
        return bars >= FEWEST_FOR_A_BREAK and number == place

    def stop_time(self, chord: NamedChord, begin: float) -> None:
        """A break: one stroke together."""
        if chord.silent:
            return
        self.hands = self.voicing(chord, self.hands, 52 + self.register, 74 + self.register)
        if "drums" in self.heard:
            self.notes.append(Note(begin, 0.5, DRUMS["kick"], 96, 0))
            self.notes.append(Note(begin, 0.5, DRUMS["crash"], 76, 0))
            fills = [(n, g) for n, g in self.variant.items() if n.startswith("fill_")]
            for name, grid in fills:
                self.notes += [
                    Note(begin + place * STEP, 0.2, DRUMS[name[5:]], 70 + place, 0)
                    for place, sign in enumerate(grid)
                    if sign in "xo" and place >= len(grid) * 3 // 4
                ]
        if "bass" in self.heard:
            self.bass_before = bass_pitch(chord.bass, self.bass_before)
            self.notes.append(Note(begin, 0.9, self.bass_before, LEVELS["bass"] + 6, 1))
        if "chords" in self.heard:
            self.notes += [Note(begin, 0.5, p, LEVELS["chords"] + 8, 2) for p in self.hands]

    def chords_of_bar(
        self, bar: tuple[NamedChord, ...], following: NamedChord, variant: dict, begin: float
    ) -> None:
        """Bass, chords and pad of a bar."""
        share = self.length / len(bar)
        for place, chord in enumerate(bar):
            after = bar[place + 1] if place + 1 < len(bar) else following
            if chord.silent:
                continue
            self.hands = self.voicing(chord, self.hands, 52 + self.register, 74 + self.register)
            window = (round(place * share / STEP), round((place + 1) * share / STEP))
            if "bass" in self.heard:
                played = bass_notes(variant["bass"], window, chord, after, self.bass_before, begin)
                self.bass_before = played[-1].pitch if played else self.bass_before
                self.notes += played
            if "chords" in self.heard:
                self.notes += chord_notes(variant["chords"], window, self.hands, begin)
            if "pad" in self.heard and self.settings["intensity"] != "calm":
                up = 12 if max(self.hands) < 64 else 0
                self.notes += [
                    Note(begin + place * share, share * 0.98, pitch + up, LEVELS["pad"], 3)
                    for pitch in self.hands[-3:]
                ]

    def end(self, begin: float) -> None:
        """A bar after the last: the first chord again, in new tracks as the style ends."""
        home = next(chord for bar in self.bars for chord in bar if not chord.silent)
        if self.is_new:
            self.close(home, begin)
        else:
            self.notes += ending(home, self.hands, self.bass_before, begin, self.length, self.heard)

    def close(self, home: NamedChord, begin: float) -> None:
        """The last bar: a chord held, or two short strokes and a long one on the last beat."""
        beat = 1.5 if self.style["metre"] in ("6/8", "9/8", "12/8") else 1.0
        if home.silent:
            return
        if self.style["ending"] == "held":
            strokes = [(0.0, self.length)]
        else:
            late = self.length - beat if self.style["ending"] == "button" else beat
            strokes = [(0.0, beat * 0.6), (late, max(beat, self.length - late))]
        final = self.voicing(home, self.hands, 52 + self.register, 74 + self.register)
        low = bass_pitch(home.root, self.bass_before)
        for start, lasts in strokes:
            now = begin + start
            for part, pitches, hard in (
                ("drums", (DRUMS["kick"],), 94),
                ("drums", (DRUMS["crash"],) if (start, lasts) == strokes[-1] else (), 74),
                ("bass", (low,), LEVELS["bass"] + 4),
                ("chords", final, LEVELS["chords"] + 6),
                ("pad", final if lasts >= beat else (), LEVELS["pad"]),
            ):
                if part in self.heard:
                    number = NUMBERS[part]
                    self.notes += [Note(now, lasts, pitch, hard, number) for pitch in pitches]


def on_top(
    melody: Score, part: int, start: float, end: float, bar_length: float, louder: int = 12
) -> list[Note]:
    """The tune over the track, begun again at a bar line as often as it fits whole,
    at least once as far as there is room.
    """
    length = max(1, -(-round(melody.length * 100) // round(bar_length * 100))) * bar_length
    notes, begin = [], start
    while begin == start or begin + length <= end + 1e-6:
        notes += [
            replace(
                note, start=begin + note.start, velocity=min(127, note.velocity + louder), part=part
            )
            for note in melody.notes
            if begin + note.start < end - 1e-6
        ]
        begin += length
    return notes
