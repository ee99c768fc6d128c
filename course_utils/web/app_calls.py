"""What a lesson shows of small apps: one built by hand, and a program that asks one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_utils.creation import LearnerError
from course_utils.notebook.results import Told
from course_utils.web.launch import Running, quiet_gradio

__all__ = ["app_by_hand", "ask_app"]


def app_by_hand(make: Callable, title: str = "By hand", **settings: Any):
    """An app without any help of the course's: a box for words, a function, a result.

    Args:
        make: such as pictures.make; it gets the words and the settings.
        settings: what visitors may not change, such as style="sticker".
    """
    gradio = quiet_gradio()

    def answer(words: str) -> str:
        return make(words, count=1, **settings)._repr_html_()

    box, result = gradio.Textbox(label="A thing"), gradio.HTML(label="Result")
    return gradio.Interface(answer, box, result, title=title, flagging_mode="never")


def ask_app(page: Running, words: str) -> Told:
    """Send an open app words, as a program does, and show the status and the result it answers.

    Args:
        page: what apps.show gave back, of an app made with apps.make.
    """
    quiet_gradio()
    from gradio_client import Client

    try:
        visitor = Client(page.local, analytics_enabled=False, verbose=False)
        status, result = visitor.predict(words, api_name="/make")
    except Exception as problem:
        raise LearnerError(
            "The app does not answer: its page is closed, or it is not one of recipe_app. Run the"
            " cell with show_app again, then this one."
        ) from problem
    return Told(str(status), f"<p>The app answered:</p>{status}{result}")
