"""Pictures of the library Pillow in a notebook: shown as HTML, because a PNG never gets words there
(JupyterLab drops them), and a screen reader would find a picture without a name.
"""

from __future__ import annotations

import base64
import html
from io import BytesIO
from typing import Any

from course_utils.languages.translating import translate
from course_utils.notebook.missing_names import running_shell

__all__ = ["watch"]


def watch() -> None:
    """From now on Pillow's pictures are shown so, where cells are run by IPython."""
    formatter = getattr(running_shell(), "display_formatter", None)
    if formatter is not None:
        formatter.formatters["text/html"].for_type_by_name("PIL.Image", "Image", shown)


def shown(picture: Any) -> str:
    """A picture as HTML; its words are `picture.info["alt"]`, else its size."""
    file = BytesIO()
    picture.save(file, "PNG")
    size = f"A picture, {picture.width} by {picture.height} pixels"
    alt = html.escape(picture.info.get("alt") or translate(size), quote=True)
    data = base64.b64encode(file.getvalue()).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{alt}" style="max-width:100%">'
