"""Whether a cell does no more than open a studio; then its code may be folded away."""

from __future__ import annotations

import ast

from course_utils.notebook.missing_names import running_shell

__all__ = ["STUDIOS", "opens_a_studio", "running_code"]

STUDIOS = ("Studio", "Desk", "Machine", "Panel")  # how their names end


def opens_a_studio(code: str) -> bool:
    """Whether a cell asks for a guess at most, opens one studio, and shows it. One with a remark,
    or with any other call, has more to say.
    """
    try:
        parts = ast.parse(code).body
    except (SyntaxError, ValueError):  # a magic command
        return False
    called: list[str] = []
    for part in parts:
        if not isinstance(part, ast.Expr | ast.Assign) or "#" in code:
            return False
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Name):
            continue
        called += [spoken(one.func) for one in ast.walk(part) if isinstance(one, ast.Call)] or [""]
    studios = [name for name in called if name.endswith(STUDIOS)]
    return len(studios) == 1 and set(called) <= {*studios, "predict"}


def spoken(function: ast.expr) -> str:
    """The last name of what is called: Studio of `pictures.Studio`."""
    return getattr(function, "attr", getattr(function, "id", ""))


def running_code() -> str:
    """The code of the cell that runs now, "" outside a notebook."""
    history = getattr(running_shell(), "history_manager", None)
    return history.input_hist_raw[-1] if history is not None else ""
