"""The studios in JupyterLab and in Notebook 7: a new one comes into view, the whole loop goes by
keyboard, Stop and a restart of the kernel leave one line,
and nothing bars anyone in any state.
"""

from __future__ import annotations

import re

import nbformat
import pytest
from axe import barriers
from in_lab import open_page, running_lab, wait_for_kernel

LONG = "\n\n".join(f"Line {number} of a text before the studio." for number in range(30))
HELD = """\
import pathlib, time
make = studio.make_them
def held(recipe, arguments, on_progress, stop):
    def tell(progress):
        on_progress(progress)
        while pathlib.Path("hold").exists() and not stop.is_set():
            time.sleep(.05)
    yield from make(recipe, arguments, tell, stop)
studio.make_them = held"""
CELLS = ("from course_utils import TuneStudio\n'imported'", 'studio = TuneStudio("a jig")\nstudio')
# whether the studio can be seen whole, or as much of it as there is room for, from its top on
IN_VIEW = """() => {
  const box = document.querySelector('.course-studio').getBoundingClientRect();
  const view = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  return box.height > 100 && box.top >= view.top - 1 && box.bottom <= view.bottom + 1;
}"""


@pytest.fixture(scope="module", params=["lab", "notebook"])
def opened(request, tmp_path_factory):
    """A page of a notebook in one of the programs, and its folder; nothing is run yet."""
    if request.param == "notebook":
        pytest.importorskip("notebook", reason="Notebook 7 is not installed here")
    root = tmp_path_factory.mktemp(request.param)
    cells = [
        nbformat.v4.new_markdown_cell("# Both programs"),
        nbformat.v4.new_code_cell(CELLS[0]),
        nbformat.v4.new_markdown_cell(LONG),
        *(nbformat.v4.new_code_cell(code) for code in (CELLS[1], HELD)),
        nbformat.v4.new_markdown_cell(LONG),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(book, root / "both.ipynb")
    with (
        running_lab(root) as address,
        open_page(address, "both.ipynb", "Both programs", request.param, anew=True) as page,
    ):
        page.set_viewport_size({"width": 1366, "height": 768})
        wait_for_kernel(page)
        yield page, root


def test_shift_enter_brings_the_new_studio_into_view(opened):
    page, _ = opened
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.get_by_text("imported").wait_for()
    page.keyboard.press("Shift+Enter")  # over the text
    page.keyboard.press("Shift+Enter")
    page.locator(".course-studio").wait_for()
    page.wait_for_function(IN_VIEW)


HERE = """() => {
  const at = document.activeElement, cell = at.closest('.jp-Cell');
  return {studio: !!cell && !!cell.querySelector('.course-studio'), cell: at === cell,
          editor: at.matches('.cm-content')};
}"""


def test_folded_code_comes_back_by_button_and_by_enter_and_arrows_stop_there(opened):
    page, _ = opened
    cell = page.locator(".jp-CodeCell").nth(1)
    code = cell.locator(".jp-InputArea-editor")
    press = cell.get_by_role("button", name="Show the code")
    code.wait_for(state="hidden")
    assert press.get_attribute("aria-expanded") == "false"
    press.click()
    code.wait_for()
    assert press.get_attribute("aria-expanded") == "true"
    press.click()
    code.wait_for(state="hidden")
    page.keyboard.press("Escape")  # to the cell
    page.keyboard.press("ArrowUp")
    page.wait_for_function(f"!({HERE})().studio")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"({HERE})().studio && ({HERE})().cell")
    page.keyboard.press("Enter")
    page.wait_for_function(f"({HERE})().studio && ({HERE})().editor")
    code.wait_for()
    assert press.get_attribute("aria-expanded") == "true"
    write(page, "TuneStudio(promt='a jig')")
    page.keyboard.press("Control+Enter")
    cell.get_by_text("There is no setting “promt”. Did you mean “prompt”?").wait_for()
    assert code.is_visible() and not press.count()
    page.keyboard.press("Enter")
    write(page, CELLS[1])
    page.keyboard.press("Shift+Enter")
    press.wait_for()  # who showed the code finds it so when the cell is run again
    assert code.is_visible() and press.get_attribute("aria-expanded") == "true"
    press.click()
    code.wait_for(state="hidden")
    page.locator(".jp-CodeCell").nth(2).click()
    page.keyboard.press("Shift+Enter")
    wait_for_kernel(page)


def write(page, code: str) -> None:
    """Other code in the cell that is written in."""
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def test_the_whole_loop_by_keyboard_with_nothing_in_the_way(opened):
    page, root = opened
    studio = page.locator(".course-studio")
    assert barriers(page, ".course-studio", "moderate", every_rule=True) == []
    studio.get_by_label("Your words").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("a slow waltz")
    (root / "hold").touch()
    page.keyboard.press("Enter")
    studio.get_by_role("button", name="Stop", exact=True).wait_for()
    studio.locator(".cs-coming").first.wait_for()
    assert barriers(page, ".course-studio", "moderate", every_rule=True) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Stop has taken the place of Generate
    studio.get_by_text(re.compile("^Stopped")).wait_for()
    assert barriers(page, ".course-studio", "moderate", every_rule=True) == []
    (root / "hold").unlink()
    page.keyboard.press("Enter")  # and Generate that of Stop
    studio.get_by_text("4 tunes are ready").wait_for()
    studio.locator(".cs-card[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    studio.locator(".cs-card:nth-child(2)[aria-checked='true']").wait_for()
    assert barriers(page, ".course-studio", "moderate", every_rule=True) == []
    page.keyboard.press("Enter")
    studio.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Vary is the first of the bar
    studio.get_by_text("Working").wait_for()
    studio.get_by_text("4 tunes are ready").wait_for()
    undo = studio.get_by_role("button", name="Undo", exact=True)
    undo.focus()
    page.keyboard.press("Enter")
    studio.get_by_text("Back to the candidates before").wait_for()
    studio.get_by_label("Your words").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    studio.get_by_text("Please note").wait_for()
    assert barriers(page, ".course-studio", "moderate", every_rule=True) == []


def test_after_a_restart_one_line_says_what_to_do(opened):
    page, _ = opened
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    studio = page.locator(".course-studio")
    studio.get_by_text("Stopped. Run this cell again.").wait_for()
    assert studio.get_by_role("button", name="Generate", exact=True).is_disabled()
    assert barriers(page, ".course-studio", "moderate", every_rule=True) == []
    code = page.locator(".jp-CodeCell").nth(1).locator(".jp-InputArea-editor")
    assert not code.is_visible()
    studio.get_by_role("button", name="Show the code").click()
    code.wait_for()


def test_a_saved_lesson_holds_what_its_studio_showed_last_and_opened_again_its_code(opened):
    page, root = opened
    page.get_by_role("button", name="Show the code").click()
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save').then(() => {})")
    saved = nbformat.read(root / "both.ipynb", as_version=4)
    (output,) = saved.cells[3].outputs
    assert all(f"Candidate {place}. " in output.data["text/html"] for place in range(1, 5))
    page.reload()
    code = page.locator(".jp-CodeCell .jp-InputArea-editor", has_text="TuneStudio(").first
    code.wait_for()
    assert code.is_visible() and not page.locator(".cs-folded").count()
    # its kernel was started again above, so what the studio showed stands there
    page.get_by_text("Run this cell again to go on.").wait_for()
    page.get_by_role("img", name=re.compile("Candidate 4[.] ")).wait_for()
    assert not page.get_by_text("Error displaying widget").count()
