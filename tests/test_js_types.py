"""The pages' programs fit together by their types, with each other and with what Python sends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from course_utils.classroom import room_routes
from course_utils.classroom.wall import routes as wall_routes
from course_utils.display.scripts import script_of
from course_utils.layouts.page_editor import PageEditor
from course_utils.notebook.browser_parts import Microphone, TapPad
from course_utils.notebook.face import gallery, parts
from course_utils.notebook.face.page import Page
from course_utils.notebook.face.roll import Roll
from course_utils.pictures.canvas import DrawingCanvas
from course_utils.styles.map_pad import MapPad
from course_utils.web import routes
from tools import js_types

needs_tsc = pytest.mark.skipif(js_types.tsc() is None, reason=js_types.MISSING)
WIDGETS = (Page, PageEditor, Microphone, TapPad, DrawingCanvas, MapPad)
PAGES = (routes.PROGRAM, room_routes.PROGRAM, wall_routes.SLIDES)


def every_part() -> Iterator[parts.Part]:
    """One of each kind of part."""

    def nothing(*_):
        pass

    yield from (parts.Html("<p>Read</p>"), parts.Button(description="Press", main=True))
    yield from (parts.Text(), parts.Textarea(), parts.Combobox(options=["a"]), parts.Checkbox())
    yield from (parts.BoundedIntText(), parts.BoundedFloatText(value=0.5), parts.Slider(value=2))
    yield from (parts.Dropdown(["a", "b"]), parts.SelectMultiple(["a", "b"], value=("b",)))
    yield parts.Chips("Style", [("A", "a")], "a", {"a": ("data:,", "A line")}, nothing)
    yield from (parts.FileUpload(), parts.Panels([("More", [parts.Text()])]), parts.VBox())
    yield from (parts.HBox([parts.Button()]), parts.as_part(TapPad()), parts.Status(), parts.Bar())
    verbs = [("vary", "Vary", "Near this one")]
    yield gallery.Gallery(nothing, nothing, preview={"words": "So far"}, verbs=verbs)
    yield from (gallery.Film(nothing), Roll(nothing, notes=[[0.0, 1.0, 60]]))
    yield Roll(nothing, rows=[[61, "C#", True], [60, "C", False]])


def test_what_is_checked_is_what_the_browser_gets():
    checked = {script_of(*paths) for paths in js_types.programs()}
    assert checked == {one._esm for one in WIDGETS} | set(PAGES)


@pytest.mark.parametrize("widget", WIDGETS)
def test_a_program_asks_for_traits_that_are_sent(widget):
    asked = set(re.findall(r"\bmodel\.[gs]et\(\s*\"(\w+)\"", widget._esm))
    assert asked and asked <= set(widget.class_traits(sync=True))


@needs_tsc
def test_types_fit_in_every_program_and_with_the_states_of_the_parts(tmp_path):
    told = tmp_path / "told.ts"
    page, lines, seen = Page(every_part()), [], set()
    for name, state in page.get_state().items():
        if name in page._parts:
            seen.add(state["kind"])
            lines.append(f"const {name}: States[{state['kind']!r}] = {json.dumps(state)};")
    told.write_text("\n".join([*lines, "export {};"]), encoding="utf-8")
    missing = {one.draws for one in kinds_of(parts.Part)} - seen
    assert not missing, f"every_part has none of {missing}"
    assert js_types.findings(told) == []


def kinds_of(kind: type[parts.Part]) -> Iterator[type[parts.Part]]:
    """The kinds of parts that say how they are drawn."""
    if kind.draws and kind.__module__.startswith("course_utils"):
        yield kind
    for one in kind.__subclasses__():
        yield from kinds_of(one)


@needs_tsc
def test_what_does_not_fit_is_told_with_its_own_file_and_line(tmp_path, monkeypatch):
    shared, wrong = tmp_path / "shared.js", tmp_path / "wrong.js"
    shared.write_text("// shared\nconst made = () => 1;\n", encoding="utf-8")
    wrong.write_text('// wrong\n\n/** @type {string} */\nlet words = "";\nwords = made();\n')
    monkeypatch.setattr("course_utils.display.scripts.SHARED", shared)
    monkeypatch.setattr(js_types, "SHARED", shared)
    monkeypatch.setattr(js_types, "programs", lambda: [[wrong]])
    told = tmp_path / "told.ts"
    told.write_text("const part: ButtonState = { kind: 'button' };\n", encoding="utf-8")
    first, second = sorted(one for one in js_types.findings(told) if one.startswith(str(tmp_path)))
    assert first.startswith(f"{told}:1:7: error TS2739: Type '{{ kind: \"button\"; }}' is missing")
    assert second == f"{wrong}:5:1: error TS2322: Type 'number' is not assignable to type 'string'."
