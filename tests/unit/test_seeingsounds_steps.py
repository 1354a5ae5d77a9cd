"""What a training step of SeeingSounds hears."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from baselines.seeingsounds import training


class Listener:
    """Stands for lessons: notes which tokens are heard."""

    def __init__(self, tokens: int) -> None:
        self.audio = torch.zeros(5, tokens, 1)
        self.heard: list[int] = []

    def loss(self, _adapters: object, rows: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        assert len(rows) == training.BATCH
        self.heard = tokens.tolist()
        return torch.zeros(())


@pytest.mark.parametrize(("tokens", "heard"), [(1, 1), (2, 2), (16, 16), (130, 48), (1214, 404)])
def test_the_first_tokens_are_always_heard_and_none_twice(tokens: int, heard: int):
    listener, rng = Listener(tokens), np.random.default_rng(0)
    steps = []
    for _ in range(3):
        training._drawn_loss(listener, None, torch.arange(5), rng)  # type: ignore[arg-type]
        assert listener.heard[: training.ALWAYS] == list(range(min(tokens, training.ALWAYS)))
        assert len(set(listener.heard)) == len(listener.heard) == heard
        assert max(listener.heard) < tokens
        steps.append(set(listener.heard))
    assert (steps[0] != steps[1]) == (heard < tokens)
