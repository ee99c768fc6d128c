"""What the words of a prompt ask of a tune's form: which plan, whether it ends, an upbeat, a band,
and how long it is where no number is said.
"""

from __future__ import annotations

import re

from course_utils.music.form.plans import FEWEST, MOST, tables
from course_utils.music.tokens import METRES

__all__ = ["BAND", "BARS", "METRE", "band_said", "form_said", "impossible_length"]

LENGTHS = {"very short": 4, "short": 4, "tiny": 4, "very long": 32, "long": 16, "longer": 16}
LENGTH = re.compile(
    rf"\b({'|'.join(sorted(LENGTHS, key=len, reverse=True))}) (?:\w+ ){{0,2}}"
    r"(?:tune|song|piece|melody|jig|reel|waltz|march|air|hornpipe|polka|dance|lullaby|blues)\b"
)
UNFINISHED = re.compile(
    r"\b(?:unfinished|unresolved|open[- ]end(?:ed|ing)?|cliff-?hanger|without an end(?:ing)?"
    r"|ends? (?:on|with|in) a question|left open|no ending)\b"
)
UPBEAT = re.compile(r"\b(?:(?:with|and) an up-?beat|pick-?up(?: note)?|anacrusis)\b")
PLAYERS = (
    "band|drums?|drum ?beat|bass|rhythm section|backing|accompaniment|combo|orchestra|percussion"
)
BAND = re.compile(rf"\b(?:with|and|plus) (?:an? |the |some )?(?:\w+ )?(?:{PLAYERS})\b")
LETTERED = re.compile(r"\b([A-D](?:['’]?\s?[A-D]['’]?){2,11})(?=[\s,.;!?]|$)")
METRE = re.compile(rf"\b(?:in )?({'|'.join(METRES)})(?: time)?(?![\d/])")
BARS = re.compile(r"(?<![\d.,])(-?\d[\d,]*|zero|no|a hundred|a thousand)[ -](?:bars?|measures?)\b")


def form_said(prompt: str) -> dict:
    """What a prompt asks of the form, as settings of a tune: plan, ending, upbeat, bars, metre."""
    words = " ".join(prompt.lower().split())
    found: dict = {}
    if plan := plan_said(prompt):
        found["plan"] = plan
    if UNFINISHED.search(words):
        found["ending"] = "open"
    if UPBEAT.search(words):
        found["upbeat"] = True
    if length := LENGTH.search(words):
        found["bars"] = LENGTHS[length[1]]
    if metre := METRE.search(words):
        found["metre"] = metre[1]
    return found


def band_said(prompt: str) -> bool:
    """Whether a prompt asks for a band under the tune."""
    return bool(BAND.search(" ".join(prompt.lower().split())))


def plan_said(prompt: str) -> str:
    """The plan a prompt names: letters such as AABA, or a name that stands in forms.toml."""
    if letters := LETTERED.search(prompt):
        return letters[1]
    words = " ".join(prompt.lower().split())
    named = [
        name
        for names in tables()["names"].values()
        for name in names
        if re.search(rf"\b{re.escape(name)}\b", words)
    ]
    return max(named, key=len) if named else ""


def impossible_length(prompt: str) -> str:
    """A sentence when more or fewer bars are asked for than a tune can have; "" otherwise."""
    found = BARS.search(" ".join(prompt.lower().split()))
    if not found:
        return ""
    said = found[1].replace(",", "")
    number = {"zero": 0, "no": 0, "a hundred": 100, "a thousand": 1000}.get(said)
    number = int(said[:8]) if number is None else number
    if FEWEST <= number <= MOST:
        return ""
    return f"A tune has {FEWEST} to {MOST} bars, so I did not follow {found[0]}."
