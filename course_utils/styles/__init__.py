"""New styles: a map of what was made, mixes and children of styles, how new they are."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "Studio": ("studio.StyleStudio", 'styles.Studio("a house", seed=2)'),
        "show_map": ("calls.style_map", "styles.show_map()"),
        "at": ("calls.at_on_map", 'styles.at("a house", across=0.5, up=-0.2)'),
        "mix": ("calls.mix_styles", 'styles.mix("a house", {"3d": 1, "flat": -0.5})'),
        "breed": ("calls.breed_styles", 'styles.breed("a house", first, second)'),
        "tree": ("calls.style_tree", "styles.tree(picture)"),
        "how_new": ("calls.how_new", "styles.how_new(picture)"),
        "save": ("calls.save_style", 'styles.save(picture, "rainy neon")'),
        "mine": ("calls.my_styles", "styles.mine()"),
    },
)
