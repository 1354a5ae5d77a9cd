"""Do 95 % intervals hold the truth in 95 % of all samples, and do tests raise a false alarm in 5 % at most?

Simulated recordings of several clips each, scored by the suite's own metrics. To make docs/benchmarks/coverage.md anew:

    EVALSUITE_COVERAGE=docs/benchmarks/coverage.md pytest -m slow tests/unit/test_stats_coverage.py
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from pages import write_table
from scipy.special import ndtr

from evalsuite.metrics.base import (
    DISTANCE_IMAGE,
    DISTANCE_LOGITS,
    DISTANCE_REFERENCE,
    JUDGE_CLASSES,
    JUDGE_IMAGE,
    JUDGE_TRUE,
    SECOND_JUDGE_IMAGE,
    SECOND_JUDGE_TRUE,
    SEMANTIC_IMAGE,
    SEMANTIC_REFERENCE,
    Evidence,
)
from evalsuite.metrics.classification import accuracy, balanced_accuracy, macro_f1
from evalsuite.metrics.frechet import fid
from evalsuite.metrics.inception_score import inception
from evalsuite.metrics.kernel import cmmd, kid
from evalsuite.metrics.manifold import coverage, density, precision, recall
from evalsuite.metrics.ranking import iis_rank, iis_z
from evalsuite.stats import (
    block_difference,
    holm,
    mean_estimate,
    paired_difference,
    permutation_p_value,
    proportion_estimate,
    standardised_difference,
    t_p_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evalsuite.measurement import Estimate
    from evalsuite.metrics.base import Metric

    Draw = np.random.Generator
    Array = npt.NDArray[Any]

pytestmark = pytest.mark.slow
SAMPLES = 1000
RECORDINGS = 80
SEED = 20260101


def recordings(draw: Draw) -> Array:
    """The recording of each clip: 80 recordings of one to six clips, 276 in all, as many do some values depend on."""
    return np.repeat(np.arange(RECORDINGS), draw.permutation(np.resize(np.arange(1, 7), RECORDINGS)))


def alike(draw: Draw, sources: Array, *width: int) -> Array:
    """Standard normal values (n, *width), half of whose variance lies between recordings."""
    between, within = draw.normal(size=(RECORDINGS, *width)), draw.normal(size=(len(sources), *width))
    return (between[sources] + within) / np.sqrt(2)


def evidence(sources: Array, **features: Array) -> Evidence:
    """What a metric sees that asks for no class."""
    return Evidence(
        features=features, targets=np.zeros_like(sources), classes=("any",), sources=sources.astype(np.str_)
    )


# Means and proportions. Each function draws one sample and returns its estimate.


def proportion(draw: Draw) -> Estimate:
    """Beta-binomial: mean 0.3, correlation 1/3 within a recording."""
    sources = recordings(draw)
    return proportion_estimate(draw.random(len(sources)) < draw.beta(0.6, 1.4, RECORDINGS)[sources], sources=sources)


def rare_proportion(draw: Draw) -> Estimate:
    """Beta-binomial: mean 0.02, as of a floor among 50 classes, correlation 0.1."""
    sources = recordings(draw)
    return proportion_estimate(draw.random(len(sources)) < draw.beta(0.18, 8.82, RECORDINGS)[sources], sources=sources)


def mean(draw: Draw) -> Estimate:
    """Normal: mean 0, half of the variance between recordings."""
    sources = recordings(draw)
    return mean_estimate(alike(draw, sources), sources=sources)


# Averages over ten classes, of which some are easy and some hard.

RECALLS = np.linspace(0.15, 0.95, 10)
FLOOR = np.linspace(0, 0.05, 10)
HALF = np.repeat([0.0, 0.95], 5)
MET_OR_NOT = np.repeat([0.95, 0.01], [40, 10])


def ten_classes(draw: Draw) -> tuple[Array, Array, Array]:
    """Targets and recordings (n,), eight recordings of each class, and how hard each clip is (n,), in [0, 1]."""
    sources = recordings(draw)
    return sources // 8, sources, ndtr(alike(draw, sources))


def judged(draw: Draw, targets: Array, sources: Array, right: Array) -> Evidence:
    """The judge's features: wrong clips go to any other class."""
    guesses = np.where(right, targets, (targets + draw.integers(1, 10, size=len(targets))) % 10)
    return Evidence(
        features={JUDGE_IMAGE: np.eye(10)[guesses], JUDGE_CLASSES: np.eye(10)},
        targets=targets,
        classes=tuple("abcdefghij"),
        sources=sources.astype(np.str_),
    )


