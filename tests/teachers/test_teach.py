"""The teacher's folder: plans are true, pages agree with the lessons, and all of it can be read,
shown and printed.
"""

from __future__ import annotations

import ast
import builtins
import io
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course_utils.cli.main import main
from course_utils.creation import LearnerError
from course_utils.lessons.course import SHORTEST, course
from course_utils.lessons.questions import asked_in
from course_utils.teachers import folder, plans
from course_utils.teachers.pages import relinked, to_html
from course_utils.teachers.printing import to_pdf
from course_utils.teachers.slides import slides_of
from tools import teach

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "teach"
PLANS = plans.plans()
BLOCKS = [(plan.file, block) for plan in PLANS for block in plan.blocks if block.lesson]


@pytest.mark.parametrize(
    ("plan", "block"), BLOCKS, ids=[f"{plan}-{block.lesson}-{block.step}" for plan, block in BLOCKS]
)
def test_a_plan_names_steps_that_lessons_have(plan, block):
    found = plans.step(block)
    assert found.heading.startswith(block.step) and found.minutes > 0


def test_a_step_that_no_lesson_has_is_found():
    with pytest.raises(LearnerError, match="No single step of lesson 01"):
        plans.step(plans.Block(lesson="01", step="Step 99"))
    with pytest.raises(LearnerError, match="There is no lesson 77"):
        plans.steps_of("77")


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.file)
def test_a_plan_fits_its_time_and_leaves_room_to_breathe(plan):
    parts = plans.parts_of(plan)
    assert sum(week.length for week, _ in parts if week) in (0, plan.length)
    for week, blocks in parts:
        length = week.length if week else plan.length
        used = sum(map(plans.minutes_of, blocks))
        assert 0.75 * length <= used <= length - 2, (week, used)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.file)
def test_a_plan_leaves_out_no_step_that_a_later_one_needs(plan):
    """Each step's cells run after the lesson's set-up and the steps before it in the plan."""
    known: dict[str, set[str]] = {}
    for block in plan.blocks:
        if not block.lesson:
            continue
        if block.lesson not in known:
            first = next(one for one in plans.steps_of(block.lesson) if one.code)
            known[block.lesson] = set(dir(builtins)) | {"display"} | names(first.code, ast.Store)
        code = plans.step(block).code
        known[block.lesson] |= names(code, ast.Store)
        missing = names(code, ast.Load) - known[block.lesson]
        assert not missing, f"{block.lesson} {block.step} needs {missing}"


def names(code: str, use: type) -> set[str]:
    """Names that some code binds or reads; an import binds."""
    nodes = list(ast.walk(ast.parse(code.replace("??", ""))))
    found = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, use)}
    if use is ast.Store:
        found |= {one.asname or one.name for one in nodes if isinstance(one, ast.alias)}
    return found


def test_there_is_a_plan_for_each_length():
    assert [plan.length for plan in PLANS if not plan.track] == [45, 90, 300, 540]


def test_every_track_fits_ninety_minutes_with_the_machines_waiting():
    """Every lesson of the track is in its plan, no step twice, and nobody waits past the end."""
    tracks = {plan.track: plan for plan in PLANS if plan.track}
    assert list(tracks) == [track.name for track in course().track[1:]]
    for name, plan in tracks.items():
        lessons = [one.number for one in course().of_track(name)]
        named = list(dict.fromkeys(block.lesson for block in plan.blocks if block.lesson))
        assert sorted(named) == sorted(lessons), name
        waiting = sum(one.waiting for one in course().of_track(name))
        used = sum(map(plans.minutes_of, plan.blocks))
        assert plan.length == 90 and 80 <= used and used + waiting <= 90, (name, used, waiting)
        assert len({(block.lesson, block.step) for block in plan.blocks if block.lesson}) == sum(
            bool(block.lesson) for block in plan.blocks
        )
        rows = [block for block in plan.blocks if block.lesson]
        assert all(block.step != "" for block in rows), name


def test_minutes_of_steps_add_up_to_those_of_the_lesson():
    for one in course().lesson:
        steps = sum(step.minutes for step in plans.steps_of(one.number))
        total = max(SHORTEST, steps + one.waiting)
        assert abs(total - one.minutes) <= 5, (one.number, total, one.minutes)


def test_pages_agree_with_the_lessons(capsys):
    assert teach.main(["--check"]) == 0, capsys.readouterr().out


def test_the_check_sees_a_changed_page(tmp_path, monkeypatch, capsys):
    shutil.copytree(FOLDER, tmp_path / "teach")
    monkeypatch.setattr(teach, "FOLDER", tmp_path / "teach")
    assert teach.main(["--check"]) == 0
    (tmp_path / "teach/slides/01.md").write_text("# Other", encoding="utf-8")
    (tmp_path / "teach/lessons/99.md").write_text("# Gone", encoding="utf-8")
    assert teach.main(["--check"]) == 1
    said = capsys.readouterr().out
    assert "slides/01.md" in said and "lessons/99.md" in said
    teach.main([])
    assert teach.main(["--check"]) == 0 and not (tmp_path / "teach/lessons/99.md").exists()


@pytest.mark.parametrize("one", course().lesson, ids=lambda one: one.number)
def test_every_lesson_has_notes_and_a_key_with_each_of_its_questions(one):
    told = plans.notes()[one.number]
    assert told.aim and len(told.stuck) >= 2 and len(told.ask) >= 2
    page = (FOLDER / f"lessons/{one.number}.md").read_text(encoding="utf-8")
    for question in asked_in(one.number).all:
        assert f"**{question.ask}**" in page
        if question.right:
            assert question.choices[question.right][1] in page


