"""Pictures that begin from another picture: all of it, a part, a blend of two, or grown wider."""

from __future__ import annotations

from course_utils.creation import Creation
from course_utils.pictures.candidates.spread import put_together, taken_apart
from course_utils.pictures.inpainting import extended, part_mask, repainted
from course_utils.pictures.png import open_picture
from course_utils.pictures.settings import PictureSettings

__all__ = ["draw_from"]


def draw_from(
    draw,
    model,
    start: Creation,
    other: Creation | None,
    settings: PictureSettings,
    strength: float,
    count: int,
) -> list:
    """PIL pictures that begin from another one.

    Args:
        draw: a `Drawing` of either kind, called with the task and what is special about it.
        model: encodes and decodes latents.
    """
    first, size = open_picture(start.content), model.size
    if settings.extend:
        return extended(draw, first, settings.extend, size, count)
    first = first.resize((size, size))
    if settings.blend_with and other is not None:
        second = open_picture(other.content).resize((size, size))
        first = blended(model, first, second, settings.blend_share)
    if settings.part:
        return repainted(draw, first, part_mask(settings.part, size), strength, count)
    # the model has never seen a scene: it draws the thing alone, which then stands there again
    alone = taken_apart(first, settings.composition)
    drawn = draw("start", image=[alone] * count, strength=strength)
    return drawn if alone is first else [put_together(one, settings.composition) for one in drawn]


def blended(model, first, second, share: float):
    """The PIL picture between two, found in the autoencoder's latents rather than in pixels."""
    latents = model.encode([first, second])
    return model.decode(latents[:1] + share * (latents[1:] - latents[:1]))[0]
