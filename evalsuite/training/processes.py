"""The devices and processes of a training, by way of accelerate.

Several processes may train one stage together: each draws its own share of the batch, and the gradients are averaged.
On a CPU that is faster than several threads, whose every operation waits for the slowest. Losses call other methods of
their modules than ``forward``, which DistributedDataParallel cannot see: so the gradients are averaged here.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from accelerate import Accelerator, PartialState
from accelerate.state import AcceleratorState
from accelerate.utils import is_bf16_available, patch_environment
from torch import distributed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from torch import nn


@contextmanager
def accelerator_on(device: str) -> Iterator[Accelerator]:
    """Offer an accelerator on ``device``: float32 throughout on a CPU, bfloat16 where it is safe on a GPU.

    accelerate keeps one device and one precision for the whole process, and refuses another. What someone chose before
    is set aside meanwhile and given back, so that a process may train on the one and then on the other.
    """
    states = (AcceleratorState._shared_state, PartialState._shared_state)  # noqa: SLF001 - there is no public way
    others = [dict(state) for state in states]
    halves = device.startswith("cuda") and is_bf16_available(ignore_tpu=True)
    for state in states:
        state.clear()
    try:
        with patch_environment(accelerate_torch_device=device):
            accelerator = Accelerator(cpu=device == "cpu", mixed_precision="bf16" if halves else "no")
        yield accelerator
    finally:
        for state, other in zip(states, others, strict=True):
            state.clear()
            state.update(other)


@contextmanager
def joined(*, rank: int, workers: int, meeting: Path) -> Iterator[None]:
    """Make this process number ``rank`` of several that train together on a CPU, while the context lasts.

    ``meeting`` is a file that is not there yet, by which they find each other.
    """
    # The last keeps accelerate from choosing the threads: that is the caller's to say.
    place = {"rank": rank, "local_rank": rank, "world_size": workers, "local_world_size": workers, "omp_num_threads": 1}
    with patch_environment(**place):
        here = PartialState(cpu=True, backend="gloo", init_method=f"file://{meeting.resolve()}")
        try:
            yield
            distributed.barrier()  # none leaves while another has yet to hear it: gloo's threads would abort
        finally:
            here.destroy_process_group()


def workers() -> int:
    """Return how many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Return which of them this process is."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def average_gradients(accelerator: Accelerator, parameters: Sequence[nn.Parameter]) -> None:
    """Average the gradients over the processes, all in one message: each costs a round trip."""
    if accelerator.num_processes == 1:
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = accelerator.reduce(torch.cat([gradient.flatten() for gradient in gradients]), reduction="mean")
    for gradient, part in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def average(accelerator: Accelerator, value: float) -> float:
    """Return the mean of ``value`` over the processes: what they decide by must be the same for all."""
    if accelerator.num_processes == 1:
        return value
    own = torch.tensor(value, device=accelerator.device, dtype=torch.float64)
    return float(accelerator.reduce(own, reduction="mean"))
