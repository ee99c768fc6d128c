"""What bars people from a page, as axe-core finds it."""

from __future__ import annotations

from tools.barriers import violations

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ORDER = ["minor", "moderate", "serious", "critical"]


def barriers(page, inside: str = "", least: str = "serious", *, every_rule: bool = False, **more):
    """What axe-core finds in the parts of a page that a selector names, or in all of it; a list of
    sentences.

    Args:
        least: from which impact on: "minor", "moderate", "serious" or "critical".
        every_rule: by all rules of axe instead of those of WCAG 2.2 AA.
        more: further options of axe.
    """
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in violations(page, inside, None if every_rule else RULES, **more)
        if ORDER.index(one["impact"]) >= ORDER.index(least)
    ]
