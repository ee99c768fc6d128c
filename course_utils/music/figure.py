"""A tune or a band as HTML: piano roll, labelled player, sentence and table of notes."""

from __future__ import annotations

import html

from course_utils.creation import Creation
from course_utils.display.sound_in_page import sound_address
from course_utils.scores.description import describe
from course_utils.scores.piano_roll import note_table_html, piano_roll_svg
from course_utils.scores.synth import NO_SOUND, can_play, wav

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
        f"<div>{piano_roll_svg(creation.content, f'Piano roll. {prefix}{words}')}{heard}"
        f'<p style="margin:2px 0">{html.escape(words)}</p>'
        f"<details><summary>Notes as a table</summary>{note_table_html(creation.content)}</details>"
        "</div>"
    )


def thumbnail(creation: Creation, prefix: str = "") -> str:
    """The notes alone; see `display.figure.thumbnail_html`."""
    return piano_roll_svg(creation.content, f"Piano roll. {prefix}{describe(creation)}")
