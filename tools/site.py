"""Build the site: lessons, gallery, teacher's folder, how it works, model cards, API, figures, as
plain pages that need no server and no network.

Run: python -m tools.site OUT                    builds it from the repository's own texts
     python -m tools.site OUT --results FOLDER   shows in the lessons what their run gave, from
                                                 notebooks in FOLDER
     python -m tools.site OUT --results FOLDER --run   runs those first that FOLDER has not, or has
                                                 of other cells; minutes each

It leaves with 1 where a link leads nowhere, and names it. Why not Sphinx: nothing more has to be
installed, every page has the same few tags that were looked at for access, and lessons, docs and
the teacher's folder stay where their readers are.
"""

from __future__ import annotations

import argparse
import html
import json
import posixpath
import re
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from course_utils.lessons import glossary
from course_utils.lessons.course import Lesson, course
from course_utils.teachers.folder import address_of, teacher_pages
from course_utils.teachers.pages import anchor, page, relinked, seen_from, title_of, to_html
from tools.lesson_languages import ENGLISH, Edition, editions
from tools.lessons import FOLDED
from tools.run_lessons import executed, run

ROOT = Path(__file__).resolve().parents[1]
MENU = (
    ("Start", "index.html"),
    ("Gallery", "gallery.html"),
    ("Lessons", "lessons/index.html"),
    ("Teach", "teach/index.html"),
    ("How it works", "docs/how_it_works.html"),
    ("Models", "models.html"),
    ("API", "docs/api.html"),
    ("Figures", "figures.html"),
    ("Security", "docs/security.html"),
    ("All pages", "docs/index.html"),
)
TEXTS = ("docs/*.md", "*.md", "course_utils/models/embedded/*/README.md",
         "course_utils/layouts/fonts/README.md")  # fmt: skip
CARDS = "course_utils/models/embedded"
LARGEST = 3_000_000  # characters of results on a lesson's page; more is left out and said
HEARD = {".mp3": "audio/mpeg"}


@dataclass
class Site:
    """A site on its way: where it goes, its pages, and what is wrong with their links."""

    to: Path
    pages: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)  # of the repository, copied as they are
    broken: list[str] = field(default_factory=list)

    def add(self, place: str, title: str, body: str) -> None:
        """A page with the menu."""
        menu = [(words, seen_from(place, address)) for words, address in MENU]
        self.pages[place] = page(title, body, menu, seen_from(place, place))

    def add_text(self, source: str, language: str = ENGLISH.language) -> None:
        """A Markdown file of the repository as a page."""
        place = HOMES.get(source) or address_of(source)
        text = (ROOT / source).read_text(encoding="utf-8")
        body = self.with_links(to_html(text), source, place)
        self.add(place, title_of(text), spoken(body, language))

    def with_links(self, body: str, source: str, place: str) -> str:
        """A body whose links lead inside the site."""
        body = re.sub(r'(?<=href="#)[^"]+', lambda name: anchor(unquote(name[0])), body)
        return relinked(body, lambda target: self.link(target, source, place))

    def link(self, target: str, source: str, place: str) -> str:
        file, mark, anchor = target.partition("#")
        whole = posixpath.normpath(posixpath.join(posixpath.dirname(source), file))
        path = ROOT / whole
        if whole.startswith("..") or not path.exists():
            self.broken.append(f"{source}: {target}")
            return target
        notebook = re.fullmatch(r"notebooks/(.+)\.ipynb", whole)
        if notebook:
            new = f"lessons/{notebook[1]}.html"
        elif path.is_dir() and (path / "README.md").is_file():
            new = address_of(f"{whole}/README.md")
        elif whole.endswith(".md"):
            new = HOMES.get(whole) or address_of(whole)
        elif path.is_dir():
            self.broken.append(f"{source}: {target} is a folder without a page")
            return target
        else:
            self.files.add(whole)
            new = whole
        return seen_from(place, new) + mark + anchor

    def write(self) -> None:
        for place, text in self.pages.items():
            path = self.to / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        for name in sorted(self.files):
            path = self.to / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, path)


