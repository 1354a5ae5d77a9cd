"""Extraction: pictures, sounds and texts become feature vectors; only what the store lacks is computed."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

from evalsuite.control.steps import StepInfo
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_json
from evalsuite.metrics.base import (
    AUDIO,
    CLASSES,
    EXTENT,
    LABELS,
    PAIRS,
    PHRASE,
    REFERENCE,
    SECOND_EXTENT,
    TRUE,
    role_of,
    what,
)
from evalsuite.running.batches import batches
from evalsuite.running.embedding import embed
from evalsuite.running.generate import picture_identity
from evalsuite.running.png import decode_png
from evalsuite.running.roles import extractors, image_key, picture_extractors, tower_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.datasets.base import ClipInfo
    from evalsuite.encoders.base import FeatureExtractor, Features
    from evalsuite.metrics.base import Metric
    from evalsuite.running.embedding import Load
    from evalsuite.running.plan import Plan
    from evalsuite.running.roles import Towers
    from evalsuite.running.workshop import Bench, Workshop


def extractor_of(plan: Plan, key: str) -> FeatureExtractor:
    """Return the extractor that makes the features ``key``; the plan has made sure that there is one."""
    return plan.towers[role_of(key)][tower_of(key)]


def shared_features(plan: Plan, *, shop: Workshop) -> dict[str, Features]:
    """Return the features that are the same for every model: class texts, sounds, real and reference pictures."""
    classes, template = plan.classes, plan.protocol.judge_template
    return (
        class_features(classes, plan.metrics, towers=plan.towers, template=template, shop=shop)
        | _sounds(plan, shop=shop)
        | _real_pictures(plan, TRUE, plan.rows, shop=shop)
        | _real_pictures(plan, REFERENCE, plan.asked, shop=shop)
    )


def picture_features(plan: Plan, name: str, pictures: Mapping[str, str], *, shop: Workshop) -> dict[str, Features]:
    """Return the features of the pictures of model ``name``: their content hashes by store key, in the rows' order."""
    keys, identities = list(pictures), list(pictures.values())

    def load(indices: Sequence[int]) -> Iterator[bytes]:
        for some in batches(indices):
            stored = shop.store.get_many(keys[index] for index in some)
            yield from (stored[keys[index]] for index in some)

    towers = picture_extractors(plan.metrics, towers=plan.towers)
    features = embed_pictures(
        identities, towers, load=load, opened=decode_png, shop=shop, title=f"{name}: picture features"
    )
    for made_from, phrases in _sought(plan).items():
        finders = _extractors(plan, made_from)
        asked = [sha256_json([made, phrase]) for made, phrase in zip(identities, phrases, strict=True)]
        features |= embed(
            asked,
            finders,
            load=partial(_with_phrases, load, phrases),
            opened=_opened_with_phrase,
            shop=shop,
            title=f"{name}: {made_from.replace('_', ' ')}",
        )
    return features


def _sought(plan: Plan) -> dict[str, list[str]]:
    """Return what is looked for in each row's picture: the class and, of two sounds, the second's as well."""
    return {
        EXTENT: [row.label for row in plan.rows],
        SECOND_EXTENT: [(isinstance(row, StepInfo) and row.second_label) or row.label for row in plan.rows],
    }


def _with_phrases(load: Load, phrases: Sequence[str], indices: Sequence[int]) -> Iterator[tuple[bytes, str]]:
    return zip(load(indices), (phrases[index] for index in indices), strict=True)


def _opened_with_phrase(medium: tuple[bytes, str]) -> tuple[Picture, str]:
    return decode_png(medium[0]), medium[1]


def embed_pictures(
    identities: Sequence[str],
    towers: Mapping[str, FeatureExtractor],
    *,
    load: Load,
    opened: Callable[[Any], Picture],
    shop: Bench,
    title: str,
) -> dict[str, Features]:
    """Return the features of pictures as :func:`~evalsuite.running.embedding.embed` does, then those of the heads.

    A head among ``towers`` reads the features that stand under :func:`~evalsuite.running.roles.image_key` of its key.
    """
    heads = {key: tower for key, tower in towers.items() if tower.modality == "head"}
    eyes = {key: tower for key, tower in towers.items() if key not in heads}
    features = embed(identities, eyes, load=load, opened=opened, shop=shop, title=title)
    for key, head in heads.items():
        rows = features[image_key(key)]
        features |= embed(identities, {key: head}, load=partial(_rows, rows), shop=shop, title=f"{title}: {key}")
    return features


def _rows(rows: Features, indices: Sequence[int]) -> Iterator[Any]:
    for some in batches(indices):
        yield from rows[list(some)]


def _extractors(plan: Plan, made_from: str) -> dict[str, FeatureExtractor]:
    return extractors(plan.metrics, made_from, towers=plan.towers)


def class_features(
    classes: Sequence[str], metrics: Sequence[Metric], *, towers: Mapping[str, Towers], template: str, shop: Bench
) -> dict[str, Features]:
    """Return the features that the metrics need of sentences about each class or two, and of its name alone."""
    features: dict[str, Features] = {}
    together = [f"{one} and {other}" for one, other in combinations(classes, 2)]
    phrases = {key: key.removeprefix(f"{PHRASE}:") for key in _made_from(metrics) if key.startswith(f"{PHRASE}:")}
    for made_from, words in ({CLASSES: template, LABELS: "{label}", PAIRS: template} | phrases).items():
        sentences = [words.replace("{label}", label) for label in (together if made_from == PAIRS else classes)]
        readers, load = extractors(metrics, made_from, towers=towers), partial(map, sentences.__getitem__)
        features |= embed(sentences, readers, load=load, shop=shop, title=f"texts: {made_from}")
    return features


def _made_from(metrics: Sequence[Metric]) -> dict[str, None]:
    return dict.fromkeys(what(need) for metric in metrics for need in metric.needs)


def _sounds(plan: Plan, *, shop: Workshop) -> dict[str, Features]:
    def load(indices: Sequence[int]) -> Iterator[Clip]:
        return shop.clips.stream([plan.rows[index] for index in indices])

    return embed(
        [row.sha256 for row in plan.rows], _extractors(plan, AUDIO), load=load, shop=shop, title="sound features"
    )


def _real_pictures(plan: Plan, made_from: str, rows: Sequence[ClipInfo], *, shop: Workshop) -> dict[str, Features]:
    """Embed real pictures of ``rows``, known by their source's version, so that a cached run need not draw them."""
    identities = [sha256_json([made_from, *picture_identity(plan, row)]) for row in rows]

    def load(indices: Sequence[int]) -> Iterator[Picture]:
        return (_real_picture(plan, rows[index], made_from) for index in indices)

    towers = _extractors(plan, made_from)
    return embed(identities, towers, load=load, shop=shop, title=f"{made_from} picture features")


def _real_picture(plan: Plan, row: ClipInfo, made_from: str) -> Picture:
    source = plan.pictures
    picture = None
    if source:
        picture = source.true_picture(row) if made_from == TRUE else source.reference_picture(row)
    if picture is None:
        raise UserError(f"there is no {made_from} picture for clip {row.id!r}: the source of pictures is incomplete")
    return picture
