"""The wall's pages as HTML: for phones as for a projector, by keyboard and by ear, without a
program of their own but the slide show's. Everything a person typed is escaped.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from course_utils.classroom.wall.intake import ALLOWED, LONGEST_ABOUT, LONGEST_CREDIT, LONGEST_TITLE
from course_utils.classroom.wall.store import ON_WALL, STATES, Viewer, Work
from course_utils.kinds import kind_named

__all__ = [
    "Links",
    "SAID",
    "byline",
    "counted",
    "document",
    "facts",
    "figure",
    "join_page",
    "listed",
    "on_server",
    "plain_name",
    "project_page",
    "publish_page",
    "safe",
    "sentence_page",
    "teacher_page",
    "wall_page",
    "work_page",
]

SAID = {  # what a page says after something was done; an address carries the short name only
    "published": "Your work is on its way: it waits for your teacher. You see it under Your works.",
    "withdrawn": "Your work is withdrawn, and its file is deleted from the wall.",
    "reported": "Thank you. You do not see the work any more, and your teacher will look at it.",
    "approved": "The work is on the wall.",
    "hidden": "The work is hidden. Only who made it, and you, see it.",
    "pinned": "The work is pinned to the top.",
    "unpinned": "The pin is out.",
}
REPORT = "Report this work"
EXCERPT = 420  # characters of a text on the wall; the work's own page has all of it


@dataclass(frozen=True)
class Links:
    """Where the parts of a work are found: on the server, or in the folder of a site."""

    page: Callable[[Work], str]
    see: Callable[[Work], str]
    hear: Callable[[Work], str]
    file: Callable[[Work], str]
    card: Callable[[Work], str]


def on_server(base: str) -> Links:
    """The links of the server. `base`: the path a proxy puts before every address, or nothing."""
    part = f"{base}/v1/wall/works"
    return Links(
        lambda w: f"{base}/wall/works/{w.id}",
        lambda w: f"{part}/{w.id}/see",
        lambda w: f"{part}/{w.id}/hear",
        lambda w: f"{part}/{w.id}/file",
        lambda w: f"{part}/{w.id}/card",
    )


def safe(text: str) -> str:
    return html.escape(text, quote=True)


def document(
    title: str,
    body: str,
    style: str,
    menu: str = "",
    script: str = "",
    said: str = "",
    kind: str = "",
) -> str:
    """A whole page.

    `style`, `script`: addresses; `said`: a sentence on what was just done; `kind`: the body's
    class.
    """
    status = f'<p class="said" role="status">{safe(said)}</p>' if said else ""
    program = f'<script src="{safe(script)}" defer></script>' if script else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width,initial-scale=1"><title>{safe(title)}</title><link'
        f' rel="stylesheet" href="{safe(style)}">{program}</head>\n<body class="{kind}"><a'
        f' class="skip" href="#main">To the works</a>{menu}<main'
        f' id="main">{status}{body}</main></body></html>\n'
    )


def menu(base: str, viewer: Viewer, here: str) -> str:
    """The links at the top; the teacher has three more."""
    entries = [
        ("room", "The room", "/"),
        ("wall", "The wall", "/wall"),
        ("publish", "Publish", "/wall/publish"),
    ]
    if viewer.teaches:
        entries += [
            ("teacher", "Look through", "/wall/teacher"),
            ("project", "Project", "/wall/project"),
            ("site", "Take it home", "/v1/wall/site.zip"),
        ]
    links = "".join(
        (
            "<li><a"
            f' href="{base}{path}"{" aria-current=page" if name == here else ""}'
            f"{' download' if name == 'site' else ''}>{words}</a></li>"
        )
        for name, words, path in entries
    )
    return f'<header class="top"><nav aria-label="The wall"><ul>{links}</ul></nav></header>'


def _text(work: Work, links: Links, picture: str, whole: bool) -> str:
    text = work.words
    if not whole and len(text) > EXCERPT:
        text = f"{text[:EXCERPT].rsplit(' ', 1)[0]} …"
    return f'<blockquote class="words">{safe(text)}</blockquote>'


def _picture(work: Work, links: Links, picture: str, whole: bool) -> str:
    return picture.format(safe(work.description))


def _card(work: Work, links: Links, picture: str, whole: bool) -> str:
    if whole:
        return (
            f'<iframe title="Card: {safe(work.title)}" src="{safe(links.card(work))}"'
            " sandbox></iframe>"
        )
    return (
        picture.format(f"A picture on the card “{safe(work.title)}”")
        or f'<blockquote class="words">{safe(work.words[:EXCERPT])}</blockquote>'
    )


# how a work of each kind is shown, of: the work, the links, its picture with {} for what it shows,
# and whether all of it; others are heard
SEEN = {"words": _text, "image": _picture, "layout": _picture, "page": _card}


def figure(work: Work, links: Links, whole: bool = False) -> str:
    """What is seen, read or heard of a work. `whole`: all of it, for its own page."""
    picture = (
        f'<img src="{safe(links.see(work))}" alt="{{}}" loading="{"eager" if whole else "lazy"}">'
        if work.seen
        else ""
    )
    seen = SEEN.get(work.kind)
    if seen is not None:
        return seen(work, links, picture, whole)
    drawn = "Piano roll" if kind_named(work.kind).plays_notes else "Waveform and spectrogram"
    drawn = picture.format(f"{drawn} of “{safe(work.title)}”")
    heard = (
        f'<audio controls preload="none" aria-label="{safe(work.title)}"'
        f' src="{safe(links.hear(work))}"></audio>'
        if work.heard
        else "<p>This computer cannot play notes; take the file along to hear it.</p>"
    )
    return f'<div class="sound">{drawn}{heard}</div><p class="about">{safe(work.description)}</p>'


def byline(work: Work) -> str:
    return (
        f'<p class="by"><span class="kind">{kind_named(work.kind).noun.capitalize()}</span>'
        f" {f'by {safe(work.credit)}' if work.credit else 'by somebody in this class'}</p>"
    )


def card(work: Work, links: Links, extra: str = "", level: int = 3) -> str:
    """A work in a list."""
    pin = '<span class="pin">Pinned</span> ' if work.pinned and work.state == "shown" else ""
    return (
        f'<li class="work {work.kind}"><article>{figure(work, links)}<h{level}>{pin}<a'
        f' href="{safe(links.page(work))}">{safe(work.title)}</a></h{level}>'
        f"{byline(work)}{extra}</article></li>"
    )


def listed(
    works: list[Work], links: Links, extra: Callable[[Work], str] = lambda _: "", level: int = 3
) -> str:
    return (
        f'<ul class="works">{"".join(card(work, links, extra(work), level) for work in works)}</ul>'
    )


def wall_page(
    title: str,
    base: str,
    viewer: Viewer,
    shown: list[Work],
    own: list[Work],
    waiting: int,
    said: str = "",
) -> str:
    """The wall itself, with the viewer's own works below."""
    links = on_server(base)
    task = (
        f'<p><a class="button" href="{base}/wall/teacher">{waiting} to look at</a></p>'
        if viewer.teaches and waiting
        else ""
    )
    body = f'<h1>{safe(title)}</h1>{task}<h2 class="quiet">On the wall: {counted(len(shown))}</h2>'
    body += (
        listed(shown, links)
        if shown
        else (
            f'<p class="empty">Nothing hangs here yet. <a href="{base}/wall/publish">Publish the'
            " first work</a>.</p>"
        )
    )
    if own:
        body += "<h2>Your works</h2>" + (
            listed(
                own, links, lambda work: f"<p class=state>{STATES[work.state].capitalize()}.</p>"
            )
        )
    return document(title, body, f"{base}/wall/wall.css", menu(base, viewer, "wall"), said=said)