# the repository's first page is for its own readers; the site has a first page of its own
HOMES = {"README.md": "about.html"}
GLOSSARIES = {  # the folders with a page of words, and the languages they are in
    "": ENGLISH.language,
    **{f"{edition.folder.name}/": edition.language for edition in editions()},
}
HOMES |= {f"notebooks/{at}{glossary.PAGE}": f"lessons/{at}glossary.html" for at in GLOSSARIES}


def gallery_rows() -> list[dict]:
    return json.loads((ROOT / "docs/gallery/gallery.json").read_text(encoding="utf-8"))


def shown(row: dict, site: Site, place: str) -> str:
    """One result of the gallery as a list's item."""
    name = f"docs/gallery/{row['file']}"
    site.files.add(name)
    address = html.escape(seen_from(place, name), quote=True)
    alt = html.escape(row["alt"], quote=True)
    words = html.escape(f"“{row['words']}”")
    suffix = Path(row["file"]).suffix
    if suffix == ".webp":
        inside = f'<img src="{address}" alt="{alt}" loading="lazy">'
    elif suffix in HEARD:
        label = html.escape(f"Play {row['words']}", quote=True)
        inside = (
            f'<audio controls preload="none" aria-label="{label}" style="width:100%">'
            f'<source src="{address}" type="{HEARD[suffix]}"></audio>'
            f"<p>{html.escape(row['alt'])}</p>"
        )
    else:
        inside = f'<blockquote style="white-space:pre-line">{html.escape(row["text"])}</blockquote>'
    note = f", {html.escape(row['note'])}" if row.get("note") else ""
    told = f"{words}, seed {row['seed']}{note}"
    return f"<li><figure>{inside}<figcaption>{told}</figcaption></figure></li>"


def grid(rows: list[dict], site: Site, place: str, wide: bool = False) -> str:
    style = ' style="grid-template-columns:repeat(auto-fill,minmax(16rem,1fr))"' if wide else ""
    return f'<ul class="grid"{style}>{"".join(shown(row, site, place) for row in rows)}</ul>'


def of(kinds: str, picked: bool = False) -> list[dict]:
    return [
        row for row in gallery_rows() if row["kind"] in kinds.split() and row["picked"] == picked
    ]


def gallery(site: Site) -> None:
    place = "gallery.html"
    parts = [
        "<h1>Gallery: what really comes out</h1><p>Made by the models that ship, with"
        " <code>python -m tools.gallery</code>. <b>Unpicked</b> means: the first candidate of seed"
        " 1, whatever it looks like. <b>Picked</b> means: the best of four by eye; which one it was"
        " stands below it.</p>",
        f"<h2>Pictures, unpicked</h2>{grid(of('image'), site, place)}",
        f"<h2>Pictures, picked from four</h2>{grid(of('image', True), site, place)}",
        f"<h2>Tunes and a band, unpicked</h2>{grid(of('tune backing'), site, place, True)}",
        f"<h2>Unusual sounds, unpicked</h2>{grid(of('sound'), site, place, True)}",
        f"<h2>Texts, unpicked</h2>{grid(of('words'), site, place, True)}",
        f"<h2>Layouts, three of one title</h2>{grid(of('layout'), site, place, True)}",
    ]
    site.add(place, "Gallery", "".join(parts))


def landing(site: Site) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lead = to_html(text[: text.index("## Start")])
    start = re.search(r"```\n(.*?)```", text, re.S)
    place = "index.html"
    body = site.with_links(lead, "README.md", place)
    some = of("tune")[:1] + of("sound")[:1]
    body += f"<h2>Listen</h2>{grid(some, site, place, True)}"
    body += '<p><a href="gallery.html">More results, unpicked and picked</a></p>'
    commands = html.escape(start[1] if start else "")
    body += f'<h2>Start</h2><pre tabindex="0"><code>{commands}</code></pre>'
    body += (
        '<ul><li><a href="lessons/index.html">Learn</a>: all lessons, with minutes and level</li>'
        '<li><a href="teach/index.html">Teach</a>: plans, slides, handouts, answers</li>'
        '<li><a href="docs/index.html">Help</a>: how it works, where it runs, what is safe</li>'
        '<li><a href="about.html">All about it</a>: what was measured, what to expect</li></ul>'
    )
    site.add(place, "First sparks", body)