def of_classes(metric: Metric, *, recalls: Array = RECALLS) -> Callable[[Draw], Estimate]:
    def sample(draw: Draw) -> Estimate:
        targets, sources, hardness = ten_classes(draw)
        return metric.measure(judged(draw, targets, sources, hardness < recalls[targets])).estimate

    return sample


def accuracy_of_equal_classes(draw: Draw) -> Estimate:
    """Ten classes of 28 clips each, in eight recordings of one to six."""
    sizes = [draw.permutation([1, 2, 3, 3, 4, 4, 5, 6]) for _ in RECALLS]
    sources = np.repeat(np.arange(RECORDINGS), np.concatenate(sizes))
    hits = ndtr(alike(draw, sources)) < RECALLS[sources // 8]
    return proportion_estimate(hits, sources=sources, strata=sources // 8)


def accuracy_of_many_classes(draw: Draw) -> Estimate:
    """Fifty classes of two clips, of two recordings; forty were met in training."""
    classes = np.arange(100) // 2
    return proportion_estimate(draw.random(100) < MET_OR_NOT[classes], sources=np.arange(100), strata=classes)


def mean_of_classes(draw: Draw) -> Estimate:
    """Normal, the means of ten classes from -1.5 to 1.5."""
    targets, sources, _ = ten_classes(draw)
    values = alike(draw, sources) + np.linspace(-1.5, 1.5, 10)[targets]
    return mean_estimate(values, sources=sources, strata=targets)


# Distances to a reference, in sixteen dimensions.

REFERENCE = np.random.default_rng(0).normal(size=(500, 16))


def distance(metric: Metric, *, shift: float = 0.5) -> Callable[[Draw], Estimate]:
    def sample(draw: Draw) -> Estimate:
        sources = recordings(draw)
        return metric.measure(seen(sources, alike(draw, sources, 16) + shift)).estimate

    return sample


def seen(sources: Array, rows: Array) -> Evidence:
    """Features that every distance takes for those of its own role."""
    return evidence(
        sources,
        **{DISTANCE_IMAGE: rows, DISTANCE_REFERENCE: REFERENCE, SEMANTIC_IMAGE: rows, SEMANTIC_REFERENCE: REFERENCE},
    )


def clear_and_varied(draw: Draw) -> Estimate:
    """The inception score of logits for eight classes."""
    sources = recordings(draw)
    return inception.measure(evidence(sources, **{DISTANCE_LOGITS: 2 * alike(draw, sources, 8)})).estimate


# Pictures among the true ones of other clips, in sixteen dimensions.


def among_others(metric: Metric) -> Callable[[Draw], Estimate]:
    def sample(draw: Draw) -> Estimate:
        sources = recordings(draw)
        true = alike(draw, sources, 16)
        return metric.measure(matched(sources, true + 1.5 * alike(draw, sources, 16), true)).estimate

    return sample


def matched(sources: Array, rows: Array, true: Array) -> Evidence:
    return evidence(sources, **{JUDGE_IMAGE: rows, JUDGE_TRUE: true, SECOND_JUDGE_IMAGE: rows, SECOND_JUDGE_TRUE: true})


# Differences of two models on the same clips.


def difference(draw: Draw) -> Estimate:
    """Two models that share the hardness of a clip; one is better by 0.3."""
    sources = recordings(draw)
    shared = alike(draw, sources)
    return paired_difference(*(shared + alike(draw, sources) + gain for gain in (0.3, 0.0)), sources=sources)


def difference_of_hits(draw: Draw) -> Estimate:
    """Two proportions, 0.6 and 0.5, of clips that are hard for both."""
    sources = recordings(draw)
    shared = alike(draw, sources)
    a, b = (shared + alike(draw, sources) < limit for limit in (0.358287, 0.0))  # Φ(x / √2) = 0.6
    return paired_difference(a.astype(float), b.astype(float), sources=sources)


def difference_of_classes(draw: Draw) -> Estimate:
    """Balanced accuracy of two models, one better by 0.05 in every class."""
    targets, sources, hardness = ten_classes(draw)
    own = np.clip(hardness + 0.1 * draw.normal(size=len(sources)), 0, 1)
    a, b = (
        balanced_accuracy.measure(judged(draw, targets, sources, how < RECALLS[targets])).estimate
        for how in (hardness, own)
    )
    return block_difference(a, b, sources=sources.astype(np.str_))


def difference_of_distances(draw: Draw, *, shifts: tuple[float, float] = (0.5, 0.6)) -> Estimate:
    """The Fréchet distances of two models that draw much the same."""
    sources = recordings(draw)
    shared = alike(draw, sources, 16)
    a, b = (
        fid.measure(seen(sources, (shared + alike(draw, sources, 16)) / np.sqrt(2) + shift)).estimate
        for shift in shifts
    )
    return block_difference(a, b, sources=sources.astype(np.str_))


def difference_of_ranks(draw: Draw, *, noises: tuple[float, float] = (1.5, 1.8)) -> Estimate:
    """The mean ranks of two models, one nearer to the true pictures."""
    sources = recordings(draw)
    true, shared = alike(draw, sources, 16), alike(draw, sources, 16)
    a, b = (
        iis_rank.measure(
            matched(sources, true + noise * (shared + alike(draw, sources, 16)) / np.sqrt(2), true)
        ).estimate
        for noise in noises
    )
    return block_difference(a, b, sources=sources.astype(np.str_))


def effect(draw: Draw) -> Estimate:
    """d_z = 0.3."""
    sources = recordings(draw)
    return standardised_difference(alike(draw, sources) + 0.3, np.zeros(len(sources)), sources=sources)


@dataclass(frozen=True, kw_only=True)
class Study:
    """One kind of interval."""

    name: str
    sample: Callable[[Draw], Estimate]
    truth: float | None = None
    """``None`` where the interval is about the expected value at this number of clips."""


STUDIES = (
    Study(name="proportion: Wilson, clustered", sample=proportion, truth=0.3),
    Study(name="rare proportion (0.02): Wilson, clustered", sample=rare_proportion, truth=0.02),
    Study(name="mean: t, clustered", sample=mean, truth=0.0),
    Study(name="accuracy: Wilson, within class", sample=of_classes(accuracy), truth=float(RECALLS.mean())),
    Study(
        name="accuracy, classes of one size: Wilson, within class",
        sample=accuracy_of_equal_classes,
        truth=float(RECALLS.mean()),
    ),
    Study(
        name="accuracy of a floor (0.025): Wilson, within class",
        sample=of_classes(accuracy, recalls=FLOOR),
        truth=float(FLOOR.mean()),
    ),
    Study(
        name="accuracy, half of the classes never recognised: Wilson, within class",
        sample=of_classes(accuracy, recalls=HALF),
        truth=float(HALF.mean()),
    ),
    Study(
        name="accuracy, fifty classes of two clips: Wilson, within class",
        sample=accuracy_of_many_classes,
        truth=float(MET_OR_NOT.mean()),
    ),
    Study(name="mean of ten classes: t, within class", sample=mean_of_classes, truth=0.0),
    Study(name="balanced accuracy: jackknife", sample=of_classes(balanced_accuracy), truth=float(RECALLS.mean())),
    Study(name="macro F1: jackknife", sample=of_classes(macro_f1)),
    Study(
        name="balanced accuracy of a floor (0.025): jackknife",
        sample=of_classes(balanced_accuracy, recalls=FLOOR),
        truth=float(FLOOR.mean()),
    ),
    Study(name="macro F1 of a floor: jackknife", sample=of_classes(macro_f1, recalls=FLOOR)),
    Study(name="Fréchet distance: jackknife", sample=distance(fid)),
    Study(name="Fréchet distance, nearly zero: jackknife", sample=distance(fid, shift=0.0)),
    Study(name="kernel distance (KID): jackknife", sample=distance(kid)),
    Study(name="kernel distance (KID), nearly zero: jackknife", sample=distance(kid, shift=0.0)),
    Study(name="CMMD: jackknife", sample=distance(cmmd)),
    Study(name="inception score: jackknife", sample=clear_and_varied),
    Study(name="precision: Wilson, clustered", sample=distance(precision)),
    Study(name="density: t, clustered", sample=distance(density)),
    Study(name="recall: jackknife by quarters", sample=distance(recall)),
    Study(name="recall, near the real pictures: jackknife by quarters", sample=distance(recall, shift=0.0)),
    Study(name="coverage: jackknife", sample=distance(coverage)),
    Study(name="mean rank (iis_rank): jackknife", sample=among_others(iis_rank)),
    Study(name="mean z-score (iis_z): jackknife", sample=among_others(iis_z)),
    Study(name="paired difference: t, clustered", sample=difference, truth=0.3),
    Study(name="paired difference of hits: t, clustered", sample=difference_of_hits, truth=0.1),
    Study(name="difference of balanced accuracies: paired jackknife", sample=difference_of_classes),
    Study(name="difference of Fréchet distances: paired jackknife", sample=difference_of_distances),
    Study(name="difference of mean ranks: paired jackknife", sample=difference_of_ranks),
    Study(name="effect size d_z: jackknife", sample=effect, truth=0.3),
)


# False alarms: two models, or a family of them, that do not differ.


def alarm(draw: Draw) -> bool:
    sources = recordings(draw)
    shared = alike(draw, sources)
    return permutation_p_value(*(shared + alike(draw, sources) for _ in "ab"), sources=sources) < 0.05


def alarm_of_hits(draw: Draw) -> bool:
    sources = recordings(draw)
    shared = alike(draw, sources)
    a, b = ((shared + alike(draw, sources) < 0).astype(float) for _ in "ab")
    return permutation_p_value(a, b, sources=sources) < 0.05


def alarm_of_distances(draw: Draw) -> bool:
    return t_p_value(difference_of_distances(draw, shifts=(0.5, 0.5))) < 0.05


def alarm_of_ranks(draw: Draw) -> bool:
    return t_p_value(difference_of_ranks(draw, noises=(1.5, 1.5))) < 0.05


def alarm_in_a_family(draw: Draw) -> bool:
    """Six models, each compared with each: fifteen tests that depend on each other."""
    sources = recordings(draw)
    shared = alike(draw, sources)
    hits = [(shared + alike(draw, sources) < 0).astype(float) for _ in range(6)]
    pairs = [(a, b) for place, a in enumerate(hits) for b in hits[:place]]
    return bool(holm(np.array([permutation_p_value(a, b, sources=sources) for a, b in pairs])).min() < 0.05)


ALARMS = {
    "permutation test of means": alarm,
    "permutation test of hits": alarm_of_hits,
    "t test by paired jackknife, Fréchet distances": alarm_of_distances,
    "t test by paired jackknife, mean ranks": alarm_of_ranks,
    "Holm's family of 15 permutation tests": alarm_in_a_family,
}


@pytest.fixture(scope="module")
def table() -> Iterator[list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    yield rows
    heading = ("interval or test", f"of {SAMPLES:,} samples")
    write_table("EVALSUITE_COVERAGE", heading, rows, by="tests/unit/test_stats_coverage.py")


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)
def test_coverage(study: Study, table: list[tuple[str, str]]) -> None:
    draw = np.random.default_rng(SEED)
    estimates = [study.sample(draw) for _ in range(SAMPLES)]
    truth = np.mean([e.value for e in estimates]) if study.truth is None else study.truth
    held = np.mean([e.low <= truth <= e.high for e in estimates])
    table.append((study.name, f"{held:.1%} hold the truth"))
    assert 0.92 <= held <= 0.98


@pytest.mark.parametrize("name", ALARMS)
def test_false_alarms(name: str, table: list[tuple[str, str]]) -> None:
    draw = np.random.default_rng(SEED)
    rate = np.mean([ALARMS[name](draw) for _ in range(SAMPLES)])
    table.append((name, f"{rate:.1%} raise a false alarm"))
    # The rate of a test that keeps its word lies above this once in forty studies.
    assert rate <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / SAMPLES)
