"""Whose work is it?

One line each: who did what, decision cards, a licence, Content Credentials, marks, reflections. The
same as a widget: provenance/studio.py.
"""

from __future__ import annotations

import html
import io
import os
from pathlib import Path

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe
from course_utils.display.html import table_html
from course_utils.engines import GENERATION_LOCK
from course_utils.files import read_given
from course_utils.labels import label_of, labelled
from course_utils.notebook.handed_over import shown_as
from course_utils.notebook.results import Results, Taken, Told, pick, told
from course_utils.portfolio.store import Portfolio
from course_utils.words.engine import words_engine

__all__ = [
    "FORMATS",
    "changed",
    "check_credentials",
    "choose_licence",
    "contribution",
    "contribution_of",
    "credentials_in",
    "decision_cards",
    "find_picture_mark",
    "licences",
    "mark_rates",
    "marked_words",
    "path_of",
    "sample_pictures",
    "save_reflection",
    "take_with_credentials",
    "taken_with_credentials",
]


def contribution(result=None) -> Told:
    """Who did what: every prompt, choice, refusal and edit on the way to a result, counted and told
    without claiming more. `result`: a creation, results, a studio, or nothing for the newest.
    """
    return told(lambda: contribution_of(Portfolio(), pick(Portfolio(), None, result)))


def contribution_of(portfolio: Portfolio, creation: Creation) -> Told:
    from course_utils.provenance.contribution import family_of, summary

    family = family_of(creation, finder(portfolio))
    found = summary(
        creation, family, [saved.creation for saved in portfolio.list(creation.kind, most=300)]
    )
    rows = []
    for member in reversed(family):
        rows.append(
            [
                f"{member.made:%Y-%m-%d %H:%M}",
                "a person gave the words",
                html.escape(f"“{member.recipe.prompt}”"),
            ]
        )
        rows.append(
            [
                "",
                html.escape(member.recipe.model or "a person"),
                f"made it in {member.seconds:.1f} seconds",
            ]
        )
        rows += [
            [f"{edit.when:%Y-%m-%d %H:%M}", "a person", html.escape(edit.what)]
            for edit in member.edits
        ]
    return Told(
        found["sentence"],
        f"<p>{html.escape(found['sentence'])}</p>"
        + table_html("What the record holds, oldest first (UTC)", ["When", "Who", "What"], rows),
        figures=found,
    )


def finder(portfolio: Portfolio):
    """A function from an id to the creation of that id, or None."""

    def find(creation_id: str) -> Creation | None:
        kept = portfolio.find(creation_id)
        return kept.creation if kept else None

    return find


def decision_cards(question: str = "") -> Told:
    """Cards to decide by: may I sell it, may I use an artist's name, may I train on this,
    must I tell. `question`: sell, style, train or tell; "" for all.
    """
    return told(lambda: _decision_cards(question))


def _decision_cards(question: str) -> Told:
    from course_utils.provenance.decision_cards import NOT_ADVICE, read_cards

    cards = [card for card in read_cards()[0] if question in ("", card.id)]
    if not cards:
        raise LearnerError(
            f"There are cards for: {', '.join(card.id for card in read_cards()[0])}. Choose one of"
            " these."
        )
    shown, lines = f"<p><b>{NOT_ADVICE}</b></p>", [NOT_ADVICE]
    for card in cards:
        steps = "".join(f"<li>{html.escape(step)}</li>" for step in card.steps)
        places = "".join(
            f"<li><b>{html.escape(place.where)}:</b> {html.escape(place.says)}"
            f" <small>({html.escape(place.source)})</small></li>"
            for place in card.place
        )
        shown += (
            '<details style="border:1px solid #6b7a90;border-radius:6px;padding:6px'
            " 10px;margin:6px"
            f' 0"><summary><b>{html.escape(card.question)}</b></summary><p>'
            f"{html.escape(card.short)}</p><ol>{steps}</ol><ul>{places}</ul><p><small>"
            "Looked"
            f" into up to {card.known}.</small></p></details>"
        )
        lines += [
            card.question,
            card.short,
            *card.steps,
            *(f"{place.where}: {place.says} ({place.source})" for place in card.place),
            f"Looked into up to {card.known}.",
        ]
    return Told("\n".join(lines), shown)


def licences() -> Told:
    """What the licences of the models in the catalogue let you do, in plain words;
    and the licences for your own work.
    """
    return told(_licences)


