"""A field to draw in, and to mark a part of a picture in, with mouse, touch, pen or keys.

One-line equivalent: `make_image(start="file.png", part=...)`.
"""

from __future__ import annotations

import time
from pathlib import Path

import traitlets

from course_utils.creation import STROKES, Creation, HumanEdit, LearnerError
from course_utils.display.scripts import script_of
from course_utils.notebook.browser_parts import BrowserPart, has_parts
from course_utils.pictures.png import open_picture, to_png
from course_utils.pictures.uploads import picture_from_file

__all__ = ["DrawingCanvas", "NO_CANVAS", "PIXELS", "can_draw"]

SIDE = 384  # pixels of the field
LARGEST_DRAWING = 4_000_000  # bytes of PNG; a full field of noise has about 600,000
NO_CANVAS = (
    "There is no drawing field here, because the library anywidget is not installed. Choose a"
    " picture file instead, and name the part to change; or run `python start.py` again to add it."
)
# PNG bytes, which arrive as a memoryview
PIXELS = {"sync": True, "from_json": lambda value, widget: bytes(value or b"")}


def can_draw() -> bool:
    """Whether the library for the drawing field is here.

    Whether the page can show it, `DrawingCanvas.shown` says once it has.
    """
    return has_parts()


class DrawingCanvas(BrowserPart):
    """A square field to draw in.

    `canvas = DrawingCanvas(); canvas` shows it; `canvas.picture()` is the drawing.

    Traits to observe: `drawn` and `painted` change after every stroke; `shown` is True once a page
    shows the field; `mode` is "draw" or "mask".
    """

    _script = Path(__file__).with_name("canvas.js")
    _esm = script_of(_script.with_name("pixels.js"), _script)
    _css = Path(__file__).with_name("canvas.css")
    label = traitlets.Unicode("Drawing field").tag(sync=True, read=True)
    side = traitlets.Int(SIDE, min=64, max=1024).tag(sync=True)
    mode = traitlets.Enum(["draw", "mask"], "draw").tag(sync=True)
    background = traitlets.Bytes(b"").tag(**PIXELS)
    drawn = traitlets.Bytes(b"").tag(**PIXELS)
    painted = traitlets.Bytes(b"").tag(**PIXELS)
    # counts the pictures set, so that the page also shows the same one again
    version = traitlets.Int(0).tag(sync=True)
    shown = traitlets.Bool(False).tag(sync=True)
    sent = traitlets.Int(0).tag(sync=True)  # number of the last stroke made in the page,
    came = traitlets.Int(0).tag(sync=True)  # and of the last whose pictures are here

    def __init__(
        self, label: str = "Drawing field", picture=None, mode: str = "draw", **traits
    ) -> None:
        """`picture`: a PIL picture to draw on.

        Raises:
            LearnerError: the library for it is not installed.
        """
        if not can_draw():
            raise LearnerError(NO_CANVAS)
        super().__init__(label=label, mode=mode, **traits)
        # made since the field was empty or a picture was put in; those undone count too
        self.strokes = 0
        self.observe(self._count, ["drawn", "painted"])
        self._here = 0
        self.observe(self._is_here, "came")
        if picture is not None:
            self.set_picture(picture)

    def set_picture(self, picture) -> None:
        """Put a PIL picture of any size into the field (squeezed to a square),
        or None for an empty one. What was drawn and marked goes.
        """
        data = (
            b""
            if picture is None
            else to_png(picture.convert("RGB").resize((self.side, self.side)))
        )
        with self.hold_sync():
            self.background, self.drawn, self.painted = data, b"", b""
            self.version += 1
        self.strokes = 0

    def wait_for_strokes(self, seconds: float = 3.0) -> bool:
        """Wait, in a worker, until the pictures of the last stroke are here; whether they are."""
        end = time.monotonic() + seconds
        while self._here < self.sent and time.monotonic() < end:
            time.sleep(0.01)
        return self._here >= self.sent

    def _is_here(self, change) -> None:
        self._here = change["new"]  # the pictures came before it, in the same message

    def _count(self, change) -> None:
        self.strokes += bool(change["new"])

    def picture(self):
        """The drawing with what lies below it: a PIL picture, RGB, `side` x `side`;
        white where nothing is.

        Raises:
            LearnerError: what came from the page is not a picture.
        """
        return self._read(self.drawn or self.background, "white").convert("RGB")

    def mask(self):
        """What was marked: a PIL picture, L, `side` x `side`,
        255 where it is to change and 0 elsewhere.

        Raises:
            LearnerError: what came from the page is not a picture.
        """
        return (
            self._read(self.painted, "black")
            .convert("L")
            .point(lambda value: 255 if value > 127 else 0)
        )

    def creation(self) -> Creation:
        """The drawing as a creation of the learner's, with the strokes in its record;
        what lies below it may be a photo, so that stays in the record too.

        Raises:
            LearnerError: what came from the page is not a picture.
        """
        made = picture_from_file(to_png(self.picture()), "my drawing")
        strokes = HumanEdit(
            what=(
                f"drawn in the drawing field: {self.strokes} brush"
                f" stroke{'s' * (self.strokes != 1)}"
            ),
            counts={STROKES: self.strokes},
        )
        return made.model_copy(
            update={"edits": [*(made.edits if self.background else []), strokes]}
        )

    @property
    def is_drawn_on(self) -> bool:
        """Whether anything was drawn or set."""
        return bool(self.drawn or self.background)

    @property
    def is_marked(self) -> bool:
        """Whether a part is marked."""
        return bool(self.painted) and self.mask().getbbox() is not None

    def _read(self, data: bytes, empty: str):
        from PIL import Image

        if not data:
            return Image.new("RGB", (self.side, self.side), empty)
        if len(data) > LARGEST_DRAWING:
            raise LearnerError(
                "The drawing is too large to be read. Press Clear in the drawing field and draw"
                " again."
            )
        picture = open_picture(data)
        return (
            picture
            if picture.size == (self.side, self.side)
            else picture.resize((self.side, self.side))
        )
