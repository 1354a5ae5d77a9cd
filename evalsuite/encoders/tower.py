"""The one shape every tower of this package has: facts that cost nothing, and an encoder that loads on first use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evalsuite.audio.clip import Clip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    from torch import Tensor

    from evalsuite.encoders.base import Features, Modality, Prepare


@dataclass(frozen=True, kw_only=True, eq=False)
class Tower:
    """A :class:`~evalsuite.encoders.base.FeatureExtractor` around a function that encodes one batch."""

    name: str
    """The short name used in passports."""
    fingerprint: str
    """Hash of the weights and of the preprocessing."""
    modality: Modality
    """Which media it reads."""
    dim: int
    """Length of a feature vector."""
    encode: Callable[[Sequence[Any]], Features]
    """Encodes a checked, prepared, non-empty batch; loads the weights when first called."""
    preparation: Callable[[], Prepare] | None = None
    """Opens what is done to each medium before it is encoded, if anything; this may load the weights."""

    def embed(self, batch: Sequence[Any]) -> Features:
        """Return float32 features of shape (len(batch), dim), not normalised.

        Raises ``TypeError`` for a medium the tower does not read and ``ValueError`` for pictures that are not uint8
        of shape (H, W, 3).
        """
        for row, item in enumerate(batch):
            _check(item, modality=self.modality, where=f"{self.name}, item {row}")
        if len(batch) == 0:
            return np.zeros((0, self.dim), np.float32)
        prepare = self.preparation() if self.preparation else None
        return self.encode([prepare(item) for item in batch] if prepare else batch)

    def open_preparation(self) -> Prepare:
        """Return what checks and prepares one medium; see :class:`~evalsuite.encoders.base.PreparesMedia`.

        It raises as :meth:`embed` does.
        """
        return _Checked(self.modality, self.preparation() if self.preparation else None)


@dataclass(frozen=True)
class _Checked:
    """A preparation of media that are checked first; equal where both are."""

    modality: Modality
    prepare: Prepare | None

    def __call__(self, item: Any) -> Any:
        _check(item, modality=self.modality, where="a medium to embed")
        return self.prepare(item) if self.prepare else item


_MEDIA: dict[Modality, tuple[type, str]] = {
    "image": (np.ndarray, "a picture, a numpy array"),
    "text": (str, "a string"),
    "audio": (Clip, "a Clip"),
    "head": (np.ndarray, "the features of a picture, a numpy array"),
    "segment": (tuple, "a tuple of a picture and a phrase"),
}


def _check(item: Any, *, modality: Modality, where: str) -> None:
    """Raise unless ``item`` is what a tower of this modality reads."""
    kind, words = _MEDIA[modality]
    readable = isinstance(item, kind)
    if not readable or (modality == "segment" and len(item) != 2):
        raise TypeError(f"{where}: expected {words}, got {type(item).__name__}")
    if modality == "segment":
        _check(item[0], modality="image", where=where)
        _check(item[1], modality="text", where=where)
    if modality == "image" and (item.dtype != np.uint8 or item.ndim != 3 or item.shape[2] != 3):
        raise ValueError(f"{where}: expected a uint8 picture (H, W, 3), got {item.dtype} of shape {item.shape}")


def inferred(encode: Callable[[Tensor], Tensor], inputs: Tensor) -> Features:
    """Return ``encode(inputs)`` as float32 numpy features, without gradients and in full precision.

    A GPU would else round what goes into convolutions to ten bits of mantissa (TF32).
    """
    import torch

    with torch.inference_mode(), torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        return encode(inputs).float().cpu().numpy()


def inferred_rows(
    encode: Callable[[Tensor], Tensor], rows: Sequence[npt.NDArray[np.float32]], *, device: str
) -> Features:
    """Return :func:`inferred` of ``rows`` of one shape, stacked on ``device``."""
    import torch

    return inferred(encode, torch.from_numpy(np.stack(rows)).to(device))
