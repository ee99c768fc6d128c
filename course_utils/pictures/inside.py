"""Inside the picture model: every denoising step as a film, the three parts at work,
and which words the picture attended to.
"""

from __future__ import annotations

import html
import io
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from course_utils.creation import LearnerError, Recipe
from course_utils.display.html import data_address
from course_utils.engines import GENERATION_LOCK
from course_utils.notebook.handed_over import asked
from course_utils.pictures.diffusion_model import guidance_for, short_name
from course_utils.pictures.engine import picture_engine
from course_utils.pictures.film.with_onnx import film
from course_utils.pictures.onnx.model import OnnxPictureModel
from course_utils.pictures.onnx.networks import weight_shapes
from course_utils.pictures.onnx.tokenizer import END_OF_WORD
from course_utils.pictures.settings import PictureSettings
from course_utils.safety.prompts import check_prompt

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Filmstrip", "filmstrip", "img", "parts_at_work", "three_parts"]

# words the prompt is compared with
NEAR = [
    "red",
    "blue",
    "heart",
    "cat",
    "dog",
    "car",
    "flower",
    "house",
    "apple",
    "boat",
    "sky",
    "music",
]

MOST_STEPS = 28


class Shown:
    """HTML for a notebook, words for a terminal."""

    def __init__(self, shown: str, words: str) -> None:
        self.shown, self.words = shown, words

    def _repr_html_(self) -> str:
        return self.shown

    def __repr__(self) -> str:
        return self.words


@dataclass
class Frame:
    """One step: how much of the picture is still noise (0-1), the noisy picture, the model's guess
    of the clean one, and how far the guess moved (0-255 a channel; as a picture, light where it
    moved).
    """

    step: int
    noise: float
    noisy: Image.Image  # of the size the model draws, as are the others
    guess: Image.Image
    moved: float
    difference: Image.Image
    latents: np.ndarray  # 4 x 12 x 12: what the machine works on, before this step


@dataclass(repr=False)
class Filmstrip:
    """The way from noise to a picture. A notebook shows it as a row of captioned pictures."""

    prompt: str
    seed: int
    frames: list[Frame]
    # word: 12 x 12 array of attention, adding to 1 over the words at each place
    words: dict[str, np.ndarray] = field(default_factory=dict)
    branch: tuple[int, str] | None = None

    @property
    def picture(self):
        """The finished picture (PIL)."""
        return self.frames[-1].guess

    def __repr__(self) -> str:
        return "\n".join(
            f"Step {frame.step}: {frame.noise:.0%} noise, guess moved by {frame.moved:.0f}"
            for frame in self.frames
        )

    def _repr_html_(self) -> str:
        return "".join(self.frame_html(frame) for frame in self.frames)

    def frame_html(self, frame: Frame, size: int = 112) -> str:
        """One step as a figure: the noisy picture, the guess, and what happened in words."""
        told = f"Step {frame.step} of {len(self.frames)}: {frame.noise:.0%} noise"
        moved = "first guess" if frame.step == 1 else f"guess moved by {frame.moved:.0f}"
        return (
            '<figure style="display:inline-block;margin:4px;padding:4px;border:1px solid'
            f' #8a94a6">{img(frame.noisy, told + ", what the machine sees", size)}'
            f"{img(frame.guess, told + ', its guess of the finished picture', size)}"
            "<figcaption"
            f' style="font-size:12px">{told}; {moved}</figcaption></figure>'
        )

    @property
    def attention(self) -> Shown:
        """For every word, the finished picture lit where that word counted most."""
        return Shown(
            self.attention_html(),
            "; ".join(f"{word}: {place_of(where)}" for word, where in self.words.items()),
        )

    def attention_html(self, size: int = 128) -> str:
        """`attention` as HTML."""
        shown = "".join(
            (
                '<figure style="display:inline-block;margin:4px;padding:4px;border:1px solid'
                ' #8a94a6">'
                + (
                    img(
                        lit(self.picture, where),
                        f"Where the word {word} counted: {place_of(where)}",
                        size,
                    )
                )
                + "<figcaption"
                f' style="font-size:12px">{html.escape(word)}:'
                f" {place_of(where)}</figcaption></figure>"
            )
            for word, where in self.words.items()
        )
        return f"<div>{shown}</div>"


