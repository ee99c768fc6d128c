"""Two small page parts for sound: a microphone, and a pad to tap on.

Without anywidget there are none: the studios then show an upload and text boxes.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from course_utils.display.scripts import script_of
from course_utils.languages import direction, translate, translate_html, words_of

__all__ = ["BrowserPart", "LARGEST_RECORDING", "Microphone", "TapPad", "has_parts"]

ANYWIDGET = find_spec("anywidget") is not None
if TYPE_CHECKING or ANYWIDGET:
    from anywidget import AnyWidget
else:
    AnyWidget = object

HERE = Path(__file__).parent
# which arrive as a memoryview
BYTES = {"sync": True, "from_json": lambda value, widget: bytes(value or b"")}
LARGEST_RECORDING = 4_000_000  # bytes; 20 seconds have 1.3 million


def has_parts() -> bool:
    """Whether the library for them is here."""
    return ANYWIDGET


class BrowserPart(AnyWidget):
    """A widget of its own, its words in the language spoken when it is made.

    Traits tagged `read` are translated on their way to the page; `words` holds what its program
    says by itself.
    """

    words = traitlets.Dict().tag(sync=True)
    direction = traitlets.Unicode("ltr").tag(sync=True)
    _script: Path  # the program that speaks

    def __init__(self, **traits: Any) -> None:
        super().__init__(words=words_of(self._script), direction=direction(), **traits)

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        state = super().get_state(key, drop_defaults)
        for name in set(self.trait_names(read=lambda value: value is not None)) & set(state):
            as_html = self.trait_metadata(name, "read") == "html"
            state[name] = (translate_html if as_html else translate)(state[name])
        return state


class Microphone(BrowserPart):
    """A button that records up to 20 seconds, and one that takes as much of a file in any format
    the browser reads; `version` counts the recordings, `recording` is the last one as WAV.
    """

    _script = HERE / "microphone.js"
    _esm = script_of(_script)
    label = traitlets.Unicode("Record with the microphone").tag(sync=True, read=True)
    recording = traitlets.Bytes(b"").tag(**BYTES)
    version = traitlets.Int(0).tag(sync=True)
    shown = traitlets.Bool(False).tag(sync=True)


class TapPad(BrowserPart):
    """A button to tap a rhythm on; `moments` are seconds. Adding 1 to `cleared` begins anew."""

    _script = HERE / "tap_pad.js"
    _esm = script_of(_script)
    moments = traitlets.List(traitlets.Float(), maxlen=400).tag(sync=True)
    cleared = traitlets.Int(0).tag(sync=True)
    shown = traitlets.Bool(False).tag(sync=True)
