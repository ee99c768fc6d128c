"""Texts: a Markdown file with the recipe in its front matter, and a description in words."""

from __future__ import annotations

import difflib
import html
import re

from course_utils.creation import BadRecipe, Creation, HumanEdit, LearnerError

NOTE = "# Made with AI in a beginner's course. Keep the next line: it holds the recipe."
KEY = "course_record: "


def pack(creation: Creation) -> bytes:
    """The Markdown file of a text: front matter with its record, then the text."""
    return f"---\n{NOTE}\n{KEY}{creation.record()}\n---\n\n{creation.text}\n".encode()


def unpack(data: bytes) -> Creation:
    """The creation a Markdown file was made from; text a person changed in the file is kept as changed.

    Raises:
        BadRecipe: not UTF-8, no record in it, or a damaged one.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        raise BadRecipe("The text could not be read: it is not plain text. Try the original file from your portfolio.") from problem
    head, _, body = text.partition("\n---\n")
    record = next((line[len(KEY):] for line in head.split("\n") if line.startswith(KEY)), None)
    if not head.startswith("---\n") or record is None:
        raise BadRecipe("This text holds no recipe: it was not made with the course, or its first lines were removed. Try the original file.")
    return Creation.from_record(record, body.removeprefix("\n").removesuffix("\n").encode())


def describe(creation: Creation) -> str:
    """One sentence for people who listen: what was asked for, and how long the text is."""
    text = creation.text
    if creation.recipe.model == OWN:
        return f"Text a person wrote with a machine's suggestions, “{creation.recipe.prompt}”: {len(text.splitlines())} lines, {len(text.split())} words."
    return f"Text made with AI on “{creation.recipe.prompt}”: {len(text.splitlines())} lines, {len(text.split())} words, seed {creation.recipe.seed}."


OWN = "own words"  # the model's name in the record of a text that a person wrote or wrote on
LONGEST_TEXT = 100_000  # characters of a text a person wrote on
SLOW = 3_000  # pieces from which repeated words may be passed over in comparing


def whose_words(machine: str, now: str) -> list[tuple[str, bool]]:
    """The words and spaces of a text as it is now, each with whether it stands there from the machine's text (longest common runs, difflib)."""
    return [(piece, kept) for piece, kept in carried([(piece, True) for piece in pieces_of(machine)], now)]


def pieces_of(text: str) -> list[str]:
    """A text cut into words and the spaces between them."""
    return re.findall(r"\S+|\s+", text)


def carried(before: list[tuple[str, bool]], now: str) -> list[tuple[str, bool]]:
    """The pieces of a text as it is now, each with what stood beside it in the text before (True: the machine's); what is new is a person's: False."""
    old, new = [piece for piece, _ in before], pieces_of(now)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    whose = [before[place][1] for place in range(start)] + [False] * (len(new) - start - end) + [before[len(old) - end + place][1] for place in range(end)]
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    for block in difflib.SequenceMatcher(None, middle_old, middle_new, autojunk=min(len(middle_old), len(middle_new)) > SLOW).get_matching_blocks():
        for place in range(block.size):
            whose[start + block.b + place] = before[start + block.a + place][1]
    return list(zip(new, whose))


def share_sentence(pairs: list[tuple[str, bool]]) -> str:
    """How many words are the machine's and how many a person's own."""
    words = [kept for piece, kept in pairs if piece.strip()]
    machine = sum(words)
    return f"{len(words)} words: {machine} by the machine and kept, {len(words) - machine} your own ({1 - machine / max(1, len(words)):.0%})."


def coloured_html(pairs: list[tuple[str, bool]], most: int = 100_000) -> str:
    """The last `most` pieces of the text with a person's own words bold and underlined, the machine's plain with a dotted line; the share stands below in words."""
    shown = "".join(
        html.escape(piece) if not piece.strip() else f'<span style="border-bottom:2px dotted #5b6472">{html.escape(piece)}</span>' if kept else f'<b style="border-bottom:3px solid #0b57a8">{html.escape(piece)}</b>'
        for piece, kept in pairs[-most:]
    )
    return f'<p style="white-space:pre-line;line-height:1.8;margin:4px 0">{shown}</p><p style="margin:4px 0">Bold with a solid line: yours. Dotted line: the machine\'s. {share_sentence(pairs)}</p>'


def clean(text: str) -> str:
    """A person's text without invisible characters; its lines stay.

    Raises:
        LearnerError: it is empty or far too long.
    """
    text = "".join(letter for letter in str(text).replace("\r\n", "\n") if letter.isprintable() or letter == "\n").strip()
    if not text:
        raise LearnerError("There is nothing in your version yet. Write at least one word.")
    if len(text) > LONGEST_TEXT:
        raise LearnerError(f"That is {len(text):,} characters and the limit is {LONGEST_TEXT:,}. Keep the part you want to go on with.")
    return text


def written_on(creation: Creation, text: str) -> Creation:
    """A person's version of a text: a new creation with the first as its parent, and the share of words in its record.

    Raises:
        LearnerError: the version is empty or far too long.
    """
    text = clean(text)
    edit = HumanEdit(what="wrote on it: " + share_sentence(whose_words(creation.text, text)))
    return Creation(recipe=creation.recipe.changed(parent=creation.id, model=OWN, revision=""), content=text.encode(), edits=[*creation.edits, edit])
