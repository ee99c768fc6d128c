"""One line each: begin a book, change a scene, give it a cover and a word of yours, take it."""

from __future__ import annotations

from course_utils.books.book import DRAWN, HEARD, PLOT, Book, Scene, as_page, credits_html
from course_utils.creation import Creation, LearnerError
from course_utils.engines.unused import no_use_for
from course_utils.files import pack
from course_utils.layouts.calls import fold_zine, make_layouts
from course_utils.lessons.course import course
from course_utils.lessons.running_story import cast, keep_cast, pieces_made
from course_utils.music.calls import make_tune
from course_utils.notebook.results import Results, Taken, Told, pick
from course_utils.pictures.calls import make_image
from course_utils.portfolio.store import Portfolio
from course_utils.safety.prompts import check_prompt
from course_utils.words.calls import make_words

__all__ = [
    "artists_statement",
    "begin_book",
    "change_scene",
    "finish_book",
    "give_cover",
    "show_credits",
    "take_book",
]

LONGEST_LINE, LONGEST_TEXT, ON_A_PAGE = 200, 900, 220  # letters
WRITING = {"template": "continue", "length": 40}  # a sentence or two fit a page
STYLE = "flat"  # one hand for the whole book
# where a piece of the story goes: the scene's place among the five, and its part
PLACES = {"hero": (0, "picture"), "words": (0, "text"), "grown": (1, "text"),
          "tune": (0, "tune"), "sound": (1, "tune")}  # fmt: skip


def begin_book(
    hero: str = "", thing: str = "", title: str = "", seed: int = 1, mine: bool = True
) -> Book:
    """A book of five scenes after the oldest plot there is: somebody finds something, sets off, is
    stopped, is helped and comes home. Each scene gets words, a picture and a tune.

    Args:
        hero: such as "a fox"; without one, the hero of your story.
        thing: what is found, such as "a key".
        title: of the book; without one, hero and thing.
        seed: the same seed, the same book, apart from what is yours.
        mine: put in what you made for the story in earlier lessons.
    """
    portfolio = Portfolio()
    known = cast(portfolio)
    hero, thing = (check_prompt(new or old, longest=60) for new, old in zip((hero, thing), known))
    keep_cast(portfolio, hero, thing)
    title = check_prompt(title or f"{hero} and {thing}", longest=80, any_script=True)
    book = Book(title, seed, [])
    for number in range(len(PLOT)):
        line = PLOT[number].format(hero=hero, thing=thing)
        book.scenes.append(Scene(line[0].upper() + line[1:]))
    if mine:
        put_in(book, pieces_made(portfolio.list(), hero, thing))
    for number, scene in enumerate(book.scenes):
        dice = seed + number
        if scene.text is None:
            write_on(book, scene, number)
        if scene.picture is None:
            drawn = DRAWN[number].format(hero=hero, thing=thing)
            about = "{" in DRAWN[number]  # the person's own words
            scene.picture = first_of(make_image(drawn, 1, dice, style=STYLE), book, about)
        if scene.tune is None:
            scene.tune = first_of(make_tune(HEARD[number], 1, dice), book, mine=False)
    return book


def put_in(book: Book, made: dict[str, Creation]) -> None:
    """Put a learner's own pieces where they belong, and say so."""
    told = []
    for piece in course().piece:
        if piece.name not in made:
            continue
        told.append(f"{made[piece.name].declared.noun} (lesson {piece.lesson})")
        if piece.name == "cover":
            book.front = made[piece.name]
            continue
        number, place = PLACES[piece.name]
        setattr(book.scenes[number], place, made[piece.name])
        book.scenes[number].changes.append(f"put in the {told[-1]} made earlier")
    if told:
        book.message = f"Yours from earlier lessons: {', '.join(told)}."


def write_on(book: Book, scene: Scene, number: int) -> None:
    """Let the model write on from the scene's line."""
    scene.own_text = ""
    made = make_words(scene.line, 1, book.seed + number, **WRITING)
    scene.text = first_of(made, book, mine=False)


def first_of(results: Results, book: Book, mine: bool = True) -> Creation | None:
    """The first of some results; what is said of them is said with the book, but for small notes on
    words that are not a person's own.
    """
    said = results.message if mine or not results else results.trouble
    if said and said not in book.message:
        book.message = f"{book.message} {said}".strip()
    return results[0] if results else None


