"""Every file says in standard fields how it was made, and other people's readers find it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import mido
import pytest
from PIL import Image

from course_utils import files
from course_utils.creation import Creation, HumanEdit, Recipe
from course_utils.kinds import all_kinds
from course_utils.labels import (
    COMPOSITE,
    MADE_BY_MODEL,
    MADE_BY_PERSON,
    MADE_BY_RULES,
    MADE_TOGETHER,
    label_of,
    labelled,
    read_label,
    source_type,
    unlabelled,
)
from course_utils.layouts.calls import fold_zine, take_layout
from course_utils.pictures.calls import take_picture
from course_utils.portfolio.store import Portfolio
from course_utils.provenance.content_credentials import read_credentials
from course_utils.provenance.credit_calls import take_with_credentials
from course_utils.provenance.export import export_zip
from course_utils.provenance.label_calls import NONE, file_label
from tests.wall_works import EVERY, layout, picture

NAME = "DigitalSourceType"
SOUNDS = {".wav", ".ogg", ".mp3"}
FILES = [
    (kind, suffix)
    for kind in EVERY
    for one in all_kinds()
    if one.name == kind
    for suffix in (one.suffix, *one.other_files)
]


def exiftool(data: bytes, suffix: str, tmp_path: Path) -> dict:
    """What the program exiftool reads in a file."""
    if not shutil.which("exiftool"):
        pytest.skip("the program exiftool is not installed here")
    path = tmp_path / f"file{suffix}"
    path.write_bytes(data)
    found = subprocess.run(["exiftool", "-j", str(path)], capture_output=True, check=True)
    return json.loads(found.stdout)[0]


@pytest.mark.parametrize(("kind", "suffix"), FILES)
def test_every_file_has_a_label_that_is_read_back_and_its_creation_stays_the_same(kind, suffix):
    one = EVERY[kind]()
    data = files.pack(one, suffix)
    assert read_label(data, suffix) == label_of(one)
    if suffix != ".ogg":  # its writer numbers streams at random
        assert files.pack(one, suffix) == data, "the same creation gives the same file"
    back = files.unpack_bytes(data, suffix)
    if one.kind == "sound" and suffix in (".ogg", ".mp3"):  # these lose a little of the sound
        assert back.recipe == one.recipe
    else:
        assert back == one
    assert labelled(data, suffix, label_of(one)) == data, "a second label is not put in"


@pytest.mark.parametrize(
    ("kind", "changes", "source"),
    [
        ("image", {}, MADE_BY_MODEL),
        ("image", {"parent": "a" * 12}, MADE_TOGETHER),
        ("image", {"model": "own picture"}, MADE_BY_PERSON),
        ("words", {"model": "own words", "parent": "a" * 12}, MADE_TOGETHER),
        ("tune", {}, MADE_BY_MODEL),
        ("backing", {"prompt": "C F G C"}, MADE_BY_RULES),
        ("sound", {"parent": "a" * 12}, COMPOSITE),
        ("layout", {}, MADE_BY_RULES),
        ("page", {"parent": "a" * 12}, MADE_TOGETHER),
    ],
)
def test_the_label_says_who_made_it(kind, changes, source):
    recipe = Recipe(kind=kind, **{"prompt": "a fox", "model": "model-x", **changes})
    one = Creation(recipe=recipe, content=b"", edits=[HumanEdit(what="chosen")])
    label = label_of(one)
    assert source_type(one) == label.source == source
    assert label.credit.startswith("Made with AI") == (source in (MADE_BY_MODEL, MADE_TOGETHER))
    assert ("model-x" in label.system) == (
        source in (MADE_BY_MODEL, MADE_TOGETHER) and not recipe.model.startswith("own")
    )
    assert label_of(one, "Ada").by == "Ada"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".svg", ".pdf", ".wav", ".mp3"])
def test_exiftool_finds_the_label_in_xmp(suffix, tmp_path):
    found = exiftool(labelled(plain(suffix), suffix, label_of(picture())), suffix, tmp_path)
    assert found[NAME] == MADE_BY_MODEL and "a person gave the words" in found["Credit"]
    assert found["AISystemUsed"] == "course_utils, model course-pictures"
    assert "Warning" not in found and "Error" not in found


def plain(suffix: str) -> bytes:
    """A small file of that format, as other programs write it."""
    if suffix in (".wav", ".mp3", ".ogg"):
        return unlabelled_sound(suffix)
    if suffix == ".svg":
        return b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="5"/></svg>'
    drawn, buffer = Image.new("RGB", (90, 60), "red"), io.BytesIO()
    drawn.save(buffer, {".jpg": "JPEG"}.get(suffix, suffix[1:].upper()))
    return buffer.getvalue()


def unlabelled_sound(suffix: str) -> bytes:
    import numpy
    import soundfile

    form, coding = {
        ".wav": ("WAV", "PCM_16"), ".ogg": ("OGG", "VORBIS"), ".mp3": ("MP3", "MPEG_LAYER_III")
    }[suffix]  # fmt: skip
    wave = numpy.sin(numpy.arange(160_000) / 20) / 3
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", 32000, 1, format=form, subtype=coding) as file:
        file.title, file.comment = "a title", "x" * 70_000
        file.write(wave)
    return buffer.getvalue()


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_pillow_finds_the_label_and_the_same_dots(suffix):
    before = plain(suffix)
    after = labelled(before, suffix, label_of(picture()))
    opened = Image.open(io.BytesIO(after))
    opened.load()
    told = opened.info.get("xmp") or opened.info["XML:com.adobe.xmp"].encode()
    assert MADE_BY_MODEL.encode() in told
    assert opened.tobytes() == Image.open(io.BytesIO(before)).tobytes()


@pytest.mark.parametrize("alpha", [False, True])
def test_a_lossless_webp_keeps_its_size_and_its_clear_parts(alpha):
    drawn, buffer = Image.new("RGBA" if alpha else "RGB", (300, 7), "#ff000080"), io.BytesIO()
    drawn.save(buffer, "WEBP", lossless=True, exact=True)
    after = Image.open(io.BytesIO(labelled(buffer.getvalue(), ".webp", label_of(picture()))))
    assert after.size == (300, 7) and after.mode == drawn.mode
    assert after.tobytes() == drawn.tobytes() and MADE_BY_MODEL.encode() in after.info["xmp"]


@pytest.mark.parametrize("suffix", [".ogg", ".mp3"])
def test_mutagen_finds_the_label_and_the_sound_is_the_same(suffix):
    mutagen = pytest.importorskip("mutagen")
    import soundfile

    before = plain(suffix)
    after = labelled(before, suffix, label_of(picture()))
    tags = mutagen.File(io.BytesIO(after)).tags
    found = tags["digitalsourcetype"] if suffix == ".ogg" else tags["TXXX:DIGITALSOURCETYPE"].text
    assert list(found) == [MADE_BY_MODEL]
    heard, rate = soundfile.read(io.BytesIO(after))
    assert rate == 32000 and (heard == soundfile.read(io.BytesIO(before))[0]).all()
    with soundfile.SoundFile(io.BytesIO(after)) as file:
        assert file.title == "a title" and len(file.comment) == 70_000


def test_pypdf_finds_the_label_and_the_page():
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(
        io.BytesIO(labelled(plain(".pdf"), ".pdf", label_of(picture()))), strict=True
    )
    assert len(reader.pages) == 1 and len(reader.pages[0].images) == 1
    stream = reader.trailer["/Root"]["/Metadata"]
    assert MADE_BY_MODEL in stream.get_data().decode() and reader.xmp_metadata is not None


def test_a_midi_program_finds_the_label_as_text():
    data = files.pack(EVERY["tune"]())
    texts = [one.text for one in mido.MidiFile(file=io.BytesIO(data)).tracks[0] if one.is_meta
             and one.type == "text"]  # fmt: skip
    assert f"{NAME}: {MADE_BY_MODEL}" in texts
    assert any(text.startswith("Credit: Made with AI") for text in texts)


def test_a_reader_of_xml_finds_the_label_in_musicxml():
    root = ElementTree.fromstring(files.pack(EVERY["tune"](), ".musicxml"))
    fields = {
        one.get("name"): one.text
        for one in root.findall("identification/miscellaneous/miscellaneous-field")
    }
    assert fields[f"iptc-{NAME}"] == MADE_BY_MODEL


def test_music21_reads_a_labelled_sheet():
    import music21

    sheet = music21.converter.parseData(files.pack(EVERY["tune"](), ".musicxml").decode())
    told = {name: str(value) for name, value in sheet.metadata.all(returnPrimitives=False)}
    assert any(MADE_BY_MODEL in value for value in told.values()), told


def test_a_browsers_reader_finds_the_label_in_a_card():
    found = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            given = dict(attributes)
            if tag == "meta" and given.get("name") == "digitalsourcetype":
                found["meta"] = given["content"]
            self.inside = given.get("type") == "application/ld+json"

        def handle_data(self, text):
            if getattr(self, "inside", False):
                found["work"] = json.loads(text)

    Reader().feed(files.pack(EVERY["page"]()).decode())
    assert found["meta"] == MADE_TOGETHER
    assert found["work"]["digitalSourceType"].endswith(
        "/CompositeWithTrainedAlgorithmicMediaDigitalSource"
    )


def test_a_yaml_reader_finds_the_label_in_a_text():
    import yaml

    head = files.pack(EVERY["words"]()).decode().split("---\n")[1]
    found = yaml.safe_load(head)
    assert found["label_source"] == MADE_BY_MODEL and "Made with AI" in found["label_credit"]


@pytest.mark.parametrize("way", ["png", "clear", "svg", "stickers"])
def test_what_is_taken_of_a_picture_is_labelled(way, tmp_path):
    one = picture()
    Portfolio().save(one)
    path = take_picture(one, way).path
    assert read_label(path.read_bytes(), path.suffix) == label_of(one)
    assert exiftool(path.read_bytes(), path.suffix, tmp_path)[NAME] == MADE_BY_MODEL


@pytest.mark.parametrize("way", ["svg", "svg with text", "png", "pdf", "pdf for a printer"])
def test_what_is_taken_of_a_layout_is_labelled(way, tmp_path):
    one = EVERY["layout"]()
    Portfolio().save(one)
    path = take_layout(one, way).path
    assert exiftool(path.read_bytes(), path.suffix, tmp_path)[NAME] == MADE_BY_RULES


def test_exiftool_finds_the_label_of_sheet_music(tmp_path):
    assert exiftool(files.pack(EVERY["tune"](), ".svg"), ".svg", tmp_path)[NAME] == MADE_BY_MODEL


def test_a_page_that_shows_results_says_so_without_a_parent():
    shows = Creation(recipe=Recipe(kind="page", prompt="x"), content=b'<img src="data:image/png,">')
    tells = Creation(recipe=Recipe(kind="page", prompt="x"), content=b"<p>words</p>")
    assert source_type(shows) == MADE_TOGETHER and source_type(tells) == MADE_BY_RULES


def test_the_page_of_all_works_in_a_zip_is_labelled():
    portfolio = Portfolio()
    portfolio.save(picture())
    with zipfile.ZipFile(export_zip(portfolio)) as bundle:
        assert read_label(bundle.read("index.html"), ".html").source == MADE_TOGETHER


def test_credentials_say_the_same_as_the_label():
    import c2pa

    one = picture()
    Portfolio().save(one)
    data = take_with_credentials(one).path.read_bytes()
    with c2pa.Reader("image/png", io.BytesIO(data)) as reader:
        assert read_label(data, ".png").source in reader.json()


def test_a_zine_is_labelled():
    path = fold_zine([EVERY["words"](), picture()]).path
    assert read_label(path.read_bytes(), ".pdf") is not None


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".pdf"])
def test_a_signed_picture_keeps_its_label_with_the_name_of_who_directed_it(suffix, tmp_path):
    one = picture()
    Portfolio().save(one)
    data = take_with_credentials(one, format=suffix, author="Ada").path.read_bytes()
    assert read_credentials(data, suffix).state == "unchanged"
    assert read_label(data, suffix) == label_of(one, "Ada")
    found = exiftool(data, suffix, tmp_path)
    assert found["AIPromptWriterName"] == "Ada"
    if suffix != ".pdf":  # exiftool reads the signed note itself, too
        assert found["ActionsDigitalSourceType"] == MADE_BY_MODEL
        assert "Made for the words" in str(found["ActionsDescription"])


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [("tune", ".wav"), ("tune", ".mp3"), ("sound", ".wav"), ("layout", ".svg")],
)
def test_signed_sounds_and_drawings_keep_their_label(kind, suffix):
    one = EVERY[kind]()
    Portfolio().save(one)
    path = take_with_credentials(one, format=suffix).path
    data = path.read_bytes()
    assert read_credentials(data, suffix).state == "unchanged"
    assert read_label(data, suffix) == label_of(one)
    assert files.unpack(path) == one


def test_a_strangers_label_is_left_where_it_is():
    evil = b'<svg xmlns="http://www.w3.org/2000/svg"><metadata id="course-label"><x:xmpmeta xmlns:x'
    evil += b'="adobe:ns:meta/"><script>alert(1)</script></x:xmpmeta></metadata></svg>'
    assert unlabelled(evil, ".svg") == evil
    card = files.pack(EVERY["page"]())
    changed = card.replace(b'"@type": "CreativeWork"', b'"@type": "Other"', 1)
    assert changed != card and unlabelled(changed, ".html") == changed
    assert unlabelled(b"---\nx\n---\n", ".md") == b"---\nx\n---\n"


@pytest.mark.parametrize("suffix", [*sorted({suffix for _, suffix in FILES}), ".jpg", ".webp"])
def test_broken_files_are_read_without_harm(suffix):
    whole = labelled(plain(suffix), suffix, label_of(picture())) if suffix in (
        ".jpg", ".webp") else files.pack(
        next(EVERY[kind]() for kind, one in FILES if one == suffix), suffix)  # fmt: skip
    for end in range(0, len(whole), max(1, len(whole) // 50)):
        read_label(whole[:end], suffix)
        unlabelled(whole[:end], suffix)


def saved_anew(pdf: bytes) -> bytes:
    """A PDF as another program writes it, with all that it finds in it."""
    import pypdf

    out = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(pdf)).write(out)
    return out.getvalue()


def drawn_on(pdf: bytes) -> bytes:
    """A PDF with an update of another program behind its end."""
    return pdf + b"9 0 obj\n<<>>\nendobj\nxref\n9 1\ntrailer\n<<>>\nstartxref\n1\n%%EOF\n"


def shape_added(svg: bytes) -> bytes:
    return svg.replace(b"</svg>", b'<rect width="9"/></svg>')


@pytest.mark.parametrize(
    ("kind", "change"), [("pdf", drawn_on), ("pdf", saved_anew), ("svg", shape_added)]
)
def test_a_label_in_a_file_that_was_changed_since_says_so(kind, change, tmp_path):
    made = layout()
    Portfolio().save(made)
    path = take_layout(made, kind).path if kind == "pdf" else Portfolio().find(made.id).path
    assert "Another program changed" not in repr(file_label(str(path)))
    other = tmp_path / f"changed.{kind}"
    other.write_bytes(change(path.read_bytes()))
    assert "Another program changed" in repr(file_label(str(other)))


def test_a_signed_page_is_not_called_changed():
    made = layout()
    Portfolio().save(made)
    signed = take_with_credentials(made, ".pdf")
    assert "Another program changed" not in repr(file_label(str(signed.path)))


def test_a_learner_sees_the_label_of_a_saved_file_and_of_none(tmp_path):
    one = picture()
    Portfolio().save(one)
    told = file_label(one)
    assert told.figures["source"] == MADE_BY_MODEL
    assert "AISystemUsed" in repr(told) and "proves nothing" in repr(told)
    bare = tmp_path / "bare.png"
    bare.write_bytes(plain(".png"))
    assert NONE in repr(file_label(bare)) and NONE in repr(file_label(str(bare)))
