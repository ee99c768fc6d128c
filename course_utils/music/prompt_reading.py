"""What plain words say about a tune: kind, key, mode, speed, instrument.

Only the words of small tables are understood.
"""

from __future__ import annotations

import re

from course_utils.music import tokens as tokens

ANY = "any"
INSTRUMENTS = {  # friendly name: General MIDI program, counted from 0
    "piano": 0,
    "music box": 10,
    "vibraphone": 11,
    "accordion": 21,
    "guitar": 24,
    "violin": 40,
    "cello": 42,
    "harp": 46,
    "choir": 52,
    "organ": 19,
    "trumpet": 56,
    "clarinet": 71,
    "flute": 73,
    "whistle": 78,
}
KIND_FACTS = {  # kind of tune: usual metre, quarter notes a minute
    "any": ("4/4", 110),
    "reel": ("4/4", 180),
    "jig": ("6/8", 165),
    "hornpipe": ("4/4", 150),
    "waltz": ("3/4", 140),
    "march": ("2/4", 100),
    "air": ("3/4", 85),
    "strathspey": ("4/4", 120),
    "polka": ("2/4", 120),
    "slip jig": ("9/8", 165),
    "clog": ("4/4", 140),
    "quadrille": ("6/8", 150),
    "chorale": ("4/4", 76),
}
KIND_WORDS = {
    "lullaby": "air",
    "song": "air",
    "dance": "reel",
    "ballad": "air",
    "sea": "hornpipe",
    "sailor": "hornpipe",
    "parade": "march",
    "soldier": "march",
    "ball": "waltz",
    "fairy": "slip jig",
    "hymn": "chorale",
    "church": "chorale",
}
MOOD_WORDS = {  # word: mode (None leaves it), factor on the speed
    "sad": ("minor", 0.8),
    "dark": ("minor", 0.9),
    "spooky": ("minor", 0.9),
    "mysterious": ("dorian", 0.9),
    "old": ("dorian", 0.95),
    "medieval": ("dorian", 1),
    "happy": ("major", 1.1),
    "bright": ("major", 1.05),
    "cheerful": ("major", 1.1),
    "gentle": (None, 0.8),
    "calm": (None, 0.75),
    "slow": (None, 0.7),
    "lullaby": (None, 0.85),
    "fast": (None, 1.25),
    "lively": (None, 1.15),
    "wild": ("mixolydian", 1.25),
}
# a capital letter, or a small one with a word that makes it a key: "in a church" and "in a minor
# key" name no home note
KEY_WORDS = re.compile(
    r"\b(?:[Ii]n|[Kk]ey of) (?:(?P<big>[A-G])(?:(?P<sign>[#♯b♭])|["
    r" -](?P<word>[Ff]lat|[Ss]harp)\b)?(?![A-Za-z'])"
    r"|(?P<small>[a-g])(?:(?P<sign2>[#♯♭])|[ -](?P<word2>flat|sharp)\b|(?=["
    r" -](?:major|minor|dorian|mixolydian)\b(?! key))))"
)


def understood(prompt: str) -> dict:
    """What a prompt says about a tune, as settings;
    only the words of a small table are understood.
    """
    words = re.findall(r"[a-z]+", prompt.lower())
    joined = " ".join(words)
    found: dict = {}
    for kind in sorted(tokens.KINDS[1:], key=len, reverse=True):
        if re.search(rf"\b{kind}(?:e?s)?\b", joined):
            found["kind_of_tune"] = kind
            break
    else:
        for word in words:
            if word in KIND_WORDS:
                found["kind_of_tune"] = KIND_WORDS[word]
                break
    for mode in tokens.MODES:
        if mode in words:
            found["mode"] = mode
    factor = 1.0
    for word in words:
        if word in MOOD_WORDS:
            mode, speed = MOOD_WORDS[word]
            factor *= speed
            if mode and "mode" not in found:
                found["mode"] = mode
    if factor != 1.0:
        found["tempo"] = max(
            40, min(240, round(KIND_FACTS[found.get("kind_of_tune", ANY)][1] * factor))
        )
    key = KEY_WORDS.search(prompt)
    if key:
        letter, shift = (
            (key["big"] or key["small"]).lower(),
            (key["sign"] or key["word"] or key["sign2"] or key["word2"] or "").lower(),
        )
        place = (
            dict(zip("cdefgab", (0, 2, 4, 5, 7, 9, 11)))[letter]
            + {"flat": -1, "b": -1, "♭": -1, "sharp": 1, "#": 1, "♯": 1}.get(shift, 0)
        ) % 12
        found["key"] = tokens.KEYS[place]
    for name in INSTRUMENTS:
        if re.search(rf"\b{name}\b", joined):
            found["instrument"] = name
    return found
