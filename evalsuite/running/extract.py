"""Extraction: pictures, sounds and texts become feature vectors; only what the store lacks is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evalsuite.errors import UserError
from evalsuite.hashing import sha256_json
from evalsuite.metrics.base import AUDIO, CLASSES, IMAGE, LABELS, LOGITS, REFERENCE, TRUE, role_of, what
from evalsuite.running.batches import batches
from evalsuite.running.embedding import embed
from evalsuite.running.generate import picture_identity
from evalsuite.running.png import decode_png
from evalsuite.running.roles import tower_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.datasets.base import ClipInfo
    from evalsuite.encoders.base import FeatureExtractor, Features
    from evalsuite.running.plan import Plan
    from evalsuite.running.workshop import Workshop


def extractor_of(plan: Plan, key: str) -> FeatureExtractor:
    """Return the extractor that makes the features ``key``; the plan has made sure that there is one."""
    return plan.towers[role_of(key)][tower_of(key)]


def shared_features(plan: Plan, *, shop: Workshop) -> dict[str, Features]:
    """Return the features that are the same for every model: class texts, sounds, real and reference pictures."""
    return (
        _texts(plan, CLASSES, template=plan.protocol.judge_template, shop=shop)
        | _texts(plan, LABELS, template="{label}", shop=shop)
        | _sounds(plan, shop=shop)
        | _real_pictures(plan, TRUE, shop=shop)
        | _real_pictures(plan, REFERENCE, shop=shop)
    )


def picture_features(plan: Plan, name: str, pictures: Mapping[str, str], *, shop: Workshop) -> dict[str, Features]:
    """Return the features of the pictures of model ``name``: their content hashes by store key, in the rows' order."""
    keys, identities = list(pictures), list(pictures.values())

    def load(indices: Sequence[int]) -> Iterator[Picture]:
        for some in batches(indices):
            stored = shop.store.get_many(keys[index] for index in some)
            yield from (decode_png(stored[keys[index]]) for index in some)

    heads = _extractors(plan, LOGITS)
    behind = {key: key.removesuffix(LOGITS) + IMAGE for key in heads}
    towers = _extractors(plan, IMAGE) | {key: extractor_of(plan, key) for key in behind.values()}
    features = embed(identities, towers, load=load, shop=shop, title=f"{name}: picture features")
    for key, head in heads.items():
        rows = features[behind[key]]
        features |= embed(identities, {key: head}, load=_rows_of(rows), shop=shop, title=f"{name}: {key}")
    return features


def _extractors(plan: Plan, made_from: str) -> dict[str, FeatureExtractor]:
    """Return the extractors of all features that the metrics need and that are made from the same media."""
    needs = dict.fromkeys(need for metric in plan.metrics for need in metric.needs)
    return {need: extractor_of(plan, need) for need in needs if what(need) == made_from}


def _rows_of(rows: Features) -> Callable[[Sequence[int]], Iterator[Any]]:
    return lambda indices: iter(rows[list(indices)])


def _texts(plan: Plan, made_from: str, *, template: str, shop: Workshop) -> dict[str, Features]:
    sentences = [template.replace("{label}", label) for label in plan.dataset.classes]

    def load(indices: Sequence[int]) -> Iterator[str]:
        return (sentences[index] for index in indices)

    return embed(sentences, _extractors(plan, made_from), load=load, shop=shop, title=f"texts: {made_from}")


def _sounds(plan: Plan, *, shop: Workshop) -> dict[str, Features]:
    def load(indices: Sequence[int]) -> Iterator[Clip]:
        return shop.clips.stream([plan.rows[index] for index in indices])

    return embed(
        [row.sha256 for row in plan.rows], _extractors(plan, AUDIO), load=load, shop=shop, title="sound features"
    )


def _real_pictures(plan: Plan, made_from: str, *, shop: Workshop) -> dict[str, Features]:
    """Embed real pictures, known by their source's version, so that a cached run need not draw them."""
    identities = [sha256_json([made_from, *picture_identity(plan, row)]) for row in plan.rows]

    def load(indices: Sequence[int]) -> Iterator[Picture]:
        return (_real_picture(plan, plan.rows[index], made_from) for index in indices)

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
