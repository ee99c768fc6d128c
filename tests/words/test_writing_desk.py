"""A text that grows by a person's words and kept suggestions: its tree, whose words are whose,
the desk, the story, and one line for each.
"""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Engine
from course_utils.portfolio.store import Portfolio
from course_utils.words import drafts as draft
from course_utils.words.calls import (
    asked_for,
    begin_text,
    keep,
    move_line,
    story_turn,
    suggest,
    turn_asked,
    whose_text,
    write_on,
)
from course_utils.words.markdown import PERSONS_WORDS, carried, coloured_html, share_sentence
from course_utils.words.story_studio import StoryStudio
from course_utils.words.writing_studio import WritingStudio


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    return tmp_path


class Echo(Engine):
    """A words engine that answers at once, so that the desk alone is tested;
    the real model is in the last tests.
    """

    kind, where = "words", "Your words stay on this computer."

    def load(self) -> None:
        pass

    def create(self, recipe, *, on_progress=None, stop=None):
        for number in range(recipe.settings["count"]):
            yield Creation(
                recipe=recipe.changed(
                    seed=recipe.seed + number, model="echo", settings={"count": 1}
                ),
                content=f"Answer {number + 1} of seed {recipe.seed}.".encode(),
            )


def machine_words(pairs) -> str:
    return "".join(piece if machine else " " for piece, machine in pairs).split()


def suggestion(state: Creation, text: str) -> Creation:
    return Creation(
        recipe=Recipe(kind="words", prompt="x", model="m", parent=state.id), content=text.encode()
    )


def test_whose_words_are_followed_through_several_steps():
    first = draft.begun("I open the door.")
    family = {first.id: first}
    given_by_machine = suggestion(first, "A cold wind blows in.")
    family[given_by_machine.id] = given_by_machine
    second = draft.added(first.text, given_by_machine, family, "kept suggestion 1 of 4.")
    family[second.id] = second
    third = draft.rewritten(second, "I open the door. A cold red wind blows in. I shiver.", family)
    family[third.id] = third
    pairs = draft.owned(third, family)
    assert machine_words(pairs) == ["A", "cold", "wind", "blows", "in."]
    assert "".join(piece for piece, _ in pairs) == third.text
    assert "12 words: 5 by the machine and kept, 7 your own" in third.edits[-1].what
    assert [state.recipe.model for state in (first, second, third)] == [PERSONS_WORDS] * 3


def test_two_suggestions_kept_for_one_place_are_two_branches():
    first = draft.begun("One.")
    family = {first.id: first}
    for text in ("Two.", "Deux."):
        offered = suggestion(first, text)
        family[offered.id] = offered
        state = draft.added(first.text, offered, family, "kept.")
        family[state.id] = state
    last = draft.rewritten(state, "One. Deux. Trois.", family)
    family[last.id] = last
    assert [(label.count("—"), state.text) for label, state in draft.tree(family)] == [
        (0, "One."),
        (1, "One. Two."),
        (1, "One. Deux."),
        (1, "One. Deux. Trois."),
    ]
    stranger = draft.begun("Elsewhere.")
    assert set(draft.family_of(last, [stranger, *family.values()])) == set(family)


@given(strategies.text(max_size=300), strategies.text(max_size=300))
def test_no_piece_is_lost_and_what_is_shown_is_escaped(before, now):
    pairs = carried([(piece, True) for piece in draft.pieces_of(before)], now)
    assert "".join(piece for piece, _ in pairs) == now
    assert "<script" not in coloured_html([("<script>", True)])


