"""Held-out figures: how good the checkpoints are, measured on what none of them was trained on."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.encoders.open_clip import open_clip_towers
from evalsuite.metrics import cosine_matrix
from evalsuite.miniworld.backgrounds import background
from evalsuite.miniworld.captions import caption
from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.pretrain.pictures import held_out_singles, to_tensor
from evalsuite.miniworld.scenes import PLACES, TIMES, Scene, is_held_out, object_mask, render, render_all
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from evalsuite.audio.clip import Picture

    Draw = Callable[[Sequence[str], Sequence[int]], Picture]

TEMPLATE = "This is a photo of {}."


class Judge:
    """Zero-shot classification of pictures into the fifty ESC-50 classes, as the protocol's judge does it."""

    def __init__(self, folder: Path) -> None:
        towers = open_clip_towers(weights=folder, device="cpu")
        self._image = towers["image"]
        self._texts = towers["text"].embed([TEMPLATE.format(concept.label) for concept in CONCEPTS])

    def names(self, pictures: Picture) -> list[str]:
        """Return the name of the concept seen in each picture."""
        seen = cosine_matrix(self._image.embed(list(pictures)), self._texts).argmax(axis=1)
        return [CONCEPTS[int(index)].name for index in seen]

    def accuracy(self, scenes: Sequence[Scene], pictures: Picture) -> float:
        """Return the share of one-source scenes whose concept is seen."""
        return _share(name == scene.concepts[0] for name, scene in zip(self.names(pictures), scenes, strict=True))


def judge_figures(judge: Judge, reconstruct: Callable[[Picture], Picture]) -> dict[str, float]:
    """Return the judge's accuracy on held-out drawings, and on what the autoencoder makes of them."""
    scenes = list(held_out_singles())
    drawn = render_all(scenes)
    return {
        "judge_accuracy_on_drawings": judge.accuracy(scenes, drawn),
        "judge_accuracy_on_reconstructions": judge.accuracy(scenes, reconstruct(drawn)),
    }


def drawing_figures(draw: Draw, judge: Judge, *, per_class: int = 8) -> dict[str, float]:
    """Return how often the judge recognises what the plain label draws: overall, and of the worst class."""
    scenes = [Scene((concept.name,)) for concept in CONCEPTS for _ in range(per_class)]
    pictures = draw([caption(scene) for scene in scenes], _seeds("drawing", len(scenes)))
    right = np.array([name == scene.concepts[0] for name, scene in zip(judge.names(pictures), scenes, strict=True)])
    return {
        "drawn_accuracy": float(right.mean()),
        "drawn_accuracy_of_worst_class": float(right.reshape(-1, per_class).mean(axis=1).min()),
    }


def distance_figures(draw: Draw, judge: Judge, *, per_class: int = 4) -> dict[str, float]:
    """Return whether far objects are there, whether nearer is larger, and the near/far area ratio against the truth."""
    concepts = [concept.name for concept in CONCEPTS for _ in range(per_class)]
    seeds = _seeds("distance", len(concepts))
    far, near = ([Scene((name,), distance) for name in concepts] for distance in ("far", "near"))
    far_pictures, near_pictures = (draw([caption(scene) for scene in scenes], seeds) for scenes in (far, near))
    far_area, near_area = _areas(far_pictures), _areas(near_pictures)
    true_ratio = np.median(_areas(render_all(near)) / _areas(render_all(far)))
    ratio = np.median(near_area / np.maximum(far_area, 1))
    return {
        "far_present": judge.accuracy(far, far_pictures),
        "nearer_is_larger": _share(near_area > far_area),
        "area_ratio": float(ratio),
        "area_ratio_over_truth": float(ratio / true_ratio),
    }


def _areas(pictures: Picture, *, time: str = "day", place: str = "field") -> npt.NDArray[np.float64]:
    """Return how many pixels of each picture differ clearly from the empty scene, which is known."""
    empty = np.asarray(background(place, time)).astype(int)
    differs = np.abs(pictures.astype(int) - empty).max(axis=3) > 40
    return np.asarray(differs.sum(axis=(1, 2)), dtype=np.float64)


