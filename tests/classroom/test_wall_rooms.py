"""The wall as pupils and their teacher meet it: who may do what,
what is turned away with a sentence, and what stays as it came.
"""

from __future__ import annotations

import base64
import html
import io

import pytest
from wall_works import EVERY, file_of, open_wall, page, picture, sound, text, tune

from course_utils.classroom.wall.intake import ACTS, NO_FILTER, checked
from course_utils.creation import LearnerError, Recipe
from course_utils.files import unpack_bytes


@pytest.fixture
def people(tmp_path):
    with open_wall(tmp_path / "wall") as (app, teacher, ada, ben, stranger):
        yield app, teacher, ada, ben, stranger


def shown(visit) -> list[str]:
    return [work["title"] for work in visit("GET", "/v1/wall/works").json()["works"]]


def test_from_a_pupil_to_the_wall_and_off_it_again(people):
    _, teacher, ada, ben, _ = people
    made = picture()
    answer = ada.publish(made, "Fox at night", credit="Ada", about="A round fox, nearly a tomato")
    assert answer.status_code == 201, answer.text
    work = answer.json()
    assert (work["state"], work["mine"], work["description"], work["note"]) == (
        "waiting",
        True,
        "A round fox, nearly a tomato",
        "",
    )
    assert (
        shown(ada) == shown(ben) == []
        and ben("GET", f"/v1/wall/works/{work['id']}").status_code == 404
    )
    assert [ben("GET", work[part]).status_code for part in ("file", "see")] == [404, 404]
    assert (
        "Fox at night" not in ben("GET", "/wall").text
        and "Waits for the teacher" in ada("GET", "/wall").text
    )
    assert "Fox at night" in teacher("GET", "/wall/teacher").text
    assert teacher("POST", f"/v1/wall/works/{work['id']}/approve").json()["state"] == "shown"
    assert shown(ben) == ["Fox at night"]
    kept = ben("GET", work["file"])
    assert (
        kept.content == file_of(made)[1]
        and "attachment" in kept.headers["content-disposition"]
        and "sandbox" in kept.headers["content-security-policy"]
    )
    assert unpack_bytes(kept.content, ".png").recipe == made.recipe
    assert ben("GET", work["see"]).headers["content-type"] == "image/webp"
    assert ben("DELETE", f"/v1/wall/works/{work['id']}").status_code == 404 and shown(ben)
    assert ada("DELETE", f"/v1/wall/works/{work['id']}").status_code == 204 and shown(ada) == []


def test_what_only_the_teacher_may_do(people):
    _, teacher, ada, ben, stranger = people
    work = ada.publish(text(), "Moon").json()["id"]
    for decision in ("approve", "hide", "pin", "unpin"):
        for path in (f"/v1/wall/works/{work}/{decision}", f"/wall/works/{work}/{decision}"):
            assert ada("POST", path).status_code == ben("POST", path).status_code == 403
    for path in (
        "/wall/teacher",
        "/wall/project",
        "/v1/wall/site.zip",
        "/v1/wall/works?which=waiting",
        "/v1/wall/works?which=hidden",
    ):
        assert ada("GET", path).status_code == 403 and teacher("GET", path).status_code in (
            200,
            422,
        )
    assert (
        stranger("GET", "/v1/wall/works").status_code == 401
        and stranger("GET", f"/v1/wall/works/{work}/file").status_code == 401
    )
    assert stranger("GET", "/wall").headers["location"] == "/wall/join"
    assert stranger.publish(text(), "Moon").status_code == 401
    # a key nobody signed
    assert (
        stranger(
            "GET", "/wall", headers={"Authorization": f"Bearer teacher.{'0' * 12}.{'0' * 40}"}
        ).status_code
        == 303
    )


