"""The metrics as a run uses them: evidence in, outcome out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from evalsuite.metrics.base import (
    AUDIO_SIMILARITY_AUDIO,
    AUDIO_SIMILARITY_IMAGE,
    CLAP_AUDIO,
    CLAP_LABELS,
    DISTANCE_IMAGE,
    DISTANCE_LOGITS,
    DISTANCE_REFERENCE,
    EMOTION_LABELS,
    EMOTION_LOGITS,
    JUDGE_CLASSES,
    JUDGE_IMAGE,
    JUDGE_REFERENCE,
    JUDGE_TRUE,
    SECOND_AUDIO_SIMILARITY_AUDIO,
    SECOND_AUDIO_SIMILARITY_IMAGE,
    SECOND_JUDGE_CLASSES,
    SECOND_JUDGE_IMAGE,
    SECOND_JUDGE_LABELS,
    SECOND_JUDGE_TRUE,
    SELF_SUPERVISED_IMAGE,
    SELF_SUPERVISED_REFERENCE,
    SEMANTIC_IMAGE,
    SEMANTIC_REFERENCE,
    Evidence,
    Metric,
)
from evalsuite.metrics.classification import accuracy, balanced_accuracy, macro_f1
from evalsuite.metrics.control.listening import METRICS as LISTENING
from evalsuite.metrics.emotion import balanced_emotion_accuracy, emotion_accuracy
from evalsuite.metrics.frechet import clip_fid, fd_dinov2, fid
from evalsuite.metrics.inception_score import inception
from evalsuite.metrics.kernel import clip_kid, cmmd, kd_dinov2, kid
from evalsuite.metrics.manifold import coverage, density, precision, recall
from evalsuite.metrics.ranking import ais_rank, ais_z, iis_rank, iis_z
from evalsuite.metrics.retrieval import aic, recall_at_1, recall_at_5, recall_at_10
from evalsuite.metrics.similarity import (
    ais_cos,
    audioclip_similarity,
    clap_similarity,
    clip_similarity,
    iis_cos,
    second_clip_similarity,
)
from evalsuite.registry import names

DISTANCES: tuple[Metric, ...] = (fid, clip_fid, fd_dinov2, kid, clip_kid, kd_dinov2, cmmd)
OF_EACH_CLIP: tuple[Metric, ...] = (
    accuracy,
    recall_at_1,
    recall_at_5,
    recall_at_10,
    aic,
    emotion_accuracy,
    clip_similarity,
    second_clip_similarity,
    audioclip_similarity,
    clap_similarity,
    ais_cos,
    ais_rank,
    ais_z,
    iis_cos,
    iis_rank,
    iis_z,
    precision,
    density,
)
METRICS: tuple[Metric, ...] = (
    *(*OF_EACH_CLIP, *DISTANCES),
    *(balanced_accuracy, balanced_emotion_accuracy, macro_f1, inception, recall, coverage),
)
CLASSES = 20


def test_no_registered_metric_is_forgotten_here() -> None:
    # Those that need a sweep are tested in test_control_metrics_listening.py.
    assert set(names("metrics")) == {metric.name for metric in (*METRICS, *LISTENING)}


def evidence(n: int = 120, *, per_source: int = 3) -> Evidence:
    draw = np.random.default_rng(0)
    classes = tuple(f"class {i}" for i in range(CLASSES))
    targets = np.arange(n) % len(classes)
    texts, pictures, sounds = draw.normal(size=(CLASSES, 8)), draw.normal(size=(n, 8)), draw.normal(size=(n, 8))
    features = {
        JUDGE_CLASSES: texts,
        JUDGE_IMAGE: texts[targets] + pictures,
        AUDIO_SIMILARITY_IMAGE: pictures,
        AUDIO_SIMILARITY_AUDIO: sounds + pictures,
        JUDGE_TRUE: texts[targets] + draw.normal(size=(n, 8)),
        DISTANCE_IMAGE: 1.3 * pictures + 0.8,
        DISTANCE_LOGITS: 3 * pictures,
        DISTANCE_REFERENCE: draw.normal(size=(50, 8)),
    }
    features |= {CLAP_AUDIO: features[AUDIO_SIMILARITY_AUDIO], CLAP_LABELS: texts}
    features |= {SECOND_JUDGE_IMAGE: features[JUDGE_IMAGE], SECOND_JUDGE_TRUE: features[JUDGE_TRUE]}
    features |= {SECOND_JUDGE_CLASSES: texts, SECOND_JUDGE_LABELS: texts + 0.3}
    features |= {SECOND_AUDIO_SIMILARITY_IMAGE: pictures, SECOND_AUDIO_SIMILARITY_AUDIO: sounds + pictures}
    features |= {JUDGE_REFERENCE: features[DISTANCE_REFERENCE]}
    features |= {SELF_SUPERVISED_IMAGE: pictures, SELF_SUPERVISED_REFERENCE: features[DISTANCE_REFERENCE]}
    features |= {EMOTION_LOGITS: features[JUDGE_IMAGE] @ texts.T, EMOTION_LABELS: np.eye(CLASSES)}
    features |= {SEMANTIC_IMAGE: pictures, SEMANTIC_REFERENCE: features[DISTANCE_REFERENCE]}
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
    assert (metric in OF_EACH_CLIP) == (outcome.per_clip is not None)
    assert (metric in DISTANCES) == (outcome.adequacy is not None)
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


def test_recognition_and_similarity_count_their_classes_as_fixed() -> None:
    fixed = {metric for metric in METRICS if "within class (20)" in metric.measure(evidence()).estimate.method}
    assert fixed == {
        *(accuracy, recall_at_1, recall_at_5, recall_at_10, aic, emotion_accuracy),
        *(clip_similarity, second_clip_similarity, audioclip_similarity, clap_similarity, ais_cos, iis_cos),
    }


def test_chance() -> None:
    chances = {metric.name: metric.measure(evidence()).chance for metric in METRICS}
    assert chances["accuracy"] == chances["recall_at_1"] == chances["balanced_accuracy"] == pytest.approx(1 / CLASSES)
    assert chances["recall_at_5"] == chances["recall_at_10"] / 2 == pytest.approx(5 / CLASSES)
    assert chances["emotion_accuracy"] == chances["balanced_emotion_accuracy"] == pytest.approx(1 / CLASSES)
    assert chances["macro_f1"] is chances["fid"] is chances["clip_similarity"] is None


def test_distances_say_whether_few_pictures_mislead_them() -> None:
    for metric in DISTANCES:
        told = metric.measure(evidence()).adequacy
        assert told is not None
        assert (told.n, told.m, told.d, told.rank, told.reference_rank) == (120, 50, 8, 8, 8)
        assert told.biased == (metric in (fid, clip_fid, fd_dinov2))


def test_another_judge_reads_its_own_features() -> None:
    full = evidence()
    turned = full.features[SECOND_JUDGE_LABELS][::-1]
    assert aic.measure(full).estimate.value > 0.5
    assert aic.measure(replace(full, features={**full.features, SECOND_JUDGE_LABELS: turned})).estimate.value < 0.2


def test_clap_similarity_hears_the_class_that_is_seen() -> None:
    full = evidence(40)
    sounds = full.features[CLAP_LABELS][full.targets]
    shown = {**full.features, CLAP_AUDIO: sounds, JUDGE_IMAGE: full.features[JUDGE_CLASSES][full.targets]}
    outcome = clap_similarity.measure(replace(full, features=shown))
    assert outcome.per_clip == pytest.approx(np.ones(40), abs=1e-6)
    other = {**shown, JUDGE_IMAGE: full.features[JUDGE_CLASSES][(full.targets + 1) % 10]}
    assert clap_similarity.measure(replace(full, features=other)).estimate.value < 0.5


def test_accuracy_is_recall_at_1() -> None:
    assert accuracy.measure(evidence()).estimate == recall_at_1.measure(evidence()).estimate


def test_clip_similarity_looks_at_the_true_class() -> None:
    right = evidence()
    wrong = replace(right, targets=(right.targets + 1) % 10)
    assert clip_similarity.measure(right).estimate.value > clip_similarity.measure(wrong).estimate.value + 0.3


def test_fid_names_what_its_value_depends_on() -> None:
    assert "reference held fixed, n=120, m=50, d=8" in fid.measure(evidence()).estimate.method
