"""From a picture to things to use: a cut-out with a clear background, lines that print at any size,
a sheet of stickers.
"""

from __future__ import annotations

import io

from course_utils.creation import Creation, LearnerError
from course_utils.pictures.candidates.spread import PLAIN, taken_apart
from course_utils.pictures.png import open_picture, show_png, to_png

__all__ = ["cut_out", "thing_alone"]

SHEET = (2480, 3508)  # A4 at 300 dots an inch
TOLERANCE = 40  # how far, in 0-255 a channel, a background pixel may be from the corner's colour
MOST_STICKERS = 24


def thing_alone(creation: Creation) -> Creation:
    """A picture with its thing on white, at full size, where the course laid a scene behind it; any
    other as it is.
    """
    picture = open_picture(creation.content)
    alone = taken_apart(picture, str(creation.recipe.settings.get("composition", PLAIN)))
    if alone is picture:
        return creation
    return creation.model_copy(update={"content": to_png(alone)})


def cut_out(creation: Creation, size: int = 512):
    """The picture enlarged, RGBA, with the even colour or the scene around the thing made clear.

    The colour inside it stays.

    Raises:
        LearnerError: there is no even background, or nothing but background.
    """
    from PIL import Image, ImageChops, ImageDraw, ImageFilter

    picture = open_picture(show_png(thing_alone(creation), size))
    marked, key = picture.copy(), (1, 254, 3)
    corners = [
        (0, 0),
        (picture.width - 1, 0),
        (0, picture.height - 1),
        (picture.width - 1, picture.height - 1),
    ]
    for corner in corners:
        if marked.getpixel(corner) != key:
            ImageDraw.floodfill(marked, corner, key, thresh=TOLERANCE * 3)
    difference = ImageChops.difference(marked, Image.new("RGB", picture.size, key)).convert("L")
    kept = difference.point(lambda value: 255 if value else 0)
    share = sum(kept.histogram()[128:]) / (picture.width * picture.height)
    if not 0.01 < share < 0.97:
        raise LearnerError(
            "This picture has no even background to take away. Ask for one on a white background,"
            " then cut that out."
        )
    kept = kept.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.GaussianBlur(1.2))
    picture.putalpha(kept)
    return picture


def to_svg(creation: Creation) -> str:
    """The picture as coloured shapes (SVG text), sharp at any size.

    Source of the tracing: the vtracer library.

    Raises:
        LearnerError: the tracing library is not installed.
    """
    try:
        import vtracer
    except ImportError as problem:
        raise LearnerError(
            "Turning pictures into shapes needs the library vtracer, which is not installed here."
            " Run `python start.py` again to add it."
        ) from problem
    picture = open_picture(show_png(creation, 512)).convert("RGBA")
    return vtracer.convert_pixels_to_svg(
        list(
            picture.get_flattened_data()
            if hasattr(picture, "get_flattened_data")
            else picture.getdata()
        ),
        size=picture.size,
        colormode="color",
        hierarchical="stacked",
        mode="spline",
        filter_speckle=8,
        color_precision=5,
        layer_difference=24,
        corner_threshold=60,
        length_threshold=4.0,
        splice_threshold=45,
        path_precision=2,
    )


def sticker_sheet(creations: list[Creation]) -> bytes:
    """An A4 page (PDF, 300 dots an inch) of stickers with white rims and grey lines to cut along,
    filled up by repeating.

    Raises:
        LearnerError: nothing to print, or too many for a sheet.
    """
    from PIL import Image, ImageChops, ImageFilter

    if not creations:
        raise LearnerError("There is no picture for the sheet yet. Make one first.")
    if len(creations) > MOST_STICKERS:
        raise LearnerError(f"A sheet holds {MOST_STICKERS} stickers. Choose fewer pictures.")
    columns, rows = 4, 6
    cell_width, cell_height = SHEET[0] // columns, SHEET[1] // rows
    side = min(cell_width, cell_height) - 90
    sheet = Image.new("RGB", SHEET, "white")
    stickers = []
    for creation in creations:
        try:
            picture = cut_out(creation, side)
        except LearnerError:
            # without an even background it stays a square
            picture = open_picture(show_png(creation, side)).convert("RGBA")
        outside = (
            picture.getchannel("A")
            .resize((side // 4, side // 4))
            .filter(ImageFilter.MaxFilter(9))
            .resize((side, side))
            .point(lambda value: 255 * (value > 100))
        )
        line = ImageChops.subtract(outside.filter(ImageFilter.MaxFilter(5)), outside)
        stickers.append((picture, line))
    for place in range(columns * rows):
        picture, line = stickers[place % len(stickers)]
        corner = (
            (place % columns) * cell_width + (cell_width - side) // 2,
            (place // columns) * cell_height + (cell_height - side) // 2,
        )
        sheet.paste((150, 150, 150), corner, line)
        sheet.paste(picture, corner, picture)
    buffer = io.BytesIO()
    sheet.save(buffer, "PDF", resolution=300, title="Stickers made with AI")
    return buffer.getvalue()


def cut_out_png(creation: Creation) -> bytes:
    """`cut_out` as PNG bytes."""
    return to_png(cut_out(creation))


def large_png(creation: Creation) -> bytes:
    """The picture as a PNG of 768 px, for a poster or a chat."""
    return show_png(creation, 768)
