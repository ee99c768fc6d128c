"""In a studio of things to be heard the choice is shown at once; its sound follows."""

from __future__ import annotations

import threading

import pytest

from course_utils.creation import Recipe
from course_utils.music import figure
from course_utils.music.engine import TuneEngine
from course_utils.music.studio import TuneStudio
from course_utils.notebook.frame import SOON
from course_utils.scores import synth
from course_utils.scores.sound_font import with_only

pytestmark = pytest.mark.skipif(not synth.can_play(), reason="this Python cannot play tunes")


@pytest.fixture
def studio(own_portfolio):
    made = TuneStudio("a jig", seed=4)
    made.results = list(
        TuneEngine().create(
            Recipe(kind="tune", prompt="a jig", seed=4, settings={"count": 3, "bars": 4})
        )
    )
    made._show_results()
    assert made.wait(60)
    return made


def test_choosing_shows_the_notes_at_once_and_the_sound_follows(studio, monkeypatch):
    go, played = threading.Event(), figure.wav
    monkeypatch.setattr(figure, "wav", lambda midi: go.wait(30) and played(midi))
    told: list[str] = []
    studio.gallery.teller = lambda part: told.append(part.large)
    studio.look_at(2)
    assert studio.gallery.chosen == 2 and "<svg" in studio.gallery.large
    assert f'"{SOON}"' in studio.gallery.large and len(told) == 1, "one message says it all"
    go.set()
    assert studio.wait(60)
    assert f'"{SOON}"' not in studio.gallery.large and "data:audio/" in studio.gallery.large
    assert len(told) == 2 and "<svg" in told[1]


def test_the_sound_of_one_that_is_no_longer_shown_is_not_put_in(studio, monkeypatch):
    go, played = threading.Event(), figure.wav
    monkeypatch.setattr(figure, "wav", lambda midi: go.wait(30) and played(midi))
    studio.look_at(1)
    late = studio._sounding
    studio.look_at(2)
    go.set()
    late.join(60)
    assert studio.wait(60) and "Candidate 3" in studio.gallery.large
    assert f'"{SOON}"' not in studio.gallery.large


def test_waiting_places_are_told_in_one_message(studio):
    told: list[int] = []
    studio.gallery.teller = lambda part: told.append(len(part.large))
    studio._show_waiting()
    assert told == [0] and studio.gallery.busy and studio.gallery.chosen == -1


def test_a_font_of_few_instruments_is_decoded_quickly():
    import time

    import tinysoundfont

    font = with_only(synth.SOUND_FONT.read_bytes(), synth.PIANO)
    began = time.process_time()
    tinysoundfont.Synth(samplerate=22_050, gain=-6).sfload(font)
    lean = time.process_time() - began
    began = time.process_time()
    tinysoundfont.Synth(samplerate=22_050, gain=-6).sfload(synth.SOUND_FONT.read_bytes())
    whole = time.process_time() - began
    assert lean < whole / 8, "a page waits meanwhile: nothing else runs in this program"
