"""Rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {
    "torch",
    "diffusers",
    "transformers",
    "IPython",
    "xllamacpp",
    "tinysoundfont",
    "scipy",
    "soundfile",
    "pyloudnorm",
    "mido",
    "gradio",
    "ray",
    "music21",
}
MODULES = sorted((ROOT / "course_utils").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_threads_of_studios_keep_their_context():
    for path in (ROOT / "course_utils").rglob("*studio*.py"):  # see watching.worker
        assert path.read_text(encoding="utf-8").count("threading.Thread(target") == (
            path.name == "watching.py"
        ), path


def test_heavy_libraries_are_imported_inside_functions():
    for path in MODULES:
        top = ast.Module(
            [
                node
                for node in ast.parse(path.read_text(encoding="utf-8")).body
                if isinstance(node, ast.Import | ast.ImportFrom)
            ],
            [],
        )
        names = {name.split(".")[0] for name in imports(top)}
        assert not names & HEAVY, path


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, course_utils, course_utils.cli.main; print(*{name.split('.')[0] for name in"
        " sys.modules})"
    )
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert not loaded & (HEAVY | {"ipywidgets", "numpy", "PIL"})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_short_clean_and_well_ordered(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert len(notebook.cells) <= 25 and "widgets" not in notebook.metadata
    headings = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
        else:
            assert len(cell.source.split()) <= 60, cell.source[:60]
            headings += [
                (len(mark), text) for mark, text in re.findall(r"^(#+) (.+)$", cell.source, re.M)
            ]
    levels = [level for level, _ in headings]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    second = [text for level, text in headings if level == 2]
    assert len(second) == len(set(second))
    wanted = [
        "What you will learn",
        "Set-up",
        "Step 1",
        "Try it",
        "Check yourself",
        "Reflect",
        "Summary",
        "Next",
    ]
    if path.stem.startswith("00"):  # it makes nothing yet
        wanted = ["What you will learn", "Next"]
    places = [next(n for n, text in enumerate(second) if text.startswith(name)) for name in wanted]
    assert places == sorted(places)


def test_a_code_cell_has_at_most_three_short_lines():
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                lines = [line for line in cell.source.splitlines() if line.strip()]
                assert len(lines) <= 3 and max(map(len, lines)) <= 100, (path.name, cell.source)


def test_every_model_has_a_card_and_carries_no_programs():
    folders = [
        path
        for path in (ROOT / "course_utils/models/embedded").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    ]
    assert {path.name for path in folders} >= {"image", "words", "music", "soundfont"}
    for folder in folders:
        assert "licence" in (folder / "README.md").read_text(encoding="utf-8").lower()
        assert not [
            path
            for path in folder.rglob("*")
            if path.suffix in {".bin", ".pt", ".pth", ".pkl", ".ckpt"}
        ]


def test_scripts_and_style_sheets_have_short_lines():
    paths = [*(ROOT / "course_utils").rglob("*.js"), *(ROOT / "course_utils").rglob("*.css")]
    assert len(paths) >= 17
    for path in paths:
        longest = max(map(len, path.read_text(encoding="utf-8").splitlines()))
        assert longest <= 100, (path, longest)


def test_locks_and_binder_hold_no_addresses():
    for path in (ROOT / "locks").glob("*.txt"):
        assert "://" not in path.read_text(encoding="utf-8")
    environment = (ROOT / "binder/environment.yml").read_text(encoding="utf-8")
    assert not re.search(r"^\s*- (-e|-r|-c|\.|file:)", environment, re.M)
    build = (ROOT / "binder/postBuild").read_text(encoding="utf-8")
    assert re.search(r"^set -e$", build, re.M) and "-e ." in build


@pytest.mark.parametrize("name", ["start.py", "binder/postBuild", "deploy/Dockerfile"])
def test_what_is_installed_is_held_to_a_sum_or_is_the_course_itself(name):
    """Where pip is called, each call names a lock with sums; but for the course, and for a build of
    torch that no lock knows, which start.py says.
    """
    text = (ROOT / name).read_text(encoding="utf-8")
    if name == "start.py":
        fetching = re.findall(r"\bpip\(\s*(\[.*?\]|torch_arguments)", text, re.S)
        free = [one for one in fetching if "--require-hashes" not in one and "ROOT" not in one]
        assert free == ["torch_arguments"], free
    else:
        calls = re.findall(r"pip install ([^&\n]*)", text)
        assert calls and all("--require-hashes" in one or one.split()[-1] == "." for one in calls)


def test_binder_and_conda_install_what_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {
        name: needs
        for name, needs in project["optional-dependencies"].items()
        if name not in ("test", "training", "benchmarks", "serve")
    }
    asked = {
        re.match(r"[\w-]+", need)[0].lower()
        for needs in (project["dependencies"], *extras.values())
        for need in needs
    }
    asked -= {"tinysoundfont"}  # without what it asks for, so in postBuild
    for name in ("binder/environment.yml", "environment.yml"):
        given = {
            found.lower()
            for found in re.findall(
                r"^\s*- ([\w-]+)", (ROOT / name).read_text(encoding="utf-8"), re.M
            )
        }
        assert asked - given - ({"torch"} if "pytorch" in " ".join(given) else set()) == set(), name


def test_ruff_finds_nothing():
    found = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout
