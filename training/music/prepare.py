"""Read the public-domain pieces of music21's corpus into plain notes, once.

Run: python -m training.music.prepare --work DIR      (parsed files are kept, run again to go on)

Taken: Ryan's Mammoth Collection (1883), O'Neill's Music of Ireland (1903), Aird's Airs (1782 and
after), four-part chorales of J. S. Bach. Left out: essenFolksong, because its terms forbid
commercial use and its standing is unclear; every folder of music under its own licence. A melody of
several voices, metres nobody counts here and bars that do not add up are left out too.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from pathlib import Path

from course_utils.music.tokens import METRES, UNITS_PER_QUARTER

FOLDERS = ["ryansMammoth", "oneills1850", "airdsAirs", "bach"]
KIND_WORDS = (
    "slip jig",
    "slipjig",
    "strathspey",
    "hornpipe",
    "quadrille",
    "waltz",
    "polka",
    "march",
    "clog",
    "reel",
    "jig",
    "air",
    "quick step",
    "quickstep",
    "minuet",
    "lament",
    "gavotte",
)
SAME_KIND = {
    "slipjig": "slip jig",
    "quick step": "march",
    "quickstep": "march",
    "lament": "air",
    "minuet": "waltz",
    "gavotte": "any",
}
FEWEST_BARS = 4


def kind_of(text: str, metre: str) -> str:
    """The kind of tune in an ABC `R:` field or title, as one of KINDS."""
    words = text.lower()
    for kind in KIND_WORDS:
        if kind in words:
            kind = SAME_KIND.get(kind, kind)
            if kind == "waltz" and metre not in ("3/4", "3/8"):
                return "any"
            return "slip jig" if kind == "jig" and metre == "9/8" else kind
    return "slip jig" if metre == "9/8" else "jig" if metre == "6/8" else "any"


def units(quarters) -> int:
    """A length in twelfths of a quarter note.

    A dotted pair of semiquavers (4.5 and 1.5) becomes 4 and 2, so that it has tokens.
    """
    exact = float(quarters) * UNITS_PER_QUARTER
    return (
        {4.5: 4, 1.5: 2}.get(round(exact, 3), round(exact))
        if abs(exact - round(exact)) < 0.02 or round(exact, 3) in (4.5, 1.5)
        else -1
    )


def melody_of(score) -> dict | None:
    """Key, metre and bars of [pitch or None, length] of a parsed melody,
    or None when it cannot be used.
    """
    from music21 import key as keys

    part = score.parts[0] if score.parts else score
    signature, metre = (
        part.recurse().getElementsByClass("KeySignature").first(),
        part.recurse().getElementsByClass("TimeSignature").first(),
    )
    if signature is None or metre is None or metre.ratioString not in METRES:
        return None
    key = signature if isinstance(signature, keys.Key) else signature.asKey("major")
    raw = []
    for measure in part.getElementsByClass("Measure"):
        notes: list[list] = []
        for item in measure.flatten().notesAndRests:
            if item.duration.isGrace:
                continue
            length, pitch = (
                units(item.quarterLength),
                None if item.isRest else max(p.midi for p in item.pitches),
            )
            if length < 1:
                return None
            if (
                notes
                and not item.isRest
                and item.tie is not None
                and item.tie.type in ("stop", "continue")
                and notes[-1][0] == pitch
            ):
                notes[-1][1] += length
            else:
                notes.append([pitch, length])
        raw.append(notes)
    bars = whole_bars(raw, METRES[metre.ratioString])
    return (
        {"tonic": key.tonic.pitchClass, "mode": key.mode, "metre": metre.ratioString, "bars": bars}
        if len(bars) >= FEWEST_BARS
        else None
    )


def whole_bars(raw: list[list[list]], full: int) -> list[list[list]]:
    """Full bars only: a short bar before a repeat sign and the upbeat after it become one bar; the
    first upbeat goes; a short last bar is held to its end. A bar that still does not add up ends
    the piece there, or is dropped if the piece has hardly begun.
    """

    def length(bar):
        return sum(n for _, n in bar)

    bars: list[list[list]] = []
    raw = [bar for bar in raw if bar]
    place = 0
    while place < len(raw):
        bar = raw[place]
        if length(bar) != full:
            following = raw[place + 1] if place + 1 < len(raw) else None
            if following is not None and length(bar) + length(following) == full:
                if place == 0:
                    place += 1
                    continue
                bar, place = [*bar, *following], place + 1
            elif place == 0 and length(bar) < full:
                place += 1
                continue
            elif full // 2 <= length(bar) < full:
                bar = [*bar[:-1], [bar[-1][0], bar[-1][1] + full - length(bar)]]
            else:
                if len(bars) >= 8:
                    break
                place += 1
                continue
        bars.append(bar)
        place += 1
    return bars


def chorale_of(score) -> dict | None:
    """Four voices of a chorale as [start, length, pitch] in twelfths of a quarter note from its
    first full bar, or None.
    """
    parts = list(score.parts)
    if len(parts) != 4:
        return None
    metres = {m.ratioString for m in parts[0].recurse().getElementsByClass("TimeSignature")}
    signature = parts[0].recurse().getElementsByClass("KeySignature").first()
    if len(metres) != 1 or not metres <= set(METRES) or signature is None:
        return None
    metre = metres.pop()
    full, measures = METRES[metre], list(parts[0].getElementsByClass("Measure"))
    starts = [m for m in measures if units(m.duration.quarterLength) == full]
    if not 6 <= len(starts) <= 60:
        return None
    begin = units(starts[0].offset)
    voices = []
    for part in parts:
        notes = []
        for item in part.flatten().stripTies().notes:
            start, length = units(item.offset) - begin, units(item.quarterLength)
            if length < 1:
                return None
            if start >= 0:
                notes.append([start, length, max(p.midi for p in item.pitches)])
        if not notes:
            return None
        voices.append(notes)
    guess = score.analyze("key")
    return {
        "metre": metre,
        "sharps": signature.sharps,
        "guess": [guess.tonic.pitchClass, guess.mode],
        "last_bass": voices[3][-1][2] % 12,
        "voices": voices,
    }


def parse_file(path: Path, folder: str) -> list[dict]:
    from music21 import converter, stream

    parsed = converter.parse(path)
    if folder == "bach":
        found = chorale_of(parsed)
        return [] if found is None else [{"title": path.stem, "kind": "chorale", **found}]
    text = path.read_text(encoding="latin-1")
    heads = [
        re.findall(r"^R:\s*(.*)$", tune, re.M) + re.findall(r"^T:\s*(.*)$", tune, re.M)
        for tune in re.split(r"^X:", text, flags=re.M)[1:]
    ]
    pieces = []
    for number, score in enumerate(
        list(parsed.scores) if isinstance(parsed, stream.Opus) else [parsed]
    ):
        found = melody_of(score)
        if found is not None:
            head = heads[number] if number < len(heads) else []
            title = (
                next(
                    (
                        line
                        for line in re.findall(
                            r"^T:\s*(.*)$", re.split(r"^X:", text, flags=re.M)[1:][number], re.M
                        )
                    ),
                    "",
                )
                if number < len(heads)
                else ""
            )
            pieces.append(
                {"title": title.strip(), "kind": kind_of(" ".join(head), found["metre"]), **found}
            )
    return pieces


def prepare(work: Path, folders: list[str]) -> None:
    from music21 import corpus

    work.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        cache, began = work / f"{folder}.jsonl", time.monotonic()
        done = (
            {json.loads(line)["file"] for line in cache.read_text(encoding="utf-8").splitlines()}
            if cache.exists()
            else set()
        )
        with cache.open("a", encoding="utf-8") as out:
            for path in sorted(Path(p) for p in corpus.getComposer(folder)):
                if path.name in done or path.suffix not in (".abc", ".mxl", ".xml", ".krn"):
                    continue
                try:
                    pieces = parse_file(path, folder)
                except Exception as problem:  # a library error in one old file must not end the run
                    print("left out", path.name, type(problem).__name__, flush=True)
                    pieces = []
                out.write(json.dumps({"file": path.name, "pieces": pieces}) + "\n")
                out.flush()
        rows = [json.loads(line) for line in cache.read_text(encoding="utf-8").splitlines()]
        print(
            folder,
            sum(len(row["pieces"]) for row in rows),
            "pieces of",
            len(rows),
            "files,",
            round(time.monotonic() - began),
            "s",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--folders", nargs="*", default=FOLDERS)
    options = parser.parse_args()
    prepare(options.work, options.folders)
