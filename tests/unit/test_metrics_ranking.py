"""Ranks and z-scores against their definitions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalsuite.metrics import (
    CosineMatrix,
    cosine_matrix,
    cosine_rows,
    pair_rank_score,
    pair_rank_values,
    pair_z_score,
    pair_z_values,
    ranking,
)
from evalsuite.metrics.base import SECOND_AUDIO_SIMILARITY_AUDIO, SECOND_AUDIO_SIMILARITY_IMAGE, Evidence
from evalsuite.metrics.ranking import PairRank, PairZ, ais_rank, ais_z
from evalsuite.stats import blocks, jackknife_estimate, leave_out

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = npt.NDArray[np.float64]
sizes = st.tuples(st.integers(3, 30), st.integers(2, 8), st.integers(0, 2**32 - 1))


def pair(size: tuple[int, int, int]) -> tuple[Rows, Rows]:
    """Pictures and sounds; each picture has something of its sound."""
    n, d, seed = size
    draw = np.random.default_rng(seed)
    sounds = draw.normal(size=(n, d))
    return sounds + 2 * draw.normal(size=(n, d)), sounds


def ranks(s: Rows) -> list[float]:
    return [sum(s[i, i] > s[i, j] for j in range(len(s))) / len(s) for i in range(len(s))]


def z_scores(s: Rows) -> list[float]:
    """As the code of MACS: one sound, all pictures but its own."""
    others = [np.array([s[j, i] for j in range(len(s)) if j != i]) for i in range(len(s))]
    return [(s[i, i] - other.mean()) / other.std() for i, other in enumerate(others)]


@settings(deadline=None)
@given(sizes)
def test_agrees_with_the_definition(size: tuple[int, int, int]) -> None:
    similarities = cosine_matrix(*pair((size[0], size[1] + 1, size[2])))
    np.testing.assert_allclose(pair_rank_values(similarities), ranks(similarities), rtol=1e-12)
    np.testing.assert_allclose(pair_z_values(similarities), z_scores(similarities), rtol=1e-6, atol=1e-9)
    assert pair_rank_score(similarities) == pytest.approx(np.mean(ranks(similarities)), rel=1e-12)
    assert pair_z_score(similarities) == pytest.approx(np.mean(z_scores(similarities)), rel=1e-6, abs=1e-9)


def test_axes_by_hand() -> None:
    # Rows are pictures, columns clips. Picture 0 is less similar to clip 2 alone, picture 2 to both others.
    similarities = np.array([[0.5, 0.7, 0.1], [0.2, 0.6, 0.9], [0.4, 0.0, 0.8]])
    np.testing.assert_allclose(pair_rank_values(similarities), [1 / 3, 1 / 3, 2 / 3])
    # Of clip 0 the other pictures have 0.2 and 0.4: mean 0.3, deviation 0.1.
    np.testing.assert_allclose(pair_z_values(similarities), [2, (0.6 - 0.35) / 0.35, (0.8 - 0.5) / 0.4], rtol=1e-9)


def test_the_own_clip_is_a_candidate_that_is_never_beaten() -> None:
    assert pair_rank_score(np.eye(10)) == pytest.approx(0.9)
    assert pair_rank_score(-np.eye(10)) == 0
    assert pair_rank_score(np.ones((10, 10))) == 0


def test_equal_sounds_tie_wherever_they_stand() -> None:
    pictures, sounds = pair((60, 33, 0))
    np.testing.assert_array_equal(pair_rank_values(CosineMatrix(pictures, np.repeat(sounds[:1], 60, axis=0))), 0)


@settings(max_examples=30, deadline=None)
@given(sizes, st.floats(0.01, 100), st.floats(-3, 3))
def test_order_scale_and_offset_do_not_matter(size: tuple[int, int, int], scale: float, offset: float) -> None:
    similarities = cosine_matrix(*pair((size[0], size[1] + 1, size[2])))
    order = np.random.default_rng(size[2]).permutation(size[0])
    for values in (pair_rank_values, pair_z_values):
        np.testing.assert_allclose(
            values(similarities[order][:, order]), values(similarities)[order], rtol=1e-6, atol=1e-9
        )
    changed = pair_z_score(scale * similarities + offset)
    assert changed == pytest.approx(pair_z_score(similarities), rel=1e-6, abs=1e-8)


def test_reads_a_matrix_that_is_never_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures, sounds = pair((50, 6, 1))
    whole = cosine_matrix(pictures, sounds)
    monkeypatch.setattr(ranking, "TILE", 7 * 50)
    lazy = CosineMatrix(pictures, sounds)
    np.testing.assert_allclose(lazy.diagonal(), cosine_rows(pictures, sounds), rtol=1e-12)
    np.testing.assert_allclose(lazy[7:14], whole[7:14], rtol=1e-12)
    np.testing.assert_allclose(pair_rank_values(lazy), pair_rank_values(whole), rtol=1e-12)
    np.testing.assert_allclose(pair_z_values(lazy), pair_z_values(whole), rtol=1e-9)


def test_z_is_undefined_where_the_others_are_alike() -> None:
    alike = np.full((5, 5), 0.3) + np.diag([0.1, 0, 0, 0, 0])
    values = pair_z_values(alike)
    assert np.isnan(values[0])  # all pictures but its own are as similar to clip 0
    assert np.isnan(values).all()
    assert np.isnan(pair_z_values(np.ones((1, 1)))).all()


def evidence(n: int, *, same_picture: bool = False) -> Evidence:
    pictures, sounds = pair((n, 12, 2))
    if same_picture:
        pictures = np.repeat(pictures[:1], n, axis=0)
    return Evidence(
        features={SECOND_AUDIO_SIMILARITY_IMAGE: pictures, SECOND_AUDIO_SIMILARITY_AUDIO: sounds},
        targets=np.zeros(n, dtype=np.int_),
        classes=("any",),
        sources=np.array([f"recording {i // 3}" for i in range(n)]),
    )


@pytest.mark.parametrize(("metric", "score"), [(ais_rank, pair_rank_score), (ais_z, pair_z_score)])
def test_the_interval_leaves_clips_and_candidates_out_together(
    metric: PairRank | PairZ, score: Callable[[Rows], float]
) -> None:
    outcome = metric.measure(evidence(90))
    similarities = cosine_matrix(*(evidence(90).features[key] for key in metric.needs))
    assert outcome.per_clip is not None
    assert outcome.per_clip.mean() == pytest.approx(outcome.estimate.value, rel=1e-12)
    assert outcome.estimate.value == pytest.approx(score(similarities), rel=1e-9)
    block = blocks(evidence(90).sources)
    again = leave_out(lambda keep: score(similarities[np.ix_(keep, keep)]), block=block)
    expected = jackknife_estimate(score(similarities), without=lambda _: again, sources=evidence(90).sources)
    assert outcome.estimate.standard_error == pytest.approx(expected.standard_error, rel=1e-9)


def test_chance_is_met_by_pictures_that_say_nothing() -> None:
    draw = np.random.default_rng(5)
    assert ais_rank.measure(evidence(40)).chance == pytest.approx(39 / 80)
    scores = [pair_rank_score(cosine_matrix(*draw.normal(size=(2, 40, 6)))) for _ in range(300)]
    assert np.mean(scores) == pytest.approx(39 / 80, abs=3.5 * np.std(scores) / math.sqrt(300))
    assert ais_z.measure(evidence(40)).chance == 0


def test_a_model_that_draws_one_picture_has_no_z() -> None:
    outcome = ais_z.measure(evidence(40, same_picture=True))
    assert outcome.estimate.method == "not defined: all other pictures are alike to clip 0"
    assert math.isnan(outcome.estimate.value)
    assert outcome.per_clip is None
    assert math.isfinite(ais_rank.measure(evidence(40, same_picture=True)).estimate.value)


def test_says_what_is_wrong() -> None:
    broken = np.ones((3, 3))
    broken[1, 2] = np.nan
    for values in (pair_rank_values, pair_z_values):
        with pytest.raises(ValueError, match=r"shape \(n, n\)"):
            values(np.ones((3, 2)))
        with pytest.raises(ValueError, match=r"NaN, first in row 1"):
            values(broken)
