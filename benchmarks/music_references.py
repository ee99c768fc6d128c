"""The music of a file as the course reads it and as independent readers do: notes to count."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from xml.etree import ElementTree

NEAR = 1 / 50  # of a quarter note
STROKE = -1  # in place of a pitch
STEPS_OFF = (0, -1, 1, -2, 2)
Notes = Counter  # of (start, length, pitch), in units of NEAR


# The course's own reading -------------------------------------------------------------------------


def ours(data: bytes, form: str, number: int = 0) -> tuple[Notes, str]:
    """The notes as the course reads them, from the first at 0, and what it says."""
    from course_utils.scores.graces import without_graces

    read = read_by_us(data, form, number)
    drums = {place for place, part in enumerate(read.score.parts) if part.drums}
    notes = [
        (note.start, note.length, -1 if form != "midi" and note.part in drums else note.pitch)
        for note in without_graces(read.score).notes
    ]
    return counted(notes), " ".join(read.left_out)


@lru_cache(maxsize=1)
def read_by_us(data: bytes, form: str, number: int):
    """What the course reads."""
    from course_utils.scores.abc import read_abc
    from course_utils.scores.strangers import read_music

    if form == "abc":
        return read_abc(data.decode("utf-8", "replace"), number)
    return read_music(data, form)


def counted(notes: list[tuple[float, float, int]]) -> Notes:
    """Notes in whole steps of NEAR from the first; strokes without a pitch have no length."""
    first = min((start for start, _, _ in notes), default=0.0)
    return Counter(
        (round((start - first) / NEAR), round(length / NEAR) if pitch != STROKE else 0, pitch)
        for start, length, pitch in notes
    )


def apart(mine: Notes, theirs: Notes, in_pieces: bool = False) -> int:
    """How many notes one has and the other has not; see `unlike`.

    Args:
        in_pieces: whether the other leaves ties open, so that pieces which fill a note are it.
    """
    left, right = unlike(mine, theirs)
    if in_pieces:
        for start, length, pitch in list(left.elements()):
            pieces = pieces_of(start, length, pitch, right)
            if pieces:
                left[start, length, pitch] -= 1
                right -= Counter(pieces)
    return max((+one).total() for one in (left, right))


def pieces_of(start: int, length: int, pitch: int, among: Notes) -> list[tuple[int, int, int]]:
    """Notes that follow each other without a gap and fill another one; none where they do not."""
    found: list[tuple[int, int, int]] = []
    end = start + length
    while start < end - 1:
        following = [
            one for one in among if one[2] == pitch and abs(one[0] - start) <= 1 and among[one] > 0
        ]
        if not following:
            return []
        found.append(min(following, key=lambda one: one[1]))
        start = found[-1][0] + found[-1][1]
        if not found[-1][1]:
            return []
    return found if abs(start - end) <= 2 else []


def unlike(mine: Notes, theirs: Notes) -> tuple[Notes, Notes]:
    """The notes that only one of them has, two steps off (less than a 64th note) counted as the
    same, and of chords that abc2midi strikes one key after the other the last keys too. Two
    strokes on drums at one moment are one in a MIDI file, where both have one key.
    """
    left, right = mine - theirs, theirs - mine
    for start, length, pitch in list(left.elements()):
        near = [
            (start + a, length + b, pitch)
            for a in STEPS_OFF
            for b in STEPS_OFF
            if right[start + a, length + b, pitch] > 0
        ] or [
            (start + late, length - late, pitch)
            for late in (3, 4)
            if right[start + late, length - late, pitch] > 0
        ]
        if near:
            right[near[0]] -= 1
            left[start, length, pitch] -= 1
    for note in [one for one in left if one[2] == STROKE]:
        if any(theirs[note[0] + off, 0, STROKE] for off in STEPS_OFF):
            left[note] = 0
    return +left, +right


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


@lru_cache(maxsize=1)
def music21_sheet(path: Path):
    """A sheet in MusicXML as music21 reads it, repeats written out where it can."""
    import music21

    return expanded(music21.converter.parse(path, forceSource=True))


def sheet_reference(path: Path) -> Notes:
    """music21's notes of a sheet in MusicXML."""
    return counted(music21_notes(music21_sheet(path)))


