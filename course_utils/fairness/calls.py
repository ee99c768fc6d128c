"""Is it fair?

One line each: pictures counted, a model made lopsided and even again, odds of pronouns and names,
what the music is made of, cost, and a report. The same as a widget: fairness/studio.py.
"""

from __future__ import annotations

import contextlib
import html
import io
import threading

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe
from course_utils.display.html import STYLE, data_address, table_html
from course_utils.engines.base import Progress
from course_utils.fairness.intervals import Share, confusion_html, corrected, shares_html, wilson
from course_utils.notebook.jobs import in_a_worker
from course_utils.notebook.live_line import LiveLine
from course_utils.notebook.results import Results, Told, pick, told
from course_utils.portfolio.store import Portfolio

__all__ = [
    "audit",
    "audit_report",
    "audit_told",
    "before_after",
    "bias_lab",
    "bias_told",
    "cost_of",
    "fair_music",
    "fair_words",
]

JUDGE_NOTE = (
    "Counted by a classifier trained apart, on drawings. It says how a drawing presents somebody;"
    " it knows nothing about real people, and should never be asked about them."
)


def audit(prompts=None, each: int = 8, seed: int = 1, show: bool = True, **settings) -> Told:
    """Draw `each` pictures of every prompt, count who is in them, and compare with what the model
    learned from. To stop, interrupt the cell: what is counted stays.

    Args:
        prompts: a list, or nothing for a doctor, a nurse, a boss, a cleaner, a scientist.
        settings: expand=True adds "woman", "man" and skin tones to the prompts in turn; guidance,
            style and what else pictures.make takes; other numbers, another audit.
    """
    from course_utils.fairness.audit import audit_pictures

    stop, result = threading.Event(), {}

    line = LiveLine("picture")

    def tell(done: int, total: int) -> None:
        line.hear(Progress(done, total))
        if show and (done % 16 == 0 or done == total):
            print(f"{done} of {total} pictures", flush=True)

    def work() -> None:
        result["found"] = told(
            lambda: audit_told(
                audit_pictures(
                    [prompts] if isinstance(prompts, str) else prompts,
                    each,
                    seed,
                    tell,
                    stop,
                    **settings,
                )
            )
        )

    # it has set `stop`; what was done until then is the result
    with contextlib.suppress(KeyboardInterrupt):
        in_a_worker(work, stop, line)
    return result["found"]


def audit_told(found) -> Told:
    """An audit of pictures as text, table and chart."""
    from course_utils.fairness.audit import split_bias
    from course_utils.pictures.people_classifier import WHO, people_layers

    about = people_layers()[1]
    rows, tones = found.shares("who"), found.shares("tone")
    true = corrected([row.hits for row in rows], about["who"]["matrix"])
    sentence = (
        f"{sum(row.hits for row in rows)} pictures in {found.seconds:.0f} seconds. "
        + "; ".join(f"{row.name} {row.said}" for row in rows)
        + "."
    )
    fixed = (
        "With the judge's known mistakes taken into account: "
        + ", ".join(f"{name} {share:.0%}" for name, share in zip(WHO, true))
        + "."
    )
    prompts_shown, lines = _prompts_told(found)
    split = [*split_bias(found), *split_bias(found, "tone")]
    right, judged = _judge_told(about)
    shown = prompts_shown + shares_html("All prompts together", rows)
    if sum(tone.hits for tone in tones):
        shown += shares_html("Drawn skin tones, where somebody was seen", tones)
    shown += f"{bias_html(split)}<p>{html.escape(fixed)}</p>{judged}"
    text = [
        sentence,
        *lines,
        *(f"tone {tone.name}: {tone.said}" for tone in tones if tone.hits),
        *(bias_said(one) for one in split),
        fixed,
        JUDGE_NOTE,
        right,
    ]
    figures = {
        "by prompt": {
            prompt: {row.name: row.hits for row in found.shares("who", prompt)}
            for prompt in found.counts
        },
        "who": {row.name: row.hits for row in rows},
        "tone": {tone.name: tone.hits for tone in tones},
        "added": {one.counted.name: one.added for one in split},
        "seconds": found.seconds,
    }
    return Told("\n".join(text), f"<p>{html.escape(sentence)}</p>{shown}", figures=figures)


