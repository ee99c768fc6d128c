"""Styles without widgets: the map, moving on it, mixing, breeding, how new something is, and names,
one line each.
"""

from __future__ import annotations

import html
import random

from course_utils.creation import Creation, LearnerError
from course_utils.display.html import data_address
from course_utils.kinds import kind_named
from course_utils.notebook.handed_over import pick_all
from course_utils.notebook.results import Results, make, pick
from course_utils.pictures.calls import make_image
from course_utils.portfolio.store import Portfolio
from course_utils.styles.settings_styles import TOGETHER
from course_utils.styles.style_kinds import style_kind

__all__ = [
    "Tree",
    "at_on_map",
    "branch_of",
    "breed_styles",
    "how_new",
    "made_of_kind",
    "map_html",
    "mix_styles",
    "my_styles",
    "other_style_at",
    "pictures_made",
    "points_of",
    "save_style",
    "style_at",
    "style_map",
    "style_tree",
    "table_html",
    "where",
]

MOST_ON_MAP = 40


class MapView:
    """A style map as a picture with alternative text, and as a table."""

    def __init__(
        self, style_map=None, message: str = "", here: tuple[float, float] | None = None
    ) -> None:
        self.map, self.message, self.here = style_map, message, here

    def _repr_html_(self) -> str:
        return map_html(self.map, self.here) if self.map else f"<p>{html.escape(self.message)}</p>"

    def __repr__(self) -> str:
        return (
            "\n".join(
                [
                    told(self.map),
                    *(row_of(number, place) for number, place in enumerate(self.map.places, 1)),
                ]
            )
            if self.map
            else self.message
        )


def told(style_map) -> str:
    kind = style_kind(style_map.places[0].creation.kind)
    return (
        f"{len(style_map.places)} {kind.plural}. To the right: {style_map.right}. Up:"
        f" {style_map.top}. Those that {kind.alike} alike lie together."
    )


def row_of(number: int, place) -> str:
    return (
        f"{number}. {place.creation.recipe.prompt}: across {place.across:+.2f}, up {place.up:+.2f}"
    )


def map_html(style_map, here: tuple[float, float] | None = None) -> str:
    """The map as an SVG picture with small pictures on it, and the same as a table."""
    from course_utils.pictures.png import show_png

    def spot(across: float, up: float) -> tuple[float, float]:
        return 200 + across * 170, 200 - up * 170

    shown = []
    for number, place in enumerate(style_map.places, 1):
        x, y = spot(place.across, place.up)
        if not is_seen(place.creation):
            shown.append(
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="#0b57a8"/><text x="{x + 8:.0f}"'
                f' y="{y + 4:.0f}" font-size="11" fill="#1b1f27">{number}'
                f" {html.escape(name_of(place.creation)[:16])}</text>"
            )
            continue
        shown.append(
            f'<image x="{x - 17:.0f}" y="{y - 17:.0f}" width="34" height="34"'
            f' href="{data_address("image/png", show_png(place.creation, 48))}"/><text'
            f' x="{x + 18:.0f}" y="{y + 4:.0f}" font-size="11" fill="#1b1f27">{number}</text>'
        )
    mark = ""
    if here is not None:
        x, y = spot(*here)
        mark = (
            f'<path d="M{x - 14:.0f} {y:.0f}H{x + 14:.0f}M{x:.0f} {y - 14:.0f}V{y + 14:.0f}"'
            f' stroke="#b00020" stroke-width="3"/><circle cx="{x:.0f}" cy="{y:.0f}" r="9"'
            ' fill="none" stroke="#b00020" stroke-width="3"/>'
        )
    place_words = where(here)
    alt = html.escape(
        f"Style map. {told(style_map)}{place_words} The table below has the places.", quote=True
    )
    return (
        f'<svg role="img" aria-label="{alt}" viewBox="0 0 400 400"'
        ' style="width:100%;max-width:400px;background:#fff;border:1px solid #8a94a6"><path'
        f' d="M200 10V390M10 200H390" stroke="#c9cfd8"/>{"".join(shown)}{mark}<text x="394" y="194"'
        f' text-anchor="end" font-size="12" fill="#1b1f27">{html.escape(style_map.right)}'
        ' →</text><text x="206" y="20" font-size="12" fill="#1b1f27">↑'
        f" {html.escape(style_map.top)}</text></svg>{table_html(style_map, place_words)}"
    )


def where(here: tuple[float, float] | None) -> str:
    """The place of the red ring in words, with a space before."""
    return f" You are at across {here[0]:+.2f}, up {here[1]:+.2f} (the red ring)." if here else ""