def change_scene(
    book: Book,
    scene: int,
    line: str = "",
    text: str = "",
    picture: object = "",
    tune: object = "",
    seed: int | None = None,
) -> Book:
    """Change a scene; what you do not name stays.

    Args:
        scene: from 1 to 5.
        line: your own first sentence; the model writes on from it anew.
        text: your own words in place of the model's.
        picture: other words for it, or a picture you made.
        tune: other words for it, or a tune you made.
        seed: other dice for what is made anew; without one the book's. What could not be made
            stays as it was, and the book says why.

    Raises:
        LearnerError: there is no such scene, or nothing to change.
    """
    if not isinstance(scene, int) or not 1 <= scene <= len(book.scenes):
        raise LearnerError(f"Choose a scene from 1 to {len(book.scenes)}.")
    if not (line or text or picture or tune or seed is not None):
        raise LearnerError('Say what to change, such as line="A crow took the key."')
    page, book.message = book.scenes[scene - 1], ""
    dice = book.seed + scene - 1 if seed is None else seed
    if line:
        page.line, page.own_line = check_prompt(line, longest=LONGEST_LINE), True
        page.changes.append(f"wrote the line “{page.line}”")
    if text:
        page.own_text = check_prompt(text, longest=LONGEST_TEXT, any_script=True)
        page.changes.append("wrote the words")
    elif line or (seed is not None and not picture and not tune):
        page.own_text = ""
        page.text = first_of(make_words(page.line, 1, dice, **WRITING), book) or page.text
    if picture and (made := part_of(book, "image", picture, dice)):
        page.picture = made
        page.changes.append(f"chose the picture {named(picture)}")
    if tune and (made := part_of(book, "tune", tune, dice)):
        page.tune = made
        page.changes.append(f"chose the tune {named(tune)}")
    anew = line or isinstance(picture, str) and picture or isinstance(tune, str) and tune
    if seed is not None and (text and not line or picture or tune) and not anew:
        book.message = f"{book.message} {no_use_for(['seed'])}".strip()
    return book.turn_to(scene)


def named(given: object) -> str:
    return f"“{given}”" if isinstance(given, str) else "made earlier"


def part_of(book: Book, kind: str, given: object, seed: int) -> Creation | None:
    """A picture or tune from words, or one made earlier."""
    if not isinstance(given, str):
        return pick(Portfolio(), kind, given)
    made = {"image": make_image, "tune": make_tune}[kind]
    extra = {"style": STYLE} if made is make_image else {}
    return first_of(made(given, 1, seed, **extra), book)


def give_cover(book: Book, layout: object = None) -> Book:
    """A cover from the layout studio, or from four layouts made now the first.

    Args:
        layout: a studio, some layouts or one.
    """
    if layout is None:
        by = f"by {book.author}" if book.author else "A book in five scenes"
        layout = make_layouts(book.title, by, book.scenes[0].picture, 4, book.seed)
        first_of(layout, book)
    book.front = pick(Portfolio(), "layout", layout)
    return book.turn_to(0)


def artists_statement(book: Book, statement: str, author: str = "") -> Book:
    """What you say about your book: what was yours, what you refused, what you would do next.

    Args:
        author: the name to stand on the cover; a nickname will do.
    """
    book.statement = check_prompt(statement, longest=1500, any_script=True)
    if author:
        book.author = check_prompt(author, longest=60, any_script=True)
    return book


def show_credits(book: Book) -> Told:
    """Who did what in the book: words counted, models named, every change listed."""
    counted = book.counted()
    text = "; ".join(f"{name}: {count}" for name, count in counted.items())
    return Told(text, credits_html(book), figures=counted)


def finish_book(book: Book) -> Results:
    """The book as one page that plays offline, kept with your work."""
    if book.front is None:
        give_cover(book)
    page = as_page(book)
    portfolio = Portfolio()
    path = portfolio.save(page)
    size = path.stat().st_size / 1e6
    return Results([page], f"{path.name} ({size:.1f} MB) plays without a network. {book.message}")


def take_book(page: object, book: Book, format: str = "html") -> Taken:
    """A file to pass on: "html" plays offline, "zine" is one sheet to print, fold and cut.

    Args:
        page: what finish gave back.
    """
    if format not in ("html", "zine"):
        return Taken(message='Choose "html" or "zine".')
    if format == "html":
        portfolio = Portfolio()
        found = pick(portfolio, "page", page)
        return Taken(portfolio.keep_file(found, ".html", pack(found)))
    book.message = ""
    pages = [book.front]
    pages += [zine_page(book, number) for number in range(1, len(book.scenes) + 1)]
    pages += zine_end(book)
    taken = fold_zine([one for one in pages if one is not None], book.title)
    taken.message = f"{taken.message} {book.message}".strip()
    return taken


def cut(book: Book, text: str, where: str) -> str:
    """What a small page has room for; that something is left out is said with the book."""
    if len(text) <= ON_A_PAGE:
        return text
    book.message = f"{book.message} Too long for a page of the zine, so cut: {where}.".strip()
    return f"{text[: ON_A_PAGE - 3].rsplit(' ', 1)[0]} ..."


def zine_page(book: Book, number: int) -> Creation | None:
    """A scene as a page of the zine."""
    scene = book.scenes[number - 1]
    text = cut(book, scene.words, f"scene {number}")
    made = make_layouts(scene.line, text, scene.picture, 1, book.seed, format="zine page")
    return first_of(made, book)


def zine_end(book: Book) -> list[Creation | None]:
    """The last page: who did what."""
    counted = book.counted()
    text = book.statement or "; ".join(f"{name}: {count}" for name, count in counted.items())
    text = cut(book, text, "what the author says")
    made = make_layouts("Who did what", text, None, 1, book.seed, format="zine page")
    return [first_of(made, book)]
