"""The portfolio as one zip file with a record of who did what."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.display.cards import gallery
from course_utils.labels import label_of_all, labelled
from course_utils.portfolio.store import Portfolio, Saved, is_beside
from course_utils.provenance.contribution import family_of, summary

__all__ = ["export_zip"]


def export_zip(portfolio: Portfolio, path: Path | None = None) -> Path:
    """Everything kept, with a gallery page and a record of who did what, as one zip file.

    Raises:
        LearnerError: there is nothing to export, or it cannot be written.
    """
    kept = portfolio.list()
    if not kept:
        raise LearnerError(
            "There is nothing in your portfolio yet. Make a picture, a text or a tune first."
        )
    path = path or portfolio.folder / "my_creations.zip"
    try:
        with tempfile.TemporaryDirectory(dir=portfolio.folder, prefix=".export-") as temporary:
            part = Path(temporary) / "part.zip"
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as bundle:
                page = gallery([(s.path.name, s.creation) for s in kept]).encode()
                label = label_of_all([saved.creation for saved in kept])
                bundle.writestr("index.html", labelled(page, ".html", label))
                known = {s.creation.id: s.creation for s in kept}
                bundle.writestr(
                    "who_did_what.txt",
                    "\n".join(
                        (
                            f"{line_of(s)} "
                            + (
                                summary(
                                    s.creation, family_of(s.creation, known.get), [*known.values()]
                                )["sentence"]
                            )
                        )
                        for s in kept
                    )
                    + "\n",
                )
                for saved in kept:
                    bundle.write(saved.path, saved.path.name)
                    beside = saved.path.with_suffix(".wav")
                    if is_beside(beside) and not beside.is_symlink():
                        bundle.write(beside, beside.name)
                for extra in sorted((portfolio.folder / "to_use").glob("[!.]*")):
                    if extra.is_file() and not extra.is_symlink():  # a link may lead anywhere
                        bundle.write(extra, f"to_use/{extra.name}")
            os.replace(part, path)
    except OSError as problem:
        raise LearnerError(
            f"The zip file could not be written to {path.parent.name}. Make room on the disk and"
            " try again; your creations are unharmed."
        ) from problem
    return path


def line_of(saved: Saved) -> str:
    """One line of the record of who did what."""
    creation = saved.creation
    recipe = creation.recipe
    declared = creation.declared
    told = declared.by_person if recipe.model in declared.brought else declared.record
    made = told.format(model=recipe.model, words=recipe.prompt, seed=recipe.seed)
    edits = (
        "; ".join(f"{edit.what} ({edit.when:%Y-%m-%d %H:%M} UTC)" for edit in creation.edits)
        or "nothing more by a person"
    )
    return f"{saved.path.name}: {made}. Then: {edits}."
