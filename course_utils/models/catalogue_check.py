"""The catalogue held against the hub it names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

from course_utils.creation import LearnerError
from course_utils.models.catalogue import Catalogue, catalogue

__all__ = ["check_online", "pinned"]


def check_online(ask: Callable[[str, str], dict]) -> list[str]:
    """What differs between the catalogue and the hub, a sentence each; empty when all agrees.

    Args:
        ask: gives the hub's record of (id, revision), as in `hub.ask_hub`: {"sha", "gated",
            "cardData": {"license"}, "siblings": [{"rfilename", "size"}]}.
    """
    from course_utils.models.hub import wanted

    found = []
    for model in catalogue():
        if model.ships:
            continue
        try:
            record = ask(model.id, model.revision)
        except LearnerError as sentence:
            found.append(f"{model.id}: {sentence}")
            continue
        if bool(record.get("gated")) != model.gated:
            found.append(
                f"{model.id}: the hub says gated = {bool(record.get('gated'))}, the catalogue says"
                f" {model.gated}."
            )
        if model.revision == "main":
            found.append(f"{model.id}: not pinned; today main is {record.get('sha')}.")
        licence = str((record.get("cardData") or {}).get("license", "unknown"))
        if _plain(licence) not in _plain(model.licence):
            found.append(
                f"{model.id}: the hub says licence {licence}, the catalogue says {model.licence}."
            )
        names = {entry["rfilename"]: entry.get("size") or 0 for entry in record.get("siblings", [])}
        for pattern in model.files:
            if not wanted(list(names), [pattern]):
                found.append(f"{model.id}: the hub has no file {pattern}.")
        size = sum(names[name] for name in wanted(list(names), model.files))
        if size and abs(size - model.bytes) > 0.02 * size:
            found.append(
                f"{model.id}: {size:,} bytes on the hub, {model.bytes:,} in the catalogue."
            )
    return found


def pinned(text: str, ask: Callable[[str, str], dict]) -> str:
    """A catalogue's text with the hub's present commit in place of every "main",
    and nothing else changed.

    Args:
        text: what stands in catalogue.toml.
        ask: as in `check_online`.

    Raises:
        LearnerError: the hub does not answer for a model, or names no commit.
    """
    tables = re.split(r"(?m)^(?=\[\[model\]\]$)", text)
    for place, table in enumerate(tables):
        name = re.search(r'(?m)^id = "(.+)"$', table)
        if name is None or 'revision = "main"' not in table:
            continue
        commit = str(ask(name[1], "main").get("sha"))
        if not re.fullmatch("[0-9a-f]{40}", commit):
            raise LearnerError(
                f"The hub names no commit of {name[1]}, so nothing was pinned. Try again later."
            )
        table = table.replace('revision = "main"', f'revision = "{commit}"')
        tables[place] = re.sub(r'(?m)^unverified = \["revision"(, )?', "unverified = [", table)
    Catalogue.model_validate(tomllib.loads("".join(tables)))
    return "".join(tables)


def _plain(licence: str) -> str:
    """A licence's name for comparing: small letters and digits."""
    return "".join(
        letter for letter in licence.lower().replace("++", "plusplus") if letter.isalnum()
    )
