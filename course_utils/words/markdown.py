"""Texts: a Markdown file with the recipe in its front matter, and a description in words."""

from __future__ import annotations

import difflib
import hashlib
import html
import re

from course_utils.creation import (
    BadRecipe,
    Creation,
    HumanEdit,
    LearnerError,
    edited_elsewhere,
)
from course_utils.words.verse import verdict

__all__ = [
    "PERSONS_WORDS",
    "Pair",
    "Pairs",
    "carried",
    "clean",
    "coloured_html",
    "pieces_of",
    "share_counts",
    "share_sentence",
    "written_on",
]

NOTE = "# Made with AI in a beginner's course. Keep the next line: it holds the recipe."
KEY = "course_record: "
PRINT_KEY = "course_text: "


def pack(creation: Creation) -> bytes:
    """The Markdown file of a text: front matter with its record, then the text."""
    head = f"{NOTE}\n{KEY}{creation.record()}\n{PRINT_KEY}{text_print(creation.text)}"
    return f"---\n{head}\n---\n\n{creation.text}\n".encode()


def text_print(text: str) -> str:
    """A fingerprint of a text's words and lines: 64 hexadecimal digits."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return hashlib.sha256(lines.encode()).hexdigest()


def unpack(data: bytes) -> Creation:
    """The creation a Markdown file was made from; one whose text was changed in the file is
    another, by a person, whose parent it is.

    Raises:
        BadRecipe: not UTF-8, no record in it, or a damaged one.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        raise BadRecipe(
            "The text could not be read: it is not plain text. Try the original file from your"
            " portfolio."
        ) from problem
    head, _, body = text.partition("\n---\n")
    record = next((line[len(KEY) :] for line in head.split("\n") if line.startswith(KEY)), None)
    if not head.startswith("---\n") or record is None:
        raise BadRecipe(
            "This text holds no recipe: it was not made with the course, or its first lines were"
            " removed. Try the original file."
        )
    made = Creation.from_record(record, body.removeprefix("\n").removesuffix("\n").encode())
    lines = [line for line in head.split("\n") if line.startswith(PRINT_KEY)]
    kept, now = lines[0][len(PRINT_KEY) :].strip() if lines else "", text_print(made.text)
    return edited_elsewhere(made, made.content, now) if kept not in ("", now) else made


CARDS = ("character", "place", "senses")  # kinds of text whose lines are the fields of a card


def card_fields(creation: Creation) -> list[tuple[str, str]]:
    """The fields of a card for a character or a place, name and words;
    [] for a text that is none.
    """
    lines = (line.partition(":") for line in creation.text.splitlines() if line.strip())
    found = [(name.strip(), words.strip()) for name, _, words in lines]
    return (
        found
        if creation.recipe.settings.get("template") in CARDS
        and len(found) > 1
        and all(name and words and len(name) < 20 for name, words in found)
        else []
    )


def describe(creation: Creation) -> str:
    """One sentence for people who listen: what was asked for, and how long the text is."""
    text = creation.text
    if creation.recipe.model == PERSONS_WORDS:
        return (
            f"Text a person wrote with a machine's suggestions, “{creation.recipe.prompt}”:"
            f" {len(text.splitlines())} lines, {len(text.split())} words."
        )
    return (
        f"Text made with AI on “{creation.recipe.prompt}”: {len(text.splitlines())} lines,"
        f" {len(text.split())} words, seed {creation.recipe.seed}."
    )


# the model's name in the record of a text that a person wrote or wrote on
PERSONS_WORDS = "own words"
LONGEST_TEXT = 100_000  # characters of a text a person wrote on
SLOW = 3_000  # pieces from which repeated words may be passed over in comparing


# pieces of a text, each with whose it is: True the machine's, False a person's, None a person's in
# place of a machine's
Pair = tuple[str, bool | None]
Pairs = list[Pair]


def whose_words(machine: str, now: str) -> Pairs:
    """The words and spaces of a text as it is now, each with whose it is,
    beginning from a machine's text (longest common runs, difflib).
    """
    return carried([(piece, True) for piece in pieces_of(machine)], now)


def pieces_of(text: str) -> list[str]:
    """A text cut into words and the spaces between them."""
    return re.findall(r"\S+|\s+", text)


def carried(before: Pairs, now: str) -> Pairs:
    """The pieces of a text as it is now, each with whose it was in the text before.

    What is new is a person's: None where it took the place of a machine's word, else False.
    """
    old, new = [piece for piece, _ in before], pieces_of(now)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    whose = (
        [before[place][1] for place in range(start)]
        + [False] * (len(new) - start - end)
        + [before[len(old) - end + place][1] for place in range(end)]
    )
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    compare = difflib.SequenceMatcher(
        None, middle_old, middle_new, autojunk=min(len(middle_old), len(middle_new)) > SLOW
    )
    for what, old_from, old_to, new_from, new_to in compare.get_opcodes():
        if what == "equal":
            whose[start + new_from : start + new_to] = [
                before[start + place][1] for place in range(old_from, old_to)
            ]
        if what == "replace":
            gone = sum(
                before[start + place][1] is not False and bool(old[start + place].strip())
                for place in range(old_from, old_to)
            )
            for place in range(new_from, new_to):
                if gone and new[start + place].strip():
                    whose[start + place], gone = None, gone - 1
    return list(zip(new, whose))


def share_counts(pairs: Pairs) -> dict[str, int]:
    """How many words are the machine's and kept, a person's in place of the machine's (edited),
    and a person's own.
    """
    words = [whose for piece, whose in pairs if piece.strip()]
    return {
        "words": len(words),
        "kept": words.count(True),
        "edited": words.count(None),
        "own": words.count(False),
    }


