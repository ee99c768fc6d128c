"""What the models learned from, made small enough to ship,
so that a learner can look up where a result came from.
"""
