"""What control reads off pictures, held against drawings whose truth is known. Prints the figures of docs/control.md.

pytest tests/integration/test_control_truth.py -s
"""

from __future__ import annotations

import sys
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evalsuite.encoders.clipseg import clipseg_towers
from evalsuite.encoders.open_clip import open_clip_towers
from evalsuite.metrics.base import JUDGE_CLASSES, JUDGE_IMAGE, JUDGE_PAIRS, Evidence, Steps
from evalsuite.metrics.control.readings import named_classes
from evalsuite.miniworld.concepts import concepts_of
from evalsuite.miniworld.scenes import DISTANCES, Scene, object_mask, render
from evalsuite.resources import resolve_weights
from evalsuite.stats import spearman

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from evalsuite.audio.clip import Picture
    from evalsuite.running.roles import Towers

pytestmark = pytest.mark.usefixtures("checkpoints")

CONCEPTS = concepts_of("esc50")
LABELS = tuple(concept.label for concept in CONCEPTS)
TEMPLATE = "This is a photo of {}."
PAIRS = tuple(combinations(range(len(CONCEPTS)), 2))


@pytest.fixture(scope="module")
def judge() -> Towers:
    return open_clip_towers(weights=resolve_weights("mini:judge_clip"), device="cpu")


def named(judge: Towers, pictures: Sequence[Picture]) -> npt.NDArray[np.bool_]:
    n = len(pictures)
    features = {
        JUDGE_IMAGE: judge["image"].embed(pictures),
        JUDGE_CLASSES: judge["text"].embed([TEMPLATE.format(label) for label in LABELS]),
        JUDGE_PAIRS: judge["text"].embed([TEMPLATE.format(f"{LABELS[a]} and {LABELS[b]}") for a, b in PAIRS]),
    }
    zeros = np.zeros(n, dtype=int)
    steps = Steps(subjects=zeros, doses=zeros.astype(float), asked=zeros.astype(float), takes=zeros, second=zeros - 1)
    return named_classes(
        Evidence(features=features, targets=zeros, classes=LABELS, sources=zeros.astype(str), steps=steps)
    )


def test_the_segmenter_reads_sizes_off_drawings():
    segmenter = clipseg_towers(weights=resolve_weights("mini:clipseg"), device="cpu", clip="mini:clip")["segment"]
    scenes = [Scene((concept.name,), distance) for concept in CONCEPTS for distance in DISTANCES]
    found = segmenter.embed([(render(scene), label) for scene, label in zip(scenes, np.repeat(LABELS, 3), strict=True)])
    read, true = found[:, 0], np.array([object_mask(scene).mean() for scene in scenes])
    along = float(spearman(true[None], read[None])[0])
    error = float(np.abs(read - true).mean())
    ladders = read.reshape(len(CONCEPTS), len(DISTANCES))  # near, mid, far
    in_order = float(np.mean((np.diff(ladders, axis=1) < 0).all(axis=1)))
    sys.stdout.write(
        f"size: Spearman {along:.3f}, mean absolute error {error:.3f}, in order for {in_order:.2f} of the classes\n"
    )
    assert along >= 0.9
    assert error <= 0.03
    assert in_order >= 0.9


def test_the_judge_names_two_sources_and_no_more_than_there_are(judge: Towers):
    chosen = [PAIRS[row] for row in np.random.default_rng(0).choice(len(PAIRS), 200, replace=False)]
    drawn = [render(Scene((CONCEPTS[a].name, CONCEPTS[b].name))) for a, b in chosen]
    seen = named(judge, drawn)
    both = float(np.mean([seen[row, a] and seen[row, b] for row, (a, b) in enumerate(chosen)]))
    alone = named(judge, [render(Scene((concept.name,))) for concept in CONCEPTS])
    right = float(np.mean(alone.sum(axis=1) == 1) * np.mean(np.diag(alone)))
    sys.stdout.write(f"two sources: both named in {both:.3f}; one source: it alone named in {right:.3f}\n")
    assert both >= 0.95
    assert right >= 0.95
