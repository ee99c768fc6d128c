"""The studio of the browser without a browser: what its buttons do, how it is opened,
and what it refuses.
"""

from __future__ import annotations

import dataclasses
import socket
import threading

import pytest
from fastapi.testclient import TestClient

from course_utils.controls import found
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.notebook.jobs import watching
from course_utils.portfolio.store import Portfolio
from course_utils.web import launch
from course_utils.web.desk import Desk
from course_utils.web.following import follow
from course_utils.web.own_pages import OwnPagesOnly
from course_utils.web.page import read
from course_utils.web.seat import Seat
from course_utils.web.studio import studio_app
from course_utils.web.studio_tabs import studio_for, studios
from tests.rooms import wait_until

FULL_BAND = dict.fromkeys(("drums", "bass", "chords", "pad"), "on")
OWN = {"Origin": "http://127.0.0.1:7860"}


@pytest.fixture
def page():
    """The studios, asked as a browser on this computer asks."""
    app = studio_app()
    app.add_middleware(OwnPagesOnly)
    return TestClient(app, base_url="http://127.0.0.1:7860", headers=OWN)


def desk_for(kind: str) -> Desk:
    return Desk(Seat(), studio_for(kind))


def press(desk: Desk, button: str, form: dict | None = None, **controls) -> dict:
    """What changes in the controls when a button was pressed and its work has ended."""
    if form is not None or controls:
        named = {f"c-{name}": value for name, value in controls.items()}
        read(desk, {"words": desk.words, **(form or {}), **named}, {})
    changed = desk.press(button)
    wait_until(lambda: not desk.busy, 120)
    return changed


def test_tracks_are_kept_varied_undone_and_taken_away():
    desk = desk_for("backing")
    form = {"words": "C G Am F", "seed": "5", "keep_seed": "on"}
    press(desk, "generate", form, repeats="1", **FULL_BAND)
    first = desk.shown
    assert "4 backing tracks are ready and saved" in desk.said
    assert desk.results.count("<audio controls") == 4
    assert [found(one).recipe.seed for one in first] == [5, 6, 7, 8]
    assert len(desk.results) < 400_000  # a phone fetches a sound when it is played
    path, kind = desk.seat.sound(first[0])
    assert path.read_bytes()[:4] == b"RIFF" and kind == "audio/wav"
    assert desk.seat.sound("0" * 12) is None and desk.seat.sound("../x") is None
    press(desk, "vary", {"which": "1", "keep_seed": "on"}, **FULL_BAND)
    assert {found(one).recipe.parent for one in desk.shown} == {first[1]}
    press(desk, "undo")
    assert desk.shown == first and desk.before == []
    press(desk, "use", {"which": "2"}, **FULL_BAND)
    number = [one.label for one in desk.spec.actions].index("Notes (MIDI)")
    press(desk, f"action-{number}", {"which": "0"}, **FULL_BAND)
    assert f"{first[2]}.mid" in desk.extra and "Download" in desk.extra
    assert [edit.what for edit in found(first[2]).edits] == ["chosen with Use this"]


def test_the_last_sentence_is_there_before_the_work_counts_as_ended(monkeypatch):
    desk = desk_for("sound")
    seen = []
    end = desk._end
    monkeypatch.setattr(desk, "_end", lambda: (seen.append(desk.said), end()))
    press(desk, "generate", {"words": "rain on glass"}, length="3.0")
    assert seen == [desk.said] and "ready" in desk.said


def test_remix_brings_words_and_settings_back():
    desk = desk_for("sound")
    press(desk, "generate", {"words": "rain on glass"}, length="3.0", loop="on")
    desk.words, desk.values["length"], desk.values["loop"] = "other words", 8.0, False
    changed = press(desk, "remix")
    assert changed["words"] == desk.words == "rain on glass"
    assert changed["loop"] is True and changed["length"] == desk.values["length"] == 3.0


@pytest.mark.parametrize("words", ["", "<b>cat</b>", "what the fuck", "قلب", "x" * 1000])
def test_bad_words_get_a_sentence_and_nothing_is_made(words):
    # of a long text a part is read
    kinds = ("image", "tune", "sound", *(("words",) if len(words) < 400 else ()))
    for desk in map(desk_for, kinds):
        press(desk, "generate", {"words": words})
        assert desk.wrong and not desk.results and "Traceback" not in desk.said
    assert Portfolio().list() == []


def test_buttons_without_a_candidate_say_so():
    for spec in studios():
        desk = Desk(Seat(), spec)
        actions = (f"action-{n}" for n, action in enumerate(spec.actions) if not action.alone)
        for button in ("again", "vary", *actions):
            press(desk, button)
            assert f"There is no {spec.noun} chosen yet" in desk.said
        for button in ("remix", "save", "use"):
            press(desk, button)
            assert "no candidate yet" in desk.said


