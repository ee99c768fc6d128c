"""The parts a studio is made of, without a widget model each: what they show, and what they tell.

They are named and used as the widgets of ipywidgets; one `Page` carries them all to the browser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import traitlets
from traitlets import Bool, CFloat, CInt, HasTraits, Instance, Int, List, TraitError, Unicode

from course_utils.languages import ENGLISH, current, translate, translate_html

__all__ = [
    "Bar",
    "BoundedFloatText",
    "BoundedIntText",
    "Box",
    "Button",
    "Checkbox",
    "Chips",
    "Combobox",
    "Dropdown",
    "FileUpload",
    "HBox",
    "HTML",
    "HTML_READ",
    "Html",
    "IntText",
    "Layout",
    "Options",
    "Panels",
    "Part",
    "READ",
    "SHOWN",
    "SelectMultiple",
    "Slider",
    "Status",
    "Text",
    "Textarea",
    "VBox",
    "Valued",
    "all_inside",
    "as_part",
    "pairs",
]

SHOWN = {"shown": True}  # a trait that the browser is told of
READ = {"read": True, **SHOWN}  # the same, and people read it: it is said in their language
HTML_READ = {"read": "html", **SHOWN}


class Layout(HasTraits):
    """Whether a part is to be seen; how wide it is, is the style sheet's matter."""

    display = Unicode("").tag(**SHOWN)

    def __init__(self, display: str = "", **_: Any) -> None:
        super().__init__(display=display)


class Part(HasTraits):
    """Anything that is shown. `draws` says how the browser draws it."""

    draws = ""
    description = Unicode("").tag(**READ)
    tooltip = Unicode("").tag(**READ)
    disabled = Bool(False).tag(**SHOWN)
    layout = Instance(Layout)

    def __init__(self, layout: Layout | None = None, style: Any = None, **values: Any) -> None:
        self.teller: Callable[[Part], None] | None = None  # set by the page that shows it
        super().__init__(layout=layout or Layout(), **values)
        self.observe(self._changed)
        self.layout.observe(self._changed)

    def as_told(self) -> dict[str, Any]:
        """What the browser needs to draw it, its words in the language spoken now."""
        told = {name: getattr(self, name) for name in self.trait_names(**SHOWN)}
        if current() != ENGLISH:
            told |= {name: in_language(told[name]) for name in self.trait_names(read=True)}
            told |= {name: in_language(told[name], True) for name in self.trait_names(read="html")}
        return {"kind": self.draws, "hidden": self.layout.display == "none", **told}

    def parts_inside(self) -> Iterator[Part]:
        """Parts in it."""
        return iter(())

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        """Act on what a person did with it in the browser."""

    def together(self, **values: Any) -> None:
        """Set several of its traits and tell the browser once."""
        teller, self.teller = self.teller, None
        try:
            for name, value in values.items():
                setattr(self, name, value)
        finally:
            self.teller = teller
        if teller is not None:
            teller(self)

    def _changed(self, change: dict) -> None:
        whose = change["owner"]
        if self.teller is not None and whose.trait_metadata(change["name"], "shown"):
            self.teller(self)


class Html(Part):
    """Something to read, as HTML of our own making."""

    draws = "html"
    value = Unicode("").tag(**HTML_READ)

    def __init__(self, value: str = "", **values: Any) -> None:
        super().__init__(value=value, **values)


HTML = Html  # as ipywidgets names it


class Button(Part):
    """A button; `main` is the one that matters most."""

    draws = "button"
    main = Bool(False).tag(**SHOWN)

    def __init__(self, **values: Any) -> None:
        self._actions: list[Callable[[Button], object]] = []
        super().__init__(**values)

    def on_click(self, action: Callable[[Button], object]) -> None:
        self._actions.append(action)

    def click(self) -> None:
        for action in self._actions:
            action(self)

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        if not self.disabled:
            self.click()


class Valued(Part):
    """A part with a value that a person sets."""

    value: Any

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        try:
            self.value = message.get("value")
        except TraitError:
            pass  # a page that is not ours, or older than the list it chose from


class Text(Valued):
    """A box for a line of words."""

    draws = "text"
    value = Unicode("").tag(**SHOWN)
    placeholder = Unicode("").tag(**READ)
    rows = Int(1).tag(**SHOWN)

    def __init__(self, continuous_update: bool = True, **values: Any) -> None:
        super().__init__(**values)


