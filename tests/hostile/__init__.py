"""Hostile files, made here and never kept: every reader of the course against all of them.

`python -m tests.hostile` runs all; `pytest tests/hostile` runs a sample, and with `-m slow` all.
"""
