"""The plan: what a run does, with every name resolved and nothing computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from evalsuite.control.swept import Swept
from evalsuite.datasets.base import OnDisk, PictureSource
from evalsuite.errors import UserError
from evalsuite.hashing import SHORT, sha256_json
from evalsuite.profile import load_profile
from evalsuite.progress import Silent
from evalsuite.protocol import load_protocol
from evalsuite.registry import resolve
from evalsuite.running.contamination import contamination_of
from evalsuite.running.elsewhere import take_in
from evalsuite.running.models import open_models
from evalsuite.running.roles import metric_hindrance, open_roles, played, takes_hindrance, with_alternatives
from evalsuite.running.selection import classes_of, select, stratified
from evalsuite.running.sweeping import dataset_of, with_every_take
from evalsuite.running.training_manifests import sources_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evalsuite.contamination.ledger import ContaminationRow
    from evalsuite.datasets.base import ClipInfo, Dataset, Fault
    from evalsuite.metrics.base import Metric
    from evalsuite.model import AnyModel, AudioToImageModel
    from evalsuite.profile import Profile
    from evalsuite.progress import Progress
    from evalsuite.protocol import ProtocolFile
    from evalsuite.running.elsewhere import Delivery
    from evalsuite.running.picture_files import PictureFolder
    from evalsuite.running.roles import Towers

RUN_HASH_DIGITS = 8


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the user asks for: everything that decides the numbers of a run."""

    protocol: Path | str
    """A protocol file, or the name of one that ships with the suite."""
    profile: Path | str = "mini"
    """A profile file, or the name of one that ships with the suite."""
    models: tuple[str, ...] = ()
    """Models to run in place of the protocol's; its references run all the same."""
    data: Mapping[str, Path] = field(default_factory=dict)
    """Folders of real data sets, by the name the protocol uses, in place of the profile's binding."""
    limit: int | None = None
    """Evaluate this many clips only, balanced over the classes."""
    seed: int | None = None
    """Run seed in place of the protocol's."""
    device: str = "cpu"
    """Where models and encoders run («cpu», «cuda», «cuda:1»)."""
    trained_on: Mapping[str, Path] = field(default_factory=dict)
    """Manifests of data sets that models were trained on, by their names; they decide no number."""
    elsewhere: PictureFolder | None = None
    """Pictures made elsewhere, to be scored beside the models on the clips that have one."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A request with every name resolved."""

    protocol: ProtocolFile
    """The protocol as asked for."""
    profile: Profile
    """What its roles are bound to."""
    dataset: Dataset
    """Where the clips come from."""
    asked: tuple[ClipInfo, ...]
    """Every clip the protocol asks for."""
    rows: tuple[ClipInfo, ...]
    """The clips that are evaluated: all that are asked for, or a sample."""
    pictures: PictureSource | None
    """Where real pictures come from, if any."""
    models: tuple[AnyModel, ...]
    """Systems first, references after."""
    towers: Mapping[str, Towers]
    """The extractors of each role that a metric needs."""
    metrics: tuple[Metric, ...]
    """The metrics that can be measured."""
    device: str
    """Where models and encoders run."""
    left_out: tuple[str, ...]
    """Which references and metrics do not apply here and why, one sentence each."""
    delivery: Delivery | None = None
    """The pictures made elsewhere, if any were asked for."""
    met: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The recordings of training sets, by their names, where manifests were given."""

    @property
    def seed(self) -> int:
        """The run seed."""
        return self.protocol.seed

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that are evaluated: what a judge chooses among."""
        return classes_of(self.dataset, self.protocol)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The clips that the data set lists and could not give."""
        listed = self.dataset.dataset if isinstance(self.dataset, Swept) else self.dataset
        return listed.faults() if isinstance(listed, OnDisk) else ()

    @cached_property
    def dataset_sha256(self) -> str:
        """Hash of the evaluated rows."""
        return sha256_json([row.model_dump() for row in self.rows])

    @cached_property
    def contamination(self) -> tuple[ContaminationRow, ...]:
        """What systems and scorers met in training of what is evaluated."""
        return contamination_of(self)

    @cached_property
    def run_id(self) -> str:
        """The run's name, the same whenever the same numbers are asked for, so that runs do not pile up."""
        asked = {
            "protocol": self.protocol.model_dump(mode="json"),
            "profile": self.profile.model_dump(mode="json"),
            "dataset": [self.dataset.card.model_dump(), self.dataset_sha256],
            "models": [[model.card.name, model.card.fingerprint] for model in self.models],
            "towers": [[tower.name, tower.fingerprint] for towers in self.towers.values() for tower in towers.values()],
        }
        return f"{self.protocol.name}-{sha256_json(asked)[:RUN_HASH_DIGITS]}"

    @property
    def dataset_stamp(self) -> str:
        """The evaluated clips in a passport: name and short hash."""
        return f"{self.dataset.card.name}@{self.dataset_sha256[:SHORT]}"