def table_html(style_map, more: str = "") -> str:
    """What a map means in a sentence, and its places as a table that can be opened."""
    rows = "".join(
        (
            "<tr><th"
            f' scope="row">{number}</th><td>{html.escape(place.creation.recipe.prompt)}</'
            f"td><td>{place.across:+.2f}</td><td>{place.up:+.2f}</td></tr>"
        )
        for number, place in enumerate(style_map.places, 1)
    )
    return (
        f'<p style="margin:2px 0">{html.escape(told(style_map) + more)}</p><details><summary>The'
        " map as a table</summary><table><caption>Places on the map, from -1 to 1</caption><tr><th"
        ' scope="col">number</th><th scope="col">words</th><th scope="col">across</th><th'
        f' scope="col">up</th></tr>{rows}</table></details>'
    )


def is_seen(creation: Creation) -> bool:
    """Whether a small picture of it can stand on a map."""
    return creation.declared.looks == "picture"


def name_of(creation: Creation) -> str:
    """What stands on the map for a text or a tune: its kind and what it is about."""
    settings = creation.recipe.settings
    kind = settings.get(style_kind(creation.kind).named_by, "")
    return f"{str(kind).replace('_', ' ')}: {creation.recipe.prompt}".strip(": ")


def made_of_kind(portfolio: Portfolio, kind: str) -> list[Creation]:
    """The newest pictures, texts or tunes made here.

    Raises:
        LearnerError: there is no map of this kind.
    """
    brought = kind_named(kind).brought if style_kind(kind).only_made else ()
    made = (saved.creation for saved in portfolio.list(kind))
    return [one for one in made if one.recipe.model not in brought][:MOST_ON_MAP]


def points_of(style_map) -> list[dict]:
    """The places of a map as the pad shows them."""
    from course_utils.pictures.png import show_png

    return [
        {
            "across": place.across,
            "up": place.up,
            "picture": (
                data_address("image/png", show_png(place.creation, 48))
                if is_seen(place.creation)
                else ""
            ),
            "name": (
                place.creation.recipe.prompt[:40]
                if is_seen(place.creation)
                else name_of(place.creation)[:24]
            ),
        }
        for place in style_map.places
    ]


def pictures_made(portfolio: Portfolio) -> list[Creation]:
    """The newest pictures made here, drawings and photos not counted."""
    return made_of_kind(portfolio, "image")


def style_map(pictures=None, kind: str = "image") -> MapView:
    """Everything made so far on a map: what looks, reads or sounds alike lies together.

    Args:
        pictures: some creations of one kind instead of the newest 40.
        kind: image, words or tune.
    """
    from course_utils.styles.map import make_map

    try:
        portfolio = Portfolio()
        shown = (
            made_of_kind(portfolio, kind)
            if pictures is None
            else pick_all(portfolio, None, pictures)
        )
        return MapView(make_map(shown))
    except LearnerError as sentence:
        return MapView(message=str(sentence))


def at_on_map(
    prompt: str,
    across: float,
    up: float,
    much: float = 1.0,
    weird: float = 0.0,
    count: int = 4,
    seed: int | None = None,
    kind: str = "image",
) -> Results:
    """Pictures (or texts, or tunes) in the style of a place on the map: a mix of the three nearest.

    Args:
        kind: image, words or tune.
        across, up: from -1 to 1, as on the map.
        much: 1 as it is, above exaggerated (to 3), below 0 the opposite (to -2).
        weird: 0 to 1: odd directions added.
    """
    from course_utils.pictures.saved_styles import much_of, weirder
    from course_utils.styles.map import make_map

    try:
        check_numbers(
            across=(across, -1, 1), up=(up, -1, 1), much=(much, -2, 3), weird=(weird, 0, 1)
        )
        seed = random.randrange(2**31) if seed is None else seed
        if not style_kind(kind).directions:
            style = other_style_at(
                make_map(made_of_kind(Portfolio(), kind)), across, up, much, weird, seed
            )
            return in_other_style(prompt, style, count, seed)
        style = weirder(
            much_of(style_at(make_map(pictures_made(Portfolio())), across, up), much), weird, seed
        )
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return in_style(prompt, style, count, seed)


def style_at(style_map, across: float, up: float):
    """The style of a place on the map: that of the three nearest pictures, mixed."""
    from course_utils.pictures.saved_styles import mix, style_of
    from course_utils.styles.map import shares_at

    near = shares_at(style_map, across, up)
    return mix([style_of(place.creation) for place, _ in near], [share for _, share in near])


