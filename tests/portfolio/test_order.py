"""The newest is the one that was made last, also inside one second."""

from __future__ import annotations

from course_utils.creation import Creation, Recipe, now
from course_utils.notebook.handed_over import pick
from course_utils.portfolio.store import Portfolio


def test_of_two_made_in_one_second_the_later_is_the_newest():
    portfolio, moment = Portfolio(), now()
    for prompt in ("zebra", "middle", "apple"):
        recipe = Recipe(kind="words", prompt=prompt)
        portfolio.save(Creation(recipe=recipe, content=b"x", made=moment))
        assert pick(portfolio, "words", None).recipe.prompt == prompt
