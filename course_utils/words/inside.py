"""Inside the words model: the odds of the next piece, what the settings do to them,
and a tiny chain on a text of one's own beside it.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass

from course_utils.creation import LearnerError
from course_utils.engines import GENERATION_LOCK
from course_utils.safety.prompts import check_prompt
from course_utils.words.engine import words_engine

__all__ = [
    "Odds",
    "chain_beside_model",
    "chain_words",
    "next_words",
    "pieces_of",
    "raw_odds",
    "reshape",
    "with_examples",
]

MOST_SHOWN = 12
READ = 200  # how many of the likeliest pieces are looked at


@dataclass
class Odds:
    """The likeliest next pieces after some words, with probabilities (0-1,
    of all pieces the model knows). A notebook shows bars in a table.
    """

    before: str
    pieces: list[tuple[str, float]]
    told: str = ""

    def __getitem__(self, place: int) -> str:
        """The words so far with piece number `place` (from 1) added: what to look at next."""
        if not 1 <= place <= len(self.pieces):
            raise LearnerError(f"Choose a number from 1 to {len(self.pieces)}.")
        return self.before + self.pieces[place - 1][0]

    def __repr__(self) -> str:
        return "\n".join(
            [
                f"After “{self.before}”:",
                *(
                    f"{number}. {piece!r} {share:.1%}"
                    for number, (piece, share) in enumerate(self.pieces, 1)
                ),
                *([self.told] if self.told else []),
            ]
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            (
                f"<tr><td>{number}</td><td"
                f' style="text-align:left"><code>{html.escape(seen(piece))}</code></td><td>'
                f"{share:.1%}</td>"
                '<td style="text-align:left"><div aria-hidden="true"'
                f' style="height:12px;width:{max(1, round(share * 300))}px;'
                'background:#0b57a8"></div></td></tr>'
            )
            for number, (piece, share) in enumerate(self.pieces, 1)
        )
        told = f"<p>{html.escape(self.told)}</p>" if self.told else ""
        head = (
            '<tr><th scope="col">No.</th><th scope="col">Next piece</th><th'
            ' scope="col">Odds</th><td></td></tr>'
        )
        return (
            "<table><caption>After"
            f" “{html.escape(self.before)}”</caption>{head}{rows}</table>{told}"
        )


def seen(piece: str) -> str:
    """A piece with its spaces and line ends made visible."""
    return piece.replace(" ", "␣").replace("\n", "↵")


def next_words(
    text: str = "The moon is",
    surprise: float = 1.0,
    top_p: float = 1.0,
    min_p: float = 0.0,
    show: int = 8,
) -> Odds:
    """The odds of what comes next, by the real model.

    Args:
        text: the words so far.
        surprise: temperature, 0.1-2: below 1 the likely grow likelier, above 1 the odds even out.
        top_p: keep only the likeliest pieces that together have this share (Holtzman et al. 2020).
        min_p: drop pieces with less than this share of the likeliest one's odds (Nguyen et al.
            2024).
        show: how many pieces to show, 1-12.

    Raises:
        LearnerError: the text or a number cannot be used.
    """
    text = check_prompt(text)
    for name, value, low, high in (
        ("surprise", surprise, 0.1, 2),
        ("top_p", top_p, 0.01, 1),
        ("min_p", min_p, 0, 1),
        ("show", show, 1, MOST_SHOWN),
    ):
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise LearnerError(
                f"The number {name} must be from {low} to {high}. Change it and try again."
            )
    found = reshape(raw_odds(text), surprise, top_p, min_p)
    told = (
        ""
        if (surprise, top_p, min_p) == (1.0, 1.0, 0.0)
        else f"{len(found)} pieces are left to draw from."
    )
    return Odds(text, found[: int(show)], told)


@dataclass
class Pieces:
    """A text as the model reads it: pieces, which are words, parts of words and signs."""

    pieces: list[str]

    def __repr__(self) -> str:
        return f"{' | '.join(seen(piece) for piece in self.pieces)}\n{self.told}"

    @property
    def told(self) -> str:
        words = "".join(self.pieces).split()
        return (
            f"{len(self.pieces)} pieces for {len(words)} words. A new piece with ␣ begins after a"
            " space."
        )

    def _repr_html_(self) -> str:
        shown = "".join(
            '<li style="display:inline-block;border:1px solid #6b7a90;padding:2px'
            f' 4px;margin:2px"><code>{html.escape(seen(piece))}</code></li>'
            for piece in self.pieces
        )
        return (
            '<ol aria-label="The pieces, in order" style="list-style:none;padding:0;margin:4px'
            f' 0">{shown}</ol><p>{self.told}</p>'
        )


def pieces_of(text: str = "The unbelievable rhinoceros") -> Pieces:
    """The pieces (tokens) the real model reads a text as.

    Raises:
        LearnerError: the text cannot be used, or the model cannot tell.
    """
    text = check_prompt(text)
    with GENERATION_LOCK:
        return Pieces(words_engine().pieces(text))


@dataclass
class Compared:
    """Two odds, one under the other, and the texts that belong to them where there are some."""

    first: Odds
    second: Odds
    texts: tuple[str, str] | None = None

    def __repr__(self) -> str:
        parts = [
            (odds, text) for odds, text in zip((self.first, self.second), self.texts or ("", ""))
        ]
        return "\n\n".join(
            f"{odds!r}" + (f"\nIt wrote: {text}" if text else "") for odds, text in parts
        )

    def _repr_html_(self) -> str:
        shown = ""
        for odds, text in zip((self.first, self.second), self.texts or ("", "")):
            wrote = (
                '<p>It wrote:</p><blockquote style="margin:0;padding:4px'
                " 8px;white-space:pre-line;border-left:4px solid"
                f' #6b7a90">{html.escape(text)}</blockquote>'
                if text
                else ""
            )
            shown += (
                "<div"
                ' style="display:inline-block;vertical-align:top;margin:6px;'
                f'max-width:440px">{odds._repr_html_()}{wrote}</div>'
            )
        return shown


def with_examples(template: str, topic: str = "the moon", show: int = 8, seed: int = 1) -> Compared:
    """What the examples of a kind of text change: the odds of the first piece, and a text with the
    same seed, when the model is only asked and when it is shown them first.

    Raises:
        LearnerError: there is no such kind of text, or the topic cannot be used.
    """
    from course_utils.words.templates import read_template, with_fields

    topic, kind = check_prompt(topic), read_template(template)
    kind = with_fields(kind, {"voice": "", "before": ""})

    def asked(examples: list, told: str) -> tuple[Odds, str]:
        with GENERATION_LOCK:
            odds, text = words_engine().first_odds({**kind, "example": examples}, topic, seed)
        return Odds(f"{kind['label']}: {topic}", odds[:show], told), text

    bare, its_text = asked([], "Only asked.")
    shown, their_text = asked(kind["example"], f"After {len(kind['example'])} examples.")
    return Compared(bare, shown, (its_text, their_text))


def raw_odds(text: str) -> list[tuple[str, float]]:
    """The model's own probabilities of the likeliest next pieces, likeliest first;
    they add to less than 1, since the rest is not read.
    """
    with GENERATION_LOCK:
        return words_engine().next_odds(text, READ)


def reshape(
    odds: list[tuple[str, float]], surprise: float, top_p: float, min_p: float
) -> list[tuple[str, float]]:
    """Odds after temperature, min-p and top-p.

    Without any of them, the odds as they are; with, they add to 1 again.
    """
    if (surprise, top_p, min_p) == (1.0, 1.0, 0.0):
        return odds
    heated = [(piece, share ** (1 / surprise)) for piece, share in odds]
    total = sum(share for _, share in heated)
    heated = sorted(((piece, share / total) for piece, share in heated), key=lambda item: -item[1])
    kept: list[tuple[str, float]] = []
    so_far = 0.0
    for piece, share in heated:
        if kept and (so_far >= top_p or share < min_p * heated[0][1]):
            break
        kept.append((piece, share))
        so_far += share
    return [(piece, share / so_far) for piece, share in kept]


def chain_words(text: str, after: str, show: int = 8) -> Odds:
    """The same question asked of a Markov chain: which words follow `after` in a text of your own,
    counted.

    Raises:
        LearnerError: the text is empty or never goes on after that word.
    """
    words = re.findall(r"[\w'’]+", str(text).lower())
    last = (re.findall(r"[\w'’]+", str(after).lower()) or [""])[-1]
    following = Counter(second for first, second in zip(words, words[1:]) if first == last)
    if not following:
        raise LearnerError(
            f"The word “{last}” is never followed by another in that text. Choose a word that is,"
            " or give more text."
        )
    total = following.total()
    return Odds(
        after,
        [(f" {word}", count / total) for word, count in following.most_common(show)],
        f"Counted in {len(words)} words of your text: “{last}” stood before another word {total}"
        " times.",
    )


def chain_beside_model(text: str, after: str, show: int = 6) -> Compared:
    """The chain of one's own text and the real model asked the same: what comes after these words?

    Raises:
        LearnerError: the chain has nothing to tell, or the words cannot be used.
    """
    chain = chain_words(text, after, show)
    model = next_words(after, show=show)
    model.told = (
        "Learned from very much text by others: it looks at all the words before, the chain only at"
        " the last."
    )
    return Compared(chain, model)