def test_a_long_text_is_compared_quickly_and_only_its_end_is_read():
    words = " ".join(f"word{number % 500}" for number in range(12_000))
    changed = words.replace("word77 ", "mine ")
    assert (
        sum(
            not machine
            for piece, machine in carried(
                [(piece, True) for piece in draft.pieces_of(words)], changed
            )
            if piece.strip()
        )
        == 24
    )
    recipe, told = asked_for(draft.begun(words), 1, {"template": "continue"})
    assert words.endswith(recipe.prompt) and "last" in told and "12,000 words" in told
    assert draft.read_part("short", {}, 400) == ("short", "")
    start, told = draft.read_part("A sentence here. " * 100, {}, 400)
    assert (
        start.startswith("A sentence")
        and len(start) <= 400
        and start.endswith(".")
        and "first" in told
    )
    with pytest.raises(LearnerError):
        draft.read_part("x" * 2_000_000, {}, 400)


def desk(kind=WritingStudio, *given, **more):
    studio = kind(*given, engine=Echo(), **more)
    studio.generate()
    assert studio.wait(20)
    return studio


def test_the_desk_keeps_branches_takes_back_and_counts():
    studio = desk(WritingStudio, "I open the door.", seed=1)
    assert len(studio.results) == 4 and studio.state.text == "I open the door."
    studio.keep(1)
    assert studio.prompt.value == "I open the door. Answer 2 of seed 1."
    studio.prompt.value += " I laugh."
    studio.keep(0)  # another for the same place: a branch; what was typed is kept first
    assert (
        studio.prompt.value == "I open the door. Answer 1 of seed 1."
        and "branch" in studio.status.value
    )
    texts = [state.text for _, state in draft.tree(studio.family)]
    assert "I open the door. Answer 2 of seed 1. I laugh." in texts
    studio.take_back()
    assert studio.prompt.value == "I open the door."
    studio.bring_back()
    assert studio.prompt.value.endswith("Answer 1 of seed 1.")
    studio.steps.value = next(name for label, name in studio.steps.options if "laugh" in label)
    studio.go_to_step()
    assert studio.prompt.value.endswith("I laugh.")
    studio.count_words()
    assert (
        "5 by the machine and kept" in studio.status.value
        and "border-bottom:2px dotted" in studio.whose.value
    )


def test_what_is_typed_before_keeping_stays_before_the_suggestion():
    studio = desk(WritingStudio, "I open the door.", seed=1)
    studio.prompt.value = "I open the heavy door."
    studio.keep(2)
    assert studio.prompt.value == "I open the heavy door. Answer 3 of seed 1."
    assert machine_words(draft.owned(studio.state, studio.family)) == [
        "Answer",
        "3",
        "of",
        "seed",
        "1.",
    ]


def test_a_suggestion_is_changed_before_it_is_kept_and_the_words_are_told_apart():
    studio = desk(WritingStudio, "I open the door.", seed=1)
    studio.edit(2)
    assert studio.changed.value == "Answer 3 of seed 1." and studio._editor.layout.display == "flex"
    studio.changed.value = "  "
    studio.keep_changed()
    assert "at least one word" in studio.status.value and studio.prompt.value == "I open the door."
    studio.changed.value = "Answer three of seed 1."
    studio.keep_changed()
    assert (
        studio.prompt.value == "I open the door. Answer three of seed 1."
        and studio._editor.layout.display == "none"
        and studio.changed.value == ""
    )
    assert machine_words(draft.owned(studio.state, studio.family)) == ["Answer", "of", "seed", "1."]
    assert (
        "1 of them in place of the machine" in studio.state.edits[-1].what
        and Portfolio().find(studio.results[2].id).creation.edits[-1].what
        == "kept and changed by the learner"
    )
    studio.edit(0)
    studio.changed.value = "Mine."
    studio.generate()
    assert studio.wait(20)
    studio.keep_changed()
    assert "still in its box" in studio.status.value and studio.changed.value == "Mine."
    studio.leave_it()
    assert studio._editor.layout.display == "none"


