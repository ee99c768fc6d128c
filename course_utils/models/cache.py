"""Where fetched models lie, and what their bytes must be."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

__all__ = ["cache_folder", "sha256_of"]


def cache_folder() -> Path:
    """Where fetched models are kept: the platform's cache folder,
    or the folder named in COURSE_CACHE.
    """
    if os.environ.get("COURSE_CACHE"):
        return Path(os.environ["COURSE_CACHE"])
    from platformdirs import user_cache_path

    return user_cache_path("course_utils", appauthor=False)


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
