"""Make the index of training pictures and tunes that ships.

Run: python -m training.sources.index [--pictures DIR] [--music DIR]     (the work folders of
training.image.data and training.music.prepare; a part whose folder is not given stays as it is)

Writes, into course_utils/models/embedded/index:
pictures.npz    every training picture, made 48 px on white, as WebP of quality 72 or without loss,
                whichever is smaller, one after another (files, ends); framed at 16 x 16 px, in
                steps of 1/63 (dots: N x 768); the judge's features of each, of unit length, in
                steps of 1/127 (features: N x 256)
pictures.json   their style and label, in the same order, and the first digits of the judge's
                SHA-256; author and licence of each where a style is by several people (of all
                others sources.toml tells them); of the balanced part, people at work, also job,
                person and tone
tunes.npz       melodies as one row of numbers (see course_utils/provenance/shared_note_runs.py)
tunes.json      source, title, kind, mode, metre and home note of each tune, and what people's tunes
                share with each other
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.models.embedded import FOLDER
from course_utils.pictures.training_drawings import STEPS, dots_of
from course_utils.provenance import shared_note_runs as tune_runs
from training.image.judge import load_judge
from training.image.words_for_pictures import OTHER_JOB_NAMES, read_records
from training.music.pieces import read_pieces

SIDE = 48  # pixels
QUALITY = 72  # of WebP: the index stays under 7 MB


def as_webp(picture: np.ndarray, **how) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "WEBP", method=6, **how)
    return buffer.getvalue()


def as_files(pictures: np.ndarray) -> dict[str, np.ndarray]:
    """N x 48 x 48 x 3 bytes as WebP files, one after another, and where each ends."""
    files = [
        min(as_webp(picture, quality=QUALITY), as_webp(picture, lossless=True, quality=90), key=len)
        for picture in pictures
    ]
    return {
        "files": np.frombuffer(b"".join(files), np.uint8),
        "ends": np.cumsum([len(file) for file in files]).astype(np.int32),
    }


def on_white(rgba: np.ndarray) -> np.ndarray:
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return (rgba[..., :3] * alpha + 255 * (1 - alpha)).round().astype(np.uint8)


def pictures(work: Path, out: Path) -> None:
    import torch

    records = read_records(work)
    whole = on_white(np.load(work / "pictures.npz")["rgba"])
    seen = np.stack(
        [
            np.asarray(Image.fromarray(one).resize((SIDE, SIDE), Image.Resampling.LANCZOS))
            for one in whole
        ]
    )
    judge, _, _ = load_judge(out)  # nothing of it lies there, so the one that ships
    with torch.no_grad():
        features = judge(torch.from_numpy(seen).permute(0, 3, 1, 2).float() / 127.5 - 1)[1].numpy()
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    dots = np.stack([dots_of(Image.fromarray(picture)) for picture in seen])
    np.savez_compressed(
        out / "pictures.npz",
        **as_files(seen),
        dots=(dots * STEPS).round().astype(np.uint8),
        features=(features * 127).round().astype(np.int8),
    )
    about = {
        "judge": hashlib.sha256((FOLDER / "judge/judge.safetensors").read_bytes()).hexdigest()[:12],
        "styles": [r["style"] for r in records],
        "labels": [r["label"] for r in records],
    }
    if len({r["style"] for r in records}) < len({(r["style"], r["author"]) for r in records}):
        about |= {name + "s": [r[name] for r in records] for name in ("author", "licence")}
    if any("job" in record for record in records):  # people at work, as a balanced part
        about |= {
            name: [record.get(name, nothing) for record in records]
            for name, nothing in (("job", ""), ("person", ""), ("tone", 0))
        } | {"job_names": OTHER_JOB_NAMES}
    (out / "pictures.json").write_text(json.dumps(about), encoding="utf-8")


def tunes(work: Path, out: Path) -> None:
    learned, _ = read_pieces(work)
    rows = [
        tune_runs.codes_of([(pitch, length) for bar in piece["bars"] for pitch, length in bar])
        for piece in learned
    ]
    about = {
        name: [piece[name] for piece in learned]
        for name in ("source", "title", "kind", "mode", "metre", "tonic")
    }
    np.savez_compressed(
        out / "tunes.npz",
        codes=np.concatenate(rows),
        lengths=np.array([len(row) for row in rows], np.int32),
    )
    (out / "tunes.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    tune_runs.library.cache_clear(), tune_runs.places.cache_clear()
    about["yardsticks"] = shared_by_people(rows, about["source"])
    (out / "tunes.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    print(len(rows), "tunes,", sum(map(len, rows)), "steps")


def shared_by_people(rows: list, sources: list[str], each: int = 400) -> dict[int, list[int]]:
    """For stretches of 24, 48 and 96 notes of tunes drawn at random: the longest run each shares
    with any tune of another collection, sorted.
    """
    rng, whose, found = random.Random(5), np.array(sources), {}
    for size in (24, 48, 96):
        long_enough, runs = [place for place, row in enumerate(rows) if len(row) >= size], []
        for place in rng.sample(long_enough, each):
            start = rng.randint(0, len(rows[place]) - size)
            best, _ = tune_runs.longest_runs(rows[place][start : start + size])
            runs.append(int(best[whose != whose[place]].max()))
        found[size] = sorted(runs)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--music", type=Path)
    options = parser.parse_args()
    target = FOLDER / "index"
    target.mkdir(exist_ok=True)
    if options.pictures:
        pictures(options.pictures, target)
    if options.music:
        tunes(options.music, target)
