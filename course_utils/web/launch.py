"""Opening an app in the browser: on this computer only, behind a notebook service's proxy,
without a fetch from the net and without telemetry.
"""

from __future__ import annotations

import html
import os
import re
import secrets
import socket
import sys
import threading
import webbrowser

from course_utils.creation import LearnerError
from course_utils.models.big_tools import still_coming
from course_utils.web.own_pages import FRAMES, FRAMES_ON_COLAB, OwnPagesOnly

__all__ = [
    "LOOPBACK",
    "Running",
    "SOUND_AT",
    "free_port",
    "path_on_service",
    "quiet_gradio",
    "run_until_stopped",
    "show_app",
    "sure_of_public_link",
]

LOOPBACK = "127.0.0.1"
FIRST_PORT = 7860
LARGEST_UPLOAD = "60mb"
# The page may talk to its own address alone. 'unsafe-eval' and 'unsafe-inline': Gradio's page
# cannot do without.
POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none'; form-action"
    " 'self'"
)
ELSEWHERE = re.compile(
    rb'<(?:link|script|meta)\b[^>]*?(?:href|src|content)="https?://[^"]*"[^>]*>(?:</script>)?'
)
# relative, so that it is right behind a proxy too; fetched only when it is played
SOUND_AT = "sound/{}.wav"
SOUND_PATH = re.compile(r"/sound/([0-9a-f]{12})\.wav$")
WARNING = (
    "A public link lets anyone who has it use this computer's models and see what the page shows,"
    " by way of a company's server, for up to a week. Pupils' work does not belong there."
)


