"""Bigger models of music, for computers that carry them."""
