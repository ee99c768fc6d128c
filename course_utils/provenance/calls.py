"""Where did this come from?

One line each: nearest training examples, how sure that is, the ladder of consent, the memorisation
lab. The same as a widget: provenance/studio.py.
"""

from __future__ import annotations

import contextlib
import html
import threading
from dataclasses import dataclass, field

from course_utils.creation import Creation, LearnerError
from course_utils.display.figure import figure_html
from course_utils.display.html import data_address, table_html
from course_utils.engines.unused import no_use_for
from course_utils.notebook.jobs import in_a_worker
from course_utils.notebook.live_line import LiveLine
from course_utils.notebook.results import Told, pick, told
from course_utils.portfolio.store import Portfolio

__all__ = ["consent_ladder", "found_for", "how_sure_is_it", "try_memory", "where_from"]

NOT_PROOF = (
    "What this proves: how near the nearest example is. What it does not: that anything was copied,"
    " or that nothing was; a style, an idea or a changed copy can be near without being found here,"
    " and near things can be made apart."
)


def where_from(result=None, compare_with: str = "") -> Told:
    """The nearest training examples of something made here, side by side, with authors,
    licences and a copying score.

    Args:
        result: a picture, tune, backing track or text: a creation, results, a studio, or nothing
            for the newest picture.
        compare_with: for a text: another text, to be searched for the same runs of words.
    """
    return told(
        lambda: found_for(
            pick(Portfolio(), None if result is not None else "image", result), compare_with
        )
    )


def found_for(creation: Creation, compare_with: str = "") -> Told:
    """Where one creation may come from.

    Raises:
        LearnerError: nothing can be compared for that kind.
    """
    found = tune_found if creation.declared.plays_notes else FOUND.get(creation.kind)
    if found is None:
        raise LearnerError(
            "This can be asked of a picture, a tune or a text. Choose one of these, then try again."
        )
    made = found(creation, compare_with)
    if compare_with and creation.declared.media_type != "text/plain":
        sentence = no_use_for(["compare_with"])
        made.text = f"{sentence}\n{made.text}"
        made.shown = f"<p>{sentence}</p>{made.shown}"
    return made


def picture_found(creation: Creation, compare_with: str = "") -> Told:
    from course_utils.provenance.nearest_pictures import (
        check_picture,
        copying_score,
        nearest_pictures,
        verdict,
    )

    near = nearest_pictures(check_picture(creation))
    score = copying_score(near[0].dots)
    sentence = (
        f"{verdict(score)} Copying score {score:.0%}: of all pairs of coloured drawings of one"
        f" thing by two publishers, {score:.0%} are farther apart than this picture is from the"
        f" nearest of {pictures_known():,} training pictures."
    )
    figures = (
        "<figure"
        ' style="display:inline-block;margin:4px;vertical-align:top;width:132px">'
        f"{figure_html(creation, size=128, name='Yours')}<figcaption"
        ' style="font-size:13px">yours</figcaption></figure>'
    )
    lines = [sentence]
    for number, one in enumerate(near, 1):
        how = f"distance {one.dots:.2f}, looks {one.look:.2f} apart"
        name = f"“{one.label}”, {one.style}"
        figures += (
            '<figure style="display:inline-block;margin:4px;vertical-align:top;width:132px"><img'
            f' width="128" alt="Training picture {number}: {html.escape(name, quote=True)}"'
            f' src="{data_address("image/webp", one.webp)}">'
            "<figcaption"
            f' style="font-size:13px;line-height:1.3">{html.escape(name)}<br>{how}<br>'
            f"{html.escape(one.source.credit())}</figcaption></figure>"
        )
        lines.append(f"{number}. {name}: {how}. {one.source.credit()}.")
    note = (
        "Distance: dot by dot, 0 is the same, after the thing is cut out of its ground. Looks: what"
        " a classifier trained apart sees, 0 is the same. A publisher's drawings of one thing are"
        " often one drawing in another finish, so the nearest of them stands for all."
    )
    return Told(
        "\n".join([*lines, note, NOT_PROOF]),
        f"<p>{html.escape(sentence)}</p>{figures}<p>{note}</p><p>{NOT_PROOF}</p>",
        figures={"score": score, "distance": near[0].dots, "look": min(one.look for one in near)},
    )


def pictures_known() -> int:
    from course_utils.pictures.training_drawings import library

    return len(library()[4]["labels"])


