"""What is seen from outside: the README and the files a project is expected to have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from PIL import Image

import course_utils
from course_utils.labels import MADE_BY_MODEL, read_label
from tools.badges import BEGIN, END

ROOT = Path(__file__).parents[1]
README = re.sub(  # badges come and go with the public address
    f"{BEGIN}.*?{END}", "", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.S
)
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "teach").rglob("*.md"),
        *(ROOT / "course_utils").rglob("README.md"),
    ]
)
LINK = re.compile(r"(?<!`)\]\(([^)\s]+)\)")


def test_the_readme_fits_on_a_page_and_shows_what_comes_out():
    assert len(README.split()) < 600
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", README)
    assert len(pictures) == 2 and all(len(alt) > 40 for alt, _ in pictures)
    for command in ("python start.py ", "python start.py test"):
        assert command in README
    for word in ("**Learn:**", "**Teach:**", "**Help:**"):
        assert word in README


def test_figures_in_the_readme_stand_in_the_page_they_name():
    rows = re.findall(r"^\| (.+) \| (.+) \| .*\[[^\]]+\]\(([^)]+)\) \|$", README, re.M)
    assert len(rows) >= 4
    for _, figures, page in rows:
        text = (ROOT / page).read_text(encoding="utf-8")
        for figure in re.findall(r"\d[\d.,]*\d|\d", figures):
            if figure not in ("2",):  # cores
                assert re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d])", text), (figure, page)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_pages_lead_somewhere(path):
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith(("mailto:", "#")):
            file, _, place = target.partition("#")
            assert (path.parent / file).exists(), f"{path.name} links to {target}"


def test_the_gallery_says_what_was_picked_and_every_file_is_labelled():
    rows = json.loads((ROOT / "docs/gallery/gallery.json").read_text(encoding="utf-8"))
    assert {row["kind"] for row in rows} == {"image", "tune", "backing", "sound", "words", "layout"}
    assert [row for row in rows if row["picked"]] and [row for row in rows if not row["picked"]]
    for row in rows:
        path = ROOT / "docs/gallery" / row["file"]
        label = read_label(path.read_bytes(), path.suffix)
        assert label is not None and row["alt"], row["file"]
        assert row["picked"] <= row.get("note", "").endswith("of 4")
    grid = ROOT / "docs/img/results.webp"
    assert read_label(grid.read_bytes(), ".webp").source == MADE_BY_MODEL
    assert Image.open(grid).width > 1000


def test_a_project_has_what_people_look_for():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == course_utils.__version__ and cited["cff-version"] == "1.2.0"
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(cited['version'])}, ", changes, re.M)
    for name in ("SECURITY.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE"):
        assert len((ROOT / name).read_text(encoding="utf-8")) > 500
    forms = list((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))
    for form in forms:
        fields = yaml.safe_load(form.read_text(encoding="utf-8"))
        assert fields["name"] and fields["description"]
        names = [field["id"] for field in fields["body"]]
        assert len(names) == len(set(names)) > 1
    assert len(forms) == 3


def test_hosted_services_say_what_was_never_tried():
    page = (ROOT / "docs/hosted.md").read_text(encoding="utf-8")
    for service in ("Binder", "Colab", "Codespaces", "Kaggle"):
        assert f"| {service} |" in page
    assert "None of the four was ever tried" in page
