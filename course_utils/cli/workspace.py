"""How JupyterLab looks when the lessons are opened for the first time: the file list is closed, so
that a lesson has the room. What a person opens or moves later is kept.
"""

from __future__ import annotations

__all__ = ["NAME", "prepare_workspace"]

NAME = "course"  # a workspace of its own: other projects of this person keep theirs
LAYOUT = {
    "main": {"dock": None, "mode": "multiple-document", "current": None},
    "down": {"size": 0, "widgets": []},
    "left": {"collapsed": True, "visible": True, "current": None, "widgets": []},
    "right": {"collapsed": True, "visible": True, "current": None, "widgets": []},
    "relativeSizes": [0, 1, 0],
}


def prepare_workspace() -> None:
    """Write the workspace where there is none yet; where it cannot be written, Lab opens as it is
    used to.
    """
    import json

    from jupyterlab.commands import get_workspaces_dir
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    kept = WorkspacesManager(get_workspaces_dir())
    try:
        if any(one["metadata"]["id"] == NAME for one in kept.list_workspaces()):
            return
        kept.save(
            NAME, json.dumps({"data": {"layout-restorer:data": LAYOUT}, "metadata": {"id": NAME}})
        )
    except (OSError, ValueError):
        return
