"""AdamW without the wait for torch's compiler.

torch.optim's classes load its compiler before their first step, several seconds for
something that is not used here. The function behind them does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["AdamW"]

BETAS, EPS = (0.9, 0.999), 1e-8


class AdamW:
    """The same steps to the last bit as torch.optim.AdamW with these settings.

    `param_groups` and `state` are as there: a group has its `params` and its `lr`, which may be
    changed between steps.

    Source: Loshchilov & Hutter 2019.
    """

    def __init__(self, groups: list[dict[str, Any]], lr: float, weight_decay: float = 0.01) -> None:
        self.param_groups = [{"lr": lr, **group} for group in groups]
        self.weight_decay = weight_decay
        self.state: dict[torch.nn.Parameter, dict[str, torch.Tensor]] = {}

    def zero_grad(self) -> None:
        for group in self.param_groups:
            for weight in group["params"]:
                weight.grad = None

    def step(self) -> None:
        """Change the weights by what their gradients say."""
        import torch
        from torch.optim.adamw import adamw

        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            states = [self.state.get(weight) or self._begun(weight) for weight in weights]
            with torch.no_grad():
                adamw(
                    weights,
                    [weight.grad for weight in weights],
                    [state["exp_avg"] for state in states],
                    [state["exp_avg_sq"] for state in states],
                    [],
                    [state["step"] for state in states],
                    amsgrad=False,
                    beta1=BETAS[0],
                    beta2=BETAS[1],
                    lr=group["lr"],
                    weight_decay=self.weight_decay,
                    eps=EPS,
                    maximize=False,
                )

    def _begun(self, weight: torch.nn.Parameter) -> dict[str, torch.Tensor]:
        import torch

        averages = {name: torch.zeros_like(weight) for name in ("exp_avg", "exp_avg_sq")}
        self.state[weight] = {"step": torch.tensor(0.0), **averages}
        return self.state[weight]
