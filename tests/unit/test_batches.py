from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from baselines.backbones.batches import full_batches, map_batches

SIZES = [(0, 4), (1, 4), (4, 4), (9, 4), (3, 1)]


@pytest.mark.parametrize(("count", "size"), SIZES)
def test_full_batches_hold_every_row_once_and_are_full(count: int, size: int):
    found = list(full_batches(count, size=size))
    assert all(len(rows) == size for _, rows in found)
    assert [row for real, rows in found for row in rows[:real]] == list(range(count))
    assert all(row < count for _, rows in found for row in rows)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
@pytest.mark.parametrize(("count", "size"), SIZES)
def test_batches_come_back_in_order_whatever_computes_them(count: int, size: int, device: str):
    made = map_batches(np.array, count, size=size, device=device)
    assert [row for batch in made for row in batch] == list(range(count))


def test_on_a_cpu_each_batch_has_one_thread_and_the_caller_keeps_its_own():
    before = torch.get_num_threads()
    seen: list[tuple[int, int]] = []

    def compute(rows: list[int]) -> list[int]:
        seen.append((torch.get_num_threads(), threading.get_ident()))
        return rows

    map_batches(compute, 8, size=2, device="cpu")
    assert {threads for threads, _ in seen} == {1}
    assert threading.get_ident() not in {thread for _, thread in seen}
    assert torch.get_num_threads() == before


def test_a_failing_batch_is_told_and_threads_are_given_back():
    before = torch.get_num_threads()

    def compute(rows: list[int]) -> list[int]:
        raise ValueError(f"rows {rows}")

    with pytest.raises(ValueError, match="rows"):
        map_batches(compute, 3, size=2, device="cpu")
    assert torch.get_num_threads() == before
