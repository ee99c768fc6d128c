"""One person's taste, learned from "this or that?": named traits, a model that can be read,
and what it is used for. Nothing of it leaves the machine.
"""
