"""Stage (a): what in a picture makes a sound. The contract, and how a captioner is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from evalsuite.errors import UserError
from evalsuite.resources import resolve_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from baselines.sonification.pairs import PairSettings
    from evalsuite.audio.clip import Picture

VOCABULARY = Path(__file__).with_name("vocabulary.txt")
"""The shipped vocabulary: the miniature world's training concepts in plain words."""


class Concept(NamedTuple):
    """Something in a picture that makes a sound."""

    text: str
    """In plain words («crackling fire»)."""
    score: float
    """How sure the captioner is, in [0, 1]. Captioners are not comparable."""


@runtime_checkable
class Captioner(Protocol):
    """Names what sounds in pictures."""

    @property
    def name(self) -> str:
        """The short name for manifests («clip-tagger clip»)."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of the weights and of every setting that changes an answer. Reading it loads no weights."""
        ...

    def concepts(self, pictures: Sequence[Picture]) -> list[list[Concept]]:
        """Return the concepts of each uint8 picture (H, W, 3), the surest first; none where nothing sounds."""
        ...


def open_captioner(settings: PairSettings, *, device: str) -> Captioner:
    """Return the captioner that the settings name; nothing is loaded yet. Raises ``UserError``."""
    from baselines.sonification.clip_tagger import ClipTagger
    from baselines.sonification.vision_language import VisionLanguageCaptioner

    weights = resolve_weights(settings.captioner_weights)
    limit = settings.concepts_per_picture
    if settings.captioner == "vision_language":
        return VisionLanguageCaptioner(weights, device=device, limit=limit)
    vocabulary = read_vocabulary(Path(settings.vocabulary or VOCABULARY))
    return ClipTagger(
        weights,
        vocabulary=vocabulary,
        prompt=settings.prompt,
        threshold=settings.concept_threshold,
        limit=limit,
        device=device,
    )


def read_vocabulary(path: Path) -> tuple[str, ...]:
    """Return the concepts of a text file, one per line; empty lines and lines with ``#`` in front do not count.

    Raises ``UserError`` where there is no such file, where it names nothing, or names one concept twice.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"no vocabulary that can be read ({error}): one concept per line", file=path) from error
    found: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        concept = line.strip()
        if not concept or concept.startswith("#"):
            continue
        if concept in found:
            raise UserError(f"{concept!r} is in line {found[concept]} already", file=path, line=number)
        found[concept] = number
    if not found:
        raise UserError("this vocabulary is empty: one concept per line", file=path)
    return tuple(found)
