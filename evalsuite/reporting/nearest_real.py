"""The real picture that is nearest to a drawn one, for a reader to compare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evalsuite.reporting.media_encoding import encode_thumbnail
from evalsuite.reporting.words import number

if TYPE_CHECKING:
    import pandas as pd

    from evalsuite.reporting.media_encoding import Media

NEAREST, SIMILARITY = "nearest_real", "nearest_real_similarity"
"""Columns of the per-clip table; a run that refers to no pictures has neither."""


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A real picture and how near it is."""

    uri: str
    """The picture as a ``data:`` URI."""
    label: str
    """The class of its clip; empty where the run has not evaluated that clip."""
    similarity: str
    """The cosine of the two in the judge's features."""


@dataclass(frozen=True)
class Neighbours:
    """The nearest real pictures of one model."""

    clips: pd.DataFrame
    """The per-clip table."""
    model: str
    media: Media

    def of(self, clip_id: str) -> Neighbour | None:
        """Return the neighbour of a picture; ``None`` where the run does not say, or its picture is gone."""
        nearest, similarity = self._nearest.get(clip_id, (None, 0.0))
        if not isinstance(nearest, str):
            return None
        uri = encode_thumbnail(self.media, self.media.reference_picture(nearest))
        if uri is None:
            return None
        return Neighbour(uri=uri, label=self._labels.get(nearest, ""), similarity=number(similarity, unit="cosine"))

    @cached_property
    def _nearest(self) -> dict[str, tuple[Any, float]]:
        if not {NEAREST, SIMILARITY} <= set(self.clips.columns):
            return {}
        own = self.clips[self.clips["model"] == self.model]
        return dict(zip(own["clip_id"], zip(own[NEAREST], own[SIMILARITY], strict=True), strict=True))

    @cached_property
    def _labels(self) -> dict[str, str]:
        return dict(zip(self.clips["clip_id"], self.clips["label"], strict=True))