def _prompts_told(found) -> tuple[str, list[str]]:
    """Who is in the pictures of each prompt: as HTML, and in lines."""
    from course_utils.fairness.audit import role_in, shares_of_data

    shown, lines = "", []
    for prompt in found.counts:
        rows, data = found.shares("who", prompt), shares_of_data(role_in(prompt))
        shown += strip(prompt, found.pictures.get(prompt, [])) + shares_html(
            f"Who is in “{prompt}”", rows, data, "In the training data"
        )
        lines += [f"{prompt}: {row.name} {row.said}" for row in rows]
        if not data:
            missing = (
                f"Not one training picture is called “{role_in(prompt)}”: whoever is not in the"
                " data cannot be drawn, or is drawn as something else."
            )
            shown += f"<p>{html.escape(missing)}</p>"
            lines.append(missing)
    return shown, lines


def _judge_told(about: dict) -> tuple[str, str]:
    """How far the judge can be trusted: in sentences, and as HTML with its mistakes."""
    from course_utils.pictures.people_classifier import TONES, UNCLEAR, WHO

    right = " ".join(
        f"{question.capitalize()}: on jobs it never saw it is right for"
        f" {about[question]['right_where_clear']:.0%} where it answers, and says “{UNCLEAR}” for"
        f" {about[question]['unclear']:.0%}."
        for question in ("who", "tone")
    )
    matrices = "".join(
        confusion_html(title, names, about[question]["matrix"], [*names, UNCLEAR])
        for title, question, names in (
            ("The judge, on drawings it never saw", "who", WHO),
            ("Tones", "tone", TONES),
        )
    )
    return right, (
        "<details><summary>How far the judge can be"
        f" trusted</summary><p>{JUDGE_NOTE} {html.escape(right)}</p>{matrices}</details>"
    )


def bias_said(one) -> str:
    """A row of `split_bias` as a sentence."""
    surely = "more than chance explains" if one.beyond_chance else "chance alone could do that"
    return (
        f"{one.counted.name}: data {one.data:.0%} ({one.of_data:+.0%} against even), counted"
        f" {one.counted.share:.0%}; the model adds {one.added:+.0%}, {surely}"
    )


def bias_html(split: list) -> str:
    """The table of `split_bias`: what the data are, and what the model adds."""
    if not split:
        return ""
    rows = [
        [
            html.escape(one.counted.name),
            f"{one.even:.0%}",
            f"{one.data:.0%}",
            f"{one.of_data:+.0%}",
            one.counted.said,
            f"{one.added:+.0%}",
            "yes" if one.beyond_chance else "chance could do that",
        ]
        for one in split
    ]
    note = (
        "Only of pictures in which somebody is clearly seen, and of prompts whose role is in the"
        " data. Bias of the data: its share less an even share. Amplification: the counted share"
        " less the data's."
    )
    return (
        table_html(
            "The data, or the model?",
            [
                "Who",
                "Even share",
                "In the data",
                "Bias of the data",
                "Counted",
                "Amplification",
                "More than chance?",
            ],
            rows,
        )
        + f"<p>{note}</p>"
    )


def before_after(before: Told, after: Told) -> Told:
    """Two audits side by side: what a change of the words, the guidance or the training moved.

    Give what fairness.count_people() gave back, twice.
    """
    return told(lambda: _before_after(before, after))


