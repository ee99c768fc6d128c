"""Fetch the open fonts of the layout studio and write them as TTF: `python tools/fonts.py`
(needs npm, fonttools, brotli and a network).

The packages (@fontsource on npm, SIL Open Font License 1.1, all families without a reserved name)
hold one WOFF2 file a script; the scripts of one weight are merged into one file, so that a layout
needs one font a style.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "course_utils" / "layouts" / "fonts"
LATIN = ["latin", "latin-ext"]
WANTED = {  # family: scripts, weights
    "fraunces": (LATIN, [700]),
    "work-sans": (LATIN, [400]),
    "archivo-black": (LATIN, [400]),
    "karla": (LATIN, [400]),
    "space-grotesk": (LATIN, [700]),
    "noto-sans-hebrew": ([*LATIN, "hebrew"], [400, 800]),
    "noto-sans-arabic": ([*LATIN, "arabic"], [400, 800]),
    "noto-sans-devanagari": ([*LATIN, "devanagari"], [400, 800]),
    "nunito": ([*LATIN, "cyrillic", "vietnamese"], [400, 800]),
    "noto-sans": ([*LATIN, "greek", "cyrillic", "vietnamese"], [400, 800]),
}


def main() -> None:
    from fontTools.merge import Merger, Options
    from fontTools.ttLib import TTFont

    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                "npm",
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefix",
                folder,
                *(f"@fontsource/{family}" for family in WANTED),
            ],
            check=True,
        )
        for family, (scripts, weights) in WANTED.items():
            home = Path(folder) / "node_modules" / "@fontsource" / family
            for weight in weights:
                parts = []
                for script in scripts:
                    font = TTFont(home / "files" / f"{family}-{script}-{weight}-normal.woff2")
                    font.flavor = None
                    parts.append(str(Path(folder) / f"{family}-{script}-{weight}.ttf"))
                    font.save(parts[-1])
                merged = Merger(Options(drop_tables=["STAT", "DSIG"])).merge(parts)
                merged.save(TARGET / f"{family}-{weight}.ttf")
            (TARGET / f"LICENSE-{family}.txt").write_text(
                (home / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8"
            )
    print(
        sum(path.stat().st_size for path in TARGET.glob("*.ttf")),
        "bytes in",
        len(list(TARGET.glob("*.ttf"))),
        "fonts",
    )


if __name__ == "__main__":
    sys.exit(main())
