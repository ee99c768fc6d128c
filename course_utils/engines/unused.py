"""What of a person's wish an engine had no use for, said in one way for every kind and face."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from course_utils.creation import Creation, Recipe
from course_utils.engines.base import Engine

__all__ = ["PLAIN", "left_over", "no_use_for", "no_notice_of", "said_of", "wish_words"]

MOST_NAMED = 6
NO_ROOM = (
    "The model had no room for the end of your words: “{}”. Shorten them if that part matters."
)
FEWER = "{made} of {asked} came out."
PLAIN = frozenset(  # words that wish for nothing by themselves
    "a an and are as at be but by can could create do for from get give has have i in into is it"
    " its just let like make me my of on or our please short simple small so some something sound"
    " sounds than that the their them then there these thing this to up very want was we what"
    " which will with would you your little nice good really one tune tunes music song piece"
    " melody texture play played playing short kind sort about bit more much new".split()
)


def wish_words(prompt: str) -> list[str]:
    """The words of a prompt that wish for something, each once, in their order and lower case."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:/\d+)?", prompt.lower())
    return list(dict.fromkeys(word for word in words if word not in PLAIN))


def left_over(prompt: str, understands: Callable[[str], Any], used: Iterable[str] = ()) -> list:
    """The words of a prompt that nothing was done with.

    Args:
        understands: gives what a text asks for; a word counts as used where it asks for something
            by itself, or where the whole asks for something else without it.
        used: further words that were used, such as those of a phrase.
    """
    whole, known = understands(prompt), set(used)
    return [
        word
        for word in wish_words(prompt)
        if word not in known
        and not understands(word)
        and understands(without(prompt, word)) == whole
    ]


def without(prompt: str, word: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", prompt, flags=re.IGNORECASE)


def no_use_for(words: Iterable[str]) -> str:
    """The sentence about words that were not used; "" where all were."""
    words = list(words)
    named = ", ".join(words[:MOST_NAMED])
    more = f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    return f"I had no use for: {named}{more}." if words else ""


def said_of(engine: Engine, recipe: Recipe, made: Iterable[Creation] = ()) -> str:
    """What an engine made nothing of in a recipe, in sentences; "" when it used everything.

    `made`: what came of it.
    """
    made = list(made)
    asked, lost = recipe.settings.get("count", 1), no_notice_of(engine, recipe)
    few = FEWER.format(made=len(made), asked=asked) if 0 < len(made) < int(asked) else ""
    unused, room = no_use_for(engine.unused(recipe)), engine.left_out(made)
    return " ".join(filter(None, (few, unused, lost, room)))


def no_notice_of(engine: Engine, recipe: Recipe) -> str:
    """What only the engine at work knows that it took no notice of: words it had no room for, and
    settings without effect; "" for nothing.
    """
    unread = engine.unread_words(recipe.prompt)
    beyond = NO_ROOM.format(unread) if unread else ""
    return " ".join(filter(None, (beyond, engine.without_effect(recipe))))
