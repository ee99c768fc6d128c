"""Cards, as a kind of creation: pages that people combine from what they made."""

from __future__ import annotations

from course_utils.kinds import CreationKind

__all__ = []

HERE = "course_utils.display.cards"
KINDS = (
    CreationKind(
        name="page",
        noun="card",
        suffix=".html",
        media_type="text/html",
        files=HERE,
        thumbnail=f"{HERE}:thumbnail",
        figure=f"{HERE}:figure",
        describe=f"{HERE}:describe",
        prompt="any script",
        looks="wide",
        made_by_rules=True,
        holds_results=True,
        record="combined by a person",
    ),
)
