"""Tunes and backing tracks: written, brought, changed note by note, and looked into."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "make": ("calls.make_tune", 'tunes.make("a slow air", bars=8)'),
        "Studio": ("studio.TuneStudio", 'tunes.Studio("a happy jig")'),
        "go_on": ("calls.continue_tune", "tunes.go_on(tune, bars=4)"),
        "fill_gap": ("calls.fill_gap", "tunes.fill_gap(tune, first=3, last=4)"),
        "vary": ("calls.vary_tune", 'tunes.vary(tune, keep="rhythm")'),
        "answer_phrase": ("calls.answer_phrase", "tunes.answer_phrase(tune)"),
        "harmonise": ("calls.harmonise", "tunes.harmonise(tune)"),
        "suggest_chords": ("calls.suggest_chords", "tunes.suggest_chords(tune)"),
        "chords_of": ("calls.chords_of", "tunes.chords_of(tunes.suggest_chords(tune))"),
        "sing": ("calls.sing", 'tunes.sing(tune, "Twinkle, twinkle, little star")'),
        "band_for": ("calls.band_for", 'tunes.band_for(tune, style="folk")'),
        "make_backing": ("calls.make_backing", 'tunes.make_backing("C G Am F", style="pop")'),
        "BackingStudio": ("backing_studio.BackingStudio", 'tunes.BackingStudio("C G Am F")'),
        "make_style": (
            "band.own_calls.make_style",
            'tunes.make_style("kitchen funk", kick="x..x..x.", bass="R..R..8.")',
        ),
        "style_from_loop": (
            "band.own_calls.style_from_loop",
            'tunes.style_from_loop("loop.mid", name="my loop")',
        ),
        "take_backing": ("calls.take_backing", 'tunes.take_backing(band, "loop")'),
        "from_words": ("calls.music_from_words", 'tunes.from_words("a calm piano", length=8)'),
        "bring": (
            "score_calls.bring_tune",
            'tunes.bring("C D E G | A G E2 | F E D G | C4", title="mine")',
        ),
        "bring_rhythm": ("score_calls.bring_rhythm", 'tunes.bring_rhythm("long short short long")'),
        "edit": ("score_calls.edit_tune", "tunes.edit(tune, note=3, up=2)"),
        "show_score": ("score_calls.show_score", 'tunes.show_score(tune, "sheet")'),
        "take": ("score_calls.take_tune", 'tunes.take(tune, "musicxml")'),
        "Desk": ("score_editor.TuneDesk", "tunes.Desk(tune)"),
        "OddsPanel": ("odds_panel.NoteOddsPanel", "tunes.OddsPanel(tune, notes=4)"),
        "next_notes": ("inside.next_notes", "tunes.next_notes()"),
        "begin_melody": ("inside.begin_melody", 'tunes.begin_melody(kind="jig", key="D")'),
        "compare": ("inside.compare_tunes", 'tunes.compare(key=["D", "G"])'),
    },
    model="tune",
)
