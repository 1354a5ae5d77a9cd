"""The profile: which concrete assets a protocol's data set, roles and models are bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from evalsuite.errors import did_you_mean
from evalsuite.hashing import sha256_json
from evalsuite.registry import registered
from evalsuite.resources import find_yaml
from evalsuite.yamlfile import load_yaml_model

if TYPE_CHECKING:
    from pathlib import Path

PROFILES = "protocols/profiles"
"""Where profiles lie among the shipped files."""

ROLES = (
    "judge",
    "second_judge",
    "audio_similarity",
    "second_audio_similarity",
    "clap",
    "distance",
    "self_supervised",
    "semantic",
    "emotion",
    "segmenter",
    "pixels",
)
"""The judges have image and text towers, the audio-visual scorers image and audio towers, the audio-language scorer
audio and text towers, the rest an image tower; that of the distance may come with a head. The reader of emotions has an
image tower, a head, and a text tower that says which of the head's classes stands for a word. The segmenter has a
segment tower: how much of a picture shows what a phrase names. Pixels are described by an image tower without a
network."""


def _known_role(role: str) -> str:
    if role not in ROLES:
        message = f"unknown role {role!r}{did_you_mean(role, ROLES)}"
        raise ValueError(message)
    return role


Role = Annotated[str, AfterValidator(_known_role)]


class Binding(BaseModel):
    """What stands for a name of a protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    use: str
    """A registered name or «module:attribute»."""
    weights: str | None = None
    """For an encoder: «mini:NAME», a path, or a name that the encoder's library knows."""
    root: str | None = None
    """For a data set: the folder of its files, where it needs one."""


class DatasetBinding(Binding):
    """The data set that stands for a protocol's."""

    use: Annotated[str, registered("datasets")]


class EncoderBinding(Binding):
    """The encoder that plays a role."""

    use: Annotated[str, registered("encoders")]
    options: dict[str, Any] = {}
    """What its factory takes besides («resize: tf1»)."""


class Profile(BaseModel):
    """One profile."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Its name; numbers of different profiles are never shown side by side."""
    description: str
    """One sentence for the report."""
    synthetic: bool
    """True where sounds and pictures are made up rather than recorded."""
    datasets: dict[str, DatasetBinding]
    """By the protocol's name of the data set."""
    pictures: Annotated[str, registered("pictures")] | None = None
    """Where real pictures come from; ``None`` leaves out what needs them."""
    encoders: dict[Role, EncoderBinding]
    """By role, one of :data:`ROLES`. A metric whose role is not played is left out of the run, and said so."""
    models: dict[str, dict[str, Any]] = {}
    """Settings of the models, by registered name."""

    @property
    def sha256(self) -> str:
        """Hash of the content; comments and layout of the file do not count."""
        return sha256_json(self.model_dump(mode="json"))


def load_profile(name_or_path: Path | str) -> Profile:
    """Load a profile: a path as typed, else the shipped profile of that name («mini»). Raises ``UserError``."""
    return load_yaml_model(find_yaml(name_or_path, folder=PROFILES), Profile)
