"""Chords for a tune: paths that fit the notes, move as chords do, change often enough,
and come home.
"""

import numpy as np
import pytest

from course_utils.music import chord_model as chain
from course_utils.music.tokens import Tune, TuneNote


def tune(*bars: str, kind: str = "reel", mode: str = "major") -> Tune:
    """Bars of letters, a quarter note each, in C."""
    steps = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11))) | {"f": 6, "b": 10}
    return Tune(
        kind,
        mode,
        "C",
        "4/4",
        tuple(tuple(TuneNote(steps[letter], 12) for letter in bar) for bar in bars),
    )


PLAIN = tune("CEGE", "FACA", "GBDB", "CEGC", "CEGE", "FACA", "GBDG", "CEGC")


def roots(path) -> list[list[int]]:
    return [[root for root, _ in bar] for bar in path]


def test_a_tune_of_broken_chords_gets_these_chords():
    assert [bar[0] for bar in roots(chain.best_path(PLAIN))] == [0, 5, 7, 0, 0, 5, 7, 0]


def test_a_raised_fourth_gets_the_fifth_of_the_fifth():
    path = chain.best_path(tune("CEGE", "DfAf", "GBDB", "CEGC"))
    assert path[1][0][0] == 2 and path[1][0][1] in ("major", "7")


def test_the_old_modes_have_their_own_chords():
    flat_seventh = [(10, "major"), (10, "7")]
    assert any(
        label in flat_seventh
        for bar in chain.best_path(tune("CEGE", "bDFD", "bDFb", "CEGC", mode="mixolydian"))
        for label in bar
    )


@pytest.mark.parametrize("seed", range(6))
def test_drawn_chords_come_home_and_do_not_stand_still(seed):
    held = tune(*["CEGE"] * 3, "CDEG", *["CEGE"] * 2, "GFED", "CCCC")
    plain, lively = (draw(held, amount, seed) for amount in (0.0, 1.0))
    for path in (plain, lively):
        assert path[-1][-1][0] == 0
        assert len({label for bar in path for label in bar}) >= 2
    assert changes(lively) >= changes(plain)


def draw(given: Tune, lively: float, seed: int):
    """A whole path, drawn by `worth` alone; the same chances for both amounts."""
    rng, found = np.random.default_rng(seed), chain.chain_of(given, lively)
    path, before, stood = [], None, 0
    for place in range(len(found.places.fits)):
        worth = found.worth(place, before, stood) / 0.5
        shares = np.exp(worth - worth.max())
        here = int(np.searchsorted(np.cumsum(shares / shares.sum()), rng.random()))
        stood = stood + 1 if here == before else 1
        before = here
        path.append(chain.STATES[here])
    return [path[n : n + 2] for n in range(0, len(path), 2)]


def changes(path) -> int:
    flat = [label for bar in path for label in bar]
    return sum(a != b for a, b in zip(flat, flat[1:]))


def test_drawing_by_worth_is_drawing_whole_paths_by_their_weight():
    """With two places everything can be added up: the share of a first chord is that of all paths
    that begin with it.
    """
    found = chain.chain_of(tune("CEGGBD"[:4], kind="polka"))
    assert len(found.places.fits) == 2
    whole = np.array(
        [
            found.places.fits[0][a] + np.logaddexp.reduce(found.worth(1, a, 1))
            for a in range(len(chain.STATES))
        ]
    )
    assert np.allclose(found.worth(0, None, 0), whole)


def test_the_moves_are_probabilities_and_a_fifth_leads_home():
    for mode in ("major", "minor", "dorian", "mixolydian"):
        assert np.allclose(np.exp(chain.moves(mode, True)).sum(1), 1)
    table, states = chain.moves("major", True), chain.STATES
    assert states[int(table[states.index((7, "7"))].argmax())] == (0, "major")
    assert states[int(table[states.index((2, "7"))].argmax())][0] == 7


def test_an_empty_tune_has_no_chords():
    assert chain.best_path(tune()) == []
