"""A file in a notebook's cell, to be played and downloaded: small files inside it, large ones by
their place.
"""

from __future__ import annotations

import html
import mimetypes
from pathlib import Path
from urllib.parse import quote

from course_utils.display.html import data_address

__all__ = ["CARRIED", "file_html", "file_link"]

CARRIED = 500_000  # bytes that a cell may carry; more would make the notebook large
ANY_FILE = "application/octet-stream"


# what the tables of some systems lack
TYPES = {".ogg": "audio/ogg", ".wav": "audio/wav", ".mid": "audio/midi", ".webp": "image/webp"}
PLAYED = ("audio/ogg", "audio/wav", "audio/mpeg")


def file_html(path: Path, sentence: str, carried: int = CARRIED, beside: bool = True) -> str:
    """A file that was written: a picture to see or a sound to play, a sentence, a link to save it.

    Args:
        sentence: about it, plain text.
        carried: as in `file_link`.
        beside: whether the page lies beside the file, as a notebook's does.
    """
    said = f"<p>{html.escape(sentence)}</p>"
    if not path.is_file() or not beside and path.stat().st_size > carried:
        return said
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or ""
    address, name = address_of(path, kind, carried), html.escape(path.name, quote=True)
    first = ""
    if address and kind in PLAYED:
        first = (
            f'<audio controls preload="none" aria-label="{name}" src="{address}"'
            ' style="width:100%;max-width:420px"></audio>'
        )
    elif address and kind in ("image/png", "image/jpeg", "image/webp", "image/svg+xml"):
        first = f'<img alt="{name}" src="{address}" style="max-width:min(100%,320px)">'
    return first + said + file_link(path, f"Download {path.name}", kind or ANY_FILE, carried)


def file_link(
    path: Path,
    words: str,
    media_type: str = ANY_FILE,
    carried: int = CARRIED,
) -> str:
    """A paragraph with a link that downloads a file, or that says where it lies.

    Args:
        words: of the link, plain text.
        carried: bytes that the page may carry; a larger file is linked by its place.
    """
    name, size = html.escape(path.name, quote=True), path.stat().st_size
    address = address_of(path, media_type, carried)
    if not address:
        return (
            f"<p>Open the folder {html.escape(path.parent.name)} in the list of files on the left"
            f" and download {name} ({size / 1e6:.1f} MB) there.</p>"
        )
    return (
        f'<p style="margin:4px 0"><a style="text-decoration:underline" download="{name}"'
        f' href="{address}">{html.escape(words)}</a></p>'
    )


def address_of(path: Path, media_type: str, carried: int) -> str:
    """Where a page finds a file: the file itself, or its place; "" where it would not be found."""
    if path.stat().st_size <= carried:
        return data_address(media_type, path.read_bytes())
    return place_of(path)


def place_of(path: Path) -> str:
    """The address of a file beside the notebook, as notebook programs follow it; "" for one that
    lies outside the notebook's folder, where they do not look.
    """
    try:
        beside = path.resolve().relative_to(Path.cwd().resolve())
    except (ValueError, OSError):
        return ""
    return quote(beside.as_posix())
