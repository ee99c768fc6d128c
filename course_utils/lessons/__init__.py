"""The course itself: its lessons in order, its questions, and how far a learner has come."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "predict": ("calls.predict", 'lessons.predict("four-hearts")'),
        "check": ("calls.check", 'lessons.check("01")'),
        "progress": ("calls.progress", "lessons.progress()"),
        "certificate": ("certificate_page.certificate", 'lessons.certificate("Ada")'),
        "story": ("running_story.story", 'lessons.story("a robot", "a red balloon")'),
        "what_is": ("glossary.what_is", 'lessons.what_is("seed")'),
    },
)
