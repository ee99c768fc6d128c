"""One brief made again for several audiences, side by side, with what was changed;
and audiences of one's own.
"""

from __future__ import annotations

import html
import random
import re

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.display.figure import figure_html
from course_utils.notebook.results import describe, make
from course_utils.portfolio.store import Portfolio
from course_utils.tailoring.audiences import (
    KINDS,
    NOBODY,
    Audience,
    Part,
    audiences,
    changes,
    file_name,
)
from course_utils.taste.traits import measure, steps, traits

__all__ = ["my_audience", "tailor"]

OWN_FOLDER = "audiences"
DRAFTS = 3  # texts an audience, of which one is shown
LITTLE_WORDS = {
    "the",
    "and",
    "who",
    "whose",
    "that",
    "with",
    "for",
    "from",
    "into",
    "when",
    "while",
    "where",
    "this",
    "there",
}
NOTE = (
    "A note on this: advertisers and campaigns do the same, with far more knowledge of you, and"
    " mostly without showing the other versions. It becomes manipulation when it is hidden, when it"
    " uses a weakness (tired, lonely, young), or when it serves the sender against you. Here"
    " nothing is hidden: every change is in the list. Each audience is a stereotype somebody wrote"
    " in a few lines; real children, gardeners and nurses differ from each other more than these"
    " versions do. And the words model is small: it strays, so read a story before you give it to a"
    " child."
)


class Tailored:
    """The versions by audience.

    `versions[name]["words"]` is a Creation; `changed(name)` lists what differs from the version for
    nobody in particular.
    """

    def __init__(
        self,
        brief: str,
        versions: dict[str, dict[str, Creation]],
        about: dict[str, str],
        message: str = "",
        asked: dict | None = None,
    ) -> None:
        self.brief, self.versions, self.about, self.message, self.asked = (
            brief,
            versions,
            about,
            message,
            asked or {},
        )

    def changed(self, name: str) -> list[str]:
        """What was set differently for an audience, and how the results differ where it can be
        measured.
        """
        plain, told = self.versions.get(NOBODY.name, {}), []
        for part, made in self.versions[name].items():
            base = plain.get(part)
            if base is None or base is made:
                continue
            wanted = changes(self.asked[NOBODY.name, part], self.asked[name, part])
            told += [f"{part}: {'; '.join(wanted)}"] if wanted else []
            apart = steps(made.kind, measure(made)) - steps(made.kind, measure(base))
            far = sorted(zip(apart, traits(made.kind)), key=lambda one: -abs(one[0]))[:2]
            seen = [trait.more if gap > 0 else trait.less for gap, trait in far if abs(gap) > 0.8]
            told += (
                [
                    f"{part}, measured on the result: nearer to"
                    f" {' and '.join(f'“{one}”' for one in seen)}"
                ]
                if seen
                else []
            )
        return told

    def _repr_html_(self) -> str:
        shown = f"<p>{html.escape(self.message)}</p>" if self.message else ""
        if not self.versions:
            return shown
        head = "".join(
            '<th scope="col" style="text-align:left;vertical-align:top">For'
            f" {html.escape(name)}<br><span"
            f' style="font-weight:normal">{html.escape(self.about.get(name, ""))}</span></th>'
            for name in self.versions
        )
        rows = ""
        for part in KINDS:
            cells = "".join(
                (
                    '<td style="vertical-align:top;text-align:left;white-space:normal;'
                    'width:230px">'
                    + (
                        figure_html(made[part], size=200, name=f"For {name}")
                        if part in made
                        else "not made"
                    )
                    + "</td>"
                )
                for name, made in self.versions.items()
            )
            rows += (
                '<tr><th scope="row"'
                f' style="vertical-align:top">{part.capitalize()}</th>{cells}</tr>'
            )
        lists = "".join(
            (
                '<td style="vertical-align:top;text-align:left;white-space:normal"><ul'
                ' style="margin:0;padding-left:1.2em">'
                + (
                    "".join(f"<li>{html.escape(one)}</li>" for one in self.changed(name))
                    or "<li>nothing: this is the brief itself</li>"
                )
                + "</ul></td>"
            )
            for name in self.versions
        )
        rows += f'<tr><th scope="row" style="vertical-align:top">What was changed</th>{lists}</tr>'
        return (
            f'{shown}<div style="overflow-x:auto" role="region" aria-label="Versions side by side"'
            f' tabindex="0"><table><caption>“{html.escape(self.brief)}”, made for'
            f" {len(self.versions)} audiences. Of {DRAFTS} texts each, the one that keeps most of"
            " the words asked for.</caption>"
            f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></"
            f"div><p>{NOTE}</p>"
        )

    def __repr__(self) -> str:
        told = [self.message] if self.message else []
        for name, made in self.versions.items():
            told += [
                f"For {name}:",
                *(f"  {part}: {describe(one)}" for part, one in made.items()),
                *(f"  changed in {one}" for one in self.changed(name)),
            ]
        return "\n".join([*told, NOTE] if self.versions else told)


