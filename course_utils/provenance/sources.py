"""Where the models learned from: one table, read from sources.toml;
LICENSES.md and the tables in the model cards are written from it.

Run: python -m course_utils.provenance.sources          (from the repository's root: writes them
                                                        anew)
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["LICENCES", "Source", "picture_sources", "read_sources", "sources_of", "tune_sources"]

HERE = Path(__file__).with_name("sources.toml")
RUNGS = ("scraped", "licensed", "public domain", "own")
Rung = Literal["scraped", "licensed", "public domain", "own"]
LICENCES = {  # short name: what it lets others do, in plain words
    "Apache-2.0": "use, change and sell; keep the notice and say what you changed",
    "MIT": "use, change and sell; keep the notice",
    "CC-BY-4.0": "use, change and sell; name the authors and say what you changed",
    "OFL-1.1": "use, change and bundle; not sell by itself; changed letters get another name",
    "Unicode-DFS-2016": "use, change and sell; keep the notice",
    "public domain": "use for anything: no right lasts any more, as far as we know",
    "public domain dedication": "use for anything: the authors gave up their rights",
}
TITLES = {
    "image": "The picture model",
    "music": "The tune model",
    "words": "The words model",
    "upscaler": "The enlarger",
    "judge": "The judge",
    "index": "The index of training examples",
    "soundfont": "The sound font",
    "layouts": "Layouts",
    "filter": "The word filter",
}


class Source(BaseModel):
    """One collection something was learned or taken from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    taken_from: Annotated[str, Field(alias="from")]
    authors: str
    licence: str
    rung: Rung
    pieces: str
    used_in: list[str]
    style: str = ""

    def credit(self) -> str:
        """Name, authors and licence as one line."""
        return f"{self.name}, {self.authors}, {self.licence}"


class LeftOut(BaseModel):
    """One collection that could have been used and was not, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    taken_from: Annotated[str, Field(alias="from")]
    why: str


@cache
def read_sources() -> tuple[list[Source], list[LeftOut]]:
    """What was used and what was left out, in the order of the file."""
    table = tomllib.loads(HERE.read_text(encoding="utf-8"))
    return [Source(**row) for row in table["source"]], [LeftOut(**row) for row in table["left_out"]]


def sources_of(part: str) -> list[Source]:
    """The sources of one shipped part, such as "image"."""
    return [source for source in read_sources()[0] if part in source.used_in]


@cache
def tune_sources() -> dict[str, Source]:
    return {source.id: source for source in sources_of("music")}


@cache
def picture_sources() -> dict[str, Source]:
    return {source.style: source for source in sources_of("image") if source.style}


def table_of(sources: list[Source]) -> str:
    """Sources as a Markdown table."""
    rows = [
        f"| {s.name} | {s.taken_from} | {s.authors} | {s.licence} | {s.rung} | {s.pieces} |"
        for s in sources
    ]
    return "\n".join(
        [
            "| Source | Taken from | Authors | Licence | Consent | What of it |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
        ]
    )


def licences_page() -> str:
    """The text of LICENSES.md."""
    used, left = read_sources()
    parts = [
        "# Licences of everything that ships",
        "",
        (
            "Written from `course_utils/provenance/sources.toml` by `python -m"
            " course_utils.provenance.sources`; do not edit by hand."
        ),
        "",
        (
            "The code is under Apache-2.0 (`LICENSE`), lessons and texts under CC BY 4.0"
            " (`LICENSE-content`), weights trained here under Apache-2.0."
        ),
        "",
    ]
    for part, title in TITLES.items():
        parts += [f"## {title}", "", table_of(sources_of(part)), ""]
    parts += [
        "## What the licences let you do",
        "",
        *(f"- **{name}**: {words}." for name, words in LICENCES.items()),
        "",
        "## Left out, and why",
        "",
        *(f"- **{one.name}** ({one.taken_from}): {one.why}" for one in left),
        "",
    ]
    assert {source.licence for source in used} <= set(LICENCES)
    return "\n".join(parts)


BEGIN, END = (
    "<!-- sources: written from course_utils/provenance/sources.toml -->",
    "<!-- end of sources -->",
)


def with_table(card: str, part: str) -> str:
    """A model card with its table of sources brought up to date;
    it is put at the end where there is none yet.
    """
    block = f"{BEGIN}\n{table_of(sources_of(part))}\n{END}"
    if BEGIN in card:
        return re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: block, card, flags=re.S)
    return f"{card.rstrip()}\n\n## Sources\n\n{block}\n"


def pages(root: Path) -> dict[Path, str]:
    """Every file that is written from the table, and what it should hold."""
    cards = {
        path: with_table(path.read_text(encoding="utf-8"), path.parent.name)
        for path in sorted((root / "course_utils/models/embedded").glob("*/README.md"))
        if sources_of(path.parent.name)
    }
    return {root / "LICENSES.md": licences_page(), **cards}


if __name__ == "__main__":
    for path, text in pages(Path(__file__).parents[2]).items():
        path.write_text(text, encoding="utf-8")
        print(
            "written:", path.name if path.name != "README.md" else f"{path.parent.name}/{path.name}"
        )
