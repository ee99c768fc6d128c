"""How exactly the course reads other people's music: its notes beside those of music21 and symusic.

Run: python -m benchmarks.music_exactness
     python -m benchmarks.music_exactness --files FOLDER      with your own files too
     python -m benchmarks.music_exactness --only abc --show   one table, and each file that differs

The files are those that installed packages ship (music21's corpus, mido's and pretty_midi's tests
where they are installed); nothing is fetched. A file is
- exact: every note has the start, the length and the pitch that one of the references gives it
  (readers disagree: music21 drops an accidental within its bar of ABC, verovio plays no repeats);
- named: they differ, and the sentence that a learner reads names why;
- silent: they differ and no sentence says so;
- refused: not read; the sentence says why.

Repeats, and ties between notes, are written out by the reference before the comparison.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("music21", "mido", "pretty_midi", "symusic", "miditok", "pyabc2")
ENDINGS = {
    "midi": (".mid", ".midi"),
    "abc": (".abc",),
    "sheet": (".xml", ".musicxml", ".mxl"),
}
NEAR = 1 / 50  # of a quarter note
STEPS_OFF = (0, -1, 1, -2, 2)
PATIENCE = 120  # seconds of the reference for one file
Notes = Counter  # of (start, length, pitch), in units of NEAR


@dataclass(frozen=True)
class Row:
    """What came of one file or one tune of a file."""

    name: str
    verdict: str
    told: str = ""


def files_of(form: str, folders: list[Path]) -> list[Path]:
    """The files of a form in installed packages and in folders, each once."""
    roots = [*folders]
    for package in PACKAGES:
        found = importlib.util.find_spec(package)
        if found is not None and found.origin:
            roots.append(Path(found.origin).parent)
    paths = {
        path.resolve()
        for root in roots
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() in ENDINGS[form] and path.is_file()
    }
    return sorted(paths)


# The course's own reading -------------------------------------------------------------------------


def ours(data: bytes, form: str, number: int = 0) -> tuple[Notes, str]:
    """The notes as the course reads them, from the first at 0, and what it says."""
    from course_utils.scores.abc import read_abc
    from course_utils.scores.strangers import read_music

    if form == "abc":
        read = read_abc(data.decode("utf-8", "replace"), number)
    else:
        read = read_music(data, form)
    drums = {place for place, part in enumerate(read.score.parts) if part.drums}
    notes = [
        (note.start, note.length, -1 if form != "midi" and note.part in drums else note.pitch)
        for note in read.score.notes
    ]
    return counted(notes), " ".join(read.left_out)


def counted(notes: list[tuple[float, float, int]]) -> Notes:
    """Notes in whole steps of NEAR from the first of them."""
    first = min((start for start, _, _ in notes), default=0.0)
    return Counter(
        (round((start - first) / NEAR), round(length / NEAR), pitch)
        for start, length, pitch in notes
    )


def apart(mine: Notes, theirs: Notes) -> int:
    """How many notes one has and the other has not, two steps off (less than a 64th note) counted
    as the same: abc2midi strikes some chords one key after the other.
    """
    left, right = mine - theirs, theirs - mine
    for start, length, pitch in list(left.elements()):
        near = [
            (start + a, length + b, pitch)
            for a in STEPS_OFF
            for b in STEPS_OFF
            if right[start + a, length + b, pitch] > 0
        ]
        if near:
            right[near[0]] -= 1
            left[start, length, pitch] -= 1
    return max(sum(left.values()), sum(right.values()))


# The references -----------------------------------------------------------------------------------


def midi_reference(path: Path) -> Notes:
    """symusic's notes; it pairs a release with the first stroke of its key, as the course does."""
    import symusic

    return symusic_notes(symusic.Score(str(path)))


def symusic_notes(score, drums: int | None = None) -> Notes:
    """The notes of a symusic score; those of drums with another pitch, if one is given."""
    ticks = score.ticks_per_quarter
    return counted(
        [
            (
                note.start / ticks,
                note.duration / ticks,
                drums if drums is not None and track.is_drum else note.pitch,
            )
            for track in score.tracks
            for note in track.notes
        ]
    )


def music21_notes(score) -> list[tuple[float, float, int]]:
    """The sounding notes of a music21 score, ties joined; drums without a pitch have -1."""
    from music21 import chord, harmony, note, percussion

    score = score.toSoundingPitch()
    found = []
    for part in score.parts or [score]:
        for one in part.stripTies().flatten().notes:
            if isinstance(one, harmony.Harmony) or one.duration.isGrace:
                continue
            start, length = float(one.offset), float(one.quarterLength)
            if isinstance(one, note.Note):
                found.append((start, length, one.pitch.midi))
            elif isinstance(one, note.Unpitched):
                found.append((start, length, -1))
            elif isinstance(one, percussion.PercussionChord):
                found += [(start, length, -1) for _ in one.notes]
            elif isinstance(one, chord.Chord):
                found += [(start, length, tone.pitch.midi) for tone in one.notes]
    return found


