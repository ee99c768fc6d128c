"""The small models and the sound font that ship with the course,
each in its folder with a model card.
"""

from pathlib import Path

__all__ = ["FOLDER"]

FOLDER = Path(__file__).parent
