"""Which encoder makes what a metric needs, and what happens where none can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from toys import ToyDataset, ToyPictures

from evalsuite.errors import UserError
from evalsuite.metrics.base import DISTANCE_IMAGE, DISTANCE_LOGITS, JUDGE_IMAGE, JUDGE_TRUE
from evalsuite.metrics.frechet import fid
from evalsuite.profile import EncoderBinding, Profile
from evalsuite.running.roles import metric_hindrance, open_roles, played, tower_of, with_alternatives

if TYPE_CHECKING:
    from evalsuite.metrics.base import Metric

CLIP = ToyDataset().manifest()[0]


@dataclass(frozen=True, kw_only=True)
class Needing:
    needs: tuple[str, ...]
    name: str = "needing"


@dataclass(frozen=True, kw_only=True)
class Seeing:
    dim: int
    name: str = "seeing"
    fingerprint: str = "1"
    modality: str = "image"


def seeing_towers(*, weights: str, device: str, dim: int = 4) -> dict[str, Any]:
    return {"image": Seeing(dim=dim, name=f"{weights} on {device}")}


def profile(**options: Any) -> Profile:
    judge = EncoderBinding(use="test_roles:seeing_towers", weights="none", options=options)
    return Profile(name="toy", description="", synthetic=True, datasets={}, encoders={"judge": judge})


def needing(*needs: str) -> Metric:
    return Needing(needs=needs)  # type: ignore[return-value]


def test_roles_in_the_order_they_are_needed():
    assert played([fid, needing(JUDGE_IMAGE)]) == ("distance", "judge")


def test_opens_only_what_is_needed_and_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("evalsuite.running.roles.resolve", lambda _group, _ref: seeing_towers)
    towers = open_roles([fid, needing(JUDGE_IMAGE)], profile=profile(dim=7), device="cpu")
    assert set(towers) == {"judge"}
    assert towers["judge"]["image"].dim == 7


def test_an_option_that_the_encoder_does_not_know_is_told_with_the_nearest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("evalsuite.running.roles.resolve", lambda _group, _ref: seeing_towers)
    with pytest.raises(UserError, match=r"no option 'din'.*dim"):
        open_roles([needing(JUDGE_IMAGE)], profile=profile(din=7), device="cpu")


def test_features_of_an_unknown_kind_are_told_with_the_nearest():
    with pytest.raises(UserError, match=r"'judge.imaeg'.*image"):
        tower_of("judge.imaeg")


@pytest.mark.parametrize(
    ("needs", "pictures", "reason"),
    [
        ((JUDGE_IMAGE,), None, None),
        ((JUDGE_TRUE,), ToyPictures(), None),
        ((JUDGE_TRUE,), None, "no real pictures"),
        (("judge.reference",), None, "no real pictures to refer to"),
        ((DISTANCE_IMAGE,), None, "no encoder for the role 'distance'"),
        (("judge.logits",), None, "the role 'judge' has no head tower"),
    ],
    ids=["measurable", "with real pictures", "no true pictures", "no reference", "no encoder", "no head"],
)
def test_why_a_metric_is_left_out(needs: tuple[str, ...], pictures: ToyPictures | None, reason: str | None):
    towers = {"judge": seeing_towers(weights="", device="cpu")}
    found = metric_hindrance(needing(*needs), CLIP, pictures, towers=towers)
    assert found is None if reason is None else reason in (found or "")


@pytest.mark.parametrize(("n", "measured"), [(99, ["fid", "kid"]), (100, ["fid"])], ids=["too few", "enough"])
def test_a_biased_distance_brings_its_unbiased_alternative_where_pictures_are_few(n: int, measured: list[str]):
    towers = {"distance": seeing_towers(weights="", device="cpu", dim=100)}
    assert [metric.name for metric in with_alternatives([fid], n=n, towers=towers)] == measured


def test_an_alternative_that_is_measured_anyway_is_measured_once():
    towers = {"distance": seeing_towers(weights="", device="cpu", dim=100)}
    once = with_alternatives([fid], n=1, towers=towers)
    assert with_alternatives(once, n=1, towers=towers) == once


def test_logits_come_from_the_head():
    assert tower_of(DISTANCE_LOGITS) == "head"