PLAIN = {  # what a model's licence means for what is made with it
    "Apache-2.0": "what you make is yours to use and sell",
    "MIT": "what you make is yours to use and sell",
    "CC-BY-4.0": "use and sell; name the model's makers",
    "openrail": "use and sell, but not for the harmful uses on its list",
    "NC": "not for business: lessons and hobby only",
    "stability": "free below a yearly income; read its terms before you sell",
    "other": "read its terms before you sell",
}


def plain_licence(licence: str) -> str:
    """What a model's licence means, in a few plain words."""
    short = licence.lower()
    if "-nc" in short or "non-commercial" in short or "noncommercial" in short:
        return PLAIN["NC"]
    found = next(
        (name for name in ("rail", "apache", "mit", "cc-by-4", "stability") if name in short),
        "other",
    )
    return PLAIN[
        {"apache": "Apache-2.0", "mit": "MIT", "cc-by-4": "CC-BY-4.0", "rail": "openrail"}.get(
            found, found
        )
    ]


def _licences() -> Told:
    from course_utils.models.catalogue import catalogue
    from course_utils.provenance.decision_cards import read_cards

    models = [
        [html.escape(entry.id), html.escape(entry.licence), plain_licence(entry.licence)]
        for entry in catalogue()
    ]
    own = [
        [html.escape(one.id), html.escape(one.name), html.escape(one.means)]
        for one in read_cards()[1].values()
    ]
    text = "\n".join(
        [
            *(f"{name}: {licence}: {means}" for name, licence, means in models),
            *(f"{name}: {means}" for name, _, means in own),
        ]
    )
    return Told(
        html.unescape(text),
        table_html("Models the course knows", ["Model", "Licence", "For what you make"], models)
        + table_html(
            "Licences for your own work", ["Short name", "Who may use it", "What it means"], own
        ),
    )


def choose_licence(
    others_may_change: bool = True,
    others_may_sell: bool = True,
    name_me: bool = True,
    share_alike: bool = False,
) -> Told:
    """Which licence fits your answers.

    Put its short name into take_with_credentials, and it stands in the file.
    """
    from course_utils.provenance.decision_cards import suggest_licence

    answers = (others_may_change, others_may_sell, name_me, share_alike)
    if not all(isinstance(one, bool) for one in answers):
        return Told(
            message="Each of the four answers is True or False, such as:"
            " provenance.choose_licence(others_may_sell=False)."
        )
    fits = suggest_licence(others_may_change, others_may_sell, name_me, share_alike)
    text = f"{fits.name}. {fits.means} Short name: {fits.id}. {fits.url}"
    return Told(text, f"<p>{html.escape(text)}</p>", figures={"licence": fits.id})


FORMATS = {
    "image": (".png", ".jpg", ".pdf"),
    "tune": (".wav", ".mp3"),
    "backing": (".wav", ".mp3"),
    "sound": (".wav", ".mp3"),
    "layout": (".svg", ".pdf"),
    "words": (".pdf",),
}


def take_with_credentials(
    result=None,
    format: str = "",
    licence: str = "CC-BY-4.0",
    author: str = "",
    do_not_train: bool = True,
    mark: bool = False,
) -> Taken:
    """A copy to pass on, in the folder to_use, with a signed note inside: who did what,
    which model, what it learned from, what it began from, your licence.

    Args:
        result: a creation, results, a studio, or nothing for the newest.
        format: ".png", ".jpg", ".wav", ".mp3", ".svg" or ".pdf", as the kind allows; "" for the
            first that does.
        licence: a short name, such as "CC-BY-4.0"; `provenance.licences()` lists them.
        author: your name or nickname, or nothing.
        do_not_train: also say that nobody may train a model on it.
        mark: of a picture, also put the invisible mark in.
    """
    portfolio = Portfolio()
    try:
        return taken_with_credentials(
            portfolio, pick(portfolio, None, result), format, licence, author, do_not_train, mark
        )
    except LearnerError as sentence:
        return Taken(message=str(sentence))


