"""The five studios of the browser. Every button calls a one-line function that a notebook has too."""

from __future__ import annotations

import random

from course_utils.safety.prompts import LONGEST_PROMPT
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.portfolio.store import Portfolio
from course_utils.web.studio_tabs import MORE, Action, Control, Desk, found, kept, only
from course_utils.notebook import results as oneline
from course_utils.notebook.frame import SLOTS

WORK = "Work on the one you chose"
TAKE = "Take it away"
ANY = -1


def again(creation: Creation, seed: int, **changes):
    """Four more like a creation: its settings, another seed, and what `changes` says."""
    return make_like(creation.recipe, seed, creation.recipe.prompt, Portfolio().ingredients(creation.recipe), SLOTS, creation.id, **changes)


def make_like(recipe: Recipe, seed: int, words: str, ingredients: dict, count: int, parent: str | None = None, **changes):
    """Follow a recipe with another seed, these words and some settings changed."""
    settings = {**recipe.settings, "count": count, **changes}
    return oneline.make(recipe.kind, words, count, seed, settings, ingredients, parent or recipe.parent, longest=max(LONGEST_PROMPT, len(recipe.prompt)))


def pictures() -> Desk:
    """Pictures from words, from a picture, from a part of one."""
    from course_utils.pictures.inpainting import REGIONS, SIDES
    from course_utils.pictures import studio as image
    from course_utils.pictures import calls as more

    start = "Start from a picture"
    sides = [("no", ""), *((name, name) for name in SIDES)]

    def make(words: str, count: int, seed: int, values: dict):
        settings = only(values, "style", "speed", "guidance", "surprise", "leave_out", "second", "second_share")
        if values["second_style"] and values["second_style"] != values["style"]:
            settings["style"] = f"{values['style']}:{1 - values['style_share']:.2f} {values['second_style']}:{values['style_share']:.2f}"
        begin = values["file"] or found(values["begin"])
        if begin:
            settings |= {"strength": values["strength"], "part": values["part"], "extend": values["extend"], "start": begin}
            other = found(values["blend"])
            settings |= {"other": other, "blend_share": values["blend_share"]} if other else {}
        return oneline.make_image(words, count, seed, **settings)

    def vary(creation: Creation, values: dict, seed: int, strength: float = image.VARIED["subtle"]):
        settings = {**creation.recipe.settings, "strength": strength, **image.PLAIN, "shared_seed": -1, "surprise": 1.0}
        words = values["words"] if creation.recipe.model == image.OWN else creation.recipe.prompt  # a picture from outside has a name, but no words
        own = Portfolio().ingredients(creation.recipe).get("own")
        return oneline.make("image", words, SLOTS, seed, {**settings, "count": SLOTS}, {"start": creation, **({"own": own} if own else {})}, creation.id)

    def sheet(creation: Creation, values: dict):
        (across, columns), (down, rows) = (image.SHEETS[values["across"]], image.SHEETS.get(values["down"], ("", [])))
        if across == down:
            raise LearnerError("Across and down are the same setting. Choose another for one of them.")
        seeds = {"seed": [(creation.recipe.seed + number) % 2**31 for number in range(3)]}
        lists = {name: seeds.get(name, steps) for name, steps in ((across, columns), (down, rows)) if name}
        return oneline.sweep_image(creation.recipe.prompt, seed=creation.recipe.seed, **lists)

    sheets = [name for name in image.SHEETS if name not in ("how far it goes", "share of the mixed-in words")]
    return Desk(
        "image", "Pictures", "picture", "Your words", "a red heart", make, vary,
        (
            Control("style", "Style", "any", lambda portfolio: [*image.STYLES, *image.own_styles(portfolio)]),
            Control("speed", "Speed", "balanced", [("Quick", "quick"), ("Balanced", "balanced"), ("Careful", "careful")]),
            Control("guidance", "Follow my words", 3.0, image.FOLLOW, MORE),
            Control("surprise", "Surprise: 0 is almost alike, 1 all different", 1.0, None, MORE, (0, 1, 0.05)),
            Control("leave_out", "Leave out", "", None, MORE),
            Control("second", "Mix in other words", "", None, MORE),
            Control("second_share", "How much of the other words", 0.5, None, MORE, (0, 1, 0.05)),
            Control("second_style", "Mix the style with", "", [("no other", ""), *image.STYLES[1:]], MORE),
            Control("style_share", "How much of that style", 0.5, None, MORE, (0, 1, 0.05)),
            Control("begin", "Begin from", "", kept("image", nothing="words only"), start),
            Control("file", "Or from a picture file of yours", None, None, start, accept=("image",)),
            Control("strength", "How far to go from it", 0.6, image.FAR, start),
            Control("part", "Change only", "", [("all of it", ""), *((name, name) for name in REGIONS)], start),
            Control("extend", "Make wider", "", sides, start),
            Control("blend", "Blend with", "", kept("image"), start),
            Control("blend_share", "Share of the other picture", 0.5, None, start, (0, 1, 0.05)),
        ),
        (
            Action("Vary more", WORK, lambda creation, values: vary(creation, values, random.randrange(2**31), image.VARIED["strong"]), about="Four that go further from it than Vary does."),
            Action("Bigger", WORK, lambda creation, values: more.make_bigger(creation), about="The same picture four times larger, as a new one."),
            Action("Make a contact sheet", WORK, sheet, (Control("across", "Across", "style", sheets), Control("down", "Down", "how closely it follows", [("nothing", ""), *((name, name) for name in sheets)])), "The same seed with one or two settings changed, side by side."),
            Action("Show the family", WORK, lambda creation, values: more.family_tree(creation), about="What it came from, and what came from it."),
            *(Action(words, TAKE, lambda creation, values, way=way: more.take_picture(values["all"] if way == "stickers" else creation, way), several=way == "stickers") for way, words in image.TAKE.items()),
        ),
    )  # fmt: skip


