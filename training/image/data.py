"""Fetch the openly licensed emoji pictures and turn them into training arrays.

Run: python -m training.image.data --work DIR
Pictures come from three npm packages (fetched with the ordinary `npm install`); names and tags from emojibase-data.
Result: DIR/pictures.npz (RGBA uint8, N x 48 x 48 x 4) and DIR/pictures.json (style, label, tags, file, trained).
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 48  # pixels; 64 px latents would have halved the pictures seen in the hours available
PACKAGES = ["emoji-datasource-google@16", "emoji-datasource-twitter@16", "@lobehub/fluent-emoji-3d@1.1.0", "emojibase-data"]
STYLES = {
    "flat": ("emoji-datasource-google/img/google/64", "png"),
    "sticker": ("emoji-datasource-twitter/img/twitter/64", "png"),
    "3d": ("@lobehub/fluent-emoji-3d/assets", "webp"),
}
LEFT_OUT_GROUPS = {1, 2, 9, None}  # people (skin tones), components, flags
LEFT_OUT_SUBGROUPS = {52, 61, 73, 80, 86, 87, 89, 92, 94, 95}  # religious places, medals, money, medical, religion, zodiac, letters


def fetch(work: Path) -> Path:
    """Install the picture packages under `work` and return their node_modules folder."""
    modules = work / "node_modules"
    if not (modules / "emojibase-data").exists():
        work.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(work), *PACKAGES], check=True)
    return modules


def trained_labels() -> set[str]:
    """Labels the picture model learns to draw (concepts.txt)."""
    lines = Path(__file__).with_name("concepts.txt").read_text(encoding="utf-8").splitlines()
    return {name.strip() for line in lines if line and not line.startswith("#") for name in line.split(":", 1)[1].split(";")}


def find_picture(folder: Path, hexcode: str, extension: str) -> Path | None:
    """The file of a code point: the packages disagree about the -fe0f suffix."""
    code = hexcode.lower().replace("-fe0f", "")
    for name in (hexcode.lower(), code, f"{code}-fe0f"):
        if (folder / f"{name}.{extension}").exists():
            return folder / f"{name}.{extension}"
    return None


def build(work: Path) -> None:
    """Write pictures.npz and pictures.json under `work`."""
    modules = fetch(work)
    wanted = trained_labels()
    entries = json.loads((modules / "emojibase-data/en/data.json").read_text(encoding="utf-8"))
    pictures, records, seen = [], [], set()
    for entry in entries:
        if entry.get("group") in LEFT_OUT_GROUPS or entry.get("subgroup") in LEFT_OUT_SUBGROUPS:
            continue
        for style, (folder, extension) in STYLES.items():
            path = find_picture(modules / folder, entry["hexcode"], extension)
            if path is None:
                continue
            picture = Image.open(path).convert("RGBA").resize((SIZE, SIZE), Image.Resampling.LANCZOS)
            pictures.append(np.asarray(picture))
            trained = entry["label"] in wanted
            seen.add(entry["label"])
            records.append({"style": style, "label": entry["label"], "tags": entry.get("tags", []), "file": path.name, "trained": trained})
    missing = wanted - seen
    if missing:
        print("not found, left out:", ", ".join(sorted(missing)))
    np.savez(work / "pictures.npz", rgba=np.stack(pictures))
    (work / "pictures.json").write_text(json.dumps(records), encoding="utf-8")
    print(len(records), "pictures,", sum(r["trained"] for r in records), "of them in the list of things to learn")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for downloads and arrays")
    build(parser.parse_args().work)