def map_of_lessons(site: Site) -> None:
    whole, place, parts = course(), "lessons/index.html", ["<h1>All lessons</h1>"]
    for track in whole.track:
        rows = "".join(
            f'<tr><td><a href="{one.file}.html">{one.number} {html.escape(one.title)}</a></td>'
            f"<td>{one.minutes}</td><td>{one.level}</td></tr>"
            for one in whole.of_track(track.name)
        )
        parts.append(
            f"<h2>{html.escape(track.title)}</h2><p>{html.escape(track.about)}</p><table><thead>"
            '<tr><th scope="col">Lesson</th><th scope="col">Minutes</th><th scope="col">Level</th>'
            f"</tr></thead><tbody>{rows}</tbody></table>"
        )
    site.add(place, "All lessons", "".join(parts))


def lesson_page(site: Site, one: Lesson, results: Path | None, edition: Edition = ENGLISH) -> None:
    """A lesson with its code and, where it was run, with its results."""
    folder = "" if edition is ENGLISH else f"{edition.language}/"
    source, place = f"notebooks/{folder}{one.notebook}", f"lessons/{folder}{one.file}.html"
    ran = executed(one, results) if edition is ENGLISH else None
    cells = json.loads((ran or ROOT / source).read_text(encoding="utf-8"))["cells"]
    parts, size = [], 0
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(site.with_links(to_html(text), source, place))
            continue
        code = f'<pre tabindex="0"><code>{html.escape(text)}</code></pre>'
        if FOLDED in cell["metadata"].get("tags", ()):
            words = edition.say("Show the code")
            code = f"<details><summary>{words}</summary>{code}</details>"
        parts.append(code)
        made = "".join(output_html(output) for output in cell.get("outputs", ()))
        size += len(made)
        if made and size > LARGEST:
            made = "<p>What came here is too large for this page; run the lesson to see it.</p>"
        if made:
            parts.append(f'<div class="result" style="overflow-x:auto" tabindex="0">{made}</div>')
    head = (
        "<p>This page shows the lesson"
        + (" with the results of one run." if ran else " without results: run it to see yours.")
        + f' <a href="{seen_from(place, f"teach/lessons/{one.number}.html")}">For teachers</a></p>'
    )
    first, rest = parts[0], parts[1:]
    body = spoken(first + "".join(rest), edition.language)
    site.add(place, f"{one.number} {edition.say(one.title)}", head + body)


def spoken(body: str, language: str) -> str:
    """A body with the language it is in, where that is not English."""
    return body if language == ENGLISH.language else f'<div lang="{language}">{body}</div>'


def output_html(output: dict) -> str:
    """What a cell gave, as HTML: its own where it has some, else its text."""
    data = output.get("data", {})
    text = data.get("text/html") or ""
    if text:
        return static("".join(text))
    if "image/png" in data:
        address = f"data:image/png;base64,{data['image/png']}"
        return f'<img alt="A drawing made by the cell above" src="{address}">'
    if "application/vnd.jupyter.widget-view+json" in data:
        return "<p>Here stands a studio with buttons; it works where the lesson runs.</p>"
    plain = "".join(data.get("text/plain", "") or output.get("text", ""))
    return f'<pre tabindex="0">{html.escape(plain)}</pre>' if plain.strip() else ""


