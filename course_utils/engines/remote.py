"""Making on a room's shared computer (`course room`): the same recipes and results,
and the model of this computer when the room goes away.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import os
import re
import ssl
import threading
import time
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from course_utils.creation import Creation, Kind, LearnerError, Recipe, new_id
from course_utils.engines.base import Engine, OnProgress, Progress, is_whole, rest_of
from course_utils.kinds import kind_named
from course_utils.safety.sensitive_topics import age_group

if TYPE_CHECKING:
    import httpx

__all__ = [
    "Away",
    "RemoteEngine",
    "as_progress",
    "host_of",
    "in_this_network",
    "link_to",
    "on_this_computer",
]

# seconds to wait for a connection, and for the next sign of life (the room gives one every ten)
CONNECT, BETWEEN = 4.0, 25.0
RECONNECTS = 4  # tries when the line is cut; each waits half a second longer
ORDERS = 3  # times the same is asked for, when the room was started anew and has forgotten it
NO_ROOM = "what answers at that address is no room of this course"
LATER = 20.0  # seconds for which a room that is away is not asked again
CALLED = {
    "image": "picture",
    "words": "text",
    "tune": "tune",
    "backing": "backing track",
    "sound": "sound",
}


class Away(Exception):
    """The room's computer cannot make it; the message is a sentence that says why."""


class Forgotten(Exception):
    """The room does not know the order any more."""


class Link:
    """The way to one room: its address, its code, and the key it gave.

    The key is kept in memory only.
    """

    def __init__(self, address: str, code: str) -> None:
        """
        Raises:
            LearnerError: the address or the code is none.
        """
        self.address, self.code = address.strip().rstrip("/"), code.strip()
        if not host_of(self.address) or not self.code:
            raise LearnerError(
                "A room is named by its address and its code, such as"
                " http://192.168.1.20:8000#ABCD-2345. Ask your teacher for both."
            )
        self.away_until, self.key, self._lock = 0.0, "", threading.Lock()
        self._client: httpx.Client | None = None

    @property
    def host(self) -> str:
        return host_of(self.address)

    @property
    def open_to_others(self) -> bool:
        """Whether others in the network could read along."""
        return self.address.startswith("http:") and not on_this_computer(self.host)

    def client(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._client is None:
                own = os.environ.get("COURSE_ROOM_CERTIFICATE", "").strip()
                try:
                    verify = ssl.create_default_context(cafile=own) if own else True
                except (OSError, ssl.SSLError) as problem:
                    raise LearnerError(
                        "The room's certificate in COURSE_ROOM_CERTIFICATE cannot be read. Ask your"
                        " teacher for the file again."
                    ) from problem
                # no proxies from the environment and no redirects: words and key go to the named
                # machine only
                self._client = httpx.Client(
                    timeout=httpx.Timeout(BETWEEN, connect=CONNECT),
                    trust_env=False,
                    follow_redirects=False,
                    verify=verify,
                )
            return self._client

    def join(self) -> dict:
        """Ask for a key with the code; what the room says of itself.

        Raises:
            Away: it does not answer, or has ended.
            LearnerError: the code is wrong.
        """
        answer = self.request("POST", "/v1/join", {"code": self.code}, keyless=True)
        try:
            said = answer.json()
            self.key = str(said["key"])
            return said
        except (ValueError, KeyError, TypeError, RecursionError) as problem:
            raise Away(NO_ROOM) from problem

    def request(self, method: str, path: str, body: dict | None = None, keyless: bool = False):
        """An answer of the room that says yes.

        Raises:
            Away, Forgotten, LearnerError: see `check`.
        """
        import httpx

        if not keyless and not self.key:
            self.join()
        try:
            answer = self.client().request(
                method, self.address + path, json=body, headers={} if keyless else self.headers()
            )
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise Away("the room's computer does not answer") from problem
        check(answer.status_code, answer.content)
        return answer

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def lose_key(self) -> None:
        self.key = ""


def check(status: int, content: bytes) -> None:
    """Nothing for an answer that says yes.

    Raises:
        Away: the room is full, has ended, or has trouble of its own.
        Forgotten: it does not know what was asked for.
        LearnerError: a sentence the learner can act on.
    """
    if status in (200, 202):
        return
    try:
        sentence = str(json.loads(content)["detail"])[:400]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Away(
            "what answers at that address is no room of this course, or it has trouble of its own"
        ) from None
    if status == 404:
        raise Forgotten
    if status in (401, 413, 422, 429):
        raise LearnerError(sentence)
    if status == 410:
        raise Away("the room has ended")
    raise Away(
        "the room has too much to do just now"
        if status == 503
        else "the room's computer has trouble of its own"
    )


def in_this_network(host: str) -> bool:
    """Whether an address or name is this computer, or one of a local network and not of the
    internet (RFC 1918, 4193 and 6762; names without a dot).
    """
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".home.arpa", ".internal"))


@cache
def link_to(room: str) -> Link:
    """The one link to a room named as in COURSE_ROOM: ADDRESS#CODE, or both with a space between.

    Raises:
        LearnerError: it is not in that form.
    """
    address, _, code = room.strip().replace("#", " ", 1).partition(" ")
    return Link(address, code)


