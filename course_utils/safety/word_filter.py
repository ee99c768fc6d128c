"""The class's word filter: what a list of topics forbids, a teacher's changes.

A list, not a judgement: it knows words and phrases, not what somebody means by them.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.creation import LearnerError
from course_utils.places import home_folder
from course_utils.safety.sensitive_topics import AGES, age_group, filter_stays_on
from course_utils.safety.word_matcher import Entry, Matcher, read_entry

__all__ = ["check_words", "find_topic", "is_off"]

SHIPPED = Path(__file__).parent / "topics.toml"
OWN_FILE = "my_word_filter.toml"  # in the portfolio's folder
VARIABLE = "COURSE_WORD_LIST"  # the path of such a file, for a whole room
LARGEST = 200_000  # bytes of a teacher's file
LONGEST = 60  # characters of an entry
MOST = 5000  # entries of a file
OWN_TOPIC = "own list"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")  # such as #aa2211, which nobody reads as a word
ADVICE = "Correct it, or move it out of the way; docs/security.md shows how it is written."
SAYS = "A word in there is on the classroom filter's list. Say it another way and try again."

Words = Annotated[str, Field(max_length=LARGEST)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


@dataclass(frozen=True)
class Topic:
    """A subject that a class keeps out, and what is said instead of making something of it."""

    name: str
    says: str
    from_age: str = "never"  # the youngest group for which it is let through
    always: bool = False  # not switched off with the filter


class OwnList(BaseModel):
    """What a teacher's file may hold: words to stop and to let through, topics to leave out."""

    model_config = ConfigDict(extra="forbid")

    stop: Words = ""
    passing: Annotated[Words, Field(alias="pass")] = ""
    remove: Words = ""
    topics_off: Annotated[list[str], Field(max_length=20)] = []
    says: Annotated[str, Field(max_length=300)] = SAYS


def find_topic(text: str, age: str | None = None, *, only_always: bool = False) -> Topic | None:
    """The first topic that a text touches for an age group of AGES, else the course's.

    Raises:
        LearnerError: the teacher's own list cannot be read.
    """
    place = AGES.index(age or age_group())
    topics, matcher = _filter(*own_files())
    found = {entry.topic for entry in matcher.find(COLOUR.sub(" ", text))}
    for name, topic in topics.items():
        passes = topic.from_age in AGES and place >= AGES.index(topic.from_age)
        if name in found and not passes and (topic.always or not only_always):
            return topic
    return None


def check_words(text: str) -> None:
    """Stop at a word or phrase of the list.

    COURSE_WORD_FILTER=off leaves only the topics that are always on, in a course for adults.

    Raises:
        LearnerError: there is one, or the teacher's own list cannot be read.
    """
    topic = find_topic(text, only_always=is_off())
    if topic is not None:
        raise LearnerError(topic.says)


def is_off() -> bool:
    """Whether adults who write for adults have switched the filter off."""
    said = os.environ.get("COURSE_WORD_FILTER", "").strip().lower()
    return said == "off" and not filter_stays_on()


def own_files() -> tuple[tuple[str, float, bool], ...]:
    """The teacher's files that are there: path, last change, whether they may let words through.

    The file in the portfolio belongs to whoever sits there; where COURSE_AGE names children or
    teens it only adds words.
    """
    found = []
    named, beside = os.environ.get(VARIABLE, ""), home_folder() / OWN_FILE
    if named:
        try:
            found.append((named, Path(named).stat().st_mtime, True))
        except OSError as problem:
            raise LearnerError(
                f"The word list {Path(named).name} that {VARIABLE} names is not there. "
                f"Correct the path, or unset {VARIABLE}."
            ) from problem
    if beside.is_file():
        found.append((str(beside), beside.stat().st_mtime, not filter_stays_on()))
    return tuple(found)


@lru_cache(maxsize=4)
def _filter(*files: tuple[str, float, bool]) -> tuple[dict[str, Topic], Matcher]:
    topics, entries, innocent = read_shipped()
    for path, _, may_pass in files:
        own = read_own(Path(path))
        entries += entries_in(own.stop, OWN_TOPIC)
        topics[OWN_TOPIC] = Topic(OWN_TOPIC, own.says)
        if may_pass:
            innocent += items(own.passing)
            gone = {entry.words for entry in entries_in(own.remove, "")}
            off = set(own.topics_off)
            entries = [one for one in entries if one.words not in gone and one.topic not in off]
    return topics, Matcher(entries, innocent)


def read_shipped() -> tuple[dict[str, Topic], list[Entry], list[str]]:
    """The topics that ship, their entries, and the innocent phrases."""
    table = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    topics, entries = {}, []
    for name, fields in table["topics"].items():
        topics[name] = Topic(
            name, fields["says"], fields.get("from", "never"), fields.get("always", False)
        )
        for language, words in fields.items():
            if language not in ("says", "from", "always"):
                entries += entries_in(words, name)
    return topics, entries, items(",".join(table["pass"].values()))


def items(text: str) -> list[str]:
    """What stands between the commas of a list; lines that begin with # are remarks."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [" ".join(item.split()) for item in " ".join(lines).split(",") if item.strip()]


def entries_in(text: str, topic: str) -> list[Entry]:
    """The entries of a list."""
    return [entry for item in items(text) for entry in read_entry(item, topic)]


def read_own(path: Path) -> OwnList:
    """A teacher's file: TOML with stop, pass, remove (words with commas), topics_off and says.

    Raises:
        LearnerError: it cannot be read, is too large, or holds something else.
    """
    called = f"The word list {path.name}"
    try:
        if path.stat().st_size > LARGEST:
            raise LearnerError(f"{called} has more than {LARGEST // 1000} kB. Shorten it.")
        data = path.read_bytes()
        own = OwnList.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except LearnerError:
        raise
    except ValidationError as problem:
        where = ".".join(str(part) for part in problem.errors()[0]["loc"])
        said = f"{called} holds something that is not known there: {where[:60]}. {ADVICE}"
        raise LearnerError(said) from problem
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        said = f"{called} could not be read: {str(problem)[:80]}. {ADVICE}"
        raise LearnerError(said) from problem
    listed = [*items(own.stop), *items(own.passing), *items(own.remove)]
    for item in listed:
        if len(item) > LONGEST or not any(sign.isalnum() for sign in item):
            raise LearnerError(f"{called} holds “{item[:30]}”, no word or short phrase. {ADVICE}")
    if len(listed) > MOST:
        raise LearnerError(f"{called} holds more than {MOST:,} words. {ADVICE}")
    return own
