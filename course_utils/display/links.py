"""A link to a file in a notebook's cell: small files inside it, large ones by their place."""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import quote

from course_utils.display.html import data_address

__all__ = ["CARRIED", "file_link"]

CARRIED = 500_000  # bytes that a cell may carry; more would make the notebook large


def file_link(
    path: Path,
    words: str,
    media_type: str = "application/octet-stream",
    carried: int = CARRIED,
) -> str:
    """A paragraph with a link that downloads a file, or that says where it lies.

    Args:
        words: of the link, plain text.
        carried: bytes that the page may carry; a larger file is linked by its place.
    """
    name, size = html.escape(path.name, quote=True), path.stat().st_size
    if size <= carried:
        address = data_address(media_type, path.read_bytes())
    else:
        address = place_of(path)
    if not address:
        return (
            f"<p>Open the folder {html.escape(path.parent.name)} in the list of files on the left"
            f" and download {name} ({size / 1e6:.1f} MB) there.</p>"
        )
    return (
        f'<p style="margin:4px 0"><a style="text-decoration:underline" download="{name}"'
        f' href="{address}">{html.escape(words)}</a></p>'
    )


def place_of(path: Path) -> str:
    """The address of a file beside the notebook, as notebook programs follow it; "" for one that
    lies outside the notebook's folder, where they do not look.
    """
    try:
        beside = path.resolve().relative_to(Path.cwd().resolve())
    except (ValueError, OSError):
        return ""
    return quote(beside.as_posix())
