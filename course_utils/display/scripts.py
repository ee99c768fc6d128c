"""A program of a widget or a page as the browser gets it: what several share stands before it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["SHARED", "script_of"]

SHARED = Path(__file__).with_name("shared.js")


def script_of(*paths: Path) -> str:
    """One module of several files, as no front-end of a notebook fetches another."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (SHARED, *paths))
