"""Whose work it is: the record, licences, Content Credentials that the library's own reader checks,
and marks.
"""

from __future__ import annotations

import io
import re
import wave

import pytest
from PIL import Image, ImageDraw

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe
from course_utils.pictures.png import to_png
from course_utils.portfolio.store import Portfolio
from course_utils.provenance import picture_watermark as picture_mark
from course_utils.provenance.content_credentials import (
    SIGNABLE,
    keys_folder,
    manifest_of,
    read_credentials,
    sign,
)
from course_utils.provenance.contribution import kind_of_edit, summary
from course_utils.provenance.credit_calls import (
    check_credentials,
    contribution,
    decision_cards,
    file_for,
    save_reflection,
    take_with_credentials,
)
from course_utils.provenance.decision_cards import licence_of, read_cards, suggest_licence


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "work"))
    monkeypatch.setenv("COURSE_KEYS", str(tmp_path / "keys"))


def drawing(colour: str = "red") -> bytes:
    picture = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(picture).ellipse((8, 8, 40, 40), fill=colour)
    return to_png(picture)


def kept(**changes) -> Creation:
    creation = Creation(
        recipe=Recipe(
            kind="image", prompt="a red ball", model="course-pictures", revision="abc", **changes
        ),
        content=drawing(),
        edits=[HumanEdit(what="chosen with Use this")],
    )
    Portfolio().save(creation)
    return creation


def test_a_signed_picture_says_who_did_what_and_is_read_back_by_the_librarys_reader():
    taken = take_with_credentials(kept(), licence="CC-BY-SA-4.0", author="Ada")
    found = read_credentials(taken.path.read_bytes(), ".png")
    assert found.state == "unchanged" and "trusted by nobody" in found.signer
    assert any(
        "course-pictures" in action and "a red ball" in action for action in found.actions
    ) and any("by a person: chosen with Use this" in action for action in found.actions)
    assert (
        found.training == "may not be used to train models"
        and "by-sa" in found.licence
        and "1 prompt" in found.mine
    )
    assert "nobody vouches" in repr(check_credentials(taken))


def test_the_recipe_is_still_in_the_signed_picture():
    from course_utils import files

    creation = kept()
    assert files.unpack(take_with_credentials(creation).path).id == creation.id


def test_what_it_began_from_is_an_ingredient():
    parent = kept()
    child = kept(parent=parent.id)
    found = read_credentials(take_with_credentials(child).path.read_bytes(), ".png")
    assert (
        found.state == "unchanged"
        and len(found.ingredients) == 1
        and any(action.startswith("opened") for action in found.actions)
    )


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".pdf"])
def test_tampering_is_found(suffix):
    data = bytearray(take_with_credentials(kept(), format=suffix).path.read_bytes())
    assert read_credentials(bytes(data), suffix).state == "unchanged"
    place = len(data) - 60 if suffix != ".pdf" else data.index(b"%PDF") + 200
    data[place] ^= 1
    assert read_credentials(bytes(data), suffix).state == "changed"


def test_a_sound_and_a_text_can_be_signed():
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        (
            file.setnchannels(1),
            file.setsampwidth(2),
            file.setframerate(22050),
            file.writeframes(b"\1\0" * 22050),
        )
    sound = Creation(
        recipe=Recipe(kind="sound", prompt="wind", model="course-textures"),
        content=buffer.getvalue(),
    )
    text = Creation(
        recipe=Recipe(kind="words", prompt="the sea", model="SmolLM2"),
        content=b"The sea.\nIt is grey.",
    )
    for creation, suffix in ((sound, ".wav"), (text, ".pdf")):
        Portfolio().save(creation)
        taken = take_with_credentials(creation)
        whole = taken.path.read_bytes()
        for place in (
            2000 if suffix == ".wav" else whole.index(b"%PDF") + 200,
            whole.index(b"c2pa.claim") - 60,
        ):
            harmed = bytearray(whole)
            harmed[place] ^= 1
            assert read_credentials(bytes(harmed), suffix).state == "changed"
        assert (
            taken.path.suffix == suffix
            and read_credentials(taken.path.read_bytes(), suffix).state == "unchanged"
        ), taken


def test_a_page_has_the_letters_of_many_scripts_and_names_those_it_lacks():
    def taken(words: str) -> tuple[set[bytes], str]:
        """The fonts whose letters are used, and what is said."""
        text = Creation(
            recipe=Recipe(kind="words", prompt="the sea", model="SmolLM2"), content=words.encode()
        )
        Portfolio().save(text)
        found = take_with_credentials(text)
        # /W: widths of the letters
        return (
            set(
                re.findall(
                    rb"/BaseFont/\w+\+(NotoSans[A-Z]?[a-z]*?)(?:Thin)?\b[^>]*?/W\[0\[",
                    found.path.read_bytes(),
                )
            ),
            found.message,
        )

    plain, said = taken("The sea. Ελλάδα Привет")
    assert plain == {b"NotoSans"} and "gaps" not in said
    many, said = taken("The sea (ים) 12.\nمرحبا नमस्ते")
    assert (
        many == {b"NotoSans", b"NotoSansHebrew", b"NotoSansArabic", b"NotoSansDevanagari"}
        and "gaps" not in said
    )
    assert "no font ships with the course: 猫." in taken("A 猫 cat.")[1]


