"""The pages of a room around its studios: the way in, and the teacher's desk."""

from __future__ import annotations

import time
from dataclasses import dataclass

from course_utils.classroom.fair_queue import FairQueue
from course_utils.classroom.jobs import Workshop
from course_utils.classroom.keys import Room
from course_utils.classroom.people import LONGEST_NAME, People, Pupil
from course_utils.classroom.wall.store import WallStore, Work
from course_utils.kinds import kind_named
from course_utils.web.page import document, safe

__all__ = ["Desk", "ended_page", "join_page", "live", "name_page", "teacher_page"]

MOST_LISTED = 20  # works that wait, on the teacher's desk
MORE = '<p>And {number} more: <a href="{base}/wall/teacher">look through the wall</a>.</p>'
QUEUE_WORDS = "{waiting} waiting{busy}{seconds}"
NO_QR = "For a QR code here, install the library segno: pip install segno."


def join_page(title: str, base: str, code: str = "", name: str = "", wrong: str = "") -> str:
    """The way in: a code, and a name that the class will see."""
    alert = f'<p class="said wrong" role="alert">{safe(wrong)}</p>' if wrong else ""
    focus = "name" if code else "code"
    body = f"""<div class="card"><h1>{safe(title)}</h1>{alert}
<form method="post" action="{base}/join">
<p class="control wide"><label for="code">Code, from your teacher</label><input id="code" \
name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="100" \
value="{safe(code)}" required{" autofocus" * (focus == "code")}></p>
<p class="control wide"><label for="name">Your name, as the class will see it</label><input \
id="name" name="name" autocomplete="off" maxlength="{LONGEST_NAME}" value="{safe(name)}"\
{" autofocus" * (focus == "name")}></p>
<p><button class="main">Join</button></p></form>
<p>The teacher joins with the teacher's code and needs no name. What you make stays on the \
teacher's computer until you take it home; it is deleted after the lesson.</p></div>"""
    return document(title, body, base, "", script=False)


def name_page(title: str, base: str, name: str = "", wrong: str = "") -> str:
    """For somebody who has a key and no name yet."""
    alert = f'<p class="said wrong" role="alert">{safe(wrong)}</p>' if wrong else ""
    body = f"""<div class="card"><h1>{safe(title)}</h1>{alert}
<form method="post" action="{base}/name"><p class="control wide"><label for="name">Your name, as \
the class will see it</label><input id="name" name="name" autocomplete="off" \
maxlength="{LONGEST_NAME}" value="{safe(name)}" autofocus></p><p><button \
class="main">Go in</button></p></form></div>"""
    return document(title, body, base, "", script=False)


def ended_page(title: str, base: str, sentence: str, inside: bool) -> str:
    """What is seen once the room is over: the sentence, and of who was inside, the work to take
    home.
    """
    link = (
        f'<p><a class="button main" href="{base}/studio/work.zip" download>Take my work home as one'
        " zip file</a></p>"
    )
    body = (
        f'<div class="card"><h1>{safe(title)}</h1><p class="said" role="status">{safe(sentence)}'
        f"</p>{link * inside}</div>"
    )
    return document(title, body, base, "", script=False)


@dataclass
class Desk:
    """What the teacher's page shows."""

    room: Room
    address: str
    people: People
    workshop: Workshop
    wall: WallStore
    closes: float


def teacher_page(desk: Desk, base: str, said: str = "") -> str:
    """The teacher's desk."""
    room, link = desk.room, f"{desk.address}/?code={desk.room.code}"
    said = " ".join(filter(None, (desk.people.trouble, said)))
    status = f'<p class="said" role="status">{safe(said)}</p>' if said else ""
    ends = desk.closes if room.over else room.ends
    body = f"""<h1>{safe(room.title)}</h1>{status}
<div class="two"><section aria-label="The way in"><h2>Join here</h2>
<p><a href="{safe(link)}">{safe(desk.address)}</a></p><p class="code">{safe(room.code)}</p>
<div class="qr">{qr(link)}</div>
<p>{"Closes" if room.over else "Ends"} in <b id="countdown" data-ends="{ends:.0f}">\
{time_left(ends)}</b></p></section>
<section aria-label="Now"><div id="live">{live(desk, base)}</div></section></div>
<section><h2>The whole room</h2><div class="row">{actions(desk, base)}
<a class="button" href="{base}/teacher/all_work.zip" download>All work as one zip file</a></div>
{end_form(desk, base)}</section>"""
    page = document(f"Teacher: {room.title}", body, base, "", script=False)
    return page.replace("</head>", f'<script src="{base}/teacher.js" defer></script></head>')