def test_anybody_reports_and_the_teacher_looks(people):
    _, teacher, ada, ben, _ = people
    work = ada.publish(text(), "Moon").json()["id"]
    teacher("POST", f"/v1/wall/works/{work}/approve")
    answer = ben("POST", f"/wall/works/{work}/report", data={"why": "it is about <me>"})
    assert answer.status_code == 303 and answer.headers["location"] == "/wall?said=reported"
    # who reported it sees it no more; others do, for the teacher has approved it
    assert shown(ben) == [] and ben("GET", f"/wall/works/{work}").status_code == 404
    assert ben("GET", f"/v1/wall/works/{work}/file").status_code == 404
    seen = ada("GET", "/v1/wall/works").json()["works"]
    assert [(one["title"], one["state"]) for one in seen] == [("Moon", "shown")]
    looked = teacher("GET", "/wall/teacher").text
    assert "it is about &lt;me&gt;" in looked and "Reported: look at these first: 1" in looked
    # who is reported is not told why, nor by whom
    assert (
        "about"
        not in ada("GET", f"/wall/works/{work}")
        .text.partition("<main")[2]
        .partition("Description")[0]
    )
    teacher("POST", f"/wall/works/{work}/approve")
    assert shown(ben) == ["Moon"]
    assert ada("POST", f"/v1/wall/works/{work}/report", json={"why": "x" * 301}).status_code == 422


def test_every_kind_is_shown_with_words_for_those_who_do_not_see_it(people):
    _, teacher, ada, ben, _ = people
    for kind, make in EVERY.items():
        answer = ada.publish(make(), f"A {kind}")
        assert answer.status_code == 201, (kind, answer.text)
        work = answer.json()
        teacher("POST", f"/v1/wall/works/{work['id']}/approve")
        assert (
            work["description"]
            and (work["see"] or kind == "words")
            and (work["hear"] or kind not in ("tune", "sound"))
        )
        for part in ("see", "hear"):
            assert not work[part] or ben("GET", work[part]).status_code == 200
        alone = ben("GET", f"/wall/works/{work['id']}").text
        assert f"<h1>A {kind}</h1>" in alone and "autoplay" not in alone
        assert html.escape(work["description"]) in alone
        if kind == "page":
            card = ben("GET", f"/v1/wall/works/{work['id']}/card")
            assert (
                card.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
                and "sandbox></iframe>" in alone
            )
            assert (
                teacher("GET", f"/v1/wall/works/{work['id']}").json()["note"] == NO_FILTER
                and work["note"] == ""
            )
    wall = ben("GET", "/wall")
    assert (
        "script" not in wall.text
        and "default-src 'none'" in wall.headers["content-security-policy"]
    )
    assert 'preload="none"' in wall.text and 'loading="lazy"' in wall.text


@pytest.mark.parametrize(
    "title",
    [
        "Robert'); DROP TABLE works;--",
        '" onmouseover="alert(1)',
        "{{config}} & <3 or &lt;i&gt;",
        "'; UPDATE works SET state='shown';--",
        "三日月",
    ],
)
def test_hostile_titles_stay_titles(people, title):
    _, teacher, ada, ben, _ = people
    work = ada.publish(text(), title, credit=title[:60], about=title).json()
    assert work["title"] == title and shown(ben) == []
    teacher("POST", f"/v1/wall/works/{work['id']}/approve")
    for visit, path in (
        (ben, "/wall"),
        (ben, f"/wall/works/{work['id']}"),
        (teacher, "/wall/teacher"),
        (teacher, "/wall/project"),
    ):
        answer = visit("GET", path)
        assert (
            answer.status_code == 200
            and html.escape(title, quote=True) in answer.text
            and title not in answer.text.replace(html.escape(title, quote=True), "")
        )
    assert ben("GET", work["file"]).status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Give your work a title"),
        ({"title": "   "}, "Give your work a title"),
        ({"title": "x" * 81}, "81 characters and the limit is 80"),
        ({"title": "<script>alert(1)</script>"}, "looks like web code"),
        ({"title": "you shit"}, "classroom filter"),
        ({"title": "Fox", "credit": "asshole"}, "classroom filter"),
        ({"title": "Fox", "credit": "ada@example.com"}, "e-mail address"),
        ({"title": "Fox", "about": "call 020 7946 0958"}, "telephone number"),
    ],
)
def test_titles_and_credits_pass_the_filter_first(people, typed, sentence):
    _, _, ada, *_ = people
    answer = ada.publish(text(), **typed)
    assert answer.status_code == 422 and sentence in answer.json()["detail"]
    again = ada("POST", "/wall/works", files={"file": file_of(text())}, data=typed)
    assert (
        again.status_code == 422
        and 'role="alert"' in again.text
        and sentence.split("'")[0] in html.unescape(again.text)
    )
    assert ada("GET", "/v1/wall/works?which=mine").json()["works"] == []


