"""The studios in a browser: one page with a tab for each, for phones as for large screens,
by keyboard and by ear.

No model is called from here: every button calls a one-line function of `studios`, which saves what
it makes the moment it exists.
"""

from __future__ import annotations

import html
import random
import threading
from collections.abc import Callable, Iterator
from typing import Any

from course_utils.controls import Action, Control, StudioSpec, found, kept
from course_utils.creation import Creation, LearnerError, new_id
from course_utils.display.figure import figure_html
from course_utils.display.html import data_address
from course_utils.notebook.frame import VERBS
from course_utils.notebook.results import SLOTS, again
from course_utils.portfolio.store import Portfolio
from course_utils.web.following import News, follow
from course_utils.web.launch import SOUND_AT, quiet_gradio
from course_utils.web.studio_tabs import studios

LARGEST_LINK = 40_000_000  # bytes that a page can carry
TITLE = "First sparks: the studio"
NAMES = [f"Candidate {number + 1}" for number in range(12)]
SMALL_ENOUGH = 40_000_000  # bytes that may travel inside a page
CSS = """
.results {display: flex; flex-wrap: wrap; gap: 12px}
.results figure {margin: 0; padding: 8px; border: 1px solid #6b7484; border-radius: 8px; \
background: #ffffff; color: #1b1f27; flex: 1 1 140px; max-width: 420px; min-width: 0; \
overflow-wrap: anywhere}
.results figure > img {width: 100%; max-width: 256px} .results.wide figure {flex-basis: 300px; \
max-width: 640px} .results svg, .results audio {max-width: 100%}
.results b {display: block} .extra {overflow-x: auto} .extra table {border-collapse: collapse}
button, textarea, input[role=listbox], input[type=number] {min-height: 40px} input[type=radio], \
input[type=checkbox] {min-width: 20px; min-height: 20px} button.label-wrap {align-items: center}
.gradio-container button[role=tab].selected {color: #0b57a8; font-weight: bold} :focus-visible \
{outline: 3px solid #0b57a8 !important; outline-offset: 2px}
footer {display: none !important}
"""
# Gradio's page has no live region, and its folds do not say whether they are open; this adds both,
# also in tabs that are only built when they are opened.
SPEAK = """() => {
  document.documentElement.lang = 'en';
  const mark = () => {
    for (const one of document.querySelectorAll('.said:not([role])')) if \
(!one.querySelector('.said')) { one.setAttribute('role', 'status'); one.setAttribute('aria-live', \
'polite'); }
    for (const fold of document.querySelectorAll('.label-wrap')) {
      fold.setAttribute('aria-expanded', fold.classList.contains('open'));
      fold.querySelector('.icon')?.setAttribute('aria-hidden', 'true');
    }
  };
  mark();
  new MutationObserver(mark).observe(document.body, {childList: true, subtree: true, attributes: \
true, attributeFilter: ['class']});
}"""


def open_studio(port: int | None = None, public: bool = False):
    """Open the studios as a page for a browser: the same engines and the same portfolio as in the
    notebooks. `close()` ends it.
    """
    from course_utils.web.launch import show_app

    return show_app(studio_app(), port, public)


def studio_app():
    """The page with all studios as a Gradio app that is not open yet.

    Raises:
        LearnerError: gradio is not installed.
    """
    gradio = quiet_gradio()
    with gradio.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(3600, 3600)) as app:
        gradio.HTML(
            f"<h1>{TITLE}</h1><p>You direct, small models on this computer make. Everything is"
            f" saved in the folder {html.escape(Portfolio().folder.name)} the moment it exists.</p>"
        )
        with gradio.Tabs():
            tabs = [Tab(gradio, spec) for spec in studios()]
            work_tab(gradio)
        for tab in tabs:
            tab.listen()
        app.load(None, js=SPEAK)
    app.course_css, app.course_tabs = CSS, {tab.spec.kind: tab for tab in tabs}
    return app


def said(sentence: str, wrong: bool = False) -> str:
    """A sentence for the status line."""
    return f"<p>{'<b>Please note:</b> ' if wrong else ''}{html.escape(sentence)}</p>"


