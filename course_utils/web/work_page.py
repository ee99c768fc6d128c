"""The page with everything a person made: a gallery, a card, a zip file, the way to the wall."""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.controls import Control, found, kept
from course_utils.creation import Creation, LearnerError
from course_utils.kinds import all_kinds
from course_utils.notebook.calls import card_of, show_history
from course_utils.portfolio.store import Portfolio
from course_utils.web.page import TITLE, document, options, safe, status
from course_utils.web.seat import Seat
from course_utils.web.stage import figures

__all__ = ["Shown", "pressed", "work_page"]

ON_A_CARD = ("image", "words", "tune", "backing", "sound")
CLEAR = (
    '<details class="fold"><summary>Clear my place</summary><form method="post" action="{action}">'
    "<p>Everything you made here is deleted, but for what is on the wall. Take it home first.</p>"
    '<p><button class="danger" name="do" value="clear">Delete everything</button></p></form>'
    "</details>"
)
HELLO = "Put things you made on one card, or take everything with you."


@dataclass
class Shown:
    """What the page says after a button was pressed."""

    said: str = HELLO
    wrong: bool = False
    made: tuple[Creation, ...] = ()


def work_page(seat: Seat, base: str, links: str, shown: Shown) -> str:
    """The page, as it is now."""
    portfolio, history = Portfolio(), show_history()
    nouns = {kind.name: kind.noun.capitalize() for kind in all_kinds()}
    lists = "".join(
        choice(f"card-{kind}", nouns[kind], kept(kind, nothing="none"), portfolio)
        for kind in ON_A_CARD
    )
    everything = kept(*nouns, nothing="none")
    address = (
        ""
        if seat.folder is not None
        else '<p class="control wide"><label for="where">The wall: its address and code, such as'
        " http://192.168.1.20:8000#ABCD-2345; empty in a room you have joined</label>"
        '<input id="where" name="where" maxlength="300"></p>'
    )
    clear = CLEAR.format(action=f"{base}/studio/work") if seat.folder is not None else ""
    action = f"{base}/studio/work"
    body = f"""<h1>My work</h1>
<div id="said" class="said" role="status">{status(shown.said, shown.wrong)}</div>
<div id="results">{figures(list(shown.made), "Card")}</div>
<p><a class="button main" href="{base}/studio/work.zip" download>Everything as one zip file</a></p>
<form method="post" action="{action}"><h2>Make a card</h2>
<p class="control wide"><label for="title">Title of the card</label><input id="title" \
name="title" maxlength="120" value="My first card"></p><div class="controls">{lists}</div>
<p><button class="main" name="do" value="card">Make a card</button></p></form>
<form method="post" action="{action}"><h2>Put a work on the class wall</h2><div class="controls">
{choice("which", "Which one", everything, portfolio)}{address}
<p class="control wide"><label for="name">Its title on the wall</label><input id="name" \
name="name" maxlength="80" required></p>
<p class="control wide"><label for="credit">Made by: a first name, a nickname, or nothing</label>\
<input id="credit" name="credit" maxlength="60" value="{safe(seat.name)}"></p></div>
<p><button class="main" name="do" value="publish">Put on the wall</button></p></form>
<h2>The newest</h2><p>{safe(history.message)}</p>{figures(list(history), "Number")}{clear}"""
    return document(f"My work: {TITLE}", body, base, links)


def choice(name: str, label: str, choices, portfolio: Portfolio) -> str:
    control = Control(name, label, "", choices)
    return (
        f'<p class="control"><label for="{name}">{safe(label)}</label><select id="{name}"'
        f' name="{name}">{options(control, "", portfolio)}</select></p>'
    )


def make_card(form: dict[str, str]) -> Shown:
    """A card from what was chosen."""
    chosen = (found(form.get(f"card-{kind}")) for kind in ON_A_CARD)
    try:
        card = card_of([one for one in chosen if one], form.get("title", ""))
        Portfolio().save(card)
    except LearnerError as sentence:
        return Shown(str(sentence), True)
    return Shown("Your card is saved.", made=(card,))


def clear_place(seat: Seat) -> Shown:
    """Delete what a pupil has made in a room."""
    seat.clear()
    return Shown("Your place is empty again. What is on the wall stays there.")


def pressed(seat: Seat, form: dict[str, str]) -> Shown:
    """What a button of the page does."""
    if form.get("do") == "card":
        return make_card(form)
    return clear_place(seat) if form.get("do") == "clear" else publish(seat, form)


def publish(seat: Seat, form: dict[str, str]) -> Shown:
    """A work on its way to the wall."""
    creation = found(form.get("which"))
    try:
        if creation is None:
            raise LearnerError("Choose one of your works in the list first.")
        send = seat.publish or publish_by_address
        return Shown(
            send(creation, form.get("name", ""), form.get("credit", ""), form.get("where", ""))
        )
    except LearnerError as sentence:
        return Shown(str(sentence), True)


def publish_by_address(creation: Creation, title: str, credit: str, where: str) -> str:
    """Send a work to a wall on another computer; what came of it, in a sentence.

    Raises:
        LearnerError: no wall was joined, it does not answer, or it says no.
    """
    from course_utils.classroom.wall.calls import join, put

    if where.strip():
        join(where)
    return str(put(creation, title, credit, ""))
