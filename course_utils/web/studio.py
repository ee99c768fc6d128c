"""The studios in a browser: one page for each, for phones as for large screens, by keyboard and by
ear, with nothing fetched from elsewhere.
"""

from __future__ import annotations

import sys

from course_utils.creation import LearnerError
from course_utils.models.big_tools import still_coming
from course_utils.web.page import TITLE

LARGEST_BODY = 60_000_000  # bytes of a request
ELSEWHERE = (
    "This page was asked for under another name than this computer's, so it was not shown. Open it"
    " at http://127.0.0.1 and its port."
)
# where a notebook may show the page in a frame
FRAMES = "'self' http://127.0.0.1:* http://localhost:*"
COLAB = " https://*.googleusercontent.com https://colab.research.google.com"


def open_studio(port: int | None = None, public: bool = False):
    """Open the studios as a page for a browser: the same engines and the same portfolio as in the
    notebooks. `close()` ends it.
    """
    from course_utils.web.launch import show_app

    return show_app(studio_app(), port, public)


def studio_app():
    """The studios for this computer's own browser, as a FastAPI app that is not open yet.

    Raises:
        LearnerError: fastapi is not installed.
    """
    try:
        from fastapi import FastAPI

        from course_utils.classroom.app import Doorkeeper
        from course_utils.web.routes import studio_router, to_studios
    except ImportError as problem:
        still_coming("The browser studio")
        raise LearnerError(
            "The browser studio needs the libraries fastapi and python-multipart, which are not"
            " installed here. Run `python start.py` in the course folder."
        ) from problem
    from course_utils.web.seat import Seat

    app, seat = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None), Seat()
    app.state.framed_by = FRAMES + COLAB * ("google.colab" in sys.modules)
    app.include_router(studio_router(lambda: seat))

    app.add_api_route("/", to_studios, methods=["GET"])
    app.add_middleware(OnlyAsItself)
    app.add_middleware(Doorkeeper, largest=LARGEST_BODY, headers=())
    return app


class OnlyAsItself:
    """Answers only where this computer is called by a name of its own: another site's page in the
    same browser, whose name has come to mean this computer, can neither read nor act here.

    `app.state.any_name` is set where a proxy stands before it, which has guards of its own.
    """

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        from starlette.requests import Request
        from starlette.responses import PlainTextResponse

        request = Request(scope)
        name = request.headers.get("host", "").rsplit(":", 1)[0]
        own = name in ("127.0.0.1", "localhost", "[::1]")
        if not own and not getattr(request.app.state, "any_name", False):
            return await PlainTextResponse(ELSEWHERE, 421)(scope, receive, send)
        await self.app(scope, receive, send)
