"""Programs that are killed at any moment, and whether what they said was kept is there.

Run: python -m tests.hostile.kills [HOW MANY, else 200]
Each program saves texts and pictures, keeps answers, publishes on a wall, saves all work as one
file and brings it back, and says after each what it has kept. It is killed (SIGKILL) at a random
moment of its first 0.8 seconds. What it said must be there, whole; nothing half may be taken for
whole.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from course_utils.portfolio.bundle import resume_work, save_work
from course_utils.portfolio.progress import FILE, note_answer, read_progress
from course_utils.portfolio.store import Portfolio
from course_utils.portfolio.whole_files import HALF, sweep

sys.path.insert(0, str(Path(__file__).parents[1]))
from wall_works import ADA, new_work, picture, text

from course_utils.classroom.wall import store as wall_store
from course_utils.classroom.wall.store import WallStore

LONGEST = 0.8  # seconds until a program is killed


def work(folder: Path, seed: int, told: int, times: int = 10**6) -> None:
    """Keep this and that, and say each time what is kept."""

    def say(*words: str) -> None:
        os.write(told, f"{' '.join(words)}\n".encode())

    wall_store.MOST_OF_ONE = 10**9
    portfolio, wall = Portfolio(folder / "kept"), WallStore(folder / "wall")
    for number in range(times):
        mark = f"{seed}-{number}"
        made = picture(mark) if number % 3 == 0 else text(mark, f"Text {mark}.")
        path = portfolio.save(made)
        say("work", made.id, hashlib.sha256(path.read_bytes()).hexdigest())
        note_answer(portfolio, f"Question {mark}", f"Answer {mark}")
        say("answer", mark)
        shown = wall.publish(ADA.id, new_work(mark, text(mark, f"Text {mark}.")))
        say("shown", shown.id, shown.sha256)
        if number % 4 == 3:
            save_work(portfolio)
            resume_work(Portfolio(folder / "other"), portfolio.folder / "my_work.zip")
            say("resumed", *(path.name for path in portfolio.folder.glob("*.md")))


def killed(folder: Path, seed: int) -> list[list[str]]:
    """What a program said before it was killed."""
    back, told = os.pipe()
    child = os.fork()
    if not child:
        os.close(back)
        try:
            work(folder, seed, told)
        finally:
            os._exit(1)
    os.close(told)
    time.sleep(random.Random(seed).uniform(0.005, LONGEST))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(back, "rb") as pipe:
        return [
            line.decode().split()
            for line in pipe.read().splitlines(keepends=True)
            if line.endswith(b"\n")
        ]


def lost(folder: Path, said: list[list[str]]) -> list[str]:
    """What was said to be kept and is not there, or not whole."""
    portfolio, wall = Portfolio(folder / "kept"), WallStore(folder / "wall")
    kept = {one.creation.id: one.path for one in portfolio.list()}
    gone = [f"unreadable {name}" for name in portfolio.unreadable]
    answers = {one.words for one in read_progress(portfolio.read_beside(FILE)).answers}
    other = {path.name for path in (folder / "other").glob("*.md")}
    for what, *rest in said:
        if what == "work":
            path = kept.get(rest[0])
            fine = path and hashlib.sha256(path.read_bytes()).hexdigest() == rest[1]
        elif what == "answer":
            fine = f"Answer {rest[0]}" in answers
        elif what == "shown":
            found = wall.see(ADA, rest[0])
            fine = hashlib.sha256(wall.path(found).read_bytes()).hexdigest() == rest[1]
        else:
            fine = {*rest} <= other
        gone += [] if fine else [" ".join([what, *rest])]
    whole = portfolio.folder / "my_work.zip"
    if whole.exists():
        with zipfile.ZipFile(whole) as bundle:
            gone += [f"damaged in my_work.zip: {bundle.testzip()}"] if bundle.testzip() else []
    return gone


def litter(folder: Path) -> int:
    """How much half-written lies in a folder and those below."""
    return sum(path.name.startswith(HALF) for path in folder.rglob("*"))


def kill(times: int, folder: Path) -> tuple[int, int, list[str], int]:
    """How many programs were killed, how much they said was kept, what of it is lost, and how much
    litter they left that is not swept.
    """
    count, gone = 0, []
    with open(os.devnull, "wb") as nowhere, tempfile.TemporaryDirectory() as aside:
        work(Path(aside), -1, nowhere.fileno(), times=4)  # the libraries are loaded
    for seed in range(times):
        place = folder / str(seed % 20)  # the next program finds what the one before left
        place.mkdir(exist_ok=True)
        said = killed(place, seed)
        count += len(said)
        gone += lost(place, said)
    left = litter(folder)
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        sweep(path, older=-1)
    print(f"{left} half-written files and folders were left, {litter(folder)} after sweeping")
    return times, count, gone, litter(folder)


def main() -> int:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        done, count, gone, left = kill(times, Path(folder))
    print(f"{done} programs killed; of {count} things they said were kept, {len(gone)} are lost")
    print("\n".join(gone[:20]))
    return bool(gone or left)


if __name__ == "__main__":
    sys.exit(main())
