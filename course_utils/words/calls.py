"""The writing desk and the story without widgets: begin, suggest, keep, write on,
look at the steps.
"""

from __future__ import annotations

import html
import random
from collections.abc import Iterable

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.notebook.results import Results, make, pick
from course_utils.portfolio.store import Portfolio
from course_utils.settings import takes
from course_utils.words.drafts import (
    added,
    begun,
    end_of,
    family_of,
    is_state,
    joined,
    owned,
    read_part,
    rewritten,
    tree,
    version_of,
)
from course_utils.words.markdown import Pair, clean, coloured_html, share_sentence
from course_utils.words.settings import WordsSettings

__all__ = [
    "OPENING",
    "TOPICS",
    "about_words_model",
    "asked_for",
    "begin_text",
    "beginning",
    "keep",
    "kind_of_text",
    "make_words",
    "move_line",
    "my_version",
    "story_turn",
    "suggest",
    "topic_of",
    "turn_asked",
    "use_words_model",
    "what_is_read",
    "whose_text",
    "write_on",
]

TOPICS = {
    "image": "a picture of",
    "tune": "a tune:",
    "backing": "music on the chords",
    "sound": "a strange sound:",
    "layout": "a poster:",
}

OPENING = "You wake in a lighthouse. The lamp is out, and somebody has set the table for two."
MOVES = {"do": "I {}.", "say": "I say: “{}”", "look": "I look at {}."}
WAIT = "I wait and see what happens."
READ = 1_000  # characters of the story so far that the model reads


def begin_text(text: str) -> Results:
    """A text of your own, kept, for the machine to suggest how it goes on."""
    return kept(lambda portfolio: begun(text))


def suggest(text, count: int = 4, seed: int | None = None, **settings) -> Results:
    """How a text might go on: suggestions to `words.keep` or leave.

    Args:
        text: words, or a text kept earlier (a creation, results or a studio).
        settings: surprise, repeat, length.
    """
    return turns_of(
        text,
        lambda state, seed: asked_for(state, seed, {"template": "continue", **settings}),
        count,
        seed,
    )


def story_turn(
    story=OPENING,
    do: str = "",
    say: str = "",
    look: str = "",
    count: int = 4,
    seed: int | None = None,
    **settings,
) -> Results:
    """What happens next in a story when you do, say or look at something: turns to
    `words.keep` or leave.

    Args:
        story: the opening in words, or a story kept earlier (a creation, results or a studio).
        settings: surprise, repeat, length.
    """
    line = next(
        (
            move_line(move, what)
            for move, what in (("do", do), ("say", say), ("look", look))
            if what
        ),
        "",
    )
    return turns_of(
        story,
        lambda state, seed: (turn_asked(state, seed, {"template": "story_turn", **settings}), ""),
        count,
        seed,
        line,
    )


def keep(suggestion, version: str | None = None) -> Results:
    """Put a suggestion at the end of the text it was made for.

    Another one kept for the same text is a branch beside it.

    Args:
        suggestion: what `words.suggest` or `words.story_turn` gave (a creation, or results of one).
        version: the suggestion as you changed it, to be kept in its place.
    """

    def state(portfolio: Portfolio) -> Creation:
        found = pick(portfolio, "words", suggestion)
        base = portfolio.find(found.recipe.parent or "0")
        if base is None or not is_state(base.creation):
            raise LearnerError(
                "This is no suggestion for a text of yours. Use suggest or story_turn first, and"
                " give one of what comes."
            )
        changed = clean(version) if version is not None else None
        between = "\n\n" if found.recipe.settings.get("template") == "story_turn" else " "
        found = portfolio.add_edit(
            found, "kept by the learner" if changed is None else "kept and changed by the learner"
        )
        text, members = base.creation.text, family(portfolio, base.creation)
        after = added(text, found, members, "kept a suggestion.", between)
        if changed is None:
            return after
        portfolio.save(after)
        return rewritten(
            after, joined(text, changed, between), {**members, found.id: found, after.id: after}
        )

    return kept(state)


def write_on(text, words: str) -> Results:
    """Your new version of a text of yours, kept, with your words and the machine's counted.

    `text`: a creation, results or a studio.
    """

    def state(portfolio: Portfolio) -> Creation:
        before = pick(portfolio, "words", text)
        return rewritten(before, words, family(portfolio, before))

    return kept(state)


