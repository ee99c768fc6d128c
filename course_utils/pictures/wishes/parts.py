"""A wish for several things, or for a thing in a place, taken apart: the small model draws one
thing well and two badly, so each is drawn alone and they are arranged.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace

from course_utils.engines.unused import wish_words
from course_utils.pictures.style_directions import SAID_STYLES
from course_utils.pictures.wishes.reading import is_english
from course_utils.pictures.wishes.tables import ADJECTIVES, FOLDER, NUMBERS, things

__all__ = ["Parts", "names_in", "parts_of", "things_in", "unheeded"]

LONGEST_NAME = 5  # words
MOST_THINGS = 4
SOME = 2  # things that a plural without a number stands for
LONGEST_WISH = 120  # letters


TABLES = tomllib.loads((FOLDER / "relations.toml").read_text(encoding="utf-8"))


def _read(name: str) -> dict[str, str]:
    """A table of relations.toml: wordings, the longest first, and what they stand for."""
    table = TABLES[name]
    said = {wording: what for what, wordings in table.items() for wording in wordings}
    return dict(sorted(said.items(), key=lambda pair: -len(pair[0])))


RELATIONS, PLACES = _read("relations"), _read("places")
FURTHER = frozenset(TABLES["names"]["known"])
OF_A_BODY = frozenset(TABLES["bodies"]["parts"])
WORN = {noun: relation for relation, nouns in TABLES["worn"].items() for noun in nouns}
HAVING = frozenset({"with", "wearing"})
OF_TWO = frozenset({"on", "under", "behind", "before", "wearing"})
PLACE = re.compile(rf",? +({'|'.join(PLACES)})$")
RELATION = re.compile(rf" +({'|'.join(RELATIONS)}) +")
DOING = re.compile(r" +([a-z]+ing)(?: at| for| to| with)? +")
FOLLOWED = frozenset(
    word
    for wordings in (*TABLES["followed"].values(), RELATIONS, PLACES, NUMBERS, ADJECTIVES)
    for wording in wordings
    for word in wording.split()
)
SAID_STYLE = re.compile(rf"\b(?:{SAID_STYLES})\b(?:[ -](?:drawing|art|style|shapes?))?")
STYLE = re.compile(rf"(, *(?:[a-z]+ )?(?:{SAID_STYLES})\b[a-z -]*)$")
ARTICLE = re.compile(r"^(an?|the|one|some) +")


@dataclass(frozen=True)
class Parts:
    """What is drawn one by one: words for the model, each for one thing; how the first stands to
    the second ("" for one thing); and the scene that the words name, "" for none.
    """

    things: tuple[str, ...]
    relation: str = ""
    scene: str = ""

    def said(self) -> str:
        """In a sentence for a learner."""
        names = ", ".join(
            f"“{ARTICLE.sub('', name).split(',')[0]}”" for name in dict.fromkeys(self.things)
        )
        said = f"The small model draws one thing at a time, so these are drawn alone: {names}."
        if len(self.things) > 1:
            said += " Then they are arranged by a rule."
        return said + (f" The scene “{self.scene}” is laid behind by a rule." * bool(self.scene))


def parts_of(words: str) -> Parts | None:
    """The things of a wish in English, as the model is given them; None for one thing alone, and
    where something in the wish is no thing that the model knows.
    """
    if len(words) > LONGEST_WISH:
        return None
    text, style, _ = (STYLE.split(re.sub(r"\s+", " ", words.lower()).strip(" .!")) + ["", ""])[:3]
    if not re.fullmatch(r"[a-z ,'-]+", text) or is_thing(text):
        return None
    found = plainly_named(text)
    return found and replace(found, things=tuple(thing + style for thing in found.things))


def plainly_named(text: str) -> Parts | None:
    """The same for words in lower case that name no style."""
    place = PLACE.search(text)
    scene = PLACES[place[1]] if place else ""
    text = text[: place.start()] if place else text
    for names, relation in cut(text):
        groups = [several(name) for name in names]
        if all(groups) and (sum(map(len, groups)) > 1 or scene):
            return together(groups, relation, scene)
    return None


def together(groups: list[tuple[str, ...]], relation: str, scene: str) -> Parts | None:
    """Things of one kind or of several; None where so many cannot stand so."""
    sizes, things = list(map(len, groups)), sum(groups, ())
    if relation == "around" and (sizes[0] > 1 or sizes[1] == 1):
        relation = "beside"
    if len(things) > MOST_THINGS or (relation in OF_TWO and len(things) > 2):
        return None
    if relation == "beside" and sorted(sizes) == [1, 2]:  # one between two of another kind
        (one,), (other, _) = sorted(groups, key=len)
        things = other, one, other
    return Parts(things, relation if len(things) > 1 else "", scene)


def several(name: str) -> tuple[str, ...]:
    """The things of a name, each as the model is asked for it alone: one, as many as a number says,
    or two where a plural names no number; none where the model does not know them.
    """
    first, _, rest = name.strip().partition(" ")
    if first in NUMBERS:
        one, count = thing_alone(rest, plural=True), NUMBERS[first]
    elif thing_alone(name):
        one, count = thing_alone(name), 1
    else:
        one, count = thing_alone(name, plural=True), SOME
    return (one,) * count if one else ()


def cut(text: str) -> list[tuple[list[str], str]]:
    """The ways to cut a text into names: nowhere, at a word that relates two, or at the commas and
    the "and" of a list.
    """
    ways = [([text], "beside")]
    for found in (*RELATION.finditer(text), *DOING.finditer(text)):
        before, after = text[: found.start()], text[found.end() :]
        stands = standing(found[1], after.split(" ")[-1])
        if stands:
            ways.append(([before, after], stands))
    listed = re.split(r", (?:and )?| and ", text)
    return ways + ([(listed, "beside")] if 2 < len(listed) <= MOST_THINGS else [])


def standing(wording: str, noun: str) -> str:
    """How a first thing stands to the second by the wording between them: beside it if it does
    something ("chasing"); "" where what it has is no second thing: "with big ears".
    """
    had = thing_named(noun) if wording in HAVING else ""
    return "" if had in OF_A_BODY else WORN.get(had, RELATIONS.get(wording, "beside"))


def thing_alone(name: str, plural: bool = False) -> str:
    """A name as the model is asked for it alone, such as "a red cat"; "" where it is no single
    thing that it knows, with nothing but colours and sizes before it.
    """
    said = ARTICLE.sub("", name.strip())
    describing, rest = [], said.split(" ")
    while len(rest) > 1 and rest[0] in ADJECTIVES and not is_thing(" ".join(rest)):
        describing.append(rest.pop(0))
    noun = " ".join(rest)
    known = thing_named(noun) if plural else noun if is_thing(noun) else ""
    if not known:
        return ""
    whole = " ".join([*describing, known])
    return f"{'an' if whole[0] in 'aeiou' else 'a'} {whole}"


def is_thing(name: str) -> bool:
    """Whether the model was shown this very name, which is no colour or size."""
    return is_bare_name(ARTICLE.sub("", name))


def is_bare_name(name: str) -> bool:
    """The same for words without an article."""
    return name in FURTHER or name in things() and name not in ADJECTIVES


def things_in(text: str) -> list[str]:
    """The names of things in a text that the model was trained on, the longest first at a place."""
    return [name for name, _ in names_in(text)]


def names_in(text: str) -> list[tuple[str, list[str]]]:
    """The same with the words that stand in the text for each name."""
    words = re.findall(r"[^\W\d_]+", text)
    found, at = [], 0
    while at < len(words):
        for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            name = thing_named(" ".join(words[at : at + length]))
            if name:
                found.append((name, words[at : at + length]))
                break
        at += length
    return found


def thing_named(words: str) -> str:
    """The thing of this name, in the singular; "" where there is none."""
    forms = (words, words.removesuffix("s"), words.removesuffix("es"), re.sub("ies$", "y", words))
    return next((form for form in forms if is_bare_name(form)), "")


def unheeded(text: str) -> list[str]:
    """The words of a wish in lower case that the model hardly follows: what it knows only as parts
    of names or as tags ("dancing", "five"), what things that are drawn alone do ("chasing"), and a
    second thing where it is not drawn alone ("birds on a house").
    """
    text = STYLE.split(text)[0]
    named, apart = [words for _, words in names_in(text)], bool(parts_of(text))
    followed = FOLLOWED.union(*(named if apart else named[:1]))
    return (
        []
        if not named
        else [
            word
            for word in wish_words(SAID_STYLE.sub(" ", text))
            if word not in followed and (apart or is_english(word))
        ]
    )
