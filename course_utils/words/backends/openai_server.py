"""Words from a server that speaks OpenAI's chat protocol (llama-server, vLLM and others):
one strong machine for a whole room.
"""

from __future__ import annotations

import json
import os
import re
from math import exp
from typing import TYPE_CHECKING

from course_utils.creation import LearnerError
from course_utils.engines.remote import host_of, on_this_computer
from course_utils.words.backends.backend import MIN_P, TOP_P, Ask, Backend, Receive, Step
from course_utils.words.templates import plain, turns

if TYPE_CHECKING:
    import httpx

__all__ = ["ServerBackend"]

# seconds to wait for a connection, and for the next piece (a busy server reads many prompts first)
CONNECT, BETWEEN = 5.0, 120.0
# what reading somebody else's JSON raises
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
MOST_ODDS = 20  # alternatives that servers are willing to list
ASK_TEACHER = "Ask your teacher, or leave the address out to use the course's own model."
TROUBLES = {
    400: "The words server did not understand the request. " + ASK_TEACHER,
    401: (
        "The words server wants a key, or the key is wrong. Set COURSE_WORDS_KEY to the right one"
        " and try again."
    ),
    403: (
        "The words server does not let this key in. Set COURSE_WORDS_KEY to the right one and try"
        " again."
    ),
    404: (
        "There is a server at that address, but no words model under that name or path. Check the"
        " address (it often ends in /v1) and the model's name."
    ),
    429: "The words server is busy with others. Wait a minute, then try again.",
}


