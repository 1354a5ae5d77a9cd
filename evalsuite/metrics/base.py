"""The metric interface: features in, a value with its uncertainty out. No torch, no files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evalsuite.measurement import Adequacy, Estimate

FloatArray = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.integer]

# A feature key is «ROLE.WHAT». The role is played by one of the profile's encoders; what its features are made from is
# one of these.
IMAGE, LOGITS, TRUE, AUDIO = "image", "logits", "true", "audio"
"""A row per clip: the model's picture; its logits by the classifier's head; the clip's real picture; its true sound."""
CLASSES, LABELS, PHRASE = "classes", "labels", "phrase"
"""Rows (classes, d): the protocol's sentence about each class; the class's name alone; any other sentence, which stands
in the key: «judge.phrase:distant {label}»."""
PAIRS = "pairs"
"""Rows (classes (classes - 1) / 2, d): the protocol's sentence about each two classes («dog and rain»), in the order of
``itertools.combinations``."""
EXTENT, SECOND_EXTENT = "extent", "second_extent"
"""A row (3,) per clip: what the segmenter finds of the clip's class, or of that of its second sound, in the picture:
share of the area in [0, 1], number of separate pieces, highest probability of any pixel."""
REFERENCE = "reference"
"""Rows (m, d): the reference pictures."""
PER_CLIP = frozenset({IMAGE, LOGITS, TRUE, AUDIO, EXTENT, SECOND_EXTENT})

JUDGE_IMAGE, JUDGE_TRUE, JUDGE_REFERENCE = "judge.image", "judge.true", "judge.reference"
JUDGE_CLASSES, JUDGE_PAIRS = "judge.classes", "judge.pairs"
"""The judge says what a picture shows."""
SECOND_JUDGE_IMAGE, SECOND_JUDGE_TRUE = "second_judge.image", "second_judge.true"
SECOND_JUDGE_CLASSES, SECOND_JUDGE_LABELS = "second_judge.classes", "second_judge.labels"
"""Another judge, trained apart from the first."""
AUDIO_SIMILARITY_IMAGE, AUDIO_SIMILARITY_AUDIO = "audio_similarity.image", "audio_similarity.audio"
"""The audio-visual scorer takes pictures and sounds."""
SECOND_AUDIO_SIMILARITY_IMAGE = "second_audio_similarity.image"
SECOND_AUDIO_SIMILARITY_AUDIO = "second_audio_similarity.audio"
"""Another audio-visual scorer, trained apart from the first."""
CLAP_AUDIO, CLAP_LABELS = "clap.audio", "clap.labels"
"""The audio-language scorer takes sounds and words."""
DISTANCE_IMAGE, DISTANCE_REFERENCE, DISTANCE_LOGITS = "distance.image", "distance.reference", "distance.logits"
"""The classifier in whose features sets of pictures are compared."""
SELF_SUPERVISED_IMAGE, SELF_SUPERVISED_REFERENCE = "self_supervised.image", "self_supervised.reference"
"""An encoder that was trained on pictures alone."""
SEMANTIC_IMAGE, SEMANTIC_REFERENCE = "semantic.image", "semantic.reference"
"""The image tower of an image-text encoder."""
EMOTION_LOGITS, EMOTION_LABELS = "emotion.logits", "emotion.labels"
"""The classifier of facial emotion, and which of its labels stands for each class."""


def role_of(key: str) -> str:
    """Return whose features a key names («judge» of «judge.image»)."""
    return key.partition(".")[0]


def what(key: str) -> str:
    """Return what the features of a key are made from («image» of «judge.image»)."""
    return key.partition(".")[2]


def phrase_key(role: str, phrase: str) -> str:
    """Return under which key a role's features of a sentence about each class stand; «{label}» stands for the class.

    >>> phrase_key("judge", "distant {label}")
    'judge.phrase:distant {label}'
    """
    return f"{role}.{PHRASE}:{phrase}"


def alternative_of(metric: Metric) -> str | None:
    """Return the name of the unbiased metric to read in place of ``metric`` where pictures are few; most have none."""
    name: str | None = getattr(metric, "alternative", None)  # no part of the interface
    return name


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Which step of a sweep each row is. All arrays have a row per clip of the evidence."""

    subjects: IntArray
    """What went through the sweep, numbered from 0."""
    doses: npt.NDArray[np.float64]
    """The dose that was measured in the sound."""
    asked: npt.NDArray[np.float64]
    """The dose that was asked for: rows of one dose belong together."""
    takes: IntArray
    """Which of several pictures of the same sound."""
    second: IntArray
    """The class of the second sound, as an index into the classes; -1 where there is none."""

    def subset(self, keep: npt.NDArray[np.bool_]) -> Steps:
        """Return the rows where ``keep`` (n,) is true."""
        return Steps(**{name: rows[keep] for name, rows in vars(self).items()})


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
    steps: Steps | None = None
    """Which step of a sweep each row is; ``None`` where nothing was swept."""

    def subset(self, keep: npt.NDArray[np.bool_]) -> Evidence:
        """Return the evidence on the clips where ``keep`` (n,) is true. Classes and references stay whole."""
        return replace(
            self,
            features={key: rows[keep] if what(key) in PER_CLIP else rows for key, rows in self.features.items()},
            targets=self.targets[keep],
            sources=self.sources[keep],
            steps=self.steps and self.steps.subset(keep),
        )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a metric found."""

    estimate: Estimate
    """The summary, with its interval."""
    per_clip: FloatArray | None = None
    """One value per clip, (n,), whose mean is the summary, or of a trend the median; ``None`` where the metric has no
    such values. NaN where a clip has none: a trend's stand at the first step of each subject."""
    chance: float | None = None
    """What blind guessing would score, where that is known."""
    adequacy: Adequacy | None = None
    """Sizes and ranks, of a distance between two sets of features."""


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
