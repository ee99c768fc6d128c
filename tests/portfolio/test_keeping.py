"""The reminder, and the widget that keeps work safe; one-line calls do the same."""

from __future__ import annotations

import os
import re
import time

import pytest

from course_utils.notebook.save_work import (
    FORGETFUL,
    Saver,
    WorkKeeper,
    answer,
    reminder,
    resume,
    save,
    show_progress,
    unsaved_since,
)
from course_utils.portfolio.bundle import NAME
from course_utils.portfolio.progress import my_progress
from course_utils.portfolio.store import Portfolio
from tests.portfolio.test_saving import picture


@pytest.mark.parametrize(
    ("platform", "unsaved", "idle", "urgent", "words"),
    [
        ("binder", 0, 590, 0, "in the saved file"),
        ("binder", 2, 10, 0, "2 files of yours are not"),
        ("binder", 1, 300, 1, "Save soon. 1 file of yours is not"),
        ("binder", 2, 480, 2, "about 2 minutes are left"),
        ("binder", 2, 900, 2, "Save now. Binder"),
        ("colab", 2, 480, 0, "Colab forgets"),
        ("colab", 2, 5000, 2, "Save now"),
        ("local", 3, 99999, 0, "stay on this computer"),
    ],
)
def test_it_warns_before_the_place_forgets(platform, unsaved, idle, urgent, words):
    level, sentence = reminder(platform, unsaved, idle)
    assert level == urgent and words in sentence
    assert platform not in FORGETFUL or level == 2 or idle < FORGETFUL[platform][0] or not unsaved


def test_a_creation_after_saving_counts_as_unsaved(tmp_path):
    portfolio = Portfolio(tmp_path)
    path = portfolio.save(picture())
    assert unsaved_since(portfolio)[0] == 1
    assert WorkKeeper(portfolio=portfolio).save() == tmp_path / NAME
    os.utime(path, (time.time() - 60,) * 2)
    assert unsaved_since(portfolio) == (0, 0.0)
    portfolio.save(picture("a blue star", 2))
    os.utime(tmp_path / NAME, (time.time() - 30,) * 2)
    assert unsaved_since(portfolio)[0] == 1


def test_the_widget_saves_brings_back_answers_and_warns_in_a_status(tmp_path, monkeypatch):
    monkeypatch.setenv("BINDER_SERVICE_HOST", "here")
    portfolio = Portfolio(tmp_path / "mine")
    path = portfolio.save(picture())
    keeper = WorkKeeper("What <surprised> you?", lesson="09", portfolio=portfolio)
    assert (
        keeper.platform == "binder"
        and 'role="status"' in keeper.warning.value
        and "<surprised>" not in keeper.children[0].value
    )
    os.utime(path, (time.time() - 470,) * 2)
    keeper.touched = time.time() - 470
    keeper._remind()
    assert 'role="alert"' in keeper.warning.value and "Save now" in keeper.warning.value
    shown = keeper.warning.value
    keeper.touched -= 30
    keeper._remind()
    assert keeper.warning.value == shown, "the same urgency is announced once"
    keeper.words.value = "That it was blue."
    keeper.keep_answer()
    assert "1 answer" in keeper.status.value and my_progress(portfolio).answers[0].lesson == "09"
    keeper.words.value = " " * 6000 + "x" * 6000
    keeper.keep_answer()
    assert 'role="alert"' in keeper.status.value and len(my_progress(portfolio).answers) == 1
    keeper.save()
    assert (
        re.search(
            r'<a style="text-decoration:underline" download="my_work.zip"'
            r' href="data:application/zip',
            keeper.link.value,
        )
        and "Download it now" in keeper.status.value
    )
    other = WorkKeeper(portfolio=Portfolio(tmp_path / "other"))
    whole = memoryview((tmp_path / "mine" / NAME).read_bytes())
    other.upload.hear({"names": ["w.zip"]}, [whole])
    assert "came back" in other.status.value and len(other.portfolio.list()) == 1
    other.upload.hear({"names": ["w.zip"]}, [memoryview(b"no zip")])
    assert 'role="alert"' in other.status.value and "not saved by this course" in other.status.value
    for one in (keeper, other):
        one.close()
        one._thread.join(30)
        assert not one._thread.is_alive()


def test_a_computer_that_forgets_offers_each_result_as_a_download(monkeypatch):
    import base64

    from course_utils.files import unpack_bytes
    from course_utils.notebook.save_work import take_home_links

    assert take_home_links([picture()], "picture") == ""
    monkeypatch.setenv("COLAB_RELEASE_TAG", "x")
    links = take_home_links([picture(), picture("a <b> star", 2)], "picture")
    assert (
        re.findall(r">(Download picture \d)</a>", links)
        == ["Download picture 1", "Download picture 2"]
        and "<b>" not in links
    )
    data = re.search(r'base64,([^"]+)"', links)[1]
    assert unpack_bytes(base64.b64decode(data), ".png").recipe.prompt == "a red heart"


def test_every_studio_on_binder_warns_in_time_with_one_voice_and_saves_all(tmp_path, monkeypatch):
    from course_utils.layouts.studio import LayoutStudio

    assert not [
        one
        for one in LayoutStudio("By the sea", portfolio=Portfolio(tmp_path)).children
        if isinstance(one, Saver)
    ]
    monkeypatch.setenv("BINDER_SERVICE_HOST", "here")
    monkeypatch.setattr(Saver, "_speaking", None)
    portfolio = Portfolio(tmp_path / "mine")
    path = portfolio.save(picture())
    first, second = (
        next(
            one
            for one in LayoutStudio("By the sea", portfolio=portfolio).children
            if isinstance(one, Saver)
        )
        for _ in range(2)
    )
    assert "ten minutes after your last click" in first.warning.value
    os.utime(path, (time.time() - 470,) * 2)
    for one in (first, second):
        one.touched = time.time() - 470
        one._remind()
    assert [one.warning.value.count("Save now: about 2 minutes") for one in (first, second)] == [
        1,
        1,
    ]
    assert 'role="alert"' in first.warning.value and "role=" not in second.warning.value
    second.save_button.click()
    assert "data:application/zip" in second.link.value and (portfolio.folder / NAME).is_file()
    first.touched = time.time()
    first._remind()
    assert "Save" not in first.warning.value
    for one in (first, second):
        one.close()


def test_one_line_calls_do_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "nothing to save" in repr(save())
    Portfolio().save(picture())
    assert "Kept. You have 1 answer so far" in repr(answer("Why?", "Because.", "01"))
    assert (
        "Saved" in repr(save("kept.zip"))
        and "data:application/zip" in save("kept.zip")._repr_html_()
    )
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "after the disconnect"))
    assert "1 file came back" in repr(resume("kept.zip"))
    assert "Answers: 1" in repr(show_progress()) and "Because." in show_progress()._repr_html_()
    assert "no file" in repr(resume("nowhere.zip"))