def make_plan(request: Request, *, progress: Progress | None = None) -> Plan:
    """Resolve a request. Loads no weights and reads no sound. Raises ``UserError``.

    Pictures made elsewhere are decoded into the store, for only those that can be read decide the clips.
    """
    protocol = _overridden(load_protocol(request.protocol), request)
    profile = load_profile(request.profile)
    dataset = dataset_of(protocol, profile=profile, data=request.data)
    asked = select(dataset, protocol)
    delivery = _delivery(request.elsewhere, asked, progress=progress or Silent())
    pictures = open_pictures(profile, dataset)
    refs = [*protocol.models, *protocol.references]
    opened, lacking = open_models(refs, asked=request.models, profile=profile, device=request.device)
    offered = _beside(delivery, opened)
    metrics = _metrics(protocol, dataset)
    towers = open_roles(metrics, profile=profile, device=request.device)
    rows = stratified(with_every_take(_with_pictures(asked, delivery), protocol.sweep), limit=request.limit)
    metrics = with_alternatives(metrics, n=len(rows), towers=towers)
    hindered: dict[str, str | None] = dict(lacking)
    hindered |= {model.card.name: _model_hindrance(model, asked[0], pictures) for model in offered}
    hindered |= {
        metric.name: takes_hindrance(metric, protocol.sweep)
        or metric_hindrance(metric, asked[0], pictures, towers=towers)
        for metric in metrics
    }
    usable = tuple(metric for metric in metrics if not hindered[metric.name])
    return Plan(
        protocol=protocol,
        profile=profile,
        dataset=dataset,
        asked=asked,
        rows=rows,
        pictures=pictures,
        models=tuple(model for model in offered if not hindered[model.card.name]),
        towers={role: towers[role] for role in played(usable) if role in towers},
        metrics=usable,
        device=request.device,
        left_out=tuple(f"{name} is left out: {reason}." for name, reason in hindered.items() if reason),
        delivery=delivery,
        met={name: sources_in(file, of=name) for name, file in request.trained_on.items()},
    )


def _metrics(protocol: ProtocolFile, dataset: Dataset) -> list[Metric]:
    """Return what is measured: the trends and responses of a sweep first, then the metrics that the protocol names."""
    named: list[Metric] = [resolve("metrics", ref) for ref in protocol.metrics]
    if not isinstance(dataset, Swept):
        return named
    from evalsuite.control.responses import metrics_of

    brought = metrics_of(dataset.sweep, dose_unit=dataset.transform.unit)
    names = [metric.name for metric in (*brought, *named)]
    twice = next((metric.name for metric in brought if names.count(metric.name) > 1), None)
    if twice:
        raise UserError(f"protocol {protocol.name!r}: two metrics are called {twice!r}: rename a response of the sweep")
    return [*brought, *named]


def _delivery(source: PictureFolder | None, asked: Sequence[ClipInfo], *, progress: Progress) -> Delivery | None:
    return take_in(source, [row.id for row in asked], progress=progress) if source else None


def _with_pictures(asked: Sequence[ClipInfo], delivery: Delivery | None) -> Sequence[ClipInfo]:
    """Return the clips that can be evaluated: those with a picture, where pictures were made elsewhere."""
    return [row for row in asked if row.id in delivery.model.files] if delivery else asked


def _beside(delivery: Delivery | None, opened: tuple[AudioToImageModel, ...]) -> tuple[AnyModel, ...]:
    """Return the models in the order of the report: first what was made elsewhere, then systems, then references."""
    if delivery is None:
        return opened
    name = delivery.model.card.name
    if name in {model.card.name for model in opened}:
        raise UserError(f"a model of this run is called {name!r} already: give your pictures another name by --name")
    return (delivery.model, *opened)


def open_pictures(profile: Profile, dataset: Dataset) -> PictureSource | None:
    """Return where real pictures come from: the data set where it has its own, else the profile's source, if any."""
    if isinstance(dataset, PictureSource):
        return dataset
    pictures: PictureSource | None = resolve("pictures", profile.pictures)() if profile.pictures else None
    return pictures


def _overridden(protocol: ProtocolFile, request: Request) -> ProtocolFile:
    alone = request.elsewhere is not None and request.elsewhere.alone
    changes: dict[str, object] = {"models": request.models} if request.models or alone else {}
    changes |= {} if request.seed is None else {"seed": request.seed}
    return protocol.model_copy(update=changes)


def _model_hindrance(model: AnyModel, row: ClipInfo, pictures: PictureSource | None) -> str | None:
    """Return why the model cannot be run on these clips, or ``None``."""
    if "picture" in model.card.sees and (pictures is None or pictures.true_picture(row) is None):
        return "the clips have no real pictures"
    return None
