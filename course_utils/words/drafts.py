"""A text that grows: a person writes, the machine suggests, the person keeps, changes or refuses.

Every state of the text is a Creation by a person whose parent is the state before it, or the
suggestion that was added to it (whose parent is the state it was made for). So the files alone tell
the tree of branches, and whose every word is.
"""

from __future__ import annotations

import re

from course_utils.creation import (
    EDITED_ELSEWHERE,
    Creation,
    HumanEdit,
    LearnerError,
    Recipe,
)
from course_utils.words.markdown import (
    PERSONS_WORDS,
    Pairs,
    carried,
    clean,
    pieces_of,
    share_counts,
    share_sentence,
    written_on,
)

__all__ = [
    "added",
    "begun",
    "end_of",
    "family_of",
    "is_state",
    "joined",
    "owned",
    "read_part",
    "rewritten",
    "tree",
    "version_of",
]

DEEPEST = 500  # states of one text that are followed back
LONGEST_GIVEN = 1_000_000  # characters given at once


def begun(text: str) -> Creation:
    """The first state of a text, all of it a person's.

    Raises:
        LearnerError: it is empty or far too long.
    """
    text = clean(text)
    return Creation(
        recipe=Recipe(kind="words", prompt=opening(text), model=PERSONS_WORDS),
        content=text.encode(),
        edits=[
            HumanEdit(
                what=f"began a text: {len(text.split())} words",
                counts=share_counts([(piece, False) for piece in pieces_of(text)]),
            )
        ],
    )


def is_state(creation: Creation) -> bool:
    """Whether a creation is a state of a text, not a suggestion."""
    model = creation.recipe.model
    return model == PERSONS_WORDS and model in creation.declared.brought


def rewritten(state: Creation, text: str, family: dict[str, Creation]) -> Creation:
    """The next state, after a person changed the text.

    Raises:
        LearnerError: it is empty or far too long.
    """
    text = clean(text)
    pairs = carried(owned(state, family), text)
    return Creation(
        recipe=Recipe(kind="words", prompt=opening(text), model=PERSONS_WORDS, parent=state.id),
        content=text.encode(),
        edits=[HumanEdit(what="wrote on it: " + share_sentence(pairs), counts=share_counts(pairs))],
    )


def added(
    text: str, suggestion: Creation, family: dict[str, Creation], how: str, between: str = " "
) -> Creation:
    """The next state, after a person kept a suggestion at the end of the text.

    Raises:
        LearnerError: it grew far too long.
    """
    whole = clean(joined(text, suggestion.text, between))
    state = Creation(
        recipe=Recipe(
            kind="words", prompt=opening(whole), model=PERSONS_WORDS, parent=suggestion.id
        ),
        content=whole.encode(),
    )
    pairs = owned(state, {**family, suggestion.id: suggestion})
    return state.model_copy(
        update={
            "edits": [HumanEdit(what=f"{how} {share_sentence(pairs)}", counts=share_counts(pairs))]
        }
    )


def joined(text: str, more: str, between: str = " ") -> str:
    """A text with more at its end."""
    return text.rstrip(" ") + ("" if not text or text.endswith("\n") else between) + more


def owned(state: Creation, family: dict[str, Creation]) -> Pairs:
    """The pieces of a text, each with whether it is the machine's,
    found by following it back to its first state.

    Args:
        state: a state, or a suggestion (all the machine's).
        family: the states and suggestions it came from, by id; where one is missing, what it held
            counts as the machine's if the text was made for it by the machine, else as a person's.
    """
    line: list[Creation] = []
    member: Creation | None = state
    while member is not None and len(line) < DEEPEST:
        line.append(member)
        member = family.get(member.recipe.parent or "")
    pairs: Pairs = []
    first = line[-1]
    if first.recipe.parent and any(edit.what == EDITED_ELSEWHERE for edit in first.edits):
        # what it was before is not here, so nothing of it is claimed for the person
        pairs = [(piece, True) for piece in pieces_of(first.text)]
    for one in reversed(line):
        if is_state(one):
            pairs = carried(pairs, one.text)
        else:  # a suggestion: the next state holds it after the text so far
            pairs = [*pairs, (" ", True), *((piece, True) for piece in pieces_of(one.text))]
    return pairs


