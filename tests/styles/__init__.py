"""Tests of styles."""
