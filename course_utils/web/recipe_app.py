"""A small app of one's own around one recipe, and a folder that runs it anywhere."""

from __future__ import annotations

import html
import json
import random
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.controls import Control, StudioSpec
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.portfolio.store import Portfolio
from course_utils.web.launch import quiet_gradio
from course_utils.web.studio_tabs import studio_for

__all__ = ["export_app", "recipe_app"]

FILE = "recipe.json"
PACKAGE = Path(__file__).resolve().parents[1]
# extras of the package; pictures brings onnxruntime
NEEDS = {
    "image": ("pictures",),
    "words": ("pictures", "words"),
    "tune": ("pictures", "music"),
    "backing": ("pictures", "music"),
    "sound": ("pictures", "textures"),
}
# of the models that ship
PARTS = {
    "image": {"image", "upscaler"},
    "words": {"words"},
    "tune": {"music", "soundfont"},
    "backing": {"music", "soundfont"},
    "sound": {"soundfont"},
}
APP = '''"""Start it with: python app.py    What it makes is kept in the folder my_creations."""

from pathlib import Path

from course_utils.web.launch import run_until_stopped, show_app
from course_utils.web.recipe_app import app_from_folder

run_until_stopped(show_app(app_from_folder(Path(__file__).parent), browser=True))
'''


