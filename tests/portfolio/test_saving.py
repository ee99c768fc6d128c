"""All work in one file and back, also from strangers and in odd places."""

from __future__ import annotations

import hashlib
import json
import zipfile

import pytest

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.pictures.png import to_png
from course_utils.portfolio.bundle import ASIDE, LIST, is_safe, resume_work, save_work
from course_utils.portfolio.progress import FILE, add_progress, my_progress, note_answer, note_done
from course_utils.portfolio.store import Portfolio


def picture(prompt: str = "a red heart", seed: int = 1) -> Creation:
    from PIL import Image

    return Creation(
        recipe=Recipe(kind="image", prompt=prompt, seed=seed, model="course-pictures"),
        content=to_png(Image.new("RGB", (8, 8), (200, 30, 30))),
        seconds=0.1,
    )


@pytest.fixture
def work(tmp_path):
    """A portfolio in a folder with spaces and letters beyond ASCII, with a picture, an answer,
    a step and something kept beside.
    """
    portfolio = Portfolio(tmp_path / "Zoë Müller" / "我的 作品")
    made = picture()
    portfolio.save(made)
    portfolio.keep_file(made, "_clear.png", b"\x89PNG cut-out")
    portfolio.keep_at("my_taste.json", b'{"answers": []}')
    note_answer(portfolio, "What surprised you?", "The wolf was blue — really blue.", "01")
    note_done(portfolio, "01", "Step 1")
    portfolio.log_problem(ValueError("not to be saved"))
    return portfolio


def test_everything_comes_back_on_another_computer(work, tmp_path):
    file = save_work(work)
    other = Portfolio(tmp_path / "other place")
    found = resume_work(other, file)
    assert len(found.new) == 3 and not found.refused and "3 files came back" in found.in_words()
    assert [saved.creation.recipe.prompt for saved in other.list()] == ["a red heart"]
    assert my_progress(other).answers[
        0
    ].words == "The wolf was blue — really blue." and my_progress(other).done == {"01": ["Step 1"]}
    assert "errors.log" not in zipfile.ZipFile(file).namelist()
    again = resume_work(other, file.read_bytes())
    assert not again.new and not again.aside and len(again.there) == 3


def test_nothing_is_written_over_and_answers_are_joined(work, tmp_path):
    file = save_work(work, tmp_path / "kept" / "work of Monday.zip")
    work.keep_at("my_taste.json", b'{"answers": [1]}')
    note_answer(work, "What surprised you?", "Later I changed my mind.", "01")
    note_answer(work, "Whose is it?", "Mine.", "01")
    found = resume_work(work, file)
    assert (
        found.aside == ["my_taste.json"]
        and (work.folder / ASIDE / "my_taste.json").read_bytes() == b'{"answers": []}'
    )
    assert work.read_beside("my_taste.json") == b'{"answers": [1]}'
    assert {answer.words for answer in my_progress(work).answers} == {
        "Later I changed my mind.",
        "Mine.",
    }


def test_saving_again_takes_the_place_of_the_earlier_file_in_one_step(work):
    first = save_work(work).read_bytes()
    work.save(picture("a blue star", 2))
    assert save_work(work).read_bytes() != first
    assert (
        not list(work.folder.glob(".saving*"))
        and len(zipfile.ZipFile(save_work(work)).namelist()) == 6
    )


def forged(path, files: dict[str, bytes], listed: dict | None = None, **changes):
    """A zip with these files and a list that fits them, or `listed`."""
    entries = [
        {"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), **changes}
        for name, data in files.items()
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
        bundle.writestr(
            LIST,
            json.dumps(
                {"version": 1, "saved": "2026-11-25T00:00:00Z", "files": entries}
                if listed is None
                else listed
            ),
        )
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../evil.json",
        "/etc/evil.json",
        "a/../../evil.json",
        "C:\\evil.json",
        "a\\b.json",
        "run.py",
        "x.exe",
        ".bashrc",
        "con.json",
        "to_use/nul.txt",
        "a" * 300 + ".json",
        "x.json.",
        "set_aside/x.json",
        "a:b.json",
        "\u202egnp.json",
    ],
)
def test_names_that_lead_out_or_belong_to_programs_are_refused(name, work, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LearnerError):
        resume_work(work, forged(tmp_path / "hostile.zip", {name: b"{}"}))
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "hostile.zip"])
    assert not is_safe(name)


