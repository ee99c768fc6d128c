"""What comes to the wall is checked here: that it is a file of the course, carries nothing that
acts, and passes the class's filters; and what is shown of it is drawn.

The file itself is kept as it came, byte for byte, so that its recipe and its Content Credentials
stay whole.
"""

from __future__ import annotations

import base64
import contextlib
import io
import re
from html.parser import HTMLParser

from course_utils import files
from course_utils.classroom.wall.store import NewWork
from course_utils.creation import BadRecipe, Creation, LearnerError
from course_utils.safety.prompts import check_prompt, has_unkind_words
from course_utils.safety.sensitive_topics import check_sensitive, guidance_for

ALLOWED = (".png", ".md", ".mid", ".wav", ".mp3", ".ogg", ".svg", ".html")
LARGEST = 20_000_000  # bytes of a work's file
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
        words if creation.kind in ("words", "page") else "",
        " ".join(notes),
        {**seen, **sound_of(creation, suffix.lower())},
    )


def words_for_all(text: str, longest: int) -> str:
    """A title, a credit or a description, fit for everyone's eyes.

    Raises:
        LearnerError: too long, web code, a word on the filter's list, an e-mail address or
            telephone number, or a sensitive topic.
    """
    text = check_prompt(text, longest=longest, any_script=True)
    check_sensitive(text)
    return text


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
    if suffix == ".svg":
        check_svg(data)
    if suffix == ".html":
        check_page(data)
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
    if creation.kind == "words":
        return creation.text, ""
    if creation.kind == "layout":
        from course_utils.layouts.design import read_objects
        from course_utils.scores.safe_xml import read_xml

        design = read_objects(creation.text)
        unseen = [
            part.text or ""
            for part in read_xml(creation.content).iter()
            if str(part.tag).lower() in ("title", "desc", "text", "tspan")
        ]
        return "\n".join(
            [design.title, *(" ".join(thing.lines) for thing in design.things if thing.is_words)]
        ), "\n".join(unseen)
    if creation.kind == "page":
        reader = PageReader()
        reader.feed(creation.text)
        return "\n".join(reader.words), "\n".join(reader.unseen)
    return "", ""


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
        check_sensitive(text, personal=creation.kind not in ("layout", "page"))


def described(creation: Creation) -> str:
    """The course's own description, for people who cannot see or hear the work."""
    from course_utils.notebook.results import describe

    if creation.kind == "words":
        from course_utils.words.markdown import describe  # noqa: F811 - of texts, the short one
    return describe(creation)[:1000]


def look(creation: Creation) -> tuple[dict[str, bytes], list]:
    """What is shown of a creation, drawn anew so that nothing hidden in the file comes along;
    and the pictures in it (PIL).
    """
    if creation.kind == "image":
        from course_utils.pictures.png import open_picture, shown

        return small(open_picture(shown(creation.content, ACROSS)))
    if creation.kind == "layout":
        from PIL import Image

        from course_utils.layouts.design import pictures_in, to_png

        seen, drawn = small(Image.open(io.BytesIO(to_png(creation.text, ACROSS))).convert("RGB"))
        # shapes and words alone need no picture filter
        return seen, drawn if pictures_in(creation.text) else []
    if creation.kind in ("tune", "backing"):
        from course_utils.scores.piano_roll import piano_roll_svg

        return {
            ".see.svg": (
                piano_roll_svg(creation.content, "Piano roll")
                .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
                .encode()
            )
        }, []
    if creation.kind == "sound":
        from course_utils.audio.analysis import picture_png

        return {".see.png": picture_png(creation.content, 640)}, []
    if creation.kind == "page":
        pictures = [
            picture
            for found in re.findall(
                r'src="data:image/png;base64,([A-Za-z0-9+/=]+)"', creation.text
            )[:12]
            if (picture := opened(found))
        ]
        return (small(pictures[0])[0] if pictures else {}), pictures
    return {}, []


def opened(data: str):
    """A picture inside a page; None where it cannot be read."""
    from course_utils.pictures.png import open_picture

    with contextlib.suppress(LearnerError, ValueError):
        return open_picture(base64.b64decode(data))
    return None


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
        creation.kind not in ("tune", "backing")
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

    if not pictures or (creation.kind == "image" and creation.recipe.model == SHIPPED_MODEL):
        return []
    if not is_fetched(models_for("safety")[0]):
        return [NO_FILTER]
    try:
        unfit = open_filter()(pictures)
    except LearnerError:  # its files are damaged
        return [NO_FILTER]
    if any(unfit):
        raise LearnerError(
            "The picture filter takes this for a picture that is not fit for a class, or was not"
            " sure. Choose another one, or show it to your teacher."
        )
    return []