class Plan(BaseModel):
    """What a small app is made of: plain JSON, checked, never evaluated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(max_length=120)]
    ask: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=12)] = []
    recipe: Recipe


def recipe_app(creation, title: str = "My app", ask: tuple[str, ...] | list[str] = ()):
    """A Gradio app that follows the recipe of a creation with words of its visitors.

    Args:
        creation: whose recipe: a creation, results, or a studio (its chosen or first).
        title: the heading.
        ask: settings that visitors may change too, such as "style"; all others stay as in the
            recipe. Their names are those of `pictures.make` and the others.

    Raises:
        LearnerError: there is no such setting, or no engine makes this kind.
    """
    portfolio = Portfolio()
    plan = plan_of(creation, title, ask)
    return _app(plan, portfolio.ingredients(plan.recipe))


def plan_of(creation, title: str, ask) -> Plan:
    """The plan of an app, checked.

    Raises:
        LearnerError: see `apps.make`.
    """
    from course_utils.notebook.results import pick
    from course_utils.safety.prompts import check_prompt

    recipe = creation if isinstance(creation, Recipe) else pick(Portfolio(), None, creation).recipe
    title = check_prompt(title, longest=120, any_script=True, personal=True)
    plan = Plan(title=title, ask=list(ask), recipe=recipe)
    _controls(plan)
    return plan


def export_app(
    creation,
    title: str = "My app",
    ask: tuple[str, ...] | list[str] = (),
    folder: Path | str | None = None,
):
    """The app as a folder that runs on any computer with Python: app.py, the recipe, a list of
    libraries, a page of instructions, the course's helper package and the model it needs.

    Args:
        folder: where to put it; without it, in the portfolio's folder `apps`.
    """
    from course_utils.notebook.results import Taken

    portfolio = Portfolio()
    try:
        plan = plan_of(creation, title, ask)
        if plan.recipe.settings.get("own_model"):
            raise LearnerError(
                "This recipe uses a model you taught, which would leave this computer with the app."
                " Make the app around a recipe without it."
            )
        parts = [
            one
            for given in portfolio.ingredients(plan.recipe).values()
            for one in (given if isinstance(given, list) else [given])
            if isinstance(one, Creation)
        ]
        name = (
            re.sub(
                r"[^a-z0-9]+",
                "_",
                unicodedata.normalize("NFKD", plan.title)
                .encode("ascii", "ignore")
                .decode()
                .lower(),
            ).strip("_")[:40]
            or "my_app"
        )
        target = Path(folder) if folder else portfolio.folder / "apps" / name
        return Taken(
            _write(plan, parts, target),
            f"The folder {target.name} is written. Copy it anywhere; its README.md says how to"
            " start it.",
        )
    except LearnerError as sentence:
        return Taken(message=str(sentence))
    except OSError:
        return Taken(
            message=(
                "The folder could not be written: the disk is full or it is locked. Make room, then"
                " run the cell again; nothing was lost."
            )
        )


def app_from_folder(folder: Path):
    """The app of a folder that `apps.export` wrote.

    Raises:
        LearnerError: its recipe is missing or damaged.
    """
    try:
        plan = Plan.model_validate_json((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError) as problem:
        raise LearnerError(
            f"The file {FILE} beside app.py is missing or damaged. Copy the whole folder again."
        ) from problem
    return _app(plan, Portfolio(folder / "ingredients").ingredients(plan.recipe))


def studio_of(plan: Plan) -> StudioSpec:
    """The studio whose recipe the app follows.

    Raises:
        LearnerError: no studio makes this kind.
    """
    spec = studio_for(plan.recipe.kind)
    if spec is None:
        raise LearnerError(
            "An app can be made around a picture, a text, a tune, a backing track or a sound. Give"
            " one of these."
        )
    return spec


def _controls(plan: Plan) -> list[Control]:
    known = {control.name: control for control in studio_of(plan).controls if not control.accept}
    wrong = [name for name in plan.ask if name not in known]
    if wrong:
        raise LearnerError(
            f"There is no setting {wrong[0]} to ask for. Choose from: {', '.join(known)}."
        )
    return [known[name] for name in plan.ask]


def _app(plan: Plan, ingredients: dict):
    from course_utils.notebook.results import make_like
    from course_utils.web.gradio_parts import CSS, SPEAK, component, said, shown

    gradio, recipe = quiet_gradio(), plan.recipe
    spec = studio_of(plan)

    def make(words: str, *values) -> tuple[str, str]:
        settings = dict(zip(plan.ask, values))
        results = make_like(
            recipe, random.randrange(2**31), words, ingredients, count=1, **settings
        )
        return said(results.message or f"Your {spec.noun} is ready.", not results), shown(
            list(results), "Number"
        )

    with gradio.Blocks(title=plan.title, analytics_enabled=False, delete_cache=(3600, 3600)) as app:
        gradio.HTML(
            f"<h1>{html.escape(plan.title)}</h1><p>A person made this app around one recipe; a"
            " small model on this computer follows it with your words.</p>"
        )
        words = gradio.Textbox(recipe.prompt, label=spec.label, lines=2, max_length=2000)
        parts = []
        for control in _controls(plan):
            value = recipe.settings.get(control.name)
            parts.append(
                component(
                    gradio,
                    (
                        Control(**{**vars(control), "value": value})
                        if value is not None and control.fits(value, Portfolio())
                        else control
                    ),
                    Portfolio(),
                )
            )
        button = gradio.Button("Make one", variant="primary")
        status = gradio.HTML(said("Ready."), elem_classes="said")
        result = gradio.HTML()
        button.click(
            make, [words, *parts], [status, result], api_name="make", show_progress="hidden"
        )
        app.load(None, js=SPEAK)
    app.course_css = CSS
    return app


def _write(plan: Plan, parts: list[Creation], target: Path) -> Path:
    """Write the folder beside its place, then move it there, so that it is whole or not there."""
    if target.exists() and not (target / FILE).is_file():
        raise LearnerError(
            f"There is a folder {target.name} already, and it is no app. Choose another title, or"
            " another folder."
        )
    building = target.with_name(f".{target.name}.part")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    (building / "app.py").write_text(APP, encoding="utf-8")
    (building / FILE).write_text(
        json.dumps(plan.model_dump(mode="json"), indent=2), encoding="utf-8"
    )
    (building / "requirements.txt").write_text(
        "\n".join(requirements(plan.recipe.kind)) + "\n", encoding="utf-8"
    )
    (building / "README.md").write_text(instructions(plan), encoding="utf-8")
    for part in parts:
        Portfolio(building / "ingredients").save(part)
    wanted = PARTS[plan.recipe.kind]

    def left_out(folder: str, names: list[str]) -> list[str]:
        models = Path(folder) == PACKAGE / "models" / "embedded"
        return [
            name
            for name in names
            if name == "__pycache__"
            or (models and (Path(folder) / name).is_dir() and name not in wanted)
        ]

    shutil.copytree(PACKAGE, building / PACKAGE.name, ignore=left_out)
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)
    return target


def requirements(kind: str) -> list[str]:
    """The libraries an app of this kind needs, as this package asks for them.

    Raises:
        LearnerError: the package is not installed, so that nobody can tell.
    """
    import tomllib
    from importlib.metadata import PackageNotFoundError, requires

    extras, source = ("apps", *NEEDS[kind]), PACKAGE.parent / "pyproject.toml"
    if source.is_file():  # the course's own folder
        project = tomllib.loads(source.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == "course-utils":
            return [
                *project["dependencies"],
                *(need for extra in extras for need in project["optional-dependencies"][extra]),
            ]
    try:
        asked = requires("course-utils") or []
    except PackageNotFoundError as problem:
        raise LearnerError(
            "The course is not installed here, so its list of libraries is not known. Run `python"
            " start.py` in the course folder."
        ) from problem
    return [
        need.split(";")[0].strip()
        for need in asked
        if "extra ==" not in need
        or any(re.search(rf"""extra == ['"]{extra}['"]""", need) for extra in extras)
    ]


# the line that fetches a kind's model, where it does not come with the package
FETCHED_BY = {"words": "python -m course_utils.models.smollm2\n"}


def instructions(plan: Plan) -> str:
    """The page beside an app."""
    fetch = FETCHED_BY.get(plan.recipe.kind, "")
    sound = "pip install --no-deps tinysoundfont\n" if plan.recipe.declared.audible else ""
    return f"""# {plan.title}

A small app around one recipe. It needs Python 3.11 or newer.

```
pip install -r requirements.txt
{sound}{fetch}python app.py
```

It opens on your own computer only. To put it on a web host, copy this whole folder there; who may \
use it is then for you to say.

- `recipe.json`: the recipe, and what visitors may change. Plain text; change it as you like.
- `course_utils/`: the helpers and the model, under the Apache License 2.0 (see the model's card \
inside).
- `my_creations/`: what the app makes.
"""
