"""One creation as an accessible figure, whatever its kind."""

from __future__ import annotations

from course_utils.creation import Creation

__all__ = ["figure_html", "thumbnail_html"]


def figure_html(creation: Creation, size: int = 256, name: str = "", sound_at: str = "") -> str:
    """One creation as HTML: `<img alt>`, text in a `<blockquote>`, or piano roll,
    labelled `<audio controls>` and table of notes.

    Args:
        size: width of a picture in pixels.
        name: what to call it aloud, such as "Candidate 2".
        sound_at: the address its sound is fetched from when it is played; without one, the sound is
            in the HTML.
    """
    figure = creation.declared.load("figure")
    return figure(creation, size, f"{name}. " if name else "", sound_at)


def thumbnail_html(creation: Creation, name: str) -> str:
    """One creation in little, as HTML: a picture, the notes, the beginning of a text.

    Args:
        name: what to call it aloud, such as "Candidate 2".
    """
    return creation.declared.load("thumbnail")(creation, f"{name}. ")
