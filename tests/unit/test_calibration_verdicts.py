"""From curves to what is said of a metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evalsuite.calibration.verdicts import verdicts
from evalsuite.calibration_record import Curve, Point, SizeCurve, SizePoint

if TYPE_CHECKING:
    from evalsuite.calibration_record import Reading, References


def _curve(metric: str, defect: str, reading: Reading, harm: float = 5.0) -> Curve:
    points = (Point(strength=0, value=1, low=0, high=2, harm=0), Point(strength=1, value=9, low=8, high=10, harm=harm))
    return Curve(metric=metric, defect=defect, points=points, rho=1, seen_from=None, reading=reading)


def _size(metric: str, readable_from: float | None, references: References = "all") -> SizeCurve:
    points = tuple(SizePoint(n=n, values=(1.0,), error=0.5) for n in (50, 100, 2000))
    return SizeCurve(
        metric=metric,
        references=references,
        dimensions=128,
        points=points,
        tolerance=1.0,
        readable_from=readable_from,
    )


def test_the_metric_to_read_on_few_clips_is_named_with_its_numbers():
    few = [_size("fid", 500, "same clips"), _size("kid", 490, "same clips")]  # no run does this
    sizes = [_size("fid", 320.2), _size("kid", 60.5), *few]
    fid, kid = verdicts([], sizes, alternatives={"fid": "kid"}, flattered=())
    assert (fid.kind, fid.metric, fid.instead, fid.below_n) == ("too few clips", "fid", "kid", 321)
    assert fid.below_n_per_dimension == pytest.approx(321 / 128, abs=0.005)
    assert fid.sentence == (
        "Under 321 clips (2.5 per feature), fid of a perfect system is off by more than never drawing every fifth class"
        " would change it: read kid, which holds from 61."
    )
    assert (kid.metric, kid.instead, kid.below_n) == ("kid", None, 61)


def test_a_metric_that_is_little_better_is_not_advised():
    (fid, *_) = verdicts([], [_size("fid", 320), _size("kid", 310)], alternatives={"fid": "kid"}, flattered=())
    assert fid.instead is None
    assert fid.sentence.endswith("would change it.")


def test_a_metric_that_never_settles_is_unreadable_below_all_clips_and_one_that_always_holds_has_no_verdict():
    (fid,) = verdicts([], [_size("fid", None), _size("kid", 50)], alternatives={}, flattered=())
    assert (fid.metric, fid.below_n) == ("fid", 2000)


def test_what_a_metric_does_not_see_is_told_with_one_that_sees_it_all():
    curves = [
        _curve("fid", "blur", "monotone", 70),
        _curve("fid", "swapped_labels", "blind"),
        _curve("fid", "duplicates", "blind"),
        _curve("accuracy", "swapped_labels", "monotone", 90),
        _curve("accuracy", "duplicates", "blind"),
        _curve("ais_z", "swapped_labels", "monotone", 9),
        _curve("ais_z", "duplicates", "monotone", 8),
        _curve("iis_z", "swapped_labels", "monotone", 99),
        _curve("iis_z", "duplicates", "monotone", 99),
    ]
    fid, accuracy = verdicts(curves, [], alternatives={}, flattered=["iis_z"])
    assert (fid.kind, fid.defects, fid.instead) == ("blind", ("swapped_labels", "duplicates"), "ais_z")
    assert fid.sentence == "fid does not see swapped labels and duplicates: read ais_z beside it."
    assert (accuracy.instead, accuracy.below_n) == ("ais_z", None)


def test_what_a_metric_takes_for_an_improvement_is_told_even_if_no_other_sees_it():
    (density,) = verdicts([_curve("density", "blur", "wrong way", -9)], [], alternatives={}, flattered=())
    assert density.sentence == "density takes some blur for an improvement."
    assert density.instead is None
