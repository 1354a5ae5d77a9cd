"""Systems with the shipped checkpoints answer alike, to the last bit, with any number of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from baselines.backbones import ears
from baselines.seeingsounds import model as seeingsounds
from evalsuite.miniworld.dataset import played, recordings_of
from evalsuite.profile import load_profile
from evalsuite.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _threads_given_back() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", ["seeingsounds", "sonification"])
def test_number_of_threads_changes_no_condition(name: str) -> None:
    clips = [played(recording, label="") for recording in recordings_of("threads", per_concept=1)[:32]]
    found = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        ears._open.cache_clear()
        seeingsounds._memory_of.cache_clear()
        found.append(resolve("models", name)(profile=load_profile("mini"), device="cpu").imagine(clips))
    for one, two in zip(*found, strict=True):
        torch.testing.assert_close(one, two, rtol=0, atol=0)