def _before_after(before: Told, after: Told) -> Told:
    if not all(isinstance(one, Told) and "who" in one.figures for one in (before, after)):
        raise LearnerError(
            "Two audits are needed. Keep what fairness.count_people() gives back under two"
            " names, then put both in here."
        )
    rows, lines = [], []
    for question in ("who", "tone"):
        totals = [sum(one.figures[question].values()) for one in (before, after)]
        for name in before.figures[question]:
            first, second = (
                Share(name, one.figures[question].get(name, 0), total)
                for one, total in zip((before, after), totals)
            )
            if first.hits or second.hits:
                apart = (
                    wilson(first.hits, first.of)[1] < wilson(second.hits, second.of)[0]
                    or wilson(second.hits, second.of)[1] < wilson(first.hits, first.of)[0]
                )
                rows.append(
                    [
                        html.escape(name if question == "who" else f"skin tone {name}"),
                        first.said,
                        second.said,
                        f"{second.share - first.share:+.0%}",
                        "yes" if apart else "chance could do that",
                    ]
                )
                lines.append(", ".join(html.unescape(cell) for cell in rows[-1]))
    sentence = "Moved more than chance: where the two intervals do not touch."
    return Told(
        "\n".join([sentence, *lines]),
        table_html(
            "Before and after", ["Who", "Before", "After", "Moved", "More than chance?"], rows
        )
        + f"<p>{sentence}</p>",
    )


def bias_lab(
    job: str = "teacher",
    many: str = "light",
    few: str = "dark",
    shares=(8, 1),
    steps: int = 60,
    each: int = 24,
    seed: int = 1,
    show: bool = True,
) -> Told:
    """Make the picture model lopsided on purpose, then change only how the drawings are drawn from
    the lot: taught as they come, and by balanced sampling; each time its pictures are counted. To
    stop, interrupt the cell.

    Args:
        job: one in the training data, such as teacher, cook, doctor, boss.
        many, few: two of woman, man, person; or two skin tones (light, medium-light, medium,
            medium-dark, dark, yellow).
        shares: how many drawings of the many and of the few it is taught, 1 to 9 each.
        steps: of teaching each time, 5 to 600; the same number gives the same result on any
            computer.
        each: pictures counted each time.
    """
    from course_utils.fairness.bias_lab import bias_lab as lab

    stop, result, line = threading.Event(), {}, LiveLine("picture")

    def tell(words: str) -> None:
        line.hear_words(words)
        if show:
            print(words, flush=True)

    def work() -> None:
        result["found"] = told(
            lambda: bias_told(lab(job, many, few, tuple(shares), steps, each, seed, tell, stop))
        )

    # it has set `stop`; what was done until then is the result
    with contextlib.suppress(KeyboardInterrupt):
        in_a_worker(work, stop, line)
    return result["found"]


def bias_told(found) -> Told:
    """The bias lab's result as text, pictures and table."""
    rows, shown, figures = [], "", {}
    for one in found.taught:
        share = found.share(one)
        others = ", ".join(
            f"{name} {count}" for name, count in sorted(one.said.items(), key=lambda item: -item[1])
        )
        rows.append(
            [
                html.escape(one.way),
                f"{one.shown:.0%}" if one.steps else "nothing",
                html.escape(share.said) if share.of else "nothing to count",
                html.escape(others),
            ]
        )
        shown += f"<p>{html.escape(one.way.capitalize())}:</p>" + strip(
            f"a {found.job}, {one.way}", one.pictures
        )
        figures[one.way] = {
            "share": share.share,
            "of": share.of,
            "said": one.said,
            "steps": one.steps,
        }
    sentence = (
        f"“A {found.job}”, taught from drawings of which {found.data:.0%} are {found.few} and the"
        f" others {found.many}. The same words, noise and drawings each time; only how often a"
        f" {found.few} one is shown differs. {len(found.taught)} counts in {found.seconds:.0f}"
        " seconds."
    )
    note = (
        "A skin tone counts as the nearer of the two, one in the middle as neither. Balanced"
        " sampling shows the few again and again: it can overshoot, and the lack of different"
        " drawings stays."
    )
    table = table_html(
        f"Share of {found.few} among {found.few} and {found.many}",
        ["Taught", f"Shown {found.few}", f"Counted {found.few}", "All that the judge said"],
        rows,
    )
    return Told(
        "\n".join(
            [
                sentence,
                *(", ".join(html.unescape(cell) for cell in row) for row in rows),
                note,
                JUDGE_NOTE,
            ]
        ),
        f"<p>{html.escape(sentence)}</p>{table}{shown}<p>{note} {JUDGE_NOTE}</p>",
        figures=figures,
    )


