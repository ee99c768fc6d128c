"""One brief for several audiences, and filter bubbles."""

from __future__ import annotations

import pytest

import course_utils
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.notebook.results import Results
from course_utils.portfolio.store import Portfolio
from course_utils.tailoring import calls as oneline_tailor
from course_utils.tailoring.audiences import KINDS, NOBODY, audiences, changes, read_audience
from course_utils.taste.filter_bubble import Bubble, feeds
from course_utils.taste.taste import Taste
from course_utils.taste.traits import measure
from course_utils.taste.votes import vote_for


def test_the_audiences_that_ship_give_recipes_their_engines_accept():
    from importlib import import_module

    known = audiences()
    assert set(known) == {"a child", "a gardener", "a night-shift nurse"}
    for one in (NOBODY, *known.values()):
        for part, module in {"words": "words", "picture": "pictures", "tune": "music"}.items():
            recipe = one.recipe(part, "a fox who cannot sleep", 7)
            settings = recipe.declared.load("settings")
            read = (
                settings.read
                if settings
                else import_module(f"course_utils.{module}.engine").read_settings
            )
            assert recipe.kind == KINDS[part] and recipe.seed == 7 and read(recipe)
            assert (one is NOBODY) == (
                not changes(NOBODY.recipe(part, "a fox who cannot sleep", 7), recipe)
            )


def test_what_was_changed_names_words_and_settings():
    plain, made = (one.recipe("picture", "a fox", 1) for one in (NOBODY, audiences()["a child"]))
    assert changes(plain, made) == ["words added: on a yellow background", "style: any → sticker"]


def test_an_audience_of_ones_own_is_a_readable_file_and_a_damaged_one_is_named(tmp_path):
    said = course_utils.my_audience(
        'Ada "the driver"',
        about="back\\slash",
        picture="on a red background",
        tune_tempo=120,
        picture_style="3d",
    )
    folder = Portfolio().folder / "audiences"
    path = next(folder.glob("*.toml"))
    made = read_audience(path)
    assert (
        path.name in said
        and made.name == 'Ada "the driver"'
        and made.about == "back\\slash"
        and made.tune.settings == {"tempo": 120}
        and made.picture.settings == {"style": "3d"}
    )
    assert 'Ada "the driver"' in audiences(folder)
    assert "by its part first" in course_utils.my_audience(
        "x", wrong=1
    ) and "short name" in course_utils.my_audience("", words="x")
    assert "no audience called" in course_utils.tailor("a fox", "an emperor").message
    for bad in (
        "name = ",
        "name = 'x'\nmore = 1",
        "[words]\nadd = 'x'",
        "name = 'x'\n[words]\nsettings = { a = [1] }",
    ):
        path.write_text(bad)
        with pytest.raises(LearnerError, match="audience file"):
            read_audience(path)
    assert "audience file" in course_utils.tailor("a fox").message


def test_versions_stand_side_by_side_with_what_was_changed_and_the_note(monkeypatch):
    """The engines are left out here (their results are texts that repeat the prompt):
    the lesson's own test runs them.
    """

    def only_words(kind, prompt, count, seed, settings) -> Results:
        return Results(
            [
                Creation(
                    recipe=Recipe(kind="words", prompt=prompt, seed=seed, settings=settings),
                    content=f"{prompt}. The end!".encode(),
                )
            ]
            if kind == "words"
            else []
        )

    monkeypatch.setattr(oneline_tailor, "make", only_words)
    found = course_utils.tailor(
        "a fox who cannot sleep", ["a child", "a night-shift nurse"], seed=7
    )
    assert list(found.versions) == [NOBODY.name, "a child", "a night-shift nurse"], found.message
    shown = found._repr_html_()
    assert (
        "made for 3 audiences" in shown
        and "manipulation" in shown
        and "not made" in shown
        and shown.count('scope="col"') >= 3
    )
    changed = found.changed("a child")
    assert (
        any(
            "words added: with a small animal" in one and "surprise: left open → 0.6" in one
            for one in changed
        )
        and found.changed(NOBODY.name) == []
    )
    assert "changed in words" in repr(found)
    texts = ["A cat walked by.", "The foxes slept in the quiet.", "A fox in a quiet hospital."]
    assert (
        max(
            texts,
            key=lambda text: oneline_tailor.kept_words(
                "a fox who cannot sleep in a quiet hospital at night", text
            ),
        )
        == texts[2]
    )
    assert (
        found.asked["a child", "picture"].prompt == "a fox on a yellow background"
        and found.asked["a child", "words"].prompt == "a fox who cannot sleep with a small animal"
    )
    assert (
        course_utils.tailor("the hat that sings", "a child", picture="a blue hat")
        .asked["a child", "picture"]
        .prompt
        == "a blue hat on a yellow background"
    )


def test_a_feed_that_goes_by_taste_shows_fewer_different_ones(layouts_many):
    taste = Taste()
    for _ in range(12):
        pair = taste.next_pair(layouts_many[:24])
        taste.add(
            vote_for(
                pair.left,
                pair.right,
                (
                    "left"
                    if measure(pair.left)["dark_ground"] + measure(pair.left)["warm"] * 9
                    > measure(pair.right)["dark_ground"] + measure(pair.right)["warm"] * 9
                    else "right"
                ),
                pair.kept_back,
            )
        )
    before = len(taste.data.votes)
    like, half, surprise = feeds(taste, layouts_many)
    assert like.met[-1] < half.met[-1] < surprise.met[-1] and surprise.met[-1] > 2 * like.met[-1]
    told = Bubble([like, half, surprise], len(layouts_many))
    assert (
        f"only {like.met[-1]} of 48" in told.told()
        and "Dial 0 (like me)" in told._repr_html_()
        and "steps apart" in repr(told)
    )
    less = Bubble([like, surprise], 47, "Left out: 1.")  # beside the table, not in its place
    assert all("Left out: 1." in one and "apart" in one for one in (repr(less), less._repr_html_()))
    assert len(taste.data.votes) == before  # a copy played, the person's own answers are untouched


def test_a_feed_without_enough_to_show_or_to_go_by_says_so(layouts_many):
    with pytest.raises(LearnerError, match="at least 10"):
        feeds(Taste(), layouts_many[:5])
    assert (
        "Nothing is known" in course_utils.filter_bubble("layout", layouts_many).message
        and "rounds" in course_utils.filter_bubble("layout", layouts_many, rounds=1).message
    )
    assert (
        "at least 10"
        in course_utils.filter_bubble(
            "words", [Creation(recipe=Recipe(kind="words", prompt="x"), content=b"x")]
        ).message
    )


@pytest.fixture(scope="module")
def layouts_many() -> list[Creation]:
    return [
        one
        for seed in (1, 2001, 4001, 6001)
        for one in engine_for("layout").create(
            Recipe(
                kind="layout",
                prompt="The quiet sea",
                seed=seed,
                settings={"count": 12, "text": "A film night."},
            )
        )
    ]
