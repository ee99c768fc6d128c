"""What goes wrong on a page for people is a page with a sentence."""

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.testclient import TestClient

from course_utils.creation import LearnerError
from course_utils.web.routes import PageRoute

pages = APIRouter(route_class=PageRoute)


@pages.get("/number")
def number(after: int = 0):
    if after == 1:
        raise LearnerError("Choose another <number>.")
    if after == 2:
        raise HTTPException(401, "no key")
    raise HTTPException(404, "It is not here.")


def asked(query, **more):
    app = FastAPI()
    app.include_router(pages)
    return TestClient(app).get(f"/number{query}", follow_redirects=False, **more)


def test_what_goes_wrong_is_a_page_with_a_sentence():
    for query, status, sentence in (
        ("?after=x", 422, "did not come as a form"),
        ("?after=1", 422, "Choose another &lt;number&gt;."),
        ("", 404, "It is not here."),
    ):
        answer = asked(query)
        assert answer.status_code == status and sentence in answer.text, query
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_without_a_key_the_way_leads_in():
    answer = asked("?after=2")
    assert answer.status_code == 303 and answer.headers["location"] == "/"


def test_the_program_of_a_page_is_answered_in_json():
    answer = asked("?after=1", headers={"x-studio": "parts"})
    assert answer.json() == {"detail": "Choose another <number>."}
