"""Where a class wall's works are kept: a small database (SQLite) of what is on it,
and the works' files beside it, unchanged byte for byte.

A work exists once its files are written and synced and its row is committed, in that order; a crash
leaves all of it or nothing.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from course_utils.creation import LearnerError, Recipe, new_id
from course_utils.portfolio.whole_files import write_whole

__all__ = [
    "GONE",
    "LONGEST_WHY",
    "NewWork",
    "NotThere",
    "ON_WALL",
    "STATES",
    "State",
    "TOO_LONG",
    "Viewer",
    "WallStore",
    "Work",
]

State = Literal["waiting", "shown", "hidden", "reported"]
STATES = {
    "waiting": "waits for the teacher",
    "shown": "on the wall",
    "hidden": "hidden by the teacher",
    "reported": "on the wall, and reported: the teacher has not looked yet",
}
ON_WALL = ("shown", "reported")  # what the teacher has approved stays up until the teacher decides
MOST_OF_ONE, MOST_IN_ALL = 30, 3000  # works
LONGEST_WHY = 300  # characters
TOO_LONG = f"Say what is wrong with it in at most {LONGEST_WHY} letters, then report it again."
# seconds after which a file without a row is no longer one that is just being published
OLD = 3600.0
FULL = (
    "The wall's disk is full or locked, so this was not put on the wall. Tell your teacher; your"
    " own copy is safe. Then try again."
)

# Each is run once, in order, in one transaction with the number in `PRAGMA user_version`. Never
# change one: add another.
MIGRATIONS = (
    """CREATE TABLE works (
        place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, \
creation TEXT NOT NULL, kind TEXT NOT NULL, suffix TEXT NOT NULL,
        title TEXT NOT NULL, credit TEXT NOT NULL, recipe TEXT NOT NULL, sha256 TEXT NOT NULL, \
published REAL NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'shown', 'hidden', \
'reported')), UNIQUE (owner, creation));""",
    """ALTER TABLE works ADD COLUMN description TEXT NOT NULL DEFAULT '';
       ALTER TABLE works ADD COLUMN words TEXT NOT NULL DEFAULT '';
       ALTER TABLE works ADD COLUMN beside TEXT NOT NULL DEFAULT '';
       ALTER TABLE works ADD COLUMN note TEXT NOT NULL DEFAULT '';""",
    """ALTER TABLE works ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
       CREATE TABLE reports (work TEXT NOT NULL REFERENCES works (id) ON DELETE CASCADE, who TEXT \
NOT NULL, why TEXT NOT NULL, at REAL NOT NULL, looked_at INTEGER NOT NULL DEFAULT 0, UNIQUE (work, \
who));
       CREATE INDEX works_by_state ON works (state, pinned, place);""",
)


class Viewer(Protocol):
    """Who looks: `room_keys.Person` is one."""

    @property
    def id(self) -> str: ...
    @property
    def teaches(self) -> bool: ...


class NotThere(LearnerError):
    """No such work, or none this person may see: the answer is the same,
    so that nothing is given away.
    """


@dataclass(frozen=True)
class NewWork:
    """A checked work on its way to the wall; see `wall_intake.checked`.

    `beside`: what is shown of it, by the ending of the file's name, such as ".see.png".
    """

    creation: str
    recipe: Recipe
    data: bytes
    suffix: str
    title: str
    credit: str
    description: str
    words: str = ""
    note: str = ""
    beside: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """One work as it is on the wall.

    `published`: seconds since 1970. `note`: for the teacher. `beside`: the endings of the files
    shown of it.
    """

    place: int
    id: str
    owner: str
    creation: str
    kind: str
    suffix: str
    title: str
    credit: str
    recipe: Recipe
    sha256: str
    published: float
    state: State
    description: str
    words: str
    beside: tuple[str, ...]
    note: str
    pinned: bool

    @property
    def seen(self) -> str:
        """The ending of the picture of it; "" where there is none."""
        return next((one for one in self.beside if ".see." in one), "")

    @property
    def heard(self) -> str:
        """The ending of the sound of it; "" where there is none."""
        return next(
            (one for one in self.beside if ".hear." in one),
            self.suffix if self.suffix in (".wav", ".mp3", ".ogg") else "",
        )


class WallStore:
    """The wall of one room. Several threads and several programs may use one folder at once."""

    def __init__(self, folder: Path | str) -> None:
        """Open it, or make it; a wall of an older version is brought up to date.

        Raises:
            LearnerError: it was made by a newer version of the course, or the folder cannot be
                written.
        """
        self.folder = Path(folder)
        self.files = self.folder / "files"
        with self._in_words():
            self.files.mkdir(parents=True, exist_ok=True)
            self._keep_private()
            with self._connection() as database:
                database.execute("PRAGMA journal_mode = WAL")
                migrate(database)
        self._sweep()

    # What pupils do

    def publish(self, owner: str, new: NewWork) -> Work:
        """Put a work on the wall, waiting for the teacher.

        The same creation of the same person again takes the earlier one's place, so a second try
        after a broken line is safe.

        Raises:
            LearnerError: there are too many works, or there is no room on the disk.
        """
        earlier = self._rows(
            "SELECT * FROM works WHERE owner = ? AND creation = ?", owner, new.creation
        )
        if not earlier:
            if self.count("owner = ?", owner) >= MOST_OF_ONE:
                raise LearnerError(
                    f"You have {MOST_OF_ONE} works on the wall already. Withdraw one, then publish"
                    " this."
                )
            if self.count() >= MOST_IN_ALL:
                raise LearnerError(
                    "The wall is full. Ask your teacher to save it and start a new one."
                )
        work_id = new_id()
        with self._in_words():
            try:
                for ending, data in {new.suffix: new.data, **new.beside}.items():
                    write_whole(self.files / f"{work_id}{ending}", data)
                sync_folder(self.files)
                with self._change() as database:
                    database.execute(
                        "DELETE FROM works WHERE owner = ? AND creation = ?", (owner, new.creation)
                    )
                    database.execute(
                        "INSERT INTO works (id, owner, creation, kind, suffix, title, credit,"
                        " recipe, sha256, published, description, words, beside, note) VALUES (?,"
                        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        (
                            work_id,
                            owner,
                            new.creation,
                            new.recipe.kind,
                            new.suffix,
                            new.title,
                            new.credit,
                            new.recipe.model_dump_json(),
                            hashlib.sha256(new.data).hexdigest(),
                            time.time(),
                            new.description,
                            new.words,
                            json.dumps([*new.beside]),
                            new.note,
                        ),
                    )
            except BaseException:
                self._remove_files(work_id)
                raise
        for work in earlier:
            self._remove_files(work.id)
        return self._one(work_id)

    def withdraw(self, viewer: Viewer, work_id: str) -> None:
        """Take one's own work off the wall, its files with it.

        Raises:
            NotThere: there is none of that person.
        """
        work = self.see(viewer, work_id)
        if work.owner != viewer.id:
            raise NotThere(
                "That is not a work of yours, so you cannot withdraw it. You can report it instead."
            )
        with self._in_words(), self._change() as database:
            database.execute("DELETE FROM works WHERE id = ?", (work_id,))
        self._remove_files(work_id)

    def report(self, viewer: Viewer, work_id: str, why: str = "") -> None:
        """Report a work that is on the wall: the teacher looks at it first, and until then who
        reported it does not see it. Others do, for the teacher has approved it: else one person
        with many keys could clear the wall.

        A person's second report of a work the teacher has looked at counts no more.

        Raises:
            NotThere: this person sees no such work.
            LearnerError: what is wrong with it is told at too great length.
        """
        if len(why) > LONGEST_WHY:
            raise LearnerError(TOO_LONG)
        work = self.see(viewer, work_id)
        with self._in_words(), self._change() as database:
            new = database.execute(
                "INSERT OR IGNORE INTO reports (work, who, why, at) VALUES (?, ?, ?, ?)",
                (work_id, viewer.id, why, time.time()),
            ).rowcount
            if new and work.state == "shown":
                database.execute(
                    "UPDATE works SET state = 'reported' WHERE id = ? AND state = 'shown'",
                    (work_id,),
                )

    # What the teacher does

    def decide(self, work_id: str, state: Literal["shown", "hidden"]) -> Work:
        """Approve a work, or hide it; reports of it count as looked at.

        Raises:
            NotThere: there is no such work.
        """
        with self._in_words(), self._change() as database:
            database.execute(
                "UPDATE works SET state = ?, pinned = CASE WHEN ? = 'shown' THEN pinned ELSE 0 END"
                " WHERE id = ?",
                (state, state, work_id),
            )
            database.execute("UPDATE reports SET looked_at = 1 WHERE work = ?", (work_id,))
        return self._one(work_id)

    def pin(self, work_id: str, pinned: bool) -> Work:
        """Pin a work that is on the wall to its top, or take the pin out.

        Raises:
            NotThere: there is no such work on the wall.
        """
        with self._in_words(), self._change() as database:
            done = database.execute(
                "UPDATE works SET pinned = ? WHERE id = ? AND state IN ('shown', 'reported')",
                (int(pinned), work_id),
            ).rowcount
        if not done:
            raise NotThere("That work is not on the wall. Approve it first, then pin it.")
        return self._one(work_id)

    def erase(self) -> None:
        """Remove every work and every file, when the room has ended and its teacher
        keeps nothing.
        """
        with self._in_words(), self._change() as database:
            database.execute("DELETE FROM reports")
            database.execute("DELETE FROM works")
        with self._in_words(), self._connection() as database:
            database.execute("VACUUM")  # the text of deleted rows is gone from the file too
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for path in self.files.glob("*"):
            path.unlink(missing_ok=True)

    # Looking

    def see(self, viewer: Viewer, work_id: str) -> Work:
        """A work, for someone who may see it: what is on the wall everybody but who reported it,
        the rest its owner and the teacher.

        Raises:
            NotThere: there is none such for this person.
        """
        work = self._one(work_id)
        if viewer.teaches or work.owner == viewer.id:
            return work
        if work.state in ON_WALL and not self._has_reported(viewer.id, work_id):
            return work
        raise NotThere(GONE)

    def on_the_wall(self, viewer: str = "") -> list[Work]:
        """What a person sees: all but what they reported; pinned first, then the newest first.

        Without a person: what nobody has reported, such as for a site.
        """
        reported = "SELECT work FROM reports WHERE looked_at = 0 AND (who = ? OR ? = '')"
        return self._rows(
            "SELECT * FROM works WHERE state IN ('shown', 'reported') AND id NOT IN"
            f" ({reported}) ORDER BY pinned DESC, place DESC",
            viewer,
            viewer,
        )

    def _has_reported(self, who: str, work_id: str) -> bool:
        """Whether a person's report of a work waits for the teacher."""
        with self._connection() as database:
            return (
                database.execute(
                    "SELECT 1 FROM reports WHERE work = ? AND who = ? AND looked_at = 0",
                    (work_id, who),
                ).fetchone()
                is not None
            )

    def of(self, owner: str) -> list[Work]:
        """All works of one person, the newest first."""
        return self._rows("SELECT * FROM works WHERE owner = ? ORDER BY place DESC", owner)

    def in_state(self, state: State) -> list[Work]:
        """All works in a state, the oldest first: who has waited longest comes first.

        For the teacher.
        """
        return self._rows("SELECT * FROM works WHERE state = ? ORDER BY place", state)

    def reasons(self, work_id: str) -> list[str]:
        """Why a work was reported, as far as that was not looked at yet.

        For the teacher; who reported is not told.
        """
        with self._connection() as database:
            return [
                row["why"]
                for row in database.execute(
                    "SELECT why FROM reports WHERE work = ? AND looked_at = 0 ORDER BY at",
                    (work_id,),
                )
            ]

    def count(self, where: str = "1 = 1", *values) -> int:
        """How many works there are. `where` is written in this program, never by a person."""
        with self._connection() as database:
            return database.execute(f"SELECT COUNT(*) FROM works WHERE {where}", values).fetchone()[
                0
            ]

    def path(self, work: Work, ending: str | None = None) -> Path:
        """The file of a work, or one of those beside it.

        Raises:
            NotThere: it has none of that ending, or its file is gone.
        """
        ending = work.suffix if ending is None else ending
        path = self.files / f"{work.id}{ending}"
        if ending not in (work.suffix, *work.beside) or not path.is_file():
            raise NotThere(GONE)
        return path

    # Inside

    def _keep_private(self) -> None:
        """Let nobody but who runs the wall read what waits on it."""
        if os.name != "posix":
            return
        for folder in (self.folder, self.files):
            with contextlib.suppress(OSError):  # another person's folder that we may write
                folder.chmod(0o700)
        database = self.folder / "wall.sqlite3"
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT, 0o600))
        for path in self.folder.glob("wall.sqlite3*"):
            with contextlib.suppress(OSError):
                path.chmod(0o600)

    def _one(self, work_id: str) -> Work:
        found = (
            self._rows("SELECT * FROM works WHERE id = ?", work_id)
            if re.fullmatch("[0-9a-f]{12}", work_id)
            else []
        )
        if not found:
            raise NotThere(GONE)
        return found[0]

    def _rows(self, query: str, *values) -> list[Work]:
        with self._connection() as database:
            return [
                Work(
                    **{
                        **dict(row),
                        "recipe": Recipe.model_validate_json(row["recipe"]),
                        "beside": tuple(json.loads(row["beside"] or "[]")),
                        "pinned": bool(row["pinned"]),
                    }
                )
                for row in database.execute(query, values)
            ]

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self.folder / "wall.sqlite3", timeout=30, isolation_level=None)
        database.row_factory = sqlite3.Row
        try:
            database.execute("PRAGMA foreign_keys = ON")
            # what was acknowledged also survives a power cut
            database.execute("PRAGMA synchronous = FULL")
            yield database
        finally:
            database.close()

    @contextlib.contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing."""
        with self._connection() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    database.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        """Trouble with the disk as a sentence."""
        try:
            yield
        except (OSError, sqlite3.OperationalError) as problem:
            if isinstance(problem, OSError) and problem.errno == errno.ENOENT:
                raise NotThere(
                    "The wall's folder is gone. Ask your teacher to start the wall again; your own"
                    " copy is safe."
                ) from problem
            raise LearnerError(FULL) from problem

    def _remove_files(self, work_id: str) -> None:
        for path in self.files.glob(f"{work_id}.*"):
            with contextlib.suppress(OSError):
                path.unlink()

    def _sweep(self) -> None:
        """Remove what a crash left: files no row speaks of."""
        with self._connection() as database:
            known = {row["id"] for row in database.execute("SELECT id FROM works")}
        for path in self.files.glob("*"):
            with contextlib.suppress(OSError):
                if (
                    path.name.split(".")[0] not in known
                    and time.time() - path.stat().st_mtime > OLD
                ):
                    path.unlink()


GONE = (
    "There is no such work on the wall, or it is not shown. Go back to the wall and choose another."
)


def migrate(database: sqlite3.Connection) -> None:
    """Bring the tables up to date, one numbered step after the other.

    Raises:
        LearnerError: they are of a newer version.
    """
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise LearnerError(
            "This wall was made with a newer version of the course. Update the course, then open it"
            " again; nothing was changed."
        )
    for number in range(version + 1, len(MIGRATIONS) + 1):
        database.execute("BEGIN IMMEDIATE")
        try:
            # another program may have done it meanwhile
            if database.execute("PRAGMA user_version").fetchone()[0] < number:
                for step in MIGRATIONS[number - 1].split(";"):
                    database.execute(step)
                database.execute(f"PRAGMA user_version = {number}")
            database.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                database.execute("ROLLBACK")
            raise


def sync_folder(folder: Path) -> None:
    """Make the names of new files last, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
