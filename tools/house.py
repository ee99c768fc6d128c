"""Measure the house from its code: arrows, circles, sizes, and what is asked of a kind by name.

Run: python -m tools.house            the table
     python -m tools.house --all      and under it every place that was counted
     python -m tools.house --check    leaves with 1 when a limit is passed, and names the places

Only the syntax trees are read; nothing of the package is imported.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "course_utils"
WIDE = 100  # columns

# The most there may be of each; None: measured only. A figure here may only fall.
LIMITS: dict[str, int | None] = {
    "import circles": 0,
    "forbidden arrows": 0,
    "arrows to a higher floor": 2,
    "folders and files without a floor": 0,
    "imports of the package inside functions": None,
    "public names in one module": None,
    "modules without __all__": 0,
    "files in one folder": 25,
    "lines of one function": 60,
    "columns of one line": WIDE,
    "comparisons with a kind": 2,
    "dictionaries keyed by kind": None,
    "lines of the package": None,
}

# The floors, from the ground up. A folder, or a file at the top of the package, may import its own
# floor and those below it.
FLOORS = {
    "ground": (
        "errors languages places kinds creation files labels settings set_up_words tables safety"
        " models engines __version__"
    ),
    "formats": "scores audio",
    "keeping and showing": "portfolio display notebook controls friendly_errors public",
    "kinds": "pictures words music sounds layouts",
    "subjects": "finetune taste styles tailoring provenance fairness machines lessons books",
    "faces": "web classroom teachers cli lab_server lab_settings set_up_light __main__",
}
# Arrows to a higher floor that are meant: (from, to), folders or files at the top.
ALSO: set[tuple[str, str]] = set()
KIND_FOLDERS = tuple(FLOORS["kinds"].split())
KINDS = frozenset({"image", "words", "tune", "backing", "sound", "layout", "page"})
KINDS_MODULE = "kinds"  # the one that may ask which kind it is

# What a file is, by its place in the package.
ENGINES = ("engines/*", "*/engine.py", "*/*_engine.py")
CALLS = ("*/calls.py", "*/*_calls.py")
STUDIOS = ("*/studio.py", "*/*_studio.py", "*/*_studios.py")
WIDGETS = (
    *STUDIOS,
    "notebook/*",
    "*/*_panel.py",
    "*/*_editor.py",
    "*/*_pad.py",
    "pictures/canvas/*",
    "words/controls.py",
)
NOT_WIDGETS = ("web/*",)  # its studio is a page for browsers
WIDGET_LIBRARIES = {"ipywidgets", "anywidget"}
SOURCES = {".py", ".js", ".css", ".html"}


@dataclass(frozen=True)
class Import:
    """One import: the module it stands in and the one it names, both with dots."""

    source: str
    target: str
    line: int
    inside: bool  # in a function
    typing: bool  # only for type checkers


@dataclass
class Measure:
    """One row: the figure, the most it may be, and the places it comes from, worst first."""

    name: str
    value: int
    places: list[str] = field(default_factory=list)

    @property
    def limit(self) -> int | None:
        return LIMITS[self.name]

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.value > self.limit

    def __str__(self) -> str:
        asked = "" if self.limit is None else f", at most {self.limit}"
        return "\n    ".join([f"{self.name}: {self.value}{asked}", *self.places])


def fits(place: str, patterns: tuple[str, ...]) -> bool:
    """Whether a file, such as "words/studio.py", is one of those."""
    return any(fnmatch(place, pattern) for pattern in patterns)


@dataclass
class Module:
    """One file of the package: its name with dots, its place under the package, text and tree."""

    name: str
    place: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @property
    def part(self) -> str:
        """The folder, or the file at the top of the package; "" for the package's own file."""
        return ".".join(self.name.split(".")[1:2])

    @property
    def home(self) -> str:
        """The package that a relative import begins from."""
        return self.name if self.place.endswith("__init__.py") else self.name.rpartition(".")[0]

    def at(self, node: ast.AST) -> str:
        return f"{self.place}:{node.lineno}"


