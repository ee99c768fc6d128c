"""Moments in seconds, tapped or sung, as beats: which speed fits them best,
and where on its half-beats they fall.
"""

from __future__ import annotations

SPEEDS = range(60, 161, 2)  # quarter notes a minute that are tried
USUAL = 100
STEP = 0.5  # quarter notes


def speed_of(starts: list[float]) -> float:
    """Quarter notes a minute in whose halves the gaps between moments come out nearest to whole
    numbers, near the usual speed if several do.
    """
    gaps = [after - before for before, after in zip(starts, starts[1:]) if after - before > 0.05]
    if not gaps:
        return float(USUAL)

    def misfit(speed: int) -> float:
        halves = [gap * speed / 60 / STEP for gap in gaps]
        off = sum(
            abs(half - round(half)) + (0.6 if round(half) == 0 else 0) for half in halves
        ) / len(halves)
        return (
            off
            + 0.3 * abs(speed - USUAL) / USUAL
            + 0.06 * (sum(round(half) % 2 for half in halves) / len(halves))
        )

    return float(min(SPEEDS, key=misfit))


def on_beats(starts: list[float], ends: list[float], speed: float) -> list[tuple[float, float]]:
    """Start and length of each note in quarter notes, on half-beats, the first at 0;
    a small gap to the next note is closed.

    Args:
        starts: seconds, in order.
        ends: seconds, one for each start.
    """
    if not starts:
        return []
    placed: list[float] = []
    for start in starts:
        at = round((start - starts[0]) * speed / 60 / STEP) * STEP
        placed.append(max(at, placed[-1] + STEP) if placed else 0.0)
    found = []
    for number, (begin, start, end) in enumerate(zip(placed, starts, ends)):
        length = max(STEP, round((end - start) * speed / 60 / STEP) * STEP)
        if number + 1 < len(placed):
            room = placed[number + 1] - begin
            length = room if room - length <= STEP else length
            length = min(length, room)
        found.append((begin, length))
    return found
