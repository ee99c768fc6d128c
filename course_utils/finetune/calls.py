"""Own models without widgets: teach, look back, share, load and delete, one line each."""

from __future__ import annotations

import contextlib
import html
import os
import threading
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path

from course_utils.creation import Creation, LearnerError
from course_utils.display.figure import figure_html
from course_utils.engines import GENERATION_LOCK, engine_for
from course_utils.engines.base import Progress
from course_utils.models.lora_file import MODELS, THINGS, OwnModel
from course_utils.music.engine import tune_engine
from course_utils.notebook.handed_over import pick_all
from course_utils.notebook.jobs import in_a_worker
from course_utils.notebook.live_line import LiveLine
from course_utils.notebook.results import Results, Taken, pick
from course_utils.pictures.calls import bring_picture
from course_utils.pictures.engine import SHIPPED_MODEL, own_laid_over, picture_engine
from course_utils.portfolio.store import Portfolio
from course_utils.set_up_words import unexpected
from course_utils.words.engine import words_engine

__all__ = [
    "before_and_after",
    "delete_own_model",
    "keep_loaded",
    "load_own_model",
    "look_at",
    "look_html",
    "my_models",
    "said_of",
    "share_own_model",
    "teach_drawings",
    "teach_phrases",
    "teach_tunes",
    "use_line",
    "what_it_copied",
    "what_it_forgot",
]

# the last cannot be read, and is named with what to do
PICTURE_FILES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic"}
MOST_READ = 500  # files of a folder that are read before it is refused


class Look:
    """Pictures in rows with what was measured, as a table; or a sentence on what went wrong."""

    def __init__(self, back=None, message: str = "") -> None:
        self.back, self.message = back, message
        self.figures = back.figures if back else {}

    def _repr_html_(self) -> str:
        return look_html(self.back) if self.back else f"<p>{html.escape(self.message)}</p>"

    def __repr__(self) -> str:
        return (
            "\n".join([self.back.sentence, *(f"{row.name}: {row.said}" for row in self.back.rows)])
            if self.back
            else self.message
        )


class Taught:
    """An own model that was taught, with what it makes now; `own` is None when it could not be."""

    def __init__(self, own=None, message: str = "", pictures: Iterable[Creation] = ()) -> None:
        self.own, self.message, self.pictures = own, message, list(pictures)

    def _repr_html_(self) -> str:
        figures = "".join(
            (
                "<figure"
                ' style="display:inline-block;margin:4px;vertical-align:top;'
                'max-width:260px">'
                f"{figure_html(one, size=128, name=f'{self.own.card.name} {number}')}</"
                "figure>"
            )
            for number, one in enumerate(self.pictures, 1)
        )
        card = f"<p>{html.escape(self.own.card.sentences())}</p>" if self.own else ""
        return f"<p>{html.escape(self.message)}</p>{figures}{card}"

    def __repr__(self) -> str:
        return "\n".join(
            filter(None, [self.message, self.own.card.sentences() if self.own else ""])
        )


def look_html(back) -> str:
    """A look back as an HTML table: a row for each thing asked for, a heading for each column."""
    columns = [name for name, _ in back.rows[0].pictures] if back.rows else []
    # JupyterLab puts cells of a table at the right
    left = 'style="text-align:left;vertical-align:top;padding:2px 12px 2px 0"'
    head = "".join(f'<th scope="col" {left}>{html.escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row" {left}>{html.escape(row.name)}</th>'
        + "".join(
            f"<td {left}>{figure_html(picture, size=96, name=name)}</td>"
            for name, picture in row.pictures
        )
        + f"<td {left}>{html.escape(row.said)}</td></tr>"
        for row in back.rows
    )
    return (
        f"<p>{html.escape(back.sentence)}</p><table><caption>{html.escape(back.title)}"
        f"</caption><tr><td></td>{head}<th"
        f' scope="col" {left}>measured</th></tr>{body}</table>'
    )


def gather_drawings(portfolio: Portfolio, given) -> list[Creation]:
    """Drawings from a folder's name, a list of files and creations, a studio, or nothing
    (the newest pictures drawn or brought in).

    Raises:
        LearnerError: no such folder or file, or one that is no picture.
    """
    from course_utils.pictures.png import BROUGHT_PICTURE

    if given is None:
        return [
            saved.creation
            for saved in portfolio.list("image")
            if saved.creation.recipe.model == BROUGHT_PICTURE
        ][:20]
    if isinstance(given, str | Path) and os.path.isdir(given):
        given = sorted(
            path for path in Path(given).iterdir() if path.suffix.lower() in PICTURE_FILES
        )
        if not given:
            raise LearnerError(
                "There are no pictures in that folder. Put eight to twenty PNG or JPEG files"
                " into it."
            )
    elif isinstance(given, str | Path | Creation):
        given = [given]
    given = list(getattr(given, "drawings", None) or pick_all(portfolio, "image", given))
    if len(given) > 20:
        raise LearnerError(
            f"Those are {len(given)} drawings. Twenty are enough, and more would not fit into five"
            " minutes: choose the twenty that differ most."
        )
    return [one if isinstance(one, Creation) else bring_picture(portfolio, one) for one in given]


