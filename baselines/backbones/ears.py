"""The ears that several baselines share: a frozen network that makes tokens of a sound, and tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from baselines.backbones.batches import map_batches
from baselines.backbones.memory import Memory, sound_key
from baselines.trained import weights_hash
from evalsuite.encoders.efficientat import efficientat_fingerprint
from evalsuite.errors import UserError
from evalsuite.resources import resolve_weights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from baselines.settings import EarSettings, EarsKind
    from evalsuite.audio.clip import Clip

WHOLE_BYTES = 768 * 2**20
"""Room for what was heard: 10,000 clips of the miniature world, 200 at the published sizes of the AST."""
GIST_BYTES = 64 * 2**20
"""Room for what was heard without its tokens, 5 kB a clip at the published sizes: a whole data set."""


class Heard(NamedTuple):
    """What a network makes of one sound."""

    tokens: Tensor
    """Its states (T, width)."""
    summary: Tensor
    """Their mean (width,)."""
    logits: Tensor
    """Of the tags (labels,); without meaning where the weights have no head."""


class Head(NamedTuple):
    """A linear layer from a token to its tags."""

    weight: Tensor
    """(labels, width)"""
    bias: Tensor
    """(labels,)"""


Gist: TypeAlias = "tuple[Tensor, Tensor]"
"""Summary and logits."""


class Network(Protocol):
    """A frozen network that hears, opened."""

    one_by_one: bool
    """Whether it takes sounds of any length, and so one at a time: a row's arithmetic would depend on the others."""

    @property
    def width(self) -> int:
        """Width of a token."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """The tags it knows; none where it has no head for them."""
        ...

    @property
    def head(self) -> Head | None:
        """What makes tags of its tokens, where that is a linear layer."""
        ...

    def hear(self, clips: Sequence[Clip]) -> list[Heard]:
        """Return what it makes of a batch of sounds."""
        ...


@dataclass(frozen=True)
class _Opened:
    net: Network
    whole: Memory[Heard] = field(default_factory=lambda: Memory(room=WHOLE_BYTES))
    gists: Memory[Gist] = field(default_factory=lambda: Memory(room=GIST_BYTES))


class Ears:
    """A frozen network, opened by file, folder or hub name on first use.

    All that open the same weights on the same device share one copy, and what it heard: it listens to a sound once.
    """

    def __init__(self, weights: Path | str, *, device: str, batch: int, use: EarsKind = "ast") -> None:
        self._use, self._weights, self._device, self._batch = use, weights, device, batch

    @classmethod
    def of(cls, settings: EarSettings, *, device: str, batch: int) -> Ears:
        """Return the ears that a baseline's settings name. Raises ``UserError`` where their weights are not here."""
        return cls(resolve_weights(settings.weights), device=device, batch=batch, use=settings.use)

    @property
    def fingerprint(self) -> str:
        """Hash of the weights, and of the work before the network where it is the suite's own."""
        return _fingerprint(self._use, self._weights)

    @property
    def width(self) -> int:
        """Width of a token (768 for the published AST, 384 for EfficientAT's `mn04_as`)."""
        return self._opened.net.width

    @property
    def labels(self) -> tuple[str, ...]:
        """The tags it knows, 527 for the published ones. Raises ``UserError`` where it has no head for them."""
        self._require_head()
        return self._opened.net.labels

    @property
    def head(self) -> Head:
        """What makes tags of a token. Raises ``UserError`` where no linear layer does."""
        self._require_head()
        head = self._opened.net.head
        if head is None:
            raise UserError(f"{str(self._weights)!r} has no linear head for its tags: leave `begin_with_tags` out")
        return head

    def listen(self, clips: Sequence[Clip]) -> Tensor:
        """Return the tokens (B, T, width); T = 1,214 for the published AST, 16 for EfficientAT."""
        import torch

        return torch.stack([heard.tokens for heard in self._heard(clips)])

    def summarise(self, clips: Sequence[Clip]) -> Tensor:
        """Return the mean of each clip's tokens (B, width)."""
        import torch

        return torch.stack([summary for summary, _ in self._gists(clips)])

    def tag(self, clips: Sequence[Clip]) -> Tensor:
        """Return a logit for each of the :attr:`labels`, (B, labels). Raises ``UserError`` as that does."""
        import torch

        self._require_head()
        return torch.stack([logits for _, logits in self._gists(clips)])

    def _require_head(self) -> None:
        if not self._opened.net.labels:
            raise UserError(f"the AST {str(self._weights)!r} has no classification head: name one that tags sounds")

    @property
    def _opened(self) -> _Opened:
        return _open(self._use, self._weights, self._device)

    @property
    def _size(self) -> int:
        """How many sounds are heard at once."""
        return 1 if self._opened.net.one_by_one else self._batch

    def _heard(self, clips: Sequence[Clip]) -> list[Heard]:
        return self._opened.whole.recall(
            self._keys(clips), make=lambda places: self._hear([clips[place] for place in places])
        )

    def _gists(self, clips: Sequence[Clip]) -> list[Gist]:
        return self._opened.gists.recall(
            self._keys(clips), make=lambda places: map(_gist, self._heard([clips[place] for place in places]))
        )

    def _hear(self, clips: Sequence[Clip]) -> list[Heard]:
        net = self._opened.net
        batches = map_batches(
            lambda rows: net.hear([clips[row] for row in rows]), len(clips), size=self._size, device=self._device
        )
        heard = list(chain.from_iterable(batches))
        self._opened.gists.keep(dict(zip(self._keys(clips), map(_gist, heard), strict=True)))
        return heard

    def _keys(self, clips: Sequence[Clip]) -> list[str]:
        """Name the sounds. The last bits depend on the size of a batch, so that this is part of the name."""
        return [f"{self._size}/{sound_key(clip)}" for clip in clips]


def _gist(heard: Heard) -> Gist:
    return heard.summary, heard.logits


def _fingerprint(use: EarsKind, weights: Path | str) -> str:
    return efficientat_fingerprint(weights) if use == "efficientat" else weights_hash(weights)


@lru_cache(maxsize=2)
def _open(use: EarsKind, weights: Path | str, device: str) -> _Opened:
    if use == "efficientat":
        from baselines.backbones.efficientat import EfficientATEars

        return _Opened(EfficientATEars(weights, device=device))
    from baselines.backbones.ast import AstEars

    return _Opened(AstEars(weights, device=device))