def test_stop_keeps_what_is_done_and_one_page_works_once():
    desk, two = desk_for("image"), threading.Event()

    def four(*_):
        for number in range(4):
            if watching().stop.is_set():
                break
            creation = Creation(
                recipe=Recipe(kind="words", prompt="a", seed=number), content=b"a text"
            )
            Portfolio().save(creation)
            watching().on_made(creation)
            if number == 1:
                two.set()
                watching().stop.wait(60)
        return []

    desk.spec = dataclasses.replace(desk.spec, make=four)
    desk.press("generate")
    assert two.wait(60)
    desk.press("generate")
    assert "Already at work" in desk.said
    desk.press("stop")
    wait_until(lambda: not desk.busy)
    assert "Stopped. 2 finished" in desk.said
    assert len(desk.shown) == 2 and len(Portfolio().list()) == 2
    desk.press("stop")
    assert "Nothing is at work" in desk.said


def test_what_a_form_holds_is_taken_only_where_it_fits():
    desk = desk_for("sound")
    before = dict(desk.values)
    odd = {
        "c-length": "nan",
        "c-source": "<b>",
        "c-level": "1e400",
        "c-loop": "on",
        "seed": "9" * 40,
    }
    read(desk, {"words": "x" * 5000, "which": "99999", **odd}, {})
    assert {**before, "loop": True} == desk.values and len(desk.words) == 2000
    assert desk.seed == 2**31 - 1 and desk.press("no such button") == {}


def test_the_page_works_without_its_program_and_shows_what_was_kept(page):
    form = {"do": "generate", "words": "C G Am F", "c-repeats": "1"}
    form |= {f"c-{name}": "on" for name in FULL_BAND}
    shown = page.post("/studio/backing", data=form)
    assert shown.status_code == 200 and shown.url.path == "/studio/backing"
    wait_until(lambda: "4 backing tracks are ready" in page.get("/studio/backing").text, 60)
    assert "Number 4" in page.get("/studio/work").text
    assert page.get("/studio/work.zip").content[:2] == b"PK"
    card = page.post("/studio/work", data={"do": "card", "title": "Mine"})
    assert "A card needs at least one thing" in card.text
    assert page.get("/studio/nothing").status_code == 404


def test_another_site_can_neither_read_nor_act(page):
    assert page.get("/studio/image", headers={"Host": "evil.example"}).status_code == 403
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = page.post("/studio/image", data={"do": "generate"}, headers=headers)
        assert answer.status_code == 403
    policy = page.get("/studio/image").headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy and "frame-ancestors 'self'" in policy
    assert page.post("/studio/image", content=b"x" * 70_000_000).status_code == 413


def test_work_goes_on_and_is_kept_when_the_page_is_gone():
    done = threading.Event()

    def job():
        creation = Creation(recipe=Recipe(kind="words", prompt="a"), content=b"a text")
        Portfolio().save(creation)
        watching().on_made(creation)
        done.set()

    page = follow(job, "text", threading.Event())
    next(page)
    page.close()
    assert done.wait(60) and len(Portfolio().list()) == 1


def test_an_unexpected_problem_is_a_sentence_and_its_cause_is_kept():
    *_, last = follow(lambda: 1 / 0, "text", threading.Event())
    assert last.done and last.wrong and "course doctor" in last.said
    assert "ZeroDivisionError" in "".join(
        path.read_text() for path in Portfolio().folder.glob("*.log")
    )


def test_every_control_of_a_studio_has_a_name_of_its_own():
    for desk in studios():
        names = [
            control.name
            for control in (
                *desk.controls,
                *(control for action in desk.actions for control in action.controls),
            )
        ]
        assert len(names) == len(set(names))


def test_the_page_is_told_of_no_other_computer():
    page = (
        b'<link rel="preconnect" href="https://fonts.example/x" crossorigin><script'
        b' src="https://cdn.example/y.js" async></script><meta property="og:url"'
        b' content="https://a.example/"><link href="./a.css"><p>https://kept.example</p>'
    )
    assert launch.ELSEWHERE.sub(b"", page) == b'<link href="./a.css"><p>https://kept.example</p>'


def test_a_public_link_needs_a_person_who_types_yes(monkeypatch, capsys):
    from course_utils.cli.main import main

    assert main(["studio", "--public-link"]) == 2  # nobody at a terminal
    assert "anyone who has it" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "no")
    assert main(["studio", "--public-link"]) == 2
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    assert launch.sure_of_public_link()


def test_a_port_in_use_gets_a_sentence():
    with socket.socket() as taken:
        taken.bind((launch.LOOPBACK, 0))
        taken.listen()
        with pytest.raises(LearnerError, match="in use"):
            launch.free_port(taken.getsockname()[1])


