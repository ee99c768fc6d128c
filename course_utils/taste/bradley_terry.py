"""A model of taste that can be read: one weight a trait, learned from answers to "this or that?",
each with how unsure it is.

P(left is preferred) = sigmoid(w . (left - right)), traits in standard steps: the Bradley-Terry
model (Bradley and Terry 1952) with the strength of each candidate a weighted sum of its traits,
which is logistic regression on differences. The weights have a normal prior; the posterior is
Laplace's approximation (MacKay 1992; Bishop 2006, section 4.5): the best weights and the inverse of
the curvature there. scikit-learn's LogisticRegression finds the same best weights (there is a
test), but has neither the spread nor weights that a person holds fixed, so the ten lines of
Newton's method stand here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

__all__ = ["PRIOR", "Weights", "fit", "sigmoid"]

PRIOR = 0.8  # standard deviation of a weight before any answer; benchmarks/taste.py compares others
NEWTON_STEPS = 50
NODES, HERMITE = np.polynomial.hermite_e.hermegauss(21)


@dataclass(frozen=True)
class Weights:
    """The posterior: mean (traits,), covariance (traits, traits), and which weights a person holds
    fixed (their covariance is 0).
    """

    mean: np.ndarray
    covariance: np.ndarray
    held: frozenset[int] = field(default_factory=frozenset)
    # ln of the probability of the answers, all weights considered (Laplace)
    log_evidence: float = 0.0

    def liking(self, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation of the liking of candidates, steps (candidates, traits)."""
        return steps @ self.mean, np.sqrt(
            np.maximum(0, np.einsum("ij,jk,ik->i", steps, self.covariance, steps))
        )

    def preference(self, difference: np.ndarray) -> np.ndarray:
        """Probability that the left is preferred, for differences left - right (pairs, traits),
        the doubt about the weights counted in.
        """
        middle, spread = self.liking(difference)
        return sigmoid(middle[:, None] + spread[:, None] * NODES) @ HERMITE / HERMITE.sum()

    def information(self, difference: np.ndarray) -> np.ndarray:
        """How many bits an answer to each pair is expected to tell about the weights.

        Source: mutual information of answer and weights, as in Bayesian active learning by
        disagreement (Houlsby and others 2011), by Gauss-Hermite quadrature.
        """
        middle, spread = self.liking(difference)
        odds = sigmoid(middle[:, None] + spread[:, None] * NODES)
        share = HERMITE / HERMITE.sum()
        return entropy(odds @ share) - entropy(odds) @ share


def sigmoid(x):
    return 0.5 * (1 + np.tanh(x / 2))


def entropy(p):
    """Of a yes or no with probability p, in bits."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -(p * np.log2(p) + (1 - p) * np.log2(1 - p))


def fit(
    differences: np.ndarray,
    answers: np.ndarray,
    fixed: dict[int, float] | None = None,
    prior: float = PRIOR,
) -> Weights:
    """The posterior of the weights.

    Args:
        differences: left - right in standard steps, (answers, traits); no rows give the prior.
        answers: 1 left, 0 right, 0.5 for "can't say" (half a vote for each side), (answers,).
        fixed: weights a person has set, by the trait's place.
    """
    fixed = fixed or {}
    traits = differences.shape[1]
    mean = np.zeros(traits)
    mean[list(fixed)] = list(fixed.values())
    free = np.array([place for place in range(traits) if place not in fixed], int)
    covariance = np.zeros((traits, traits))
    moving = differences[:, free]
    offset = differences @ mean
    weights = np.zeros(len(free))
    for _ in range(NEWTON_STEPS):
        odds = sigmoid(offset + moving @ weights)
        slope = moving.T @ (answers - odds) - weights / prior**2
        curvature = (
            moving.T @ (moving * (odds * (1 - odds))[:, None]) + np.eye(len(free)) / prior**2
        )
        step = np.linalg.solve(curvature, slope)
        # long steps are cut: Newton may overshoot far from the top
        weights = weights + step / max(1.0, np.linalg.norm(step) / 2)
        if np.abs(step).max(initial=0) < 1e-9:
            break
    odds = np.clip(sigmoid(offset + moving @ weights), 1e-12, 1 - 1e-12)
    curvature = moving.T @ (moving * (odds * (1 - odds))[:, None]) + np.eye(len(free)) / prior**2
    mean[free] = weights
    covariance[np.ix_(free, free)] = np.linalg.inv(curvature)
    likelihood = float((answers * np.log(odds) + (1 - answers) * np.log(1 - odds)).sum())
    evidence = (
        likelihood
        - weights @ weights / (2 * prior**2)
        - len(free) * np.log(prior)
        - 0.5 * np.linalg.slogdet(curvature)[1]
    )
    return Weights(mean, covariance, frozenset(fixed), float(evidence))