class WhoseWords:
    """A text with a person's words and the machine's told apart, and its steps;
    shown by notebooks and terminals.
    """

    def __init__(
        self, pairs: Iterable[Pair] = (), steps: Iterable[str] = (), message: str = ""
    ) -> None:
        self.pairs, self.steps, self.message = list(pairs), list(steps), message

    def _repr_html_(self) -> str:
        if self.message:
            return f"<p>{html.escape(self.message)}</p>"
        return (
            coloured_html(self.pairs)
            + "<p>Its steps and branches:</p><ul style='list-style:none'>"
            + "".join(f"<li>{html.escape(step)}</li>" for step in self.steps)
            + "</ul>"
        )

    def __repr__(self) -> str:
        return self.message or "\n".join(
            ["".join(piece for piece, _ in self.pairs), share_sentence(self.pairs), *self.steps]
        )


def whose_text(text) -> WhoseWords:
    """A text of yours with your words and the machine's told apart, and all its steps and branches.

    `text`: a creation, results or a studio.
    """
    portfolio = Portfolio()
    try:
        state = pick(portfolio, "words", text)
    except LearnerError as sentence:
        return WhoseWords(message=str(sentence))
    members = family(portfolio, state)
    return WhoseWords(owned(state, members), [label for label, _ in tree(members)])


def family(portfolio: Portfolio, state: Creation) -> dict[str, Creation]:
    """Every state and suggestion that grew from the same beginning."""
    return family_of(state, [saved.creation for saved in reversed(portfolio.list("words"))])


def kept(make_state) -> Results:
    """Keep a new state of a text; trouble comes back as a sentence."""
    portfolio = Portfolio()
    try:
        state = make_state(portfolio)
        portfolio.save(state)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([state], state.edits[-1].what)


def turns_of(text, recipe_for, count: int, seed: int | None, line: str = "") -> Results:
    """Suggestions for a text, which is kept first; `line` is put at its end.

    `recipe_for(state, seed)` gives a recipe and what to tell.
    """
    portfolio = Portfolio()
    try:
        if isinstance(text, str):
            state = begun(text + ("\n\n" + line if line else ""))
            portfolio.save(state)
        else:
            state = pick(portfolio, "words", text)
            if line:
                state = rewritten(state, state.text + "\n\n" + line, family(portfolio, state))
                portfolio.save(state)
        recipe, told = recipe_for(state, random.randrange(2**31) if seed is None else seed)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    results = make(
        "words",
        recipe.prompt,
        count,
        recipe.seed,
        dict(recipe.settings),
        parent=state.id,
        longest=2000,
    )
    results.message = results.message or told
    return results


