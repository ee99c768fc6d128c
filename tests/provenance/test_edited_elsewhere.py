"""A tune, a layout or a sound that another program changed, and whose notes inside it kept, is a
work of its own with the first as its parent; one that was only saved anew stays itself.
"""

from __future__ import annotations

import io

import mido
import pytest
from wall_works import layout, sound, tune

from course_utils import files
from course_utils.audio.wav import chunks, from_wav, joined, to_wav
from course_utils.creation import EDITED_ELSEWHERE
from course_utils.portfolio.store import Portfolio


def of_midi(data: bytes, change=None) -> bytes:
    """A MIDI file as another program saves it: other ticks, releases as strokes of no force."""
    file, out = mido.MidiFile(file=io.BytesIO(data)), io.BytesIO()
    saved = mido.MidiFile(type=1, ticks_per_beat=file.ticks_per_beat * 2)
    for track in file.tracks:
        saved.tracks.append(mido.MidiTrack())
        for message in track:
            message = message.copy(time=message.time * 2)
            if message.type == "note_off":
                message = mido.Message("note_on", note=message.note, velocity=0, time=message.time)
            saved.tracks[-1].append(message)
    if change:
        change(saved)
    saved.save(file=out)
    return out.getvalue()


def higher(file) -> None:
    for track in file.tracks:
        for message in track:
            if message.type in ("note_on", "note_off"):
                message.note += 1


def quieter(data: bytes) -> bytes:
    """A WAV file with other samples and the notes it had."""
    parts = dict(chunks(data[12:]))
    samples, rate = from_wav(data)
    new = dict(chunks(to_wav(samples / 2, rate)[12:]))
    body = joined([(name, new.get(name, part)) for name, part in parts.items()])
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WAVE" + body


def test_saved_anew_it_stays_itself():
    made = tune()
    again = files.unpack_bytes(of_midi(files.pack(made)), ".mid")
    assert (again.id, again.recipe) == (made.id, made.recipe)
    page = layout()
    spaced = files.pack(page).replace(b"><", b">\n  <")
    assert files.unpack_bytes(spaced, ".svg").id == page.id


@pytest.mark.parametrize("make", [tune, layout, sound])
def test_our_own_file_comes_back_as_it_was(make):
    made = make()
    again = files.unpack_bytes(files.pack(made), made.declared.suffix)
    assert (again.id, again.recipe, again.edits) == (made.id, made.recipe, made.edits)


@pytest.mark.parametrize(
    "make, change",
    [
        (tune, lambda data: of_midi(data, higher)),
        (layout, lambda data: data.replace(b"</svg>", b'<rect width="9" height="9"/></svg>')),
        (sound, quieter),
    ],
)
def test_a_changed_file_is_a_work_of_its_own_with_its_parent(make, change):
    made = make()
    path = Portfolio().save(made, with_sound=False)
    path.write_bytes(change(path.read_bytes()))
    (saved,) = Portfolio().list(made.kind)
    found = saved.creation
    assert found.id != made.id and found.recipe.parent == made.id
    assert found.recipe.model != made.recipe.model or not made.recipe.model
    assert [edit.what for edit in found.edits] == [EDITED_ELSEWHERE]
    assert Portfolio().find(made.id) is None  # the first is not there any more


def test_a_signed_layout_is_not_an_edited_one():
    from course_utils.provenance.content_credentials import manifest_of, sign

    made = layout()
    signed = sign(files.pack(made), ".svg", manifest_of(made, ".svg", {}))
    assert files.unpack_bytes(signed, ".svg").id == made.id


def test_a_file_of_before_without_a_fingerprint_is_itself():
    made = sound()
    old = files.pack(made).replace(b"IPRN", b"IXXX")
    assert files.unpack_bytes(old, ".wav").id == made.id
