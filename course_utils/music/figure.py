"""A tune or a band as HTML: piano roll, labelled player, sentence and table of notes."""

from __future__ import annotations

import html

from course_utils.creation import Creation
from course_utils.display.sound_in_page import sound_address
from course_utils.music.form.plans import read_spans
from course_utils.scores.description import describe
from course_utils.scores.lyrics import as_text
from course_utils.scores.piano_roll import note_table_html, piano_roll_svg
from course_utils.scores.synth import NO_SOUND, can_play, wav

__all__ = ["roll"]

PLAYER = (
    '<audio controls preload="none" aria-label="{label}" style="width:100%;max-width:640px" '
    'src="{address}"></audio>'
)


def figure(creation: Creation, size: int, prefix: str = "", sound_at: str = "") -> str:
    """The notes as HTML; see `display.figure.figure_html`."""
    words = describe(creation)
    heard = f"<p>{NO_SOUND}</p>"
    if can_play():
        heard = PLAYER.format(
            label=html.escape(prefix + words, quote=True),
            address=sound_at or sound_address(wav(creation.content)),
        )
    return (
        f"<div>{roll(creation, f'Piano roll. {prefix}{words}')}{heard}"
        f'<p style="margin:2px 0">{html.escape(words)}</p>{form_html(creation)}'
        f"<details><summary>Notes as a table</summary>{note_table_html(creation.content)}</details>"
        "</div>"
    )


def thumbnail(creation: Creation, prefix: str = "") -> str:
    """The notes alone; see `display.figure.thumbnail_html`."""
    return roll(creation, f"Piano roll. {prefix}{describe(creation)}", small=True)


def roll(creation: Creation, title: str, small: bool = False) -> str:
    """The notes with the phrases of the tune in colour, where its recipe tells them."""
    return piano_roll_svg(creation.content, title, phrases=phrases_of(creation), small=small)


def phrases_of(creation: Creation) -> list[tuple[str, int]]:
    """Names and bars of the phrases; a bar before them holds an upbeat or a count-in."""
    settings = creation.recipe.settings
    spans = read_spans(str(settings.get("form") or ""))
    return [("-", 1), *spans] if spans and settings.get("upbeat") else spans


def form_html(creation: Creation) -> str:
    """The form in a sentence, and the words that are sung; "" where there are none."""
    sung = as_text(str(creation.recipe.settings.get("sung") or ""))
    words = f'<p style="margin:2px 0">Sung: {html.escape(sung)}</p>' if sung else ""
    spans = read_spans(str(creation.recipe.settings.get("form") or ""))
    if len(spans) < 2:
        return words
    sizes = {size for _, size in spans}
    bars = f"{spans[0][1]} bars each" if len(sizes) == 1 else "not all equally long"
    names = " ".join(name for name, _ in spans)
    return (
        f'<p style="margin:2px 0">Form: {html.escape(names)}, {bars}. The same letter is the same'
        f" phrase; a mark (A') means that it ends in another way.</p>{words}"
    )
