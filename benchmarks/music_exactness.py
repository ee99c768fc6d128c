"""How exactly the course reads other people's music: its notes beside those of music21 and symusic.

Run: python -m benchmarks.music_exactness
     python -m benchmarks.music_exactness --files FOLDER      with your own files too
     python -m benchmarks.music_exactness --only abc --show   one table, and each file that differs

The files are those that installed packages ship (music21's corpus, mido's and pretty_midi's tests
where they are installed); nothing is fetched. A file is
- exact: every note has the start, the length and the pitch that one of the references gives it
  (readers disagree: music21 drops an accidental within its bar of ABC and leaves some ties open,
  verovio goes back to the beginning from every end sign); of a sheet also where its notes as they
  are written are those of verovio and its bars come in music21's order. Strokes on drums without
  a pitch have no length;
- named: they differ, and the sentence that a learner reads names why;
- silent: they differ and no sentence says so;
- refused: not read; the sentence says why.

Repeats, and ties between notes, are written out by the reference before the comparison. Bars
begin together in all players, as a sheet is meant: where one player's bars lack a hair by the
file's own count, music21's bars are put so. Grace notes, which take no time on paper, are taken
off their notes first and compared by their pitches with abc2midi's or music21's, as they are
played or as they are written.
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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.music_graces import NotCompared, graces_apart
from benchmarks.music_references import apart, composed, ours, references

PACKAGES = ("music21", "mido", "pretty_midi", "symusic", "miditok", "pyabc2")
ENDINGS = {
    "midi": (".mid", ".midi"),
    "abc": (".abc",),
    "sheet": (".xml", ".musicxml", ".mxl"),
}
PATIENCE = 120  # seconds of the reference for one file


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


def numbers_of(text: str) -> list[str]:
    """The numbers of the tunes of an ABC file."""
    return re.findall(r"(?m)^X:\s*(\d*)", text) or [""]


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
        if mine and not theirs:
            failed.append(f"{reader}: no notes")
            continue
        differ = apart(mine, theirs, in_pieces=form == "sheet" and reader != "verovio")
        if not differ:
            return graces_judged(Row(name, "exact", f"as {reader}"), path, form, number, told)
        said = f"{differ} of {max(mine.total(), theirs.total())} notes are not as {reader} has them"
        best = min(best or (differ, said), (differ, said))
    if form == "sheet" and not explains(told) and composed(path):
        row = Row(name, "exact", "as written as verovio, in the order of music21")
        return graces_judged(row, path, form, number, told)
    if best is None:
        return Row(name, "no reference", "; ".join(failed))
    return Row(name, "named" if explains(told) else "silent", f"{best[1]}; told: {told}")


def graces_judged(row: Row, path: Path, form: str, number: int, told: str) -> Row:
    """The verdict with the grace notes, which take no time on paper and are compared by pitch."""
    try:
        differ = graces_apart(path, path.read_bytes(), form, number)
    except NotCompared as why:
        return Row(row.name, "no reference", f"{row.told}; grace notes: {why}")
    if not differ:
        return row
    said = explains(told) or "grace notes without" in told.lower()
    what = f"{differ} grace notes are not as music21 has them; told: {told}"
    return Row(row.name, "named" if said else "silent", what)


NAMES_NOTES = (  # sentences that say why notes are others than those on the page
    "cue notes", "Not followed", "too long", "more than",
    "without a start sign", "Not understood", "rounded", "tablature", "read by their place",
    "Strokes on drums", "damaged", "cut off", "never let go", "separate pieces", "counts seconds",
    "abbreviations", "no part", "repeat signs inside a bar", "to be played again", "quarter tones",
    "without a pitch or a length", "end of their track", "do not agree", "unequal",
    "lengths of their own", "not that of their shape",
    "lower than it is written", "higher than it is written",
    "upside down", "ties that end nowhere", "signs at notes", "not full", "beyond what can be read",
    "Not in the order", "stands there twice", "not shown on the page", "beyond their bar",
    "come again, without repeats", "shapes of notes", "repeats nothing",
    "without an end sign", "in the time of two",
    "Taken for repeat signs",
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
