"""What the calibration of a profile says about the metrics of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evalsuite.calibration_record import load_calibration
from evalsuite.errors import UserError
from evalsuite.reporting.lookup import measured_metrics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evalsuite.calibration_record import Calibration, Verdict
    from evalsuite.record import RunRecord


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """The verdicts that apply to a run."""

    few_clips: tuple[str, ...] = ()
    """Which metrics are not to be read on as few clips as the run has."""
    by_metric: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What else is known of a metric («does not see blur»), by its name."""


def guidance(record: RunRecord, calibration: Calibration | None) -> Guidance:
    """Return what is known of the run's metrics; nothing without a calibration."""
    if calibration is None:
        return Guidance()
    found = [verdict for verdict in calibration.verdicts if _applies(verdict, calibration, record)]
    by_metric = {
        name: [v.sentence for v in found if v.metric == name and v.below_n is None] for name in measured_metrics(record)
    }
    return Guidance(
        few_clips=tuple(verdict.sentence for verdict in found if verdict.below_n is not None),
        by_metric={name: tuple(sentences) for name, sentences in by_metric.items() if sentences},
    )


def shipped_calibration(record: RunRecord) -> Calibration | None:
    """Return the calibration of the run's profile, ``None`` where none is installed that can be read."""
    try:
        return load_calibration(record.profile.name)
    except UserError:  # a report is written all the same
        return None


def _applies(verdict: Verdict, calibration: Calibration, record: RunRecord) -> bool:
    """Return whether a verdict was found with the run's own extractor and holds for as many clips."""
    passport = next((m.passport for m in record.measurements if m.metric == verdict.metric), None)
    if passport is None:
        return False
    known = calibration.passports.get(verdict.metric)
    same = known is None or known.extractors == passport.extractors
    return same and (verdict.below_n is None or record.dataset.n < verdict.below_n)
