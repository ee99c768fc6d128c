"""The parsed pieces as one list: the same keys, whole bars, chord labels,
and which of them are held out.

`read_pieces(work)` labels chords once (a minute) and keeps the result in work/pieces.json.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from pathlib import Path

from course_utils.music.tokens import (
    DURATIONS,
    HOLD,
    KEYS,
    LOWEST,
    METRES,
    MODES,
    Tune,
    TuneNote,
    home_of,
)
from training.music.chords import chorale_chords, tune_chords

SOURCES = {
    "ryansMammoth": "Ryan's Mammoth Collection",
    "oneills1850": "O'Neill's Music of Ireland",
    "airdsAirs": "Aird's Airs",
    "bach": "Bach chorales",
}
SAME_MODE = {"ionian": "major", "aeolian": "minor"}
HELD_OUT_EVERY = 20


def split_length(length: int) -> list[int]:
    """A length as the fewest lengths that have tokens, longest first; the rest never becomes 1,
    which has none.
    """
    parts = []
    while length:
        part = next((d for d in reversed(DURATIONS) if d <= length and length - d != 1), None)
        if part is None:
            raise ValueError("a length without tokens")
        parts.append(part)
        length -= part
    return parts


def melody_piece(raw: dict, source: str) -> dict | None:
    """A dance tune with pitches as MIDI numbers, or None where a length or the mode has no token.

    2/2 is written as 4/4, and a 2/4 of semiquavers as a 4/4 of quavers: the books disagree about
    the same tune.
    """
    mode, metre = SAME_MODE.get(raw["mode"], raw["mode"]), raw["metre"]
    if mode not in MODES:
        return None
    metre = "4/4" if metre == "2/2" else metre
    bars = raw["bars"]
    if metre == "2/4" and Counter(n for bar in bars for _, n in bar).most_common(1)[0][0] <= 3:
        metre, bars = "4/4", [[[p, n * 2] for p, n in bar] for bar in bars]
    try:
        bars = [[[p, part] for p, n in bar for part in split_length(n)] for bar in bars]
    except ValueError:
        return None
    if any(sum(n for _, n in bar) != METRES[metre] for bar in bars) or not any(
        p is not None for bar in bars for p, _ in bar
    ):
        return None
    return {
        "source": source,
        "title": raw["title"],
        "kind": raw["kind"],
        "tonic": raw["tonic"],
        "mode": mode,
        "metre": metre,
        "bars": bars,
    }


def chorale_piece(raw: dict) -> dict | None:
    """A chorale: its soprano in bars, and bars of slices (length, soprano, bass, tenor, alto),
    pitches as MIDI numbers.
    """
    metre = "4/4" if raw["metre"] == "2/2" else raw["metre"]
    major = 7 * raw["sharps"] % 12
    near = {
        (major, "major"),
        ((major + 9) % 12, "minor"),
        ((major + 2) % 12, "minor"),
        ((major + 7) % 12, "major"),
    }
    tonic, mode = raw["guess"]
    if (tonic, mode) not in near:
        tonic, mode = (major, "major") if raw["last_bass"] == major else ((major + 9) % 12, "minor")
    full = METRES[metre]
    bars = -(-max(start + length for voice in raw["voices"] for start, length, _ in voice) // full)
    voices = [[list(note) for note in voice] for voice in raw["voices"]]
    for voice in voices:  # the last bar is short by the upbeat: hold its notes
        voice[-1][1] = bars * full - voice[-1][0]
    soprano, alto, tenor, bass = voices
    slices, melody = [], []
    for bar in range(bars):
        begin, stop = bar * full, (bar + 1) * full
        edges = sorted(
            {
                begin,
                stop,
                *(start for voice in voices for start, _, _ in voice if begin < start < stop),
                *(
                    start + n
                    for voice in voices
                    for start, n, _ in voice
                    if begin < start + n < stop
                ),
            }
        )
        row = []
        for start, end in zip(edges, edges[1:]):
            try:
                parts = split_length(end - start)
            except ValueError:
                return None
            for number, length in enumerate(parts):
                row.append(
                    [
                        length,
                        [
                            _sounding(voice, start, number > 0)
                            for voice in (soprano, bass, tenor, alto)
                        ],
                    ]
                )
        slices.append(row)
        line: list[list] = []
        for length, heard in row:
            if heard[0] == HOLD and line:
                line[-1][1] += length
            else:
                line.append(
                    [
                        (
                            _sounding(soprano, begin, True, exact=True)
                            if heard[0] == HOLD
                            else heard[0]
                        ),
                        length,
                    ]
                )
        try:
            melody.append([[p, part] for p, n in line for part in split_length(n)])
        except ValueError:
            return None
    labels = chorale_chords(voices, home_of(KEYS[tonic]), metre, bars)
    return {
        "source": "bach",
        "title": raw["title"],
        "kind": "chorale",
        "tonic": tonic,
        "mode": mode,
        "metre": metre,
        "bars": melody,
        "slices": slices,
        "chords": labels,
    }


def _sounding(voice: list[list[int]], start: int, goes_on: bool, exact: bool = False):
    """What a voice does at a moment: a new pitch, HOLD, or None for silence.

    `exact` gives the pitch of a held note.
    """
    for begin, length, pitch in voice:
        if begin <= start < begin + length:
            return pitch if (begin == start and not goes_on) or exact else HOLD
    return None


def opening(piece: dict) -> str:
    """The first notes from the home note: pieces that begin alike are variants and stand on the
    same side of the split.
    """
    return str(
        [(p - piece["tonic"]) % 12 for bar in piece["bars"][:2] for p, _ in bar if p is not None][
            :9
        ]
    )


def read_pieces(work: Path) -> tuple[list[dict], list[dict]]:
    """Pieces to learn and pieces held out (one opening in twenty);
    the same notes twice are counted once.
    """
    store = work / "pieces.json"
    if not store.exists():
        pieces, seen = [], set()
        for source in SOURCES:
            for line in (work / f"{source}.jsonl").read_text(encoding="utf-8").splitlines():
                for raw in json.loads(line)["pieces"]:
                    piece = chorale_piece(raw) if source == "bach" else melody_piece(raw, source)
                    if piece is None:
                        continue
                    home = home_of(KEYS[piece["tonic"]])
                    notes = str(
                        [
                            (p if p is None else p - piece["tonic"], n)
                            for bar in piece["bars"]
                            for p, n in bar
                        ]
                    )
                    lowest = (
                        min(
                            v
                            for v in [
                                *(p for bar in piece["bars"] for p, _ in bar),
                                *(
                                    v
                                    for bar in piece.get("slices", [])
                                    for _, voices in bar
                                    for v in voices
                                ),
                            ]
                            if isinstance(v, int)
                        )
                        - home
                    )
                    if notes in seen or lowest < LOWEST:
                        continue
                    seen.add(notes)
                    if source != "bach":
                        tune = Tune(
                            piece["kind"],
                            piece["mode"],
                            KEYS[piece["tonic"]],
                            piece["metre"],
                            tuple(
                                tuple(TuneNote(None if p is None else p - home, n) for p, n in bar)
                                for bar in piece["bars"]
                            ),
                        )
                        piece["chords"] = tune_chords(tune)
                    pieces.append(piece)
        store.write_text(json.dumps(pieces), encoding="utf-8")
    return divided(json.loads(store.read_text(encoding="utf-8")))


def read_chorales(work: Path) -> tuple[list[dict], list[dict]]:
    """The chorales to learn and those held out."""
    raws = [
        raw
        for line in (work / "bach.jsonl").read_text(encoding="utf-8").splitlines()
        for raw in json.loads(line)["pieces"]
    ]
    return divided([piece for piece in map(chorale_piece, raws) if piece is not None])


def divided(pieces: list[dict]) -> tuple[list[dict], list[dict]]:
    """Pieces to learn and pieces held out, by their openings."""
    side = [zlib.crc32(opening(piece).encode()) % HELD_OUT_EVERY == 0 for piece in pieces]
    return [piece for piece, held in zip(pieces, side) if not held], [
        piece for piece, held in zip(pieces, side) if held
    ]