class Textarea(Text):
    """A box for more than a line."""

    rows = Int(3).tag(**SHOWN)


class Combobox(Text):
    """A box for words, with some to choose from."""

    options = List(Unicode()).tag(**SHOWN)

    def __init__(self, ensure_option: bool = False, **values: Any) -> None:
        super().__init__(**values)


class Checkbox(Valued):
    """A tick."""

    draws = "tick"
    value = Bool(False).tag(**SHOWN)

    def __init__(self, indent: bool = False, **values: Any) -> None:
        super().__init__(**values)


class Number(Valued):
    """A box for a number between two ends."""

    draws = "number"
    min = CFloat(-1e15).tag(**SHOWN)
    max = CFloat(1e15).tag(**SHOWN)
    step = CFloat(1).tag(**SHOWN)

    @traitlets.validate("value")
    def _within(self, proposal: dict) -> float:
        return type(proposal["value"])(min(self.max, max(self.min, proposal["value"])))

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        if isinstance(message.get("value"), int | float):
            super().hear(message, buffers)


class BoundedIntText(Number):
    """A whole number."""

    value = CInt(0).tag(**SHOWN)


IntText = BoundedIntText


class BoundedFloatText(Number):
    """A number."""

    value = CFloat(0.0).tag(**SHOWN)


class Slider(BoundedFloatText):
    """A number set by sliding."""

    draws = "slider"


class Options(Valued):
    """One of several; `options` are values, or pairs of words and value."""

    options: List[Any] = List()
    value: Any = traitlets.Any()

    def __init__(self, options: Any = (), **values: Any) -> None:
        options = list(options)
        if "value" not in values and options:
            values["value"] = self._first(options)
        super().__init__(options=options, **values)

    def _first(self, options: list) -> Any:
        return pairs(options)[0][1]

    @traitlets.validate("value")
    def _known(self, proposal: dict) -> Any:
        known = [value for _, value in pairs(self.options)]
        if known and proposal["value"] not in known:
            raise TraitError(f"{proposal['value']!r} is not among the options")
        return proposal["value"]

    @traitlets.observe("options")
    def _anew(self, change: dict) -> None:
        known = [value for _, value in pairs(self.options)]
        if known and self.value not in known:
            self.value = self._first(self.options)

    def _changed(self, change: dict) -> None:
        super()._changed(change)
        if self.teller is not None and change["name"] in ("options", "value"):
            self.teller(self)

    def as_told(self) -> dict[str, Any]:
        found = pairs(self.options)
        values = [value for _, value in found]
        place = values.index(self.value) if self.value in values else -1
        words = in_language([words for words, _ in found])
        return {**super().as_told(), "options": words, "place": place}

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        found, place = pairs(self.options), message.get("place")
        if isinstance(place, int) and 0 <= place < len(found):
            self.value = found[place][1]


class Dropdown(Options):
    """One of a list."""

    draws = "choice"


class SelectMultiple(Options):
    """Some of a list; `value` is a tuple."""

    draws = "choices"
    rows = Int(4).tag(**SHOWN)

    def _first(self, options: list) -> Any:
        return ()

    @traitlets.validate("value")
    def _known(self, proposal: dict) -> Any:
        known = [value for _, value in pairs(self.options)]
        return tuple(value for value in proposal["value"] or () if value in known)

    @traitlets.observe("options")
    def _anew(self, change: dict) -> None:
        self.value = self.value or ()

    def as_told(self) -> dict[str, Any]:
        values = [value for _, value in pairs(self.options)]
        return {**super().as_told(), "places": [values.index(one) for one in self.value or ()]}

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        found = pairs(self.options)
        places = [one for one in message.get("places", []) if isinstance(one, int)]
        self.value = tuple(found[one][1] for one in places if 0 <= one < len(found))


class Chips(Options):
    """One of several, as tiles of equal size with a picture above the name."""

    draws = "tiles"

    def __init__(
        self,
        name: str,
        options: list[tuple[str, str]],
        value: str,
        pictures: dict[str, tuple[str, str]],
        said: Callable[[str], None],
    ) -> None:
        """`pictures`: address and alternative text for each value that has one.

        `said` gets a sentence when a person chooses.
        """
        self._pictures, self._said = pictures, said
        super().__init__(options, value=value, description=name)

    def as_told(self) -> dict[str, Any]:
        shown = [self._pictures.get(value, ("", "")) for _, value in pairs(self.options)]
        pictures = [[address, translate(words)] for address, words in shown]
        return {**super().as_told(), "pictures": pictures}

    def choose(self, value: str) -> None:
        """Choose one and say so."""
        self.value = value
        words = next(words for words, other in pairs(self.options) if other == value)
        self._said(f"{self.description}: {words}.")

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        found, place = pairs(self.options), message.get("place")
        if isinstance(place, int) and 0 <= place < len(found):
            self.choose(found[place][1])


