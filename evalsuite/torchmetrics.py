"""The suite's kernels as ``torchmetrics.Metric`` classes, so that a training loop logs the numbers a report will show.

Each gathers the rows of all batches and processes, and computes once, in float64, what the kernel of the same name in
:mod:`evalsuite.metrics` does: nothing is averaged over batches. Features are the caller's: of any encoder, on any
device. ::

    fid = FrechetDistance()
    fid.update(encoder(real_pictures), real=True)
    fid.update(encoder(made_pictures), real=False)
    self.log("fid", fid)
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import torch

from evalsuite.torchvision_ops import register_missing_operators

register_missing_operators()  # torchmetrics imports torchvision

from torch import Tensor  # noqa: E402
from torchmetrics import Metric  # noqa: E402
from torchmetrics.utilities import dim_zero_cat  # noqa: E402

from evalsuite import metrics  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Accuracy",
    "Cmmd",
    "CosineSimilarity",
    "Coverage",
    "Density",
    "FrechetDistance",
    "InceptionScore",
    "KernelDistance",
    "PairRank",
    "PairZ",
    "Precision",
    "Recall",
    "RecallAtK",
]


class Gathering(Metric):
    """Gathers rows under the names of ``gathered``; computes when asked."""

    is_differentiable = False
    full_state_update = False
    gathered: ClassVar[tuple[str, ...]]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in self.gathered:
            self.add_state(name, default=[], dist_reduce_fx="cat")

    def gather(self, **rows: Tensor) -> None:
        """Keep more ``rows`` under their names."""
        for name, more in rows.items():
            getattr(self, name).append(more.detach())

    def rows(self) -> tuple[Any, ...]:
        """Return all that was gathered as numpy arrays, in the order of ``gathered``."""
        return tuple(_as_numpy(dim_zero_cat(getattr(self, name))) for name in self.gathered)

    @abstractmethod
    def value(self) -> float:
        """Compute the kernel on all rows."""

    def compute(self) -> Tensor:
        """Return the value over everything gathered so far, a float64 scalar. Raises ``ValueError`` as the kernel."""
        return torch.tensor(self.value(), dtype=torch.float64)


class SetDistance(Gathering):
    """A number about made features against real ones."""

    gathered = ("made", "real")

    def update(self, features: Tensor, *, real: bool) -> None:
        """Add features (B, d) of ``real`` or of made pictures."""
        self.gather(**{"real" if real else "made": features})


class FrechetDistance(SetDistance):
    """:func:`evalsuite.metrics.frechet_distance`; lower is better."""

    higher_is_better = False

    def value(self) -> float:
        """Return the distance, in squared feature units, at least 0."""
        return metrics.frechet_distance(*self.rows())


class KernelDistance(SetDistance):
    """:func:`evalsuite.metrics.kernel_distance`, exact over all pairs; lower is better."""

    higher_is_better = False

    def value(self) -> float:
        """Return the unbiased squared distance, which may be below 0."""
        return metrics.kernel_distance(*self.rows())


class Cmmd(SetDistance):
    """:func:`evalsuite.metrics.cmmd_distance`; lower is better."""

    higher_is_better = False

    def value(self) -> float:
        """Return the unbiased squared distance times 1,000, which may be below 0."""
        return metrics.cmmd_distance(*self.rows())


class _Manifold(SetDistance):
    """A score of the neighbourhoods of made and real features; higher is better."""

    higher_is_better = True
    score: ClassVar[Callable[..., float]]

    def __init__(self, *, k: int = 5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.k = k

    def value(self) -> float:
        """Return the score."""
        made, real = self.rows()
        return type(self).score(real, made, k=self.k)


class Precision(_Manifold):
    """:func:`evalsuite.metrics.precision_score`."""

    score = staticmethod(metrics.precision_score)


class Recall(_Manifold):
    """:func:`evalsuite.metrics.recall_score`: how much of what is real can be made."""

    score = staticmethod(metrics.recall_score)


class Density(_Manifold):
    """:func:`evalsuite.metrics.density_score`."""

    score = staticmethod(metrics.density_score)


class Coverage(_Manifold):
    """:func:`evalsuite.metrics.coverage_score`."""

    score = staticmethod(metrics.coverage_score)


class InceptionScore(Gathering):
    """:func:`evalsuite.metrics.inception_score`; higher is better."""

    higher_is_better = True
    gathered = ("logits",)

    def __init__(self, *, splits: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.splits = splits

    def update(self, logits: Tensor) -> None:
        """Add the classifier's logits (B, classes) of made pictures."""
        self.gather(logits=logits)

    def value(self) -> float:
        """Return the score, from 1 to the number of classes."""
        return metrics.inception_score(*self.rows(), splits=self.splits)


class _Judged(Gathering):
    """A score of the similarity of pictures with the texts of all classes; higher is better."""

    higher_is_better = True
    gathered = ("similarities", "targets")

    def update(self, similarities: Tensor, targets: Tensor) -> None:
        """Add similarities (B, classes) and the true classes (B,)."""
        self.gather(similarities=similarities, targets=targets)


class Accuracy(_Judged):
    """:func:`evalsuite.metrics.accuracy_score` of the most similar class; ties count as wrong."""

    def value(self) -> float:
        """Return the share of right predictions."""
        similarities, targets = self.rows()
        return metrics.accuracy_score(targets, metrics.predictions(similarities, targets))


class RecallAtK(_Judged):
    """The share of :func:`evalsuite.metrics.top_k_hits`."""

    def __init__(self, *, k: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.k = k

    def value(self) -> float:
        """Return the share of pictures whose class is among the first k."""
        return float(metrics.top_k_hits(*self.rows(), k=self.k).mean())


class _Paired(Gathering):
    """A score of pictures and their counterparts, row by row; higher is better."""

    higher_is_better = True
    gathered = ("pictures", "counterparts")

    def update(self, pictures: Tensor, counterparts: Tensor) -> None:
        """Add features (B, d) of pictures and of what belongs to each: a sound, a text or a real picture."""
        self.gather(pictures=pictures, counterparts=counterparts)


class CosineSimilarity(_Paired):
    """The mean of :func:`evalsuite.metrics.cosine_rows`."""

    def value(self) -> float:
        """Return the mean cosine, from -1 to 1."""
        return float(metrics.cosine_rows(*self.rows()).mean())


class PairRank(_Paired):
    """:func:`evalsuite.metrics.pair_rank_score`: AIS and IIS as SonicDiffusion has them."""

    def value(self) -> float:
        """Return the mean share of counterparts that are less similar than the own one."""
        return metrics.pair_rank_score(metrics.CosineMatrix(*self.rows()))


class PairZ(_Paired):
    """:func:`evalsuite.metrics.pair_z_score`: AIS-z and IIS-z as MACS has them."""

    def value(self) -> float:
        """Return the mean standardised similarity of the own pair."""
        return metrics.pair_z_score(metrics.CosineMatrix(*self.rows()))


def _as_numpy(rows: Tensor) -> Any:
    # numpy knows no bfloat16, in which a training loop may well compute.
    return (rows.float() if rows.dtype == torch.bfloat16 else rows).cpu().numpy()
