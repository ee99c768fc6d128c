"""HTML for people: one creation as an accessible figure, the small card that joins three of them, and the gallery of a portfolio."""

from __future__ import annotations

import html

from course_utils.creation import Creation
from course_utils.display.html import data_address


def figure_html(creation: Creation, size: int = 256, name: str = "", sound_at: str = "") -> str:
    """One creation as HTML: `<img alt>`, text in a `<blockquote>`, or piano roll, labelled `<audio controls>` and table of notes.

    Args:
        size: width of a picture in pixels.
        name: what to call it aloud, such as "Candidate 2".
        sound_at: the address its sound is fetched from when it is played; without one, the sound is in the HTML.
    """
    prefix = f"{name}. " if name else ""
    if creation.kind == "image":
        from course_utils.pictures.png import describe, show_png

        alt = html.escape(prefix + describe(creation), quote=True)
        step = creation.recipe.settings.get("stopped_at")
        note = f'<p style="margin:2px 0;font-size:13px;line-height:1.3">Unfinished (stopped after step {int(step)})</p>' if isinstance(step, int) and step else ""
        return f'<img alt="{alt}" style="max-width:100%;border-radius:4px" src="{data_address("image/png", show_png(creation, size))}">{note}'
    if creation.kind == "words":
        from course_utils.words.markdown import card_fields, describe
        from course_utils.words.verse import verdict

        fields = card_fields(creation)
        if fields:
            return card_html(fields, html.escape(prefix + describe(creation), quote=True))
        label = html.escape(prefix + describe(creation), quote=True)
        form = verdict(str(creation.recipe.settings.get("template", "")), creation.recipe.prompt, creation.text)
        note = f'<p style="margin:4px 0;font-size:13px">{html.escape(form)}</p>' if form else ""
        return f'<blockquote aria-label="{label}" style="margin:0;padding:4px 8px;white-space:pre-line;border-left:4px solid #6b7a90">{html.escape(creation.text)}</blockquote>{note}'
    if creation.kind in ("tune", "backing"):
        from course_utils.scores.description import describe
        from course_utils.scores.piano_roll import note_table_html, piano_roll_svg
        from course_utils.scores.synth import NO_SOUND, can_play, wav

        about = prefix + describe(creation)
        heard = f"<p>{NO_SOUND}</p>"
        if can_play():
            heard = f'<audio controls preload="none" aria-label="{html.escape(about, quote=True)}" style="width:100%;max-width:640px" src="{sound_at or data_address("audio/wav", wav(creation.content))}"></audio>'
        return (
            f'<div>{piano_roll_svg(creation.content, "Piano roll. " + about)}'
            f'{heard}'
            f'<p style="margin:2px 0">{html.escape(describe(creation))}</p><details><summary>Notes as a table</summary>{note_table_html(creation.content)}</details></div>'
        )
    if creation.kind == "layout":
        from course_utils.layouts.design import describe

        alt = html.escape(prefix + describe(creation), quote=True)
        # as a picture, so that nothing inside the file is part of the notebook's page
        return f'<img alt="{alt}" style="max-width:100%;width:{size}px;border:1px solid #8a94a6" src="{data_address("image/svg+xml", creation.content)}">'
    if creation.kind == "sound":
        from course_utils.audio.analysis import describe, picture_png

        about = html.escape(prefix + describe(creation), quote=True)
        loop = " loop" if creation.recipe.settings.get("loop") else ""  # asked for by the learner; nothing plays before it is pressed
        return (
            f'<div><img alt="Waveform and spectrogram. {about}" style="width:100%;max-width:400px" src="{data_address("image/png", picture_png(creation.content))}">'
            f'<audio controls{loop} preload="none" aria-label="{about}" style="width:100%;max-width:400px" src="{sound_at or data_address("audio/wav", creation.content)}"></audio>'
            f'<p style="margin:2px 0;font-size:13px">{html.escape(describe(creation))}</p></div>'
        )
    title = html.escape(creation.recipe.prompt, quote=True)
    return f'<iframe title="Card: {title}" sandbox="" width="620" height="700" style="max-width:100%;border:1px solid #8a94a6" srcdoc="{html.escape(creation.text, quote=True)}"></iframe>'


PLAIN = "display:block;float:none;width:auto;clear:both"  # a notebook's own style sets terms and their words side by side, with no room for them here


def card_html(fields: list[tuple[str, str]], label: str) -> str:
    """A card for a character, a place or what the senses tell: a heading where the first field is a name, then every field with its words."""
    (first, name), *rest = fields if fields[0][0] == "Name" else [("", ""), *fields]
    head = f'<p style="margin:0;padding:6px 10px;background:#0b3f7a;color:#ffffff;font-size:1.1em"><b>{html.escape(name)}</b></p>' if first else ""
    body = "".join(f'<dt style="{PLAIN};font-weight:bold;font-size:.85em;color:#3d4757;margin:6px 0 0">{html.escape(title)}</dt><dd style="{PLAIN};margin:0">{html.escape(words)}</dd>' for title, words in rest)
    return f'<blockquote aria-label="{label}" style="margin:0;padding:0;border:2px solid #0b3f7a;border-radius:8px;overflow:hidden;background:#ffffff;color:#1b1f27">{head}<dl style="display:block;box-sizing:border-box;width:100%;margin:0;padding:2px 10px 10px;line-height:1.4;overflow-wrap:anywhere">{body}</dl></blockquote>'










