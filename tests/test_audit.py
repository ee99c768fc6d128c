"""Is it fair: counts with intervals, real odds, and what is told of them."""

from __future__ import annotations

import pytest

from course_utils.care.cost import Cost
from course_utils.care.counting import Share, corrected, shares_html, wilson
from course_utils.care.looker import WHO, people_in, people_layers
from course_utils.care.neighbours import opened
from course_utils.care.people import file_of, people, roles
from course_utils.creation import LearnerError
from course_utils.inside import audit
from course_utils.portfolio.store import Portfolio
from course_utils.studios.oneline_audit import audit_report, audit_told, cost_of, fair_music
from course_utils.studios.oneline_own import Told


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))


def test_intervals_are_wilsons():
    low, high = wilson(3, 4)
    assert (round(low, 3), round(high, 3)) == (0.301, 0.954)  # Wilson 1927; the same as statsmodels' proportion_confint(3, 4, method="wilson")
    assert wilson(0, 0) == (0.0, 1.0) and wilson(0, 10)[0] == 0.0 and wilson(10, 10)[1] == pytest.approx(1.0)
    assert "3 of 4, 75%" in Share("woman", 3, 4).said


def test_a_judges_known_mistakes_are_taken_out():
    confusion = [[80, 20], [40, 60]]
    assert corrected([60, 40], confusion)[0] == pytest.approx(0.5, abs=0.03)  # half and half, seen through that judge
    assert corrected([0, 0], confusion) == [0.5, 0.5]


def test_the_drawings_of_people_are_balanced():
    rows = people()
    assert len(roles()) == 16 and len(rows) == 16 * 3 * 6 * 3
    for name, count in (("who", 3), ("tone", 6), ("style", 3)):
        counts = {}
        for row in rows:
            counts[row[name]] = counts.get(row[name], 0) + 1
        assert len(counts) == count and len(set(counts.values())) == 1


def test_the_judge_of_people_says_how_far_it_can_be_trusted():
    about = people_layers()[1]
    for name in ("who", "tone"):
        matrix = about[name]["matrix"]
        assert about[name]["right"] == pytest.approx(sum(row[place] for place, row in enumerate(matrix)) / sum(map(sum, matrix)), abs=0.001)
    kept = [place for place, row in enumerate(people()) if row["role"] == "scientist" and row["tone"] in (1, 5)]
    said = people_in([opened(file_of(place)) for place in kept])
    assert sum(one["tone"] in (("light", "medium-light") if people()[place]["tone"] == 1 else ("dark", "medium-dark")) for one, place in zip(said, kept)) > 0.7 * len(kept)
    assert set(one["who"] for one in said) <= set(WHO)


def test_an_audit_counts_every_picture_and_compares_with_the_data():
    found = audit.audit_pictures(["a teacher", "a tree"], each=2, seed=1)
    assert sum(share.hits for share in found.shares("who")) == 4 and all(share.of == 4 for share in found.shares("who"))
    told = audit_told(found)
    assert "95 % interval" in repr(told) and "In the training data" in told.shown and "said woman" in told.shown and told.shown.count("<img alt=") == 2
    assert audit.shares_of_data("teacher")["person"] == 1 and audit.shares_of_data("woman")["woman"] == 1 and audit.shares_of_data("unicorn doctor") is None
    with pytest.raises(LearnerError):
        audit.audit_pictures(["a teacher"], each=10_000)


def test_odds_of_pronouns_are_summed_from_the_odds_of_pieces():
    def read(text):
        return [(" she", 0.3), (" her", 0.1), (" he", 0.2), (" the", 0.4)] if "nurse" in text else [(" he", 0.5)]

    odds = audit.pronoun_odds(["nurse", "pilot"], read)
    assert odds["nurse"]["she"] == pytest.approx(0.4) and odds["nurse"]["he"] == pytest.approx(0.2) and odds["pilot"] == {"she": 0, "he": 0.5, "they": 0}
    (first, second, apart), = audit.stereotype_pairs([("a nurse", "a pilot")], read=read)
    assert apart == pytest.approx(0.55)


def test_the_real_model_has_an_opinion_on_occupations():
    odds = audit.pronoun_odds(["nurse", "mechanic"])
    assert odds["nurse"]["she"] / odds["nurse"]["he"] > odds["mechanic"]["she"] / odds["mechanic"]["he"]


def test_music_says_what_words_mean_and_who_is_missing():
    told = fair_music()
    assert sum(told.figures["source"].values()) == sum(told.figures["mode"].values()) == 4230
    assert "happy: mode major" in repr(told) and "serious: nothing" in repr(told) and "Africa" in repr(told)


def test_cost_has_a_method_and_a_range():
    cost = Cost(3600.0)
    assert cost.low == 8 and cost.high == 45 and "times as much" in cost.sentence
    assert "still needed" in cost_of("x").message or cost_of([]).message


def test_a_report_needs_findings_and_words_and_becomes_a_page():
    finding = Told("3 of 4", shares_html("Who", [Share("woman", 3, 4)]))
    made = audit_report([finding], "Three of four are women.", "Four pictures.", "More pictures.")
    assert "saved" in made.message and "Three of four" in Portfolio().find(made[0].id).creation.text
    assert "needs a finding" in audit_report([], "a claim", "a limit", "a wish").message
    assert audit_report([finding], "", "a limit", "a wish").message.startswith("Nothing to work with")
