from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, nn

STEPS = 12


class KilledError(Exception):
    """What a kill looks like from inside."""


def network() -> nn.Module:
    import torch
    from torch import nn

    torch.manual_seed(7)
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.3), nn.Linear(8, 2))


def train(
    state: Path, *, ema: float | None = None, seed: int = 3, kill_at: int | None = None
) -> tuple[float, dict[str, Tensor]]:
    """Fit a small network with dropout and batch statistics to noise; return its loss and weights."""
    import torch

    model = network()

    def loss(draw: Draw) -> Tensor:
        if draw.step == kill_at:
            raise KilledError
        rows = torch.from_numpy(draw.rng.standard_normal((16, 4)).astype(np.float32))
        return (model(rows) - rows[:, :2] + 0.1 * torch.randn(16, 2)).square().mean()

    last = fit(
        {"model": model}, loss, schedule=Schedule(steps=STEPS, rate=1e-2, warmup=3, ema=ema), seed=seed, state=state
    )
    assert not model.training
    return last, {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    import torch

    return all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("ema", [None, 0.9])
@pytest.mark.parametrize("kill_at", [1, 5, STEPS - 1])
def test_training_that_was_killed_ends_at_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ema: float | None, kill_at: int
):
    whole = train(tmp_path / "whole.state", ema=ema)
    monkeypatch.setattr("evalsuite.training._SECONDS_BETWEEN_SAVES", 0.0)
    with pytest.raises(KilledError):
        train(tmp_path / "killed.state", ema=ema, kill_at=kill_at)
    resumed = train(tmp_path / "killed.state", ema=ema)
    assert resumed[0] == whole[0]
    assert same(resumed[1], whole[1])


def test_training_killed_between_saves_repeats_the_steps_since(tmp_path: Path):
    whole = train(tmp_path / "whole.state")
    with pytest.raises(KilledError):
        train(tmp_path / "killed.state", kill_at=5)
    assert not (tmp_path / "killed.state").exists()
    assert same(train(tmp_path / "killed.state")[1], whole[1])


@pytest.mark.parametrize("ema", [None, 0.9])
def test_finished_training_is_not_repeated(tmp_path: Path, ema: float | None):
    first = train(tmp_path / "done.state", ema=ema)
    again = train(tmp_path / "done.state", ema=ema, kill_at=0)
    assert again[0] == first[0]
    assert same(again[1], first[1])
    assert [path.name for path in tmp_path.iterdir()] == ["done.state"]


def test_seed_decides(tmp_path: Path):
    first, again, other = (train(tmp_path / f"{n}.state", seed=seed) for n, seed in enumerate((3, 3, 4)))
    assert first[0] == again[0]
    assert same(first[1], again[1])
    assert not same(first[1], other[1])


def test_average_differs_from_the_last_weights(tmp_path: Path):
    assert not same(train(tmp_path / "a.state")[1], train(tmp_path / "b.state", ema=0.9)[1])


def test_average_is_the_moving_average_of_the_weights(tmp_path: Path):
    """Against the textbook recursion, average ← d·average + (1 − d)·weights with d = min(decay, (1 + n)/(10 + n))."""
    import torch

    model = torch.nn.Linear(2, 1)
    seen = [model.weight.detach().clone()]

    def loss(draw: Draw) -> Tensor:
        if draw.step:
            seen.append(model.weight.detach().clone())
        return (model(torch.ones(1, 2)) - 3).square().mean()

    schedule = Schedule(steps=30, rate=0.05, warmup=1, ema=0.5)
    fit({"model": model}, loss, schedule=schedule, seed=0, state=tmp_path / "state")
    last: Tensor = torch.load(tmp_path / "state", weights_only=True)["modules"]["model.weight"]
    average = seen[0]
    for n, weights in enumerate([*seen[1:], last], start=1):
        decay = min(0.5, (1 + n) / (10 + n))
        average = decay * average + (1 - decay) * weights
    torch.testing.assert_close(model.weight.detach(), average)


def test_frozen_parameters_stay(tmp_path: Path):
    import torch

    model = torch.nn.Linear(2, 1)
    model.bias.requires_grad_(False)
    before = model.bias.clone()
    fit(
        {"model": model},
        lambda _: model(torch.ones(1, 2)).square().mean(),
        schedule=Schedule(steps=3, rate=0.1, ema=0.9),
        seed=0,
        state=tmp_path / "state",
    )
    assert torch.equal(model.bias, before)


def test_rate_warms_up_stays_and_falls_to_zero():
    factors = np.array([Schedule(steps=1000, rate=1, warmup=100, anneal=0.4).factor(step) for step in range(1000)])
    np.testing.assert_allclose(factors[:100], np.arange(1, 101) / 100)
    np.testing.assert_array_equal(factors[100:601], 1)
    assert np.all(np.diff(factors[600:]) < 0)
    assert factors[800] == pytest.approx(0.5)
    assert 0 < factors[999] < 1e-4


@pytest.mark.parametrize("schedule", [{"warmup": 0}, {"anneal": 0.0}, {"anneal": 1.0}, {"steps": 1}])
def test_rate_is_a_share_whatever_the_schedule(schedule: dict[str, float]):
    made = Schedule(**{"steps": 20, "rate": 1.0, **schedule})  # type: ignore[arg-type]
    factors = [made.factor(step) for step in range(made.steps)]
    assert all(math.isfinite(factor) and 0 < factor <= 1 for factor in factors)
