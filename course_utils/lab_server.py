"""Three things for the Jupyter server that shows the lessons.

Files of more than 10 MB may be chosen. A file chosen in a widget goes to the kernel in one message,
and Jupyter Server leaves Tornado's limit of 10 MiB as it is
(https://www.tornadoweb.org/en/stable/websocket.html, websocket_max_message_size). Above it the
connection is closed, the file is lost, and nobody says so: four photos of 3.5 MB, as a phone takes
them, were enough. Jupyter finds this by jupyter-config/course_utils.json, which is installed with
the course.

A lesson opened again says that its cells are to be run again. A widget lives in the kernel that
made it; of one whose kernel has ended, JupyterLab says only that it was not found. So there the
HTML beside it is given. That was written when the cell ran, so what the widget showed last takes
its place, when a notebook is saved and when it is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isawaitable
from typing import Any

from course_utils.places import PROCESS
from course_utils.portfolio.stills import kept_still

__all__ = ["VIEW", "with_newest", "without_dead"]

VIEW = "application/vnd.jupyter.widget-view+json"
LARGEST_MESSAGE = 200_000_000  # bytes: twenty photos


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What Jupyter Server asks an extension for."""
    return [{"module": "course_utils.lab_server"}]


def _load_jupyter_server_extension(server) -> None:
    """Raise the limit of a running Jupyter server, where one that is higher stays; save notebooks
    with what their studios show, and give them without what their kernels no longer hold.
    """
    settings = server.web_app.settings
    settings["websocket_max_message_size"] = max(
        LARGEST_MESSAGE, settings.get("websocket_max_message_size") or 0
    )
    contents = server.contents_manager
    get = contents.get

    async def checked(found: Any) -> dict[str, Any]:
        model = await found
        if model["type"] == "notebook" and model["content"]:
            with_newest(model["content"])
            without_dead(model["content"], await _process_of(server, model["path"]))
        return model

    def get_checked(*arguments: Any, **named: Any) -> Any:
        found = get(*arguments, **named)
        return checked(found) if isawaitable(found) else found

    contents.get = get_checked
    contents.register_pre_save_hook(before_saving)


def before_saving(model: dict[str, Any], **_: Any) -> None:
    """What Jupyter Server asks before it writes a file."""
    if model.get("type") == "notebook" and model.get("content"):
        with_newest(model["content"])


def with_newest(notebook: dict[str, Any]) -> None:
    """Put what the widgets of a notebook showed last into the HTML beside them."""
    for data, _ in shown_by_widgets(notebook):
        view = data[VIEW]
        data["text/html"] = (
            kept_still(view.get("model_id") if isinstance(view, dict) else None)
            or data["text/html"]
        )


def without_dead(notebook: dict[str, Any], process: int | None) -> None:
    """Take out the widgets of a notebook that have HTML beside them and another kernel.

    Args:
        process: of the notebook's kernel; None where none runs, 0 where nobody can tell.
    """
    for data, about in shown_by_widgets(notebook):
        made_by = about.get(PROCESS) if isinstance(about, dict) else None
        elsewhere = isinstance(made_by, list) and process not in made_by
        if process is None or (process and elsewhere):
            del data[VIEW]


def shown_by_widgets(notebook: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """The outputs that hold a widget and HTML beside it, and what is noted about each."""
    for output in (one for cell in notebook["cells"] for one in cell.get("outputs") or ()):
        data = output.get("data")
        if isinstance(data, dict) and {VIEW, "text/html"} <= {*data}:
            yield data, output.get("metadata")


async def _process_of(server: Any, path: str) -> int | None:
    for one in await server.session_manager.list_sessions():
        name = one["kernel"]["id"]
        if one["path"].strip("/") == path.strip("/") and name in server.kernel_manager:
            made = getattr(server.kernel_manager.get_kernel(name), "provisioner", None)
            return getattr(made, "pid", None) or 0
    return None
