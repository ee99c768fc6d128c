"""What bars people from a page, as axe-core finds it."""

from __future__ import annotations

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
    from axe_playwright_python.sync_playwright import Axe

    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    # only what bars someone is looked up in full: half the time on a large page
    options = {"resultTypes": ["violations"], **({} if every_rule else {"runOnly": RULES}), **more}
    found = page.evaluate(
        "([where, options]) => axe.run(where || document, options)",
        [{"include": [[inside]]} if inside else None, options],
    )
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
        if ORDER.index(one["impact"]) >= ORDER.index(least)
    ]
