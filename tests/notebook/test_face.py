"""What a page is told of the parts of a studio, and what it may tell back."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

import course_utils
from course_utils.notebook.face import page as face
from course_utils.notebook.face.page import Page
from course_utils.notebook.face.parts import (
    BoundedFloatText,
    Button,
    Checkbox,
    Dropdown,
    FileUpload,
    HBox,
    SelectMultiple,
    Text,
    all_inside,
)
from course_utils.portfolio import stills
from course_utils.portfolio.store import Portfolio
from tests.rooms import wait_until

STUDIOS = [
    ("ImageStudio", ()),
    ("WordsStudio", ()),
    ("TuneStudio", ()),
    ("BackingStudio", ()),
    ("TextureStudio", ()),
    ("LayoutStudio", ()),
    ("WritingStudio", ("A text.",)),
    ("StoryStudio", ()),
    ("StyleStudio", ()),
    ("TasteStudio", ()),
    ("TuneDesk", ()),
    ("TeachStudio", ()),
    ("TeachWordsStudio", ()),
    ("TeachTunesStudio", ()),
    ("PictureMachine", ()),
    ("OddsPanel", ()),
    ("NoteOddsPanel", ()),
    ("AuditStudio", ()),
    ("OwnStudio", ()),
    ("WorkKeeper", ()),
]


@pytest.mark.parametrize(("name", "given"), STUDIOS)
def test_every_studio_is_one_page_that_can_be_sent(name, given):
    import ipywidgets

    before = set(ipywidgets.Widget._instances if hasattr(ipywidgets.Widget, "_instances") else [])
    studio = getattr(course_utils, name)(*given)
    bundle, _ = studio._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "Run this cell again" in bundle["text/html"]
    state = studio.page_of_it.get_state()
    sent = [key for key in state if key.startswith("part")]
    assert len(sent) >= len(list(all_inside(studio)))
    json.dumps(state, default=lambda data: bytes(data).hex())  # nothing else than bytes is odd
    if hasattr(ipywidgets.Widget, "_instances"):
        assert len(set(ipywidgets.Widget._instances) - before) <= 6
    studio.close()


@pytest.mark.parametrize(("name", "given"), STUDIOS)
def test_what_every_studio_shows_last_is_there_for_the_saved_notebook(
    name, given, tmp_path, monkeypatch
):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(face, "running_shell", lambda: SimpleNamespace(kernel=1))
    monkeypatch.setattr(stills, "REST", 0.01)
    studio = getattr(course_utils, name)(*given)
    studio._repr_mimebundle_()
    page = studio.page_of_it
    assert stills.kept_still(page.model_id) == ""
    page._tell(next(iter(page._parts.values())))
    wait_until(lambda: stills.kept_still(page.model_id) == studio.still_page())
    studio.close()


@pytest.mark.parametrize(("name", "given"), STUDIOS)
def test_a_press_that_fails_unforeseen_is_said_where_everything_is_said(name, given):
    studio = getattr(course_utils, name)(*given)
    page, answered = studio.page_of_it, []
    page.send = lambda content, buffers=None: answered.append(content)
    go, part = next(iter(page._parts.items()))
    part.hear = lambda message, buffers: 1 / 0
    page._heard(page, {"part": go}, [])
    assert answered == [{"answered": go}]
    said = studio.status
    assert said.wrong and "Something unexpected went wrong; your work is safe" in said.sentence
    assert "ZeroDivisionError" in (Portfolio().folder / "errors.log").read_text(encoding="utf-8")
    studio.close()


def page_of(*parts) -> tuple[Page, list[str]]:
    page = Page(parts)
    return page, [page._names[id(part)] for part in parts]


def test_what_a_person_does_reaches_the_part_and_nothing_else_does():
    pressed = []
    press, words, tick = Button(description="Go"), Text(value="a"), Checkbox(description="Yes")
    press.on_click(lambda _: pressed.append(1))
    chosen = Dropdown(options=[("one", 1), ("two", 2)], description="Which")
    page, (go, box, yes, which) = page_of(press, words, tick, chosen)
    for message in (
        {"part": go},
        {"part": box, "value": "b"},
        {"part": yes, "value": True},
        {"part": which, "place": 1},
    ):
        page._heard(page, message, [])
    assert (pressed, words.value, tick.value, chosen.value) == ([1], "b", True, 2)
    for nonsense in (
        {"part": "part99"},
        {"part": box, "value": 7},
        {"part": yes, "value": "perhaps"},
        {"part": which, "place": 9},
        {"part": which, "place": "two"},
        "no message",
        {},
    ):
        page._heard(page, nonsense, [])
    assert (pressed, words.value, tick.value, chosen.value) == ([1], "b", True, 2)
    press.disabled = True
    page._heard(page, {"part": go}, [])
    assert pressed == [1]


def test_a_change_in_python_is_told_once_with_the_whole_part():
    box = Text(value="a", description="Words")
    page, (name,) = page_of(HBox([box]))
    told = []
    page.send_state = lambda key: told.append(page.get_state(key))
    box.value = "b"
    box.layout.display = "none"
    inside = page._names[id(box)]
    assert [list(one) for one in told] == [[inside], [inside]]
    assert told[0][inside]["value"] == "b" and told[1][inside]["hidden"]
    assert page.get_state()[name]["children"] == [inside]


def test_parts_that_come_later_are_sent_too():
    row = HBox([Text(value="a")])
    page, (name,) = page_of(row)
    row.children = [*row.children, Text(value="later")]
    state = page.get_state()
    later = state[name]["children"][1]
    assert page.get_state()[later]["value"] == "later"


def test_values_stay_within_their_ends_and_lists():
    number = BoundedFloatText(value=5, min=0, max=1)
    assert number.value == 1.0
    some = SelectMultiple(options=[("one", 1), ("two", 2)])
    page, (name,) = page_of(some)
    page._heard(page, {"part": name, "places": [1, 7, "x"]}, [])
    assert some.value == (2,)
    some.options = [("one", 1)]
    assert some.value == ()
    chosen = Dropdown(options=["a", "b"], value="b")
    chosen.options = ["c", "d"]
    assert chosen.value == "c"


def test_files_arrive_with_their_names():
    upload = FileUpload(description="Choose")
    page, (name,) = page_of(upload)
    page._heard(page, {"part": name, "names": ["a.png"]}, [memoryview(b"123")])
    assert upload.value == ({"name": "a.png", "content": b"123"},)
