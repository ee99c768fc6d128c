"""Which model a studio uses: the catalogue's models, or one named by the learner,
with what each needs said before anything is fetched; and fetching with Stop.
"""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Sequence

from course_utils.creation import LearnerError
from course_utils.engines import GENERATION_LOCK
from course_utils.models.catalogue import Model, find_model, find_or_guest, models_for
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.jobs import time_words, worker
from course_utils.notebook.widgets import button
from course_utils.set_up_words import unexpected

__all__ = ["ModelChoice", "fetch_and_use", "offer", "short_words"]

# bytes a second of an everyday network, only to say roughly how long a download takes
USUAL_SPEED = 5_000_000
RESULT = {"image": "picture", "words": "text", "tune": "tune"}


def short_words(model: Model) -> str:
    """A model in a list: its name and what stands between the learner and it."""
    from course_utils.models.choose import fits, this_machine
    from course_utils.models.hub import is_fetched

    if model.ships:
        return "the course's own (small, always here)"
    reason = fits(model, this_machine())
    state = (
        "not for this machine"
        if reason
        else "here already"
        if is_fetched(model)
        else f"{model.bytes / 1e9:.1f} GB to fetch"
    )
    return f"{model.id.split('/')[-1]} ({state})"


def offer(model: Model, also: Sequence[Model] = ()) -> list[str]:
    """What to know before choosing a model, a sentence or two each: what it is, size, licence,
    wait, and whether this machine carries it. `also`: what is fetched with it.
    """
    from course_utils.models.choose import fits, known_speeds, this_machine
    from course_utils.models.hub import folder_of, is_fetched

    lines = [f"{model.sentence} Good: {model.good} Not so good: {model.bad}"]
    missing = [one for one in (model, *also) if not one.ships and not is_fetched(one)]
    size = sum(one.bytes for one in missing)
    if model.ships:
        lines.append("It comes with the course: nothing is fetched.")
    elif missing and not model.bytes:
        lines.append("How much is fetched is not known until the hub is asked.")
    elif not missing:
        lines.append("It is here already: nothing is fetched.")
    else:
        with_it = (
            f", with {' and '.join(one.id for one in missing if one is not model)}"
            if len(missing) > (model in missing)
            else ""
        )
        lines.append(
            f"To fetch, once: {size / 1e6:.0f} MB{with_it}; on an everyday network about"
            f" {time_words(size / USUAL_SPEED)}. Kept in {folder_of(model).parent.parent}."
        )
    rules = f" {model.use_rules}" if model.use_rules else ""
    lines.append(
        f"Licence: {model.licence}.{rules}"
        + ("" if model.commercial else " Not for earning money with.")
    )
    speed = known_speeds().get(model.id)
    result = RESULT.get(model.kind, "result")
    lines.append(
        f"On this machine a {result} took about {time_words(speed)} lately."
        if speed
        else (
            f"How long a {result} takes here is measured with your first one."
            if not model.ships
            else "Four take seconds."
        )
    )
    reason = fits(model, this_machine())
    if reason:
        lines.append(f"It cannot be used here, because {reason}. {this_machine().in_words()}")
    return lines


