"""Tests of tunes and backing tracks."""
