"""Texts: a Markdown file with the recipe in its front matter, and a description in words."""

from __future__ import annotations

from course_utils.creation import BadRecipe, Creation

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
    return f"Text made with AI on “{creation.recipe.prompt}”: {len(text.splitlines())} lines, {len(text.split())} words, seed {creation.recipe.seed}."
