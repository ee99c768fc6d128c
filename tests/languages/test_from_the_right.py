"""A studio in a language that is read from the right, with a handful of Arabic words."""

from __future__ import annotations

import re
from pathlib import Path

from course_utils import languages
from course_utils.notebook.face import page

ARABIC = Path(__file__).with_name("ar")


def test_a_studio_in_arabic_is_told_to_run_from_the_right(own_portfolio):
    from course_utils import ImageStudio

    languages.use("ar", ARABIC)
    try:
        studio = ImageStudio("a red heart", seed=1)
        state = studio.page_of_it.get_state()
        assert (state["plan"]["direction"], state["plan"]["language"]) == ("rtl", "ar")
        assert all(word in str(state) for word in ("أنشئ", "كلماتك", "نوّع"))
        studio.close()
    finally:
        languages.use("en")


def test_the_style_sheet_of_studios_knows_no_left_and_right():
    """But for pages that run from the right themselves."""
    sheet = page.HERE / "page.css"
    sided = re.compile(r"(?:^|[ ;{])(?:left|right)\s*:|-(?:left|right)\b|:\s*(?:left|right)\b")
    for line in sheet.read_text(encoding="utf-8").splitlines():
        assert not sided.search(line) or '[dir="rtl"]' in line, line
