"""Stage (c): the pairs manifest, ``pairs.parquet``, and what is known of it, ``pairs.json``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveInt, ValidationError

from baselines.settings import Settings
from evalsuite.datasets.base import DatasetCard
from evalsuite.errors import UserError
from evalsuite.hashing import sha256_file

if TYPE_CHECKING:
    import pandas as pd

PAIRS_FILE = "pairs.parquet"
FACTS_FILE = "pairs.json"
PLOT_FILE = "precision_coverage.svg"

COLUMNS: dict[str, str] = {
    "picture_id": "string",
    "picture_sha256": "string",
    "audio_id": "string",
    "audio_sha256": "string",
    "concept": "string",
    "concept_score": "float32",
    "similarity": "float32",
    "rank": "int32",
    "picture_label": "string",
    "audio_label": "string",
    "captioner": "string",
    "clap": "string",
}
"""The manifest's columns, as pandas names their types. ``similarity`` is CLAP's cosine of concept and sound, ``rank``
the sound's place among the nearest to the concept, from 1; labels are the truth where it is known, and never used."""


class PairSettings(Settings):
    """What a profile may set under ``models: sonify:``. Defaults are the miniature world's.

    The paper states none of these numbers: all are ours.
    """

    captioner: Literal["clip", "vision_language"] = "clip"
    """A CLIP over a vocabulary, or a vision-language model that is asked."""
    captioner_weights: str = "mini:clip"
    """«mini:NAME», a folder, or the hub's name of a model that was fetched."""
    vocabulary: str | None = None
    """A text file of concepts, one per line; ``None`` is the shipped one. For «clip» alone."""
    prompt: str = "a photo of {concept}"
    """How a concept is put to CLIP."""
    concept_threshold: float = Field(default=0.97, ge=0, le=1)
    """Least probability of a concept. For «clip» alone."""
    concepts_per_picture: PositiveInt = 2
    """The surest concepts of a picture; each gets a sound of its own."""
    clap: str = "mini:clap"
    """Weights of the CLAP that retrieves."""
    query: str = "the sound of {concept}"
    """How a concept is put to CLAP."""
    similarity_threshold: float = Field(default=0.91, ge=-1, le=1)
    """Least cosine between a concept's text and a sound, chosen on the draw «-tuning» of the miniature pools."""
    margin: NonNegativeFloat = 0.01
    """A sound serves the concept it is nearest to, and others that are this much further away at most."""
    nearest: PositiveInt = 50
    """Over so many of the sounds nearest to a concept its pictures are spread."""
    uses_per_sound: PositiveInt = 4
    """One sound goes to so many pictures at most."""
    near_identical: float = Field(default=0.999, ge=0, le=1)
    """Sounds whose features have a higher cosine count as one."""
    exact_up_to: PositiveInt = 50_000
    """Pools of more sounds are searched by cells."""


class CurvePoint(BaseModel):
    """What a threshold would do."""

    model_config = ConfigDict(frozen=True)

    threshold: float
    """Least similarity."""
    precision: float | None
    """Share of the pairs whose picture and sound have one label; ``None`` where there is no pair."""
    coverage: float
    """Share of the pictures that get a sound."""


class PairFacts(BaseModel):
    """Everything about a manifest that is not a pair."""

    model_config = ConfigDict(extra="forbid")

    request: str
    """Hash of all that was asked: pools, settings, weights. The same request finds its pairs again."""
    pairs_sha256: str
    """Hash of ``pairs.parquet``."""
    pictures: str
    """What opens the pool of pictures again: a folder or a registered name."""
    sounds: str
    """What opens the pool of sounds again."""
    picture_pool: DatasetCard
    sound_pool: DatasetCard
    settings: PairSettings
    captioner: str
    captioner_fingerprint: str
    clap: str
    clap_fingerprint: str
    counts: dict[str, int]
    """How many pictures, sounds and pairs, and how many of what was left out and why."""
    unreadable: dict[str, str]
    """What is wrong with the files that could not be read, by their ids."""
    precision: float | None = None
    """Share of the pairs whose labels agree; ``None`` where the truth is unknown."""
    curve: list[CurvePoint] = []
    """Precision and coverage over thresholds, where the truth is known."""
    versions: dict[str, str]
    """Of the packages that change numbers."""


def save_table(folder: Path, table: pd.DataFrame) -> str:
    """Write the manifest in one step and return its hash."""
    draft = folder / f"{PAIRS_FILE}.{os.getpid()}"
    table.to_parquet(draft, index=False)
    draft.replace(folder / PAIRS_FILE)
    return sha256_file(folder / PAIRS_FILE)


def save_facts(folder: Path, facts: PairFacts) -> None:
    """Write the facts in one step: after the manifest, so that they never speak of one that is not there."""
    draft = folder / f"{FACTS_FILE}.{os.getpid()}"
    draft.write_text(facts.model_dump_json(indent=1) + "\n", encoding="utf-8")
    draft.replace(folder / FACTS_FILE)


def load_facts(folder: Path) -> PairFacts:
    """Read ``pairs.json``. Raises ``UserError`` where the folder has none or it is of another kind."""
    file = Path(folder) / FACTS_FILE
    try:
        return PairFacts.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError("no pairs here: evalsuite sonify PICTURES SOUNDS -o FOLDER makes them", file=file) from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise UserError(
            "not written by this version of evalsuite sonify: delete it and make it again", file=file
        ) from error


def load_pairs(folder: Path) -> tuple[pd.DataFrame, PairFacts]:
    """Return the manifest, with :data:`COLUMNS`, and its facts. Raises ``UserError``, also where the two disagree."""
    import pandas as pd

    facts, file = load_facts(folder), Path(folder) / PAIRS_FILE
    if not file.is_file() or sha256_file(file) != facts.pairs_sha256:
        raise UserError(f"this is not the manifest that {FACTS_FILE} speaks of: make it again", file=file)
    return pd.read_parquet(file), facts
