"""The programs that the field uses, as oracles: the same files and the same weights give the same numbers.

Nothing is fetched: the weights are random, but such that features and logits are alive, and all programs open the same.
The pictures are few, so that covariances are singular, and of every kind that programs read differently. A reference of
thirty digits says which side is off where two differ. The table of docs/benchmarks/parity.md is made anew by::

    EVALSUITE_PARITY=docs/benchmarks/parity.md pytest tests/integration/test_peers.py
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from pages import write_table
from peers_seen import (
    SPLITS,
    SUBSET_SIZE,
    SUBSETS,
    Seen,
    World,
    exact_fid,
    exact_kid,
    make_world,
    seen_by_clean_fid,
    seen_by_the_suite,
    seen_by_torch_fidelity,
    seen_by_torchmetrics,
)
from scipy import linalg

from evalsuite.decoding import decode_picture
from evalsuite.encoders.resizing import Resize
from evalsuite.errors import UserError
from evalsuite.metrics.frechet import frechet_distance
from evalsuite.metrics.inception_score import inception_score
from evalsuite.metrics.kernel import kernel_distance, kernel_distance_blocked
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SAME = 1e-6
"""Relative."""
KID_IN_FLOAT32 = 3e-6
"""Relative: how far the kernel sums of torch-fidelity and torchmetrics, which are in float32, are off themselves.

Measured at 1.2e-6 and 1.1e-6 of the exact sums of the very same features, of which ours are within 1e-14.
"""
PEERS = {"clean_fid": "pil-bicubic", "torch_fidelity": "tf1", "torchmetrics": "torch-antialias"}
"""The way in which each resizes."""


class Parity:
    """What was compared, as rows of a table."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, ...]] = []

    def holds(self, metric: str, beside: str, *, ours: float, theirs: float, within: float = SAME) -> None:
        """Note the two values, and fail where they differ by more than ``within``, relative."""
        apart = abs(ours / theirs - 1)
        self.rows.append((f"`{metric}`", beside, f"{theirs:.9g}", f"{ours:.9g}", f"{apart:.1e}"))
        assert apart <= within, f"{metric} beside {beside}"


@pytest.fixture(scope="module", autouse=True)
def importable() -> None:
    register_missing_operators()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, importable: None) -> World:  # noqa: ARG001 - first of all
    return make_world(tmp_path_factory.mktemp("peers"))


@pytest.fixture(scope="module")
def ours(world: World) -> Callable[[str], Seen]:
    return cache(lambda how: seen_by_the_suite(world, how))


@pytest.fixture(scope="module")
def clean_fid(world: World) -> Seen:
    return seen_by_clean_fid(world)