def test_what_stands_in_the_work_passes_the_filter_too(people):
    _, _, ada, *_ = people
    card = page()
    hidden = card.model_copy(update={"content": card.content.replace(b'alt="', b'alt="shit ', 1)})
    for creation in (
        hidden,
        text(lines="the moon is shit"),
        text(words="shit moon"),
        picture("a shit fox"),
    ):
        answer = ada.publish(creation, "Fox")
        assert answer.status_code == 422 and "filter" in answer.json()["detail"]
    assert ada.publish(text(lines="write to me: ada@example.com"), "Fox").status_code == 422


def test_the_picture_filter_looks_where_it_is_installed(monkeypatch):
    from course_utils.models import hub
    from course_utils.pictures import content_filter as picture_filter

    bigger = picture().model_copy(
        update={"recipe": Recipe(kind="image", prompt="a fox", model="some/bigger-model")}
    )
    data = file_of(bigger)[1]
    monkeypatch.setattr(hub, "is_fetched", lambda model: False)
    assert checked(data, ".png", "Fox", "").note == NO_FILTER
    monkeypatch.setattr(hub, "is_fetched", lambda model: True)
    monkeypatch.setattr(
        picture_filter, "open_filter", lambda: lambda pictures: [True for _ in pictures]
    )
    with pytest.raises(LearnerError, match="not fit for a class"):
        checked(data, ".png", "Fox", "")
    monkeypatch.setattr(
        picture_filter, "open_filter", lambda: lambda pictures: [False for _ in pictures]
    )
    assert checked(data, ".png", "Fox", "").note == ""


