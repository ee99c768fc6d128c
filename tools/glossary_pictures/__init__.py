"""A picture or a sound for every word of the glossary; `python -m tools.glossary_pictures`."""