def statements(
    node: ast.AST, inside: bool = False, typing: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    """Every import under a node, with whether it is in a function and only for type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, inside, typing
        elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            asked = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            yield from statements(child, inside or function, typing or asked)


class House:
    """The package under a root, read once."""

    def __init__(self, root: Path = ROOT) -> None:
        self.folder = root / PACKAGE
        self.modules: dict[str, Module] = {}
        for path in sorted(self.folder.rglob("*.py")):
            place = path.relative_to(self.folder)
            parts = [PACKAGE, *place.with_suffix("").parts]
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text(encoding="utf-8")
            self.modules[name] = Module(name, place.as_posix(), text)

    def _targets(self, module: Module, node: ast.Import | ast.ImportFrom) -> set[str]:
        if isinstance(node, ast.Import):
            return {alias.name for alias in node.names}
        base = node.module or ""
        if node.level:
            above = module.home.split(".")
            above = above[: len(above) - node.level + 1]
            base = ".".join([*above, *([base] if base else [])])
        found = set()
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            found.add(whole if whole in self.modules else base)
        return found

    @cached_property
    def imports(self) -> list[Import]:
        return [
            Import(module.name, target, node.lineno, inside, typing)
            for module in self.modules.values()
            for node, inside, typing in statements(module.tree)
            for target in sorted(self._targets(module, node))
        ]

    @cached_property
    def inner(self) -> list[Import]:
        """Imports between modules of the package."""
        return [one for one in self.imports if one.target in self.modules]

    def place(self, name: str) -> str:
        return self.modules[name].place

    def arrow(self, one: Import) -> str:
        target = self.place(one.target) if one.target in self.modules else one.target
        return f"{self.place(one.source)}:{one.line} imports {target}"


# Circles ------------------------------------------------------------------------------------------


def reached(start: str, graph: dict[str, set[str]]) -> dict[str, str]:
    """What can be reached from a module, each with the module before it on a shortest way."""
    before, edge = {}, [start]
    while edge:
        ahead = []
        for name in edge:
            for target in sorted(graph.get(name, ())):
                if target not in before:
                    before[target] = name
                    ahead.append(target)
        edge = ahead
    return before


def circles(house: House) -> Measure:
    """Strongly connected parts of more than one module, or of one that imports itself."""
    graph: dict[str, set[str]] = defaultdict(set)
    for one in house.inner:
        if not one.typing and one.source != one.target:
            graph[one.source].add(one.target)
    ways = {name: reached(name, graph) for name in list(graph)}
    seen, places = set(), []
    for name, way in ways.items():
        if name in seen or name not in way:
            continue
        members = {other for other in way if name in ways.get(other, ())}
        seen |= members
        first = min(members, key=lambda m: len(_way_back(m, ways[m])))
        round_trip = " -> ".join(house.place(m) for m in _way_back(first, ways[first]))
        places.append((len(members), f"{len(members)} modules, such as {round_trip}"))
    return Measure("import circles", len(places), [said for _, said in sorted(places)[::-1]])


def _way_back(name: str, before: dict[str, str]) -> list[str]:
    """The shortest circle through a module, from it to itself."""
    way = [name, before[name]]
    while way[-1] != name:
        way.append(before[way[-1]])
    return way[::-1]


# Arrows -------------------------------------------------------------------------------------------


def forbidden(house: House) -> Measure:
    """The arrows that must never be, whatever the floors say."""
    users = {
        house.modules[one.source].part
        for one in house.inner
        if house.modules[one.target].part == "safety"
    } - {"safety", "models", ""}
    places = [
        f"{said}: {house.arrow(one)}"
        for one in house.imports
        if (said := _why_not(house, one, users))
    ]
    for module in house.modules.values():  # by name: import_module("course_utils.words.engine")
        if module.part == "portfolio":
            places += [
                f"portfolio knows a kind: {module.at(node)} names {node.value}"
                for node in module.nodes
                if isinstance(node, ast.Constant) and _names_a_kind(node.value)
            ]
    return Measure("forbidden arrows", len(places), sorted(places))


def _names_a_kind(value: object) -> bool:
    starts = tuple(f"{PACKAGE}.{folder}" for folder in KIND_FOLDERS)
    return isinstance(value, str) and value.startswith(starts)


def _why_not(house: House, one: Import, users: set[str]) -> str:
    """Which rule an import breaks; "" for none."""
    source = house.modules[one.source]
    may_show = fits(source.place, WIDGETS) and not fits(source.place, NOT_WIDGETS)
    if one.target.split(".")[0] in WIDGET_LIBRARIES:
        if fits(source.place, ENGINES):
            return "an engine imports a widget"
        return "" if may_show else "a widget outside studios, panel widgets and notebook"
    if one.target not in house.modules:
        return ""
    target = house.modules[one.target]
    shown = fits(target.place, WIDGETS) and not fits(target.place, NOT_WIDGETS)
    private = _private_outside(one)
    rules = {
        "an engine imports a widget": fits(source.place, ENGINES) and shown,
        "calls import a studio": fits(source.place, CALLS) and fits(target.place, STUDIOS),
        "a format imports the portfolio": source.part in ("scores", "audio")
        and target.part == "portfolio",
        "portfolio knows a kind": source.part == "portfolio" and target.part in KIND_FOLDERS,
        "models import a user of safety": source.part == "models" and target.part in users,
        "a private file from outside": private,
    }
    return next((said for said, broken in rules.items() if broken), "")


def _private_outside(one: Import) -> bool:
    """Whether the target stands behind a name beginning with _ in a folder that is not around."""
    parts = one.target.split(".")
    for i, part in enumerate(parts):
        if part.startswith("_") and not part.endswith("__"):
            around = ".".join(parts[:i])
            return not (one.source + ".").startswith(around + ".")
    return False


def floor_of(part: str) -> int | None:
    """The floor of a folder or file at the top, 0 for the ground; None where it has none."""
    names = [floor.split() for floor in FLOORS.values()]
    return next((i for i, floor in enumerate(names) if part in floor), None)


def upward(house: House) -> Measure:
    """Imports of a higher floor; the package's own file may hand on everything."""
    places = []
    for one in house.inner:
        source, target = house.modules[one.source].part, house.modules[one.target].part
        low, high = floor_of(source), floor_of(target)
        if low is not None and high is not None and high > low and (source, target) not in ALSO:
            places.append(f"{source} -> {target}: {house.arrow(one)}")
    return Measure("arrows to a higher floor", len(places), sorted(places))


def homeless(house: House) -> Measure:
    parts = {module.part for module in house.modules.values()} - {""}
    places = sorted(part for part in parts if floor_of(part) is None)
    return Measure("folders and files without a floor", len(places), places)


def hidden(house: House) -> Measure:
    places = [house.arrow(one) for one in house.inner if one.inside]
    return Measure("imports of the package inside functions", len(places), places)


# Sizes --------------------------------------------------------------------------------------------


def sized(name: str, sizes: list[tuple[int, str]]) -> Measure:
    """The largest of some sizes, and the places that pass the limit (no limit: the first ten)."""
    ordered = sorted(sizes, reverse=True)
    most = LIMITS[name]
    worst = ordered[:10] if most is None else [one for one in ordered if one[0] > most]
    places = [f"{size:4} {place}" for size, place in worst or ordered[:1]]
    return Measure(name, ordered[0][0] if ordered else 0, places)


def listed(module: Module) -> list[str] | None:
    """The names in a module's __all__; None where it has none. A folder that hands names on by a
    table has the table's.
    """
    for node in module.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        named = [one.id for target in targets if target for one in ast.walk(target) if is_name(one)]
        if "__all__" in named and node.value is not None:
            tables = [n for n in ast.walk(node.value) if isinstance(n, ast.Dict)]
            inside = tables[0].keys if tables else ast.walk(node.value)
            return [one.value for one in inside if isinstance(one, ast.Constant)]
    return None


def is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def defines_something(module: Module) -> bool:
    """Whether there is more in a module than its docstring."""
    return any(not isinstance(node, ast.Expr) for node in module.tree.body)


def public(house: House) -> list[Measure]:
    names = {module.place: listed(module) for module in house.modules.values()}
    without = [
        module.place
        for module in house.modules.values()
        if names[module.place] is None and defines_something(module)
    ]
    sizes = [(len(given), place) for place, given in names.items() if given is not None]
    return [
        sized("public names in one module", sizes),
        Measure("modules without __all__", len(without), without),
    ]


def files(house: House) -> Measure:
    count: dict[str, int] = defaultdict(int)
    for path in house.folder.rglob("*"):
        if path.suffix in SOURCES and "__pycache__" not in path.parts:
            count[path.parent.relative_to(house.folder.parent).as_posix()] += 1
    return sized("files in one folder", [(size, place) for place, size in count.items()])


def functions(house: House) -> Measure:
    """From `def` to the last line, docstring and inner functions included."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    sizes = [
        (node.end_lineno - node.lineno + 1, f"{module.at(node)} {node.name}")
        for module in house.modules.values()
        for node in module.nodes
        if isinstance(node, kinds)
    ]
    return sized("lines of one function", sizes)


def columns(house: House) -> Measure:
    sizes = [
        (len(line), f"{module.place}:{number}")
        for module in house.modules.values()
        for number, line in enumerate(module.text.split("\n"), 1)
    ]
    return sized("columns of one line", sizes)


def lines(house: House) -> Measure:
    """Lines that are not blank, in ruff's format at WIDE columns (as they stand, without ruff)."""
    texts, said = [module.text for module in house.modules.values()], []
    if ruff := shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff"):
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{number}.py" for number in range(len(texts))]
            for path, text in zip(paths, texts):
                path.write_text(text, encoding="utf-8")
            command = [ruff, "format", "--quiet", "--isolated", f"--line-length={WIDE}"]
            subprocess.run([*command, "--target-version=py311", folder], check=True)
            texts = [path.read_text(encoding="utf-8") for path in paths]
    else:
        said = ["as they stand, because ruff is not installed"]
    count = sum(bool(line.strip()) for text in texts for line in text.split("\n"))
    return Measure("lines of the package", count, said)


# Kinds --------------------------------------------------------------------------------------------


def is_kind(node: ast.AST | None) -> bool:
    """Whether it is called `kind`, as a name or at the end of dots."""
    name = getattr(node, "id", None) or getattr(node, "attr", None)
    return name == "kind" and isinstance(node, ast.Name | ast.Attribute)


def holds_kinds(node: ast.AST) -> bool:
    """The name of a kind, or a tuple, list or set with one in it."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(holds_kinds(one) for one in node.elts)
    return isinstance(node, ast.Constant) and node.value in KINDS


def asks_the_kind(node: ast.AST) -> int:
    """How often a node compares a kind with the name of one."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        pairs = zip(sides, sides[1:])
        return sum(is_kind(a) and holds_kinds(b) or is_kind(b) and holds_kinds(a) for a, b in pairs)
    if isinstance(node, ast.Match) and is_kind(node.subject):
        asked = [
            [n.value for n in ast.walk(c.pattern) if isinstance(n, ast.MatchValue)]
            for c in node.cases
        ]
        return sum(any(map(holds_kinds, values)) for values in asked)
    return 0


def keyed_by_kind(node: ast.AST) -> bool:
    """A dictionary whose keys, two at least, are names of kinds (None beside them is allowed)."""
    if isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else ... for key in node.keys if key]
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict":
        keys = [keyword.arg for keyword in node.keywords]
    else:
        return False
    return len(KINDS.intersection(keys)) > 1 and set(keys) <= KINDS | {None}


