"""The wheel holds everything the package opens, and each studio opens from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STUDIOS = (
    "ImageStudio WordsStudio TuneStudio BackingStudio TextureStudio LayoutStudio WritingStudio"
    " StoryStudio TuneDesk TasteStudio StyleStudio TeachStudio TeachTunesStudio TeachWordsStudio"
    " AuditStudio OwnStudio"
).split()
OPEN_ALL = f"""
import course_utils
assert {{where!r}} in course_utils.__file__, course_utils.__file__
for name in {STUDIOS!r}:
    studio = getattr(course_utils, name)()
    if hasattr(studio, "wait"):
        studio.wait(60)
from course_utils.notebook.chips import PICTURES
assert len(list(PICTURES.rglob("*.svg"))) + len(list(PICTURES.rglob("*.png"))) >= 23
print("all opened")
"""


def tracked() -> list[str]:
    return subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")[:-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from what the repository holds."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in tracked():
        if name.startswith(("course_utils/", "jupyter-config/")) or "/" not in name:
            place = folder / "source" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_file():
                shutil.copy(ROOT / name, place)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
        + ["--disable-pip-version-check", "--wheel-dir", str(folder), str(folder / "source")],
        check=True,
        timeout=600,
    )
    (made,) = folder.glob("*.whl")
    return made


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {name for name in tracked() if name.startswith("course_utils/")}
    wanted = {name for name in wanted if (ROOT / name).is_file()}
    assert sorted(wanted - inside) == []


def test_each_studio_opens_from_the_wheel_without_the_course_folder(wheel, tmp_path):
    place = tmp_path / "installed"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--no-index"]
        + ["--disable-pip-version-check", "--no-compile", "--target", str(place), str(wheel)],
        check=True,
        timeout=600,
    )
    environment = {**os.environ, "PYTHONPATH": str(place), "COURSE_PORTFOLIO": str(tmp_path / "p")}
    done = subprocess.run(
        [sys.executable, "-c", OPEN_ALL.format(where=str(place))],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert "all opened" in done.stdout, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("without", "line", "extra"),
    [
        ("kiwisolver", "make_layouts('The sea', count=1).message", "layouts"),
        ("onnxruntime", "make_image('a heart', count=1).message", "pictures"),
        ("xllamacpp", "make_words('the sea', count=1).message", "words"),
    ],
)
def test_a_call_without_its_library_names_the_extra(without, line, extra, tmp_path):
    code = (
        f"import sys; sys.modules[{without!r}] = None\n"
        "from course_utils import set_up_words\n"
        "set_up_words.is_checkout = lambda: False\n"
        "import course_utils\n"
        f"print(course_utils.{line})"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COURSE_PORTFOLIO": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    said = done.stdout + done.stderr
    assert f"{extra}" in said and "pip install" in said and "unexpected" not in said, said[-1500:]
