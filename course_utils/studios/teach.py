"""The teaching studio: a model that learns one's own drawings. The same without widgets: studios/oneline_teach.py."""

from __future__ import annotations

import html
import threading
import time

import ipywidgets as widgets

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe
from course_utils.engines import GENERATION_LOCK, engine_for
from course_utils.media.page import data_address, figure_html
from course_utils.media.uploads import picture_from_file
from course_utils.portfolio.store import Portfolio
from course_utils.studios.canvas import DrawingCanvas, can_draw
from course_utils.studios.frame import WIDE, button, worker
from course_utils.studios.image import choice, words_box
from course_utils.studios.oneline_teach import keep_loaded, look_html, said_of, share_own_model
from course_utils.studios.panels import Panels

MINUTES = [("half a minute: a taste", 0.5), ("two minutes", 2.0), ("four minutes", 4.0), ("eight minutes", 8.0)]
LICENCES = [("anyone who names me (CC BY 4.0)", "CC-BY-4.0"), ("anyone who names me and shares alike (CC BY-SA 4.0)", "CC-BY-SA-4.0"), ("anyone, for anything (CC0)", "CC0-1.0")]
WAYS = [("by itself", "by itself"), ("take the paper of a photo away", "photo of paper"), ("cut the thing out", "cut out"), ("leave them as they are", "as it is")]
AGREED = "Nobody can be recognised in my pictures, or everybody in them has said yes to this"


