"""What the things of the picture model are called in the languages of emojibase.

Run: python -m training.image.languages --sources DIR --pictures DIR/pictures.json
It writes course_utils/pictures/wishes/words.json.gz: for each language, its words for a thing
and the English name that the model was trained with; under "en" the words of its captions and
under "things" the names of the things.

A language's own name of an emoji stands for that emoji. Of its tags those are taken that stand at
the same emojis as an English name does (Dice's coefficient of the two sets of emojis), but for
those at one or two emojis that are a form of another emoji's name.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from course_utils.pictures.wishes.reading import basic
from training.image.hands import FLAGSHIPS
from training.image.words_for_pictures import (
    BACKGROUNDS,
    EVERYDAY_NAMES,
    MADE_STYLES,
    STYLE_WORDS,
    WHOLE_ANIMALS,
    names_of,
)

OUT = Path(__file__).resolve().parents[2] / "course_utils" / "pictures" / "wishes" / "words.json.gz"
SHORT = 4  # letters, from which a word is looked for as a plural or another form
OFTEN = 3  # emojis at which a term stands for itself, though it may be another's plural
ALIKE = 0.5  # Dice's coefficient from which two words are taken for one
GENERAL = (
    "heart",
    "circle",
    "square",
    "flower",
    "book",
    "hand",
    "ball",
    "hat",
    "cup",
    "fruit",
    "apple",
)
PLAINER = {"heart suit": "heart", "red apple": "red apple", "automobile": "car", "houses": "house"}
FURTHER = (
    "and with on at in of two three small big little large left right night background".split()
)


def plain(words: str) -> str:
    """Lower case, composed accents, single spaces."""
    return " ".join(unicodedata.normalize("NFC", words).lower().replace("’", "'").split())


def terms_of(entry: dict) -> set[str]:
    """The name of an emoji, its tags, and the words of both."""
    whole = {plain(entry["label"]), *map(plain, entry.get("tags", []))}
    return whole | {word for one in whole for word in re.findall(r"[^\W\d_]{2,}", one)}


def places(entries: list[dict]) -> dict[str, set[str]]:
    """Each term and the emojis at which it stands."""
    found = defaultdict(set)
    for entry in entries:
        for term in terms_of(entry):
            found[term].add(entry["hexcode"])
    return found


def simple_name(record: dict) -> str:
    """How a child would call a thing, among the names the model was trained with."""
    label = record["label"].lower()
    if label in WHOLE_ANIMALS or label in PLAINER:
        return PLAINER.get(label, label)
    names = names_of(record)
    return EVERYDAY_NAMES.get(label, names)[-1 if len(names) == 2 else 0]


def words_of(entries: list[dict], english: list[dict], names: dict[str, str]) -> dict[str, str]:
    """A language's words and the model's English names for them.

    Args:
        names: an English label, plain, and the model's name for it.
    """
    by_code = {entry["hexcode"]: plain(entry["label"]) for entry in english}
    english_places, own_places = places(english), places(entries)
    wanted = {
        name: english_places[name]
        for name in {*names.values(), *GENERAL}
        if name in english_places and name.count(" ") < 2
    }
    found: dict[str, str] = {}
    for term, at in own_places.items():
        if " " in term or term.isascii() and len(term) < 3:
            continue
        best = max(
            (
                (2 * len(at & there) / (len(at) + len(there)), name)
                for name, there in wanted.items()
            ),
            default=(0.0, ""),
        )
        if best[0] >= ALIKE:
            found[term] = best[1]
    own = {
        plain(entry["label"]): names[by_code[entry["hexcode"]]]
        for entry in entries
        if by_code.get(entry["hexcode"]) in names
    }
    certain = own | {term: name for term, name in found.items() if name in GENERAL}
    found = {
        term: name
        for term, name in found.items()
        if len(term) < SHORT
        or len(own_places[term]) >= OFTEN
        or all(certain.get(form, name) == name for form in basic(term))
    }  # "chiens" is a tag of the pleading face alone, and yet the plural of "chien"
    return dict(sorted((found | own).items()))


def known_words(records: list[dict], english: list[dict]) -> list[str]:
    """Every word that a caption of the model held."""
    labels = {plain(record["label"]) for record in records}
    texts = [
        *FURTHER,
        *GENERAL,
        *BACKGROUNDS,
        *STYLE_WORDS.values(),
        *sum(MADE_STYLES.values(), []),
    ]
    texts += [name for record in records for name in names_of(record)]
    texts += [
        tag for one in english if plain(one["label"]) in labels for tag in one.get("tags", [])
    ]
    return sorted({word for text in texts for word in re.findall(r"[^\W\d_]+", str(text).lower())})


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--sources", type=Path, required=True, help="holds node_modules")
    asked.add_argument("--pictures", type=Path, required=True, help="pictures.json of the data")
    options = asked.parse_args()
    base = options.sources / "node_modules" / "emojibase-data"

    def read(language: str) -> list[dict]:
        entries = json.loads((base / language / "data.json").read_text(encoding="utf-8"))
        return [one for one in entries if "label" in one]

    pictures = json.loads(options.pictures.read_text(encoding="utf-8"))
    records = [one for one in pictures if one["style"] in FLAGSHIPS and "job" not in one]
    names = {plain(one["label"]): simple_name(one) for one in records}
    english = read("en")
    things = sorted({*(name for one in records for name in names_of(one)), *GENERAL})
    table: dict[str, list | dict] = {"en": known_words(records, english), "things": things}
    for folder in sorted(base.iterdir()):
        if (folder / "data.json").exists() and folder.name not in ("en", "en-gb", "es-mx"):
            table[folder.name] = words_of(read(folder.name), english, names)
            print(folder.name, len(table[folder.name]))
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    OUT.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
