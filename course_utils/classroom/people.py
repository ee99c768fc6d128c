"""Who is in a room by browser: the names that pupils give themselves, and their places.

Names are kept in the room's folder, readable by its owner alone, and deleted when the room ends.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.kinds import all_kinds
from course_utils.portfolio.store import write_whole
from course_utils.safety.prompts import check_prompt

__all__ = ["LONGEST_NAME", "People", "Pupil"]

FILE = "people.json"
LOST = (
    "The list of who was here before could not be read; it is kept as people.json.damaged. The"
    " works are all here, but whoever was here before has to join anew."
)
LONGEST_NAME = 30  # characters
BACK_FOR = 300.0  # seconds in which somebody whom the teacher lets back in can come
HERE_FOR = 45.0  # seconds without a sign after which a page counts as closed
FULL = (
    "All {} places in this room are taken. Ask your teacher to make room, or look on with a"
    " neighbour."
)
SAME = (
    "Somebody here is called “{}” already. Add a letter, such as {} B. If that was you on another"
    " device, ask your teacher to let you back in, then try once more."
)
NO_NAME = "Give a name that your class will see, such as your first name. Then press Join again."


@dataclass
class Pupil:
    """One pupil. `seen` is when they last asked for anything, in seconds since 1970."""

    id: str
    name: str
    since: float
    seen: float
    back_until: float = 0.0

    @property
    def here(self) -> bool:
        return time.time() - self.seen < HERE_FOR


class People:
    """The pupils of a room; safe to ask from several threads."""

    def __init__(self, folder: Path, places: int) -> None:
        self.folder, self.places, self._lock = folder, places, threading.Lock()
        self._pupils: dict[str, Pupil] = {}
        self.trouble = ""  # what the teacher must know of the list
        try:
            kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
            self._pupils = {one["id"]: Pupil(**one) for one in kept}
        except FileNotFoundError:
            pass  # a new room
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            self.trouble = LOST
            with contextlib.suppress(OSError):  # kept, so that it can be looked into
                (folder / FILE).replace(folder / f"{FILE}.damaged")

    def __len__(self) -> int:
        return len(self._pupils)

    def all(self) -> list[Pupil]:
        """Everybody, by name."""
        return sorted(self._pupils.values(), key=lambda one: one.name.casefold())

    def find(self, person_id: str) -> Pupil | None:
        """The pupil of that id, who has just been seen."""
        pupil = self._pupils.get(person_id)
        if pupil is not None:
            pupil.seen = time.time()
        return pupil

    def place(self, person_id: str) -> Path:
        """The folder of a pupil's work."""
        return self.folder / "people" / person_id / "my_creations"

    def works(self, person_id: str) -> list[Path]:
        """The files of a pupil's works."""
        suffixes = {suffix for kind in all_kinds() for suffix in (kind.suffix, *kind.other_files)}
        return [
            path
            for path in sorted(self.place(person_id).glob("*_*.*"))
            if path.suffix in suffixes and path.is_file() and not path.is_symlink()
        ]

    def welcome(self, person_id: str, name: str) -> str:
        """Give somebody new a place; the id they have from now on: for one whom the teacher lets
        back in, the one they had.

        Raises:
            LearnerError: no name, one that is not fit for a class, one that is taken, or no place.
        """
        name = fit_name(name)
        with self._lock:
            taken = next(
                (one for one in self._pupils.values() if one.name.casefold() == name.casefold()),
                None,
            )
            if taken is not None:
                if time.time() >= taken.back_until:
                    raise LearnerError(SAME.format(name, name))
                taken.back_until, taken.seen = 0.0, time.time()
            elif len(self) >= self.places:
                raise LearnerError(FULL.format(self.places))
            else:
                taken = Pupil(person_id, name, time.time(), time.time())
                self._pupils[person_id] = taken
            self._keep()
        return taken.id

    def let_back(self, person_id: str) -> Pupil | None:
        """Let whoever gives this pupil's name next have their place, for five minutes."""
        with self._lock:
            pupil = self._pupils.get(person_id)
            if pupil is not None:
                pupil.back_until = time.time() + BACK_FOR
                self._keep()
        return pupil

    def _keep(self) -> None:
        data = json.dumps([asdict(one) for one in self._pupils.values()]).encode()
        write_whole(self.folder / FILE, data)


def fit_name(name: str) -> str:
    """A name as the class will see it.

    Raises:
        LearnerError: there is none, or it is not fit for a class.
    """
    if not name.strip():
        raise LearnerError(NO_NAME)
    return check_prompt(" ".join(name.split()), longest=LONGEST_NAME, any_script=True)
