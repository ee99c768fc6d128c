"""Practice material for lessons in words and notes: phrases in one made-up voice,
and two short tunes with one odd habit. Written for this course (CC0).
"""

from __future__ import annotations

from course_utils.creation import Creation, Recipe, Setting

__all__ = ["example_phrases", "example_tunes"]

PHRASES = """Well, blow me down with a feather, the kettle has boiled itself dry again.
Well, blow me down, there goes the neighbour's goat in a bonnet.
Mind the step, my duck, it has tripped better people than you.
Mind the cat, my duck, he is having a think.
Well, blow me down, if it is not Tuesday already.
Put the biscuits where nobody can reach, my duck, and then hide the ladder.
Well, blow me down, the moon has come up without asking.
Never trust a pudding that wobbles back, my duck.
Mind the rain, my duck, it only wants to come in.
Well, blow me down, I have knitted a sock for a horse.
A good pair of boots will out-argue any weather, my duck.
Well, blow me down, the clock and I are both slow today.
Mind the stairs, my duck, they go down as well as up.
Never lend a spoon to a sailor, my duck, he will stir up trouble.
Well, blow me down, the bread has risen earlier than I did.
Mind the soup, my duck, it is hotter than the news.
Well, blow me down, the sea has been at the windows again.
Never argue with a goose, my duck, it has more neck than you."""
# semitones from the home note, and lengths in twelfths of a quarter note; every bar ends with a hop
# of a sixth: the habit to be learned
WALTZ = [
    [(0, 12), (4, 12), (12, 12)],
    [(7, 24), (16, 12)],
    [(5, 12), (9, 12), (17, 12)],
    [(4, 24), (12, 12)],
    [(0, 12), (4, 12), (12, 12)],
    [(2, 24), (11, 12)],
    [(4, 12), (2, 12), (9, 12)],
    [(0, 36)],
]
AIR = [
    [(7, 12), (5, 12), (4, 12)],
    [(2, 24), (11, 12)],
    [(4, 12), (5, 12), (14, 12)],
    [(7, 24), (16, 12)],
    [(9, 12), (7, 12), (5, 12)],
    [(4, 24), (12, 12)],
    [(2, 12), (4, 12), (-1, 12)],
    [(0, 36)],
]


def example_phrases() -> list[str]:
    """Eighteen phrases in one made-up voice, to practise on. Your own will be better."""
    return PHRASES.splitlines()


def example_tunes() -> list[Creation]:
    """Two tunes of eight bars in three-four time whose bars keep hopping upwards,
    to practise on.
    """
    from course_utils.music.tasks import melody_score
    from course_utils.music.tokens import Tune, TuneNote, encode
    from course_utils.scores.midi import write_midi

    made = []
    for name, bars in (("a hopping waltz", WALTZ), ("a hopping air", AIR)):
        tune = Tune(
            "waltz",
            "major",
            "D",
            "3/4",
            tuple(tuple(TuneNote(pitch, length) for pitch, length in bar) for bar in bars),
        )
        settings: dict[str, Setting] = {
            "tempo": 132,
            "instrument": "accordion",
            "notes": " ".join(map(str, encode(tune, end=False))),
        }
        made.append(
            Creation(
                recipe=Recipe(kind="tune", prompt=name, settings=settings),
                content=write_midi(melody_score(tune, settings)),
            )
        )
    return made
