"""Looking inside the models."""
