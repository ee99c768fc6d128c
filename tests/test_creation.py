"""Recipe and Creation: round trip, schema, and hostile input."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies
from pydantic import ValidationError

from course_utils import files
from course_utils.creation import BadRecipe, Creation, HumanEdit, LearnerError, Recipe

SETTING = strategies.one_of(
    strategies.booleans(),
    strategies.integers(-(2**31), 2**31),
    strategies.floats(allow_nan=False, allow_infinity=False),
    strategies.text(max_size=50),
)
RECIPES = strategies.builds(
    Recipe,
    kind=strategies.sampled_from(["image", "words", "tune", "sound", "page"]),
    prompt=strategies.text(max_size=200),
    seed=strategies.integers(0, 2**32 - 1),
    settings=strategies.dictionaries(strategies.text(min_size=1, max_size=20), SETTING, max_size=5),
    parent=strategies.none() | strategies.from_regex(r"[0-9a-f]{12}", fullmatch=True),
)
JSON = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.floats()
    | strategies.text(max_size=20),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(strategies.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(RECIPES, strategies.binary(max_size=50))
def test_creation_json_round_trip(recipe, content):
    creation = Creation(recipe=recipe, content=content, edits=[HumanEdit(what="chosen")])
    assert Creation.model_validate_json(creation.model_dump_json()) == creation
    assert Creation.from_record(creation.record(), content) == creation


@given(JSON)
def test_any_json_as_a_record_is_refused_in_a_sentence(value):
    with pytest.raises(BadRecipe):
        Creation.from_record(json.dumps(value), b"")


@given(RECIPES, strategies.sampled_from(["recipe", "id", "made", "edits", "seconds"]), JSON)
def test_a_record_with_one_foreign_part_never_crashes(recipe, part, value):
    fields = json.loads(Creation(recipe=recipe, content=b"").record())
    fields[part] = value
    try:
        Creation.from_record(json.dumps(fields), b"x")
    except BadRecipe:
        pass


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 5000,
        "__import__('os').system('echo hi')",
        "null",
        "x" * 200_000,
        '{"recipe": {"schema_version": 99}}',
    ],
)
def test_hostile_records_are_refused(text):
    with pytest.raises(BadRecipe):
        Creation.from_record(text, b"")


def test_a_newer_recipe_says_to_update():
    record = json.loads(Creation(recipe=Recipe(kind="words", prompt="x"), content=b"").record())
    record["recipe"]["schema_version"] = 2
    with pytest.raises(BadRecipe, match="newer version"):
        Creation.from_record(json.dumps(record), b"")


def test_unknown_fields_and_wide_seeds_are_refused():
    for wrong in (
        {"seed": -1},
        {"seed": 2**32},
        {"surprise": 1},
        {"kind": "video"},
        {"parent": "../etc"},
        {"settings": {"a": [1]}},
    ):
        with pytest.raises(ValidationError):
            Recipe.model_validate({"kind": "image", "prompt": "x", **wrong})


def test_changed_merges_settings_and_checks_them():
    recipe = Recipe(kind="image", prompt="x", settings={"a": 1, "b": 2})
    assert recipe.changed(settings={"b": 3}).settings == {"a": 1, "b": 3}
    with pytest.raises(ValidationError):
        recipe.changed(seed=-5)


def test_files_of_unknown_kinds_and_missing_files_get_a_sentence(tmp_path):
    for name in ("a.exe", "missing.png", "noending"):
        with pytest.raises(LearnerError):
            files.unpack(tmp_path / name)


def test_a_notebook_shows_the_sentence_and_no_traceback(capsys):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    try:
        shell.run_cell("from course_utils import filmstrip; filmstrip('<b>')")
    finally:
        InteractiveShell.clear_instance()
    shown = "".join(capsys.readouterr())
    assert "remove the signs" in shown and "Traceback" not in shown and "File" not in shown
