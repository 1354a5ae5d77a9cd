from __future__ import annotations

import numpy as np
import pytest

from baselines.sonification.capacity import measure
from baselines.sonification.index import build_index, normalised_rows
from baselines.sonification.retrieval import Match, Nearest, Wish, assign, barred_pairs, nearest_sounds, reciprocal
from evalsuite.datasets.pool import PoolItem


def features(count: int, *, dim: int = 32, topics: int = 20, seed: int = 0) -> np.ndarray:
    centres = np.random.default_rng(0).standard_normal((topics, dim))
    rng = np.random.default_rng(seed)
    return (centres[rng.integers(topics, size=count)] + 0.4 * rng.standard_normal((count, dim))).astype(np.float32)


def nearest(rows: list[list[int]], similarities: list[list[float]]) -> Nearest:
    found = np.array(rows)
    return Nearest(rows=found, similarities=np.array(similarities, np.float32), usable=found >= 0)


def granted(wishes: list[Wish], among: Nearest, **settings: object) -> list[Match]:
    asked = {"threshold": 0.0, "uses": 10, "barred": {}, "sounds": 9} | settings
    return list(assign(wishes, among, **asked))  # type: ignore[arg-type]


def test_a_small_index_is_the_whole_cosine_ranking():
    sounds, texts = features(300), features(20, seed=1)
    similarities, rows = build_index(sounds).search(normalised_rows(texts), k=7)
    cosines = texts @ sounds.T / np.linalg.norm(texts, axis=1)[:, None] / np.linalg.norm(sounds, axis=1)
    np.testing.assert_array_equal(rows, np.argsort(-cosines, axis=1)[:, :7])
    np.testing.assert_allclose(similarities, -np.sort(-cosines, axis=1)[:, :7], atol=1e-5)


def test_a_large_index_finds_nearly_the_same_and_tells_true_similarities():
    sounds, texts = features(6_000), normalised_rows(features(50, seed=1))
    index = build_index(sounds, exact_up_to=5_999)
    assert not index.exact
    similarities, rows = index.search(texts, k=50)
    _, true = build_index(sounds).search(texts, k=10)
    recall = np.mean([np.isin(wanted, found).mean() for wanted, found in zip(true, rows[:, :10], strict=True)])
    assert recall >= 0.9
    cosines = np.take_along_axis(texts @ index.features.T, rows, axis=1)
    np.testing.assert_allclose(similarities, cosines, atol=2e-3)  # of half-precision vectors


@pytest.mark.parametrize("dim", [97, 100])
def test_a_large_index_takes_features_of_any_width(dim: int):
    sounds, texts = features(2_000, dim=dim), normalised_rows(features(50, dim=dim, seed=1))
    index = build_index(sounds, exact_up_to=0)
    similarities, rows = index.search(texts, k=50)
    _, true = build_index(sounds).search(texts, k=10)
    recall = np.mean([np.isin(wanted, found).mean() for wanted, found in zip(true, rows[:, :10], strict=True)])
    assert recall >= 0.9
    assert index.features.shape == sounds.shape
    cosines = np.take_along_axis(texts @ index.features.T, rows, axis=1)
    np.testing.assert_allclose(similarities, cosines, atol=2e-3)


def test_more_neighbours_than_sounds_are_all_sounds():
    _, rows = build_index(features(3)).search(normalised_rows(features(2, seed=1)), k=50)
    assert np.sort(rows, axis=1).tolist() == [[0, 1, 2]] * 2


def test_a_sound_that_all_but_equals_a_nearer_one_is_not_used():
    sounds = features(10)
    sounds[7] = 3 * sounds[2] + 1e-4
    found = nearest_sounds(sounds[2:3], build_index(sounds), k=10, near_identical=0.999)
    assert set(found.rows[0, :2]) == {2, 7}
    assert found.usable[0].tolist() == [True, False, *[True] * 8]


def test_a_sound_serves_the_concept_it_is_nearest_to():
    among = nearest([[0, 1], [1, 2]], [[0.9, 0.8], [0.85, 0.7]])
    assert reciprocal(among, margin=0, sounds=3).usable.tolist() == [[True, False], [True, True]]
    assert reciprocal(among, margin=0.06, sounds=3).usable.all()


def test_pictures_of_one_concept_are_spread_before_any_sound_is_used_twice():
    among = nearest([[4, 5, 6]], [[0.9, 0.8, 0.1]])
    matches = granted([Wish(picture, 0, 0.5) for picture in range(5)], among, threshold=0.5)
    assert [match.sound for match in matches] == [4, 5, 4, 5, 4]
    assert [match.rank for match in matches] == [1, 2, 1, 2, 1]
    assert min(match.similarity for match in matches) >= 0.5


def test_no_sound_is_used_more_often_than_allowed_and_the_surest_go_first():
    among = nearest([[4, 5]], [[0.9, 0.8]])
    matches = granted([Wish(picture, 0, picture / 10) for picture in range(5)], among, uses=2)
    assert [match.wish.picture for match in matches] == [4, 3, 2, 1]
    assert np.bincount([match.sound for match in matches]).max() == 2


def test_the_cap_counts_over_all_concepts():
    among = nearest([[4], [4]], [[0.9], [0.8]])
    assert [match.wish for match in granted([Wish(0, 0, 0.9), Wish(1, 1, 0.8)], among, uses=1)] == [Wish(0, 0, 0.9)]


def item(name: str, sha256: str, source: str) -> PoolItem:
    return PoolItem(id=name, sha256=sha256, source=source)


def test_a_picture_never_gets_a_sound_of_its_own_source_or_content():
    pictures = [item("a.png", "1", "a"), item("b.png", "2", "b"), item("c.png", "3", "c")]
    sounds = [item("x.wav", "2", "x"), item("c.wav", "4", "c"), item("y.wav", "5", "y")]
    barred = barred_pairs(pictures, sounds)
    assert barred == {1: {0}, 2: {1}}
    among = nearest([[0, 1, 2]], [[0.9, 0.9, 0.8]])
    matches = granted([Wish(row, 0, 0.5) for row in range(3)] * 3, among, barred=barred, sounds=3)
    assert len(matches) == 9
    assert not [match for match in matches if match.sound in barred.get(match.wish.picture, ())]


def test_what_has_equal_content_is_of_all_its_sources():
    pictures = [item("a.png", "1", "a"), item("b.png", "2", "b"), item("c.png", "1", "c"), item("d.png", "3", "d")]
    sounds = [item("a.wav", "4", "a"), item("c.wav", "5", "c")]
    assert barred_pairs(pictures, sounds, copies=[item("b.wav", "4", "b")]) == {0: {0, 1}, 1: {0}, 2: {0, 1}}


def test_the_study_of_large_pools_pairs_and_measures():
    measured = measure(2_000, 1_000)
    assert 500 < measured["pairs"] <= 2_000
    assert 0.9 < measured["recall_at_10"] <= 1


@pytest.mark.slow
def test_a_million_pictures_against_a_million_clips_fit_in_24_gigabytes():
    measured = measure(1_000_000, 1_000_000)
    assert measured["peak_rss_gb"] < 24
    assert measured["recall_at_10"] > 0.8
