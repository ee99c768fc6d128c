"""Hostile files of every kind the course reads, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.hostile import documents, media, requests

Case = tuple[str, str, bytes]  # kind, name, the file
MAKERS: tuple[Callable[[], Iterator[Case]], ...] = (
    media.pictures,
    media.sounds,
    media.tunes,
    media.sheets,
    media.abcs,
    documents.drawings,
    documents.pages,
    documents.recipes,
    documents.bundles,
    documents.models,
    documents.words_models,
    documents.templates,
    documents.provenance,
    documents.word_lists,
    requests.requests,
)


def all_cases() -> Iterator[Case]:
    """Every hostile file."""
    for maker in MAKERS:
        yield from maker()
