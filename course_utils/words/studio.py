"""The words studio."""

from __future__ import annotations

import html
import random

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import room_words
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.frame import Studio
from course_utils.notebook.results import SLOTS
from course_utils.notebook.widgets import button, set_if_possible
from course_utils.words.calls import TOPICS, beginning, topic_of, what_is_read
from course_utils.words.controls import show_surprise, words_models
from course_utils.words.drafts import family_of, version_of
from course_utils.words.markdown import coloured_html, share_sentence
from course_utils.words.templates import left_out_words, voices

__all__ = ["WordsStudio"]


class WordsStudio(Studio):
    """Four short texts on a topic. `words.Studio(prompt="the moon")`."""

    kind = "words"
    noun = "text"

    def __init__(self, prompt: str = "the moon", seed: int | None = None, **parts) -> None:
        super().__init__(prompt, seed, **parts)

    def controls(self) -> list[widgets.Part]:
        self.template, self.surprise = self.control("template"), self.control("surprise")
        self._told = ""
        return [self.template, self.surprise]

    def more(self) -> list[widgets.Part]:
        self.voice = widgets.Combobox(
            options=voices(), placeholder="an old sailor", ensure_option=False, description="Voice"
        )
        self.repeat, self.items = self.control("repeat"), self.control("items")
        hint = widgets.HTML(
            "<p>The voice is for <i>Say it in another voice</i>:"
            " choose one or type your own. The small model plays at it; a bigger one does it"
            " well.</p>"
        )
        return [hint, self.voice, self.repeat, self.items]

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        return [
            ("Titles and blurbs", self._naming()),
            ("What the examples do", self._comparing()),
            ("Which model", words_models(self.portfolio.log_problem)),
            ("Make it yours", self._rewriting()),
        ]

    def _naming(self) -> list[widgets.Part]:
        self.made = widgets.Dropdown(options=self._made_earlier(), description="Made earlier")
        about = (
            "<p>A picture or a tune wants a name. Choose one you made, then a button; Generate does"
            " the rest.</p>"
        )
        put = "Put it into the box and choose {}"
        buttons = [
            button("Titles for it", put.format("Titles"), lambda: self.name_it("title")),
            button("A blurb for it", put.format("A blurb"), lambda: self.name_it("blurb")),
            button("Look again", "Look for what you made since", self.look_again),
        ]
        return [widgets.HTML(about), self.made, widgets.HBox(buttons)]

    def _comparing(self) -> list[widgets.Part]:
        self.examples = widgets.HTML()
        hint = (
            "<p>Every kind of text shows the model a few examples first. See what it would write if"
            " it were only asked, with the same seed.</p>"
        )
        about = "Ask the model with and without the examples"
        compare = button("Compare", about, self.compare_examples)
        left_out = f"<p>{html.escape(left_out_words())}</p>"  # of one's own kinds of text
        return [widgets.HTML(hint + left_out), compare, self.examples]

    def _rewriting(self) -> list[widgets.Part]:
        self.mine, self.whose = widgets.Textarea(description="My version", rows=6), widgets.HTML()
        hint = (
            "<p>Press Use this under a text, write on it here, then keep your version. Your words"
            " and the machine's are counted.</p>"
        )
        keep = button("Keep my version", "Save it as a text of its own", self.keep_mine)
        return [widgets.HTML(hint), self.mine, keep, self.whose]

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        from course_utils.safety.prompts import check_prompt

        settings = self.settings()
        part, self._told, longest = what_is_read(prompt, settings["template"])
        return (
            Recipe(
                kind="words",
                prompt=check_prompt(part, longest=longest),
                seed=seed,
                settings={"count": SLOTS, **settings},
                parent=parent,
            ),
            {},
        )

    def preload(self) -> None:
        if not self.engine.to_fetch:  # what must be fetched waits for Generate
            super().preload()

    def expected(self, recipe: Recipe) -> str:
        return self.engine.to_fetch

    def advice(self, recipe: Recipe) -> str:
        where = self.engine.where
        return (f" {self._told}" if self._told else "") + (
            f" {where}"
            if where and "stay on this computer" not in where and not room_words(self.engine)
            else ""
        )

    def _made_earlier(self) -> list[tuple[str, str]]:
        found = [
            saved.creation
            for saved in self.portfolio.list(most=60)
            if saved.creation.kind in TOPICS
        ][:20]
        return [(f"{TOPICS[one.kind]} {one.recipe.prompt}"[:90], one.id) for one in found] or [
            ("nothing yet", "")
        ]

    def look_again(self) -> None:
        """Fill the list of what was made with the newest."""
        self.made.options = self._made_earlier()
        self.say("The list of what you made is fresh.")

    def name_it(self, template: str) -> None:
        """Put a creation made earlier into the box, to be given titles or a blurb."""
        kept = self.portfolio.find(self.made.value) if self.made.value else None
        if kept is None:
            return self.say("Make a picture, a tune or a sound first, then press Look again.")
        self.prompt.value, self.template.value, self._parent = (
            topic_of(kept.creation),
            template,
            kept.creation.id,
        )
        self.say("It is in the box now. Press Generate.")

    def compare_examples(self) -> None:
        """Show what the examples of the chosen kind change for the words in the box."""
        from course_utils.words.inside import with_examples

        self.say("Asking with and without the examples.")
        try:
            self.examples.value = with_examples(
                self.template.value, self.prompt.value, seed=self.seed.value
            )._repr_html_()
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.say(
            "Both are shown under What the examples do: first only asked, then after the examples."
        )

    def use(self, place: int) -> None:
        super().use(place)
        if self.chosen is not None:
            self.mine.value = self.chosen.text

    def keep_mine(self) -> None:
        """Save what stands in the box as a person's version of the chosen text."""
        if self.chosen is None:
            return self.say("Choose a text with Use this first; then write on it.")
        try:
            kept = [saved.creation for saved in reversed(self.portfolio.list("words"))]
            family = family_of(self.chosen, kept)
            version, pairs = version_of(self.chosen, self.mine.value, family)
            self.portfolio.save(version)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.whose.value = coloured_html(pairs)
        self._remember()
        self.results = [version]
        self._show_results()
        self.refresh_history()
        self.say(f"Your version is saved and is candidate 1 now. {share_sentence(pairs)}")

    def settings(self) -> dict:
        voice = (
            {"voice": self.voice.value.strip()}
            if self.template.value == "voice" and self.voice.value.strip()
            else {}
        )
        items = {"items": self.items.value} if self.items.value else {}
        return {
            "template": self.template.value,
            "surprise": self.surprise.value,
            "repeat": self.repeat.value,
            **voice,
            **items,
        }

    def show_settings(self, settings: dict) -> None:
        set_if_possible(self.template, settings.get("template"))
        set_if_possible(self.repeat, settings.get("repeat"))
        self.voice.value = str(settings.get("voice") or "")
        set_if_possible(self.items, settings.get("items", 0))
        show_surprise(self.surprise, settings.get("surprise"))

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        """Keep the first line and write the rest anew."""
        return (
            creation.recipe.changed(
                seed=random.randrange(2**31),
                parent=creation.id,
                settings={"count": SLOTS, "start": beginning(creation.text)},
            ),
            {},
        )
