"""MusicXML and ABC from strangers, read by verovio in a program of its own:
whatever a broken file does there, nothing is lost here.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys

from course_utils.creation import LearnerError
from course_utils.scores.midi import read_notes
from course_utils.scores.score import Score

PATIENCE = 60  # seconds
# Notes end a tick early in verovio's MIDI; bars tell where an upbeat ends.
PROGRAM = """
import base64, json, sys
import verovio
verovio.enableLog(verovio.LOG_OFF)
toolkit = verovio.toolkit()
toolkit.setOptions({"breaks": "none"})
toolkit.setInputFrom(sys.argv[1])
read = toolkit.loadData(sys.stdin.buffer.read().decode("utf-8"))
times = toolkit.renderToTimemap({"includeMeasures": True}) if read else []
times = json.loads(times) if isinstance(times, str) else times
bars = [one["qstamp"] for one in times if "measureOn" in one]
print(json.dumps({"midi": toolkit.renderToMIDI() if read else "", "bars": bars[:2]}))
"""


def read_notation(text: str, form: str) -> Score:
    """The notes of a text in MusicXML ("xml") or ABC ("abc"), as far as they sound;
    an upbeat is put at the end of a first bar.

    Raises:
        LearnerError: it cannot be read, or the library is not here.
    """
    from dataclasses import replace

    from course_utils.scores.engraving import can_engrave

    if not can_engrave():
        raise LearnerError(
            "This Python has no library that reads sheet music. Bring the tune as MIDI, or run"
            " `python start.py` again to add it."
        )
    refusal = (
        "That sheet could not be read: it is damaged, or written in a way this course does not"
        " know. Save it as MIDI in the program it came from, then choose that."
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, form],
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )
        answer = json.loads(done.stdout.decode().strip().splitlines()[-1])
        score = read_notes(base64.b64decode(answer["midi"]))
    except subprocess.TimeoutExpired as problem:
        raise LearnerError(
            "That sheet took too long to read. Save a shorter piece, then choose it."
        ) from problem
    except (subprocess.CalledProcessError, OSError, ValueError, KeyError, IndexError) as problem:
        raise LearnerError(refusal) from problem
    bars = answer["bars"]
    upbeat = (
        (bars[1] - bars[0]) % score.bar_length
        if len(bars) > 1 and 0 < bars[1] - bars[0] < score.bar_length - 0.01
        else 0
    )
    later = score.bar_length - upbeat if upbeat else 0
    return replace(
        score,
        notes=tuple(
            replace(note, start=note.start + later, length=note.length + 1 / 120)
            for note in score.notes
        ),
    )
