"""A class wall to take home: one folder, or one zip file, of plain accessible pages that need no
server and fetch nothing. The works' files are in it as they came, recipes and credentials inside.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from datetime import date
from pathlib import Path

from course_utils.classroom.wall import pages as pages
from course_utils.classroom.wall.store import WallStore, Work
from course_utils.creation import LearnerError
from course_utils.display.tokens import style_sheet

__all__ = ["export_site", "site_zip"]

POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; object-src 'none';"
    " connect-src 'none'; form-action 'none'\">"
)


def export_site(wall: WallStore, folder: Path | str, title: str) -> Path:
    """Write the site of everything that is on the wall into a new folder, and return the folder.

    Raises:
        LearnerError: nothing is on the wall, the folder is there already, or it cannot be written.
    """
    folder = Path(folder)
    works = wall.on_the_wall()
    if not works:
        raise LearnerError(
            "Nothing is on the wall yet. Approve a work first, then take the wall home."
        )
    if folder.exists():
        raise LearnerError(
            f"There is something at {folder.name} already. Choose another name, so that nothing is"
            " overwritten."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".site-") as temporary:
            part = Path(temporary) / "site"
            write_site(wall, part, title, works)
            part.rename(folder)  # whole, or not at all
    except OSError as problem:
        raise LearnerError(
            "The site could not be written. Make room on the disk, then try again; the wall is"
            " unharmed."
        ) from problem
    return folder


def site_zip(wall: WallStore, title: str, path: Path | None = None) -> Path:
    """The same as a zip file, at `path` or as a temporary file, which whoever asked removes.

    Raises:
        LearnerError: see `export_site`.
    """
    target = path
    if target is None:
        with tempfile.NamedTemporaryFile(prefix="wall-", suffix=".zip", delete=False) as handle:
            target = Path(handle.name)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            folder = export_site(wall, Path(temporary) / "class_wall", title)
            part = target.with_name(f".{target.name}.part")
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as bundle:
                for one in sorted(folder.rglob("*")):
                    if one.is_file():
                        bundle.write(one, f"class_wall/{one.relative_to(folder).as_posix()}")
            part.replace(target)
    except BaseException as problem:
        if path is None:
            target.unlink(missing_ok=True)
        if isinstance(problem, OSError):
            raise LearnerError(
                "The zip file could not be written. Make room on the disk, then try again; the wall"
                " is unharmed."
            ) from problem
        raise
    return target


def write_site(wall: WallStore, folder: Path, title: str, works: list[Work]) -> None:
    names = {
        work.id: f"{number:03d}_{pages.plain_name(work.title)}"
        for number, work in enumerate(works, 1)
    }
    (folder / "works").mkdir(parents=True)
    look = style_sheet(Path(__file__).parent / "wall.css")
    (folder / "wall.css").write_text(look, encoding="utf-8")
    kept: dict[str, str] = {}  # the works' files, by id and ending
    for work in works:
        for ending in (work.suffix, *work.beside):
            place = f"works/{names[work.id]}{ending}"
            shutil.copyfile(wall.path(work, ending), folder / place)
            kept[work.id + ending] = place
    above = links(names, kept, "")
    body = (
        f"<h1>{pages.safe(title)}</h1><p>{pages.counted(len(works))} by a class, made with small AI"
        f" models that people directed. Saved on {date.today():%d %B %Y}.</p><h2>The"
        f" works</h2>{pages.listed(works, above)}{footer()}"
    )
    write_page(folder / "index.html", pages.document(title, body, "wall.css"))
    below = links(names, kept, "../")
    for at, work in enumerate(works):
        near = [
            f'<li><a href="{names[other.id]}_page.html">{word}: {pages.safe(other.title)}</a></li>'
            for word, other in (
                ("Before", works[at - 1] if at else None),
                ("Next", works[at + 1] if at + 1 < len(works) else None),
            )
            if other
        ]
        body = (
            '<p><a href="../index.html">All'
            f' works</a></p><h1>{pages.safe(work.title)}</h1>{pages.byline(work)}<div class="large'
            f' {work.kind}">{pages.figure(work, below, True)}</div>{pages.facts(work, below)}<nav'
            f' aria-label="Other works"><ul class="pages">{"".join(near)}</ul></nav>{footer()}'
        )
        write_page(
            folder / "works" / f"{names[work.id]}_page.html",
            pages.document(f"{work.title}: {title}", body, "../wall.css"),
        )
    listing = [
        {
            "title": work.title,
            "credit": work.credit,
            "kind": work.kind,
            "description": work.description,
            "file": kept[work.id + work.suffix],
            "sha256": work.sha256,
            "recipe": json.loads(work.recipe.model_dump_json()),
        }
        for work in works
    ]
    (folder / "wall.json").write_text(
        json.dumps({"title": title, "works": listing}, ensure_ascii=False, indent=1),
        encoding="utf-8",
    )


def links(names: dict[str, str], kept: dict[str, str], up: str) -> pages.Links:
    """The links inside the site's folder, from a page at its top (`up` is "") or in works/."""
    return pages.Links(
        page=lambda work: f"{up}works/{names[work.id]}_page.html",
        see=lambda work: up + kept[work.id + work.seen],
        hear=lambda work: up + kept[work.id + work.heard],
        file=lambda work: up + kept[work.id + work.suffix],
        card=lambda work: up + kept[work.id + work.suffix],
    )


def footer() -> str:
    return (
        "<footer><p>Each work's file holds its recipe, so it can be opened and made again with the"
        " course; signed files also hold their Content Credentials.</p></footer>"
    )


def write_page(path: Path, page: str) -> None:
    path.write_text(page.replace("<title>", f"{POLICY}<title>", 1), encoding="utf-8")
