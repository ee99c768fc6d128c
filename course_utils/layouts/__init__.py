"""Posters, cards, slides and zines: many that differ, then changed by hand."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "make": ("calls.make_layouts", 'layouts.make("The quiet sea", "A film night.", heart)'),
        "Studio": ("studio.LayoutStudio", 'layouts.Studio("The quiet sea")'),
        "another_format": ("calls.another_format", 'layouts.another_format(poster, "slide")'),
        "lock": ("calls.lock_objects", 'layouts.lock(poster, "title")'),
        "change": ("calls.change_layout", 'layouts.change(poster, "title", "larger")'),
        "why_this_score": ("calls.why_this_score", "layouts.why_this_score(poster)"),
        "take": ("calls.take_layout", 'layouts.take(poster, "pdf")'),
        "fold_zine": ("calls.fold_zine", "layouts.fold_zine([poster, heart, poem])"),
    },
)
