"""Held-out figures of the segmenter: how far its masks agree with where things are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evalsuite.encoders.clipseg import THRESHOLD, extent
from evalsuite.encoders.clipseg_masks import open_segmenter
from evalsuite.miniworld.concepts import BY_NAME, CONCEPTS
from evalsuite.miniworld.pretrain.pictures import held_out_pairs, held_out_singles
from evalsuite.miniworld.scenes import DISTANCES, object_mask, render_all
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from evalsuite.encoders.clipseg_masks import Segmenter
    from evalsuite.miniworld.scenes import Scene

    Found = npt.NDArray[np.bool_]

EVERY = 16
"""Of the many held-out scenes of two, every so many-th is looked at."""


def segmenter_figures(output: Path) -> dict[str, float]:
    """Return how well the segmenter finds what is named, by its plain label, in held-out drawings.

    ``iou`` is the overlap of what is found with what is there, over the union of both; an area error is the mean
    absolute difference of their shares of the picture; the absent area is the share found of what is not there; and
    pieces are right where there are as many of what is found as of what is there.
    """
    segmenter = open_segmenter(weights=output / "clipseg", device="cpu", clip=str(output / "clip"))
    singles, pairs = held_out_singles(), held_out_pairs()[::EVERY]
    names = [scene.concepts[0] for scene in singles]
    found, truth = _found(segmenter, singles, names), _truth(singles, names)
    errors = np.abs(_shares(found) - _shares(truth))
    distances = np.array([scene.distance for scene in singles])
    both = [_found(segmenter, pairs, [scene.concepts[side] for scene in pairs]) for side in (0, 1)]
    there = [_truth(pairs, [scene.concepts[side] for scene in pairs]) for side in (0, 1)]
    return {
        "segmenter_iou": float(_overlaps(found, truth).mean()),
        **{f"segmenter_area_error_{near}": float(errors[distances == near].mean()) for near in DISTANCES},
        "segmenter_absent_area": float(_shares(_found(segmenter, singles, _absent(singles))).mean()),
        "segmenter_pieces_right": float(np.mean([_pieces(a) == _pieces(b) for a, b in zip(found, truth, strict=True)])),
        "segmenter_pairs_iou": float(np.mean([_overlaps(a, b).mean() for a, b in zip(both, there, strict=True)])),
        "segmenter_pairs_area_error": float(np.mean(np.abs(_shares(np.stack(both)) - _shares(np.stack(there))))),
    }


def _found(segmenter: Segmenter, scenes: Sequence[Scene], names: Sequence[str]) -> Found:
    """Return where the segmenter sees each concept, bool (n, 64, 64)."""
    labels = [BY_NAME[name].label for name in names]
    return segmenter.masks(list(zip(render_all(scenes), labels, strict=True))) > THRESHOLD


def _truth(scenes: Sequence[Scene], names: Sequence[str]) -> Found:
    """Return where each concept is, bool (n, 64, 64)."""
    return np.stack([object_mask(scene, of=name) for scene, name in zip(scenes, names, strict=True)])


def _absent(scenes: Sequence[Scene]) -> list[str]:
    """Return for each scene the name of a concept that it does not show."""
    rng = np.random.default_rng(derive_seed(0, "check", "absent"))
    others = [[concept.name for concept in CONCEPTS if concept.name not in scene.concepts] for scene in scenes]
    return [names[int(rng.integers(len(names)))] for names in others]


def _overlaps(found: Found, truth: Found) -> npt.NDArray[np.float64]:
    union = (found | truth).sum(axis=(1, 2))
    overlaps: npt.NDArray[np.float64] = (found & truth).sum(axis=(1, 2)) / np.maximum(union, 1)
    return overlaps


def _shares(masks: Found) -> npt.NDArray[np.float64]:
    shares: npt.NDArray[np.float64] = masks.mean(axis=(-2, -1))
    return shares


def _pieces(mask: Found) -> int:
    return extent(mask.astype(np.float32))[1]