def strip(name: str, pictures: list[bytes]) -> str:
    """The first pictures of a prompt, small, in one row with one alternative text."""
    from PIL import Image

    if not pictures:
        return ""
    opened = [Image.open(io.BytesIO(one)).convert("RGB").resize((72, 72)) for one in pictures[:8]]
    sheet = Image.new("RGB", (76 * len(opened), 72), "white")
    for place, one in enumerate(opened):
        sheet.paste(one, (76 * place, 0))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return (
        f'<img alt="{len(opened)} pictures drawn for “{html.escape(name, quote=True)}”; what a'
        ' classifier saw in them stands in the table"'
        f' src="{data_address("image/png", buffer.getvalue())}">'
    )


def fair_words(occupations: list[str] | None = None) -> Told:
    """She, he or they?

    For each occupation the real model's odds of the next word, and of first names; then the odds of
    good and bad words after groups, and pairs of sentences that differ in one word.
    """
    return told(lambda: _fair_words(occupations))


HEAD = (
    *("Occupation", "she", "he", "they", "she of she and he"),
    *("women's names", "men's names", "women's of both"),
)
WORD_LIMITS = (
    "Limits: odds of single next pieces, in few sentences; names and good words are short lists of"
    " ours; a model can be fair here and unfair in a story."
)
ENGLISH_ONLY = (
    " English only: this model knows no other language that is asked here. Lesson 09 brings models"
    " that do; the same line then asks in German, French and Spanish too."
)


def _fair_words(occupations: list[str] | None) -> Told:
    from course_utils.fairness.audit import (
        FRAMES,
        GROUP_FRAMES,
        name_odds,
        pronoun_odds,
        stereotype_pairs,
    )
    from course_utils.fairness.languages import LANGUAGES, languages_of_model

    pronouns, names = pronoun_odds(occupations), name_odds(occupations)
    rows, groups, apart = _occupation_rows(pronouns, names), _group_rows(), stereotype_pairs()
    known = languages_of_model()
    others = {LANGUAGES[one]["name"]: _rows_in(one) for one in LANGUAGES if one in known}
    sentence = (
        f"Read from the model's own odds of the next piece, not from samples: {len(FRAMES)}"
        f" sentences for each occupation, {len(GROUP_FRAMES)} for each group."
        f"{'' if others else ENGLISH_ONLY}"
    )
    text = [
        sentence,
        ", ".join(HEAD),
        *(_plain(row) for row in rows),
        *(_plain(row) for row in groups),
        *(f"{one[0]} / {other[0]}: {far:.2f} apart" for one, other, far in apart),
        *(_plain([name, *row]) for name, found in others.items() for row in found),
        WORD_LIMITS,
    ]
    shown = f"<p>{html.escape(sentence)}</p>{_odds_html(rows, groups, apart, others)}"
    return Told(
        "\n".join(text),
        f"{shown}<p>{WORD_LIMITS}</p>",
        figures={"pronouns": pronouns, "names": names},
    )


def _plain(row: list[str]) -> str:
    return ", ".join(map(html.unescape, row))


def _occupation_rows(pronouns: dict, names: dict) -> list[list[str]]:
    """Cells of HTML, from most “she” to most “he”."""
    return [
        [
            html.escape(occupation),
            *(f"{odds[name]:.1%}" for name in ("she", "he", "they")),
            f"{ratio(odds['she'], odds['he']):.0%}",
            *(f"{share:.1%}" for share in names[occupation].values()),
            f"{ratio(*names[occupation].values()):.0%}",
        ]
        for occupation, odds in sorted(
            pronouns.items(), key=lambda one: -ratio(one[1]["she"], one[1]["he"])
        )
    ]


def _group_rows() -> list[list[str]]:
    """Cells of HTML: odds of good and bad words after each group."""
    from course_utils.fairness.audit import GROUPS, sentiment_odds

    return [
        [
            html.escape(group),
            html.escape(title),
            f"{odds['good words']:.2%}",
            f"{odds['bad words']:.2%}",
            f"{ratio(odds['good words'], odds['bad words']):.0%}",
        ]
        for title, members in GROUPS.items()
        for group, odds in sentiment_odds(members).items()
    ]


