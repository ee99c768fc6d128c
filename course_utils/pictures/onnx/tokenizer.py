"""The picture model's tokenizer (byte-level BPE of CLIP), read from the shipped tokenizer.json
without transformers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from course_utils.creation import LearnerError
from course_utils.pictures.onnx.files import damaged

__all__ = ["ClipTokenizer", "END_OF_WORD"]

END_OF_WORD = "</w>"


class ClipTokenizer:
    """Words to the numbers of tokens. One instance is never changed: `with_word` gives another."""

    def __init__(self, folder: Path, own_word: str = "") -> None:
        """`folder`: holds tokenizer.json and tokenizer_config.json; `own_word`: one more token.

        Raises:
            LearnerError: its files are missing or damaged, or the tokenizers package is.
        """
        try:
            from tokenizers import AddedToken, Tokenizer
        except ImportError as problem:
            raise LearnerError(
                "The tokenizers package is not installed. Run `python start.py` again."
            ) from problem
        self._folder = folder
        try:
            settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
            self._bpe = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
            self.model_max_length = int(settings["model_max_length"])
            named = ("bos_token", "eos_token", "pad_token")
            marks = [self._bpe.token_to_id(settings[name]) for name in named]
            self._bos, self._eos, self._pad = (mark for mark in marks if mark is not None)
        except Exception as problem:  # the library raises bare Exceptions on a damaged file
            raise damaged() from problem
        if self.model_max_length < 3:
            raise damaged()
        if own_word:
            self._bpe.add_tokens([AddedToken(own_word, single_word=True, normalized=True)])

    def input_ids(self, text: str) -> np.ndarray:
        """A row of `model_max_length` numbers: start, words, end, and padding. What is beyond is
        not read."""
        words = self.tokens(text)[: self.model_max_length - 2]
        row = np.full(self.model_max_length, self._pad, np.int64)
        row[0], row[len(words) + 1] = self._bos, self._eos
        row[1 : len(words) + 1] = words
        return row

    def tokens(self, text: str) -> list[int]:
        """The numbers of all tokens of a text, without start and end."""
        return self._bpe.encode(text, add_special_tokens=False).ids

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text as they are written; the last of a word ends in END_OF_WORD."""
        return self._bpe.encode(text, add_special_tokens=False).tokens

    def unread(self, text: str) -> str:
        """The end of a text that there is no room for, "" when everything is read."""
        rest = self.tokens(text)[self.model_max_length - 2 :]
        return self._bpe.decode(rest, skip_special_tokens=False).replace(END_OF_WORD, " ").strip()

    def knows(self, word: str) -> bool:
        """Whether a word is one token."""
        return self._bpe.token_to_id(f"{word}{END_OF_WORD}") is not None

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return self._bpe.get_vocab_size(with_added_tokens=True)

    def with_word(self, word: str) -> ClipTokenizer:
        """A tokenizer with one more token, the last one, for a word by itself."""
        return ClipTokenizer(self._folder, word)
