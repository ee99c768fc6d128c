"""The wall taken home: whole, readable by everybody, fetching nothing,
the files as they came with their recipes and credentials.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from html.parser import HTMLParser

import pytest
from wall_works import ADA, EVERY, file_of, open_wall, picture

from course_utils.classroom.wall.intake import checked
from course_utils.classroom.wall.site_export import export_site, site_zip
from course_utils.classroom.wall.store import WallStore
from course_utils.creation import LearnerError
from course_utils.files import unpack
from course_utils.provenance.content_credentials import manifest_of, read_credentials, sign
from course_utils.provenance.contribution import summary

HOSTILE = """</title><script>alert('x')</script> "quoted" & 'more'"""


class Reader(HTMLParser):
    """What a page holds: tags with their attributes, in order, and the levels of its headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)
        self.levels = [int(tag[1]) for tag, _ in self.tags if re.fullmatch("h[1-6]", tag)]

    def handle_starttag(self, tag: str, attributes) -> None:
        self.tags.append((tag, dict(attributes)))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A wall with a work of every kind and a signed picture, one of them hidden,
    and the site made of it.
    """
    import os

    root = tmp_path_factory.mktemp("site")
    os.environ["COURSE_KEYS"] = str(root / "keys")
    wall = WallStore(root / "wall")
    for number, (kind, make) in enumerate(EVERY.items()):
        name, data = file_of(make())
        new = checked(data, "." + name.rpartition(".")[2], f"A {kind}", "Ada")
        wall.decide(
            wall.publish(
                ADA.id, new if number else new.__class__(**{**new.__dict__, "title": HOSTILE})
            ).id,
            "shown",
        )
    for make, title, suffix in (
        (picture, "Signed", ".png"),
        (EVERY["layout"], "Signed layout", ".svg"),
        (EVERY["sound"], "Signed sound", ".wav"),
    ):
        creation = make()
        signed = sign(
            file_of(creation)[1],
            suffix,
            manifest_of(creation, suffix, summary(creation, [creation], []), "CC BY 4.0", "Ada"),
        )
        wall.decide(wall.publish(ADA.id, checked(signed, suffix, title, "Ada")).id, "shown")
    wall.decide(
        wall.publish(
            ADA.id, checked(file_of(picture("a secret"))[1], ".png", "Hidden one", "Ada")
        ).id,
        "hidden",
    )
    yield wall, export_site(wall, root / "out", "Class 7b")
    os.environ.pop("COURSE_KEYS")


def test_every_work_on_the_wall_is_there_unchanged_and_no_other(site):
    wall, folder = site
    listed = json.loads((folder / "wall.json").read_text(encoding="utf-8"))["works"]
    assert len(listed) == len(EVERY) + 3 == len([*folder.glob("works/*_page.html")])
    for one in listed:
        path = folder / one["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]
        assert unpack(path).recipe.model_dump(mode="json") == one["recipe"]
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert (
        b"Hidden one" not in everything
        and b"a secret" not in everything
        and ADA.id.encode() not in everything
    )


def test_signed_files_still_hold_their_credentials(site):
    _, folder = site
    signed = [
        path
        for path in (folder / "works").glob("*_signed*")
        if path.suffix in (".png", ".svg", ".wav") and ".see." not in path.name
    ]
    assert sorted(path.suffix for path in signed) == [".png", ".svg", ".wav"]
    for path in signed:
        read = read_credentials(path.read_bytes(), path.suffix)
        assert (
            read.state == "unchanged"
            and read.licence == "CC BY 4.0"
            and read.training == "may not be used to train models"
        ), path


def test_pages_are_whole_and_fetch_nothing(site):
    _, folder = site
    for path in [folder / "index.html", *folder.glob("works/*_page.html")]:
        page = Reader(path.read_text(encoding="utf-8"))
        assert page.levels[0] == 1 and page.levels.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(page.levels, page.levels[1:])), path
        assert ("html", {"lang": "en"}) in page.tags and {"title", "main", "meta"} <= {
            tag for tag, _ in page.tags
        }
        assert not [tag for tag, _ in page.tags if tag in ("script", "form", "object", "embed")], (
            path
        )
        for tag, given in page.tags:
            for name in ("src", "href"):
                if name in given and not given[name].startswith("#"):
                    assert not re.match("[a-z]+:|//|/", given[name]), given[name]
                    assert (path.parent / given[name]).is_file(), given[name]
            if tag == "img":
                assert given["alt"].strip()
            if tag == "audio":
                assert (
                    given["aria-label"] and "autoplay" not in given and given["preload"] == "none"
                )
            if tag == "iframe":
                assert given["title"] and given["sandbox"] is None
    assert "url(" not in (folder / "wall.css").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in (folder / "index.html").read_text(encoding="utf-8")


def test_the_teacher_gets_it_as_one_zip_file(site, tmp_path):
    wall, folder = site
    path = site_zip(wall, "Class 7b", tmp_path / "wall.zip")
    with zipfile.ZipFile(path) as bundle:
        assert {name.removeprefix("class_wall/") for name in bundle.namelist()} == {
            one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()
        }
    with open_wall(tmp_path / "other") as (app, teacher, *_):
        empty = teacher("GET", "/v1/wall/site.zip")
        assert empty.status_code == 422 and "Approve a work first" in empty.json()["detail"]
        app.state.wall = wall
        assert teacher("GET", "/v1/wall/site.zip").content[:2] == b"PK"
    with pytest.raises(LearnerError, match="Choose another name"):
        export_site(wall, folder, "Class 7b")