@pytest.mark.parametrize(
    "spoil",
    [
        "no zip",
        "no list",
        "list is text",
        "wrong sum",
        "too large",
        "one more file",
        "twice",
        "future version",
        "deep",
    ],
)
def test_a_damaged_or_hostile_file_gets_a_sentence_and_changes_nothing(spoil, work, tmp_path):
    path = tmp_path / "strange.zip"
    if spoil == "no zip":
        path.write_bytes(b"PK\x03\x04 not really" * 50)
    elif spoil == "no list":
        with zipfile.ZipFile(path, "w") as bundle:
            bundle.writestr("a.json", "{}")
    elif spoil == "list is text":
        forged(path, {"a.json": b"{}"}, listed="hello")
    elif spoil == "wrong sum":
        forged(path, {"a.json": b"{}"}, sha256="0" * 64)
    elif spoil == "too large":  # a bomb: little in the zip, and a false size in the list
        forged(path, {"a.json": b"0" * 30_000_000}, size=10)
    elif spoil == "one more file":
        forged(
            path,
            {"a.json": b"{}", "b.json": b"{}"},
            listed={"version": 1, "saved": "2026-11-25T00:00:00Z", "files": []},
        )
    elif spoil == "twice":
        forged(path, {"a.json": b"{}", "A.json": b"[]"})
    elif spoil == "future version":
        forged(path, {}, listed={"version": 99, "saved": "2026-11-25T00:00:00Z", "files": []})
    else:
        with zipfile.ZipFile(path, "w") as bundle:
            bundle.writestr(LIST, "[" * 100_000)
    before = {file: file.read_bytes() for file in work.folder.rglob("*") if file.is_file()}
    with pytest.raises(LearnerError, match="[.]"):
        resume_work(work, path)
    assert {file: file.read_bytes() for file in work.folder.rglob("*") if file.is_file()} == before


def test_files_that_are_not_what_they_say_stay_out(work, tmp_path):
    found = resume_work(
        work,
        forged(
            tmp_path / "x.zip",
            {
                "2026-01-01_000000_image_x_0123456789ab.png": b"no picture",
                "card.html": b"<p onclick='x()'>hi",
                "drawing.svg": b"<svg><script>1</script></svg>",
                "notes.json": b"{",
                "fine.txt": b"words",
            },
        ),
    )
    assert (
        found.new == ["fine.txt"]
        and len(found.refused) == 4
        and "could not be trusted" in found.in_words()
    )


def test_a_missing_file_and_an_empty_portfolio_get_a_sentence(tmp_path):
    with pytest.raises(LearnerError, match="no file"):
        resume_work(Portfolio(tmp_path), tmp_path / "nowhere.zip")
    with pytest.raises(LearnerError, match="nothing to save"):
        save_work(Portfolio(tmp_path / "empty"))


def test_damaged_progress_is_said_and_two_answers_at_once_both_stay(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    portfolio = Portfolio(tmp_path)
    with ThreadPoolExecutor(8) as many:
        list(
            many.map(lambda number: note_answer(portfolio, f"question {number}", "yes"), range(24))
        )
    assert len(my_progress(portfolio).answers) == 24
    with pytest.raises(LearnerError, match="needs its question"):
        note_answer(portfolio, " ", "x")
    with pytest.raises(LearnerError, match="nothing to keep yet"):
        note_answer(portfolio, "Why?", "  ")
    (tmp_path / FILE).write_text('{"version": 1, "done": 3}', encoding="utf-8")
    with pytest.raises(LearnerError, match="damaged"):
        my_progress(portfolio)
    with pytest.raises(LearnerError, match="damaged"):
        add_progress(portfolio, my_progress(Portfolio(tmp_path / "new")))