def teach_drawings(
    drawings,
    name: str,
    minutes: float = 4.0,
    people_agreed: bool = False,
    show: bool = True,
    **settings,
) -> Taught:
    """Teach the picture model 8 to 20 drawings under a new word.

    To stop, interrupt the cell: what it has learned is kept, and the same line goes on.

    Args:
        drawings: a folder's name, a list of files or creations, or None for the newest you drew or
            brought in.
        name: the new word, 4 to 16 letters, such as "blobby".
        people_agreed: must be True where pictures come from files: nobody can be recognised in
            them, or everybody has said yes.
        show: print how far it is.
        settings: author, only_one, protect, way, seed, most_steps; `taste.teaching.teach` says what
            each means.
    """
    from course_utils.finetune.evaluate_pictures import draw
    from course_utils.finetune.pictures import teach

    return _taught(
        lambda portfolio, **more: teach(
            picture_engine(),
            portfolio,
            gather_drawings(portfolio, drawings),
            name,
            minutes=minutes,
            people_agreed=people_agreed,
            **settings,
            **more,
        ),
        lambda own: draw(picture_engine(), own.card.name, 4, 1, own),
        show,
    )


def teach_tunes(
    tunes,
    name: str,
    minutes: float = 2.0,
    people_agreed: bool = False,
    show: bool = True,
    **settings,
) -> Taught:
    """Teach the tune model a tune, a phrase of two bars or up to 20 tunes, under a name;
    then `tunes.make("a tune", own_model=name)`.

    Args:
        tunes: a creation, some results or a studio, a list of these, or files (MIDI, MusicXML,
            ABC).
        people_agreed: must be True where tunes come from files: they are yours, free to use, or
            their makers have said yes.
        settings: author, protect, seed, most_steps.
    """
    from course_utils.finetune.evaluate_tunes import make as again
    from course_utils.finetune.tunes import teach_tunes as teach

    return _taught(
        lambda portfolio, **more: teach(
            tune_engine(),
            portfolio,
            gather_tunes(portfolio, tunes),
            name,
            minutes=minutes,
            people_agreed=people_agreed,
            **settings,
            **more,
        ),
        lambda own: again(tune_engine(), own, 2, 1, True),
        show,
    )


def teach_phrases(
    phrases,
    name: str,
    minutes: float = 2.0,
    people_agreed: bool = False,
    show: bool = True,
    **settings,
) -> Taught:
    """Teach the words model 5 to 60 phrases of yours, under a name; then `words.make("rain",
    own_model=name)`.

    Args:
        phrases: a list of texts, or one text with a phrase on each line.
        people_agreed: True once whoever wrote them agrees, as you do when they are yours.
        settings: author, protect, seed, most_steps.
    """
    from course_utils.finetune.evaluate_words import ASKED
    from course_utils.finetune.evaluate_words import make as again
    from course_utils.finetune.words import teach_phrases as teach

    given = (
        [line for line in phrases.splitlines() if line.strip()]
        if isinstance(phrases, str)
        else list(phrases or [])
    )
    return _taught(
        lambda portfolio, **more: teach(
            words_engine(),
            portfolio,
            given,
            name,
            minutes=minutes,
            people_agreed=people_agreed,
            **settings,
            **more,
        ),
        lambda own: [
            made
            for number, topic in enumerate(ASKED)
            if (made := again(words_engine(), own, topic, 1 + number, True)) is not None
        ],
        show,
    )


def gather_tunes(portfolio: Portfolio, given) -> list[Creation]:
    """Tunes from creations, results, studios and files.

    Raises:
        LearnerError: one of them is no tune or cannot be read.
    """
    if given is None:
        raise LearnerError("There is no tune yet. Make, hum or bring one, then teach it.")
    found = []
    for one in (
        given if isinstance(given, list | tuple) and not hasattr(given, "results") else [given]
    ):
        found.append(
            one
            if isinstance(one, Creation)
            else (
                bring_tune_file(portfolio, one)
                if isinstance(one, str | Path)
                else pick(portfolio, "tune", one)
            )
        )
    return found


def bring_tune_file(portfolio: Portfolio, name) -> Creation:
    """A tune from a file, kept in the portfolio.

    Raises:
        LearnerError: it cannot be read as a tune.
    """
    from course_utils.music.score_calls import bring_tune

    brought = bring_tune(str(name))
    if not len(brought):
        raise LearnerError(brought.message)
    return brought[0]


