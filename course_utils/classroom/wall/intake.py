"""What comes to the wall is checked here: that it is a file of the course, carries nothing that
acts, and passes the class's filters; and what is shown of it is drawn.

The file itself is kept as it came, byte for byte, so that its recipe and its Content Credentials
stay whole.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course_utils import files
from course_utils.classroom.wall.store import NewWork
from course_utils.creation import BadRecipe, Creation, LearnerError
from course_utils.labels import label_of, labelled, unlabelled
from course_utils.layouts.design import changed, objects_of
from course_utils.safety.headers import check_picture, check_sound
from course_utils.safety.limited import run_limited
from course_utils.safety.markup import check_page, check_svg
from course_utils.safety.pictures_inside import UNSEEN, pictures_inside
from course_utils.safety.prompts import check_prompt, has_unkind_words
from course_utils.safety.sensitive_topics import check_sensitive, guidance_for

__all__ = ["ALLOWED", "LARGEST", "LONGEST_ABOUT", "LONGEST_CREDIT", "LONGEST_TITLE", "checked"]

ALLOWED = (".png", ".md", ".mid", ".wav", ".mp3", ".ogg", ".svg", ".html")
LARGEST = 20_000_000  # bytes of a work's file
MOST_PICTURES, AT_ONCE = 60, 12  # in a page; that the picture filter looks at together
LONGEST_TITLE, LONGEST_CREDIT, LONGEST_ABOUT, LONGEST_WORDS = 80, 60, 300, 20_000  # characters
ACROSS = 720  # pixels of a picture shown on the wall
UNKIND = (
    "A word in it is on the classroom filter's list, so it was not put on the wall. Change it, or"
    " choose another work."
)
ACTS = (
    "This file holds more than the course puts into one, such as a program or an address of another"
    " computer, so it was not put on the wall. Make it again with the course, then publish that."
)
NO_FILTER = (
    "No picture filter is installed on this computer, so look at the picture closely before you"
    " approve it."
)
PERSONAL = (
    "It seems to hold an e-mail address or a telephone number. Look whether that may be shown."
)

# What is looked at before a file is opened. Pages and drawings of strangers are refused rather than
# mended, so that signatures stay whole.
CHECKS: dict[str, Callable[[bytes], object]] = {
    ".png": check_picture,
    ".svg": check_svg,
    ".html": check_page,
    **dict.fromkeys((".wav", ".ogg", ".mp3"), check_sound),
}


def checked(data: bytes, suffix: str, title: str, credit: str, about: str = "") -> NewWork:
    """A file that a person wants on the wall, checked and with what is shown of it.

    Args:
        suffix: the ending of the file's name, one of ALLOWED.
        title: at most 80 characters, any script.
        credit: whom to name, such as a first name or a nickname; at most 60 characters, or nothing.
        about: what a person who cannot see or hear it should know; where there is nothing, the
            course's own description.

    Raises:
        LearnerError: a sentence on what is wrong with the file, its title, its credit or its
            content.
    """
    if not title.strip():
        raise LearnerError("Give your work a title first, such as: Fox at night.")
    title = words_for_all(title, LONGEST_TITLE)
    credit = words_for_all(credit, LONGEST_CREDIT) if credit.strip() else ""
    about = words_for_all(about, LONGEST_ABOUT) if about.strip() else ""
    creation = creation_in(data, suffix.lower())
    words, unseen = words_in(creation)
    check_words(creation, words, unseen)
    notes = [PERSONAL] if guidance_for(words) else []
    seen, pictures = look(creation)
    notes += check_pictures(creation, pictures)
    return NewWork(
        creation.id,
        creation.recipe,
        data,
        suffix.lower(),
        title,
        credit,
        about or described(creation),
        words if on_wall(creation).is_read else "",
        " ".join(notes),
        {
            name: labelled(shown, Path(name).suffix, label_of(creation))
            for name, shown in {**seen, **sound_of(creation, suffix.lower())}.items()
        },
    )


def words_for_all(text: str, longest: int) -> str:
    """A title, a credit or a description, fit for everyone's eyes.

    Raises:
        LearnerError: too long, web code, a word on the filter's list, an e-mail address or
            telephone number, or a sensitive topic.
    """
    return check_prompt(text, longest=longest, any_script=True, personal=True)


def creation_in(data: bytes, suffix: str) -> Creation:
    """The creation in a file, when nothing in it acts.

    Raises:
        LearnerError: not a file of the course, too large, or it holds a program.
    """
    if suffix not in ALLOWED:
        raise LearnerError(
            f"Files that end in {suffix[:12] or 'nothing'} cannot go on the wall. Choose one of"
            f" your creations: {', '.join(ALLOWED)}."
        )
    if not data:
        raise LearnerError(
            "That file is empty. Choose one from your folder of creations, then publish it."
        )
    if len(data) > LARGEST:
        raise LearnerError(
            f"That file has {len(data) / 1e6:.0f} MB, and the wall takes {LARGEST // 1_000_000}."
            " Choose a shorter or smaller one."
        )
    try:
        if suffix in CHECKS:
            CHECKS[suffix](unlabelled(data, suffix))
    except BadRecipe as problem:
        raise BadRecipe(ACTS) from problem
    creation = files.unpack_bytes(data, suffix)
    if suffix not in (creation.declared.suffix, *creation.declared.other_files):
        raise BadRecipe(
            "The recipe in this file belongs to another kind of result. Try the original file."
        )
    return creation


def words_in(creation: Creation) -> tuple[str, str]:
    """What can be read in a creation, and what is only heard by a screen reader,
    such as alternative texts.
    """
    return on_wall(creation).words(creation)


def words_of_layout(creation: Creation) -> tuple[str, str]:
    drawn = check_svg(creation.content).words
    if changed(creation):
        return "\n".join(drawn), ""
    design = objects_of(creation)
    shown = (" ".join(thing.lines) for thing in design.things if thing.is_words)
    return "\n".join([design.title, *shown]), "\n".join(drawn)


def words_of_page(creation: Creation) -> tuple[str, str]:
    page = check_page(creation.content)
    return "\n".join(page.shown), "\n".join(page.unseen)


def check_words(creation: Creation, words: str, unseen: str) -> None:
    """The filter on everything readable: the words shown, the words given,
    and what stands in the recipe and its record.

    Raises:
        LearnerError: it found something.
    """
    if len(words) > LONGEST_WORDS or len(unseen) > 2 * LONGEST_WORDS:
        raise LearnerError(
            f"That text has {len(words):,} characters, and the wall takes {LONGEST_WORDS:,}."
            " Publish a part of it."
        )
    said = [
        value
        for value in creation.recipe.settings.values()
        if isinstance(value, str) and (" " in value or len(value) < 60)
    ]
    for text in (
        words,
        unseen,
        creation.recipe.prompt,
        *said,
        *(edit.what for edit in creation.edits),
    ):
        if has_unkind_words(text):
            raise LearnerError(UNKIND)
    for text in (words, creation.recipe.prompt):
        check_sensitive(text, personal=not on_wall(creation).for_the_public)


def described(creation: Creation) -> str:
    """The course's own description, for people who cannot see or hear the work."""
    return creation.declared.load("describe")(creation)[:1000]