def drawn(form: str, shade: int) -> str:
    """An address that holds a picture."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (24, 24), (shade, 90, 90)).save(buffer, form)
    return f"data:image/{form.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"


def in_a_drawing(address: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}"/></svg>'
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def test_the_picture_filter_sees_every_picture_of_a_page_however_it_is_written(monkeypatch):
    from course_utils.models import hub
    from course_utils.pictures import content_filter as picture_filter

    def look(pictures) -> list[bool]:
        seen.extend(one.getpixel((9, 9))[0] for one in pictures)
        return [False for _ in pictures]

    seen: list[int] = []
    monkeypatch.setattr(hub, "is_fetched", lambda model: True)
    monkeypatch.setattr(picture_filter, "open_filter", lambda: look)
    many = [f'<img alt="" src="{drawn("PNG", shade)}">' for shade in range(1, 21)]
    others = [
        f'<img src="{drawn("JPEG", 100)}" alt="">',
        f'<img alt="" src=" {drawn("WEBP", 150)} ">',
        f'<img alt="" src="{drawn("PNG", 200).replace("data:", "data&#58;")}">',
        f'<img alt="" src="{in_a_drawing(drawn("PNG", 250))}">',
    ]
    data = file_of(page())[1].replace(b"</body>", "".join(many + others).encode() + b"</body>")
    checked(data, ".html", "Many", "")
    for shade in (*range(1, 21), 100, 150, 200, 250):
        assert any(abs(one - shade) < 4 for one in seen), shade
    too_many = "".join(f'<img alt="" src="{drawn("PNG", n)}">' for n in range(70))
    for inside, said in (
        (too_many, "can look at 60"),
        (
            '<img alt="" src="data:image/png;base64,iVBORw0KGgo=">',
            "could not be read",
        ),
    ):
        with pytest.raises(LearnerError, match=said):
            data = file_of(page())[1].replace(b"</body>", inside.encode() + b"</body>")
            checked(data, ".html", "Many", "")


def test_files_that_are_none_of_ours_or_could_act_are_turned_away(people):
    _, _, ada, *_ = people

    def sent(name: str, data: bytes) -> str:
        answer = ada("POST", "/v1/wall/works", files={"file": (name, data)}, data={"title": "Fox"})
        assert answer.status_code == 422, answer.text
        return answer.json()["detail"]

    good = file_of(page())[1].decode()
    for bad in (
        "<script>alert(1)</script>",
        '<img src="https://example.com/x.png">',
        "<img src=x onerror=alert(1)>",
        '<iframe src="/wall"></iframe>',
        '<a href="javascript:alert(1)">x</a>',
        '<p style="background:url(//example.com)">x</p>',
        '<meta http-equiv="refresh" content="0">',
        '<form action="/wall/join"><input name=code></form>',
        '<svg><animate onbegin="alert(1)"/></svg>',
        '<base href="//example.com">',
        '<style>@import "//example.com"</style>',
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<svg><title><img src=x onerror=alert(1)></title></svg>",
        "<svg><desc><script>alert(1)</script></desc></svg>",
        "<![CDATA[x]]>",
        "<math><mtext></mtext></math>",
    ):
        assert sent("card.html", good.replace("</main>", bad + "</main>").encode()) == ACTS, bad
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">%s<title>x</title></svg>'
    )
    for bad in (
        b"<script>alert(1)</script>",
        b'<rect onclick="alert(1)"/>',
        b"<foreignObject/>",
        b'<image href="https://example.com/x.png"/>',
        b'<use href="//example.com/x.svg#a"/>',
        b"<style>rect{fill:url(http://example.com)}</style>",
    ):
        assert sent("page.svg", drawing % bad) == ACTS, bad
    assert sent("page.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing % b"&a;") == ACTS
    assert "could not be read" in sent("photo.png", b"\x89PNG\r\n\x1a\n")
    assert "cannot go on the wall" in sent("model.safetensors", b"x") and "empty" in sent(
        "work.md", b""
    )
    assert "no recipe" in sent("work.md", b"hello") and "another kind" in sent(
        "work.html", good.replace('"kind":"page"', '"kind":"image"').encode()
    )


def test_what_is_no_form_or_far_too_large_gets_a_sentence(people):
    app, _, ada, _, stranger = people
    assert (
        ada(
            "POST", "/v1/wall/works", content=b"x", headers={"Content-Type": "text/plain"}
        ).status_code
        == 422
    )
    assert ada("POST", "/v1/wall/works", data={"title": "Fox"}).status_code == 422
    assert (
        ada(
            "POST",
            "/v1/wall/works",
            content=b"--x\r\nbroken",
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        ).status_code
        == 422
    )
    big = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(200_000_000)}
    for visit in (ada, stranger):
        answer = visit("POST", "/v1/wall/works", content=b"", headers=big)
        assert answer.status_code == 413 and "too large" in answer.json()["detail"]
    too_many = ada.publish(text(lines="word " * 5000), "Long")
    assert too_many.status_code == 422 and "Publish a part" in too_many.json()["detail"]


def test_behind_a_proxy_every_address_keeps_its_path(tmp_path):
    with open_wall(tmp_path) as (app, teacher, ada, *_):
        app.root_path = "/user/someone/proxy/8000"
        work = ada.publish(picture(), "Fox").json()
        assert work["see"].startswith("/user/someone/proxy/8000/v1/wall/")
        found = teacher("GET", "/wall").text
        addresses = [
            part.split('"')[0]
            for name in ('href="', 'src="', 'action="')
            for part in found.split(name)[1:]
        ]
        assert addresses and all(
            one.startswith(("/user/someone/proxy/8000/", "#")) for one in addresses
        )


def test_joining_by_the_page_gives_a_browser_its_cookie(people):
    app, *_, stranger = people
    client = stranger.client
    wrong = client.post("/wall/join", data={"code": "NOPE-NOPE"}, follow_redirects=False)
    assert wrong.status_code == 401 and "not the code" in wrong.text
    right = client.post(
        "/wall/join", data={"code": app.state.room.code.lower()}, follow_redirects=False
    )
    assert (
        right.status_code == 303
        and "httponly" in right.headers["set-cookie"].lower()
        and "samesite=strict" in right.headers["set-cookie"].lower()
    )
    assert client.get("/wall").status_code == 200
    client.cookies.clear()


def test_sounds_are_fetched_in_parts(people):
    _, _, ada, *_ = people
    for make in (tune, sound):
        work = ada.publish(make(), "Air").json()
        part = ada("GET", work["hear"], headers={"Range": "bytes=0-9"})
        assert part.status_code == 206 and len(part.content) == 10
