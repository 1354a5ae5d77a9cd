"""The run record: everything a run knows. :mod:`evalsuite.run_folder` keeps it, beside one row per model and clip."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from evalsuite.contamination.ledger import ContaminationRow
from evalsuite.control_record import Curve, SweepStamp
from evalsuite.datasets.base import DatasetCard, Fault
from evalsuite.measurement import Estimate, Measurement
from evalsuite.model import ModelCard
from evalsuite.scorer_panel import ScorerPanel


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", ser_json_inf_nan="constants")


class ProtocolStamp(_Section):
    """Which protocol was run."""

    name: str
    """Its name."""
    version: int
    """Its declared version."""
    sha256: str
    """Hash of its content."""
    title: str
    """Its title."""
    content: dict[str, Any]
    """The whole protocol, as it was after command-line overrides."""


class ProfileStamp(_Section):
    """Which assets the protocol's roles were bound to."""

    name: str
    """Its name; numbers of different profiles are never shown side by side."""
    sha256: str
    """Hash of its content."""
    description: str
    """Its one-sentence description."""


class DatasetStamp(_Section):
    """Which clips were evaluated."""

    card: DatasetCard
    """What the data set is."""
    sha256: str
    """Hash of the evaluated manifest rows."""
    classes: tuple[str, ...]
    """The classes in words."""
    n: int
    """How many clips were evaluated."""
    total: int
    """How many clips the protocol asks for without ``--limit``."""
    sources: int
    """How many independent recordings the evaluated clips come from."""
    pictures: DatasetCard | None
    """Where real pictures came from, if any."""
    faults: tuple[Fault, ...] = ()
    """The clips that the data set lists and that are not evaluated, since their files are missing or at fault."""


class EncoderStamp(_Section):
    """Which extractor played a role."""

    role: str
    """The protocol's role («judge»)."""
    name: str
    """The extractor's name."""
    fingerprint: str
    """Hash of its weights and preprocessing."""
    weights: str = ""
    """Its weights, by the name that profile and model cards know them by («mini:clap»); empty where unknown."""


class MetricStamp(_Section):
    """What a metric of this run means."""

    name: str
    """Its name."""
    meaning: str
    """One sentence for the report."""
    higher_is_better: bool
    """The direction."""
    unit: str
    """Unit of the values."""
    alternative: str | None = None
    """Name of an unbiased metric that takes its place where there are too few pictures for it."""


class Comparison(_Section):
    """How two models differ on the same clips."""

    metric: str
    """Name of the compared metric."""
    model: str
    """Name of a system; «RUN/MODEL» where several runs have one of that name."""
    other: str
    """Name of what it is compared with: a floor, a yardstick or another system."""
    estimate: Estimate
    """The model's value less the other's: the mean over the clips, or of the whole where clips have no value."""
    higher_is_better: bool
    """The direction of the metric."""
    unit: str
    """The unit of the metric; the difference of two proportions is one, too."""
    p_value: float
    """Two-sided: signs flipped by recording, or t where clips have no value; see ``evalsuite.stats.paired``."""
    p_adjusted: float
    """The p-value among all comparisons that are told together, by Holm's method."""
    n: int
    """How many clips both have a value for."""
    values: tuple[float, float] | None = None
    """The model's value and the other's on these clips; ``None`` in records of older versions."""
    effect_size: Estimate | None = None
    """d_z, the difference in standard deviations between clips; ``None`` where clips have no value."""
    won_and_lost: tuple[float, float] | None = None
    """Shares of the clips on which the model is better, and worse; ``None`` where clips have no value."""

    def turned(self) -> Comparison:
        """Return the same comparison from the side of the other."""
        changes = {
            "model": self.other,
            "other": self.model,
            "estimate": self.estimate.negated(),
            "values": self.values and self.values[::-1],
            "effect_size": self.effect_size and self.effect_size.negated(),
            "won_and_lost": self.won_and_lost and self.won_and_lost[::-1],
        }
        return self.model_copy(update=changes)

    def flat(self) -> dict[str, Any]:
        """Return one flat row, as the tables show it."""
        own = self.model_dump(include={"metric", "model", "other", "p_value", "p_adjusted", "n"})
        value, other_value = self.values or (None, None)
        won, lost = self.won_and_lost or (None, None)
        return own | {
            "value": value,
            "other_value": other_value,
            "difference": self.estimate.value,
            "low": self.estimate.low,
            "high": self.estimate.high,
            "effect_size": self.effect_size and self.effect_size.value,
            "won": won,
            "lost": lost,
        }


class Environment(_Section):
    """Where the run happened."""

    evalsuite: str
    """Version of the suite."""
    python: str
    """Version of Python."""
    platform: str
    """Operating system and processor."""
    device: str
    """Device the models ran on."""
    packages: dict[str, str]
    """Versions of the packages that numbers depend on."""
    git: str | None
    """Commit of the suite's checkout, with «-dirty» where it was changed; ``None`` outside a checkout."""


class RunRecord(_Section):
    """One run."""

    schema_version: int = 1
    """Version of this schema."""
    run_id: str
    """Name of the run folder."""
    created: str
    """When the run started, ISO 8601, UTC."""
    status: Literal["running", "complete"]
    """«running» until every step has ended; an interrupted run stays so and is taken up by the next."""
    command: str
    """The command line that made the run."""
    protocol: ProtocolStamp
    """Which protocol was run."""
    profile: ProfileStamp
    """Which assets it was bound to."""
    dataset: DatasetStamp
    """Which clips were evaluated."""
    seed: int
    """The run seed, from which every clip's seed derives."""
    models: tuple[ModelCard, ...]
    """The measured models in the order of the report: systems first, references after."""
    encoders: tuple[EncoderStamp, ...]
    """Which extractors played which role."""
    contamination: tuple[ContaminationRow, ...] = ()
    """What every system and every scoring encoder met in training of what is evaluated; none in older records."""
    metrics: tuple[MetricStamp, ...]
    """What the metrics mean."""
    measurements: tuple[Measurement, ...] = ()
    """Every number."""
    comparisons: tuple[Comparison, ...] = ()
    """Every system against every floor, yardstick and other system."""
    panels: tuple[ScorerPanel, ...] = ()
    """Every question that was put to more than one scorer."""
    sweep: SweepStamp | None = None
    """What was done to the sounds, of a control protocol."""
    curves: tuple[Curve, ...] = ()
    """How every model answered the sweep, by every response."""
    timings: dict[str, float] = Field(default_factory=dict)
    """Seconds spent in each step of this invocation."""
    environment: Environment
    """Where the run happened."""
    notes: tuple[str, ...] = ()
    """What a reader must know before believing the numbers, one sentence each."""