def look(creation: Creation) -> tuple[dict[str, bytes], list]:
    """What is shown of a creation, drawn anew so that nothing hidden in the file comes along;
    and the pictures in it (PIL).
    """
    return on_wall(creation).look(creation)


def see_picture(creation: Creation) -> tuple[dict[str, bytes], list]:
    from course_utils.pictures.png import open_picture, shown

    return small(open_picture(shown(creation.content, ACROSS)))


def see_layout(creation: Creation) -> tuple[dict[str, bytes], list]:
    from PIL import Image

    png, _ = run_limited("course_utils.safety.readers:draw_svg", creation.content, across=ACROSS)
    seen, drawn = small(Image.open(io.BytesIO(png)).convert("RGB"))
    # shapes and words alone need no picture filter
    return seen, drawn if pictures_inside(creation.text) else []


def see_notes(creation: Creation) -> tuple[dict[str, bytes], list]:
    from course_utils.scores.piano_roll import piano_roll_svg

    drawn = piano_roll_svg(creation.content, "Piano roll")
    drawn = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return {".see.svg": drawn.encode()}, []


def see_sound(creation: Creation) -> tuple[dict[str, bytes], list]:
    from course_utils.audio.analysis import picture_png

    return {".see.png": picture_png(creation.content, 640)}, []


