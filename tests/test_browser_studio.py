"""The studio of the browser without a browser: what its buttons do, how it is opened,
and what it refuses.
"""

from __future__ import annotations

import dataclasses
import threading

import pytest

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.notebook.jobs import watching
from course_utils.portfolio.store import Portfolio
from course_utils.web import launch
from course_utils.web.following import follow
from course_utils.web.studio_tabs import studios


@pytest.fixture(scope="module")
def tabs():
    from course_utils.web.studio import studio_app

    return studio_app().course_tabs


def values(tab, **changes) -> list:
    """What the controls of a studio hold, as its page sends it."""
    return list(({control.name: control.value for control in tab._controls()} | changes).values())


def ask(tab, generator) -> dict:
    """The last of what a button shows, under the names of the tab's parts."""
    shown: dict = {}
    for news in generator:
        shown |= news
    return {
        name: shown.get(part)
        for name, part in (
            ("said", tab.said),
            ("results", tab.results),
            ("state", tab.state),
            ("extra", tab.extra),
            ("chooser", tab.chooser),
        )
    }


FRESH = {"page": "one page", "shown": [], "before": [], "chosen": None}


def test_tracks_are_kept_varied_undone_and_taken_away(tabs):
    tab = tabs["backing"]
    made = ask(tab, tab.on_generate("C G Am F", 5, True, None, FRESH, *values(tab, repeats=1)))
    assert (
        "4 backing tracks are ready and saved" in made["said"]
        and made["results"].count("<audio controls") == 4
    )
    assert [Portfolio().find(one).creation.recipe.seed for one in made["state"]["shown"]] == [
        5,
        6,
        7,
        8,
    ]
    assert len(made["results"]) < 400_000  # a phone fetches a sound when it is played
    assert (
        launch.sound_of(made["state"]["shown"][0]).path.read_bytes()[:4] == b"RIFF"
        and launch.sound_of("0" * 12).status_code == 404
    )
    varied = ask(tab, tab.on_vary("", 5, True, "Candidate 2", made["state"], *values(tab)))
    assert {Portfolio().find(one).creation.recipe.parent for one in varied["state"]["shown"]} == {
        made["state"]["shown"][1]
    }
    back = tab.on_undo(varied["state"])
    assert back[tab.state]["shown"] == made["state"]["shown"] and back[tab.state]["before"] == []
    used = tab.on_use("Candidate 3", made["state"])
    midi = next(action for action, _ in tab.buttons if action.label == "Notes (MIDI)")
    taken = ask(tab, tab.on_action(midi)("", 5, True, "Candidate 1", used[tab.state], *values(tab)))
    assert f"{made['state']['shown'][2]}.mid" in taken["extra"] and "Download" in taken["extra"]
    assert [edit.what for edit in Portfolio().find(made["state"]["shown"][2]).creation.edits] == [
        "chosen with Use this"
    ]


def test_remix_brings_words_and_settings_back(tabs):
    tab = tabs["sound"]
    made = ask(
        tab,
        tab.on_generate("rain on glass", 5, True, None, FRESH, *values(tab, length=3.0, loop=True)),
    )
    again = tab.on_remix("Candidate 1", made["state"])
    assert (
        again[tab.words] == "rain on glass"
        and again[tab.parts["loop"]] is True
        and again[tab.parts["length"]] == 3.0
    )


@pytest.mark.parametrize("words", ["", "<b>cat</b>", "what the fuck", "قلب", "x" * 1000])
def test_bad_words_get_a_sentence_and_nothing_is_made(tabs, words):
    # of a long text a part is read
    for tab in (
        tabs["image"],
        tabs["tune"],
        tabs["sound"],
        *([tabs["words"]] if len(words) < 400 else []),
    ):
        told = ask(tab, tab.on_generate(words, 1, True, None, FRESH, *values(tab)))
        assert (
            "Please note:" in told["said"]
            and told["results"] is None
            and "Traceback" not in told["said"]
        )
    assert Portfolio().list() == []


def test_buttons_without_a_candidate_say_so(tabs):
    for tab in tabs.values():
        for do in (
            tab.on_again,
            tab.on_vary,
            *(tab.on_action(action) for action, _ in tab.buttons if not action.alone),
        ):
            assert (
                f"There is no {tab.spec.noun} chosen yet"
                in ask(tab, do("", 1, True, None, FRESH, *values(tab)))["said"]
            )
        assert "no candidate yet" in tab.on_remix(None, FRESH)[
            tab.said
        ] and "no candidate yet" in tab.on_save(None, FRESH)


def test_stop_keeps_what_is_done_and_one_page_works_once(tabs, monkeypatch):
    tab, two = tabs["image"], threading.Event()

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

    monkeypatch.setattr(tab, "spec", dataclasses.replace(tab.spec, make=four))
    seen = []
    worker = threading.Thread(
        target=lambda: seen.append(
            ask(tab, tab.on_generate("a", 1, True, None, FRESH, *values(tab)))
        )
    )
    worker.start()
    assert two.wait(60)
    assert (
        "Already at work"
        in ask(tab, tab.on_generate("a", 1, True, None, FRESH, *values(tab)))["said"]
    )
    assert "Stopping" in tab.on_stop(FRESH)
    worker.join(60)
    assert (
        "Stopped. 2 finished" in seen[0]["said"]
        and len(seen[0]["state"]["shown"]) == 2
        and len(Portfolio().list()) == 2
    )
    assert "Nothing is at work" in tab.on_stop(FRESH)


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
    import socket

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


def test_quiet_gradio_reports_nothing(monkeypatch):
    import os

    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "True")
    monkeypatch.setenv("NO_PROXY", "school.example")
    launch.quiet_gradio()
    assert (
        os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
        and os.environ["NO_PROXY"] == "school.example,localhost,127.0.0.1"
    )
