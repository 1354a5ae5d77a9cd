"""The calibration record: which metric sees which defect, and from how many clips on it can be read.

``evalsuite calibrate`` makes one; the suite ships one for each profile whose pictures are known to be true, and a
report reads its verdicts from there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evalsuite.errors import UserError
from evalsuite.files import write_atomically
from evalsuite.measurement import Passport
from evalsuite.record import DatasetStamp, EncoderStamp, Environment, MetricStamp, ProfileStamp
from evalsuite.resources import locate

if TYPE_CHECKING:
    from pathlib import Path

CALIBRATION_FILE = "calibration.json"
"""In the folder that ``evalsuite calibrate`` writes."""
CALIBRATIONS = "reports/calibration"
"""Where records lie among the shipped files, by the profile's name."""

Reading = Literal["monotone", "uneven", "blind", "wrong way", "undefined"]
"""What a curve shows, see :attr:`Curve.reading`."""
Kind = Literal["too few clips", "blind", "wrong way"]
References = Literal["all", "same clips"]
"""Which reference pictures n clips are compared with: those of the same n clips, or those of all clips there are."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Verdict(_Section):
    """One thing to know before believing a metric."""

    kind: Kind
    """«too few clips»: not to be read below a number of clips; «blind»: does not see a defect; «wrong way»: takes a
    defect for an improvement."""
    metric: str
    """Name of the metric."""
    defects: tuple[str, ...] = ()
    """Names of the defects that it does not see or takes for an improvement; none where the clips are too few."""
    instead: str | None = None
    """Name of the metric to read in its place, or beside it; ``None`` where there is none that does better."""
    below_n: int | None = None
    """The number of clips below which this holds; ``None`` where it holds whatever their number."""
    below_n_per_dimension: float | None = None
    """The same per feature of the metric's extractor, where its bias depends on their number: for other extractors."""
    sentence: str
    """The verdict in words."""


class DefectStamp(_Section):
    """One kind of damage."""

    name: str
    """Its name («blur»)."""
    meaning: str
    """What is done to the pictures, in one sentence."""
    unit: str
    """What the strength counts («radius, share of the picture's side»)."""


class Family(_Section):
    """Metrics that hold the pictures against the same thing."""

    title: str
    """Against what («the class»)."""
    metrics: tuple[str, ...]
    """Names of the metrics."""


class Point(_Section):
    """A metric's value at one strength of a defect."""

    strength: float
    """How strong the damage is, in the defect's unit; 0 is undamaged."""
    value: float | None
    """The value; ``None`` where it is not defined."""
    low: float | None
    """Lower end of the metric's own interval; ``None`` where it has none."""
    high: float | None
    """Upper end."""
    harm: float | None
    """Change for the worse from undamaged, in half widths of the wider of the two intervals: within ±1 it is lost in
    the uncertainty, below 0 it is for the better. Where neither has an interval, the metric's widest of the whole
    calibration counts; ``None`` where there is none, or no value."""


class Curve(_Section):
    """What a metric does as a defect grows."""

    metric: str
    """Name of the metric."""
    defect: str
    """Name of the defect."""
    points: tuple[Point, ...]
    """Undamaged first, then in the order of the strengths."""
    rho: float | None
    """Spearman's correlation, in [-1, 1], of strength and value, positive where the value gets worse; ``None`` where it
    never changes or is not defined."""
    seen_from: float | None
    """The least strength from which on the harm is above 1; ``None`` where the greatest strength's is not."""
    reading: Reading
    """«blind»: no strength's harm is beyond ±1. «wrong way»: some strength's is below -1. «monotone»: the greatest
    strength's is above 1, and from no strength to the next does the value improve by more than a half width. «uneven»:
    it improves on the way. «undefined»: a value or all intervals are missing."""

    @property
    def harm(self) -> float | None:
        """The harm of the greatest strength."""
        return self.points[-1].harm


class SizePoint(_Section):
    """A metric's values of a perfect system at one number of clips."""

    n: int
    """Clips."""
    values: tuple[float, ...]
    """One per disjoint draw of n clips."""
    error: float
    """Root mean square of the values' differences from the value of all clips: bias and noise together."""


class SizeCurve(_Section):
    """How far a metric of a perfect system is off when there are few clips."""

    metric: str
    """Name of the metric."""
    references: References = "all"
    """Whose reference pictures they are compared with; all clips' in a run. Without references there is no other."""
    dimensions: int | None = None
    """Features per picture of its extractor, where its bias depends on them; else ``None``."""
    points: tuple[SizePoint, ...]
    """From few clips to all."""
    tolerance: float | None
    """Change for the worse under the defect that errors are held against; ``None`` where the metric does not see it."""
    readable_from: float | None
    """Number of clips, interpolated on both logarithmic axes, from which on the error stays within ``tolerance``.
    ``None`` where it never does or there is no tolerance; the least n where it always does."""


class Calibration(_Section):
    """What was found about the metrics of one profile."""

    schema_version: int = 1
    """Version of this schema."""
    created: str
    """When it was made, ISO 8601, UTC."""
    command: str
    """The command line that made it."""
    profile: ProfileStamp
    """Which assets the metrics were measured with."""
    dataset: DatasetStamp
    """Which clips, and where their pictures came from."""
    seed: int
    """From which every choice derives."""
    encoders: tuple[EncoderStamp, ...]
    """Which extractor played which role."""
    metrics: tuple[MetricStamp, ...]
    """What the metrics mean, family by family."""
    families: tuple[Family, ...]
    """Which metrics are alike, in the order of tables and figures."""
    passports: dict[str, Passport]
    """What the values of each metric depend on besides the pictures, by its name; that of all clips."""
    defects: tuple[DefectStamp, ...]
    """What was done to the pictures, in the order of the figure."""
    curves: tuple[Curve, ...]
    """Every metric under every defect."""
    size_defect: tuple[str, float] | None
    """Name and strength of the defect against which the errors of few clips are held."""
    sizes: tuple[SizeCurve, ...]
    """Every metric on few clips."""
    verdicts: tuple[Verdict, ...]
    """What follows."""
    environment: Environment
    """Where it was made, with the packages' versions."""
    notes: tuple[str, ...] = ()
    """Which metrics were left out and why, one sentence each."""

    def curve(self, metric: str, defect: str) -> Curve | None:
        """Return a metric's curve under a defect, ``None`` where it was not measured."""
        return next((curve for curve in self.curves if (curve.metric, curve.defect) == (metric, defect)), None)


def load_calibration(profile: str) -> Calibration | None:
    """Return the record that ships for the profile of this name, ``None`` where none does. Raises ``UserError``."""
    file = locate(CALIBRATIONS) / f"{profile}.json"
    return read_calibration(file) if file.is_file() else None


def read_calibration(file: Path) -> Calibration:
    """Read a record. Raises ``UserError`` where it is none."""
    try:
        return Calibration.model_validate_json(file.read_text())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "its beginning"
        raise UserError(f"unreadable calibration: {first['msg']} at {where}; run calibrate again", file=file) from error


def save_calibration(file: Path, calibration: Calibration) -> None:
    """Write a record atomically."""
    text = json.dumps(calibration.model_dump(mode="json"), indent=1, ensure_ascii=False)
    write_atomically(file, f"{text}\n".encode())
