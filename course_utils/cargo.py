"""A creation as one line of plain ASCII, to travel in the tags of files whose own format says nothing of recipes."""

from __future__ import annotations

import base64
import json

from course_utils.creation import BadRecipe, Creation

LOST = "The recipe inside this file is damaged. Try the original file from your portfolio."


def load(creation: Creation, with_content: bool = True) -> str:
    """The record of a creation, and its content unless the file itself is the content."""
    content = {"content": base64.b64encode(creation.content).decode("ascii")} if with_content else {}
    return json.dumps({"record": json.loads(creation.record()), **content})


def unload(text: str, content: bytes | None = None) -> Creation:
    """The creation in such a line. `content` is what the file itself holds, where the line has none.

    Raises:
        BadRecipe: it is damaged.
    """
    try:
        parts = json.loads(text)
        kept = base64.b64decode(parts["content"], validate=True) if "content" in parts else content
        if kept is None:
            raise ValueError("no content")
        return Creation.from_record(json.dumps(parts["record"]), kept)
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        if isinstance(problem, BadRecipe):
            raise
        raise BadRecipe(LOST) from problem