# Files that a browser could run. What the course writes passes; everything else is refused rather
# than mended, so that signatures stay whole.

SVG_PARTS = {
    "svg",
    "title",
    "desc",
    "metadata",
    "g",
    "rect",
    "path",
    "image",
    "text",
    "tspan",
    "circle",
    "ellipse",
    "line",
    "polygon",
    "polyline",
    "defs",
    "clippath",
    "use",
    "symbol",
    "style",
    "lineargradient",
    "radialgradient",
    "stop",
    "pattern",
    "mask",
    "c2pa:manifest",
}
PAGE_PARTS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "h1",
    "h2",
    "h3",
    "p",
    "div",
    "span",
    "b",
    "i",
    "em",
    "strong",
    "small",
    "br",
    "hr",
    "figure",
    "figcaption",
    "footer",
    "header",
    "section",
    "blockquote",
    "img",
    "audio",
    "details",
    "summary",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "dl",
    "dt",
    "dd",
    "ul",
    "ol",
    "li",
    "svg",
    "desc",
    "g",
    "rect",
    "line",
    "path",
    "text",
    "tspan",
    "circle",
    "polyline",
    "polygon",
    "defs",
    "pattern",
}
INSIDE = re.compile(
    r"#[\w.-]*|data:(?:image/(?:png|jpeg|webp|svg\+xml)|audio/(?:wav|mpeg|ogg|midi));"
    r"base64,[A-Za-z0-9+/=\s]*"
)


def check_attributes(attributes) -> None:
    """No attribute may act, or fetch something from elsewhere."""
    for name, value in attributes:
        name, value = name.lower(), (value or "").strip()
        if name.startswith("on") or name in (
            "srcdoc",
            "action",
            "formaction",
            "http-equiv",
            "background",
            "ping",
        ):
            raise BadRecipe(ACTS)
        if name.rpartition(":")[2] in (
            "href",
            "src",
            "srcset",
            "data",
            "poster",
        ) and not INSIDE.fullmatch(value):
            raise BadRecipe(ACTS)
        check_style(value)


def check_style(text: str) -> None:
    plain = re.sub(r"/\*.*?\*/|\\", "", text, flags=re.S).lower()
    if re.search(r"url\(\s*['\"]?(?!#)|@import|expression\(|javascript:", plain):
        raise BadRecipe(ACTS)


def check_svg(data: bytes) -> None:
    """A drawing that only draws.

    Raises:
        BadRecipe: it holds something else.
    """
    from course_utils.scores.safe_xml import read_xml

    try:
        root = read_xml(data)
    except BadRecipe as problem:
        raise BadRecipe(ACTS) from problem
    for part in root.iter():
        if str(part.tag).lower() not in SVG_PARTS:
            raise BadRecipe(ACTS)
        check_attributes(part.attrib.items())
        if str(part.tag).lower() == "style":
            check_style(part.text or "")


def check_page(data: bytes) -> None:
    """A card that only shows.

    Raises:
        BadRecipe: it holds something else.
    """
    try:
        PageReader().feed(data.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise BadRecipe(
            "The page could not be read: it is not a text file. Try the original file from your"
            " portfolio."
        ) from problem


class PageReader(HTMLParser):
    """Reads a card: refuses what is not on the list above, and collects what can be read."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.unseen: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attributes) -> None:
        # inert
        record = tag == "script" and dict(attributes) == {
            "type": "application/json",
            "id": "course-record",
        }
        if (tag not in PAGE_PARTS and not record) or (tag == "style" and "svg" in self._inside):
            raise BadRecipe(ACTS)
        check_attributes(attributes)
        self.unseen += [
            value or "" for name, value in attributes if name in ("alt", "aria-label", "title")
        ]
        self._inside = [*self._inside, tag][-60:]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        inside = self._inside[-1] if self._inside else ""
        # read as text here, and perhaps as tags by a browser
        if inside in ("style", "title", "desc") and re.search("<[a-zA-Z/!?]", data):
            raise BadRecipe(ACTS)
        if inside == "style":
            check_style(data)
        elif inside in ("title", "desc"):
            self.unseen.append(data)
        elif inside != "script" and data.strip():
            self.words.append(" ".join(data.split()))

    def unknown_decl(self, data: str) -> None:
        raise BadRecipe(ACTS)

    def handle_pi(self, data: str) -> None:
        raise BadRecipe(ACTS)
