"""A label as an XMP packet (ISO 16684-1), and back. The same label gives the same bytes."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from course_utils.labels.label import Label

__all__ = ["clean", "meta", "packet", "read_meta"]

SPACES = {
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FIELDS = {  # of a Label: the property that says it
    "source": "Iptc4xmpExt:DigitalSourceType",
    "system": "Iptc4xmpExt:AISystemUsed",
    "version": "Iptc4xmpExt:AISystemVersionUsed",
    "by": "Iptc4xmpExt:AIPromptWriterName",
    "credit": "photoshop:Credit",
}
TOOL = "course_utils"
META = re.compile(rb"<x:xmpmeta\b.*?</x:xmpmeta>", re.S)
LONGEST = 20_000  # bytes of a packet that is read
BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
END = '<?xpacket end="r"?>'


def meta(label: Label) -> str:
    """The element `x:xmpmeta` alone, for files that are XML themselves."""
    said = "".join(
        f"<{name}>{escape(clean(getattr(label, field)))}</{name}>"
        for field, name in FIELDS.items()
        if getattr(label, field)
    )
    spaces = "".join(f' xmlns:{short}="{long}"' for short, long in SPACES.items())
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description'
        f' rdf:about=""{spaces}>{said}<xmp:CreatorTool>{TOOL}</xmp:CreatorTool>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def packet(label: Label) -> bytes:
    """The packet with its wrapper, for files that are not XML."""
    return f"{BEGIN}{meta(label)}{END}".encode()


def clean(text: str) -> str:
    """A text on one line, without the control letters that XML forbids."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def read_meta(data: bytes) -> Label | None:
    """The label in the first `x:xmpmeta` of some bytes; None where there is none of ours."""
    found = META.search(data)
    if not found or len(found[0]) > LONGEST or b"<!" in found[0]:
        return None
    try:
        root = ElementTree.fromstring(found[0].decode("utf-8"))
    except (ElementTree.ParseError, UnicodeDecodeError):
        return None
    said = {}
    for field, name in FIELDS.items():
        short, _, own = name.partition(":")
        said[field] = root.findtext(f".//{{{SPACES[short]}}}{own}") or ""
    return Label(**said) if said["source"] else None