def filmstrip(
    prompt: str = "a red heart",
    seed: int = 1,
    steps: int = 8,
    guidance: float = 3.0,
    branch: tuple[int, str] | None = None,
) -> Filmstrip:
    """Draw one picture and keep every step.

    Args:
        steps: 2 to 28 denoising steps.
        branch: (k, other words): from step k on, these words are followed instead.

    Raises:
        LearnerError: the words or a number cannot be used.

    Source: DDIM (Song et al. 2021) with v-prediction and classifier-free guidance (Ho and Salimans
    2022), written out with the parts of the pipeline.
    """
    recipe = picture_recipe(prompt, seed, guidance)
    prompt, guidance = check_prompt(recipe.prompt), PictureSettings.read(recipe).guidance
    if not isinstance(steps, int) or not 2 <= steps <= MOST_STEPS:
        raise LearnerError(
            f"The number of steps must be a whole number from 2 to {MOST_STEPS}. Change it and try"
            " again."
        )
    if branch is not None:
        branch = (branch[0], check_prompt(branch[1]))
        if not isinstance(branch[0], int) or not 1 <= branch[0] <= steps:
            raise LearnerError(
                f"The step to branch from must be a whole number from 1 to {steps}. Change it and"
                " try again."
            )
    model = watched_model()
    guidance = guidance_for(model.about, guidance)

    def words(step: int) -> str:
        return branch[1] if branch is not None and step >= branch[0] else prompt

    with GENERATION_LOCK:
        seen = film_of(model)(model, words, seed, steps, guidance)
    frames: list[Frame] = []
    for number, one in enumerate(seen.moments, 1):
        before = frames[-1].guess if frames else None
        moved = difference(one.guess, before) if before else 0.0
        frames.append(
            Frame(
                number,
                one.noise,
                one.noisy,
                one.guess,
                moved,
                moved_picture(one.guess, before),
                one.latents,
            )
        )
    shares = word_shares(pieces_of(model, words(steps)), seen.maps)
    return Filmstrip(prompt, seed, frames, shares, branch)


def film_of(model):
    """What watches a model of its kind."""
    if isinstance(model, OnnxPictureModel):
        return film
    from course_utils.pictures.film.with_diffusers import film as film_by_diffusers

    return film_by_diffusers


def pieces_of(model, text: str) -> list[str]:
    """The pieces a model reads of a text, as its tokenizer writes them."""
    if isinstance(model, OnnxPictureModel):
        return model.tokenizer.pieces(text)[: model.tokenizer.model_max_length - 2]
    tokenizer = model.pipeline.tokenizer
    ids = tokenizer(text, add_special_tokens=False).input_ids
    return tokenizer.convert_ids_to_tokens(ids[: tokenizer.model_max_length - 2])


def picture_recipe(prompt: str, seed: int, guidance: float) -> Recipe:
    """The recipe of a picture, its fields checked.

    Raises:
        LearnerError: a field is of the wrong kind.
    """
    return asked(kind="image", prompt=prompt, seed=seed, settings={"guidance": guidance})


def watched_model():
    """The picture model in use, if its way of drawing is the one shown here:
    a UNet with one text encoder, many steps, guidance by two passes.

    Raises:
        LearnerError: it is not; or it cannot be opened.
    """
    model = picture_engine().model()
    if isinstance(model, OnnxPictureModel):
        return model
    if not model.can_leave_out or "XL" in type(model.pipeline).__name__:
        raise LearnerError(
            f"{short_name(model.about)} draws in another way than the one opened here, in too few"
            " steps or with other parts. Choose the course's own model under Which model, then"
            " look inside."
        )
    return model


def difference(one, other) -> float:
    """Mean absolute difference of two pictures, 0-255."""
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).mean())


def moved_picture(one, other):
    """Where two pictures differ, light on dark, three times as strong as it is;
    dark everywhere when there is no other.
    """
    from PIL import Image, ImageChops

    if other is None:
        return Image.new("RGB", one.size, "black")
    return ImageChops.difference(one, other).point(lambda value: min(255, value * 3))


