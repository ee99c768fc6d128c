"""A beginner's course in making pictures, words and music with a machine.

The names below are loaded when first used, so that `import course_utils` stays fast.
"""

from __future__ import annotations

__version__ = "0.1.0"

_HOMES = {
    "Recipe": "creation", "Creation": "creation", "Portfolio": "portfolio.store",
    "ImageStudio": "studios.image", "WordsStudio": "studios.words", "TuneStudio": "studios.tune",
    "TextureStudio": "studios.textures", "make_texture": "studios.oneline_textures", "vary_texture": "studios.oneline_textures", "breed_textures": "studios.oneline_textures",
    "texture_under_tune": "studios.oneline_textures", "join_on_a_card": "studios.oneline_textures",
    "make_image": "studios.oneline", "make_words": "studios.oneline", "make_tune": "studios.oneline",
    "make_bigger": "studios.oneline_pictures", "use_picture_model": "studios.oneline_pictures", "take_picture": "studios.oneline_pictures", "family_tree": "studios.oneline_pictures", "how_long": "studios.oneline_pictures", "more_detail": "studios.oneline_pictures",
    "PictureMachine": "studios.machine", "sweep_image": "studios.oneline", "show_family": "studios.oneline", "my_version": "studios.oneline",
    "WritingStudio": "studios.writing", "StoryStudio": "studios.story", "OddsPanel": "studios.odds", "begin_text": "studios.oneline_writing", "suggest": "studios.oneline_writing", "keep": "studios.oneline_writing",
    "write_on": "studios.oneline_writing", "story_turn": "studios.oneline_writing", "whose_text": "studios.oneline_writing", "use_words_model": "studios.oneline_writing", "about_words_model": "studios.oneline_writing", "kind_of_text": "studios.oneline_writing", "pieces_of": "inside.words", "with_examples": "inside.words", "chain_beside_model": "inside.words",
    "filmstrip": "inside.pictures", "parts_at_work": "inside.picture_parts", "three_parts": "inside.pictures", "next_words": "inside.words", "chain_words": "inside.words",
    "TuneDesk": "studios.tune_desk", "bring_tune": "studios.oneline_scores", "bring_rhythm": "studios.oneline_scores", "edit_tune": "studios.oneline_scores", "show_score": "studios.oneline_scores", "take_tune": "studios.oneline_scores",
    "BackingStudio": "studios.backing", "make_backing": "studios.oneline_backing", "take_backing": "studios.oneline_backing",
    "LayoutStudio": "studios.layout", "make_layouts": "studios.oneline_layout", "another_format": "studios.oneline_layout", "lock_objects": "studios.oneline_layout", "why_this_score": "studios.oneline_layout", "take_layout": "studios.oneline_layout", "change_layout": "studios.oneline_layout", "fold_zine": "studios.oneline_layout",
    "TasteStudio": "studios.taste", "this_or_that": "studios.oneline_taste", "choose": "studios.oneline_taste", "undo_choice": "studios.oneline_taste", "my_taste": "studios.oneline_taste", "believe": "studios.oneline_taste",
    "order_by_taste": "studios.oneline_taste", "make_for_me": "studios.oneline_taste", "export_taste": "studios.oneline_taste", "import_taste": "studios.oneline_taste", "forget_taste": "studios.oneline_taste", "filter_bubble": "studios.oneline_bubble",
    "tailor": "studios.oneline_tailor", "my_audience": "studios.oneline_tailor",
    **dict.fromkeys(("continue_tune", "fill_gap", "vary_tune", "answer_phrase", "harmonise", "suggest_chords", "chords_of", "band_for", "music_from_words"), "studios.oneline_tunes"),
    **dict.fromkeys(("next_notes", "begin_melody", "compare_tunes"), "inside.music"), "NoteOddsPanel": "studios.note_odds",
    "TeachStudio": "studios.teach", "example_drawings": "taste.example_drawings", "teach_drawings": "studios.oneline_teach", "teach_tunes": "studios.oneline_teach", "teach_phrases": "studios.oneline_teach",
    "TeachTunesStudio": "studios.teach_others", "TeachWordsStudio": "studios.teach_others", "example_phrases": "taste.example_voice", "example_tunes": "taste.example_voice", "before_and_after": "studios.oneline_teach", "what_it_forgot": "studios.oneline_teach",
    "what_it_copied": "studios.oneline_teach", "my_models": "studios.oneline_teach", "share_own_model": "studios.oneline_teach", "load_own_model": "studios.oneline_teach", "delete_own_model": "studios.oneline_teach",
    "StyleStudio": "studios.styles", "style_map": "studios.oneline_styles", "at_on_map": "studios.oneline_styles", "mix_styles": "studios.oneline_styles", "breed_styles": "studios.oneline_styles", "style_tree": "studios.oneline_styles",
    "how_new": "studios.oneline_styles", "save_style": "studios.oneline_styles", "my_styles": "studios.oneline_styles",
    **dict.fromkeys(("machine_card", "side_by_side", "costs", "smallest_that"), "studios.oneline_bigger"),
    "WorkKeeper": "studios.keeping", "save": "studios.keeping", "resume": "studios.keeping", "answer": "studios.keeping", "show_progress": "studios.keeping",
    "make_card": "studios.oneline", "earlier": "studios.oneline", "show_history": "studios.oneline", "download_all": "studios.oneline",
    **dict.fromkeys(("audit", "before_after", "bias_lab", "fair_words", "fair_music", "cost_of", "audit_report"), "studios.oneline_audit"), "AuditStudio": "studios.audit",
    "OwnStudio": "studios.own", **dict.fromkeys(("where_from", "how_sure_is_it", "consent_ladder", "try_memory"), "studios.oneline_own"),
    **dict.fromkeys(("contribution", "decision_cards", "licences", "choose_licence", "take_with_credentials", "check_credentials", "mark_rates", "find_picture_mark", "marked_words", "save_reflection"), "studios.oneline_mine"),
    "join_room": "studios.oneline_room", "leave_room": "studios.oneline_room",
    **dict.fromkeys(("join_wall", "put_on_wall", "show_wall", "take_off_wall", "report_on_wall"), "studios.oneline_wall"), "open_wall": "server.wall_open",
    "open_studio": "server.studio", "show_app": "server.launch", "recipe_app": "server.recipe_app", "export_app": "server.recipe_app",
}
__all__ = [*_HOMES]


def __getattr__(name: str):
    if name in _HOMES:
        from importlib import import_module
        from types import FunctionType

        from course_utils.misuse import explained

        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        return explained(found) if isinstance(found, FunctionType) else found
    raise AttributeError(f"course_utils has no {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
