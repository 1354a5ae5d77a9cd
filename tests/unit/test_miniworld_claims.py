"""Captions that claim part of a scene, and the loss that knows which scenes they are true of."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.pretrain.claims import agreement, claim, contrastive_loss
from evalsuite.miniworld.scenes import DISTANCES, PLACES, TIMES, Scene

# Few concepts and many scenes, so that a claim is often true of another scene than its own.
NAMES = [concept.name for concept in CONCEPTS[:3]]
PHRASES = {
    "close up": "near",
    "nearby": "mid",
    "far away": "far",
    "by day": "day",
    "at night": "night",
    "in a field": "field",
    "on a beach": "beach",
    "on a street": "street",
    "in a hall": "hall",
}

singles = st.builds(
    Scene,
    st.tuples(st.sampled_from(NAMES)),
    st.sampled_from(DISTANCES),
    st.sampled_from(TIMES),
    st.sampled_from(PLACES),
)
pairs = st.builds(
    Scene,
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.just("mid"),
    st.sampled_from(TIMES),
    st.sampled_from(PLACES),
)
scenes = st.one_of(singles, pairs)
seeds = st.integers(0, 2**32)
unhurried = settings(deadline=None, max_examples=60)


def facts(scene: Scene) -> tuple[str, str, str]:
    return scene.distance, scene.time, scene.place


@unhurried
@given(scenes, seeds)
def test_claim_is_true_of_its_own_scene(scene: Scene, seed: int) -> None:
    made = claim(scene, np.random.default_rng(seed))
    assert made.holds(scene)
    assert all(PHRASES[phrase] in facts(scene) for phrase in PHRASES if phrase in made.text)


@unhurried
@given(st.lists(scenes, min_size=1, max_size=8), st.lists(scenes, min_size=1, max_size=8), seeds)
def test_agreement_is_true_exactly_where_the_caption_holds(shown: list[Scene], told: list[Scene], seed: int) -> None:
    rng = np.random.default_rng(seed)
    claims = [claim(scene, rng) for scene in told]
    found = agreement(claims, shown)
    assert found.shape == (len(told), len(shown))
    for i, made in enumerate(claims):
        for j, scene in enumerate(shown):
            stated = [(said, fact) for said, fact in zip(made.attributes, facts(scene), strict=True) if said]
            true = made.concepts == scene.concepts and all(said == fact for said, fact in stated)
            assert found[i, j].item() == float(true)
            if any(PHRASES[phrase] not in facts(scene) for phrase in PHRASES if phrase in made.text):
                assert not true


@unhurried
@given(st.integers(2, 6), seeds)
def test_loss_is_that_of_clip_where_no_two_items_agree(n: int, seed: int) -> None:
    logits = torch.randn(n, n, generator=torch.Generator().manual_seed(seed))
    target = torch.arange(n)
    clip = (functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)) / 2
    torch.testing.assert_close(contrastive_loss(logits, torch.eye(n)), clip)


def test_loss_does_not_push_true_pairs_apart() -> None:
    """Of two equal scenes, either caption is right: the best logits are equal, and no better ones exist."""
    same = torch.ones(2, 2)
    even = contrastive_loss(torch.zeros(2, 2), same)
    assert even < contrastive_loss(3 * torch.eye(2), same)
