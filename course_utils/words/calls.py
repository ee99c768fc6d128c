"""The writing desk and the story without widgets: begin, suggest, keep, write on, look at the steps."""

from __future__ import annotations

import html
import random

from course_utils.creation import Creation, LearnerError
from course_utils.words.drafts import added, begun, family_of, is_state, joined, owned, rewritten, tree
from course_utils.words.markdown import clean, coloured_html, share_sentence
from course_utils.portfolio.store import Portfolio
from course_utils.notebook.results import Results, make, pick
from course_utils.words.story_studio import OPENING, move_line, turn_asked
from course_utils.words.writing_studio import asked_for


def begin_text(text: str) -> Results:
    """A text of your own, kept, for the machine to suggest how it goes on."""
    return kept(lambda portfolio: begun(text))


def suggest(text, count: int = 4, seed: int | None = None, **settings) -> Results:
    """How a text might go on: suggestions to `keep` or leave.

    Args:
        text: words, or a text kept earlier (a creation, results or a studio).
        settings: surprise, repeat, length.
    """
    return turns_of(text, lambda state, seed: asked_for(state, seed, {"template": "continue", **settings}), count, seed)


def story_turn(story=OPENING, do: str = "", say: str = "", look: str = "", count: int = 4, seed: int | None = None, **settings) -> Results:
    """What happens next in a story when you do, say or look at something: turns to `keep` or leave.

    Args:
        story: the opening in words, or a story kept earlier (a creation, results or a studio).
        settings: surprise, repeat, length.
    """
    line = next((move_line(move, what) for move, what in (("do", do), ("say", say), ("look", look)) if what), "")
    return turns_of(story, lambda state, seed: (turn_asked(state, seed, {"template": "story_turn", **settings}), ""), count, seed, line)


def keep(suggestion, version: str | None = None) -> Results:
    """Put a suggestion at the end of the text it was made for. Another one kept for the same text is a branch beside it.

    Args:
        suggestion: what `suggest` or `story_turn` gave (a creation, or results of one).
        version: the suggestion as you changed it, to be kept in its place.
    """

    def state(portfolio: Portfolio) -> Creation:
        found = pick(portfolio, "words", suggestion)
        base = portfolio.find(found.recipe.parent or "0")
        if base is None or not is_state(base.creation):
            raise LearnerError("This is no suggestion for a text of yours. Use suggest or story_turn first, and give one of what comes.")
        changed = clean(version) if version is not None else None
        between = "\n\n" if found.recipe.settings.get("template") == "story_turn" else " "
        found = portfolio.add_edit(found, "kept by the learner" if changed is None else "kept and changed by the learner")
        text, members = base.creation.text, family(portfolio, base.creation)
        after = added(text, found, members, "kept a suggestion.", between)
        if changed is None:
            return after
        portfolio.save(after)
        return rewritten(after, joined(text, changed, between), {**members, found.id: found, after.id: after})

    return kept(state)


def write_on(text, words: str) -> Results:
    """Your new version of a text of yours, kept, with your words and the machine's counted. `text`: a creation, results or a studio."""

    def state(portfolio: Portfolio) -> Creation:
        before = pick(portfolio, "words", text)
        return rewritten(before, words, family(portfolio, before))

    return kept(state)


class WhoseWords:
    """A text with a person's words and the machine's told apart, and its steps; shown by notebooks and terminals."""

    def __init__(self, pairs: list[tuple[str, bool]] = (), steps: list[str] = (), message: str = "") -> None:
        self.pairs, self.steps, self.message = list(pairs), list(steps), message

    def _repr_html_(self) -> str:
        if self.message:
            return f"<p>{html.escape(self.message)}</p>"
        return coloured_html(self.pairs) + "<p>Its steps and branches:</p><ul style='list-style:none'>" + "".join(f"<li>{html.escape(step)}</li>" for step in self.steps) + "</ul>"

    def __repr__(self) -> str:
        return self.message or "\n".join(["".join(piece for piece, _ in self.pairs), share_sentence(self.pairs), *self.steps])


def whose_text(text) -> WhoseWords:
    """A text of yours with your words and the machine's told apart, and all its steps and branches. `text`: a creation, results or a studio."""
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
    """Suggestions for a text, which is kept first; `line` is put at its end. `recipe_for(state, seed)` gives a recipe and what to tell."""
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
    results = make("words", recipe.prompt, count, recipe.seed, dict(recipe.settings), parent=state.id, longest=2000)
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
    """Write with another model from now on: "" is the course's own, else a .gguf file, a folder or hub name for transformers, or the address of a server.

    A hub name that is not on this computer yet is fetched first; what it is, its licence and its size are printed before. `about_words_model` only tells them.
    """
    from course_utils.words.controls import about_model, switch_model

    lines, missing = about_model(name)
    if missing:
        print("\n".join([*lines, "Fetching it now. Interrupt the kernel to stop; what arrived is kept."]))
    return Told(switch_model(name))


def about_words_model(name: str = "") -> Told:
    """What a words model is, its licence, its size, and whether this computer carries it, before anything is fetched. "" lists all there are."""
    from course_utils.words.controls import about_model, bigger

    return Told("\n\n".join("\n".join(about_model(one)[0]) for one in ([name] if name.strip() else ["", *(model.id for model in bigger())])) or "A file, a folder or a server: nothing is fetched for it.")


def kind_of_text(name: str = "ideas") -> Told:
    """How a kind of text is made: its file, to read, or to copy into the folder `my_templates` under a name of your own (small letters, ending in .toml) and change."""
    from course_utils.words.templates import TEMPLATES, own_templates, read_template

    try:
        read_template(name)
    except LearnerError as sentence:
        return Told(str(sentence))
    own = own_templates() / f"{name}.toml"
    return Told((own if own.is_file() else TEMPLATES / f"{name}.toml").read_text(encoding="utf-8"))