def tune_found(creation: Creation, compare_with: str = "") -> Told:
    from course_utils.provenance.shared_note_runs import (
        borrowing_score,
        library,
        nearest_tunes,
        notes_of,
    )

    notes, runs = len(notes_of(creation)), nearest_tunes(creation)
    if not runs:
        raise LearnerError(
            "No two notes of this tune stand together in any training tune. That is rare: try a"
            " longer tune."
        )
    score = borrowing_score(runs[0].notes, notes)
    verdict = (
        "Longer than nearly all old tunes share with each other."
        if score > 0.95
        else (
            "Longer than most old tunes share with each other."
            if score > 0.75
            else "No more than old tunes share with each other."
        )
    )
    sentence = (
        f"{verdict} Its longest run is {runs[0].notes} of {notes} notes; of stretches of old tunes"
        f" as long as this one, {score:.0%} share a shorter one with tunes of another collection."
        f" Searched, in any key: {len(library()[2]['title']):,} tunes."
    )
    rows = [
        [
            str(run.notes),
            f"from note {run.at}",
            html.escape(f"“{run.title}”, {run.kind}"),
            html.escape(run.source.credit()),
        ]
        for run in runs
    ]
    lines = [
        sentence,
        *(
            f"{run.notes} notes from note {run.at}: “{run.title}”, {run.kind}."
            f" {run.source.credit()}."
            for run in runs
        ),
    ]
    return Told(
        "\n".join([*lines, NOT_PROOF]),
        f"<p>{html.escape(sentence)}</p>"
        + table_html(
            "Training tunes that share the longest runs, pitch steps and lengths alike",
            ["Notes", "Where in yours", "Training tune", "Source"],
            rows,
        )
        + f"<p>{NOT_PROOF}</p>",
        figures={"score": score, "longest": runs[0].notes, "notes": notes},
    )


NOT_HERE = (
    "The words model is SmolLM2. What it read, billions of words of web pages and textbooks, is not"
    " here and nobody can look it up from this computer."
)


def words_found(creation: Creation, compare_with: str) -> Told:
    from course_utils.provenance.shared_word_runs import SHORTEST, share_in_runs, shared_runs

    runs = shared_runs(creation.text, compare_with, "your text") if compare_with else []
    examples = examples_shown(str(creation.recipe.settings.get("template", "")))
    if examples:
        runs += shared_runs(creation.text, examples, "the examples it was shown")
    runs += (
        shared_runs(creation.text, creation.recipe.prompt, "the words it was given")
        if creation.recipe.prompt.strip()
        else []
    )
    runs.sort(key=lambda run: -run.words)
    looked = " and ".join(
        filter(
            None,
            [
                "your text" if compare_with else "",
                "the examples it was shown" if examples else "",
                "the words it was given",
            ],
        )
    )
    share = share_in_runs(creation.text, [run for run in runs if run.found_in == "your text"])
    found = (
        f"{len(runs)} run{'s' * (len(runs) != 1)} of {SHORTEST} words or more, the longest of"
        f" {runs[0].words}."
        if runs
        else f"No run of {SHORTEST} words or more."
    )
    sentence = f"{NOT_HERE} What can be shown: compared word for word with {looked}. {found}" + (
        f" {share:.0%} of its words stand in runs of your text." if compare_with else ""
    )
    rows = [
        [str(run.words), html.escape(f"“{run.text}”"), html.escape(run.found_in)]
        for run in runs[:8]
    ]
    shown = f"<p>{html.escape(sentence)}</p>" + (
        table_html(
            "Words that stand in both, one after another", ["Words", "Run", "Found in"], rows
        )
        if rows
        else ""
    )
    return Told(
        "\n".join(
            [sentence, *(f"{run.words} words: “{run.text}”, in {run.found_in}" for run in runs[:8])]
        ),
        shown,
        figures={"runs": len(runs), "longest": runs[0].words if runs else 0, "share": share},
    )


def examples_shown(template: str) -> str:
    """The answers in the examples of a kind of text, "" where it has none."""
    from course_utils.words.templates import read_template

    try:
        kind = read_template(template)
    except LearnerError:
        return ""
    return "\n".join(
        str(value)
        for example in kind.get("example", [])
        for name, value in example.items()
        if name != "topic"
    )


def how_sure_is_it() -> Told:
    """How often the copying score of pictures is wrong: false alarms among drawings nobody copied,
    and changed copies found, measured now.
    """
    return told(_how_sure)