def pair_figures(draw: Draw, tagger: Path, *, prompts: int = 200) -> dict[str, float]:
    """Return how often two-source prompts show both sources, for pairs met in training and for pairs never met.

    Two graders: each half's nearest drawing in pixels, which forgives nothing, and the classifier's two strongest
    tags. Their own accuracy on real drawings says how far to trust them.
    """
    pools: dict[str, list[Scene]] = {"trained": [], "held_out": []}
    for first, second in combinations(CONCEPTS, 2):
        pair = Scene((first.name, second.name))
        pools["held_out" if is_held_out(pair) else "trained"].append(pair)
    figures: dict[str, float] = {}
    for pool, scenes in pools.items():
        rng = np.random.default_rng(derive_seed(0, "pairs", pool))
        some = [scenes[int(i)] for i in rng.choice(len(scenes), min(prompts, len(scenes)), replace=False)]
        pictures = draw([caption(scene) for scene in some], _seeds(f"pairs/{pool}", len(some)))
        figures[f"pairs_{pool}_by_pixels"] = _share(_both_by_pixels(some, pictures))
        figures[f"pairs_{pool}_by_tags"] = _share(_both_by_tags(some, pictures, tagger))
        figures[f"pairs_{pool}_real_by_tags"] = _share(_both_by_tags(some, render_all(some), tagger))
    return figures


def _both_by_pixels(scenes: Sequence[Scene], pictures: Picture) -> list[bool]:
    """Whether each half is nearest, in mean squared error, to the drawing that belongs there, among all drawings."""
    # A pair of equal sources draws every concept on both sides.
    drawn = render_all([Scene((concept.name,) * 2) for concept in CONCEPTS]).astype(np.float32)
    names = [concept.name for concept in CONCEPTS]
    both = []
    for scene, picture in zip(scenes, pictures.astype(np.float32), strict=True):
        halves = [slice(0, 32), slice(32, 64)]
        nearest = [
            names[int(np.square(drawn[:, :, half] - picture[:, half]).mean(axis=(1, 2, 3)).argmin())] for half in halves
        ]
        both.append(tuple(nearest) == scene.concepts)
    return both


def _both_by_tags(scenes: Sequence[Scene], pictures: Picture, tagger: Path) -> list[bool]:
    """Whether the classifier's two strongest concept tags are the two sources."""
    import torch
    from transformers import ResNetForImageClassification

    model = ResNetForImageClassification.from_pretrained(tagger).float().eval()
    pixels = to_tensor(pictures)
    with torch.inference_mode():
        logits = model(pixels).logits[:, : len(CONCEPTS)]
    strongest = logits.topk(2, dim=1).indices.tolist()
    return [
        {CONCEPTS[i].name for i in rows} == set(scene.concepts) for rows, scene in zip(strongest, scenes, strict=True)
    ]


def attribute_figures(draw: Draw) -> dict[str, float]:
    """Return how often time and place are drawn as told: the picture's border is nearest to the right background."""
    places = [(time, place) for time in TIMES for place in PLACES]
    scenes = [Scene((c.name,), "mid", time, place) for c in CONCEPTS[::5] for time, place in places]
    pictures = draw([caption(scene) for scene in scenes], _seeds("attributes", len(scenes)))
    empty = np.stack([np.asarray(background(place, time)) for time, place in places]).astype(float)
    right = []
    for scene, picture in zip(scenes, pictures.astype(float), strict=True):
        outside = ~object_mask(scene)
        error = np.square(empty - picture)[:, outside].mean(axis=(1, 2))
        right.append(places[int(error.argmin())] == (scene.time, scene.place))
    return {"background_as_told": _share(right)}


def contact_sheets(draw: Draw) -> dict[str, Picture]:
    """Return the real and the drawn contact sheet, twelve columns: each class in four scenes, then pairs."""
    scenes = [
        scene
        for concept in CONCEPTS
        for scene in (
            Scene((concept.name,)),
            Scene((concept.name,), "near", "night", "beach"),
            Scene((concept.name,), "far", "day", "street"),
            Scene((concept.name,), "mid", "night", "hall"),
        )
    ]
    order = list(combinations([concept.name for concept in CONCEPTS], 2))
    picks = np.random.default_rng(0).choice(len(order), 48, replace=False)
    scenes += [Scene(order[int(i)]) for i in picks]
    captions = [caption(scene) for scene in scenes]
    return {"world": np.stack([render(s) for s in scenes]), "generated": draw(captions, _seeds("sheet", len(scenes)))}


def _seeds(purpose: str, n: int) -> list[int]:
    return [derive_seed(0, "check", purpose, i) for i in range(n)]


def _share(hits: object) -> float:
    return float(np.mean(list(hits)))  # type: ignore[call-overload]
