"""A sound as HTML: its spectrogram, a labelled player and a sentence."""

from __future__ import annotations

import html

from course_utils.audio.analysis import describe, picture_png
from course_utils.creation import Creation
from course_utils.display.html import data_address
from course_utils.display.sound_in_page import sound_address

__all__ = ["figure", "thumbnail"]

STYLE = "width:100%;max-width:400px"


def figure(creation: Creation, size: int, prefix: str = "", sound_at: str = "") -> str:
    """The sound as HTML; see `display.figure.figure_html`. Nothing plays before it is pressed."""
    words = describe(creation)
    about = html.escape(prefix + words, quote=True)
    seen = data_address("image/png", picture_png(creation.content))
    loops = bool(creation.recipe.settings.get("loop"))
    heard = sound_at or sound_address(creation.content, loops)
    loop = " loop" if loops else ""
    return (
        f'<div><img alt="Waveform and spectrogram. {about}" style="{STYLE}" src="{seen}">'
        f'<audio controls{loop} preload="none" aria-label="{about}" style="{STYLE}" '
        f'src="{heard}"></audio>'
        f'<p style="margin:2px 0;font-size:13px">{html.escape(words)}</p></div>'
    )


def thumbnail(creation: Creation, prefix: str = "") -> str:
    """What the sound looks like; see `display.figure.thumbnail_html`."""
    alt = html.escape(f"Waveform and spectrogram. {prefix}{describe(creation)}", quote=True)
    return f'<img alt="{alt}" src="{data_address("image/png", picture_png(creation.content))}">'
