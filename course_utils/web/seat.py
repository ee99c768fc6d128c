"""Who sits at the studios in a browser: whose folder it is, where work is made, and whose turn.

`course studio` has one seat, that of its computer. A room has one for each pupil.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from course_utils.creation import Creation, LearnerError
from course_utils.engines import ELSEWHERE, Elsewhere
from course_utils.places import FOLDER_OF_ONE
from course_utils.portfolio.store import Portfolio, Saved, file_stem

if TYPE_CHECKING:
    from course_utils.web.desk import Desk

__all__ = ["Hands", "Seat"]

HEARD = 8  # sounds of notes that are kept ready to be played again
MOST_KEPT, MOST_BYTES = 600, 250_000_000  # works of one pupil, and bytes
FULL = (
    "Your place in the room is full. Under My work, take everything home as a zip file; then clear"
    " your place there."
)


class Hands(Protocol):
    """What is held while work is done by this program itself, so that one comes after the other."""

    def acquire(self) -> bool: ...

    def release(self) -> None: ...


@dataclass
class Seat:
    """One person's place. `folder` None: the usual folder of this computer."""

    id: str = "you"
    name: str = ""
    folder: Path | None = None
    elsewhere: Elsewhere | None = None
    hands: Hands | None = None
    publish: Callable[[Creation, str, str, str], str] | None = None  # title, credit, wall's address
    links: tuple[tuple[str, str], ...] = ()  # more for the top of each page: words, path
    desks: dict[str, Desk] = field(default_factory=dict)
    _coming: Path | None = None
    _brought: tempfile.TemporaryDirectory | None = None
    _hearing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def coming(self) -> Path:
        """The folder of the files that a person sends."""
        if self._coming is None:
            if self.folder is not None:
                self._coming = self.folder / "coming"
            else:
                self._brought = tempfile.TemporaryDirectory(prefix="first-sparks-")
                self._coming = Path(self._brought.name)
        return self._coming

    @contextlib.contextmanager
    def sat_at(self) -> Iterator[None]:
        """Inside, this thread works for this person: their folder, and where theirs is made."""
        folder, elsewhere = FOLDER_OF_ONE.set(self.folder), ELSEWHERE.set(self.elsewhere)
        try:
            yield
        finally:
            ELSEWHERE.reset(elsewhere)
            FOLDER_OF_ONE.reset(folder)

    @contextlib.contextmanager
    def own_turn(self) -> Iterator[None]:
        """Hold this program's hands, where several share them."""
        if self.hands is None:
            yield
            return
        self.hands.acquire()
        try:
            yield
        finally:
            self.hands.release()

    def clear(self) -> None:
        """Delete everything that is kept for this person in a room."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.desks.clear()

    def check_space(self) -> None:
        """
        Raises:
            LearnerError: this place in a room holds as much as it may.
        """
        if self.folder is None or not self.folder.is_dir():
            return
        sizes = [path.stat().st_size for path in self.folder.rglob("*") if path.is_file()]
        if len(sizes) >= MOST_KEPT or sum(sizes) >= MOST_BYTES:
            raise LearnerError(FULL)

    def sound(self, creation_id: str) -> tuple[Path, str] | None:
        """The file of a kept creation's sound and its media type; for notes it is made now."""
        with self.sat_at():
            kept = Portfolio().find(creation_id) if is_id(creation_id) else None
            if kept is None or not kept.creation.declared.audible:
                return None
            beside = kept.path.with_suffix(".wav")
            return (beside, "audio/wav") if beside.is_file() else self._played(kept)

    def file(self, creation_id: str) -> tuple[str, bytes] | None:
        """A kept creation's file with its recipe inside, and its name."""
        from course_utils.files import pack

        with self.sat_at():
            kept = Portfolio().find(creation_id) if is_id(creation_id) else None
            if kept is None:
                return None
            creation = kept.creation
            return file_stem(creation) + creation.declared.suffix, pack(creation)

    def _played(self, kept: Saved) -> tuple[Path, str] | None:
        from course_utils import files
        from course_utils.scores import synth

        if not kept.creation.declared.plays_notes or not synth.can_play():
            return None
        place = Portfolio().folder / "heard"
        path = place / f"{kept.creation.id}.mp3"
        with self._hearing, self.own_turn():
            if not path.is_file():
                place.mkdir(parents=True, exist_ok=True)
                try:
                    path.write_bytes(files.pack(kept.creation, ".mp3"))
                except LearnerError:  # no library for MP3 here
                    path = path.with_suffix(".wav")
                    path.write_bytes(files.pack(kept.creation, ".wav"))
                for old in sorted(place.iterdir(), key=lambda one: one.stat().st_mtime)[:-HEARD]:
                    old.unlink(missing_ok=True)
        return path, "audio/mpeg" if path.suffix == ".mp3" else "audio/wav"


def is_id(text: str) -> bool:
    """Whether a text is the id of a creation."""
    return bool(re.fullmatch(r"[0-9a-f]{12}", text))
