"""The metric interface: features in, a value with its uncertainty out. No torch, no files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evalsuite.measurement import Estimate

FloatArray = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.integer]

JUDGE_IMAGE = "judge.image"
"""Features (n, d) of the generated pictures, by the protocol's judge."""
JUDGE_CLASSES = "judge.classes"
"""Features (classes, d) of the class texts, by the judge."""
AUDIO_SIMILARITY_IMAGE = "audio_similarity.image"
"""Features (n, d) of the generated pictures, by the audio-visual scorer."""
AUDIO_SIMILARITY_AUDIO = "audio_similarity.audio"
"""Features (n, d) of the true clips' sound, by the audio-visual scorer."""
DISTANCE_IMAGE = "distance.image"
"""Features (n, d) of the generated pictures, by the distribution-distance extractor."""
DISTANCE_REFERENCE = "distance.reference"
"""Features (m, d) of the reference pictures, by the same extractor."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that a metric may look at: one model's pictures, as features, and the truth about the clips."""

    features: Mapping[str, FloatArray]
    """Feature arrays by key; see the constants of this module. Not normalised."""
    targets: IntArray
    """The true class of each clip, (n,), as an index into the classes."""
    classes: tuple[str, ...]
    """The classes in words."""
    sources: npt.NDArray[np.str_]
    """The recording each clip was cut from, (n,): the clusters of every interval."""

    def subset(self, keep: npt.NDArray[np.bool_]) -> Evidence:
        """Return the evidence on the clips where ``keep`` (n,) is true. Classes and references stay whole."""
        per_clip = {JUDGE_IMAGE, AUDIO_SIMILARITY_IMAGE, AUDIO_SIMILARITY_AUDIO, DISTANCE_IMAGE}
        features = {key: rows[keep] if key in per_clip else rows for key, rows in self.features.items()}
        return replace(self, features=features, targets=self.targets[keep], sources=self.sources[keep])


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a metric found."""

    estimate: Estimate
    """The summary, with its interval."""
    per_clip: FloatArray | None = None
    """One value per clip, (n,), whose mean is the summary; ``None`` where the metric has no such values."""
    chance: float | None = None
    """What blind guessing would score, where that is known."""


@runtime_checkable
class Metric(Protocol):
    """One metric. The entry points of the group ``evalsuite.metrics`` name instances of this."""

    @property
    def name(self) -> str:
        """By definition, in the field's terms («recall_at_1»)."""
        ...

    @property
    def version(self) -> int:
        """Rises when values change."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """The feature keys it reads."""
        ...

    @property
    def higher_is_better(self) -> bool:
        """The direction."""
        ...

    @property
    def unit(self) -> str:
        """Unit of the value."""
        ...

    @property
    def meaning(self) -> str:
        """What the number means, in one sentence for the report."""
        ...

    @property
    def details(self) -> str:
        """What else changes the value, for the passport («k=5», «f64»)."""
        ...

    def measure(self, evidence: Evidence) -> Outcome:
        """Compute the metric. Pure: the same evidence gives the same outcome."""
        ...
