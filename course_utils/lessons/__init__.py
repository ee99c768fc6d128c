"""The course itself: its lessons in order, its questions, and how far a learner has come."""