def aligned_reference(path: Path) -> Notes:
    """The same, but each bar begins in all players at once, when the bar before has ended for the
    one who plays it longest, as a sheet is meant. music21 lets a player whose bar lacks a hair by
    the file's own count begin all later bars so much too soon.
    """
    return counted(music21_notes(bars_together(music21_sheet(path))))


def bars_together(score):
    """See `aligned_reference`.

    Raises:
        ValueError: the players have not the same number of bars, or all are together as they are.
    """
    begins = [
        [part.elementOffset(bar) for bar in part.getElementsByClass("Measure")]
        for part in score.parts
    ]
    if not begins or len({len(starts) for starts in begins}) != 1:
        raise ValueError("players with other numbers of bars")
    if all(starts == begins[0] for starts in begins):
        raise ValueError("all bars begin together as they are")
    steps = [max(b - a for a, b in pairs) for pairs in zip(*map(pairwise, begins))]
    moments = list(accumulate(steps, initial=begins[0][0]))
    together = score.coreCopyAsDerivation("bars_together")
    for part in together.parts:
        for bar, moment in zip(list(part.getElementsByClass("Measure")), moments):
            part.setElementOffset(bar, moment)
        part.coreElementsChanged()
    return together


def verovio_reference(path: Path, repeats: bool) -> Notes:
    """verovio's notes of a sheet in MusicXML, by its MIDI, without what it would play of its own
    (grace notes, cue notes, ornaments), with the repeats that it writes out itself or with none.
    """
    return verovio_notes(sheet_root(path), repeats)


def sheet_root(path: Path) -> ElementTree.Element:
    """A sheet's XML, unzipped where it is zipped."""
    from course_utils.scores.musicxml.mxl import unzipped

    data = path.read_bytes()
    return ElementTree.fromstring(unzipped(data) if data[:2] == b"PK" else data)


def verovio_notes(root: ElementTree.Element, repeats: bool) -> Notes:
    """See `verovio_reference`."""
    import base64

    import symusic
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setInputFrom("xml")
    toolkit.setOptions({"expandAlways": repeats, "expandNever": not repeats})
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


# Where no reader agrees in both: the notes as they are written, and the order of the bars


def as_written_and_in_order(path: Path) -> bool:
    """Whether the notes of a sheet without its repeats are those of verovio, and the bars come in
    music21's order. Each reads one of the two well: verovio goes back to the beginning from every
    end sign, music21 loses notes of some voices.
    """
    import music21

    plain, bones = without_repeats(sheet_root(path)), skeleton(sheet_root(path))
    mine, _ = ours(ElementTree.tostring(plain), "sheet")
    if apart(mine, verovio_notes(plain, repeats=False)):
        return False
    text = ElementTree.tostring(bones, encoding="unicode")
    score = music21.converter.parse(text, format="musicxml", forceSource=True)
    theirs = [pitch for _, _, pitch in sorted(music21_notes(expanded(score)))]
    here, _ = ours(text.encode(), "sheet")
    return theirs == [pitch for _, _, pitch in sorted(here.elements())]


def without_repeats(root: ElementTree.Element) -> ElementTree.Element:
    """A sheet without the signs that send a player back."""
    for bar_line in root.iter("barline"):
        for sign in [*bar_line.findall("repeat"), *bar_line.findall("ending")]:
            bar_line.remove(sign)
    for measure in root.iter("measure"):
        for told in [*measure.findall("direction"), *measure.findall("sound")]:
            measure.remove(told)
    return root


