"""What Binder would build, and whether it fits; mybinder.org itself cannot be reached here."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("course.txt", "big.txt")
# bytes of disk and of memory a build pod has on mybinder.org; the clone must stay well under it
POD = 2_000_000_000
# bytes of packages; there is no written limit, but large images time out on their way
LARGEST_IMAGE = 4_000_000_000


def test_the_repository_leaves_a_build_pod_plenty_of_room():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode:
        pytest.skip("not a clone")
    size = sum(
        (ROOT / name.decode()).stat().st_size
        for name in listed.stdout.split(b"\0")
        if name and (ROOT / name.decode()).is_file()
    )
    assert size < POD / 4, f"{size / 1e6:.0f} MB"


def test_the_libraries_that_binder_installs_stay_small():
    """By what is installed here: everything in the course's locks, and torch without CUDA."""
    locks = [(ROOT / "locks" / name).read_text(encoding="utf-8") for name in LOCKS]
    names = {name for lock in locks for name in re.findall(r"^([\w.-]+)==", lock, re.M)}
    names.add("torch")
    sizes = {}
    for name in names:
        try:
            sizes[name] = sum(file.size or 0 for file in metadata.files(name) or [])
        except metadata.PackageNotFoundError:
            continue
    assert len(sizes) > 0.9 * len(names) and sizes["torch"] > 3e8
    if "+cpu" not in metadata.version("torch") and sizes["torch"] > 1.5e9:
        pytest.skip("torch is here with CUDA, which Binder does not install")
    assert sum(sizes.values()) < LARGEST_IMAGE, f"{sum(sizes.values()) / 1e6:.0f} MB"


@pytest.mark.slow
def test_repo2docker_shows_our_build_plan(tmp_path):
    place = tmp_path / "repo2docker"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    scripts = place / ("Scripts" if sys.platform == "win32" else "bin")
    said = subprocess.run(
        [scripts / "python", "-m", "pip", "install", "--quiet", "jupyter-repo2docker"],
        capture_output=True,
        text=True,
    )
    if said.returncode:
        pytest.skip(
            "repo2docker cannot be installed here: " + said.stderr.strip().splitlines()[-1][:200]
        )
    shown = subprocess.run(
        [scripts / "repo2docker", "--no-build", "--debug", str(ROOT)],
        capture_output=True,
        text=True,
    )
    plan = shown.stdout + shown.stderr
    assert shown.returncode == 0, plan[-2000:]
    assert "Building conda environment for python=3.12" in plan
    copied, updated, whole = (
        plan.find(words)
        for words in (
            "COPY --chown=0:0 src/binder/environment.yml",
            'env update -p ${NB_PYTHON_PREFIX} --file "binder/environment.yml"',
            "COPY --chown=0:0 src/ ${REPO_DIR}/",
        )
    )
    assert 0 < copied < updated < whole, (
        "the libraries are one layer, kept until binder/environment.yml changes"
    )
    assert (
        "binder/postBuild" in plan[whole:]
        and "requirements.txt" not in plan
        and "pip install --no-cache-dir ." not in plan
    )
