"""The tune desk: bring a tune, change its notes one by one, see and hear it, take it away."""

from __future__ import annotations

import html
import threading
from dataclasses import replace
from functools import partial

from course_utils.creation import Creation, LearnerError
from course_utils.display.sound_in_page import sound_address
from course_utils.music.score_calls import WAYS, keep_new, note_of, take_tune, view_html
from course_utils.notebook.browser_parts import (
    LARGEST_RECORDING,
    Microphone,
    TapPad,
    has_parts,
)
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.face.parts import Panels
from course_utils.notebook.face.roll import Roll
from course_utils.notebook.results import pick
from course_utils.notebook.widgets import button, choice, uploaded_file
from course_utils.portfolio.store import Portfolio
from course_utils.scores import edits as tune_edits
from course_utils.scores import synth as sound
from course_utils.scores.description import describe, short_name
from course_utils.scores.imports import (
    in_rhythm,
    own_tune,
    tune_from_file,
    tune_from_recording,
    tune_from_taps,
    tune_from_text,
)
from course_utils.scores.key_detection import key_of
from course_utils.scores.midi import read_midi
from course_utils.scores.piano_roll import BLACK
from course_utils.scores.score import Note, Score

__all__ = ["TuneDesk"]

LENGTHS = [
    ("a quarter of a beat", 0.25),
    ("half a beat", 0.5),
    ("1 beat", 1.0),
    ("a beat and a half", 1.5),
    ("2 beats", 2.0),
    ("3 beats", 3.0),
    ("4 beats", 4.0),
]
KEYS = [
    "C",
    "C sharp",
    "D",
    "E flat",
    "E",
    "F",
    "F sharp",
    "G",
    "A flat",
    "A",
    "B flat",
    "B",
    "C above",
]
SAVE_AFTER = 0.7  # seconds without a change before the sound is made anew
MOST_UNDO = 200
FIRST_NOTES = "C D E F G2 G2 | A G F E D2 C2"


class TuneDesk(Sheet):
    """Change the notes of a tune by buttons, lists and numbers.

    `tunes.Desk(tune)`; without a tune it begins with a few notes.

    `chosen` is the tune as it stands; it is on the disk after every change. One-line equivalents:
    `tunes.bring`, `tunes.bring_rhythm`, `tunes.edit`, `tunes.show_score`, `tunes.take`.
    """

    def __init__(self, tune=None, portfolio: Portfolio | None = None) -> None:
        self.portfolio = portfolio or Portfolio()
        self._earlier: list[tuple[Creation, int]] = []
        self._timer: threading.Timer | None = None
        self._guard = threading.RLock()
        self._setting = self._empty = self._guess_key = False
        self.chosen: Creation = (
            tune_from_text(FIRST_NOTES, "my first notes")
            if tune is None
            else pick(self.portfolio, "tune", tune)
        )
        self._score, self._place = read_midi(self.chosen.content), 0
        self._end = self._score.length  # where the next key of the keyboard sounds
        self._mine: set[str] = set()  # tunes made by hand here: further changes go on with them
        super().__init__(self._build())
        self._show()
        self.say("Ready. Choose a note, then move it, or bring a tune of your own.")

    # Building

    def _build(self) -> list[widgets.Part]:
        self.view = choice(
            "Show as",
            [
                ("bars", "bars"),
                ("sheet music", "sheet"),
                ("waveform and spectrogram", "sound"),
                ("a table of notes", "table"),
            ],
            "bars",
        )
        self.view.observe(lambda _: self._show_picture(), "value")
        self.picture, self.status, self.player = widgets.HTML(), widgets.Status(), widgets.HTML()
        self.roll = Roll(self._on_roll)
        self.note = widgets.Dropdown(options=[("1", 0)], value=0, description="Note")
        self.note.observe(lambda change: self._select(change["new"]), "value")
        self.start = widgets.BoundedFloatText(
            value=0, min=0, max=tune_edits.LAST, step=0.5, description="Starts at beat"
        )
        self.length = widgets.BoundedFloatText(
            value=1, min=0.08, max=tune_edits.LONGEST, step=0.5, description="Beats long"
        )
        self.pitch = widgets.BoundedIntText(
            value=60, min=tune_edits.LOWEST, max=tune_edits.HIGHEST, description="Key number"
        )
        for box in (self.start, self.length, self.pitch):
            box.observe(self._typed, "value")
        self.undo_button = button("Undo", "Back to the notes before", self.undo)
        panels = [
            ("Bring a tune", self._bring_panel()),
            ("Type on a keyboard", self._keys_panel()),
            ("Tap or type a rhythm", self._rhythm_panel()),
            ("All notes", self._all_panel()),
            ("Take it away", self._take_panel()),
        ]
        self.panels = Panels(panels)
        return [
            self.view,
            self.roll,
            self.picture,
            self.player,
            self.note,
            widgets.HBox(self._moves()),
            widgets.HBox([self.start, self.length, self.pitch]),
            self.undo_button,
            self.status,
            self.panels,
        ]

    def _moves(self) -> list[widgets.Part]:
        return [
            button("Note before", "Choose the note before", lambda: self.step(-1)),
            button("Note after", "Choose the note after", lambda: self.step(1)),
            button("Up", "A semitone higher", lambda: self.change(up=1)),
            button("Down", "A semitone lower", lambda: self.change(up=-1)),
            button("Earlier", "Half a beat earlier", lambda: self.change(later=-0.5)),
            button("Later", "Half a beat later", lambda: self.change(later=0.5)),
            button("Longer", "Half a beat longer", lambda: self.change(longer=0.5)),
            button("Shorter", "Half a beat shorter", lambda: self.change(longer=-0.5)),
            button("Add a note", "Another one after this, as high and as long", self.add),
            button("Delete note", "Take this note out", self.delete),
        ]

    def _bring_panel(self) -> list[widgets.Part]:
        self.upload = widgets.FileUpload(
            accept=".mid,.midi,.musicxml,.xml,.mxl,.abc,.txt,.svg,audio/*",
            multiple=False,
            description="Choose a tune or a recording",
        )
        self.upload.observe(lambda _: self.take_upload(), names="value")
        self.words = widgets.Textarea(
            value="", placeholder="C D E F G2", description="Notes or ABC", rows=3
        )
        hint = _hint(
            "A file: MIDI, MusicXML, ABC, or one voice humming or whistling (WAV, MP3, OGG, FLAC)."
            " Or type notes: C to B from middle C, small letters an octave higher, # and b, a dash"
            " rests; G2 is two beats long, G/ half a beat."
        )
        record = []
        if has_parts():
            self.microphone = Microphone(label="Hum into the microphone")
            self.microphone.observe(lambda _: self.take_humming(), "version")
            record = [self.microphone]
        return [
            hint,
            self.upload,
            *record,
            self.words,
            button("Read these notes", "Make a tune of what is in the box", self.read_words),
        ]

    def _keys_panel(self) -> list[widgets.Part]:
        self.octave = choice("Octave", [("low", -12), ("middle", 0), ("high", 12)], 0)
        self.key_length = choice("Each note", LENGTHS, 1.0)
        keys = [
            button(name, f"Put {name} at the end", partial(self.press, place))
            for place, name in enumerate(KEYS)
        ]
        for key, name in zip(keys, KEYS):
            key.main = "sharp" in name or "flat" in name  # the black keys; the name says it too
        begin = button(
            "Begin an empty tune",
            "Your next key is its first note; the tune of now is kept",
            self.begin_anew,
        )
        return [
            begin,
            self.octave,
            self.key_length,
            widgets.HBox(keys),
            widgets.HBox(
                [
                    button("Rest", "Silence of that length", self.rest),
                    button("Take the last note out", "Take the last note out", self.drop_last),
                ],
            ),
        ]

    def _rhythm_panel(self) -> list[widgets.Part]:
        self.rhythm = widgets.Text(
            value="", placeholder="long short short long", description="Rhythm"
        )
        self.on_melody = widgets.Checkbox(
            value=True, description="On the notes of this tune, in their order", indent=False
        )
        hint = _hint(
            "Words: long, short, quick, rest. Or strokes, each half a beat: x sounds, - goes on, a"
            " point is silent, as in x-x.xxx-"
        )
        tap: list[widgets.Part] = []
        if has_parts():
            self.pad = TapPad()
            tap = [
                self.pad,
                button("Use the taps", "Make a rhythm of what you tapped", self.use_taps),
            ]
        return [
            *tap,
            hint,
            self.rhythm,
            self.on_melody,
            button("Use this rhythm", "Make a tune in the rhythm you typed", self.use_rhythm),
        ]

    def _all_panel(self) -> list[widgets.Part]:
        from course_utils.scores.general_midi import NAMES

        self.tempo = widgets.BoundedIntText(
            value=100, min=20, max=400, description="Beats a minute"
        )
        self.instrument = choice("Instrument", [(name, name) for name in NAMES], "piano")
        for box in (self.tempo, self.instrument):
            box.observe(self._all_changed, "value")
        moves = [
            button("All up", "All notes a semitone higher", lambda: self.transpose(1)),
            button("All down", "All notes a semitone lower", lambda: self.transpose(-1)),
        ]
        return [self.tempo, self.instrument, widgets.HBox(moves)]

    def _take_panel(self) -> list[widgets.Part]:
        names = {
            "midi": "Notes (MIDI)",
            "musicxml": "Notation (MusicXML)",
            "sheet": "Sheet music (SVG)",
            "wav": "Sound (WAV)",
            "ogg": "Sound (OGG)",
            "mp3": "Sound (MP3)",
        }
        return [
            _hint(
                "Every file holds its recipe: choose it above under Bring a tune, and it comes"
                " back."
            ),
            widgets.HBox(
                [
                    button(names[way], f"Write a {suffix} file", partial(self.take, way))
                    for way, suffix in WAYS.items()
                ],
            ),
        ]

    # What a person does

    def step(self, by: int) -> None:
        """Choose the note before or after."""
        self._select(min(max(self._place + by, 0), len(self._score.notes) - 1))

    def change(self, later: float = 0.0, up: int = 0, longer: float = 0.0) -> None:
        """Move the chosen note, or make it longer; see `tune_edits.changed`."""
        self._try(
            lambda: tune_edits.changed(self._score, self._place, later=later, up=up, longer=longer),
            "changed a note",
        )

    def add(self) -> None:
        """Another note after the chosen one."""

        def more():
            note = tune_edits.at(self._score, self._place)
            return tune_edits.with_note(
                self._score, note.start + note.length, note.length, note.pitch, note.part
            )

        self._try(more, "put in a note")

    def delete(self) -> None:
        """Take the chosen note out."""
        self._try(lambda: tune_edits.without(self._score, self._place), "took out a note")

    def transpose(self, up: int) -> None:
        """All notes higher or lower."""
        self._try(lambda: (tune_edits.transposed(self._score, up), self._place), "moved all notes")

    def press(self, place: int) -> None:
        """A key of the keyboard: a note at the end."""
        pitch, begin, length = 60 + place + self.octave.value, self._end, self.key_length.value
        if not self._empty:
            return self._try(
                lambda: tune_edits.with_note(self._score, begin, length, pitch), "typed a note"
            )
        self._empty = False
        tune = own_tune(
            Score(
                (Note(begin, length, pitch, 84),),
                self._score.tempo,
                (4, 4),
                self._score.program,
                "",
            ),
            "my tune",
            what="typed on the keyboard of the screen",
        )
        self._mine.add(tune.id)
        self._bring(lambda: tune)
        self._guess_key = True

    def rest(self) -> None:
        """Silence before the next key."""
        self._end += self.key_length.value
        self.say(f"A rest: the next key sounds at beat {self._end:g}.")

    def begin_anew(self) -> None:
        """The next key begins a tune of its own."""
        self._empty, self._end = True, 0.0
        self.say("The next key is the first note of a new tune. The tune you see is kept.")

    def drop_last(self) -> None:
        """Take the last note out."""
        self._try(
            lambda: tune_edits.without(self._score, len(self._score.notes) - 1),
            "took out the last note",
        )
        self._end = self._score.length

    def read_words(self) -> None:
        """A tune from the text in the box."""
        self._bring(lambda: tune_from_text(self.words.value))

    def take_upload(self) -> None:
        """A tune from the chosen file."""
        try:
            name, data = uploaded_file(self.upload.value)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        if data is not None:
            self._bring(lambda: tune_from_file(data, name))

    def take_humming(self) -> None:
        """A tune from what the microphone heard."""
        data = self.microphone.recording
        self._bring(lambda: tune_from_recording(data[:LARGEST_RECORDING], "my hummed tune"))

    def use_taps(self) -> None:
        """A rhythm from the taps."""
        moments = list(self.pad.moments)
        self._bring(
            lambda: tune_from_taps(
                [moment - moments[0] for moment in moments],
                melody=self.chosen if self.on_melody.value else None,
            )
        )
        self.pad.cleared += 1

    def use_rhythm(self) -> None:
        """A rhythm from the text in the box."""
        from course_utils.scores.note_names import read_rhythm

        def made() -> Creation:
            read = read_rhythm(self.rhythm.value)
            note = (
                f"Not understood: {', '.join(read.unknown[:5])}. The rest is kept."
                if read.unknown
                else ""
            )
            return in_rhythm(
                read.notes,
                self._score.tempo,
                "my rhythm",
                self.chosen if self.on_melody.value else None,
                note,
            )

        self._bring(made)

    def take(self, way: str) -> None:
        """Write the tune as a file."""
        self.say(take_tune(self.chosen, way, self.portfolio).message)

    def undo(self) -> None:
        """Back to the notes before."""
        if not self._earlier:
            return self.say("There is nothing to undo.")
        before, self._place = self._earlier.pop()
        self._score = read_midi(before.content)
        self._save(before)
        self._show()
        self.say("Undone. " + tune_edits.told(self._score, self._place))

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the sound of the last change is made."""
        timer = self._timer
        if timer is not None:
            timer.join(timeout)

    # Inside

    def _bring(self, make) -> None:
        try:
            brought = make()
            keep_new(self.portfolio, brought)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self._begin(brought)
        self.say(f"Your tune is here. {note_of(brought)} {describe(brought)}".replace("  ", " "))

    def _begin(self, creation: Creation) -> None:
        """Go on with another tune; Undo leads back."""
        self._earlier.append((self.chosen, self._place))
        self.chosen = creation
        self._score, self._place = read_midi(creation.content), 0
        self._end, self._guess_key = self._score.length, False
        self._show()

    def _try(self, make, what: str) -> None:
        """A change of the notes, or a sentence why not."""
        try:
            score, place = make()
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self._earlier = [*self._earlier[-MOST_UNDO:], (self.chosen, self._place)]
        if self._guess_key:
            score = replace(score, key=key_of(score))
        if self.chosen.id not in self._mine:  # the first change makes a tune of one's own
            changed = tune_edits.edited(self.chosen, score, what + " by hand")
            self._mine.add(changed.id)
        else:
            changed = tune_edits.edited_on(self.chosen, score, what + " by hand")
        lost = tune_edits.not_kept(self.chosen, changed)
        self._score, self._place = score, place
        self._end = score.length
        self._save(changed)
        self._show()
        self.say(f"{tune_edits.told(score, place)} {lost}".rstrip())

    def _save(self, creation: Creation) -> None:
        """The tune as it now stands: its notes are on the disk at once, their sound a moment later,
        when the hand rests.
        """
        try:
            with self._guard:
                self.chosen = creation
                if creation.id in self._mine:
                    self.portfolio.save(creation, with_sound=False)
        except LearnerError as sentence:
            self.say(str(sentence), wrong=True)

    def _typed(self, _) -> None:
        if self._setting:
            return
        note = self._score.notes[self._place]
        self.change(
            later=self.start.value - note.start,
            up=self.pitch.value - note.pitch,
            longer=self.length.value - note.length,
        )

    def _all_changed(self, _) -> None:
        if not self._setting:
            self._try(
                lambda: (
                    tune_edits.played(self._score, self.tempo.value, self.instrument.value),
                    self._place,
                ),
                "chose how it is played",
            )

    def _select(self, place: int) -> None:
        if not self._setting and 0 <= place < len(self._score.notes):
            self._place = place
            self._show_note()
            if self.view.value == "bars":
                self._show_picture()
            self.say(tune_edits.told(self._score, place))

    def _show(self) -> None:
        from course_utils.scores.general_midi import NAMES

        self._setting = True
        try:
            self.note.options = [
                (tune_edits.told(self._score, place), place)
                for place in range(len(self._score.notes))
            ]
            self.tempo.value = min(400, max(20, round(self._score.tempo)))
            self.instrument.value = NAMES[
                (self._score.parts[0].program if self._score.parts else self._score.program) % 128
            ]
        finally:
            self._setting = False
        self._show_note()
        self._show_picture()
        self.undo_button.disabled = not self._earlier
        self._sound_soon()

    def _show_note(self) -> None:
        self._setting = True
        try:
            note = self._score.notes[self._place]
            self.note.value = self._place
            self.start.value, self.length.value, self.pitch.value = (
                round(note.start, 4),
                round(note.length, 4),
                note.pitch,
            )
        finally:
            self._setting = False

    def _on_roll(self, what: str, place: int, beats: float, semitones: int) -> None:
        """What a person did with the notes on the grid."""
        self._place = place if what != "add" else self._place
        acts = {
            "choose": lambda: self._select(place),
            "move": lambda: self.change(later=beats, up=semitones),
            "stretch": lambda: self.change(longer=beats),
            "add": lambda: self._try(
                lambda: tune_edits.with_note(self._score, beats, 1.0, semitones), "put in a note"
            ),
            "delete": self.delete,
        }
        acts[what]()

    def _show_roll(self) -> None:
        notes = self._score.notes
        low = min((note.pitch for note in notes), default=60) - 3
        high = max((note.pitch for note in notes), default=72) + 3
        with self.roll.hold_trait_notifications():
            self.roll.rows = [
                [pitch, short_name(pitch), pitch % 12 in BLACK]
                for pitch in range(high, low - 1, -1)
            ]
            self.roll.bar = self._score.bar_length
            self.roll.span = (self._score.length // self.roll.bar + 1) * self.roll.bar
            self.roll.notes = [[note.start, note.length, note.pitch] for note in notes]
            self.roll.chosen = self._place
            self.roll.seconds = self._score.length * 60 / self._score.tempo
            self.roll.begins = sound.silence_before(self._score)

    def _show_picture(self) -> None:
        on_roll = self.view.value == "bars" and not self._score.parts
        self.roll.layout.display = "" if on_roll else "none"
        self.picture.layout.display = "none" if on_roll else ""
        if on_roll:
            self._show_roll()
        try:
            self.picture.value = view_html(self.chosen, self.view.value, self._place)
        except LearnerError as sentence:  # no library for it: bars need none
            self.view.value = "bars"
            self.say(str(sentence), wrong=True)

    def _sound_soon(self) -> None:
        """Make the sound when nothing has changed for a moment, in a thread of its own."""
        with self._guard:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(SAVE_AFTER, self._make_sound, [self.chosen])
            self._timer.daemon = True
            self._timer.start()

    def _make_sound(self, creation: Creation) -> None:
        about = html.escape(describe(creation), quote=True)
        if not sound.can_play():
            self.player.value = f"<p>{sound.NO_SOUND}</p>"
            return
        try:
            heard = sound.wav(creation.content)
            with self._guard:  # never an older state over a newer one
                if creation is self.chosen and creation.id in self._mine:
                    self.portfolio.save(creation)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        except Exception as problem:
            return self.portfolio.log_problem(problem)
        if creation is not self.chosen:
            return
        self.player.value = (
            f'<audio controls preload="none" aria-label="{about}"'
            f' style="width:100%;max-width:640px" src="{sound_address(heard)}"></audio>'
        )


def _hint(words: str) -> widgets.HTML:
    return widgets.HTML(f"<p>{html.escape(words)}</p>")
