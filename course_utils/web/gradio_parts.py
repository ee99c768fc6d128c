"""Parts of the small apps that learners build with Gradio: a look, controls, results."""

from __future__ import annotations

import html

from course_utils.controls import Control
from course_utils.creation import Creation
from course_utils.display.figure import figure_html
from course_utils.portfolio.store import Portfolio
from course_utils.web.launch import SOUND_AT

__all__ = ["CSS", "SPEAK", "component", "said", "shown"]

CSS = """
.results {display: flex; flex-wrap: wrap; gap: 12px}
.results figure {margin: 0; padding: 8px; border: 1px solid #6b7484; border-radius: 8px; \
background: #ffffff; color: #1b1f27; flex: 1 1 140px; max-width: 420px; min-width: 0; \
overflow-wrap: anywhere}
.results figure > img {width: 100%; max-width: 256px} .results.wide figure {flex-basis: 300px; \
max-width: 640px} .results svg, .results audio {max-width: 100%}
.results b {display: block} .extra {overflow-x: auto} .extra table {border-collapse: collapse}
button, textarea, input[role=listbox], input[type=number] {min-height: 40px} input[type=radio], \
input[type=checkbox] {min-width: 20px; min-height: 20px} button.label-wrap {align-items: center}
.gradio-container button[role=tab].selected {color: #0b57a8; font-weight: bold} :focus-visible \
{outline: 3px solid #0b57a8 !important; outline-offset: 2px}
footer {display: none !important}
"""
# Gradio's page has no live region, and its folds do not say whether they are open; this adds both,
# also in tabs that are only built when they are opened.
SPEAK = """() => {
  document.documentElement.lang = 'en';
  const mark = () => {
    for (const one of document.querySelectorAll('.said:not([role])')) if \
(!one.querySelector('.said')) { one.setAttribute('role', 'status'); one.setAttribute('aria-live', \
'polite'); }
    for (const fold of document.querySelectorAll('.label-wrap')) {
      fold.setAttribute('aria-expanded', fold.classList.contains('open'));
      fold.querySelector('.icon')?.setAttribute('aria-hidden', 'true');
    }
  };
  mark();
  new MutationObserver(mark).observe(document.body, {childList: true, subtree: true, attributes: \
true, attributeFilter: ['class']});
}"""


def said(sentence: str, wrong: bool = False) -> str:
    """A sentence for the status line."""
    return f"<p>{'<b>Please note:</b> ' if wrong else ''}{html.escape(sentence)}</p>"


def shown(creations: list[Creation], name: str = "Candidate") -> str:
    """Creations side by side, each with its number."""
    wide = " wide" if any(one.declared.looks == "wide" for one in creations) else ""
    figures = "".join(
        (
            f"<figure><b>{name} "
            f"{number}"
            "</"
            "b>"
            + (
                figure_html(
                    creation, name=f"{name} {number}", sound_at=SOUND_AT.format(creation.id)
                )
            )
            + "</figure>"
        )
        for number, creation in enumerate(creations, 1)
    )
    return f'<div class="results{wide}">{figures}</div>' if creations else ""


def component(gradio, control: Control, portfolio: Portfolio):
    """A control as a part of the page."""
    if control.choices is not None:
        return gradio.Dropdown(
            control.options(portfolio),
            value=control.value,
            label=control.label,
            interactive=True,
            filterable=False,
        )
    if control.accept:
        return gradio.File(
            label=control.label, file_types=list(control.accept), type="filepath", height=140
        )
    if isinstance(control.value, bool):
        return gradio.Checkbox(control.value, label=control.label, interactive=True)
    if control.span:
        low, high, step = control.span
        return gradio.Slider(
            low, high, value=control.value, step=step, label=control.label, interactive=True
        )
    if control.whole:
        return gradio.Number(
            control.value,
            label=control.label,
            precision=0,
            minimum=0,
            maximum=400,
            interactive=True,
        )
    return gradio.Textbox(
        control.value, label=control.label, lines=control.lines, max_length=2000, interactive=True
    )
