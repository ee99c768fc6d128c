"""The writing desk: a text of one's own, suggestions for how it goes on, and every branch kept."""

from __future__ import annotations

import html

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.frame import HISTORY, Studio
from course_utils.notebook.results import SLOTS
from course_utils.notebook.widgets import button, set_if_possible
from course_utils.words.calls import asked_for
from course_utils.words.controls import show_surprise, words_models
from course_utils.words.drafts import (
    added,
    begun,
    family_of,
    is_state,
    joined,
    owned,
    rewritten,
    tree,
)
from course_utils.words.markdown import clean, coloured_html

__all__ = ["WritingStudio"]

SHOWN = 1_200  # pieces of a long text that are coloured


class WritingStudio(Studio):
    """A text that grows: write, press Suggest, keep or refuse what comes.

    `words.WritingStudio("She opened the letter.")`; or give a text kept earlier.
    """

    kind = "words"
    noun = "suggestion"
    earlier_noun = "text"
    what_next = "Keep one, or more than one as branches; refuse what you do not want."
    make = "Suggest"
    offers_examples = False
    earlier_verb = "Open text"
    verbs = {
        "keep": ("Keep", "Put it at the end of your text; you can change it there"),
        "edit": ("Edit", "Change it first, then keep it"),
        "refuse": ("Refuse", "Not this one; that is counted too"),
    }
    template = "continue"
    between = " "

    def __init__(self, text: str | Creation = "", seed: int | None = None, **parts) -> None:
        self.state: Creation | None = None
        self.family: dict[str, Creation] = {}
        self._taken_back: list[Creation] = []
        self._told = ""
        super().__init__(text if isinstance(text, str) else text.text, seed, **parts)
        self.prompt.description, self.prompt.rows = "My text", 6
        if isinstance(text, Creation):
            self.open_text(text)

    def _build(self, prompt: str, seed: int | None) -> None:
        super()._build(prompt, seed)
        self._edited: Creation | None = None
        self._versions: dict[str, str] = {}  # what a person made of suggestions so far, by id
        self.changed = widgets.Textarea(description="Your version", rows=4)
        buttons = [
            button(
                "Keep my version",
                "Put it at the end of your text as it stands here",
                self.keep_changed,
            ),
            button("Leave it", "Close this box; the suggestion stays as it was", self.leave_it),
        ]
        self._editor = widgets.VBox(
            [self.changed, widgets.HBox(buttons)], layout=widgets.Layout(display="none")
        )
        self.beside.append(self._editor)

    def controls(self) -> list[widgets.Part]:
        self.surprise = self.control("surprise")
        return [self.surprise]

    def more(self) -> list[widgets.Part]:
        self.repeat = self.control("repeat")
        return [self.repeat]

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        hint = widgets.HTML(
            "<p>Every state of your text is kept. Go back to one"
            " and go on from there: that is a new branch, and the old one stays.</p>"
        )
        self.steps = widgets.Dropdown(options=[("nothing yet", "")], description="Steps")
        buttons = [
            button("Go to this step", "Bring the text back as it was then", self.go_to_step),
            button("Take back", "Back to the step before; nothing is deleted", self.take_back),
            button("Bring back", "Undo the last Take back", self.bring_back),
        ]
        self.whose = widgets.HTML()
        count = button(
            "Save and count my words",
            "Keep the text as it stands and show whose words are whose",
            self.count_words,
        )
        return [
            (
                "Steps and branches",
                [
                    hint,
                    self.steps,
                    widgets.HBox(buttons),
                ],
            ),
            ("Whose words?", [count, self.whose]),
            ("Which model", words_models(self.portfolio.log_problem)),
        ]

    def settings(self) -> dict:
        return {
            "template": self.template,
            "surprise": self.surprise.value,
            "repeat": self.repeat.value,
        }

    def show_settings(self, settings: dict) -> None:
        show_surprise(self.surprise, settings.get("surprise"))
        set_if_possible(self.repeat, settings.get("repeat"))

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        state = self.write_down()
        return self.asked(state, seed, self.settings()), {}

    def asked(self, state: Creation, seed: int, settings: dict) -> Recipe:
        """The recipe for suggestions of how a text goes on; see `asked_for`."""
        recipe, self._told = asked_for(state, seed, {**settings, "count": SLOTS})
        return recipe

    def preload(self) -> None:
        if not self.engine.to_fetch:  # what must be fetched waits for Suggest
            super().preload()

    def expected(self, recipe: Recipe) -> str:
        return self.engine.to_fetch

    def advice(self, recipe: Recipe) -> str:
        return f" {self._told}" if self._told else ""

    def earlier(self) -> list[Creation]:
        """The newest text of every family, newest first."""
        texts = [saved.creation for saved in self.portfolio.list("words")]
        parents, found = {one.recipe.parent for one in texts}, []
        for text in texts:
            if is_state(text) and text.id not in parents:
                found.append(text)
        return found[:HISTORY]

    # What a person does

    def write_down(self) -> Creation:
        """Keep the text in the box as a state of its own, if it changed.

        Raises:
            LearnerError: there is no text, or it cannot be kept.
        """
        text, state = self.prompt.value, self.state
        if state is not None and "".join(text.split()) == "".join(state.text.split()):
            return state
        state = begun(text) if state is None else rewritten(state, text, self.family)
        self._go(state)
        return state

    def keep(self, place: int, version: str | None = None) -> None:
        """Put a suggestion, or a person's version of it, at the end of the text.

        One kept after another for the same place begins a branch.
        """
        found = self._at(place)
        if found is None:
            return
        try:
            if version is not None:
                version = clean(version)
            if self.prompt.value.strip():
                self.write_down()
            base = self.family.get(found.recipe.parent or "")
            follows = base is None or self._written_since(base)
            text = self.prompt.value if base is None or follows else base.text
            kept = self._mark(
                place,
                "kept by the learner" if version is None else "kept and changed by the learner",
                "",
            )
            if kept is None:
                return
            self.family[kept.id] = kept
            how = f"kept suggestion {place + 1} of {len(self.results)}."
            state = added(text, kept, self.family, how, self.between)
            self._go(state)
            if version is not None:
                self._go(rewritten(state, joined(text, version, self.between), self.family))
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        if version is not None:
            self.leave_it()
        self.say(
            f"Suggestion {place + 1} is in your text. Change it there as you like."
            if follows
            else (
                f"Suggestion {place + 1} begins a branch of its own; the one you kept before is"
                " still under Steps."
            )
        )

    def edit(self, place: int) -> None:
        """Change a suggestion before it is kept."""
        found = self._at(place)
        if found is None:
            return
        if self._edited is not None:
            self._versions[self._edited.id] = self.changed.value
        self._edited = found
        self.changed.value, self._editor.layout.display = (
            self._versions.get(found.id, found.text),
            "flex",
        )
        self.say(
            f"Suggestion {place + 1} is in the box Your version, below the suggestions. Change it,"
            " then press Keep my version."
        )

    def keep_changed(self) -> None:
        """Keep the version in the box below the suggestions."""
        place = next(
            (
                place
                for place, one in enumerate(self.results)
                if self._edited is not None and one.id == self._edited.id
            ),
            None,
        )
        if place is None:
            return self.say(
                "There are other suggestions now. Your version is still in its box: copy it into"
                " your text, or press Edit at one of them.",
                wrong=True,
            )
        self.keep(place, self.changed.value)

    def leave_it(self) -> None:
        """Close the box for a changed suggestion."""
        if self._edited is not None:
            self._versions.pop(self._edited.id, None)
        self._edited, self.changed.value, self._editor.layout.display = None, "", "none"

    def refuse(self, place: int) -> None:
        """Put a suggestion aside; it is kept in the portfolio and counted."""
        if (
            self._mark(
                place,
                "refused by the learner",
                f"Suggestion {place + 1} is put aside. Press Suggest for four others.",
            )
            is not None
        ):
            self.gallery.aside = [*self.gallery.aside, place]

    def go_to_step(self) -> None:
        """Bring the text back as it was at the step chosen."""
        state = self.family.get(self.steps.value)
        if state is None:
            return self.say("There is no step yet. Write something and press Suggest.")
        self._show(state)
        self.say(
            "The text is back as it was at this step. Go on from here, and a new branch begins."
        )

    def take_back(self) -> None:
        """Back to the state before this one."""
        try:
            state = self.write_down() if self.prompt.value.strip() else self.state
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        before = self.family.get((state.recipe.parent if state else None) or "")
        if before is not None and not is_state(before):
            before = self.family.get(before.recipe.parent or "")
        if state is None or before is None:
            return self.say("This is the beginning; there is nothing before it.")
        self._taken_back.append(state)
        self._show(before)
        self.say("Taken back one step. Bring back undoes that.")

    def bring_back(self) -> None:
        """Undo the last Take back."""
        if not self._taken_back:
            return self.say("Nothing was taken back.")
        self._show(self._taken_back.pop())
        self.say("Brought back.")

    def count_words(self) -> None:
        """Keep the text as it stands, and show whose words are whose."""
        try:
            state = self.write_down()
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.say(f"Kept. You {state.edits[-1].what}")

    def use_earlier(self, place: int) -> None:
        """Open a text kept earlier, with its steps and branches."""
        if place < len(self.history) and not self.running:
            self.open_text(self.history[place])
            self.say("Your text is open again, with its steps.")

    def open_text(self, state: Creation) -> None:
        """Go on with a text kept earlier."""
        self.family = family_of(
            state, [saved.creation for saved in reversed(self.portfolio.list("words"))]
        )
        self._taken_back = []
        self._show(state)

    # Inside

    def _written_since(self, base: Creation) -> bool:
        """Whether only a person wrote between a state and now,
        so that a suggestion made for it still fits at the end.
        """
        state = self.state
        while state is not None and state.id != base.id:
            state = self.family.get(state.recipe.parent or "")
            if state is not None and not is_state(state):
                return False
        return state is not None

    def _go(self, state: Creation) -> None:
        """Keep a new state and show it."""
        self.portfolio.save(state)
        self.family[state.id] = state
        self._show(state)
        self.refresh_history()

    def _show(self, state: Creation) -> None:
        self.state, self.chosen = state, state
        self.prompt.value = state.text
        self.steps.options = [(label, one.id) for label, one in tree(self.family)] or [
            ("nothing yet", "")
        ]
        self.steps.value = state.id
        pairs = owned(state, self.family)
        more = (
            f"<p>{html.escape(f'The last {SHOWN // 2} words are shown.')}</p>"
            if len(pairs) > SHOWN
            else ""
        )
        self.whose.value = coloured_html(pairs, SHOWN) + more