class Told:
    """Plain text that a notebook and a terminal show as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return f'<pre style="white-space:pre-wrap;margin:4px 0">{html.escape(self.text)}</pre>'

    def __repr__(self) -> str:
        return self.text


def use_words_model(name: str = "") -> Told:
    """Write with another model from now on: "" is the course's own, else a .gguf file,
    a folder or hub name for transformers, or the address of a server.

    A hub name that is not on this computer yet is fetched first; what it is, its licence and its
    size are printed before. `words.about_model` only tells them.
    """
    from course_utils.words.controls import about_model, switch_model

    lines, missing = about_model(name)
    if missing:
        print(
            "\n".join(
                [*lines, "Fetching it now. Interrupt the kernel to stop; what arrived is kept."]
            )
        )
    return Told(switch_model(name))


def about_words_model(name: str = "") -> Told:
    """What a words model is, its licence, its size, and whether this computer carries it,
    before anything is fetched. "" lists all there are.
    """
    from course_utils.words.controls import about_model, bigger

    return Told(
        "\n\n".join(
            "\n".join(about_model(one)[0])
            for one in ([name] if name.strip() else ["", *(model.id for model in bigger())])
        )
        or "A file, a folder or a server: nothing is fetched for it."
    )


def kind_of_text(name: str = "ideas") -> Told:
    """How a kind of text is made: its file, to read, or to copy into the folder `my_templates`
    under a name of your own (small letters, ending in .toml) and change.
    """
    from course_utils.words.templates import (
        TEMPLATES,
        left_out_words,
        own_templates,
        read_template,
    )

    try:
        read_template(name)
    except LearnerError as sentence:
        return Told(str(sentence))
    own = own_templates() / f"{name}.toml"
    text = (own if own.is_file() else TEMPLATES / f"{name}.toml").read_text(encoding="utf-8")
    return Told("\n".join(filter(None, (text, left_out_words()))))


@takes(WordsSettings, "length", "start", "before", "own_model", "own_strength")
def make_words(prompt, count: int = 4, seed: int | None = None, **settings) -> Results:
    """Short texts on a topic; of a text longer than the model can read,
    a sentence says which part it read.

    Args:
        prompt: the topic or your text; or a picture, tune or other creation, to be given a title or
            a blurb.
        settings: as listed below.
    """

    try:
        about = None if isinstance(prompt, str) else pick(Portfolio(), None, prompt)
        part, told, longest = what_is_read(
            topic_of(about) if about else prompt,
            settings.get(
                "template", "title" if about else "own" if settings.get("own_model") else "poem"
            ),
        )
    except LearnerError as sentence:
        return Results(message=str(sentence))
    results = make(
        "words",
        part,
        count,
        seed,
        {**({"template": "title"} if about else {}), **settings},
        parent=about.id if about else None,
        longest=longest,
    )
    results.message = results.message or told
    return results


def my_version(text, words: str) -> Results:
    """Your version of a text made here: saved as a text of its own, with your words and the
    machine's counted. `text`: a creation, results or a studio.
    """
    portfolio = Portfolio()
    try:
        original = pick(portfolio, "words", text)
        version, pairs = version_of(original, words, family(portfolio, original))
        portfolio.save(version)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([version], share_sentence(pairs))


def move_line(move: str, what: str) -> str:
    """What a person does in a story, as a sentence; "" when nothing was typed."""
    what = " ".join(str(what).split()).rstrip(".")
    if not what:
        return ""
    if what.lower().startswith("i "):
        what = what[2:]
    return MOVES[move].format(what)


def turn_asked(state: Creation, seed: int, settings: dict) -> Recipe:
    """The recipe for what happens next in a story: its last move (the last paragraph,
    if it begins with "I"), and what came before.

    Raises:
        LearnerError: the story cannot be given to the model.
    """
    from course_utils.safety.prompts import check_prompt

    before, _, last = state.text.rstrip().rpartition("\n\n")
    if not before or not last.startswith("I ") or len(last) > 300:
        before, last = state.text, WAIT
    settings = {**settings, "before": check_prompt(end_of(before, READ), longest=READ)}
    return Recipe(
        kind="words",
        prompt=check_prompt(last.replace("“", '"').replace("”", '"')),
        seed=seed,
        settings=settings,
        parent=state.id,
    )


def beginning(text: str) -> str:
    """What of a text stays when it is varied: its first line, of a single line the first words."""
    lines = text.splitlines()
    return lines[0] + "\n" if len(lines) > 1 else " ".join(text.split()[:5])


def topic_of(creation: Creation) -> str:
    """What a text about a creation is asked for."""
    return f"{TOPICS.get(creation.kind, 'a text about')} {creation.recipe.prompt}"[:200]


def what_is_read(prompt: str, template: str) -> tuple[str, str, int]:
    """What of a learner's text a kind of text reads, a sentence that says so,
    and the most characters it takes.

    Raises:
        LearnerError: there is no such kind, or the text is far too long to be one.
    """
    from course_utils.safety.prompts import LONGEST_PROMPT
    from course_utils.words.engine import read_template

    kind = read_template(template)
    return *read_part(prompt, kind, LONGEST_PROMPT), kind.get("longest", LONGEST_PROMPT)


def asked_for(state: Creation, seed: int, settings: dict, longest: int = 400) -> tuple[Recipe, str]:
    """The recipe for suggestions of how a text goes on, and a sentence about what of it is read
    ("" when all is).

    Raises:
        LearnerError: the end of the text cannot be given to the model.
    """
    from course_utils.safety.prompts import check_prompt
    from course_utils.words.templates import read_template

    template = read_template(settings["template"])
    part, told = read_part(state.text, template, longest)
    return (
        Recipe(
            kind="words",
            prompt=check_prompt(part, longest=template.get("longest", longest)),
            seed=seed,
            settings=settings,
            parent=state.id,
        ),
        told,
    )
