"""Handouts, plans and letters on paper: Markdown as a PDF (A4) with the course's own letters, real
text that can be selected, headings as an outline. Written by the library fpdf2.
"""

from __future__ import annotations

import html
import re

from course_utils.creation import LearnerError
from course_utils.layouts.typography import FOLDER
from course_utils.teachers.pages import NO_READER, title_of

__all__ = ["to_pdf"]

LETTERS, BOLD = "noto-sans-400", "noto-sans-800"
SIZES = {1: 20, 2: 15, 3: 12}  # points of headings
BODY = 10.5
LINE = 5.4  # millimetres
OTHER_SIGNS = ("ITALICS", "UNDERLINE", "STRIKETHROUGH")  # of fpdf2, that these texts do not use
NO_PRINTER = (
    "This Python has no library to write PDF. Run `python start.py` again to add it, or print the"
    " page from the browser."
)


def to_pdf(text: str) -> bytes:
    """The PDF of a Markdown text.

    Raises:
        LearnerError: a library is missing.
    """
    try:
        import mistune
    except ImportError as problem:
        raise LearnerError(NO_READER) from problem
    try:
        from fpdf import FPDF
    except ImportError as problem:
        raise LearnerError(NO_PRINTER) from problem
    text = re.sub(r"<!--.*?-->\n*", "", text, flags=re.S)
    pdf = FPDF(format="A4")
    pdf.set_title(title_of(text))
    pdf.set_lang("en")
    pdf.set_margin(18)
    pdf.set_auto_page_break(True, 18)
    for number, sign in enumerate(OTHER_SIGNS):  # lines to write on are no underlines
        setattr(pdf, f"MARKDOWN_{sign}_MARKER", chr(0xE000 + number) * 2)
    only_bold = (pdf.MARKDOWN_BOLD_MARKER,)
    pdf.MARKDOWN_MARKERS = only_bold  # type: ignore[assignment]  # any number of marks will do
    for style, name in (("", LETTERS), ("B", BOLD)):
        pdf.add_font("course", style, str(FOLDER / f"{name}.ttf"))
    pdf.add_page()
    blocks = mistune.create_markdown(renderer=None, plugins=["table"])(text)
    for token in blocks if isinstance(blocks, list) else ():
        part(pdf, token)
    return bytes(pdf.output())


def part(pdf, token: dict, indent: float = 0.0, lead: str = "") -> None:
    """One block of the text."""
    kind, inside = token["type"], token.get("children", [])
    if kind == "heading":
        level = min(3, token["attrs"]["level"])
        pdf.ln(2 if level > 1 else 0)
        pdf.set_font("course", "B", SIZES[level])
        pdf.start_section(plain(inside), level - 1)
        pdf.multi_cell(0, SIZES[level] * 0.5, plain(inside), new_x="LMARGIN", new_y="NEXT")
        pdf.ln(1.5)
    elif kind in ("paragraph", "block_text"):
        written(pdf, lead + marked(inside), indent)
        pdf.ln(1.5 if kind == "paragraph" else 0)
    elif kind == "list":
        ordered = token["attrs"].get("ordered")
        for number, item in enumerate(inside, token["attrs"].get("start", 1)):
            for place, one in enumerate(item["children"]):
                sign = f"{number}. " if ordered else "• "
                part(pdf, one, indent + 5, sign * (place == 0))
        pdf.ln(1.5)
    elif kind == "table":
        table(pdf, token)
    elif kind == "block_code":
        written(pdf, token["raw"].replace("**", ""), indent + 5)
        pdf.ln(1.5)
    elif kind == "thematic_break":  # a line to write on
        pdf.ln(LINE + 2)
        pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())
        pdf.ln(1.5)
    elif kind == "block_quote":
        for one in inside:
            part(pdf, one, indent + 5)


def written(pdf, text: str, indent: float) -> None:
    pdf.set_font("course", "", BODY)
    pdf.set_x(pdf.l_margin + indent)
    pdf.multi_cell(0, LINE, text, markdown=True, align="L", new_x="LMARGIN", new_y="NEXT")


def table(pdf, token: dict) -> None:
    """A table whose columns are as wide as what stands in them wants."""
    rows = [
        [marked(cell["children"]) for cell in row["children"]]
        for section in token["children"]
        for row in ([section] if section["type"] == "table_head" else section["children"])
    ]
    longest = [max(9, min(60, max(len(one) for one in column))) for column in zip(*rows)]
    pdf.set_font("course", "", BODY - 1)
    to_write_in = "____" in " ".join(rows[-1])
    with pdf.table(
        rows,
        col_widths=longest,
        line_height=2 * LINE if to_write_in else LINE - 0.4,
        markdown=True,
        text_align="LEFT",
        padding=1.2,
    ):
        pass
    pdf.ln(3)


def marked(tokens: list[dict]) -> str:
    """The text of a line with fpdf2's own signs for bold, the only ones kept."""
    found = []
    for token in tokens:
        kind = token["type"]
        if kind == "strong":
            found.append(f"**{plain(token['children'])}**")
        elif kind in ("softbreak", "linebreak"):
            found.append("\n" if kind == "linebreak" else " ")
        else:
            found.append(plain([token]))
    return "".join(found)


def plain(tokens: list[dict]) -> str:
    """The words of a line without any mark."""
    found = []
    for token in tokens:
        if "children" in token:
            found.append(plain(token["children"]))
        elif token["type"] in ("softbreak", "linebreak"):
            found.append(" ")
        else:
            found.append(html.unescape(re.sub(r"<[^>]+>", "", token.get("raw", ""))))
    return "".join(found)
