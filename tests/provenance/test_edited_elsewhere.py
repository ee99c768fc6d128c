"""A tune, a layout or a sound that another program changed, and whose notes inside it kept, is a
work of its own with the first as its parent; one that was only saved anew stays itself.
"""

from __future__ import annotations

import io
import re

import mido
import mutagen
import pytest
import soundfile
from mutagen.id3 import TIT2
from wall_works import layout, sound, tune

from course_utils import files
from course_utils.audio.recordings import sound_from_file
from course_utils.audio.wav import chunks, from_wav, joined, to_wav
from course_utils.creation import EDITED_ELSEWHERE, BadRecipe
from course_utils.display.cards import make_page
from course_utils.layouts.calls import (
    another_format,
    change_layout,
    lock_objects,
    take_layout,
    why_this_score,
)
from course_utils.layouts.design import describe
from course_utils.layouts.studio import LayoutStudio
from course_utils.portfolio.store import Portfolio
from course_utils.scores.imports import tune_from_file


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


# OGG and MP3: the fingerprint is of what sounds, whatever the texts beside it


def half_as_loud(data: bytes, suffix: str) -> bytes:
    """A compressed sound changed by another program, its texts as they were."""
    file = mutagen_file(data)
    fresh = compressed(sound(), suffix, 0.5)
    with soundfile.SoundFile(io.BytesIO(data)) as old:
        told = old.comment
    out = io.BytesIO()
    with (
        soundfile.SoundFile(io.BytesIO(fresh)) as new,
        soundfile.SoundFile(
            out, "w", new.samplerate, new.channels, format=new.format, subtype=new.subtype
        ) as written,
    ):
        written.comment = told
        written.write(new.read())
    return with_texts(out.getvalue(), file)


def compressed(made, suffix: str, loud: float) -> bytes:
    samples, rate = from_wav(made.content)
    louder = made.model_copy(update={"content": to_wav(samples * loud, rate)})
    return files.pack(louder, suffix)


def mutagen_file(data: bytes):
    return mutagen.File(io.BytesIO(data))


def with_texts(data: bytes, like) -> bytes:
    """The file with the texts of another, as a program keeps them that edits a sound."""
    held = io.BytesIO(data)
    file = mutagen.File(held)
    if file.tags is None:
        file.add_tags()
    for name, value in like.tags.items():
        file.tags[name] = value
    held.seek(0)
    file.save(held)
    return held.getvalue()


@pytest.mark.parametrize("suffix", [".ogg", ".mp3"])
def test_a_compressed_sound_that_was_changed_is_a_work_of_its_own(suffix):
    made = sound()
    again = files.unpack_bytes(half_as_loud(files.pack(made, suffix), suffix), suffix)
    assert again.id != made.id and again.recipe.parent == made.id
    assert [edit.what for edit in again.edits] == [EDITED_ELSEWHERE]


@pytest.mark.parametrize("suffix", [".ogg", ".mp3"])
@pytest.mark.parametrize("make", [sound, tune])
def test_a_compressed_file_with_another_title_is_itself(make, suffix):
    made = make()
    held = io.BytesIO(files.pack(made, suffix))
    file = mutagen.File(held)
    if suffix == ".mp3":
        file.tags.add(TIT2(encoding=3, text="Another title, and a much longer one" * 20))
    else:
        file.tags["TITLE"] = "Another title, and a much longer one" * 20
    held.seek(0)
    file.save(held)
    assert files.unpack_bytes(held.getvalue(), suffix).id == made.id


# Files that hold notes beside what they show or play


def test_a_sound_of_notes_that_was_changed_is_not_taken_for_its_notes():
    made = tune()
    with pytest.raises(BadRecipe, match="changed"):
        files.unpack_bytes(quieter(files.pack(made, ".wav")), ".wav")
    heard = sound_from_file(quieter(files.pack(made, ".wav")), "mine")
    assert heard.kind == "sound" and heard.recipe.parent != made.id  # as any recording


def test_a_sheet_that_was_drawn_on_is_not_taken_for_its_notes():
    made = tune()
    sheet = files.pack(made, ".svg")
    assert files.unpack_bytes(sheet, ".svg").id == made.id
    with pytest.raises(BadRecipe, match="drawn on"):
        files.unpack_bytes(sheet.replace(b"</svg>", b'<rect width="9"/></svg>'), ".svg")


