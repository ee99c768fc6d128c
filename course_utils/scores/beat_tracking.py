"""Moments in seconds, tapped or sung, as beats: which speed fits them best,
and where on its half-beats they fall.
"""

from __future__ import annotations

__all__ = ["on_beats", "speed_of"]

SPEEDS = range(60, 161, 2)  # quarter notes a minute that are tried
USUAL = 100
STEP = 0.5  # quarter notes
QUICK = 0.75  # half-beats: a gap below is one of sixteenths


def speed_of(starts: list[float]) -> float:
    """Quarter notes a minute in whose halves the gaps between moments come out nearest to whole
    numbers, near the usual speed if several do.
    """
    gaps = [after - before for before, after in zip(starts, starts[1:]) if after - before > 0.05]
    if not gaps:
        return float(USUAL)

    def misfit(speed: int) -> float:
        halves = [gap * speed / 60 / STEP for gap in gaps]
        off = sum(_off(half) for half in halves) / len(halves)
        return (
            off
            + 0.3 * abs(speed - USUAL) / USUAL
            + 0.06 * (sum(round(half) % 2 for half in halves) / len(halves))
        )

    return float(min(SPEEDS, key=misfit))


def _off(half: float) -> float:
    """How far a gap is from whole half-beats, or if short from a quarter of a beat; very short
    ones count as wrong.
    """
    if half >= QUICK:
        return abs(half - round(half))
    return abs(half - 0.5) + (0.17 if half > 0.3 else 0.6)


def on_beats(starts: list[float], ends: list[float], speed: float) -> list[tuple[float, float]]:
    """Start and length of each note in quarter notes, on half-beats, the first at 0;
    a small gap to the next note is closed. Where several gaps are shorter than half-beats, notes
    stand on quarters of a beat.

    Args:
        starts: seconds, in order.
        ends: seconds, one for each start.
    """
    if not starts:
        return []
    gaps = [(after - before) * speed / 60 / STEP for before, after in zip(starts, starts[1:])]
    quick = sum(0.3 < gap < QUICK for gap in gaps)
    step = STEP / 2 if quick > 1 and quick >= len(gaps) / 10 else STEP
    placed: list[float] = []
    for start in starts:
        at = round((start - starts[0]) * speed / 60 / step) * step
        placed.append(max(at, placed[-1] + step) if placed else 0.0)
    found = []
    for number, (begin, start, end) in enumerate(zip(placed, starts, ends)):
        length = max(step, round((end - start) * speed / 60 / step) * step)
        if number + 1 < len(placed):
            room = placed[number + 1] - begin
            length = room if room - length <= STEP else length
            length = min(length, room)
        found.append((begin, length))
    return found