def _rows_in(language: str) -> list[list[str]]:
    """Cells of HTML: the odds for jobs in another language."""
    from course_utils.fairness.languages import odds_in

    return [
        [
            html.escape(job),
            f"{odds['she']:.1%}",
            f"{odds['he']:.1%}",
            f"{ratio(odds['she'], odds['he']):.0%}",
            f"{ratio(names['women'], names['men']):.0%}",
        ]
        for job, odds, names in odds_in(language)
    ]


def _odds_html(
    rows: list[list[str]],
    groups: list[list[str]],
    apart: list[tuple],
    others: dict[str, list[list[str]]],
) -> str:
    """The odds as tables; `others` by the name of the language."""
    pairs = [
        [
            html.escape(f"{one[0]} / {other[0]}"),
            pieces_html(one[1]),
            pieces_html(other[1]),
            f"{far:.2f}",
        ]
        for one, other, far in apart
    ]
    tables = [
        ("Odds of the next word, from most “she” to most “he”", [*HEAD], rows),
        (
            "Odds of twenty good and twenty bad words after a group",
            ["Group", "Among", "Good", "Bad", "Good of both"],
            groups,
        ),
        (
            "One word changed",
            ["Sentences", "Next, first", "Next, second", "How far the odds differ (0 to 1)"],
            pairs,
        ),
        *(
            (
                f"In {name}, in words that do not say who",
                ["Job or field", "she", "he", "she of both", "women's names of both"],
                found,
            )
            for name, found in others.items()
        ),
    ]
    return "".join(table_html(*table) for table in tables)


def ratio(one: float, other: float) -> float:
    return one / (one + other) if one + other else 0.5


def pieces_html(odds: list[tuple[str, float]]) -> str:
    return ", ".join(f"{html.escape(piece.strip() or piece)} {share:.0%}" for piece, share in odds)


def fair_music() -> Told:
    """What happy, folk and serious mean to the tune machine, what its corpus is made of,
    and who is missing from it.
    """
    return told(_fair_music)


MISSING = [
    (
        "Every named source is from Ireland, Scotland, England, the United States or Germany;"
        " nothing from Africa, Asia, the Pacific, Latin America, or the east and south of Europe."
    ),
    (
        "Four collections, gathered or written by four men. The players they took the tunes from,"
        " women among them, are mostly not named."
    ),
    (
        "Dances that were printed between about 1730 and 1903; no later styles, no songs with"
        " words, no drums, no tuning but the piano's."
    ),
    "Essen's folk songs were left out for their licence: lesson 13 tells why.",
]


def _fair_music() -> Told:
    from course_utils.fairness.audit import corpus_shares, what_a_word_asks
    from course_utils.provenance.sources import tune_sources

    corpus, asked = corpus_shares(), what_a_word_asks()
    total = sum(corpus["source"].values())
    words = [
        [
            html.escape(word),
            html.escape(
                ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in settings.items())
                or "nothing: the word is not in its table"
            ),
        ]
        for word, settings in asked.items()
    ]
    parts = "".join(
        shares_html(
            f"The {total:,} tunes by {title}",
            [
                Share(tune_sources()[name].name if key == "source" else str(name), count, total)
                for name, count in list(corpus[key].items())[:8]
            ],
        )
        for key, title in (("source", "collection"), ("kind", "kind"), ("mode", "mode"))
    )
    missing = "".join(f"<li>{html.escape(line)}</li>" for line in MISSING)
    sentence = (
        "A person wrote the table that turns “happy” into major and faster; the notes come from"
        f" {total:,} old tunes, {corpus['mode'].get('major', 0) / total:.0%} of them in major."
    )
    lines = [
        sentence,
        *(f"{row[0]}: {row[1]}" for row in words),
        *(
            f"{key}: {name} {count}"
            for key in corpus
            for name, count in list(corpus[key].items())[:8]
        ),
        *MISSING,
    ]
    return Told(
        "\n".join(html.unescape(line) for line in lines),
        f"<p>{html.escape(sentence)}</p>"
        + table_html("What a word asks of the tune machine", ["Word", "Read as"], words)
        + parts
        + f"<p>Who is missing:</p><ul>{missing}</ul>",
        figures=corpus,
    )