def sheet_reference(path: Path) -> Notes:
    """music21's notes of a sheet in MusicXML, repeats written out where it can."""
    import music21

    score = music21.converter.parse(path, forceSource=True)
    return counted(music21_notes(expanded(score)))


def verovio_reference(path: Path) -> Notes:
    """verovio's notes of a sheet in MusicXML, by its MIDI, without what it would play of its own
    (grace notes, cue notes, ornaments); it writes no repeats out.
    """
    import base64
    from xml.etree import ElementTree

    import symusic
    import verovio

    from course_utils.scores.musicxml.mxl import unzipped

    data = path.read_bytes()
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setInputFrom("xml")
    root = ElementTree.fromstring(unzipped(data) if data[:2] == b"PK" else data)
    for measure in root.iter("measure"):
        for note in measure.findall("note"):
            if note.find("grace") is not None:
                measure.remove(note)
            for marks in note.iterfind("notations"):
                for sign in [*marks.findall("ornaments"), *marks.findall("arpeggiate")]:
                    marks.remove(sign)
    text = ElementTree.tostring(root, encoding="unicode")
    if not toolkit.loadData(text):
        raise ValueError("verovio cannot read it")
    score = symusic.Score.from_midi(base64.b64decode(toolkit.renderToMIDI()))
    return symusic_notes(score, drums=-1)


def abc_text(path: Path, number: int) -> str:
    """One tune of an ABC file, with what stands before the first."""
    parts = re.split(r"(?m)^(?=X:)", path.read_text(encoding="utf-8", errors="replace"))
    return parts[0] + parts[number + 1] if len(parts) > 1 else parts[0]


def abc_reference(path: Path, number: int) -> Notes:
    """music21's notes of one tune of an ABC file, repeats written out where it can."""
    import music21

    score = music21.converter.parse(abc_text(path, number), format="abc", forceSource=True)
    return counted(music21_notes(expanded(score)))


def abc2midi_reference(path: Path, number: int) -> Notes:
    """The notes of abc2midi, which symusic brings, without what it would play of its own: a band,
    grace notes, trills, staccato, and the swing of hornpipes; and without the lone ! that older
    programs broke lines with, which it does not know.
    """
    import symusic

    lines = []
    for line in abc_text(path, number).splitlines():
        if not re.match(r"[A-Za-z+]:|%", line):
            line = re.sub(r'"[^"\n]*"|\{[^}\n]*\}|![^!\n]{1,20}!|!', "", line)
            line = re.sub(r"[.~HLMOPSTuv]+(?=[\^_=]*[A-Ga-gz\[(])", "", line)
        hushed = re.match(r"R:|%%MIDI(?!\s+nobarlines)", line)
        if line.strip() and not hushed:  # it stops at an empty line, where the tune may go on
            lines.append(line)
    return symusic_notes(symusic.Score.from_abc("\n".join(lines) + "\n"))


def expanded(score):
    """A music21 score with its repeats written out, or as it is where it has none."""
    from music21.repeat import ExpanderException

    try:
        return score.expandRepeats()
    except ExpanderException:
        return score


def numbers_of(text: str) -> list[str]:
    """The numbers of the tunes of an ABC file."""
    return re.findall(r"(?m)^X:\s*(\d*)", text) or [""]


def references(path: Path, form: str, number: int) -> Iterator[tuple[str, Callable[[], Notes]]]:
    """The independent readers of a form by name."""
    if form == "midi":
        yield "symusic", lambda: midi_reference(path)
    elif form == "sheet":
        yield "verovio", lambda: verovio_reference(path)
        yield "music21", lambda: sheet_reference(path)
    else:
        yield "abc2midi", lambda: abc2midi_reference(path, number)
        yield "music21", lambda: abc_reference(path, number)


# The tables ---------------------------------------------------------------------------------------


def compared(path: Path, form: str, number: int = 0) -> Row:
    """The verdict on one file."""
    from course_utils.creation import LearnerError

    name = f"{path.name}{f' tune {number + 1}' if form == 'abc' and number else ''}"
    data = path.read_bytes()
    kind = "mxl" if form == "sheet" and data[:2] == b"PK" else form
    try:
        mine, told = ours(data, kind, number)
    except LearnerError as sentence:
        return Row(name, "refused", str(sentence))
    best, failed = None, []
    for reader, read in references(path, form, number):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = read()
        except Exception as problem:  # the reference cannot read it: nothing to compare with
            failed.append(f"{reader}: {type(problem).__name__}: {problem}"[:100])
            continue
        differ = apart(mine, theirs)
        if not differ:
            return Row(name, "exact", f"as {reader}")
        said = f"{differ} of {max(mine.total(), theirs.total())} notes are not as {reader} has them"
        best = min(best or (differ, said), (differ, said))
    if best is None:
        return Row(name, "no reference", "; ".join(failed))
    return Row(name, "named" if explains(told) else "silent", f"{best[1]}; told: {told}")


