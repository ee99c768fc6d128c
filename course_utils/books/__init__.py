"""A book of five scenes: a line of yours, the model's words, a picture and a tune on each page."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "begin": ("calls.begin_book", 'books.begin("a fox", "a key", title="The key", seed=5)'),
        "change": ("calls.change_scene", 'books.change(book, 3, line="A crow took the key.")'),
        "cover": ("calls.give_cover", "books.cover(book, posters)"),
        "state": ("calls.artists_statement", 'books.state(book, "I wrote the end.", author="Ada")'),
        "credits": ("calls.show_credits", "books.credits(book)"),
        "finish": ("calls.finish_book", "books.finish(book)"),
        "take": ("calls.take_book", 'books.take(page, book, "zine")'),
    },
)