def share_sentence(pairs: Pairs) -> str:
    """How many words are the machine's and how many a person's own."""
    count = share_counts(pairs)
    mine = count["edited"] + count["own"]
    edited = f", {count['edited']} of them in place of the machine's" if count["edited"] else ""
    return (
        f"{count['words']} words: {count['kept']} by the machine and kept, {mine} your own"
        f" ({mine / max(1, count['words']):.0%}){edited}."
    )


LINES = {True: "2px dotted #5b6472", False: "3px solid #0b57a8", None: "4px double #0b57a8"}


def coloured_html(pairs: Pairs, most: int = 100_000) -> str:
    """The last `most` pieces of the text with a person's own words bold and underlined, the
    machine's plain with a dotted line; the share stands below in words.
    """
    shown = "".join(
        (
            html.escape(piece)
            if not piece.strip()
            else (
                f'<span style="border-bottom:{LINES[True]}">{html.escape(piece)}</span>'
                if whose
                else (
                    f'<b style="border-bottom:{LINES[whose]};color:#0b3f7a">'
                    f"{html.escape(piece)}</b>"
                )
            )
        )
        for piece, whose in pairs[-most:]
    )
    told = (
        "Bold blue with a solid line: yours. Bold blue with a double line: yours, in place of the"
        " machine's. Dotted line: the machine's."
    )
    return (
        f'<p style="white-space:pre-line;line-height:1.8;margin:4px 0">{shown}</p><p'
        f' style="margin:4px 0">{told} {share_sentence(pairs)}</p>'
    )


def clean(text: str) -> str:
    """A person's text without invisible characters; its lines stay.

    Raises:
        LearnerError: it is empty or far too long.
    """
    text = "".join(
        letter
        for letter in str(text).replace("\r\n", "\n")
        if letter.isprintable() or letter == "\n"
    ).strip()
    if not text:
        raise LearnerError("There is nothing in your version yet. Write at least one word.")
    if len(text) > LONGEST_TEXT:
        raise LearnerError(
            f"That is {len(text):,} characters and the limit is {LONGEST_TEXT:,}. Keep the part you"
            " want to go on with."
        )
    return text


def written_on(creation: Creation, text: str, before: Pairs | None = None) -> Creation:
    """A person's version of a text: a new creation with the first as its parent,
    and the share of words in its record.

    `before`: the pieces of the first, each with whose it is; None: all the machine's.

    Raises:
        LearnerError: the version is empty or far too long.
    """
    text = clean(text)
    pairs = whose_words(creation.text, text) if before is None else carried(before, text)
    edit = HumanEdit(what="wrote on it: " + share_sentence(pairs), counts=share_counts(pairs))
    return Creation(
        recipe=creation.recipe.changed(parent=creation.id, model=PERSONS_WORDS, revision=""),
        content=text.encode(),
        edits=[*creation.edits, edit],
    )


def itself(creation: Creation) -> str:
    """The text of a creation, which is what describes it best."""
    return creation.text


def figure(creation: Creation, size: int, prefix: str = "", sound_at: str = "") -> str:
    """A text as HTML: a card where it has fields, else a quotation with what its form is;
    see `display.figure.figure_html`.
    """
    label = html.escape(prefix + describe(creation), quote=True)
    fields = card_fields(creation)
    if fields:
        return card_html(fields, label)
    form = verdict(
        str(creation.recipe.settings.get("template", "")), creation.recipe.prompt, creation.text
    )
    note = f'<p style="margin:4px 0;font-size:13px">{html.escape(form)}</p>' if form else ""
    return (
        f'<blockquote aria-label="{label}" style="margin:0;padding:4px'
        " 8px;white-space:pre-line;border-left:4px solid"
        f' #6b7a90">{html.escape(creation.text)}</blockquote>{note}'
    )


# a notebook's own style sets terms and their words side by side, with no room for them here
PLAIN = "display:block;float:none;width:auto;clear:both"


def card_html(fields: list[tuple[str, str]], label: str) -> str:
    """A card for a character, a place or what the senses tell: a heading where the first field is a
    name, then every field with its words.
    """
    (first, name), *rest = fields if fields[0][0] == "Name" else [("", ""), *fields]
    head = (
        '<p style="margin:0;padding:6px'
        f' 10px;background:#0b3f7a;color:#ffffff;font-size:1.1em"><b>{html.escape(name)}</b></p>'
        if first
        else ""
    )
    body = "".join(
        f'<dt style="{PLAIN};font-weight:bold;font-size:.85em;color:#3d4757;margin:6px 0'
        f' 0">{html.escape(title)}</dt><dd style="{PLAIN};margin:0">{html.escape(words)}</dd>'
        for title, words in rest
    )
    return (
        f'<blockquote aria-label="{label}" style="margin:0;padding:0;border:2px solid'
        f' #0b3f7a;border-radius:8px;overflow:hidden;background:#ffffff;color:#1b1f27">{head}<dl'
        ' style="display:block;box-sizing:border-box;width:100%;margin:0;padding:2px 10px'
        f' 10px;line-height:1.4;overflow-wrap:anywhere">{body}</dl></blockquote>'
    )


def thumbnail(creation: Creation, prefix: str = "") -> str:
    """The beginning of a text; see `display.figure.thumbnail_html`."""
    label = html.escape(prefix + describe(creation), quote=True)
    words = html.escape(creation.text[:240])
    return f'<p role="img" aria-label="{label}">{words}</p>'