def test_strangers_files_give_a_sentence_and_nothing_else():
    assert read_credentials(drawing(), ".png").state == "none"
    for bad in (b"", b"nonsense", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, drawing()[:60]):
        assert read_credentials(bad, ".png").state in ("none", "changed")
    with pytest.raises(LearnerError):
        read_credentials(drawing(), ".exe")
    with pytest.raises(LearnerError):
        sign(drawing(), ".mid", {})
    assert ".mid" not in SIGNABLE
    assert "There is no file" in repr(check_credentials("nowhere.png"))


def test_the_key_stays_outside_the_portfolio_and_private():
    taken = take_with_credentials(kept())
    assert (keys_folder() / "key.pem").stat().st_mode & 0o077 == 0
    assert (
        not [
            path
            for path in Portfolio().folder.rglob("*")
            if path.is_file() and b"PRIVATE KEY" in path.read_bytes()
        ]
        and taken.path
    )


def test_what_cannot_be_signed_says_so():
    page = Creation(
        recipe=Recipe(kind="page", prompt="a card"), content=b"<html><body></body></html>"
    )
    Portfolio().save(page)
    assert "cannot carry" in take_with_credentials(page).message
    assert "can be signed as" in take_with_credentials(kept(), format=".gif").message
    assert "Choose what others may do" in take_with_credentials(kept(), licence="mine").message


def test_the_record_counts_prompts_choices_and_edits_over_the_family():
    first = kept()
    second = Creation(
        recipe=Recipe(kind="image", prompt="a blue ball", model="course-pictures", parent=first.id),
        content=drawing("blue"),
        edits=[HumanEdit(what="saved by the learner"), HumanEdit(what="brush stroke drawn in red")],
    )
    Portfolio().save(second)
    refused = Creation(
        recipe=Recipe(kind="image", prompt="a blue ball", model="course-pictures", parent=first.id),
        content=drawing("green"),
        edits=[HumanEdit(what="refused by the learner")],
    )
    Portfolio().save(refused)
    told = contribution(second)
    assert (
        told.figures["refused"] == 1
        and told.figures["prompts"] == ["a red ball", "a blue ball"]
        and told.figures["steps"] == 2
        and told.figures["chosen"] == 1
        and told.figures["kept"] == 1
    )
    assert "cannot be counted" in repr(told) and "%" not in repr(told)


def test_brush_strokes_and_candidates_left_aside_are_in_the_record_and_the_credentials():
    drawing_of_mine = Creation(
        recipe=Recipe(kind="image", prompt="my drawing", model="own picture"),
        content=drawing(),
        edits=[
            HumanEdit(
                what="drawn in the drawing field: 7 brush strokes", counts={"brush strokes": 7}
            )
        ],
    )
    made = [
        Creation(
            recipe=Recipe(
                kind="image",
                prompt="a red ball",
                model="course-pictures",
                parent=drawing_of_mine.id,
                seed=seed,
            ),
            content=drawing(),
        )
        for seed in range(4)
    ]
    for one in (drawing_of_mine, *made):
        Portfolio().save(one)
    kept_one = Portfolio().add_edit(made[2], "chosen with Use this")
    told = contribution(kept_one)
    assert (
        told.figures["strokes"] == 7 and told.figures["passed"] == 3 and told.figures["words"] == {}
    )
    assert (
        "7 brush strokes, 3 other candidates for the same words left aside" in repr(told)
        and len(told.figures["acts"]) == 2
    )
    assert (
        "7 brush strokes"
        in read_credentials(take_with_credentials(kept_one).path.read_bytes(), ".png").mine
    )


def test_words_of_a_text_are_told_from_the_record():
    text = Creation(
        recipe=Recipe(kind="words", prompt="x", model="own words"),
        content=b"one two",
        edits=[HumanEdit(what="written on", counts={"mine": 7, "machine": 5})],
    )
    assert (
        "7 mine, 5 machine" in summary(text)["sentence"]
        and kind_of_edit("refused a suggestion") == "refused"
    )


