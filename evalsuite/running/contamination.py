"""The ledger of a plan: what its systems and scorers were trained on, held against what it evaluates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.contamination.evidence import Evaluated
from evalsuite.contamination.facts import ancestry
from evalsuite.contamination.ledger import ContaminationRow
from evalsuite.contamination.verdicts import OWN, Evidence, Part, findings, reason, zero_shot
from evalsuite.errors import UserError, did_you_mean
from evalsuite.published import published
from evalsuite.resources import PUBLISHED_PREFIX
from evalsuite.running.encoder_identity import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evalsuite.model import ModelCard
    from evalsuite.published import Confidence
    from evalsuite.running.plan import Plan


def contamination_of(plan: Plan) -> tuple[ContaminationRow, ...]:
    """Return a row for each system and each scoring encoder.

    Raises ``UserError`` for a manifest of a data set that nothing in the plan says it was trained on.
    """
    evidence = Evidence(evaluated=_evaluated(plan), facts=ancestry(), met=plan.met)
    rows = (*_systems(plan, evidence), *_scorers(plan, evidence))
    known = sorted({finding.trained_on for row in rows for finding in row.findings if finding.trained_on})
    for name in plan.met:
        if name not in known:
            hint = did_you_mean(name, known)
            raise UserError(f"--trained-on {name}=…: nothing in this run says that it was trained on {name!r}{hint}")
    return rows


def trained_on(weights: str) -> Mapping[str, Confidence] | None:
    """Return the data sets that a frozen network was trained on, by any of its names; ``None`` where not known.

    None at all where it has no weights.
    """
    names, facts = names_of(weights), ancestry()
    listed = [entry.trained_on for name, entry in published().items() if PUBLISHED_PREFIX + name in names]
    others = [network.trained_on for network in map(facts.network, sorted(names)) if network]
    found = {name: known.confidence for sets in (*listed, *others) for name, known in sets.items()}
    return found if found or {} in others else None


def _evaluated(plan: Plan) -> tuple[Evaluated, ...]:
    """Return the evaluated data set and, where it stands for another («esc50»), that one."""
    own = Evaluated(name=plan.dataset.card.name, sources=frozenset(row.source for row in plan.asked))
    named = plan.protocol.dataset
    stands_in = named != own.name and ancestry().dataset(named) is not None
    return (own, Evaluated(name=named, stood_for_by=own.name)) if stands_in else (own,)


def _systems(plan: Plan, evidence: Evidence) -> Iterator[ContaminationRow]:
    for card in (model.card for model in plan.models):
        if card.role == "system":
            found = findings([_own_part(card), *map(_frozen_part, card.encoders)], evidence)
            yield ContaminationRow(
                name=card.name,
                kind="system",
                zero_shot=zero_shot(found),
                reason=reason(found),
                findings=found,
                classes_met=None if card.concepts_met is None else len({*plan.classes} & {*card.concepts_met}),
            )


def _scorers(plan: Plan, evidence: Evidence) -> Iterator[ContaminationRow]:
    """Yield a row for each set of weights, however many roles it plays."""
    roles: dict[tuple[str, ...], list[str]] = {}
    for role in plan.towers:
        roles.setdefault(_weights_of(plan, role), []).append(role)
    for weights, played in roles.items():
        found = findings(map(_frozen_part, weights), evidence)
        yield ContaminationRow(
            name=weights[0],
            kind="scorer",
            roles=tuple(played),
            zero_shot=zero_shot(found),
            reason=reason(found),
            findings=found,
        )


def _weights_of(plan: Plan, role: str) -> tuple[str, ...]:
    """Return the weights behind a role, its own first, then those that its options name («clip»)."""
    binding = plan.profile.encoders[role]
    own = binding.weights or next(tower.name for tower in plan.towers[role].values())
    named = (value for value in binding.options.values() if isinstance(value, str))
    return (own, *(name for name in named if trained_on(name) is not None))


def _own_part(card: ModelCard) -> Part:
    if card.trained_on is None:
        return Part(name=OWN, trained_on=None)
    return Part(name=OWN, trained_on={stamp.partition("@")[0]: "certain" for stamp in card.trained_on})


def _frozen_part(weights: str) -> Part:
    return Part(name=weights, trained_on=trained_on(weights))
