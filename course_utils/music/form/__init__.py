"""The form of tunes: plans of phrases, kinds of music outside the corpus, and tunes written so."""