def test_decision_cards_are_dated_sourced_and_of_several_places():
    cards, licences = read_cards()
    assert {card.id for card in cards} >= {"sell", "style", "train", "tell"} and all(
        len(card.place) >= 3 and all(place.source for place in card.place) for card in cards
    )
    shown = repr(decision_cards())
    assert (
        "no legal advice" in shown
        and "Looked into up to 2026-11" in shown
        and "There are cards for" in repr(decision_cards("nonsense"))
    )
    assert set(licences) >= {"CC0-1.0", "CC-BY-4.0"}


def test_the_chooser_never_gives_more_away_than_was_answered():
    assert (
        suggest_licence(True, True, False).id == "CC0-1.0"
        and suggest_licence(True, True, True, True).id == "CC-BY-SA-4.0"
    )
    assert (
        suggest_licence(False, False, True).id == "all-rights-reserved"
        and suggest_licence(True, False, True).id == "CC-BY-NC-4.0"
    )
    with pytest.raises(LearnerError):
        licence_of("nonsense")


def test_a_reflection_is_kept_as_ones_own_words():
    result = save_reflection("I changed my mind.", "Is it fair?")
    assert (
        Portfolio().find(result[0].id).creation.text == "I changed my mind."
        and "nothing to keep" in save_reflection(" ").message
    )


def test_the_picture_mark_survives_jpeg_and_resizing_and_is_not_seen_where_it_is_not():
    from course_utils.provenance.credit_calls import sample_pictures

    figures = picture_mark.error_rates(sample_pictures(5))
    assert figures["false_alarms"] == 0 and figures["psnr_db"] > 35
    assert all(
        figures["missed"][name] == 0
        for name in (
            "as it is (PNG)",
            "JPEG, quality 60",
            "half the size",
            "half the size, then JPEG 60",
        )
    )
    assert figures["missed"]["a tenth cut off"] == 1  # and says what it does not survive


def test_the_picture_mark_is_found_in_every_style_of_the_drawings_also_in_black_ink():
    from course_utils.pictures.training_drawings import library
    from course_utils.provenance.credit_calls import sample_pictures

    count = 36  # with so many spread over all, icons, the fewest, are among them
    styles = library()[4]["styles"]
    pictures = sample_pictures(count)
    assert {styles[k * len(styles) // count] for k in range(count)} == set(styles)
    marked = [picture_mark.with_mark(one) for one in pictures]
    for change in ("JPEG, quality 60", "half the size"):
        found = [picture_mark.find_mark(picture_mark.CHANGES[change](one)) for one in marked]
        assert all(one.there for one in found)


def test_a_marked_picture_can_be_taken_and_searched():
    from course_utils.provenance.credit_calls import find_picture_mark

    marked, plain = (
        take_with_credentials(kept(), format=".jpg", mark=True),
        take_with_credentials(kept(), format=".jpg"),
    )
    assert (
        find_picture_mark(marked).figures["there"] and not find_picture_mark(plain).figures["there"]
    )
    assert file_for(kept(), ".png", False, "")[:4] == b"\x89PNG"


def test_the_text_mark_is_found_by_the_library_and_lost_by_editing():
    import random

    from course_utils.words.green_list import PIECES, find_mark, raised

    rng, marked, plain = random.Random(4), [100], [100]
    for _ in range(80):
        likely = {rng.randrange(3, PIECES): -rng.random() for _ in range(40)}
        odds = raised(marked, likely)
        marked.append(max(odds, key=odds.get))
        plain.append(rng.choice(list(likely)))
    assert find_mark(marked).p_value < 1e-6 < 0.001 < find_mark(plain).p_value
    edited = [
        piece if number % 2 else rng.randrange(3, PIECES) for number, piece in enumerate(marked)
    ]
    assert (
        find_mark(edited).p_value > find_mark(marked).p_value
        and find_mark(marked[:12]).p_value > find_mark(marked).p_value
    )
    assert find_mark([5]).p_value == 1.0


def test_the_real_model_writes_marked_text():
    from course_utils.provenance.credit_calls import marked_words

    told = marked_words("The lighthouse keeper opened the door and", pieces=40, seed=3)
    assert not told.message and told.figures["all 40 pieces"] < 0.01


def test_a_signed_layout_reads_as_unchanged_and_opens_again_as_it_was(tmp_path, monkeypatch):
    from course_utils import files
    from course_utils.engines import engine_for

    monkeypatch.setenv("COURSE_KEYS", str(tmp_path / "keys"))
    made = next(
        iter(
            engine_for("layout").create(
                Recipe(kind="layout", prompt="Summer fair", seed=1, settings={"count": 1})
            )
        )
    )
    signed = sign(files.pack(made), ".svg", manifest_of(made, ".svg", {"sentence": "x"}))
    assert read_credentials(signed, ".svg").state == "unchanged"
    assert (
        read_credentials(signed.replace(b"data-kept", b"data-kepx", 1), ".svg").state == "changed"
    )
    again = files.unpack_bytes(signed, ".svg")
    assert again.recipe == made.recipe and again.content == made.content
