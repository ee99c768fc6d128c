"""Prompts that touch something sensitive: what it is, why the course stops there, and another way.

Short lists of patterns, not a judgement of anybody.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from course_utils.creation import LearnerError

__all__ = [
    "AGES",
    "age_group",
    "check_leaves",
    "check_sensitive",
    "filter_stays_on",
    "guidance_for",
]

AGES = ("under 13", "teens", "adults")


@dataclass(frozen=True)
class Topic:
    """A sensitive topic: how it is recognised, and what is said instead of making something."""

    name: str
    pattern: str
    says: str
    from_age: str = "never"  # the youngest group for which it is let through


TOPICS = (
    Topic(
        "personal details",
        r"[\w.+-]+@[\w-]+\.\w{2,}|(?<!\w)(?:\+\d|\(?0\d)[\d ()/-]{7,}\d",
        "There is an e-mail address or a telephone number in there, and it would be kept in the"
        " file. Leave it out, or invent one such as: name at example.",
    ),
    Topic(
        "in the manner of somebody",
        r"\b(?:in|after) the (?:style|manner) of (?:[A-Z][\w'’-]+ ){0,2}[A-Z][\w'’-]+|\bby (?:the"
        r" )?(?:artist|painter|singer|illustrator) [A-Z][\w'’-]+",
        "The small models know no artists or schools by name, and a living one may not want it. Say"
        " what you see in that manner instead, such as: thick outlines, two colours, a huge sky.",
    ),
)


def age_group() -> str:
    """Whom the course is set up for: COURSE_AGE is "under 13", "teens" (so also when it is not set)
    or "adults".
    """
    said = os.environ.get("COURSE_AGE", "").strip().lower()
    return said if said in AGES else "teens"


def guidance_for(text: str, personal: bool = True) -> Topic | None:
    """The first sensitive topic that a text touches for the present age group, None where there is
    none. `personal`: also look for personal details, which a poster may need.
    """
    for topic in TOPICS:
        if topic.name == "personal details" and not personal:
            continue
        if topic.from_age != "never" and AGES.index(age_group()) >= AGES.index(topic.from_age):
            continue
        if re.search(topic.pattern, text, 0 if topic.name == "in the manner of somebody" else re.I):
            return topic
    return None


def check_sensitive(text: str, personal: bool = True) -> None:
    """Stop at a sensitive topic, with an explanation and another way.

    Raises:
        LearnerError: it touches one.
    """
    topic = guidance_for(text, personal)
    if topic is not None:
        raise LearnerError(topic.says)


def filter_stays_on() -> bool:
    """Whether the word filter cannot be turned off: in a course set up for an age below adults,
    by COURSE_AGE.
    """
    return os.environ.get("COURSE_AGE", "").strip().lower() in AGES[:2]


def check_leaves(what: str) -> None:
    """Before something leaves the machine: refused in a course set up for children under 13.

    Raises:
        LearnerError: COURSE_AGE is "under 13".
    """
    if age_group() == "under 13":
        raise LearnerError(
            f"This course is set up for children under 13, so {what} would not stay on this"
            " computer and is switched off. Use the course's own models."
        )
