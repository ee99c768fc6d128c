"""The story studio: you say what you do, say or look at, the model tells what happens,
and you choose.
"""

from __future__ import annotations

from course_utils.creation import Creation, Recipe
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.results import SLOTS
from course_utils.words.calls import OPENING, move_line, turn_asked
from course_utils.words.writing_studio import WritingStudio

__all__ = ["StoryStudio"]


class StoryStudio(WritingStudio):
    """A story with choices. `words.StoryStudio()` or with an opening of your own."""

    noun = "turn"
    make = "Go on"
    template = "story_turn"
    between = "\n\n"

    def __init__(self, opening: str = OPENING, seed: int | None = None, **parts) -> None:
        super().__init__(opening, seed, **parts)
        self.prompt.description = "The story"

    def controls(self) -> list[widgets.Part]:
        self.move = widgets.Dropdown(
            options=[("I do ...", "do"), ("I say ...", "say"), ("I look at ...", "look")],
            value="do",
            description="My move",
        )
        self.what = widgets.Text(placeholder="climb the stairs", description="What")
        return [self.move, self.what, *super().controls()]

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        line = move_line(self.move.value, self.what.value)
        if line:
            self.prompt.value = prompt.rstrip() + "\n\n" + line
            self.what.value = ""
        return super().order(self.prompt.value, seed, parent)

    def asked(self, state: Creation, seed: int, settings: dict) -> Recipe:
        return turn_asked(state, seed, {**settings, "count": SLOTS})
