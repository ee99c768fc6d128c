"""Bring the catalogues of a language up to what the code says now, and name what is missing.

Run: python -m tools.translate es            writes course_utils/languages/es/*.po anew
     python -m tools.translate es --check    names untranslated and stale lines; 1 if there are any

A new language begins with its first run. docs/translating.md tells translators more.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from course_utils.languages.catalogue import BRACES, FOLDER
from course_utils.languages.templates import fields_of
from tools.course_texts import course_messages
from tools.texts import PARTS, Messages, messages_of, python_files
from tools.walk import missed_while_walking

__all__ = ["COURSE", "gathered", "main", "trouble_in", "wanted"]

NOUN = re.compile(r"^    (?:earlier_)?noun = \"(\w+)\"", re.M)  # of a studio
LABELS = "what studios show"
# words of tables and drawings that stand alone
OF_RESULTS = (
    *("Bar", "Decoder", "Denoiser", "Made in", "Piece", "State", "falling", "level", "rising"),
    *("then falling", "then rising", "{n1} core", "{n1} cores", "{n1} of {n2}", "{n1} note"),
    *(
        "{n1} notes",
        "{n1} bar",
        "{n1} grace note",
        "{n1} grace notes",
        "Lessons",
        "Questions",
        "flat",
        "3d",
        "a key",
        "arranged",
        "mirrored",
        "small",
        "Good",
        "Not so good",
        "core",
        "cores",
        "That would be {n1} MB to fetch",
    ),
)
COURSE = "course"  # the part with titles, questions and plans
HEADER = "# {language}: see docs/translating.md. Written by python -m tools.translate."


def words_alone() -> set[str]:
    """Nouns and numbers that stand in the places of sentences."""
    from course_utils.kinds import all_kinds
    from course_utils.models.catalogue import catalogue
    from course_utils.notebook.handed_over import SHOWN_AS
    from course_utils.pictures.wishes.tables import languages
    from course_utils.scores.description import NOTE_NAMES

    found = {"image", "and", "a second", "Generate", "Suggest"}
    found |= {"one", "two", "three", "four", "eight", *OF_RESULTS}
    for kind in all_kinds():
        found |= {kind.noun, kind.plural, kind.name}
    for path in python_files("studios"):
        nouns = NOUN.findall(path.read_text(encoding="utf-8"))
        found |= {one for noun in nouns for one in (noun, f"{noun}s")}
    found |= {one.name for one in languages()}
    found |= {f"{note} {mode}" for note in NOTE_NAMES for mode in ("major", "minor")}
    black = [note for note in NOTE_NAMES if len(note) > 1]
    found |= {f"{note} {{n1}}{length}" for note in black for length in ("", " ({n2})")}
    found |= {f"{note} {{n1}} (ornament)" for note in NOTE_NAMES}
    found |= {*SHOWN_AS.values(), "A creation", "kind of text"}
    found |= {f"{article} {kind.noun}" for kind in all_kinds() for article in ("A", "a")}
    for model in catalogue():
        found |= {model.sentence, model.good, model.bad} - {""}
    return found | {"backing track", "backing tracks", "story", "stories", "song"}


def gathered(part: str, language: str) -> Messages:
    """Everything of a part that is to be translated: sentences of the code, labels as shown."""
    if part == COURSE:
        return course_messages(language)
    found = messages_of(part)
    if part == "studios":
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            known = Catalog()
            for message in found:
                known.add(message, message, flags=flags_of(message))
            save(known, folder / "studios.po")
            labels = missed_while_walking("same", folder)
        for label in labels | words_alone():
            found.setdefault(label, set()).add(LABELS)
    return found


def flags_of(message: str) -> set[str]:
    try:
        return {BRACES} if fields_of(message) else set()
    except ValueError:
        return set()


def wanted(language: str, part: str) -> tuple[Catalog, list[str]]:
    """A part's catalogue as it should be, with the translations there are, and the stale lines."""
    before = load(FOLDER / language / f"{part}.po")
    said = {one.id: one for one in before if one.id}
    made = Catalog(fuzzy=False, header_comment=HEADER.format(language=language))
    found = gathered(part, language)
    for message in sorted(found, key=lambda one: (sorted(found[one])[0], one)):
        old = said.pop(message, None)
        made.add(
            message,
            str(old.string) if old is not None else "",
            locations=[(place, None) for place in sorted(found[message])],
            flags=flags_of(message),
            user_comments=old.user_comments if old is not None else (),
        )
    return made, [str(one.id) for one in said.values() if one.string]


def load(path: Path) -> Catalog:
    if not path.is_file():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file)


def as_text(catalogue: Catalog) -> str:
    """A gettext file's text."""
    written = io.BytesIO()
    write_po(written, catalogue, width=100, omit_header=True, include_lineno=False)
    return written.getvalue().decode("utf-8")


def save(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(catalogue), encoding="utf-8", newline="\n")


def trouble_in(catalogue: Catalog) -> list[str]:
    """Lines that are not translated, or whose places do not fit."""
    found = []
    for one in catalogue:
        if not one.id:
            continue
        if not one.string:
            found.append(f"not translated: {one.id}")
        elif BRACES in one.flags and not places_fit(str(one.id), str(one.string)):
            found.append(f"places do not fit: {one.string}")
    return found


def places_fit(english: str, said: str) -> bool:
    """Whether every place of a translation is one of the message; it may leave some out."""
    try:
        named = [name for _, name, _, _ in Formatter().parse(said) if name is not None]
    except ValueError:
        return False
    return set(named) <= set(fields_of(english))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    trouble = []
    for part in (*PARTS, COURSE):
        made, stale = wanted(given.language, part)
        trouble += [*trouble_in(made), *(f"no longer said: {one}" for one in stale)]
        if not given.check:
            save(made, FOLDER / given.language / f"{part}.po")
        lines = [one for one in made if one.id]
        done = sum(bool(one.string) for one in lines)
        print(f"{part}: {done} of {len(lines)} lines are translated.")
    print("\n".join(trouble))
    return 1 if trouble and given.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