def plain_name(title: str) -> str:
    """A title as a file's name that works on every system."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "untitled"


def counted(number: int) -> str:
    return f"{number} work{'s' * (number != 1)}"


def publish_page(
    base: str, viewer: Viewer, title: str = "", credit: str = "", about: str = "", wrong: str = ""
) -> str:
    """A form to publish a file, for whoever has it on a phone or a computer."""
    alert = f'<p class="wrong" role="alert">{safe(wrong)}</p>' if wrong else ""
    body = f"""<h1>Publish a work</h1>{alert}
<form class="wide" method="post" action="{base}/wall/works" enctype="multipart/form-data">
<p><label for="file">The file, from your folder of creations ({", ".join(ALLOWED)})</label><input \
id="file" name="file" type="file" accept="{",".join(ALLOWED)}" required></p>
<p><label for="title">Title</label><input id="title" name="title" maxlength="{LONGEST_TITLE}" \
value="{safe(title)}" required></p>
<p><label for="credit">Made by: a first name, a nickname, or nothing</label><input id="credit" \
name="credit" maxlength="{LONGEST_CREDIT}" value="{safe(credit)}"></p>
<p><label for="about">For people who cannot see or hear it: what is there? (if you leave it empty, \
the course describes it)</label><textarea id="about" name="about" rows="3" \
maxlength="{LONGEST_ABOUT}">{safe(about)}</textarea></p>
<p><button class="main">Publish</button></p></form>
<p>Your teacher looks at it first. Until then nobody else in the class sees it, and you can \
withdraw it at any time.</p>"""
    return document("Publish a work", body, f"{base}/wall/wall.css", menu(base, viewer, "publish"))


def action(base: str, work: Work, what: str, words: str, main: bool = False) -> str:
    """A button that does something to a work, with the work's title for those who hear it."""
    return (
        '<form method="post"'
        f' action="{base}/wall/works/{work.id}/{what}"><button{" class=main" if main else ""}'
        f' aria-label="{words}: {safe(work.title)}">{words}</button></form>'
    )


