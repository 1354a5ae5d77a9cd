from __future__ import annotations

import numpy as np
import pytest

from baselines.backbones.memory import Memory, sound_key
from evalsuite.audio.clip import Clip

KILOBYTE = 1000


def item(number: int) -> tuple[np.ndarray, ...]:
    """A kilobyte in two parts."""
    return np.full(600, number % 256, np.uint8), np.full(400, number % 256, np.uint8)


class Maker:
    """Makes the items that are asked of it and notes which."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.asked: list[list[str]] = []

    def recall(self, *keys: str) -> list[int]:
        def make(places: list[int]) -> list[tuple[np.ndarray, ...]]:
            self.asked.append([keys[place] for place in places])
            return [item(int(keys[place])) for place in places]

        return [int(first[0]) for first, _ in self.memory.recall(keys, make=make)]


@pytest.fixture
def maker() -> Maker:
    return Maker(Memory(room=3 * KILOBYTE))


def test_items_are_made_once_and_returned_in_order(maker: Maker):
    assert maker.recall("1", "2", "1") == [1, 2, 1]
    assert maker.recall("2", "3", "1") == [2, 3, 1]
    assert [sorted(keys) for keys in maker.asked] == [["1", "2"], ["3"]]


def test_nothing_is_made_of_nothing(maker: Maker):
    assert maker.recall() == []
    assert maker.asked == []


def test_what_was_not_asked_for_the_longest_is_forgotten(maker: Maker):
    maker.recall("1", "2", "3")
    maker.recall("1")
    maker.recall("4")
    maker.recall("3", "1", "4")
    assert maker.asked == [["1", "2", "3"], ["4"]]
    maker.recall("2")
    assert maker.asked[-1] == ["2"]


def test_more_than_there_is_room_for_is_returned_all_the_same(maker: Maker):
    assert maker.recall(*"12345") == [1, 2, 3, 4, 5]
    maker.recall("3", "4", "5")
    assert len(maker.asked) == 1


def test_an_item_kept_again_takes_its_room_once():
    memory: Memory = Memory(room=2 * KILOBYTE)
    for _ in range(5):
        memory.keep({"1": item(1)})
    memory.keep({"2": item(2)})
    maker = Maker(memory)
    assert maker.recall("1", "2") == [1, 2]
    assert maker.asked == []


def test_sounds_are_told_apart_by_samples_and_rate():
    def clip(samples: list[float], rate: int) -> Clip:
        return Clip(id="same", waveform=np.array(samples, np.float32), sample_rate=rate, sha256="same")

    keys = {sound_key(clip(samples, rate)) for samples in ([0.1, 0.2], [0.2, 0.1]) for rate in (8000, 16000)}
    assert len(keys) == 4
    assert sound_key(clip([0.1, 0.2], 8000)) in keys
