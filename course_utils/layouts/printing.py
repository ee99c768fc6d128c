"""Pages for printing: a layout as a PDF in its real size, and eight small pages on one sheet that
folds into a zine. Written by the library fpdf2.
"""

from __future__ import annotations

import contextlib

from course_utils.layouts.design import FORMATS, Box, Design, Thing, as_list, baselines
from course_utils.layouts.typography import FOLDER, reads_leftward

__all__ = ["OWN_SIZE", "PAPERS", "to_pdf", "zine_sheet"]

SHEET = (297.0, 210.0)  # millimetres: A4, lying
# which page stands where on the sheet: the upper row on its head, the lower upright
ZINE = ((5, 4, 3, 2), (6, 7, 8, 1))
MARK = "#8a8a8a"
OWN_SIZE = "its own size"
# millimetres, standing
PAPERS = {
    OWN_SIZE: None,
    "A5": (148.0, 210.0),
    "A4": (210.0, 297.0),
    "A3": (297.0, 420.0),
    "A2": (420.0, 594.0),
    "letter": (215.9, 279.4),
    "tabloid": (279.4, 431.8),
}
# pixels of a picture's longer side in print, or its own small ones would be seen as squares
PRINTED = 1024
RIM = 8.0  # millimetres that home printers leave white


def to_pdf(
    design: Design,
    picture: bytes | list[bytes] | None = None,
    bleed: float = 0.0,
    paper: str = OWN_SIZE,
) -> bytes:
    """The page as a PDF in its real size, or on a size of paper, with real, selectable text.

    Args:
        picture: PNG bytes, or several.
        bleed: millimetres around the page that a printer cuts off, filled with the ground and with
            what touches the edge.
        paper: one of `PAPERS`, laid as the page lies. A page of the paper's shape fills it; another
            stands in its middle, as large as the rim allows.
    """
    wide, high = FORMATS[design.format]
    size = PAPERS[paper]
    if size is None:
        pdf = new_pdf((wide + 2 * bleed, high + 2 * bleed), design.title, [design])
        draw(pdf, design, as_list(picture), (bleed, bleed), bleed)
        return bytes(pdf.output())
    across, down = sorted(size, reverse=wide > high)
    fills = abs(across / down / (wide / high) - 1) < 0.02
    scale = (
        max(across / wide, down / high)
        if fills
        else min((across - 2 * RIM) / wide, (down - 2 * RIM) / high)
    )
    around = bleed if fills else 0.0
    pdf = new_pdf((across + 2 * around, down + 2 * around), design.title, [design])
    at = (around + (across - wide * scale) / 2, around + (down - high * scale) / 2)
    draw(pdf, design, as_list(picture), at, max(around, 0.0), scale * wide / design.size[0])
    return bytes(pdf.output())


def zine_sheet(pages: list[tuple[Design, list[bytes]]], title: str) -> bytes:
    """One A4 sheet as a PDF with up to eight zine pages, so placed that after folding and one cut
    they lie in order. Dashes show the folds, a full line the cut.

    Raises:
        ValueError: no page, or more than eight.
    """
    if not 1 <= len(pages) <= 8:
        raise ValueError("a zine has one to eight pages")
    pdf = new_pdf(SHEET, title, [design for design, _ in pages])
    across, down = SHEET[0] / 4, SHEET[1] / 2
    for row, numbers in enumerate(ZINE):
        for column, number in enumerate(numbers):
            if number > len(pages):
                continue
            left, top = column * across, row * down
            turn = (
                pdf.rotation(180, left + across / 2, top + down / 2)
                if row == 0
                else contextlib.nullcontext()
            )
            with turn, pdf.rect_clip(left, top, across, down):
                draw(
                    pdf, *pages[number - 1], (left, top), 0.0, across / pages[number - 1][0].size[0]
                )
    pdf.set_draw_color(MARK)
    pdf.set_line_width(0.2)
    pdf.set_dash_pattern(2, 2)
    for column in (1, 2, 3):
        pdf.line(column * across, 0, column * across, SHEET[1])
    pdf.line(0, down, across, down), pdf.line(3 * across, down, SHEET[0], down)
    pdf.set_dash_pattern()
    pdf.line(across, down, 3 * across, down)
    return bytes(pdf.output())


def new_pdf(size: tuple[float, float], title: str, designs: list[Design]):
    """An empty page of this size in millimetres, with the fonts that the designs need."""
    from fpdf import FPDF

    pdf = FPDF(unit="mm", format=size)
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_title(title)
    pdf.set_lang("en")
    pdf.add_page()
    pdf.set_text_shaping(True)
    for name in sorted(
        {thing.font for design in designs for thing in design.things if thing.is_words}
    ):
        pdf.add_font(name, fname=str(FOLDER / f"{name}.ttf"))
    return pdf