def skeleton(root: ElementTree.Element) -> ElementTree.Element:
    """A sheet whose bars hold one whole note each, another from bar to bar, in a single part."""
    first, *others = root.findall("part")
    for part in others:
        root.remove(part)
    listed = root.find("part-list")
    for one in listed.findall("score-part")[1:] + listed.findall("part-group"):
        listed.remove(one)
    kept = ("barline", "direction", "sound")
    for number, measure in enumerate(first.findall("measure")):
        for item in [one for one in measure if one.tag not in kept]:
            measure.remove(item)
        octave, step = divmod(number, 7)
        pitch = f"<pitch><step>{'CDEFGAB'[step]}</step><octave>{1 + octave % 8}</octave></pitch>"
        head = HEAD if number == 0 else ""
        inside = f"<m>{head}<note>{pitch}<duration>4</duration><type>whole</type></note></m>"
        at = 1 if len(measure) and measure[0].get("location") == "left" else 0
        for place, item in enumerate(ElementTree.fromstring(inside)):
            measure.insert(at + place, item)
    return root


HEAD = (
    "<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time>"
    "</attributes>"
)


def abc_text(path: Path, number: int) -> str:
    """One tune of an ABC file, with what stands before the first."""
    parts = abc_parts(path)
    return parts[0] + parts[number + 1] if len(parts) > 1 else parts[0]


@lru_cache(maxsize=2)
def abc_parts(path: Path) -> list[str]:
    """What stands before the first tune of an ABC file, and each of its tunes."""
    return re.split(r"(?m)^(?=X:)", path.read_text(encoding="utf-8", errors="replace"))


def abc_reference(path: Path, number: int) -> Notes:
    """music21's notes of one tune of an ABC file."""
    return counted(music21_notes(music21_tune(path, number)))


@lru_cache(maxsize=1)
def music21_tune(path: Path, number: int):
    """One tune of an ABC file as music21 reads it, repeats written out where it can."""
    import music21

    text = abc_text(path, number)
    return expanded(music21.converter.parse(text, format="abc", forceSource=True))


def abc2midi_reference(path: Path, number: int) -> Notes:
    """The notes of abc2midi, which symusic brings, without what it would play of its own: a band,
    grace notes, trills, staccato, and the swing of hornpipes; and without the lone ! that older
    programs broke lines with, which it does not know.
    """
    return symusic_notes(abc2midi_score(path, number))


def abc2midi_score(path: Path, number: int, graces: bool = False):
    """See `abc2midi_reference`; with grace notes as notes like any other, where they are asked for:
    it cuts off those that are longer than the note after them.
    """
    import symusic

    hidden = r'"[^"\n]*"|![^!\n]{1,20}!|!|' + (r"[{}]|(?<={)/" if graces else r"\{[^}\n]*\}")

    lines = []
    for line in abc_text(path, number).splitlines():
        if not re.match(r"[A-Za-z+]:|%", line):
            line = re.sub(hidden, "", line)
            line = re.sub(r"[.~HLMOPSTuv]+(?=[\^_=]*[A-Ga-gzx\[(])", "", line)
        hushed = re.match(r"R:|%%MIDI(?!\s+nobarlines)", line)
        if line.strip() and not hushed:  # it stops at an empty line, where the tune may go on
            lines.append(line)
    return symusic.Score.from_abc("\n".join(lines) + "\n")


def expanded(score):
    """A music21 score with its repeats written out, or as it is where it has none."""
    from music21.repeat import ExpanderException

    try:
        return score.expandRepeats()
    except ExpanderException:
        return score


def references(path: Path, form: str, number: int) -> Iterator[tuple[str, Callable[[], Notes]]]:
    """The independent readers of a form by name."""
    if form == "midi":
        yield "symusic", lambda: midi_reference(path)
    elif form == "sheet":
        yield "verovio", lambda: verovio_reference(path, repeats=False)
        yield "verovio", lambda: verovio_reference(path, repeats=True)
        yield "music21", lambda: sheet_reference(path)
        yield "music21, all bars begun together", lambda: aligned_reference(path)
    else:
        yield "abc2midi", lambda: abc2midi_reference(path, number)
        yield "music21", lambda: abc_reference(path, number)


def composed(path: Path) -> bool:
    """See `as_written_and_in_order`; not so where a reference cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return as_written_and_in_order(path)
    except Exception:  # a reference cannot read it: nothing to compare with
        return False
