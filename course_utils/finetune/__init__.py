"""Teaching a small model something of your own, and looking at what it learned."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "Studio": ("picture_studio.TeachStudio", 'teaching.Studio("blobby")'),
        "TunesStudio": ("text_and_tune_studios.TeachTunesStudio", 'teaching.TunesStudio("hopper")'),
        "WordsStudio": ("text_and_tune_studios.TeachWordsStudio", 'teaching.WordsStudio("granny")'),
        "teach_drawings": (
            "calls.teach_drawings",
            'teaching.teach_drawings(drawings, "dotty", minutes=0.25)',
        ),
        "teach_tunes": (
            "calls.teach_tunes",
            'teaching.teach_tunes(teaching.example_tunes(), "hopper")',
        ),
        "teach_phrases": (
            "calls.teach_phrases",
            'teaching.teach_phrases(teaching.example_phrases(), "granny")',
        ),
        "example_drawings": ("practice_drawings.example_drawings", "teaching.example_drawings()"),
        "example_tunes": ("practice_phrases.example_tunes", "teaching.example_tunes()"),
        "example_phrases": ("practice_phrases.example_phrases", "teaching.example_phrases()"),
        "before_and_after": ("calls.before_and_after", 'teaching.before_and_after("dotty")'),
        "what_it_forgot": ("calls.what_it_forgot", 'teaching.what_it_forgot("dotty", ["a cat"])'),
        "what_it_copied": ("calls.what_it_copied", 'teaching.what_it_copied("dotty")'),
        "my_models": ("calls.my_models", "teaching.my_models()"),
        "share": (
            "calls.share_own_model",
            'teaching.share("dotty", licence="CC-BY-4.0", author="me")',
        ),
        "load": ("calls.load_own_model", 'teaching.load("dotty.safetensors")'),
        "delete": ("calls.delete_own_model", 'teaching.delete("dotty")'),
    },
)
