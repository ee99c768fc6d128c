"""Pictures of Pillow that a cell ends with are shown with words."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from course_utils.notebook import pictures_with_words


def test_a_picture_in_a_cell_has_words(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr(pictures_with_words, "running_shell", lambda: shell)
    picture = Image.new("RGB", (40, 30), "red")
    assert "text/html" not in shell.display_formatter.format(picture)[0]
    pictures_with_words.watch()
    shown = shell.display_formatter.format(picture)[0]["text/html"]
    assert 'alt="A picture, 40 by 30 pixels"' in shown and "data:image/png" in shown
    picture.info["alt"] = 'a "red" square'
    shown = shell.display_formatter.format(picture)[0]["text/html"]
    assert "a &quot;red&quot; square" in shown


def test_outside_a_notebook_nothing_happens(monkeypatch):
    monkeypatch.setattr(pictures_with_words, "running_shell", lambda: None)
    pictures_with_words.watch()
