"""Is it fair: counts with intervals, real odds, and what is told of them."""

from __future__ import annotations

from importlib import import_module

import pytest

from course_utils.creation import LearnerError
from course_utils.fairness.calls import (
    audit_report,
    audit_told,
    before_after,
    bias_told,
    cost_of,
    fair_music,
    fair_words,
)
from course_utils.fairness.energy import Cost
from course_utils.fairness.intervals import Share, corrected, shares_html, wilson
from course_utils.notebook.results import Told
from course_utils.pictures.people_classifier import (
    TONES,
    UNCLEAR,
    WHO,
    people_in,
    people_layers,
    people_odds,
)
from course_utils.pictures.training_drawings import file_of, library, opened
from course_utils.portfolio.store import Portfolio

# the module; the package hands on its function of that name
audit = import_module("course_utils.fairness.audit")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))


def test_intervals_are_wilsons():
    low, high = wilson(3, 4)
    # Wilson 1927; the same as statsmodels' proportion_confint(3, 4, method="wilson")
    assert (round(low, 3), round(high, 3)) == (0.301, 0.954)
    assert (
        wilson(0, 0) == (0.0, 1.0)
        and wilson(0, 10)[0] == 0.0
        and wilson(10, 10)[1] == pytest.approx(1.0)
    )
    assert "3 of 4, 75%" in Share("woman", 3, 4).said
    assert Share("woman", 0, 0).said == "0 of 0: nothing here that could be counted"


def test_a_judges_known_mistakes_are_taken_out():
    confusion = [[80, 20], [40, 60]]
    # half and half, seen through that judge
    assert corrected([60, 40], confusion)[0] == pytest.approx(0.5, abs=0.03)
    assert corrected([0, 0], confusion) == [0.5, 0.5]


def test_an_unclear_answer_is_taken_out_too():
    confusion = [[60, 20, 20], [20, 60, 20]]
    assert (
        corrected([30, 30, 40], confusion)[0] == pytest.approx(0.5, abs=0.03)
        and len(corrected([0, 0, 0], confusion)) == 2
    )


def at_work(**wanted) -> list[int]:
    about = library()[4]
    return [
        place
        for place, job in enumerate(about["job"])
        if job and all(about[name][place] == value for name, value in wanted.items())
    ]


def test_the_drawings_of_people_at_work_are_balanced():
    about, places = library()[4], at_work()
    assert len(places) == 12 * 3 * 6 * 3
    for name, count in (("job", 12), ("person", 3), ("tone", 6), ("styles", 3)):
        counts = {}
        for place in places:
            counts[about[name][place]] = counts.get(about[name][place], 0) + 1
        assert len(counts) == count and len(set(counts.values())) == 1


def test_the_judge_of_people_says_how_far_it_can_be_trusted():
    about = people_layers()[1]
    for name, names in (("who", WHO), ("tone", TONES)):
        matrix = about[name]["matrix"]
        clear = sum(sum(row[: len(names)]) for row in matrix)
        assert about[name]["right_where_clear"] == pytest.approx(
            sum(row[place] for place, row in enumerate(matrix)) / clear, abs=0.001
        )
        assert (
            about[name]["unclear"] == pytest.approx(1 - clear / sum(map(sum, matrix)), abs=0.001)
            and about[name]["right_where_clear"] > 0.7
        )


def test_the_judge_of_people_tells_drawings_apart_that_it_never_saw():
    for tone, names in ((1, ("light", "medium-light")), (5, ("dark", "medium-dark"))):
        said = people_in([opened(file_of(place)) for place in at_work(job="scientist", tone=tone)])
        assert sum(one["tone"] in names for one in said) > 0.7 * len(said)
    said = people_in([opened(file_of(place)) for place in at_work(job="scientist", person="woman")])
    assert sum(one["who"] == "woman" for one in said) > sum(one["who"] == "man" for one in said)


