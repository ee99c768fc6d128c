"""What there is to translate: sentences from the code's syntax trees, labels from the studios.

A text that stands in an f-string becomes a message with named places. Which files belong to which
part of the catalogue is said in `PARTS`.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from course_utils.languages.markup import SAID, TAG
from course_utils.languages.scripts import texts_of
from course_utils.languages.templates import Template, template_of

__all__ = ["PARTS", "Messages", "messages_of", "python_files"]

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "course_utils"
Messages = dict[str, set[str]]  # English, and the files it stands in

# A part of the catalogue is a gettext file of each language that has begun it.
PARTS: dict[str, tuple[str, ...]] = {
    "studios": (
        *("controls.py", "creation.py", "errors.py", "files.py", "friendly_errors.py", "kinds.py"),
        *("public.py", "settings.py", "tables.py", "notebook/*", "display/*", "portfolio/*"),
        "safety/prompts.py",
        *("engines/base.py", "engines/unused.py", "engines/remote.py", "languages/*"),
        *("machines/comparison.py", "models/big_tools.py", "models/choose.py"),
        *("models/onnx_session.py", "models/smollm2.py", "provenance/export.py"),
        *("pictures/*", "words/*", "music/*", "sounds/*", "layouts/*"),
        *("web/desk.py", "web/following.py", "web/page.py", "web/people_route.py"),
        *("web/routes.py", "web/seat.py", "web/work_page.py", "web/studio.js"),
        "web/stage.py",
        *("classroom/room_pages.py", "lessons/calls.py", "lessons/question_panel.py"),
        *("lessons/questions.py", "lessons/keeping.py", "lessons/certificate_page.py"),
        "lessons/glossary.py",
        "lessons/running_story.py",
        *("scores/description.py", "scores/piano_roll.py", "scores/chords/symbols.py"),
        *("scores/imports.py", "scores/reading.py", "scores/edits.py", "scores/note_names.py"),
        *(
            "scores/chords/lines.py",
            "audio/analysis.py",
            "audio/wav.py",
            "audio/decoding.py",
            "audio/recordings.py",
        ),
    ),
}
# what is no part of a studio: models in other places, views for later lessons, tables of examples
NOT_SAID = (
    *("music/__init__.py", "words/__init__.py", "pictures/__init__.py", "sounds/__init__.py"),
    *("layouts/__init__.py", "notebook/__init__.py", "notebook/colab.py"),
    *("display/tokens.py", "display/grid.py"),
    *(
        "music/bigger/*",
        "music/inside.py",
        "music/odds_panel.py",
        "music/tokens.py",
        "music/lora.py",
    ),
    *(
        "music/score_to_tokens.py",
        "music/onnx_model.py",
        "music/form/plans.py",
        "music/form/tunes.py",
    ),
    *("words/inside.py", "words/odds_panel.py", "words/lora.py", "words/watermark.py"),
    *("words/templates.py", "words/backends/*", "words/green_list.py", "words/order.py"),
    *("pictures/diffusion_model.py", "pictures/diffusers/*", "pictures/onnx/*"),
    *("pictures/people_classifier.py", "pictures/batching.py", "portfolio/google_drive.py"),
)
# texts of a program, not of people
NOISE = re.compile(
    r"^\{(?:here|base|base_of)\}|^\{(?:name|style)\}[:. ](?:\w+$|td)|^/|=\"|\(\?:|@font-face"
    r"|^data:|^course_utils|^[a-z-]+-\{\w+\}$|\.(?:weight|lock|json|part)$|\{path\}|^root"
    r"|^C C#|^[a-z_|? -]{50,}$|^(?:[^|{}]+\|){3}|^\d+px |-src "
    r"|^(?:instruments|LENGTH|predict\(|work\.|check\()"
    r"|^[^A-Z.,:]*\b(?:and|the|th|twenty|eleven) [^A-Z.,:]{80,}$"
)
WORD = re.compile(r"[^\W\d_]{2,}")
CODE = re.compile(r"[{};]\s*\n|^\s*[.#@][\w-]+\s*\{|=>|var\(--|^[\w./:-]+$|::=")
OTHER_ERRORS = {
    *("ValueError", "TypeError", "KeyError", "RuntimeError", "AssertionError", "TraitError"),
    *("ImportError", "AttributeError", "NotImplementedError", "OSError", "IndexError"),
}
QUIET_CALLS = {"compile", "warn", "debug", "info", "getLogger", "add_argument", "Literal"}


def python_files(part: str) -> list[Path]:
    """The files of a part, in order."""
    found = []
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js")]):
        place = path.relative_to(PACKAGE).as_posix()
        fits = any(fnmatch(place, one) for one in PARTS[part])
        if fits and not any(fnmatch(place, one) for one in NOT_SAID):
            found.append(path)
    return found


def messages_of(part: str) -> Messages:
    """Every sentence in the files of a part."""
    found: Messages = {}
    for path in python_files(part):
        place = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        found_here = texts_of(path) if path.suffix == ".js" else texts_in(ast.parse(text))
        for message in found_here:
            found.setdefault(" ".join(message.split()), set()).add(place)
    return found


def texts_in(tree: ast.Module) -> Iterator[str]:
    """The sentences of one file."""
    quiet = set(quiet_nodes(tree))
    for node in ast.walk(tree):
        if id(node) in quiet:
            continue
        if isinstance(node, ast.JoinedStr):
            yield from pieces_of(as_message(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from pieces_of(node.value.replace("{}", "{text}"))


def quiet_nodes(tree: ast.Module) -> Iterator[int]:
    """Nodes that no person sees: docstrings, other errors, patterns; and parts of f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield from (id(one) for one in node.values if isinstance(one, ast.Constant))
            for one in node.values:
                if isinstance(one, ast.FormattedValue) and one.format_spec is not None:
                    yield id(one.format_spec)
                    yield from (id(inner) for inner in ast.walk(one.format_spec))
        elif isinstance(node, ast.Call) and called(node) in OTHER_ERRORS | QUIET_CALLS:
            yield from (id(inner) for inner in ast.walk(node) if inner is not node)


