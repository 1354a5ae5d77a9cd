"""A number that says what it is: the measurement, its interval and its passport."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class Passport(_Frozen):
    """Everything besides the model that a value depends on. Equal passports, and only they, may be compared."""

    metric: str
    """Name of the metric."""
    version: int
    """Rises when the definition or the implementation of the metric changes its values."""
    extractors: tuple[str, ...] = ()
    """Name and short fingerprint of each feature extractor used («clip-mini@1a2b3c»)."""
    reference: str = ""
    """The reference set, where the metric has one: name and short hash."""
    dataset: str = ""
    """Name and short hash of the evaluated manifest."""
    subset: str = "all"
    """Which clips count («all», «concepts met in training», …)."""
    n: int
    """How many clips were scored."""
    total: int
    """How many clips the protocol asks for."""
    details: str = ""
    """What else changes the value: template, resize, k, dimension, dtype."""

    def __str__(self) -> str:
        parts = [*self.extractors, self.details, f"ref={self.reference}" if self.reference else "", self.dataset]
        parts += ["" if self.subset == "all" else f"subset={self.subset}", f"n={self.n}/{self.total}"]
        return f"{self.metric}[{'·'.join(part for part in parts if part)}·v{self.version}]"

    def difference(self, other: Passport) -> str | None:
        """Return the name of the first field in which two passports differ, or ``None`` where they agree."""
        for field in type(self).model_fields:
            if getattr(self, field) != getattr(other, field):
                return field
        return None


class Estimate(_Frozen):
    """A value with its uncertainty, as a metric computes it."""

    value: float
    """The point estimate; NaN where it is not defined (say so in ``method``)."""
    low: float
    """Lower end of the interval."""
    high: float
    """Upper end of the interval."""
    standard_error: float
    """Standard error of the value."""
    method: str
    """How the interval was made («Wilson, clustered by recording», «20-block jackknife»), with its level."""


class Measurement(_Frozen):
    """One number of a run."""

    model: str
    """Name of the measured model."""
    metric: str
    """Name of the metric, by its definition."""
    estimate: Estimate
    """Value and uncertainty."""
    higher_is_better: bool
    """The direction."""
    unit: str
    """«proportion», «cosine», «squared feature distance», …"""
    chance: float | None = None
    """What blind guessing would score, where that is known."""
    per_clip: str | None = None
    """The column of the per-clip table that holds the per-clip values, where there are such values."""
    passport: Passport
    """What the number depends on besides the model."""

    def flat(self) -> dict[str, Any]:
        """Return one flat row, as ``--json`` and the tables show it."""
        return {
            "model": self.model,
            "metric": self.metric,
            "value": self.estimate.value,
            "low": self.estimate.low,
            "high": self.estimate.high,
            "n": self.passport.n,
            "passport": str(self.passport),
        }