class ServerBackend(Backend):
    """A model behind an address such as http://127.0.0.1:8080/v1.

    The key comes from the argument or COURSE_WORDS_KEY and is written nowhere.
    """

    at_once = 1  # a room shares it: one text a person at a time
    tells_odds = False

    def __init__(self, address: str, model: str = "", key: str = "") -> None:
        address = address.strip().rstrip("/")
        self.address = address if re.search(r"/v\d+$", address) else address + "/v1"
        self.name, self.revision, self._model = model or "words server", "", model
        self._key = key or os.environ.get("COURSE_WORDS_KEY", "").strip()
        self._extras = True  # whether the server takes settings beyond OpenAI's own
        self._client: httpx.Client | None = None

    @property
    def where(self) -> str:
        host = host_of(self.address) or "at the address you gave"
        return (
            "Your words go to a server on this computer."
            if on_this_computer(host)
            else f"Your words are sent to the server {host}. Write nothing private."
        )

    def load(self) -> None:
        self._connected()

    def _connected(self) -> httpx.Client:
        if self._client is not None:
            return self._client
        import httpx

        if not host_of(self.address):
            raise LearnerError(
                "The address of the words server must look like http://127.0.0.1:8080/v1. Check it"
                " and try again."
            )
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        # no proxies from the environment and no redirects: the words and the key go to the named
        # machine only
        client = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(BETWEEN, connect=CONNECT),
            trust_env=False,
            follow_redirects=False,
        )
        try:
            if not self._model:
                found = self._json(client, "GET", "/models")
                try:
                    self._model = str(found["data"][0]["id"])
                except (KeyError, IndexError, TypeError) as problem:
                    raise LearnerError(
                        f"The server at {host_of(self.address)} names no model. Set"
                        " COURSE_WORDS_MODEL to the model's name."
                    ) from problem
        except BaseException:
            client.close()
            raise
        # no folders of the server in recipes
        self.name = (
            re.split(r"[/\\]", self._model)[-1][:200]
            if re.match(r"([/\\~]|[A-Za-z]:)", self._model)
            else self._model[:200]
        )
        self._client = client
        return client

    def complete(self, ask: Ask, receive: Receive, steps: list[Step] | None = None) -> bool:
        said = [{"role": who, "content": text} for who, text in turns(ask.template, ask.topic)]
        body = {
            "model": self._model,
            "messages": said,
            "max_tokens": ask.length,
            "seed": ask.seed,
            "temperature": ask.surprise,
            "top_p": TOP_P,
            "stop": [ask.end],
            "stream": True,
        }
        # llama-server's kept prompts change the last bits, and with them what a seed writes: so it
        # reads each prompt anew
        extras = {
            "min_p": MIN_P,
            "repeat_penalty": ask.repeat,
            "repetition_penalty": ask.repeat,
            "cache_prompt": False,
            "chat_template_kwargs": {"enable_thinking": False},
        }
        if ask.grammar:
            extras["grammar"] = ask.grammar
        # the answer's beginning as an open turn: llama-server does so by itself, vLLM when told
        if ask.start:
            said.append({"role": "assistant", "content": plain(ask.start)})
            extras |= {"continue_final_message": True, "add_generation_prompt": False}
        import httpx

        try:
            while True:
                with self._connected().stream(
                    "POST",
                    self.address + "/chat/completions",
                    json={**body, **(extras if self._extras else {})},
                ) as answer:
                    if answer.status_code in (400, 422) and self._extras:
                        self._extras = False  # a server that refuses what it does not know
                        continue
                    check_status(answer.status_code)
                    return self._stream(answer, ask, receive)
        except httpx.HTTPError as problem:
            raise unreachable(problem) from problem

    def _stream(self, answer, ask: Ask, receive: Receive) -> bool:
        """Read server-sent events; True when the length limit cut the text off."""
        whole, given, reason, start, text = "", 0, None, ask.start, ""
        for line in answer.iter_lines():
            if not line.startswith("data:"):
                # a whole answer or a web page where a stream was asked for
                if line.strip().startswith(("{", "<")):
                    raise LearnerError(
                        "The words server answered with something else than words. " + ASK_TEACHER
                    )
                continue
            data = line[5:].strip()
            if data == "[DONE]":
                return reason == "length"
            try:
                message = json.loads(data)
                if "error" in message:
                    raise LearnerError(
                        "The words server had a problem of its own. Try again in a moment; what was"
                        " finished is kept."
                    )
                choice = message["choices"][0] if message["choices"] else {}
                piece = (choice.get("delta") or {}).get("content") or ""
            except LearnerError:
                raise
            except UNREADABLE as problem:
                raise LearnerError(
                    "The words server answered with something else than words. " + ASK_TEACHER
                ) from problem
            reason = choice.get("finish_reason") or reason
            whole += piece
            ready = len(whole)
            if given == 0 and start and len(whole) < len(start) and start.startswith(whole):
                continue  # it may be repeating the beginning, which some servers do
            if given == 0 and start and whole.startswith(start):
                given = len(start)
            piece, given = whole[given:], ready
            text += piece
            if piece and (receive(piece) or ask.is_enough(text)):
                return False
        if reason is None:
            raise LearnerError(
                "The words server went away in the middle of a text. What was finished is kept; try"
                " again in a moment."
            )
        return reason == "length"

    def next_odds(self, text: str, most: int) -> list[tuple[str, float]]:
        body = {
            "model": self._model,
            "prompt": plain(text),
            "max_tokens": 1,
            "temperature": 1.0,
            "logprobs": min(most, MOST_ODDS),
            "seed": 0,
        }
        found = self._json(self._connected(), "POST", "/completions", body)
        try:
            odds = found["choices"][0]["logprobs"]
            top = (
                [(each["token"], each["logprob"]) for each in odds["content"][0]["top_logprobs"]]
                if "content" in odds
                else list(odds["top_logprobs"][0].items())
            )
            return sorted(
                ((str(token), exp(value)) for token, value in top), key=lambda pair: -pair[1]
            )
        except (KeyError, IndexError, TypeError, AttributeError) as problem:
            raise LearnerError(
                "This words server does not tell its odds. Use the course's own model for that."
            ) from problem

    def pieces(self, text: str) -> list[str]:
        try:  # llama-server has this beside OpenAI's paths
            return [
                str(token["piece"])
                for token in self._json(
                    self._client,
                    "POST",
                    "/../tokenize",
                    {"content": plain(text), "with_pieces": True},
                )["tokens"]
            ]
        except (LearnerError, KeyError, TypeError) as problem:
            raise LearnerError(
                "This words server does not tell its pieces. Use the course's own model for that."
            ) from problem

    def _json(self, client, method: str, path: str, body: dict | None = None):
        import httpx

        try:
            answer = client.request(method, self.address + path, json=body)
        except httpx.HTTPError as problem:
            raise unreachable(problem) from problem
        check_status(answer.status_code)
        try:
            return answer.json()
        except (ValueError, RecursionError) as problem:
            raise LearnerError(
                "The server at that address is not a words server: it answered with something else."
                " Check the address."
            ) from problem


def check_status(code: int) -> None:
    """Nothing for a good answer.

    Raises:
        LearnerError: for every other, in words.
    """
    if code != 200:
        raise LearnerError(
            TROUBLES.get(code)
            or (
                f"The words server had a problem of its own ({code}). Try again in a"
                " moment; what was finished is kept."
            )
        )


def unreachable(problem: Exception) -> LearnerError:
    """The sentence for a connection that failed."""
    import httpx

    if isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol):
        return LearnerError(
            "No words server answers at that address. Check the address and that the server is"
            " running, or leave it out to use the course's own model."
        )
    if isinstance(problem, httpx.TimeoutException):
        return LearnerError(
            "The words server takes too long. What was finished is kept; try again in a moment."
        )
    return LearnerError(
        "The words server went away in the middle of a text. What was finished is kept; try again"
        " in a moment."
    )