def test_a_version_begun_is_not_lost_by_keeping_or_editing_another():
    studio = desk(WritingStudio, "I open the door.", seed=1)
    studio.edit(0)
    studio.changed.value = "Half a thought"
    studio.keep(1)
    assert studio.changed.value == "Half a thought" and studio._editor.layout.display == "flex"
    studio.edit(2)
    assert studio.changed.value == "Answer 3 of seed 1."
    studio.edit(0)
    assert studio.changed.value == "Half a thought"
    studio.leave_it()
    studio.edit(0)
    assert studio.changed.value == "Answer 1 of seed 1."


def test_a_refused_suggestion_is_put_aside_and_recorded():
    studio = desk(WritingStudio, "I open the door.", seed=1)
    refused = studio.results[3].id
    studio.refuse(3)
    assert studio.gallery.aside == [3]
    assert Portfolio().find(refused).creation.edits[-1].what == "refused by the learner"


def test_a_text_is_open_again_after_a_restart_with_its_steps():
    first = desk(WritingStudio, "I open the door.", seed=1)
    first.keep(0)
    again = WritingStudio(engine=Echo())
    assert again.history[0].text == first.state.text and again.state is None
    again.use_earlier(0)
    assert again.prompt.value == first.prompt.value and len(again.steps.options) == 2
    again.take_back()
    assert again.prompt.value == "I open the door."
    assert WritingStudio(first.state, engine=Echo()).prompt.value == first.prompt.value


def test_an_empty_or_unkind_text_gets_a_sentence_and_loses_nothing():
    studio = desk(WritingStudio, "  ")
    assert "nothing in your version" in studio.status.value and not studio.results
    studio.prompt.value = "x" * 200_000
    studio.count_words()
    assert "limit" in studio.status.value and len(studio.prompt.value) == 200_000
    studio.keep(2)
    assert "Press Suggest first" in studio.status.value
    studio.take_back()
    studio.bring_back()
    studio.go_to_step()


def test_a_story_takes_moves_and_gives_the_model_the_move_and_what_came_before():
    assert [
        move_line(*move)
        for move in (
            ("do", "climb up."),
            ("say", "Hello?"),
            ("look", "the table"),
            ("do", "I run"),
            ("do", " "),
        )
    ] == ["I climb up.", "I say: “Hello?”", "I look at the table.", "I run.", ""]
    studio = StoryStudio(engine=Echo(), seed=3)
    studio.what.value = "climb up"
    studio.generate()
    assert studio.wait(20)
    recipe = studio.results[0].recipe
    assert (
        recipe.prompt == "I climb up."
        and recipe.settings["before"].startswith("You wake")
        and studio.what.value == ""
    )
    studio.keep(0)
    assert studio.prompt.value.endswith("I climb up.\n\nAnswer 1 of seed 3.")
    assert turn_asked(studio.state, 1, {}).settings["before"].endswith("Answer 1 of seed 3.")


def test_one_line_does_the_same_with_the_real_model():
    begun = begin_text("My aunt keeps a whale in her garden pond.")
    offered = suggest(begun, count=2, seed=4, length=16)
    assert len(offered) == 2 and offered[0].recipe.parent == begun[0].id
    state = keep(offered[1])
    assert state[0].text == begun[0].text + " " + offered[1].text
    changed = keep(offered[0], "It sings.")
    assert (
        changed[0].text == begun[0].text + " It sings."
        and "nothing in your version" in keep(offered[0], " ").message
    )
    mine = write_on(state, state[0].text + " I feed it.")
    shown = whose_text(mine)
    assert (
        "3 your own" not in share_sentence(shown.pairs)
        and "12 your own" in repr(shown)
        and len(shown.steps) == 5
    )
    turn = story_turn(say="Is anybody there?", count=1, seed=2, length=16)
    assert "I say" in Portfolio().find(turn[0].recipe.parent).creation.text
    assert (
        "no suggestion" in keep(begun).message
        and "text is needed"
        in suggest([Creation(recipe=Recipe(kind="image", prompt="x"), content=b"\xff")]).message
    )