def draw(
    pdf,
    design: Design,
    pictures: list[bytes],
    at: tuple[float, float],
    bleed: float = 0.0,
    scale: float = 0.0,
) -> None:
    """A design on a PDF page, its upper left corner at a place in millimetres."""
    scale = scale or FORMATS[design.format][0] / design.size[0]
    wide, high = design.size[0] * scale, design.size[1] * scale
    paint(pdf, design.ground)
    pdf.rect(at[0] - bleed, at[1] - bleed, wide + 2 * bleed, high + 2 * bleed, style="F")
    for thing in design.things:
        paint(pdf, thing.fill)
        if thing.is_words:
            set_lines(pdf, thing, at, scale)
            continue
        x, y, w, h = stretched(thing.box, design.size, at, bleed, scale)
        if thing.role == "picture" and pictures:
            cut = cropped(pictures[thing.source % len(pictures)], w / h, thing.shape == "cut")
            alt = f"The picture of “{design.title}”"
            pdf.image(cut, x, y, w, h, alt_text=alt)
        elif thing.shape == "round":
            pdf.ellipse(x, y, w, h, style="F")
        elif thing.shape == "ring":
            pdf.set_line_width(6 * scale)
            pdf.rect(x, y, w, h)
        else:
            pdf.rect(x, y, w, h, style="F")


def paint(pdf, colour: str) -> None:
    """What is drawn from now on has this colour, as #rrggbb."""
    pdf.set_fill_color(colour)
    pdf.set_draw_color(colour)
    pdf.set_text_color(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


def stretched(
    box: Box, page: tuple[float, float], at: tuple[float, float], bleed: float, scale: float
) -> tuple[float, float, float, float]:
    """Left, top, width and height on the sheet in millimetres; what touches the edge of the page
    runs on into the bleed.
    """
    left = at[0] + box.x * scale if box.x > 1 else at[0] - bleed
    top = at[1] + box.y * scale if box.y > 1 else at[1] - bleed
    right, bottom = at[0] + box.right * scale, at[1] + box.bottom * scale
    if box.right >= page[0] - 1:
        right = at[0] + page[0] * scale + bleed
    if box.bottom >= page[1] - 1:
        bottom = at[1] + page[1] * scale + bleed
    return left, top, right - left, bottom - top


def set_lines(pdf, thing: Thing, at: tuple[float, float], scale: float) -> None:
    """An object of words on a page that begins at a place in millimetres."""
    pdf.set_font(thing.font, size=thing.size * scale * 72 / 25.4)
    leftward = reads_leftward(" ".join(thing.lines))
    for line, left, base in baselines(thing):
        if not thing.turned:
            write(pdf, at[0] + left * scale, at[1] + base * scale, line, leftward)
            continue
        along, down = left - thing.box.x, base - thing.box.y  # up the left side: across becomes up
        x, y = at[0] + (thing.box.x + down) * scale, at[1] + (thing.box.bottom - along) * scale
        with pdf.rotation(90, x, y):
            write(pdf, x, y, line, leftward)


def write(pdf, x: float, base: float, line: str, leftward: bool) -> None:
    """A line of words whose baseline starts at the left at a place; as a cell, since only in cells
    the library joins letters, kerns them and turns lines that are read leftwards.
    """
    pdf.set_text_shaping(True, direction="rtl" if leftward else "ltr")
    pdf.set_xy(x, base - 0.3 * pdf.font_size)
    pdf.cell(w=pdf.get_string_width(line) + 1, h=0, text=line)


def cropped(picture: bytes, shape: float, round_cut: bool):
    """The middle of a picture in the shape width : height, cut round if asked (PIL)."""
    from PIL import Image, ImageDraw

    from course_utils.pictures.png import open_picture, shown

    whole = open_picture(shown(picture, PRINTED)).convert("RGB")
    w, h = whole.size
    wide, high = (round(h * shape), h) if w / h > shape else (w, round(w / shape))
    cut = whole.crop(((w - wide) // 2, (h - high) // 2, (w + wide) // 2, (h + high) // 2))
    if round_cut:
        mask = Image.new("L", cut.size, 0)
        ImageDraw.Draw(mask).ellipse((0, 0, cut.width - 1, cut.height - 1), fill=255)
        cut.putalpha(mask)
    return cut
