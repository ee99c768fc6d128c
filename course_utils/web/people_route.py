"""Routes whose answers people read: what goes wrong is a page with a sentence, never bare JSON."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

from course_utils.creation import LearnerError
from course_utils.languages import known, speaking, speech_asked_for

__all__ = ["NO_FORM", "PeopleRoute", "base_of"]

LANGUAGE = "language"  # the cookie that keeps what was chosen at the top of a page
NO_FORM = "That did not come as a form. Open the page itself and press its button."


def base_of(request: Request) -> str:
    """The path a proxy puts before every address, or nothing."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def language_of(request: Request, wish: str = "") -> str:
    """What a page is written in: as chosen on it, else as the browser asks."""
    chosen = wish or request.cookies.get(LANGUAGE, "")
    return (
        chosen
        if chosen in known()
        else speech_asked_for(request.headers.get("accept-language", ""))
    )


class PeopleRoute(APIRoute):
    """Answers for people: a page with the sentence, or the way in for whoever has no key."""

    way_in = "/"

    def get_route_handler(self) -> Callable:
        handle = super().get_route_handler()

        async def in_language(request: Request) -> Response:
            wish = request.query_params.get("language", "")
            with speaking(language_of(request, wish)):
                response = await answer(request)
            if wish in known():
                response.set_cookie(LANGUAGE, wish, samesite="lax")
            return response

        async def answer(request: Request) -> Response:
            try:
                response = await handle(request)
            except HTTPException as problem:
                if problem.status_code == 401:
                    response = RedirectResponse(f"{base_of(request)}{self.way_in}", 303)
                else:
                    response = self.page(request, str(problem.detail), problem.status_code)
            except LearnerError as sentence:
                response = self.page(request, str(sentence), self.status_of(sentence))
            except RequestValidationError as problem:
                response = self.page(request, self.misshapen(problem), 422)
            response.headers.setdefault("Content-Security-Policy", self.policy(request))
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return in_language

    def page(self, request: Request, sentence: str, status: int) -> Response:
        """A page that says no, with a way on."""
        raise NotImplementedError

    def policy(self, request: Request) -> str:
        """What a browser may load in these pages."""
        raise NotImplementedError

    def status_of(self, sentence: LearnerError) -> int:
        return 422

    def misshapen(self, problem: RequestValidationError) -> str:
        """What is wrong with a request that is no form of ours."""
        return NO_FORM
