"""Which encoders systems and scorers have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evalsuite.hashing import SHORT
from evalsuite.published import published
from evalsuite.resources import MINI_PREFIX, PUBLISHED_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evalsuite.measurement import Measurement
    from evalsuite.model import ModelCard
    from evalsuite.record import EncoderStamp, RunRecord

HOLDS = {
    "openai/clip-vit-base-patch32": "published:clip-vit-b-32",
    "openai/clip-vit-large-patch14": "published:clip-vit-l-14",
    "openai/clip-vit-large-patch14-336": "published:clip-vit-l-14-336",
    "ViT-B-32:openai": "published:clip-vit-b-32",
    "ViT-L-14:openai": "published:clip-vit-l-14",
    "ViT-L-14-336:openai": "published:clip-vit-l-14-336",
    "black-forest-labs/FLUX.1-schnell": "published:clip-vit-l-14",
    "black-forest-labs/FLUX.1-dev": "published:clip-vit-l-14",
    "mini:clipseg": "mini:clip",
}
"""What holds another encoder: transformers' copies of the published CLIPs, open_clip's older names for them, FLUX,
whose pictures are drawn from what CLIP's text tower says, and the miniature segmenter, a decoder on a frozen CLIP."""
FINGERPRINT = re.compile(r"[0-9a-f]{8,}")
"""Enough of a fingerprint to name an encoder by."""


def is_encoder(named: str, stamp: EncoderStamp) -> bool:
    """Return whether the encoder that a model card names is the one that plays a role of the run.

    A card names weights as profiles do, so that mostly both names are one («mini:clap»). Else it may be the extractor's
    name («clap», for which «mini:clap» stands as well), another name of the same published weights, or end in «@» and
    eight or more digits of the fingerprint. A copy of weights in another folder is not recognised: the card has to say
    what it is a copy of.
    """
    digits = named.rpartition("@")[2]
    if FINGERPRINT.fullmatch(digits):
        return stamp.fingerprint.startswith(digits)
    return not names_of(named).isdisjoint(names_of(stamp.weights) | names_of(stamp.name))


def made_with(cards: Iterable[ModelCard], encoders: Iterable[EncoderStamp]) -> tuple[str, ...]:
    """Return the names of the models that were trained or guided with one of ``encoders``, as their cards tell."""
    known = tuple(encoders)
    return tuple(
        card.name for card in cards if any(is_encoder(named, stamp) for named in card.encoders for stamp in known)
    )


def encoders_of(measurement: Measurement, record: RunRecord) -> tuple[EncoderStamp, ...]:
    """Return the encoders of the run through which a number was taken, as its passport names them."""
    named = measurement.passport.extractors
    return tuple(stamp for stamp in record.encoders if f"{stamp.name}@{stamp.fingerprint[:SHORT]}" in named)


def names_of(weights: str) -> set[str]:
    """Return all names by which the same weights are known, and those that they hold."""
    own = {weights, HOLDS.get(weights, weights)}
    found = own | {name.removeprefix(MINI_PREFIX) for name in own}
    for name, entry in published().items():
        others = {PUBLISHED_PREFIX + name, *filter(None, (entry.hub, entry.opens_as))}
        if own & others:
            found |= others
    return found - {""}