class TeachStudio(widgets.VBox):
    """Draw or bring 8 to 20 drawings, press Teach, look back, share or delete. `TeachStudio("blobby", drawings=example_drawings())`."""

    def __init__(self, name: str = "blobby", drawings=(), minutes: float = 4.0, portfolio: Portfolio | None = None) -> None:
        self.portfolio, self.engine = portfolio or Portfolio(), engine_for("image")
        self.drawings: list[Creation] = list(drawings)
        self._stop, self._thread, self._guard = threading.Event(), None, threading.Lock()
        self.name, self.author = words_box("New word", "one invented word, 4 to 16 letters"), words_box("Your name", "as it should stand on the card, or nothing")
        self.name.value = name
        self.minutes = choice("How long", [*MINUTES, *([] if minutes in [m for _, m in MINUTES] else [(f"{minutes:g} minutes", minutes)])], minutes)
        self.protect = box("Show it other things meanwhile, so that it forgets less", True)
        self.only_one = box("Learn only the first drawing, on purpose, to see it copied", False)
        self.agreed = box(AGREED, False)
        self.teach_button, self.stop_button = button("Teach", "Begin, or go on with a lesson that was stopped", self.teach, "primary"), button("Stop", "Stop now and keep what it has learned", self.stop)
        self.stop_button.disabled = True
        self.progress, self.status, self.preview, self.shown, self.look = (widgets.HTML() for _ in range(5))
        panels = [("Drawings", self._drawings_panel()), ("Look back", self._look_panel()), ("Share, load, delete", self._share_panel())]
        self.panels = Panels(panels, first_open=True)
        row = widgets.HBox([self.teach_button, self.stop_button], layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__([self.name, self.author, self.minutes, self.protect, self.only_one, row, self.progress, self.preview, self.status, self.panels])
        self._show_drawings()
        self.say("Ready. Add eight to twenty drawings of one thing, then press Teach.")

    def _drawings_panel(self) -> list[widgets.Widget]:
        self.does = words_box("What it does", "such as: waving (or nothing)")
        self.canvas = DrawingCanvas(label="Field for your drawing") if can_draw() else None
        self.upload = widgets.FileUpload(accept="image/*", multiple=True, description="Choose picture files", layout=widgets.Layout(width="auto", align_self="flex-start"))
        self.upload.observe(lambda _: self.take_files(), names="value")
        self.way = choice("Make ready", WAYS, "by itself")
        self.number = widgets.BoundedIntText(value=1, min=1, max=500, description="Drawing", style=WIDE, layout=widgets.Layout(width="220px"))
        consent = widgets.HTML("<p style='margin:0;line-height:1.4'>A photo may show a person. Ask them first, and say what for; then tick this:</p>")
        drawing = [self.canvas, self.does, button("Add this drawing", "Put what is in the field among the drawings", self.add_drawn)] if self.canvas else [widgets.HTML("<p>There is no drawing field here: choose picture files.</p>")]
        return [*drawing, self.upload, consent, self.agreed, self.way, button("Use the practice drawings", "Twelve drawings made by a program", self.use_practice), self.shown,
                widgets.HBox([self.number, button("Take out", "Take the drawing of that number out", self.take_out)])]  # fmt: skip

    def _look_panel(self) -> list[widgets.Widget]:
        self.ask = words_box("Ask it for", "such as: blobby with a hat")
        ways = [("Before and after", "before"), ("What it forgot", "forgot"), ("What it copied", "copied")]
        return [self.ask, widgets.HBox([button(name, "Pictures and what was measured", lambda way=way: self.look_back(way)) for name, way in ways], layout=widgets.Layout(flex_flow="row wrap")), self.look]

    def _share_panel(self) -> list[widgets.Widget]:
        self.licence = choice("Who may use it", LICENCES, "CC-BY-4.0")
        self.model_file = widgets.FileUpload(accept=".safetensors", multiple=False, description="Load somebody's model", layout=widgets.Layout(width="auto", align_self="flex-start"))
        self.model_file.observe(lambda _: self.load(), names="value")
        self.sure = box("Yes, delete it for good: the model, its lesson and its drawings", False)
        hint = widgets.HTML("<p style='margin:0;line-height:1.4'>An own model stays on this computer until you share a copy of it.</p>")
        return [hint, self.licence, button("Share a copy", "One file with its card, in the folder to_use", self.share), self.model_file, self.sure, button("Delete", "Remove every file of it", self.delete)]

    # What a person does

    def add_drawn(self) -> None:
        """Put the drawing in the field among the drawings, and keep it in the portfolio."""
        from course_utils.media.picture import OWN, to_png

        try:
            if not self.canvas.is_drawn_on:
                raise LearnerError("The field is empty. Draw something, then press Add this drawing.")
            recipe = Recipe(kind="image", prompt=checked(self.does.value) or "my drawing", model=OWN)
            drawing = Creation(recipe=recipe, content=to_png(self.canvas.picture()), edits=[HumanEdit(what="drawn by the learner")])
            self.portfolio.save(drawing)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.drawings.append(drawing)
        self.canvas.set_picture(None)
        self._show_drawings()
        self.say(f"Added. {self._counted()}")

    def take_files(self) -> None:
        """Put the chosen picture files among the drawings, and keep them in the portfolio."""
        taken, trouble = 0, ""
        for name, data in uploaded_files(self.upload.value)[:100]:
            try:
                drawing = picture_from_file(data, name.rpartition(".")[0] or name)
                if self.portfolio.find(drawing.id) is None:
                    self.portfolio.save(drawing)
                self.drawings.append(drawing.model_copy(update={"recipe": drawing.recipe.changed(prompt=checked(self.does.value) or "my drawing")}))
                taken += 1
            except LearnerError as sentence:
                trouble = f" {name[:40]} was left out: {sentence}"
        self._show_drawings()
        self.say(f"{taken} file{'s' * (taken != 1)} added. {self._counted()}{trouble}", wrong=bool(trouble))

    def use_practice(self) -> None:
        """Use the practice drawings instead of what is there."""
        from course_utils.taste.example_drawings import example_drawings

        self.drawings = example_drawings()
        self._show_drawings()
        self.say("Twelve practice drawings are here, made by a program in the manner of a child. Press Teach, or replace them by your own.")

    def take_out(self) -> None:
        """Take the drawing of the chosen number out. Its file stays in the portfolio."""
        if self.number.value > len(self.drawings):
            return self.say(f"There is no drawing {self.number.value}. {self._counted()}", wrong=True)
        del self.drawings[self.number.value - 1]
        self._show_drawings()
        self.say(f"Taken out. {self._counted()}")

    def teach(self) -> None:
        """Begin a lesson, or go on with one that was stopped."""
        self._start(self._teach)

    def stop(self) -> None:
        """Stop now; what it has learned is kept."""
        if self.running:
            self._stop.set()
            self.say("Stopping after this step...")

    def look_back(self, way: str) -> None:
        """Before and after, what it forgot, what it copied: pictures and figures."""
        self._start(lambda stop: self._look_back(way))

    def share(self) -> None:
        """Write a copy to pass on."""
        taken = share_own_model(self.name.value, self.licence.value, self.author.value) if self._same_folder() else None
        if taken is not None:
            self.say(taken.message, wrong=taken.path is None)

    def load(self) -> None:
        """Keep somebody's model from the chosen file."""
        from course_utils.engines.image_own import with_own
        from course_utils.models.own import from_bytes

        files = uploaded_files(self.model_file.value)
        if not files:
            return
        try:
            _, said = keep_loaded(self.portfolio, self.engine, files[0][1], from_bytes, with_own)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.say(said)

    def delete(self) -> None:
        """Remove everything of the model named, once the box is ticked."""
        if not self.sure.value:
            return self.say("Tick the box above Delete first: a deleted model cannot be brought back.", wrong=True)
        if self.running:
            return self.say("It is at work. Press Stop first.", wrong=True)
        gone = self.portfolio.remove_own_model(self.name.value.strip().lower())
        self.engine.forget_own()
        self.sure.value, self.look.value, self.preview.value = False, "", ""
        self.say(f"“{self.name.value}” is gone: {len(gone)} files were removed, and the picture model is as it was." if gone else "There is no own model of that name here.")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the work in hand is done; False when it still goes on after `timeout` seconds."""
        if self._thread is not None:
            self._thread.join(timeout)
        return not self.running

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    # Inside

    def _start(self, work) -> None:
        with self._guard:
            if self.running:
                return self.say("Already at work. Press Stop first, or wait for it to finish.")
            self._stop = threading.Event()
            self.teach_button.disabled, self.stop_button.disabled = True, False
            self._thread = worker(self._work, work, self._stop)
            self._thread.start()

    def _work(self, work, stop: threading.Event) -> None:
        try:
            while not GENERATION_LOCK.acquire(timeout=0.2):
                self.say("Waiting for another studio to finish...")
                if stop.is_set():
                    return self.say("Stopped before it began. Nothing was lost.")
            try:
                work(stop)
            finally:
                GENERATION_LOCK.release()
        except LearnerError as sentence:
            self.say(str(sentence), wrong=True)
        except Exception as problem:
            self.portfolio.log_problem(problem)
            self.say("Something unexpected went wrong; what it had learned is kept. Press Teach to go on, and if it comes back run `course doctor`.", wrong=True)
        finally:
            self.progress.value = ""
            self.teach_button.disabled, self.stop_button.disabled = False, True

    def _teach(self, stop: threading.Event) -> None:
        from course_utils.taste.look_back import draw
        from course_utils.taste.teaching import teach

        self.say("Getting ready: it looks at your drawings, and draws a dozen other things that it should not forget.")
        told = [0.0]

        def tell(progress) -> None:
            if progress.preview:
                self.preview.value = f'<figure style="margin:4px 0"><img alt="What it draws for its word after {progress.seconds:.0f} seconds, always from the same noise" width="144" height="144" src="{data_address("image/png", progress.preview)}"><figcaption>after {progress.seconds:.0f} seconds</figcaption></figure>'
            if time.monotonic() - told[0] > 1 or progress.share >= 1:
                told[0] = time.monotonic()
                self.progress.value = f'<progress aria-label="Lesson" max="100" value="{progress.share * 100:.0f}" style="width:100%;max-width:420px">{progress.share:.0%}</progress><p style="margin:2px 0">{said_of(progress)}</p>'

        own, said = teach(
            self.engine, self.portfolio, self.drawings, self.name.value, minutes=self.minutes.value, author=self.author.value, people_agreed=self.agreed.value, only_one=self.only_one.value,
            protect=self.protect.value, way=self.way.value, on_progress=tell, stop=stop,
        )  # fmt: skip
        made = draw(self.engine, own.card.name, 4, 1, own)
        self.preview.value = "".join(f'<figure style="display:inline-block;margin:4px">{figure_html(one, size=128, name=f"{own.card.name} {number}")}</figure>' for number, one in enumerate(made, 1))
        self.say(f"{said} Four new ones are above. Now look back, or use it with make_image(\"{own.card.name}\", own_model=\"{own.card.name}\").")

    def _look_back(self, way: str) -> None:
        from course_utils.taste.look_back import before_after, copied, forgotten, kept_own

        own = kept_own(self.portfolio, self.name.value)
        self.say("Drawing before and after...")
        asked = [checked(self.ask.value)] if self.ask.value.strip() else None
        back = before_after(self.engine, own, asked) if way == "before" else forgotten(self.engine, own, asked) if way == "forgot" else copied(self.engine, self.portfolio, own)
        self.look.value = look_html(back)
        self.say(back.sentence)

    def _same_folder(self) -> bool:
        """Sharing goes through the one-line call, which uses the learner's usual folder."""
        if self.portfolio.folder != Portfolio().folder:
            self.say("This studio keeps its work in another folder than usual: share it with share_own_model there.", wrong=True)
            return False
        return True

    def _counted(self) -> str:
        count = len(self.drawings)
        more = f" At least {8 - count} more are needed." if count < 8 else " Twenty are the most: take some out." if count > 20 else " That is enough."
        return f"There {'is' if count == 1 else 'are'} {count} drawing{'s' * (count != 1)}.{more}"

    def _show_drawings(self) -> None:
        self.shown.value = "".join(f'<figure style="display:inline-block;margin:3px">{figure_html(one, size=72, name=f"Drawing {number}")}<figcaption style="font-size:12px">{number} {html.escape(one.recipe.prompt[:20])}</figcaption></figure>' for number, one in enumerate(self.drawings[:24], 1))

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Announce a sentence; trouble is announced at once by screen readers."""
        mark = "<b>Please note:</b> " if wrong else ""
        self.status.value = f'<p role="{"alert" if wrong else "status"}" style="margin:4px 0;line-height:1.4">{mark}{html.escape(sentence)}</p>'


def box(words: str, value: bool) -> widgets.Checkbox:
    return widgets.Checkbox(value=value, description=words, indent=False, layout=widgets.Layout(width="95%", max_width="620px"))


def checked(words: str) -> str:
    """Words a learner typed, or "" for none.

    Raises:
        LearnerError: they cannot be used.
    """
    from course_utils.care.prompts import check_prompt

    return check_prompt(words, longest=100) if words.strip() else ""


def uploaded_files(value) -> list[tuple[str, bytes]]:
    """Names and bytes from a FileUpload's value: a dict of files in ipywidgets 7, a tuple in 8."""
    if isinstance(value, dict):
        return [(str(name), bytes(file["content"])) for name, file in value.items()]
    return [(str(file["name"]), bytes(file["content"])) for file in value or ()]
