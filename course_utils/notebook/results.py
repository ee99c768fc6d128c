"""The studios without widgets: one line makes and shows, as accessible HTML."""

from __future__ import annotations

import html
import random
from pathlib import Path

from course_utils.creation import Creation, Kind, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.engines.base import room_words, unread_words
from course_utils.display.figure import figure_html, make_page
from course_utils.pictures.uploads import picture_from_file
from course_utils.portfolio.store import Portfolio
from course_utils.notebook.jobs import a_turn, in_a_worker, watching


class Results(list):
    """A list of Creations that a notebook shows as HTML and a terminal as text; `message` says what went wrong, if anything did."""

    def __init__(self, creations: list[Creation] = (), message: str = "") -> None:
        super().__init__(creations)
        self.message = message

    def _repr_html_(self) -> str:
        figures = "".join(f'<figure style="display:inline-block;vertical-align:top;margin:6px;max-width:640px">{figure_html(c, name=f"Candidate {n}")}</figure>' for n, c in enumerate(self, 1))
        return f"<p>{html.escape(self.message)}</p>{figures}" if self.message else figures

    def __repr__(self) -> str:
        return "\n".join([*([self.message] if self.message else []), *(f"{n}. {describe(c)}" for n, c in enumerate(self, 1))]) or "Nothing made yet."


class Taken:
    """A file that was written, or what went wrong."""

    def __init__(self, path=None, message: str = "") -> None:
        self.path, self.message = path, message or f"Written: {path.parent.name}/{path.name} in your portfolio."

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.message)}</p>"

    def __repr__(self) -> str:
        return self.message


def describe(creation: Creation) -> str:
    """A creation in one or two sentences; a text itself."""
    from importlib import import_module

    if creation.kind == "words":
        return creation.text
    if creation.kind == "page":
        return f"Card “{creation.recipe.prompt}”."
    return import_module(f"course_utils.{ {'image': 'pictures.png', 'tune': 'scores.score', 'backing': 'scores.score', 'sound': 'audio.analysis', 'layout': 'layouts.design'}[creation.kind]}").describe(creation)


def make(kind: Kind, prompt: str, count: int, seed: int | None, settings: dict, ingredients: dict[str, Creation | list[Creation]] | None = None, parent: str | None = None, longest: int = 400, model: str = "") -> Results:
    """Make, save and return creations; trouble comes back as a sentence, with what was finished. `ingredients` go to the engine; `model`: the one to use, where an engine has several."""
    from course_utils.safety.prompts import check_prompt

    made, portfolio, trouble, engine = [], Portfolio(), "", None
    try:
        recipe = Recipe(kind=kind, prompt=prompt if kind == "backing" else check_prompt(prompt, any_script=kind == "layout", longest=longest), seed=random.randrange(2**31) if seed is None else seed, settings={"count": count, **settings}, parent=parent, model=model)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    except ValueError:
        return Results(message="A setting there cannot be used: the seed must be a whole number from 0 up. Change it and try again.")
    watch = watching()

    def work() -> None:
        nonlocal ingredients, trouble, engine
        if kind in ("words", "tune") and (own := portfolio.own_model(str(settings.get("own_model") or ""))):
            ingredients = {**(ingredients or {}), "own": own}
        engine = engine_for(kind)
        with a_turn(watch) as mine:
            for creation in engine.create(recipe, on_progress=watch.on_progress, stop=watch.stop, **(ingredients or {})) if mine else ():
                made.append(creation)
                try:
                    portfolio.save(creation)
                except LearnerError as sentence:
                    trouble = str(sentence)  # the result is shown all the same
                watch.on_made(creation)

    try:
        in_a_worker(work, watch.stop)
    except LearnerError as sentence:
        trouble = str(sentence)
    except Exception as problem:
        portfolio.log_problem(problem)
        trouble = "Something unexpected went wrong; what was finished is kept. Run the cell again, and if it comes back run `course doctor`."
    return Results(made, f"{trouble}{room_words(engine)}".strip())


