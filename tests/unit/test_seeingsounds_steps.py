"""What a training step of SeeingSounds hears."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from baselines.seeingsounds import steps
from baselines.seeingsounds.steps import Steps
from evalsuite.training import Draw


def a_step(progress: float = 0.0, *, seed: int = 0) -> Draw:
    return Draw(step=0, progress=progress, rng=np.random.default_rng(seed))


def some(*, joined: list[bool], held_out: list[bool]) -> Steps:
    return Steps.of(torch.tensor(joined), held_out=torch.tensor(held_out), tokens=5)


@pytest.mark.parametrize(("tokens", "heard"), [(1, 1), (2, 2), (16, 16), (130, 48), (1214, 404)])
def test_the_first_tokens_are_always_heard_and_none_twice(tokens: int, heard: int):
    over = Steps(torch.arange(3), torch.arange(3), tokens)
    found = [over.heard(a_step(seed=seed)).tolist() for seed in range(3)]
    for each in found:
        assert each[: steps.ALWAYS] == list(range(min(tokens, steps.ALWAYS)))
        assert len(set(each)) == len(each) == heard
        assert max(each) < tokens
    assert (set(found[0]) != set(found[1])) == (heard < tokens)


def test_two_at_once_come_first_and_single_ones_beside_them_later():
    lessons = some(joined=[True, False, True, False, True, False], held_out=[False] * 4 + [True] * 2)
    assert set(lessons.rows(a_step(0.0)).tolist()) == {0, 2}
    assert set(lessons.rows(a_step(steps.JOINED_FIRST - 0.01)).tolist()) == {0, 2}
    later = torch.cat([lessons.rows(a_step(steps.JOINED_FIRST, seed=seed)) for seed in range(50)]).tolist()
    assert set(later) == {0, 1, 2, 3}
    assert np.mean([row in (0, 2) for row in later]) == pytest.approx(steps.JOINED_LATER, abs=0.03)


@pytest.mark.parametrize("kind", ["joined", "single"])
@pytest.mark.parametrize("progress", [0.0, 0.9])
def test_lessons_of_one_kind_are_heard_from_the_first_step_on(kind: str, progress: float):
    rows = some(joined=[kind == "joined"] * 3, held_out=[False, False, True]).rows(a_step(progress))
    assert len(rows) == steps.BATCH
    assert set(rows.tolist()) == {0, 1}