@pytest.fixture(scope="module")
def torch_fidelity(world: World, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return seen_by_torch_fidelity(world, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def torchmetrics(world: World) -> Seen:
    return seen_by_torchmetrics(world)


@pytest.fixture(scope="module")
def parity() -> Iterator[Parity]:
    parity = Parity()
    yield parity
    heading = ("metric", "beside", "theirs", "ours", "relative difference")
    write_table("EVALSUITE_PARITY", heading, parity.rows, by="tests/integration/test_peers.py")


@dataclass(frozen=True)
class Pair:
    """What a peer has seen, and we in its way."""

    name: str
    theirs: Seen
    ours: Seen


@pytest.fixture(params=PEERS)
def pair(request: pytest.FixtureRequest, ours: Callable[[str], Seen]) -> Pair:
    return Pair(request.param, request.getfixturevalue(request.param), ours(PEERS[request.param]))


def test_files_are_read_as_the_peers_read_them(world: World):
    from cleanfid.utils import ResizeDataset
    from torch_fidelity.datasets import ImagesPathDataset

    files = [path for paths in world.files.values() for path in paths]
    cleaned = ResizeDataset(files, mode="clean")
    for place, (path, theirs) in enumerate(zip(files, ImagesPathDataset(files), strict=True)):
        read = decode_picture(path, how="pil-rgb")
        np.testing.assert_array_equal(theirs.permute(1, 2, 0).numpy(), read)
        np.testing.assert_array_equal(cleaned[place].permute(1, 2, 0).numpy(), Resize("pil-bicubic", 299)(read))


def test_as_we_read_files_some_differ(world: World):
    differ = {
        path.name.partition("_")[2]
        for path in world.files["made"]
        if not np.array_equal(decode_picture(path), decode_picture(path, how="pil-rgb"))
    }
    assert differ == {"turned.jpg", "deep.png", "clear.png", "clear_grey.png", "palette.png"}


def test_features_differ_by_the_rounding_of_float32(pair: Pair):
    for theirs, ours in zip(pair.theirs.features.values(), pair.ours.features.values(), strict=True):
        assert theirs.std(axis=0).min() > 0
        assert np.linalg.norm(ours - theirs) / np.linalg.norm(theirs) < 3e-6


def test_fid_is_the_exact_one_of_their_features(pair: Pair, parity: Parity):
    theirs = exact_fid(*pair.theirs.features.values())
    ours = frechet_distance(*pair.ours.features.values())
    parity.holds("fid", f"{pair.name.replace('_', '-')}'s features, in 30 digits", ours=ours, theirs=theirs)
    assert frechet_distance(*pair.theirs.features.values()) == pytest.approx(theirs, rel=1e-10)


def test_kid_is_the_exact_one_of_their_features(pair: Pair, parity: Parity):
    theirs = exact_kid(*pair.theirs.features.values())
    ours = kernel_distance(*pair.ours.features.values())
    parity.holds("kid", f"{pair.name.replace('_', '-')}'s features, in 19 digits", ours=ours, theirs=theirs)
    assert kernel_distance(*pair.theirs.features.values()) == pytest.approx(theirs, rel=1e-10)


def test_what_clean_fid_reports(clean_fid: Seen, ours: Callable[[str], Seen], parity: Parity):
    made, real = ours("pil-bicubic").features.values()
    parity.holds("kid", "clean-fid", ours=kernel_distance(made, real), theirs=clean_fid.kid)
    if np.isnan(clean_fid.fid):
        pytest.skip("clean-fid's distance does not run beside this SciPy")
    parity.holds("fid", "clean-fid", ours=frechet_distance(made, real), theirs=clean_fid.fid)


def test_what_torch_fidelity_reports(torch_fidelity: Seen, ours: Callable[[str], Seen], parity: Parity):
    seen, their_features = ours("tf1"), torch_fidelity.features.values()
    made, real = seen.features.values()
    kid, exact = (
        kernel_distance_blocked(*rows, subsets=SUBSETS, subset_size=SUBSET_SIZE).mean
        for rows in ((made, real), their_features)
    )
    score = inception_score(seen.logits["made"], splits=SPLITS)
    parity.holds("fid", "torch-fidelity", ours=frechet_distance(made, real), theirs=torch_fidelity.fid)
    parity.holds("kid", "torch-fidelity", ours=kid, theirs=torch_fidelity.kid, within=SAME + KID_IN_FLOAT32)
    parity.holds("kid", "torch-fidelity's features and subsets, in float64", ours=kid, theirs=exact)
    parity.holds("inception_score", "torch-fidelity", ours=score, theirs=torch_fidelity.inception_score)


def test_what_torchmetrics_reports(torchmetrics: Seen, ours: Callable[[str], Seen], parity: Parity):
    seen = ours("torch-antialias")
    made, real = seen.features.values()
    kid, score = kernel_distance(made, real), inception_score(seen.logits["made"])
    parity.holds("fid", "torchmetrics", ours=frechet_distance(made, real), theirs=torchmetrics.fid)
    parity.holds("kid", "torchmetrics", ours=kid, theirs=torchmetrics.kid, within=SAME + KID_IN_FLOAT32)
    parity.holds("kid", "torchmetrics, set to float64", ours=kid, theirs=torchmetrics.kid_in_float64)
    parity.holds("inception_score", "torchmetrics", ours=score, theirs=torchmetrics.inception_score)


def test_torchmetrics_without_antialias_is_tf1(world: World, ours: Callable[[str], Seen]):
    from torchmetrics.image.fid import NoTrainInceptionV3

    net = NoTrainInceptionV3("peer", ["2048"], str(world.weights), antialias=False)
    with torch.no_grad():
        theirs = torch.cat([net(world.read_as_scripts_do(path)) for path in world.files["made"][:3]]).numpy()
    np.testing.assert_allclose(ours("tf1").features["made"][:3], theirs, rtol=1e-4, atol=1e-5)


@pytest.fixture
def many() -> tuple[np.ndarray, np.ndarray]:
    """More rows than dimensions, in float64: nothing is singular and nothing rounded."""
    rng = np.random.default_rng(3)
    return rng.gamma(1.0, size=(210, 24)), rng.gamma(1.3, size=(160, 24)) @ np.diag(np.linspace(0.5, 1.5, 24))


def test_clean_fids_formulas(many: tuple[np.ndarray, np.ndarray]):
    from cleanfid.fid import fid_from_feats
    from cleanfid.fid import kernel_distance as their_kernel_distance

    np.random.seed(2020)  # noqa: NPY002 - the one stream that it draws from
    theirs = their_kernel_distance(*many, num_subsets=4, max_subset_size=60)
    ours = kernel_distance_blocked(*many[::-1], subsets=4, subset_size=60, seed=2020)  # it draws the second set first
    assert ours.mean == pytest.approx(theirs, rel=1e-10)
    if "disp" in inspect.signature(linalg.sqrtm).parameters:
        assert frechet_distance(*many) == pytest.approx(fid_from_feats(*many), rel=1e-10)


def test_torch_fidelitys_formulas(many: tuple[np.ndarray, np.ndarray]):
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_isc import isc_features_to_metric
    from torch_fidelity.metric_kid import kid_features_to_metric

    rows = [torch.from_numpy(some) for some in many]
    fid = fid_statistics_to_metric(*map(fid_features_to_statistics, rows), verbose=False)
    assert frechet_distance(*many) == pytest.approx(fid["frechet_inception_distance"], rel=1e-10)
    kid = kid_features_to_metric(*rows, kid_subsets=4, kid_subset_size=60, verbose=False)
    ours = kernel_distance_blocked(*many, subsets=4, subset_size=60)
    assert ours == pytest.approx(tuple(kid.values()), rel=1e-10)
    score = isc_features_to_metric(rows[0], splits=11, shuffle=False)["inception_score_mean"]
    assert inception_score(many[0], splits=11) == pytest.approx(score, rel=1e-10)


def test_torchmetrics_formulas(many: tuple[np.ndarray, np.ndarray]):
    from torchmetrics.image.fid import FrechetInceptionDistance
    from torchmetrics.image.inception import InceptionScore
    from torchmetrics.image.kid import KernelInceptionDistance

    rows = [torch.from_numpy(some) for some in many]
    as_it_is = torch.nn.Identity()
    as_it_is.num_features = 24
    fid, score = FrechetInceptionDistance(feature=as_it_is), InceptionScore(feature=as_it_is, splits=1)
    kid = KernelInceptionDistance(feature=as_it_is, subsets=1, subset_size=160)
    for some, real in zip(rows, (False, True), strict=True):
        fid.update(some, real=real)
        kid.update(some[:160], real=real)
    score.update(rows[0])
    assert frechet_distance(*many) == pytest.approx(fid.compute().item(), rel=1e-10)
    assert kernel_distance(many[0][:160], many[1]) == pytest.approx(kid.compute()[0].item(), rel=1e-10)
    assert inception_score(many[0]) == pytest.approx(score.compute()[0].item(), rel=1e-10)


def test_an_unknown_way_of_decoding_names_the_nearest(world: World):
    with pytest.raises(UserError, match="did you mean 'pil-rgb'"):
        decode_picture(world.files["made"][0], how="pil")
