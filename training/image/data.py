"""Fetch the openly licensed emoji pictures and turn them into training arrays.

Run: python -m training.image.data --work DIR
Pictures come from three npm packages (fetched with the ordinary `npm install`); names and tags from
emojibase-data. Result: DIR/pictures.npz (RGBA uint8, N x 48 x 48 x 4) and DIR/pictures.json (style,
label, tags, file, everyday; of people at work also job, person, tone). What is left out, and why:
whole groups below, single pictures in left_out.txt.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 48  # pixels; 64 px latents would have halved the pictures seen in the hours available
PACKAGES = [
    "emoji-datasource-google@16",
    "emoji-datasource-twitter@16",
    "@lobehub/fluent-emoji-3d@1.1.0",
    "emojibase-data",
]
STYLES = {
    "flat": ("emoji-datasource-google/img/google/64", "png"),
    "sticker": ("emoji-datasource-twitter/img/twitter/64", "png"),
    "3d": ("@lobehub/fluent-emoji-3d/assets", "webp"),
}
LEFT_OUT_GROUPS = {2, 9, None}  # components, flags
# religious places, medals, medical; of the symbols all but the coloured shapes
LEFT_OUT_SUBGROUPS = {52, 61, 80, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95}
PEOPLE = """baby; child; boy; girl; man; woman; old man; old woman; man: beard; person: blond \
hair; student; teacher; farmer; cook; mechanic; scientist; singer; artist; pilot; astronaut;
firefighter; detective; guard; ninja; construction worker; prince; princess; person in tuxedo; \
Santa Claus; superhero; mage; fairy; vampire; mermaid; elf; genie; zombie; person walking; person \
running;
woman dancing; man dancing; skier; snowboarder; person surfing; person rowing boat; person \
swimming; person bouncing ball; person lifting weights; person biking; person juggling; person in \
lotus position;
waving hand; raised hand; OK hand; victory hand; thumbs up; thumbs down; raised fist; clapping \
hands; handshake; flexed biceps; foot; ear; nose; brain; tooth; bone; eyes; eye"""

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
                        "tags": [],
                        "group": entry["group"],
                        "job": job,
                        "person": person,
                        "tone": tone,
                    }
                )
    return found


def build(work: Path) -> None:
    """Write pictures.npz and pictures.json under `work`."""
    modules = fetch(work)
    everyday, left_out = names_in("concepts.txt"), names_in("left_out.txt")
    entries = json.loads((modules / "emojibase-data/en/data.json").read_text(encoding="utf-8"))
    wanted = [
        entry for entry in entries if entry["label"] not in JOBS and is_wanted(entry, left_out)
    ] + at_work(entries)
    pictures, records, seen = [], [], set()
    for entry in wanted:
        for style, (folder, extension) in STYLES.items():
            path = find_picture(modules / folder, entry["hexcode"], extension)
            if path is None:
                continue
            picture = (
                Image.open(path).convert("RGBA").resize((SIZE, SIZE), Image.Resampling.LANCZOS)
            )
            pictures.append(np.asarray(picture))
            seen.add(entry["label"])
            records.append(
                {
                    "style": style,
                    "label": entry["label"],
                    "group": entry["group"],
                    "tags": entry.get("tags", []),
                    "file": path.name,
                    "everyday": entry["label"] in everyday,
                }
                | {name: entry[name] for name in ("job", "person", "tone") if name in entry}
            )
    missing = everyday - seen
    if missing:
        print("not found, left out:", ", ".join(sorted(missing)))
    np.savez(work / "pictures.npz", rgba=np.stack(pictures))
    (work / "pictures.json").write_text(json.dumps(records), encoding="utf-8")
    print(len(records), "pictures of", len(seen), "things")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for downloads and arrays")
    build(parser.parse_args().work)
