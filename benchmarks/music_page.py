"""A page of tunes, bands and textures as they come, unpicked, with what is measured of each.

Run: python -m benchmarks.music_page [--out docs/music]

Writes small OGG files, a piano roll or a spectrogram each, listen.html with players, and a table in
table.md. Seeds are 1, 2, 3 ... in order: nothing was left out.
"""

from __future__ import annotations

import argparse
import html
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.audio.mastering import Check, check
from course_utils.audio.wav import from_wav
from course_utils.creation import Creation, Recipe
from course_utils.engines import engine_for
from course_utils.music.figure import roll
from course_utils.music.form.writing import ends_at_home
from course_utils.music.score_to_tokens import tune_of
from course_utils.scores.synth import wav
from course_utils.sounds.marks import marks_of

TUNES = (
    "a happy jig", "a slow air on the cello", "a waltz AABA in 16 bars", "a reel with an upbeat",
    "slow blues in 12 bars", "a lullaby", "a march with drums and bass", "techno", "klezmer",
    "an unfinished tune in D minor", "question and answer for a flute", "a tango",
)  # fmt: skip
STYLES = (
    "rock", "blues", "funk", "house", "drum and bass", "salsa", "highlife", "afrobeat", "bhangra",
    "polka", "gospel", "bossa",
)  # fmt: skip
CHORDS = "Am7 D9 Gmaj7 Cmaj7"
TEXTURES = (
    "rain", "ocean waves", "birdsong", "campfire", "church bells", "wind", "crickets", "train",
    "a warm drone", "glass", "heartbeat", "thunder",
)  # fmt: skip
SECONDS = 5.0  # of a texture
OPUS, SMALL = 48_000, 0.965  # samples a second that Opus takes, and how small it writes
WIDE, HIGH = 320, 96  # of a spectrogram, in points


@dataclass(frozen=True)
class Entry:
    """One thing to hear: its words, files, and what was measured."""

    words: str
    name: str
    found: Check
    said: str
    picture: str


def made(kind: str, prompt: str, seed: int, **settings) -> Creation:
    """The first candidate of a seed."""
    asked = Recipe(kind=kind, prompt=prompt, seed=seed, settings=settings)
    return next(iter(engine_for(kind).create(asked)))


def write_ogg(path: Path, sound: np.ndarray, rate: int) -> None:
    """A small file: OGG with Opus, about 30 kbit a second."""
    import soundfile
    from scipy.signal import resample_poly

    brought = resample_poly(sound, OPUS, rate, axis=0)
    with soundfile.SoundFile(
        path, "w", OPUS, sound.shape[1], format="OGG", subtype="OPUS", compression_level=SMALL
    ) as file:
        for start in range(0, len(brought), OPUS):
            file.write(brought[start : start + OPUS])


def spectrogram(sound: np.ndarray, rate: int) -> bytes:
    """Time to the right, pitch upwards on a scale of octaves from 60 Hz, as WebP."""
    from PIL import Image
    from scipy.signal import stft

    _, _, parts = stft(sound.mean(1), rate, nperseg=4096, noverlap=4096 - 1024)
    levels = 20 * np.log10(np.abs(parts) + 1e-7)
    rows = (60 * 2 ** (np.linspace(8.2, 0, HIGH)) / rate * 4096).round().astype(int)
    shown = levels[np.clip(rows, 1, len(levels) - 1)]
    shown = np.clip((shown - shown.max() + 75) / 75, 0, 1)
    picture = Image.fromarray((255 * (1 - shown)).astype(np.uint8)).resize((WIDE, HIGH))
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=60)
    return buffer.getvalue()


def notes_entry(creation: Creation, name: str, out: Path) -> Entry:
    """A tune or a band."""
    sound, rate = from_wav(wav(creation.content))
    write_ogg(out / f"{name}.ogg", sound, rate)
    (out / f"{name}.svg").write_text(drawing(creation), encoding="utf-8")
    seen = creation.recipe.settings
    said = seen.get("style", "")
    if creation.kind == "tune":
        home = "ends at home" if ends_at_home(tune_of(creation)) else "ends away from home"
        said = f"{seen['form']}; {home}"
    return Entry(creation.recipe.prompt, name, check(sound, rate), said, f"{name}.svg")


def drawing(creation: Creation) -> str:
    """The piano roll as a file of its own."""
    picture = roll(creation, f"Piano roll: {creation.recipe.prompt}")
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def texture_entry(creation: Creation, name: str, out: Path) -> Entry:
    """A texture."""
    sound, rate = from_wav(creation.content)
    write_ogg(out / f"{name}.ogg", sound, rate)
    (out / f"{name}.webp").write_bytes(spectrogram(sound, rate))
    marks = marks_of(sound.mean(1), rate)
    said = (
        f"centre {marks.centroid:.0f} Hz, flatness {marks.flatness:.2f}, {marks.onsets:.1f} strokes"
        f" a second, {marks.above_5k:.0%} above 5 kHz"
    )
    return Entry(creation.recipe.prompt, name, check(sound, rate), said, f"{name}.webp")


def groups(out: Path) -> dict[str, list[Entry]]:
    """All of them."""
    return {
        "Tunes": [
            notes_entry(made("tune", words, seed), f"tune_{seed:02}", out)
            for seed, words in enumerate(TUNES, 1)
        ],
        "Bands": [
            notes_entry(
                made("backing", CHORDS, seed, style=style, repeats=1), f"band_{seed:02}", out
            )
            for seed, style in enumerate(STYLES, 1)
        ],
        "Textures": [
            texture_entry(made("sound", words, seed, length=SECONDS), f"texture_{seed:02}", out)
            for seed, words in enumerate(TEXTURES, 1)
        ],
    }


def page(found: dict[str, list[Entry]]) -> str:
    """The page with players."""
    rows = []
    for title, entries in found.items():
        rows.append(f"<h2>{title}</h2>")
        for entry in entries:
            words = html.escape(f"{entry.words} {entry.said}" if title == "Bands" else entry.words)
            rows.append(
                f'<figure><figcaption>{words}</figcaption><img src="{entry.picture}" width="480"'
                f' alt="Picture of the sound: {words}"><br><audio controls preload="none"'
                f' aria-label="{words}" src="{entry.name}.ogg"></audio></figure>'
            )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tunes, bands and'
        " textures, unpicked</title></head><body><h1>Tunes, bands and textures, unpicked</h1>"
        f"{''.join(rows)}</body></html>\n"
    )


def table(found: dict[str, list[Entry]]) -> str:
    """The same as a table with what was measured."""
    rows = []
    for title, entries in found.items():
        rows += [f"## {title}\n", "| Words | What came | LUFS | dBTP | Under 40 Hz | Hear, see |"]
        rows.append("| --- | --- | --- | --- | --- | --- |")
        for entry in entries:
            seen = entry.found
            rows.append(
                f"| {entry.words} | {entry.said} | {seen.loudness:.1f} | {seen.true_peak:.1f} |"
                f" {seen.below_40_hz:.2%} | [hear](music/{entry.name}.ogg),"
                f" [see](music/{entry.picture}) |"
            )
        rows.append("")
    return "\n".join(rows)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--out", type=Path, default=Path("docs/music"))
    out = options.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    found = groups(out)
    (out / "listen.html").write_text(page(found), encoding="utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
