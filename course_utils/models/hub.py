"""Fetch a model of the catalogue from the hub: goes on where it stopped, checks every file,
and keeps only whole ones.

The hub's own client throws an unfinished file away and starts again; on a poor network a large
model then never arrives. This one keeps the unfinished file and asks for the rest (HTTP Range, RFC
9110 section 14), also after a restart. Nothing but safetensors and plain settings is fetched, and
no token is ever sent. The address is HF_ENDPOINT, else the hub's own; proxies and certificates are
those of the system (HTTPS_PROXY; SSL_CERT_FILE for a certificate of the school's own).
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from course_utils.creation import LearnerError
from course_utils.models.cache import cache_folder
from course_utils.models.catalogue import Model

__all__ = [
    "DONE",
    "HubFile",
    "NoNetwork",
    "OnBytes",
    "Say",
    "ask_hub",
    "endpoint",
    "fetch",
    "folder_of",
    "is_fetched",
    "is_right",
    "offline",
    "wanted",
]

HUB = "https://huggingface.co"
ALLOWED = (".safetensors", ".json", ".txt", ".model", ".jinja", ".gguf")
LARGEST_SMALL = 50_000_000  # bytes a settings file may have
DONE = "course-model.json"  # written last: what is here, so that no network is needed again
TRIES = 6
PATIENCE = 60.0  # seconds without a byte
LONGEST_PAUSE = 60.0  # seconds a busy hub may ask us to wait

Say = Callable[[str], None]
OnBytes = Callable[[int, int], None]  # bytes here, bytes in all


class NoNetwork(LearnerError):
    """The hub cannot be reached."""


class FetchStopped(LearnerError):
    """Stopped by the learner; what arrived is kept."""


@dataclass(frozen=True)
class HubFile:
    """A file on the hub: path in the model, bytes, and its sum ("sha256:..." or, for small files,
    git's "git:...").
    """

    path: str
    size: int
    check: str


def offline() -> bool:
    """Whether the learner, or the room, has switched the network off
    (COURSE_OFFLINE or HF_HUB_OFFLINE).
    """
    return any(
        os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}
        for name in ("COURSE_OFFLINE", "HF_HUB_OFFLINE")
    )


def endpoint() -> str:
    """The hub's address, or that of a mirror."""
    return (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")


def folder_of(model: Model) -> Path:
    """Where a fetched model is kept.

    A plain folder of real files: no links, so that it works on every system and can be copied to a
    stick.
    """
    return cache_folder() / "models" / model.id.replace("/", "--") / model.revision


def is_fetched(model: Model) -> bool:
    """Whether every file is here, by name and size. (Sums were checked on arrival.)"""
    try:
        files = json.loads((folder_of(model) / DONE).read_text(encoding="utf-8"))["files"]
        return bool(files) and all(
            (folder_of(model) / entry["path"]).stat().st_size == entry["size"] for entry in files
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def wanted(names: Iterable[str], patterns: list[str]) -> list[str]:
    """The files to fetch: those that fit a pattern, are of an allowed kind,
    and stay inside their folder.
    """

    def is_safe(name: str) -> bool:
        parts = name.split("/")
        return (
            name.endswith(ALLOWED)
            and not any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts)
            and len(name) < 200
        )

    return sorted(
        {
            name
            for name in names
            if is_safe(name) and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
        }
    )


def certificates():
    """Whose signatures are believed: the system's list, where a school adds its own, certifi's,
    and a file named in SSL_CERT_FILE or REQUESTS_CA_BUNDLE.
    """
    import ssl

    import certifi

    context = ssl.create_default_context()
    for place in (
        certifi.where(),
        os.environ.get("SSL_CERT_FILE"),
        os.environ.get("REQUESTS_CA_BUNDLE"),
    ):
        # a name that leads nowhere, or a file that holds no certificate
        with contextlib.suppress(OSError):
            if place:
                context.load_verify_locations(place)
    return context


def client():
    """An HTTP client that follows redirects, uses the system's proxy and certificates,
    and sends no token.
    """
    import httpx

    return httpx.Client(
        verify=certificates(),
        follow_redirects=True,
        timeout=httpx.Timeout(PATIENCE, connect=20),
        headers={"user-agent": "course-utils", "accept-encoding": "identity"},
    )


def refuse(status: int, model_id: str) -> LearnerError:
    """The sentence for an answer that asking again will not change."""
    if status in (401, 403):
        return LearnerError(
            f"The hub does not give {model_id} to everyone. Choose another model; `course models`"
            " lists them."
        )
    if status == 404:
        return LearnerError(
            f"{model_id} is not on the hub any more, or not at this revision. Choose another model;"
            " `course models` lists them."
        )
    return LearnerError(
        f"The hub answered with error {status} for {model_id}. Try again later; your other models"
        " still work."
    )


def pause(attempt: int, stop: threading.Event | None, asked: str = "") -> None:
    """Wait before the next try: as long as the hub asks, else a little longer each time."""
    seconds = float(asked) if asked.isdigit() else 0.5 * 2**attempt
    seconds = min(seconds, LONGEST_PAUSE)
    if stop is None:
        time.sleep(seconds)
    elif stop.wait(seconds):
        raise FetchStopped("Stopped. What arrived is kept; fetch again to go on from there.")


def ask_hub(model_id: str, revision: str, stop: threading.Event | None = None) -> dict:
    """The hub's record of a model at a revision: "sha", "siblings" with sizes and sums, "gated",
    "cardData".

    Raises:
        NoNetwork: the hub cannot be reached.
        LearnerError: the hub refuses.
    """
    import httpx

    if offline():
        raise NoNetwork(
            "The network is switched off (COURSE_OFFLINE), so nothing is fetched. The course's own"
            " models work without it."
        )
    address = f"{endpoint()}/api/models/{model_id}/revision/{quote(revision, safe='')}"
    with client() as session:
        for attempt in range(TRIES):
            try:
                answer = session.get(address, params={"blobs": "true"})
            except httpx.HTTPError as problem:
                if attempt < 2:
                    pause(attempt, stop)
                    continue
                if "CERTIFICATE_VERIFY_FAILED" in str(problem):
                    raise NoNetwork(
                        "Between here and the model hub somebody opens the traffic, with a"
                        " certificate that this computer does not know. Ask whoever looks after the"
                        " network for its certificate file, and name it in SSL_CERT_FILE."
                    ) from problem
                raise NoNetwork(
                    "The model hub cannot be reached. Check the network, or go on with the course's"
                    " own models, which need none."
                ) from problem
            if answer.status_code == 200:
                try:
                    record = answer.json()
                    if not isinstance(record, dict) or not isinstance(record["siblings"], list):
                        raise TypeError
                    return record
                except (ValueError, KeyError, TypeError, RecursionError) as problem:
                    raise NoNetwork(
                        "What answers in place of the model hub is something else, such as a log-in"
                        " page. Open a web page to log in to the network, then try again."
                    ) from problem
            if answer.status_code != 429 and answer.status_code < 500:
                raise refuse(answer.status_code, model_id)
            pause(attempt, stop, answer.headers.get("retry-after", ""))
    raise refuse(answer.status_code, model_id)


def files_of(record: dict, patterns: list[str]) -> list[HubFile]:
    """The wanted files in a hub's record.

    Raises:
        LearnerError: there are none, or the record gives no sizes and sums.
    """
    entries = {}
    for entry in record["siblings"]:
        if isinstance(entry, dict) and isinstance(entry.get("rfilename"), str):
            entries[entry["rfilename"]] = entry
    found = []
    for name in wanted(entries, patterns):
        entry, large = entries[name], entries[name].get("lfs") or {}
        size, sha256, blob = (
            large.get("size", entry.get("size")),
            large.get("sha256"),
            entry.get("blobId"),
        )
        check = f"sha256:{sha256}" if sha256 else f"git:{blob}" if blob else ""
        if (
            not isinstance(size, int)
            or size < 0
            or not check
            or (not sha256 and size > LARGEST_SMALL)
        ):
            raise LearnerError(
                "The hub does not say how large its files are and what they should hold, so they"
                " cannot be checked. Choose another model."
            )
        found.append(HubFile(name, size, check))
    if not any(file.path.endswith((".safetensors", ".gguf")) for file in found):
        raise LearnerError(
            "The hub has no weights of this model in a safe format (safetensors), so it is not"
            " fetched. Choose another model."
        )
    return found


def is_right(path: Path, file: HubFile) -> bool:
    """Whether a file has the size and the sum it should have."""
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    kind, _, want = file.check.partition(":")
    digest = (
        hashlib.sha256()
        if kind == "sha256"
        else hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    )
    with path.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest() == want


def fetch(
    model: Model,
    say: Say | None = None,
    on_bytes: OnBytes | None = None,
    stop: threading.Event | None = None,
) -> Path:
    """The folder of a model, fetched first if it is not here.

    Several programs at once are safe: one fetches, the others wait.

    Args:
        say: told in a sentence what is fetched and how large it is, before the first byte.
        on_bytes: called with bytes here and bytes in all.
        stop: when set, ends at once; what arrived is kept.

    Raises:
        NoNetwork, FetchStopped: see there.
        LearnerError: gone, refused, no room, or damaged again and again.
    """
    from filelock import FileLock, Timeout

    if model.ships:
        raise LearnerError(f"{model.id} comes with the course; there is nothing to fetch.")
    folder = folder_of(model)
    if is_fetched(model):
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(folder.name + ".lock"))
        while True:
            try:
                lock.acquire(timeout=0.5)
                break
            except Timeout:
                if stop is not None and stop.is_set():
                    raise FetchStopped(
                        "Stopped. Another program goes on fetching this model."
                    ) from None
        try:
            if not is_fetched(model):
                _fetch_all(model, folder, say, on_bytes, stop)
        finally:
            lock.release()
    except LearnerError:
        raise
    except OSError as problem:
        raise LearnerError(
            f"{model.id} could not be stored: {problem.strerror or problem}. Free"
            f" {model.bytes / 1e9:.1f} GB of disk, then fetch again; what arrived is kept."
        ) from problem
    return folder


def _fetch_all(
    model: Model,
    folder: Path,
    say: Say | None,
    on_bytes: OnBytes | None,
    stop: threading.Event | None,
) -> None:
    record = ask_hub(model.id, model.revision, stop)
    files = files_of(record, model.files)
    said = record.get("sha")
    commit = said if isinstance(said, str) else model.revision
    total = sum(file.size for file in files)
    here = {file.path: _bytes_here(folder / file.path, file.size) for file in files}
    missing = total - sum(here.values())
    free = shutil.disk_usage(folder).free
    if missing > free - 100_000_000:
        raise LearnerError(
            f"{model.id} needs {missing / 1e9:.2f} GB more on the disk and {free / 1e9:.2f} GB are"
            " free. Free some, then fetch again; what arrived is kept."
        )
    if say:
        say(
            f"Fetching {model.id}: {missing / 1e6:.0f} MB to go of {total / 1e6:.0f} MB, licence"
            f" {model.licence}. It is kept in {folder}."
        )
    with client() as session:
        for file in files:

            def count(size: int, path: str = file.path) -> None:
                here[path] = size
                if on_bytes:
                    on_bytes(sum(here.values()), total)

            _fetch_file(session, model, file, commit, folder / file.path, count, stop)
    unfinished = folder / (DONE + ".part")
    unfinished.write_text(
        json.dumps(
            {
                "id": model.id,
                "revision": commit,
                "licence": model.licence,
                "files": [vars(file) for file in files],
            },
            indent=1,
        ),
        encoding="utf-8",
    )
    os.replace(unfinished, folder / DONE)


def _part(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def _bytes_here(target: Path, size: int) -> int:
    """Bytes of a file that need not be fetched again."""
    for path in (target, _part(target)):
        if path.is_file() and path.stat().st_size <= size:
            return path.stat().st_size
    return 0


def _fetch_file(
    session,
    model: Model,
    file: HubFile,
    commit: str,
    target: Path,
    count: Callable[[int], None],
    stop: threading.Event | None,
) -> None:
    """One file, whole and checked, or an exception."""
    if is_right(target, file):
        return count(file.size)
    target.parent.mkdir(parents=True, exist_ok=True)
    part, damaged, attempt = _part(target), 0, 0
    while True:
        if part.is_file() and part.stat().st_size > file.size:
            part.unlink()
        have = part.stat().st_size if part.is_file() else 0
        if have == file.size and part.is_file():
            if is_right(part, file):
                os.replace(part, target)
                return count(file.size)
            part.unlink()
            damaged += 1
            if damaged > 1:
                raise LearnerError(
                    f"{file.path} of {model.id} arrived damaged twice. Check the network, or try a"
                    " mirror; your other models still work."
                )
            continue
        download = _Download(session, model, file, commit, part, have)
        download.go_on(count, stop)
        # while bytes arrive there is no reason to give up
        attempt = 0 if download.have > have else attempt + 1
        have, before = download.have, have
        if attempt >= TRIES:
            raise NoNetwork(
                f"The network broke off at {have / 1e6:.0f} of {file.size / 1e6:.0f} MB. Fetch"
                " again to go on from there; your other models still work."
            )
        if have < file.size and (download.wrong or have == before):
            pause(attempt, stop, download.asked)


class _Download:
    """One try to get the rest of a file."""

    def __init__(
        self, session, model: Model, file: HubFile, commit: str, part: Path, have: int
    ) -> None:
        self.session, self.model, self.file, self.part = session, model, file, part
        self.address = (
            f"{endpoint()}/{model.id}/resolve/{quote(commit, safe='')}/{quote(file.path)}"
        )
        self.have = have  # bytes
        self.wrong, self.asked = (
            False,
            "",
        )  # whether it failed, and how long the server says to wait

    def go_on(self, count: Callable[[int], None], stop: threading.Event | None) -> None:
        import httpx

        headers = {"range": f"bytes={self.have}-"} if self.have else {}
        try:
            with self.session.stream("GET", self.address, headers=headers) as answer:
                self._take(answer, count, stop)
                self.asked = answer.headers.get("retry-after", "")
                self.wrong = answer.status_code >= 400
        except httpx.HTTPError:
            self.asked, self.wrong = "", True

    def _take(self, answer, count: Callable[[int], None], stop: threading.Event | None) -> None:
        if answer.status_code in (200, 206):
            if answer.status_code == 200:
                self.have = 0  # the server sends it from the start
            self._write(answer, count, stop)
        elif answer.status_code == 416:  # what is here does not fit what is there
            self.part.unlink(missing_ok=True)
        elif answer.status_code != 429 and answer.status_code < 500:
            raise refuse(answer.status_code, self.model.id)

    def _write(self, answer, count: Callable[[int], None], stop: threading.Event | None) -> None:
        with self.part.open("r+b" if self.part.is_file() else "wb") as out:
            out.truncate(self.have)
            out.seek(self.have)
            for block in answer.iter_bytes(1 << 18):
                if stop is not None and stop.is_set():
                    raise FetchStopped(
                        "Stopped. What arrived is kept; fetch again to go on from there."
                    )
                block = block[: self.file.size - self.have]
                if not block:
                    break
                out.write(block)
                self.have += len(block)
                count(self.have)
        if self.file.size == 0:
            self.part.touch()