def word_shares(pieces: list[str], maps: np.ndarray) -> dict[str, np.ndarray]:
    """For each word of the prompt, 12 x 12 shares of the attention that went to words
    (padding and marks left out).

    Args:
        pieces: of the prompt, as the tokenizer writes them.
        maps: of all tokens; the first is that of the beginning.
    """
    words: list[str] = []
    places: list[list[int]] = []
    for place, piece in enumerate(pieces, 1):
        if not words or words[-1].endswith(END_OF_WORD):
            words.append(piece)
            places.append([place])
        else:
            words[-1] += piece
            places[-1].append(place)
    found: dict[str, np.ndarray] = {}
    for word, where in zip(words, places):
        name = word.replace(END_OF_WORD, "")
        if any(letter.isalnum() for letter in name):
            found[name] = found.get(name, 0) + maps[where].sum(0)
    total = sum(found.values()) + 1e-9
    return {name: grid / total for name, grid in found.items()}


def lit(picture, where):
    """The picture, dark where a 12 x 12 grid is low and clear where it is high."""
    from PIL import Image

    low, high = float(where.min()), float(where.max())
    shade = (where - low) / (high - low + 1e-9)
    mask = Image.fromarray((40 + 215 * shade).astype(np.uint8)).resize(
        picture.size, Image.Resampling.BICUBIC
    )
    return Image.composite(picture, Image.new("RGB", picture.size, (25, 25, 60)), mask)


