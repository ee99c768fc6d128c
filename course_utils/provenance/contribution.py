"""What a person did to a result: the record of prompts, choices, refusals and edits,
counted and said in one sentence that claims no more than it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from course_utils.creation import STROKES, Creation

__all__ = ["family_of", "summary"]

KINDS = {  # what an edit's words begin with or hold: what is counted
    "chosen": ("chosen", "choice", "preferred"),
    "kept": ("saved", "kept", "keep"),
    "refused": ("refused", "thrown", "left out", "removed"),
    "edited": (
        "edited",
        "changed",
        "moved",
        "written",
        "words put",
        "rewrote",
        "replaced",
        "added",
        "taken out",
        "set ",
    ),
    "drawn": ("drawn", "stroke", "painted", "marked"),
    "combined": ("combined", "joined", "put under", "laid"),
    "brought": ("brought",),
}
MOST_ACTS = 300
SAID = {  # one, several
    "chosen": ("choice", "choices"),
    "kept": ("time kept", "times kept"),
    "refused": ("refusal", "refusals"),
    "edited": ("edit", "edits"),
    "drawn": ("drawing", "drawings"),
    "combined": ("combination", "combinations"),
    "brought": ("file brought", "files brought"),
}


def kind_of_edit(what: str) -> str:
    """Which sort of act an edit's words tell of; edited, where they fit none."""
    words = what.lower()
    return next(
        (kind for kind, marks in KINDS.items() if any(words.startswith(mark) for mark in marks)),
        next(
            (kind for kind, marks in KINDS.items() if any(mark in words for mark in marks)),
            "edited",
        ),
    )


def family_of(creation: Creation, find: Callable[[str], Creation | None]) -> list[Creation]:
    """A creation and what it came from, newest first.

    `find` gives the creation of an id, or None.
    """
    family: list[Creation] = []
    member: Creation | None = creation
    while (
        member is not None and member.id not in [known.id for known in family] and len(family) < 50
    ):
        family.append(member)
        member = find(member.recipe.parent) if member.recipe.parent else None
    return family


def summary(
    creation: Creation, family: Sequence[Creation] = (), beside: Sequence[Creation] = ()
) -> dict:
    """Counts of a person's acts over a creation and what it came from, and a sentence.

    Args:
        family: the creation and what it came from, newest first.
        beside: other creations, of which those that were refused on the way are counted: they began
            from the same things.

    Returns:
        prompts (different ones), steps (results made on the way), counts by sort of act, passed
        (candidates for the same words that were left aside), strokes of the brush, acts (the last
        MOST_ACTS, with their times), words (numbers that texts keep of whose words they have),
        sentence.
    """
    members = list(family) or [creation]
    counts, words, strokes = _counted(members)
    known = {member.id for member in members}
    began = known | {member.recipe.parent for member in members if member.recipe.parent}
    counts["refused"] += sum(
        kind_of_edit(edit.what) == "refused"
        for other in beside
        if other.id not in known and other.recipe.parent in began
        for edit in other.edits
    )
    asked = [member.recipe for member in reversed(members) if member.recipe.prompt.strip()]
    prompts = list(dict.fromkeys(recipe.prompt for recipe in asked))
    same = {(recipe.prompt, recipe.parent) for recipe in asked}
    passed = sum(
        not other.edits
        and other.id not in began
        and (other.recipe.prompt, other.recipe.parent) in same
        for other in beside
    )
    acts = [
        f"{edit.when:%Y-%m-%d %H:%M} {edit.what}"
        for member in reversed(members)
        for edit in member.edits
    ]
    used = (member.recipe.model for member in reversed(members))
    models = list(dict.fromkeys(model for model in used if model))
    sentence = (
        f"A person gave {len(prompts)} prompt{'s' * (len(prompts) != 1)} over {len(members)}"
        f" step{'s' * (len(members) != 1)}; {_did(counts, strokes, passed, words)} Made with:"
        f" {', '.join(models) or 'no model'}. Counted from the record; how much of the idea is"
        " whose cannot be counted."
    )
    return {
        "prompts": prompts,
        "steps": len(members),
        **counts,
        "passed": passed,
        "strokes": strokes,
        "acts": acts[-MOST_ACTS:],
        "words": words,
        "models": models,
        "sentence": sentence,
    }


def _counted(members: list[Creation]) -> tuple[dict[str, int], dict[str, int], int]:
    """Acts by sort, whose the words of the newest text are, and strokes of the brush."""
    counts, words, strokes = dict.fromkeys(KINDS, 0), {}, 0
    for member in members:
        for edit in member.edits:
            counts[kind_of_edit(edit.what)] += 1
            strokes += edit.counts.get(STROKES, 0)
            of_words = {name: number for name, number in edit.counts.items() if name != STROKES}
            if member is members[0] and of_words:
                words = of_words
        # a part of a picture was marked to be drawn anew
        counts["drawn"] += bool(member.recipe.settings.get("part"))
    return counts, words, strokes


def _did(counts: dict[str, int], strokes: int, passed: int, words: dict[str, int]) -> str:
    """What a person did, in words that end a sentence."""
    acts = [f"{number} {SAID[kind][number != 1]}" for kind, number in counts.items() if number]
    if strokes:
        acts.append(f"{strokes} brush stroke{'s' * (strokes != 1)}")
    if passed:
        others = f"other candidate{'s' * (passed != 1)}"
        acts.append(f"{passed} {others} for the same words left aside")
    did = ", ".join(acts) or "no act after the prompt is recorded"
    written = ", ".join(f"{number} {name}" for name, number in words.items())
    return f"{did}. Of its words: {written}." if words else f"{did}."