def _taught(lesson, after, show: bool) -> Taught:
    """Run a lesson in the background so that an interrupted cell stops it and keeps what
    was learned.
    """
    portfolio, stop, told = Portfolio(), threading.Event(), [-100.0]
    result = Taught()
    line = LiveLine("lesson")

    def tell(progress) -> None:
        line.hear(Progress(int(progress.seconds), int(progress.total), note=said_of(progress)))
        if show and (progress.seconds - told[0] >= 15 or progress.share >= 1):
            told[0] = progress.seconds
            print(said_of(progress), flush=True)

    def work() -> None:
        try:
            with GENERATION_LOCK:
                result.own, result.message = lesson(portfolio, on_progress=tell, stop=stop)
                result.pictures = after(result.own)
        except LearnerError as sentence:
            result.message = str(sentence)
        except Exception as problem:
            portfolio.log_problem(problem)
            result.message = unexpected(
                problem,
                "Something unexpected went wrong; what it had learned is kept. Run the cell again"
                " to go on, and if it comes back run `course doctor`.",
            )

    # it has set `stop`; what was done until then is the result
    with contextlib.suppress(KeyboardInterrupt):
        in_a_worker(work, stop, line)
    return result


def said_of(progress) -> str:
    """How far a lesson is, in words."""
    left = max(0.0, progress.total - progress.seconds)
    return (
        f"{progress.share:.0%} done, {progress.seconds:.0f} of {progress.total:.0f} seconds, about"
        f" {left:.0f} left; step {progress.steps}, error {progress.loss:.2f}"
    )


def look_at(portfolio: Portfolio, own, way: str, asked: list[str] | None = None, **settings):
    """A look back at a lesson of any kind: `way` is before, forgot or copied.

    Raises:
        LearnerError: nothing can be compared.
    """
    return LOOK_AT[own.card.kind](way, portfolio, own, asked, **settings)


def _look_at_pictures(way: str, portfolio: Portfolio, own, asked: list[str] | None, **settings):
    from course_utils.finetune.evaluate_pictures import before_after, copied, forgotten

    engine = picture_engine()
    if way == "copied":
        return copied(engine, portfolio, own, **settings)
    look = before_after if way == "before" else forgotten
    return look(engine, own, asked, **settings)


def _look_at(home: str, way: str, portfolio: Portfolio, own, asked: list[str] | None, **settings):
    names = {"before": "before_after", "forgot": "forgotten", "copied": "copied"}
    look = getattr(import_module(f"course_utils.finetune.{home}"), names[way])
    engine = tune_engine() if home == "evaluate_tunes" else words_engine()
    return look(engine, portfolio, own, asked, **settings)


LOOK_AT: dict[str, Callable] = {
    "image": _look_at_pictures,
    "tune": partial(_look_at, "evaluate_tunes"),
    "words": partial(_look_at, "evaluate_words"),
}


def _look(name: str, way: str, asked: list[str] | None, seed: int) -> Look:
    from course_utils.finetune.evaluate_pictures import kept_own

    portfolio = Portfolio()
    try:
        own = kept_own(portfolio, name)
        with GENERATION_LOCK:
            return Look(look_at(portfolio, own, way, asked, seed=seed))
    except LearnerError as sentence:
        return Look(message=str(sentence))


def before_and_after(name: str, prompts: list[str] | None = None, seed: int = 11) -> Look:
    """The same words and seeds, before and after teaching."""
    return _look(name, "before", prompts, seed)


def what_it_forgot(name: str, words: list[str] | None = None, seed: int = 11) -> Look:
    """Things nobody taught, before and after, and how far each has moved (pictures),
    or how much worse they are guessed (tunes and words).
    """
    return _look(name, "forgot", words, seed)


def what_it_copied(name: str, seed: int = 11) -> Look:
    """What it makes, each beside the nearest thing it was taught, and how near they are."""
    return _look(name, "copied", None, seed)


def my_models() -> Results:
    """The own models kept here, with their cards."""
    portfolio, told = Portfolio(), []
    for name in portfolio.own_models():
        try:
            if (own := portfolio.own_model(name)) is not None:
                told.append(own.card.sentences())
        except LearnerError as sentence:
            told.append(f"“{name}”: {sentence}")
    return Results(
        message="\n".join(told)
        or (
            "You have no own model yet. Teach one with teach_drawings, or load one with"
            " load_own_model."
        )
    )


