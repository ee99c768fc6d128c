"""A band: its styles, read from files, and what can be set of it."""