class FileUpload(Valued):
    """A file, or some, of a person's own; `value` as in ipywidgets 8."""

    draws = "file"
    accept = Unicode("").tag(**SHOWN)
    multiple = Bool(False).tag(**SHOWN)
    value = traitlets.Any(())

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        names = message.get("names", [])
        self.value = tuple(
            {"name": str(name)[:200], "content": bytes(data)}
            for name, data in zip(names, buffers or [])
        )


class Box(Part):
    """Parts one below the other."""

    draws = "column"
    children = List(Instance(Part))

    def __init__(self, children: Any = (), **values: Any) -> None:
        super().__init__(children=[as_part(one) for one in children], **values)

    def parts_inside(self) -> Iterator[Part]:
        return iter(self.children)


class VBox(Box):
    """Parts one below the other."""


class HBox(Box):
    """Parts in a row."""

    draws = "row"


class Panels(Box):
    """A row of titles, and below it the parts of the one that is open, if any."""

    draws = "panels"
    titles = List(Unicode()).tag(**READ)
    opened = Int(-1).tag(**SHOWN)

    def __init__(self, panels: list[tuple[str, list[Part]]], first_open: bool = False) -> None:
        """`panels`: a title and its parts each. `first_open`: whether the first begins open."""
        super().__init__(
            [VBox(inside) for _, inside in panels],
            titles=[title for title, _ in panels],
            opened=0 if first_open and panels else -1,
        )

    def turn(self, number: int) -> None:
        """Open a closed panel, which closes the others, or close an open one."""
        self.opened = -1 if self.is_open(number) else number

    def is_open(self, number: int) -> bool:
        return self.opened == number

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        if isinstance(message.get("place"), int) and 0 <= message["place"] < len(self.titles):
            self.turn(message["place"])


class Widget(Part):
    """A widget of its own, such as a field to draw in; it is made when its panel is opened."""

    draws = "widget"

    def __init__(self, widget: Any, **values: Any) -> None:
        self.widget = widget
        super().__init__(**values)

    def as_told(self) -> dict[str, Any]:
        return {**super().as_told(), "model": self.widget.model_id}


def as_part(one: Any) -> Part:
    """A part as it is; a widget of its own, wrapped."""
    return one if isinstance(one, Part) else Widget(one)


class Status(Part):
    """The one line that says what goes on; screen readers are told of every change."""

    draws = "status"
    sentence = Unicode("").tag(**READ)
    wrong = Bool(False).tag(**SHOWN)

    @property
    def value(self) -> str:
        """The same as HTML."""
        import html

        mark = "<b>Please note:</b> " if self.wrong else ""
        role = "alert" if self.wrong else "status"
        return f'<p role="{role}">{mark}{html.escape(self.sentence)}</p>' if self.sentence else ""

    def say(self, sentence: str, wrong: bool = False) -> None:
        self.set_trait("wrong", wrong)
        self.sentence = sentence


class Bar(Part):
    """How far the work is; `share` below 0: nothing is known yet."""

    draws = "bar"
    going = Bool(False).tag(**SHOWN)
    share = CFloat(-1.0).tag(**SHOWN)
    words = Unicode("").tag(**READ)

    def tell_of(self, share: float, words: str) -> None:
        """Show how far it is, from 0 to 1, and in words."""
        self.going, self.share, self.words = True, share, words


def in_language(told: Any, as_html: bool = False) -> Any:
    """A text, or every text of a list."""
    if isinstance(told, list | tuple):
        return [in_language(one, as_html) for one in told]
    return (translate_html if as_html else translate)(told)


def pairs(options: Any) -> list[tuple[str, Any]]:
    """Options as words and value."""
    return [one if isinstance(one, tuple) else (str(one), one) for one in options]


def all_inside(part: Part) -> Iterator[Part]:
    """A part and every part in it."""
    yield part
    for one in part.parts_inside():
        yield from all_inside(one)
