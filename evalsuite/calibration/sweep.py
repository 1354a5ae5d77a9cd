"""The sweep: the clips' real pictures, undamaged and damaged by degrees, as every metric sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.calibration.defects import Misplacing, Spoiling
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_bytes, sha256_json
from evalsuite.running.extract import embed_pictures
from evalsuite.running.roles import picture_extractors
from evalsuite.running.score import make_evidence, measure
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evalsuite.audio.clip import Picture
    from evalsuite.calibration.defects import Defect
    from evalsuite.encoders.base import Features
    from evalsuite.measurement import Measurement
    from evalsuite.metrics.base import Evidence
    from evalsuite.running.plan import Plan
    from evalsuite.running.workshop import Workshop

    Damage = tuple[str, float]
    """A defect's name and its strength."""

UNDAMAGED: Damage = ("", 0.0)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What was measured."""

    undamaged: Evidence
    """What the metrics were shown of the undamaged pictures."""
    measured: Mapping[Damage, Mapping[str, Measurement]]
    """By the damage and the metric's name; :data:`UNDAMAGED` is among them."""


def sweep(plan: Plan, defects: Sequence[Defect], shared: Mapping[str, Features], *, shop: Workshop) -> Sweep:
    """Measure the real pictures and all damage to them; ``shared`` are the features that no damage changes."""
    shown = _spoilt(plan, [defect for defect in defects if isinstance(defect, Spoiling)], shop=shop)
    undamaged = make_evidence(plan, {**shared, **shown[UNDAMAGED]})
    for defect in (defect for defect in defects if isinstance(defect, Misplacing)):
        for strength in defect.strengths:
            rows = defect.shown(undamaged.targets, strength, derive_seed(plan.seed, defect.name))
            shown[defect.name, strength] = {key: own[rows] for key, own in shown[UNDAMAGED].items()}
    measured = {}
    with shop.progress.step("measuring", total=len(shown)) as advance:
        for damage, features in shown.items():
            found, _ = measure(plan, damage[0], make_evidence(plan, {**shared, **features}))
            measured[damage] = {measurement.metric: measurement for measurement in found}
            advance(1)
    return Sweep(undamaged=undamaged, measured=measured)


def _spoilt(plan: Plan, defects: Sequence[Spoiling], *, shop: Workshop) -> dict[Damage, dict[str, Features]]:
    """Return the features of the pictures as they are and spoilt. Equal pictures are spoilt alike, and once."""
    contents = [_content(_real_picture(plan, row)) for row in range(len(plan.rows))]
    ways = [(defect, strength) for defect in defects for strength in defect.strengths]
    identities = [_identity(plan, way, content) for way in (None, *ways) for content in contents]

    def opened(index: int) -> Picture:
        way, row = divmod(index, len(contents))
        picture = _real_picture(plan, row)
        if way == 0:
            return picture
        defect, strength = ways[way - 1]
        return defect.spoil(picture, strength, derive_seed(plan.seed, defect.name, contents[row]))

    towers, title = picture_extractors(plan.metrics, towers=plan.towers), "real and spoilt pictures"
    stacked = embed_pictures(identities, towers, load=iter, opened=opened, shop=shop, title=title)
    damages = (UNDAMAGED, *((defect.name, strength) for defect, strength in ways))
    cuts = (slice(start, start + len(contents)) for start in range(0, len(identities), len(contents)))
    return {
        damage: {key: rows[cut] for key, rows in stacked.items()} for damage, cut in zip(damages, cuts, strict=True)
    }


def _identity(plan: Plan, way: tuple[Spoiling, float] | None, content: str) -> str:
    """Name a picture by what it was and what was done to it, so that a cached calibration spoils none again."""
    done = None if way is None else [way[0].name, way[0].version, way[1], plan.seed]
    return sha256_json(["calibration", content, done])


def _content(picture: Picture) -> str:
    return sha256_json([picture.shape, sha256_bytes(picture.tobytes())])


def _real_picture(plan: Plan, row: int) -> Picture:
    picture = plan.pictures.true_picture(plan.rows[row]) if plan.pictures else None
    if picture is None:
        raise UserError(f"there is no real picture of clip {plan.rows[row].id!r}: the source of pictures is incomplete")
    return picture
