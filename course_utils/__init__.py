"""A beginner's course in making pictures, words and music with a machine.

The names below are loaded when first used, so that `import course_utils` stays fast.
"""

from __future__ import annotations

__version__ = "0.1.0"

_HOMES = {
    "Recipe": "creation", "Creation": "creation", "Portfolio": "portfolio.store",
    "ImageStudio": "pictures.studio", "WordsStudio": "words.studio", "TuneStudio": "music.studio",
    "TextureStudio": "sounds.studio", "make_texture": "sounds.calls", "vary_texture": "sounds.calls", "breed_textures": "sounds.calls",
    "texture_under_tune": "sounds.calls", "join_on_a_card": "sounds.calls",
    "make_image": "notebook.results", "make_words": "notebook.results", "make_tune": "notebook.results",
    "make_bigger": "pictures.calls", "use_picture_model": "pictures.calls", "take_picture": "pictures.calls", "family_tree": "pictures.calls", "how_long": "pictures.calls", "more_detail": "pictures.calls",
    "PictureMachine": "pictures.denoising_panel", "sweep_image": "notebook.results", "show_family": "notebook.results", "my_version": "notebook.results",
    "WritingStudio": "words.writing_studio", "StoryStudio": "words.story_studio", "OddsPanel": "words.odds_panel", "begin_text": "words.calls", "suggest": "words.calls", "keep": "words.calls",
    "write_on": "words.calls", "story_turn": "words.calls", "whose_text": "words.calls", "use_words_model": "words.calls", "about_words_model": "words.calls", "kind_of_text": "words.calls", "pieces_of": "words.inside", "with_examples": "words.inside", "chain_beside_model": "words.inside",
    "filmstrip": "pictures.inside", "parts_at_work": "pictures.inside_parts", "three_parts": "pictures.inside", "next_words": "words.inside", "chain_words": "words.inside",
    "TuneDesk": "music.score_editor", "bring_tune": "music.score_calls", "bring_rhythm": "music.score_calls", "edit_tune": "music.score_calls", "show_score": "music.score_calls", "take_tune": "music.score_calls",
    "BackingStudio": "music.backing_studio", "make_backing": "music.backing_calls", "take_backing": "music.backing_calls",
    "LayoutStudio": "layouts.studio", "make_layouts": "layouts.calls", "another_format": "layouts.calls", "lock_objects": "layouts.calls", "why_this_score": "layouts.calls", "take_layout": "layouts.calls", "change_layout": "layouts.calls", "fold_zine": "layouts.calls",
    "TasteStudio": "taste.studio", "this_or_that": "taste.calls", "choose": "taste.calls", "undo_choice": "taste.calls", "my_taste": "taste.calls", "believe": "taste.calls",
    "order_by_taste": "taste.calls", "make_for_me": "taste.calls", "export_taste": "taste.calls", "import_taste": "taste.calls", "forget_taste": "taste.calls", "filter_bubble": "taste.bubble_calls",
    "tailor": "tailoring.calls", "my_audience": "tailoring.calls",
    **dict.fromkeys(("continue_tune", "fill_gap", "vary_tune", "answer_phrase", "harmonise", "suggest_chords", "chords_of", "band_for", "music_from_words"), "music.calls"),
    **dict.fromkeys(("next_notes", "begin_melody", "compare_tunes"), "music.inside"), "NoteOddsPanel": "music.odds_panel",
    "TeachStudio": "finetune.picture_studio", "example_drawings": "finetune.practice_drawings", "teach_drawings": "finetune.calls", "teach_tunes": "finetune.calls", "teach_phrases": "finetune.calls",
    "TeachTunesStudio": "finetune.text_and_tune_studios", "TeachWordsStudio": "finetune.text_and_tune_studios", "example_phrases": "finetune.practice_phrases", "example_tunes": "finetune.practice_phrases", "before_and_after": "finetune.calls", "what_it_forgot": "finetune.calls",
    "what_it_copied": "finetune.calls", "my_models": "finetune.calls", "share_own_model": "finetune.calls", "load_own_model": "finetune.calls", "delete_own_model": "finetune.calls",
    "StyleStudio": "styles.studio", "style_map": "styles.calls", "at_on_map": "styles.calls", "mix_styles": "styles.calls", "breed_styles": "styles.calls", "style_tree": "styles.calls",
    "how_new": "styles.calls", "save_style": "styles.calls", "my_styles": "styles.calls",
    **dict.fromkeys(("machine_card", "side_by_side", "costs", "smallest_that"), "fairness.model_comparison"),
    "WorkKeeper": "notebook.save_work", "save": "notebook.save_work", "resume": "notebook.save_work", "answer": "notebook.save_work", "show_progress": "notebook.save_work",
    "make_card": "notebook.results", "earlier": "notebook.results", "show_history": "notebook.results", "download_all": "notebook.results",
    **dict.fromkeys(("audit", "before_after", "bias_lab", "fair_words", "fair_music", "cost_of", "audit_report"), "fairness.calls"), "AuditStudio": "fairness.studio",
    "OwnStudio": "provenance.studio", **dict.fromkeys(("where_from", "how_sure_is_it", "consent_ladder", "try_memory"), "provenance.calls"),
    **dict.fromkeys(("contribution", "decision_cards", "licences", "choose_licence", "take_with_credentials", "check_credentials", "mark_rates", "find_picture_mark", "marked_words", "save_reflection"), "provenance.credit_calls"),
    "join_room": "classroom.calls", "leave_room": "classroom.calls",
    **dict.fromkeys(("join_wall", "put_on_wall", "show_wall", "take_off_wall", "report_on_wall"), "classroom.wall.calls"), "open_wall": "web.open_wall",
    "open_studio": "web.studio", "show_app": "web.launch", "recipe_app": "web.recipe_app", "export_app": "web.recipe_app",
}
__all__ = [*_HOMES]


def __getattr__(name: str):
    if name in _HOMES:
        from importlib import import_module
        from types import FunctionType

        from course_utils.friendly_errors import explained

        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        return explained(found) if isinstance(found, FunctionType) else found
    raise AttributeError(f"course_utils has no {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
