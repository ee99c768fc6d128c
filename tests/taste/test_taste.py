"""Taste: learned from answers, read, edited, tested on what was kept back,
kept by the portfolio alone, and used.
"""

from __future__ import annotations

import io
import json
import random
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageDraw

import course_utils
from benchmarks.taste import Person, agreement, learned
from course_utils import files
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.portfolio.store import Portfolio
from course_utils.provenance.export import export_zip
from course_utils.taste import bradley_terry as model
from course_utils.taste.calls import load_taste
from course_utils.taste.candidates import batches
from course_utils.taste.contradictions import doubts
from course_utils.taste.ranking import in_order
from course_utils.taste.steering import drawn, levers
from course_utils.taste.studio import TasteStudio
from course_utils.taste.taste import Taste, counted
from course_utils.taste.traits import HOMES, measure, steps, trait_called, traits
from course_utils.taste.votes import FILE, TasteFile, vote_for


def picture(ground: str, thing: str = "white", size: int = 12, style: str = "flat") -> Creation:
    """A square with a smaller square on it, as a picture."""
    drawn_one = Image.new("RGB", (48, 48), ground)
    ImageDraw.Draw(drawn_one).rectangle((24 - size, 24 - size, 24 + size, 24 + size), fill=thing)
    buffer = io.BytesIO()
    drawn_one.save(buffer, "PNG")
    return Creation(
        recipe=Recipe(kind="image", prompt=f"{ground} {thing} {size}", settings={"style": style}),
        content=buffer.getvalue(),
    )


SEEDS = (1, 2001, 4001, 6001)


def twelve_layouts(title: str, text: str, seed: int) -> list[Creation]:
    """By the course's own engine: fast, and very different from each other."""
    return list(
        engine_for("layout").create(
            Recipe(kind="layout", prompt=title, seed=seed, settings={"count": 12, "text": text})
        )
    )


@pytest.fixture(scope="module")
def layouts() -> list[Creation]:
    return [one for seed in SEEDS for one in twelve_layouts("The quiet sea", "A film night.", seed)]


def test_the_best_weights_are_those_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(3)
    rows, answers = rng.normal(size=(40, 6)), rng.integers(0, 2, 40)
    ours = model.fit(rows, answers.astype(float), prior=0.7).mean
    theirs = (
        LogisticRegression(C=0.7**2, fit_intercept=False, tol=1e-10).fit(rows, answers).coef_[0]
    )
    assert np.allclose(ours, theirs, atol=1e-4)


def test_a_weight_a_person_set_stays_and_the_others_learn_around_it():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(30, 3))
    answers = (rows @ [2.0, -1.0, 0.0] > 0).astype(float)
    free, held = model.fit(rows, answers), model.fit(rows, answers, {0: -1.0})
    assert (
        held.mean[0] == -1.0
        and held.covariance[0].max() == 0
        and free.mean[0] > 0.5
        and held.mean[1] < 0
    )


def test_an_informative_pair_is_one_the_model_is_unsure_about():
    known = model.fit(np.array([[3.0, 0.0]] * 12), np.ones(12))
    told = known.information(np.array([[3.0, 0.0], [0.0, 3.0], [0.0, 0.0]]))
    assert told[1] > told[0] > told[2] and abs(told[2]) < 1e-9


def test_fifteen_answers_are_enough_for_four_in_five():
    """Made-up people on real layouts; unseen candidates;
    against pairs by chance and against no model.
    """
    pool = [
        one
        for seed in (*SEEDS, 11, 3001, 5001, 7001)
        for one in twelve_layouts("A night of poems", "Come at eight.", seed)
    ]
    seen = np.array([steps("layout", measure(one)) for one in pool])
    clever, chance = [], []
    for number in range(16):
        person = Person(seen, random.Random(number))
        for found, how in ((clever, True), (chance, False)):
            person.rng = random.Random(number)
            found.append(
                agreement(learned(person, pool[:48], number, how), person, "layout", seen[48:])
            )
    assert np.mean(clever) >= 0.8
    assert (
        np.mean(clever) > np.mean(chance) > 0.5 == agreement(Taste(), person, "layout", seen[48:])
    )


