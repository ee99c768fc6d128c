"""The studios in a web browser, and small apps around one recipe."""