def shown(creations: list[Creation], name: str = "Candidate") -> str:
    """Creations side by side, each with its number."""
    wide = (
        " wide"
        if any(creation.kind in ("tune", "backing", "sound", "page") for creation in creations)
        else ""
    )
    figures = "".join(
        (
            f"<figure><b>{name} "
            f"{number}"
            "</"
            "b>"
            + (
                figure_html(
                    creation, name=f"{name} {number}", sound_at=SOUND_AT.format(creation.id)
                )
            )
            + "</figure>"
        )
        for number, creation in enumerate(creations, 1)
    )
    return f'<div class="results{wide}">{figures}</div>' if creations else ""


def component(gradio, control: Control, portfolio: Portfolio):
    """A control as a part of the page."""
    if control.choices is not None:
        return gradio.Dropdown(
            control.options(portfolio),
            value=control.value,
            label=control.label,
            interactive=True,
            filterable=False,
        )
    if control.accept:
        return gradio.File(
            label=control.label, file_types=list(control.accept), type="filepath", height=140
        )
    if isinstance(control.value, bool):
        return gradio.Checkbox(control.value, label=control.label, interactive=True)
    if control.span:
        low, high, step = control.span
        return gradio.Slider(
            low, high, value=control.value, step=step, label=control.label, interactive=True
        )
    if control.whole:
        return gradio.Number(
            control.value,
            label=control.label,
            precision=0,
            minimum=0,
            maximum=400,
            interactive=True,
        )
    return gradio.Textbox(
        control.value, label=control.label, lines=control.lines, max_length=2000, interactive=True
    )