def test_on_a_notebook_service_the_path_is_found(monkeypatch):
    assert launch.path_on_service(7860) == ""
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    assert launch.path_on_service(7860) == "/user/ada/proxy/7860"
    shown = launch.Running(None, 7860, launch.path_on_service(7860), None, "A <b>")
    assert (
        'src="/user/ada/proxy/7860/"' in shown._repr_html_()
        and "<b>" not in shown._repr_html_()
        and shown.local == "http://127.0.0.1:7860/"
    )


def test_on_colab_its_own_proxy_is_used(monkeypatch):
    import sys
    import types

    used = []
    output = types.SimpleNamespace(
        serve_kernel_port_as_iframe=lambda port, height: used.append(port)
    )
    for name, module in (
        ("google", types.ModuleType("google")),
        ("google.colab", types.SimpleNamespace(output=output)),
    ):
        monkeypatch.setitem(sys.modules, name, module)
    launch.Running(None, 7860, "", None, "A page")._ipython_display_()
    assert used == [7860]


def test_a_small_app_asks_only_what_it_was_told_and_its_folder_runs_elsewhere(tmp_path):
    import json
    import os
    import subprocess
    import sys

    from gradio_client import Client

    from course_utils.sounds.calls import make_texture
    from course_utils.web.recipe_app import export_app, recipe_app

    sound = make_texture("rain on glass", count=1, seed=3, length=3.0)[0]
    with pytest.raises(LearnerError, match="no setting colour"):
        recipe_app(sound, ask=["colour"])
    done = export_app(sound, title="Rain machine", ask=["length"], folder=tmp_path / "rain")
    assert done.path == tmp_path / "rain" and {one.name for one in done.path.iterdir()} == {
        "app.py",
        "recipe.json",
        "requirements.txt",
        "README.md",
        "course_utils",
    }
    assert (
        not (done.path / "course_utils/models/embedded/image").exists()
        and "gradio>=6.24" in (done.path / "requirements.txt").read_text()
    )
    assert (
        json.loads((done.path / "recipe.json").read_text())["recipe"]["settings"]["length"] == 3.0
    )
    code = (
        "import runpy, course_utils.web.launch as l; l.run_until_stopped = lambda running:"
        " (print(running.local, flush=True), input(), running.close()); runpy.run_path('app.py')"
    )
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "COURSE_PORTFOLIO")
    }
    app = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                f"import webbrowser; webbrowser.open = print; {code}; import course_utils;"
                " print(course_utils.__file__)"
            ),
        ],
        cwd=done.path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = iter(app.stdout.readline, "")
        address = next(line for line in lines if line.startswith("http")).split()[0]
        client = Client(address, analytics_enabled=False, verbose=False)
        status, result = client.predict("wind", 3.0, api_name="/make")
        assert "Your sound is ready" in status and "<audio" in result
        assert "web code" in client.predict("<b>wind</b>", 3.0, api_name="/make")[0]
        client.close()
        rest = app.communicate("\n", timeout=60)[0]
    finally:
        app.kill()
    assert str(done.path / "course_utils/__init__.py") in rest
    assert len(list((done.path / "my_creations").glob("*_sound_*.wav"))) == 1


def test_a_broken_recipe_beside_an_app_gets_a_sentence(tmp_path):
    from course_utils.web.recipe_app import app_from_folder

    (tmp_path / "recipe.json").write_text(
        '{"title": "x", "recipe": {"kind": "image", "prompt": "a", "extra": 1}}'
    )
    with pytest.raises(LearnerError, match="damaged"):
        app_from_folder(tmp_path)
    (tmp_path / "recipe.json").write_text(
        '{"title": "x", "recipe": {"kind": "page", "prompt": "a card"}}'
    )
    with pytest.raises(LearnerError, match="An app can be made around a picture"):
        app_from_folder(tmp_path)


def test_quiet_gradio_reports_nothing(monkeypatch):
    import os

    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "True")
    monkeypatch.setenv("NO_PROXY", "school.example")
    launch.quiet_gradio()
    assert (
        os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
        and os.environ["NO_PROXY"] == "school.example,localhost,127.0.0.1"
    )


def test_a_port_that_another_program_takes_meanwhile_is_left_to_it(monkeypatch):
    import gradio

    with socket.socket() as taken:
        taken.bind((launch.LOOPBACK, 0))
        taken.listen()
        first = taken.getsockname()[1]
        found, free = iter([first]), launch.free_port
        monkeypatch.setattr(launch, "free_port", lambda wanted=None: next(found, 0) or free(wanted))
        with gradio.Blocks() as app:
            gradio.Markdown("hello")
        running = launch.show_app(app)
        assert running.port != first and str(running.port) in running.address
        running.close()