def make_image(prompt: str, count: int = 4, seed: int | None = None, start=None, other=None, model: str = "", **settings) -> Results:
    """Pictures from words, or from a picture and words.

    Args:
        start: a picture to begin from: a creation, some results or a studio (their chosen or first), a DrawingCanvas, or a file's name.
        other: a second picture, to blend with `start`.
        model: a picture model of the catalogue (`course models` lists them), if not the one in use; see `use_picture_model`.
        settings: style (also one you saved, or an own model's name), directions, own_model, own_strength, speed, guidance, leave_out, second, second_share, surprise; with `start`: strength, part, extend, blend_share.
            `ImageEngine.create` says what each means; part may also be a mask, light where it is to change: a file's name, a PIL picture or a DrawingCanvas.
    """
    try:
        portfolio = Portfolio()
        ingredients = {name: bring_picture(portfolio, given) for name, given in (("start", start), ("other", other)) if given is not None}
        settings, ingredients = with_own_style(portfolio, settings, ingredients)
        if "part" in settings:
            settings["part"] = bring_mask(settings["part"], ingredients.get("start"))
        if model:
            check_picture_model(model)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    results = make("image", prompt, count, seed, settings, ingredients, model=model)
    if results and not results.message:
        unread, lost = unread_words(engine_for("image"), prompt), engine_for("image").without_effect(results[0].recipe)
        results.message = f"{f'The model had no room for the end of your words: “{unread}”. Shorten them if that part matters.' if unread else ''} {lost}".strip()
    return results


def check_picture_model(name: str) -> None:
    """Whether there is a picture model of that name.

    Raises:
        LearnerError: there is not.
    """
    from course_utils.models.catalogue import find_model, models_for

    if find_model(name).kind != "image":
        raise LearnerError(f"{name} does not make pictures. Choose one of: {', '.join(model.id for model in models_for('image'))}.")


def with_own_style(portfolio: Portfolio, settings: dict, ingredients: dict) -> tuple[dict, dict]:
    """Picture settings with the name of an own style or model replaced by what it stands for, and the ingredients with that model.

    Raises:
        LearnerError: a file of the style or the model is damaged.
    """
    from course_utils.pictures.saved_styles import expanded

    settings = expanded(portfolio, settings)
    own = portfolio.own_model(str(settings.get("own_model") or ""))
    return settings, {**ingredients, "own": own} if own else ingredients


def bring_picture(portfolio: Portfolio, given) -> Creation:
    """The picture meant: see `make_image`. A file from outside is kept in the portfolio first.

    Raises:
        LearnerError: it cannot be read or is not a picture.
    """
    if hasattr(given, "set_picture"):  # a drawing field

        picture = given.creation()
    elif isinstance(given, str | Path):
        picture = picture_from_file(read_file(given), Path(given).stem)
    else:
        return pick(portfolio, "image", given)
    if portfolio.find(picture.id) is None:
        portfolio.save(picture)
    return picture


def read_file(name: str | Path) -> bytes:
    """The bytes of a file.

    Raises:
        LearnerError: it is not there or cannot be read.
    """
    try:
        return Path(name).read_bytes()
    except OSError as problem:
        raise LearnerError(f"There is no file {Path(name).name} that can be read here. Check the name, or drag the picture into the file list on the left.") from problem


def bring_mask(part, start: Creation | None) -> str:
    """The setting `part` from what a person gives: a name or digits as they are, or a mask (a file's name, a PIL picture, a drawing field).

    Raises:
        LearnerError: the mask cannot be read, does not match the picture, or marks nothing.
    """
    from course_utils.pictures.inpainting import part_from_mask
    from course_utils.pictures.png import open_picture
    from course_utils.pictures.uploads import decode_picture

    if hasattr(part, "set_picture"):
        return part_from_mask(part.mask())
    if isinstance(part, Path) or (isinstance(part, str) and "." in part):
        part = decode_picture(read_file(part))
    if isinstance(part, str) or not hasattr(part, "convert"):
        return part
    return part_from_mask(part, open_picture(start.content).size if start else None)


