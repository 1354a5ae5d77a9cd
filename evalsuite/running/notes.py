"""What a reader must know before believing a run's numbers, one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.metrics.base import IMAGE, alternative_of, what
from evalsuite.run_folder import RECORD_FILE
from evalsuite.running.elsewhere import LISTING_FILE
from evalsuite.running.extract import extractor_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalsuite.running.plan import Plan
    from evalsuite.running.store import Store

NAMED = 3
"""How many pictures or clips a note names before it only counts."""


def make_notes(plan: Plan, store: Store) -> tuple[str, ...]:
    """Return the notes of a run so far."""
    return (
        *_mixed_worlds(plan),
        *_sample(plan),
        *_faulty(plan),
        *_unswept(plan),
        *_elsewhere(plan),
        *plan.left_out,
        *_open_eyes(plan),
        *_met_before(plan),
        *_unnamed_emotions(plan),
        *_bias(plan),
        *_damage(store),
    )


def _mixed_worlds(plan: Plan) -> list[str]:
    if not plan.profile.synthetic or plan.dataset.card.synthetic:
        return []
    met = f"Real recordings met {plan.profile.name} encoders: its scorers were made for synthesised sounds and drawings"
    return [f"{met}, so the numbers show that the run works, not how good a system is."]


def _sample(plan: Plan) -> list[str]:
    n, total = len(plan.rows), len(plan.asked)
    if n == total or plan.delivery:
        return []
    what = "clips" if plan.protocol.sweep is None else "steps"
    return [f"A balanced sample: {n} of the {total} {what} that the protocol asks for."]


def _unswept(plan: Plan) -> list[str]:
    """Name the classes that should go through the sweep and that the data set does not have."""
    wanted = plan.protocol.sweep.classes if plan.protocol.sweep else ()
    lacking = [name for name in wanted if name not in plan.dataset.classes]
    return [f"Classes of the sweep that the data set lacks: {', '.join(lacking)}."] if lacking else []


def _faulty(plan: Plan) -> list[str]:
    """Tell which clips the data set lists and could not give."""
    told = [f"{fault.file}: {fault.reason}" for fault in plan.faults]
    return _listed("Clips that cannot be read and are not evaluated", told, where=RECORD_FILE)


def _elsewhere(plan: Plan) -> list[str]:
    """Tell how pictures that were made elsewhere decided which clips are evaluated."""
    if plan.delivery is None:
        return []
    unseen = f"{plan.delivery.model.card.name} was made elsewhere: what it was shown and trained on is not known."
    evaluated = f"Evaluated are the clips that have a readable picture: {len(plan.rows)} of {len(plan.asked)}."
    missing, extra, unreadable = (plan.delivery.having(status) for status in ("missing", "extra", "unreadable"))
    return [
        unseen,
        evaluated,
        *_listed("Clips without a picture", [entry.clip for entry in missing]),
        *_listed("Pictures that cannot be read", [f"{entry.file} ({entry.fault})" for entry in unreadable]),
        *_listed("Pictures of no clip that the protocol asks for", [entry.file for entry in extra]),
    ]


def _listed(what: str, names: Sequence[str], *, where: str = LISTING_FILE) -> list[str]:
    rest = f" and {len(names) - NAMED} more, see {where}" if len(names) > NAMED else ""
    return [f"{what}: {len(names)} ({', '.join(names[:NAMED])}{rest})."] if names else []


def _open_eyes(plan: Plan) -> list[str]:
    systems = [model.card for model in plan.models if model.card.role == "system"]
    return [
        f"{card.name} is shown more than the sound: {', '.join(sorted(card.sees))}."
        for card in systems
        if card.sees != {"audio"}
    ]


def _met_before(plan: Plan) -> list[str]:
    """Name the systems and scorers that met in training what is evaluated."""
    return [f"{row.name} is not zero-shot here: {row.reason}" for row in plan.contamination if row.zero_shot == "no"]


def _unnamed_emotions(plan: Plan) -> list[str]:
    """Name the classes that no label of the reader of emotions stands for: nobody's pictures of them can be right."""
    words = plan.towers.get("emotion", {}).get("text")
    if words is None:
        return []
    unnamed = [name for name, row in zip(plan.classes, words.embed(plan.classes), strict=True) if not row.any()]
    missed = f"Classes that {words.name} has no label for, so that their clips count as misses of emotion accuracy"
    return _listed(missed, unnamed, where=RECORD_FILE)


def _bias(plan: Plan) -> list[str]:
    """Name the metrics that are mostly bias with as few pictures, and what stands in their place."""
    n, names = len(plan.rows), {metric.name for metric in plan.metrics}
    found = []
    for metric in plan.metrics:
        alternative = alternative_of(metric)
        d = max((extractor_of(plan, need).dim for need in metric.needs if what(need) == IMAGE), default=0)
        if alternative and n < d:
            instead = f"; read {alternative}" if alternative in names else ""
            found.append(f"{metric.name}: n={n} < d={d}: mostly bias, not comparable{instead}.")
    return found


def _damage(store: Store) -> list[str]:
    count = len(store.dropped)
    return [f"{count} damaged entries of the store were dropped and made again."] if count else []
