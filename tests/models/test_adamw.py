"""AdamW as torch has it, without torch's compiler."""

from __future__ import annotations

import sys

import torch

from course_utils.models.adamw import AdamW


def test_the_steps_are_torch_s_to_the_last_bit_and_its_compiler_is_not_asked_for(monkeypatch):
    torch.manual_seed(1)
    mine = [torch.nn.Parameter(torch.randn(5, 3)), torch.nn.Parameter(torch.randn(7))]
    theirs = [torch.nn.Parameter(weight.detach().clone()) for weight in mine]
    groups, decay = [{"params": [0], "rate": 1.0}, {"params": [1], "rate": 2.0}], 0.01

    def learned(make, weights):
        optimiser = make(
            [{**group, "params": [weights[place] for place in group["params"]]} for group in groups]
        )
        for step in range(5):
            optimiser.zero_grad()
            optimiser.param_groups[0]["lr"] = 0.1 / (step + 1)
            sum((weight.sin() * (step + 1)).sum() for weight in weights).backward()
            optimiser.step()
        return weights, [optimiser.state[weight]["exp_avg_sq"] for weight in weights]

    right = learned(lambda given: torch.optim.AdamW(given, lr=0.02, weight_decay=decay), theirs)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "torch._dynamo", None)
        found = learned(lambda given: AdamW(given, lr=0.02, weight_decay=decay), mine)
    for one, other in zip(found, right):
        assert all(torch.equal(*pair) for pair in zip(one, other))
