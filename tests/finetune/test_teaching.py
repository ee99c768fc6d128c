"""Own models: taught from drawings, kept, looked back at, shared, loaded, deleted."""

from __future__ import annotations

import io
import json
import threading

import numpy as np
import pytest
from PIL import Image, ImageDraw
from safetensors.numpy import load, save

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.finetune import calls as oneline_teach
from course_utils.finetune import evaluate_pictures as look_back
from course_utils.finetune import pictures as teaching
from course_utils.finetune.drawings import distance, ready, tidy
from course_utils.finetune.practice_drawings import example_drawings
from course_utils.models import lora_file as own_files
from course_utils.pictures.calls import make_image
from course_utils.pictures.png import BROUGHT_PICTURE, open_picture, to_png
from course_utils.pictures.uploads import picture_from_file
from course_utils.portfolio.store import Portfolio

NAME = "blobby"


def drawing(
    picture: Image.Image, words: str = "my drawing", edit: str = "drawn by the learner"
) -> Creation:
    return Creation(
        recipe=Recipe(kind="image", prompt=words, model=BROUGHT_PICTURE),
        content=to_png(picture),
        edits=[HumanEdit(what=edit)],
    )


SHORT = {
    "VIEWS": 1,
    "BATCH": 2,
    "PROTECTING": 1,
    "PREVIEW_STEPS": 2,
    "PROTECTED": ["a dog", "a car"],
}


