"""Captions for the training pictures, and the phrases the text encoder learns from."""

from __future__ import annotations

import json
import random
from pathlib import Path

from training.image.hands import WORDS as HAND_WORDS

STYLE_WORDS = HAND_WORDS  # a hand's name to what captions call it
MADE_STYLES = {
    "pixel": ["pixel art", "pixel", "pixel style"],
    "outline": ["outline", "line drawing", "outline drawing"],
}
BACKGROUNDS = {  # name: sRGB, 12 named colours
    "red": (214, 48, 49),
    "orange": (240, 140, 40),
    "yellow": (250, 215, 70),
    "green": (60, 160, 80),
    "light green": (170, 225, 150),
    "blue": (45, 100, 200),
    "light blue": (150, 205, 245),
    "purple": (125, 75, 180),
    "pink": (245, 160, 190),
    "brown": (130, 85, 55),
    "grey": (150, 150, 150),
    "black": (20, 20, 24),
}

EVERYDAY_NAMES = {
    "automobile": ["car"],
    "soccer ball": ["football"],
    "hot beverage": ["cup of coffee", "cup of tea"],
    "honeybee": ["bee"],
    "lady beetle": ["ladybird"],
    "bicycle": ["bike"],
    "wrapped gift": ["present", "gift"],
    "alarm clock": ["clock"],
    "red apple": ["apple"],
    "crescent moon": ["moon"],
    "ear of corn": ["corn"],
    "deciduous tree": ["tree"],
    "cooking": ["fried egg"],
    "gem stone": ["diamond", "gem"],
    "spouting whale": ["whale"],
    "globe showing Europe-Africa": ["planet earth", "globe"],
    "cheese wedge": ["cheese"],
    "blue book": ["book"],
    "fire engine": ["fire truck"],
    "flying saucer": ["ufo"],
    "ewe": ["sheep"],
    "piñata": ["pinata"],
}

OTHER_JOB_NAMES = {
    "health worker": ["doctor", "nurse"],
    "office worker": ["boss"],
    "cook": ["chef"],
    "construction worker": ["builder"],
}
TONES = ["", "light", "medium-light", "medium", "medium-dark", "dark"]

WHOLE_ANIMALS = {
    "cat",
    "dog",
    "tiger",
    "cow",
    "pig",
    "mouse",
    "rabbit",
    "monkey",
}  # drawn as a face too, which is what their bare name shows


def names_of(record: dict) -> list[str]:
    """The plain names of a picture: its label, and the label without `face`.

    One bare name means one drawing, or the model draws a mixture of both.
    """
    label = record["label"].lower().replace("’", "'")
    if "job" in record:  # "woman doctor"
        return [
            name if record["person"] == "person" else f"{record['person']} {name}"
            for name in [record["job"], *OTHER_JOB_NAMES.get(record["job"], [])]
        ]
    if label in WHOLE_ANIMALS:
        return [f"standing {label}", f"whole {label}"]
    names = [label]
    if (
        label.endswith(" face")
        and label.count(" ") == 1
        and record.get("group") != 0
        and label != "horse face"
    ):  # "cat face", but not "zany face"
        names.append(label[:-5])
    if label.endswith(": bald"):
        names = [f"bald {label[:-6]}"]
    elif ": " in label:  # "man: beard"
        names = [label.replace(": ", " with a " if label.endswith("beard") else " with ")]
    return names + EVERYDAY_NAMES.get(label, [])


def name_for(record: dict, synonyms: list[str], rng: random.Random) -> str:
    """One of the thing's names; three times in ten another word for it, where there is one.

    Of people at work mostly the bare job, so that who is drawn for "a doctor" is left to the model.
    """
    if "job" in record:
        name = rng.choice(names_of(record))
        bare = name.removeprefix(f"{record['person']} ")
        return (
            bare
            if rng.random() < 0.6
            else (
                f"{name} with {TONES[record['tone']]} skin"
                if record["tone"] and rng.random() < 0.3
                else name
            )
        )
    return (
        rng.choice(synonyms)
        if synonyms and rng.random() < 0.3 and record["label"] not in WHOLE_ANIMALS
        else rng.choice(names_of(record))
    )


def a_or_an(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def more_than_one(name: str) -> str:
    """The plural as most English nouns form it; good enough for captions."""
    if name.endswith(("s", "x", "ch", "sh")):
        return name + "es" if not name.endswith("s") else name
    return name[:-1] + "ies" if name.endswith("y") and name[-2:-1] not in "aeiou" else name + "s"


def caption(record: dict, synonyms: list[str], background: str | None, rng: random.Random) -> str:
    """One of many wordings for a picture of one thing."""
    name = name_for(record, synonyms, rng)
    words = name if rng.random() < 0.5 else a_or_an(name)
    if background:
        words += rng.choice(
            [
                f" on {a_or_an(background)} background",
                f" on {background}",
                f", {background} background",
            ]
        )
    if rng.random() < 0.5:
        words += ", " + rng.choice(STYLE_WORDS[record["style"]])
    return words


def phrases(records: list[dict], word_list: list[str]) -> list[str]:
    """Everything the text encoder should understand: names, tags, captions,
    and common English words.
    """
    rng = random.Random(0)
    found: dict[str, None] = {}
    for record in records:
        for text in [*names_of(record), *(tag.lower() for tag in record["tags"])]:
            found[text] = None
            found[f"a {text}"] = None
        for _ in range(3):
            found[caption(record, [], rng.choice([None, *BACKGROUNDS]), rng)] = None
    nouns = list(found)
    for word in word_list:
        found[word] = None
    for _ in range(6000):  # two-word phrases, such as "a blue cat"
        found[
            f"a {rng.choice([*BACKGROUNDS, 'big', 'small', 'happy', 'sad'])}"
            f" {rng.choice(nouns[:4000]).removeprefix('a ')}"
        ] = None
    return list(found)


def read_records(work: Path) -> list[dict]:
    return json.loads((work / "pictures.json").read_text(encoding="utf-8"))
