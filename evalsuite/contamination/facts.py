"""What is known of data sets: where their recordings come from and which of them hold one another."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from evalsuite.published import Confidence, Known
from evalsuite.resources import locate
from evalsuite.yamlfile import load_yaml_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ANCESTRY = "protocols/published/ancestry.yaml"
"""Where the facts lie among the shipped files."""

Medium = Literal["sounds", "pictures"]
Entry = TypeVar("Entry")


class Origin(BaseModel):
    """A place that recordings are taken from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    """Its name in a sentence."""
    ids: str = ""
    """A regular expression that each of its ids matches whole; empty where recordings have none that others use."""
    synthesised: bool = False
    """Whether what is made for one data set is in no other, neither of its own nor of any other origin."""


class DataSet(Known):
    """One data set; where its recordings come from is as certain as :attr:`confidence` says."""

    holds: tuple[Medium, ...]
    """What a network trained on it meets, words apart."""
    origins: tuple[str, ...] = ()
    """Where its recordings come from, names of :attr:`Ancestry.origins`; empty where that is not known."""
    ids: str = ""
    """Whose ids its manifest gives as the sources of clips, an origin's name; empty where it counts in its own way."""
    part_of: dict[str, Known] = Field(default_factory=dict)
    """The data sets that hold all of its clips."""
    without: dict[str, Known] = Field(default_factory=dict)
    """The data sets whose clips were left out on purpose, as those say who made it."""


class Network(BaseModel):
    """A frozen network that is none of the list of published weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trained_on: dict[str, Known]
    """The data sets it was trained on, as :attr:`evalsuite.published.Published.trained_on`; none for a computation."""


class Ancestry(BaseModel):
    """All of these facts. A name that ends in «*» stands for all that begin so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origins: dict[str, Origin]
    datasets: dict[str, DataSet]
    networks: dict[str, Network]

    def dataset(self, name: str) -> DataSet | None:
        """Return what is known of a data set, or ``None``."""
        return _find(self.datasets, name)

    def network(self, name: str) -> Network | None:
        """Return what is known of a network, or ``None``."""
        return _find(self.networks, name)

    def holds(self, whole: str, part: str) -> Confidence | None:
        """Return how certain it is that the data set ``whole`` holds all clips of ``part``, at whatever remove.

        ``None`` where nothing says so.
        """
        found = self.dataset(part)
        chains = [
            _weakest(link.confidence, "certain" if parent == whole else self.holds(whole, parent))
            for parent, link in (found.part_of if found else {}).items()
        ]
        return surest(chains)

    def titles(self, origins: Iterable[str]) -> str:
        """Return some origins in words."""
        return " and ".join(self.origins[name].title for name in origins)


def surest(answers: Sequence[Confidence | None]) -> Confidence | None:
    """Return the most certain of several answers to one question."""
    return "certain" if "certain" in answers else "likely" if "likely" in answers else None


@cache
def ancestry() -> Ancestry:
    """Return the facts that ship with the suite."""
    return load_yaml_model(locate(ANCESTRY), Ancestry)


def _find(entries: Mapping[str, Entry], name: str) -> Entry | None:
    patterns = (pattern for pattern in entries if pattern.endswith("*") and fnmatchcase(name, pattern))
    return entries.get(name) or next((entries[pattern] for pattern in patterns), None)


def _weakest(link: Confidence, rest: Confidence | None) -> Confidence | None:
    return link if rest == "certain" else rest
