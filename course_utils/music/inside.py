"""Inside the note model: the odds of the next note on a keyboard,
and what its control tokens change with the same seed.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, replace

from course_utils.creation import Creation, LearnerError
from course_utils.engines import GENERATION_LOCK, engine_for
from course_utils.music import tokens as tokens
from course_utils.music.decoding import LENGTHS, PITCHES, can_fill
from course_utils.music.engine import tune_engine
from course_utils.music.tokens import METRES, NUMBER, Tune, TuneNote, home_of
from course_utils.scores.description import note_name

__all__ = [
    "Begun",
    "NoteOdds",
    "begin_melody",
    "begun_from",
    "compare_tunes",
    "length_name",
    "next_notes",
]

MOST_NOTES = 64
LIKELY = 0.01  # lengths less likely than this are not looked into
LENGTH_NAMES = {
    2: "a sixth of a beat",
    3: "a quarter of a beat",
    4: "a third of a beat",
    6: "half a beat",
    8: "two thirds of a beat",
    9: "three quarters of a beat",
    12: "1 beat",
    18: "a beat and a half",
}


@dataclass(frozen=True)
class Begun:
    """A melody that is being written: its control tokens, how many bars it shall have,
    and its notes so far.
    """

    kind: str = "jig"
    mode: str = "major"
    key: str = "D"
    metre: str = "6/8"
    bars: int = 8
    notes: tuple[TuneNote, ...] = ()

    def tokens(self) -> list[int]:
        """What the model reads; it ends where the next length or pitch comes."""
        written, clock, length = tokens.header(self.kind, self.mode, self.key, self.metre), 0, 0
        full = METRES[self.metre]
        for note in self.notes:
            if clock % full == 0:
                written.append(tokens.left(self.bars - clock // full))
                length = 0
            if note.length != length:
                written.append(NUMBER[f"LENGTH {note.length}"])
                length = note.length
            written.append(tokens.pitch_token(note.semitones))
            clock += note.length
        return written if clock % full else [*written, tokens.left(self.bars - clock // full)]

    @property
    def clock(self) -> int:
        """Twelfths of a quarter note so far."""
        return sum(note.length for note in self.notes)

    @property
    def room(self) -> int:
        """Twelfths of a quarter note left in the bar."""
        return METRES[self.metre] - self.clock % METRES[self.metre]

    @property
    def done(self) -> bool:
        return self.clock >= self.bars * METRES[self.metre] or len(self.notes) >= MOST_NOTES

    def with_note(self, semitones: int | None, length: int) -> Begun:
        return replace(self, notes=(*self.notes, TuneNote(semitones, length)))

    def tune(self) -> Tune:
        """The melody in bars, the last one filled with a rest."""
        full, bars, notes = METRES[self.metre], [], list(self.notes)
        while notes:
            bar, length = [], 0
            while notes and length < full:
                bar.append(notes.pop(0))
                length += bar[-1].length
            while length < full:
                part = next(
                    d
                    for d in reversed(tokens.DURATIONS)
                    if d <= full - length and full - length - d != 1
                )
                bar.append(TuneNote(None, part))
                length += part
            bars.append(tuple(bar))
        return Tune(self.kind, self.mode, self.key, self.metre, tuple(bars))


@dataclass
class NoteOdds:
    """What may come next after some notes: pitches (MIDI number, or None for a rest) and lengths
    (twelfths of a quarter note), each with its probability, likeliest first. A notebook shows a
    keyboard and a table. `odds[2]` is the melody with choice number 2 added.
    """

    before: Begun
    pitches: list[tuple[int | None, float]]
    lengths: list[tuple[int, float]]
    shown: int = 8

    def __getitem__(self, place: int) -> Begun:
        if not 1 <= place <= min(self.shown, len(self.pitches)):
            raise LearnerError(f"Choose a number from 1 to {min(self.shown, len(self.pitches))}.")
        return self.choose(self.pitches[place - 1][0])

    def choose(self, pitch: int | None, length: int | None = None) -> Begun:
        """The melody with a pitch added, as long as the likeliest length or as the one given."""
        return self.before.with_note(
            None if pitch is None else pitch - home_of(self.before.key),
            length or self.lengths[0][0],
        )

    @property
    def where(self) -> str:
        """Where in the melody this is, in words."""
        full = METRES[self.before.metre]
        notes = ", ".join(
            "rest" if n.semitones is None else note_name(home_of(self.before.key) + n.semitones)
            for n in self.before.notes[-6:]
        )
        return (
            f"Bar {self.before.clock // full + 1} of {self.before.bars}, after"
            f" {notes or 'nothing yet'}."
        )

    def rows(self) -> list[tuple[str, float]]:
        return [
            ("rest" if pitch is None else note_name(pitch), share)
            for pitch, share in self.pitches[: self.shown]
        ]

    def how_long(self) -> str:
        return ", ".join(
            f"{length_name(length)} {share:.0%}"
            for number, (length, share) in enumerate(self.lengths[:4])
            if share >= 0.005 or number == 0
        )

    def __repr__(self) -> str:
        lengths = self.how_long()
        return "\n".join(
            [
                self.where,
                *(
                    f"{number}. {name} {share:.1%}"
                    for number, (name, share) in enumerate(self.rows(), 1)
                ),
                f"Length: {lengths}.",
            ]
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td>{number}</td><th scope="row"'
            f' style="text-align:left">{html.escape(name)}</th><td>{share:.1%}</td></tr>'
            for number, (name, share) in enumerate(self.rows(), 1)
        )
        lengths = self.how_long()
        head = (
            '<tr><th scope="col">No.</th><th scope="col">Next note</th><th'
            ' scope="col">Odds</th></tr>'
        )
        return (
            f"{keyboard_svg(self)}<table><caption>{html.escape(self.where)}</caption>"
            f"{head}{rows}</table><p>How"
            f" long: {lengths}.</p>"
        )


def length_name(length: int) -> str:
    return LENGTH_NAMES.get(length, f"{length / 12:g} beats")


def keyboard_svg(odds: NoteOdds) -> str:
    """A keyboard on which the likelier keys are darker, with the odds written on them,
    so that colour alone tells nothing. No scripts.
    """
    likely = {pitch: share for pitch, share in odds.pitches if pitch is not None and share >= 0.005}
    around = [*likely, home_of(odds.before.key)]
    low, high = min(around) // 12 * 12, -(-(max(around) + 1) // 12) * 12
    whites = [pitch for pitch in range(low, high) if pitch % 12 in (0, 2, 4, 5, 7, 9, 11)]
    width, most = 640 / len(whites), max(likely.values(), default=1)
    last = next(
        (
            home_of(odds.before.key) + n.semitones
            for n in reversed(odds.before.notes)
            if n.semitones is not None
        ),
        None,
    )
    keys: list[str] = []
    for number, pitch in enumerate(whites):
        share = likely.get(pitch, 0.0)
        keys += _key(WHITE, number * width, width, share, share / most, pitch == last)
        if pitch % 12 == 0:
            keys.append(
                f'<text x="{number * width + 3:.1f}" y="172" font-size="11"'
                f' font-family="sans-serif" fill="#1b1f27">C {pitch // 12 - 1}</text>'
            )
    for number, pitch in enumerate(whites):
        if pitch % 12 not in (4, 11):
            share, left = likely.get(pitch + 1, 0.0), (number + 1) * width - width * 0.3
            keys += _key(BLACK, left, width * 0.6, share, share / most, pitch + 1 == last)
    said = ", ".join(f"{name} {share:.0%}" for name, share in odds.rows()[:5])
    name = html.escape(f"A keyboard with the odds of the next note: {said}.", quote=True)
    return (
        f'<svg role="img" aria-label="{name}" viewBox="0 0 640 178"'
        f' style="width:100%;max-width:640px"><title>{name}</title><desc>The fuller a key, the'
        f" likelier; numbers are per cent; a ring marks the last note.</desc>{''.join(keys)}</svg>"
    )


@dataclass(frozen=True)
class _Keys:
    """How keys of one colour look: height, colours of key, bar and ink; where numbers stand."""

    tall: int
    fill: str
    bar: str
    ink: str
    number_at: int
    number_size: int


WHITE = _Keys(140, "#ffffff", "#0b57a8", "#1b1f27", 156, 11)
BLACK = _Keys(84, "#3d4a5c", "#ffb454", "#ffffff", 66, 9)


def _key(keys: _Keys, left: float, wide: float, share: float, full: float, ring: bool) -> list[str]:
    """A key as SVG, filled to `full` (0 to 1), with its share in per cent and perhaps a ring."""
    parts = [
        f'<rect x="{left:.1f}" y="0" width="{wide:.1f}" height="{keys.tall}"'
        f' fill="{keys.fill}" stroke="#1b1f27"/>'
    ]
    if share:
        up = max(3, full * (keys.tall - 30))
        parts.append(
            f'<rect x="{left + 1.5:.1f}" y="{keys.tall - up:.1f}" width="{wide - 3:.1f}"'
            f' height="{up:.1f}" fill="{keys.bar}"/>'
        )
    if share >= 0.02:
        parts.append(
            f'<text x="{left + wide / 2:.1f}" y="{keys.number_at}"'
            f' font-size="{keys.number_size}" text-anchor="middle" font-family="sans-serif"'
            f' fill="{keys.ink}">{round(share * 100)}</text>'
        )
    if ring:
        parts.append(
            f'<circle cx="{left + wide / 2:.1f}" cy="12" r="4" fill="none"'
            f' stroke="{keys.ink}" stroke-width="2"/>'
        )
    return parts


def begin_melody(
    kind: str = "jig", key: str = "D", mode: str = "major", metre: str = "", bars: int = 8
) -> Begun:
    """A melody with control tokens and no notes yet; without a metre, the kind's usual one.

    Raises:
        LearnerError: the model has no such token.
    """
    from course_utils.music.prompt_reading import KIND_FACTS

    for name, value, allowed in (
        ("kind", kind, tokens.KINDS),
        ("key", key, tokens.KEYS),
        ("mode", mode, tokens.MODES),
        ("metre", metre or "4/4", list(METRES)),
    ):
        if value not in allowed:
            raise LearnerError(
                f"The model has no token for the {name} {str(value)[:30]!r}. Choose one of:"
                f" {', '.join(allowed)}."
            )
    if isinstance(bars, bool) or not isinstance(bars, int) or not 1 <= bars <= 32:
        raise LearnerError(
            "The number of bars must be a whole number from 1 to 32. Change it and try again."
        )
    return Begun(kind, mode, key, metre or KIND_FACTS[kind][0], bars)


def begun_from(tune: Creation, notes: int = 8) -> Begun:
    """The first notes of a tune, to look at what might have come instead.

    Raises:
        LearnerError: it is no tune, or the number is not one.
    """
    from course_utils.music.score_to_tokens import tune_of

    if isinstance(notes, bool) or not isinstance(notes, int) or not 0 <= notes <= MOST_NOTES:
        raise LearnerError(
            f"The number of notes must be a whole number from 0 to {MOST_NOTES}. Change it and try"
            " again."
        )
    given = tune_of(tune)
    return Begun(
        given.kind,
        given.mode,
        given.key,
        given.metre,
        len(given.bars),
        tuple(note for bar in given.bars for note in bar)[:notes],
    )


def next_notes(before: Begun | Creation | None = None, notes: int = 8, show: int = 8) -> NoteOdds:
    """The odds of the next note, by the real model.

    Args:
        before: a melody begun (`tunes.begin_melody`, or `odds[2]` of the last look), or a
            tune, of which the first `notes` are taken.
        show: how many choices to show, 1-12.

    Raises:
        LearnerError: the melody is complete, or something given cannot be used.
    """
    if isinstance(before, list):
        before = before[0] if before else None
    begun = (
        begin_melody()
        if before is None
        else before
        if isinstance(before, Begun)
        else begun_from(before, notes)
    )
    if isinstance(show, bool) or not isinstance(show, int) or not 1 <= show <= 12:
        raise LearnerError("The number to show must be from 1 to 12. Change it and try again.")
    if begun.done:
        raise LearnerError(
            "This melody is complete: all its bars are full. Go back some notes, or begin another."
        )
    with GENERATION_LOCK:
        pitches, lengths = _odds_of(begun)
    total, whole, home = sum(lengths.values()), sum(pitches.values()), home_of(begun.key)
    notes_found = [
        (PITCHES[token] + home if token in PITCHES else None, share / whole)
        for token, share in pitches.items()
    ]
    lengths_found = [(length, share / total) for length, share in lengths.items()]
    return NoteOdds(
        begun,
        sorted(notes_found, key=lambda item: -item[1]),
        sorted(lengths_found, key=lambda item: -item[1]),
        show,
    )


def _odds_of(begun: Begun) -> tuple[dict[int, float], dict[int, float]]:
    """Odds of the next pitch by its token, and of its length; neither adds up to 1."""
    start, room, engine = begun.tokens(), begun.room, tune_engine()
    now = begun.notes[-1].length if begun.notes and begun.clock % METRES[begun.metre] else 0
    first = engine.odds(start)
    goes_on = 0 < now <= room and can_fill(room - now)
    pitches = {token: first[token] if goes_on else 0.0 for token in [*PITCHES, NUMBER["REST"]]}
    lengths = {now: sum(pitches.values())} if goes_on else {}
    for token, length in LENGTHS.items():
        if length != now and length <= room and can_fill(room - length):
            lengths[length] = first[token]
    total = sum(lengths.values())
    for length, share in lengths.items():
        if length != now and share / total >= LIKELY:
            after = engine.odds([*start, NUMBER[f"LENGTH {length}"]])
            whole = sum(after[token] for token in pitches)
            for token in pitches:
                pitches[token] += share * after[token] / whole
    return pitches, lengths


@dataclass
class Compared:
    """Tunes of the same seed with one control token changed."""

    setting: str
    values: list
    tunes: list[Creation]

    @property
    def told(self) -> str:
        """How much of the first tune stands in each of the others, in words."""
        first = steps_of(self.tunes[0])
        said = []
        for value, tune in zip(self.values[1:], self.tunes[1:]):
            other = steps_of(tune)
            same = sum(a == b for a, b in zip(first, other))
            said.append(
                f"Of the {len(first)} notes with {self.values[0]}, {same} come again with {value}:"
                " in the same place, as long, and as far from the home note."
            )
        return " ".join(said)

    def __repr__(self) -> str:
        from course_utils.scores.description import describe

        return "\n".join(
            [
                *(
                    f"{self.setting} {value}: {describe(tune)}"
                    for value, tune in zip(self.values, self.tunes)
                ),
                self.told,
            ]
        )

    def _repr_html_(self) -> str:
        from course_utils.display.figure import figure_html

        cells = "".join(
            (
                "<figure"
                ' style="display:inline-block;vertical-align:top;margin:6px;'
                f'max-width:420px"><figcaption><b>{html.escape(f"{self.setting} {value}")}'
                f"</b></figcaption>{figure_html(tune, name=f'{self.setting} {value}')}</"
                "figure>"
            )
            for value, tune in zip(self.values, self.tunes)
        )
        return (
            "<p>The same seed; only one control token"
            f" differs.</p>{cells}<p>{html.escape(self.told)}</p>"
        )


def steps_of(tune: Creation) -> list[tuple[int | None, int]]:
    from course_utils.music.score_to_tokens import tune_of

    return [(note.semitones, note.length) for bar in tune_of(tune).bars for note in bar]


def compare_tunes(seed: int = 1, bars: int = 8, kind: str = "jig", **changed) -> Compared:
    """Tunes of the same seed side by side, one control token changed: `tunes.compare(key=["D",
    "F"])`, or mode=, metre=, density= with two to four values.

    The tunes are kept in the portfolio.

    Raises:
        LearnerError: not exactly one list of two to four values the model knows, or a number that
            cannot be used.
    """
    from course_utils.notebook.handed_over import asked
    from course_utils.portfolio.store import Portfolio

    lists = {
        name: list(values) for name, values in changed.items() if isinstance(values, list | tuple)
    }
    if (
        set(changed) - {"key", "mode", "metre", "density", "kind_of_tune"}
        or len(lists) != 1
        or not 2 <= len(next(iter(lists.values()), [])) <= 4
    ):
        raise LearnerError(
            'Give one list of two to four values, such as key=["D", "F"] or metre=["6/8", "4/4"].'
        )
    ((name, values),) = lists.items()
    fixed = {
        "kind_of_tune": kind,
        "key": "D",
        "mode": "major",
        "instrument": "flute",
        "tempo": 120,
        **{n: v for n, v in changed.items() if n not in lists},
    }
    made, portfolio = [], Portfolio()
    for value in values:
        recipe = asked(
            kind="tune", prompt="a tune", seed=seed, settings={**fixed, "bars": bars, name: value}
        )
        with GENERATION_LOCK:
            tune = next(iter(engine_for("tune").create(recipe)))
        portfolio.save(tune)
        made.append(tune)
    return Compared(name, values, made)