def test_the_judge_of_people_in_numpy_is_the_one_in_torch():
    import numpy as np
    import torch
    from safetensors.torch import load_file

    from course_utils.models.embedded import FOLDER
    from training.sources.people import PeopleJudge

    judge = PeopleJudge()
    judge.load_state_dict(
        {
            name: value.float()
            for name, value in load_file(FOLDER / "judge/people.safetensors").items()
        },
        strict=False,
    )
    pictures = [opened(file_of(place)) for place in (100, 1500, 2500)]
    with torch.no_grad():
        right = judge.eval()(
            torch.from_numpy(np.stack([np.asarray(one) for one in pictures]))
            .permute(0, 3, 1, 2)
            .float()
            / 127.5
            - 1
        )
    for name, found in people_odds(pictures).items():
        assert np.allclose(found, right[name].softmax(1).numpy(), atol=1e-3)


def audited(question_counts: dict) -> audit.PictureAudit:
    return audit.PictureAudit(
        {prompt: {"who": who, "tone": {}} for prompt, who in question_counts.items()}, 10, {}, 1.0
    )


def test_the_datas_bias_is_told_from_what_the_model_adds(monkeypatch):
    monkeypatch.setattr(
        audit,
        "shares_of_data",
        lambda role, question="who": (
            {"nobody": 0, "woman": 0.25, "man": 0.5, "person": 0.25} if role == "pilot" else None
        ),
    )
    found = audited(
        {"a pilot": {"man": 36, "woman": 4, UNCLEAR: 50, "nobody": 10}, "a unicorn": {"woman": 100}}
    )
    woman, man, person = audit.split_bias(found)
    assert man.counted.hits == 36 and man.counted.of == 40 and man.data == 0.5
    assert (
        man.of_data == pytest.approx(0.5 - 1 / 3)
        and man.added == pytest.approx(0.4)
        and man.beyond_chance
    )
    assert (
        woman.added == pytest.approx(-0.15)
        and audit.split_bias(audited({"a unicorn": {"woman": 5}})) == []
    )


def test_prompt_expansion_takes_turns():
    words = [audit.expanded("an office worker", number) for number in range(15)]
    assert (
        words[0] == "a woman office worker with light skin"
        and words[2] == "an office worker with medium skin"
        and len(set(words)) == 15
    )


def test_a_bias_lab_shows_the_few_as_often_as_it_says():
    from course_utils.fairness.bias_lab import BiasLab, Taught, bias_lab, drawings_at_work

    assert len(drawings_at_work("boss")) == 54  # by its other name
    with pytest.raises(LearnerError, match="teacher"):
        drawings_at_work("unicorn")
    with pytest.raises(LearnerError, match="Compare two"):
        bias_lab("teacher", "light", "woman")
    found = bias_lab("teacher", "light", "dark", shares=(8, 1), steps=5, each=4)
    assert [one.shown for one in found.taught] == [0, 1 / 9, 0.5] and [
        one.steps for one in found.taught
    ] == [0, 5, 5]
    assert all(sum(one.said.values()) == 4 == len(one.pictures) for one in found.taught)
    lab = BiasLab("teacher", "light", "dark", 1 / 9, [], 1.0)
    counted = lab.share(
        Taught(
            "as they come",
            1 / 9,
            {"medium-light": 6, "dark": 2, "medium": 9, "yellow": 3, UNCLEAR: 4},
            5,
        )
    )
    assert (counted.hits, counted.of) == (2, 8)
    assert "Share of dark among dark and light" in bias_told(
        found
    ).shown and "as they come" in repr(bias_told(found))


def test_two_audits_are_compared_by_their_intervals():
    many, few = (
        Told("x", figures={"who": {"woman": hits, "man": 40 - hits}, "tone": {}})
        for hits in (36, 4)
    )
    assert (
        "yes" in repr(before_after(many, few))
        and "chance could do that" in repr(before_after(many, many))
        and "Two audits are needed" in before_after(many, Told("y")).message
    )