def _how_sure() -> Told:
    from course_utils.provenance.nearest_pictures import how_sure

    figures = how_sure()
    names = {
        "jpeg": "saved as a poor JPEG",
        "softened": "made soft",
        "darker": "darker",
        "moved": "moved by three dots",
        "smaller": "smaller",
        "turned": "turned by 20 degrees",
        "recoloured": "other colours",
    }
    sentence = (
        f"Of {figures['pairs']:,} pairs of coloured drawings that two publishers made of one thing,"
        f" {figures['false_alarms']:.1%} would be called copies, by a mark set on other things."
        " Those are the false alarms. Black ink is not measured: it is far from all colour."
    )
    rows = [[words, f"{figures[f'found_{name}']:.0%}"] for name, words in names.items()]
    lines = [
        sentence,
        *(f"copies {words}: {figures[f'found_{name}']:.0%} found" for name, words in names.items()),
    ]
    return Told(
        "\n".join(lines),
        f"<p>{html.escape(sentence)}</p>"
        + table_html(
            "Coloured training pictures, changed: how many are still called copies",
            ["Changed how", "Found"],
            rows,
        ),
        figures=figures,
    )


@dataclass
class Rung:
    """A step of the ladder of consent: its name, what it means,
    what it would have meant for a model here.
    """

    name: str
    means: str
    here: str
    sources: list = field(default_factory=list)


# the ladder from below: its name, what it means, what it means for the models here
RUNGS = (
    (
        "scraped",
        "taken from the open web; nobody was asked",
        "the words model stands here: its makers name web pages as data. For the picture model"
        " it would have meant millions of photos, better pictures, and not one author we could"
        " name to you",
    ),
    (
        "licensed",
        "the authors said beforehand what everybody may do",
        "the picture model stands here: eleven styles by seven publishers, each named with every"
        " neighbour you see; and it draws like emoji, since that is nearly all they offered",
    ),
    (
        "public domain",
        "so old that no right lasts",
        "the tune model stands here: nobody can be asked any more, but collectors and"
        " transcribers can be named. A picture model from here would draw engravings and old"
        " paintings",
    ),
    (
        "own",
        "made by you, or by people you asked",
        "a model taught your own drawings stands here: lesson 12. From nothing but your twelve"
        " drawings it would draw nothing else",
    ),
)


def consent_ladder() -> Told:
    """From scraped to own: what each step means, what it would have meant for the models here,
    and which sources stand on it.
    """
    return told(_consent_ladder)


def _consent_ladder() -> Told:
    from course_utils.provenance.sources import LICENCES, read_sources

    used, left = read_sources()
    rungs = [Rung(*said) for said in RUNGS]
    for rung in rungs:
        rung.sources = [source for source in used if source.rung == rung.name]
    rows = [
        [
            html.escape(rung.name),
            html.escape(rung.means),
            html.escape(rung.here),
            "<br>".join(dict.fromkeys(html.escape(f"{s.name}: {s.licence}") for s in rung.sources))
            or "your drawings",
        ]
        for rung in rungs
    ]
    out = "".join(
        f"<p><b>Left out: {html.escape(one.name)}.</b> {html.escape(one.why)}</p>" for one in left
    )
    plain = "".join(
        f"<li><b>{html.escape(name)}</b>: {html.escape(words)}</li>"
        for name, words in LICENCES.items()
    )
    text = "\n".join(
        [
            *(f"{rung.name}: {rung.means}. Here: {rung.here}." for rung in rungs),
            *(f"Left out: {one.name}. {one.why}" for one in left),
        ]
    )
    return Told(
        text,
        table_html(
            "The ladder of consent",
            ["Step", "What it means", "What it means here", "Sources"],
            rows,
        )
        + f"<p>The licences in plain words:</p><ul>{plain}</ul>{out}",
    )


def try_memory(item=None, copies: tuple[int, ...] = (1, 10, 100), seed: int = 1, show: bool = True):
    """The memorisation lab: train small models on tunes among which one item stands 1, 10, 100
    times, and count how often it comes back. To stop, interrupt the cell.

    Args:
        item: a tune of yours (a creation, results, a studio), or nothing for a melody drawn at
            random.
    """
    from course_utils.provenance.memorisation import memory_lab

    stop, result, line = threading.Event(), {}, LiveLine("model")

    def tell(words: str) -> None:
        line.hear_words(words)
        if show:
            print(words, flush=True)

    def work() -> None:
        result["found"] = told(
            lambda: memory_lab(
                None if item is None else pick(Portfolio(), "tune", item),
                tuple(copies),
                seed,
                tell,
                stop,
            )
        )

    # it has set `stop`; what was done until then is the result
    with contextlib.suppress(KeyboardInterrupt):
        in_a_worker(work, stop, line)
    return result["found"]


# what finds where a creation of each kind may come from; notes have one way for all their kinds
FOUND = {"image": picture_found, "words": words_found}
