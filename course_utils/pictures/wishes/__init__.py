"""How a wish for a picture is read: other languages, other words for things, what is too much."""