def by_kind(house: House) -> list[Measure]:
    rows = {"comparisons with a kind": asks_the_kind, "dictionaries keyed by kind": keyed_by_kind}
    return [_counted(house, name, count) for name, count in rows.items()]


def _counted(house: House, name: str, count: Callable[[ast.AST], int]) -> Measure:
    places = [
        module.at(node)
        for module in house.modules.values()
        if module.part != KINDS_MODULE
        for node in module.nodes
        for _ in range(count(node))
    ]
    return Measure(name, len(places), places)


# All of it ----------------------------------------------------------------------------------------


def measures(root: Path = ROOT) -> list[Measure]:
    """Every row of the table, in the order of LIMITS."""
    house = House(root)
    single = (circles, forbidden, upward, homeless, hidden, files, functions, columns, lines)
    rows = [*(one(house) for one in single), *public(house), *by_kind(house)]
    return sorted(rows, key=lambda row: list(LIMITS).index(row.name))


def over(root: Path = ROOT) -> str:
    """The rows that pass their limit, with their places; "" when the house stands."""
    return "\n".join(str(row) for row in measures(root) if row.is_over)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="name every place")
    parser.add_argument("--check", action="store_true", help="leave with 1 past a limit")
    parser.add_argument("--root", type=Path, default=ROOT, help="another copy of the project")
    asked = parser.parse_args(arguments)
    rows = measures(asked.root)
    for row in rows:
        most = "" if row.limit is None else f"at most {row.limit}"
        sign = "!" if row.is_over else " "
        worst = row.places[0].strip() if row.places else ""
        print(f"{sign} {row.name:<41}{row.value:>7}  {most:<12}{worst}".rstrip())
    told = [row for row in rows if asked.all or (asked.check and row.is_over)]
    for row in told:
        print(f"\n{row}")
    return int(asked.check and any(row.is_over for row in rows))


if __name__ == "__main__":
    sys.exit(main())