def hush() -> None:
    """Turn gradio's reports to its makers off."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


hush()  # at once, because gradio reads it when it is imported, and a learner may import it next


def quiet_gradio():
    """The gradio library, asked to report nothing to anybody.

    Raises:
        LearnerError: it is not installed.
    """
    hush()
    # a school's proxy must not be asked for this computer's own page
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(
            dict.fromkeys(
                [*filter(None, os.environ.get(name, "").split(",")), "localhost", LOOPBACK]
            )
        )
    try:
        import gradio
    except ImportError as problem:
        still_coming("A small app")
        raise LearnerError(
            "A small app needs the library gradio, which is not installed here. Run `python"
            " start.py` in the course folder, or: pip install gradio."
        ) from problem
    return gradio


def theme():
    """Plain, with the fonts each computer has, and colours that can be read."""
    gradio = quiet_gradio()
    fonts = ["system-ui", "sans-serif"]
    plain = gradio.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        font=fonts,
        font_mono=["ui-monospace", "monospace"],
        text_size="lg",
    )
    return plain.set(
        button_primary_background_fill="#0b57a8",
        button_primary_background_fill_hover="#083f7a",
        button_primary_text_color="#ffffff",
        button_primary_background_fill_dark="#0b57a8",
        button_secondary_text_color="#1b1f27",
        button_secondary_background_fill="#e8ecf2",
        button_secondary_border_color="#6b7484",
        input_border_color="#6b7484",
        body_text_color="#1b1f27",
        block_label_text_color="#1b1f27",
        block_title_text_color="#1b1f27",
        body_text_color_subdued="#4a5260",
        block_info_text_color="#4a5260",
        input_placeholder_color="#5a6270",
    )


class OnlyFromHere:
    """Takes addresses of other computers out of Gradio's page, forbids the browser to fetch any,
    and gives it the sounds that were made.
    """

    def __init__(self, app, frames: str = FRAMES) -> None:
        self.app, self.policy = app, f"{POLICY}; frame-ancestors {frames}"

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        asked = SOUND_PATH.search(scope["path"])
        if asked:
            return await sound_of(asked[1])(scope, receive, send)
        held: dict = {}

        async def passed_on(message) -> None:
            if message["type"] == "http.response.start":
                kinds = [
                    value for name, value in message["headers"] if name.lower() == b"content-type"
                ]
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", self.policy.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
                if kinds and kinds[0].startswith(b"text/html"):
                    held.update(start=message, body=b"")
                    return
            elif held and message["type"] == "http.response.body":
                held["body"] += message.get("body", b"")
                if message.get("more_body"):
                    return
                page = ELSEWHERE.sub(b"", held["body"])
                headers = [
                    (name, value)
                    for name, value in held["start"]["headers"]
                    if name.lower() != b"content-length"
                ]
                await send(
                    {
                        **held["start"],
                        "headers": [*headers, (b"content-length", str(len(page)).encode())],
                    }
                )
                message = {**message, "body": page}
            await send(message)

        await self.app(scope, receive, passed_on)


def sound_of(creation_id: str):
    """The sound of a kept creation as an answer to a browser, in parts where it asks for parts."""
    from starlette.responses import FileResponse, PlainTextResponse

    from course_utils.portfolio.store import Portfolio

    kept = Portfolio().find(creation_id)
    path = kept.path.with_suffix(".wav") if kept and kept.creation.declared.audible else None
    return (
        FileResponse(path, media_type="audio/wav")
        if path and path.is_file()
        else PlainTextResponse("There is no such sound here.", 404)
    )


def free_port(wanted: int | None = None) -> int:
    """A port nobody listens on: the one wanted, else the first free one from 7860 up.

    Raises:
        LearnerError: the one wanted is taken, or all are.
    """
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
                return port
            except OSError:
                continue
    raise LearnerError(
        f"Port {wanted or FIRST_PORT} is in use by another program. Close that one, or choose"
        " another with --port."
    )


def path_on_service(port: int) -> str:
    """The path under which a notebook service (JupyterHub, Binder) passes a port on,
    by jupyter-server-proxy; "" on a computer of one's own.
    """
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX", "")
    return f"{prefix.rstrip('/')}/proxy/{port}" if prefix else ""


class Running:
    """An app that is open. A notebook shows it in a frame; `close()` ends it."""

    def __init__(self, app, port: int, path: str, public: str | None, title: str) -> None:
        self.app, self.port, self.path, self.public, self.title = app, port, path, public, title

    @property
    def address(self) -> str:
        """Where a browser finds it: a whole address, or on a notebook service the path on that
        service.
        """
        return f"{self.path}/" if self.path else f"http://{LOOPBACK}:{self.port}/"

    @property
    def local(self) -> str:
        """Where a program on the same computer finds it."""
        return f"http://{LOOPBACK}:{self.port}/"

    def close(self) -> None:
        """End it."""
        self.app.close(verbose=False)

    def _repr_html_(self) -> str:
        address, title = html.escape(self.address, quote=True), html.escape(self.title, quote=True)
        return (
            f'<p><a href="{address}" target="_blank" rel="noopener">Open {title} in a page of its'
            f' own</a></p><iframe title="{title}" src="{address}" width="100%" height="700"'
            ' style="border:1px solid #8a94a6"></iframe>'
        )

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        try:
            from google.colab import output  # only there on Colab, which has a proxy of its own
        except ImportError:
            return display(HTML(self._repr_html_()))
        output.serve_kernel_port_as_iframe(self.port, height=700)

    def __repr__(self) -> str:
        return f"{self.title} is open at {self.address}. Close it with .close()."


ALWAYS = {  # how an app of Gradio's is opened, whichever it is
    "inline": False,
    "quiet": True,
    "prevent_thread_lock": True,
    "footer_links": [],
    "show_error": True,
    "max_file_size": LARGEST_UPLOAD,
    "ssr_mode": False,
    "pwa": False,
    "mcp_server": False,
    "enable_monitoring": False,
}


def show_app(
    app,
    port: int | None = None,
    public: bool = False,
    path: str | None = None,
    browser: bool = False,
) -> Running:
    """Open the studios, or a Gradio app, for this computer's own browser; a notebook goes on
    meanwhile.

    Args:
        port: a fixed port number.
        public: also make a public link, which anyone can use; see WARNING.
        path: the path a proxy puts before every address; found by itself on Binder and JupyterHub.
        browser: open it in a browser window too.

    Raises:
        LearnerError: gradio is not installed, or the port is taken.
    """
    wanted, port = port, free_port(port)
    given, path = path, path_on_service(port) if path is None else path.rstrip("/")
    on_colab = "COLAB_RELEASE_TAG" in os.environ
    if not hasattr(app, "launch"):  # not one of Gradio's
        app.add_middleware(OwnPagesOnly, proxied=bool(path) or on_colab, public=public)
        app.state.framed_by = FRAMES_ON_COLAB if on_colab else FRAMES
        return _serve(app, port, public, path, browser)
    quiet_gradio()
    from starlette.middleware import Middleware

    try:
        _, _, link = app.queue(default_concurrency_limit=4, max_size=60).launch(
            server_name=LOOPBACK,
            server_port=port,
            share=public,
            root_path=path or None,
            inbrowser=browser and not path,
            theme=theme(),
            **ALWAYS,
            css=getattr(app, "course_css", ""),
            app_kwargs={
                "middleware": [
                    Middleware(OwnPagesOnly, proxied=bool(path) or on_colab, public=public),
                    Middleware(OnlyFromHere, frames=FRAMES_ON_COLAB if on_colab else FRAMES),
                ],
                "docs_url": None,
                "redoc_url": None,
            },
        )
    except OSError:  # another program took the port meanwhile
        if wanted or free_port() == port:
            raise
        return show_app(app, None, public, given, browser)
    return Running(app, port, path, link, app.title or "the app")


class InAThread:
    """An app that uvicorn serves in a thread of this program."""

    def __init__(self, app, port: int) -> None:
        import uvicorn

        from course_utils.classroom.front_server import front_options

        config = uvicorn.Config(
            app,
            host=LOOPBACK,
            port=port,
            timeout_graceful_shutdown=1,
            **front_options(),
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while self.thread.is_alive() and not self.server.started:
            self.thread.join(0.02)

    def close(self, verbose: bool = False) -> None:
        """End it."""
        self.server.should_exit = True
        self.thread.join(20)


def _serve(app, port: int, public: bool, path: str, browser: bool) -> Running:
    """Open an app that is not Gradio's; see `show_app`."""
    app.root_path = path
    running = InAThread(app, port)
    link = None
    if public:
        quiet_gradio()
        from gradio.networking import setup_tunnel

        link = setup_tunnel(LOOPBACK, port, secrets.token_urlsafe(32), None, None)
    shown = Running(running, port, path, link, app.title)
    if browser and not path:
        webbrowser.open(shown.address)
    return shown


def sure_of_public_link() -> bool:
    """Warn of a public link, and ask once more; without a person at a terminal the answer is no."""
    print(WARNING, flush=True)
    try:
        return (
            sys.stdin.isatty()
            and input("Type yes to make one all the same: ").strip().lower() == "yes"
        )
    except EOFError:
        return False


def run_until_stopped(running: Running) -> None:
    """Say where the app is and wait for Ctrl-C."""
    print(
        (
            f"{running.title} is open at {running.address}"
            if not running.path
            else (
                f"{running.title} is open. In your browser, take the address up to the first / and"
                f" put this behind it: {running.address}"
            )
        ),
        flush=True,
    )
    print(
        (
            "It can be reached from this computer only."
            if not running.public
            else f"Public link, for everyone who has it: {running.public}"
        ),
        flush=True,
    )
    print("To end, press Ctrl-C here. Everything made is kept.", flush=True)
    try:
        threading.Event().wait()
    finally:
        running.close()
