"""The teacher's folder: plans with minutes, pages, slides and handouts."""
