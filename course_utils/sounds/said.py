"""What the words of a prompt say of a sound: the sounds they name (see sound_words), instruments,
what is done to them, and settings; nothing here makes a sound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from course_utils.sounds.settings import FROM_SOUND, SCENE, TONES
from course_utils.sounds.sound_words import Heard, listen

__all__ = ["Said", "WORDS", "choosing_words", "said_in"]

WORDS: dict[str, dict] = {  # word: settings it asks for
    "string": {"source": "plucked strings"},
    "strings": {"source": "plucked strings"},
    "harp": {"source": "plucked strings"},
    "guitar": {"source": "plucked strings"},
    "pluck": {"source": "plucked strings"},
    "koto": {"source": "plucked strings", "scale": "eastern"},
    "drone": {"source": "stretched", "density": 0.9, "movement": 0.15},
    "pad": {"source": "stretched", "softness": 0.9},
    "resonators": {"source": "wind"},
    "church": {"character": "cathedral"},
    "cathedral": {"character": "cathedral"},
    "dream": {"character": "dream"},
    "dreams": {"character": "dream"},
    "dreaming": {"character": "dream"},
    "tape": {"character": "old tape"},
    "old": {"character": "old tape"},
    "giant": {"character": "giant"},
    "huge": {"character": "giant"},
    "dark": {"brightness": 0.15, "pitch": 40},
    "bright": {"brightness": 0.8},
    "low": {"pitch": 36},
    "deep": {"pitch": 34},
    "high": {"pitch": 72},
    "sad": {"scale": "sad"},
    "strange": {"strangeness": 0.8},
    "odd": {"strangeness": 0.8},
    "calm": {"density": 0.2, "softness": 0.85, "movement": 0.2},
    "slow": {"density": 0.15, "movement": 0.2},
    "busy": {"density": 0.9},
    "wild": {"density": 0.9, "movement": 0.9, "strangeness": 0.7},
    "soft": {"softness": 0.9},
    "hard": {"softness": 0.1},
    "loop": {"loop": True},
    "warm": {"brightness": 0.3, "softness": 0.7},
    "cold": {"brightness": 0.8, "space": 0.6},
    "gentle": {"softness": 0.85, "density": 0.3},
    "harsh": {"softness": 0.05, "brightness": 0.85},
    "quiet": {"density": 0.15, "softness": 0.8},
    "lonely": {"density": 0.12, "space": 0.65},
    "floating": {"scale": "floating", "movement": 0.7},
    "eastern": {"scale": "eastern"},
    "happy": {"scale": "five notes", "brightness": 0.7},
    "swelling": {"shape": "swell"},
    "fading": {"shape": "fading"},
    "empty": {"density": 0.1, "space": 0.7},
}
# sounds that beside another one say what is done to it: "wind in an old radio"
DONE_TO = {"radio static": "broken radio", "underwater": "underwater"}
# the same beside instruments only: "ghost strings"
DONE_TO_STRINGS = {**DONE_TO, "ghost": "ghost", "ice": "ice", "factory": "machine"}
# what a scene takes from the words above; its own changes know the others (“giant”, “cathedral”)
OF_SCENES = {"character": ("dream", "old tape"), "shape": ("swell", "fading"), "loop": (True,)}


@dataclass(frozen=True)
class Said:
    """What a prompt says.

    Attributes:
        heard: the sounds that are heard as themselves.
        sources: what candidates are made with, in turn; `SCENE` stands for the sounds heard.
        characters: what is done to them, in turn.
        settings: the other settings that words ask for; later words win.
    """

    heard: Heard
    sources: tuple[str, ...]
    characters: tuple[str, ...]
    settings: dict

    @property
    def is_scene(self) -> bool:
        """Whether some candidate is a scene."""
        return SCENE in self.sources


def said_in(
    prompt: str, speakable: Sequence[str] = (*TONES, *FROM_SOUND), scenes: bool = True
) -> Said:
    """What a prompt says.

    Args:
        speakable: sources that its words may choose; what a material does not allow is not said.
        scenes: whether sounds may be heard as themselves; not where a material makes the sound.
    """
    heard = listen(prompt)
    words = re.findall(r"[a-z]+", prompt.lower())
    wishes = [(word, WORDS[word]) for word in words if word in WORDS]
    played = [wish["source"] for _, wish in wishes if wish.get("source") in speakable]
    named = [sound.name for sound, _ in heard.sounds]
    table = DONE_TO_STRINGS if played else DONE_TO
    things = [name for name in named if name not in table]
    done = [table[name] for name in named if name in table] if things or played else []
    kept = [both for both in heard.sounds if not done or both[0].name not in table]
    kept = kept if scenes else []
    characters = [wish["character"] for _, wish in wishes if "character" in wish] + done
    if kept and not played:
        characters = [one for one in characters if one in OF_SCENES["character"] or one in done]
    settings: dict = {}
    for _, wish in wishes:
        settings.update({k: v for k, v in wish.items() if k not in ("source", "character")})
    sources = [*([SCENE] if kept else []), *played]
    return Said(
        replace(heard, sounds=tuple(kept)),
        tuple(dict.fromkeys(sources)),
        tuple(dict.fromkeys(stronger(characters))),
        settings,
    )


def stronger(characters: list[str]) -> list[str]:
    """Characters without the age of a thing that is named itself: an old radio is a radio."""
    others = [one for one in characters if one != "old tape"]
    return others if "broken radio" in others else characters


def choosing_words(said: Said) -> set[str]:
    """Words that choose something beside the sounds that are heard."""
    if said.sources == (SCENE,):
        return {
            word
            for word, wish in WORDS.items()
            if any(wish.get(name) in values for name, values in OF_SCENES.items())
        }
    return {*WORDS}
