"""Write into every lesson what follows from the course's declaration: the way back and on, the
banner, level and minutes. Minutes are reckoned from the cells and written into course.toml first.

Run: python -m tools.lessons            writes
     python -m tools.lessons --check    says what does not agree; 1 if anything does not
"""

from __future__ import annotations

import html
import json
import re
import sys
from pathlib import Path

from course_utils.languages import known
from course_utils.lessons import glossary
from course_utils.lessons.course import BEGIN, DECLARED, END, Course, Lesson, course, minutes_of
from course_utils.lessons.questions import asked_in
from course_utils.notebook.folded import opens_a_studio
from tools.glossary_page import page
from tools.lesson_languages import (
    ENGLISH,
    Edition,
    editions,
    headings_in,
    po_of,
    translated,
    updated,  # fmt: skip
)
from tools.translate import as_text

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
FOLDED = "hide-input"  # the tag of a cell whose code is folded
BLOCK = re.compile(rf"\n*{BEGIN}.*?{END}\n*", re.S)
MAP = re.compile(r"<!--map (.+?)-->.*<!--/map-->", re.S)


def way(whole: Course, one: Lesson, edition: Edition = ENGLISH) -> str:
    """Links to the lesson before, the map, the lesson after, and to it in other languages."""
    (before, after), first = whole.beside(one), whole.lesson[0]
    say, to = edition.say, edition.address
    links = [
        f"[{say('Before')}: {before.number}]({to(before)})" if before else "",
        f"[{say('Map')}]({to(first)})" if before not in (None, first) else "",
        f"[{say('Next')}: {after.number}]({to(after)})" if after else "",
    ]
    ways = " · ".join(link for link in links if link)
    return "&nbsp;·&nbsp;".join([ways, *in_other_languages(one, edition)])


def in_other_languages(one: Lesson, edition: Edition) -> list[str]:
    """Links to a lesson in the languages it is there in."""
    up = "" if edition is ENGLISH else "../"
    there = [ENGLISH, *(other for other in editions() if one.number in other.numbers)]
    return [
        f"[{known()[other.language]}]({up}{other.folder.name}/{one.notebook})".replace(
            "notebooks/", ""
        )
        for other in there
        if other.language != edition.language
    ]


def way_on(whole: Course, one: Lesson, edition: Edition = ENGLISH) -> str:
    """At a lesson's end: the lesson before and the one after, by number and title."""
    before, after = whole.beside(one)
    say, to = edition.say, edition.address
    links = [
        f"[{say('Before')}: {before.number} {say(before.title)}]({to(before)})" if before else "",
        f"[{say('Next')}: {after.number} {say(after.title)}]({to(after)})" if after else "",
    ]
    return " · ".join(link for link in links if link)


def top(whole: Course, one: Lesson, to: str = "", edition: Edition = ENGLISH) -> str:
    """What stands under a lesson's title; `to` is the heading that the large button leads to."""
    say = edition.say
    banner = f"![{say(one.alt)}]({edition.picture(one)})\n\n" if one.alt else ""
    if to:  # as JupyterLab names headings
        banner += f"[![{say('Begin')}]({edition.button})](#{to.replace(' ', '-')})\n\n"
    facts = (
        f"**{say('Time')}:** {say(f'about {one.minutes} minutes')}."
        f" **{say('Level')}:** {say(one.level)}; {say(one.after)}."
    )
    return f"{way(whole, one, edition)}\n\n{banner}{facts}"


def map_of(whole: Course, part: str, edition: Edition = ENGLISH) -> str:
    """Some lessons of the map, each with its picture, minutes and level.

    Args:
        part: the numbers of the lessons, such as "02 03"; a track begins with its heading.
    """
    lessons = [one for one in map(whole.numbered, part.split()) if one is not None]
    track = next(track for track in whole.track if track.name == lessons[0].track)
    begins = lessons[0] == next(one for one in whole.of_track(track.name) if one != whole.lesson[0])
    heading = f"### {edition.say(track.title)}\n\n" if begins else ""
    rows = "\n\n".join(row(one, edition) for one in lessons)
    return f"<!--map {part}-->\n{heading}{rows}\n<!--/map-->"


FURTHER = re.compile(r"[,:.]| that | in | on | as | of a | of one | que | en | sobre | de una? ")


def row(one: Lesson, edition: Edition = ENGLISH) -> str:
    """A lesson in the map: its picture and title are one link."""
    say = edition.say
    # the words of a cell are few, the link says the rest
    alt = html.escape(FURTHER.split(say(one.alt))[0], quote=True)
    elsewhere = edition.address(one).startswith("..")
    return (
        f'<a href="{edition.address(one)}"><img src="{edition.picture(one)}" width="320"'
        f' alt="{alt}"><br>{one.number} {say(one.title)}</a>:'
        f" {say(f'{one.minutes} minutes')}, {say(one.level)}"
        f"{', ' + say('in English') if elsewhere else ''}"
    )


def first_thing(texts: list[str]) -> str:
    """The heading under which a lesson's first cell to run stands."""
    headings = re.findall(r"^## (.+)$", "\n".join(texts), re.M)
    return headings[1] if len(headings) > 1 else ""


