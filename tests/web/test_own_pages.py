"""The browser studio answers nobody but its own page."""

from __future__ import annotations

import httpx
import pytest

from course_utils.web.launch import POLICY, show_app
from course_utils.web.own_pages import ELSEWHERE, FRAMES, NOT_HERE, OwnPagesOnly


@pytest.fixture(scope="module")
def running():
    import gradio

    with gradio.Blocks(title="A small app", analytics_enabled=False) as app:
        gradio.Textbox(label="Words")
    running = show_app(app)
    yield running
    running.close()


@pytest.fixture
def browser(running):
    with httpx.Client(base_url=running.local.rstrip("/"), trust_env=False, timeout=10) as client:
        yield client


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.5:7860", ""])
def test_a_name_that_only_leads_here_is_not_answered(browser, host):
    for path in ("/", "/config", "/sound/000000000000.wav"):
        answer = browser.get(path, headers={"Host": host})
        # the server itself refuses a request without any host
        assert answer.status_code in (400, 403) and (not host or answer.text == NOT_HERE)


def test_its_own_names_are_answered(browser, running):
    for host in (f"127.0.0.1:{running.port}", f"localhost:{running.port}"):
        answer = browser.get("/", headers={"Host": host})
        assert answer.status_code == 200
        assert f"frame-ancestors {FRAMES}" in answer.headers["content-security-policy"]
        assert POLICY in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_page_stores_no_file_here(browser, headers):
    answer = browser.post("/gradio_api/upload", files={"files": ("a.png", b"x")}, headers=headers)
    assert answer.status_code == 403 and answer.text == ELSEWHERE


def test_its_own_page_stores_a_file(browser, running):
    origin = running.local.rstrip("/")
    for headers in ({"Origin": origin}, {"Sec-Fetch-Site": "same-origin"}):
        answer = browser.post(
            "/gradio_api/upload", files={"files": ("a.png", b"x")}, headers=headers
        )
        assert answer.status_code == 200


def test_behind_a_service_its_names_count_and_what_the_browser_says():
    guard = OwnPagesOnly(None, proxied=True)
    assert guard.refusal("GET", {b"host": b"hub.school.example"}) == ""
    asked = {b"host": b"localhost:8888", b"origin": b"https://hub.school.example"}
    assert guard.refusal("POST", {**asked, b"sec-fetch-site": b"same-origin"}) == ""
    assert guard.refusal("POST", {**asked, b"sec-fetch-site": b"cross-site"}) == ELSEWHERE


def test_a_public_link_is_answered_only_where_there_is_one():
    headers = {b"host": b"0123456789abcdef.gradio.live"}
    assert OwnPagesOnly(None, public=True).refusal("GET", headers) == ""
    assert OwnPagesOnly(None).refusal("GET", headers) == NOT_HERE
