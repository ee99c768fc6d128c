"""Make the picture or the sound of every word in the glossary.

Run: python -m tools.glossary_pictures [WORD ...]
     python -m tools.glossary_pictures --sheet FILE.html    all of them on one page, to look at

Writes notebooks/img/glossary/. What each shows is said in course_utils/lessons/glossary.toml; then
`python -m tools.lessons` writes the page.
"""

from __future__ import annotations

import html
import os
import sys
import tempfile
from pathlib import Path

from course_utils.labels import MADE_BY_RULES, MADE_TOGETHER, Label, labelled
from course_utils.lessons.glossary import Term, terms
from tools.glossary_pictures import drawn_machine, drawn_making, drawn_people
from tools.glossary_pictures.ink import board
from tools.glossary_pictures.made_pictures import MADE
from tools.glossary_pictures.made_sounds import HEARD, as_mp3

FOLDER = Path(__file__).resolve().parents[2] / "notebooks" / "img" / "glossary"
DRAWN = drawn_machine.DRAWN | drawn_making.DRAWN | drawn_people.DRAWN
SHOWS = Label(MADE_TOGETHER, "course_utils", "", "Made with AI: shows what the models of the course"
              " made.", "First sparks course")  # fmt: skip
PLAYS = Label(MADE_BY_RULES, "", "", "Played by the instruments of the course.", SHOWS.by)


def content(term: Term) -> bytes:
    """The file of a word."""
    if term.name in HEARD:
        label = SHOWS if term.name in {"jig", "melody", "reel", "rhythm", "tempo"} else PLAYS
        return labelled(as_mp3(HEARD[term.name]()), ".mp3", label)
    if term.name in MADE:
        return labelled(board(MADE[term.name](), term.shows).encode(), ".svg", SHOWS)
    return board(DRAWN[term.name], term.shows).encode()


def sheet(path: Path) -> None:
    """Everything on one page."""
    parts = "".join(
        f"<figure><figcaption><b>{term.name}</b>: {html.escape(term.sentence)}</figcaption>"
        + (
            f'<img src="{(FOLDER / term.file).as_uri()}" width="300">'
            if term.file.endswith(".svg")
            else f"<i>{html.escape(term.shows)}</i>"
        )
        + "</figure>"
        for term in terms().values()
    )
    style = "body{display:grid;grid-template-columns:repeat(5,1fr);gap:8px;font:12px sans-serif}"
    style += "figure{margin:0}"
    path.write_text(f"<meta charset=utf-8><style>{style}</style>{parts}", encoding="utf-8")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--sheet"]:
        sheet(Path(arguments[1]))
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COURSE_PORTFOLIO"] = folder
        for name in arguments or terms():
            term = terms()[name]
            (FOLDER / term.file).write_bytes(content(term))
            print(f"{term.file}: {(FOLDER / term.file).stat().st_size} bytes", flush=True)
    wanted = {term.file for term in terms().values()}
    for path in FOLDER.iterdir():
        if path.name not in wanted:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
