"""Write docs/api.md: every public name with its arguments, what it does, and a line to copy.

Run: python -m tools.api           writes the page
     python -m tools.api --check   leaves with 1 when the page is not what it would write
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from course_utils.public import SUBJECTS, subject

__all__ = ["PAGE", "page"]

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "api.md"
HEAD = """# Every name

What `from course_utils import …` brings, subject by subject. This page is made from the code by
`python -m tools.api`; a test keeps it true. In a notebook, `help(pictures.make)` shows the same,
and Tab after `pictures.` lists the names.

Results are shown by being the last line of a cell. Where a call takes a picture, a text, a tune or
a sound, it takes a creation, results, a studio (its chosen one) or the name of a file.
"""


def page() -> str:
    """The whole page, as Markdown."""
    parts = [HEAD, "| | |\n| --- | --- |\n" + "".join(contents()) + "\n"]
    for name in SUBJECTS:
        module = subject(name)
        parts.append(f"## {name}\n\n{inspect.cleandoc(module.__doc__)}\n\n")
        parts.append(f"```python\nfrom course_utils import {name}\n```\n\n")
        parts.extend(entry(name, own, getattr(module, own), module) for own in module.NAMES)
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def contents() -> Iterator[str]:
    for name in SUBJECTS:
        doc = " ".join(inspect.cleandoc(subject(name).__doc__).split())
        yield f"| [{name}](#{name}) | {doc} |\n"


def entry(name: str, own: str, thing: object, module: object) -> str:
    """One name: heading, arguments, what it does, an example."""
    example = module.NAMES[own].example
    doc = inspect.getdoc(thing).removesuffix(f"Example: {example}").strip()
    first, _, rest = doc.partition("\n\n")
    more = f"\n```text\n{rest.strip()}\n```\n" if rest.strip() else ""
    said = " ".join(first.split())
    shown = signature(f"{name}.{own}", thing)
    return f"### {name}.{own}\n\n{said}\n\n```python\n{shown}\n```\n{more}\nExample: `{example}`\n"


def signature(name: str, thing: object) -> str:
    """A name with its arguments, one a line where they do not fit one line."""
    arguments = starred(thing, [written(one) for one in parameters_of(thing)])
    line = f"{name}({', '.join(arguments)})"
    return line if len(line) <= 88 else f"{name}(\n    " + ",\n    ".join(arguments) + ",\n)"


def parameters_of(thing: object) -> list[inspect.Parameter]:
    return list(inspect.signature(thing).parameters.values())


def written(parameter: inspect.Parameter) -> str:
    """One argument as it stands in the code."""
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    text = stars.get(parameter.kind, "") + parameter.name
    if parameter.annotation is not parameter.empty:
        text += f": {getattr(parameter.annotation, '__name__', parameter.annotation)}"
    if parameter.default is not parameter.empty:
        text += f" = {parameter.default!r}" if ":" in text else f"={parameter.default!r}"
    return text


def starred(thing: object, arguments: list[str]) -> list[str]:
    """The arguments with the star after which they must be named."""
    kinds = [one.kind for one in parameters_of(thing)]
    if inspect.Parameter.VAR_POSITIONAL in kinds or inspect.Parameter.KEYWORD_ONLY not in kinds:
        return arguments
    at = kinds.index(inspect.Parameter.KEYWORD_ONLY)
    return [*arguments[:at], "*", *arguments[at:]]


def main(given: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--check", action="store_true")
    new = page()
    if asked.parse_args(given).check:
        return 0 if PAGE.read_text(encoding="utf-8") == new else 1
    PAGE.write_text(new, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {new.count('### ')} names.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