def sweep_image(prompt: str, seed: int = 1, start=None, **settings) -> Sweep:
    """A contact sheet: the same seed with one or two settings given as lists, such as guidance=[1, 3, 6], style=["flat", "3d"]."""
    lists = {name: values for name, values in settings.items() if isinstance(values, list | tuple)}
    fixed = {name: value for name, value in settings.items() if name not in lists}
    if not 1 <= len(lists) <= 2 or any(not 1 <= len(values) <= 6 for values in lists.values()):
        return Sweep({}, [], [], message="Give one or two settings as lists of up to six values, such as guidance=[1, 3, 6].")
    (across, columns), (down, rows) = (list(lists.items()) + [("", [None])])[:2]
    cells = {}
    for row in rows:
        for column in columns:
            chosen = {**fixed, across: column, **({down: row} if down else {})}
            made = make_image(chosen.pop("prompt", prompt), count=1, seed=chosen.pop("seed", seed), start=start, **chosen)
            if not made:
                return Sweep(cells, columns, rows, across, down, made.message)
            cells[row, column] = made[0]
    return Sweep(cells, columns, rows, across, down)


class Sweep:
    """Pictures by one or two settings, shown as a table with headings. `cells[row, column]` is a Creation; the row is None for one setting."""

    def __init__(self, cells: dict, columns: list, rows: list, across: str = "", down: str = "", message: str = "") -> None:
        self.cells, self.columns, self.rows, self.across, self.down, self.message = cells, columns, rows, across, down, message

    def _repr_html_(self) -> str:
        if not self.cells:
            return f"<p>{html.escape(self.message)}</p>"
        head = "".join(f'<th scope="col">{html.escape(f"{self.across} {column}")}</th>' for column in self.columns)
        body = ""
        for row in self.rows:
            name = "" if row is None else f'<th scope="row">{html.escape(f"{self.down} {row}")}</th>'
            body += f"<tr>{name}" + "".join(f"<td>{figure_html(self.cells[row, column], size=128) if (row, column) in self.cells else ''}</td>" for column in self.columns) + "</tr>"
        corner = "<td></td>" if self.down else ""
        return f"<p>{html.escape(self.message)}</p><table><caption>The same seed with different settings</caption><tr>{corner}{head}</tr>{body}</table>"

    def __repr__(self) -> str:
        return self.message or f"{len(self.cells)} pictures with {self.across} {self.columns}" + (f" and {self.down} {self.rows}" if self.down else "")


def show_family(creation) -> Results:
    """A creation and what it came from, oldest first, as far as the portfolio goes back."""
    portfolio, family = Portfolio(), []
    try:
        member = pick(portfolio, None, creation)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    while member is not None and member.id not in [known.id for known in family] and len(family) < 12:
        family.insert(0, member)
        kept = portfolio.find(member.recipe.parent) if member.recipe.parent else None
        member = kept.creation if kept else None
    return Results(family, "" if len(family) > 1 else "This one came from words alone.")


def make_words(prompt, count: int = 4, seed: int | None = None, **settings) -> Results:
    """Short texts on a topic; of a text longer than the model can read, a sentence says which part it read.

    Args:
        prompt: the topic or your text; or a picture, tune or other creation, to be given a title or a blurb.
        settings: template, surprise, repeat, length, start, voice, own_model; `WordsEngine.create` says what each means.
    """
    from course_utils.words.studio import topic_of, what_is_read

    try:
        about = None if isinstance(prompt, str) else pick(Portfolio(), None, prompt)
        part, told, longest = what_is_read(topic_of(about) if about else prompt, settings.get("template", "title" if about else "own" if settings.get("own_model") else "poem"))
    except LearnerError as sentence:
        return Results(message=str(sentence))
    results = make("words", part, count, seed, {**({"template": "title"} if about else {}), **settings}, parent=about.id if about else None, longest=longest)
    results.message = results.message or told
    return results


def my_version(text, words: str) -> Results:
    """Your version of a text made here: saved as a text of its own, with your words and the machine's counted. `text`: a creation, results or a studio."""
    from course_utils.words.markdown import share_sentence, whose_words, written_on

    portfolio = Portfolio()
    try:
        original = pick(portfolio, "words", text)
        version = written_on(original, words)
        portfolio.save(version)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([version], share_sentence(whose_words(original.text, version.text)))


