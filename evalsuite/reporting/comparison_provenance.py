"""Where the compared runs come from, side by side, and in what they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.reporting.comparison_words import letter
from evalsuite.reporting.words import UNDEFINED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evalsuite.record import RunRecord

SHORT = 12
"""Characters of a hash that are shown."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that is known of every run."""

    name: str
    values: tuple[str, ...]
    """By run; a dash where it is not known of one."""

    @property
    def differs(self) -> bool:
        """Whether it is not the same in all runs."""
        return len(set(self.values)) > 1


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """All that is known of the runs."""

    letters: tuple[str, ...]
    run_ids: tuple[str, ...]
    commands: tuple[str, ...]
    tables: Mapping[str, tuple[Fact, ...]]
    """By heading."""

    @property
    def differing(self) -> list[str]:
        """What is not the same in all runs."""
        return [fact.name for facts in self.tables.values() for fact in facts if fact.differs]


def comparison_provenance(records: Sequence[RunRecord]) -> Provenance:
    """Return where runs come from, beside one another."""
    return Provenance(
        letters=tuple(letter(place) for place in range(len(records))),
        run_ids=tuple(record.run_id for record in records),
        commands=tuple(record.command for record in records),
        tables={
            "Runs": _facts([_about(record) for record in records]),
            "Models": _facts([{card.name: card.fingerprint[:SHORT] for card in record.models} for record in records]),
            "Encoders": _facts([_encoders(record) for record in records]),
            "Machines": _facts([_machine(record) for record in records]),
        },
    )


def _facts(known: Sequence[Mapping[str, str]]) -> tuple[Fact, ...]:
    """Return each fact with its value in every run."""
    names = dict.fromkeys(name for one in known for name in one)
    return tuple(Fact(name=name, values=tuple(one.get(name, UNDEFINED) for one in known)) for name in names)


def _about(record: RunRecord) -> dict[str, str]:
    protocol, profile, dataset = record.protocol, record.profile, record.dataset
    return {
        "started": record.created[:16].replace("T", " "),
        "protocol": f"{protocol.name} v{protocol.version} {protocol.sha256[:SHORT]}",
        "profile": f"{profile.name} {profile.sha256[:SHORT]}",
        "data set": f"{dataset.card.name} ({dataset.card.version})",
        "clips": f"{dataset.n} of {dataset.total} {dataset.sha256[:SHORT]}",
        "seed": str(record.seed),
    }


def _encoders(record: RunRecord) -> dict[str, str]:
    return {
        encoder.role.replace("_", " "): f"{encoder.name} {encoder.fingerprint[:SHORT]}" for encoder in record.encoders
    }


def _machine(record: RunRecord) -> dict[str, str]:
    machine = record.environment
    own = {
        "evalsuite": machine.evalsuite,
        "commit": _commit(machine.git),
        "python": machine.python,
        "platform": machine.platform,
        "device": machine.device,
    }
    return own | dict(sorted(machine.packages.items()))


def _commit(git: str | None) -> str:
    """Return a commit's short hash, with «-dirty» where the checkout was changed."""
    commit, *changed = (git or UNDEFINED).split("-", 1)
    return "-".join([commit[:SHORT], *changed])
