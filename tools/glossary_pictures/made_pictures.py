"""Pictures for the glossary that show what the course's own models really made: unpicked, with the
seeds written below.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from PIL import Image, ImageChops

from course_utils.creation import Creation
from tools.gallery import made
from tools.glossary_pictures.ink import (
    BLUE,
    GOLD,
    HEIGHT,
    INK,
    MIST,
    PAPER,
    SOFT,
    SUN,
    WIDTH,
    arrow,
    box,
    n,
    photo,
    text,
    words_in_line,
    writing,  # fmt: skip
)

__all__ = ["MADE"]

SIDE = 132  # of a picture on the board
Picture = Image.Image


def opened(one: Creation | bytes, side: int = 160) -> Picture:
    """A creation's picture as it is shown, or a file's."""
    from course_utils.pictures.png import show_png

    data = one if isinstance(one, bytes) else show_png(one, side)
    return Image.open(io.BytesIO(data)).convert("RGB")


def webp(picture: Picture, side: int = 160) -> bytes:
    """A picture small enough for a glossary."""
    file = io.BytesIO()
    tall = round(side * picture.height / picture.width)
    picture.resize((side, tall)).save(file, "WEBP", quality=72, method=6)
    return file.getvalue()


def row(pictures: list[Picture], labels: list[str] | None = None, size: int = 0, y: int = 0) -> str:
    """Pictures side by side in the middle of the board, words under each."""
    count = len(pictures)
    size = size or min(SIDE, (WIDTH - 30) // count - 14)
    gap = min(30, (WIDTH - count * size) // (count + 1))
    left = (WIDTH - count * size - (count - 1) * gap) / 2
    top = y or (HEIGHT - size) / 2 - (12 if labels else 0)
    shapes = ""
    for k, picture in enumerate(pictures):
        x = left + k * (size + gap)
        shapes += photo(x, top, size, webp(picture))
        if labels:
            shapes += text(x + size / 2, top + size + 27, labels[k], 21)
    return shapes


def drawn(words: str, seed: int = 7, count: int = 1, **settings: Any) -> list[Creation]:
    """Pictures of the course's model."""
    import course_utils as course

    return list(course.make_image(words, count=count, seed=seed, **settings))


def one(words: str, seed: int = 7, **settings: Any) -> Picture:
    return opened(drawn(words, seed, **settings)[0])


@cache
def film() -> Any:
    from course_utils.pictures.inside import filmstrip

    return filmstrip("a red heart", seed=4)


def attention() -> str:
    from course_utils.pictures.inside import filmstrip, lit

    seen = filmstrip("a red heart on a blue background", seed=4, steps=14)
    pictures = [seen.picture, *(lit(seen.picture, seen.words[word]) for word in ("heart", "blue"))]
    return row(pictures, ["the picture", "for “heart”", "for “blue”"])


