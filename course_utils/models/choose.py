"""Which model this machine can carry, and why: as data,
and as a card in words before anything is fetched.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.models import hardware
from course_utils.models.cache import cache_folder
from course_utils.models.catalogue import (
    TIERS,
    Model,
    also_needed,
    catalogue,
    find_model,
    find_or_guest,
    models_for,
)
from course_utils.models.hub import OnBytes, Say, fetch, folder_of, is_fetched, offline

__all__ = [
    "BIGGEST",
    "NAMES",
    "VARIABLES",
    "asked_for",
    "card",
    "choose",
    "fits",
    "is_here",
    "known_speeds",
    "note_result",
    "place_of",
    "preflight",
    "this_machine",
    "to_fetch",
]

KEEP_FREE = 300_000_000  # bytes of memory left to the system and the browser
NAMES = {"image": "pictures", "words": "words", "tune": "tunes"}
# each names a studio's model
VARIABLES = {
    "image": "COURSE_PICTURES_MODEL",
    "words": "COURSE_WORDS_MODEL",
    "tune": "COURSE_TUNE_MODEL",
}
SERVERS = {"words": "COURSE_WORDS_SERVER"}  # each names a server that is asked instead
BIGGEST = "biggest"  # in such a variable: the biggest that is here and that the machine carries
GPU_MEMORY_OF_SERVER = 20_000_000_000  # bytes from which a card counts as a room's server


@dataclass(frozen=True)
class Machine:
    """What a program may use here. Sizes are bytes; `gpu_memory` is 0 without a CUDA card."""

    platform: str
    threads: int
    memory: int
    gpu_memory: int
    gpu_name: str
    disk_free: int
    bf16: bool  # whether the graphics card computes in bfloat16 by itself

    @property
    def tier(self) -> str:
        """The largest tier it is made for."""
        if self.gpu_memory:
            return "server" if self.gpu_memory >= GPU_MEMORY_OF_SERVER else "gpu"
        return "small" if self.memory >= 3_000_000_000 and self.platform != "binder" else "embedded"

    def in_words(self) -> str:
        """A sentence."""
        gpu = (
            f"a graphics card ({self.gpu_name}, {self.gpu_memory / 1e9:.0f} GB)"
            if self.gpu_memory
            else "no graphics card that can be used"
        )
        return (
            f"This machine has {self.threads} {'core' if self.threads == 1 else 'cores'},"
            f" {self.memory / 1e9:.1f} GB of memory, {gpu} and {self.disk_free / 1e9:.0f} GB of"
            " free disk."
        )


def this_machine() -> Machine:
    """What is really there: limits of containers and hubs count, not what the node has."""
    name, memory, bf16 = hardware.graphics_card()
    return Machine(
        hardware.platform_name(),
        hardware.usable_threads(),
        hardware.memory_limit(),
        memory,
        name,
        hardware.free_disk(cache_folder()),
        bf16,
    )


@dataclass(frozen=True)
class Choice:
    """The model to use for a kind, why, and why not the others."""

    kind: str
    model: Model
    because: str
    refused: dict[str, str] = field(default_factory=dict)  # id: reason
    needs_fetch: bool = False


def is_here(model: Model) -> bool:
    """Whether a model and all that belongs to it have been fetched."""
    return all(one.ships or is_fetched(one) for one in (model, *also_needed(model)))


def asked_for(kind: str) -> str:
    """The model that a variable names for a studio: an id of the catalogue, a folder,
    a file or another name of the hub; "" for the course's own.
    """
    named = os.environ.get(VARIABLES[kind], "").strip()
    if named != BIGGEST:
        return named
    model = choose(kind).model
    return "" if model.ships else model.id


def fits(model: Model, machine: Machine) -> str:
    """ "" when the machine carries the model, else the reason it does not,
    as the end of a sentence.
    """
    if TIERS.index(model.tier) >= TIERS.index("gpu") and not machine.gpu_memory:
        return "it needs a graphics card"
    if model.dtype == "bfloat16" and machine.gpu_memory and not machine.bf16:
        return "it needs a newer kind of graphics card"
    have = (
        machine.gpu_memory
        if TIERS.index(model.tier) >= TIERS.index("gpu")
        else machine.memory - KEEP_FREE
    )
    if model.memory > have and not model.ships:
        return (
            f"it needs {model.memory / 1e9:.1f} GB of memory and {max(have, 0) / 1e9:.1f} GB can be"
            " used"
        )
    if not model.ships and not is_fetched(model):
        if model.bytes > machine.disk_free - 500_000_000:
            return (
                f"it needs {model.bytes / 1e9:.1f} GB of disk and {machine.disk_free / 1e9:.1f} GB"
                " are free"
            )
        if offline():
            return "it has not been fetched, and the network is switched off"
    return ""


def choose(
    kind: str, machine: Machine | None = None, wish: str = "", allow_fetch: bool = False
) -> Choice:
    """The best model of a kind that this machine carries.

    Without `allow_fetch` only models count that are here already: nothing large is ever fetched
    unasked. Models with a licence against commercial use, and gated ones, are used only when wished
    for by name.

    Args:
        wish: the id of a model the learner wants; used if it fits, else the reason is given and its
            fallback taken.
    """
    machine = machine or this_machine()
    refused: dict[str, str] = {}
    if wish:
        model = find_model(wish)
        if model.kind != kind:
            refused[model.id] = f"it makes {NAMES.get(model.kind, 'something else')}"
        while model.kind == kind:
            reason = fits(model, machine)
            if not reason:
                because = (
                    "you asked for it"
                    if model.id == wish
                    else f"{wish} cannot be used here: {refused[wish]}"
                )
                return Choice(kind, model, because, refused, not is_here(model))
            refused[model.id] = reason
            model = find_model(model.fallback)
    for model in models_for(kind):
        reason = fits(model, machine)
        if not reason and model.ships:
            return Choice(
                kind,
                model,
                (
                    "it comes with the course and runs anywhere"
                    if not wish
                    else f"{wish} cannot be used here: {refused[wish]}"
                ),
                refused,
            )
        if not reason and (model.gated or not model.commercial):
            reason = "its licence has conditions, so it is used only when you ask for it by name"
        elif not reason and not allow_fetch and not is_here(model):
            reason = f"it would fit, but has not been fetched ({model.bytes / 1e6:.0f} MB)"
        if not reason:
            return Choice(
                kind, model, "it is the best this machine can carry", refused, not is_here(model)
            )
        refused.setdefault(model.id, reason)
    raise AssertionError(f"no model of kind {kind} ships")


def card(model: Model, machine: Machine | None = None) -> list[str]:
    """What to know about one model before it is fetched, a sentence a line: what it is, licence,
    size, memory, and whether this machine carries it.
    """
    machine = machine or this_machine()
    reason = fits(model, machine)
    known = model.bytes > 0
    size = (
        "comes with the course"
        if model.ships
        else (
            "here already"
            if is_fetched(model)
            else (
                f"{model.bytes / 1e6:.0f} MB to fetch, once"
                if known
                else "size unknown until the hub is asked"
            )
        )
    )
    memory = f"; about {model.memory / 1e9:.1f} GB of memory ({model.memory_from})" if known else ""
    return [
        f"{model.id}: {model.sentence} Good: {model.good} Bad: {model.bad}",
        "Licence:"
        f" {model.licence}{'' if model.commercial or not known else ' (not for paid work)'}."
        f" {size[0].upper()}{size[1:]}{memory}."
        + (f" {model.use_rules}" if model.use_rules else ""),
        machine.in_words()
        + (
            f" It cannot carry this model: {reason}."
            if reason
            else " It can carry this model."
            if known
            else ""
        ),
    ]


def bring(
    name: str,
    kind: str,
    say: Say | None = None,
    on_bytes: OnBytes | None = None,
    stop: threading.Event | None = None,
) -> Path:
    """The folder of a model named by a learner, fetched by `hub.fetch` if it is not here.

    Raises:
        LearnerError: there is no such model, this machine does not carry it, or it could not be
            fetched.
    """
    model = find_or_guest(name, kind)
    reason = fits(model, this_machine())
    if reason:
        raise LearnerError(
            f"{model.id} cannot be used here: {reason}. Choose a smaller one, or the course's own,"
            " which needs nothing."
        )
    return fetch(model, say, on_bytes, stop)


def place_of(
    source: str, kind: str, on_bytes: OnBytes | None = None, stop: threading.Event | None = None
) -> Path:
    """The folder of a model that a variable names: that folder itself,
    or for a name of the hub what `bring` gives.

    Raises:
        LearnerError: as `bring`, or the weights in the folder are more than this machine's memory.
    """
    folder = Path(source) if Path(source).is_dir() else bring(source, kind, None, on_bytes, stop)
    machine = this_machine()
    needs, have = (
        weights_in_memory(folder, bool(machine.gpu_memory)),
        machine.gpu_memory or machine.memory - KEEP_FREE,
    )
    if needs > have:
        raise LearnerError(
            f"{source} cannot be used here: its weights alone need {needs / 1e9:.1f} GB of memory"
            f" and {max(have, 0) / 1e9:.1f} GB can be used. Choose a smaller one, or the course's"
            " own, which needs nothing."
        )
    return folder


def weights_in_memory(folder: Path, on_card: bool) -> int:
    """Bytes that the safetensors weights of a folder take once they are loaded: 16 bits a number on
    a graphics card, 32 on a processor. A broken file counts as it lies.
    """
    total = 0
    for path in folder.rglob("*.safetensors"):
        size = path.stat().st_size
        try:
            with path.open("rb") as content:
                header = json.loads(
                    content.read(min(int.from_bytes(content.read(8), "little"), 100_000_000))
                )
            wide = (
                max(
                    (
                        entry["data_offsets"][1]
                        for name, entry in header.items()
                        if name != "__metadata__" and entry["dtype"] == "F32"
                    ),
                    default=0,
                )
                > size / 2
            )
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
            wide = not on_card
        total += size if wide != on_card else size // 2 if on_card else size * 2
    return total


def speeds_file() -> Path:
    return cache_folder() / "speeds.json"


def remember_speed(model_id: str, seconds: float) -> None:
    """Note how long one result took here, so that the next wait can be foretold.

    A cache that cannot be written is no trouble.
    """
    speeds = known_speeds()
    speeds[model_id] = round(
        seconds if model_id not in speeds else 0.7 * speeds[model_id] + 0.3 * seconds, 3
    )
    unfinished = speeds_file().with_suffix(f".{os.getpid()}.part")
    try:
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(speeds), encoding="utf-8")
        os.replace(unfinished, speeds_file())
    except OSError:
        pass


def note_result(model_id: str, seconds: float) -> None:
    """`remember_speed` for a model of the catalogue; nothing for another."""
    if seconds > 0 and model_id in [model.id for model in catalogue()]:
        remember_speed(model_id, seconds)


def known_speeds() -> dict[str, float]:
    """Seconds a result by model id, as measured on this machine."""
    try:
        found = json.loads(speeds_file().read_text(encoding="utf-8"))
        return {str(name): float(value) for name, value in found.items() if 0 < float(value) < 1e5}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return {}


def preflight(kind: str, machine: Machine | None = None, wish: str = "") -> list[str]:
    """The card in words, a sentence a line: this machine, what will be used, download, wait,
    and what more would take.
    """
    machine = machine or this_machine()
    server = "" if wish else os.environ.get(SERVERS.get(kind, ""), "").strip()
    if server:
        said = (
            f"For words the course uses the server at {server}, because COURSE_WORDS_SERVER names"
            " it. What you type is sent there."
        )
        return [machine.in_words(), said]
    named = wish or asked_for(kind)
    if named and named not in [model.id for model in catalogue()] and not wish:
        said = (
            f"For {NAMES[kind]} the course uses {named}, because {VARIABLES[kind]} names it."
            " The course's catalogue does not know it, so nothing is foretold."
        )
        return [machine.in_words(), said]
    return [machine.in_words(), *_foretold(kind, machine, named, wish)]


def _foretold(kind: str, machine: Machine, named: str, wish: str) -> list[str]:
    """What a model of the catalogue is and takes, the one named or the course's own, and what more
    would take.
    """
    now = choose(kind, machine, named) if named else _own_choice(kind)
    best = choose(kind, machine, wish, allow_fetch=True)
    lines = [
        f"For {NAMES[kind]} the course uses {now.model.id}, because {now.because}."
        f" {now.model.sentence}"
    ]
    if now.needs_fetch:
        lines.append(
            f"It must be fetched first: {to_fetch(now.model) / 1e6:.0f} MB, kept in"
            f" {folder_of(now.model)}. Licence: {now.model.licence}."
        )
    speed = known_speeds().get(now.model.id)
    lines.append(
        f"On this machine a result took about {speed:.1f} seconds lately."
        if speed
        else "How long a result takes here is not known yet; it is measured with your first one."
    )
    if best.model.id != now.model.id:
        lines.append(f"This machine could carry {best.model.id}: {_gain(kind, best.model)}")
    for model in models_for(kind):
        reason = best.refused.get(model.id)
        if reason and model.order > best.model.order:
            lines.append(f"Not used: {model.id}, because {reason}.")
    if now.model.use_rules:
        lines.append(f"Rules of its licence: {now.model.use_rules}")
    return lines


def _own_choice(kind: str) -> Choice:
    own = next(model for model in models_for(kind) if model.ships)
    because = "it comes with the course and runs anywhere; a bigger one is used when you choose it"
    return Choice(kind, own, because)


def _gain(kind: str, model: Model) -> str:
    """What a better model is good for, and how to get it."""
    if is_here(model):
        way = (
            f"It is here already: choose it under Which model, or set {VARIABLES[kind]}={model.id}."
        )
    else:
        size = f"{to_fetch(model) / 1e6:.0f} MB"
        way = f"That would be {size} to fetch: `course fetch {model.id}`."
    return f"{model.good} {way}"


def to_fetch(model: Model) -> int:
    """Bytes still to fetch for a model and what belongs to it."""
    return sum(
        one.bytes for one in (model, *also_needed(model)) if not one.ships and not is_fetched(one)
    )