def test_other_languages_are_asked_where_the_model_knows_them(monkeypatch):
    from course_utils.fairness import languages as audit_languages

    assert audit_languages.languages_of_model() == ["en"]
    job, odds, names = audit_languages.odds_in(
        "fr",
        lambda text: (
            [(" elle", 0.5), (" il", 0.25)]
            if "matin" in text
            else [(" Marie", 0.1), (" Jean", 0.2)]
        ),
    )[0]
    assert (job, odds["she"], odds["he"], names["women"]) == ("secrétaire", 0.5, 0.25, 0.1)
    monkeypatch.setattr(audit_languages, "languages_of_model", lambda: ["en", "de"])
    monkeypatch.setattr(
        "course_utils.words.inside.raw_odds", lambda text: [(" sie", 0.4), (" er", 0.4)]
    )
    assert (
        "In German" in fair_words(["nurse"]).shown
        and "In French" not in fair_words(["nurse"]).shown
    )


def test_an_audit_counts_every_picture_and_compares_with_the_data():
    found = audit.audit_pictures(["a teacher", "a tree"], each=2, seed=1)
    assert sum(share.hits for share in found.shares("who")) == 4 and all(
        share.of == 4 for share in found.shares("who")
    )
    told = audit_told(found)
    assert (
        "95 % interval" in repr(told)
        and "In the training data" in told.shown
        and "said woman" in told.shown
        and told.shown.count("<img alt=") == 2
    )
    assert (
        audit.shares_of_data("teacher")["woman"] == pytest.approx(1 / 3)
        and audit.shares_of_data("boss", "tone")["dark"] == pytest.approx(1 / 6)
        and audit.shares_of_data("cleaner") is None
    )
    assert (
        audit.shares_of_data("woman")["woman"] == 1
        and audit.shares_of_data("unicorn doctor") is None
    )
    with pytest.raises(LearnerError):
        audit.audit_pictures(["a teacher"], each=10_000)


def test_odds_of_pronouns_are_summed_from_the_odds_of_pieces():
    def read(text):
        return (
            [(" she", 0.3), (" her", 0.1), (" he", 0.2), (" the", 0.4)]
            if "nurse" in text
            else [(" he", 0.5)]
        )

    odds = audit.pronoun_odds(["nurse", "pilot"], read)
    assert (
        odds["nurse"]["she"] == pytest.approx(0.4)
        and odds["nurse"]["he"] == pytest.approx(0.2)
        and odds["pilot"] == {"she": 0, "he": 0.5, "they": 0}
    )
    ((first, second, apart),) = audit.stereotype_pairs([("a nurse", "a pilot")], read=read)
    assert apart == pytest.approx(0.55)


def test_the_real_model_has_an_opinion_on_occupations():
    odds = audit.pronoun_odds(["nurse", "mechanic"])
    assert (
        odds["nurse"]["she"] / odds["nurse"]["he"]
        > odds["mechanic"]["she"] / odds["mechanic"]["he"]
    )


def test_music_says_what_words_mean_and_who_is_missing():
    told = fair_music()
    assert sum(told.figures["source"].values()) == sum(told.figures["mode"].values()) == 4230
    assert (
        "happy: mode major" in repr(told)
        and "serious: nothing" in repr(told)
        and "Africa" in repr(told)
    )


def test_cost_has_a_method_and_a_range():
    cost = Cost(3600.0)
    assert cost.low == 8 and cost.high == 45 and "times as much" in cost.sentence
    assert "plain text was given" in cost_of("x").message
    assert "empty list was given" in cost_of([]).message


def test_a_report_needs_findings_and_words_and_becomes_a_page():
    finding = Told("3 of 4", shares_html("Who", [Share("woman", 3, 4)]))
    made = audit_report([finding], "Three of four are women.", "Four pictures.", "More pictures.")
    assert "saved" in made.message and "Three of four" in Portfolio().find(made[0].id).creation.text
    assert "needs a finding" in audit_report([], "a claim", "a limit", "a wish").message
    assert audit_report([finding], "", "a limit", "a wish").message.startswith(
        "Nothing to work with"
    )