def called(node: ast.Call) -> str:
    function = node.func
    return getattr(function, "attr", None) or getattr(function, "id", "")


def as_message(node: ast.JoinedStr) -> str:
    """An f-string as a message with named places; a noun's plural is one place."""
    parts: list[str] = []
    names: list[str] = []
    for number, one in enumerate(node.values):
        if isinstance(one, ast.Constant):
            text = str(one.value).replace("{", "{{").replace("}", "}}")
            plural = number and names and names[-1].startswith("noun") and re.match(r"s\b", text)
            if plural:
                names[-1] = names[-1].replace("noun", "nouns", 1)
                parts[-1] = f"{{{names[-1]}}}"
                text = text[1:]
            parts.append(text)
        elif isinstance(one, ast.FormattedValue):
            name = name_of(one.value)
            same = sum(other.rstrip("0123456789") == name for other in names)
            names.append(f"{name}{same + 1}" if same else name)
            parts.append(f"{{{names[-1]}}}")
    return "".join(parts)


def name_of(node: ast.expr) -> str:
    """A name for a place, from what is put there."""
    if isinstance(node, ast.Attribute):
        return node.attr.strip("_").lower()
    if isinstance(node, ast.Name):
        return node.id.strip("_").lower()
    if isinstance(node, ast.Call):
        if called(node) in ("len", "str", "escape", "safe", "join", "round", "int", "sorted"):
            return next((name_of(one) for one in node.args), "text")
        return called(node).strip("_").lower() or "text"
    if isinstance(node, ast.BoolOp):
        return name_of(node.values[-1])
    if isinstance(node, ast.BinOp):
        return name_of(node.left)
    if isinstance(node, ast.Subscript):
        return name_of(node.value)
    return "text"


def pieces_of(text: str) -> Iterator[str]:
    """The messages in a text: itself, or what is read and heard of its HTML."""
    if re.search(r"</?[a-z][^<>]*>", text):
        for piece in TAG.split(text):
            heard = (
                [found[1] for found in SAID.findall(piece)] if piece.startswith("<") else [piece]
            )
            yield from (html.unescape(one) for one in heard if is_prose(one))
    elif is_prose(text):
        yield text


def is_prose(text: str) -> bool:
    """Whether it is words for people: two at least, or a message with places and some words."""
    plain = re.sub(r"\{[^{}]*\}", " ", text)
    if NOISE.search(text):
        return False
    if CODE.search(text) or len(WORD.findall(plain)) < 2 or " " not in plain.strip():
        return bool(re.search(r"\{\w*\}", text)) and template_of_or_none(text) is not None
    return True


def template_of_or_none(text: str) -> Template | None:
    try:
        return template_of(text)
    except ValueError:
        return None