def words() -> Desk:
    """Short texts of many kinds."""
    from course_utils.words.engine import read_template, template_names, voices
    from course_utils.words.inside import with_examples
    from course_utils.words.studio import beginning

    named = "Titles and blurbs"

    def make(topic: str, count: int, seed: int, values: dict):
        settings = only(values, "template", "surprise", "repeat")
        settings |= {"voice": values["voice"].strip()} if values["template"] == "voice" and values["voice"] and values["voice"].strip() else {}
        settings |= {"items": values["items"]} if values["items"] else {}
        about = found(values["about"])
        if about:
            settings["template"] = values["naming"]
        return oneline.make_words(about or topic, count, seed, **settings)

    return Desk(
        "words", "Words", "text", "Your words", "the moon", make, lambda creation, values, seed: again(creation, seed, start=beginning(creation.text)),
        (
            Control("template", "Make me", "poem", [(read_template(name)["label"], name) for name in template_names()]),
            Control("surprise", "Surprise", 0.8, None, "", (0.6, 1.2, 0.1)),
            Control("voice", "Voice, for Say it in another voice", "", [("none", ""), *((voice, voice) for voice in voices())], MORE),
            Control("repeat", "Repeats", 1.1, [("may repeat itself", 1.0), ("seldom", 1.1), ("hardly ever", 1.25)], MORE),
            Control("items", "Lines of a list", 0, [("as the kind of text has", 0), *((str(number), number) for number in range(1, 11))], MORE),
            Control("about", "Name something you made", "", kept("image", "tune", "backing", "sound", nothing="no, use my words"), named),
            Control("naming", "Give it", "title", [("titles", "title"), ("a blurb", "blurb")], named),
        ),
        (
            Action("Keep my version", WORK, lambda creation, values: oneline.my_version(creation, values["mine"] or ""), (Control("mine", "My version: write on the text here", "", lines=6),), "Your words and the machine's are counted."),
            Action("What the examples do", WORK, lambda creation, values: with_examples(str(creation.recipe.settings.get("template", "poem")), creation.recipe.prompt, seed=creation.recipe.seed), about="The same kind of text, only asked, and after a few examples."),
        ),
    )  # fmt: skip


