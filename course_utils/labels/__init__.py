"""Labels: every file that is written says in standard fields, which other people's programs read,
that it was made with AI and by whose direction, signed or not.

`label_of(creation)` is what is to be said; `labelled(data, suffix, label)` writes it into the bytes
of a file, `read_label` finds it again, `unlabelled` takes it out.
"""

from course_utils.labels.in_files import is_changed_pdf, labelled, read_label, unlabelled
from course_utils.labels.label import (
    COMPOSITE,
    MADE_BY_MODEL,
    MADE_BY_PERSON,
    MADE_BY_RULES,
    MADE_TOGETHER,
    Label,
    label_of,
    label_of_all,
    source_type,
)
from course_utils.labels.xmp import packet

__all__ = [
    "COMPOSITE",
    "MADE_BY_MODEL",
    "MADE_BY_PERSON",
    "MADE_BY_RULES",
    "MADE_TOGETHER",
    "Label",
    "is_changed_pdf",
    "label_of",
    "label_of_all",
    "labelled",
    "packet",
    "read_label",
    "source_type",
    "unlabelled",
]
