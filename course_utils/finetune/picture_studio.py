"""The teaching studio: a model that learns one's own drawings.

The same without widgets: finetune/calls.py.
"""

from __future__ import annotations

import html
import threading

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe
from course_utils.display.figure import figure_html
from course_utils.finetune.studio import LessonStudio, box, checked
from course_utils.models.lora_file import OwnModel
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.widgets import button, choice, uploaded_files, words_box
from course_utils.pictures.canvas import DrawingCanvas, can_draw
from course_utils.pictures.engine import picture_engine
from course_utils.pictures.uploads import picture_from_file
from course_utils.portfolio.store import Portfolio

__all__ = ["TeachStudio"]

WAYS = [
    ("by itself", "by itself"),
    ("take the paper of a photo away", "photo of paper"),
    ("cut the thing out", "cut out"),
    ("leave them as they are", "as it is"),
]


class TeachStudio(LessonStudio):
    """Draw or bring 8 to 20 drawings, press Teach, look back, share or delete.

    `teaching.Studio("blobby", drawings=teaching.example_drawings())`.
    """

    kind = "image"
    first_words = "Ready. Add eight to twenty drawings of one thing, then press Teach."
    agreed_words = (
        "Nobody can be recognised in my pictures, or everybody in them has said yes to this"
    )

    def __init__(
        self,
        name: str = "blobby",
        drawings=(),
        minutes: float = 4.0,
        portfolio: Portfolio | None = None,
    ) -> None:
        self.drawings: list[Creation] = list(drawings)
        super().__init__(name, minutes, portfolio)

    def more_boxes(self) -> list[widgets.Part]:
        self.only_one = box("Learn only the first drawing, on purpose, to see it copied", False)
        return [self.only_one]

    def things_panel(self) -> list[widgets.Part]:
        self.does = words_box("What it does", "such as: waving (or nothing)")
        self.canvas = DrawingCanvas(label="Field for your drawing") if can_draw() else None
        self.upload = widgets.FileUpload(
            accept="image/*", multiple=True, description="Choose picture files"
        )
        self.upload.observe(lambda _: self.take_files(), names="value")
        self.way = choice("Make ready", WAYS, "by itself")
        self.number = widgets.BoundedIntText(value=1, min=1, max=500, description="Drawing")
        consent = widgets.HTML(
            "<p>A photo may show a person. Ask them first, and say"
            " what for; then tick this. If nothing happens after you choose files, they are too"
            " large for this connection: run the cell again and choose fewer at once.</p>"
        )
        drawing = (
            [
                self.canvas,
                self.does,
                button(
                    "Add this drawing",
                    "Put what is in the field among the drawings",
                    self.add_drawn,
                ),
            ]
            if self.canvas
            else [widgets.HTML("<p>There is no drawing field here: choose picture files.</p>")]
        )
        return [
            *drawing,
            self.upload,
            consent,
            self.agreed,
            self.way,
            button(
                "Use the practice drawings", "Twelve drawings made by a program", self.use_practice
            ),
            self.shown,
            widgets.HBox(
                [
                    self.number,
                    button("Take out", "Take the drawing of that number out", self.take_out),
                ]
            ),
        ]

    def show_things(self) -> None:
        self.shown.value = "".join(
            (
                "<figure"
                ' style="display:inline-block;margin:3px">'
                f"{figure_html(one, size=72, name=f'Drawing {number}')}<figcaption"
                f' style="font-size:12px">{number}'
                f" {html.escape(one.recipe.prompt[:20])}</figcaption></figure>"
            )
            for number, one in enumerate(self.drawings[:24], 1)
        )

    def lesson(self, on_progress, stop: threading.Event) -> tuple[OwnModel, str]:
        from course_utils.finetune.pictures import teach

        return teach(
            picture_engine(),
            self.portfolio,
            self.drawings,
            self.name.value,
            minutes=self.minutes.value,
            author=self.author.value,
            people_agreed=self.agreed.value,
            only_one=self.only_one.value,
            protect=self.protect.value,
            way=self.way.value,
            on_progress=on_progress,
            stop=stop,
        )

    def made(self, own: OwnModel) -> list[Creation]:
        from course_utils.finetune.evaluate_pictures import draw

        return draw(picture_engine(), own.card.name, 4, 1, own)

    # What a person does

    def add_drawn(self) -> None:
        """Put the drawing in the field among the drawings, and keep it in the portfolio."""
        from course_utils.pictures.png import BROUGHT_PICTURE, to_png

        try:
            if self.canvas is None or not self.canvas.is_drawn_on:
                raise LearnerError(
                    "The field is empty. Draw something, then press Add this drawing."
                )
            recipe = Recipe(
                kind="image", prompt=checked(self.does.value) or "my drawing", model=BROUGHT_PICTURE
            )
            drawing = Creation(
                recipe=recipe,
                content=to_png(self.canvas.picture()),
                edits=[HumanEdit(what="drawn by the learner")],
            )
            self.portfolio.save(drawing)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.drawings.append(drawing)
        self.canvas.set_picture(None)
        self.show_things()
        self.say(f"Added. {self._counted()}")

    def take_files(self) -> None:
        """Put the chosen picture files among the drawings, and keep them in the portfolio."""
        taken, trouble = 0, ""
        for name, data in uploaded_files(self.upload.value)[:100]:
            try:
                drawing = picture_from_file(data, name.rpartition(".")[0] or name)
                if self.portfolio.find(drawing.id) is None:
                    self.portfolio.save(drawing)
                self.drawings.append(
                    drawing.model_copy(
                        update={
                            "recipe": drawing.recipe.changed(
                                prompt=checked(self.does.value) or "my drawing"
                            )
                        }
                    )
                )
                taken += 1
            except LearnerError as sentence:
                trouble = f" {name[:40]} was left out: {sentence}"
        self.show_things()
        self.say(
            f"{taken} file{'s' * (taken != 1)} added. {self._counted()}{trouble}",
            wrong=bool(trouble),
        )

    def use_practice(self) -> None:
        """Use the practice drawings instead of what is there."""
        from course_utils.finetune.practice_drawings import example_drawings

        self.drawings = example_drawings()
        self.show_things()
        self.say(
            "Twelve practice drawings are here, made by a program in the manner of a child. Press"
            " Teach, or replace them by your own."
        )

    def take_out(self) -> None:
        """Take the drawing of the chosen number out. Its file stays in the portfolio."""
        if self.number.value > len(self.drawings):
            return self.say(
                f"There is no drawing {self.number.value}. {self._counted()}", wrong=True
            )
        del self.drawings[self.number.value - 1]
        self.show_things()
        self.say(f"Taken out. {self._counted()}")

    def _counted(self) -> str:
        count = len(self.drawings)
        more = (
            f" At least {8 - count} more are needed."
            if count < 8
            else " Twenty are the most: take some out."
            if count > 20
            else " That is enough."
        )
        return f"There {'is' if count == 1 else 'are'} {count} drawing{'s' * (count != 1)}.{more}"