def place_of(where) -> str:
    """The part of a grid that stands out most, in words."""
    row, column = np.unravel_index(int(np.argmax(where)), where.shape)
    down, across = (
        ("top", "middle", "bottom")[int(row) * 3 // where.shape[0]],
        ("left", "middle", "right")[int(column) * 3 // where.shape[1]],
    )
    return "most in the middle" if down == across == "middle" else f"most at the {down} {across}"


def img(picture, alt: str, size: int) -> str:
    """A PIL picture as `<img alt>`, shown `size` px wide."""
    buffer = io.BytesIO()
    picture.resize((size, size)).save(buffer, "PNG")
    return (
        f'<img alt="{html.escape(alt, quote=True)}" width="{size}" height="{size}"'
        f' src="{data_address("image/png", buffer.getvalue())}">'
    )


class Parts(list):
    """Pairs of a part and a sentence about it; a notebook shows them as a list."""

    def _repr_html_(self) -> str:
        return (
            "<dl>"
            + "".join(
                f"<dt><b>{html.escape(part)}</b></dt><dd>{html.escape(sentence)}</dd>"
                for part, sentence in self
            )
            + "</dl>"
        )


def three_parts(prompt: str = "a red heart") -> Parts:
    """What each part of the picture model does with a prompt: (part, sentence with real figures).

    Raises:
        LearnerError: the words cannot be used.
    """
    prompt = check_prompt(prompt)
    model = watched_model()
    pieces = [piece.replace(END_OF_WORD, "") for piece in pieces_of(model, prompt)]
    count, side, size = millions(model), model.side, model.size
    deep = model.channels
    width = model.words("")["prompt_embeds"].shape[-1]
    return Parts(
        [
            (
                "Text encoder",
                (
                    f"cuts your words into {len(pieces)} pieces ({', '.join(pieces)}) and turns"
                    f" each into {width} numbers. It has {count['text']:.1f} million numbers of its"
                    " own."
                ),
            ),
            (
                "Denoiser",
                (
                    f"starts from {side} by {side} squares of noise, {deep} numbers each, and at"
                    " every step guesses which part is noise. It has"
                    f" {count['unet']:.1f} million numbers of its own."
                ),
            ),
            (
                "Decoder",
                (
                    f"turns {side * side * deep} numbers into {size} by {size} pixels of 3 colours,"
                    f" {size * size * 3} numbers. With the encoder it has {count['vae']:.1f}"
                    " million numbers of its own."
                ),
            ),
        ]
    )


def parts_at_work(film: Filmstrip) -> Shown:
    """Text encoder: which words it takes the prompt to be near.

    Denoiser: one step, before and after. Decoder: grids of numbers and the picture they become.
    """
    about = dict(three_parts(film.prompt))
    near = likeness(film.prompt)
    middle = film.frames[len(film.frames) // 2]
    rows = "".join(
        f'<tr><th scope="row">{html.escape(word)}</th><td>{share:.2f}</td></tr>'
        for word, share in near[:5]
    )
    table = (
        f"<table><caption>The words that “{html.escape(film.prompt)}” is most like, of {len(NEAR)}"
        ' (1 is the same)</caption><tr><th scope="col">Word</th><th'
        f' scope="col">Likeness</th></tr>{rows}</table>'
    )
    step = (
        img(middle.noisy, f"Before step {middle.step}: {middle.noise:.0%} noise", 112)
        + img(middle.guess, f"What the denoiser takes it for at step {middle.step}", 112)
        + img(middle.difference, f"Where its guess moved at step {middle.step}", 112)
    )
    grids = film.frames[-1].latents
    tiles = "".join(
        img(
            grey(grid),
            f"Grid {number} of {len(grids)}, {grid.shape[0]} by {grid.shape[1]} numbers as shades"
            " of grey",
            80,
        )
        for number, grid in enumerate(grids, 1)
    )
    shown = "".join(
        f'<section style="margin:6px 0"><h3 style="margin:4px 0;font-size:1em">{part}</h3>'
        f'<p style="margin:2px 0;max-width:640px">It {html.escape(about[part])}</p>'
        f"{picture}</section>"
        for part, picture in (
            ("Text encoder", table),
            ("Denoiser", step),
            ("Decoder", tiles + img(film.picture, "The picture these numbers become", 112)),
        )
    )
    words = (
        f"Text encoder: most like {', '.join(f'{word} {share:.2f}' for word, share in near[:3])}."
        f" Denoiser: at step {middle.step} its guess moved by {middle.moved:.0f}. Decoder:"
        f" {grids.size} numbers become a picture."
    )
    return Shown(f"<div>{shown}</div>", words)


def likeness(prompt: str) -> list[tuple[str, float]]:
    """Cosine between the encoded prompt and single words, nearest first: mean over the pieces,
    the mean of all words taken away.
    """
    model = watched_model()

    def mean(text: str) -> np.ndarray:
        end = 1 + max(1, len(pieces_of(model, text)))
        embeds = model.words(text)["prompt_embeds"][0, 1:end]
        return np.asarray(embeds.tolist()).mean(0)

    words = np.stack([mean(word) for word in NEAR])
    middle = words.mean(0)
    moved, wanted = words - middle, mean(prompt) - middle
    cosines = moved @ wanted / (np.linalg.norm(moved, axis=1) * np.linalg.norm(wanted))
    return sorted(zip(NEAR, cosines.tolist()), key=lambda pair: -pair[1])


def millions(model) -> dict[str, float]:
    """How many million numbers the text encoder, the denoiser and the decoder with its encoder
    have learned.
    """
    parts = {"text": "text_encoder", "unet": "unet", "vae": "vae_decoder"}
    if isinstance(model, OnnxPictureModel):
        shapes = {name: weight_shapes(model.folder, part) for name, part in parts.items()}
        return {
            name: sum(math.prod(shape) for shape in found.values()) / 1e6
            for name, found in shapes.items()
        }
    pipeline = model.pipeline
    networks = {"text": pipeline.text_encoder, "unet": pipeline.unet, "vae": pipeline.vae}
    return {
        name: sum(one.numel() for one in network.parameters()) / 1e6
        for name, network in networks.items()
    }


def grey(grid):
    """A grid of numbers as a PIL picture, lowest black, highest white."""
    from PIL import Image

    low, high = float(grid.min()), float(grid.max())
    return (
        Image.fromarray(((grid - low) / (high - low + 1e-9) * 255).astype(np.uint8))
        .resize((48, 48), Image.Resampling.NEAREST)
        .convert("RGB")
    )
