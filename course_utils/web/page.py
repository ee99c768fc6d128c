"""The pages of the studios as HTML, from the same tables as the studios of the notebooks.

A page is whole without its program: every button is a part of one form. `studio.js` sends the form
without leaving the page and puts in what has changed.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from course_utils.controls import Control
from course_utils.languages import (
    ENGLISH,
    current,
    direction,
    known,
    translate,
    translate_html,
    words_of,
)
from course_utils.notebook.chips import address
from course_utils.notebook.frame import VERBS
from course_utils.portfolio.store import Portfolio
from course_utils.settings import MORE
from course_utils.web.desk import Desk
from course_utils.web.stage import NAMES
from course_utils.web.studio_tabs import studios

__all__ = ["TITLE", "document", "menu", "options", "read", "safe", "status", "studio_page", "told"]

TITLE = "First sparks: the studio"
MOST_WORDS = 2000  # characters of a box for words

KINDS_OF_FILES = {"image": "image/*", "audio": "audio/*"}


def safe(text: object) -> str:
    return html.escape(str(text), quote=True)


def document(title: str, body: str, base: str, menu: str, script: bool = True) -> str:
    """A whole page. `base`: the path a proxy puts before every address."""
    program = f'<script src="{base}/studio/studio.js" defer></script>' if script else ""
    spoken = words_of(Path(__file__).with_name("studio.js")) if script else {}
    words = f' data-words="{safe(json.dumps(spoken))}"' if spoken else ""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{safe(translate(title))}</title><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="{base}/studio/studio.css">{program}'
    )
    inside = translate_html(
        f'<a class="skip" href="#main">To the studio</a>{menu}<main id="main">{body}</main>'
    )
    return (
        f'<!doctype html>\n<html lang="{current()}" dir="{direction()}"{words}>'
        f"<head>{head}</head>\n<body>{inside}</body></html>\n"
    )


def menu(base: str, here: str, name: str = "", more: Iterable[tuple[str, str]] = ()) -> str:
    """The links at the top: the studios, My work, and `more` as (words, path)."""
    entries = [(spec.name, f"/studio/{spec.kind}") for spec in studios()]
    entries += [("My work", "/studio/work"), *more]
    links = "".join(
        f'<li><a href="{base}{path}"{" aria-current=page" * (path == f"/studio/{here}")}>'
        f"{safe(words)}</a></li>"
        for words, path in entries
    )
    who = f'<p class="who" translate="no">{safe(name)}</p>' if name else ""
    links += "".join(
        f'<li translate="no"><a href="?language={code}" lang="{code}">{safe(called)}</a></li>'
        for code, called in known().items()
        if code != current()
    )
    return f'<header class="top"><nav aria-label="Studios"><ul>{links}</ul></nav>{who}</header>'


def status(said: str, wrong: bool) -> str:
    """The sentence of the status line."""
    return f"<p>{'<b>Please note:</b> ' * wrong}{safe(said)}</p>"


def studio_page(desk: Desk, base: str, links: str) -> str:
    """One studio with everything that is shown in it now."""
    spec, portfolio = desk.spec, Portfolio()
    first = [one for one in spec.controls if not one.group]
    folds = dict.fromkeys(one.group for one in spec.controls if one.group)
    grouped = "".join(
        fold(
            group,
            boxes([one for one in spec.controls if one.group == group], desk, portfolio)
            + (seed_boxes(desk) if group == MORE else ""),
        )
        for group in folds
    )
    body = f"""<h1>{safe(spec.name)}</h1>