def test_a_card_that_was_changed_is_a_work_of_its_own():
    card = make_page([tune(), layout()], "Two of mine")
    assert files.unpack_bytes(files.pack(card), ".html").id == card.id
    again = files.unpack_bytes(files.pack(card).replace(b"Two of", b"Three of"), ".html")
    assert again.id != card.id and again.recipe.parent == card.id
    assert "Three of" in again.text


def test_a_page_drawn_on_elsewhere_is_not_changed_by_its_old_objects():
    made = layout()
    changed = files.pack(made).replace(b"</svg>", b'<rect width="9" height="9"/></svg>')
    again = files.unpack_bytes(changed, ".svg")
    Portfolio().save(again)
    for result in (
        change_layout(again, "title", "larger"),
        lock_objects(again, "title"),
        another_format(again, "card"),
        take_layout(again, "pdf"),
        take_layout(again, "svg"),
        why_this_score(again),
    ):
        assert "changed in another program" in result.message
    assert "course-objects" not in again.text and "course-objects" in made.text
    assert take_layout(again, "png").path is not None
    assert "changed in another program" in describe(again)
    assert files.unpack_bytes(files.pack(again), ".svg").id == again.id


def by_inkscape(svg: str) -> str:
    """A drawing as a program writes it that gives each attribute a line."""
    lines = re.sub(r'<metadata id="([^"]*)">', r'<metadata\n     id="\1"\n     xml:space="x">', svg)
    return '<?xml version="1.0"?>\n' + lines


def test_a_page_saved_by_a_drawing_program_keeps_its_record():
    made = layout()
    page = by_inkscape(files.pack(made).decode())
    assert files.unpack_bytes(page.encode(), ".svg").id == made.id
    drawn = page.replace("</svg>", '<rect width="9"/></svg>').replace("<title>", '<title id="t">')
    again = files.unpack_bytes(drawn.encode(), ".svg")
    assert again.recipe.parent == made.id and "course-objects" not in again.text
    twice = files.pack(again).replace(b"</svg>", b"<g/></svg>")  # and once more, elsewhere
    third = files.unpack_bytes(by_inkscape(twice.decode()).encode(), ".svg")
    assert third.recipe.parent == again.id and third.text.count("course-changed") == 1


def test_a_page_without_a_title_keeps_its_record():
    made = layout()
    bare = re.sub(r"<title>.*?</title>", "", files.pack(made).decode(), flags=re.S)
    again = files.unpack_bytes(bare.encode(), ".svg")
    assert again.recipe.parent == made.id
    assert files.unpack_bytes(files.pack(again), ".svg").id == again.id


def test_a_studio_that_opens_a_changed_page_says_so():
    made = layout()
    changed = files.pack(made).replace(b"</svg>", b'<rect width="9"/></svg>')
    studio = LayoutStudio()
    studio.results = [files.unpack_bytes(changed, ".svg"), made]
    studio.use(0)
    assert "changed in another program" in studio.why.value
    studio.change("larger")
    assert "changed in another program" in studio.said
    studio.use(1)
    assert studio.why.value.startswith("<table>") and len(studio.object.options) > 1


def test_our_own_compressed_sound_brought_in_as_a_recording_keeps_its_record():
    made = sound()
    for suffix in (".wav", ".ogg", ".mp3"):
        assert sound_from_file(files.pack(made, suffix), "mine").id == made.id


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.replace(b"<step>C</step>", b"<step>B</step>", 1),
        lambda sheet: sheet.replace(b'tempo="96"', b'tempo="60"'),
    ],
)
def test_a_sheet_with_other_notes_or_another_speed_has_the_tune_as_its_parent(change):
    made = tune()
    sheet = files.pack(made, ".musicxml")
    assert tune_from_file(sheet, "a.musicxml").id == made.id
    again = tune_from_file(change(sheet), "a.musicxml")
    assert again.id != made.id and again.recipe.parent == made.id
    assert [edit.what for edit in again.edits] == [EDITED_ELSEWHERE]
