"""Write the course's public address into every place that needs it: badges in the README and in
every notebook, and the set-up cell for Colab.

Run: python tools/badges.py https://github.com/NAME/REPOSITORY     writes it, also into
pyproject.toml, the one place that holds it
     python tools/badges.py                                        writes the badges anew from that
     place python tools/badges.py --check                                says whether all agree; 1
     if not python tools/badges.py --none                                 takes everything out again

Without an address there are no badges: a button that leads nowhere, or to a stranger's programs, is
worse than none.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = re.compile(r"https://github\.com/[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
BRANCH = "main"
BEGIN, END = "<!-- badges -->", "<!-- end of badges -->"
BEGIN_CODE, END_CODE = "# only on Colab:", "# everywhere:"


def address_of(root: Path) -> str:
    """The address in pyproject.toml, "" for none."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"][
        "repository"
    ]


def badges(address: str, notebook: str) -> str:
    """The links that open a notebook on Binder and on Colab."""
    place = address.removeprefix("https://github.com/")
    binder = f"https://mybinder.org/v2/gh/{place}/{BRANCH}?urlpath=lab/tree/notebooks/{notebook}"
    colab = f"https://colab.research.google.com/github/{place}/blob/{BRANCH}/notebooks/{notebook}"
    return (
        f"[![Open on Binder](https://mybinder.org/badge_logo.svg)]({binder}) [![Open in"
        f" Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})"
    )


def with_badges(text: str, shown: str) -> str:
    """A Markdown text with the badges under its first heading, in place of earlier ones;
    without them when `shown` is empty.
    """
    text = re.sub(rf"\n*{BEGIN}.*?{END}", "", text, flags=re.S)
    head, line, rest = text.partition("\n")
    return f"{head}\n\n{BEGIN}\n{shown}\n{END}{line}{rest}" if shown else text


def set_up_lines(address: str) -> str:
    """What the set-up cell does first on Colab; elsewhere it does nothing."""
    return (
        "\n".join(
            [
                BEGIN_CODE,
                "import sys",
                'if "google.colab" in sys.modules:',
                f"    %pip install -q --no-deps git+{address}@{BRANCH}",
                "    from course_utils.notebook.colab import set_up",
                "    display(set_up())",
                END_CODE,
            ]
        )
        + "\n"
    )


def with_set_up(code: str, lines: str) -> str:
    """A set-up cell with those lines on top, in place of earlier ones."""
    return lines + re.sub(rf"^{BEGIN_CODE}\n.*?^{END_CODE}\n", "", code, flags=re.S | re.M)


def with_set_up_of(address: str) -> Callable[[str], str]:
    """What is done to a set-up cell for an address; without one the lines are taken out."""
    return lambda code: with_set_up(code, set_up_lines(address) if address else "")


def rewritten(root: Path, address: str) -> dict[Path, str]:
    """Every file with badges, as it should be."""
    project = root / "pyproject.toml"
    files = {
        project: re.sub(
            r'^repository = ".*"',
            f'repository = "{address}"',
            project.read_text(encoding="utf-8"),
            flags=re.M,
        )
    }
    notebooks = sorted((root / "notebooks").glob("[0-9]*.ipynb"))
    files[root / "README.md"] = with_badges(
        (root / "README.md").read_text(encoding="utf-8"),
        badges(address, notebooks[0].name) if address else "",
    )
    for path in notebooks:
        text = path.read_text(encoding="utf-8")
        indent = re.search(r"^( +)\"", text, re.M)
        notebook = json.loads(text)
        codes = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for cell, change in (
            (
                notebook["cells"][0],
                lambda text, name=path.name: with_badges(
                    text, badges(address, name) if address else ""
                ),
            ),
            *((first, with_set_up_of(address)) for first in codes[:1]),
        ):
            old = "".join(cell["source"])
            # a list of lines and one text mean the same; what need not change stays as it is
            if change(old) != old:
                cell["source"] = change(old).splitlines(keepends=True)
        new = json.dumps(notebook, indent=len(indent[1]) if indent else 1, ensure_ascii=False) + (
            "\n" if text.endswith("\n") else ""
        )
        files[path] = new if json.loads(new) != json.loads(text) else text
    return files


def main(arguments: list[str], root: Path = ROOT) -> int:
    given = next((argument for argument in arguments if not argument.startswith("--")), None)
    if given is not None and not ADDRESS.fullmatch(given.rstrip("/")):
        print(
            "Give the address of the repository, such as https://github.com/NAME/REPOSITORY.",
            file=sys.stderr,
        )
        return 2
    address = (
        ""
        if "--none" in arguments
        else given.rstrip("/").removesuffix(".git")
        if given
        else address_of(root)
    )
    differing = [
        path
        for path, text in rewritten(root, address).items()
        if path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        print(
            "\n".join(
                f"{path.name} does not agree with pyproject.toml; run python tools/badges.py"
                for path in differing
            )
            or f"All agree: {address or 'no address yet'}."
        )
        return 1 if differing else 0
    for path, text in rewritten(root, address).items():
        if path in differing:
            path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(differing)} files written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