def tunes() -> Desk:
    """Tunes, and what the note model does with one."""
    from course_utils.music.engine import vary_settings
    from course_utils.music.tokens import KEYS, KINDS, METRES, MODES
    from course_utils.music.prompt_reading import INSTRUMENTS
    from course_utils.music import score_calls as scores
    from course_utils.music import calls as abilities
    from course_utils.music.studio import DENSITY

    names = ("instrument", "bars", "kind_of_tune", "key", "mode", "metre", "density", "surprise")

    def vary(creation: Creation, values: dict, seed: int):
        if creation.kind != "tune":
            raise LearnerError("A band cannot be varied here. Vary it under Backing tracks.")
        return again(creation, seed, **vary_settings(creation))

    ways = [("notes (MIDI)", "midi"), ("sheet music (SVG)", "sheet"), ("sheet music to edit (MusicXML)", "musicxml"), ("sound (WAV)", "wav"), ("small sound (OGG)", "ogg"), ("small sound (MP3)", "mp3")]
    return Desk(
        "tune", "Tunes", "tune", "Your words", "a happy jig", lambda text, count, seed, values: oneline.make_tune(text, count, seed, **only(values, *names)), vary,
        (
            Control("instrument", "Instrument", "any", ["any", *INSTRUMENTS]),
            Control("bars", "Length", 8, [("short, 4 bars", 4), ("8 bars", 8), ("long, 16 bars", 16)]),
            Control("kind_of_tune", "Kind of tune", "any", KINDS, MORE),
            Control("key", "Key", "any", ["any", *KEYS], MORE),
            Control("mode", "Mode", "any", ["any", *MODES], MORE),
            Control("metre", "Metre", "any", [("the kind's", "any"), *((name, name) for name in METRES)], MORE),
            Control("density", "Notes", "any", DENSITY, MORE),
            Control("surprise", "Surprise", 0.9, [("a little", 0.7), ("some", 0.9), ("a lot", 1.1)], MORE),
        ),
        (
            Action("Bring this tune", WORK, lambda creation, values: scores.bring_tune(values["notes"] or ""), (Control("notes", "A tune of your own, as note names", "C D E F G2 A G2"),), "Needs none chosen: type notes, such as C D E F G2.", alone=True),
            Action("Continue", WORK, lambda creation, values: abilities.continue_tune(creation, values["more_bars"], SLOTS), (Control("more_bars", "Add", 4, [("2 bars", 2), ("4 bars", 4), ("8 bars", 8)]),), "More bars at its end."),
            Action("Fill the gap", WORK, lambda creation, values: abilities.fill_gap(creation, values["first"], values["last"], SLOTS), (Control("first", "From bar", 3, whole=True), Control("last", "To bar", 4, whole=True)), "Some bars anew, to fit what stands around them."),
            Action("Change it", WORK, lambda creation, values: abilities.vary_tune(creation, values["keep"], count=SLOTS, **({"near": values["near"]} if values["keep"] == "rhythm" else {})), (Control("keep", "Keep", "rhythm", [("its rhythm", "rhythm"), ("its notes", "notes")]), Control("near", "Notes that stay", 0.4, [("few", 0.2), ("some", 0.4), ("most", 0.75)])), "Keeps one half of the tune and draws the other anew."),
            Action("Answer", WORK, lambda creation, values: abilities.answer_phrase(creation, values["phrase"], SLOTS), (Control("phrase", "Answer its first", 4, [("2 bars", 2), ("4 bars", 4), ("8 bars", 8)]),), "Its beginning as a question, and an answer that comes home."),
            Action("Harmonise", WORK, lambda creation, values: abilities.harmonise(creation, SLOTS), about="Three voices under it, as Bach did under hymns."),
            Action("Suggest chords", WORK, lambda creation, values: abilities.suggest_chords(creation, SLOTS), about="Chords that fit."),
            Action("Get a band", WORK, lambda creation, values: abilities.band_for(creation, count=SLOTS), about="Chords, and players for them."),
            Action("Make the file", TAKE, lambda creation, values: scores.take_tune([creation], values["way"]), (Control("way", "As", "midi", ways),)),
        ),
    )  # fmt: skip