def cost_of(results=None) -> Told:
    """What some results cost: seconds, an estimate of energy with its range, beside a phone's
    charge and large models. `results`: results, a creation, a studio, or nothing for all that is
    kept.
    """
    return told(lambda: _cost_of(results))


def _cost_of(results) -> Told:
    from course_utils.fairness.energy import METHOD, PUBLISHED, Cost

    portfolio = Portfolio()
    made = (
        [saved.creation for saved in portfolio.list()]
        if results is None
        else (
            list(results)
            if isinstance(results, list) and results
            else [pick(portfolio, None, results)]
        )
    )
    cost = Cost(sum(one.seconds for one in made))
    rows = [
        ["this, least", f"{cost.low:.4f}", "the estimate above"],
        ["this, most", f"{cost.high:.4f}", "the estimate above"],
        *(
            [html.escape(what), f"{hours:g}", html.escape(where)]
            for what, hours, where in PUBLISHED
        ),
    ]
    sentence = f"{len(made)} result{'s' * (len(made) != 1)}: {cost.sentence}"
    big = (
        "Small against big: a large model's picture has far more detail; whether it is worth the"
        " difference is the question."
    )
    return Told(
        "\n".join(
            [
                sentence,
                METHOD,
                *(f"{what}: {hours} watt-hours ({where})" for what, hours, where in PUBLISHED),
                big,
            ]
        ),
        f"<p>{html.escape(sentence)}</p><p>{METHOD}</p>"
        + table_html("Watt-hours", ["What", "Watt-hours", "Where from"], rows)
        + f"<p>{big}</p>",
        figures={"seconds": cost.seconds, "low": cost.low, "high": cost.high},
    )


def audit_report(
    findings: list[Told], claim: str, limits: str, wish: str, title: str = "My audit report"
) -> Results:
    """Your report as a page: your claim, the figures and charts of some findings,
    what they cannot show, and what you would change. Saved in the portfolio.

    Args:
        findings: what count_people, compare_audits, run_bias_lab, in_words, in_music or cost_of
            gave back.
        claim, limits, wish: in your own words.
    """
    from course_utils.safety.prompts import check_prompt

    portfolio = Portfolio()
    try:
        findings = (
            [findings]
            if isinstance(findings, Told)
            else [one for one in findings if isinstance(one, Told) and not one.message]
        )
        if not findings:
            raise LearnerError(
                "A report needs a finding. Run fairness.count_people() first, keep what it"
                " gives back, and put it in here."
            )
        title = check_prompt(title, longest=120, any_script=True)
        own = [check_prompt(one, longest=2000, any_script=True) for one in (claim, limits, wish)]
        page = _report_page(title, findings, *own)
        report = Creation(
            recipe=Recipe(kind="page", prompt=title),
            content=page.encode(),
            edits=[HumanEdit(what="written by the learner as an audit report")],
        )
        portfolio.save(report)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results(
        [report], f"Your report “{title}” is saved in the folder {portfolio.folder.name}."
    )


def _report_page(title: str, findings: list[Told], claim: str, limits: str, wish: str) -> str:
    """The report as a whole page of HTML."""

    def section(name: str, words: str) -> str:
        return f"<section><h2>{name}</h2><p>{html.escape(words)}</p></section>"

    found = "".join(
        f"<section><h2>Finding {number}</h2>{one.shown}</section>"
        for number, one in enumerate(findings, 1)
    )
    body = (
        section("What I claim", claim)
        + found
        + section("What these figures cannot show", limits)
        + section("What I would change", wish)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width,initial-scale=1"><title>{html.escape(title)}'
        f"</title><style>{STYLE}"
        " td,th{padding:2px"
        f" 8px}}</style></head><body><main><h1>{html.escape(title)}</h1>{body}</"
        "main><footer>Claims,"
        " limits and wishes by a person; figures counted by the course.</footer></body></html>"
    )
