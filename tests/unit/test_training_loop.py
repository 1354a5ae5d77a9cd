from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evalsuite.errors import UserError
from evalsuite.training import Draw, Fitted, Schedule, fit

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
) -> tuple[Fitted, dict[str, Tensor]]:
    """Fit a small network with dropout and batch statistics to noise; return what came of it and its weights."""
    import torch

    model = network()

    def loss(draw: Draw) -> Tensor:
        if draw.step == kill_at:
            raise KilledError
        rows = torch.from_numpy(draw.rng.standard_normal((16, 4)).astype(np.float32))
        return (model(rows) - rows[:, :2] + 0.1 * torch.randn(16, 2)).square().mean()

    schedule = Schedule(steps=STEPS, rate=1e-2, warmup=3, ema=ema)
    fitted = fit({"model": model}, loss, schedule=schedule, seed=seed, state=state)
    assert not model.training
    return fitted, {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    import torch

    return all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("ema", [None, 0.9])
@pytest.mark.parametrize("kill_at", [1, 5, STEPS - 1])
def test_training_that_was_killed_ends_at_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ema: float | None, kill_at: int
):
    whole = train(tmp_path / "whole.state", ema=ema)
    monkeypatch.setattr("evalsuite.training.loop._SECONDS_BETWEEN_SAVES", 0.0)
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
    assert first[0].loss != other[0].loss


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


def drift(
    state: Path,
    *,
    target: float | None = 0.5,
    patience: int | None = None,
    ema: float | None = None,
    kill_at: int | None = None,
) -> tuple[Fitted, float]:
    """Pull one weight from 0 to 1; what is held out wants it at ``target``, on the way. Return where it ends."""
    import torch

    model = torch.nn.Linear(1, 1, bias=False)
    model.weight.data.zero_()

    def loss(draw: Draw) -> Tensor:
        if draw.step == kill_at:
            raise KilledError
        assert model.training
        return (model.weight - 1 + 0.01 * torch.randn(1)).square().mean()

    def held_out() -> float:
        assert not model.training
        assert not torch.is_grad_enabled()
        return float((model.weight - target).abs())

    schedule = Schedule(steps=60, rate=0.02, warmup=1, check_every=4, patience=patience, ema=ema, weight_decay=0)
    looks = None if target is None else held_out
    fitted = fit({"model": model}, loss, schedule=schedule, seed=0, state=state, held_out=looks)
    return fitted, float(model.weight.detach())


@pytest.mark.parametrize("ema", [None, 0.9])
def test_patience_stops_and_keeps_the_best_weights(tmp_path: Path, ema: float | None):
    fitted, weight = drift(tmp_path / "state", patience=3, ema=ema)
    losses = [point.held_out_loss for point in fitted.curve if point.held_out_loss is not None]
    assert fitted.stopped_early
    assert fitted.steps == fitted.curve[-1].step < 60
    assert losses.index(min(losses)) == len(losses) - 4
    assert fitted.held_out_loss == min(losses) == abs(weight - 0.5)


def test_without_patience_the_last_weights_are_kept(tmp_path: Path):
    fitted, weight = drift(tmp_path / "state")
    assert (fitted.steps, fitted.stopped_early) == (60, False)
    assert [point.step for point in fitted.curve] == list(range(4, 61, 4))
    assert fitted.held_out_loss == fitted.curve[-1].held_out_loss == abs(weight - 0.5)
    assert weight > 0.8


@pytest.mark.parametrize("patience", [None, 3])
def test_looking_changes_no_training(tmp_path: Path, patience: int | None):
    looked, blind = drift(tmp_path / "a", target=5.0, patience=patience), drift(tmp_path / "b", target=None)
    assert looked[0].loss == blind[0].loss
    assert looked[1] == blind[1]


@pytest.mark.parametrize("kill_at", [5, 29, 40])
@pytest.mark.parametrize("ema", [None, 0.9])
def test_a_kill_loses_neither_the_curve_nor_the_best_weights_nor_the_patience(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_at: int, ema: float | None
):
    whole = drift(tmp_path / "whole", patience=6, ema=ema)
    assert whole[0].steps > kill_at
    monkeypatch.setattr("evalsuite.training.loop._SECONDS_BETWEEN_SAVES", 0.0)
    with pytest.raises(KilledError):
        drift(tmp_path / "killed", patience=6, ema=ema, kill_at=kill_at)
    assert drift(tmp_path / "killed", patience=6, ema=ema) == whole
    assert drift(tmp_path / "killed", patience=6, ema=ema, kill_at=whole[0].steps) == whole  # nothing is left to do


def test_the_curve_has_fifty_points_where_nothing_is_held_out(tmp_path: Path):
    fitted, _ = drift(tmp_path / "state", target=None)
    assert len(fitted.curve) >= 50
    assert fitted.curve[-1].step == 60
    assert {point.held_out_loss for point in fitted.curve} == {fitted.held_out_loss} == {None}


def test_a_state_of_another_version_is_told(tmp_path: Path):
    import torch

    torch.save({"step": 3}, tmp_path / "state")
    with pytest.raises(UserError, match="another version of the suite"):
        drift(tmp_path / "state")


def test_a_damaged_state_is_told(tmp_path: Path):
    file = tmp_path / "x.state"
    with pytest.raises(KilledError):
        train(file, kill_at=5)
    train(file)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(UserError, match="damaged: delete it"):
        train(file)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_no_number_ends_the_training(tmp_path: Path, value: float):
    model = network()
    before = [parameter.detach().clone() for parameter in model.parameters()]

    def loss(_: Draw) -> Tensor:
        return value * next(model.parameters()).sum()

    with pytest.raises(UserError, match="at step 0: train with a lower rate"):
        fit({"model": model}, loss, schedule=Schedule(steps=3, rate=1e-2), seed=0, state=tmp_path / "x.state")
    assert all((old == new).all() for old, new in zip(before, model.parameters(), strict=True))


def test_an_accelerator_of_another_precision_is_in_nobodys_way(tmp_path: Path):
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState

    before = train(tmp_path / "before.state")
    theirs = Accelerator(cpu=True, mixed_precision="bf16")
    after = train(tmp_path / "after.state")
    assert theirs.mixed_precision == "bf16"
    AcceleratorState._reset_state(reset_partial_state=True)
    assert after[0] == before[0]
    assert same(after[1], before[1])


def test_two_processes_learn_as_one_with_both_their_batches(tmp_path: Path):
    """Each draws its own rows; the weights must be those of one process that averages both processes' gradients."""
    import torch
    from torch.multiprocessing.spawn import start_processes
    from trainee import together_alone, train_together

    start_processes(train_together, args=(tmp_path,), nprocs=2, start_method="spawn")
    first, second = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in (0, 1))
    assert same(first["weights"], second["weights"])
    assert first["steps"] == second["steps"] < 40  # both stop, though each looks at something else
    alone = together_alone(steps=first["steps"])
    torch.testing.assert_close(first["last"], alone)


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