def taken_with_credentials(
    portfolio: Portfolio,
    creation: Creation,
    format: str,
    licence: str,
    author: str,
    do_not_train: bool,
    mark: bool,
) -> Taken:
    from course_utils.provenance.content_credentials import manifest_of, sign
    from course_utils.provenance.contribution import family_of, summary
    from course_utils.provenance.decision_cards import licence_of
    from course_utils.safety.prompts import check_prompt

    allowed = FORMATS.get(creation.kind, ())
    suffix = (format if not format or format.startswith(".") else f".{format}").lower().replace(
        ".jpeg", ".jpg"
    ) or (allowed[0] if allowed else "")
    if suffix not in allowed:
        raise LearnerError(
            f"A {creation.kind} can be signed as {' or '.join(allowed)}."
            if allowed
            else (
                "A card or page cannot carry a signed note. Sign its picture, its text or its tune"
                " instead."
            )
        )
    chosen = licence_of(licence)
    author = check_prompt(author, longest=80, any_script=True) if author.strip() else ""
    parent = portfolio.find(creation.recipe.parent) if creation.recipe.parent else None
    began = parent_file(parent.creation) if parent else None
    found = summary(
        creation,
        family_of(creation, finder(portfolio)),
        [saved.creation for saved in portfolio.list(creation.kind, most=300)],
    )
    data = file_for(creation, suffix, mark, f"{author or 'the learner'}, {chosen.name}", author)
    signed = sign(
        labelled(data, suffix, label_of(creation, author)),
        suffix,
        manifest_of(
            creation,
            suffix,
            found,
            chosen.url or chosen.name,
            author,
            do_not_train,
            parent=began is not None,
        ),
        began,
    )
    path = portfolio.keep_file(creation, f"_signed{suffix}", signed)
    return Taken(
        path,
        f"Written and signed: to_use/{path.name}. It says: {found['sentence']} Licence:"
        f" {chosen.name}.{' Not for training models.' if do_not_train else ''} The signature shows"
        f" that nothing was changed; nobody vouches for who signed.{not_printed(creation, suffix)}",
    )


INGREDIENTS = (".png", ".svg")  # formats that can stand inside the credentials of another file


def parent_file(parent: Creation) -> tuple[str, bytes] | None:
    """The file of what something began from, where its format can stand inside credentials."""
    from course_utils import files

    suffix = parent.declared.suffix
    return (suffix, files.pack(parent)) if suffix in INGREDIENTS else None


def file_for(creation: Creation, suffix: str, mark: bool, credit: str, author: str = "") -> bytes:
    """The bytes of a creation in a format that carries credentials,
    its recipe inside where there is room.
    """
    from course_utils import files
    from course_utils.layouts.design import objects_of, pictures_in
    from course_utils.layouts.printing import to_pdf

    if creation.declared.media_type == "image/png":
        return picture_file(creation, suffix, mark, author)
    if creation.declared.media_type == "text/plain":
        return page_file(creation, credit)
    if (creation.declared.suffix, suffix) == (".svg", ".pdf"):
        return to_pdf(objects_of(creation), pictures_in(creation.text))
    own = suffix in (".svg", creation.declared.suffix)
    return files.pack(creation, None if own else suffix, author)


def picture_file(creation: Creation, suffix: str, mark: bool, author: str = "") -> bytes:
    from course_utils import files
    from course_utils.pictures.png import open_picture, show_png
    from course_utils.provenance.picture_watermark import with_mark

    if suffix == ".png" and not mark:
        return files.pack(creation, by=author)
    picture = open_picture(show_png(creation, 512))
    picture = with_mark(picture) if mark else picture
    if suffix == ".pdf":
        from fpdf import FPDF

        page = FPDF()
        page.set_title(creation.recipe.prompt)
        page.add_page()
        page.image(
            picture,
            x=25,
            y=25,
            w=160,
            alt_text=f"Picture made with AI for the words “{creation.recipe.prompt}”",
        )
        return bytes(page.output())
    buffer = io.BytesIO()
    picture.save(
        buffer,
        "JPEG" if suffix == ".jpg" else "PNG",
        **({"quality": 92} if suffix == ".jpg" else {}),
    )
    return buffer.getvalue()


