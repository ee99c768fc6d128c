"""One person's taste, learned from "this or that?": named traits, a model that can be read,
and what it is used for. Nothing of it leaves the machine.
"""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "Studio": ("studio.TasteStudio", 'taste.Studio("layout")'),
        "this_or_that": ("calls.this_or_that", 'taste.this_or_that("layout")'),
        "choose": ("calls.choose", 'taste.choose("left")'),
        "answer_as": (
            "played_person.answer_as",
            'taste.answer_as("layout", "a light page", answers=7)',
        ),
        "undo_choice": ("calls.undo_choice", "taste.undo_choice()"),
        "my_taste": ("calls.my_taste", 'taste.my_taste("layout")'),
        "believe": ("calls.believe", 'taste.believe("layout", "warm colours", 1)'),
        "order_by_taste": ("calls.order_by_taste", "taste.order_by_taste(posters, dial=0.5)"),
        "make_for_me": (
            "calls.make_for_me",
            'taste.make_for_me("layout", "The red moon", count=4)',
        ),
        "take": ("calls.export_taste", "taste.take()"),
        "bring": ("calls.import_taste", 'taste.bring("my_taste.json")'),
        "forget": ("calls.forget_taste", 'taste.forget("layout")'),
        "bubble": ("filter_bubble.filter_bubble", 'taste.bubble("layout")'),
    },
)
