"""The family of a picture: what it came from, what came from it,
and what was changed on the way.
"""

from __future__ import annotations

import html

from course_utils.creation import Creation
from course_utils.display.figure import figure_html
from course_utils.pictures.png import BROUGHT_PICTURE
from course_utils.portfolio.store import Portfolio

__all__ = ["Family"]

MOST = 80  # newest pictures that are looked at


class Family:
    """All relatives of a picture as a tree.

    `members` are (depth, creation, what was changed), oldest branch first.
    """

    def __init__(self, portfolio: Portfolio, creation: Creation) -> None:
        every = {
            saved.creation.id: saved.creation for saved in portfolio.list("image", most=MOST)
        } | {creation.id: creation}
        self.here, oldest, met = creation, creation, set()
        while oldest.recipe.parent in every and oldest.id not in met:
            met.add(oldest.id)
            oldest = every[oldest.recipe.parent]
        children: dict[str, list[Creation]] = {}
        for member in sorted(every.values(), key=lambda member: (member.made, member.recipe.seed)):
            children.setdefault(member.recipe.parent or "", []).append(member)
        self.members: list[tuple[int, Creation, str]] = []
        waiting: list[tuple[int, Creation, Creation | None]] = [(0, oldest, None)]
        seen = set()
        while waiting:
            depth, member, parent = waiting.pop()
            if member.id not in seen:
                seen.add(member.id)
                self.members.append((depth, member, change(parent, member)))
                waiting += [
                    (depth + 1, child, member) for child in reversed(children.get(member.id, []))
                ]

    def _repr_html_(self) -> str:
        rows = "".join(
            (
                '<li style="margin:2px 0 2px'
                f' {min(depth, 8) * 24}px;display:flex;align-items:center;gap:8px"'
                f"{' aria-current=true' if member.id == self.here.id else ''}>"
                f"{figure_html(member, size=48, name=f'Number {number}, generation {depth + 1}')}"
                f"<span>{number}."
                f" {html.escape(told)}"
                f"{' <b>(you are here)</b>' if member.id == self.here.id else ''}</span></"
                "li>"
            )
            for number, (depth, member, told) in enumerate(self.members, 1)
        )
        return (
            '<ol aria-label="The family of this picture"'
            f' style="list-style:none;padding:0;margin:4px 0">{rows}</ol>'
        )

    def __repr__(self) -> str:
        return "\n".join(
            f"{'  ' * depth}{number}."
            f" {told}{' (you are here)' if member.id == self.here.id else ''}"
            for number, (depth, member, told) in enumerate(self.members, 1)
        )


def change(parent: Creation | None, child: Creation) -> str:
    """What was done to come from one picture to the next, in words."""
    settings, words = child.recipe.settings, f"“{child.recipe.prompt}”"
    if child.recipe.model == BROUGHT_PICTURE:
        return f"{words}, brought in or drawn by you"
    if parent is None:
        return (
            f"{words} from words alone"
            if not child.recipe.parent
            else f"{words}; what it came from is not here"
        )
    if settings.get("bigger"):
        return "made four times larger"
    if settings.get("part"):
        return f"a part changed to {words}"
    if settings.get("extend"):
        return f"more added {settings['extend']}, {words}"
    if settings.get("blend_with"):
        return f"blended with another, {words}"
    if settings.get("from_parent"):
        return f"varied, {words}, seed {child.recipe.seed}"
    changed = [
        f"{name.replace('_', ' ')} {settings[name]}"
        for name in ("style", "guidance", "speed", "leave_out", "second")
        if name in settings and settings[name] != parent.recipe.settings.get(name, settings[name])
    ]
    if changed and parent.recipe.prompt == child.recipe.prompt:
        return f"made again with {', '.join(changed)}"
    return (
        f"made again with seed {child.recipe.seed}"
        if parent.recipe.prompt == child.recipe.prompt
        else f"words changed to {words}"
    )
