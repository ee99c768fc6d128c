"""Pictures: from words to four that differ, and on from the one a person chooses."""
