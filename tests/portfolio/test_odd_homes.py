"""Homes with spaces and letters beyond ASCII, and disks without links:
as on many Windows and macOS computers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HOMES = ["Zoë Müller", "用户 名", "o'neil & sons (1)", "ｆｕｌｌ ｗｉｄｔｈ"]


@pytest.mark.parametrize("name", HOMES)
def test_the_command_works_in_a_home_with_an_odd_name(name, tmp_path):
    home = tmp_path / name
    work = home / "my course"
    work.mkdir(parents=True)
    places = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "LOCALAPPDATA": str(home / "AppData"),
    }
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("COURSE_")
    } | places
    code = (
        "import sys, json, os; os.symlink = None; os.link = None\n"  # a disk without links
        "from course_utils.cli.main import main\n"
        "from course_utils.models.choose import remember_speed, known_speeds\n"
        "from course_utils.portfolio.progress import note_answer\n"
        "from course_utils.portfolio.store import Portfolio\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from tests.portfolio.test_saving import picture\n"
        "Portfolio().save(picture('ein Bär — 熊'))\n"
        "note_answer(Portfolio(), 'Warum?', 'Weil 熊.')\n"
        "remember_speed('course-pictures', 1.0)\n"
        "codes = [main(['preflight']), main(['save', 'meine Arbeit 作品.zip']), main(['resume',"
        " 'meine Arbeit 作品.zip', '--out', 'zurück'])]\n"
        "print(json.dumps([codes, known_speeds(), len(Portfolio('zurück').list())]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parents[2])],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == [[0, 0, 0], {"course-pictures": 1.0}, 1]
    assert (
        not [path for path in home.rglob("*") if path.is_symlink()] and (home / ".cache").is_dir()
    )
