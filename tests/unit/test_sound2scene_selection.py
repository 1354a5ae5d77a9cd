from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from baselines.sound2scene.selection import FrameScorer, best
from evalsuite.miniworld.videos import MiniVideos

if TYPE_CHECKING:
    from pathlib import Path


def test_best_come_first_and_ties_go_to_the_earlier():
    assert best(np.array([0.1, 0.9, 0.5, 0.9], np.float32), kept=3).tolist() == [1, 3, 2]
    assert best(np.array([0.2, 0.1], np.float32), kept=10).tolist() == [0, 1]


def test_data_set_knows_about_half_of_its_frames_to_show_the_source():
    videos = MiniVideos()
    shown = [videos.shows_source(info) for info in videos.manifest()[::10]]
    assert {len(some) for some in shown} == {8}
    assert 0.45 < np.mean(shown) < 0.6


def test_score_is_the_probability_that_both_name_the_same_class(checkpoints: Path):
    videos = MiniVideos()
    info = videos.manifest()[60]
    clip, frames = videos.load(info), videos.frames(info)
    scorer = FrameScorer(clip=checkpoints / "clip", clap=checkpoints / "clap", vocabulary=videos.classes, device="cpu")
    scores, seen, heard = scorer.scores(clip, frames), scorer._seen(frames), scorer._heard(clip)
    np.testing.assert_allclose(seen.sum(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(heard.sum(), 1, atol=1e-4)
    np.testing.assert_allclose(scores, [sum(frame * heard[0]) for frame in seen], rtol=1e-4)
    assert scores.shape == (8,)
    np.testing.assert_allclose(scorer.scores(clip, frames[::-1])[::-1], scores, atol=1e-5)


def test_selection_finds_the_source_more_often_than_chance(checkpoints: Path):
    videos = MiniVideos()
    scorer = FrameScorer(clip=checkpoints / "clip", clap=checkpoints / "clap", vocabulary=videos.classes, device="cpu")
    chosen, everything = [], []
    for info in videos.manifest()[::125]:
        shown = np.array(videos.shows_source(info))
        chosen += shown[best(scorer.scores(videos.load(info), videos.frames(info)), kept=2)].tolist()
        everything += shown.tolist()
    assert np.mean(chosen) > np.mean(everything) + 0.15
