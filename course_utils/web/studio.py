"""The studios in a browser: one page for each, for phones as for large screens, by keyboard and by
ear, with nothing fetched from elsewhere.
"""

from __future__ import annotations

from course_utils.creation import LearnerError
from course_utils.models.big_tools import still_coming
from course_utils.web.page import TITLE

__all__ = ["open_studio", "studio_app"]

LARGEST_BODY = 60_000_000  # bytes of a request


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
    app.include_router(studio_router(lambda: seat))
    app.add_api_route("/", to_studios, methods=["GET"])
    app.add_middleware(Doorkeeper, largest=LARGEST_BODY, headers=())
    return app
