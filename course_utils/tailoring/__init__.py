"""One brief as a story, a picture and a tune for different audiences."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "tailor": ("calls.tailor", 'tailoring.tailor("a fox who cannot sleep", seed=7)'),
        "my_audience": (
            "calls.my_audience",
            'tailoring.my_audience("sailors", about="They know the sea.")',
        ),
    },
)