<form id="studio" method="post" action="{base}/studio/{safe(spec.kind)}" \
enctype="multipart/form-data" data-desk="{desk.id}" data-number="{desk.number}" \
data-busy="{int(desk.busy)}">
<div class="ask"><p class="words"><label for="words">{safe(spec.label)}</label><textarea \
id="words" name="words" rows="1" maxlength="{MOST_WORDS}">{safe(desk.words)}</textarea></p>\
<p class="go"><button class="main" name="do" value="generate">Generate</button>\
<button class="stop" name="do" value="stop" formnovalidate>Stop</button></p></div>
{examples(desk)}
<div class="quick">{boxes(first, desk, portfolio)}</div>
<div id="results">{desk.results}</div>
<div id="chooser">{chooser(desk)}</div>
<div id="progress">{desk.progress}</div>
<div id="said" class="said" role="status">{status(desk.said, desk.wrong)}</div>
<div id="extra" class="extra">{desk.extra}</div>
<div id="film" class="film">{desk.film}</div>
<div class="drawer">{grouped}{buttons(desk, portfolio)}{earlier(desk, portfolio)}</div>
</form>"""
    return document(f"{spec.name}: {TITLE}", body, base, links)


def boxes(controls: Iterable[Control], desk: Desk, portfolio: Portfolio) -> str:
    """Controls with their labels."""
    return "".join(box(one, desk.values.get(one.name, one.value), portfolio) for one in controls)


def box(control: Control, value: Any, portfolio: Portfolio) -> str:
    """A control with its label."""
    name, label = safe(control.name), safe(control.label)
    named = f'id="c-{name}" name="c-{name}"'
    about = f' title="{safe(control.help)}"' if control.help else ""
    if isinstance(control.value, bool):
        return (
            f'<p class="control tick"{about}><input type="checkbox" {named} value="on"'
            f'{" checked" * bool(value)}><label for="c-{name}">{label}</label></p>'
        )
    if control.choices is not None:
        inside = options(control, value, portfolio)
        if control.picture:
            many = " many" * (inside.count("<label") > 10)
            return (
                f'<fieldset class="tiles{many}"{about}><legend>{label}</legend>'
                f'<div data-list="{name}">{inside}</div></fieldset>'
            )
        part = f'<select {named} data-list="{name}">{inside}</select>'
    elif control.accept:
        kinds = ",".join(KINDS_OF_FILES.get(one, one) for one in control.accept)
        part = f'<input type="file" {named} accept="{safe(kinds)}">'
    elif control.span:
        low, high, step = control.span
        part = (
            f'<span class="slide"><input type="range" {named} min="{low}" max="{high}"'
            f' step="{step}" value="{safe(value)}"><span aria-hidden="true">{safe(value)}</span>'
            "</span>"
        )
    elif control.whole:
        part = f'<input type="number" {named} min="0" max="400" step="1" value="{safe(value)}">'
    elif control.lines > 1:
        part = (
            f'<textarea {named} rows="{control.lines}" maxlength="{MOST_WORDS}">'
            f"{safe(value or '')}</textarea>"
        )
    else:
        part = f'<input {named} maxlength="{MOST_WORDS}" value="{safe(value or "")}">'
    wide = " wide" * (control.lines > 1)
    return f'<p class="control{wide}"{about}><label for="c-{name}">{label}</label>{part}</p>'


def options(control: Control, value: Any, portfolio: Portfolio) -> str:
    """The choices of a control; the values travel as text."""
    if control.picture:
        return "".join(
            f'<label class="tile"><input type="radio" name="c-{safe(control.name)}"'
            f' value="{safe(one)}"{" checked" * (one == value)}>{picture_of(control, one)}'
            f"<span>{safe(words)}</span></label>"
            for words, one in control.options(portfolio)
        )
    return "".join(
        f'<option value="{safe(one)}"{" selected" * (one == value)}>{safe(words)}</option>'
        for words, one in control.options(portfolio)
    )


def picture_of(control: Control, value: Any) -> str:
    """The small picture of a choice; its words say the same."""
    file, _ = control.picture(value) if control.picture else ("", "")
    return f'<img alt="" src="{safe(address(file))}">' if address(file) else "<i></i>"


def seed_boxes(desk: Desk) -> str:
    return (
        '<p class="control"><label for="seed">Seed: the same number makes the same again</label>'
        f'<input id="seed" name="seed" type="number" min="0" max="{2**31 - 1}" step="1"'
        f' value="{desk.seed}"></p><p class="control tick"><input id="keep_seed" name="keep_seed"'
        f' type="checkbox" value="on"{" checked" * desk.keep_seed}><label for="keep_seed">Keep this'
        " seed</label></p>"
    )


def fold(title: str, inside: str) -> str:
    return (
        f'<details class="fold" name="drawer"><summary>{safe(title)}</summary>'
        f'<div class="controls">{inside}</div></details>'
    )


def examples(desk: Desk) -> str:
    """Words that are known to come out well, and an idea, as small buttons."""
    chips = "".join(
        f'<button class="chip" name="do" value="example-{place}" formnovalidate>{safe(words)}'
        "</button>"
        for place, words in enumerate(desk.spec.examples)
    )
    if desk.spec.ideas:
        chips += '<button name="do" value="idea" formnovalidate>Give me an idea</button>'
    return f'<div class="chips">{chips}</div>' if chips else ""


def chooser(desk: Desk) -> str:
    """What to do with the candidate that is chosen; nothing where there is none."""
    if not desk.shown or desk.fresh:
        return ""
    verbs = "".join(
        f'<button class="{"main" * (place == 0)}" name="do" value="{verb}" title="{safe(about)}">'
        f"{safe(label)}</button>"
        for place, (verb, (label, about)) in enumerate(VERBS.items())
    )
    undo = " disabled" * (not desk.before)
    return (
        f'<div class="row" role="group" aria-label="What to do with the chosen'
        f' {safe(desk.spec.noun)}">{verbs}<button name="do" value="undo" formnovalidate{undo}>Undo'
        "</button></div>"
    )


def buttons(desk: Desk, portfolio: Portfolio) -> str:
    """What can be done with the chosen one."""
    numbered = list(enumerate(desk.spec.actions))
    parts = []
    for group in dict.fromkeys(action.group for _, action in numbered):
        inside = "".join(
            f'<div class="action">{f"<p>{safe(one.about)}</p>" if one.about else ""}'
            f"{boxes(one.controls, desk, portfolio)}"
            f'<button name="do" value="action-{number}">{safe(one.label)}</button></div>'
            for number, one in numbered
            if one.group == group
        )
        parts.append(fold(group, inside))
    return "".join(parts)


def earlier(desk: Desk, portfolio: Portfolio) -> str:
    control = desk.earlier
    inside = box(control, "", portfolio) + (
        '<div class="action"><button name="do" value="back">Bring it back</button></div>'
    )
    return fold(f"All my {desk.spec.noun}s", inside)


def fresh_lists(desk: Desk) -> dict[str, str]:
    """The lists of kept creations as they are now, by the name of their control."""
    portfolio = Portfolio()
    lists = [one for one in (*desk.controls, desk.earlier) if callable(one.choices)]
    return {one.name: options(one, desk.values.get(one.name, ""), portfolio) for one in lists}


def told(desk: Desk, after: int = -1, changed: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a page has to show anew: what changed after the number it has."""
    parts: dict[str, Any] = {
        "desk": desk.id,
        "number": desk.number,
        "busy": desk.busy,
        "said": status(desk.said, desk.wrong),
        "progress": desk.progress,
    }
    if desk.results_number > after:
        parts |= {"results": desk.results, "chooser": chooser(desk)}
    if desk.busy:
        parts |= {"preview": desk.preview if desk.fresh else ""}
    else:
        parts |= {"extra": desk.extra, "lists": fresh_lists(desk), "seed": desk.seed}
        parts |= {"film": desk.film}
    if current() != ENGLISH:
        read_by_people = ("said", "progress", "results", "chooser", "extra", "film")
        parts |= {name: translate_html(parts[name]) for name in read_by_people if name in parts}
        lists = parts.get("lists", {})
        parts |= {"lists": {name: translate_html(one) for name, one in lists.items()}}
    return parts | ({"controls": changed} if changed else {})


