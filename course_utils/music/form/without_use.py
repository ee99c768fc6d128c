"""Settings of a tune that nothing takes notice of: beside others, or where it is written from
another tune.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_utils.engines.unused import no_use_for
from course_utils.music.form.ornaments import AS_USUAL, MANY, PLAIN
from course_utils.music.form.wishes import NOBODY
from course_utils.music.prompt_reading import ANY
from course_utils.music.tokens import Tune

__all__ = ["OWN", "lost_settings"]

OWN = ("kind_of_tune", "key", "mode", "metre")  # those of a tune that is worked on stay
WRITING = frozenset({"density", "surprise", "ornaments", "band"})
READS = {  # what a task takes notice of, with a tune to work on
    "write": WRITING | {"bars"},
    "fill": WRITING,
    "answer": WRITING,
    "vary_notes": WRITING | {"near"},
    "vary_rhythm": WRITING,
    "harmonise": frozenset({"surprise"}),
    "chords": frozenset({"density", "surprise"}),
    "sing": frozenset({"band"}),
}
NEW = ("plan", "upbeat", "kind_of_music", "ending")  # of a tune that is new from its first bar
WITH_BAND = frozenset({"kind_of_music", "ending"})  # chords and style of a band follow these


def lost_settings(asked: Mapping[str, Any], usual: Mapping[str, Any], given: Tune | None) -> str:
    """Sentences on them; "" where every setting was used.

    Args:
        asked: all settings of a recipe; usual: the same where nobody asked for anything.
        given: the tune to work on, if there is one.
    """
    other = {name for name, value in asked.items() if value != usual[name]}
    said = []
    if "own_strength" in other and not asked["own_model"]:
        said.append(f"{no_use_for(['own_strength'])} No model of yours is named.")
    if given is None:
        if asked["lyrics"] and asked["ornaments"] not in (AS_USUAL, PLAIN):
            said.append(f"{no_use_for(['ornaments'])} A tune that is sung has none.")
        return " ".join(said)
    reads = READS[asked["task"]] | (WITH_BAND if asked["band"] != NOBODY else frozenset())
    lost = [one for one in OWN if asked[one] not in (ANY, getattr(given, one.partition("_")[0]))]
    lost += [one for one in NEW if one in other - reads]
    lost += [one for one in ("near", "density", "surprise") if one in other - reads]
    bars = len(given.bars)
    if asked["task"] == "answer":
        bars = 2 * min(bars, asked["keep_bars"] or bars)
    if "bars" in other - reads and asked["bars"] != bars:
        lost.append("bars")
    if "ornaments" not in reads and asked["ornaments"] == MANY:
        lost.append("ornaments")
    if "band" in other - reads:
        lost.append("band")
    said.append(f"{no_use_for(lost)} {WHY}" if lost else "")
    return " ".join(filter(None, said))


WHY = (
    "A tune that is worked on keeps its kind, key, mode and metre; plan, upbeat, ending and kind of"
    " music are for new tunes."
)