@pytest.fixture(autouse=True)
def short_lessons(monkeypatch):
    for name, value in SHORT.items():
        monkeypatch.setattr(teaching, name, value)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """A portfolio with a model taught in three steps,
    and how its picture of "a red heart" was before.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SHORT.items():
            patch.setattr(teaching, name, value)
        engine, portfolio = engine_for("image"), Portfolio(tmp_path_factory.mktemp("taught"))
        before = heart(engine)
        seen = []
        own, said = teaching.teach(
            engine,
            portfolio,
            example_drawings()[:8],
            NAME,
            minutes=30,
            most_steps=3,
            author="A pupil",
            on_progress=seen.append,
        )
    return engine, portfolio, own, said, seen, before


@pytest.fixture
def taught(lesson, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(lesson[1].folder))
    return lesson


def heart(engine) -> bytes:
    return next(
        iter(
            engine.create(
                Recipe(kind="image", prompt="a red heart", seed=5, settings={"speed": "quick"})
            )
        )
    ).content


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "no drawings yet"),
        (example_drawings()[:1], "one drawing"),
        (example_drawings()[:5], "Bring at least 8"),
        (example_drawings() * 50, "600 drawings"),
        ([drawing(Image.new("RGB", (60, 60), "white"))] * 9, "blank"),
        ([drawing(Image.new("RGB", (60, 60), "navy"))] * 9, "blank"),
        (example_drawings()[:2] * 4, "came twice"),
    ],
)
def test_drawings_that_cannot_be_learned_from_get_a_sentence(given, words, tmp_path):
    with pytest.raises(LearnerError, match=words):
        teaching.teach(engine_for("image"), Portfolio(tmp_path), given, NAME)
    assert not list(tmp_path.rglob("*.safetensors"))


def test_a_blank_sheet_is_left_out_and_named():
    kept, _, told = ready([*example_drawings()[:8], drawing(Image.new("RGB", (60, 60), "white"))])
    assert len(kept) == 8 and "Drawing 9 seemed blank" in told


def test_pictures_from_files_need_a_word_about_people_first(tmp_path):
    files = [
        one.model_copy(update={"edits": [HumanEdit(what="brought in by the learner")]})
        for one in example_drawings()
    ]
    with pytest.raises(LearnerError, match="Is there a person"):
        teaching.teach(engine_for("image"), Portfolio(tmp_path), files, NAME)
    # the next question, so that this one was answered
    with pytest.raises(LearnerError, match="minutes"):
        teaching.teach(
            engine_for("image"), Portfolio(tmp_path), files, NAME, people_agreed=True, minutes=-1
        )


@pytest.mark.parametrize("name", ["", "ab", "two words", "blob1", "x" * 30, "../evil", "BLÖB", 7])
def test_a_name_is_one_plain_word(name):
    with pytest.raises(LearnerError, match="invented word"):
        own_files.check_name(name)


def test_a_word_the_model_knows_is_not_overwritten(tmp_path):
    with pytest.raises(LearnerError, match="already knows"):
        teaching.teach(engine_for("image"), Portfolio(tmp_path), example_drawings()[:8], "house")


def test_the_paper_of_a_photo_is_taken_away():
    paper = Image.new("RGB", (400, 500))
    paper.putdata(
        [
            (int(120 + 90 * x / 400), int(115 + 85 * x / 400), int(95 + 70 * x / 400))
            for y in range(500)
            for x in range(400)
        ]
    )
    ImageDraw.Draw(paper).ellipse(
        (140, 180, 260, 320), fill=(150, 30, 40), outline=(20, 20, 20), width=8
    )
    tidied = tidy(drawing(paper))
    corners = [tidied.getpixel(place) for place in ((2, 2), (125, 2), (2, 125), (125, 125))]
    red = tidied.getpixel((64, 64))
    assert (
        min(min(corner) for corner in corners) > 240
        and red[0] > 120 > red[1]
        and tidied.size == (128, 128)
    )


@pytest.mark.parametrize("turned", [False, True])
def test_a_photo_of_a_sheet_on_a_table_gives_the_drawing_alone_and_large(turned):
    light = np.linspace(1.0, 0.6, 600)[None, :, None]
    sheet = Image.new("RGB", (600, 450), (235, 228, 215))
    ImageDraw.Draw(sheet).ellipse(
        (250, 170, 330, 260), fill=(150, 30, 40), outline=(20, 20, 20), width=6
    )
    values = np.asarray(
        sheet.rotate(5, fillcolor=(110, 80, 50)), np.float32
    ) * light + np.random.default_rng(1).normal(0, 6, (450, 600, 1))
    photo = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    file = io.BytesIO()
    (photo.transpose(Image.Transpose.ROTATE_90) if turned else photo).save(file, "JPEG")
    tidied = np.asarray(tidy(picture_from_file(file.getvalue())), np.int16)
    red = (tidied[..., 0] > 100) & (tidied[..., 1] < 90)
    rim = np.concatenate(
        [
            tidied[:4].reshape(-1, 3),
            tidied[-4:].reshape(-1, 3),
            tidied[:, :4].reshape(-1, 3),
            tidied[:, -4:].reshape(-1, 3),
        ]
    )
    assert red.mean() > 0.3 and rim.min() > 235


def test_a_drawing_that_fills_its_sheet_is_not_taken_for_a_table():
    sheet = Image.new("RGB", (300, 300), (225, 220, 205))
    ImageDraw.Draw(sheet).line((0, 0, 299, 299), fill=(20, 60, 160), width=30)
    tidied = np.asarray(tidy(drawing(sheet), "photo of paper"), np.int16)
    assert (tidied[..., 2] > tidied[..., 0] + 60).mean() > 0.08


def test_a_lesson_is_kept_with_its_card_and_progress_is_told(lesson):
    _, portfolio, own, said, seen, _ = lesson
    assert [progress.steps for progress in seen] == [1, 2, 3] and seen[0].preview.startswith(
        b"\x89PNG"
    )
    assert (
        "3 steps" in said
        and own.card.steps == 3
        and own.card.drawings == 8
        and own.card.author == "A pupil"
        and own.card.licence == "private"
    )
    assert portfolio.own_model(NAME).print == own.print and portfolio.own_models() == [NAME]


def test_the_picture_model_itself_is_never_changed(lesson):
    assert heart(lesson[0]) == lesson[-1]


def test_the_own_model_draws_otherwise_and_can_be_made_again(taught):
    engine, portfolio, own, *_ = taught
    without, made = (
        make_image(NAME, count=1, seed=3, speed="quick"),
        make_image(NAME, count=1, seed=3, speed="quick", style=NAME),
    )
    assert (
        not made.message
        and made[0].recipe.settings["own_print"] == own.print
        and made[0].content != without[0].content
    )
    again = next(iter(engine.create(made[0].recipe, **portfolio.ingredients(made[0].recipe))))
    assert again.content == made[0].content
    half = make_image(NAME, count=1, seed=3, speed="quick", own_model=NAME, own_strength=0.5)
    assert half[0].content not in (made[0].content, without[0].content)
    assert "not here" in make_image("a fox", own_model="nobodysown").message


def test_its_word_is_added_where_the_prompt_lacks_it(taught):
    assert (
        make_image("a house", count=1, seed=1, speed="quick", own_model=NAME)[0].recipe.settings[
            "directions"
        ]
        == f"{NAME}:1.00"
    )


def test_looking_back_measures_what_is_shown(taught):
    for look, figure in (
        (oneline_teach.before_and_after(NAME, [NAME]), "moved"),
        (oneline_teach.what_it_forgot(NAME, ["a red heart"]), "another seed"),
        (oneline_teach.what_it_copied(NAME), "nearest"),
    ):
        assert not look.message and look.figures[figure] > 0
        shown = look._repr_html_()
        assert (
            shown.count("<img alt=") >= 3
            and '<th scope="row"' in shown
            and look.back.sentence[:20] in repr(look)
        )
    assert "no own model called" in oneline_teach.what_it_forgot("nothere").message


def test_what_is_protected_is_drawn_once_and_taught_the_same(tmp_path, monkeypatch):
    drawn, see = [], teaching.see_others
    monkeypatch.setattr(teaching, "_others", {})
    learned = []
    for name in ("first", "second"):
        own, _ = teaching.teach(
            engine_for("image"), Portfolio(tmp_path / name), example_drawings(), NAME, most_steps=2
        )
        learned.append(own.tensors)
        drawn.append(see(None, engine_for("image").revision, 1)[0])  # no pipeline is asked
    assert all((one == learned[1][name]).all() for name, one in learned[0].items())
    assert (drawn[0] == drawn[1]).all() and len(drawn[0]) == len(teaching.PROTECTED)


def test_a_stopped_lesson_goes_on_where_it_was(tmp_path):
    engine, portfolio, stop = engine_for("image"), Portfolio(tmp_path), threading.Event()
    drawings = example_drawings()[:8]
    own, said = teaching.teach(
        engine,
        portfolio,
        drawings,
        NAME,
        on_progress=lambda progress: progress.steps == 2 and stop.set(),
        stop=stop,
    )
    assert own.card.steps == 2 and said.startswith("Stopped")
    on, said = teaching.teach(engine, portfolio, drawings, NAME, minutes=30, most_steps=3)
    assert on.card.steps == 3 and "went on" in said and on.print != own.print
    with pytest.raises(LearnerError, match="other drawings"):
        teaching.teach(engine, portfolio, example_drawings(2)[:8], NAME)
    lesson = portfolio.folder / "my_models" / NAME / teaching.LESSON
    lesson.write_bytes(lesson.read_bytes()[:-50])
    with pytest.raises(LearnerError, match="damaged"):
        teaching.teach(engine, portfolio, drawings, NAME)


def test_one_drawing_can_be_learned_on_purpose_to_see_it_copied(tmp_path):
    portfolio = Portfolio(tmp_path)
    own, _ = teaching.teach(
        engine_for("image"),
        portfolio,
        example_drawings()[:1],
        NAME,
        minutes=30,
        only_one=True,
        most_steps=1,
    )
    back = look_back.copied(engine_for("image"), portfolio, own, count=1)
    assert own.card.drawings == 1 and "before the lesson" in back.sentence


def test_sharing_loading_and_deleting(taught, tmp_path, monkeypatch):
    engine, portfolio, own, *_ = taught
    assert (
        "Choose what others may do"
        in oneline_teach.share_own_model(NAME, licence="anything").message
    )
    shared = oneline_teach.share_own_model(NAME, licence="CC0-1.0", author="Åsa & 李")
    card = own_files.read_card(shared.path.read_bytes())
    assert (
        card.author == "Åsa & 李"
        and card.licence == "CC0-1.0"
        and portfolio.own_model(NAME).card.licence == "private"
    )
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "friend"))
    assert (
        "Loaded" in oneline_teach.load_own_model(shared.path).message
        and Portfolio().own_model(NAME).print == own.print
    )
    assert "are not here" in oneline_teach.what_it_copied(NAME).message
    picture = make_image(NAME, count=1, seed=3, speed="quick", own_model=NAME)[0]
    gone = oneline_teach.delete_own_model(NAME)
    assert (
        "gone" in gone.message
        and not list((tmp_path / "friend").rglob("*.safetensors"))
        and engine._own is None
    )
    with pytest.raises(LearnerError, match="not here"):
        next(iter(engine.create(picture.recipe, **Portfolio().ingredients(picture.recipe))))
    assert "nothing was removed" in oneline_teach.delete_own_model(NAME).message


def test_deleting_takes_drawings_lesson_and_shared_copy(tmp_path, monkeypatch):
    portfolio = Portfolio()
    for place in (
        f"my_models/{NAME}/{NAME}.safetensors",
        f"my_models/{NAME}/lesson.safetensors",
        f"my_models/{NAME}/drawing_01.png",
        f"to_use/{NAME}.safetensors",
        "to_use/other.safetensors",
    ):
        portfolio.keep_at(place, b"x")
    assert "4 files" in oneline_teach.delete_own_model(NAME).message
    assert [path.name for path in portfolio.folder.rglob("*") if path.is_file()] == [
        "other.safetensors"
    ]


def spoiled(own, **changes) -> dict:
    return {**own.tensors, **changes}


def test_files_from_strangers_are_refused_with_a_sentence(taught, tmp_path, monkeypatch):
    _, _, own, *_ = taught
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "mine"))
    good = own_files.to_bytes(own.card, own.tensors)
    name = next(name for name in own.tensors if "lora_A" in name)
    wrong_card = save(
        load(good), metadata={own_files.CARD: json.dumps({"name": "evil", "run": "rm"})}
    )
    huge = (2**40).to_bytes(8, "little") + b"{}"
    cases = {
        "only safetensors files": [
            b"",
            b"\x80\x04pickle",
            b"x" * 100,
            huge,
            save({"a": np.zeros(3, np.float32)}),
            wrong_card,
        ],
        "has 20 MB": [b"\0" * (own_files.LARGEST_FILE + 1)],
        "damaged": [good[:-10]],
        "not those of an own model": [
            own_files.to_bytes(own.card, spoiled(own, extra=np.zeros(3))),
            own_files.to_bytes(own.card, spoiled(own, **{name: own.tensors[name] * np.nan})),
        ],
        "do not fit": [
            own_files.to_bytes(own.card, spoiled(own, word=np.zeros(5))),
            own_files.to_bytes(own.card, spoiled(own, **{name: np.zeros((8, 3), np.float16)})),
            own_files.to_bytes(
                own.card,
                {
                    "word": own.tensors["word"],
                    "unet.conv_in.lora_A.weight": np.zeros((8, 4, 3, 3)),
                    "unet.conv_in.lora_B.weight": np.zeros((64, 8, 1, 1)),
                },
            ),
        ],
        "another version": [
            own_files.to_bytes(own.card.model_copy(update={"base_revision": "0" * 12}), own.tensors)
        ],
    }
    for words, files in cases.items():
        for number, data in enumerate(files):
            path = tmp_path / f"{number}.safetensors"
            path.write_bytes(data)
            assert words in oneline_teach.load_own_model(path).message, (words, number)
    for path in (tmp_path / "model.pt", tmp_path / "none.safetensors"):
        assert oneline_teach.load_own_model(path).path is None
    assert not list((tmp_path / "mine").rglob("*.safetensors"))


def test_the_one_line_call_reads_a_folder_and_says_what_is_wrong(tmp_path):
    assert "no pictures in that folder" in oneline_teach.teach_drawings(tmp_path, NAME).message
    for number, one in enumerate(example_drawings()):
        open_picture(one.content).save(tmp_path / f"{number}.jpg")
    assert "people_agreed=True" in oneline_teach.teach_drawings(tmp_path, NAME).message
    assert "no own model yet" in oneline_teach.my_models().message
    (tmp_path / "broken.png").write_bytes(io.BytesIO(b"not a picture").read())
    assert (
        "could not be read"
        in oneline_teach.teach_drawings(tmp_path, NAME, people_agreed=True).message
    )


def test_the_studio_teaches_looks_back_and_deletes(own_portfolio):
    from course_utils.finetune.picture_studio import TeachStudio

    studio = TeachStudio(NAME, minutes=0.001)
    studio.teach()
    assert studio.wait(300) and "no drawings yet" in studio.status.value
    studio.use_practice()
    studio.number.value = 12
    studio.take_out()
    assert len(studio.drawings) == 11 and studio.shown.value.count("<img alt=") == 11
    studio.teach()
    assert studio.wait(600) and "4 new ones" in studio.status.value, studio.status.value
    assert studio.preview.value.count("<img alt=") == 4 and studio.stop_button.disabled
    studio.look_back("copied")
    assert studio.wait(300) and "<table>" in studio.look.value
    studio.delete()
    assert "Tick the box" in studio.status.value and Portfolio().own_models() == [NAME]
    studio.sure.value = True
    studio.delete()
    assert "gone" in studio.status.value and Portfolio().own_models() == []


def test_distance_is_0_for_the_same_and_1_for_black_and_white():
    white, black = Image.new("RGB", (20, 20), "white"), Image.new("RGB", (40, 40), "black")
    assert distance(white, white) == 0 and distance(white, black) == pytest.approx(1)
