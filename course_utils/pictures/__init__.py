"""Pictures: from words to four that differ, and on from the one a person chooses."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "make": ("calls.make_image", 'pictures.make("a red heart")'),
        "Studio": ("studio.ImageStudio", 'pictures.Studio("a red heart")'),
        "bigger": ("calls.make_bigger", "pictures.bigger(heart)"),
        "sweep": ("calls.sweep_image", 'pictures.sweep("a cat", seed=6, guidance=[1, 2, 4, 8])'),
        "family_tree": ("calls.family_tree", "pictures.family_tree(heart)"),
        "more_detail": ("calls.more_detail", 'pictures.more_detail("a cat")'),
        "how_long": ("calls.how_long", "pictures.how_long(count=4)"),
        "take": ("calls.take_picture", 'pictures.take(heart, "stickers")'),
        "use_model": ("calls.use_picture_model", "pictures.use_model()"),
        "Machine": ("denoising_panel.PictureMachine", 'pictures.Machine("a red heart", seed=4)'),
        "filmstrip": ("inside.filmstrip", 'pictures.filmstrip("a red heart", seed=4)'),
        "parts_at_work": ("inside.parts_at_work", "pictures.parts_at_work(film)"),
        "three_parts": ("inside.three_parts", 'pictures.three_parts("a red heart")'),
    },
    model="image",
)
