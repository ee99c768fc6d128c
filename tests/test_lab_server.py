"""What the course sets on the Jupyter server that shows it, and what that gives of a notebook; that
large files then arrive is tested in a browser (browser/test_by_hand.py).
"""

from __future__ import annotations

import asyncio
import json
import os
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.extension.manager import ExtensionPackage

from course_utils import lab_server
from course_utils.places import PROCESS
from course_utils.portfolio.stills import LARGEST, keep_still, kept_still

ROOT = Path(__file__).parents[1]


def a_server(
    settings: dict, notebook: dict, process: int | None = None, hooks: list | None = None
) -> SimpleNamespace:
    """As much of a Jupyter server as is asked, with one notebook and perhaps its kernel."""
    hooks = [] if hooks is None else hooks

    async def get(path, content=True):
        return {"type": "notebook", "path": path, "content": notebook if content else None}

    async def list_sessions():
        here = {"path": "a/lesson.ipynb", "kernel": {"id": "k"}}
        return [{"path": "other.ipynb", "kernel": {"id": "o"}}] + ([here] if process else [])

    class Kernels(dict):
        get_kernel = dict.__getitem__

    kernel = SimpleNamespace(provisioner=SimpleNamespace(pid=process))
    return SimpleNamespace(
        web_app=SimpleNamespace(settings=settings),
        contents_manager=SimpleNamespace(get=get, register_pre_save_hook=hooks.append),
        session_manager=SimpleNamespace(list_sessions=list_sessions),
        kernel_manager=Kernels(k=kernel),
    )


def an_output(*kinds: str, made_by: tuple[int, ...] = ()) -> dict:
    return {"data": dict.fromkeys(kinds, "x"), "metadata": {PROCESS: list(made_by)}}


@pytest.mark.parametrize(
    "process, living", [(None, []), (7, [7, 8]), (8, [7, 8]), (9, [9]), (5, [])]
)
def test_a_widget_whose_kernel_ended_gives_way_to_what_it_showed(process, living):
    outputs = [
        an_output(lab_server.VIEW, "text/html", made_by=(7, 8)),
        an_output(lab_server.VIEW, "text/html", made_by=(9, 1)),
        an_output(lab_server.VIEW, "text/plain"),  # of another library
        {"output_type": "stream", "text": "x"},
        {"data": None, "metadata": 5},  # of a file that somebody broke
    ]
    notebook = {"cells": [{"source": "text"}, {"outputs": outputs}]}
    server = a_server({}, notebook, process)
    lab_server._load_jupyter_server_extension(server)
    asyncio.run(server.contents_manager.get("a/lesson.ipynb"))
    first, second, other, *_ = outputs
    assert (lab_server.VIEW in first["data"]) == (7 in living)
    assert (lab_server.VIEW in second["data"]) == (9 in living)
    assert lab_server.VIEW in other["data"] and all("text/html" in o["data"] for o in outputs[:2])
    assert asyncio.run(server.contents_manager.get("a", content=False))["content"] is None


def test_what_a_widget_showed_last_is_saved_and_given(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runs"))
    model, hooks = "0123456789abcdef" * 2, []
    keep_still(model, "<p>four hearts</p>")
    (tmp_path / "secret.html").write_text("secret")
    views = [{"model_id": model}, {"model_id": "f" * 32}, {"model_id": "../secret"}, {}, "x"]
    outputs = [{"data": {lab_server.VIEW: view, "text/html": "<p>empty</p>"}} for view in views]
    outputs.append({"data": {"text/html": "<p>a table</p>"}})
    notebook = {"cells": [{"outputs": outputs}]}
    server = a_server({}, notebook, 7, hooks)
    lab_server._load_jupyter_server_extension(server)
    as_it_was = json.loads(json.dumps(notebook))
    hooks[0](model={"type": "notebook", "content": notebook}, path="a", contents_manager=server)
    texts = [one["data"]["text/html"] for one in outputs]
    assert texts == ["<p>four hearts</p>", *["<p>empty</p>"] * 4, "<p>a table</p>"]
    hooks[0](model={"type": "file", "content": "text"}, path="a", contents_manager=server)
    opened = a_server({}, as_it_was, 7)
    lab_server._load_jupyter_server_extension(opened)
    given = asyncio.run(opened.contents_manager.get("a/lesson.ipynb"))["content"]
    assert given["cells"][0]["outputs"][0]["data"]["text/html"] == "<p>four hearts</p>"


def test_what_widgets_showed_is_kept_for_a_week_and_never_too_much(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    old, new = "a" * 32, "b" * 32
    keep_still(old, "old")
    os.utime(tmp_path / f"course-still-{old}.html", (0, 0))
    (tmp_path / "kernel-1.json").write_text("{}")
    keep_still(new, "ünlike")
    keep_still(new, "x" * (LARGEST + 1))
    assert kept_still(new) == "ünlike" and kept_still(old) == ""
    assert len(list(tmp_path.iterdir())) == 2
    (tmp_path / f"course-still-{new}.html").write_bytes(b"\xff")
    assert kept_still(new) == "" and kept_still(None) == ""


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
    lab_server._load_jupyter_server_extension(a_server(settings, {}))
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
