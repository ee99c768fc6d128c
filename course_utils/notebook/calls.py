"""One line each: a card, everything made so far, earlier works, a download."""

from __future__ import annotations

import html
import re

from course_utils.creation import Creation, Kind, LearnerError
from course_utils.display.cards import make_page
from course_utils.display.links import CARRIED, file_link
from course_utils.notebook.results import Results, is_backing, make, pick
from course_utils.portfolio.store import Portfolio
from course_utils.provenance.export import export_zip
from course_utils.safety.prompts import check_prompt

__all__ = ["card_of", "download_all", "earlier", "make_card", "names_in", "show_family",
           "show_history"]  # fmt: skip

LOOKED_BACK = 60  # works, to find an earlier one among
SMALL_WORDS = {"a", "an", "the", "my", "our", "your", "one", "two", "some", "of", "and", "with",
               "in", "on", "at", "by"}  # fmt: skip


def show_family(creation) -> Results:
    """A creation and what it came from, oldest first, as far as the portfolio goes back."""
    portfolio = Portfolio()
    family: list[Creation] = []
    member: Creation | None
    try:
        member = pick(portfolio, None, creation)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    while (
        member is not None and member.id not in [known.id for known in family] and len(family) < 12
    ):
        family.insert(0, member)
        kept = portfolio.find(member.recipe.parent) if member.recipe.parent else None
        member = kept.creation if kept else None
    return Results(family, "" if len(family) > 1 else "This one came from words alone.")


def make_card(*parts, title: str = "My first card", picture=None, words=None, tune=None) -> Results:
    """One card from anything made earlier, in the order given: creations, results, studios (their
    chosen one). With nothing given, the newest picture, words and tune; so, too, for one of the
    three that is named: `work.card(words=poem)`.
    """
    portfolio = Portfolio()
    named = {"image": picture, "words": words, "tune": tune}
    try:
        card = card_of(parts_meant(portfolio, parts, named), title)
        portfolio.save(card)
    except LearnerError as sentence:
        return Results([], str(sentence))
    return Results(
        [card], f"Your card “{card.recipe.prompt}” is saved in the folder {portfolio.folder.name}."
    )


def parts_meant(portfolio: Portfolio, parts: tuple, named: dict) -> list[Creation]:
    """The creations behind what make_card was given: of a picture, a text or a tune for which
    nothing stands, the newest.
    """
    if not parts:
        return [
            pick(portfolio, "backing" if is_backing(given) else kind, given)
            for kind, given in named.items()
        ]
    kinds = [*named, *[None] * len(parts)]
    return [
        pick(portfolio, kind if given is None else None, given)
        for kind, given in zip(kinds, [*parts, *filter(None, named.values())])
    ]


def card_of(parts: list[Creation], title: str) -> Creation:
    """A card, not yet kept.

    Raises:
        LearnerError: there is nothing to put on it, or its title cannot be used.
    """
    if not parts:
        raise LearnerError(
            "A card needs at least one thing on it. Give a picture, a text, a tune or a sound."
        )
    return make_page(parts, check_prompt(title, longest=120, any_script=True, personal=True))


def earlier(kind: str, words: str) -> Creation | Results:
    """A "picture", "poem" or "tune" of yours from any lesson: the newest that you chose among those
    made from such words, else the newest at all; where there is none yet, one made now.
    """
    kinds = {"picture": "image", "poem": "words", "tune": "tune"}
    if kind not in kinds:
        return Results(message=f"Choose one of: {', '.join(kinds)}. Then run this cell again.")
    works = [saved.creation for saved in Portfolio().list(kinds[kind], most=LOOKED_BACK)]
    fitting = [one for one in works if names_in(words) & names_in(one.recipe.prompt)]
    found = [*(one for one in fitting if one.edits), *fitting, *works]
    return found[0] if found else make(kinds[kind], words, 1, 1, {})


def names_in(words: str) -> set[str]:
    """The words that tell a thing: "a red fox" is red and fox."""
    return set(re.findall(r"\w+", words.casefold())) - SMALL_WORDS


def show_history(kind: Kind | None = None, most: int = 12) -> Results:
    """What is in the portfolio, newest first; also after a restart."""
    portfolio = Portfolio()
    kept = [saved.creation for saved in portfolio.list(kind, most=most)]
    lost = ", ".join(sorted(portfolio.unreadable)[:5])
    more = f" and {len(portfolio.unreadable) - 5} more" if len(portfolio.unreadable) > 5 else ""
    said = f"Could not be read, and left out: {lost}{more}." if lost else ""
    return Results(kept, said if kept or said else "Your portfolio is empty so far.")


class Download:
    """A zip file with everything, as a link."""

    def __init__(self, path=None, message: str = "") -> None:
        self.path, self.message = path, message

    def _repr_html_(self) -> str:
        return self.link()

    def link(self, carried: int = CARRIED) -> str:
        """The link; a file of at most `carried` bytes is in the page."""
        if self.path is None:
            return f"<p>{html.escape(self.message)}</p>"
        name, size = html.escape(self.path.name, quote=True), self.path.stat().st_size
        return (
            file_link(
                self.path,
                "Download everything you made as one zip file",
                "application/zip",
                carried,
            )
            + f"<p>It lies in the folder {html.escape(self.path.parent.name)} as {name}"
            f" ({size / 1e6:.1f} MB).</p>"
        )

    def __repr__(self) -> str:
        return str(self.path) if self.path else self.message


def download_all() -> Download:
    """Everything in the portfolio as one zip file, with a link to download it."""
    try:
        path = export_zip(Portfolio())
    except LearnerError as sentence:
        return Download(message=str(sentence))
    try:
        from google.colab import files  # only there on Colab
    except ImportError:
        return Download(path)
    files.download(str(path))
    return Download(path)
