"""A model whose every part can be trained in a second, and a training that two processes share."""

from __future__ import annotations

import os
import signal
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.hashing import weights_fingerprint
from evalsuite.model import ModelCard
from evalsuite.training_record import TrainingRecord, package_versions, save_training

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor, nn

    from evalsuite.audio.clip import Clip
    from evalsuite.model import Images
    from evalsuite.training import Draw

KILL_AT = "TRAINEE_KILL_AT"
"""The step at which the process is to kill itself, without a chance to say or save anything."""
PAIR_SEED = 5


class Trainee:
    """One linear layer."""

    card = ModelCard(name="trainee", fingerprint="untrained")

    def generate(self, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
        return np.stack([np.full((8, 8, 3), seed % 256, dtype=np.uint8) for _, seed in zip(clips, seeds, strict=True)])

    def train(self, output: Path, *, seed: int) -> ModelCard:
        import torch
        from safetensors.torch import save_file

        from evalsuite.training import Schedule, fit, loop

        loop._SECONDS_BETWEEN_SAVES = 0.0
        torch.manual_seed(seed)
        layer = torch.nn.Linear(3, 3)

        def loss(draw: Draw) -> Tensor:
            if str(draw.step) == os.environ.get(KILL_AT):
                os.kill(os.getpid(), signal.SIGKILL)
            rows = torch.from_numpy(draw.rng.standard_normal((8, 3)).astype(np.float32))
            return (layer(rows) - rows + 0.1 * torch.randn(8, 3)).square().mean()

        def held_out() -> float:
            return float((layer.weight - torch.eye(3)).square().mean())

        schedule = Schedule(steps=40, rate=0.05, check_every=4, patience=3, ema=0.5)
        state = output / "trainee.state"
        fitted = fit({"layer": layer}, loss, schedule=schedule, seed=seed, state=state, held_out=held_out)
        save_file(layer.state_dict(), output / "layer.safetensors")
        record = TrainingRecord(
            model="trainee",
            profile="profile.yaml",
            trained_on=("noise@1",),
            concepts_met=("hiss", "hum"),
            encoders=(),
            clips=100,
            held_out_clips=10,
            seed=seed,
            schedule=asdict(schedule),
            minutes=0.1,
            packages=package_versions(),
            licence="CC0",
            citation="",
            **vars(fitted),
        )
        save_training(output, record)
        state.unlink()
        return self.card.model_copy(update={"fingerprint": weights_fingerprint(output)})


def _pair_network() -> nn.Linear:
    import torch

    torch.manual_seed(7)
    return torch.nn.Linear(3, 1)


def _pair_loss(layer: nn.Linear, rng: np.random.Generator) -> Tensor:
    import torch

    return (layer(torch.from_numpy(rng.standard_normal((4, 3)).astype(np.float32))) - 1).square().mean()


def train_together(rank: int, folder: Path) -> None:
    """Be one of two processes that train one layer; what process 1 holds out alone would never stop it."""
    import torch

    from evalsuite.training import Schedule, fit, workers
    from evalsuite.training.processes import joined

    torch.set_num_threads(1)
    layer, last = _pair_network(), {}

    def held_out() -> float:
        last.update({name: tensor.clone() for name, tensor in layer.state_dict().items()})
        looks.append(1)
        return float(3 * len(looks)) if rank == 0 else float(-len(looks))

    looks: list[int] = []
    schedule = Schedule(steps=40, rate=0.05, warmup=1, anneal=0.0, check_every=4, patience=2, weight_decay=0.0)
    with joined(rank=rank, workers=2, meeting=folder / "meeting"):
        assert workers() == 2
        fitted = fit(
            {"layer": layer},
            lambda draw: _pair_loss(layer, draw.rng),
            schedule=schedule,
            seed=PAIR_SEED,
            state=folder / f"{rank}.state",
            held_out=held_out,
        )
    torch.save({"weights": layer.state_dict(), "last": last, "steps": fitted.steps}, folder / f"{rank}.pt")


def together_alone(*, steps: int) -> dict[str, Tensor]:
    """Return the weights that :func:`train_together` must have after ``steps``, from plain torch in one process."""
    import torch

    from evalsuite.seeds import derive_seed

    layer = _pair_network()
    optimiser = torch.optim.AdamW(layer.parameters(), lr=0.05, betas=(0.9, 0.99), weight_decay=0.0)
    for step in range(steps):
        seeds = [derive_seed(derive_seed(PAIR_SEED, rank), "step", step) for rank in (0, 1)]
        optimiser.zero_grad()
        torch.stack([_pair_loss(layer, np.random.default_rng(seed)) for seed in seeds]).mean().backward()
        torch.nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
        optimiser.step()
    return dict(layer.state_dict())