def other_style_at(
    style_map, across: float, up: float, much: float = 1.0, weird: float = 0.0, seed: int = 0
):
    """The style of a place on a map of texts or tunes: the settings of the three nearest, mixed."""
    from course_utils.styles.map import shares_at
    from course_utils.styles.settings_styles import mixed, style_of

    near = shares_at(style_map, across, up)
    return mixed(
        [style_of(place.creation) for place, _ in near],
        [share for _, share in near],
        much,
        [style_of(place.creation) for place in style_map.places],
        weird,
        seed,
    )


def in_other_style(prompt: str, style, count: int, seed: int) -> Results:
    """Texts or tunes of a prompt with the settings of a style, told in words."""
    results = make(style.kind, prompt, count, seed, dict(style.settings))
    return with_style_told(results, style.sentence())


def in_style(prompt: str, style, count: int = 4, seed: int | None = None, **settings) -> Results:
    """Pictures of a prompt in a style, with the style told in words."""
    results = make_image(prompt, count, seed, **{**settings, **style.settings()})
    return with_style_told(results, style.sentence())


def with_style_told(results: Results, sentence: str) -> Results:
    """Results with their style in words before what else is said of them."""
    if results and not results.trouble:
        results.message = f"Style: {sentence}. {results.message}".strip()
    return results


def mix_styles(
    prompt: str,
    shares: dict,
    much: float = 1.0,
    weird: float = 0.0,
    count: int = 4,
    seed: int | None = None,
) -> Results:
    """Pictures in a mix of styles, such as {"3d": 1, "flat": -0.5, "rainy neon": 1}: the model's
    style words, your own styles, any other words; below 0 is away from it.
    """
    from course_utils.pictures.saved_styles import much_of, weirder

    try:
        check_numbers(much=(much, -2, 3), weird=(weird, 0, 1))
        seed = random.randrange(2**31) if seed is None else seed
        style = weirder(much_of(style_from(shares), much), weird, seed)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return in_style(prompt, style, count, seed)


def style_from(shares: dict):
    """The style of a table of names and weights: weights are added up as they are.

    Raises:
        LearnerError: not such a table, or a number that is none.
    """
    from course_utils.pictures.saved_styles import Style, load_style
    from course_utils.pictures.style_directions import read_directions, write_directions

    if not isinstance(shares, dict) or not shares:
        raise LearnerError(
            'Give the styles as a table of names and numbers, such as {"3d": 1, "flat": -0.5}.'
        )
    portfolio, own = Portfolio(), {}
    weights: dict[str, float] = {}
    for name, weight in shares.items():
        check_numbers(**{"weight": (weight, -3, 3)})
        kept = load_style(portfolio, name)
        if kept and kept.own_model and weight > 0:
            own = {
                "own_model": kept.own_model,
                "own_strength": min(2.0, kept.own_strength * weight),
            }
        for words, part in (kept.weights if kept else read_directions(f"{name}:{weight}")).items():
            weights[words] = weights.get(words, 0.0) + part * (weight if kept else 1)
    return Style(
        directions=write_directions(weights), parents=[str(name)[:40] for name in shares][:2], **own
    )


def check_numbers(**given) -> None:
    """Each is a value, the least and the most it may be.

    Raises:
        LearnerError: one is no number or out of range.
    """
    for name, (value, low, high) in given.items():
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise LearnerError(
                f"The number {name} must be from {low} to {high}. Change it and try again."
            )


def breed_styles(prompt: str, first, second, seed: int | None = None, wild: float = 0.3) -> Results:
    """Four children of two styles.

    A parent is a picture (or results, or a studio), or the name of a style you saved; or both are
    texts, or both tunes.
    """
    from course_utils.pictures.saved_styles import breed

    try:
        check_numbers(wild=(wild, 0, 1))
        seed = random.randrange(2**31) if seed is None else seed
        both = [pick(Portfolio(), None, one) for one in (first, second) if not isinstance(one, str)]
        if len(both) == 2 and {one.kind for one in both} in [{kind} for kind in TOGETHER]:
            return other_children(prompt, both[0], both[1], seed)
        children = breed(parent_style(first), parent_style(second), seed, wild=wild)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    made: list[Creation] = []
    trouble = ""
    for child in children:
        results = make_image(
            prompt, 1, seed, style_parents="; ".join(child.parents), **child.settings()
        )
        made += results
        trouble = trouble or results.trouble
    return Results(
        made,
        trouble
        or "Four children, drawn from the same noise. "
        + " ".join(f"{number}: {child.sentence()}." for number, child in enumerate(children, 1)),
    )