def static(text: str) -> str:
    """A result without what acts and without names that may stand twice on a page."""
    text = re.sub(r"<script\b.*?</script>|<link\b[^>]*>", "", text, flags=re.S | re.I)
    text = re.sub(r"\son\w+=(\"[^\"]*\"|'[^']*')", "", text)
    return re.sub(r"\s(?:id|for|aria-labelledby|aria-describedby)=\"[^\"]*\"", "", text)


def models(site: Site) -> None:
    items = "".join(
        f'<li><a href="{address_of(path.relative_to(ROOT).as_posix())}">'
        f"{html.escape(title_of(path.read_text('utf-8')))}</a></li>"
        for path in sorted((ROOT / CARDS).glob("*/README.md"))
    )
    fonts = address_of("course_utils/layouts/fonts/README.md")
    site.add(
        "models.html",
        "Model cards",
        "<h1>Model cards</h1><p>What each model is, what it learned from, what it is good and bad"
        f' at, and how it was measured.</p><ul>{items}<li><a href="{fonts}">Letters</a></li></ul>'
        '<p><a href="LICENSES.html">Every source with its licence</a></p>',
    )


def figures(site: Site) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text[text.index("## What was measured") : text.index("## What to expect")]
    body = "<h1>Figures</h1><p>No figure stands in these pages that was not measured; each says"
    body += " where and how.</p>" + site.with_links(to_html(table), "README.md", "figures.html")
    body += "<h2>More of them</h2><ul>"
    for name in ("anywhere", "pictures", "words", "taste", "own_it", "room", "layouts"):
        title = html.escape(title_of((ROOT / f"docs/{name}.md").read_text(encoding="utf-8")))
        body += f'<li><a href="docs/{name}.html">{title}</a></li>'
    site.add("figures.html", "Figures", body + "</ul>")


def build(to: Path, results: Path | None = None) -> Site:
    """The whole site, written; its `broken` says which links lead nowhere."""
    site = Site(to)
    landing(site)
    gallery(site)
    map_of_lessons(site)
    models(site)
    figures(site)
    for one in course().lesson:
        lesson_page(site, one, results)
    for edition in editions():
        for one in filter(None, map(course().numbered, edition.numbers)):
            lesson_page(site, one, results, edition)
    for at, language in GLOSSARIES.items():
        site.add_text(f"notebooks/{at}{glossary.PAGE}", language=language)
    for pattern in TEXTS:
        for path in sorted(ROOT.glob(pattern)):
            source = path.relative_to(ROOT).as_posix()
            site.add_text(source)
    site.pages |= teacher_pages()
    site.write()
    site.broken += lost(site)
    return site


def lost(site: Site) -> list[str]:
    """Links between finished pages that lead to no page, file or heading."""
    names = {place: set(re.findall(r'\sid="([^"]+)"', text)) for place, text in site.pages.items()}
    found = []
    for place, text in site.pages.items():
        for target in re.findall(r'(?:href|src)="([^"]+)"', text):
            target = html.unescape(target)
            if re.match(r"[a-z]+:|//", target):
                continue
            file, _, name = target.partition("#")
            whole = posixpath.normpath(posixpath.join(posixpath.dirname(place), file))
            whole = whole if file else place
            if whole not in site.pages and whole not in site.files:
                found.append(f"{place}: {target}")
            elif name and whole in names and name not in names[whole] and name != "main":
                found.append(f"{place}: {target} names no heading")
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.site", description="Build the site.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--results", type=Path, help="notebooks that were run")
    parser.add_argument("--run", action="store_true", help="run those that are missing")
    options = parser.parse_args(arguments)
    if options.run and options.results:
        options.results.mkdir(parents=True, exist_ok=True)
        for one in course().lesson:
            if executed(one, options.results) is None:
                print(f"Running {one.notebook} ...", flush=True)
                run(one, options.results)
    site = build(options.out, options.results)
    print(f"{len(site.pages)} pages and {len(site.files)} files in {options.out}.")
    for one in site.broken:
        print(f"Leads nowhere: {one}", file=sys.stderr)
    return 1 if site.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
