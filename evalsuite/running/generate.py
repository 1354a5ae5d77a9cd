"""Generation: every model draws every clip; only what the store lacks is drawn."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evalsuite.control.steps import StepInfo
from evalsuite.datasets.base import by_id
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json
from evalsuite.model import DrawnElsewhere, HearsAnotherClip
from evalsuite.running.batches import batches
from evalsuite.running.models import model_failure
from evalsuite.running.pace import Pace
from evalsuite.running.png import encode_png
from evalsuite.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.datasets.base import ClipInfo
    from evalsuite.model import AnyModel, AudioToImageModel, Images, ModelCard
    from evalsuite.running.plan import Plan
    from evalsuite.running.workshop import Workshop

SAMPLE_INDEX = 0
"""One picture is drawn for each clip."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One picture that a model is to draw."""

    scored: ClipInfo
    """The clip it is scored on."""
    heard: ClipInfo
    """The clip whose sound the model is given: another one for some references."""
    seed: int
    """In [0, 2**63)."""
    key: str
    """Where the store keeps the picture."""


def drawings(plan: Plan, model: AnyModel) -> tuple[Drawing, ...]:
    """Return the pictures that ``model`` is to draw, in the order of the plan's rows."""
    rows = by_id(plan.rows)
    instead = model.heard_instead(list(rows), seed=plan.seed) if isinstance(model, HearsAnotherClip) else {}
    card = model.card  # read once for all rows: nothing promises that it is kept
    made = []
    for row in plan.rows:
        heard, seed = rows[instead.get(row.id, row.id)], _seed(plan.seed, row)
        elsewhere = model.picture_key(row.id) if isinstance(model, DrawnElsewhere) else None
        key = elsewhere or _key(plan, card, scored=row, heard=heard, seed=seed)
        made.append(Drawing(scored=row, heard=heard, seed=seed, key=key))
    return tuple(made)


def _seed(run_seed: int, row: ClipInfo) -> int:
    """Return the seed of a picture: all doses of a sweep share theirs, so that nothing but the sound differs."""
    if isinstance(row, StepInfo):
        return derive_seed(run_seed, row.subject, row.take)
    return derive_seed(run_seed, row.id, SAMPLE_INDEX)


def _key(plan: Plan, card: ModelCard, *, scored: ClipInfo, heard: ClipInfo, seed: int) -> str:
    """Name a picture by everything that it depends on."""
    depends_on = {
        "kind": "image",
        "model": card.fingerprint,
        "sound": heard.sha256,
        "seed": seed,
        "label": told(scored) if "label" in card.sees else None,
        "picture": picture_identity(plan, scored) if "picture" in card.sees else None,
        "sees": sorted(card.sees),
    }
    if "control" in card.sees:
        depends_on["wording"] = _wording(scored)
        if isinstance(heard, StepInfo) and len(heard.clips) > 1:
            depends_on["parts"] = heard.caption  # it names those that are still heard at the dose
    return sha256_json(depends_on)


def told(row: ClipInfo) -> str:
    """Return what a model that sees the label is told: the class or, of a treated sound, its caption."""
    return row.caption if isinstance(row, StepInfo) else row.label


def _wording(row: ClipInfo) -> str | None:
    return row.wording if isinstance(row, StepInfo) else None


def picture_identity(plan: Plan, row: ClipInfo) -> list[str]:
    """Name a clip's real picture without drawing or reading it: a source's version changes with its content."""
    source = [plan.pictures.card.name, plan.pictures.card.version] if plan.pictures else []
    return [*source, plan.dataset.card.name, row.id, row.sha256]


def generate(plan: Plan, model: AnyModel, wanted: Sequence[Drawing], *, shop: Workshop) -> dict[str, str]:
    """Draw what is missing of the ``wanted`` :func:`drawings` and return every picture's content hash by its key.

    Each batch is in the store before the next is begun. Raises ``UserError`` where the model fails.
    """
    held = shop.store.digests(drawing.key for drawing in wanted)
    missing = [drawing for drawing in wanted if drawing.key not in held]
    made = _found(model, missing) if isinstance(model, DrawnElsewhere) else _drawn(plan, model, missing, shop=shop)
    for batch, images in made:
        shop.store.put_many({drawing.key: encode_png(image) for drawing, image in zip(batch, images, strict=True)})
    held |= shop.store.digests(drawing.key for drawing in missing)
    return {drawing.key: held[drawing.key] for drawing in wanted}


def _found(model: DrawnElsewhere, missing: Sequence[Drawing]) -> Iterator[tuple[Sequence[Drawing], Iterable[Picture]]]:
    """Read pictures that were in the store when the plan was made, and have been damaged since."""
    for batch in batches(missing):
        yield batch, [model.picture(drawing.scored.id) for drawing in batch]


def _drawn(
    plan: Plan, model: AudioToImageModel, missing: Sequence[Drawing], *, shop: Workshop
) -> Iterator[tuple[Sequence[Drawing], Iterable[Picture]]]:
    """Draw ``missing``, batch by batch."""
    if not missing:
        return
    title = f"{model.card.name}: pictures"
    sounds = shop.clips.stream([drawing.heard for drawing in missing])
    pace = Pace(model.card, device=plan.device)
    with closing(sounds), shop.progress.step(title, total=len(missing)) as advance:
        for batch in batches(missing):
            shown = [_shown(plan, model.card, drawing, next(sounds)) for drawing in batch]
            with pace.timed(pictures=len(batch)):
                images = draw(model, shown, seeds=[drawing.seed for drawing in batch])
            yield batch, images
            advance(len(batch))


def _shown(plan: Plan, card: ModelCard, drawing: Drawing, sound: Clip) -> Clip:
    """Return what the model may know of a clip. The id is hidden too: data sets write the class into it."""
    picture = plan.pictures.true_picture(drawing.scored) if plan.pictures and "picture" in card.sees else None
    row = drawing.scored
    whole = replace(sound, id=drawing.key[:SHORT], label=told(row), wording=_wording(row), picture=picture)
    return whole.shown_to(card.sees)


def draw(model: AudioToImageModel, clips: Sequence[Clip], *, seeds: Sequence[int]) -> Images:
    """Let a model draw one batch, and tell its failure as the user's: where in the model's code, and what."""
    name = model.card.name
    try:
        images = model.generate(clips, seeds=seeds)
    except UserError:
        raise
    except Exception as error:  # whatever a user's model raises
        raise model_failure(name, error) from error
    return checked_images(images, name=name, n=len(clips))


def checked_images(images: object, *, name: str, n: int) -> Images:
    """Return ``images`` where they are ``n`` pictures, uint8 (n, H, W, 3). Raises ``UserError`` naming the model."""
    promised = f"model {name!r} must return uint8 pictures of shape ({n}, H, W, 3)"
    if not isinstance(images, np.ndarray):
        raise UserError(f"{promised}, not {type(images).__name__}: return one numpy array")
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[0] != n or images.shape[3] != 3:
        raise UserError(f"{promised}, not {images.dtype} of shape {images.shape}")
    return images
