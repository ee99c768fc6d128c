"""Compressed MusicXML (.mxl): the sheet inside the archive."""

from __future__ import annotations

import io
import zipfile

from course_utils.creation import LearnerError
from course_utils.scores.safe_xml import LARGEST, read_xml

__all__ = ["unzipped"]

MOST_FILES = 1000
REFUSED = (
    "That compressed sheet could not be read: it is damaged or holds no MusicXML. Save it"
    " uncompressed, as .musicxml, then choose that."
)
SWOLLEN = (
    "That compressed sheet unpacks to more than any music needs. It was not opened. Save it again"
    " from a notation program."
)


def unzipped(data: bytes) -> bytes:
    """The sheet inside a compressed MusicXML file, unpacked no further than its limit whatever its
    table of contents says.

    Raises:
        LearnerError: damaged, or no sheet in it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            names = bundle.namelist()
            wanted = _sheet_in(bundle, names) if len(names) <= MOST_FILES else None
            if wanted is None:
                raise LearnerError(REFUSED)
            return _taken(bundle, wanted)
    except LearnerError:
        raise
    except Exception as problem:  # hostile archives raise almost anything
        raise LearnerError(REFUSED) from problem


def _sheet_in(bundle: zipfile.ZipFile, names: list[str]) -> str | None:
    """The name of the sheet: the one the container names, else the first that may be one."""
    roots: list[str] = []
    if "META-INF/container.xml" in names:
        listed = read_xml(_taken(bundle, "META-INF/container.xml"))
        roots = [str(item.get("full-path")) for item in listed.iter() if "rootfile" in item.tag]
    return next(
        (
            name
            for name in [*roots, *names]
            if name in names
            and name.lower().endswith((".xml", ".musicxml"))
            and not name.startswith("META-INF")
        ),
        None,
    )


def _taken(bundle: zipfile.ZipFile, name: str) -> bytes:
    with bundle.open(name) as file:
        unpacked = file.read(LARGEST + 1)
    if len(unpacked) > LARGEST:
        raise LearnerError(SWOLLEN)
    return unpacked