class Tab:
    """The parts of one studio and what they do.

    Its state is a dict: the page's own id, and the ids of the creations shown, before (for Undo)
    and chosen.
    """

    stops: dict[tuple[str, str], threading.Event] = {}  # of the work in hand, by page and studio

    def __init__(self, gradio, spec: StudioSpec) -> None:
        self.gradio, self.spec = gradio, spec
        portfolio = Portfolio()
        self.parts: dict[str, Any] = {}
        with gradio.Tab(spec.name, id=spec.kind) as self.tab:
            self.state = gradio.State(
                lambda: {"page": new_id(), "shown": [], "before": [], "chosen": None}
            )
            self.words = gradio.Textbox(spec.words, label=spec.label, lines=2, max_length=2000)
            with gradio.Row():
                self._add([control for control in spec.controls if not control.group], portfolio)
            with gradio.Row():
                self.generate = gradio.Button("Generate", variant="primary", min_width=90)
                self.stop = gradio.Button("Stop", min_width=90)
                self.undo = gradio.Button("Undo", min_width=90)
            self.progress = gradio.HTML()
            self.said = gradio.HTML(
                said(
                    "Ready. Change the words if you like, then press Generate for four"
                    f" {spec.noun}s."
                ),
                elem_classes="said",
            )
            self.results = gradio.HTML()
            with gradio.Group(visible=False) as self.chooser:
                self.which = gradio.Radio(NAMES[:1], value=NAMES[0], label="Which one?")
                with gradio.Row():
                    self.verbs = {
                        verb: gradio.Button(label, min_width=90)
                        for verb, (label, _) in VERBS.items()
                    }
            for group in dict.fromkeys(control.group for control in spec.controls if control.group):
                with gradio.Accordion(group, open=False):
                    self._add(
                        [control for control in spec.controls if control.group == group], portfolio
                    )
                    if group == "More settings":
                        self.seed = gradio.Number(
                            random.randrange(10_000),
                            label="Seed: the same number makes the same again",
                            precision=0,
                            minimum=0,
                            maximum=2**31 - 1,
                        )
                        self.keep_seed = gradio.Checkbox(False, label="Keep this seed")
            self.buttons: list[tuple[Action, Any]] = []
            for group in dict.fromkeys(action.group for action in spec.actions):
                with gradio.Accordion(group, open=False):
                    for action in [action for action in spec.actions if action.group == group]:
                        if action.about:
                            gradio.HTML(f"<p>{html.escape(action.about)}</p>")
                        self._add(action.controls, portfolio)
                        self.buttons.append((action, gradio.Button(action.label)))
            self.extra = gradio.HTML(elem_classes="extra")
            with gradio.Accordion(f"Earlier {spec.noun}s", open=False):
                self.earlier_list = Control(
                    "earlier", "Kept in your folder, newest first", "", kept(spec.kind)
                )
                self.earlier = component(gradio, self.earlier_list, portfolio)
                self.back = gradio.Button("Bring it back")

    def _add(self, controls, portfolio: Portfolio) -> None:
        for control in controls:
            self.parts[control.name] = component(self.gradio, control, portfolio)

    # What the buttons do

    def listen(self) -> None:
        """Tie every button to what it does."""
        inputs = [
            self.words,
            self.seed,
            self.keep_seed,
            self.which,
            self.state,
            *self.parts.values(),
        ]
        outputs = [
            self.said,
            self.progress,
            self.results,
            self.chooser,
            self.which,
            self.state,
            self.extra,
            self.earlier,
            self.seed,
        ]
        quiet = {"api_visibility": "private", "show_progress": "hidden"}
        on_generate = {
            "fn": self.on_generate,
            "inputs": inputs,
            "outputs": outputs,
            "show_progress": "hidden",
            "api_name": f"make_{self.spec.noun.split()[-1]}",
        }
        self.generate.click(**on_generate)
        self.words.submit(**{**on_generate, "api_name": None, "api_visibility": "private"})
        self.stop.click(self.on_stop, self.state, self.said, queue=False, **quiet)
        self.undo.click(self.on_undo, self.state, outputs, **quiet)
        self.verbs["again"].click(self.on_again, inputs, outputs, **quiet)
        self.verbs["vary"].click(self.on_vary, inputs, outputs, **quiet)
        remixed = [self.words, *self.parts.values(), self.said]
        self.verbs["remix"].click(self.on_remix, [self.which, self.state], remixed, **quiet)
        self.verbs["use"].click(
            self.on_use,
            [self.which, self.state],
            [self.said, self.state, *([self.parts["mine"]] if "mine" in self.parts else [])],
            **quiet,
        )
        self.verbs["save"].click(self.on_save, [self.which, self.state], self.said, **quiet)
        for action, button in self.buttons:
            button.click(self.on_action(action), inputs, outputs, **quiet)
        self.back.click(self.on_back, [self.earlier, self.state], outputs, **quiet)
        controls = [control for control in self._controls() if callable(control.choices)]
        self.tab.select(
            self.fresh_lists,
            None,
            [*(self.parts[control.name] for control in controls), self.earlier],
            **quiet,
        )

    def on_generate(self, words, seed, keep_seed, which, state, *values) -> Iterator[dict]:
        seed = int(seed or 0) if keep_seed else random.randrange(2**31)
        settings = self._values(words, values, state)
        yield {self.seed: seed}
        yield from self._work(lambda: self.spec.make(words or "", SLOTS, seed, settings), state)

    def on_again(self, words, seed, keep_seed, which, state, *values) -> Iterator[dict]:
        creation = self._chosen(which, state)
        yield from self._work(lambda: again(self._there(creation), random.randrange(2**31)), state)

    def on_vary(self, words, seed, keep_seed, which, state, *values) -> Iterator[dict]:
        creation = self._chosen(which, state)
        settings = self._values(words, values, state)
        yield from self._work(
            lambda: self.spec.vary(self._there(creation), settings, random.randrange(2**31)), state
        )

    def on_action(self, action: Action) -> Callable[..., Iterator[dict]]:
        def do(words, seed, keep_seed, which, state, *values) -> Iterator[dict]:
            creation = found(state["chosen"]) or self._chosen(which, state)
            settings = self._values(words, values, state)
            yield from self._work(
                lambda: action.run(creation if action.alone else self._there(creation), settings),
                state,
            )

        return do

    def on_stop(self, state: dict) -> str:
        stop = self.stops.get((state["page"], self.spec.kind))
        if stop is None:
            return said("Nothing is at work here just now.")
        stop.set()
        return said("Stopping after this step...")

    def on_undo(self, state: dict) -> dict:
        if not state["before"]:
            return {self.said: said("There is nothing before this.")}
        *before, ids = state["before"]
        return self._show(
            [creation for creation in map(found, ids) if creation], {**state, "before": before}
        ) | {self.said: said("Back to the candidates before. The others are still in your folder.")}

    def on_remix(self, which, state: dict) -> dict:
        creation = self._chosen(which, state)
        if creation is None:
            return {self.said: said("There is no candidate yet. Press Generate first.")}
        changed: dict = {
            self.words: creation.recipe.prompt,
            self.said: said(
                "Its words and settings are back. Change one thing, then press Generate."
            ),
        }
        portfolio = Portfolio()
        for control in self.spec.controls:
            value = creation.recipe.settings.get(control.name)
            if value is not None and control.fits(value, portfolio):
                changed[self.parts[control.name]] = value
        return changed

    def on_use(self, which, state: dict) -> dict:
        creation, sentence = self._mark(which, state, "chosen with Use this")
        if creation is None:
            return {self.said: said(sentence, True)}
        changed = {
            self.said: said(
                f"{sentence} is chosen for the next step: see the folds below, and My work for a"
                " card."
            ),
            self.state: {**state, "chosen": creation.id},
        }
        return changed | (
            {self.parts["mine"]: creation.text}
            if "mine" in self.parts and creation.kind == "words"
            else {}
        )

    def on_save(self, which, state: dict) -> str:
        creation, sentence = self._mark(which, state, "saved by the learner")
        return (
            said(f"{sentence} is marked as kept by you, in the folder {Portfolio().folder.name}.")
            if creation
            else said(sentence, True)
        )

    def on_back(self, earlier, state: dict) -> dict:
        creation = found(earlier)
        if creation is None:
            return {self.said: said("Choose one in the list first.")}
        return self._show(
            [creation],
            {
                **state,
                "before": [*state["before"], state["shown"]] if state["shown"] else state["before"],
            },
        ) | {self.said: said("The earlier one is back as candidate 1.")}

    def fresh_lists(self) -> list:
        """The lists of kept creations, as they are now."""
        portfolio = Portfolio()
        lists = [control for control in self._controls() if callable(control.choices)]
        return [
            self.gradio.update(choices=control.options(portfolio))
            for control in [*lists, self.earlier_list]
        ]

    # Inside

    def _controls(self) -> list[Control]:
        return list(self.spec.all_controls)

    def _values(self, words: str, values: tuple, state: dict) -> dict:
        return {
            **dict(zip(self.parts, values)),
            "words": words or "",
            "all": [creation for creation in map(found, state["shown"]) if creation],
        }

    def _chosen(self, which: str | None, state: dict) -> Creation | None:
        place = NAMES.index(which) if which in NAMES else 0
        return found(state["shown"][place]) if place < len(state["shown"]) else None

    def _there(self, creation: Creation | None) -> Creation:
        if creation is None:
            raise LearnerError(f"There is no {self.spec.noun} chosen yet. Press Generate first.")
        return creation

    def _mark(self, which, state: dict, what: str) -> tuple[Creation | None, str]:
        creation = self._chosen(which, state)
        if creation is None:
            return None, "There is no candidate yet. Press Generate first."
        try:
            return Portfolio().add_edit(creation, what), which or NAMES[0]
        except LearnerError as problem:
            return None, str(problem)

    def _work(self, job: Callable[[], Any], state: dict) -> Iterator[dict]:
        """Do a job, with the page following."""
        place = state["page"], self.spec.kind
        stop = threading.Event()
        if self.stops.setdefault(place, stop) is not stop:
            yield {self.said: said("Already at work. Press Stop first, or wait for it to finish.")}
            return

        def one_at_a_time() -> Any:
            try:
                return job()
            finally:
                self.stops.pop(place, None)

        before = [*state["before"], state["shown"]][-20:] if state["shown"] else state["before"]
        count = 0
        for news in follow(one_at_a_time, self.spec.noun, stop):
            changed = {self.said: said(news.said, news.wrong), self.progress: news.progress}
            if len(news.made) != count:
                count = len(news.made)
                changed |= self._show(list(news.made), {**state, "before": before})
            if news.done:
                changed |= self._end(news, count, {**state, "before": before})
            yield changed

    def _end(self, news: News, count: int, state: dict) -> dict:
        """What is shown once all is done: results that no engine made, files, tables."""
        changed: dict = {
            self.progress: "",
            self.earlier: self.gradio.update(choices=self.earlier_list.options(Portfolio())),
        }
        answer = news.answer
        if isinstance(answer, list) and answer and not count:
            changed |= self._show(list(answer), state)
        path = getattr(answer, "path", None)
        extra = (
            file_link(path)
            if path
            else ""
            if isinstance(answer, list) or answer is None
            else answer._repr_html_()
        )
        return changed | {self.extra: extra}

    def _show(self, creations: list[Creation], state: dict) -> dict:
        names = NAMES[: len(creations)]
        return {
            self.results: shown(creations[: len(NAMES)]),
            self.chooser: self.gradio.update(visible=bool(creations)),
            self.which: self.gradio.update(choices=names, value=names[0] if names else None),
            self.state: {**state, "shown": [creation.id for creation in creations], "chosen": None},
        }