def decoder() -> str:
    from course_utils.pictures.inside import grey

    last = film().frames[-1]
    tiles = "".join(
        photo(40 + k % 2 * 76, 26 + k // 2 * 76, 68, webp(grey(grid), 68))
        for k, grid in enumerate(last.latents)
    )
    picture = photo(300, 34, SIDE, webp(last.guess))
    return tiles + arrow(212, 100, 280, 100) + picture


def denoiser() -> str:
    frame = film().frames[3]
    noise = ImageChops.difference(frame.noisy, frame.guess)
    shapes = row([frame.noisy, noise, frame.guess], ["before", "this is noise", "without it"], 120)
    signs = text(165, 96, "−", 34, BLUE, bold=True) + text(315, 96, "=", 34, BLUE, bold=True)
    return shapes + signs


def diffusion_model() -> str:
    frames = film().frames
    shown = [frames[k].noisy for k in (0, 2, 4, 6)] + [film().picture]
    return row(shown, ["1", "3", "5", "7", "done"], 80)


def embedding() -> str:
    """Some of the numbers that the text encoder has for three words."""
    import numpy as np

    from course_utils.pictures.inside import NEAR, pieces_of, watched_model

    model = watched_model()

    def numbers(word: str) -> Any:
        end = 1 + max(1, len(pieces_of(model, word)))
        return np.asarray(model.words(word)["prompt_embeds"][0, 1:end].tolist()).mean(0)

    middle = np.stack([numbers(word) for word in NEAR]).mean(0)
    words = ("cat", "dog", "boat")
    rows = np.stack([numbers(word) - middle for word in words])
    places = np.argsort(-np.abs(rows).max(0))[:22]
    shapes = ""
    for k, word in enumerate(words):
        shapes += text(88, 60 + k * 50, word, 26, at="end")
        for j, place in enumerate(places):
            value = rows[k, place] / (np.abs(rows[:, places]).max() + 1e-9)
            fill = BLUE if value > 0 else GOLD
            shapes += box(104 + j * 16, 36 + k * 50, 13, 34, PAPER, "", 2)
            tall = max(2.0, abs(value) * 34)
            shapes += box(104 + j * 16, 70 + k * 50 - tall, 13, tall, fill, "", 2)
    return shapes


def taught() -> tuple[list[Creation], Picture]:
    """Drawings, and what a model taught with them makes of their name."""
    from course_utils import teaching

    drawings = list(teaching.example_drawings())
    teaching.teach_drawings(drawings, "dotty", minutes=3)
    return drawings, one("a dotty", 8, own_model="dotty")


def fine_tuning() -> str:
    drawings, after = taught()
    four = "".join(
        photo(34 + k % 2 * 76, 26 + k // 2 * 76, 68, webp(opened(drawing), 80))
        for k, drawing in enumerate(drawings[:4])
    )
    return four + arrow(204, 100, 272, 100) + photo(300, 34, SIDE, webp(after))


def first_line() -> str:
    """The first of four first lines by the model that is one short sentence."""
    lines = [
        re.split(r"(?<=[.!?])\s", " ".join(one.text.split()))[0]
        for one in made("words", "a lighthouse keeper", 4, template="first_line")
    ]
    short = next((line for line in lines if len(line) < 95), min(lines, key=len)[:95])
    return quoted(short) + writing(60, 160, 360, 2)


def quoted(sentence: str, wide: int = 30, size: int = 24) -> str:
    """A sentence as large lines from the top."""
    lines, words = [""], sentence.split()
    for word in words:
        if len(lines[-1]) + len(word) > wide:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "".join(
        text(60, 52 + k * 32, line, size, BLUE, "start", True) for k, line in enumerate(lines[:3])
    )


def guidance() -> str:
    return row([one("a strawberry", 3, guidance=g, style="flat") for g in (1.0, 3.0, 7.0)],
               ["1: hardly", "3: usual", "7: very hard"])  # fmt: skip


def hidden_mark() -> str:
    from course_utils.provenance.picture_watermark import with_mark

    plain = opened(drawn("a fox", 1)[0], 256)
    marked = with_mark(plain)
    seen = ImageChops.difference(marked, plain).point(lambda value: min(255, value * 40))
    return row([plain, marked, seen], ["without", "with", "added, × 40"])


def inpainting() -> str:
    first = drawn("a cat", 1)[0]
    hidden = opened(first)
    hidden.paste(Image.new("RGB", (hidden.width, hidden.height // 2), MIST), (0, 0))
    after = one("a crown", 5, start=first, part="top half", strength=0.9)
    return row([opened(first), hidden, after], ["before", "this part", "after"])


def next_pieces(before: str, surprise: float = 1.0, show: int = 5) -> list[tuple[str, float]]:
    from course_utils.words.inside import next_words

    return [(piece.strip() or "␣", share)
            for piece, share in next_words(before, surprise, show=show).pieces]  # fmt: skip


def share_bars(odds: list[tuple[str, float]], x: float, wide: float, top: float = 44) -> str:
    """Pieces with their odds as lying bars."""
    most = max(share for _, share in odds)
    return "".join(
        text(x, top + 20 + k * 32, piece, 21, at="end")
        + box(x + 12, top + k * 32, max(3, share / most * wide), 24, BLUE, "", 4)
        + text(x + 20 + share / most * wide, top + 19 + k * 32, f"{share:.0%}", 19, SOFT, "start")
        for k, (piece, share) in enumerate(odds)
    )


def odds() -> str:
    before = "The girl opened the"
    title = text(240, 28, f"{before} …", 22, bold=True)
    return title + share_bars(next_pieces(before), 150, 220)


def language_model() -> str:
    """The likeliest piece taken, again and again."""
    from course_utils.words.inside import next_words

    text_so_far, added = "The moon is", []
    for _ in range(4):
        piece = next_words(text_so_far, show=1).pieces[0][0]
        text_so_far += piece
        added.append(piece)
    shapes = ""
    for k, count in enumerate((0, 1, 2, 4)):
        grown = [(word, BLUE) for word in added[:count]]
        shapes += words_in_line(60, 54 + k * 38, [("The moon is", INK), *grown], 26)
    return shapes


def surprise() -> str:
    before = "The girl opened the"
    low, high = (next_pieces(before, degree, 4) for degree in (0.4, 1.8))
    return (
        text(126, 36, "little surprise", 21, bold=True)
        + share_bars(low, 96, 70, 54)
        + text(356, 36, "much surprise", 21, bold=True)
        + share_bars(high, 326, 70, 54)
    )


def tokens() -> str:
    from course_utils.words.inside import pieces_of

    shapes, x, y = "", 40.0, 50.0
    fills = (SUN, MIST, PAPER)
    for k, piece in enumerate(pieces_of("The unbelievable rhinoceros sang.").pieces):
        word = piece.replace(" ", "")
        wide = len(word) * 15.5 + 22
        if x + wide > 450:
            x, y = 40.0, y + 64
        shapes += box(x, y, wide, 46, fills[k % 3], INK, 8)
        shapes += text(x + wide / 2, y + 32, word, 26)
        x += wide + (6 if k + 1 else 0)
    return shapes


def training_data() -> str:
    from course_utils.pictures.training_drawings import file_of, library

    count = len(library()[3])
    chosen = [opened(file_of(place)) for place in range(0, count, count // 12)][:12]
    return "".join(
        photo(36 + k % 6 * 70, 28 + k // 6 * 76, 62, webp(picture, 72))
        for k, picture in enumerate(chosen)
    )


def layouts(count: int, seed: int = 5) -> list[Picture]:
    import course_utils as course
    from course_utils.layouts.design import to_png

    fox = course.make_image("a fox", count=1, seed=1)
    pages = course.make_layouts("The fox and the key", "A book in five scenes.", fox, count, seed)
    return [Image.open(io.BytesIO(to_png(page.text, 300))).convert("RGB") for page in pages]


def pages(pictures: list[Picture], tall: int = 168) -> str:
    wide = [tall * picture.width / picture.height for picture in pictures]
    gap = (WIDTH - sum(wide)) / (len(wide) + 1)
    shapes, x = "", gap
    for picture, w in zip(pictures, wide):
        shapes += photo(x, (HEIGHT - tall) / 2, w, webp(picture, 200), tall)
        x += w + gap
    return shapes


def nested(svg: str, x: float, y: float, w: float, h: float) -> str:
    """A drawing of the course inside a board, as large as its place."""
    size = re.search(r'viewBox="([^"]+)"', svg)
    inside = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", svg, flags=re.S)
    inside = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", inside, flags=re.S)
    return box(x, y, w, h, "#fff", INK, 4, 2) + (
        f"<svg x='{n(x)}' y='{n(y)}' width='{n(w)}' height='{n(h)}'"
        f" viewBox='{size[1] if size else '0 0 640 150'}'>{inside}</svg>"
    )


def piano_roll() -> str:
    from course_utils.scores.piano_roll import piano_roll_svg

    tune = made("tune", "a happy jig", bars=4)[0]
    return nested(piano_roll_svg(tune.content, "a happy jig"), 24, 48, 432, 104)


def sheet_music() -> str:
    """The sheet as verovio engraves it, as a picture: its own signs are many."""
    import resvg_py

    from course_utils.scores.engraving import engraved

    tune = made("tune", "a gentle waltz", bars=4)[0]
    data = resvg_py.svg_to_bytes(
        svg_string=engraved(tune.content, "", "four bars"), width=1200, background="white"
    )
    sheet = Image.open(io.BytesIO(bytes(data))).convert("RGB")
    left, top, right, low = ImageChops.invert(sheet.convert("L")).getbbox() or (0, 0, *sheet.size)
    top += (low - top) // 4  # without the title
    cut = sheet.crop((max(0, left - 20), max(0, top - 20), min(sheet.width, right + 20),
                      min(sheet.height, low + 20)))  # fmt: skip
    wide = 440
    tall = min(170, wide * cut.height / cut.width)
    wide = tall * cut.width / cut.height
    return photo((WIDTH - wide) / 2, (HEIGHT - tall) / 2, wide, webp(cut, 640), tall)


def spectrogram() -> str:
    from course_utils.audio.analysis import picture_png

    sound = made("sound", "calm bells")[0]
    picture = Image.open(io.BytesIO(picture_png(sound.content))).convert("RGB")
    only = picture.crop((0, 48, picture.width, picture.height))
    return (
        photo(70, 40, 380, webp(only, 420), 106)
        + text(58, 58, "high", 19, at="end")
        + text(58, 144, "low", 19, at="end")
        + text(450, 174, "time →", 19, at="end")
    )


def picture_model() -> str:
    return (
        text(110, 92, "a red heart", 26)
        + text(110, 126, "on snow", 26)
        + arrow(196, 100, 268, 100)
        + photo(300, 34, SIDE, webp(one("a red heart on snow", 3)))
    )


def parent() -> str:
    first = drawn("a red heart", 5)[0]
    child = one("a red heart on a light blue background", 6, start=first, strength=0.7)
    pair = photo(60, 22, SIDE, webp(opened(first))) + photo(288, 22, SIDE, webp(child))
    labels = text(126, 182, "parent", 21) + text(354, 182, "child", 21)
    return pair + arrow(206, 88, 274, 88) + labels


def seeds() -> str:
    return row([one("a sunflower", seed) for seed in (7, 7, 8)], ["seed 7", "seed 7", "seed 8"])


def step() -> str:
    frames = film().frames
    pair = [frames[k].noisy for k in (3, 4)]
    labels = [f"{frames[k].noise:.0%} noise" for k in (3, 4)]
    shapes = photo(60, 22, SIDE, webp(pair[0])) + photo(288, 22, SIDE, webp(pair[1]))
    shapes += text(126, 182, labels[0], 21) + text(354, 182, labels[1], 21)
    return shapes + arrow(206, 88, 274, 88)


def strength() -> str:
    first = drawn("a fox", 1)[0]
    again = [one("a cat", 4, start=first, strength=share) for share in (0.3, 0.6, 0.9)]
    return row([opened(first), *again], ["from this", "30 %", "60 %", "90 %"], 102)


def style() -> str:
    names = ["flat", "sticker", "3d"]
    return row([one("a red apple", 5, style=name) for name in names], names)


def variation() -> str:
    first = drawn("an owl", 3)[0]
    near = [one("an owl", seed, start=first, strength=0.45) for seed in (4, 5)]
    shapes = photo(40, 34, SIDE, webp(opened(first))) + arrow(184, 100, 220, 100)
    return shapes + "".join(
        photo(236 + k * 112, 48, 104, webp(picture)) for k, picture in enumerate(near)
    )


MADE: dict[str, Callable[[], str]] = {
    "attention": attention,
    "candidate": lambda: row([opened(c) for c in drawn("a red heart", 7, 4)], list("1234"), 100),
    "composition": lambda: pages(layouts(3)),
    "decoder": decoder,
    "denoiser": denoiser,
    "diffusion model": diffusion_model,
    "embedding": embedding,
    "fine-tuning": fine_tuning,
    "first line": first_line,
    "guidance": guidance,
    "hidden mark": hidden_mark,
    "inpainting": inpainting,
    "language model": language_model,
    "layout": lambda: pages(layouts(1, 8)),
    "noise": lambda: row([film().frames[0].noisy], None, 168),
    "odds": odds,
    "parent": parent,
    "piano roll": piano_roll,
    "picture model": picture_model,
    "seed": seeds,
    "sheet music": sheet_music,
    "spectrogram": spectrogram,
    "step": step,
    "strength": strength,
    "style": style,
    "surprise": surprise,
    "token": tokens,
    "training data": training_data,
    "variation": variation,
}