def page_file(creation: Creation, credit: str) -> bytes:
    """A text as a PDF."""
    from fpdf import FPDF

    from course_utils.layouts.typography import (
        FOLDER,
        MOST_SCRIPTS,
        OTHER_SCRIPTS,
        PAIRINGS,
        reads_leftward,
    )

    page = FPDF()
    page.set_title(creation.recipe.prompt)
    for name, (_, font) in (OTHER_SCRIPTS | {"course": PAIRINGS[MOST_SCRIPTS]}).items():
        page.add_font(name, fname=str(FOLDER / f"{font}.ttf"))
    page.set_fallback_fonts([*OTHER_SCRIPTS])
    page.set_text_shaping(True)
    page.add_page()
    page.set_font("course", size=14)
    page.multi_cell(
        0,
        8,
        creation.text,
        align="R" if reads_leftward(creation.text) else "L",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    page.set_font("course", size=9)
    page.multi_cell(
        0, 6, f"\n{credit}. On “{creation.recipe.prompt}”, with {creation.recipe.model}.", align="L"
    )
    return bytes(page.output())


def not_printed(creation: Creation, suffix: str) -> str:
    """A sentence about letters that a page cannot print, with a space before it;
    "" when it can print all.
    """
    from course_utils.layouts.typography import in_no_font

    lacking = (
        in_no_font(creation.text + creation.recipe.prompt)
        if suffix == ".pdf" and creation.declared.media_type == "text/plain"
        else ""
    )
    return (
        " The page has gaps in place of letters for which no font ships with the course:"
        f" {lacking[:20]}. The text in the folder of your creations has them."
        if lacking
        else ""
    )


def check_credentials(file) -> Told:
    """What the Content Credentials in a file say, and whether it was changed since.

    `file`: a name, a Path, or what take_with_credentials gave back.
    """
    return told(lambda: credentials_in(path_of(file)))


def path_of(file) -> Path:
    """The file meant: a name, a Path, or something that was taken.

    Raises:
        LearnerError: nothing was taken.
    """
    if isinstance(file, Taken):
        if file.path is None:
            raise LearnerError(f"There is no file, because: {file.message}")
        return file.path
    if not isinstance(file, str | os.PathLike):
        raise LearnerError(
            f"A file's name is needed here, and {shown_as(file)} was given. Give a name, or what"
            " take_with_credentials gave back."
        )
    return Path(file)


def credentials_in(path: Path, data: bytes | None = None) -> Told:
    from course_utils.provenance.content_credentials import read_credentials

    found = read_credentials(read_given(path) if data is None else data, path.suffix.lower())
    facts = [
        ("What was done", "; ".join(found.actions)),
        ("By a person", found.mine),
        ("Licence", found.licence),
        ("Training", f"It {found.training}" if found.training else ""),
        ("Began from", "; ".join(found.ingredients)),
    ]
    rows = [[name, html.escape(words)] for name, words in facts if words]
    return Told(
        "\n".join([found.sentence, *(f"{name}: {words}" for name, words in facts if words)]),
        f'<p role="status">{html.escape(found.sentence)}</p>'
        + (table_html(f"Credentials in {path.name}", ["", "What they say"], rows) if rows else ""),
        figures={"state": found.state},
    )


def mark_rates(count: int = 12) -> Told:
    """How well the invisible mark survives: training drawings are enlarged, marked, and put through
    what happens to pictures; missed marks and false alarms are counted.
    """
    return told(lambda: _mark_rates(count))


def _mark_rates(count: int) -> Told:
    from course_utils.provenance.picture_watermark import SURE, error_rates

    figures = error_rates(sample_pictures(max(2, min(int(count), 60))))
    rows = [[html.escape(name), f"{share:.0%}"] for name, share in figures["missed"].items()]
    sentence = (
        f"{figures['pictures']} drawings, 512 px, marked and searched. Seen where there is none:"
        f" {figures['false_alarms']:.0%} (the mark is only said to be there when chance would do as"
        f" well less than once in {round(1 / SURE):,}). Marking changes a picture by"
        f" {figures['psnr_db']:.0f} dB."
    )
    cannot = (
        "What a mark cannot do: tell a person's work from a machine's when there is none; stop"
        " somebody who knows this file from taking it out, or from putting it into a photo."
    )
    return Told(
        "\n".join([sentence, *(f"{name}: missed {share}" for name, share in rows), cannot]),
        f"<p>{html.escape(sentence)}</p>"
        + table_html("How often the mark is missed", ["After", "Missed"], rows)
        + f"<p>{cannot}</p>",
        figures=figures,
    )


def sample_pictures(count: int) -> list:
    """Training drawings, spread over all, as PIL pictures of 512 px."""
    from PIL import Image

    from course_utils.pictures.training_drawings import file_of, library, opened
    from course_utils.pictures.upscaler import four_times

    every = len(library()[4]["labels"])
    return [
        four_times(opened(file_of(place * every // count))).resize(
            (512, 512), Image.Resampling.BICUBIC
        )
        for place in range(count)
    ]


def looked_at(file):
    """A picture to look for a mark in, as it is (PIL, RGBA): a file, or a picture handed over.

    Raises:
        LearnerError: it cannot be read as one.
    """
    from course_utils.pictures.png import open_picture
    from course_utils.pictures.uploads import decode_picture, picture_from

    if isinstance(file, Taken | str | os.PathLike):
        return decode_picture(read_given(path_of(file)))
    one = file if isinstance(file, Creation) else picture_from(file)
    return open_picture((one or pick(Portfolio(), "image", file)).content).convert("RGBA")


def find_picture_mark(file) -> Told:
    """Whether the invisible mark is in a picture: a file's name, what was taken, or a picture."""

    def look() -> Told:
        from course_utils.provenance.picture_watermark import find_mark

        found = find_mark(looked_at(file))
        text = (
            f"{'The mark is there' if found.there else 'No mark was found'}: score"
            f" {found.score:.1f}; an unmarked picture scores as high with a chance of"
            f" {found.p_value:.2g}."
        )
        return Told(
            text,
            f"<p>{html.escape(text)}</p>",
            figures={"there": found.there, "score": found.score, "p_value": found.p_value},
        )

    return told(look)


def marked_words(
    start: str = "The lighthouse keeper opened the door and",
    pieces: int = 100,
    mark: bool = True,
    seed: int = 1,
) -> Told:
    """The real words model goes on from `start`, with the hidden green-list mark or without; then
    the mark is looked for, in longer and longer parts, and after every second or fourth word is
    changed.
    """
    return told(lambda: _marked_words(start, pieces, mark, seed))


def _marked_words(start: str, pieces: int, mark: bool, seed: int) -> Told:
    from course_utils.safety.prompts import check_prompt, has_unkind_words
    from course_utils.words.green_list import find_mark
    from course_utils.words.watermark import own_only, pieces_of, written

    start = check_prompt(start)
    with GENERATION_LOCK:
        backend = own_only(words_engine().backend)
        for number in range(3):
            text, made = written(backend, start, pieces, mark, seed + 1000 * number)
            if not has_unkind_words(text):
                break
        else:
            raise LearnerError(
                "The classroom filter found a word in every text. Change the beginning and try"
                " again."
            )
        edits = {
            f"every {name} word changed": pieces_of(backend, changed(text, step))
            for name, step in (("tenth", 10), ("fourth", 4), ("second", 2))
        }
    rows, figures = [], {}
    for name, part in [
        *(
            (f"the first {length} pieces", made[:length])
            for length in (10, 25, 50, 100, 200)
            if length < len(made)
        ),
        (f"all {len(made)} pieces", made),
        *edits.items(),
    ]:
        found = find_mark(part)
        figures[name] = found.p_value
        rows.append(
            [name, f"{found.green} of {found.pieces}", f"{found.z:.1f}", f"{found.p_value:.2g}"]
        )
    sentence = (
        f"Written {'with' if mark else 'without'} the mark. By chance a quarter of the pieces are"
        " green; the p-value says how often unmarked text does as well."
    )
    shown = (
        f'<p>{html.escape(sentence)}</p><blockquote style="margin:0;padding:4px'
        " 8px;white-space:pre-line;border-left:4px solid"
        f' #6b7a90">{html.escape(start + text)}</blockquote>'
    )
    return Told(
        "\n".join([sentence, start + text, *(", ".join(row) for row in rows)]),
        shown
        + table_html("Looking for the mark", ["In", "Green", "Above chance (z)", "p-value"], rows),
        figures=figures,
    )


def changed(text: str, step: int) -> str:
    """The text with every so many-th word replaced, as an editor might."""
    others = ["quiet", "under", "seven", "they", "old", "turned", "river", "and", "slowly", "green"]
    return " ".join(
        others[number % len(others)] if number % step == step - 1 else word
        for number, word in enumerate(text.split())
    )


def save_reflection(words: str, title: str = "My reflection") -> Results:
    """Keep what you thought, as a text of your own in the portfolio."""
    from course_utils.safety.prompts import check_prompt
    from course_utils.words.markdown import PERSONS_WORDS

    portfolio = Portfolio()
    try:
        title = check_prompt(title, longest=120, any_script=True)
        if not isinstance(words, str) or not words.strip():
            raise LearnerError(
                "There is nothing to keep yet. Write a sentence or two, then try again."
            )
        if len(words) > 20_000:
            raise LearnerError(
                "That is very long for a reflection. Keep the 20,000 characters that matter most."
            )
        kept = Creation(
            recipe=Recipe(kind="words", prompt=title, model=PERSONS_WORDS),
            content=words.strip().encode("utf-8", "ignore"),
            edits=[HumanEdit(what="written by the learner as a reflection")],
        )
        portfolio.save(kept)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([kept], "Kept with your work.")
