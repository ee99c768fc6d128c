"""The widgets of lessons 13 to 15 without a browser: they do what their one-line calls do,
and say in words what happened.
"""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from course_utils.creation import Creation, Recipe
from course_utils.fairness.studio import AuditStudio
from course_utils.notebook.face import parts as widgets
from course_utils.pictures.png import to_png
from course_utils.pictures.training_drawings import file_of, opened
from course_utils.portfolio.store import Portfolio
from course_utils.provenance.studio import OwnStudio


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "work"))
    monkeypatch.setenv("COURSE_KEYS", str(tmp_path / "keys"))


def every(widget) -> list[widgets.Part]:
    return [widget, *(part for child in getattr(widget, "children", ()) for part in every(child))]


def test_an_empty_portfolio_is_told_so_and_asking_does_no_harm():
    studio = OwnStudio()
    assert "empty so far" in studio.status.value
    studio.where_from()
    assert "nothing to ask about" in studio.status.value


def test_a_result_is_looked_up_signed_and_read_back():
    picture = Creation(
        recipe=Recipe(kind="image", prompt="a bell", model="course-pictures"),
        content=to_png(opened(file_of(1500))),
    )
    Portfolio().save(picture)
    studio = OwnStudio()
    studio.where_from()
    assert (
        studio.wait(60)
        and "Copying score" in studio.shown.value
        and 'role="status"' in studio.status.value
    )
    studio.who()
    assert studio.wait(60) and "What the record holds" in studio.shown.value
    studio.take()
    assert studio.wait(60) and "Unchanged since it was signed" in studio.shown.value
    signed = next((Portfolio().folder / "to_use").glob("*_signed.png"))
    studio.file.value = (
        {
            "name": "x.png",
            "content": memoryview(signed.read_bytes()),
            "type": "image/png",
            "size": 1,
            "last_modified": datetime.now(),
        },
    )
    assert studio.wait(60) and "Credentials in x.png" in studio.shown.value


def test_the_audit_studio_counts_and_writes_a_report():
    studio = AuditStudio(prompts=("a teacher",), each=1)
    studio.count()
    assert (
        studio.wait(120)
        and "1 finding" in studio.status.value
        and "95 % interval" in studio.shown.value
    )
    studio.report()
    assert "Nothing to work with" in studio.status.value  # no words yet
    studio.claim.value, studio.limits.value, studio.wish.value = (
        "One of one.",
        "One picture.",
        "More of them.",
    )
    studio.report()
    assert "is saved" in studio.status.value and Portfolio().list("page")


def test_trouble_is_told_and_announced_at_once():
    studio = AuditStudio(prompts=("<b>",), each=1)
    studio.count()
    assert (
        studio.wait(60)
        and "web code" in studio.status.value
        and 'role="alert"' in studio.status.value
        and not studio.findings
    )


@pytest.mark.parametrize("studio", [OwnStudio, AuditStudio])
def test_every_control_has_words_and_pictures_have_alternatives(studio):
    made = studio()
    for control in every(made):
        if isinstance(
            control,
            widgets.Button
            | widgets.Dropdown
            | widgets.Text
            | widgets.Textarea
            | widgets.BoundedIntText
            | widgets.Checkbox
            | widgets.FileUpload,
        ):
            assert control.description
        if isinstance(control, widgets.HTML):
            assert all("alt=" in tag for tag in re.findall(r"<img[^>]*>", control.value))