class RemoteEngine:
    """A room's engine in the place of this computer's.

    What it does not know about is asked of this computer's own engine.

    `room_words` says, after each work, what went to the room, or why it was made here after all.
    """

    def __init__(self, kind: Kind, room: str, own: Engine) -> None:
        self.kind, self.own, self.room_words = kind, own, ""
        self._said: list[str] = []  # what the room took no notice of
        self._made_here = False
        self.link = link_to(room)
        self._here = False  # whether the learner chose a model of this computer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    def load(self) -> None:
        """Nothing: this computer's own model is brought into memory only when it is needed."""

    def switch(self, model: Any) -> None:
        """Use a model of this computer from now on, see the own engine."""
        self.own.switch(model)
        self._here = True

    @property
    def where(self) -> str:
        """Where a learner's words go."""
        if self._here:
            return self.own.where or "Your words stay on this computer."
        open_way = " The way there is not encrypted." if self.link.open_to_others else ""
        return (
            f"Your words are sent to the room's computer {self.link.host}.{open_way} Write nothing"
            " private."
        )

    def unread_words(self, prompt: str) -> str:
        """Of this computer's model, where that made the last; the room says so of its own."""
        return self.own.unread_words(prompt) if self._made_here else ""

    def without_effect(self, recipe: Recipe) -> str:
        """What the room took no notice of, as it said with the last work, or this computer's model
        where that made it.
        """
        here = self.own.without_effect(recipe) if self._made_here else ""
        return " ".join(dict.fromkeys(filter(None, (*self._said, here))))

    def unused(self, recipe: Recipe) -> list[str]:
        """Words of the prompt nothing is done with: the same there as here, by the same tables."""
        return self.own.unused(recipe)

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        **ingredients,
    ) -> Iterator[Creation]:
        """Yield creations made in the room; see `Engine.create`.

        Those the room cannot make, from the first missing one on, are made by this computer's
        model.

        Raises:
            LearnerError: the recipe cannot be followed, or the room's code is wrong.
        """
        finished, why = 0, self._why_here(recipe, ingredients)
        self._said, self._made_here = [], False
        if not why:
            self.room_words = self._sent(ingredients)
            try:
                for creation in self._from_room(recipe, ingredients, on_progress, stop):
                    finished += 1
                    yield creation
                return
            except Away as away:
                if is_whole(recipe, finished):  # only the room's last word did not come
                    return
                why = str(away)
                self.link.away_until = time.monotonic() + LATER
        if stop is not None and stop.is_set():
            return
        some = f" after {finished} came from the room" if finished else ""
        self.room_words = (
            f"Made by this computer's own model{some}, because {why}. Nothing was lost."
        )
        if on_progress is not None:
            on_progress(Progress(0, 1, None, self.room_words))
        self._made_here = True
        yield from self.own.create(
            rest_of(recipe, finished), on_progress=on_progress, stop=stop, **ingredients
        )

    def _why_here(self, recipe: Recipe, ingredients: dict) -> str:
        """Why the room is not asked, "" when it is."""
        if self._here:
            return "you chose a model of this computer"
        if age_group() == "under 13" and not in_this_network(self.link.host):
            return "a course for children under 13 sends words to a room in its own network only"
        if ingredients.get("own") is not None or recipe.settings.get("own_model"):
            return "your own model stays on this computer"
        if kind_named(recipe.kind).names_model and recipe.model and not self._ships(recipe):
            return "its recipe names a model of this computer"
        if time.monotonic() < self.link.away_until:
            return "the room's computer did not answer a moment ago"
        return ""

    def _ships(self, recipe: Recipe) -> bool:
        from course_utils.models.catalogue import models_for

        return recipe.model not in [one.id for one in models_for(recipe.kind) if not one.ships]

    def _sent(self, ingredients: dict) -> str:
        parts = [
            one
            for given in ingredients.values()
            if given is not None
            for one in (given if isinstance(given, list | tuple) else [given])
        ]
        kinds = [CALLED.get(part.kind, part.kind) for part in parts]
        what = "your words and settings" + (
            f" and the {' and the '.join(kinds)} it began from" if kinds else ""
        )
        return f"To the room's computer {self.link.host} went {what}, nothing else."

    # The way to the room and back

    def _from_room(
        self, recipe: Recipe, ingredients: dict, on_progress, stop
    ) -> Iterator[Creation]:
        sent = {
            name: [
                one.model_copy(update={"edits": []}).model_dump(mode="json")
                for one in (given if isinstance(given, list | tuple) else [given])
            ]
            for name, given in ingredients.items()
            if given is not None
        }
        finished = 0
        for _ in range(ORDERS):
            try:
                order = self._order(
                    {"recipe": rest_of(recipe, finished).model_dump(), "ingredients": sent}
                )
                for creation in self._follow(order, on_progress, stop):
                    finished += 1
                    yield creation
                return
            except Forgotten:  # the room was started anew; the same seed makes the same
                if is_whole(recipe, finished):
                    return
        raise Away("the room's computer was started anew again and again")

    def _order(self, body: dict) -> str:
        """The id of an order the room took on.

        A key that is no good any more is asked for anew once.
        """
        try:
            answer = self.link.request("POST", "/v1/makings", body)
        except LearnerError:
            self.link.lose_key()
            answer = self.link.request("POST", "/v1/makings", body)
        try:
            said = answer.json()
        except (ValueError, RecursionError) as problem:
            raise Away(NO_ROOM) from problem
        order = str(said.get("id", "")) if isinstance(said, dict) else ""
        if not re.fullmatch(r"[0-9a-f]{12}", order):
            raise Away(NO_ROOM)
        return order

    def _follow(self, order: str, on_progress, stop) -> Iterator[Creation]:
        import httpx

        last, cut, troubles, over = 0, 0, [], threading.Event()
        path = f"/v1/makings/{order}"
        if stop is not None:
            threading.Thread(target=self._watch, args=(path, stop, over), daemon=True).start()
        try:
            while True:
                try:
                    with self.link.client().stream(
                        "GET",
                        f"{self.link.address}{path}/events",
                        headers={**self.link.headers(), "Last-Event-ID": str(last)},
                    ) as answer:
                        if answer.status_code != 200:
                            check(answer.status_code, answer.read())
                        for number, event, data in events(answer.iter_lines()):
                            cut, last = 0, number or last
                            if event == "creation":
                                yield self._checked(data.get("creation"))
                            elif event == "trouble":
                                troubles.append(data)
                            elif event == "said":
                                self._said.append(str(data.get("sentence", ""))[:1000])
                            elif event == "end":
                                over.set()
                                self._end(data, troubles)
                                return
                            elif on_progress is not None:
                                on_progress(as_progress(event, data))
                except httpx.HTTPError:
                    pass
                cut += 1
                if cut > RECONNECTS:
                    raise Away("the room's computer went away in the middle")
                if stop is not None and stop.is_set():
                    return
                time.sleep(0.5 * cut)
        finally:
            if not over.is_set():
                over.set()
                self._try_to_stop(path)

    def _end(self, data: dict, troubles: list[dict]) -> None:
        if not troubles:
            return
        if any(trouble.get("ours") for trouble in troubles):
            raise Away("the room's computer had trouble of its own")
        raise LearnerError(
            str(troubles[0].get("sentence", ""))[:400]
            or "The room could not make it. Ask in other words."
        )

    def _checked(self, given) -> Creation:
        """A creation that the room sent, held against the schema, with an id of its own here."""
        try:
            creation = Creation.model_validate_json(json.dumps(given))
        except (ValidationError, ValueError) as problem:
            raise Away("what came from the room's computer was damaged") from problem
        if creation.kind != self.kind:
            raise Away("what came from the room's computer was something else than was asked for")
        return creation.model_copy(update={"id": new_id()})

    def _watch(self, path: str, stop: threading.Event, over: threading.Event) -> None:
        """Pass Stop on to the room at once, also while it has no news."""
        while not over.is_set():
            if stop.wait(0.2):
                self._try_to_stop(path)
                return

    def _try_to_stop(self, path: str) -> None:
        try:
            self.link.request("DELETE", path)
        except (Away, Forgotten, LearnerError):
            pass  # it ends by itself


