"""One declaration is enough: a kind from outside has a studio, a call, a command, a tab, a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_utils import kinds
from course_utils.cli.main import main
from course_utils.creation import LearnerError, Recipe
from course_utils.files import unpack
from course_utils.notebook.kind_studio import KindStudio
from course_utils.notebook.results import make
from course_utils.portfolio.store import Portfolio
from tests.new_kind import palette


@pytest.fixture(autouse=True)
def registered():
    kinds.register(palette.KIND)
    yield
    kinds.forget("palette")


def test_it_is_small():
    lines = Path(palette.__file__).read_text(encoding="utf-8").splitlines()
    assert len(lines) < 120


def test_a_studio_with_its_controls_makes_varies_and_keeps_four():
    studio = KindStudio("palette", "the sea")
    assert [part.description for part in studio.controls()] == ["Mood"]
    studio.set["mood"].value = "loud"
    studio.generate()
    assert studio.wait(60) and len(studio.results) == 4, studio.status.value
    assert "4 palettes are ready" in studio.status.value
    assert {one.recipe.settings["mood"] for one in studio.results} == {"loud"}
    first = studio.results[0]
    studio.vary(0)
    assert studio.wait(60) and {one.recipe.parent for one in studio.results} == {first.id}
    studio.set["mood"].value = "soft"
    studio.remix(0)
    assert studio.set["mood"].value == "loud"
    assert "Five colours" in studio.gallery.large and "<svg" in studio.gallery.cards[3]
    assert "application/vnd.jupyter.widget-view+json" in studio._repr_mimebundle_()[0]


def test_a_call_checks_settings_and_the_file_comes_back():
    made = make("palette", "a forest", 2, 5, {"mood": "soft"})
    saved = Portfolio().find(made[0].id)
    assert saved.path.suffix == ".palette" and unpack(saved.path).content == made[0].content
    wrong = make("palette", "a forest", 2, 5, {"mood": "angry"})
    assert not wrong and "mood must be one of: any, soft, loud" in wrong.message
    with pytest.raises(LearnerError, match="no setting “colour” here"):
        palette.PaletteSettings.read(Recipe(kind="palette", prompt="x", settings={"colour": 1}))


def test_the_command_makes_one_and_makes_it_again(tmp_path, capsys):
    words = ["make", "palette", "a forest", "--seed", "7", "--mood", "loud"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    assert "Saved a palette" in capsys.readouterr().out
    path = next(tmp_path.rglob("*.palette"))
    assert main(["remake", str(path), "--out", str(tmp_path)]) == 0
    assert "exactly the same" in capsys.readouterr().out


def test_the_browser_has_a_studio_for_it():
    from fastapi.testclient import TestClient

    from course_utils.web.studio import studio_app

    page = TestClient(studio_app(), base_url="http://127.0.0.1").get("/studio/palette")
    assert page.status_code == 200 and "Generate" in page.text