def tailor(brief: str, audience=None, seed: int | None = None, picture: str = "") -> Tailored:
    """One brief as a story, a picture and a tune for nobody in particular and for each audience:
    the same seed, other words and settings.

    The words model is small and strays: of three texts for each audience the one is taken that
    keeps most of the words asked for.

    Args:
        brief: what it is about, such as "a fox who cannot sleep".
        audience: one name or several; None for all three that ship. Your own come from
            `tailoring.my_audience`.
        picture: other words for the picture. Without them it shows the brief up to its first "who",
            "that", "which" or "when", since the small picture model draws things, not what they do
            or feel.
    """
    portfolio = Portfolio()
    try:
        known = audiences(portfolio.folder / OWN_FOLDER)
        names = [audience] if isinstance(audience, str) else list(audience or list(known)[:3])
        unknown = [name for name in names if name not in known]
        if unknown:
            raise LearnerError(
                f"There is no audience called “{str(unknown[0])[:40]}”. Choose one of:"
                f" {', '.join(known)}; or add one with tailoring.my_audience()."
            )
        seed = random.randrange(2**31) if seed is None else seed
        wanted = [NOBODY, *(known[name] for name in names)]
        tailored = Tailored(brief, {}, {one.name: one.about for one in wanted})
        tailored.asked = {
            (one.name, part): one.recipe(
                part, (picture or thing_in(str(brief))) if part == "picture" else brief, seed
            )
            for one in wanted
            for part in KINDS
        }
    except LearnerError as sentence:
        return Tailored(brief, {}, {}, str(sentence))
    except ValueError:
        problem = "That brief cannot be used: write one short sentence, and a seed from 0 up."
        return Tailored(str(brief)[:80], {}, {}, problem)
    for one in wanted:
        made = {}
        for part in KINDS:
            found, trouble = _best_of(part, tailored.asked[one.name, part])
            tailored.message = tailored.message or trouble
            if found is not None:
                made[part] = found
        if made:
            tailored.versions[one.name] = made
        if tailored.message:
            break
    return tailored


def _best_of(part: str, recipe: Recipe) -> tuple[Creation | None, str]:
    """What is shown of a part for one audience, and what went wrong."""
    count = DRAFTS if part == "words" else 1
    results = make(recipe.kind, recipe.prompt, count, recipe.seed, recipe.settings)
    if not results:
        return None, results.trouble
    best = (
        max(results, key=lambda one: kept_words(recipe.prompt, one.text))
        if count > 1
        else (results[0])
    )
    return best, results.trouble


def kept_words(asked: str, text: str) -> int:
    """How many of the longer words asked for stand in a text, whatever their ending."""
    said = {word[:4] for word in re.findall(r"\w{3,}", text.lower())}
    return sum(
        word[:4] in said
        for word in dict.fromkeys(re.findall(r"\w{3,}", asked.lower()))
        if word not in LITTLE_WORDS
    )


def thing_in(brief: str) -> str:
    """What a brief is about: its words before a relative clause; all of it where there is none."""
    return (
        re.split(r"\s+(?:who|whose|that|which|when|while|where)\b", brief, maxsplit=1)[0].rstrip(
            " ,;:"
        )
        or brief
    )


def my_audience(
    name: str, about: str = "", words: str = "", picture: str = "", tune: str = "", **settings
) -> str:
    """Add an audience of your own, or change one of yours; the answer is a sentence.

    Args:
        words, picture, tune: words added to the brief for the story, the picture and the tune.
        settings: settings by part, such as picture_style="3d", tune_tempo=90, words_surprise=0.6.
    """
    portfolio = Portfolio()
    try:
        sorted_out: dict[str, dict] = {part: {} for part in KINDS}
        for key, value in settings.items():
            part, _, setting = key.partition("_")
            if part not in KINDS or not setting:
                raise LearnerError(
                    "A setting is called by its part first, such as picture_style or tune_tempo;"
                    f" {key[:40]!r} is not. Change it and try again."
                )
            sorted_out[part][setting] = value
        try:
            made = Audience(
                name=name,
                about=about,
                **{
                    part: Part(add=text, settings=sorted_out[part])
                    for part, text in (("words", words), ("picture", picture), ("tune", tune))
                },
            )
        except ValueError as problem:
            raise LearnerError(
                "An audience needs a short name, and words of at most 120 characters for each part."
                " Change it and try again."
            ) from problem
        portfolio.change_beside(
            f"{OWN_FOLDER}/{file_name(name)}", lambda _: made.to_toml().encode()
        )
    except LearnerError as sentence:
        return str(sentence)
    return (
        f"{name} is an audience now: the file {file_name(name)} in the folder"
        f' {portfolio.folder.name}/{OWN_FOLDER}. Use it with tailoring.tailor("...", "{name}").'
    )
