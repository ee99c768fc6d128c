"""The middle of a studio in a browser: the chosen candidate large, all of them small beside it."""

from __future__ import annotations

import html

from course_utils.creation import Creation
from course_utils.display.figure import figure_html, thumbnail_html

__all__ = ["NAMES", "Pair", "figures", "film", "pair", "stage"]

NAMES = [f"Candidate {number + 1}" for number in range(12)]
SOUND_AT = "hear/{}"  # relative, so that it is right behind a proxy too
TAKEN_AT = "take/{}"
LARGE = 400  # pixels
Pair = tuple[str, str]  # a candidate large and small, as HTML


def pair(creation: Creation, place: int) -> Pair:
    """A candidate large, with a link to its file, and small."""
    name = NAMES[place]
    shown = figure_html(creation, LARGE, name, SOUND_AT.format(creation.id))
    taken = f'<a class="button" download href="{TAKEN_AT.format(creation.id)}">Download</a>'
    return f"<figure>{shown}</figure><p>{taken}</p>", thumbnail_html(creation, name)


def stage(pairs: list[Pair], which: int, coming: int) -> str:
    """What the page shows of the candidates; nothing where there is none.

    Args:
        which: the place of the one that is shown large.
        coming: how many are still being made; their places are shown.
    """
    if not pairs and not coming:
        return ""
    large = "".join(
        f'<div class="one" data-place="{place}"{" hidden" * (place != which)}>{big}</div>'
        for place, (big, _) in enumerate(pairs)
    )
    cards = "".join(
        f'<label class="pick"><input type="radio" name="which" value="{place}"'
        f'{" checked" * (place == which)}><span class="unseen">{NAMES[place]}</span>'
        f'<span class="little" aria-hidden="true" translate="no">{small}</span></label>'
        for place, (_, small) in enumerate(pairs)
    )
    cards += '<span class="pick coming"></span>' * coming
    many = " many" * (len(pairs) + coming > 4)
    waiting = "" if pairs else '<p class="waiting">…</p>'
    return (
        f'<div class="stage"><div class="large">{large}{waiting}</div>'
        f'<fieldset class="cards{many}"><legend class="unseen">Which one?</legend>{cards}'
        "</fieldset></div>"
    )


def figures(creations: list[Creation], name: str = "Candidate") -> str:
    """Creations side by side, each with its number."""
    wide = any(creation.declared.looks == "wide" for creation in creations)
    parts = (
        f"<figure><b>{name} {number}</b>"
        f"{figure_html(one, name=f'{name} {number}', sound_at=SOUND_AT.format(one.id))}</figure>"
        for number, one in enumerate(creations, 1)
    )
    return f'<div class="results{" wide" * wide}">{"".join(parts)}</div>' if creations else ""


def film(creations: list[Creation], noun: str) -> str:
    """A row of what was made before; a press brings one back."""
    frames = "".join(
        f'<button class="frame" name="do" value="back-{one.id}" formnovalidate title="Use earlier">'
        f'<span class="unseen">Use earlier {number}</span>'
        f"{thumbnail_html(one, f'Earlier {number}')}</button>"
        for number, one in enumerate(creations, 1)
    )
    return f"<p>Earlier {html.escape(noun)}s, newest first</p><div>{frames}</div>" if frames else ""
