"""Pictures by a diffusers pipeline: bigger models, and weights that were just trained."""