def see_page(creation: Creation) -> tuple[dict[str, bytes], list]:
    found = pictures_inside(creation.text)
    if len(found) > MOST_PICTURES:
        raise LearnerError(
            f"It shows {len(found)} pictures, and the wall can look at {MOST_PICTURES}. Publish"
            " a page with fewer."
        )
    pictures = [opened(one) for one in found]
    return (small(pictures[0])[0] if pictures else {}), pictures


@dataclass(frozen=True)
class OnWall:
    """What a kind of creation is on the wall: `look` and `words_in` for it."""

    look: Callable[[Creation], tuple[dict[str, bytes], list]] = lambda creation: ({}, [])
    words: Callable[[Creation], tuple[str, str]] = lambda creation: ("", "")
    is_read: bool = False  # its words are shown as words
    for_the_public: bool = False  # an address may stand on it, as on a poster


NOTES = OnWall(see_notes)
KINDS = {
    "image": OnWall(see_picture),
    "words": OnWall(words=lambda creation: (creation.text, ""), is_read=True),
    "sound": OnWall(see_sound),
    "layout": OnWall(see_layout, words_of_layout, for_the_public=True),
    "page": OnWall(see_page, words_of_page, is_read=True, for_the_public=True),
}


def on_wall(creation: Creation) -> OnWall:
    usual = NOTES if creation.declared.plays_notes else OnWall()
    return KINDS.get(creation.kind, usual)


def opened(data: bytes):
    """A picture inside a page, as large as a filter needs it.

    Raises:
        LearnerError: it cannot be read.
    """
    from course_utils.pictures.uploads import decode_picture

    try:
        picture = decode_picture(data).convert("RGB")
    except LearnerError as problem:
        raise LearnerError(UNSEEN) from problem
    picture.thumbnail((ACROSS, ACROSS))
    return picture


def small(picture) -> tuple[dict[str, bytes], list]:
    """A picture as WebP, quick to fetch on a phone."""
    buffer = io.BytesIO()
    copy = picture.copy()
    copy.thumbnail((ACROSS, 2 * ACROSS))
    copy.save(buffer, "WEBP", quality=88)
    return {".see.webp": buffer.getvalue()}, [picture]


def sound_of(creation: Creation, suffix: str) -> dict[str, bytes]:
    """The sound of notes, where this computer can play them;
    a file that is a sound already needs none.
    """
    from course_utils.audio import ogg_mp3 as compressed
    from course_utils.scores import synth as sound

    if (
        not creation.declared.plays_notes
        or suffix in (".wav", ".mp3", ".ogg")
        or not sound.can_play()
    ):
        return {}
    with contextlib.suppress(LearnerError):
        return {".hear.mp3": compressed.pack(creation, ".mp3")}
    return {".hear.wav": sound.wav(creation.content)}


def check_pictures(creation: Creation, pictures: list) -> list[str]:
    """The picture filter, where it is installed; else a note for the teacher,
    unless the picture model is the course's own.

    Raises:
        LearnerError: a picture is not fit for a class, or the filter was not sure.
    """
    from course_utils.models.catalogue import models_for
    from course_utils.models.hub import is_fetched
    from course_utils.pictures.content_filter import open_filter
    from course_utils.pictures.diffusion_model import SHIPPED_MODEL

    of_the_course = creation.declared.names_model and creation.recipe.model == SHIPPED_MODEL
    if not pictures or of_the_course:
        return []
    if not is_fetched(models_for("safety")[0]):
        return [NO_FILTER]
    try:
        look = open_filter()
        unfit = [
            one for at in range(0, len(pictures), AT_ONCE) for one in look(pictures[at:][:AT_ONCE])
        ]
    except LearnerError:  # its files are damaged
        return [NO_FILTER]
    if any(unfit):
        raise LearnerError(
            "The picture filter takes this for a picture that is not fit for a class, or was not"
            " sure. Choose another one, or show it to your teacher."
        )
    return []
