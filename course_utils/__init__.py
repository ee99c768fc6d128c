"""A beginner's course in making pictures, words and music with a machine.

The names below are loaded when first used, so that `import course_utils` stays fast.
"""

from __future__ import annotations

import sys

__version__ = "0.1.0"

_HOMES = {
    **dict.fromkeys(("Recipe", "Creation"), "creation"),
    **dict.fromkeys(("Portfolio",), "portfolio.store"),
    **dict.fromkeys(("ImageStudio",), "pictures.studio"),
    **dict.fromkeys(("WordsStudio",), "words.studio"),
    **dict.fromkeys(("TuneStudio",), "music.studio"),
    **dict.fromkeys(("TextureStudio",), "sounds.studio"),
    **dict.fromkeys(
        ("make_texture", "vary_texture", "breed_textures", "texture_under_tune", "join_on_a_card"),
        "sounds.calls",
    ),
    **dict.fromkeys(
        (
            "make_image",
            "make_bigger",
            "use_picture_model",
            "take_picture",
            "family_tree",
            "how_long",
            "more_detail",
            "sweep_image",
        ),
        "pictures.calls",
    ),
    **dict.fromkeys(
        (
            "make_words",
            "my_version",
            "begin_text",
            "suggest",
            "keep",
            "write_on",
            "story_turn",
            "whose_text",
            "use_words_model",
            "about_words_model",
            "kind_of_text",
        ),
        "words.calls",
    ),
    **dict.fromkeys(
        (
            "make_tune",
            "make_backing",
            "take_backing",
            "continue_tune",
            "fill_gap",
            "vary_tune",
            "answer_phrase",
            "harmonise",
            "suggest_chords",
            "chords_of",
            "band_for",
            "music_from_words",
        ),
        "music.calls",
    ),
    **dict.fromkeys(("big_tools",), "models.big_tools"),
    **dict.fromkeys(("PictureMachine",), "pictures.denoising_panel"),
    **dict.fromkeys(
        ("show_family", "make_card", "earlier", "show_history", "download_all"), "notebook.calls"
    ),
    **dict.fromkeys(("WritingStudio",), "words.writing_studio"),
    **dict.fromkeys(("StoryStudio",), "words.story_studio"),
    **dict.fromkeys(("OddsPanel",), "words.odds_panel"),
    **dict.fromkeys(
        ("pieces_of", "with_examples", "chain_beside_model", "next_words", "chain_words"),
        "words.inside",
    ),
    **dict.fromkeys(("filmstrip", "parts_at_work", "three_parts"), "pictures.inside"),
    **dict.fromkeys(("TuneDesk",), "music.score_editor"),
    **dict.fromkeys(
        ("bring_tune", "bring_rhythm", "edit_tune", "show_score", "take_tune"), "music.score_calls"
    ),
    **dict.fromkeys(("BackingStudio",), "music.backing_studio"),
    **dict.fromkeys(("LayoutStudio",), "layouts.studio"),
    **dict.fromkeys(
        (
            "make_layouts",
            "another_format",
            "lock_objects",
            "why_this_score",
            "take_layout",
            "change_layout",
            "fold_zine",
        ),
        "layouts.calls",
    ),
    **dict.fromkeys(("TasteStudio",), "taste.studio"),
    **dict.fromkeys(
        (
            "this_or_that",
            "choose",
            "undo_choice",
            "my_taste",
            "believe",
            "order_by_taste",
            "make_for_me",
            "export_taste",
            "import_taste",
            "forget_taste",
        ),
        "taste.calls",
    ),
    **dict.fromkeys(("filter_bubble",), "taste.filter_bubble"),
    **dict.fromkeys(("tailor", "my_audience"), "tailoring.calls"),
    **dict.fromkeys(("next_notes", "begin_melody", "compare_tunes"), "music.inside"),
    **dict.fromkeys(("NoteOddsPanel",), "music.odds_panel"),
    **dict.fromkeys(("TeachStudio",), "finetune.picture_studio"),
    **dict.fromkeys(("example_drawings",), "finetune.practice_drawings"),
    **dict.fromkeys(
        (
            "teach_drawings",
            "teach_tunes",
            "teach_phrases",
            "before_and_after",
            "what_it_forgot",
            "what_it_copied",
            "my_models",
            "share_own_model",
            "load_own_model",
            "delete_own_model",
        ),
        "finetune.calls",
    ),
    **dict.fromkeys(("TeachTunesStudio", "TeachWordsStudio"), "finetune.text_and_tune_studios"),
    **dict.fromkeys(("example_phrases", "example_tunes"), "finetune.practice_phrases"),
    **dict.fromkeys(("StyleStudio",), "styles.studio"),
    **dict.fromkeys(
        (
            "style_map",
            "at_on_map",
            "mix_styles",
            "breed_styles",
            "style_tree",
            "how_new",
            "save_style",
            "my_styles",
        ),
        "styles.calls",
    ),
    **dict.fromkeys(
        ("machine_card", "side_by_side", "costs", "smallest_that"), "fairness.model_comparison"
    ),
    **dict.fromkeys(
        ("WorkKeeper", "save", "resume", "answer", "show_progress"), "notebook.save_work"
    ),
    **dict.fromkeys(
        (
            "audit",
            "before_after",
            "bias_lab",
            "fair_words",
            "fair_music",
            "cost_of",
            "audit_report",
        ),
        "fairness.calls",
    ),
    **dict.fromkeys(("AuditStudio",), "fairness.studio"),
    **dict.fromkeys(("OwnStudio",), "provenance.studio"),
    **dict.fromkeys(
        ("where_from", "how_sure_is_it", "consent_ladder", "try_memory"), "provenance.calls"
    ),
    **dict.fromkeys(
        (
            "contribution",
            "decision_cards",
            "licences",
            "choose_licence",
            "take_with_credentials",
            "check_credentials",
            "mark_rates",
            "find_picture_mark",
            "marked_words",
            "save_reflection",
        ),
        "provenance.credit_calls",
    ),
    **dict.fromkeys(("file_label",), "provenance.label_calls"),
    **dict.fromkeys(("join_room", "leave_room"), "classroom.calls"),
    **dict.fromkeys(
        ("join_wall", "put_on_wall", "show_wall", "take_off_wall", "report_on_wall"),
        "classroom.wall.calls",
    ),
    **dict.fromkeys(("open_wall",), "web.open_wall"),
    **dict.fromkeys(("open_studio",), "web.studio"),
    **dict.fromkeys(("show_app",), "web.launch"),
    **dict.fromkeys(("recipe_app", "export_app"), "web.recipe_app"),
}
# whoever imports something of this folder in a notebook will soon want this model
_MODELS = {"pictures": "image", "words": "words", "music": "tune"}
__all__ = [*_HOMES]


def __getattr__(name: str):
    if name in _HOMES:
        from importlib import import_module
        from types import FunctionType

        from course_utils.friendly_errors import explained

        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        kind = _MODELS.get(_HOMES[name].partition(".")[0])
        if kind is not None:
            import_module(f"{__name__}.notebook.preloading").begin(kind)
        return explained(found) if isinstance(found, FunctionType) else found
    raise AttributeError(f"course_utils has no {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


if "IPython" in sys.modules:  # in a notebook: a missing name gets a sentence
    from course_utils.notebook.missing_names import watch

    watch()