class Outline(HTMLParser):
    """Headings, names and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.levels, self.names, self.links, self.title, self._tag = [], set(), [], "", ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._tag = tag
        self.names |= {given["id"]} if "id" in given else set()
        self.links += [given[name] for name in ("href", "src") if name in given]
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def handle_data(self, text):
        if self._tag == "title":
            self.title, self._tag = text, ""


def test_course_teach_writes_pages_that_are_whole_and_linked(tmp_path, capsys):
    assert main(["teach", "--to", str(tmp_path), "--no-browser"]) == 0
    first = tmp_path / "teach/index.html"
    assert first.as_uri() in capsys.readouterr().out
    pages = {path: Outline(path.read_text("utf-8")) for path in tmp_path.rglob("*.html")}
    assert len(pages) == len(list(FOLDER.rglob("*.md")))
    for path, page in pages.items():
        assert page.title and page.levels[0] == 1 and page.levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in zip(page.levels, page.levels[1:]))
        for link in page.links:
            target, _, name = link.partition("#")
            if target.startswith("file:"):
                assert Path(target.removeprefix("file://")).exists(), (path, link)
            elif target:
                other = (path.parent / target).resolve()
                assert other in pages, (path, link)
                assert not name or name in pages[other].names, (path, link)


def test_pages_and_slides_fetch_nothing(tmp_path):
    folder.build(tmp_path)
    for path in tmp_path.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), path
        assert "@import" not in text and "url(" not in text


@pytest.mark.parametrize("one", course().lesson, ids=lambda one: one.number)
def test_slides_ask_before_they_tell(one):
    slides = slides_of((FOLDER / f"slides/{one.number}.md").read_text("utf-8"))
    assert 5 <= len(slides) <= 20
    assert all(re.match(r"##? \S", slide) for slide in slides)
    assert all(len(slide.split()) <= 90 for slide in slides)
    assert "<" not in " ".join(slides) and "(" not in re.sub(r"\([^)]* [^)]*\)", "", slides[2])


def test_course_teach_prints_what_can_be_read(tmp_path, capsys):
    assert main(["teach", "--print", str(tmp_path)]) == 0
    papers = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.pdf")}
    assert {"plans/45_minutes.pdf", "handouts/guess_sheet.pdf", "consent_letter.pdf"} <= papers
    assert f"{len(papers)} PDF files" in capsys.readouterr().out
    missing = capsys.readouterr().err
    assert "missing" not in missing
    pypdf = pytest.importorskip("pypdf")
    for name in papers:
        reader = pypdf.PdfReader(tmp_path / name, strict=True)
        assert 1 <= len(reader.pages) <= 5 and reader.metadata.title
    text = pypdf.PdfReader(tmp_path / "consent_letter.pdf").pages[0].extract_text()
    assert "My child may take part." in text and "Signature" in text


def test_a_line_to_write_on_stays_a_line():
    pypdf = pytest.importorskip("pypdf")
    data = to_pdf(
        "# A sheet\n\nName: ________ and -- two ~~ signs\n\n| a | b |\n| - | - |\n| __ | |"
    )
    text = pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert "Name: ________ and -- two ~~ signs" in text


def test_without_the_course_folder_a_sentence_says_where_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(folder, "FOLDER", tmp_path)
    assert main(["teach", "--no-browser"]) != 0
    assert "course folder" in "".join(capsys.readouterr())


def test_what_is_generated_leaves_the_paragraphs_around_it_apart():
    assert to_html("# A\n\n<!--path-->\nb.\n<!--/path-->\n\n**c**").count("<p>") == 2
    assert to_html("|a|\n|-|\n|b|\n<!-- c -->\n|d|\n").count("<tr>") == 3


def test_links_are_changed_and_others_left_alone():
    body = to_html("[a](b.md) [c](https://x.org/) [d](#e) ![f](g.png)")
    changed = relinked(body, lambda target: f"new/{target}")
    assert 'href="new/b.md"' in changed and 'src="new/g.png"' in changed
    assert 'href="https://x.org/"' in changed and 'href="#e"' in changed


def test_figures_of_machines_stand_in_the_pages_they_come_from():
    text = (FOLDER / "machines.md").read_text("utf-8")
    sources = "".join(
        (ROOT / f"docs/{name}.md").read_text("utf-8") for name in ("anywhere", "room")
    )
    rows = [row for row in text.splitlines() if row.startswith("|") and "Reckoned" not in row]
    measured = rows[: next(n for n, row in enumerate(rows) if "What is fetched" in row)]
    measured += [row for row in rows if re.match(r"\| (30|100) \|", row)]
    measured += [row for row in text.splitlines() if row.startswith("The room needs")]
    figures = {one for row in measured for one in re.findall(r"\d[\d,.]*\d|\d{2,}", row)}
    figures -= {"12", "14", "16", "95", "100", "30", "48"}
    assert len(figures) > 12
    for figure in figures:
        assert re.search(rf"(?<![\d.,]){re.escape(figure)}(?!\d)", sources), figure
    assert "51 minutes" in text and round(30 * (164 + 93) * 8 / 20 / 60) == 51


def test_nothing_is_claimed_of_frameworks_that_was_not_read():
    text = (FOLDER / "frameworks.md").read_text("utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| ") and "---" not in row]
    for row in rows:
        assert row.rstrip().endswith(("to check |", "Status |")), row


def test_the_tool_runs_by_itself():
    done = subprocess.run(
        [sys.executable, "-m", "tools.teach", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
