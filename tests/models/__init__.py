"""Tests of opening models and of what they need."""