@pytest.mark.parametrize(
    ("more", "less", "trait"),
    [
        (picture("#f0a030"), picture("#3060d0"), "warm"),
        (picture("#ffffff", "#eeeeee"), picture("#101010", "#202020"), "bright"),
        (picture("#ff0000", "#00ff00"), picture("#808080", "#909090"), "colourful"),
        (picture("white", "black", 20), picture("white", "black", 4), "large"),
        (picture("white", style="3d"), picture("white", style="flat"), "3d"),
        (picture("white", "black", 12), picture("black", "white", 12), "light_ground"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_traits_of_pictures_see_what_their_names_say(more, less, trait):
    assert measure(more)[trait] > measure(less)[trait]


def test_traits_of_texts_tunes_and_sounds_see_what_their_names_say():
    def text(words: str) -> dict:
        return measure(Creation(recipe=Recipe(kind="words", prompt="x"), content=words.encode()))

    rhymed, plain = (
        text("The cat sat on the mat,\nand wore a hat."),
        text("Considerable institutions consider themselves. They endeavoured to deliberate."),
    )
    assert (
        rhymed["rhyme"] > plain["rhyme"]
        and rhymed["senses"] > plain["senses"]
        and rhymed["long_words"] < plain["long_words"]
    )
    assert (
        text("I love you! Do you?")["lively"] > plain["lively"]
        and text("happy joy laugh")["glad"] > 0 > text("sad grief alone")["glad"]
    )
    from course_utils.scores.midi import write_midi
    from course_utils.scores.score import Note, Score

    def tune(score: Score, mode: str) -> dict:
        return measure(
            Creation(
                recipe=Recipe(kind="tune", prompt="x", settings={"mode": mode}),
                content=write_midi(score),
            )
        )

    waltz = tune(
        Score(tuple(Note(n, 1, 60 + 7 * (n % 2), 90) for n in range(12)), 180, (3, 4), 0, "C"),
        "major",
    )
    march = tune(
        Score(tuple(Note(n, 1, 60 + n, 90) for n in range(8)), 70, (4, 4), 73, "Am"), "minor"
    )
    assert (
        waltz["three"] == 1
        and march["three"] == 0
        and march["minor"] == 1
        and waltz["fast"] > march["fast"]
        and waltz["leaps"] > march["leaps"]
        and waltz["struck"] > march["struck"]
    )
    from course_utils.audio.wav import RATE, to_wav

    def sound(one) -> dict:
        return measure(
            Creation(
                recipe=Recipe(kind="sound", prompt="x"), content=to_wav(np.stack([one, one], 1))
            )
        )

    time = np.arange(2 * RATE) / RATE
    tone, hiss = (
        0.3 * np.sin(2 * np.pi * 110 * time),
        0.1 * np.random.default_rng(1).normal(size=2 * RATE),
    )
    low, noise, beating, dying = (
        sound(tone),
        sound(hiss),
        sound(tone * (1 + np.sin(2 * np.pi * 50 * time)) / 2),
        sound(tone * np.exp(-2 * time)),
    )
    assert (
        noise["bright"] > low["bright"]
        and noise["noisy"] > low["noisy"]
        and beating["rough"] > 2 * low["rough"]
        and dying["fading"] > 6 > abs(low["fading"])
        and low["deep"] > noise["deep"]
    )


def test_every_trait_has_two_names_and_every_lever_a_known_trait():
    for kind in HOMES:
        names = [trait.name for trait in traits(kind)]
        sides = [side for trait in traits(kind) for side in (trait.more, trait.less)]
        assert (
            len(set(names)) == len(names)
            and len(set(sides)) == len(sides)
            and all(trait.scale > 0 for trait in traits(kind))
        )
        assert {
            name for group in levers(kind).values() for lever in group for name in lever["traits"]
        } <= set(names)
        assert trait_called(kind, traits(kind)[0].less)[1] == -1


PICTURES = [
    picture(ground, thing, size)
    for ground in ("#d06020", "#2060d0", "#20a040")
    for thing in ("white", "black")
    for size in (6, 16)
]


def answered(kind_of_answer, pictures=PICTURES, number=12) -> Taste:
    taste = Taste()
    for _ in range(number):
        pair = taste.next_pair(pictures)
        taste.add(vote_for(pair.left, pair.right, kind_of_answer(pair), pair.kept_back))
    return taste


def test_no_pair_is_asked_twice_and_every_fourth_answer_is_kept_back_and_not_learned_from():
    taste = answered(
        lambda pair: (
            "left" if measure(pair.left)["warm"] >= measure(pair.right)["warm"] else "right"
        )
    )
    votes = taste.data.votes
    assert (
        len({vote.pair for vote in votes}) == 12
        and [vote.kept_back for vote in votes] == [False, False, False, True] * 3
    )
    before = taste.weights("image", without_kept_back=True).mean
    taste.data.votes = [vote for vote in votes if not vote.kept_back]
    assert np.allclose(before, taste.weights("image").mean)
    taste.data.votes = votes
    held = taste.test("image")
    assert (
        held.asked == 3
        and held.right >= 2
        and str(held).startswith("I kept 3 of your answers back and guessed")
    )
    assert "warm colours +" in taste.in_words("image")


def test_a_pool_that_cannot_be_asked_about_says_what_to_do():
    with pytest.raises(LearnerError, match="Two different ones"):
        Taste().next_pair(PICTURES[:1])
    with pytest.raises(LearnerError, match="every pair"):
        answered(lambda pair: "left", PICTURES[:3], 4)


def test_answers_that_do_not_fit_together_are_said_kindly():
    one, other, third = PICTURES[:3]
    assert doubts(Taste(), "image") == []
    taste = Taste(TasteFile(votes=[vote_for(one, other, "left")]))
    assert "One answer is too few" in doubts(taste, "image")[0]
    assert taste.beliefs("image")[0].spread > 0.4  # one answer leaves nearly all doubt
    assert "all Left" in doubts(answered(lambda pair: "left", number=7), "image")[0]
    both = answered(lambda pair: "right" if pair.left.id < pair.right.id else "left", number=6)
    both.add(vote_for(one, other, "left")), both.add(vote_for(other, one, "left"))
    assert any("each of" in said and "undecided" in said for said in doubts(both, "image"))
    circle = Taste(
        TasteFile(
            votes=[
                vote_for(one, other, "left"),
                vote_for(other, third, "left"),
                vote_for(one, third, "right"),
                *(vote_for(a, b, "can't say") for a, b in zip(PICTURES[4:6], PICTURES[6:8])),
            ]
        )
    )
    assert any("a circle" in said for said in doubts(circle, "image"))
    unsure = answered(lambda pair: "can't say", number=8)
    assert (
        "could not say in 8 of 8" in doubts(unsure, "image")[0]
        and unsure.in_words("image") == "nothing yet"
    )


def test_the_same_answer_twice_counts_once_and_contrary_ones_cancel():
    one, other = PICTURES[:2]
    same = counted([vote_for(one, other, "left"), vote_for(other, one, "right")])
    assert len(same) == 1 and same[0][1] in (0.0, 1.0)
    assert counted([vote_for(one, other, "left"), vote_for(one, other, "right")])[0][1] == 0.5


def test_odd_answers_are_refused_with_a_next_step():
    one, other = PICTURES[:2]
    for left, right, answer in (
        (one, one, "left"),
        (one, other, "maybe"),
        (one, Creation(recipe=Recipe(kind="words", prompt="x"), content=b"x"), "left"),
    ):
        with pytest.raises(LearnerError):
            vote_for(left, right, answer)


def test_the_dial_sets_the_share_of_surprises_and_they_are_far_from_what_was_chosen():
    taste = answered(
        lambda pair: (
            "left" if measure(pair.left)["warm"] >= measure(pair.right)["warm"] else "right"
        )
    )
    for dial, surprises in ((0.0, 0), (0.5, 3), (1.0, 6)):
        ranked = in_order(taste, PICTURES, dial, 6)
        assert (
            sum(one.surprise for one in ranked) == surprises
            and len({one.creation.id for one in ranked}) == 6
        )
    like, surprise = in_order(taste, PICTURES, 0.0, 4), in_order(taste, PICTURES, 1.0, 4)
    assert np.mean([measure(one.creation)["warm"] for one in like]) > np.mean(
        [measure(one.creation)["warm"] for one in surprise]
    )
    assert "warm colours" in like[0].why and "unlike" in surprise[0].why


def test_settings_follow_a_taste_and_those_a_person_gave_are_left_alone():
    taste = Taste()
    taste.believe("tune", "three-four time", 2.0), taste.believe("tune", "slow", 2.0)
    found = [drawn(taste, "tune", 0.0, random.Random(seed))[0] for seed in range(20)]
    assert (
        sum(one.get("kind_of_tune") in ("waltz", "air") for one in found) >= 17
        and sum(one.get("tempo") == 70 for one in found) >= 17
    )
    wild = [drawn(taste, "tune", 1.0, random.Random(seed))[0] for seed in range(20)]
    assert len({one.get("tempo") for one in wild}) > len({one.get("tempo") for one in found})
    assert "tempo" not in drawn(taste, "tune", 0.0, random.Random(1), {"tempo": 200})[0]


def test_a_taste_is_plain_json_and_anything_else_is_refused(tmp_path):
    taste = answered(lambda pair: "left")
    (
        taste.believe("image", "cool colours", 0.5),
        taste.believe("image", "a large subject", 0, forbidden=True),
    )
    data = taste.data.to_json()
    again = Taste(TasteFile.from_json(data))
    assert (
        np.allclose(again.weights("image").mean, taste.weights("image").mean)
        and PICTURES[0].content not in data
    )
    warm = next(belief for belief in again.beliefs("image") if belief.trait.name == "warm")
    assert warm.mean == -0.5 and warm.set_by == "you" and warm.phrase == "cool colours +0.5"
    fields = json.loads(data)
    for damage in (
        {"schema_version": 2},
        {"schema_version": "__import__('os')"},
        {"votes": [{**fields["votes"][0], "answer": "up"}]},
        {"votes": [{**fields["votes"][0], "more": 1}]},
        {"beliefs": {"image": {"warm": {"weight": 99}}}},
    ):
        with pytest.raises(LearnerError):
            TasteFile.from_json(json.dumps({**fields, **damage}).encode())
    for bad in (
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"{}x",
        b"null",
        b" " * 6_000_000,
        json.dumps(
            {**fields, "votes": [{**fields["votes"][0], "left_traits": {"warm": float("nan")}}]}
        ).encode(),
    ):
        with pytest.raises(LearnerError):
            TasteFile.from_json(bad)


def test_a_played_person_answers_by_one_rule_and_is_found_out():
    for one in PICTURES:
        Portfolio().save(one)
    question = course_utils.answer_as("image", "warm colours", 8)
    assert question.pair and "Question 9" in question.message
    votes = load_taste(Portfolio()).data.of("image")
    assert len(votes) == 8 and "warm colours" in repr(course_utils.my_taste("image"))
    for bad in (("image", "no such thing", 3), ("image", "warm colours", 0), ("x", "warm", 1)):
        said = course_utils.answer_as(*bad)
        assert said.pair is None and said.message.endswith((".", "7."))
    assert len(load_taste(Portfolio()).data.of("image")) == 8


def test_one_line_calls_from_the_first_question_to_forgetting(tmp_path, monkeypatch):
    monkeypatch.setattr("course_utils.taste.calls._ASKED", {})  # what other tests asked
    assert "no question" in course_utils.choose("left").message
    question = course_utils.this_or_that(pool=PICTURES)
    assert "Left" in question._repr_html_() and "Left: " in repr(question)
    for _ in range(8):
        question = course_utils.choose(
            "left" if measure(question.left)["warm"] >= measure(question.right)["warm"] else "right"
        )
    shown = course_utils.my_taste("image")
    assert (
        "I kept 2 of your answers back" in repr(shown)
        and "give or take" in repr(shown)
        and "<caption>" in shown._repr_html_()
        and "warm colours" in repr(shown)
    )
    assert (
        "taken back" in course_utils.undo_choice("image").message
        and len(load_taste(Portfolio()).data.votes) == 7
    )
    ordered = course_utils.order_by_taste(PICTURES, "surprise me", 3)
    assert (
        len(ordered) == 3
        and "A surprise" in repr(ordered)
        and "dial goes" in course_utils.order_by_taste(PICTURES, 7).message
    )
    empty = SimpleNamespace(results=[], kind="sound", portfolio=None)
    for nothing, said in (
        ([], "empty list"),
        (None, "nothing to put in order"),
        ([3], "a number was given"),
        (empty, "Nothing was made in that studio"),
    ):
        assert said in course_utils.order_by_taste(nothing).message
    portfolio = Portfolio()
    for one in PICTURES[:2]:
        portfolio.save(one)
    # a studio in which nothing was made yet
    empty.kind = "image"
    ordered = course_utils.order_by_taste(empty)
    assert len(ordered) >= 2 and "the newest you kept" in ordered.message
    assert (
        "set to" in course_utils.believe("image", "cool colours", 1).message
        and "no longer count" in course_utils.believe("image", "warm colours", "never").message
    )
    assert (
        "no trait" in course_utils.believe("image", "blorp", 1).message
        and "number from -3" in course_utils.believe("image", "warm colours", 9).message
    )
    taken = course_utils.export_taste()
    copy = tmp_path / "copy.json"
    copy.write_bytes(taken.data)
    assert (Portfolio().folder / FILE).exists()
    assert (
        "deleted" in repr(course_utils.forget_taste()) and not (Portfolio().folder / FILE).exists()
    )
    assert "Nothing is known" in repr(course_utils.my_taste())
    assert (
        "7 answers were read" in repr(course_utils.import_taste(copy))
        and "not a taste file" in repr(course_utils.import_taste(__file__))
        and "no file" in repr(course_utils.import_taste("nowhere.json"))
    )
    (Portfolio().folder / FILE).write_text("{broken")
    assert (
        "damaged" in repr(course_utils.my_taste())
        and "damaged" in course_utils.this_or_that(pool=PICTURES).message
    )
    assert "deleted" in repr(course_utils.forget_taste())


def test_new_ones_to_compare_are_made_kept_and_made_again_after_a_taste():
    question = course_utils.this_or_that("layout", count=6)
    assert question.pair and len(Portfolio().list("layout")) == 6
    made = course_utils.make_for_me("layout", "Night train", 3, "like me", tried=6, format="card")
    assert (
        len(made) == 3
        and all(one.recipe.settings["format"] == "card" for one in made)
        and "taste" in made.message
        or "Nothing was set" in made.message
    )
    assert len(Portfolio().list("layout")) == 12
    assert course_utils.make_for_me("layout", "", 2).message and course_utils.this_or_that(
        "page"
    ).message.startswith("Taste knows")


def test_the_zip_with_everything_leaves_the_taste_at_home():
    import zipfile

    for one in PICTURES[:4]:
        Portfolio().save(one)
    course_utils.this_or_that(pool=PICTURES)
    course_utils.choose("left")
    assert not [
        name for name in zipfile.ZipFile(export_zip(Portfolio())).namelist() if "taste" in name
    ]


def test_the_studio_asks_takes_answers_undoes_and_forgets(tmp_path):
    portfolio = Portfolio(tmp_path / "other")
    studio = TasteStudio(pool=PICTURES, portfolio=portfolio)
    assert "Left." in studio._cards[0].value and "Right." in studio._cards[1].value
    first = studio.pair
    studio.side_buttons[0].click()
    assert (
        "Taken: left" in studio.status.value
        and 'role="status"' in studio.status.value
        and "1 of 15" in studio.count.value
    )
    studio.cannot_button.click()
    studio.undo_button.click(), studio.undo_button.click()
    assert {studio.pair.left.id, studio.pair.right.id} == {
        first.left.id,
        first.right.id,
    } and "0 of 15" in studio.count.value
    for _ in range(7):
        studio.use(0)
    assert "all Left" in studio.status.value
    studio.trait.value = "warm"
    studio.believe(1.0)
    assert "set to +1.0" in studio.status.value and "set by you" in studio.beliefs.value
    studio.show_order()
    assert "Place 1" in studio.made.value
    studio.take_away()
    assert "download" in studio.take.value
    studio.forget()
    assert (portfolio.folder / FILE).exists()
    studio.sure.value = True
    studio.forget()
    assert (
        not (portfolio.folder / FILE).exists()
        and "deleted" in studio.status.value
        and not (Portfolio().folder / FILE).exists()
    )


def test_the_studio_makes_what_is_missing():
    studio = TasteStudio("layout")
    assert "too few" in studio.status.value and studio.side_buttons[0].disabled
    studio.answer("left")
    assert "nothing to compare" in studio.status.value
    studio.generate()
    assert studio.wait(300) and len(studio.results) == 12 and studio.pair, studio.status.value
    studio.use(0)
    studio.make_for_me()
    assert studio.wait(300) and "Your words" in studio.status.value
    studio.prompt.value = "Night train"
    studio.make_for_me()
    assert (
        studio.wait(300)
        and "4 of 8 new layouts" in studio.status.value
        and "Place 4" in studio.made.value
    )


@pytest.mark.parametrize("kind", ["image", "words", "tune", "sound", "layout"])
def test_there_are_candidates_of_every_kind_that_differ(kind):
    recipes = batches(kind, "", 12, seed=1)
    assert sum(recipe.settings["count"] for recipe in recipes) == 12
    unlike = {recipe.model_dump_json() for recipe in recipes}
    assert len(unlike) == len(recipes)


def test_a_page_changed_in_another_program_keeps_nobody_from_comparing_the_others(tmp_path):
    portfolio = Portfolio()
    made = course_utils.make_layouts("Summer fair", count=6, seed=1)
    page = portfolio.list("layout")[0].path.read_text()
    at = page.index("<rect")
    (tmp_path / "page.svg").write_text(page[:at] + '<rect width="9" height="9"/>' + page[at:])
    portfolio.save(files.unpack(tmp_path / "page.svg"))
    question = course_utils.this_or_that("layout")
    assert question.left and question.message.startswith("Left out: 1 that taste cannot measure")
    assert "Left out: 1" in course_utils.TasteStudio("layout").status.value
    assert len(course_utils.order_by_taste(made)) == 6