def decisions(base: str, work: Work) -> str:
    """What a teacher can do with a work."""
    buttons = [action(base, work, "approve", "Approve", True)] if work.state != "shown" else []
    buttons += [action(base, work, "hide", "Hide")] if work.state != "hidden" else []
    if work.state in ON_WALL:
        buttons += [
            (
                action(base, work, "unpin", "Take the pin out")
                if work.pinned
                else action(base, work, "pin", "Pin")
            ),
            (
                f'<a class="button" href="{base}/wall/project#{work.id}" aria-label="Project:'
                f' {safe(work.title)}">Project</a>'
            ),
        ]
    return f'<div class="row">{"".join(buttons)}</div>'


def work_page(base: str, viewer: Viewer, work: Work, reasons: list[str], said: str = "") -> str:
    """One work, large, with its recipe and what this viewer can do."""
    links = on_server(base)
    state = (
        f'<p class="state">{STATES[work.state].capitalize()}.</p>' if work.state != "shown" else ""
    )
    able = why(work, reasons) + decisions(base, work) if viewer.teaches else ""
    if work.owner == viewer.id:
        able += f'<div class="row">{action(base, work, "withdraw", "Withdraw my work")}</div>'
    elif work.state in ON_WALL and not viewer.teaches:
        able += f"""<details class="report"><summary>{REPORT}</summary><form class="wide" \
method="post" action="{base}/wall/works/{work.id}/report">
<p><label for="why">What is wrong with it? (you may leave this empty; your name is not \
shown)</label><textarea id="why" name="why" rows="2" \
maxlength="300"></textarea></p><p><button>Report it to the teacher</button></p></form></details>"""
    body = (
        f'<h1>{safe(work.title)}</h1>{byline(work)}{state}<div class="large'
        f' {work.kind}">{figure(work, links, True)}</div>{able}{facts(work, links)}'
    )
    return document(work.title, body, f"{base}/wall/wall.css", menu(base, viewer, ""), said=said)


def facts(work: Work, links: Links) -> str:
    """How a work was made, and its file."""
    recipe = work.recipe
    settings = "; ".join(
        f"{name.replace('_', ' ')}: {str(value)[:120]}"
        for name, value in recipe.settings.items()
        if name != "count" and value not in ("", None, False) and not str(value).startswith("{")
    )
    rows = [
        ("Description", work.description),
        ("Words given", recipe.prompt),
        ("Made with", recipe.model or "the course's rules, by a person"),
        ("Seed", str(recipe.seed)),
        ("Settings", settings),
        ("Published", f"{datetime.fromtimestamp(work.published):%d %B %Y}"),
    ]
    listing = "".join(f"<dt>{name}</dt><dd>{safe(value)}</dd>" for name, value in rows if value)
    return (
        f'<section><h2>How it was made</h2><dl>{listing}</dl><p><a href="{safe(links.file(work))}"'
        " download>Take the file along</a>: its recipe is inside, and its Content Credentials if"
        " it has any.</p></section>"
    )