def end_form(desk: Desk, base: str) -> str:
    if desk.room.over:
        return (
            "<p>The room has ended. Pupils can still take their work home. Once all have it, close"
            " the room; what is in it is then deleted.</p>"
            + button(base, "close", "Close the room", danger=True)
        )
    return (
        '<details class="fold"><summary>End the room</summary><p>Nothing new can be made then. All'
        " pupils are handed their work, and have 15 minutes to take it home; you have it all in"
        f" one zip file above.</p>{button(base, 'end', 'End the room now', danger=True)}</details>"
    )


def actions(desk: Desk, base: str) -> str:
    if desk.room.over:
        return ""
    paused = desk.workshop.paused
    pages = (("Project the wall", "/wall/project"), ("Look through the wall", "/wall/teacher"))
    return button(
        base, "go" if paused else "pause", "Go on" if paused else "Pause all work"
    ) + "".join(
        f'<a class="button" href="{base}{path}">{words}</a>'
        for words, path in (*pages, ("Studios", "/studio"))
    )


def button(base: str, do: str, words: str, label: str = "", danger: bool = False) -> str:
    """A button of the teacher's that does one thing."""
    named = f' aria-label="{safe(label)}"' if label else ""
    kind = ' class="danger"' if danger else ""
    return (
        f'<form method="post" action="{base}/teacher/do"><button name="do" value="{safe(do)}"'
        f"{kind}{named}>{safe(words)}</button></form>"
    )


def live(desk: Desk, base: str) -> str:
    """What changes while the teacher looks on."""
    waiting = [*desk.wall.in_state("reported"), *desk.wall.in_state("waiting")]
    return (
        f"<h2>Who is here: {sum(one.here for one in desk.people.all())} of"
        f" {len(desk.people)}</h2>{people_table(desk, base)}"
        f"<h2>Queue{', paused' * desk.workshop.paused}</h2>{queue_list(desk.workshop)}"
        f"<h2>Waiting for the wall: {len(waiting)}</h2>{waiting_list(waiting, base)}"
    )


def people_table(desk: Desk, base: str) -> str:
    if not len(desk.people):
        return "<p>Nobody yet.</p>"
    rows = "".join(
        f"<tr><td>{safe(one.name)}</td><td>{presence(one)}</td><td>"
        f"{len(desk.people.works(one.id))}</td><td>{way_back(one, base)}</td>"
        "</tr>"
        for one in desk.people.all()
    )
    return (
        '<table class="people"><thead><tr><th>Name</th><th>Page</th><th>Works</th>'
        f'<th><span class="unseen">Way back</span></th></tr></thead><tbody>{rows}</tbody></table>'
    )


def presence(pupil: Pupil) -> str:
    return "open" if pupil.here else f"closed {minutes(time.time() - pupil.seen)} ago"


def way_back(pupil: Pupil, base: str) -> str:
    if pupil.here:
        return ""
    if time.time() < pupil.back_until:
        return "may join again"
    label = f"Let {pupil.name} back in"
    return button(base, f"back-{pupil.id}", "Let back in", label)


def queue_list(workshop: Workshop) -> str:
    lines = "".join(
        f"<li>{safe(kind_named(kind).plural.capitalize())}: {line_words(line.queue, line)}</li>"
        for kind, line in workshop.lines.items()
    )
    return f"<ul>{lines}</ul>"


def line_words(waiting: FairQueue, line) -> str:
    return QUEUE_WORDS.format(
        waiting=len(waiting),
        busy=f", {line.working} at work" if line.working else "",
        seconds="" if line.seconds is None else f", {line.seconds:.1f} seconds each",
    )


def waiting_list(works: list[Work], base: str) -> str:
    if not works:
        return "<p>None.</p>"
    rows = "".join(
        f'<tr><td><a href="{base}/wall/works/{one.id}">{safe(one.title)}</a></td>'
        f"<td>{safe(one.credit)}</td><td>"
        f"{button(base, f'approve-{one.id}', 'Approve', f'Approve: {one.title}')}"
        f"{button(base, f'hide-{one.id}', 'Hide', f'Hide: {one.title}')}</td></tr>"
        for one in works[:MOST_LISTED]
    )
    more = MORE.format(number=len(works) - MOST_LISTED, base=base)
    return f'<table class="people"><tbody>{rows}</tbody></table>{more * (len(works) > MOST_LISTED)}'


def qr(link: str) -> str:
    """The address with the code as a QR code (SVG), or a sentence where the library is missing."""
    try:
        import segno
    except ImportError:
        return f"<p>{NO_QR}</p>"
    picture = segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=4)
    label = f'role="img" aria-label="QR code of {safe(link)}"'
    return picture.replace("<svg ", f"<svg {label} ", 1)


def time_left(until: float) -> str:
    """ "1 h 20 min", "4 min 10 s"; what `teacher.js` counts down."""
    seconds = max(0, round(until - time.time()))
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"


def minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