def events(lines: Iterator[str]) -> Iterator[tuple[int | None, str, dict]]:
    """(number, name, data) of server-sent events; lines that are none are passed over."""
    number, name, data = None, "", ""
    for line in lines:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "id" and value.isdigit():
            number = int(value)
        elif field == "event":
            name = value
        elif field == "data":
            data += value
        elif not line and name:
            try:
                found = json.loads(data)
            except (ValueError, RecursionError):
                found = None
            if isinstance(found, dict):
                yield number, name, found
            number, name, data = None, "", ""


def as_progress(event: str, data: dict) -> Progress:
    """What a studio shows of the room's news."""
    if event == "waiting":
        seconds = data.get("seconds")
        soon = (
            f", about {seconds:.0f} seconds"
            if isinstance(seconds, int | float) and seconds >= 1
            else ""
        )
        place = data.get("place") if isinstance(data.get("place"), int) else 0
        if data.get("paused") is True:
            return Progress(
                0,
                1,
                None,
                f"Your teacher has paused the room. You keep place {place} in its queue.",
            )
        return Progress(0, 1, None, f"Waiting in the room's queue: place {place}{soon}.")
    try:
        preview = (
            str(data["text"])
            if "text" in data
            else base64.b64decode(data["png"])
            if "png" in data
            else None
        )
        return Progress(
            max(0, int(data.get("step", 0))),
            max(1, int(data.get("total", 1))),
            preview,
            "The room's computer is at work.",
        )
    except (ValueError, TypeError):
        return Progress(0, 1, None, "The room's computer is at work.")


def host_of(address: str) -> str:
    """The host in a web address, "" if it is none that can be used:
    a name and password inside would end in messages.
    """
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises when it is no port
        return (
            ""
            if parts.scheme not in ("http", "https") or parts.username or parts.password
            else parts.hostname or ""
        )
    except ValueError:
        return ""


def on_this_computer(host: str) -> bool:
    """Whether a host name is the loopback."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