def read(desk: Desk, form: dict[str, str], files: dict[str, str]) -> None:
    """Put what a form holds into the desk; what cannot be is left as it was.

    Args:
        files: paths of what was sent, by the name of the control.
    """
    desk.words = form.get("words", desk.words)[:MOST_WORDS]
    desk.keep_seed = "keep_seed" in form
    if form.get("seed", "").isdigit():
        desk.seed = min(2**31 - 1, int(form["seed"][:10]))
    if form.get("which", "").isdigit():
        desk.which = min(len(NAMES) - 1, int(form["which"][:2]))
    portfolio = Portfolio()
    for control in desk.controls:
        given = form.get(f"c-{control.name}")
        if control.accept:
            desk.values[control.name] = files.get(control.name)
        elif isinstance(control.value, bool):
            desk.values[control.name] = given is not None
        elif given is not None:
            desk.values[control.name] = value_of(control, given, portfolio, desk)


def value_of(control: Control, given: str, portfolio: Portfolio, desk: Desk) -> Any:
    """What was typed or chosen, as the control's own kind of value."""
    before = desk.values.get(control.name, control.value)
    if control.choices is not None:
        fitting = [one for _, one in control.options(portfolio) if str(one) == given]
        return fitting[0] if fitting else before
    if control.span or control.whole:
        try:
            number = float(given)
        except ValueError:
            return before
        low, high = control.span[:2] if control.span else (0, 400)
        if not low <= number <= high:
            return before
        return int(number) if isinstance(control.value, int) else number
    return given[:MOST_WORDS]