def why(work: Work, reasons: list[str]) -> str:
    """What a teacher should know before deciding."""
    lines = [f"Note: {work.note}"] if work.note else []
    if work.state == "reported":
        lines += [
            f"Reported{f': “{reason}”' if reason else ', without a reason'}." for reason in reasons
        ]
    return "".join(f'<p class="note">{safe(line)}</p>' for line in lines)


def teacher_page(
    base: str,
    viewer: Viewer,
    groups: dict[str, list[Work]],
    reasons: dict[str, list[str]],
    said: str = "",
) -> str:
    """What a teacher looks through: reported and waiting works first."""
    links = on_server(base)
    titles = {
        "reported": "Reported: look at these first",
        "waiting": "Waiting for you",
        "shown": "On the wall",
        "hidden": "Hidden",
    }
    body = (
        f'<h1>Look through the wall</h1><p><a href="{base}/wall/teacher">Look again for new'
        " works</a></p>"
    )
    for state, title in titles.items():
        works = groups[state]
        body += (
            f'<section><h2 id="{state}">{title}:'
            " "
            f"{len(works)}"
            "</"
            "h2>"
            + (
                listed(
                    works,
                    links,
                    lambda work: why(work, reasons.get(work.id, [])) + decisions(base, work),
                )
                if works
                else "<p class=empty>None.</p>"
            )
            + "</section>"
        )
    return document(
        "Look through the wall",
        body,
        f"{base}/wall/wall.css",
        menu(base, viewer, "teacher"),
        said=said,
    )


def project_page(title: str, base: str, works: list[Work]) -> str:
    """A slide show for a projector: one work at a time.

    Without the page's program all works stand one below the other.
    """
    links = on_server(base)
    slides = "".join(
        (
            f'<section class="slide {work.kind}" id="{work.id}" aria-label="{number} of'
            f' {len(works)}"><div'
            f' class="stage">{figure(work, links, True)}</div><h2>{safe(work.title)}</h2>'
            f"{byline(work)}</section>"
        )
        for number, work in enumerate(works, 1)
    )
    controls = """<div class="controls" role="group" aria-label="Slide show"><button \
id="before">Previous</button><button id="go">Play</button><button id="next">Next</button>
<label>Seconds <select id="pace"><option>5</option><option \
selected>10</option><option>20</option><option>40</option></select></label><button id="full">Full \
screen</button><span id="place" role="status"></span></div>"""
    body = (
        f'<div class="head"><h1>{safe(title)}</h1><a href="{base}/wall">Back to the'
        " wall</a></div><div"
        ' id="slides">'
        f"{slides or '<p>Nothing is on the wall yet. Approve a work first.</p>'}</div>"
        f"{controls if works else ''}<p"
        ' class="unseen">Keys: arrows go on and back, the space bar plays and pauses, F is full'
        " screen.</p>"
    )
    return document(
        f"{title}: slide show",
        body,
        f"{base}/wall/wall.css",
        script=f"{base}/wall/slides.js",
        kind="project",
    )


def join_page(title: str, base: str, wrong: str = "") -> str:
    """The way in."""
    alert = f'<p class="wrong" role="alert">{safe(wrong)}</p>' if wrong else ""
    body = (
        f"<h1>{safe(title)}</h1><p>This is the wall of a class. Join with the code your teacher"
        f' shows.</p>{alert}<form class="wide" method="post" action="{base}/wall/join"><p><label'
        ' for="code">Code</label><input id="code" name="code" autocomplete="off"'
        ' autocapitalize="characters" spellcheck="false" maxlength="100" required></p><p><button'
        ' class="main">Join</button></p></form>'
    )
    return document(title, body, f"{base}/wall/wall.css")


def sentence_page(base: str, sentence: str) -> str:
    """An answer that says no, with a way on."""
    return document(
        "That did not work",
        f'<h1>That did not work</h1><p class="wrong" role="alert">{safe(sentence)}</p><p><a'
        f' class="button" href="{base}/wall">Back to the wall</a></p>',
        f"{base}/wall/wall.css",
    )
