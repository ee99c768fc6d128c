"""What plain words say about a tune: kind, key, mode, speed, instrument.

Only the words of small tables are understood.
"""

from __future__ import annotations

import re

from course_utils.music import tokens as tokens
from course_utils.scores.length_and_speed import bars_said, speed_said, tempo_said

__all__ = ["ANY", "INSTRUMENTS", "KIND_FACTS", "german_key_words", "mood", "understood"]

ANY = "any"
MOST_BARS = 64  # of a tune
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
    r"\b(?:[Ii]n|[Kk]ey of) (?:(?P<big>[A-H])(?:(?P<sign>[#♯b♭])|["
    r" -](?P<word>[Ff]lat|[Ss]harp)\b)?(?![A-Za-z'])"
    r"|(?P<small>[a-h])(?:(?P<sign2>[#♯♭])|[ -](?P<word2>flat|sharp)\b|(?=["
    r" -](?:major|minor|dorian|mixolydian)\b(?! key))))"
)


GERMAN = re.compile(r"\b(?P<note>[A-Ha-h])(?P<end>is|es|s)?[- ]?(?P<mode>[Dd]ur|[Mm]oll)\b")
PITCHES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}


def german_key(prompt: str) -> dict:
    """The key of a prompt in German names: "in h-Moll", "Fis-Dur"; where B is our B flat."""
    found = GERMAN.search(prompt)
    if not found:
        return {}
    note = found["note"].lower()
    place = PITCHES[note] + {"is": 1, "es": -1, "s": -1}.get(found["end"] or "", 0) - (note == "b")
    mode = "major" if found["mode"].lower() == "dur" else "minor"
    return {"key": tokens.KEYS[place % 12], "mode": mode}


def german_key_words(prompt: str) -> str:
    """How a key with a German name was read, in a sentence; "" for any other."""
    key = KEY_WORDS.search(prompt)
    if key and (key["big"] or key["small"]).lower() == "h":
        flat = understood(prompt)["key"]
        return f"H is the German name of the note B, so it is in {flat}."
    found = GERMAN.search(prompt)
    if not found:
        return ""
    wish = german_key(prompt)
    return f"“{found[0]}” is German for {wish['key']} {wish['mode']}, so it is in that."


def mood(prompt: str) -> tuple[str, float]:
    """The mode that the words of a prompt ask for ("" for none), and the factor on the speed."""
    words = re.findall(r"[a-z]+", prompt.lower())
    moods = [MOOD_WORDS[word] for word in words if word in MOOD_WORDS]
    factor = 1.0
    for _, speed in moods:
        factor *= speed
    factor *= speed_said(" ".join(word for word in words if word not in MOOD_WORDS))
    return next((mode for mode, _ in moods if mode), ""), factor


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
    said, factor = mood(prompt)
    if said and "mode" not in found:
        found["mode"] = said
    if tempo := tempo_said(prompt):
        found["tempo"] = tempo
    elif factor != 1.0:
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
            PITCHES[letter]
            + {"flat": -1, "b": -1, "♭": -1, "sharp": 1, "#": 1, "♯": 1}.get(shift, 0)
        ) % 12
        found["key"] = tokens.KEYS[place]
    found.update(german_key(prompt))
    if bars := bars_said(prompt, MOST_BARS):
        found["bars"] = bars
    for name in INSTRUMENTS:
        if re.search(rf"\b{name}\b", joined):
            found["instrument"] = name
    return found