NAMES_NOTES = (  # sentences that say why notes are others than those on the page
    "cue notes", "Not followed", "too long", "more than",
    "without a start sign", "Not understood", "rounded", "tablature", "read by their place",
    "Strokes on drums", "damaged", "cut off", "never let go", "separate pieces", "counts seconds",
    "abbreviations", "no part", "repeat signs inside a bar", "to be played again", "quarter tones",
    "without a pitch or a length", "end of their track", "do not agree", "unequal",
    "lengths of their own", "lower than it is written", "higher than it is written",
    "upside down", "ties that end nowhere", "signs at notes", "not full", "beyond what can be read",
    "Not in the order", "stands there twice", "not shown on the page", "beyond their bar",
    "come again, without repeats", "shapes of notes",
)  # fmt: skip


def explains(told: str) -> bool:
    """Whether what the course says names a difference of notes."""
    return any(words in told for words in NAMES_NOTES)


def tasks_of(form: str, folders: list[Path]) -> Iterator[tuple[Path, int]]:
    """Each file; of ABC each of its tunes."""
    for path in files_of(form, folders):
        text = path.read_text(encoding="utf-8", errors="replace") if form == "abc" else ""
        for number in range(len(numbers_of(text)) if form == "abc" else 1):
            yield path, number


def rows(form: str, folders: list[Path], most: int) -> list[Row]:
    """The verdicts on all files, or on so many of them evenly spread, in a process that is begun
    anew when a file takes the reference too long.
    """
    tasks = list(tasks_of(form, folders))
    if most and len(tasks) > most:
        tasks = [tasks[place * len(tasks) // most] for place in range(most)]
    found: list[Row] = []
    while len(found) < len(tasks):
        found += _some(tasks[len(found) :], form)
    return found


def _some(tasks: list[tuple[Path, int]], form: str) -> list[Row]:
    with tempfile.TemporaryFile("w+") as listed:
        json.dump([[str(path), number] for path, number in tasks], listed)
        listed.seek(0)
        worker = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.music_exactness", "--worker", form],
            stdin=listed,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        found: list[Row] = [Row(**json.loads(line)) for line in worker.stdout]
        worker.wait()
    if len(found) < len(tasks):
        path, _ = tasks[len(found)]
        found.append(Row(path.name, "no reference", f"not read within {PATIENCE} seconds"))
    return found


def work(form: str) -> None:
    """The verdicts on the files listed in the input, one a line; ends at a file that takes long."""
    import signal

    told = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # abc2midi prints its warnings there
    for path, number in json.load(sys.stdin):
        signal.alarm(PATIENCE)
        row = compared(Path(path), form, number)
        signal.alarm(0)
        print(json.dumps(row.__dict__), file=told, flush=True)


def table(form: str, found: list[Row]) -> str:
    """One table in Markdown."""
    verdicts = Counter(row.verdict for row in found)
    judged = [row for row in found if row.verdict not in ("refused", "no reference")]
    good = sum(row.verdict in ("exact", "named") for row in judged)
    columns = ("exact", "named", "silent", "refused", "no reference")
    share = f"{100 * good / len(judged):.1f} %" if judged else "none"
    return "\n".join(
        [
            (
                f"{form}: {len(found)} files or tunes; of {len(judged)} compared, {share} exact or"
                " named"
            ),
            f"| {' | '.join(columns)} |",
            f"|{' ---: |' * len(columns)}",
            f"| {' | '.join(str(verdicts[one]) for one in columns)} |",
        ]
    )


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--files", type=Path, action="append", default=[], help="a folder of files")
    asked.add_argument("--only", choices=list(ENDINGS), help="one table")
    asked.add_argument("--most", type=int, default=0, help="at most so many files a table")
    asked.add_argument("--show", action="store_true", help="list each file that is not exact")
    asked.add_argument("--worker", choices=list(ENDINGS), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.worker:
        return work(given.worker)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for form in [given.only] if given.only else list(ENDINGS):
        found = rows(form, given.files, given.most)
        print(table(form, found), end="\n\n", flush=True)
        for row in found if given.show else ():
            if row.verdict != "exact":
                print(f"{row.verdict}: {row.name}: {row.told}")


if __name__ == "__main__":
    main()
