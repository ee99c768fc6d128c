"""Guesses and questions in a notebook: buttons that also the keyboard reaches, and their answer."""

from __future__ import annotations

import html
import sys
from functools import partial
from typing import Any

from course_utils.languages import translate
from course_utils.lessons.keeping import keep, kept_letter
from course_utils.lessons.measures import MEASURES
from course_utils.lessons.questions import Question
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.missing_names import running_shell
from course_utils.notebook.widgets import button
from course_utils.portfolio.store import Portfolio

__all__ = ["Check", "Guess", "show"]

HEAD = "<p style='margin:0 0 4px'><b>{}</b> {}</p>"
PRESS = "Your guess is kept. Now press the studio's button, look, then press Compare."
RUN = "Your guess is kept. Now run the next cell: its result answers you here."


LATE = "The result stands below. Cover it with your hand, and choose: the answer comes at once."


class OneQuestion(widgets.VBox):
    """A question and its choices, one button each."""

    def __init__(self, question: Question, portfolio: Portfolio, head: str) -> None:
        self.question, self.portfolio, self.chosen = question, portfolio, ""
        self.buttons = {
            letter: button(f"{letter}  {words}", f"Choose {letter}", partial(self.choose, letter))
            for letter, (words, _) in question.choices.items()
        }
        self.result = widgets.HTML()
        asked = widgets.HTML(HEAD.format(html.escape(head), html.escape(question.ask)))
        super().__init__([asked, *self.buttons.values(), *self.further(), self.result])

    def further(self) -> list[widgets.Part]:
        """More buttons below the choices."""
        return []

    def choose(self, letter: str) -> None:
        raise NotImplementedError

    def mark(self, letter: str) -> None:
        """Show which is chosen, also to those who cannot see colours."""
        self.chosen = letter
        for other, one in self.buttons.items():
            one.main = other == letter
            words = self.question.choices[other][0]
            one.description = f"{other}  {words}{'  ✓' * (other == letter)}"

    def tell(self, sentence: str) -> None:
        self.result.value = f"<p role='status' style='margin:4px 0'>{html.escape(sentence)}</p>"


class GuessOf(OneQuestion):
    """A guess; what comes out answers it."""

    came: tuple[str | None, str] | None = None  # what the result says, once it is there

    def further(self) -> list[widgets.Part]:
        self.compare = button(
            "Compare", "Say what came out, and why", self.answer_it, style="primary"
        )
        self.compare.layout.display = "none"
        return [self.compare]

    def choose(self, letter: str) -> None:
        """Take a guess; until the result is there it may be changed."""
        self.mark(letter)
        if self.came is not None:
            self.keep_it(letter)
            return self.close_with(*self.came)
        if self.question.press:
            self.compare.layout.display = ""
        trouble = self.keep_it(letter)
        self.tell(trouble or (PRESS if self.question.press else RUN))

    def keep_it(self, letter: str) -> str:
        right = None if self.question.measure else self.question.right
        return keep(self.portfolio, self.question, letter, right)

    def answer_it(self, result: object = None) -> None:
        """The result is there: it answers the guess, or waits for one (all cells were run)."""
        self.came = measured(self.question, result)
        if self.chosen:
            self.close_with(*self.came)
        else:
            self.tell(LATE)

    def close_with(self, right: str | None, found: str) -> None:
        """Say what came out; the guess stays as it is from now on."""
        self.compare.layout.display = "none"
        for one in self.buttons.values():
            one.disabled = True
        self.tell(found + self.question.verdict(self.chosen, right))


def measured(question: Question, result: object) -> tuple[str | None, str]:
    """The letter that a result makes right, and a sentence on what was measured."""
    found = MEASURES[question.measure](result) if question.measure else ""
    if not found:
        return question.right, ""
    for letter, (words, _) in question.choices.items():
        if found in words.lower():
            return letter, f"Measured in the result: {found}. "
    return list(question.choices)[-1], f"Measured in the result: {found}. "


class Guess(Sheet):
    """A guess before a step. It is answered when the next cell has run, or by Compare."""

    def __init__(self, question: Question, portfolio: Portfolio | None = None) -> None:
        self.one = GuessOf(question, portfolio or Portfolio(), "Guess first.")
        self.status = widgets.Status()
        super().__init__([self.one, self.status])
        if not question.press:
            self.wait_for_the_next_cell()

    def wait_for_the_next_cell(self) -> None:
        """Listen to the notebook for one cell after this one."""
        shell, seen = running_shell(), []
        if shell is None:
            return

        def after(result: Any) -> None:
            seen.append(result)
            if len(seen) < 2:  # this very cell
                return
            shell.events.unregister("post_run_cell", after)
            if result is not None and getattr(result, "success", False):
                self.one.answer_it(result.result)

        shell.events.register("post_run_cell", after)

    def still(self) -> str:
        return in_words(self.one)


class CheckOf(OneQuestion):
    """A closing question: each choice is answered at once, with its reason."""

    def choose(self, letter: str) -> None:
        self.mark(letter)
        trouble = keep(self.portfolio, self.question, letter, self.question.right)
        self.tell(trouble or self.question.verdict(letter))


class Check(Sheet):
    """A lesson's closing questions."""

    def __init__(self, questions: tuple[Question, ...], portfolio: Portfolio | None = None) -> None:
        portfolio = portfolio or Portfolio()
        self.asked = [
            CheckOf(one, portfolio, f"{number}.") for number, one in enumerate(questions, 1)
        ]
        for one in self.asked:
            earlier = kept_letter(portfolio, one.question)
            if earlier:
                one.mark(earlier)
                one.tell(one.question.verdict(earlier))
        self.status = widgets.Status()
        super().__init__([*self.asked, self.status])

    def still(self) -> str:
        return "".join(map(in_words, self.asked))


def in_words(one: OneQuestion) -> str:
    """A question, and what was answered, as HTML where no buttons work."""
    rows = "".join(
        f"<li>{letter}: {html.escape(words)}{'  ✓' * (letter == one.chosen)}</li>"
        for letter, (words, _) in one.question.choices.items()
    )
    return f"<p>{html.escape(one.question.ask)}</p><ul>{rows}</ul>{one.result.value}"


def show(one: Sheet, text: str) -> None:
    """Show it where it is called; without a notebook, its words."""
    if running_shell() is None or "IPython" not in sys.modules:
        print(translate(text))
        return
    from IPython.display import display

    display(one)