def version_of(text: Creation, words: str, family: dict[str, Creation]) -> tuple[Creation, Pairs]:
    """A person's version of any text, and whose its pieces are: of a text of one's own, those that
    were a person's before stay so.

    Raises:
        LearnerError: the version is empty or far too long.
    """
    machines: Pairs = [(piece, True) for piece in pieces_of(text.text)]
    before = owned(text, family) if is_state(text) else machines
    version = written_on(text, words, before)
    return version, carried(before, version.text)


def tree(family: dict[str, Creation]) -> list[tuple[str, Creation]]:
    """The states of a text in the order they were made, first branch first: a label each,
    and the state. A branch is set in once.
    """
    states = {one.id: one for one in family.values() if is_state(one)}

    def before(state: Creation) -> str:
        made_for = family.get(state.recipe.parent or "")
        return (
            (made_for.recipe.parent or "")
            if made_for is not None and not is_state(made_for)
            else state.recipe.parent or ""
        )

    children: dict[str, list[Creation]] = {}
    for state in states.values():
        children.setdefault(before(state) if before(state) in states else "", []).append(state)
    found: list[tuple[str, Creation]] = []
    waiting = [(state, 0) for state in reversed(children.get("", []))]
    while waiting:
        state, depth = waiting.pop()
        made_for = family.get(state.recipe.parent or "")
        who = "the machine, kept" if made_for is not None and not is_state(made_for) else "you"
        found.append(
            (
                (
                    f"{'— ' * min(depth, 8)}{len(found) + 1}. {who}:"
                    f" …{state.text[-48:].replace(chr(10), ' ')}"
                ),
                state,
            )
        )
        following = children.get(state.id, [])
        waiting += [(child, depth + (len(following) > 1)) for child in reversed(following)]
    return found


def family_of(state: Creation, everything: list[Creation]) -> dict[str, Creation]:
    """The states and suggestions that grew from the same beginning as a state, oldest first.

    Args:
        everything: all texts kept, oldest first.
    """
    known = {one.id: one for one in everything} | {state.id: state}

    def beginning(one: Creation) -> str:
        seen = set()
        while (one.recipe.parent or "") in known and one.id not in seen:
            seen.add(one.id)
            one = known[one.recipe.parent or ""]
        return one.id

    first = beginning(state)
    return {name: one for name, one in known.items() if beginning(one) == first}


def end_of(text: str, most: int) -> str:
    """The last part of a text that a model can read, from the beginning of a sentence where there
    is one.
    """
    if len(text) <= most:
        return text
    part = text[-most:]
    begins = re.search(r"(?<=[.!?])\s+\S", part)
    return (
        part[begins.end() - 1 :]
        if begins and begins.end() < most // 2
        else part.partition(" ")[2] or part
    )


def beginning_of(text: str, most: int) -> str:
    """The first part of a text that a model can read,
    to the end of a sentence where there is one.
    """
    if len(text) <= most:
        return text
    part = text[:most]
    ends = [match.start() + 1 for match in re.finditer(r"[.!?](?=\s)", part)]
    return part[: ends[-1]] if ends and ends[-1] > most // 2 else part.rpartition(" ")[0] or part


def read_part(text: str, template: dict, most: int) -> tuple[str, str]:
    """What of a long text a kind of text reads, and a sentence that says so ("" when it reads all).

    Raises:
        LearnerError: the text is far too long to be one.
    """
    if len(text) > LONGEST_GIVEN:
        raise LearnerError(
            f"That is {len(text):,} characters and the limit is {LONGEST_GIVEN:,}. Give the part"
            " that matters."
        )
    most = template.get("longest", most)
    part = end_of(text, most) if template.get("reads") == "end" else beginning_of(text, most)
    if part == text:
        return text, ""
    where = "last" if template.get("reads") == "end" else "first"
    return (
        part,
        (
            f"The model read the {where} {len(part.split()):,} of your {len(text.split()):,} words;"
            " it has no room for more."
        ),
    )


def opening(text: str) -> str:
    """The first words of a text, as its name."""
    words = text.split()
    return " ".join(words[:8])[:80] + ("…" if len(words) > 8 else "")
