"""Turn the public-domain tunes of music21's corpus into tokens.

Run: python -m training.music.prepare --work DIR      (parsed files are kept, run again to go on)

Taken: Ryan's Mammoth Collection (1883) and O'Neill's Music of Ireland (1850 tunes, 1903).
Left out: Aird's Airs (1782 and after; not in this version), and essenFolksong, because its terms forbid commercial use and are unclear
about excerpts. Tunes that are not one plain voice of full bars are left out too.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from course_utils.engines.tune_tokens import DURATIONS, HIGHEST, KEYS, KINDS, LOWEST, METRES, MODES, UNITS_PER_QUARTER, Tune, TuneNote, encode

FOLDERS = ["ryansMammoth", "oneills1850"]
LONGEST = 448  # tokens


def kind_of(text: str, metre: str) -> str:
    """The kind of tune in an ABC `R:` field or title, as one of KINDS."""
    words = text.lower()
    for kind in ("slip jig", "strathspey", "hornpipe", "quadrille", "waltz", "polka", "march", "clog", "reel", "jig", "air"):
        if kind in words:
            return "slip jig" if kind == "jig" and metre == "9/8" else kind
    return "any"


def tune_from(score, rhythm: str) -> Tune | None:
    """The melody of a parsed score, or None when it is not one plain voice of full bars."""
    from music21 import key as keys

    part = score.parts[0] if score.parts else score
    signature, metre = part.recurse().getElementsByClass("KeySignature").first(), part.recurse().getElementsByClass("TimeSignature").first()
    if signature is None or metre is None or metre.ratioString not in METRES:
        return None
    key = signature if isinstance(signature, keys.Key) else signature.asKey("major")
    if key.mode not in MODES:
        return None
    tonic = KEYS[key.tonic.pitchClass]
    home = Tune("any", key.mode, tonic, metre.ratioString, ()).home
    bars = []
    for measure in part.getElementsByClass("Measure"):
        notes = []
        for item in measure.flatten().notesAndRests:
            if item.duration.isGrace:
                continue
            if item.isChord:
                return None
            length = float(item.quarterLength) * UNITS_PER_QUARTER
            semitones = None if item.isRest else item.pitch.midi - home
            if abs(length - round(length)) > 1e-3 or round(length) not in DURATIONS or (semitones is not None and not LOWEST <= semitones <= HIGHEST):
                return None
            notes.append(TuneNote(semitones, round(length)))
        if sum(n.length for n in notes) == METRES[metre.ratioString]:
            bars.append(tuple(notes))  # pick-up bars and first and second endings that do not add up are dropped
    return Tune(kind_of(rhythm, metre.ratioString), key.mode, tonic, metre.ratioString, tuple(bars)) if len(bars) >= 6 else None


def parse_file(path: Path) -> list[tuple[str, Tune]]:
    from music21 import converter, stream

    text = path.read_text(encoding="latin-1")
    rhythms = [re.findall(r"^R:\s*(.*)$", tune, re.M) + re.findall(r"^T:\s*(.*)$", tune, re.M) for tune in re.split(r"^X:", text, flags=re.M)[1:]]
    parsed = converter.parse(path)
    scores = list(parsed.scores) if isinstance(parsed, stream.Opus) else [parsed]
    found = []
    for number, score in enumerate(scores):
        rhythm = " ".join(rhythms[number]) if number < len(rhythms) else ""
        tune = tune_from(score, rhythm)
        if tune is not None:
            found.append((f"{path.name}#{number}", tune))
    return found


def prepare(work: Path, seconds: float) -> None:
    import time

    from music21 import corpus

    work.mkdir(parents=True, exist_ok=True)
    cache, done = work / "tunes.jsonl", set()
    if cache.exists():
        done = {json.loads(line)["file"] for line in cache.read_text(encoding="utf-8").splitlines()}
    started = time.monotonic()
    with cache.open("a", encoding="utf-8") as out:
        for folder in FOLDERS:
            for path in sorted(p for p in corpus.getComposer(folder) if str(p).endswith(".abc")):
                path = Path(path)
                if path.name in done or time.monotonic() - started > seconds:
                    continue
                try:
                    tunes = parse_file(path)
                except Exception as problem:  # a library error in one old file must not end the run
                    print("left out", path.name, type(problem).__name__)
                    tunes = []
                rows = [encode(t)[:LONGEST] for _, t in tunes]
                out.write(json.dumps({"file": path.name, "folder": folder, "tokens": rows}) + "\n")
                out.flush()
    rows = [json.loads(line) for line in cache.read_text(encoding="utf-8").splitlines()]
    for folder in FOLDERS:
        print(folder, sum(len(r["tokens"]) for r in rows if r["folder"] == folder), "tunes")


def read_tunes(work: Path) -> tuple[list[list[int]], list[list[int]]]:
    """Token lists for training and held-out tunes (every twentieth), identical tunes counted once."""
    rows = [json.loads(line) for line in (work / "tunes.jsonl").read_text(encoding="utf-8").splitlines()]
    tunes = list(dict.fromkeys(tuple(t) for row in rows for t in row["tokens"]))
    return [list(t) for i, t in enumerate(tunes) if i % 20], [list(t) for i, t in enumerate(tunes) if i % 20 == 0]


if __name__ == "__main__":
    assert "any" in KINDS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop parsing after this long; run again to go on")
    options = parser.parse_args()
    prepare(options.work, options.seconds)
