"""The tune studio shows form, band and words, and hands them to the engine."""

from __future__ import annotations

from course_utils.music.studio import ALWAYS, MORE, TuneStudio
from course_utils.portfolio.store import Portfolio
from course_utils.scores.midi import read_midi


def test_form_band_and_words_are_controls_and_reach_the_tune(tmp_path):
    studio = TuneStudio("a reel", seed=3, portfolio=Portfolio(tmp_path))
    assert {*ALWAYS, *MORE} == {*studio.settings()}
    studio.plan.value, studio.band.value, studio.lyrics.value = "AABA", "folk", "Row, row your boat"
    studio.generate()
    assert studio.wait(120), studio.status.value
    for creation in studio.results:
        seen = creation.recipe.settings
        assert seen["form"] == "A2 A2 B2 A2" and seen["sung"].startswith("Row, row")
        parts = [part.name for part in read_midi(creation.content).parts]
        assert parts == ["voice", "tune", "drums", "bass", "chords", "pad"]
    assert len(studio.results) == 4
