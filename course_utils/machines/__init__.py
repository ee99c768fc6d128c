"""This computer and the models it can carry: what is used, what more would cost."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "card": ("comparison.machine_card", 'machines.card("image")'),
        "side_by_side": ("comparison.side_by_side", 'machines.side_by_side("words", "the moon")'),
        "costs": ("comparison.costs", 'machines.costs("image", results=100)'),
        "smallest_that": ("comparison.smallest_that", 'machines.smallest_that("image", size=512)'),
    },
)