def backing() -> Desk:
    """A band for a line of chords."""
    from course_utils.music.backing_engine import read_style, style_names
    from course_utils.music.backing_studio import PICTURES, near_tempo
    from course_utils.music.backing_calls import make_backing, take_backing

    players = "Who plays"

    def make(chords: str, count: int, seed: int, values: dict):
        settings = only(values, "style", "intensity", "repeats", "swing", "looseness", "intro", "fills", "ending")
        settings |= {"tempo": int(values["tempo"] or 0) if (values["tempo"] or 0) >= 30 else 0, "mute": ",".join(name for name in PICTURES if not values[name])}
        return make_backing(chords, count, seed, found(values["on_top"]), **settings)

    return Desk(
        "backing", "Backing tracks", "track", "Your chords", "C G Am F", make, lambda creation, values, seed: again(creation, seed, tempo=near_tempo(creation)),
        (
            Control("style", "Style", "pop", [(f"{name}: {read_style(name)['about']}", name) for name in style_names()]),
            Control("intensity", "How full", "normal", ["calm", "normal", "full"]),
            Control("repeats", "Play it", 2, [("once", 1), ("twice", 2), ("four times", 4)]),
            Control("tempo", "Beats a minute; 0 is as the style has it", 0, None, MORE, whole=True),
            Control("swing", "Swing", -1.0, [("as the style has it", -1.0), ("straight", 0.0), ("a little", 0.4), ("a lot", 0.95)], MORE),
            Control("looseness", "Timing", 0.5, [("like a machine", 0.0), ("like people", 0.5), ("like tired people", 1.0)], MORE),
            Control("intro", "Count in", True, None, MORE), Control("fills", "Drum fills", True, None, MORE), Control("ending", "An ending", True, None, MORE),
            *(Control(name, f"{picture} {name}", True, None, players) for name, picture in PICTURES.items()),
            Control("on_top", "Play a tune of mine on top", "", kept("tune", nothing="no tune"), players),
        ),
        (
            Action("A loop without a seam (WAV)", TAKE, lambda creation, values: take_backing(creation, "loop")),
            Action("Notes (MIDI)", TAKE, lambda creation, values: take_backing(creation, "midi")),
        ),
    )  # fmt: skip


def sounds() -> Desk:
    """Unusual sounds and their children."""
    from course_utils.sounds.engine import CHARACTER_NAMES, SCALE_NAMES, SHAPES, SOURCES
    from course_utils.sounds import calls as more
    from course_utils.sounds.studio import FEELS, LENGTHS, MUCH, PITCHES

    out_of = "Out of something you made or bring"
    names = ("source", "character", "length", "pitch", "scale", "shape", "loudness", "loop", *FEELS)

    def other(values: dict) -> Creation:
        second = found(values["other"])
        if second is None:
            raise LearnerError("Choose the second sound under The other parent, then press Breed again.")
        return second

    def under(creation: Creation, values: dict):
        tune = found(values["tune"])
        if tune is None:
            raise LearnerError("Choose a tune under Which tune, then press Lay it under the tune again. No tune yet? Make one under Tunes.")
        return more.texture_under_tune(creation, tune, values["level"])

    return Desk(
        "sound", "Strange sounds", "sound", "Your words", "something strange", lambda text, count, seed, values: more.make_texture(text, count, seed, values["file"] or found(values["material"]), **only(values, *names)),
        lambda creation, values, seed: more.vary_texture(creation, values["spread"], SLOTS, seed),
        (
            Control("source", "Made with", "any", ["any", *SOURCES]),
            Control("character", "Character", "any", ["any", *CHARACTER_NAMES]),
            Control("length", "Length", 8.0, LENGTHS),
            Control("pitch", "Pitch", ANY, PITCHES, MORE),
            *(Control(name, label, ANY, MUCH, MORE) for name, label in FEELS.items()),
            Control("scale", "Notes", "any", ["any", *SCALE_NAMES], MORE),
            Control("shape", "Over time", "any", ["any", *SHAPES], MORE),
            Control("loudness", "Loudness", -18.0, [("quiet", -26.0), ("normal", -18.0), ("loud", -15.0)], MORE),
            Control("loop", "Goes round without a gap (loop)", False, None, MORE),
            Control("spread", "Vary goes", 0.4, [("near", 0.2), ("some way", 0.4), ("far", 0.8)], MORE),
            Control("material", "Made out of", "", kept("sound", "tune", "image", nothing="nothing, only numbers"), out_of),
            Control("file", "Or out of a recording or picture file of yours", None, None, out_of, accept=("audio", "image")),
        ),
        (
            Action("Breed", WORK, lambda creation, values: more.breed_textures(creation, other(values)), (Control("other", "The other parent", "", kept("sound")),), "Four children of the chosen sound and another: each setting comes from one parent or lies between."),
            Action("Lay it under the tune", WORK, under, (Control("tune", "Which tune", "", kept("tune")), Control("level", "Beside the tune", -9.0, [("faint", -18.0), ("behind it", -9.0), ("as loud", 0.0)]))),
        ),
    )  # fmt: skip
