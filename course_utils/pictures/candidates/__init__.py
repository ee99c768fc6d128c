"""The candidates of one order: how they differ on purpose, and what the model reads for each."""