def other_children(prompt: str, first: Creation, second: Creation, seed: int) -> Results:
    """Four texts or tunes with settings bred from two."""
    from course_utils.styles.settings_styles import bred, style_of

    children, trouble = bred(style_of(first), style_of(second), seed), ""
    made: list[Creation] = []
    for child in children:
        results = make(child.kind, prompt, 1, seed, dict(child.settings))
        made += results
        trouble = trouble or results.trouble
    return Results(
        made,
        trouble
        or "Four children with the same seed. "
        + " ".join(f"{number}: {child.sentence()}." for number, child in enumerate(children, 1)),
    )


def parent_style(given):
    """The style meant: one saved under a name, or that of a picture.

    Raises:
        LearnerError: there is none of that name, or no picture.
    """
    from course_utils.pictures.saved_styles import load_style, style_names, style_of

    if isinstance(given, str):
        style = load_style(Portfolio(), given)
        if style is None:
            raise LearnerError(
                f"There is no style called “{given[:40]}” here. You have:"
                f" {', '.join(style_names(Portfolio())) or 'none yet'}."
            )
        return style
    return style_of(pick(Portfolio(), "image", given))


class Tree:
    """Where a style comes from, generation by generation, as a nested list."""

    def __init__(self, branch: dict | None, message: str = "") -> None:
        self.branch, self.message = branch, message

    def _repr_html_(self) -> str:
        return (
            f"<ul>{self._items(self.branch)}</ul>"
            if self.branch
            else f"<p>{html.escape(self.message)}</p>"
        )

    def _items(self, branch: dict) -> str:
        inside = "".join(self._items(parent) for parent in branch["parents"])
        return (
            f"<li>{branch['picture']}{html.escape(branch['name'])}"
            f"{f'<ul>{inside}</ul>' if inside else ''}</li>"
        )

    def __repr__(self) -> str:
        return "\n".join(self._lines(self.branch, 0)) if self.branch else self.message

    def _lines(self, branch: dict, depth: int) -> list[str]:
        return [
            f"{'  ' * depth}{branch['name']}",
            *(line for parent in branch["parents"] for line in self._lines(parent, depth + 1)),
        ]


def style_tree(picture) -> Tree:
    """The parents of a picture's style, their parents, and so on,
    as far as the portfolio goes back.
    """
    portfolio = Portfolio()
    try:
        return Tree(branch_of(portfolio, pick(portfolio, "image", picture), 0))
    except LearnerError as sentence:
        return Tree(None, str(sentence))


def branch_of(portfolio: Portfolio, creation: Creation, depth: int) -> dict:
    from course_utils.display.figure import figure_html
    from course_utils.pictures.saved_styles import style_of

    parents = []
    for name in filter(
        None,
        str(creation.recipe.settings.get("style_parents", "")).split("; ") if depth < 8 else (),
    ):
        kept = portfolio.find(name)
        parents.append(
            branch_of(portfolio, kept.creation, depth + 1)
            if kept
            else {"name": f"a style called {name}", "picture": "", "parents": []}
        )
    return {
        "name": f"{creation.recipe.prompt}, {style_of(creation).sentence()}",
        "picture": figure_html(creation, size=64),
        "parents": parents,
    }


def how_new(picture=None) -> Results:
    """How far a picture is from the styles the model was trained on,
    and from your own earlier pictures.
    """
    from course_utils.styles.map import novelty

    portfolio = Portfolio()
    try:
        creation = pick(portfolio, "image", picture)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results(
        [creation],
        novelty(
            creation, [one for one in pictures_made(portfolio) if one.made <= creation.made]
        ).sentence,
    )


def save_style(given, name: str) -> Results:
    """Keep the style of a picture (or results, or a studio), or a table of names and numbers,
    under a name: then `pictures.make("a fox", style="its name")`.
    """
    from course_utils.pictures.saved_styles import save_style as keep
    from course_utils.pictures.saved_styles import style_names, style_of

    portfolio = Portfolio()
    try:
        style = (
            style_from(given)
            if isinstance(given, dict)
            else style_of(pick(portfolio, "image", given))
        )
        before = style_names(portfolio)
        kept = keep(portfolio, style, name)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    again = " It takes the place of the style of that name you had." if kept.name in before else ""
    return Results(
        message=(
            f'The style “{kept.name}” is kept: {kept.sentence()}. Use it with pictures.make("a'
            f' fox", style="{kept.name}").{again}'
        )
    )


def my_styles() -> Results:
    """The styles you saved, in words."""
    from course_utils.pictures.saved_styles import load_style, style_names

    portfolio, lines = Portfolio(), []
    for name in style_names(portfolio):
        try:
            if (style := load_style(portfolio, name)) is not None:
                lines.append(f"{name}: {style.sentence()}.")
        except LearnerError as sentence:
            lines.append(str(sentence))
    return Results(
        message="\n".join(lines) or "You have saved no style yet. Save one with save_style."
    )
