"""A hardly visible mark in a picture that survives saving as JPEG and changing the size,
to a stated degree; and looking for it, with the odds of being wrong.

Spread spectrum in the frequencies of the brightness (Cox, Kilian, Leighton and Shamoon 1997,
"Secure Spread Spectrum Watermarking for Multimedia"), kept small: the mark carries no message, it
says only "made with this course". Whoever reads this file can find and remove it; that is part of
the lesson.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

__all__ = ["SURE", "error_rates", "find_mark", "with_mark"]

GRID = 128  # the brightness is looked at in so many dots a side, whatever the picture's size
# frequencies (half waves a side) that carry the mark: above the large shapes, below what JPEG and
# shrinking take away
LOW, HIGH = 10, 52
KEY = 20_261_124  # draws the pattern; the same for everybody who has the course
STRENGTH = 3.0  # of 255: how much the brightness changes, root mean square
STRONGER = (1.0, 1.5, 2.0, 3.0)  # times that, until the mark is found with such a score
FOUND_WELL = 5.0
SURE = 1e-4  # the mark is said to be there when chance gives such a score less often than this


@dataclass(frozen=True)
class Mark:
    """What was found: a score (standard deviations above chance)
    and how often an unmarked picture scores as high (p-value).
    """

    score: float
    p_value: float

    @property
    def there(self) -> bool:
        return self.p_value < SURE


@cache
def pattern():
    """The pattern of the mark: +1 and -1 on the frequencies that carry it, 0 elsewhere;
    GRID x GRID.
    """
    import numpy as np

    down, across = np.mgrid[:GRID, :GRID]
    far = np.hypot(down, across)
    return np.where(
        (far >= LOW) & (far < HIGH),
        np.random.default_rng(KEY).choice([-1.0, 1.0], (GRID, GRID)),
        0.0,
    )


@cache
def cosines():
    """The orthogonal matrix of the discrete cosine transform (DCT-II), GRID x GRID: a row for each
    frequency.
    """
    import numpy as np

    frequency, place = np.mgrid[:GRID, :GRID]
    rows = np.sqrt(2 / GRID) * np.cos(np.pi * frequency * (2 * place + 1) / (2 * GRID))
    rows[0] /= np.sqrt(2)
    return rows


def brightness(picture):
    """The brightness of a PIL picture on the grid, in 0-255: GRID x GRID floats."""
    import numpy as np
    from PIL import Image

    return np.asarray(
        picture.convert("L").resize((GRID, GRID), Image.Resampling.LANCZOS), np.float64
    )


def with_mark(picture, strength: float = STRENGTH):
    """A copy of a PIL picture (RGB) with the mark in it; for pictures of 128 px a side and more.

    On white and black, where nothing can grow brighter or darker, it is half as strong. So where it
    would hardly be found, as in drawings in black ink, it is made up to three times stronger.
    """
    for times in STRONGER:
        marked = marked_once(picture, strength * times)
        if find_mark(marked).score >= FOUND_WELL:
            break
    return marked


def marked_once(picture, strength: float):
    """A copy of a PIL picture (RGB) with the mark in it, exactly so strong."""
    import numpy as np
    from PIL import Image

    wave = cosines().T @ pattern() @ cosines()
    wave *= strength / wave.std()
    spread = np.asarray(
        Image.fromarray(wave.astype(np.float32), "F").resize(picture.size, Image.Resampling.BICUBIC)
    )
    return Image.fromarray(
        np.clip(np.asarray(picture.convert("RGB"), np.float32) + spread[..., None], 0, 255)
        .round()
        .astype(np.uint8)
    )


def find_mark(picture) -> Mark:
    """Whether the mark is in a PIL picture.

    The frequencies are weighed by how large their neighbours usually are, signs are compared with
    the pattern's, and under chance the score is normal with standard deviation 1 (whatever the
    picture, since the pattern's signs were drawn at random).
    """
    from math import erfc, sqrt

    import numpy as np

    found = cosines() @ brightness(picture) @ cosines().T
    down, across = np.mgrid[:GRID, :GRID]
    ring = np.hypot(down, across).astype(int)
    usual = np.bincount(ring.ravel(), np.abs(found).ravel()) / np.bincount(ring.ravel())
    weighed = np.clip(found / (usual[ring] + 1e-3), -2.5, 2.5)
    carried = pattern() != 0
    score = float(
        (weighed * pattern())[carried].sum() / max(1e-9, np.sqrt((weighed[carried] ** 2).sum()))
    )
    return Mark(score, 0.5 * erfc(score / sqrt(2)))


def as_jpeg(quality: int):
    def change(picture):
        import io

        from PIL import Image

        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        return Image.open(buffer).convert("RGB")

    return change


def resized(share: float):
    return lambda picture: picture.resize(
        (round(picture.width * share), round(picture.height * share))
    )


def cropped(share: float):
    def change(picture):
        cut = round(min(picture.size) * share / 2)
        return picture.crop((cut, cut, picture.width - cut, picture.height - cut))

    return change


CHANGES = {  # what happens to pictures on their way: name, and how
    "as it is (PNG)": lambda picture: picture,
    "JPEG, quality 90": as_jpeg(90),
    "JPEG, quality 60": as_jpeg(60),
    "JPEG, quality 30": as_jpeg(30),
    "half the size": resized(0.5),
    "a quarter of the size": resized(0.25),
    "double the size": resized(2.0),
    "half the size, then JPEG 60": lambda picture: as_jpeg(60)(resized(0.5)(picture)),
    "turned by 2 degrees": lambda picture: picture.rotate(2, fillcolor="white"),
    "a tenth cut off": cropped(0.1),
}


def error_rates(pictures: list, strength: float = STRENGTH) -> dict:
    """How often the mark is missed after each of CHANGES, how often it is seen where none is (both
    shares 0-1), and how much marking changes the picture (PSNR, dB).

    Args:
        pictures: PIL pictures (RGB) without a mark.
    """
    import numpy as np

    missed: dict[str, list[bool]] = {name: [] for name in CHANGES}
    seen, noise = [], []
    for picture in pictures:
        marked = with_mark(picture, strength)
        noise.append(
            np.mean(
                (np.asarray(marked, np.float64) - np.asarray(picture.convert("RGB"), np.float64))
                ** 2
            )
        )
        for name, change in CHANGES.items():
            missed[name].append(not find_mark(change(marked)).there)
        seen.append(find_mark(picture).there)
    return {
        "pictures": len(pictures),
        "false_alarms": float(np.mean(seen)),
        "missed": {name: float(np.mean(hits)) for name, hits in missed.items()},
        "psnr_db": float(10 * np.log10(255**2 / max(np.mean(noise), 1e-9))),
    }
