"""The portfolio kept in Google Drive, on Colab."""

from __future__ import annotations

from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.portfolio.store import Portfolio

__all__ = ["from_drive", "to_drive"]

DRIVE = Path("/content/drive")
FOLDER = "First sparks"


def drive() -> Path:
    """The learner's Drive folder of the course.

    Colab asks for permission; without it nothing happens.

    Raises:
        LearnerError: this is not Colab, or the learner, or their school, said no.
    """
    try:
        from google.colab import drive as colab_drive  # only there on Colab
    except ImportError as problem:
        raise LearnerError(
            "A Drive can only be used on Colab. Press Save my work and keep the file instead."
        ) from problem
    try:
        colab_drive.mount(str(DRIVE))
    except Exception as problem:  # Colab raises whatever went wrong with its windows
        raise LearnerError(
            "Your Drive was not opened: permission was not given, or your account does not allow"
            " it. Press Save my work and download the file instead."
        ) from problem
    return DRIVE / "MyDrive" / FOLDER


def to_drive(portfolio: Portfolio) -> str:
    """Save all work to the learner's Drive; a sentence."""
    from course_utils.portfolio.bundle import NAME, save_work

    return (
        f"Saved to your Drive, in the folder {FOLDER}, as"
        f" {save_work(portfolio, drive() / NAME).name}."
    )


def from_drive(portfolio: Portfolio) -> str:
    """Bring work back from there; a sentence."""
    from course_utils.portfolio.bundle import NAME, resume_work

    return resume_work(portfolio, drive() / NAME).in_words()
