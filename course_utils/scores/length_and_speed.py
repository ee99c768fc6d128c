"""How long and how fast, as people say it: "16 bars", "a twelve-bar tune", "120 bpm", "allegro"."""

from __future__ import annotations

import re

__all__ = [
    "BARS",
    "BEATS",
    "ODD_BARS",
    "SPEED_WORDS",
    "TEMPO_WORDS",
    "bars_said",
    "speed_said",
    "speed_words",
    "tempo_said",
]

NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
).split()
NUMBER_WORDS = {
    **{word: number for number, word in enumerate(NUMBERS, 1)},
    "twenty-four": 24,
    "thirty": 30,
    "thirty-two": 32,
    "forty": 40,
    "forty-eight": 48,
    "sixty-four": 64,
}
SPEED_WORDS = {  # word: factor on the usual speed
    "slow": 0.7,
    "slowly": 0.7,
    "slower": 0.8,
    "relaxed": 0.85,
    "quick": 1.2,
    "quickly": 1.2,
    "brisk": 1.15,
    "fast": 1.25,
    "faster": 1.15,
    "speedy": 1.25,
    "upbeat": 1.15,
}
TEMPO_WORDS = {  # Italian, in beats a minute as metronomes have it
    "larghissimo": 40,
    "grave": 44,
    "largo": 50,
    "lento": 54,
    "adagio": 66,
    "andante": 92,
    "andantino": 96,
    "moderato": 112,
    "allegretto": 116,
    "allegro": 138,
    "vivace": 160,
    "presto": 184,
    "prestissimo": 200,
}
# a number of bars that cannot be: none, or more than three digits
ODD_BARS = re.compile(
    r"\b(?:in |of )?(?P<said>-?\d[\d,.]*|zero|no|a hundred|a thousand|a million)"
    r"[ -]+(?:bars?|measures?)\b",
    re.I,
)
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"
BARS = re.compile(rf"\b{_NUMBER}[ -]+(?:bars?|measures?)\b", re.I)
BEATS = re.compile(r"\b(?P<number>\d{2,3})\s*(?:bpm\b|beats (?:a|per) minute\b)", re.I)


def bars_said(text: str, most: int) -> int | None:
    """The number of bars a text asks for; None where it asks for none, or for more than `most`."""
    found = BARS.search(text)
    if not found:
        return None
    said = found["number"].lower()
    number = int(said) if said.isdigit() else NUMBER_WORDS[said]
    return number if 1 <= number <= most else None


def tempo_said(text: str, slowest: int = 40, fastest: int = 240) -> int | None:
    """Beats a minute that a text names, by number or in Italian; None where it names none."""
    found = BEATS.search(text)
    if found and slowest <= int(found["number"]) <= fastest:
        return int(found["number"])
    words = re.findall(r"[a-z]+", text.lower())
    return next((TEMPO_WORDS[word] for word in words if word in TEMPO_WORDS), None)


def speed_words(text: str) -> list[str]:
    """What of a text is about speed, each once."""
    words = re.findall(r"[a-z]+", text.lower())
    beats = [found[0] for found in BEATS.finditer(text)]
    return list(dict.fromkeys([*beats, *(w for w in words if w in {*SPEED_WORDS, *TEMPO_WORDS})]))


def speed_said(text: str) -> float:
    """The factor on the usual speed that a text asks for; 1 where it asks for none."""
    factor = 1.0
    for word in dict.fromkeys(re.findall(r"[a-z]+", text.lower())):
        factor *= SPEED_WORDS.get(word, 1.0)
    return factor
