"""Unusual sounds from words: made, varied, crossed, laid under a tune."""

from course_utils.public import handed_on

__all__, __getattr__, __dir__, NAMES = handed_on(
    __name__,
    {
        "make": ("calls.make_texture", 'sounds.make("dark wind", count=1)'),
        "Studio": ("studio.TextureStudio", 'sounds.Studio("rain on glass")'),
        "vary": ("calls.vary_texture", "sounds.vary(wind, spread=0.4)"),
        "breed": ("calls.breed_textures", "sounds.breed(bells, wind)"),
        "under_tune": ("calls.texture_under_tune", "sounds.under_tune(wind, tune, level=-8)"),
    },
)
