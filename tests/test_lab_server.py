"""What the course sets on the Jupyter server that shows it; that large files then arrive is tested
in a browser (browser/test_by_hand.py).
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.extension.manager import ExtensionPackage

from course_utils import lab_server

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "before, after",
    [
        ({}, lab_server.LARGEST_MESSAGE),
        ({"websocket_max_message_size": 5}, lab_server.LARGEST_MESSAGE),
        ({"websocket_max_message_size": None}, lab_server.LARGEST_MESSAGE),
        ({"websocket_max_message_size": 10**9}, 10**9),
    ],
)
def test_the_limit_is_raised_and_never_lowered(before, after):
    settings = dict(before)
    lab_server._load_jupyter_server_extension(
        SimpleNamespace(web_app=SimpleNamespace(settings=settings))
    )
    assert settings["websocket_max_message_size"] == after


def test_jupyter_finds_it_by_the_file_that_is_installed_with_the_course():
    places = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "setuptools"
    ]["data-files"]
    (file,) = places["etc/jupyter/jupyter_server_config.d"]
    (name,) = json.loads((ROOT / file).read_text(encoding="utf-8"))["ServerApp"][
        "jpserver_extensions"
    ]
    package = ExtensionPackage(name=name, enabled=True)
    assert package.validate() and package.module is lab_server
    assert f"cp {file} " in (ROOT / "binder/postBuild").read_text(encoding="utf-8")
