"""The course's public address in one place, and what is different on Colab,
with stand-ins for Colab's own services (there is no Colab here).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import types
from importlib import metadata
from pathlib import Path

import nbformat
import pytest

from course_utils.creation import LearnerError
from course_utils.notebook import colab
from course_utils.portfolio import google_drive
from course_utils.portfolio.store import Portfolio
from tests.portfolio.test_saving import picture
from tools import badges

ROOT = Path(__file__).parents[2]
ADDRESS = "https://github.com/somebody/first-sparks"


@pytest.fixture
def copy(tmp_path):
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(
        ROOT / "notebooks",
        tmp_path / "notebooks",
        ignore=shutil.ignore_patterns("my_creations", ".ipynb_checkpoints"),
    )
    return tmp_path


def test_all_badges_here_agree_with_the_one_place(capsys):
    assert badges.main(["--check"]) == 0, capsys.readouterr().out


def test_one_command_writes_the_address_everywhere_and_takes_it_out_again(copy, capsys):
    badges.main(["--none"], copy)
    plain = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    assert badges.main([ADDRESS], copy) == 0
    assert badges.main(["--check"], copy) == 0 and badges.address_of(copy) == ADDRESS
    for path in (copy / "notebooks").glob("[0-9]*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert f"/somebody/first-sparks/blob/main/notebooks/{path.name}" in notebook.cells[0].source
        first = next(cell for cell in notebook.cells if cell.cell_type == "code")
        assert (
            f"git+{ADDRESS}@main" in first.source
            and "--no-deps" in first.source
            and len(first.source.splitlines()) <= 15
        )
    assert "mybinder.org/v2/gh/somebody/first-sparks/main" in (copy / "README.md").read_text(
        encoding="utf-8"
    )
    one = next((copy / "notebooks").glob("[0-9]*.ipynb"))
    one.write_text(
        one.read_text(encoding="utf-8").replace("somebody", "stranger"), encoding="utf-8"
    )
    assert badges.main(["--check"], copy) == 1 and one.name in capsys.readouterr().out
    badges.main(["--none"], copy)
    assert {path: path.read_bytes() for path in plain if path.suffix != ".ipynb"} == {
        path: data for path, data in plain.items() if path.suffix != ".ipynb"
    }
    for path, data in plain.items():
        if path.suffix == ".ipynb":
            assert ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]] == [
                "".join(cell["source"]) for cell in json.loads(data)["cells"]
            ]


@pytest.mark.parametrize(
    "address",
    [
        "first-sparks",
        "http://github.com/a/b",
        "https://github.com/a/b; rm -rf /",
        "https://example.com/a/b",
    ],
)
def test_what_is_no_address_is_refused(address, copy):
    assert badges.main([address], copy) == 2


def test_the_cell_does_nothing_elsewhere():
    lines = badges.set_up_lines(ADDRESS).replace("    %pip", "    import pip  #")
    assert "course_utils.notebook.colab" in lines
    exec(compile(lines, "cell", "exec"), {})  # display does not exist here: it would fail if it ran


def test_only_what_is_missing_is_installed_and_everything_else_is_held(monkeypatch):
    there = metadata.version
    monkeypatch.setattr(
        colab.metadata,
        "version",
        lambda name: (
            (_ for _ in ()).throw(metadata.PackageNotFoundError(name))
            if name in ("swift-f0", "tinysoundfont")
            else there(name)
        ),
    )
    ran = []

    def run(command, **_):
        ran.append(
            (
                command,
                (
                    Path(command[command.index("--constraint") + 1]).read_text(encoding="utf-8")
                    if "--constraint" in command
                    else ""
                ),
            )
        )
        return types.SimpleNamespace(returncode=0, stderr="")

    assert colab.install(run) == ["swift-f0", "tinysoundfont"]
    (together, constraints), (alone, _) = ran
    assert (
        together[-1].startswith("swift-f0")
        and f"ipywidgets=={there('ipywidgets')}" in constraints.splitlines()
    )
    assert (
        "--no-deps" in alone
        and alone[-1].startswith("tinysoundfont")
        and "-U" not in together + alone
    )
    with pytest.raises(LearnerError, match="Restart session"):
        colab.install(lambda *_, **__: types.SimpleNamespace(returncode=1, stderr="ERROR: no way"))


@pytest.fixture
def drive(tmp_path, monkeypatch):
    """A stand-in for Colab's Drive, which the learner may refuse."""
    asked = []
    module = types.ModuleType("google.colab")
    module.drive = types.SimpleNamespace(
        mount=lambda place: (
            asked.append(place)
            if asked != ["no"]
            else (_ for _ in ()).throw(ValueError("mount failed"))
        )
    )
    monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", module)
    monkeypatch.setattr(google_drive, "DRIVE", tmp_path / "drive")
    return asked


def test_work_goes_to_the_drive_and_back_only_with_permission(drive, tmp_path):
    mine = Portfolio(tmp_path / "mine")
    mine.save(picture())
    assert "Saved to your Drive" in google_drive.to_drive(mine) and drive == [
        str(tmp_path / "drive")
    ]
    assert "1 file came back" in google_drive.from_drive(Portfolio(tmp_path / "after a disconnect"))
    drive[:] = ["no"]
    with pytest.raises(LearnerError, match="not opened"):
        google_drive.to_drive(mine)


def test_without_colab_there_is_no_drive(tmp_path):
    with pytest.raises(LearnerError, match="only be used on Colab"):
        google_drive.to_drive(Portfolio(tmp_path))


@pytest.mark.slow
def test_adding_what_is_missing_leaves_colabs_versions_alone(tmp_path):
    """A new environment with Colab's notebook programs and libraries of the same versions;
    then the course's own set-up, for real.
    """
    from tests.test_compatibility import COLAB_LIBRARIES, SETS

    place = tmp_path / "colab"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pinned = [
        *SETS["as-on-colab"],
        *COLAB_LIBRARIES,
        "numpy==2.1.3",
        "pillow==11.3.0",
        "scipy==1.16.3",
    ]
    said = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", *pinned], capture_output=True, text=True
    )
    if said.returncode and ("NewConnectionError" in said.stderr or "resolution" in said.stderr):
        pytest.skip("needs a network")
    assert said.returncode == 0, said.stderr[-1500:]
    subprocess.run([python, "-m", "pip", "install", "--quiet", "setuptools>=77"], check=True)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", str(ROOT)],
        check=True,
    )
    code = (
        "import course_utils.notebook.colab as c; before = c.held(); added = c.install(lambda"
        " command, **k: __import__('subprocess').run([*command, '--dry-run'], **k));"
        " print(len(added))"
    )
    ran = subprocess.run([python, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert int(ran.stdout.split()[-1]) >= 8
