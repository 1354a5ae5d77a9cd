"""Extraction: pictures, sounds and texts become feature vectors; only what the store lacks is computed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.errors import UserError, did_you_mean
from evalsuite.hashing import sha256_json
from evalsuite.metrics.base import (
    AUDIO_SIMILARITY_AUDIO,
    AUDIO_SIMILARITY_IMAGE,
    DISTANCE_IMAGE,
    DISTANCE_REFERENCE,
    JUDGE_CLASSES,
    JUDGE_IMAGE,
)
from evalsuite.running.batches import batches
from evalsuite.running.generate import picture_identity
from evalsuite.running.png import decode_png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.datasets.base import ClipInfo
    from evalsuite.encoders.base import FeatureExtractor, Features, Modality
    from evalsuite.running.plan import Plan
    from evalsuite.running.workshop import Workshop

MODALITIES: dict[str, Modality] = {
    JUDGE_IMAGE: "image",
    JUDGE_CLASSES: "text",
    AUDIO_SIMILARITY_IMAGE: "image",
    AUDIO_SIMILARITY_AUDIO: "audio",
    DISTANCE_IMAGE: "image",
    DISTANCE_REFERENCE: "image",
}
"""What each feature key is made from."""
KEPT_BYTES = 256 * 2**20
"""Room for pictures that the next extractor will look at again."""
PICTURE_KEYS = (JUDGE_IMAGE, AUDIO_SIMILARITY_IMAGE, DISTANCE_IMAGE)
"""The features of generated pictures, which differ from model to model."""


def extractor_of(plan: Plan, key: str) -> FeatureExtractor:
    """Return the extractor that makes the features ``key``. Raises ``UserError`` where the role's encoder has none."""
    if key not in MODALITIES:
        raise UserError(f"a metric needs unknown features {key!r}{did_you_mean(key, MODALITIES)}")
    role, modality = key.partition(".")[0], MODALITIES[key]
    towers = plan.towers[role]
    if modality not in towers:
        raise UserError(f"the encoder of the role {role!r} in profile {plan.profile.name!r} reads no {modality}")
    return towers[modality]


def needed(plan: Plan) -> tuple[str, ...]:
    """Return the feature keys that the plan's metrics need."""
    return tuple(dict.fromkeys(key for metric in plan.metrics for key in metric.needs))


def shared_features(plan: Plan, *, shop: Workshop) -> dict[str, Features]:
    """Return the features that are the same for every model: class texts, sounds and reference pictures."""
    makers = {
        JUDGE_CLASSES: _class_features,
        AUDIO_SIMILARITY_AUDIO: _sound_features,
        DISTANCE_REFERENCE: _reference_features,
    }
    return {key: make(plan, shop) for key, make in makers.items() if key in needed(plan)}


def picture_features(plan: Plan, name: str, pictures: Mapping[str, str], *, shop: Workshop) -> dict[str, Features]:
    """Return the features of the pictures of model ``name``: their content hashes by store key, in the rows' order."""
    keys = list(pictures)
    decoded: dict[int, Picture] = {}  # every extractor looks at the same pictures

    def load(indices: Sequence[int]) -> Iterator[Picture]:
        for some in batches(indices):
            stored = shop.store.get_many(keys[index] for index in some if index not in decoded)
            for index in some:
                picture = decoded[index] if index in decoded else decode_png(stored[keys[index]])
                if picture.nbytes * len(decoded) < KEPT_BYTES:
                    decoded[index] = picture
                yield picture

    return {
        key: embed(
            list(pictures.values()), extractor_of(plan, key), load=load, shop=shop, title=f"{name}: {key} features"
        )
        for key in needed(plan)
        if key in PICTURE_KEYS
    }


def embed(
    identities: Sequence[str],
    extractor: FeatureExtractor,
    *,
    load: Callable[[Sequence[int]], Iterator[Any]],
    shop: Workshop,
    title: str,
) -> Features:
    """Return one feature vector for each of ``identities``, float32 (n, dim), from the store where it has them.

    An identity says what a medium contains, most often by its hash. ``load`` yields the media of the indices it is
    given; each distinct one is embedded once, and every batch is in the store before the next is begun.
    """
    keys = [sha256_json(["features", extractor.fingerprint, extractor.modality, identity]) for identity in identities]
    held = shop.store.get_many(keys)
    missing = {key: index for index, key in enumerate(keys) if key not in held}
    for batch, vectors in _embedded(missing, extractor, load=load, shop=shop, title=title):
        made = {key: vector.tobytes() for key, vector in zip(batch, vectors, strict=True)}
        shop.store.put_many(made)
        held |= made
    return np.stack([np.frombuffer(held[key], np.float32) for key in keys])


def _embedded(
    missing: Mapping[str, int],
    extractor: FeatureExtractor,
    *,
    load: Callable[[Sequence[int]], Iterator[Any]],
    shop: Workshop,
    title: str,
) -> Iterator[tuple[Sequence[str], Features]]:
    """Embed the media at the indices in ``missing``, batch by batch."""
    if not missing:
        return
    media = load(list(missing.values()))
    with shop.progress.step(title, total=len(missing)) as advance:
        for batch in batches(list(missing)):
            vectors = extractor.embed(list(islice(media, len(batch))))
            yield batch, np.asarray(vectors, np.float32).reshape(len(batch), extractor.dim)
            advance(len(batch))


def _class_features(plan: Plan, shop: Workshop) -> Features:
    sentences = [plan.protocol.judge_template.replace("{label}", label) for label in plan.dataset.classes]

    def load(indices: Sequence[int]) -> Iterator[str]:
        return (sentences[index] for index in indices)

    return embed(sentences, extractor_of(plan, JUDGE_CLASSES), load=load, shop=shop, title="class texts")


def _sound_features(plan: Plan, shop: Workshop) -> Features:
    def load(indices: Sequence[int]) -> Iterator[Clip]:
        return shop.clips.stream([plan.rows[index] for index in indices])

    hashes = [row.sha256 for row in plan.rows]
    return embed(hashes, extractor_of(plan, AUDIO_SIMILARITY_AUDIO), load=load, shop=shop, title="sounds")


def _reference_features(plan: Plan, shop: Workshop) -> Features:
    """Embed the reference pictures, known by their source's version, so that a cached run need not draw them."""

    def load(indices: Sequence[int]) -> Iterator[Picture]:
        return (_reference_picture(plan, plan.rows[index]) for index in indices)

    identities = [sha256_json(["reference", *picture_identity(plan, row)]) for row in plan.rows]
    extractor = extractor_of(plan, DISTANCE_REFERENCE)
    return embed(identities, extractor, load=load, shop=shop, title="reference pictures")


def _reference_picture(plan: Plan, row: ClipInfo) -> Picture:
    picture = plan.pictures.reference_picture(row) if plan.pictures else None
    if picture is None:
        raise UserError(f"there is no reference picture for clip {row.id!r}: the source of pictures is incomplete")
    return picture
