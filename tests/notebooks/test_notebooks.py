"""Every notebook runs from top to bottom on the models that ship, and what it shows bars nobody."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tools.barriers import barriers_in, browser_page, page_of
from tools.run_lessons import pressed

LARGEST = 5_000_000  # bytes of a lesson with everything it shows
SHOWN: dict[str, str] = {}  # what the lessons run here showed, as pages
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))


PROMISED = {  # what a learner must see at the end, and the kinds of creations kept
    "00_start_here": (["Candidate 1"], {"tune"}),
    "01_first_sparks": (
        ["My first card", "Download everything"],
        {"image", "words", "tune", "page"},
    ),
    "02_directing_a_picture": (
        [
            "The same seed with different settings",
            "Candidate 3",
            "seed 5",
            "a part changed to",
            "_stickers.pdf",
        ],
        {"image"},
    ),
    "03_inside_a_picture_machine": (
        ["Step 8 of 8", "Denoiser", "Where the word heart counted", "most like", "numbers become"],
        {"image"},
    ),
    "04_unstuck_ideas_and_first_lines": (
        ["Next piece", "syllables where 5, 7, 5 are wanted", "stood before another word 4 times"],
        {"words"},
    ),
    "05_voice_form_and_story": (["After 3 examples", "rhyme"], {"image", "words"}),
    "06_a_tune_of_my_own": (
        ["Sheet music.", ".musicxml", "A tune of my own"],
        {"image", "words", "tune", "page"},
    ),
    "07_backing_tracks": (
        ["Our first song", "_loop.wav", "style waltz"],
        {"image", "words", "tune", "backing", "page"},
    ),
    "08_unusual_sounds": (
        ["Waveform and spectrogram", "under a tune", "Picture, poem and sound"],
        {"image", "words", "tune", "sound", "page"},
    ),
    "11_taste_and_tailoring": (
        [
            "of your answers back and guessed",
            "warm colours",
            "made for 4 audiences",
            "steps apart",
            "Set after your taste",
        ],
        {"image", "words", "tune", "layout"},
    ),
    "09_bigger_machines": (
        [
            "Before you begin: pictures on this computer",
            "The same words and the same seed",
            "What results cost",
            "here, just now",
            "The smallest that does it",
            "Kept. You have 1 answer so far",
        ],
        {"image", "words"},
    ),
    "13_where_did_this_come_from": (
        [
            "Copying score",
            "would be called copies",
            "longest runs",
            "is not here and nobody can look it up",
            "came back after its first",
            "The ladder of consent",
            "Kept with your work",
        ],
        {"image", "words", "tune"},
    ),
    "14_is_it_fair": (
        [
            "Drawn skin tones",
            "The data, or the model?",
            "Before and after",
            "Share of dark among dark and light",
            "Your report “My audit report” is saved",
        ],
        {"words", "page"},
    ),
    "14b_words_music_and_costs": (
        [
            "Odds of the next word",
            "Who is missing",
            "Watt-hours",
            "Your report “My second report” is saved",
        ],
        {"image", "words", "page"},
    ),
    "15_mine_yours_ours": (
        [
            "What the record holds",
            "May I sell what I made here?",
            "Unchanged since it was signed",
            "were changed after signing",
            "Looking for the mark",
            "How often the mark is missed",
            "The mark is there",
        ],
        {"image"},
    ),
    "16_share_it": (
        [
            "My sticker machine",
            "Your picture is ready",
            "README.md says how to start it",
            "on the wall; yours",
            '"style": "sticker"',
        ],
        {"image"},
    ),
    "12_a_style_of_my_own": (
        [
            "is an own model, taught from 12 drawings",
            "What was forgotten",
            "What is only copied",
            "is gone",
            "phrases were held back",
        ],
        {"image"},
    ),
    "12b_a_map_of_styles": (["from the training style"], {"image"}),
    "17_a_book_that_plays": (
        [
            "plays without a network",
            "_zine.pdf",
            "words by a person",
            "Scene 5",
            "works made",
        ],
        {"image", "words", "tune", "layout", "page"},
    ),
    "10_many_layouts": (
        ["Why this layout scored", "A slide with the title", "_bleed.pdf"],
        {"image", "layout"},
    ),
}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    run_lesson(path, tmp_path, monkeypatch)


def run_lesson(path, tmp_path, monkeypatch, kernel_name="python3"):
    tmp_path.mkdir(exist_ok=True)
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = pressed(notebook.cells)  # a pupil presses Generate and Use this: code does
    for cell in notebook.cells:  # how well something is learnt is not what is tested here
        cell.source = re.sub(r"\bminutes=0\.\d+", "minutes=0.03", cell.source)
        cell.source = re.sub(r"\bsteps=40\b", "steps=8", cell.source)
    NotebookClient(
        notebook,
        timeout=400,
        kernel_name=kernel_name,
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    shown = "".join(
        str(output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    SHOWN[path.stem] = page_of(notebook.cells)
    size = len(nbformat.writes(notebook).encode())
    assert size < LARGEST, f"{size / 1e6:.1f} MB with what it shows"
    promised, kinds = PROMISED[path.stem]
    assert [words for words in promised if words not in shown] == []
    assert "still needed" not in shown and "went wrong" not in shown
    assert {name.name.split("_")[2] for name in tmp_path.glob("20*")} == kinds


def test_what_the_lessons_showed_has_no_barrier(tmp_path):
    """axe, on what the tests above ran; where none ran, there is nothing to ask."""
    if not SHOWN:
        pytest.skip("No lesson was run before this test.")
    found = []
    with browser_page() as page:
        for name, shown in SHOWN.items():
            path = tmp_path / f"{name}.html"
            path.write_text(shown, encoding="utf-8")
            found += [f"{name}: {one}" for one in barriers_in(page, path)]
        bad = tmp_path / "bad.html"
        cell = {"outputs": [{"data": {"image/png": "iVBORw0KGgo="}}]}
        bad.write_text(page_of([cell]), encoding="utf-8")
        assert "image-alt" in str(barriers_in(page, bad))
    assert not found, "\n".join(found)
