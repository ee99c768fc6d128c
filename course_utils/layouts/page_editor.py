"""A page whose objects are moved and resized by mouse, touch or keys.

One-line equivalent: `layouts.change(layout, 1, "place", "10,10,80,30")`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import traitlets

from course_utils.creation import Creation
from course_utils.display.scripts import script_of
from course_utils.languages import translate
from course_utils.notebook.browser_parts import BrowserPart, has_parts
from course_utils.pictures.canvas import PIXELS

__all__ = ["PageEditor", "can_move"]

SEEN = 700  # pixels of the page's width in the picture behind the objects


class PageEditor(BrowserPart):
    """A layout to take hold of.

    `show(layout)` puts one in; observe `done`, which is set after every move.

    `done`: {"count", "number" (of the object, from 1), "what" ("place", "resize" or "undo"),
    "value": left, top, width, height in hundredths of the page}.
    """

    _script = Path(__file__).with_suffix(".js")
    _esm = script_of(_script)
    _css = Path(__file__).with_suffix(".css")
    label = traitlets.Unicode("Page to change by hand").tag(sync=True, read=True)
    page = traitlets.Bytes(b"").tag(**PIXELS)
    shape = traitlets.Float(1.0).tag(sync=True)
    things: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)
    said = traitlets.Unicode("").tag(sync=True, read=True)
    # counts what was shown, so that a move that was refused is put back
    version = traitlets.Int(0).tag(sync=True)
    done = traitlets.Dict().tag(sync=True)

    def show(self, layout: Creation, said: str = "") -> None:
        """Put a layout in; `said` is spoken by the page."""
        from course_utils.layouts.design import objects_of, to_png
        from course_utils.layouts.edits import object_names, place_of

        design = objects_of(layout)
        things = [
            {
                "number": number,
                "name": translate(name),
                "place": list(place_of(thing, design.size)),
                "words": thing.is_words,
            }
            for number, (name, thing) in enumerate(zip(object_names(design), design.things), 1)
        ]
        with self.hold_sync():
            self.page, self.shape = to_png(layout.text, SEEN), design.size[0] / design.size[1]
            self.things, self.said = things, said
            self.version += 1


def can_move() -> bool:
    """Whether the library for it is here; without it, buttons and numbers do the same."""
    return has_parts()
