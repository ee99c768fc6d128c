"""The story studio: you say what you do, say or look at, the model tells what happens, and you choose."""

from __future__ import annotations

import ipywidgets as widgets

from course_utils.creation import Creation, Recipe
from course_utils.words.drafts import end_of
from course_utils.notebook.frame import SLOTS, WIDE
from course_utils.words.writing_studio import WritingStudio

OPENING = "You wake in a lighthouse. The lamp is out, and somebody has set the table for two."
MOVES = {"do": "I {}.", "say": "I say: “{}”", "look": "I look at {}."}
WAIT = "I wait and see what happens."
READ = 1_000  # characters of the story so far that the model reads


class StoryStudio(WritingStudio):
    """A story with choices. `StoryStudio()` or with an opening of your own."""

    noun = "turn"
    make = "Go on"
    template = "story_turn"
    between = "\n\n"

    def __init__(self, opening: str = OPENING, seed: int | None = None, **parts) -> None:
        super().__init__(opening, seed, **parts)
        self.prompt.description = "The story"

    def controls(self) -> list[widgets.Widget]:
        self.move = widgets.Dropdown(options=[("I do ...", "do"), ("I say ...", "say"), ("I look at ...", "look")], value="do", description="My move", style=WIDE)
        self.what = widgets.Text(placeholder="climb the stairs", description="What", style=WIDE, layout=widgets.Layout(width="95%", max_width="620px"))
        return [self.move, self.what, *super().controls()]

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        line = move_line(self.move.value, self.what.value)
        if line:
            self.prompt.value = prompt.rstrip() + "\n\n" + line
            self.what.value = ""
        return super().order(self.prompt.value, seed, parent)

    def asked(self, state: Creation, seed: int, settings: dict) -> Recipe:
        return turn_asked(state, seed, {**settings, "count": SLOTS})


def move_line(move: str, what: str) -> str:
    """What a person does in a story, as a sentence; "" when nothing was typed."""
    what = " ".join(str(what).split()).rstrip(".")
    if not what:
        return ""
    if what.lower().startswith("i "):
        what = what[2:]
    return MOVES[move].format(what)


def turn_asked(state: Creation, seed: int, settings: dict) -> Recipe:
    """The recipe for what happens next in a story: its last move (the last paragraph, if it begins with "I"), and what came before.

    Raises:
        LearnerError: the story cannot be given to the model.
    """
    from course_utils.safety.prompts import check_prompt

    before, _, last = state.text.rstrip().rpartition("\n\n")
    if not before or not last.startswith("I ") or len(last) > 300:
        before, last = state.text, WAIT
    settings = {**settings, "before": check_prompt(end_of(before, READ), longest=READ)}
    return Recipe(kind="words", prompt=check_prompt(last.replace("“", '"').replace("”", '"')), seed=seed, settings=settings, parent=state.id)
