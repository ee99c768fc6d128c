"""What the standard fields in a file say on how it was made: one line."""

from __future__ import annotations

import html
import os
from pathlib import Path

from course_utils.creation import EDITED_ELSEWHERE, LearnerError
from course_utils.display.html import table_html
from course_utils.errors import ChangedElsewhere
from course_utils.files import pack, read_given, readers, unpack_bytes
from course_utils.labels import is_changed_pdf, read_label
from course_utils.notebook.results import Taken, Told, pick, told
from course_utils.portfolio.store import Portfolio, file_stem
from course_utils.provenance.content_credentials import read_credentials
from course_utils.provenance.credit_calls import path_of

__all__ = ["file_label"]

NONE = (
    "No label was found in this file. That says nothing about how it was made: apps and websites"
    " often take labels out, and many tools write none."
)
CHANGED = (
    "Another program changed this file or saved it anew after the label was written: what you see"
    " or hear may not be what the label speaks of."
)
NOT_PROOF = "Anybody can write or remove such a label: it informs, and proves nothing."


def file_label(file=None) -> Told:
    """What the standard fields in a file say: made with AI or not, by which model, by whose
    direction. Every file of the course has them, signed or not.

    `file`: a result (its saved file), a file's name, what was taken, or nothing for the newest.
    """
    return told(lambda: label_in(*bytes_of(file)))


def bytes_of(file) -> tuple[str, bytes]:
    """The name and the bytes of the file meant.

    Raises:
        LearnerError: there is none.
    """
    if isinstance(file, Taken | os.PathLike) or (isinstance(file, str) and Path(file).suffix):
        path = path_of(file)
        return path.name, read_given(path)
    portfolio = Portfolio()
    creation = pick(portfolio, None, file)
    kept = portfolio.find(creation.id)
    if kept is not None:
        return kept.path.name, read_given(kept.path)
    return file_stem(creation) + creation.declared.suffix, pack(creation)


def was_changed(data: bytes, suffix: str) -> bool:
    """Whether another program changed a file of the course after it was written, as far as that can
    be seen; a signature, where there is one, says it for itself.
    """
    if suffix == ".pdf":
        return is_changed_pdf(data) and read_credentials(data, suffix).state == "none"
    if suffix not in readers():
        return False
    try:
        found = unpack_bytes(data, suffix)
    except ChangedElsewhere:
        return True
    except LearnerError:
        return False
    return any(edit.what == EDITED_ELSEWHERE for edit in found.edits[-1:])


def label_in(name: str, data: bytes) -> Told:
    """The label in the bytes of a file, field by field."""
    label = read_label(data, Path(name).suffix)
    if label is None:
        return Told(NONE, f"<p>{html.escape(NONE)}</p>", figures={"source": ""})
    sentence = f"The file says: {label.in_words}. {NOT_PROOF}"
    if was_changed(data, Path(name).suffix.lower()):
        sentence = f"{sentence} {CHANGED}"
    facts = [
        ("DigitalSourceType", label.source),
        ("Credit", label.credit),
        ("AISystemUsed", label.system),
        ("AISystemVersionUsed", label.version),
        ("AIPromptWriterName", label.by),
    ]
    rows = [[field, html.escape(words)] for field, words in facts if words]
    return Told(
        "\n".join([sentence, *(f"{field}: {words}" for field, words in facts if words)]),
        f"<p>{html.escape(sentence)}</p>"
        + table_html(f"The label in {name}", ["Field", "What it says"], rows),
        figures={"source": label.source},
    )
