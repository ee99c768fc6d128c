"""A setting of the Jupyter server that shows the lessons: files of more than 10 MB may be chosen.

A file chosen in a widget goes to the kernel in one message, and Jupyter Server leaves Tornado's
limit of 10 MiB as it is (https://www.tornadoweb.org/en/stable/websocket.html,
websocket_max_message_size). Above it the connection is closed, the file is lost, and nobody says
so: four photos of 3.5 MB, as a phone takes them, were enough. Jupyter finds this by
jupyter-config/course_utils.json, which is installed with the course.
"""

from __future__ import annotations

__all__ = []

LARGEST_MESSAGE = 200_000_000  # bytes: twenty photos


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What Jupyter Server asks an extension for."""
    return [{"module": "course_utils.lab_server"}]


def _load_jupyter_server_extension(server) -> None:
    """Raise the limit of a running Jupyter server; one that is higher stays."""
    settings = server.web_app.settings
    settings["websocket_max_message_size"] = max(
        LARGEST_MESSAGE, settings.get("websocket_max_message_size") or 0
    )