def fetch_and_use(
    model: Model,
    use: Callable[[str], None],
    also: Sequence[Model] = (),
    on_bytes: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Fetch a model and what belongs to it, then `use` it.

    Raises:
        LearnerError: it does not fit, cannot be fetched, was stopped, or cannot be opened; the
            model in use stays.
    """
    from course_utils.models.choose import fits, this_machine
    from course_utils.models.hub import fetch, is_fetched

    reason = fits(model, this_machine())
    if reason:
        raise LearnerError(f"{model.id} cannot be used here, because {reason}. Choose another one.")
    for one in (*also, model):
        if not one.ships and not is_fetched(one):
            fetch(one, on_bytes=on_bytes, stop=stop)
    with GENERATION_LOCK:
        use(model.id)


class ModelChoice(Sheet):
    """A list of the models of a kind, what each needs in words, and a button to use one."""

    def __init__(
        self,
        kind: str,
        now: Callable[[], str],
        use: Callable[[str], None],
        also: Callable[[Model], list[Model]] = lambda model: [],
        log: Callable[[BaseException], None] = lambda problem: None,
        where: Callable[[], str] = lambda: "",
        as_it_is: Callable[[str], bool] | None = None,
    ) -> None:
        """
        Args:
            now: the name of the model in use.
            use: open a model that is here.
            also: what else a model needs.
            log: keeps the cause of an unexpected error.
            where: a sentence that is said beside the model in use.
            as_it_is: whether a name that is typed needs no fetching (a file, a folder, an address).
                With it there is a box to type in, which takes other names of the hub too.
        """
        self.kind, self._now, self._use, self._also, self._log = kind, now, use, also, log
        self._where, self._as_it_is = where, as_it_is
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        models = sorted(models_for(kind), key=lambda model: model.order)
        at_first = now() if now() in [model.id for model in models] else models[0].id
        self.model = widgets.Dropdown(
            options=[(short_words(model), model.id) for model in models],
            value=at_first,
            description="Model",
        )
        self.other = widgets.Text(
            description="Or another",
            placeholder="a file, a folder, an address, or owner/name",
            continuous_update=False,
        )
        self.card, self.status, self.progress = widgets.HTML(), widgets.Status(), widgets.Bar()
        about = "Fetch it if it is not here, and open it; the present one stays if that fails"
        self.use_button = button("Use this model", about, self.change)
        self.stop_button = button("Stop fetching", "What has arrived is kept", self.stop)
        self.stop_button.disabled = True
        choosing = [self.model, self.other] if as_it_is else [self.model]
        buttons = widgets.HBox([self.use_button, self.stop_button])
        super().__init__([*choosing, self.card, buttons, self.progress, self.status])
        for box in (self.model, self.other):
            box.observe(lambda _: self._show(), "value")
        self._show()
        self.say(f"In use: {self._in_use()}")

    def change(self) -> None:
        """Use the model shown; fetch it first if need be."""
        if self._thread is not None and self._thread.is_alive():
            return self.say("Already at work. Press Stop fetching first, or wait.")
        try:
            wanted = self._wanted()
        except LearnerError as sentence:
            return self.say(f"{sentence} In use: {self._in_use()}", wrong=True)
        self._stop = threading.Event()
        self.use_button.disabled, self.stop_button.disabled = True, False
        self.say("Working. A big model takes a while; until it is open the present one goes on.")
        self._thread = worker(self._work, wanted, self._stop)
        self._thread.start()

    def stop(self) -> None:
        """Stop fetching; what arrived is kept."""
        self._stop.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until a change is done; False when it still goes on after `timeout` seconds."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def _wanted(self) -> Model | str:
        """The model named in the box, else the one chosen in the list;
        what needs no fetching as its name alone.

        Raises:
            LearnerError: there is none of that name.
        """
        name = self.other.value.strip()
        if not name:
            return find_model(self.model.value)
        as_it_is = self._as_it_is is not None and self._as_it_is(name)
        return name if as_it_is else find_or_guest(name, self.kind)

    def _in_use(self) -> str:
        return f"{self._now()}. {self._where()}".rstrip()

    def _work(self, model: Model | str, stop: threading.Event) -> None:
        def arrived(here: int, total: int) -> None:
            share = here / total if total else 1.0
            self.progress.tell_of(share, f"{here / 1e6:.0f} of {total / 1e6:.0f} MB")

        try:
            if isinstance(model, str):
                with GENERATION_LOCK:
                    self._use(model)
            else:
                fetch_and_use(model, self._use, self._also(model), arrived, stop)
            self.say(f"In use from now on: {self._in_use()}")
        except LearnerError as sentence:
            self.say(f"{sentence} In use: {self._in_use()}", wrong=True)
        except Exception as problem:
            self._log(problem)
            self.say(
                unexpected(
                    problem,
                    f"Something unexpected went wrong. In use: {self._in_use()} Press the button"
                    " again, and if it comes back run `course doctor`.",
                ),
                wrong=True,
            )
        finally:
            self.progress.going = False
            self.use_button.disabled, self.stop_button.disabled = False, True

    def _show(self) -> None:
        try:
            model = self._wanted()
            said = (
                ["A file, a folder or a server: nothing is fetched for it."]
                if isinstance(model, str)
                else offer(model, self._also(model))
            )
        except LearnerError as sentence:
            said = [str(sentence)]
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in said)
        self.card.value = (
            '<div role="status"><ul style="margin:4px'
            f' 0;padding-left:20px;line-height:1.4;max-width:620px">{lines}</ul></div>'
        )
