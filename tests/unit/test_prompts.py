"""The procedural grammar: from transform and dose to words."""

from __future__ import annotations

import doctest

import pytest

from evalsuite.control import prompts
from evalsuite.control.prompts import LABEL, MENTIONED, PLAIN, WORDS, caption, wording


def test_examples_in_the_docstrings_hold():
    found = doctest.testmod(prompts)
    assert found.attempted >= 4
    assert not found.failed


@pytest.mark.parametrize(
    ("transform", "dose", "words"),
    [
        ("volume", -60, "distant dog"),
        ("volume", -30.01, "distant dog"),
        ("volume", -30, "dog"),
        ("volume", -22.01, "dog"),
        ("volume", -22, "dog close up"),
        ("distance", 2, "dog close up"),
        ("distance", 2.5, "dog"),
        ("distance", 15.9, "dog"),
        ("distance", 16, "distant dog"),
        ("reverb", 0.99, "dog"),
        ("reverb", 1, "dog in a hall"),
        ("pitch", -4, "low-pitched dog"),
        ("pitch", -3.9, "dog"),
        ("pitch", 3.9, "dog"),
        ("pitch", 4, "high-pitched dog"),
    ],
)
def test_words_change_at_the_doses_of_the_table(transform: str, dose: float, words: str):
    assert caption(transform, dose, ["dog"]) == words
    assert wording(transform, dose) == words.replace("dog", LABEL)


@pytest.mark.parametrize(
    ("transform", "dose", "words"),
    [
        ("mixing", -10, "rain"),
        ("mixing", -9.9, "dog and rain"),
        ("mixing", 0, "dog and rain"),
        ("mixing", 9.9, "dog and rain"),
        ("mixing", 10, "dog"),
        ("interpolation", 0, "dog"),
        ("interpolation", 0.24, "dog"),
        ("interpolation", 0.25, "dog and rain"),
        ("interpolation", 0.75, "dog and rain"),
        ("interpolation", 0.76, "rain"),
    ],
)
def test_the_fainter_of_two_is_not_mentioned(transform: str, dose: float, words: str):
    assert caption(transform, dose, ["dog", "rain"]) == words
    assert wording(transform, dose) == PLAIN


@pytest.mark.parametrize("dose", [-30, 0, 30])
def test_one_class_is_named_whatever_the_mixture(dose: float):
    assert caption("mixing", dose, ["dog"]) == "dog"


@pytest.mark.parametrize("transform", ["noise", "placebo", "same", "my_package:wobble"])
def test_what_the_table_does_not_know_has_plain_words(transform: str):
    assert wording(transform, 3) == PLAIN
    assert caption(transform, 3, ["dog"]) == "dog"
    assert caption(transform, 3, ["rain", "dog"]) == "rain and dog"


def test_a_package_may_enter_its_transform(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(WORDS, "age", {f"old {LABEL}": lambda years: years > 60})
    monkeypatch.setitem(MENTIONED, "age", (lambda _: False, lambda _: True))
    assert caption("age", 61, ["dog", "horn"]) == "old horn"


@pytest.mark.parametrize("transform", WORDS)
def test_no_dose_has_two_wordings(transform: str):
    for dose in range(-60, 60):
        assert sum(holds(dose) for holds in WORDS[transform].values()) <= 1