def framed(text: str) -> str:
    return f"{BEGIN}\n{text}\n{END}"


def with_top(text: str, shown: str) -> str:
    """The first cell with its block under the heading (and under badges, where there are any)."""
    text = BLOCK.sub("\n\n", text)
    head = re.match(r"# [^\n]+(?:\n+<!-- badges -->.*?<!-- end of badges -->)?", text, re.S)
    rest = text[head.end() :].strip()
    return f"{head[0]}\n\n{framed(shown)}" + (f"\n\n{rest}" if rest else "")


def with_bottom(text: str, shown: str) -> str:
    """The last text cell with the way at its end."""
    return f"{BLOCK.sub('', text).rstrip()}\n\n{framed(shown)}"


def say_what_opens(cell: dict) -> None:
    """Mark the code of a cell that only opens a studio, for those who fold it: Colab's `cellView`
    shows a button in its place, the tag is that of books made of notebooks, and of our site. In
    JupyterLab and Notebook the studio folds it (`notebook/face/fold.js`): past cells with their own
    `source_hidden` the arrow keys go without stopping.
    """
    alone = opens_a_studio("".join(cell["source"]))
    for name, value in (("cellView", "form"), ("tags", [FOLDED])):
        cell["metadata"].pop(name, None)
        if alone:
            cell["metadata"][name] = value


def rewritten(path: Path, whole: Course, one: Lesson) -> str:
    """A notebook's file as it should be."""
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    to = first_thing(["".join(cell["source"]) for cell in texts])
    changes = {
        id(texts[0]): lambda old: with_top(old, top(whole, one, to)),
        id(texts[-1]): lambda old: with_bottom(old, way_on(whole, one)),
    }
    for cell in texts:
        old = "".join(cell["source"])
        new = MAP.sub(lambda found: map_of(whole, found[1]), changes.get(id(cell), str)(old))
        if new != old:
            cell["source"] = new.splitlines(keepends=True)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            say_what_opens(cell)
    new = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    return new if json.loads(new) != json.loads(text) else text


def in_language(whole: Course, one: Lesson, edition: Edition) -> str:
    """The file of a lesson in another language as it should be."""

    headings = list(headings_in(edition, one).values())
    to = headings[1] if len(headings) > 1 else ""

    def generated(text: str, place: int, count: int) -> str:
        if place == 0:
            text = with_top(text, top(whole, one, to, edition))
        if place == count - 1:
            text = with_bottom(text, way_on(whole, one, edition))
        return MAP.sub(lambda found: map_of(whole, found[1], edition), text)

    return translated(edition, one, whole, generated)


def reckoned(whole: Course) -> str:
    """course.toml with the minutes that the formula gives."""
    text = DECLARED.read_text(encoding="utf-8")
    for one in whole.lesson:
        path = NOTEBOOKS / one.notebook
        if path.is_file():
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            minutes = minutes_of(cells, one.waiting, len(asked_in(one.number).check))
            text = re.sub(
                rf'(file = "{one.file}"\n(?:(?!minutes).*\n)*?minutes = )\d+',
                rf"\g<1>{minutes}",
                text,
            )
    return text


def in_languages(whole: Course, wanted: dict[Path, str]) -> dict[Path, bool]:
    """Put the files of all languages into `wanted`, and say which of them differ."""
    differs = {}
    for edition in editions():
        for one in filter(None, map(whole.numbered, edition.numbers)):
            catalogue, trouble = updated(edition, one)
            if trouble:
                print("\n".join(trouble))
            files = {
                po_of(edition, one): as_text(catalogue),
                edition.folder / one.notebook: in_language(whole, one, edition),
            }
            for path, text in files.items():
                wanted[path] = text
                differs[path] = not path.is_file() or path.read_text(encoding="utf-8") != text
    return differs


def glossaries() -> dict[Path, str]:
    """The page of words in every language, as its file should be."""
    return {one.folder / glossary.PAGE: page(one) for one in (ENGLISH, *editions())}


def main(arguments: list[str]) -> int:
    wanted = {DECLARED: reckoned(course())}
    differing = [DECLARED] if wanted[DECLARED] != DECLARED.read_text(encoding="utf-8") else []
    if differing and "--check" not in arguments:
        DECLARED.write_text(wanted[DECLARED], encoding="utf-8", newline="\n")
        course.cache_clear()
    whole = course()
    for one in whole.lesson:
        path = NOTEBOOKS / one.notebook
        wanted[path] = rewritten(path, whole, one)
        if wanted[path] != path.read_text(encoding="utf-8"):
            differing.append(path)
    differing += [path for path, differs in in_languages(whole, wanted).items() if differs]
    for path, text in glossaries().items():
        wanted[path] = text
        if not path.is_file() or text != path.read_text(encoding="utf-8"):
            differing.append(path)
    if "--check" in arguments:
        print(
            "\n".join(
                f"{path.name} does not agree; run python -m tools.lessons" for path in differing
            )
        )
        return 1 if differing else 0
    for path in differing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    print(f"{len(differing)} files written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