def file_link(path) -> str:
    """A file as a link inside the page, so that no folder has to be served."""
    data, name = path.read_bytes(), html.escape(path.name, quote=True)
    where = f"It lies in the folder {html.escape(path.parent.name)}."
    if len(data) > SMALL_ENOUGH:
        return f"<p>The file {name} is made. {where}</p>"
    return (
        f'<p><a download="{name}" href="{data_address("application/octet-stream", data)}">Download'
        f" {name}</a>. {where}</p>"
    )


def work_tab(gradio) -> None:
    """The tab with everything kept: a gallery, a card, a zip file."""
    from course_utils.notebook.calls import card_of, download_all, show_history

    portfolio = Portfolio()
    lists = [
        Control(kind, label, "", kept(kind, nothing="none"))
        for kind, label in (
            ("image", "Picture"),
            ("words", "Text"),
            ("tune", "Tune"),
            ("backing", "Backing track"),
            ("sound", "Sound"),
        )
    ]

    def card(title, *ids):
        try:
            made = card_of([creation for creation in map(found, ids) if creation], title or "")
            portfolio.save(made)
        except LearnerError as sentence:
            return said(str(sentence), True), ""
        return said("Your card is saved."), shown([made], "Card")

    choosing = Control(
        "wall",
        "Which one",
        "",
        kept("image", "words", "tune", "backing", "sound", "layout", "page", nothing="none"),
    )

    def everything():
        made = show_history()
        return [
            shown(list(made), "Number") or said(made.message),
            *(gradio.update(choices=one.options(Portfolio())) for one in [*lists, choosing]),
        ]

    def publish(which, where, name, credit):
        from course_utils.classroom.wall.calls import join, put

        creation = found(which)
        try:
            if creation is None:
                raise LearnerError("Choose one of your works in the list first.")
            if (where or "").strip():
                join(where)
            return said(str(put(creation, name or "", credit or "", "")))
        except LearnerError as sentence:
            return said(str(sentence), True)

    with gradio.Tab("My work", id="work") as tab:
        status = gradio.HTML(
            said("Put things you made on one card, or take everything with you."),
            elem_classes="said",
        )
        title = gradio.Textbox("My first card", label="Title of the card", max_length=120)
        with gradio.Row():
            parts = [component(gradio, one, portfolio) for one in lists]
        make = gradio.Button("Make a card", variant="primary")
        result = gradio.HTML()
        take = gradio.Button("Everything as one zip file")
        link = gradio.HTML()
        with gradio.Accordion("Put a work on the class wall", open=False):
            which = component(gradio, choosing, portfolio)
            where = gradio.Textbox(
                "",
                label=(
                    "The wall: its address and code, such as http://192.168.1.20:8000#ABCD-2345;"
                    " empty in a room you have joined"
                ),
                max_length=300,
            )
            name, credit = (
                gradio.Textbox("", label="Its title on the wall", max_length=80),
                gradio.Textbox(
                    "", label="Made by: a first name, a nickname, or nothing", max_length=60
                ),
            )
            put_there = gradio.Button("Put on the wall")
        with gradio.Accordion("The newest", open=True):
            newest = gradio.HTML()
        quiet = {"api_visibility": "private", "show_progress": "hidden"}
        make.click(card, [title, *parts], [status, result], **quiet)
        # a page of its own has no files beside it
        take.click(lambda: download_all().link(LARGEST_LINK), None, link, **quiet)
        put_there.click(publish, [which, where, name, credit], status, **quiet)
        tab.select(everything, None, [newest, *parts, which], **quiet)