def share_own_model(name: str, licence: str = "CC-BY-4.0", author: str = "") -> Taken:
    """A copy of an own model to pass on, in the folder to_use: one safetensors file with its card
    inside. The model itself stays private.
    """
    from course_utils.finetune.evaluate_pictures import kept_own
    from course_utils.models.lora_file import LICENCES, to_bytes
    from course_utils.safety.prompts import check_prompt

    portfolio = Portfolio()
    try:
        own = kept_own(portfolio, name)
        if licence not in LICENCES or licence == "private":
            raise LearnerError(
                "Choose what others may do with it: "
                + (
                    ", ".join(
                        f"{short} ({long})"
                        for short, long in LICENCES.items()
                        if short != "private"
                    )
                )
                + "."
            )
        author = (
            check_prompt(author, longest=80, any_script=True) if author.strip() else own.card.author
        )
        path = portfolio.keep_at(
            f"to_use/{own.card.name}.safetensors",
            to_bytes(
                own.card.model_copy(update={"licence": licence, "author": author}), own.tensors
            ),
        )
    except LearnerError as sentence:
        return Taken(message=str(sentence))
    return Taken(
        path,
        f"Written: to_use/{path.name} ({path.stat().st_size / 1e6:.1f} MB) in your portfolio. It"
        " can bring back what you taught it, nearly as it was, so give it only to people you would"
        f" show the {THINGS[own.card.kind][1]}. Delete takes this copy away too, but none that you"
        " have sent.",
    )


def load_own_model(file) -> Taken:
    """Somebody's own model, checked and kept here: then `pictures.make("...",
    own_model="its name")`.
    """
    from course_utils.models.lora_file import LARGEST_FILE

    portfolio = Portfolio()
    try:
        path = Path(file)
        if path.suffix.lower() != ".safetensors":
            raise LearnerError(
                "Own models are files that end in .safetensors; other kinds can carry programs and"
                " are not read. Ask for that file."
            )
        try:
            data = (
                path.read_bytes()
                if path.stat().st_size <= LARGEST_FILE
                else b"\0" * (LARGEST_FILE + 1)
            )
        except OSError as problem:
            raise LearnerError(
                f"There is no file {path.name} that can be read here. Check the name, or drag the"
                " file into the file list on the left."
            ) from problem
        return Taken(*keep_loaded(portfolio, data))
    except LearnerError as sentence:
        return Taken(message=str(sentence))


def keep_loaded(portfolio: Portfolio, data: bytes) -> tuple[Path, str]:
    """Check the bytes of somebody's own model against the model it belongs to and keep them;
    its path and a sentence.

    Raises:
        LearnerError: it cannot be used here, or there is another model of that name.
    """
    from course_utils.models.lora_file import check_name, from_bytes

    own = from_bytes(data)
    name = check_name(own.card.name)
    there = portfolio.own_model(name)
    if there is not None and there.print != own.print:
        raise LearnerError(
            f"You have another model called “{name}”. Delete yours first, or ask for the file under"
            " another name."
        )
    lay_over(own)
    path = (
        portfolio.keep_at(f"{MODELS}/{name}/{name}.safetensors", data)
        if there is None
        else portfolio.folder / MODELS / name / f"{name}.safetensors"
    )
    return path, f"Loaded. {own.card.sentences()} Use it with {use_line(own.card)}."


def lay_over(own) -> None:
    """Try an own model on the model it belongs to.

    Raises:
        LearnerError: it does not fit.
    """
    LAY_OVER[own.card.kind](own)


def _over_words(own: OwnModel) -> None:
    from course_utils.words.lora import OwnBackend

    engine = words_engine()
    engine.load()
    OwnBackend(own, 1.0, engine.backend.revision).load()


LAY_OVER: dict[str, Callable[[OwnModel], object]] = {
    "image": lambda own: own_laid_over(picture_engine().model(SHIPPED_MODEL), own, 1.0),
    "tune": lambda own: tune_engine().note_model().with_own(own, 1.0),
    "words": _over_words,
}


def use_line(card) -> str:
    """The line of code that uses an own model."""
    return {
        "image": f'pictures.make("{card.name}", own_model="{card.name}")',
        "tune": f'tunes.make("a tune", own_model="{card.name}")',
        "words": f'words.make("rain", own_model="{card.name}")',
    }[card.kind]


def delete_own_model(name: str) -> Taken:
    """Remove an own model for good: its file, its lesson, what it was taught from as it was made
    ready, and the copy made for sharing.
    """
    portfolio = Portfolio()
    gone = portfolio.remove_own_model(str(name).strip().lower())
    for kind in ("image", "tune", "words"):
        engine_for(kind).forget_own()
    if not gone:
        return Taken(
            message=f"There is no own model called “{str(name)[:40]}” here, so nothing was removed."
        )
    return Taken(
        message=(
            f"“{name}” is gone: {len(gone)} files were removed, and the model is as it was. What"
            " was made with it is still in your portfolio; its recipes say what is missing."
        )
    )
