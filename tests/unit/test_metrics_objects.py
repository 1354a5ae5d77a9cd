"""The metrics as a run uses them: evidence in, outcome out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from evalsuite.metrics.base import (
    AUDIO_SIMILARITY_AUDIO,
    AUDIO_SIMILARITY_IMAGE,
    DISTANCE_IMAGE,
    DISTANCE_REFERENCE,
    JUDGE_CLASSES,
    JUDGE_IMAGE,
    Evidence,
    Metric,
)
from evalsuite.metrics.classification import accuracy, balanced_accuracy, macro_f1
from evalsuite.metrics.frechet import fid
from evalsuite.metrics.retrieval import recall_at_1, recall_at_5
from evalsuite.metrics.similarity import audioclip_similarity, clip_similarity

METRICS: tuple[Metric, ...] = (
    accuracy,
    balanced_accuracy,
    macro_f1,
    recall_at_1,
    recall_at_5,
    clip_similarity,
    audioclip_similarity,
    fid,
)
WITH_VALUES_PER_CLIP = {"accuracy", "recall_at_1", "recall_at_5", "clip_similarity", "audioclip_similarity"}


def evidence(n: int = 120, *, per_source: int = 3) -> Evidence:
    draw = np.random.default_rng(0)
    classes = tuple(f"class {i}" for i in range(10))
    targets = np.arange(n) % len(classes)
    texts, pictures, sounds = draw.normal(size=(10, 8)), draw.normal(size=(n, 8)), draw.normal(size=(n, 8))
    features = {
        JUDGE_CLASSES: texts,
        JUDGE_IMAGE: texts[targets] + pictures,
        AUDIO_SIMILARITY_IMAGE: pictures,
        AUDIO_SIMILARITY_AUDIO: sounds + pictures,
        DISTANCE_IMAGE: pictures,
        DISTANCE_REFERENCE: draw.normal(size=(50, 8)),
    }
    features = {key: rows.astype(np.float32) for key, rows in features.items()}
    sources = np.array([f"recording {i // per_source}" for i in range(n)])
    return Evidence(features=features, targets=targets, classes=classes, sources=sources)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_keeps_the_promises_of_the_interface(metric: Metric) -> None:
    assert isinstance(metric, Metric)
    assert metric.meaning.endswith(".")
    outcome = metric.measure(evidence())
    estimate = outcome.estimate
    assert estimate.low < estimate.value < estimate.high
    assert "95%" in estimate.method
    assert (metric.name in WITH_VALUES_PER_CLIP) == (outcome.per_clip is not None)
    if outcome.per_clip is not None:
        assert outcome.per_clip.shape == (120,)
        assert outcome.per_clip.mean() == pytest.approx(estimate.value, rel=1e-12)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_is_pure_and_reads_no_more_than_it_says(metric: Metric) -> None:
    full = evidence()
    needed = replace(full, features={key: full.features[key] for key in metric.needs})
    assert metric.measure(needed).estimate == metric.measure(full).estimate


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
@pytest.mark.parametrize(("n", "per_source"), [(1, 1), (2, 1), (6, 6)], ids=["one clip", "two clips", "one recording"])
def test_too_little_evidence_gives_a_value_and_a_reason(metric: Metric, n: int, per_source: int) -> None:
    estimate = metric.measure(evidence(n, per_source=per_source)).estimate
    if math.isnan(estimate.low):
        assert math.isnan(estimate.high)
        assert "no interval: " in estimate.method or "not defined: " in estimate.method
    else:
        assert estimate.low <= estimate.value <= estimate.high


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_measures_a_subset(metric: Metric) -> None:
    full = evidence()
    part = full.subset(full.targets < 5)
    assert math.isfinite(metric.measure(part).estimate.value)


def test_chance() -> None:
    chances = {metric.name: metric.measure(evidence()).chance for metric in METRICS}
    assert chances["accuracy"] == chances["recall_at_1"] == chances["balanced_accuracy"] == pytest.approx(0.1)
    assert chances["recall_at_5"] == pytest.approx(0.5)
    assert chances["macro_f1"] is chances["fid"] is chances["clip_similarity"] is None


def test_accuracy_is_recall_at_1() -> None:
    assert accuracy.measure(evidence()).estimate == recall_at_1.measure(evidence()).estimate


def test_clip_similarity_looks_at_the_true_class() -> None:
    right = evidence()
    wrong = replace(right, targets=(right.targets + 1) % 10)
    assert clip_similarity.measure(right).estimate.value > clip_similarity.measure(wrong).estimate.value + 0.3


def test_fid_names_what_its_value_depends_on() -> None:
    assert "reference held fixed, n=120, m=50, d=8" in fid.measure(evidence()).estimate.method
