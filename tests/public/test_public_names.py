"""Every public name is there, is explained, has an example that is true, and stands on the page."""

import ast
import builtins
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import course_utils
from course_utils.public import SUBJECTS, folder_of, subject
from tools.api import PAGE, page

NAMES = [(name, own) for name in SUBJECTS for own in subject(name).NAMES]
# names under which copies of lessons from before the subjects find things
OLDER = """
Recipe Creation Portfolio ImageStudio WordsStudio TuneStudio TextureStudio make_texture vary_texture
breed_textures texture_under_tune join_on_a_card make_image make_bigger use_picture_model
take_picture family_tree how_long more_detail sweep_image make_words my_version begin_text suggest
keep write_on story_turn whose_text use_words_model about_words_model kind_of_text make_tune
make_backing take_backing continue_tune fill_gap vary_tune answer_phrase harmonise suggest_chords
chords_of band_for music_from_words big_tools PictureMachine show_family make_card earlier
show_history download_all WritingStudio StoryStudio OddsPanel pieces_of with_examples
chain_beside_model next_words chain_words filmstrip parts_at_work three_parts TuneDesk bring_tune
bring_rhythm edit_tune show_score take_tune BackingStudio LayoutStudio make_layouts another_format
lock_objects why_this_score take_layout change_layout fold_zine TasteStudio this_or_that choose
undo_choice my_taste believe order_by_taste make_for_me export_taste import_taste forget_taste
filter_bubble tailor my_audience next_notes begin_melody compare_tunes NoteOddsPanel TeachStudio
example_drawings teach_drawings teach_tunes teach_phrases before_and_after what_it_forgot
what_it_copied my_models share_own_model load_own_model delete_own_model TeachTunesStudio
TeachWordsStudio example_phrases example_tunes StyleStudio style_map at_on_map mix_styles
breed_styles style_tree how_new save_style my_styles machine_card side_by_side costs smallest_that
WorkKeeper save resume answer show_progress audit before_after bias_lab fair_words fair_music
cost_of audit_report AuditStudio OwnStudio where_from how_sure_is_it consent_ladder try_memory
contribution decision_cards licences choose_licence take_with_credentials check_credentials
mark_rates find_picture_mark marked_words save_reflection join_room leave_room join_wall put_on_wall
show_wall take_off_wall report_on_wall open_wall open_studio show_app recipe_app export_app
""".split()


@pytest.mark.parametrize(("name", "own"), NAMES)
def test_a_public_name_is_explained_and_its_example_can_be_called(name, own):
    module = subject(name)
    thing, declared = getattr(module, own), module.NAMES[own]
    said = inspect.getdoc(thing) or ""
    assert len(said.split("\n\n")[0]) >= 16, "no docstring"
    tree = ast.parse(declared.example, mode="eval").body
    assert isinstance(tree, ast.Call) and ast.unparse(tree.func) == f"{name}.{own}"
    for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
        where, _, called = ast.unparse(call.func).rpartition(".")
        assert where in SUBJECTS or called in dir(builtins), ast.unparse(call)
        given = {word.arg: None for word in call.keywords}
        inspect.signature(getattr(subject(where), called)).bind(*call.args, **given)
    assert f"### {name}.{own}\n" in PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_the_code_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.api"


def test_no_public_name_is_also_a_file_of_its_folder():
    """Else importing that file would put it in the name's place."""
    for name in SUBJECTS:
        files = {one.name for one in pkgutil.iter_modules(subject(name).__path__)}
        assert not files & set(subject(name).NAMES), name


def test_a_name_is_defined_once():
    homes = [
        (folder_of(name), one.home) for name in SUBJECTS for one in subject(name).NAMES.values()
    ]
    assert len(homes) == len(set(homes))
    own = [one.own for name in SUBJECTS for one in subject(name).NAMES.values()]
    assert len(own) == len(set(own))


def test_the_names_of_older_lessons_are_found():
    assert all(callable(getattr(course_utils, name)) for name in OLDER)
    with pytest.raises(AttributeError, match="no 'make_coffee'"):
        course_utils.make_coffee  # noqa: B018


def test_tab_completes_names_and_settings():
    from course_utils import layouts, pictures, tunes

    assert {"make", "Studio", "bigger"} <= set(dir(pictures))
    assert {"style", "guidance", "leave_out"} <= set(inspect.signature(pictures.make).parameters)
    assert {"bars", "instrument"} <= set(inspect.signature(tunes.make).parameters)
    assert "format" in inspect.signature(layouts.make).parameters


def test_a_mistake_is_said_with_the_name_that_was_called():
    from course_utils import pictures
    from course_utils.creation import LearnerError

    with pytest.raises(LearnerError, match=r"^pictures\.bigger cannot .* help\(pictures\.big"):
        pictures.bigger(1, 2, 3)


def test_the_subjects_bring_no_heavy_library():
    code = (
        "import sys\nfrom course_utils import pictures, words, tunes, sounds, layouts, taste\n"
        "from course_utils import tailoring, styles, teaching, provenance, fairness, classroom\n"
        "from course_utils import apps, work\n"
        "heavy = {'torch', 'onnxruntime', 'gradio', 'ray', 'numpy', 'PIL', 'ipywidgets'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == "[]", ran.stderr


LESSONS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_imports_in_one_line_and_asks_for_names_that_are_there(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(one["source"]) for one in cells]
    code = [text for one, text in zip(cells, texts) if one["cell_type"] == "code"]
    trees = [node for text in code for node in ast.walk(ast.parse(text))]
    brought = [
        one.name
        for node in trees
        if isinstance(node, ast.ImportFrom) and node.module == "course_utils"
        for one in node.names
    ]
    assert len(brought) == len(set(brought)) and set(brought) <= set(course_utils.__all__)
    lines = [line for text in code for line in text.splitlines()]
    imports = [line for line in lines if line.startswith("from course_utils import")]
    assert len(imports) <= 1 and all(len(line) <= 88 and "(" not in line for line in imports)
    stored = {
        one.id for one in trees if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    for name, own in re.findall(rf"\b({'|'.join(SUBJECTS)})\.(\w+)\(", "\n".join(texts)):
        if name not in stored:
            assert name in brought and own in subject(name).NAMES, f"{name}.{own}"