def make_tune(prompt: str, count: int = 1, seed: int | None = None, **settings) -> Results:
    """Tunes from words. Settings: kind_of_tune, key, mode, bars, tempo, instrument, surprise."""
    return make("tune", prompt, count, seed, settings)


def make_card(picture=None, words=None, tune=None, title: str = "My first card") -> Results:
    """One small card from a picture, words and a tune or backing track: creations, studios (their chosen one), or nothing (the latest of each)."""
    portfolio = Portfolio()
    try:
        sound_kind = "backing" if is_backing(tune) else "tune"
        parts = [pick(portfolio, kind, given) for kind, given in (("image", picture), ("words", words), (sound_kind, tune))]
        from course_utils.safety.prompts import check_prompt

        card = make_page(*parts, check_prompt(title, longest=120))
        portfolio.save(card)
    except LearnerError as sentence:
        return Results([], str(sentence))
    return Results([card], f"Your card “{card.recipe.prompt}” is saved in the folder {portfolio.folder.name}.")


def is_backing(given) -> bool:
    """Whether what is given is a backing track, some of them, or their studio."""
    first = next(iter(given), None) if isinstance(given, list) else given
    return getattr(first, "kind", "") == "backing"


def pick(portfolio: Portfolio, kind: Kind | None, given) -> Creation:
    """The creation meant: itself, a studio's chosen or first one, the first of some results, or the latest kept. `kind` None: of any kind.

    Raises:
        LearnerError: there is none, or it is of another kind.
    """
    name = {"image": "picture", "words": "text", "tune": "tune", "backing": "backing track", "layout": "layout", "sound": "sound", "page": "card", None: "creation"}[kind]
    found = given if isinstance(given, Creation) else getattr(given, "chosen", None) or next(iter(getattr(given, "results", None) or (given if isinstance(given, list) else [])), None)
    if found is not None:
        if kind is not None and found.kind != kind:
            raise LearnerError(f"A {name} is needed here, and something else was given. Give a {name}, then run this cell again.")
        return found
    kept = portfolio.list(kind, most=1)
    if kept:
        return kept[0].creation
    raise LearnerError(f"A {name} is still needed here. Make one first, then run this cell again.")


def earlier(kind: str, words: str) -> Creation | Results:
    """Your newest "picture", "poem" or "tune" from any lesson; where there is none yet, one made now from some words."""
    kinds = {"picture": "image", "poem": "words", "tune": "tune"}
    if kind not in kinds:
        return Results(message=f"Choose one of: {', '.join(kinds)}. Then run this cell again.")
    kept = Portfolio().list(kinds[kind], most=1)
    return kept[0].creation if kept else make(kinds[kind], words, 1, 1, {})


def show_history(kind: Kind | None = None, most: int = 12) -> Results:
    """What is in the portfolio, newest first; also after a restart."""
    kept = [saved.creation for saved in Portfolio().list(kind, most=most)]
    return Results(kept, "" if kept else "Your portfolio is empty so far.")


class Download:
    """A zip file with everything, as a link."""

    def __init__(self, path=None, message: str = "") -> None:
        self.path, self.message = path, message

    def _repr_html_(self) -> str:
        if self.path is None:
            return f"<p>{html.escape(self.message)}</p>"
        from course_utils.display.figure import data_address

        name, size = html.escape(self.path.name, quote=True), self.path.stat().st_size
        where = f"<p>It lies in the folder {html.escape(self.path.parent.name)} as {name} ({size / 1e6:.1f} MB).</p>"
        if size > 40_000_000:  # too large to carry inside a page
            return f"<p>Everything you made is in one file.</p>{where}<p>Open the folder in the file browser on the left and download it from there.</p>"
        return f'<p><a download="{name}" href="{data_address("application/zip", self.path.read_bytes())}">Download everything you made as one zip file</a></p>{where}'

    def __repr__(self) -> str:
        return str(self.path) if self.path else self.message


def download_all() -> Download:
    """Everything in the portfolio as one zip file, with a link to download it."""
    try:
        path = Portfolio().export_zip()
    except LearnerError as sentence:
        return Download(message=str(sentence))
    try:
        from google.colab import files  # only there on Colab
    except ImportError:
        return Download(path)
    files.download(str(path))
    return Download(path)
