"""What a person did to a result: the record of prompts, choices, refusals and edits,
counted and said in one sentence that claims no more than it knows.
"""

from __future__ import annotations

from course_utils.creation import STROKES, Creation

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


def family_of(creation: Creation, find) -> list[Creation]:
    """A creation and what it came from, newest first.

    `find` gives the creation of an id, or None.
    """
    family, member = [], creation
    while (
        member is not None and member.id not in [known.id for known in family] and len(family) < 50
    ):
        family.append(member)
        member = find(member.recipe.parent) if member.recipe.parent else None
    return family


def summary(creation: Creation, family: list[Creation] = (), beside: list[Creation] = ()) -> dict:
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
    counts = dict.fromkeys(KINDS, 0)
    words: dict[str, int] = {}
    strokes = 0
    for member in members:
        for edit in member.edits:
            counts[kind_of_edit(edit.what)] += 1
            strokes += edit.counts.get(STROKES, 0)
            if member is members[0] and (
                of_words := {
                    name: number for name, number in edit.counts.items() if name != STROKES
                }
            ):
                words = of_words
        # a part of a picture was marked to be drawn anew
        counts["drawn"] += bool(member.recipe.settings.get("part"))
    known = {member.id for member in members}
    began = {member.id for member in members} | {
        member.recipe.parent for member in members if member.recipe.parent
    }
    counts["refused"] += sum(
        kind_of_edit(edit.what) == "refused"
        for other in beside
        if other.id not in known and other.recipe.parent in began
        for edit in other.edits
    )
    prompts = list(
        dict.fromkeys(
            member.recipe.prompt for member in reversed(members) if member.recipe.prompt.strip()
        )
    )
    same = {
        (member.recipe.prompt, member.recipe.parent)
        for member in members
        if member.recipe.prompt.strip()
    }
    passed = sum(
        not other.edits
        and other.id not in began
        and (other.recipe.prompt, other.recipe.parent) in same
        for other in beside
    )
    acts = [f"{number} {SAID[kind][number != 1]}" for kind, number in counts.items() if number]
    acts += [f"{strokes} brush stroke{'s' * (strokes != 1)}"] * bool(strokes) + [
        f"{passed} other candidate{'s' * (passed != 1)} for the same words left aside"
    ] * bool(passed)
    every = [
        f"{edit.when:%Y-%m-%d %H:%M} {edit.what}"
        for member in reversed(members)
        for edit in member.edits
    ]
    models = list(
        dict.fromkeys(member.recipe.model for member in reversed(members) if member.recipe.model)
    )
    written = (
        f" Of its words: {', '.join(f'{number} {name}' for name, number in words.items())}."
        if words
        else ""
    )
    did = ", ".join(acts) or "no act after the prompt is recorded"
    sentence = (
        f"A person gave {len(prompts)} prompt{'s' * (len(prompts) != 1)} over {len(members)}"
        f" step{'s' * (len(members) != 1)}; {did}.{written} Made with:"
        f" {', '.join(models) or 'no model'}. Counted from the record; how much of the idea is"
        " whose cannot be counted."
    )
    return {
        "prompts": prompts,
        "steps": len(members),
        **counts,
        "passed": passed,
        "strokes": strokes,
        "acts": every[-MOST_ACTS:],
        "words": words,
        "models": models,
        "sentence": sentence,
    }
